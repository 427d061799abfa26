"""Two releases side by side: who came and went, which cells changed and why, what both give away.

Counts of cases and names of variables are said, answers never.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from analysis.disclosure.differencing import Leak, differences
from analysis.disclosure.policy import Policy
from analysis.edition.archive import read_cells
from analysis.edition.comparison import CaseDifference, CellDifference, Comparison, compare
from analysis.errors import AnalysisError
from app.services.publication.releases import ARCHIVE, KeptRelease

__all__ = ["CellDifference", "ReleaseDifference", "difference"]

ONLY_FIRST, ONLY_SECOND, OTHER_VALUES = "only in first", "only in second", "other values"


@dataclass(frozen=True)
class ReleaseDifference:
    """What differs between two releases; ``first`` is the one with the lower number."""

    first: KeptRelease
    second: KeptRelease
    no_data: bool
    """The rows of one of them were destroyed: cases and cells cannot be compared any more."""
    parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What they rest on that differs: ``recipe``, ``plan``, ``code`` … to the names of files."""
    cases: tuple[CaseDifference, ...] = field(repr=False, default=())
    cells: tuple[CellDifference, ...] = field(repr=False, default=())
    tables_compared: bool = False
    leaks: tuple[Leak, ...] | None = None
    """What both together give away; ``None`` where one has no tables to hold against the other."""

    @property
    def is_equal(self) -> bool:
        """Whether nothing at all differs."""
        return not (self.no_data or self.parts or self.cases or self.cells)

    def moved(self) -> list[tuple[str, str, int]]:
        """Return wave, what happened and how many cases, by wave."""
        return sorted(
            (wave, what, count)
            for (wave, what), count in Counter((one.wave, one.what) for one in self.cases).items()
        )

    def changed_variables(self) -> list[tuple[str, str, int]]:
        """Return wave, variable and how many cases have another value, the most first."""
        counts = Counter(
            (one.wave, name)
            for one in self.cases
            for name in dict.fromkeys(full.partition("__")[0] for full in one.variables)
        )
        return sorted(
            ((wave, name, count) for (wave, name), count in counts.items()),
            key=lambda one: (-one[2], one[0], one[1]),
        )


def difference(one: KeptRelease, other: KeptRelease) -> ReleaseDifference:
    """Compare two releases, whichever comes first."""
    first, second = sorted((one, other), key=lambda kept: kept.number)
    leaks = _leaks(first, second)
    if not (first.has_data and second.has_data):
        return ReleaseDifference(first, second, no_data=True, leaks=leaks)
    found = _compared(_place(first), _place(second))
    return ReleaseDifference(
        first,
        second,
        no_data=False,
        parts=found.parts,
        cases=found.cases,
        cells=found.cells,
        tables_compared=first.is_published and second.is_published,
        leaks=leaks,
    )


def _place(kept: KeptRelease) -> Path:
    return kept.publication if kept.is_published else kept.data


@lru_cache(maxsize=8)
def _compared(first: Path, second: Path) -> Comparison:
    """Read once a process: a release never changes, and number and place go together."""
    return compare(first, second)


def _leaks(first: KeptRelease, second: KeptRelease) -> tuple[Leak, ...] | None:
    archives = [one.folder / ARCHIVE for one in (first, second)]
    if not (first.is_published and second.is_published):
        return None
    return _both(archives[0], archives[1])


@lru_cache(maxsize=8)
def _both(first: Path, second: Path) -> tuple[Leak, ...] | None:
    try:
        earlier, later = read_cells((first, second))
    except AnalysisError:
        return None
    return tuple(differences(earlier, later, Policy()))
