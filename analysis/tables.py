"""Making the tables of a plan: picks the weight of each, computes, and lays out tidy rows."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from analysis.errors import AnalysisError
from analysis.plan import Breakdown, Plan, TablePlan
from analysis.responses import Release, Responses
from analysis.shares import ShareTable, share
from analysis.shelf import WeightShelf
from analysis.trend import trend

COLUMNS = (
    "table", "wave", "stub", "stub_code", "banner", "banner_code", "statistic", "value", "se",
    "low", "high", "n", "weighted_n", "n_eff", "flag",
)  # fmt: skip
Progress = Callable[[str], None]


def make_tables(
    release: Release, plan: Plan, *, progress: Progress = lambda _: None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Compute all tables of a plan.

    Parameters
    ----------
    release : Release
    plan : Plan
        A table of one wave takes the cross-sectional weight of the wave, or of the random block its
        items were asked in; a table of several waves the longitudinal weight of exactly those
        waves.
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
    shelf = WeightShelf(release, plan.recipes, progress=progress)
    parts: list[pd.DataFrame] = []
    notes: list[str] = []
    for table in plan.tables:
        progress(f"table {table.id}")
        for name in table.stub:
            made = _stub(shelf, table, name)
            parts += [_tidy(table, part) for part in made]
            notes += [f"{table.id}, {name}: {note}" for part in made for note in part.notes]
    rows = pd.concat(parts, ignore_index=True)
    rows["n"] = rows["n"].astype("Int64")
    return rows[list(COLUMNS)], tuple(dict.fromkeys(notes))


def _stub(shelf: WeightShelf, table: TablePlan, name: str) -> list[ShareTable]:
    """Compute the total once and each breakdown without repeating it."""
    used = [name, *(breakdown.variable for breakdown in table.banner)]
    responses = shelf.for_table(table.waves, used)
    tables = [_one(responses, table, name, None, table.base)]
    for breakdown in table.banner:
        by = _one(responses, table, name, breakdown.variable, _both(table.base, breakdown))
        rows = by.rows[by.rows["banner"] == breakdown.variable]
        tables.append(ShareTable(by.variable, by.by, rows, by.notes))
    return tables


def _one(
    responses: Responses, table: TablePlan, name: str, by: str | None, where: str | None
) -> ShareTable:
    if len(table.waves) > 1:
        return trend(responses, name, by=by, where=where)
    return share(
        responses,
        name,
        by=by,
        where=where,
        nets=table.nets,
        mean=table.mean,
        letters=table.letters,
    )


def _both(base: str | None, breakdown: Breakdown) -> str | None:
    conditions = [f"({text})" for text in (base, breakdown.where) if text]
    return " and ".join(conditions) or None


def _tidy(table: TablePlan, part: ShareTable) -> pd.DataFrame:
    rows = part.rows.assign(table=table.id)
    if "wave" not in rows.columns:
        rows["wave"] = str(table.waves[0])
    return rows
