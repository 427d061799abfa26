"""Making the tables of a plan: picks the weight of each, computes, and lays out tidy rows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from analysis.errors import AnalysisError
from analysis.plan import Breakdown, Plan, TablePlan
from analysis.responses import Release, Responses
from analysis.shares import ShareTable, share
from analysis.weighting.recipe import Recipe, read_recipe
from analysis.weighting.run import weigh, weighted_responses

COLUMNS = (
    "table", "wave", "stub", "stub_code", "banner", "banner_code", "statistic", "value", "se", "low",
    "high", "n", "weighted_n", "n_eff", "flag",
)  # fmt: skip
Progress = Callable[[str], None]


class WeightShelf:
    """Weighted responses by wave, each made once from the recipe that fits."""

    def __init__(self, release: Release, recipes: Path, progress: Progress) -> None:
        self._release = release
        self._recipes = [read_recipe(path) for path in sorted(recipes.glob("*.yaml"))]
        self._progress = progress
        self._made: dict[str, Responses] = {}

    def for_waves(self, waves: tuple[int, ...]) -> Responses:
        """Give the responses with the probability weight made for exactly these waves.

        Raises
        ------
        AnalysisError
            If there is no such recipe, or more than one.
        """
        fitting = [r for r in self._recipes if r.waves == waves and r.sample == "probability"]
        if len(fitting) != 1:
            names = ", ".join(recipe.weight for recipe in fitting) or "none"
            raise AnalysisError(f"one recipe for waves {list(waves)} was expected, found {names}")
        return self._responses(fitting[0])

    def _responses(self, recipe: Recipe) -> Responses:
        if recipe.weight not in self._made:
            weighting = weigh(self._release, recipe, progress=self._progress)
            self._made[recipe.weight] = weighted_responses(self._release, weighting)
        return self._made[recipe.weight]


def make_tables(
    release: Release, plan: Plan, *, progress: Progress = lambda _: None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Compute all tables of a plan.

    Parameters
    ----------
    release : Release
    plan : Plan
    progress : callable
        Gets a line of text before each table; raising `CancelledError` in it stops the work.

    Returns
    -------
    rows : DataFrame
        The columns of `COLUMNS`; shares 0 to 1, numbers missing where ``flag`` is ``suppressed``.
    notes : tuple of str
        Per table: weight, base, what was left out.
    """
    if plan.recipes is None or not plan.recipes.is_dir():
        raise AnalysisError(f"no folder of recipes at {plan.recipes}")
    shelf = WeightShelf(release, plan.recipes, progress)
    parts: list[pd.DataFrame] = []
    notes: list[str] = []
    for table in plan.tables:
        progress(f"table {table.id}")
        for name in table.stub:
            made = _stub(shelf.for_waves(table.waves), table, name)
            parts += [_tidy(table, part) for part in made]
            notes += [f"{table.id}, {name}: {note}" for part in made for note in part.notes]
    rows = pd.concat(parts, ignore_index=True)
    return rows[list(COLUMNS)], tuple(dict.fromkeys(notes))


def _stub(responses: Responses, table: TablePlan, name: str) -> list[ShareTable]:
    """Compute the total once and each breakdown without repeating it."""
    tables = [share(responses, name, where=table.base)]
    for breakdown in table.banner:
        by = share(responses, name, by=breakdown.variable, where=_both(table.base, breakdown))
        rows = by.rows[by.rows["banner"] == breakdown.variable]
        tables.append(ShareTable(by.variable, by.by, rows, by.notes))
    return tables


def _both(base: str | None, breakdown: Breakdown) -> str | None:
    conditions = [f"({text})" for text in (base, breakdown.where) if text]
    return " and ".join(conditions) or None


def _tidy(table: TablePlan, part: ShareTable) -> pd.DataFrame:
    waves = "-".join(str(wave) for wave in table.waves)
    return part.rows.assign(table=table.id, wave=waves)
