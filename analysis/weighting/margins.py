"""Population totals as equations over the sample, and everything that can be wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.arrays import Coded, FloatArray, as_text, code, cross
from analysis.errors import MarginError, UnknownVariableError

COUNT = "count"
"""Name of the total that is the size of the population."""
AGREEMENT = 1e-6
"""Relative difference between the sums of two margins that is still rounding noise."""

Totals = Mapping[str, Mapping[str, float] | float]


@dataclass(frozen=True, eq=False)
class Margin:
    """One margin: categorical (a total per level) or numeric (one total).

    ``name`` may cross variables, as in ``sex*age_class``; levels are then joined by ``|``.
    """

    name: str
    levels: tuple[str, ...]
    totals: FloatArray
    coded: Coded | None = field(default=None, repr=False)
    values: FloatArray | None = field(default=None, repr=False)

    @property
    def is_categorical(self) -> bool:
        """Whether the margin has a total per level."""
        return self.coded is not None

    def columns(self) -> FloatArray:
        """Auxiliary columns, shape (n, number of levels)."""
        if self.coded is None:
            return np.asarray(self.values, dtype=float).reshape(-1, 1)
        return np.asarray(self.coded.codes[:, None] == np.arange(len(self.levels)), dtype=float)


@dataclass(frozen=True, eq=False)
class Equations:
    """Auxiliaries X (n, p), totals (p,), and the (margin, level) that each column stands for."""

    margins: tuple[Margin, ...]
    labels: tuple[tuple[str, str], ...]
    totals: FloatArray

    @property
    def is_categorical(self) -> bool:
        """Whether all margins are categorical, so that cells can stand for rows."""
        return all(margin.is_categorical for margin in self.margins)

    def matrix(self) -> FloatArray:
        """Auxiliary columns of all margins, shape (n, p)."""
        return np.concatenate([margin.columns() for margin in self.margins], axis=1)


def equations(frame: pd.DataFrame, totals: Totals) -> Equations:
    """Turn population totals into calibration equations over the rows of a sample.

    Parameters
    ----------
    frame : DataFrame, n rows
        Respondents, with the variables the margins are about.
    totals : mapping
        ``{"count": N, "sex*age": {"m|18-24": 2824, ...}, "income": total}``.

    Raises
    ------
    MarginError
        Naming every margin and level at fault: a level with a target and no respondent, respondents
        whose level has no target, respondents without a value, totals that disagree.
    """
    problems: list[tuple[str, str, str]] = []
    margins = [_margin(frame, name, target, problems) for name, target in totals.items()]
    problems += _disagreements(margins)
    if problems:
        raise MarginError(
            "; ".join(text for _, _, text in problems),
            [(name, level) for name, level, _ in problems],
        )
    return Equations(
        margins=tuple(margins),
        labels=tuple((margin.name, level) for margin in margins for level in margin.levels),
        totals=np.concatenate([margin.totals for margin in margins]),
    )


def _margin(
    frame: pd.DataFrame,
    name: str,
    target: Mapping[str, float] | float,
    problems: list[tuple[str, str, str]],
) -> Margin:
    if name == COUNT and not isinstance(target, Mapping):
        return Margin(name, ("",), np.array([float(target)]), values=np.ones(len(frame)))
    variables = name.split("*")
    for variable in variables:
        if variable not in frame.columns:
            raise UnknownVariableError(f"margin {name}: variable '{variable}' is not in the sample")
        missing = _missing(frame[variable])
        if missing:
            shown = f"{missing} of {len(frame)} respondents have no {variable}"
            problems.append((name, "missing", f"margin {name}: {shown}"))
    if not isinstance(target, Mapping):
        values = pd.to_numeric(frame[name]).to_numpy(dtype=float, na_value=np.nan)
        return Margin(name, ("",), np.array([float(target)]), values=values)
    wanted = {str(level): float(total) for level, total in target.items()}
    found = cross([code(frame[variable]) for variable in variables])
    counts = np.bincount(found.codes[found.present], minlength=len(found.levels))
    problems += _level_problems(name, wanted, dict(zip(found.levels, counts.tolist(), strict=True)))
    # A level with target 0 and no respondent is met by doing nothing.
    levels = [level for level in wanted if level in found.levels]
    position = pd.Index(levels, dtype=object).get_indexer(
        pd.Index(list(found.levels), dtype=object)
    )
    codes = np.where(found.present, position[found.codes], -1).astype(np.int64)
    return Margin(
        name, tuple(levels), np.array([wanted[k] for k in levels]), Coded(codes, tuple(levels))
    )


def _level_problems(
    name: str, wanted: Mapping[str, float], found: Mapping[str, int]
) -> list[tuple[str, str, str]]:
    problems = []
    for level, total in wanted.items():
        if not np.isfinite(total) or total < 0:
            text = f"margin {name}: the target of level '{level}' is {total:g}"
        elif total > 0 and not found.get(level):
            text = f"margin {name}: level '{level}' has a target of {total:g} and no respondent"
        elif total == 0 and found.get(level):
            text = f"margin {name}: level '{level}' has target 0 and {found[level]} respondents"
        else:
            continue
        problems.append((name, level, text))
    for level, count in found.items():
        if level not in wanted:
            text = f"margin {name}: {count} respondents with level '{level}' have no target"
            problems.append((name, level, text))
    return problems


def _disagreements(margins: Sequence[Margin]) -> list[tuple[str, str, str]]:
    """Name the margins whose sum is not that of the majority (with two, the later one)."""
    sums = {m.name: float(m.totals.sum()) for m in margins if m.is_categorical or m.name == COUNT}
    if len(sums) < 2:
        return []

    def supporters(size: float) -> int:
        return sum(abs(other - size) <= AGREEMENT * size for other in sums.values())

    agreed = sums[COUNT] if COUNT in sums else max(sums.values(), key=supporters)
    first = next(name for name, size in sums.items() if abs(size - agreed) <= AGREEMENT * agreed)
    return [
        (
            name,
            "sum",
            f"margin {name}: its levels sum to {size:.10g}, those of {first} to {agreed:.10g}",
        )
        for name, size in sums.items()
        if abs(size - agreed) > AGREEMENT * agreed
    ]


def _missing(values: pd.Series) -> int:
    if pd.api.types.is_numeric_dtype(values.dtype):
        return int(values.isna().sum())
    return int((as_text(values) == "").sum())
