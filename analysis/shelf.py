"""The weights of a study, made when asked for, and the rule which table takes which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from analysis.codebook import Codebook
from analysis.errors import AnalysisError
from analysis.responses import Release, Responses
from analysis.weighting.recipe import Recipe, read_recipe
from analysis.weighting.run import Weighting, weigh, weighted_responses

Progress = Callable[[str], None]
_DESIGN = ("person_id", "stratum", "N_h")


class WeightShelf:
    """All recipes of a folder with the weights made so far.

    Parameters
    ----------
    release : Release
    recipes : Path
        Folder of recipe files.
    progress : callable
        Gets a line of text before each step of a weight.
    """

    def __init__(
        self, release: Release, recipes: Path, *, progress: Progress = lambda _: None
    ) -> None:
        self._release = release
        self._recipes = read_recipes(recipes)
        self._progress = progress
        self._made: dict[str, Weighting] = {}
        self._responses: dict[str, Responses] = {}

    @property
    def codebook(self) -> Codebook:
        """The codebook of the release."""
        return self._release.codebook

    def for_table(self, waves: Sequence[int], variables: Iterable[str]) -> Responses:
        """Give the responses with the weight for a table of these waves and variables.

        Items of a random block take the weight calibrated within the block; a table may hold core
        items beside those of one block, never items of two.

        Raises
        ------
        AnalysisError
            If no recipe or several are for exactly these waves, or the variables cross two blocks.
        """
        weighting = self.weighting_for(waves, variables)
        if weighting.name not in self._responses:
            self._responses[weighting.name] = weighted_responses(self._release, weighting)
        return self._responses[weighting.name]

    def weighting_for(self, waves: Sequence[int], variables: Iterable[str]) -> Weighting:
        """Give the weight for a table of these waves and variables; see `for_table`."""
        return self.weighting(waves, random_block(self.codebook, self._recipes, variables))

    def weighting(self, waves: Sequence[int], block: str | None = None) -> Weighting:
        """Give the weight itself with its diagnostics."""
        recipe = recipe_for(self._recipes, waves, block)
        key = recipe.weight if block is None else f"{recipe.weight}_{block}"
        if key not in self._made:
            made = weigh(self._release, recipe, block=block, progress=self._progress)
            self._made[key] = _without_answers(made)
        return self._made[key]


def random_block(
    codebook: Codebook, recipes: Iterable[Recipe], variables: Iterable[str]
) -> str | None:
    """Find the one random block among variables; None when all were asked of everybody.

    Raises
    ------
    AnalysisError
        If they are of two blocks: nobody answered both.
    """
    known = {code for r in recipes if r.blocks is not None for code in r.blocks.codes}
    blocks: dict[str, str] = {}
    for name in variables:
        block = codebook[name].block
        if block in known:
            blocks.setdefault(str(block), name)
    if len(blocks) > 1:
        (first, a), (second, b), *_ = sorted(blocks.items())
        raise AnalysisError(
            f"'{a}' was asked of random block {first} and '{b}' of block {second}: nobody "
            "answered both, so they cannot be crossed"
        )
    return next(iter(blocks), None)


def recipe_for(recipes: Iterable[Recipe], waves: Sequence[int], block: str | None) -> Recipe:
    """Find the one recipe for exactly these waves, and for random blocks if there is a block.

    Raises
    ------
    AnalysisError
        If there is none, or several.
    """
    fitting = [
        recipe
        for recipe in recipes
        if recipe.waves == tuple(waves)
        and recipe.sample == "probability"
        and (recipe.blocks is not None) == (block is not None)
    ]
    if len(fitting) != 1:
        names = ", ".join(recipe.weight for recipe in fitting) or "none"
        kind = "" if block is None else f" for random block {block}"
        raise AnalysisError(f"one recipe for waves {list(waves)}{kind} was expected, found {names}")
    return fitting[0]


def read_recipes(folder: Path) -> list[Recipe]:
    """Read all recipes of a folder, in the order of their names."""
    return [read_recipe(path) for path in sorted(folder.glob("*.yaml"))]


def _without_answers(weighting: Weighting) -> Weighting:
    """Give a weight without the answers its steps read: a shelf holds a dozen weights."""
    needed = [name for name in _DESIGN if name in weighting.people.columns]
    return replace(weighting, people=weighting.people[needed].copy())
