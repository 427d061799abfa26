"""The primary cells of linked tables, and what an outsider must remain unsure of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from analysis.arrays import FloatArray
from analysis.codebook import Codebook
from analysis.disclosure.linked import LinkedColumn, LinkedTables
from analysis.disclosure.policy import Policy
from analysis.disclosure.primary import (
    BaseQuality,
    Reason,
    base_quality,
    discloses_group,
    is_below_minimum,
    lowering_needed,
)
from analysis.disclosure.problem import Problem, Requirement


@dataclass(frozen=True, eq=False)
class PrimaryCells:
    """What has to be masked whatever else is.

    Attributes
    ----------
    problem : Problem
        Ready for `secondary.suppress`.
    reasons : mapping of int to Reason
        Of cells masked for themselves.
    """

    problem: Problem
    reasons: Mapping[int, Reason] = field(repr=False)


def primary_cells(linked: LinkedTables, codebook: Codebook, policy: Policy) -> PrimaryCells:
    """Apply the rules of a policy to linked tables.

    Parameters
    ----------
    linked : LinkedTables
    codebook : Codebook
        Says which items are sensitive.
    policy : Policy

    Notes
    -----
    Cells of a column whose base is too small for percentages are masked for quality. They need no
    protection unless they are primary for another reason, and masking them costs nothing.
    A requirement is stated in interviews and again in people for each weight, at the mean weight of
    the column: shares and n give counts back. Masking a cell costs its interviews; in a total
    column as many times that as the policy says, and in a table of nothing else that again.
    """
    system = linked.system
    reasons: dict[int, Reason] = {}
    requirements: list[Requirement] = []
    for column in linked.columns:
        for cell, reason, need in _primary_of(column, system.counts, codebook, policy):
            reasons.setdefault(cell, reason)
            requirements += _in_every_measure(linked, column, need)
        if base_quality(int(system.counts[column.base]), policy) is BaseQuality.SUPPRESSED:
            reasons.setdefault(column.base, Reason.SMALL_BASE)
    for cell, is_group in linked.hidden.items():
        small = is_below_minimum(system.counts[cell], policy)
        if is_group and policy.protect_filters and small:
            reasons[cell] = Reason.DIFFERENCE
            width = policy.protection_width
            requirements.append(Requirement(cell, next(iter(system.measures)), width=width))
    forced = np.zeros(len(system), dtype=bool)
    forced[[*reasons, *linked.hidden]] = True
    kept = np.zeros(len(system), dtype=bool)
    kept[list(linked.known_zeros)] = True
    cost = np.maximum(system.counts, 1.0)
    for dear in (linked.totals, linked.headlines):
        cost[list(dear)] *= policy.total_cost
    cost[list(linked.hidden)] = 0.0
    problem = Problem(
        system, cost, forced & ~kept, kept, tuple(dict.fromkeys(requirements)), _follows(linked)
    )
    return PrimaryCells(problem, reasons)


def _primary_of(
    column: LinkedColumn, counts: FloatArray, codebook: Codebook, policy: Policy
) -> Iterator[tuple[int, Reason, Requirement]]:
    width, measure = policy.protection_width, ""
    base = float(counts[column.base])
    every_code = {codes[0] for codes in column.answers}
    # An answer that is its own column (a variable by itself) tells nothing new of anybody.
    by_itself = column.base in column.answers.values()
    for codes, cell in [((), column.base), *column.answers.items(), *column.nets.items()]:
        count = float(counts[cell])
        if is_below_minimum(count, policy):
            yield cell, Reason.MINIMUM_CELL, Requirement(cell, measure, width=width)
        elif (
            codes
            and codebook[column.stub].sensitive
            and not by_itself
            and set(codes) != every_code
            and discloses_group(count, base, policy)
        ):
            lower = lowering_needed(count, base, policy)
            yield cell, Reason.GROUP, Requirement(cell, measure, width=width, lower=lower)


def _in_every_measure(
    linked: LinkedTables, column: LinkedColumn, need: Requirement
) -> Iterator[Requirement]:
    """Translate a need in interviews to each measure that the cell and its base are known in."""
    n = linked.system.counts[column.base]
    for measure, values in linked.system.measures.items():
        people_per_interview = values[column.base] / n
        if not np.isnan(people_per_interview * values[need.cell]):
            yield Requirement(
                need.cell,
                measure,
                width=float(need.width * people_per_interview),
                lower=float(need.lower * people_per_interview),
            )


def _follows(linked: LinkedTables) -> np.ndarray:
    """Answers and nets go with the base of their column: each is printed with its n."""
    pairs = [
        (column.base, cell)
        for column in linked.columns
        for cell in (*column.answers.values(), *column.nets.values())
        if cell != column.base
    ]
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)
