"""Which number stands for an answer in SPSS and Stata files: given once, never changed.

The bank's codes are words (``"asiel"``) and numbers as text (``"3"``); statistical packages want
numbers. A table holds them per variable. It is extended when a wave adds options, and what it holds
is never altered, so that syntax written on the first wave reads the last.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from analysis.codebook import MISSING_CODES, Codebook, Missing, Variable
from analysis.errors import AnalysisError
from analysis.export.whole_file import whole_file
from analysis.responses import Responses

MISSING_NUMBERS: Mapping[Missing, int] = {
    Missing.DK: -1,
    Missing.REF: -2,
    Missing.SKIP: -3,
    Missing.NA_ROUTE: -4,
    Missing.BREAK_OFF: -5,
}
SIGNED_MISSING_NUMBERS: Mapping[Missing, int] = {
    kind: number - 9990 for kind, number in MISSING_NUMBERS.items()
}
"""For counts that may be negative themselves, where -3 is an answer: -9991 to -9995."""
CONFIRM_CODES = ("still_true", "changed", "never_true")
"""Answers of a page that confirms an earlier wave; the codebook may leave them out."""
_FORMAT = "perspectief-numbering/1"
_WHOLE = re.compile(r"0|[1-9][0-9]{0,7}", re.ASCII)
_DECIMAL = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?", re.ASCII)
_MONTH = re.compile(r"[1-9][0-9]{3}(-(0[1-9]|1[0-2]))?", re.ASCII)
_DATE = re.compile(r"[1-9][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?", re.ASCII)


class Form(StrEnum):
    """How the answers of a variable become numbers."""

    CODES = "codes"
    """Every code has a number of its own."""
    NUMBER = "number"
    """The answer is a number."""
    MONTH = "month"
    """Year and month as YYYYMM; 00 where only the year is known."""
    DATE = "date"
    """Year, month and day as YYYYMMDD; 00 for what is not known."""


@dataclass(frozen=True)
class Numbered:
    """One variable of the table.

    Attributes
    ----------
    form : Form
    numbers : mapping
        Number of each code, all different and not negative; empty for other forms.
    signed : bool
        The answers are numbers that may be negative; missing codes then lie far below.
    """

    form: Form
    numbers: Mapping[str, int] = field(default_factory=dict)
    signed: bool = False

    @property
    def missing(self) -> Mapping[Missing, int]:
        """The number of each missing code."""
        return SIGNED_MISSING_NUMBERS if self.signed else MISSING_NUMBERS

    def number(self, answer: str) -> float:
        """Give the number of an answer or missing code.

        Raises
        ------
        KeyError
            If a code has none.
        ValueError
            If the answer is no number, month or date, or one that stands for a missing code.
        """
        if answer in MISSING_CODES:
            return float(self.missing[Missing(answer)])
        match self.form:
            case Form.CODES:
                return float(self.numbers[answer])
            case Form.NUMBER:
                return self._decimal(answer)
            case Form.MONTH:
                return _calendar_number(answer, _MONTH, digits=6)
            case Form.DATE:
                return _calendar_number(answer, _DATE, digits=8)

    def answer(self, number: float) -> str:
        """Give the answer or missing code that a number stands for; the inverse of `number`.

        Raises
        ------
        KeyError
            If it stands for none.
        """
        missing = {float(value): kind.value for kind, value in self.missing.items()}
        if number in missing:
            return missing[number]
        match self.form:
            case Form.CODES:
                return {value: code for code, value in self.numbers.items()}[int(number)]
            case Form.NUMBER:
                return format(number, ".15g")
            case Form.MONTH:
                return _calendar_answer(number, digits=6)
            case Form.DATE:
                return _calendar_answer(number, digits=8)

    def _decimal(self, answer: str) -> float:
        if not _DECIMAL.fullmatch(answer) or float(answer) in self.missing.values():
            raise ValueError(answer)
        return float(answer)


def _calendar_number(answer: str, pattern: re.Pattern[str], *, digits: int) -> float:
    """Read ``2023-05`` as 202305, and ``2023`` as 202300."""
    if not pattern.fullmatch(answer):
        raise ValueError(answer)
    return float(answer.replace("-", "").ljust(digits, "0"))


def _calendar_answer(number: float, *, digits: int) -> str:
    text = str(int(number)).zfill(digits)
    parts = [text[:4], *(text[at : at + 2] for at in range(4, digits, 2))]
    return "-".join(part for k, part in enumerate(parts) if k == 0 or part != "00")


@dataclass(frozen=True)
class Numbering:
    """The numbers of a study."""

    study: str
    variables: Mapping[str, Numbered] = field(default_factory=dict, repr=False)

    def __getitem__(self, name: str) -> Numbered:
        """Give the entry of a variable; one of which no answer was ever seen counts as a number."""
        return self.variables.get(name) or Numbered(Form.NUMBER)


class NumberingError(AnalysisError):
    """A table of numbers contradicts itself or the answers."""


def number_responses(responses: Responses, frozen: Numbering | None = None) -> Numbering:
    """Extend a table with what some responses and their codebook have more.

    Parameters
    ----------
    responses : Responses
    frozen : Numbering, optional
        The study's table so far. Without it numbers hold for these responses only as far as codes
        come from the codebook; those of code lists (municipalities, countries) depend on which
        occur.

    Returns
    -------
    Numbering
        Everything in ``frozen``, unaltered, and the additions.

    Raises
    ------
    NumberingError
        If an answer does not fit the form frozen for its variable.
    """
    found = {
        variable.name: _distinct(responses, variable)
        for variable in responses.codebook.variables.values()
        if not variable.codes
    }
    return extend(frozen or Numbering(responses.codebook.study), responses.codebook, found)


def published_numbers(responses: Responses, frozen: Numbering | None = None) -> Numbering:
    """Give `number_responses` without codes that nothing but an answer tells.

    For documents that go further than the data: that somebody from a small country or municipality
    took part is not theirs to say. A frozen table made from the whole code list is shown whole.
    """
    numbers = number_responses(responses, frozen)
    before = Numbering(numbers.study) if frozen is None else frozen
    variables = dict(numbers.variables)
    for name, variable in responses.codebook.variables.items():
        if name in variables and not variable.codes and variable.kind != "confirm":
            variables[name] = replace(variables[name], numbers=before[name].numbers)
    return Numbering(numbers.study, variables)


def extend(
    frozen: Numbering, codebook: Codebook, found: Mapping[str, Sequence[str]] | None = None
) -> Numbering:
    """Give ``frozen`` with the codebook's new variables and codes added in its order.

    Parameters
    ----------
    found : mapping, optional
        Answers that occur, for variables whose codes the codebook does not list; a variable of
        which nothing tells the form stays out until something does.

    Notes
    -----
    A code that is a whole number in its plain form (``"3"``, not ``"03"``) keeps that number unless
    it is taken; all others follow, in the codebook's order, on the largest number of the variable.
    """
    if frozen.study != codebook.study:
        raise NumberingError(f"numbers of study '{frozen.study}' for study '{codebook.study}'")
    variables = dict(frozen.variables)
    for variable in codebook.variables.values():
        answers = (found or {}).get(variable.name, ())
        numbered = _numbered(variable, variables.get(variable.name), answers)
        if numbered is not None:
            variables[variable.name] = numbered
    return Numbering(frozen.study, variables)


def _numbered(
    variable: Variable, earlier: Numbered | None, answers: Sequence[str]
) -> Numbered | None:
    form = _form(variable, answers) if earlier is None else earlier.form
    match form:
        case None:
            return None
        case Form.CODES:
            before = {} if earlier is None else earlier.numbers
            return Numbered(form, extend_numbers(before, _codes(variable, answers)))
        case Form.NUMBER:
            return _number(variable, earlier, answers)
        case _:
            return Numbered(form)


def extend_numbers(frozen: Mapping[str, int], codes: Iterable[str]) -> dict[str, int]:
    """Give every code a number; those that have one keep it. See `extend`."""
    numbers = dict(frozen)
    new = [code for code in dict.fromkeys(codes) if code not in numbers]
    taken = set(numbers.values())
    for code in new:
        if _WHOLE.fullmatch(code) and int(code) not in taken:
            numbers[code] = int(code)
            taken.add(int(code))
    for code in new:
        if code not in numbers:
            numbers[code] = max(taken, default=0) + 1
            taken.add(numbers[code])
    return numbers


def _codes(variable: Variable, answers: Sequence[str]) -> list[str]:
    if variable.codes:
        # An option that the last wave dropped still has its column.
        prefix = f"{variable.name}__"
        dropped = [c.removeprefix(prefix) for c in variable.columns if c.startswith(prefix)]
        return [*(option.code for option in variable.codes), *dropped]
    if variable.kind == "confirm":
        return [*CONFIRM_CODES, *sorted(set(answers) - set(CONFIRM_CODES))]
    return sorted(answers)


def _form(variable: Variable, answers: Sequence[str]) -> Form | None:
    if variable.codes or variable.kind in {"code_list", "confirm"}:
        return Form.CODES
    if variable.kind in {"number", "year"}:
        return Form.NUMBER
    if variable.kind in {"month", "date"}:
        return Form(variable.kind)
    if not answers:
        return None
    for form, pattern in ((Form.NUMBER, _DECIMAL), (Form.MONTH, _MONTH), (Form.DATE, _DATE)):
        if all(pattern.fullmatch(answer) for answer in answers):
            return form
    return Form.CODES


def _number(variable: Variable, earlier: Numbered | None, answers: Sequence[str]) -> Numbered:
    negative = [answer for answer in answers if answer.startswith("-")]
    if earlier is None:
        return Numbered(Form.NUMBER, signed=bool(negative))
    if negative and not earlier.signed:
        raise NumberingError(
            f"variable '{variable.name}': the answer {negative[0]} is negative, but -1 to -5 were "
            "frozen as its missing codes; freeze it as signed if such answers are right"
        )
    return earlier


def _distinct(responses: Responses, variable: Variable) -> list[str]:
    """Answers that occur, sorted, without missing codes."""
    (column,) = variable.columns
    if column not in responses.table.columns:
        return []
    return sorted(set(responses.table[column].unique()) - MISSING_CODES - {""})


# --- the file -------------------------------------------------------------------------------------


def write_numbering(numbering: Numbering, path: Path) -> None:
    """Write a table as JSON; equal tables give equal bytes."""
    document = {
        "format": _FORMAT,
        "study": numbering.study,
        "missing": {kind.value: number for kind, number in MISSING_NUMBERS.items()},
        "variables": {
            name: {"form": str(one.form)}
            | ({"numbers": dict(one.numbers)} if one.form is Form.CODES else {})
            | ({"signed": True} if one.signed else {})
            for name, one in numbering.variables.items()
        },
    }
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    with whole_file(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def read_numbering(path: Path) -> Numbering:
    """Read a table.

    Raises
    ------
    NumberingError
        If it is no such table, a variable or code stands twice, or two codes share a number.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_unrepeated)
        if document["format"] != _FORMAT:
            raise NumberingError(f"{path}: format {document['format']!r}, expected {_FORMAT!r}")
        variables = {
            name: _checked(f"{path}: variable '{name}'", entry)
            for name, entry in document["variables"].items()
        }
        return Numbering(document["study"], variables)
    except (json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise NumberingError(f"{path}: not a table of numbers: {error!r}") from error


def _unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping = dict(pairs)
    if len(mapping) < len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"given twice: {', '.join(twice)}")
    return mapping


def _checked(where: str, entry: Mapping[str, Any]) -> Numbered:
    numbers = entry.get("numbers", {})
    wrong = {code: n for code, n in numbers.items() if type(n) is not int or n < 0}
    if wrong:
        raise NumberingError(f"{where}: no whole numbers from 0: {wrong}")
    if len(set(numbers.values())) < len(numbers):
        raise NumberingError(f"{where}: two codes share a number")
    return Numbered(Form(entry["form"]), dict(numbers), bool(entry.get("signed", False)))
