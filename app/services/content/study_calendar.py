"""When a wave is in the field and in which languages: ``waves/<year>.yaml`` of a study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from app.questionnaire.code_lists import locale_of
from app.questionnaire.document import MAX_SHOWN, Document, Node, Problem
from app.questionnaire.model import Place


class Voice(StrEnum):
    """What a wave asks of the clips of a language before it is published."""

    RECORDED = "recorded"
    DRAFT = "draft"
    """A program may speak: for rehearsals."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class AudioPlan:
    """The languages that a wave is read aloud in."""

    languages: tuple[str, ...]
    required: Voice
    place: Place


@dataclass(frozen=True, slots=True)
class MostScreens:
    """How many screens the middle person of every group may see."""

    number: int
    place: Place


@dataclass(frozen=True, slots=True)
class WavePlan:
    """The plan of one wave."""

    year: int
    languages: tuple[str, ...]
    opens_on: date
    closes_on: date
    preload_from: tuple[int, ...]
    audio: AudioPlan | None = None
    most_screens: MostScreens | None = None
    target: Mapping[str, int] | None = None
    """Complete interviews by group (``asiel_wi2021``) that the client asks for; ``None``: none are
    named, and they are worked out from the sampling design."""
    helpers: bool = True
    """Whether somebody may sit beside the person and hold the pen."""


@dataclass(frozen=True, slots=True)
class OfferedLanguage:
    """A language that a wave is to be asked in, and where its plan says so."""

    year: int
    code: str
    place: Place


class WavePlanError(Exception):
    """A wave file that cannot be used; the message names file and line of every problem."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)


def read_wave_plan(study: Path, year: int) -> WavePlan:
    """Return the plan of a wave.

    Raises
    ------
    WavePlanError
        With all problems of the file.
    """
    problems: list[Problem] = []
    file = study / "waves" / f"{year}.yaml"
    root = Document(file, _name_of(study, file), problems).root
    keys = ("wave", "languages", "mode", "opens", "closes", "preload_from")
    more = ("audio", "most_screens", "target", "helpers")
    block = root.block(keys, more) if root is not None else {}
    if not problems and block.keys() >= set(keys):
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
        before = tuple(_earlier(one, year) for one in block["preload_from"].items())
        target = _target(block["target"]) if "target" in block else None
        if not problems and dates["opens"] > dates["closes"]:
            block["closes"].wrong("closes before it opens")
        audio = _audio(block["audio"], languages) if "audio" in block else None
        most = _most_screens(block["most_screens"]) if "most_screens" in block else None
        helpers = "helpers" not in block or _may_help(block["helpers"])
        if not problems:
            opens, closes = dates["opens"], dates["closes"]
            return WavePlan(year, languages, opens, closes, before, audio, most, target, helpers)
    raise WavePlanError(problems)


def _earlier(node: Node, year: int) -> int:
    wave = node.whole("wave")
    if wave >= year:
        node.wrong(f"preload_from names {wave}, expected a wave before {year}")
    return wave


def check_wave_plans(study: Path, years: Sequence[int]) -> list[Problem]:
    """Return what is wrong with the plans that a study has; a wave may still lack one."""
    problems: list[Problem] = []
    for year in years:
        if (study / "waves" / f"{year}.yaml").exists():
            try:
                plan = read_wave_plan(study, year)
            except WavePlanError as error:
                problems += error.problems
                continue
            file = study / "waves" / f"{year}.yaml"
            lines = file.read_text(encoding="utf-8").splitlines()
            at = next(n for n, line in enumerate(lines, 1) if line.startswith("preload_from"))
            problems += [
                Problem(
                    Place(_name_of(study, file), at),
                    f"preload_from names {wave}, the study has no such wave",
                )
                for wave in plan.preload_from
                if wave not in years
            ]
    return problems


def _name_of(study: Path, file: Path) -> str:
    """The name of a plan for messages, as the other files of the study have theirs."""
    return str(Path(*study.parts[-2:]) / "waves" / file.name)


def _audio(node: Node, offered: Sequence[str]) -> AudioPlan | None:
    block = node.block(("languages", "required"))
    if block.keys() != {"languages", "required"}:
        return None
    required = block["required"].choice([one.value for one in Voice], "required")
    codes = [one.text("language") for one in block["languages"].items()]
    for code, one in zip(codes, block["languages"].items(), strict=True):
        if code not in offered:
            one.wrong(f'the wave is not asked in "{code[:MAX_SHOWN]}"')
    return AudioPlan(tuple(codes), Voice(required), node.place)


def _target(node: Node) -> dict[str, int]:
    groups = {}
    for _, group, number in node.pairs():
        groups[group] = number.whole(f"target of {group}")
        if groups[group] < 0:
            number.wrong(f"target of {group} is {groups[group]}, expected 0 or more")
    return groups


def _may_help(node: Node) -> bool:
    return node.choice(("allowed", "forbidden"), "helpers") == "allowed"


def _most_screens(node: Node) -> MostScreens | None:
    number = node.whole("most_screens")
    if number < 1:
        node.wrong(f"most_screens is {number}, expected 1 or more")
    return MostScreens(number, node.place)


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
        root = Document(file, _name_of(study, file), problems).root
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
