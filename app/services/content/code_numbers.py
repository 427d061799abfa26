"""The numbers that a study's codes have in SPSS and Stata files, frozen in ``numbering.json``.

`analysis.export.numbering` says how a code gets its number. Here is what a study knows beyond its
codebook: whole code lists, so that a number does not depend on which towns happened to answer.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from json import JSONDecodeError
from pathlib import Path

from analysis.codebook import Codebook
from analysis.export.numbering import (
    Numbering,
    NumberingError,
    extend,
    read_numbering,
    write_numbering,
)
from app.questionnaire.model import Bank, Derivation, FrameVariable, Item, Kind
from app.services.content.table_plans import codebook_of_study

FILE = "numbering.json"
_NATIONALITY = "fr_nationality"
_WORDS = frozenset({"open", "text"})
_OF_A_FORM = {"month": "2024-01", "year": "2024"}
"""An answer that shows how a kind of frame variable is written."""


def freeze_numbers(bank: Bank, folder: Path) -> Path:
    """Give new codes their numbers in ``numbering.json``; what is there stays as it is."""
    path = folder / FILE
    write_numbering(extended_numbers(bank, folder), path)
    return path


def unnumbered(bank: Bank, folder: Path) -> list[str]:
    """Return ``file:line: message`` for every variable with codes that have no number yet.

    A study that has no such file has not frozen its numbers, which is no fault.
    """
    path = folder / FILE
    if not path.exists():
        return []
    shown = Path(*folder.parts[-2:]) / FILE
    if of_margins := _margin_faults(folder):
        return of_margins
    try:
        frozen, extended = read_numbering(path), extended_numbers(bank, folder)
    except NumberingError as error:
        line = error.__cause__.lineno if isinstance(error.__cause__, JSONDecodeError) else 1
        return [f"{shown}:{line}: {str(error).removeprefix(f'{path}: ')}"]
    return [
        f"{shown}:1: {name} has codes without a number; run `python -m app freeze-numbers`"
        for name, numbered in extended.variables.items()
        if frozen.variables.get(name) != numbered
    ]


def extended_numbers(bank: Bank, folder: Path) -> Numbering:
    """Return the frozen numbers with those of everything new in any wave of the study."""
    path = folder / FILE
    frozen = read_numbering(path) if path.exists() else Numbering(bank.study)
    return extend(frozen, _released(codebook_of_study(bank)), dict(_known_answers(bank, folder)))


def _released(codebook: Codebook) -> Codebook:
    """Leave out what no release holds: words of respondents."""
    kept = {name: one for name, one in codebook.variables.items() if one.kind not in _WORDS}
    return replace(codebook, variables=kept)


def _known_answers(bank: Bank, folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Give answers of variables whose codes the codebook does not list."""
    lists = {name: [entry.code for entry in entries] for name, entries in bank.code_lists.items()}
    for item in bank.items:
        if isinstance(item, Item) and item.kind is Kind.CODE_LIST and item.code_list is not None:
            yield item.var, lists[item.code_list]
    for frame in (*bank.frame, *bank.paradata):
        if not frame.values:
            yield frame.var, _frame_answers(frame, lists, folder)
    for derived in bank.derived:
        if derived.kind is Derivation.YEARS_BETWEEN:
            yield derived.var, ["1"]
        elif derived.kind is Derivation.MONTHS_BETWEEN:
            yield derived.var, ["-1", "1"]  # a course may start before somebody moves in


def _frame_answers(frame: FrameVariable, lists: dict[str, list[str]], folder: Path) -> list[str]:
    if frame.var == _NATIONALITY:
        return _nationalities(folder)
    if frame.var.endswith("_month"):
        return [_OF_A_FORM["month"]]
    return lists.get(frame.kind) or ([_OF_A_FORM[frame.kind]] if frame.kind in _OF_A_FORM else [])


def _margin_faults(folder: Path) -> list[str]:
    """Return why the classes of the margins cannot be read, a line each."""
    faults = []
    for path in sorted((folder / "margins").glob("*.csv")):
        shown = Path(*folder.parts[-2:]) / "margins" / path.name
        with path.open(encoding="utf-8", newline="") as lines:
            reader = csv.DictReader(lines)
            if "category" not in (reader.fieldnames or ()):
                faults.append(f'{shown}:1: found no column "category"')
                continue
            faults += [
                f"{shown}:{reader.line_num}: expected a category like act=wi2021;group=asiel"
                for row in reader
                if not all("=" in part for part in (row["category"] or "").split(";"))
            ]
    return faults


def _nationalities(folder: Path) -> list[str]:
    """Classes of the margins, and the rest."""
    found = {"other"}
    for path in sorted((folder / "margins").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                parts = dict(part.split("=", 1) for part in row["category"].split(";"))
                if "nationality" in parts:
                    found.add(parts["nationality"])
    return sorted(found - {"all"})
