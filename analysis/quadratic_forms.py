"""Tail probabilities of sums of weighted chi-squares, for Rao-Scott tests."""

from __future__ import annotations

import numpy as np
from scipy import optimize, stats

from analysis.arrays import FloatArray


def saddlepoint_tail(weights: FloatArray, counts: FloatArray) -> float:
    """P(sum_j weights_j chi2(counts_j) > 0) by saddlepoint (Kuonen 1999, equation 4).

    ``weights`` has both signs. Relative error below 1 % in the tails that matter.

    Raises
    ------
    ValueError
        If all weights have the same sign: the probability is then 0 or 1.
    """
    if not ((weights > 0).any() and (weights < 0).any()):
        raise ValueError("weights of both signs were expected")
    w = weights / np.abs(weights).max()

    def slope(z: float) -> float:
        return float(counts @ (w / (1 - 2 * z * w)))

    low = max(1 / (2 * w[w < 0])) * (1 - 1e-9)
    high = min(1 / (2 * w[w > 0])) * (1 - 1e-9)
    z = float(optimize.brentq(slope, low, high, xtol=1e-14))
    if abs(z) < 1e-8:
        return 0.5
    cumulant = -0.5 * float(counts @ np.log1p(-2 * z * w))
    curvature = 2 * float(counts @ (w / (1 - 2 * z * w)) ** 2)
    root = np.sign(z) * np.sqrt(-2 * cumulant)
    return float(stats.norm.sf(root + np.log(z * np.sqrt(curvature) / root) / root))
