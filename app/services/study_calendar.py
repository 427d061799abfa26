"""When a wave is in the field and in which languages: ``waves/<year>.yaml`` of a study."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.questionnaire.code_lists import locale_of
from app.questionnaire.document import MAX_SHOWN, Document, Problem
from app.questionnaire.model import Place


@dataclass(frozen=True, slots=True)
class WavePlan:
    """The plan of one wave."""

    year: int
    languages: tuple[str, ...]
    opens_on: date
    closes_on: date
    preload_from: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OfferedLanguage:
    """A language that a wave is to be asked in, and where its plan says so."""

    year: int
    code: str
    place: Place


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


def read_offered_languages(
    study: Path, years: Sequence[int]
) -> tuple[list[OfferedLanguage], list[Problem]]:
    """Return the languages of the waves that have a plan, in the order of the plan's menu.

    Only files that cannot be read, and languages that nobody knows or that stand twice, are
    problems here: a wave without a plan is asked in the languages of the bank.
    """
    problems: list[Problem] = []
    offered: list[OfferedLanguage] = []
    for year in years:
        file = study / "waves" / f"{year}.yaml"
        if not file.exists():
            continue
        root = Document(file, str(Path(study.name) / "waves" / file.name), problems).root
        pairs = () if root is None else root.pairs()
        nodes = next((node.items() for _, key, node in pairs if key == "languages"), [])
        codes = [node.text("language") for node in nodes]
        for at, (code, node) in enumerate(zip(codes, nodes, strict=True)):
            if code in codes[:at]:
                node.wrong(f'language "{code[:MAX_SHOWN]}" stands twice')
            elif locale_of(code) is None:
                node.wrong(f'language "{code[:MAX_SHOWN]}" is not known, expected a code like "nl"')
            else:
                offered.append(OfferedLanguage(year, code, node.place))
    return offered, problems
