"""Cells of a table as part of the whole table: percentages of the total, and numbers of people.

Column percentages are what `stub` makes. Of the same cells this gives two other readings with
errors of their own, from the same cells of block, column and answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import numpy as np
import pandas as pd

from analysis.arrays import FloatArray
from analysis.codebook import Codebook
from analysis.estimate import logit_interval, t_interval
from analysis.plan import TablePlan
from analysis.tables.estimates import Section
from analysis.tables.making import Bench
from analysis.tables.stub import LEVEL, BannerSections, StubTable

KEY = ("table", "wave", "stub", "stub_code", "banner", "banner_code", "statistic")
NUMBERS = ("value", "se", "low", "high")


class Whole(StrEnum):
    """What a cell is a part of."""

    TOTAL = "total"
    """The share of everybody in the columns of the breakdown: all cells together are 1."""
    PEOPLE = "people"
    """How many people of the population the cell stands for."""


def whole_rows(
    bench: Bench, plan: tuple[TablePlan, ...], codebook: Codebook, whole: Whole
) -> pd.DataFrame:
    """Estimate the cells of tables as parts of the whole.

    Parameters
    ----------
    bench : Bench
    plan : tuple of TablePlan
        As `make_tables` takes them.
    codebook : Codebook
    whole : Whole

    Returns
    -------
    DataFrame
        `KEY` and `NUMBERS` for each cell of statistic ``share`` or ``net`` in one wave; with every
        number in them, so for disclosure control first. Percentages have a logit interval, people a
        t interval from 0 up.

    Notes
    -----
    Linearised totals and ratios (Taylor; Lumley, *Complex Surveys*, 2010, section 2.2) with
    calibration residuals, as everywhere in this package. The base of a percentage are the people
    who answered and are in a column of the breakdown.
    """
    rows: list[dict[str, object]] = []
    for table in plan:
        for name in table.stub:
            stub = bench.stub(table, codebook[name])
            for wave in stub.answered:
                for breakdown in stub.breakdowns:
                    rows += _rows(stub, breakdown, wave, whole)
    return pd.DataFrame(rows, columns=[*KEY, *NUMBERS])


def _rows(
    stub: StubTable, breakdown: BannerSections, wave: int, whole: Whole
) -> Iterator[dict[str, object]]:
    for section in breakdown.sections[wave]:
        value, se = _estimates(section, whole)
        if whole is Whole.TOTAL:
            low, high = logit_interval(value, se, breakdown.df, LEVEL)
        else:
            low, high = t_interval(value, se, breakdown.df, LEVEL)
            low = np.maximum(low, 0.0)
        for s, statistic in enumerate(section.part.statistics):
            if statistic.kind not in {"share", "net"}:
                continue
            for c, code in enumerate(breakdown.codes):
                yield {
                    "table": stub.table.id,
                    "wave": str(wave),
                    "stub": stub.variable.name,
                    "stub_code": statistic.code,
                    "banner": breakdown.name,
                    "banner_code": code,
                    "statistic": statistic.kind,
                    "value": value[c, s],
                    "se": se[c, s],
                    "low": low[c, s],
                    "high": high[c, s],
                }


def _estimates(section: Section, whole: Whole) -> tuple[FloatArray, FloatArray]:
    """Give value and standard error, each of shape (columns, statistics)."""
    cells, part = section.cells, section.part
    columns, statistics = section.value.shape
    column, level = np.divmod(cells.inner, part.levels + 1)
    inside = np.flatnonzero((column < columns) & (level < part.levels))
    z = np.zeros((len(column), columns, statistics))
    z[inside, column[inside]] = part.scores[:, level[inside]].T
    mass = np.einsum("g,gcs->cs", cells.weight, z)
    if whole is Whole.TOTAL:
        base = float(cells.weight[inside].sum())
        mass = mass / base
        z[inside] = (z[inside] - mass) / base
    variance = cells.variances(z.reshape(len(column), columns * statistics))
    return np.asarray(mass), np.asarray(np.sqrt(variance).reshape(columns, statistics))


def of_whole(shown: pd.DataFrame, numbers: pd.DataFrame, whole: Whole) -> pd.DataFrame:
    """Give masked rows with their shares replaced by parts of the whole.

    Parameters
    ----------
    shown : DataFrame
        Rows after disclosure control: a cell that is masked there stays masked here, for it says
        how many people are in it either way.
    numbers : DataFrame
        What `whole_rows` gave for the same tables.

    Returns
    -------
    DataFrame
        The rows of one wave with statistic ``total`` or ``people``; changes, means and marks, which
        say nothing of a whole, are left out.
    """
    kept = shown[shown["statistic"].isin(["share", "net"])].drop(columns=list(NUMBERS))
    joined = kept.merge(numbers, on=list(KEY), how="left", validate="one_to_one")
    joined.loc[joined["flag"] == "suppressed", list(NUMBERS)] = np.nan
    joined["statistic"] = whole.value
    return joined[list(shown.columns)]
