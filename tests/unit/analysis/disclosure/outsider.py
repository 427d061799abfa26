"""The outsider of these tests: linear programmes over cells and relations, without our code."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linprog


def interval(relations: np.ndarray, printed: np.ndarray, cell: int) -> tuple[float, float]:
    """The least and largest value of a cell with R x = 0, x >= 0 and what is printed (not NaN)."""
    bounds = [(0, None) if np.isnan(value) else (value, value) for value in printed]
    ends = []
    for sign in (1.0, -1.0):
        cost = np.zeros(len(printed))
        cost[cell] = sign
        solved = linprog(
            cost, A_eq=relations, b_eq=np.zeros(len(relations)), bounds=bounds, method="highs"
        )
        ends.append(np.inf if solved.status == 3 else sign * solved.fun)
    return ends[0], ends[1]


def table_relations(rows: int, columns: int) -> np.ndarray:
    """Relations of a table with totals in its last row and column, cells row by row."""
    cells = np.arange((rows + 1) * (columns + 1)).reshape(rows + 1, columns + 1)
    lines = [*cells, *cells.T]
    relations = np.zeros((len(lines), cells.size))
    for relation, line in zip(relations, lines, strict=True):
        relation[line[:-1]], relation[line[-1]] = 1.0, -1.0
    return relations
