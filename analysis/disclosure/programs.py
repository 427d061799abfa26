"""Many small linear programs in one call of the solver."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

from analysis.arrays import FloatArray, IntArray
from analysis.disclosure.system import DisclosureError

_BATCH = 20_000
"""Variables in one call; more calls cost overhead, larger ones memory."""


@dataclass(frozen=True, eq=False)
class FreeCells:
    """Cells that can move together when all others stand still.

    Attributes
    ----------
    cells : ndarray of int64
        Their places in the system.
    rows : ndarray of int64
        The relations that tie them, by place in the system.
    relations : csr_array, shape (rows, cells)
    """

    cells: IntArray
    rows: IntArray
    relations: sparse.csr_array = field(repr=False)


@dataclass(frozen=True, eq=False)
class Program:
    """Minimise ``cost @ x`` subject to ``free.relations @ x = right`` and ``low <= x <= high``."""

    free: FreeCells
    cost: FloatArray
    right: FloatArray
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, eq=False)
class Solution:
    """The best ``x`` of a program and the price of each relation."""

    x: FloatArray
    prices: FloatArray


def free_parts(relations: sparse.csr_array, free: IntArray) -> dict[int, FreeCells]:
    """Sort free cells into parts that no relation ties together; by cell.

    Cells of different parts cannot help each other to move, so each part is a program of its own.
    """
    left = relations[:, free]
    rows = np.flatnonzero(np.diff(left.indptr))
    left = left[rows]
    _, label = connected_components(abs(left).T @ abs(left), directed=False)
    parts: dict[int, FreeCells] = {}
    for one in range(int(label.max(initial=-1)) + 1):
        at = np.flatnonzero(label == one)
        own = left[:, at]
        tying = np.flatnonzero(np.diff(own.indptr))
        part = FreeCells(free[at], rows[tying], own[tying])
        parts.update(dict.fromkeys(free[at].tolist(), part))
    return parts


def solve(programs: Sequence[Program]) -> list[Solution]:
    """Solve programs that have a finite optimum.

    Raises
    ------
    DisclosureError
        If one of them has no solution.
    """
    return [solution for batch in _batches(programs) for solution in _solve(batch)]


def _batches(programs: Sequence[Program]) -> Iterator[list[Program]]:
    batch: list[Program] = []
    size = 0
    for program in programs:
        if batch and size + len(program.cost) > _BATCH:
            yield batch
            batch, size = [], 0
        batch.append(program)
        size += len(program.cost)
    if batch:
        yield batch


def _solve(programs: Sequence[Program]) -> list[Solution]:
    widths = [len(program.cost) for program in programs]
    heights = [len(program.right) for program in programs]
    across, down = np.cumsum([0, *widths]), np.cumsum([0, *heights])
    blocks = [program.free.relations for program in programs]
    filled = np.cumsum([0, *(block.nnz for block in blocks)])
    indices = np.concatenate([b.indices + at for b, at in zip(blocks, across, strict=False)])
    starts = [b.indptr[:-1] + at for b, at in zip(blocks, filled, strict=False)]
    stacked = sparse.csr_array(
        (
            np.concatenate([block.data for block in blocks]),
            indices,
            np.concatenate([*starts, filled[-1:]]),
        ),
        shape=(int(down[-1]), int(across[-1])),
    )
    solved = linprog(  # type: ignore[call-overload]  # the stubs know dense matrices only
        np.concatenate([program.cost for program in programs]),
        A_eq=stacked,
        b_eq=np.concatenate([program.right for program in programs]),
        bounds=np.column_stack(
            [
                np.concatenate([program.low for program in programs]),
                np.concatenate([program.high for program in programs]),
            ]
        ),
        method="highs",
    )
    if solved.status != 0:
        raise DisclosureError(f"no counts fit what is printed: {solved.message}")
    return [
        Solution(x, prices)
        for x, prices in zip(
            np.split(solved.x, across[1:-1]),
            np.split(solved.eqlin.marginals, down[1:-1]),
            strict=True,
        )
    ]
