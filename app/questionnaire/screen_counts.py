"""How many screens random respondents see, by group: what a change does to the length."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from statistics import median, quantiles

from app.questionnaire.answers import confirm_variable
from app.questionnaire.model import Instrument, Item, Kind, Policy, Value
from app.questionnaire.routing import Known, Page, PageKind, Preload, Route, route
from app.questionnaire.walk import as_preload, random_answer, random_known

RESPONDENTS = 2_000
GROUPED_BY = ("fr_act", "fr_group")
_TRIES = 50
"""How often somebody who was screened out answers again."""


@dataclass(frozen=True, slots=True)
class ScreenCount:
    """The screens of one group, from the first question to the last."""

    group: tuple[str, ...]
    panel: bool
    """Asked again: an earlier wave is known."""
    people: int
    median: float
    p90: float


def screen_counts(
    instrument: Instrument,
    before: Instrument | None = None,
    *,
    respondents: int = RESPONDENTS,
    seed: int = 0,
) -> list[ScreenCount]:
    """Return the distribution of every group; with ``before``, also of those asked again.

    Every answer is drawn evenly over what is offered, so that rare routes count as much as
    common ones: this is the length of the questionnaire, not of the average interview.
    """
    rng = random.Random(f"{seed}:{instrument.wave}")
    seen: dict[tuple[tuple[str, ...], bool], list[int]] = {}
    for _ in range(respondents):
        known = random_known(instrument, rng)
        group = tuple(str(known.frame.get(var, "")) for var in GROUPED_BY)
        seen.setdefault((group, False), []).append(len(finished(instrument, known, rng).pages))
        if before is not None:
            earlier = finished(before, known, rng)
            preload = as_preload(before, earlier, f"{before.wave}-02")
            panel = _again(known, preload)
            pages = finished(instrument, panel, rng).pages
            seen.setdefault((group, True), []).append(len(pages))
    return [
        ScreenCount(group, panel, len(counts), median(counts), _p90(counts))
        for (group, panel), counts in sorted(seen.items())
    ]


def _again(known: Known, preload: Preload) -> Known:
    frame = {**known.frame, "fr_panel": "yes"} if "fr_panel" in known.frame else known.frame
    return replace(known, frame=frame, preload=preload)


def _p90(counts: list[int]) -> float:
    return quantiles(counts, n=10, method="inclusive")[8] if len(counts) > 1 else counts[0]


def finished(instrument: Instrument, known: Known, rng: random.Random) -> Route:
    """Return the finished route of one random respondent; screen-outs are answered again.

    Everything is answered beforehand and the route found once: answers off the route count for
    nothing, so the pages are those that an interview page by page would have shown.
    """
    answers = _answers(instrument, instrument.items, rng)
    found = route(instrument, known, answers)
    for _ in range(_TRIES):
        ending = found.termination
        if ending is None:
            break
        read = {ending.after, *ending.when.reads}
        again = [one for one in map(instrument.item_of.get, sorted(read)) if one is not None]
        answers |= _answers(instrument, again, rng)
        found = route(instrument, known, answers)
    return found


def _answers(instrument: Instrument, items: Iterable[Item], rng: random.Random) -> dict[str, Value]:
    answers: dict[str, Value] = {}
    for item in items:
        names = tuple(one.var for one in item.statements) or (item.var,)
        page = Page(item.var, item, PageKind.QUESTION, names)
        answers |= {name: random_answer(instrument, page, rng) for name in names}
        if item.repeat.policy is Policy.CONFIRM and item.kind is not Kind.INFO:
            name = confirm_variable(item.var)
            confirm = Page(name, item, PageKind.CONFIRM, (name,))
            answers[name] = random_answer(instrument, confirm, rng)
    return answers
