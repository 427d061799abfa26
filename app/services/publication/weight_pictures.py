"""What a weight looks like: its recipe, each step with its figures, and its spread drawn.

Figures come from the diagnostics of `analysis.weighting`. Here are added the same people's weights
before and after (a histogram), and the chance to stay in classes. Nobody stands in them: they are
kept with a release when its rows have to go.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from analysis.arrays import FloatArray
from analysis.errors import AnalysisError, CalibrationError
from analysis.responses import Release
from analysis.shelf import read_recipes
from analysis.weighting.recipe import Attrition, Nonresponse, Recipe
from analysis.weighting.recipe_text import recipe_text
from analysis.weighting.result import write_weights
from analysis.weighting.run import Weighting, weigh

BINS = 20
CLASSES = 5
"""Quintiles of the chance to stay (Rosenbaum and Rubin 1984)."""
LONGEST_HISTOGRAM = 5.0
"""Times the mean; what is heavier stands in the last column, which says so."""

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many of the same people have how heavy a weight, before and after.

    ``edges`` are multiples of the mean weight, one more than there are columns; the last column
    holds everybody above its lower edge.
    """

    edges: Sequence[float]
    before: Sequence[int]
    after: Sequence[int]


@dataclass(frozen=True, slots=True)
class PropensityClass:
    """A fifth of the people who stayed, by their estimated chance to stay (0 to 1)."""

    low: float
    high: float
    people: int
    factor: float
    """Mean factor of the step in this class: 1 over the chance, where it is used inversely."""


@dataclass(frozen=True)
class WeightPicture:
    """A weight of a release, or why it cannot be made."""

    name: str
    waves: tuple[int, ...]
    title: Mapping[str, str]
    sample: str
    """``probability``, or ``open`` for who came by the open link: then it is model-based."""
    block: str | None
    recipe: str
    """As YAML."""
    steps: Sequence[Mapping[str, Any]] = field(repr=False, default=())
    """In the order of the recipe, with those of the weight it starts from before them."""
    plan: Sequence[Mapping[str, Any]] = field(repr=False, default=())
    """The recipe's own steps: ``{"step": name, ...}``, for words."""
    summary: Mapping[str, float] = field(repr=False, default_factory=dict)
    by_stratum: Sequence[Mapping[str, Any]] = field(repr=False, default=())
    warnings: Sequence[str] = ()
    histogram: Histogram | None = field(repr=False, default=None)
    propensity: Sequence[PropensityClass] = ()
    problem: str | None = None
    """Why there is no such weight, in English; names the margin and level at fault."""
    levels_at_fault: Sequence[tuple[str, str]] = ()


def pictures_of(
    release: Release, recipes: Path, *, out: Path | None = None, progress: Progress
) -> list[WeightPicture]:
    """Make every weight of a release and return what each looks like.

    Parameters
    ----------
    out
        Folder that gets ``weights.csv`` and ``diagnostics.json``, when anything could be made.
    """
    pictures: list[WeightPicture] = []
    made: list[Weighting] = []
    for recipe in read_recipes(recipes):
        if not set(recipe.waves) <= set(release.manifest.waves):
            continue
        for block in recipe.blocks.codes if recipe.blocks is not None else (None,):
            progress(recipe.weight)
            try:
                weighting = weigh(release, recipe, block=block)
                pictures.append(_picture(release, recipe, weighting))
                made.append(weighting)
            except AnalysisError as error:
                pictures.append(_unmade(recipe, block, error))
    if out is not None and made:
        write_weights(made, out)
    return pictures


def pictures_to_json(pictures: Sequence[WeightPicture]) -> list[dict[str, Any]]:
    """Return pictures as mappings and lists ready for JSON."""
    return [asdict(one) for one in pictures]


def pictures_from_json(document: Sequence[Mapping[str, Any]]) -> list[WeightPicture]:
    """Read what `pictures_to_json` gave."""
    return [
        WeightPicture(
            **{
                **one,
                "waves": tuple(one["waves"]),
                "histogram": Histogram(**one["histogram"]) if one["histogram"] else None,
                "propensity": [PropensityClass(**found) for found in one["propensity"]],
                "levels_at_fault": [(level[0], level[1]) for level in one["levels_at_fault"]],
            }
        )
        for one in document
    ]


# --- one weight -----------------------------------------------------------------------------------


def _picture(release: Release, recipe: Recipe, weighting: Weighting) -> WeightPicture:
    told = weighting.diagnostics
    start = weigh(release, replace(recipe, steps=recipe.steps[:1]), block=weighting.block)
    return WeightPicture(
        name=weighting.name,
        waves=recipe.waves,
        title=dict(recipe.title),
        sample=recipe.sample,
        block=weighting.block,
        recipe=recipe_text(recipe),
        steps=list(told["steps"]),
        plan=_plan(recipe),
        summary=told["summary"],
        by_stratum=told["by_stratum"],
        warnings=list(told["warnings"]),
        histogram=histogram(*_same_people(start, weighting)),
        propensity=_propensity(release, recipe, weighting.block),
    )


def _unmade(recipe: Recipe, block: str | None, error: AnalysisError) -> WeightPicture:
    return WeightPicture(
        name=recipe.weight if block is None else f"{recipe.weight}_{block}",
        waves=recipe.waves,
        title=dict(recipe.title),
        sample=recipe.sample,
        block=block,
        recipe=recipe_text(recipe),
        plan=_plan(recipe),
        problem=str(error),
        levels_at_fault=error.levels if isinstance(error, CalibrationError) else (),
    )


def _plan(recipe: Recipe) -> list[dict[str, Any]]:
    return [{"step": type(step).__name__.lower(), **asdict(step)} for step in recipe.steps]


def _same_people(start: Weighting, end: Weighting) -> tuple[FloatArray, FloatArray]:
    """Give the weights of the people who have the finished weight, before and after."""
    before = dict(zip(start.people["person_id"], start.weights.tolist(), strict=True))
    who = end.people["person_id"]
    return np.array([before[one] for one in who], dtype=np.float64), end.weights


def histogram(before: FloatArray, after: FloatArray) -> Histogram:
    """Count two sets of weights of the same people in equal columns of multiples of their mean."""
    scaled = [weights / weights.mean() for weights in (before, after)]
    top = min(LONGEST_HISTOGRAM, max(float(one.max()) for one in scaled) * 1.0001)
    edges = np.linspace(0.0, top, BINS + 1)
    counts = [np.histogram(np.minimum(one, edges[-1]), bins=edges)[0].tolist() for one in scaled]
    return Histogram(edges.tolist(), counts[0], counts[1])


def _propensity(release: Release, recipe: Recipe, block: str | None) -> list[PropensityClass]:
    """Give the classes of the last step that works with a chance to answer or to stay."""
    at = [k for k, one in enumerate(recipe.steps) if _has_propensity(one)]
    if not at:
        return []
    upto = replace(recipe, steps=recipe.steps[: at[-1] + 1])
    before = replace(recipe, steps=recipe.steps[: at[-1]])
    first, then = (weigh(release, one, block=block) for one in (before, upto))
    start, end = _same_people(first, then)
    return propensity_classes(end / start)


def propensity_classes(factors: FloatArray) -> list[PropensityClass]:
    """Return fifths of people by 1 over their factor, the smallest chance first."""
    chance = np.sort(1 / factors)
    return [
        PropensityClass(float(one[0]), float(one[-1]), len(one), float((1 / one).mean()))
        for one in np.array_split(chance, CLASSES)
        if len(one)
    ]


def _has_propensity(step: object) -> bool:
    return isinstance(step, Attrition) or (
        isinstance(step, Nonresponse) and step.method != "classes"
    )
