"""Where a person stands, in honest words: routing makes every total an estimate.

A bar that creeps makes people leave (Villar, Callegaro and Yang 2013: slow-to-fast indicators raise
break-off), and routing makes bars creep. So: the number of the question, and about how many there
will be, rounded to fives while much is still open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.questionnaire.model import Instrument
from app.questionnaire.routing import Page, Route

ROUND_TO = 5
EXACT_FROM = 4
"""With so few pages left on the route the total is no longer an estimate."""


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
    walked = ids.index(last.id) + 1 if last.id in ids else len(ids)
    items = [item.var for item in instrument.items]
    coming = sum(typical.get(var, 0.0) for var in items[items.index(last.item.var) + 1 :])
    if coming < EXACT_FROM:
        return Position(number, max(len(ids), number), exact=True)
    estimate = ROUND_TO * round((walked + coming) / ROUND_TO)
    return Position(number, max(estimate, number + 1), exact=False)
