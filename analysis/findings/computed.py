"""Estimating the outcomes of findings, laid out as tables that disclosure control can link."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from analysis.arrays import BoolArray, FloatArray
from analysis.codebook import Codebook
from analysis.contrasts import contrast
from analysis.design import SurveyDesign
from analysis.domain import domain_df
from analysis.errors import DesignError
from analysis.estimate import Estimate, effective_size, logit_interval
from analysis.expression import parse
from analysis.findings.outcomes import (
    COUNT,
    PROBABILITIES,
    SHARE,
    Outcome,
    OutcomeBook,
    numbers_of,
    outcomes_of,
)
from analysis.findings.registry import Finding
from analysis.linear import Column, ratio_estimate
from analysis.plan import TablePlan
from analysis.quantiles import quantile
from analysis.responses import Responses
from analysis.shares import TOTAL, flag_of, weighted_design
from analysis.shelf import WeightShelf

TABLE = "finding_"
"""Before the id of an outcome: the table of findings that it is in."""
LEVEL = 0.95
SIDE_MINIMUM = 10
"""Interviews on each side of a printed median or percentile: the minimum of a table cell."""
QUANTILE = "quantile"
ROW_COLUMNS = (
    "table", "wave", "stub", "stub_code", "banner", "banner_code", "statistic", "value", "se",
    "low", "high", "n", "weighted_n", "n_eff", "flag", "count", "structural",
)  # fmt: skip


@dataclass(frozen=True)
class Place:
    """The row of a table that holds an outcome."""

    table: str
    statistic: str
    code: str


@dataclass(frozen=True)
class ComputedFindings:
    """Findings before disclosure control; nothing of it may be printed.

    Attributes
    ----------
    rows : DataFrame
        Tidy rows as tables have them, with ``count``: to be masked and rounded together with the
        rows of all tables of the release.
    tables : tuple of TablePlan
        The plan of these rows.
    codebook : Codebook
        The release's, with the variables made for findings.
    places : mapping of str to Place
        By id of an outcome; without an entry nobody was in its base.
    levels : mapping of str to str
        Of the tests, by id of the outcome on side a: ``1 %``, ``5 %`` or ``none``.
    """

    wave: int
    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]
    rows: pd.DataFrame = field(repr=False)
    tables: tuple[TablePlan, ...] = field(repr=False)
    codebook: Codebook = field(repr=False)
    places: Mapping[str, Place] = field(repr=False)
    levels: Mapping[str, str] = field(repr=False)


def finding_tables(findings: Sequence[Finding], codebook: Codebook, wave: int) -> OutcomePlan:
    """Give the tables that findings are computed from; see `OutcomePlan`."""
    book = outcomes_of(findings, codebook, wave)
    together: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in book.outcomes:
        together.setdefault((outcome.stub, outcome.base), []).append(outcome)
    tables, places = [], {}
    for (stub, base), group in together.items():
        name = f"{TABLE}{group[0].id}"
        nets = {one.code: one.codes for one in group if one.is_net}
        tables.append(TablePlan(name, (stub,), (), (wave,), base, nets or None, chapter="M"))
        for one in group:
            kind = "net" if one.is_net and one.statistic == SHARE else one.statistic
            places[one.id] = Place(name, QUANTILE if kind in PROBABILITIES else kind, one.code)
    return OutcomePlan(book, tuple(tables), places, tuple(map(tuple, together.values())))


@dataclass(frozen=True)
class OutcomePlan:
    """Outcomes grouped into tables: one for each question and base.

    ``groups`` are the outcomes of each table, in the order of ``tables``.
    """

    book: OutcomeBook
    tables: tuple[TablePlan, ...]
    places: Mapping[str, Place]
    groups: tuple[tuple[Outcome, ...], ...]


def estimate_findings(
    shelf: WeightShelf, findings: Sequence[Finding], wave: int
) -> ComputedFindings:
    """Compute all findings on a wave.

    Parameters
    ----------
    shelf : WeightShelf
        Gives the weight of the wave, or of the random block that a question was asked in.
    findings : sequence of Finding
    wave : int

    Returns
    -------
    ComputedFindings
        Findings whose questions were not asked in the wave have no outcomes.

    Raises
    ------
    AnalysisError
        If a finding needs questions of two random blocks: nobody answered both.

    Notes
    -----
    The denominator is: base true, and a substantive answer on every variable of the numerator.
    Standard errors by linearisation with calibration residuals; intervals on the logit scale; the
    tests use the covariance between the two groups and t(df).
    """
    plan = finding_tables(findings, shelf.codebook, wave)
    given = _Given(plan.book)
    parts = []
    for table, group in zip(plan.tables, plan.groups, strict=True):
        names = [name for outcome in group for name in outcome.reads]
        responses = shelf.for_table((wave,), names)
        parts += list(_table_rows(responses, given, table, group))
    rows = pd.DataFrame(parts, columns=list(ROW_COLUMNS))
    present = set(rows["table"])
    return ComputedFindings(
        wave=wave,
        findings=tuple(findings),
        outcomes=plan.book.outcomes,
        rows=rows,
        tables=tuple(table for table in plan.tables if table.id in present),
        codebook=plan.book.codebook,
        places={name: place for name, place in plan.places.items() if place.table in present},
        levels=_levels(shelf, given, wave),
    )


def _table_rows(
    responses: Responses, given: _Given, table: TablePlan, group: Sequence[Outcome]
) -> Iterator[dict[str, object]]:
    (stub,) = table.stub
    known, answers = given.of(responses, stub)
    base = parse(table.base or "true")(responses) & known
    if not base.any():
        return
    described = {
        "table": table.id, "wave": str(table.waves[0]), "stub": stub, "banner": TOTAL,
        "banner_code": TOTAL, "n": int(base.sum()), "flag": flag_of(int(base.sum())),
        "structural": False, **_people(weighted_design(responses), base),
    }  # fmt: skip
    if any(one.statistic == COUNT for one in group):
        yield {**described, "statistic": COUNT, "stub_code": group[0].code}
    for name in dict.fromkeys(one.code for one in group if one.statistic in PROBABILITIES):
        number = _quantile(responses, stub, base, PROBABILITIES[name])
        yield {**described, "statistic": QUANTILE, "stub_code": name, **number}
    if not any(one.statistic == SHARE for one in group):
        return
    wanted = _wanted(given.book.codebook, table, group, answers)
    estimate = _shares(weighted_design(responses), [rows & base for _, _, rows in wanted], base)
    low, high = logit_interval(estimate.value, estimate.se, estimate.df, LEVEL)
    for k, (kind, code, rows) in enumerate(wanted):
        yield {
            **described, "statistic": kind, "stub_code": code, "value": estimate.value[k],
            "se": estimate.se[k], "low": low[k], "high": high[k],
            "count": int((rows & base).sum()),
        }  # fmt: skip


class _Given:
    """Where each answer was given: worked out once for a question and a weight."""

    def __init__(self, book: OutcomeBook) -> None:
        self.book = book
        self._counted: dict[str, set[str]] = {}
        for outcome in book.outcomes:
            self._counted.setdefault(outcome.stub, set()).update(outcome.codes)
        self._seen: dict[tuple[str, str], tuple[BoolArray, dict[str, BoolArray]]] = {}

    def of(self, responses: Responses, stub: str) -> tuple[BoolArray, dict[str, BoolArray]]:
        """Give the rows with a substantive answer, and for each answer those that gave it.

        Of a multiple choice only the answers that findings count.
        """
        key = (weighted_design(responses).weight.name, stub)
        if key not in self._seen:
            self._seen[key] = self._found(responses, stub)
        return self._seen[key]

    def _found(self, responses: Responses, stub: str) -> tuple[BoolArray, dict[str, BoolArray]]:
        variable = self.book.codebook[stub]
        codes = [option.code for option in variable.codes]
        if variable.is_multiple:
            counted = [code for code in codes if code in self._counted[stub]]
            chosen = {code: responses.chosen(stub, code) for code in counted}
            return responses.known(stub), chosen
        if stub in self.book.made:
            column = self.book.made[stub].values(responses)
            known = (column != "").to_numpy(dtype=bool)
        else:
            column, known = responses.column(stub), responses.known(stub)
        return known, {code: (column == code).to_numpy(dtype=bool) for code in codes}


def _wanted(
    codebook: Codebook,
    table: TablePlan,
    group: Sequence[Outcome],
    answers: Mapping[str, BoolArray],
) -> list[tuple[str, str, BoolArray]]:
    """Give the lines of a table: the answers, then the nets.

    Of a single choice all answers, because a net says something of those it leaves out; of a
    multiple choice only what findings count, since every answer has its own complement.
    """
    shown = [code for one in group for code in one.codes]
    if not codebook[table.stub[0]].is_multiple:
        shown = list(answers)
    lines = [("share", code, answers[code]) for code in dict.fromkeys(shown)]
    for name, codes in (table.nets or {}).items():
        lines.append(("net", name, np.logical_or.reduce([answers[code] for code in codes])))
    return lines


def _shares(design: SurveyDesign, rows: Sequence[BoolArray], base: BoolArray) -> Estimate:
    columns = [Column({"line": str(k)}, one.astype(float), base) for k, one in enumerate(rows)]
    bases = np.repeat(base[:, None], len(columns), axis=1).astype(float)
    df = domain_df(design, base)
    return ratio_estimate(design, "share", columns, bases, df, None, LEVEL)


def _quantile(
    responses: Responses, name: str, base: BoolArray, probability: float
) -> dict[str, float]:
    """Estimate a quantile; nothing where too few interviews lie on a side of it."""
    numbers = numbers_of(responses, name)
    design = replace(weighted_design(responses), frame=pd.DataFrame({name: numbers}))
    (row,) = quantile(design, name, probability, where=base, level=LEVEL).table.to_dict("records")
    values = numbers.to_numpy(dtype=float)[base]
    sides = (values <= row["estimate"]).sum(), (values >= row["estimate"]).sum()
    if min(sides) < SIDE_MINIMUM:
        return {}
    found = {"value": "estimate", "se": "se", "low": "low", "high": "high"}
    return {column: float(row[source]) for column, source in found.items()}


def _people(design: SurveyDesign, base: BoolArray) -> dict[str, float]:
    weights: FloatArray = design.weights[base]
    return {"weighted_n": float(weights.sum()), "n_eff": effective_size(weights)}


# --- tests ----------------------------------------------------------------------------------------


def _levels(shelf: WeightShelf, given: _Given, wave: int) -> dict[str, str]:
    """Test the two sides of every comparison of shares."""
    sides = {outcome.id: outcome for outcome in given.book.outcomes}
    levels = {}
    for name, a in sides.items():
        b = sides.get(a.other_side) if a.side == "a" else None
        if b is not None and a.statistic == SHARE:
            responses = shelf.for_table((wave,), [*a.reads, *b.reads])
            levels[name] = _level(responses, given, a, b)
    return levels


def _level(responses: Responses, given: _Given, a: Outcome, b: Outcome) -> str:
    known, answers = given.of(responses, a.stub)
    counted = np.logical_or.reduce([answers[code] for code in a.codes])
    bases = [parse(side.base)(responses) & known for side in (a, b)]
    if not all(base.any() for base in bases):
        return ""
    design = weighted_design(responses)
    columns = [Column({}, (counted & base).astype(float), base) for base in bases]
    df = domain_df(design, bases[0] | bases[1])
    try:
        estimate = ratio_estimate(
            design, "share", columns, np.stack(bases, axis=1).astype(float), df, None, LEVEL
        )
    except DesignError:
        return ""
    test = contrast(estimate, np.array([[1.0, -1.0]]), pd.DataFrame([{"a": a.id, "b": b.id}]))
    p = float(test.p[0])
    return "1 %" if p < 0.01 else "5 %" if p < 0.05 else "none"
