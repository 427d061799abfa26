"""When a step goes to a group only: ``response of group language below 0.30``.

A grammar of its own and a small one, because it speaks of groups of cases, not of one person's
answers::

    condition = clause *("and" clause)
    clause    = "response" ["of group" mark] ("below" / "at least") share
    mark      = "language" / "stratum" / frame variable (fr_…)
    share     = a number from 0 to 1

Response is complete interviews by cases that are not known to be outside the population: of all
cases of the wave, or of those that share the mark with the case that is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

_CLAUSE = re.compile(
    r"response(?: of group (?P<mark>language|stratum|fr_[a-z0-9_]+))?"
    r" (?P<sense>below|at least) (?P<share>0(?:\.[0-9]{1,4})?|1(?:\.0{1,4})?|\.[0-9]{1,4})"
)


class ConditionError(ValueError):
    """A condition that cannot be read; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class Response:
    """How many of the cases of a group are complete."""

    complete: int
    asked: int

    @property
    def rate(self) -> float:
        """Share of the asked who completed; 0 when nobody was asked."""
        return self.complete / self.asked if self.asked else 0.0


Groups = Mapping[str | None, Mapping[str, Response]]
"""Responses by mark and its value; under ``None`` stands everybody, by the empty value."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One comparison."""

    mark: str | None
    below: bool
    share: float

    def holds(self, marks: Mapping[str, str], groups: Groups) -> bool:
        """Tell whether it holds for a case with these marks."""
        value = "" if self.mark is None else marks.get(self.mark, "")
        response = groups.get(self.mark, {}).get(value, Response(0, 0))
        return (response.rate < self.share) is self.below


@dataclass(frozen=True, slots=True)
class Condition:
    """Clauses that must all hold."""

    words: str
    clauses: tuple[Clause, ...]

    @property
    def marks(self) -> frozenset[str]:
        """The marks that cases are grouped by."""
        return frozenset(one.mark for one in self.clauses if one.mark is not None)

    def holds(self, marks: Mapping[str, str], groups: Groups) -> bool:
        """Tell whether the step goes to a case with these marks."""
        return all(one.holds(marks, groups) for one in self.clauses)


def parse_condition(words: str) -> Condition:
    """Return a condition.

    Raises
    ------
    ConditionError
        Naming the part that cannot be read.
    """
    plain = " ".join(words.split())
    clauses = []
    for part in plain.split(" and "):
        match = _CLAUSE.fullmatch(part)
        if match is None:
            raise ConditionError(
                f'cannot read "{part[:60]}", expected'
                ' "response of group language below 0.30" or "response at least 0.50"'
            )
        clauses.append(Clause(match["mark"], match["sense"] == "below", float(match["share"])))
    return Condition(plain, tuple(clauses))
