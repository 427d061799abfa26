"""What people put into the form of a page, and what the page shows them again."""

from __future__ import annotations

import random
from collections.abc import Mapping

from app.questionnaire.accept import DAY, MONTH, YEAR, Accepted
from app.questionnaire.answers import other_variable
from app.questionnaire.model import Instrument, Item, Kind, Missing, Offer, Value
from app.questionnaire.routing import Page, PageKind
from tests.unit.questionnaire.visits import Visit

Form = dict[str, list[str]]

WORDS = ("Ede", "dk", "skip", "twee\nregels", "سلام", "<b>", "a,b", "\\dk", "  x  ")


def random_form(visit: Visit, page: Page, rng: random.Random) -> Form:
    """Fill in a page: mostly answers, sometimes a missing code, sometimes nothing."""
    form: Form = {}
    for variable in page.variables:
        form |= _random_input(visit, page, variable, rng)
    return form


def _random_input(visit: Visit, page: Page, variable: str, rng: random.Random) -> Form:
    item = page.item
    if rng.random() < 0.1:
        return {}
    if page.kind is PageKind.CONFIRM:
        return {variable: [rng.choice(["still_true", "changed", "never_true"])]}
    offers = (("dk", item.dk), ("ref", item.refuse))
    offered = [code for code, offer in offers if offer is not Offer.NONE]
    if offered and rng.random() < 0.1:
        return {variable: [rng.choice(offered)]}
    return _random_answer(visit.instrument, item, variable, rng)


def _random_answer(instrument: Instrument, item: Item, variable: str, rng: random.Random) -> Form:
    codes = [option.code for option in item.options]
    match item.kind:
        case Kind.INFO:
            return {}
        case Kind.SINGLE | Kind.CONSENT | Kind.BATTERY:
            # Who refuses at the first question shows little of the rest.
            code = codes[0] if item.required and rng.random() < 0.9 else rng.choice(codes)
            return {variable: [code], other_variable(variable): [rng.choice(WORDS)]}
        case Kind.MULTIPLE:
            several = [one.code for one in item.options if not one.exclusive] or codes
            most = min(item.limits.max_choices or 3, len(several))
            chosen = rng.sample(several, rng.randint(1, most))
            alone = [one.code for one in item.options if one.exclusive and rng.random() < 0.2]
            return {variable: alone[:1] or chosen, other_variable(variable): [rng.choice(WORDS)]}
        case Kind.NUMBER | Kind.YEAR:
            low, high = item.limits.min, item.limits.max
            top = 2023 if high == "interview_month" else int(high or 2023)
            return {variable: [str(rng.randint(int(low or 1000), top))]}
        case Kind.MONTH | Kind.DATE:
            year = {variable + YEAR: [str(rng.randint(2024, 2024) if item.limits.min == "2024-01-15"
                                          else rng.randint(2014, 2023))]}  # fmt: skip
            if item.limits.year_only and rng.random() < 0.3:
                return year
            day = {variable + DAY: ["15"]} if item.kind is Kind.DATE else {}
            return year | {variable + MONTH: [str(rng.randint(1, 12))]} | day
        case Kind.CODE_LIST:
            entry = rng.choice(instrument.code_lists[item.code_list or ""])
            return {variable: [rng.choice([entry.code, entry.text["en"]])]}
        case _:
            return {variable: [rng.choice(WORDS)]}


def shown_again(visit: Visit, page: Page) -> Form:
    """What the inputs of an answered page hold when it is opened again."""
    form: Form = {}
    for variable in page.variables:
        form |= _shown(visit.instrument, page.item, variable, visit.answers)
    return form


def _shown(instrument: Instrument, item: Item, variable: str, answers: Mapping[str, Value]) -> Form:
    value = answers[variable]
    if value is Missing.SKIP or item.kind is Kind.INFO:
        return {}
    if isinstance(value, Missing):
        return {variable: [str(value)]}
    if item.kind in (Kind.MONTH, Kind.DATE) and variable == item.var:
        parts = zip((YEAR, MONTH, DAY), str(value).split("-"), strict=False)
        return {variable + suffix: [part.lstrip("0")] for suffix, part in parts}
    if item.kind is Kind.CODE_LIST and variable == item.var:
        entries = instrument.code_lists[item.code_list or ""]
        return {variable: [one.text["en"] for one in entries if one.code == value]}
    form = {variable: list(value) if isinstance(value, tuple) else [str(value)]}
    other = answers.get(other_variable(variable))
    if other is not None and not isinstance(other, Missing):
        form[other_variable(variable)] = [str(other)]
    return form


def answer_everything(visit: Visit, rng: random.Random, *, most: int = 400) -> None:
    """Post random pages to the end of the route, and fail when there is none."""
    for _ in range(most):
        page_id = visit.at
        if page_id is None:
            return
        page = visit.page(page_id)
        for _ in range(50):
            if isinstance(
                visit.post(page_id, random_form(visit, page, rng), prompted=True), Accepted
            ):
                break
        else:
            raise AssertionError(f"{page_id} accepts nothing")
    raise AssertionError(f"a route of more than {most} pages")
