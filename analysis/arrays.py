"""The array types of the engine and the one way from labels to integer codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
TextArray = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Coded:
    """A categorical column as integers.

    Attributes
    ----------
    codes : ndarray of int64, shape (n,)
        Position in `levels`; -1 where the row has no level.
    levels : tuple of str
        Labels in order.
    """

    codes: IntArray
    levels: tuple[str, ...]

    @property
    def present(self) -> BoolArray:
        """Tell which rows have a level."""
        return self.codes >= 0


def natural_key(label: str) -> tuple[int, float, str]:
    """Sort numbers by size and before words, so that ``"10"`` comes after ``"9"``."""
    try:
        return (0, float(label), label)
    except ValueError:
        return (1, 0.0, label)


def code(values: pd.Series, levels: Sequence[str] | None = None) -> Coded:
    """Give each value the position of its level.

    Parameters
    ----------
    values : Series, length n
        Missing values (NaN, None, empty text) get code -1.
    levels : sequence of str, optional
        The order wanted, for example the codebook's; values outside it get -1. Without it the
        levels are those found, numbers by size, then words alphabetically.
    """
    text = as_text(values)
    if levels is None:
        levels = sorted((v for v in text.unique() if v != ""), key=natural_key)
    index = pd.Index(list(levels), dtype=object)
    codes = index.get_indexer(pd.Index(text.to_numpy(dtype=object), dtype=object))
    return Coded(np.asarray(codes, dtype=np.int64), tuple(levels))


def as_text(values: pd.Series) -> pd.Series:
    """Write values as a codebook would: whole floats without ``.0``, missing as ''."""
    if pd.api.types.is_float_dtype(values.dtype):
        array = values.to_numpy(dtype=float, na_value=np.nan)
        whole = np.isnan(array) | (array == np.floor(array))
        if bool(whole.all()):
            text = pd.Series(array, index=values.index).astype("Int64").astype("string")
        else:
            text = values.astype("string")
    else:
        text = values.astype("string")
    return text.fillna("").astype(object)


def cross(parts: Sequence[Coded], *, separator: str = "|", drop_empty: bool = True) -> Coded:
    """Cross several codings; the first varies slowest; a row missing in one is missing in all.

    With ``drop_empty`` only the combinations that occur become levels.
    """
    codes = parts[0].codes.copy()
    levels = list(parts[0].levels)
    for part in parts[1:]:
        missing = (codes < 0) | (part.codes < 0)
        codes = codes * len(part.levels) + part.codes
        codes[missing] = -1
        levels = [f"{a}{separator}{b}" for a in levels for b in part.levels]
    if not drop_empty:
        return Coded(codes, tuple(levels))
    used, compact = np.unique(codes, return_inverse=True)
    shift = 1 if used.size and used[0] == -1 else 0
    return Coded(
        compact.astype(np.int64).reshape(-1) - shift, tuple(levels[k] for k in used[shift:])
    )
