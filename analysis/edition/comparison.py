"""What differs between two releases or two editions, and why: cases, cells, and what they rest on.

Names of variables and cases are said, answers never.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from analysis.edition.archive import DATA, archive_of
from analysis.edition.whole_folder import MANIFEST
from analysis.errors import AnalysisError

TABLES = "tables.csv"
KEY = ("table", "wave", "stub", "stub_code", "banner", "banner_code", "statistic")
NUMBERS = ("value", "se", "low", "high", "n", "weighted_n", "n_eff", "flag")
_PERSON_WAVE = ["person_id", "wave"]
_PARTS = {
    "instrument_versions": "instrument",
    "recipes": "recipe",
    "plan": "plan",
    "study_files": "study file",
    "policy": "disclosure policy",
    "code": "code",
}


@dataclass(frozen=True)
class CaseDifference:
    """A person in a wave who differs; ``variables`` is empty when one side does not have them."""

    case_id: str
    wave: str
    what: str
    variables: tuple[str, ...] = ()


@dataclass(frozen=True)
class CellDifference:
    """A row of the tables that differs: where it stands, how, and the possible causes."""

    where: tuple[str, ...]
    what: str
    causes: tuple[str, ...]


@dataclass(frozen=True)
class Comparison:
    """Two releases or editions side by side.

    Attributes
    ----------
    parts : mapping of str to tuple of str
        What the editions rest on that differs, such as ``recipe`` to the names of the files.
    cases : tuple of CaseDifference
    cells : tuple of CellDifference
        Empty for two releases, which have no tables.
    """

    parts: Mapping[str, tuple[str, ...]]
    cases: tuple[CaseDifference, ...] = field(repr=False)
    cells: tuple[CellDifference, ...] = field(repr=False)

    @property
    def is_equal(self) -> bool:
        """Whether nothing differs."""
        return not (self.parts or self.cases or self.cells)

    def lines(self) -> Iterator[str]:
        """Give the comparison as lines of text."""
        if self.is_equal:
            yield "no difference"
        for part, names in self.parts.items():
            yield f"{part}: {', '.join(names)}"
        yield from self._case_lines()
        for cell in self.cells:
            where = ", ".join(text for text in cell.where if text)
            yield f"cell {where}: {cell.what} ({'; '.join(cell.causes) or 'cause not recorded'})"
        counts = Counter(cell.where[0] for cell in self.cells)
        for table, number in counts.items():
            yield f"table {table}: {number} cells differ"

    def _case_lines(self) -> Iterator[str]:
        for case in self.cases:
            listed = f": {', '.join(case.variables)}" if case.variables else ""
            yield f"case {case.case_id}, wave {case.wave}: {case.what}{listed}"


def compare(first: Path, second: Path) -> Comparison:
    """Compare two release folders, editions or archives.

    Raises
    ------
    AnalysisError
        If a folder has neither responses nor an archive with them.
    """
    data = [_data_of(folder) for folder in (first, second)]
    cases = tuple(_cases(*(_responses(folder) for folder in data)))
    manifests = [_manifest(folder) for folder in (first, second)]
    parts = dict(_parts(*manifests))
    tables = [folder / TABLES for folder in (first, second)]
    if not all(path.is_file() for path in tables):
        return Comparison(parts, cases, ())
    before, after = (_table(path) for path in tables)
    return Comparison(parts, cases, tuple(_cells(before, after, _Causes(parts, cases))))


def _data_of(folder: Path) -> Path:
    for place in (folder, folder / DATA, archive_of(folder) / DATA):
        if (place / "responses.csv").is_file():
            return place
    raise AnalysisError(
        f"{folder}: neither a release nor an edition with its archive "
        f"(expected responses.csv in it, or {archive_of(folder).name} beside it)"
    )


def _manifest(folder: Path) -> Mapping[str, Any]:
    path = folder / MANIFEST
    place = path if path.is_file() else folder / DATA / MANIFEST
    found: Mapping[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return found


def _responses(folder: Path) -> pd.DataFrame:
    table = pd.read_csv(folder / "responses.csv", dtype=str, keep_default_na=False)
    return table.set_index(_PERSON_WAVE).sort_index()


def _table(path: Path) -> pd.DataFrame:
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    return table.set_index(list(KEY))


def _parts(first: Mapping[str, Any], second: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, name in _PARTS.items():
        a, b = first.get(key), second.get(key)
        if a == b:
            continue
        if isinstance(a, dict) and isinstance(b, dict):
            differing = sorted(k for k in {*a, *b} if a.get(k) != b.get(k))
            yield name, tuple(differing)
        else:
            yield name, ("differs",)


def _cases(first: pd.DataFrame, second: pd.DataFrame) -> Iterator[CaseDifference]:
    for person, wave in first.index.difference(second.index):
        yield CaseDifference(str(first.loc[(person, wave), "case_id"]), str(wave), "only in first")
    for person, wave in second.index.difference(first.index):
        yield CaseDifference(
            str(second.loc[(person, wave), "case_id"]), str(wave), "only in second"
        )
    both = first.index.intersection(second.index)
    columns = [name for name in first.columns if name in second.columns]
    differs = first.loc[both, columns].to_numpy() != second.loc[both, columns].to_numpy()
    for at in np.flatnonzero(differs.any(axis=1)).tolist():
        names = tuple(dict.fromkeys(columns[k] for k in np.flatnonzero(differs[at])))
        case = str(first.loc[both[at], "case_id"])
        yield CaseDifference(case, str(both[at][1]), "other values", names)


class _Causes:
    """Which of the differences can be behind a cell."""

    def __init__(
        self, parts: Mapping[str, tuple[str, ...]], cases: tuple[CaseDifference, ...]
    ) -> None:
        self._parts = [
            f"{name} differs" for name in parts if name not in {"instrument", "study file"}
        ]
        self._moved = Counter(case.wave for case in cases if not case.variables)
        self._changed: Counter[tuple[str, str]] = Counter(
            (case.wave, variable)
            for case in cases
            for variable in {name.partition("__")[0] for name in case.variables}
        )
        self._waves = {case.wave for case in cases if case.variables}

    def of(self, wave: str, stub: str, banner: str) -> tuple[str, ...]:
        """Name what can have changed a row of this wave, question and breakdown."""
        waves = wave.split("-")
        found = []
        moved = sum(self._moved[one] for one in waves)
        if moved:
            found.append(f"{moved} cases came or went")
        used = {stub.partition("@")[0], banner.partition("@")[0]}
        changed = sum(self._changed[one, name] for one in waves for name in used)
        if changed:
            found.append(f"{changed} answers to {' or '.join(sorted(used - {'total'}))} changed")
        elif self._waves & set(waves):
            found.append("other answers changed, which weights or conditions may use")
        return (*found, *self._parts)


def _cells(first: pd.DataFrame, second: pd.DataFrame, causes: _Causes) -> Iterator[CellDifference]:
    only = {"only in first": (first, second), "only in second": (second, first)}
    for what, (here, there) in only.items():
        for key in here.index.difference(there.index, sort=False):
            yield _cell(key, what, causes)
    both = first.index[first.index.isin(second.index)]
    before = first.loc[both, list(NUMBERS)].to_dict(orient="records")
    after = second.loc[both, list(NUMBERS)].to_dict(orient="records")
    for key, a, b in zip(both, before, after, strict=True):
        if a != b:
            changed = [
                f"{name} {a[name] or '-'} -> {b[name] or '-'}"
                for name in NUMBERS
                if a[name] != b[name]
            ]
            yield _cell(key, ", ".join(changed), causes)


def _cell(key: tuple[str, ...], what: str, causes: _Causes) -> CellDifference:
    where = dict(zip(KEY, map(str, key), strict=True))
    found = causes.of(where["wave"], where["stub"], where["banner"])
    return CellDifference(tuple(where.values()), what, found)
