"""Predictors of response: frame variables and earlier answers, with missing answers kept."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from analysis.codebook import MISSING_CODES, Codebook
from analysis.errors import UnknownVariableError

RARE = 10
"""Levels with fewer people are put together: a logit of five people is a coin thrown."""
_NUMBERS = frozenset({"number", "year"})


def predictor_columns(
    people: pd.DataFrame, names: Sequence[str], codebook: Codebook
) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Prepare predictors for a response model.

    Parameters
    ----------
    people : DataFrame
    names : sequence of str
        Variables with one answer.

    Returns
    -------
    columns : DataFrame
        Categorical predictors with typed missing as a level of its own and rare levels together;
        numeric ones with 0 for missing and a 0/1 column ``<name>_missing``.
    predictors : list of str
        Columns to use; those without variation are left out.
    notes : list of str
    """
    columns: dict[str, pd.Series] = {}
    notes: list[str] = []
    for name in names:
        if name not in people.columns:
            raise UnknownVariableError(f"predictor '{name}' is not in the frame or the answers")
        text = people[name].astype(object).fillna("")
        missing = text.isin([*MISSING_CODES, ""])
        variable = codebook.variables.get(name)
        if variable is not None and variable.kind in _NUMBERS:
            columns[name] = pd.to_numeric(text.mask(missing, "0")).astype(float)
            columns[f"{name}_missing"] = missing.astype(float)
            continue
        columns[name] = _without_rare(name, text.mask(missing, "missing"), notes)
    table = pd.DataFrame(columns)
    used = [name for name in table.columns if (table[name] != table[name].iloc[0]).any()]
    notes += [f"predictor {name} is the same for everybody" for name in set(table) - set(used)]
    return table, used, sorted(notes)


def _without_rare(name: str, level: pd.Series, notes: list[str]) -> pd.Series:
    counts = level.value_counts()
    rare = sorted(str(k) for k, count in counts.items() if count < RARE)
    if not rare:
        return level
    commonest = str(counts.index[0])
    # One rare level alone would stay rare; it then joins the commonest.
    into = "rest" if int(counts[rare].sum()) >= RARE else commonest
    notes.append(f"predictor {name}: {', '.join(rare)} counted as '{into}'")
    return level.mask(level.isin(rare), into)
