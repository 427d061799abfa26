"""Filling in a page at random, without knowing what it asks."""

from __future__ import annotations

import random
from collections.abc import Sequence

from app.robots.page import Control, Page
from app.robots.plain_client import Choose

LEAVES_EMPTY = 0.03
TICKS_AT_MOST = 3
TRIES = 5
"""A page that refused as many answers is left empty: it then lets one go on."""

SOME_WORDS = ("Test", "Utrecht", "ab", "Syria", "سوريا", "words of a robot")
FIRST_YEAR, LAST_YEAR = 2010, 2026


def at_random(rng: random.Random) -> Choose:
    """Return a way to fill in any form: something in every input, now and then nothing.

    What a page refuses is filled in anew the next time it is shown.
    """
    refused: dict[str, int] = {}

    def choose(page: Page) -> dict[str, list[str]]:
        refused[page.id] = refused.get(page.id, 0) + 1 if page.status == 422 else 0
        controls = page.form.controls if page.form is not None else ()
        dots = [one for one in controls if one.kind == "radio"]
        boxes = [one for one in controls if not one.picked]
        if refused[page.id] > TRIES:
            return _one_each(dots, rng)
        if rng.random() < LEAVES_EMPTY:
            return {}
        if boxes and not dots:
            return {one.name: [_written(one, rng)] for one in boxes}
        if dots:
            return _beside_boxes(_one_each(dots, rng), boxes)
        return _some(controls, rng)

    return choose


def _beside_boxes(chosen: dict[str, list[str]], boxes: Sequence[Control]) -> dict[str, list[str]]:
    """Dots with what stands in the boxes beside them: a browser posts those as well."""
    for one in boxes:
        if one.value:
            chosen[one.name] = [one.value, *chosen.get(one.name, ())]
    return chosen


def _one_each(dots: Sequence[Control], rng: random.Random) -> dict[str, list[str]]:
    """One radio of each question."""
    values: dict[str, list[str]] = {}
    for one in dots:
        values.setdefault(one.name, []).append(one.value)
    return {name: [rng.choice(offered)] for name, offered in values.items()}


def _some(boxes: Sequence[Control], rng: random.Random) -> dict[str, list[str]]:
    """A few check boxes of the page."""
    if not boxes:
        return {}
    ticked: dict[str, list[str]] = {}
    for one in rng.sample(boxes, k=min(rng.randint(1, TICKS_AT_MOST), len(boxes))):
        ticked.setdefault(one.name, []).append(one.value)
    return ticked


def _written(box: Control, rng: random.Random) -> str:
    if not box.numeric:
        return rng.choice(SOME_WORDS)
    match box.size:
        case 2:
            return str(rng.randint(1, 12))
        case 4:
            return str(rng.randint(FIRST_YEAR, LAST_YEAR))
        case _:
            return str(rng.randint(0, 40))
