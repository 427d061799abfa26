"""The outcomes of findings as answers to one question: what disclosure control can link.

A condition such as ``g_uitleg in ('1', '2')`` is a net of answers that tables of the same release
print too, so it becomes that net of that question. A condition over a number becomes a class of it,
and one over several questions a yes/no variable of its own. What a condition means is found by
trying it on every answer, so any way of writing it gives the same codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.arrays import BoolArray
from analysis.codebook import MISSING_CODES, Code, Codebook, Variable
from analysis.errors import AnalysisError
from analysis.expression import Expression, Rows, parse
from analysis.findings.registry import Finding, Statistic
from analysis.responses import Responses

YES, NO = "ja", "nee"
CLASSES = "_klasse"
"""Behind the name of a number: its values, those that no finding tells apart being one class."""
OWN = "finding_"
"""Before the id of a finding: a yes/no variable over several questions."""
SHARE, COUNT = "share", "count"
MEDIAN, P90 = "median", "p90"
PROBABILITIES = {MEDIAN: 0.5, P90: 0.9}


@dataclass(frozen=True)
class Outcome:
    """One number of a finding.

    Attributes
    ----------
    id : str
        ``F03.2a``: finding, numerator, side of the comparison if there is one.
    stub : str
        A question of the codebook, or a variable made for findings.
    code : str
        Line of the table: an answer, a net (by `net`), ``median`` or ``p90``.
    codes : tuple of str
        Answers it counts; empty for a median.
    base : str
        Whom it is about, with the side of the comparison.
    reads : tuple of str
        Variables that decide the base and the weight.
    condition : str
        The numerator as the registry has it; empty for a median or an answer of a distribution.
    comparison : int
        Which comparison of the finding, from 0; ``side`` is ``a`` or ``b``, empty without one.
    """

    finding: str
    id: str
    statistic: str
    stub: str
    code: str
    codes: tuple[str, ...]
    base: str
    reads: tuple[str, ...] = field(repr=False)
    condition: str = ""
    comparison: int = 0
    side: str = ""

    @property
    def is_net(self) -> bool:
        """Whether several answers are counted together."""
        return len(self.codes) > 1

    @property
    def other_side(self) -> str:
        """Id of the same outcome in group b, of one in group a."""
        return f"{self.id.removesuffix('a')}b"


@dataclass(frozen=True)
class MadeVariable:
    """A variable that exists for findings only: yes/no, or classes of a number.

    ``conditions`` are tried in order; `values` gives the code of the set that holds.
    """

    variable: Variable
    of: tuple[str, ...]
    conditions: tuple[str, ...]

    def values(self, responses: Rows) -> pd.Series:
        """Give the code of each row; '' where a variable it is made of has no answer."""
        known = np.logical_and.reduce([responses.known(name) for name in self.of])
        truths = [parse(text)(responses) for text in self.conditions]
        codes = np.array([_class_code(row) for row in zip(*truths, strict=True)], dtype=object)
        if self.variable.codes[0].code == YES:
            codes = np.where(truths[0], YES, NO).astype(object)
        return pd.Series(np.where(known, codes, ""), dtype=object)


@dataclass(frozen=True)
class OutcomeBook:
    """All outcomes of a registry, and a codebook that has the variables made for them."""

    outcomes: tuple[Outcome, ...]
    made: Mapping[str, MadeVariable]
    codebook: Codebook


def outcomes_of(findings: Iterable[Finding], codebook: Codebook, wave: int) -> OutcomeBook:
    """Give the outcomes of all findings whose questions were asked in a wave.

    Raises
    ------
    ExpressionError
        If a condition names an answer that a question does not have.
    """
    asked = [finding for finding in findings if is_asked(finding, codebook, wave)]
    classes = {
        name: _classes(codebook[name], tuple(dict.fromkeys(texts)))
        for name, texts in _number_conditions(asked, codebook).items()
    }
    made: dict[str, MadeVariable] = {one.variable.name: one for one in classes.values()}
    outcomes: list[Outcome] = []
    for finding in asked:
        for outcome, own in _outcomes(finding, codebook, classes):
            outcomes += [_on_side(outcome, finding, k, side) for k, side in _sides(finding)]
            if own is not None:
                made[own.variable.name] = own
    extended = {**codebook.variables, **{name: one.variable for name, one in made.items()}}
    return OutcomeBook(tuple(outcomes), made, replace(codebook, variables=extended))


def is_asked(finding: Finding, codebook: Codebook, wave: int) -> bool:
    """Whether everything a finding needs was asked in a wave."""
    if finding.statistic is Statistic.NONE:
        return False
    return all(
        name in codebook and (not codebook[name].waves or wave in codebook[name].waves)
        for name in finding.reads()
    )


def _sides(finding: Finding) -> Iterator[tuple[int, str]]:
    if not finding.comparisons:
        yield 0, ""
        return
    for k in range(len(finding.comparisons)):
        yield k, "a"
        yield k, "b"


def _on_side(outcome: Outcome, finding: Finding, comparison: int, side: str) -> Outcome:
    """Narrow an outcome to one of the groups compared."""
    if not side:
        return outcome
    group = getattr(finding.comparisons[comparison], side)
    number = f"-{comparison + 1}" if len(finding.comparisons) > 1 else ""
    name = f"{outcome.id}{number}{side}"
    return replace(
        outcome,
        id=name,
        code=name if outcome.is_net else outcome.code,
        base=_both(outcome.base, group),
        reads=(*outcome.reads, *parse(group).reads),
        comparison=comparison,
        side=side,
    )


def _outcomes(
    finding: Finding, codebook: Codebook, classes: Mapping[str, MadeVariable]
) -> Iterator[tuple[Outcome, MadeVariable | None]]:
    reads = parse(finding.base).reads
    if finding.measure:
        quantiles = [MEDIAN, P90] if finding.statistic is Statistic.QUANTILE else [MEDIAN]
        for name in quantiles:
            yield (
                Outcome(
                    finding=finding.id,
                    id=f"{finding.id}.{name}" if not finding.comparisons else f"{finding.id}.1",
                    statistic=name,
                    stub=finding.measure,
                    code=name,
                    codes=(),
                    base=finding.base,
                    reads=(finding.measure, *reads),
                ),
                None,
            )
    elif finding.statistic is Statistic.DISTRIBUTION and not finding.numerators:
        yield from ((one, None) for one in _distribution(finding, codebook))
    for k, text in enumerate(finding.numerators, start=1):
        stub, codes, made = _as_answers(finding, k, text, codebook, classes)
        name = f"{finding.id}.{k}"
        outcome = Outcome(
            finding=finding.id,
            id=name,
            statistic=COUNT if finding.statistic is Statistic.COUNT else SHARE,
            stub=stub,
            code=codes[0] if len(codes) == 1 else name,
            codes=codes,
            base=finding.base,
            reads=(*parse(text).reads, *reads),
            condition=text,
        )
        yield outcome, made


def _distribution(finding: Finding, codebook: Codebook) -> Iterator[Outcome]:
    """Every answer to a question; with a second one, within each answer to that."""
    if not 1 <= len(finding.variables) <= 2:
        raise AnalysisError(
            f"finding {finding.id}: a distribution is of one variable, or of one within another"
        )
    name, *within = finding.variables
    groups = [
        (f"{other} == '{one.code}'", one.code) for other in within for one in codebook[other].codes
    ]
    for condition, group in groups or [("true", "")]:
        for option in codebook[name].codes:
            yield Outcome(
                finding=finding.id,
                id=".".join(filter(None, (finding.id, group, option.code))),
                statistic=SHARE,
                stub=name,
                code=option.code,
                codes=(option.code,),
                base=_both(finding.base, condition),
                reads=(name, *parse(finding.base).reads, *within),
            )


def _as_answers(
    finding: Finding,
    number: int,
    text: str,
    codebook: Codebook,
    classes: Mapping[str, MadeVariable],
) -> tuple[str, tuple[str, ...], MadeVariable | None]:
    """Give the question, the answers that a condition counts, and the variable made for it."""
    condition = parse(text)
    if len(condition.reads) == 1:
        (name,) = condition.reads
        if name in classes:
            made = classes[name]
            at = made.conditions.index(text)
            codes = tuple(one.code for one in made.variable.codes if one.code[at] == "1")
            return made.variable.name, codes, None
        if codebook[name].is_categorical or codebook[name].codes:
            found = codes_of(condition, codebook[name])
            if found:
                return name, found, None
    own = _yes_no(finding, number, text, codebook)
    return own.variable.name, (YES,), own


def codes_of(condition: Expression, variable: Variable) -> tuple[str, ...]:
    """Give the answers that meet a condition on one question; () where no list of answers does.

    Of a multiple choice a list means "at least one of these"; a condition that means anything else,
    such as one on two answers together, has none.
    """
    every = [option.code for option in variable.codes]
    alone = [frozenset([code]) for code in every]
    truth = dict(zip(alone, condition(_Answers(variable, alone)), strict=True))
    codes = tuple(code for code in every if truth[frozenset([code])])
    if variable.is_multiple:
        sets = [frozenset(), *(frozenset(pair) for pair in combinations(every, 2))]
        any_of = np.array([not chosen.isdisjoint(codes) for chosen in sets])
        if not np.array_equal(condition(_Answers(variable, sets)), any_of):
            return ()
    return codes


def _yes_no(finding: Finding, number: int, text: str, codebook: Codebook) -> MadeVariable:
    reads = parse(text).reads
    labels = ((YES, {"nl": "Ja", "en": "Yes"}), (NO, {"nl": "Nee", "en": "No"}))
    variable = Variable(
        name=f"{OWN}{finding.id}_{number}",
        kind="derived",
        waves=codebook[reads[0]].waves,
        label=finding.statement,
        question=finding.statement,
        codes=tuple(Code(code, label) for code, label in labels),
        columns=(),
        sensitive=any(codebook[name].sensitive for name in reads),
    )
    return MadeVariable(variable, reads, (text,))


def _number_conditions(findings: Sequence[Finding], codebook: Codebook) -> dict[str, list[str]]:
    """Collect the conditions on each number by its name."""
    found: dict[str, list[str]] = {}
    for finding in findings:
        for text in finding.numerators:
            reads = parse(text).reads
            if len(reads) == 1 and not codebook[reads[0]].codes:
                found.setdefault(reads[0], []).append(text)
    return found


def _classes(variable: Variable, conditions: tuple[str, ...]) -> MadeVariable:
    """Make classes of a number; a code has 1 for each condition that holds in it."""
    rows = _Numbers(variable.name, range(1000))
    truths = zip(*(parse(text)(rows) for text in conditions), strict=True)
    codes = sorted({_class_code(row) for row in truths})
    made = replace(
        variable,
        name=f"{variable.name}{CLASSES}",
        kind="derived",
        codes=tuple(Code(code, {}) for code in codes),
        columns=(),
    )
    return MadeVariable(made, (variable.name,), conditions)


def _class_code(truths: Iterable[bool]) -> str:
    return "".join("1" if truth else "0" for truth in truths)


def _both(base: str, condition: str) -> str:
    """Join two conditions; without brackets where none has ``or``, so that parts stay visible."""
    parts = [text for text in (base, condition) if text not in {"", "true"}]
    return " and ".join(f"({part})" if " or " in part else part for part in parts) or "true"


@dataclass(frozen=True)
class _Answers:
    """Rows that hold one answer (or set of answers) each, to try a condition on."""

    variable: Variable
    rows: Sequence[frozenset[str]]

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> pd.Series:
        return pd.Series([next(iter(row), "") for row in self.rows], dtype=object)

    def chosen(self, name: str, code: str) -> BoolArray:
        return np.array([code in row for row in self.rows], dtype=bool)

    def known(self, name: str) -> BoolArray:
        return np.ones(len(self.rows), dtype=bool)


@dataclass(frozen=True)
class _Numbers:
    """Rows that hold one number each."""

    name: str
    numbers: Sequence[int]

    def __len__(self) -> int:
        return len(self.numbers)

    def column(self, name: str) -> pd.Series:
        return pd.Series([str(number) for number in self.numbers], dtype=object)

    def chosen(self, name: str, code: str) -> BoolArray:
        return np.zeros(len(self.numbers), dtype=bool)

    def known(self, name: str) -> BoolArray:
        return np.ones(len(self.numbers), dtype=bool)


def numbers_of(responses: Responses, name: str) -> pd.Series:
    """Give a number variable as floats, NaN where there is no answer."""
    column = responses.column(name)
    return pd.to_numeric(column.mask(column.isin([*MISSING_CODES, ""])), errors="coerce")
