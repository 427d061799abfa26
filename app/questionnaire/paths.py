"""Worked respondents: answers and the route they must give, written by survey authors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.questionnaire.answers import SEEN, confirm_variable, other_variable
from app.questionnaire.compile import compile_wave
from app.questionnaire.document import MAX_SHOWN, Document, Node, Problem, by_place
from app.questionnaire.model import Bank, Instrument, Kind, Missing, Value
from app.questionnaire.routing import Earlier, Known, Preload, Route, route

_CODES = {code.value: code for code in Missing}


@dataclass(frozen=True, slots=True)
class WorkedRespondent:
    """One person an author worked out: who they are, what they say, what they should be asked."""

    id: str
    """Name of the file, without its ending."""
    name: str
    wave: int
    known: Known
    answers: Mapping[str, Value]
    """What the author wrote; what is asked and not written was skipped."""
    pages: tuple[str, ...] | None
    """The route as it should be; ``None`` where the author gave none."""


def check_paths(bank: Bank, folder: Path) -> list[Problem]:
    """Return a problem for every worked respondent in ``paths/`` whose route is another one."""
    problems: list[Problem] = []
    for root in _files(folder, problems).values():
        problems += _check(bank, root)
    return by_place(problems)


def worked_respondents(folder: Path, wave: int) -> list[WorkedRespondent]:
    """Return the worked respondents of a wave; a file with faults is left out: `check_paths`."""
    found = []
    for name, root in _files(folder, []).items():
        problems = root.document.problems
        before = len(problems)
        one = _worked(name, root)
        if one is not None and one.wave == wave and len(problems) == before:
            found.append(one)
    return found


def _files(folder: Path, problems: list[Problem]) -> dict[str, Node]:
    found = {}
    for file in sorted((folder / "paths").glob("*.yaml")):
        name = str(Path(*folder.parts[-2:]) / "paths" / file.name)
        root = Document(file, name, problems).root
        if root is not None:
            found[file.stem] = root
    return found


def with_pages_seen(instrument: Instrument, answers: Mapping[str, Value]) -> dict[str, Value]:
    """Return answers with those to pages that only want to be read: everybody goes on from them."""
    seen: dict[str, Value] = {item.var: SEEN for item in instrument.items if item.kind is Kind.INFO}
    return seen | dict(answers)


def skipped_to_the_end(
    instrument: Instrument, known: Known, answers: Mapping[str, Value]
) -> tuple[Route, dict[str, Value]]:
    """Return the finished route of answers, and them with a skip for what was asked and not named.

    Otherwise every path would have to name every statement.
    """
    given = with_pages_seen(instrument, answers)
    walked = route(instrument, known, given)
    while (page := walked.first_open) is not None:
        for var in page.variables:
            given.setdefault(var, Missing.SKIP)
        walked = route(instrument, known, given)
    return walked, given


def _worked(name: str, root: Node) -> WorkedRespondent | None:
    block = root.block(
        ("name", "wave", "answers", "expect"),
        ("frame", "assigned", "preload", "months", "interview_month"),
    )
    if not {"wave", "answers", "expect"} <= block.keys():
        return None
    wave = block["wave"].whole("wave")
    month = block["interview_month"].text() if "interview_month" in block else f"{wave}-01"
    known = Known(
        frame=_texts(block.get("frame")),
        assigned={var: str(value) for var, value in _texts(block.get("assigned")).items()},
        preload=_preload(block.get("preload"), block.get("months")),
        interview_month=month,
    )
    expect = block["expect"].block((), ("pages", "status"))
    pages = tuple(expect["pages"].texts("page")) if "pages" in expect else None
    called = block["name"].text("name") if "name" in block else name
    return WorkedRespondent(name, called, wave, known, _texts(block["answers"]), pages)


def _check(bank: Bank, root: Node) -> Iterator[Problem]:
    worked = _worked("", root)
    if worked is None:
        return
    block = root.block((), ("name", "wave", "answers", "expect", "frame", "assigned", "preload",
                            "months", "interview_month"))  # fmt: skip
    if worked.wave not in bank.waves:
        block["wave"].wrong(f"the study has no wave {worked.wave}")
        return
    instrument = compile_wave(bank, worked.wave)
    yield from _strangers(instrument, block["answers"])
    walked, _ = skipped_to_the_end(instrument, worked.known, worked.answers)
    expect = block["expect"].block((), ("pages", "status"))
    if worked.pages is not None:
        found = [page.id for page in walked.pages]
        if list(worked.pages) != found:
            message = _difference(list(worked.pages), found)
            yield Problem(expect["pages"].place, message)
    status = walked.termination.status if walked.termination else "complete"
    if "status" in expect and expect["status"].text() != status:
        yield Problem(expect["status"].place, f"the route ends as {status}")


def _strangers(instrument: Instrument, answers: Node) -> Iterator[Problem]:
    """Answers that nobody can give: a path with a slip of the pen in it proves nothing."""
    confirms = {confirm_variable(item.var): instrument.confirm for item in instrument.items}
    others = {other_variable(item.var) for item in instrument.items}
    for key, var, value in answers.pairs():
        item = instrument.item_of.get(var)
        if item is None and var not in confirms and var not in others:
            yield Problem(
                key.place, f'answer to "{var}", which wave {instrument.wave} does not ask'
            )
            continue
        options = item.options if item else confirms.get(var, ())
        given = _value(value)
        for code in given if isinstance(given, tuple) else (given,):
            if options and code not in {*_CODES, *(option.code for option in options)}:
                yield Problem(value.place, f'"{code}" is no answer to "{var}"')


def _difference(wanted: list[str], found: list[str]) -> str:
    for at, (one, other) in enumerate(zip([*wanted, "the end"], [*found, "the end"], strict=False)):
        if one != other:
            return f"page {at + 1} of the route is {other}, expected {one}"
    return "the routes differ in length"


def _texts(node: Node | None) -> dict[str, Value]:
    return {name: _value(value) for _, name, value in node.pairs()} if node is not None else {}


def _value(node: Node) -> Value:
    if node.is_list():
        return node.texts("answer")
    text = node.text("answer")
    return _CODES.get(text, text)


def _preload(node: Node | None, months: Node | None) -> Preload:
    earlier: dict[str, Earlier] = {}
    for _, var, value in node.pairs() if node is not None else ():
        block = value.block(("value", "wave"))
        if block.keys() == {"value", "wave"}:
            earlier[var] = Earlier(_value(block["value"]), block["wave"].whole("wave"))
    by_wave: dict[int, str] = {}
    for key, wave, month in months.pairs() if months is not None else ():
        if wave.isascii() and wave.isdecimal() and len(wave) == len("2024"):
            by_wave[int(wave)] = month.text("month")
        else:
            key.wrong(f'wave is "{wave[:MAX_SHOWN]}", expected a year like "2024"')
    return Preload(answers=earlier, months=by_wave)
