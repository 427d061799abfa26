"""What has to be said under a table, as facts; the sentences are made where they are printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.plan import Kind, TablePlan, Variance
from analysis.tables.coding import BLANK, MISSING_KINDS, code_of
from analysis.tables.letters import LEVELS
from analysis.tables.stub import StubTable

NOT_IN_WAVE = "not_in_wave"
"""Interviews without any entry: the question was not part of what they were asked."""


@dataclass(frozen=True)
class ColumnName:
    """A column of a table with its letter; the letter is empty where there are too many."""

    banner: str
    code: str
    letter: str


@dataclass(frozen=True)
class TableFacts:
    """How the numbers of one question of one table were made.

    Attributes
    ----------
    table, stub : str
        Id of the table in the plan, variable.
    waves : tuple of str
        Waves with numbers.
    weight : str
        Name of the weight; empty when nobody was in the base.
    weight_version : str
        SHA-256 of its recipe; with the hashes of the release it names the weights exactly.
    model_based : bool
        Whether chances of selection are unknown (open link).
    base : str or None
        Condition of the table; None is everybody who was asked.
    asked : str
        Condition of the questionnaire for the question.
    wheres : mapping of banner variable to condition
        Breakdowns within a part of the base.
    left_out : mapping of wave to mapping of kind to int
        Interviews in the base of the table without an answer that counts, by kind of missing.
    count_missing : tuple of str
        Kinds of missing that count as answers.
    not_asked : tuple of str
        Waves of the table in which nobody in the base answered.
    absent : mapping of wave to tuple of (banner, code)
        Columns with nobody in them.
    columns : tuple of ColumnName
        Of all waves together in the order in which the rows show them, the total left out.
    variance : Variance
        What was used; weights that were not calibrated are always fixed.
    letters, holm : bool
    levels : tuple of float
        Of the tests, for small letters and for capitals.
    df : float
        Degrees of freedom of intervals and tests.
    level : float
        Confidence of the intervals.
    chapter : str
        Research question; empty without one.
    """

    table: str
    stub: str
    kind: Kind
    waves: tuple[str, ...]
    weight: str
    weight_version: str
    model_based: bool
    base: str | None
    asked: str
    wheres: Mapping[str, str]
    left_out: Mapping[str, Mapping[str, int]]
    count_missing: tuple[str, ...]
    not_asked: tuple[str, ...]
    absent: Mapping[str, tuple[tuple[str, str], ...]]
    columns: tuple[ColumnName, ...]
    variance: Variance
    letters: bool
    holm: bool
    df: float
    chapter: str
    levels: tuple[float, ...] = LEVELS
    level: float = 0.95


def facts_of(stub: StubTable) -> TableFacts:
    """Give what has to be said under one question of a table."""
    table, variable, weighting = stub.table, stub.variable, stub.sample.weighting
    calibrated = bool(stub.sample.design.calibration)
    research_questions = variable.research_questions
    return TableFacts(
        table=table.id,
        stub=variable.name,
        kind=table.kind,
        waves=tuple(str(wave) for wave in stub.answered),
        weight=weighting.name,
        weight_version=weighting.recipe.digest,
        model_based=stub.sample.design.weight.model_based,
        base=table.base,
        asked=variable.base,
        wheres=_wheres(table),
        left_out={str(wave): _left_out(stub, wave) for wave in table.waves},
        count_missing=table.count_missing,
        not_asked=_not_asked(stub),
        absent={
            str(wave): tuple((b.name, code) for b in stub.breakdowns for code in b.absent(wave))
            for wave in stub.answered
        },
        columns=tuple(
            ColumnName(breakdown.name, code, breakdown.letters.get(code, ""))
            for breakdown in stub.breakdowns[1:]
            for code in breakdown.present
        ),
        variance=table.variance if calibrated else Variance.WEIGHTS_FIXED,
        letters=table.letters,
        holm=table.holm,
        df=stub.breakdowns[0].df if stub.breakdowns else float("nan"),
        chapter=table.chapter or next(iter(research_questions), ""),
    )


def _wheres(table: TablePlan) -> dict[str, str]:
    if table.kind is Kind.TRANSITION:
        return {}
    return {b.variable: b.where for b in table.banner if b.where is not None}


def _left_out(stub: StubTable, wave: int) -> dict[str, int]:
    """Count interviews in the base of the table whose answer does not count, by kind."""
    state = stub.sample.answers[wave].state(stub.variable)[stub.sample.places[wave]]
    inside = state[stub.base[wave]]
    kinds = {kind: code_of(kind) for kind in MISSING_KINDS if kind not in stub.table.count_missing}
    counts = {kind: int((inside == code).sum()) for kind, code in kinds.items()}
    counts[NOT_IN_WAVE] = int((inside == BLANK).sum())
    return {kind: count for kind, count in counts.items() if count}


def _not_asked(stub: StubTable) -> tuple[str, ...]:
    """Waves without an answer; of a transition all, because it takes both."""
    if stub.table.kind is Kind.TRANSITION:
        return () if stub.answered else tuple(str(wave) for wave in stub.table.waves)
    return tuple(str(wave) for wave in stub.table.waves if wave not in stub.answered)
