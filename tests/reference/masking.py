"""What a masked table must be, and the least it can cost, worked out without our code."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp


def with_totals(counts) -> np.ndarray:
    tall = np.vstack([counts, np.sum(counts, axis=0)]).astype(float)
    return np.column_stack([tall, tall.sum(axis=1)])


def relations(shape) -> np.ndarray:
    """Each row or column is the sum of its parts; cells row by row, totals last."""
    cells = np.arange(shape[0] * shape[1]).reshape(shape)
    lines = [*cells, *cells.T]
    found = np.zeros((len(lines), cells.size))
    for relation, line in zip(found, lines, strict=True):
        relation[line[:-1]], relation[line[-1]] = 1.0, -1.0
    return found


def cost(full: np.ndarray, masked: np.ndarray) -> float:
    return float(np.maximum(full, 1)[masked].sum())


def width(full: np.ndarray, masked: np.ndarray, cell: int) -> float:
    """How unsure an outsider is of a cell who knows what is printed and that counts are >= 0."""
    values, hidden = full.ravel(), masked.ravel()
    bounds = [(0, None) if gone else (v, v) for v, gone in zip(values, hidden, strict=True)]
    rows = relations(full.shape)
    ends = []
    for sign in (1.0, -1.0):
        objective = np.zeros(values.size)
        objective[cell] = sign
        solved = linprog(objective, A_eq=rows, b_eq=np.zeros(len(rows)), bounds=bounds)
        ends.append(np.inf if solved.status == 3 else sign * solved.fun)
    return ends[1] - ends[0]


def least_cost(counts, minimum: int, needed: float) -> float:
    """The optimum: for each primary cell two tables that fit, ``needed`` apart in that cell.

    One binary programme over all pairs of tables at once; for small tables.
    """
    full = with_totals(counts)
    values = full.ravel()
    primary = (values > 0) & (values < minimum)
    n, rows = values.size, sparse.csr_array(relations(full.shape))
    cells = np.flatnonzero(primary)
    if not cells.size:
        return 0.0
    far = float(values.sum()) + needed
    pairs = 2 * len(cells)
    size = n * (1 + pairs)
    parts = []
    for pair in range(pairs):
        place = slice(n * (1 + pair), n * (2 + pair))
        fits = sparse.lil_array((rows.shape[0], size))
        fits[:, place] = rows
        parts.append(LinearConstraint(sparse.csr_array(fits), 0, 0))
        for sign, room in ((1.0, np.full(n, far)), (-1.0, values)):
            bound = sparse.lil_array((n, size))
            bound[np.arange(n), n * (1 + pair) + np.arange(n)] = sign
            bound[np.arange(n), np.arange(n)] = -room
            parts.append(LinearConstraint(sparse.csr_array(bound), -np.inf, 0))
    for k, cell in enumerate(cells):
        apart = sparse.lil_array((1, size))
        apart[0, n * (1 + 2 * k) + cell] = 1.0
        apart[0, n * (2 + 2 * k) + cell] = -1.0
        parts.append(LinearConstraint(sparse.csr_array(apart), needed, np.inf))
    low = np.r_[np.where(primary, 1.0, 0.0), np.full(n * pairs, -far)]
    high = np.r_[np.ones(n), np.full(n * pairs, far)]
    low[n - 1] = high[n - 1] = 0.0
    solved = milp(
        np.r_[np.maximum(values, 1), np.zeros(n * pairs)],
        constraints=parts,
        bounds=Bounds(low, high),
        integrality=np.r_[np.ones(n), np.zeros(n * pairs)],
    )
    assert solved.status == 0, solved.message
    return float(solved.fun)


def random_counts(seed: int, rows: int, columns: int, per_cell: float) -> np.ndarray:
    """Counts with small cells, zeros and unequal margins."""
    rng = np.random.default_rng(seed)
    shares = np.outer(rng.dirichlet(np.full(rows, 2.0)), rng.dirichlet(np.full(columns, 2.0)))
    shares *= rng.gamma(2.0, 1.0, shares.shape) * (rng.random(shares.shape) > 0.1)
    size = int(per_cell * rows * columns)
    return rng.multinomial(size, shares.ravel() / shares.sum()).reshape(rows, columns)
