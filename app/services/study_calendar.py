"""When a wave is in the field and in which languages: ``waves/<year>.yaml`` of a study."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.questionnaire.document import Document, Problem


@dataclass(frozen=True, slots=True)
class WavePlan:
    """The plan of one wave."""

    year: int
    languages: tuple[str, ...]
    opens_on: date
    closes_on: date
    preload_from: tuple[int, ...]


class WavePlanError(Exception):
    """A wave file that cannot be used; the message names file and line of every problem."""


def read_wave_plan(study: Path, year: int) -> WavePlan:
    """Return the plan of a wave.

    Raises
    ------
    WavePlanError
        With all problems of the file.
    """
    problems: list[Problem] = []
    file = study / "waves" / f"{year}.yaml"
    root = Document(file, str(Path(study.name) / "waves" / file.name), problems).root
    keys = ("wave", "languages", "mode", "opens", "closes", "preload_from")
    block = root.block(keys) if root is not None else {}
    if not problems and block.keys() == set(keys):
        dates = {}
        for name in ("opens", "closes"):
            try:
                dates[name] = date.fromisoformat(block[name].text(name))
            except ValueError:
                block[name].wrong(f"{name} is {block[name].found}, expected a date like 2025-01-13")
        plan_year = block["wave"].whole("wave")
        if plan_year != year:
            block["wave"].wrong(f"wave is {plan_year}, the file says {year}")
        languages = block["languages"].texts("language")
        before = tuple(one.whole("wave") for one in block["preload_from"].items())
        if not problems:
            return WavePlan(year, languages, dates["opens"], dates["closes"], before)
    raise WavePlanError("\n".join(map(str, problems)) or f"{file.name}: keys are missing")
