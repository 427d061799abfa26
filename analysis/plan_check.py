"""What a plan asks for that the study does not have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from analysis.codebook import Codebook, Variable
from analysis.errors import AnalysisError, UnknownVariableError
from analysis.expression import parse
from analysis.plan import Breakdown, KeyPath, Kind, Plan, TablePlan
from analysis.shelf import random_block, read_recipes, recipe_for
from analysis.tables.questions import is_number, mean_refusal, net_refusals, refusal
from analysis.weighting.recipe import Recipe

_Found = tuple[KeyPath, str]


def plan_problems(plan: Plan, codebook: Codebook, path: Path | str) -> tuple[str, ...]:
    """Hold a plan against the codebook of its study.

    Returns
    -------
    tuple of str
        ``file:line: message`` for every variable, code or wave that is not there, every variable
        that cannot be tabulated as planned, and, where all of that is right, every question whose
        waves and random block have no weight; each once, in the order of the lines.
    """
    found: dict[tuple[int, str], None] = {}
    recipes = read_recipes(plan.recipes) if plan.recipes is not None else []
    if not recipes:
        found[plan.line_of(("recipes",)), f"no recipes of weights in {plan.recipes}"] = None
    for at, entry in groupby(plan.tables, key=lambda table: table.at):
        tables = list(entry)
        problems = list(_entry_problems(codebook, at, tables))
        if not problems and recipes:
            problems = list(_weight_problems(codebook, recipes, at, tables))
        for where, message in problems:
            found[plan.line_of(where), message] = None
    return tuple(f"{path}:{line}: {message}" for line, message in sorted(found))


def _entry_problems(codebook: Codebook, at: KeyPath, tables: list[TablePlan]) -> Iterator[_Found]:
    """Check the tables that come of one entry of the plan; they differ in their waves only."""
    table = tables[0]
    yield from _unknown_reads(codebook, table.base, (*at, "base"))
    for breakdown in table.banner:
        yield from _breakdown_problems(codebook, breakdown, breakdown.at or (*at, "banner"))
    for k, name in enumerate(table.stub):
        place = (*at, "stub", k)
        try:
            variable = codebook[name]
        except UnknownVariableError as error:
            yield place, str(error)
            continue
        for message in (*_stub_problems(variable, table), *_wave_problems(variable, tables)):
            yield place, message


def _stub_problems(variable: Variable, table: TablePlan) -> Iterator[str]:
    message = refusal(variable)
    if message is not None:
        yield message
        return
    if table.kind is Kind.TRANSITION and (variable.is_multiple or is_number(variable)):
        yield f"'{variable.name}' ({variable.kind}) has no single answer to move from"
    if table.mean and (message := mean_refusal(variable)) is not None:
        yield message
    if table.quartiles and not is_number(variable):
        yield f"'{variable.name}' ({variable.kind}) has no quartiles: numbers have"
    yield from net_refusals(variable, table)


def _wave_problems(variable: Variable, tables: list[TablePlan]) -> Iterator[str]:
    """A table of one wave set needs all its waves; one planned for each set needs any."""
    if not variable.waves:
        return
    wanted = [table.waves for table in tables]
    if len(wanted) == 1:
        absent = [str(year) for year in wanted[0] if year not in variable.waves]
    elif any(set(years) <= set(variable.waves) for years in wanted):
        absent = []
    else:
        absent = sorted({str(year) for years in wanted for year in years})
    if absent:
        yield f"'{variable.name}' is not asked in {', '.join(absent)}"


def _weight_problems(
    codebook: Codebook, recipes: Sequence[Recipe], at: KeyPath, tables: list[TablePlan]
) -> Iterator[_Found]:
    for table in tables:
        banner = [breakdown.variable for breakdown in table.banner]
        for k, name in enumerate(table.stub):
            try:
                block = random_block(codebook, recipes, [name, *banner])
                recipe_for(recipes, table.waves, block)
            except AnalysisError as error:
                yield (*at, "stub", k), f"'{name}': {error}"


def _breakdown_problems(
    codebook: Codebook, breakdown: Breakdown, place: KeyPath
) -> Iterator[_Found]:
    yield from _unknown_reads(codebook, breakdown.where, place)
    try:
        variable = codebook[breakdown.variable]
    except UnknownVariableError as error:
        yield place, str(error)
        return
    if variable.is_multiple or not variable.is_categorical:
        yield place, f"'{variable.name}' ({variable.kind}) is no single choice to break down by"


def _unknown_reads(codebook: Codebook, condition: str | None, place: KeyPath) -> Iterator[_Found]:
    if condition is None:
        return
    for name in parse(condition).reads:
        try:
            _ = codebook[name]
        except UnknownVariableError as error:
            yield place, str(error)
