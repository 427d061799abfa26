"""From a study folder to a wave that can be opened: check, publish, set up, freeze the preload."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.panel.states import WaveStatus
from app.questionnaire.compatibility import incompatibilities
from app.questionnaire.compile import compile_wave
from app.questionnaire.model import Bank
from app.services.content import instruments
from app.services.content.readiness import Finding, Ground
from app.services.content.study_calendar import WavePlan
from app.services.context import ServiceContext
from app.services.fieldwork import waves
from app.storage import audit
from app.storage.waves import load_wave

_BEFORE_THE_FIELD = (WaveStatus.DRAFT, WaveStatus.CHECKED, WaveStatus.REHEARSED)


class FinalFaultsError(Exception):
    """Findings that nobody may override; nothing was published."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Override:
    """A named person publishes all the same: why, and what was in the way.

    Raises
    ------
    FinalFaultsError
        If something was in the way that nobody may override.
    """

    by: str
    at: datetime
    reason: str
    findings: tuple[Finding, ...]
    synthetic: bool = False
    """Of a demo, which nobody real reads: a button may still lack a language there."""

    def __post_init__(self) -> None:
        shown = {Ground.INTERFACE} if self.synthetic else set()
        final = [
            one for one in self.findings if not one.may_be_overridden and one.ground not in shown
        ]
        if final:
            raise FinalFaultsError(final)

    def as_json(self) -> str:
        """Return the record that stays with the version."""
        overridden = [
            {
                "ground": str(one.ground),
                "place": str(one.problem.place),
                "message": one.problem.message,
            }
            for one in self.findings
        ]
        record = {
            "by": self.by,
            "at": self.at.isoformat(),
            "reason": self.reason,
            "overridden": overridden,
        }
        return json.dumps(record, ensure_ascii=False, sort_keys=True)


def publish_wave(
    ctx: ServiceContext, bank: Bank, plan: WavePlan, *, by: str, override: Override | None = None
) -> str:
    """Publish what a wave asks, make it the version of new interviews, and return it.

    The wave is set up as a draft when it is not there yet. Interviews that were begun keep the
    version they were shown. An ``override`` goes into the version and into the log.

    Raises
    ------
    FinalFaultsError
        If people are answering a version that this one cannot follow; nothing was published.
    """
    _refuse_what_cannot_follow(ctx, bank, plan.year)
    version = instruments.publish(
        ctx.databases,
        bank,
        plan.year,
        at=ctx.clock.now(),
        by=by,
        note=override.as_json() if override is not None else None,
    )
    if override is not None:
        _log(ctx, plan.year, version, override)
    waves.set_up_wave(
        ctx,
        plan.year,
        study=bank.study,
        opens_on=plan.opens_on,
        closes_on=plan.closes_on,
        by=by,
    )
    waves.field_version(ctx, plan.year, version)
    return version


def _refuse_what_cannot_follow(ctx: ServiceContext, bank: Bank, year: int) -> None:
    with ctx.databases.research.read() as connection:
        wave = load_wave(connection, year)
        if wave is None or wave.version_id is None or wave.status in _BEFORE_THE_FIELD:
            return
        before = ctx.instruments.get(connection, wave.version_id)
    problems = incompatibilities(before, compile_wave(bank, year))
    if problems:
        raise FinalFaultsError([Finding(Ground.RUNNING, one) for one in problems])


def _log(ctx: ServiceContext, year: int, version: str, override: Override) -> None:
    """Log it also when the very same version was there: its record tells of the first time."""
    with ctx.databases.research.write() as connection:
        audit.append_audit(
            connection,
            at=override.at,
            staff_id=None,
            action="wave.published_with_override",
            subject=f"wave {year}",
            detail={
                "by": override.by,
                "reason": override.reason,
                "version": version,
                "overridden": [str(one) for one in override.findings],
            },
        )
