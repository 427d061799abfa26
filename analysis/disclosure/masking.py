"""From computed tables to tables that may be printed, with a log of what was masked and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import BoolArray
from analysis.codebook import Codebook
from analysis.disclosure.audit import certify, recoveries
from analysis.disclosure.audit_log import audit_log
from analysis.disclosure.linked import BETWEEN_WAVES, NO_CELL, LinkedTables, link
from analysis.disclosure.marks import LETTERS, printed_marks
from analysis.disclosure.policy import Policy
from analysis.disclosure.primary import BaseQuality, base_quality
from analysis.disclosure.requirements import PrimaryCells, primary_cells
from analysis.disclosure.secondary import Progress, suppress
from analysis.disclosure.system import DisclosureError
from analysis.plan import TablePlan
from analysis.tables.questions import QUANTILES

NUMBERS = ("value", "se", "low", "high", "n", "weighted_n", "n_eff")
INTERNAL = ("count", "structural")
_KEY = ("table", "wave", "stub", "stub_code", "banner", "banner_code", "statistic")


@dataclass(frozen=True, eq=False)
class MaskedTables:
    """Tables after disclosure control and before rounding.

    Attributes
    ----------
    rows : DataFrame
        `tables.COLUMNS`; masked rows have flag ``suppressed`` and no number at all. The flag does
        not say why: a reader who knew which cells are primary would know that they are small.
    log : mapping
        JSON-ready, for the archive of the release and not for readers: policy, cost, and for each
        masked row the reason, whether it is primary, and the interval proven for it.
    cells : LinkedTables
    masked : ndarray of bool
        By cell.
    """

    rows: pd.DataFrame = field(repr=False)
    log: Mapping[str, Any] = field(repr=False)
    cells: LinkedTables = field(repr=False)
    primary: PrimaryCells = field(repr=False)
    masked: BoolArray = field(repr=False)


def mask_tables(
    rows: pd.DataFrame,
    plan: Sequence[TablePlan],
    codebook: Codebook,
    policy: Policy | None = None,
    *,
    progress: Progress = lambda _: None,
) -> MaskedTables:
    """Mask what gives people away in a whole release of tables.

    Parameters
    ----------
    rows : DataFrame
        All rows of all tables, unrounded, with ``count`` (unweighted interviews in each cell of
        statistic ``share`` or ``net``), as `linked.link` takes them.
    plan, codebook
        What the rows were made from.
    policy : Policy, optional
    progress : callable
        Gets a line of text now and then; raising `CancelledError` in it stops the work.

    Raises
    ------
    DisclosureError
        If tables contradict each other.
    UnprotectableError
        If a cell cannot be protected by masking.

    Notes
    -----
    Means and other numbers of a column are printed when all its answers are: from a mean and the
    answers left, two masked answers could be worked out, and where all are printed it says nothing
    new. A quantile needs the minimum of interviews on each side: a median twice that as its base, a
    quartile four times. Changes go with the cells they compare; marks with either of the columns
    they compare.
    """
    policy = policy or Policy()
    linked = link(rows, plan, codebook)
    primary = primary_cells(linked, codebook, policy)
    suppression = suppress(
        primary.problem,
        exact_cells=policy.exact_cells,
        exact_requirements=policy.exact_requirements,
        progress=progress,
    )
    masked = suppression.masked
    requirements = primary.problem.requirements
    audited = certify(linked.system, masked, requirements, suppression.tables)
    recovered = recoveries(linked.system, requirements, audited)
    if recovered:
        names = "; ".join(sorted({recovery.name for recovery in recovered}))
        raise DisclosureError(f"the audit works out {names}")
    rows = rows.reset_index(drop=True)
    hidden = hidden_rows(rows, linked, masked, policy)
    log = audit_log(rows, hidden, linked, primary, suppression, audited, policy)
    return MaskedTables(without_numbers(rows, hidden, policy), log, linked, primary, masked)


def hidden_rows(
    rows: pd.DataFrame, linked: LinkedTables, masked: BoolArray, policy: Policy
) -> BoolArray:
    """Tell which rows lose their numbers: masked cells and what is computed from them."""
    incomplete = {
        column.base
        for column in linked.columns
        if masked[[column.base, *column.answers.values()]].any()
    }
    hidden = np.zeros(len(rows), dtype=bool)
    for at, (cell, base) in enumerate(zip(linked.cell_of_row, linked.base_of_row, strict=True)):
        hidden[at] = masked[cell] if cell != NO_CELL else base in incomplete
    n = rows["n"].fillna(0)
    for name, p in QUANTILES.items():
        # Shares of people that are binary fractions: the bounds are exact.
        needed = policy.minimum_cell / min(p, 1 - p)
        hidden |= ((rows["statistic"] == name) & (n < needed)).to_numpy(dtype=bool)
    keys = list(zip(*(rows[name].astype(str) for name in _KEY), strict=True))
    place = {key: at for at, key in enumerate(keys)}
    for at in np.flatnonzero(linked.base_of_row == NO_CELL).tolist():
        compared = [place.get(key) for key in _compared(*keys[at])]
        hidden[at] = any(one is None or hidden[one] for one in compared)
    return hidden


def _compared(
    table: str, wave: str, stub: str, stub_code: str, banner: str, banner_code: str, of: str
) -> Iterator[tuple[str, ...]]:
    """Give the keys of the rows that a change, or a row of marks, is computed from."""
    statistic = of.partition(":")[2] or "share"
    for one in wave.split(BETWEEN_WAVES):
        yield table, one, stub, stub_code, banner, banner_code, statistic


def without_numbers(rows: pd.DataFrame, hidden: BoolArray, policy: Policy) -> pd.DataFrame:
    """Take the numbers out of hidden rows, and grade the bases of the others."""
    printed = rows.drop(columns=[name for name in INTERNAL if name in rows.columns])
    printed["n"] = printed["n"].astype("Int64")
    printed.loc[hidden, list(NUMBERS)] = pd.NA
    flags = np.array(
        [
            BaseQuality.SUPPRESSED if gone else base_quality(int(n), policy) if n == n else ""
            for gone, n in zip(hidden, rows["n"].astype(float), strict=True)
        ],
        dtype=object,
    )
    is_marks = rows["statistic"].str.startswith(LETTERS).to_numpy(dtype=bool)
    marks = np.asarray(printed_marks(rows, hidden), dtype=object)
    printed["flag"] = np.where(is_marks, marks, flags)
    # A row of marks left blank would still say that a test found something in a masked cell.
    says_something = ~is_marks | ~np.isin(marks, ["", BaseQuality.SUPPRESSED.value])
    return printed[says_something].reset_index(drop=True)
