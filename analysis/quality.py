"""Signs of careless answering. Flags for a person to look at; nothing is dropped by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from analysis.arrays import BoolArray, FloatArray
from analysis.codebook import MISSING_CODES
from analysis.errors import AnalysisError
from analysis.responses import Responses


def quality_flags(
    responses: Responses,
    *,
    batteries: Mapping[str, Sequence[str]],
    duplicates_on: Sequence[str],
    minutes: FloatArray | None = None,
) -> pd.DataFrame:
    """Flag interviews that look careless.

    Parameters
    ----------
    responses : Responses, n rows
    batteries : mapping
        Statements that share a scale, by the battery's name.
    duplicates_on : sequence of str
        Variables that two people rarely answer all alike.
    minutes : ndarray of float64, shape (n,), optional
        Time spent on the questions; NaN where unknown.

    Returns
    -------
    DataFrame, n rows
        person_id, wave, straight_lined (number of batteries), duplicate, speeding (missing without
        ``minutes``).
    """
    lined = np.zeros(len(responses), dtype=np.int64)
    for items in batteries.values():
        lined += straight_lined(responses, items)
    flags = responses.table[["person_id", "wave"]].assign(
        straight_lined=lined, duplicate=duplicated(responses, duplicates_on)
    )
    fast = pd.Series(pd.NA, index=flags.index) if minutes is None else speeding(minutes)
    return flags.assign(speeding=fast)


def straight_lined(responses: Responses, items: Sequence[str], *, least: int = 4) -> BoolArray:
    """Tell who gave one and the same answer to every statement of a battery.

    Only people with at least ``least`` substantive answers count: three alike say nothing.
    """
    answers = pd.DataFrame({name: responses.column(name) for name in items})
    known = ~answers.isin([*MISSING_CODES, ""])
    first = answers.where(known).bfill(axis=1).iloc[:, 0]
    alike = (answers.eq(first, axis=0) | ~known).all(axis=1)
    return np.asarray(alike & (known.sum(axis=1) >= least), dtype=bool)


def duplicated(responses: Responses, names: Sequence[str], *, least: int = 8) -> BoolArray:
    """Tell which interviews of a wave give the same answers to all variables as another.

    Interviews with fewer than ``least`` substantive answers are left alone: break-offs are alike.
    """
    columns = [column for name in names for column in responses.codebook[name].columns]
    answers = responses.table[columns]
    enough = (~answers.isin([*MISSING_CODES, ""])).sum(axis=1) >= least
    keys = answers.assign(_wave=responses.table["wave"])
    same = keys[enough].duplicated(keep=False)
    return np.asarray(same.reindex(keys.index, fill_value=False), dtype=bool)


def speeding(minutes: FloatArray, *, share_of_median: float = 0.4) -> BoolArray:
    """Tell who took less than a share of the median time (Greszki, Meyer and Schoen 2015).

    Raises
    ------
    AnalysisError
        If no time is known.
    """
    known = minutes[np.isfinite(minutes)]
    if not known.size:
        raise AnalysisError("no interview has a known duration")
    limit = share_of_median * float(np.median(known))
    return np.asarray(np.isfinite(minutes) & (minutes < limit))
