"""From numbers in grids to tidy rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.arrays import FloatArray, TextArray
from analysis.shares import flag_of
from analysis.tables.questions import Statistic

COLUMNS = (
    "table", "wave", "stub", "stub_code", "banner", "banner_code", "statistic", "value", "se",
    "low", "high", "n", "weighted_n", "n_eff", "flag",
)  # fmt: skip
INTERNAL = ("count", "structural")
"""What disclosure control needs and nobody else may see."""
_NUMBERS = ("value", "se", "low", "high", "n", "weighted_n", "n_eff", "count")
_TEXTS = ("table", "wave", "stub", "stub_code", "banner", "banner_code", "statistic", "flag")


@dataclass(frozen=True, eq=False)
class Grid:
    """Numbers of one question by one breakdown in one wave, or of their change.

    All arrays have shape (columns, statistics). ``marks`` are the significance marks, ``count``
    the interviews in a cell (NaN where that means nothing).
    """

    statistics: tuple[Statistic, ...]
    value: FloatArray = field(repr=False)
    se: FloatArray = field(repr=False)
    low: FloatArray = field(repr=False)
    high: FloatArray = field(repr=False)
    n: FloatArray = field(repr=False)
    weighted_n: FloatArray = field(repr=False)
    n_eff: FloatArray = field(repr=False)
    count: FloatArray = field(repr=False)
    marks: TextArray = field(repr=False)


def side_by_side(grids: Sequence[Grid]) -> Grid:
    """Put the statistics of several bases next to each other, for the same columns."""
    if len(grids) == 1:
        return grids[0]
    joined = {
        name: np.concatenate([getattr(grid, name) for grid in grids], axis=1)
        for name in (*_NUMBERS, "marks")
    }
    return Grid(tuple(s for grid in grids for s in grid.statistics), **joined)


class TidyRows:
    """Collects grids and gives them as one data frame.

    A column of a grid in which nobody is, gives no rows.
    """

    def __init__(self) -> None:
        self._texts: dict[str, list[TextArray]] = {name: [] for name in _TEXTS}
        self._numbers: dict[str, list[FloatArray]] = {name: [] for name in _NUMBERS}

    def add(
        self, grid: Grid, codes: Sequence[str], labels: Mapping[str, str], *, change: bool = False
    ) -> None:
        """Add a grid: all statistics of the first column, then of the second; then the marks.

        Parameters
        ----------
        codes : sequence of str
            Of the columns.
        labels : mapping
            table, wave, stub, banner.
        change : bool
            Whether the numbers are changes between waves.
        """
        c, s = grid.value.shape
        kinds = [statistic.kind for statistic in grid.statistics]
        if change:
            kinds = ["change" if kind == "share" else f"change:{kind}" for kind in kinds]
        keep = np.flatnonzero((grid.n > 0).reshape(-1))
        texts = {
            "statistic": np.tile(_text(kinds), c),
            "stub_code": np.tile(_text([statistic.code for statistic in grid.statistics]), c),
            "banner_code": np.repeat(_text(codes), s),
        }
        n = grid.n.reshape(-1)[keep]
        flags = _text([flag_of(int(size)) for size in n])
        numbers = {name: getattr(grid, name).reshape(-1)[keep] for name in _NUMBERS}
        self._append({name: text[keep] for name, text in texts.items()}, flags, numbers, labels)
        self._add_marks(grid, texts, labels)

    def frame(self) -> pd.DataFrame:
        """Give all rows: `COLUMNS` and `INTERNAL`."""
        columns: dict[str, object] = {
            name: np.concatenate(parts) if parts else np.empty(0, dtype=object)
            for name, parts in self._texts.items()
        }
        columns |= {
            name: np.concatenate(parts) if parts else np.empty(0)
            for name, parts in self._numbers.items()
        }
        rows = pd.DataFrame(columns)
        rows["n"] = rows["n"].astype("Int64")
        same = (rows["stub"] == rows["banner"]) & (rows["statistic"] == "share")
        rows["structural"] = same & (rows["stub_code"] != rows["banner_code"])
        return rows[[*COLUMNS, *INTERNAL]]

    def _add_marks(
        self, grid: Grid, texts: Mapping[str, TextArray], labels: Mapping[str, str]
    ) -> None:
        flags = grid.marks.reshape(-1)
        marked = np.flatnonzero((flags != "") & (grid.n > 0).reshape(-1))
        if not len(marked):
            return
        kinds = np.tile(_text([statistic.kind for statistic in grid.statistics]), len(grid.n))
        names = np.where(kinds == "share", "letters", "letters:" + kinds)
        found = {name: text[marked] for name, text in texts.items()}
        found["statistic"] = names[marked]
        nothing = dict.fromkeys(_NUMBERS, np.full(len(marked), np.nan))
        self._append(found, flags[marked], nothing, labels)

    def _append(
        self,
        texts: Mapping[str, TextArray],
        flags: TextArray,
        numbers: Mapping[str, FloatArray],
        labels: Mapping[str, str],
    ) -> None:
        for name, text in {**texts, "flag": flags}.items():
            self._texts[name].append(text)
        for name, label in labels.items():
            self._texts[name].append(np.full(len(flags), label, dtype=object))
        for name, values in numbers.items():
            self._numbers[name].append(values)


def _text(values: Sequence[str]) -> TextArray:
    return np.array(list(values), dtype=object)
