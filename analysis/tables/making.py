"""Making the tables of a plan: the weight of each, its numbers, its rows, its facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from analysis.codebook import Variable
from analysis.errors import AnalysisError
from analysis.plan import Kind, Plan, TablePlan
from analysis.responses import Release
from analysis.shelf import WeightShelf
from analysis.tables.coding import WaveAnswers
from analysis.tables.facts import TableFacts, facts_of
from analysis.tables.layout import TidyRows
from analysis.tables.questions import check_stub
from analysis.tables.sample import Sample, sample_of
from analysis.tables.stub import StubTable
from analysis.weighting.result import Weighting

Progress = Callable[[str], None]


@dataclass(frozen=True, eq=False)
class ComputedTables:
    """All tables of a plan with every number in them: not for print before they are masked.

    Attributes
    ----------
    rows : DataFrame
        `COLUMNS` and `INTERNAL`: shares 0 to 1; ``flag`` says how small the base is, but no number
        is hidden; ``count`` is the unweighted number of interviews in a cell of statistic
        ``share`` or ``net``; ``structural`` tells cells that nobody can be in.
    plan : tuple of TablePlan
        The tables as they were made.
    notes : tuple of TableFacts
        For each table and variable.
    weightings : mapping of name to Weighting
        The weights used.
    """

    rows: pd.DataFrame = field(repr=False)
    plan: tuple[TablePlan, ...] = field(repr=False)
    notes: tuple[TableFacts, ...] = field(repr=False)
    weightings: Mapping[str, Weighting] = field(repr=False)


def make_tables(
    release: Release,
    plan: Plan,
    *,
    shelf: WeightShelf | None = None,
    bench: Bench | None = None,
    progress: Progress = lambda _: None,
) -> ComputedTables:
    """Compute all tables of a plan.

    Parameters
    ----------
    release : Release
    plan : Plan
        A table of one wave takes the cross-sectional weight of the wave, or of the random block its
        items were asked in; a table of several waves the longitudinal weight of exactly those
        waves.
    shelf : WeightShelf, optional
        Weights of the release and the plan's recipes made already, to be used and added to.
    bench : Bench, optional
        Answers of the release coded for earlier tables, to be used and added to; its shelf is used.
    progress : callable
        Gets a line of text before each table; raising `CancelledError` in it stops the work.

    Raises
    ------
    AnalysisError
        If the release lacks a wave, a weight is missing, or a variable cannot be tabulated as
        planned. A question that nobody in the base answered, and a column with nobody in it, are
        no errors but facts.

    Notes
    -----
    Taylor linearisation with calibration residuals; see `cells`. Degrees of freedom of a table are
    people minus strata with members in its base, over its waves together.
    """
    if plan.recipes is None or not plan.recipes.is_dir():
        raise AnalysisError(f"no folder of recipes at {plan.recipes}")
    bench = bench or Bench(release, shelf or WeightShelf(release, plan.recipes, progress=progress))
    rows = TidyRows()
    notes: list[TableFacts] = []
    for k, table in enumerate(plan.tables):
        progress(f"table {table.id}, {k + 1} of {len(plan.tables)}")
        bench.check(table)
        for name in table.stub:
            stub = bench.stub(table, release.codebook[name])
            stub.write(rows)
            notes.append(facts_of(stub))
    return ComputedTables(rows.frame(), plan.tables, tuple(notes), dict(bench.weightings))


class Bench:
    """What tables share: coded answers, and the people of each weight.

    Kept between plans it makes the second table of a release many times quicker than the first.
    Not for several threads at once.
    """

    def __init__(self, release: Release, shelf: WeightShelf) -> None:
        self._release = release
        self._shelf = shelf
        self._answers: dict[int, WaveAnswers] = {}
        self._samples: dict[str, Sample] = {}
        self.weightings: dict[str, Weighting] = {}

    def check(self, table: TablePlan) -> None:
        """Refuse a table of waves or variables that the release does not have."""
        absent = [str(wave) for wave in table.waves if wave not in self._release.manifest.waves]
        if absent:
            raise AnalysisError(f"table {table.id}: the release has no wave {', '.join(absent)}")
        for name in table.stub:
            check_stub(self._release.codebook[name], table)
        for breakdown in table.banner:
            variable = self._release.codebook[breakdown.variable]
            if variable.is_multiple or not variable.is_categorical:
                raise AnalysisError(
                    f"table {table.id}: '{variable.name}' ({variable.kind}) is no single choice to "
                    "break down by"
                )

    def stub(self, table: TablePlan, variable: Variable) -> StubTable:
        """Compute one question of a table."""
        used = [variable.name]
        if table.kind is not Kind.TRANSITION:
            used += [breakdown.variable for breakdown in table.banner]
        return StubTable(self._sample(table.waves, used), table, variable)

    def _sample(self, waves: Sequence[int], variables: Sequence[str]) -> Sample:
        weighting = self._shelf.weighting_for(waves, variables)
        if weighting.name not in self._samples:
            answers = {wave: self._wave(wave) for wave in waves}
            self._samples[weighting.name] = sample_of(weighting, answers)
            self.weightings[weighting.name] = weighting
        return self._samples[weighting.name]

    def _wave(self, wave: int) -> WaveAnswers:
        if wave not in self._answers:
            self._answers[wave] = WaveAnswers(self._release, wave)
        return self._answers[wave]
