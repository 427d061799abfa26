"""Tables that are asked for one after another, of one release: each is masked with those before it.

A plan is masked as a whole. Who makes tables one by one has seen the first when the second is
asked, so what was printed is known for good, and what was masked must stay so: the next table is
masked in one system with the tables before it that count the same people, in which the cells
printed earlier cannot be masked any more. What earlier tables tell of a cell they tell; there is a
floor under what a new one may add, if need be by printing nothing. (Overlap of queries: Hundepool
et al., *Statistical Disclosure Control*, 2012, section 4.5; that what was asked before decides what
may be asked: Adam and Wortmann, *ACM Computing Surveys* 21, 1989, on auditing a database.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from analysis.arrays import BoolArray, IntArray
from analysis.codebook import Codebook
from analysis.disclosure.audit import audit, certify, recoveries
from analysis.disclosure.linked import NO_CELL, LinkedTables, link
from analysis.disclosure.masking import hidden_rows, without_numbers
from analysis.disclosure.policy import Policy
from analysis.disclosure.problem import Problem, Requirement
from analysis.disclosure.requirements import primary_cells
from analysis.disclosure.secondary import Suppression, suppress
from analysis.disclosure.system import TOLERANCE, UnprotectableError
from analysis.plan import TablePlan

_JUST = 1 - 1e-6
"""A requirement lowered to an end that was worked out stays on this side of its rounding."""


@dataclass(frozen=True, eq=False)
class TableBefore:
    """A table that was shown: its rows with their counts, and which of its cells were printed.

    Attributes
    ----------
    plan : tuple of TablePlan
        The tables in ``rows``; no id is that of another table.
    rows : DataFrame
        As `linked.link` takes them: for the keepers of the study and never for readers. May be
        empty where only the names of cells are known, as of a publication.
    printed, masked : frozenset of str
        Names of cells (`groups.Group`).
    """

    plan: tuple[TablePlan, ...]
    rows: pd.DataFrame = field(repr=False)
    printed: frozenset[str] = field(repr=False)
    masked: frozenset[str] = field(repr=False)


@dataclass(frozen=True, eq=False)
class MaskedNext:
    """A table as it may be shown after the others, and which of its cells are printed by that."""

    rows: pd.DataFrame = field(repr=False)
    printed: frozenset[str] = field(repr=False)
    masked: frozenset[str] = field(repr=False)


def mask_next(
    rows: pd.DataFrame,
    plan: Sequence[TablePlan],
    before: Iterable[TableBefore],
    codebook: Codebook,
    policy: Policy | None = None,
) -> MaskedNext:
    """Mask a table so that it gives nobody away, neither by itself nor with tables shown before.

    Parameters
    ----------
    rows : DataFrame
        Of the new table, unrounded and with counts, as `masking.mask_tables` takes them.
    plan : sequence of TablePlan
        What they were made from.
    before : iterable of TableBefore
        Tables of the same release that share people with it.

    Returns
    -------
    MaskedNext
        ``rows`` as in `masking.MaskedTables`: no number where the flag is ``suppressed``.

    Raises
    ------
    DisclosureError
        If tables contradict each other: they are not of the same release.

    Notes
    -----
    A cell that earlier tables bound more closely than the policy asks must stay half as uncertain
    as asked, or as uncertain as they leave it where that is less: no further table narrows it.
    A column whose base is too small for a percentage is left out for quality also where its people
    were counted elsewhere; the outsider is then taken to know the count.
    """
    policy, before = policy or Policy(), tuple(before)
    earlier = [one.rows for one in before if len(one.rows)]
    together = pd.concat([rows, *earlier], ignore_index=True)
    plans = [*plan, *(table for one in before for table in one.plan)]
    linked = link(together, plans, codebook)
    primary = primary_cells(linked, codebook, policy)
    own = primary.problem.forced
    known = _named(linked, frozenset().union(*(one.printed for one in before)))
    gone = _named(linked, frozenset().union(*(one.masked for one in before)))
    kept = primary.problem.kept | known
    requirements = tuple(one for one in primary.problem.requirements if not kept[one.cell])
    problem = replace(
        primary.problem,
        kept=kept,
        forced=(own | gone) & ~kept,
        requirements=requirements,
    )
    try:
        suppression = _suppressed(problem, policy)
    except UnprotectableError:
        problem = replace(problem, requirements=_lowered(problem, known))
        suppression = _suppressed(problem, policy)
    return _masked(rows, linked, suppression.masked | (own & ~primary.problem.kept), policy)


def mask_again(
    rows: pd.DataFrame,
    plan: Sequence[TablePlan],
    masked: frozenset[str],
    codebook: Codebook,
    policy: Policy | None = None,
) -> MaskedNext:
    """Mask a table that was shown before just as it was then: the same question, the same answer.

    Parameters
    ----------
    masked : frozenset of str
        Names of its cells that were masked then; other statistics of it may be printed now.
    """
    policy = policy or Policy()
    linked = link(rows, plan, codebook)
    primary = primary_cells(linked, codebook, policy)
    return _masked(rows, linked, _named(linked, masked) | primary.problem.forced, policy)


def _masked(
    rows: pd.DataFrame, linked: LinkedTables, masked: BoolArray, policy: Policy
) -> MaskedNext:
    """Take the numbers out of the first rows that were linked: those of the new table."""
    size = len(rows)
    every = rows.reset_index(drop=True)
    hidden = hidden_rows(every, _first(linked, size), masked, policy)
    cells = _cells(linked, size)
    names = np.asarray(linked.system.names, dtype=object)
    return MaskedNext(
        without_numbers(every, hidden, policy),
        frozenset(names[cells[~masked[cells]]]),
        frozenset(names[cells[masked[cells]]]),
    )


def _first(linked: LinkedTables, size: int) -> LinkedTables:
    return replace(
        linked, cell_of_row=linked.cell_of_row[:size], base_of_row=linked.base_of_row[:size]
    )


def _suppressed(problem: Problem, policy: Policy) -> Suppression:
    """Find the cells to mask, and prove that it is enough."""
    suppression = suppress(
        problem, exact_cells=policy.exact_cells, exact_requirements=policy.exact_requirements
    )
    audited = certify(problem.system, suppression.masked, problem.requirements, suppression.tables)
    recovered = recoveries(problem.system, problem.requirements, audited)
    if recovered:
        raise UnprotectableError(sorted({one.name for one in recovered}))
    return suppression


def _lowered(problem: Problem, known: BoolArray) -> tuple[Requirement, ...]:
    """Ask for no more than earlier tables leave, where they leave less than the policy asks."""
    untold = ~(known | problem.kept)
    left = audit(problem.system, untold, problem.requirements)
    found = []
    for need, interval in zip(problem.requirements, left, strict=True):
        value = float(problem.system.measures[need.measure][need.cell])
        found.append(
            replace(
                need,
                width=_attainable(need.width, interval.width),
                lower=_attainable(need.lower, value - interval.low),
                upper=_attainable(need.upper, interval.high - value),
            )
        )
    return tuple(one for one in found if one.reach > TOLERANCE)


def _attainable(asked: float, left: float) -> float:
    """Give what is asked, or half of it where less is left, or what is left where that is less."""
    left = max(_JUST * left, 0.0)
    return asked if left >= asked else min(left, asked / 2)


def _named(linked: LinkedTables, names: frozenset[str]) -> BoolArray:
    return np.fromiter((name in names for name in linked.system.names), dtype=bool)


def _cells(linked: LinkedTables, size: int) -> IntArray:
    """Give the cells that the first rows print, by themselves or as their base."""
    cells = np.concatenate([linked.cell_of_row[:size], linked.base_of_row[:size]])
    return np.unique(cells[cells != NO_CELL])
