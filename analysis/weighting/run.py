"""Running a recipe on a release: from the people drawn to the weights of those who answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, assert_never

import numpy as np

from analysis.arrays import FloatArray
from analysis.errors import AnalysisError, CalibrationError
from analysis.responses import Release
from analysis.weighting import steps
from analysis.weighting.attach import stacked_responses, weighted_responses
from analysis.weighting.chain import Chain
from analysis.weighting.diagnostics import summary, summary_by
from analysis.weighting.people import open_people, sampled_people
from analysis.weighting.recipe import (
    Attrition,
    Base,
    Calibrate,
    Nonresponse,
    Recipe,
    Trim,
    read_recipe,
)
from analysis.weighting.result import Weighting, write_weights

Progress = Callable[[str], None]
LARGE_DESIGN_EFFECT = 2.0


def weigh(
    release: Release,
    recipe: Recipe,
    *,
    block: str | None = None,
    progress: Progress = lambda _: None,
) -> Weighting:
    """Make a weight from a release by its recipe.

    Parameters
    ----------
    release : Release
    recipe : Recipe
    block : str, optional
        Code of the random block, for recipes that have blocks: only people who were asked the block
        are weighted, to the whole population.
    progress : callable
        Gets a line of text before each step; raising `CancelledError` in it stops the work.

    Returns
    -------
    Weighting
        Weights are people of the population per respondent.

    Raises
    ------
    AnalysisError
        When a step cannot be done properly: see the modules of the steps. No weights are returned
        then.
    """
    name = _name(recipe, block)
    chain = _start(release, recipe, name, progress)
    if block is not None:
        chain = _within_block(chain, recipe, block)
    for step in recipe.steps[1:]:
        progress(f"{name}: {type(step).__name__.lower()}")
        match step:
            case Nonresponse():
                chain = steps.nonresponse(chain, step, release)
            case Attrition():
                chain = steps.attrition(chain, step, release, recipe)
            case Calibrate():
                chain = steps.calibrate_chain(chain, step, release)
            case Trim():
                chain = steps.trim_chain(chain, step)
            case Base():
                raise AnalysisError("'base' can only be the first step")
            case _:
                assert_never(step)
    people, weights = chain.respondents()
    _refuse_faulty(name, weights)
    report = _diagnostics(release, recipe, name, replace(chain, people=people, weights=weights))
    return Weighting(name, recipe, people, weights, chain.record, report, block, chain.exits)


def weigh_all(
    release: Release, recipe: Recipe, *, progress: Progress = lambda _: None
) -> list[Weighting]:
    """Make the weight of a recipe, or with random blocks one weight for each."""
    if recipe.blocks is None:
        return [weigh(release, recipe, progress=progress)]
    return [weigh(release, recipe, block=block, progress=progress) for block in recipe.blocks.codes]


def _name(recipe: Recipe, block: str | None) -> str:
    if (recipe.blocks is None) != (block is None):
        raise AnalysisError(f"recipe {recipe.weight}: a block goes with a recipe that has blocks")
    if recipe.blocks is not None and block not in recipe.blocks.codes:
        raise AnalysisError(f"recipe {recipe.weight} has no block '{block}'")
    return recipe.weight if block is None else f"{recipe.weight}_{block}"


def _start(release: Release, recipe: Recipe, name: str, progress: Progress) -> Chain:
    progress(f"{name}: base")
    base = recipe.steps[0]
    if not isinstance(base, Base):
        raise AnalysisError(f"recipe {recipe.weight} does not start with 'base'")
    if base.start is not None:
        return _start_from(release, recipe, base.start, progress)
    if recipe.sample == "open":
        return open_people(release, recipe, base)
    return sampled_people(release, recipe, base)


def _start_from(release: Release, recipe: Recipe, start: str, progress: Progress) -> Chain:
    """Go on from another weight of the same folder; its own steps are reported first."""
    if recipe.folder is None:
        raise AnalysisError(
            f"weight {recipe.weight} starts from {start}, but its folder is unknown"
        )
    earlier = weigh(release, read_recipe(recipe.folder / f"{start}.yaml"), progress=progress)
    report = {"step": "base", "from": start, "rows_out": len(earlier.weights)}
    everyone = np.ones(len(earlier.weights), dtype=bool)
    done = (*earlier.diagnostics["steps"], report)
    return Chain(earlier.people, earlier.weights, everyone, earlier.record, earlier.exits, done)


def _within_block(chain: Chain, recipe: Recipe, block: str) -> Chain:
    """Keep the respondents who were asked a random block."""
    if recipe.blocks is None:
        return chain
    people, weights = chain.respondents()
    codes = [code for code in (block, recipe.blocks.everything) if code]
    asked = people[recipe.blocks.variable].isin(codes).to_numpy(dtype=bool)
    if not asked.any():
        raise AnalysisError(f"nobody was asked block '{block}' of {recipe.blocks.variable}")
    # Everybody draws one block with equal chance; people asked all blocks were sure to get this
    # one.
    drawn = (people[recipe.blocks.variable] == block).to_numpy(dtype=bool)
    factor = np.where(drawn, float(len(recipe.blocks.codes)), 1.0)
    all_rows = np.ones(len(weights), dtype=bool)
    inner = Chain(people, weights, all_rows, None, chain.exits, chain.steps, chain.warnings)
    return inner.after("block", weights * factor, keep=asked, report={"block": block})


def _refuse_faulty(name: str, weights: FloatArray) -> None:
    faulty = ~(np.isfinite(weights) & (weights > 0))
    if faulty.any():
        raise CalibrationError(
            f"{name}: {int(faulty.sum())} of {len(weights)} weights are zero, negative or missing; "
            "linear calibration without bounds can do this, logit cannot"
        )


def _diagnostics(release: Release, recipe: Recipe, name: str, chain: Chain) -> dict[str, Any]:
    overall = summary(chain.weights)
    warnings = list(chain.warnings)
    if overall["kish_deff"] > LARGE_DESIGN_EFFECT:
        warnings.append(f"design effect of weighting {overall['kish_deff']:.2f}")
    return {
        "weight": name,
        "waves": list(recipe.waves),
        "sample": recipe.sample,
        "model_based": recipe.sample != "probability",
        "synthetic": release.manifest.synthetic,
        "recipe_sha256": recipe.digest,
        "inputs": dict(sorted(release.manifest.hashes.items())),
        "steps": list(chain.steps),
        "summary": overall,
        "by_stratum": summary_by(chain.weights, chain.people["stratum"]),
        "warnings": warnings,
    }


__all__ = [
    "Weighting", "stacked_responses", "weigh", "weigh_all",
    "weighted_responses", "write_weights",
]  # fmt: skip
