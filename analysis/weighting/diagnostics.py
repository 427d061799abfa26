"""What weights look like: spread, effective size, range of factors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import FloatArray, code


def summary(weights: FloatArray) -> dict[str, float]:
    """Describe weights.

    Returns
    -------
    dict
        n, sum, mean, min, max, max_over_min, cv (sd with n - 1 over mean), p01 to p99 (linear
        interpolation), kish_deff = n sum(w^2) / sum(w)^2, n_eff = n / kish_deff (Kish 1965).
    """
    n, size = len(weights), float(weights.sum())
    squares = float(weights @ weights)
    p01, p05, median, p95, p99 = np.quantile(weights, [0.01, 0.05, 0.5, 0.95, 0.99]).tolist()
    spread = float(weights.std(ddof=1)) if n > 1 else 0.0
    return {
        "n": n,
        "sum": size,
        "mean": size / n,
        "min": float(weights.min()),
        "max": float(weights.max()),
        "max_over_min": float(weights.max() / weights.min()),
        "cv": spread / (size / n),
        "p01": p01,
        "p05": p05,
        "median": median,
        "p95": p95,
        "p99": p99,
        "kish_deff": n * squares / size**2,
        "n_eff": size**2 / squares,
    }


def summary_by(weights: FloatArray, groups: pd.Series) -> list[dict[str, Any]]:
    """Describe the weights of each group, in the order of its labels."""
    coded = code(groups)
    return [
        {"level": level, **summary(weights[coded.codes == k])}
        for k, level in enumerate(coded.levels)
        if (coded.codes == k).any()
    ]


def factors(new: FloatArray, old: FloatArray) -> dict[str, float]:
    """Describe the factors new / old."""
    g = new / old
    return {"g_min": float(g.min()), "g_max": float(g.max()), "g_mean": float(g.mean())}
