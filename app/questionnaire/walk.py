"""A walker that answers at random: what a typical route looks like, and that every route ends."""

from __future__ import annotations

import random

from app.questionnaire.answers import SEEN
from app.questionnaire.expression import is_known
from app.questionnaire.model import Instrument, Item, Kind, Missing, Store, Value
from app.questionnaire.routing import Earlier, Known, Page, PageKind, Preload, Route, route

MAX_PAGES = 1_000
"""Far above any questionnaire: a walk that gets here does not end."""


def random_known(instrument: Instrument, rng: random.Random) -> Known:
    """A person drawn evenly over the values of the frame and of what is assigned."""
    frame: dict[str, Value] = {}
    for variable in instrument.frame:
        if variable.var.startswith("fr_") and variable.values:
            frame[variable.var] = rng.choice(variable.values)
        elif variable.kind == "year":
            frame[variable.var] = str(rng.randint(1960, 2004))
    assigned = {variable.var: rng.choice(variable.values) for variable in instrument.assigned}
    month = f"{instrument.wave}-{rng.randint(1, 3):02d}"
    return Known(frame=frame, assigned=assigned, interview_month=month)


def as_preload(instrument: Instrument, walked: Route, month: str) -> Preload:
    """What a later wave would know of this interview: its substantive answers on the route."""
    earlier = {
        var: Earlier(value, instrument.wave)
        for var, value in walked.values.items()
        if (var in instrument.item_of or var in {one.var for one in instrument.derived})
        and is_known(value)
    }
    return Preload(answers=earlier, months={instrument.wave: month})


def random_answer(instrument: Instrument, page: Page, rng: random.Random) -> Value:
    """An answer to one variable of a page, uniform over what is offered; rarely missing."""
    item = page.item
    if item.kind is Kind.INFO:
        return SEEN
    if page.kind is PageKind.CONFIRM:
        return rng.choices(("still_true", "changed", "never_true"), (8, 2, 1))[0]
    if rng.random() < 0.03 and not item.required:
        return Missing.SKIP
    return _substantive(instrument, item, rng)


def _substantive(instrument: Instrument, item: Item, rng: random.Random) -> Value:
    match item.kind:
        case Kind.CONSENT if item.store is not Store.CONTACT:
            return item.options[0].code
        case Kind.SINGLE | Kind.CONSENT | Kind.BATTERY:
            return rng.choice(item.options).code
        case Kind.MULTIPLE:
            first = rng.choice(item.options)
            if first.exclusive:
                return (first.code,)
            most = min(item.limits.max_choices or 3, 3)
            open_codes = [option.code for option in item.options if not option.exclusive]
            chosen = set(rng.sample(open_codes, k=min(len(open_codes), rng.randint(1, most))))
            return tuple(code for code in open_codes if code in chosen)
        case Kind.MONTH | Kind.DATE:
            last = instrument.wave - 1
            month = f"{rng.randint(min(2018, last), last)}-{rng.randint(1, 12):02d}"
            return month if item.kind is Kind.MONTH else f"{month}-15"
        case Kind.YEAR:
            return str(rng.randint(1960, 2004))
        case Kind.NUMBER:
            low, high = item.limits.min, item.limits.max
            return str(rng.randint(int(low or 0), int(high if high is not None else 100)))
        case Kind.CODE_LIST:
            return rng.choice(instrument.code_lists[item.code_list or ""]).code
        case _:
            return "Test"


def walk(instrument: Instrument, known: Known, rng: random.Random) -> Route:
    """Return the finished route of one random respondent; screen-outs are answered again.

    Raises
    ------
    RuntimeError
        If the walk does not end.
    """
    answers: dict[str, Value] = {}
    for _ in range(MAX_PAGES):
        now = route(instrument, known, answers)
        page = now.first_open
        if page is None:
            return now
        _answer_page(instrument, known, answers, page, rng)
    raise RuntimeError(f"wave {instrument.wave}: a route of more than {MAX_PAGES} pages")


def _answer_page(
    instrument: Instrument,
    known: Known,
    answers: dict[str, Value],
    page: Page,
    rng: random.Random,
) -> None:
    for _ in range(50):
        answers |= {var: random_answer(instrument, page, rng) for var in page.variables}
        if route(instrument, known, answers).termination is None:
            return


def typical_shares(
    instrument: Instrument, *, panel: bool, walks: int, seed: int
) -> dict[str, float]:
    """Return, for each item, how many of its pages a typical respondent sees (0 to 2).

    Averaged over random respondents of all groups and blocks; with ``panel`` they took part in an
    earlier wave that asked the same items.
    """
    rng = random.Random(seed)
    seen: dict[str, float] = {}
    for _ in range(walks):
        known = random_known(instrument, rng)
        done = walk(instrument, known, rng)
        if panel:
            preload = as_preload(instrument, done, f"{instrument.wave - 1}-02")
            known = Known(known.frame, known.assigned, preload, known.interview_month)
            done = walk(instrument, known, rng)
        for page in done.pages:
            seen[page.item.var] = seen.get(page.item.var, 0.0) + 1 / walks
    return seen
