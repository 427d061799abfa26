"""What can be tabulated, and a question as levels with a score for each statistic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.codebook import Variable
from analysis.errors import AnalysisError
from analysis.plan import TablePlan
from analysis.tables.coding import MISSING_KINDS, CodeArray, WaveAnswers, code_of

_NUMBERS = frozenset({"number", "derived"})


@dataclass(frozen=True)
class Statistic:
    """A line of a table: ``share``, ``net``, ``mean`` or one of `QUANTILES`, and of what."""

    kind: str
    code: str


MEAN = Statistic("mean", "mean")
MEDIAN = "median"
QUANTILES = {"q25": 0.25, MEDIAN: 0.5, "q75": 0.75}
"""Quantiles a table can have, by the name of their line: the share of people at or below."""


@dataclass(frozen=True, eq=False)
class Part:
    """Statistics of a question that share a base.

    Attributes
    ----------
    level : ndarray of int64, shape (interviews,)
        Which level each interview of a wave has; -1 outside the base.
    scores : ndarray of float64, shape (statistics, levels)
        What each level counts for: 0 or 1, or a number.
    """

    statistics: tuple[Statistic, ...]
    level: IntArray = field(repr=False)
    scores: FloatArray = field(repr=False)

    @property
    def levels(self) -> int:
        """Number of levels."""
        return int(self.scores.shape[1])


def is_number(variable: Variable) -> bool:
    """Whether answers are numbers, to be averaged and not to be shared out."""
    return variable.kind in _NUMBERS and not variable.codes


def refusal(variable: Variable) -> str | None:
    """Say why a variable cannot be the stub of a table; None if it can."""
    if variable.is_categorical or is_number(variable):
        return None
    return (
        f"'{variable.name}' ({variable.kind}) cannot be tabulated: single and multiple choice and "
        "numbers can"
    )


def mean_refusal(variable: Variable) -> str | None:
    """Say why a variable has no mean; None if it has."""
    if variable.is_multiple:
        return f"'{variable.name}' has several answers; it has no mean"
    words = [option.code for option in variable.codes if not _is_numeric(option.code)]
    if words:
        return f"codes of '{variable.name}' are no numbers: {', '.join(words)}"
    return None


def net_refusals(variable: Variable, table: TablePlan) -> list[str]:
    """Say which nets of a table have codes that a variable lacks."""
    codes = {option.code for option in variable.codes}
    unknown = {
        name: [code for code in net if code not in codes]
        for name, net in (table.nets or {}).items()
    }
    return [
        f"net '{name}': '{variable.name}' has no code {', '.join(missing)}"
        for name, missing in unknown.items()
        if missing
    ]


def check_stub(variable: Variable, table: TablePlan) -> None:
    """Refuse a variable that cannot be tabulated as planned.

    Raises
    ------
    AnalysisError
    """
    messages = [refusal(variable), mean_refusal(variable) if table.mean else None]
    messages += net_refusals(variable, table)
    found = [message for message in messages if message is not None]
    if found:
        raise AnalysisError(f"table {table.id}: {found[0]}")


def quantiles_of(table: TablePlan) -> tuple[str, ...]:
    """Give the quantiles a number has in a table, the lowest first; the median always."""
    return tuple(QUANTILES) if table.quartiles else (MEDIAN,)


def levels_of(answers: WaveAnswers, variable: Variable, table: TablePlan) -> IntArray:
    """Give 0 or more for each interview with an answer that counts, -1 for the others.

    For a single choice the level is the place of the code, kinds of missing that count after them.
    """
    kinds = () if is_number(variable) else table.count_missing
    size = len(variable.codes) if variable.codes and not variable.is_multiple else 1
    return _levels(answers.state(variable), size, kinds)


def parts_of(answers: WaveAnswers, variable: Variable, table: TablePlan) -> list[Part]:
    """Give the statistics of a question in a wave, in the order of the lines of its table."""
    if is_number(variable):
        return [_number(answers, variable)]
    if variable.is_multiple:
        return list(_multiple(answers, variable, table))
    return _single(answers, variable, table)


def _single(answers: WaveAnswers, variable: Variable, table: TablePlan) -> list[Part]:
    state = answers.single(variable.name)
    own = [option.code for option in variable.codes]
    codes = [*own, *table.count_missing]
    level = _levels(state, len(own), table.count_missing)
    nets = table.nets or {}
    statistics = [Statistic("share", code) for code in codes]
    statistics += [Statistic("net", name) for name in nets]
    scores = [np.eye(len(codes))]
    scores += [np.isin(codes, net)[None, :].astype(float) for net in nets.values()]
    if not table.mean:
        return [Part(tuple(statistics), level, np.concatenate(scores))]
    numbers = np.array([[float(code) for code in own]])
    if table.count_missing:
        # "I do not know" is an answer among the shares, but no number in the mean.
        average = Part((MEAN,), _levels(state, len(own), ()), numbers)
        return [Part(tuple(statistics), level, np.concatenate(scores)), average]
    return [Part((*statistics, MEAN), level, np.concatenate([*scores, numbers]))]


def _multiple(answers: WaveAnswers, variable: Variable, table: TablePlan) -> Iterator[Part]:
    """Give each option, each kind of missing that counts, and each net as a no and a yes."""
    choices = answers.choices(variable.name)
    names = [option.code for option in variable.codes]
    base = _levels(choices.state, 1, table.count_missing)
    members: dict[Statistic, BoolArray] = {
        Statistic("share", code): choices.chosen[:, k] for k, code in enumerate(names)
    }
    for k, kind in enumerate(table.count_missing):
        members[Statistic("share", kind)] = np.asarray(base == 1 + k)
    for name, net in (table.nets or {}).items():
        at = [names.index(code) for code in net]
        members[Statistic("net", name)] = np.asarray(choices.chosen[:, at].any(axis=1))
    for statistic, chosen in members.items():
        level = np.where(base < 0, -1, chosen).astype(np.int64)
        yield Part((statistic,), level, np.array([[0.0, 1.0]]))


def _number(answers: WaveAnswers, variable: Variable) -> Part:
    """Give the distinct values as levels, in order."""
    numbers = answers.numbers(variable.name)
    known = numbers.state == 0
    distinct, place = np.unique(numbers.value[known], return_inverse=True)
    level = np.full(len(numbers.state), -1, dtype=np.int64)
    level[known] = place.reshape(-1)
    return Part((MEAN,), level, distinct[None, :])


def _levels(state: CodeArray, answers: int, counted: Sequence[str]) -> IntArray:
    """Turn codes into levels: answers keep theirs, missing that counts follows, the rest is -1."""
    lookup = np.full(1 + len(MISSING_KINDS) + answers, -1, dtype=np.int64)
    offset = 1 + len(MISSING_KINDS)
    lookup[offset:] = np.arange(answers)
    for k, kind in enumerate(counted):
        lookup[code_of(kind) + offset] = answers + k
    return np.asarray(lookup[state.astype(np.int64) + offset])


def _is_numeric(code: str) -> bool:
    try:
        float(code)
    except ValueError:
        return False
    return True
