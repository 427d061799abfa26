"""How many screens a complete interview takes, by group, wave, and first time or again.

Counted from the welcome to the last question: the code, the review, the last page and pages shown
again are left out. Invented people answer in process, by the same `route` as the site.
"""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from functools import cache
from multiprocessing import get_context
from statistics import median, quantiles

from app.questionnaire.compile import compile_wave
from app.questionnaire.expression import is_known
from app.questionnaire.model import Instrument, Kind, Missing, Store, Value
from app.questionnaire.routing import Earlier, Known, Page, PageKind, Preload, Route, route
from app.services.fieldwork.preloads import merge, preload_of
from app.synthetic.months import as_text, fieldwork_month
from app.synthetic.population import Person
from app.synthetic.respondent import SyntheticRespondent
from tests.journeys.fielding import SEED, bank, people_by_group

WAVES = (2024, 2025, 2027)
WALKS = 200
MOST = 60
"""The contract: median screens of every group in every wave."""


def measure(walks: int = WALKS) -> dict[str, object]:
    """Return median, p10 and p90 of every cell, and whether all medians keep the contract."""
    groups = people_by_group()
    tasks = [(group, at) for group in groups for at in range(walks)]
    with get_context("fork").Pool(os.cpu_count()) as pool:
        counted = pool.map(_screens_of_one, tasks, chunksize=10)
    cells: dict[tuple[str, int, str], list[int]] = {}
    for (group, _), found in zip(tasks, counted, strict=True):
        for (wave, who), screens in found.items():
            cells.setdefault((group, wave, who), []).append(screens)
    rows = [
        {"group": group, "wave": wave, "who": who, **_spread(screens)}
        for (group, wave, who), screens in sorted(cells.items())
    ]
    return {
        "walks_per_cell": walks,
        "most": MOST,
        "kept": all(float(str(row["median"])) <= MOST for row in rows),
        "cells": rows,
    }


def _spread(screens: list[int]) -> dict[str, float]:
    tenths = quantiles(screens, n=10, method="inclusive")
    return {"median": median(screens), "p10": round(tenths[0], 1), "p90": round(tenths[8], 1)}


def _screens_of_one(task: tuple[str, int]) -> dict[tuple[int, str], int]:
    """Walk one person through all waves, as a panel member and as somebody new in each."""
    group, at = task
    person = people_by_group()[group][at]
    rng = random.Random(f"{group}:{at}")
    found: dict[tuple[int, str], int] = {}
    known_before = Preload()
    for wave in WAVES:
        instrument = _instrument(wave)
        assigned = {one.var: rng.choice(one.values) for one in instrument.assigned}
        walked = walk(instrument, person, assigned, Preload())
        found[wave, "first time"] = len(walked.pages)
        if wave > WAVES[0]:
            walked = walk(instrument, person, assigned, known_before)
            found[wave, "panel"] = len(walked.pages)
        known_before = after(instrument, walked, known_before)
    return found


@cache
def _instrument(wave: int) -> Instrument:
    return compile_wave(bank(), wave)


def walk(
    instrument: Instrument, person: Person, assigned: Mapping[str, str], preload: Preload
) -> Route:
    """Answer page by page to the end."""
    respondent = SyntheticRespondent(person, instrument.wave, SEED)
    month = as_text(fieldwork_month(instrument.wave))
    panel = {"fr_entry": "personal", "fr_panel": "yes" if preload.answers else "no"}
    known = Known({**person.frame(), **panel}, assigned, preload, month)
    answers: dict[str, Value] = {}
    walked = route(instrument, known, answers)
    while (page := walked.first_open) is not None:
        answers |= _answers(respondent, page, walked, preload)
        walked = route(instrument, known, answers)
    return walked


def _answers(
    respondent: SyntheticRespondent, page: Page, walked: Route, preload: Preload
) -> dict[str, Value]:
    item = page.item
    if item.kind is Kind.INFO:
        return {item.var: "seen"}
    if page.kind is PageKind.CONFIRM:
        earlier = preload.answers[item.var].value
        return {page.variables[0]: str(respondent.confirm(item.var, earlier))}
    asked = page.statements or (None,)
    return {
        var: _given(respondent.answer(item, statement, walked.values))
        for var, statement in zip(page.variables, asked, strict=True)
    }


def _given(value: Value | None) -> Value:
    return Missing.SKIP if value is None else value


def after(instrument: Instrument, walked: Route, before: Preload) -> Preload:
    """What the next wave knows: the answers, and contact details as the contact database has."""
    month = as_text(fieldwork_month(instrument.wave))
    contacts = {
        item.var: Earlier(walked.values[item.var], instrument.wave)
        for item in instrument.items
        if item.store is Store.CONTACT and is_known(walked.values.get(item.var))
    }
    joined = merge(before, preload_of(instrument, walked, month))
    return Preload({**joined.answers, **contacts}, joined.months)
