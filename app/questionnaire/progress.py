"""Where a person stands, in honest words: routing makes every total an estimate.

A bar that creeps makes people leave (Villar, Callegaro and Yang 2013: slow-to-fast indicators raise
break-off), and routing makes bars creep. So: the number of the question, and about how many there
will be, rounded to fives, until no answer can change it any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.questionnaire.model import Instrument, Item
from app.questionnaire.routing import Page, PageKind, Route

ROUND_TO = 5


@dataclass(frozen=True, slots=True)
class Position:
    """``number`` counts from 1; ``total`` is an estimate unless ``exact``."""

    number: int
    total: int
    exact: bool


def position(
    instrument: Instrument, route: Route, page: Page, typical: Mapping[str, float]
) -> Position:
    """Return where a page stands on the route.

    Parameters
    ----------
    typical
        Pages per item of a typical respondent: `walk.typical_shares`.
    """
    ids = [one.id for one in route.pages]
    number = ids.index(page.id) + 1 if page.id in ids else len(ids)
    last = route.first_open or page
    if _settled(instrument, route, last):
        return Position(number, len(ids), exact=True)
    walked = ids.index(last.id) + 1 if last.id in ids else len(ids)
    items = [item.var for item in instrument.items]
    coming = sum(typical.get(var, 0.0) for var in items[items.index(last.item.var) + 1 :])
    estimate = ROUND_TO * round((walked + coming) / ROUND_TO)
    return Position(number, max(estimate, number + 1), exact=False)


def _settled(instrument: Instrument, route: Route, last: Page) -> bool:
    """Tell whether no answer from ``last`` on can bring further pages."""
    if route.termination is not None:
        # Who takes a refusal back has everything still to come.
        return False
    if route.complete:
        return True
    still_open = [page for page in route.pages if page.id not in route.answered]
    if any(page.kind is PageKind.CONFIRM for page in still_open):
        return False
    items = [item.var for item in instrument.items]
    coming = instrument.items[items.index(last.item.var) :]
    undecided = {name for item in coming for name in (item.var, *_statements(item))}
    undecided |= {
        derived.var for item in coming for derived in instrument.derived_after.get(item.var, ())
    }
    return not any(undecided & _reads(item) for item in coming[1:])


def _statements(item: Item) -> list[str]:
    return [statement.var for statement in item.statements]


def _reads(item: Item) -> set[str]:
    """Variables that decide whether an item, or a statement of it, is asked."""
    found = {*item.when.reads, *filter(None, (item.repeat.reset_on,))}
    return found.union(*(statement.when.reads for statement in item.statements))
