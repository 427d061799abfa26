"""Random people for the item bank: what the frame knows of them, and a legal answer to everything.

They answer every question of the bank, asked or not, so that answers off the route are there to be
ignored. Shares are chosen to reach every branch, not to look like the population.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.reference.itembank.semantics import BANK, Answer, Walk, options_of, walk

GROUPS = ("asiel", "gezin", "overig")
ACTS = ("wi2021", "wi2013")
MONTHS = {2024: "2023-12", 2025: "2025-02", 2027: "2027-01"}
"""The month of the interview by wave; some are asked in the year before."""

MUNICIPALITIES = ("GM0599", "GM0518", "GM1950")
"""Few, so that people often stay where they are."""


@dataclass(frozen=True)
class Person:
    """Somebody before the first question; ``entry`` is personal or open."""

    group: str
    act: str
    entry: str
    x_split: str

    def frame(self, *, panel: bool) -> dict[str, Answer]:
        """Return what the sampling frame knows: of the open link, only that it was that."""
        common = {"fr_entry": self.entry, "fr_panel": "yes" if panel else "no"}
        if self.entry == "open":
            return {"fr_group": "unknown", "fr_act": "unknown", **common}
        known = {"fr_sex": "vrouw", "fr_birth_year": "1988", "fr_country": "SY"}
        return {"fr_group": self.group, "fr_act": self.act, **known, **common}


def interviews(
    person: Person, waves: Sequence[int], rng: random.Random
) -> list[tuple[dict[str, Answer], Walk]]:
    """Walk a person through one wave after the other; return the answers and the walk of each."""
    done: list[tuple[dict[str, Answer], Walk]] = []
    for wave in waves:
        answers = everything(person, wave, rng)
        history = [walked for _, walked in done]
        frame = person.frame(panel=bool(history))
        walked = walk(wave, frame, person.x_split, MONTHS[wave], answers, history)
        done.append((answers, walked))
    return done


def everything(person: Person, wave: int, rng: random.Random) -> dict[str, Answer]:
    """Return an answer to every question; who comes by the open link tells group and act."""
    answers: dict[str, Answer] = {}
    for item in BANK["items"]:
        names = [statement["var"] for statement in item["statements"] or ()] or [item["var"]]
        for var in names:
            answers[var] = _answer(item, wave, rng)
        if item["repeat"]["policy"] == "confirm":
            replies = ("still_true", "still_true", "changed", "never_true", "skip")
            answers[f"{item['var']}_confirm"] = rng.choice(replies)
    if rng.random() < 0.97:
        answers["c_meedoen"] = "ja"
    if answers["r_status"] == "nooit" and rng.random() < 0.8:
        answers["r_status"] = "bezig"
    if person.entry == "open":
        answers["r_reden"] = person.group
        before, since = ("2021", "2019-11", "dk"), ("2022", "2023-04", "dk")
        answers["r_brief"] = rng.choice(since if person.act == "wi2021" else before)
    return answers


def _answer(item: dict, wave: int, rng: random.Random) -> Answer:
    if item["type"] == "info":
        return "seen"
    missing = ["skip"] if item["var"] != "c_meedoen" else []
    missing += [
        code
        for code, offered in (("dk", item["missing"]["dk"]), ("ref", item["missing"]["refuse"]))
        if offered != "none"
    ]
    if missing and rng.random() < 0.12:
        return rng.choice(missing)
    match item["type"]:
        case "single" | "consent" | "battery":
            return rng.choice(options_of(item))["code"]
        case "multiple":
            return _codes(item, rng)
        case "month":
            return _month(item, wave, rng)
        case "number" | "year":
            limits = item["constraints"]
            return str(rng.randint(limits["min"], limits["max"]))
        case "municipality":
            return rng.choice(MUNICIPALITIES)
        case "country":
            return rng.choice(("SY", "ER", "TR"))
        case "open" | "text":
            return "een paar woorden"
        case kind:
            raise AssertionError(kind)


def _codes(item: dict, rng: random.Random) -> tuple[str, ...]:
    exclusive = [option["code"] for option in item["options"] if option["exclusive"]]
    if exclusive and rng.random() < 0.2:
        return (rng.choice(exclusive),)
    others = [option["code"] for option in item["options"] if not option["exclusive"]]
    most = (item["constraints"] or {}).get("max_choices") or len(others)
    chosen = rng.sample(others, rng.randint(1, min(most, 4, len(others))))
    return tuple(code for code in others if code in chosen)


def _month(item: dict, wave: int, rng: random.Random) -> str:
    first = max(int(item["constraints"]["min"][:4]), 2015)
    year = rng.randint(first, int(MONTHS[wave][:4]) - 1)
    if item["constraints"]["year_only"] and rng.random() < 0.2:
        return str(year)
    return f"{year}-{rng.randint(1, 12):02d}"
