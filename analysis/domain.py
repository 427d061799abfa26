"""Which rows an estimate is about. A domain zeroes rows; it never takes them out of the design."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.arrays import BoolArray, Coded, FloatArray, as_text, code
from analysis.design import SurveyDesign
from analysis.errors import EmptyDomainError, UnknownVariableError
from analysis.expression import parse


@dataclass(frozen=True, eq=False)
class Domain:
    """Rows of interest and the degrees of freedom they leave."""

    rows: BoolArray
    df: float


@dataclass(frozen=True, eq=False)
class FrameRows:
    """Columns of a plain data frame as the operands of an expression."""

    frame: pd.DataFrame

    def __len__(self) -> int:
        return len(self.frame)

    def column(self, name: str) -> pd.Series:
        """Give a column as text; missing as ''."""
        if name not in self.frame.columns:
            raise UnknownVariableError(f"variable '{name}' is not in the design's frame")
        return as_text(self.frame[name])

    def chosen(self, name: str, code: str) -> BoolArray:
        """Tell where the column ``name__code`` is 1."""
        return (self.column(f"{name}__{code}") == "1").to_numpy(dtype=bool)

    def known(self, name: str) -> BoolArray:
        """Tell where a column has a value."""
        return (self.column(name) != "").to_numpy(dtype=bool)


def domain_of(design: SurveyDesign, where: BoolArray | str | None) -> Domain:
    """Give the rows of a condition and their degrees of freedom.

    Raises
    ------
    EmptyDomainError
        If no row meets the condition.
    """
    if where is None:
        return Domain(np.ones(len(design), dtype=bool), design.degrees_of_freedom)
    if isinstance(where, str):
        rows = parse(where)(FrameRows(design.frame))
    else:
        rows = np.asarray(where, dtype=bool)
    if not rows.any():
        shown = f"'{where}'" if isinstance(where, str) else "the condition"
        raise EmptyDomainError(f"none of {len(design)} rows meets {shown}")
    return Domain(rows, domain_df(design, rows))


def domain_df(design: SurveyDesign, rows: BoolArray) -> float:
    """Units minus strata, counting only those with members in the domain."""
    if design.replicates is not None:
        return design.replicates.degrees_of_freedom_of(rows)
    stage = design.stages[0]
    units = np.unique(stage.unit[rows])
    return float(len(units) - len(np.unique(stage.stratum_of_unit[units])))


def valid_rows(design: SurveyDesign, names: Sequence[str]) -> BoolArray:
    """Tell which rows have a value of every variable."""
    valid = np.ones(len(design), dtype=bool)
    for name in names:
        column = design.variable(name)
        valid &= column.notna().to_numpy()
        if not pd.api.types.is_numeric_dtype(column.dtype):
            valid &= (column.astype("string").fillna("") != "").to_numpy(dtype=bool)
    return valid


def group_codes(design: SurveyDesign, name: str) -> Coded:
    """Code a grouping variable; an ordered categorical keeps its order."""
    column = design.variable(name)
    if isinstance(column.dtype, pd.CategoricalDtype):
        return code(column, [str(level) for level in column.dtype.categories])
    return code(column)


def numeric_or_levels(
    design: SurveyDesign, name: str, coded: Coded | None, base: BoolArray
) -> Iterator[tuple[str | None, FloatArray]]:
    """Give a numeric column as it is, or one 0/1 column for each level found in the base."""
    column = design.variable(name)
    if coded is None and pd.api.types.is_numeric_dtype(column.dtype):
        yield None, column.to_numpy(dtype=float, na_value=0.0)
        return
    coded = coded or group_codes(design, name)
    for k, level in enumerate(coded.levels):
        member = coded.codes == k
        if (member & base).any():
            yield level, member.astype(float)
