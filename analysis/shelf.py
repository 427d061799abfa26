"""The weights of a study, made when asked for, and the rule which table takes which."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from analysis.codebook import Codebook
from analysis.errors import AnalysisError
from analysis.responses import Release, Responses
from analysis.weighting.recipe import Recipe, read_recipe
from analysis.weighting.run import Weighting, weigh, weighted_responses

Progress = Callable[[str], None]


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
        self._recipes = [read_recipe(path) for path in sorted(recipes.glob("*.yaml"))]
        self._progress = progress
        self._made: dict[str, tuple[Weighting, Responses]] = {}

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
        return self._get(tuple(waves), self._block_of(list(variables)))[1]

    def weighting(self, waves: Sequence[int], block: str | None = None) -> Weighting:
        """Give the weight itself with its diagnostics."""
        return self._get(tuple(waves), block)[0]

    def _block_of(self, variables: list[str]) -> str | None:
        """Find the one random block among the variables."""
        known = {code for r in self._recipes if r.blocks is not None for code in r.blocks.codes}
        blocks: dict[str, str] = {}
        for name in variables:
            block = self.codebook[name].block
            if block in known:
                blocks.setdefault(str(block), name)
        if len(blocks) > 1:
            (first, a), (second, b), *_ = sorted(blocks.items())
            raise AnalysisError(
                f"'{a}' was asked of random block {first} and '{b}' of block {second}: nobody "
                "answered both, so they cannot be crossed"
            )
        return next(iter(blocks), None)

    def _get(self, waves: tuple[int, ...], block: str | None) -> tuple[Weighting, Responses]:
        recipe = self._recipe(waves, block)
        key = recipe.weight if block is None else f"{recipe.weight}_{block}"
        if key not in self._made:
            weighting = weigh(self._release, recipe, block=block, progress=self._progress)
            self._made[key] = (weighting, weighted_responses(self._release, weighting))
        return self._made[key]

    def _recipe(self, waves: tuple[int, ...], block: str | None) -> Recipe:
        fitting = [
            recipe
            for recipe in self._recipes
            if recipe.waves == waves
            and recipe.sample == "probability"
            and (recipe.blocks is not None) == (block is not None)
        ]
        if len(fitting) != 1:
            names = ", ".join(recipe.weight for recipe in fitting) or "none"
            kind = "" if block is None else f" for random block {block}"
            raise AnalysisError(
                f"one recipe for waves {list(waves)}{kind} was expected, found {names}"
            )
        return fitting[0]
