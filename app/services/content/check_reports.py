"""What a check of a questionnaire found, kept until the next one: as a file of the data directory.

A report says of which files it is (`Draft.signature`): once one of them changes it stands for an
earlier questionnaire, and nothing is published by it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.questionnaire.document import Problem
from app.questionnaire.model import Place
from app.questionnaire.screen_counts import ScreenCount
from app.services.content.readiness import Finding, Ground
from app.services.context import ServiceContext

FOLDER = "checks"
GOOD_FOR = timedelta(hours=24)
"""Recordings and published codes may change without any file of the study: then check again."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """One check of a wave: when, of which files, how thorough, and what it found."""

    year: int
    at: datetime
    signature: str
    proving: bool
    """Everything that publishing asks for; else what a look at the files gives in seconds."""
    findings: tuple[Finding, ...]
    plain: tuple[Problem, ...]
    """What could be said more plainly: no reason not to publish."""
    screens: tuple[ScreenCount, ...]

    @property
    def final(self) -> tuple[Finding, ...]:
        """What nobody may override."""
        return tuple(one for one in self.findings if not one.may_be_overridden)

    def opens_publishing(self, signature: str, now: datetime) -> bool:
        """Tell whether a questionnaire may be published by this report."""
        current = self.signature == signature and now - self.at <= GOOD_FOR
        return self.proving and current and not self.final


def save_report(ctx: ServiceContext, report: CheckReport) -> None:
    """Keep a report; a check of the same depth before it is gone."""
    path = _path(ctx, report.year, proving=report.proving)
    if path is None:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(_as_json(report), ensure_ascii=False), encoding="utf-8")
    beside.replace(path)


def load_report(ctx: ServiceContext, year: int) -> CheckReport | None:
    """Return the report that counts: the full one while it is of today's files, else the latest."""
    found = [_read(ctx, year, proving=proving) for proving in (True, False)]
    there = [one for one in found if one is not None]
    return max(there, key=lambda one: one.at, default=None)


def load_full_report(ctx: ServiceContext, year: int) -> CheckReport | None:
    """Return the last full check of a wave."""
    return _read(ctx, year, proving=True)


def can_keep(ctx: ServiceContext) -> bool:
    """Tell whether there is a place for reports: a data directory."""
    return ctx.settings.data_dir is not None


def _path(ctx: ServiceContext, year: int, *, proving: bool) -> Path | None:
    folder = ctx.settings.data_dir
    if folder is None:
        return None
    return folder / FOLDER / f"{year}-{'full' if proving else 'quick'}.json"


def _read(ctx: ServiceContext, year: int, *, proving: bool) -> CheckReport | None:
    path = _path(ctx, year, proving=proving)
    if path is None or not path.exists():
        return None
    return _from_json(json.loads(path.read_text(encoding="utf-8")))


def _as_json(report: CheckReport) -> dict[str, Any]:
    return {
        "year": report.year,
        "at": report.at.isoformat(),
        "signature": report.signature,
        "proving": report.proving,
        "findings": [
            {"ground": str(one.ground), **_problem_json(one.problem)} for one in report.findings
        ],
        "plain": [_problem_json(one) for one in report.plain],
        "screens": [asdict(one) for one in report.screens],
    }


def _problem_json(problem: Problem) -> dict[str, Any]:
    place = problem.place
    return {"file": place.file, "line": place.line, "message": problem.message}


def _from_json(stored: dict[str, Any]) -> CheckReport:
    return CheckReport(
        year=stored["year"],
        at=datetime.fromisoformat(stored["at"]),
        signature=stored["signature"],
        proving=stored["proving"],
        findings=tuple(Finding(Ground(one["ground"]), _problem(one)) for one in stored["findings"]),
        plain=_problems(stored["plain"]),
        screens=tuple(
            ScreenCount(tuple(one["group"]), one["panel"], one["people"], one["median"], one["p90"])
            for one in stored["screens"]
        ),
    )


def _problems(stored: Sequence[dict[str, Any]]) -> tuple[Problem, ...]:
    return tuple(map(_problem, stored))


def _problem(stored: dict[str, Any]) -> Problem:
    return Problem(Place(stored["file"], stored["line"]), stored["message"])
