"""From the rows of ``margins.csv`` to totals that agree with each other and fit the respondents."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy import linalg

from analysis.arrays import FloatArray
from analysis.domain import FrameRows
from analysis.errors import MarginError
from analysis.expression import parse
from analysis.weighting.recipe import Calibrate, MarginRule, MarginSource

ALL = "all"
"""Level name under which published tables print their own total."""
_PLACE = re.compile(r"\{([\w.]+)\}")


@dataclass(frozen=True, eq=False)
class Targets:
    """Totals ready for calibration, each respondent's level, and what was changed.

    ``levels`` has one column per margin; ``published`` keeps the figures as printed.
    """

    totals: Mapping[str, Mapping[str, float]]
    levels: pd.DataFrame = field(repr=False)
    published: Mapping[str, Mapping[str, float]]
    notes: tuple[str, ...] = ()


def targets(
    step: Calibrate,
    margins: pd.DataFrame,
    respondents: pd.DataFrame,
    exits: pd.DataFrame | None = None,
) -> Targets:
    """Prepare the margins of a calibration step.

    Parameters
    ----------
    step : Calibrate
    margins : DataFrame
        ``margins.csv``: margin, category (``key=value;...``), value, reference_date.
    respondents : DataFrame
        Frame variables of the respondents.
    exits : DataFrame, optional
        People who left the population, with their ``weight``; their weight by level is taken off.

    Raises
    ------
    MarginError
        If a margin or its total is not in the file, has another reference date than the recipe,
        differs from the total by more than rounding, or leaves respondents without a level.
    """
    size = _total(step, margins)
    gone = 0.0 if exits is None else float(exits["weight"].sum())
    totals: dict[str, dict[str, float]] = {}
    published: dict[str, dict[str, float]] = {}
    levels: dict[str, pd.Series] = {}
    notes: list[str] = []
    for rule in step.margins:
        figures = _figures(rule.source, margins, step.reference_date)
        published[rule.name] = dict(figures)
        if rule.remainder is not None:
            figures[rule.remainder] = size - sum(figures.values())
            notes.append(
                f"margin {rule.name}: level '{rule.remainder}' gets what the other levels leave of "
                f"{size:g}: {figures[rule.remainder]:g}"
            )
        if exits is not None and len(exits):
            figures = _less_exits(rule, figures, exits, notes)
        level = levels_of(rule, respondents)
        level = _unlisted(rule, level, figures, notes)
        level, figures = _merge_small(rule, level, figures, notes)
        _check_sum(rule, figures, size - gone, step.rounding)
        totals[rule.name] = figures
        levels[rule.name] = level
    table = pd.DataFrame(levels)
    consistent = _reconcile(totals, table, size - gone, step.rounding, notes)
    return Targets(consistent, table, published, tuple(notes))


def levels_of(rule: MarginRule, respondents: pd.DataFrame) -> pd.Series:
    """Give the level of each respondent; the first rule whose condition holds decides.

    Raises
    ------
    MarginError
        If no rule holds for a respondent.
    """
    level = pd.Series("", index=respondents.index, dtype=object)
    rows = FrameRows(respondents)
    open_rows = np.ones(len(respondents), dtype=bool)
    for choice in rule.levels:
        chosen = open_rows & parse(choice.when)(rows)
        level = level.mask(chosen, _filled(choice.value, respondents))
        open_rows &= ~chosen
    without = open_rows | (level == "").to_numpy(dtype=bool)
    if without.any():
        raise MarginError(
            f"margin {rule.name}: {int(without.sum())} respondents have no level (missing)",
            [(rule.name, "missing")],
        )
    return level


def _filled(template: str, frame: pd.DataFrame) -> pd.Series:
    """Fill ``{variable}`` places; '' for rows where one of the variables is missing."""
    result = pd.Series("", index=frame.index, dtype=object)
    missing = np.zeros(len(frame), dtype=bool)
    rows = FrameRows(frame)
    at = 0
    for place in _PLACE.finditer(template):
        value = rows.column(place.group(1))
        missing |= (value == "").to_numpy(dtype=bool)
        result = result + template[at : place.start()] + value
        at = place.end()
    return (result + template[at:]).mask(missing, "")


def _total(step: Calibrate, margins: pd.DataFrame) -> float:
    if isinstance(step.total, MarginSource):
        found = _rows(step.total, margins, step.reference_date)
        if len(found) != 1:
            raise MarginError(
                f"total: {len(found)} rows of margin '{step.total.margin}' match, one was expected",
                [(step.total.margin, "total")],
            )
        return float(found["value"].iloc[0])
    return step.total


def _rows(source: MarginSource, margins: pd.DataFrame, reference_date: str | None) -> pd.DataFrame:
    rows = margins[margins["margin"] == source.margin]
    categories = rows["category"].map(_category)
    keep = categories.map(lambda c: all(c.get(k) == v for k, v in source.where.items()))
    rows = rows[keep.to_numpy(dtype=bool)] if len(rows) else rows
    if rows.empty:
        raise MarginError(
            f"margin {source.margin}: not in margins.csv"
            + (f" with {dict(source.where)}" if source.where else ""),
            [(source.margin, "missing")],
        )
    if reference_date is not None and "reference_date" in rows.columns:
        other = sorted(set(rows["reference_date"]) - {reference_date})
        if other:
            raise MarginError(
                f"margin {source.margin}: reference date {other[0]}, but the recipe says "
                f"{reference_date}",
                [(source.margin, other[0])],
            )
    return rows


def _figures(
    source: MarginSource, margins: pd.DataFrame, reference_date: str | None
) -> dict[str, float]:
    rows = _rows(source, margins, reference_date)
    figures: dict[str, float] = {}
    for category, value in zip(rows["category"], rows["value"], strict=True):
        level = _category(category).get(source.key)
        if level is None or level == ALL:
            continue
        if level in figures:
            raise MarginError(
                f"margin {source.margin}: level '{level}' occurs twice; narrow it with 'where'",
                [(source.margin, level)],
            )
        if not np.isfinite(value):
            raise MarginError(
                f"margin {source.margin}: level '{level}' has no value", [(source.margin, level)]
            )
        figures[level] = float(value)
    return figures


def _category(text: str) -> dict[str, str]:
    pairs = (part.split("=", 1) for part in text.split(";") if "=" in part)
    return {key.strip(): value.strip() for key, value in pairs}


def _unlisted(
    rule: MarginRule, level: pd.Series, figures: Mapping[str, float], notes: list[str]
) -> pd.Series:
    if rule.unlisted is None:
        return level
    stray = ~level.isin(list(figures))
    if stray.any():
        names = ", ".join(sorted(set(level[stray])))
        notes.append(
            f"margin {rule.name}: {int(stray.sum())} respondents of {names} are '{rule.unlisted}'"
        )
    return level.mask(stray, rule.unlisted)


def _less_exits(
    rule: MarginRule, figures: Mapping[str, float], exits: pd.DataFrame, notes: list[str]
) -> dict[str, float]:
    """Take the estimated number of people who left off the level they had."""
    level = levels_of(rule, exits)
    if rule.unlisted is not None:
        level = level.mask(~level.isin(list(figures)), rule.unlisted)
    gone = exits["weight"].groupby(level.to_numpy(dtype=object)).sum()
    left = {name: total - float(gone.get(name, 0.0)) for name, total in figures.items()}
    notes.append(
        f"margin {rule.name}: {float(gone.sum()):.1f} people who left the population taken off"
    )
    return left


def _merge_small(
    rule: MarginRule, level: pd.Series, figures: dict[str, float], notes: list[str]
) -> tuple[pd.Series, dict[str, float]]:
    """Merge levels with too few respondents to carry a weight of their own."""
    counts = level.value_counts()
    merged = dict(figures)
    moves: dict[str, str] = {}
    for name in figures:
        into = rule.merge_into.get(name, rule.merge_into.get("*"))
        if into is None or into == name or int(counts.get(name, 0)) >= rule.merge_below:
            continue
        merged[into] = merged.get(into, 0.0) + merged.pop(name)
        moves[name] = into
    if moves:
        listed = ", ".join(f"{k} ({int(counts.get(k, 0))}) into {v}" for k, v in moves.items())
        notes.append(
            f"margin {rule.name}: levels with fewer than {rule.merge_below} respondents merged: "
            f"{listed}"
        )
    return level.replace(moves), merged


def _check_sum(
    rule: MarginRule, figures: Mapping[str, float], size: float, rounding: float
) -> None:
    found = sum(figures.values())
    if not found > 0 or abs(found - size) > rounding * size:
        raise MarginError(
            f"margin {rule.name}: its levels sum to {found:g}, the population is {size:g}; more "
            f"than rounding ({rounding:.2%})",
            [(rule.name, "sum")],
        )


def _reconcile(
    totals: Mapping[str, dict[str, float]],
    levels: pd.DataFrame,
    size: float,
    rounding: float,
    notes: list[str],
) -> dict[str, dict[str, float]]:
    """Remove contradictions that rounding left between margins.

    Margins overlap: each sums to the population, and a level of one may be the sum of levels of
    another. With N the combinations of auxiliary columns that are zero for everybody, totals t must
    have N't = 0. The nearest such totals, in relative terms, are t - D N (N'DN)^-1 N't with
    D = diag(t); for a single margin that is rescaling to the population size, which stays fixed.
    """
    labels = [(name, level) for name, figures in totals.items() for level in figures]
    if any(not (levels[name] == level).any() for name, level in labels):
        # A level without respondents is refused by the calibration, with a better message.
        return {name: dict(figures) for name, figures in totals.items()}
    indicators = [(levels[name] == level).to_numpy(dtype=float) for name, level in labels]
    ones = np.ones(len(levels))
    X: FloatArray = np.unique(np.stack([*indicators, ones], axis=1), axis=0).astype(np.float64)
    t = np.array([*(totals[name][level] for name, level in labels), size])
    N = linalg.null_space(X)
    D = np.diag(np.append(t[:-1], 0.0))
    change = D @ N @ linalg.lstsq(N.T @ D @ N, N.T @ t)[0] if N.size else np.zeros(len(t))
    result: dict[str, dict[str, float]] = {name: {} for name in totals}
    for k, (name, level) in enumerate(labels):
        if abs(change[k]) > rounding * size:
            raise MarginError(
                f"margin {name}: level '{level}' is {t[k]:g}, the other margins leave "
                f"{t[k] - change[k]:g}; more than rounding ({rounding:.2%} of {size:g})",
                [(name, level)],
            )
        if abs(change[k]) > 1e-9 * size:
            notes.append(
                f"margin {name}, level '{level}': rescaled from {t[k]:g} to "
                f"{t[k] - change[k]:.6g}, because rounded figures disagree"
            )
        result[name][level] = float(t[k] - change[k])
    return result
