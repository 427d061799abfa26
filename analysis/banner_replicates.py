"""Banner tables of many items with replicate weights, in one pass over the replicates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from analysis.arrays import Coded, FloatArray
from analysis.design import SurveyDesign
from analysis.domain import group_codes
from analysis.errors import DesignError
from analysis.replicates import Replicates

BLOCK_ROWS = 2048
"""Rows at a time: a block of 500 replicates then stays in the processor cache."""


@dataclass(frozen=True, eq=False)
class ReplicatedShares:
    """Shares of one item by all columns.

    Attributes
    ----------
    value, se : ndarray of float64, shape (columns, answers)
        The total column first, then the levels of each banner variable in turn.
    """

    columns: tuple[tuple[str, str], ...]
    answers: tuple[str, ...]
    value: FloatArray = field(repr=False)
    se: FloatArray = field(repr=False)


def replicated_shares(
    design: SurveyDesign,
    items: Sequence[Coded],
    banner: Sequence[str],
    *,
    progress: Callable[[int], None] = lambda _: None,
) -> list[ReplicatedShares]:
    """Estimate shares of items by banner columns with replicate standard errors.

    Parameters
    ----------
    design : SurveyDesign
        With replicates, (n, R); float32 halves the time and changes errors by less than 1e-5.
    items : sequence of Coded, each (n,)
        Answers; -1 is outside the base.
    banner : sequence of str
        Columns of the frame.
    progress : callable
        Gets the rows done; may raise `CancelledError`.

    Returns
    -------
    list of ReplicatedShares, one per item

    Raises
    ------
    DesignError
        If the design has no replicates.

    Notes
    -----
    Rows are taken in blocks and sorted by answer within each, so that the totals of an answer are
    one product of a thin matrix of columns with the block of weights. Beyond the replicates
    themselves the memory is that of the totals: items x columns x answers x R.
    """
    replicates = design.replicates
    if replicates is None:
        raise DesignError("this design has no replicates")
    labels, indicator = _columns(design, banner, replicates.weights.dtype)
    full = _totals(design.weights[:, None], indicator.astype(float), items, lambda _: None)
    totals = _totals(replicates.weights, indicator, items, progress)
    return [
        _shares(replicates, labels, item, one[:, :, 0], many)
        for item, one, many in zip(items, full, totals, strict=True)
    ]


def _columns(
    design: SurveyDesign, banner: Sequence[str], dtype: np.dtype[np.floating]
) -> tuple[tuple[tuple[str, str], ...], NDArray[np.floating]]:
    """Labels of the columns and their indicators (n, columns)."""
    labels = [("Total", "Total")]
    parts = [np.ones((len(design), 1), dtype=dtype)]
    for name in banner:
        coded = group_codes(design, name)
        labels += [(name, level) for level in coded.levels]
        parts.append((coded.codes[:, None] == np.arange(len(coded.levels))).astype(dtype))
    return tuple(labels), np.concatenate(parts, axis=1)


def _totals(
    W: NDArray[np.floating],
    indicator: NDArray[np.floating],
    items: Sequence[Coded],
    progress: Callable[[int], None],
) -> list[FloatArray]:
    """Weighted totals of each item, (columns, answers, R), summed in double precision."""
    n, R = W.shape
    C = indicator.shape[1]
    totals = [np.zeros((C, len(item.levels), R)) for item in items]
    codes = np.stack([item.codes for item in items]).astype(np.int16)
    for start in range(0, n, BLOCK_ROWS):
        rows = slice(start, min(start + BLOCK_ROWS, n))
        weights, columns = W[rows], indicator[rows]
        for item, result in enumerate(totals):
            own = codes[item, rows]
            order = np.argsort(own, kind="stable")
            bounds = np.searchsorted(own[order], np.arange(result.shape[1] + 1))
            sorted_weights, sorted_columns = weights[order], columns[order].T
            for k, (low, high) in enumerate(pairwise(bounds.tolist())):
                if low < high:
                    result[:, k] += sorted_columns[:, low:high] @ sorted_weights[low:high]
        progress(rows.stop)
    return totals


def _shares(
    replicates: Replicates,
    labels: tuple[tuple[str, str], ...],
    item: Coded,
    full: FloatArray,
    totals: FloatArray,
) -> ReplicatedShares:
    with np.errstate(divide="ignore", invalid="ignore"):
        value = full / full.sum(axis=1, keepdims=True)
        replicated = totals / totals.sum(axis=1, keepdims=True)
    centre = value[:, :, None] if replicates.mse else replicated.mean(axis=2, keepdims=True)
    variance = replicates.scale * ((replicated - centre) ** 2 @ replicates.rscales)
    return ReplicatedShares(labels, item.levels, value, np.sqrt(variance))
