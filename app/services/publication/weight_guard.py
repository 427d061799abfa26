"""What a weight looks like for who sees nobody alone: counts of people as tables have them.

A level of one respondent has that person's weight for its figure, and the smallest and the largest
weight are each one person's. Analysts see counts as everywhere else: rounded to tens, so that no
small one follows from the others, and nothing under ten.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from analysis.disclosure.policy import Policy
from analysis.disclosure.rounding import round_half_up
from app.services.publication.weight_pictures import Histogram, WeightPicture

FEW = 0.5
"""Stands for a count from one to nine: no count is half a person."""
_PEOPLE = (
    "n", "n_eff", "respondents", "n_sample", "n_resp", "responded", "stayed", "invited", "exits",
    "at_bound", "cut_above", "cut_below",
)  # fmt: skip
_BY_REASON = ("left_out", "not_asked", "exits_by_reason")
_OF_ONE = ("min", "max", "max_over_min", "factors", "g_min", "g_max")
"""Extremes: each is the figure of one person."""
_RESTS_ON = re.compile(r"(?<=rests on )\d+")


def guarded(one: WeightPicture) -> WeightPicture:
    """Return a weight without what is known of single people."""
    found = one.histogram
    drawn = found and Histogram(
        found.edges, [_count(n) for n in found.before], [_count(n) for n in found.after]
    )
    return replace(
        one,
        steps=[_step(step) for step in one.steps],
        summary=_figures(one.summary),
        by_stratum=[_figures(row) for row in one.by_stratum],
        warnings=[_RESTS_ON.sub(_told, text) for text in one.warnings],
        histogram=drawn,
        propensity=[replace(part, people=_count(part.people)) for part in one.propensity],
    )


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    told = _figures(step)
    if "weights" in step:
        told["weights"] = _figures(step["weights"])
    for name in ("margins", "classes"):
        if step.get(name):
            told[name] = [_figures(row) for row in step[name]]
    for name in _BY_REASON:
        if step.get(name):
            told[name] = {reason: _count(count) for reason, count in step[name].items()}
    return told


def _figures(told: Mapping[str, Any]) -> dict[str, Any]:
    """Round the counts among some figures; of too few people leave nothing but that."""
    kept = {name: value for name, value in told.items() if name not in _OF_ONE}
    for name in _PEOPLE:
        if isinstance(kept.get(name), int | float):
            kept[name] = _count(kept[name])
    if kept.get("n") == FEW:
        kept |= dict.fromkeys(set(kept) & {"mean", "kish_deff", "n_eff", "p05", "p95"})
    return kept


def _count(people: float) -> Any:  # noqa: ANN401  # a whole number, or `FEW`
    policy = Policy()
    if 0 < people < policy.minimum_cell:
        return FEW
    return int(round_half_up(np.asarray([float(people)]), float(policy.count_unit))[0])


def _told(found: re.Match[str]) -> str:
    # None of them is told as fewer than ten: see `weights_words.remark_words`.
    people = _count(int(found[0]))
    return "0" if people == FEW else str(people)
