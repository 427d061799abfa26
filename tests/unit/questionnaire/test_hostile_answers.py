"""Hostile strings in every field: kept as words or refused by a rule; nothing fails or runs."""

import random
import time
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.questionnaire.accept import (
    DAY,
    MONTH,
    NONE_OF_THESE,
    YEAR,
    Accepted,
    Ambiguous,
    Rejected,
    Unanswered,
    accept,
)
from app.questionnaire.answers import encode
from app.questionnaire.model import Kind, Missing
from app.questionnaire.routing import Page
from app.questionnaire.walk import random_known
from app.questionnaire.wording import in_words, question
from tests.unit.questionnaire.forms import random_form
from tests.unit.questionnaire.visits import Visit, every_instrument, instrument_of, known

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "template": "{{7*7}}",
    "insertion": "{prev}{r_naam}{0}%s%(x)s",
    "sql": "'; DROP TABLE answer_event; --",
    "right-to-left override": "\u202eevil\u202c",
    "isolates": "\u2069\u2068\u2067",
    "NUL": "a\x00b",
    "only NUL": "\x00",
    "control characters": "\x1b[2J\x07\x08\x7f",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈",
    "lone surrogate": "a\ud800b",
    "100,000 letters": "x" * 100_000,
    "100,000 digits": "9" * 100_000,
    "100,000 line ends": "\n" * 100_000,
    "combining marks": "e" + "\u0301" * 5_000,
    "comma": "a,b",
    "backslash": "\\dk",
    "path": "../../../../etc/passwd",
    "number words": "nan",
    "infinity": "1e999",
    "negative": "-1",
    "arabic": "٠",
    "missing codes": "na_route",
    "break off": "break_off",
    "formula": '=HYPERLINK("https://example.org")',
    "blank": "\u00a0\u2003\u3000",
    "byte order mark": "\ufeff",
}
RULES = {
    "option", "one_only", "exclusive", "too_many", "required", "not_a_number", "range", "year",
    "year_needed", "month", "month_needed", "date", "too_long",
}  # fmt: skip
MOST_S = 6.0


def every_page() -> list[tuple[str, int, str, dict]]:
    """Each page of each tiny study, with answers that put it on the route."""
    found = {}
    for feature, wave in every_instrument():
        for seed in range(12):
            rng = random.Random(seed)
            visit = Visit(
                instrument_of(feature, wave), random_known(instrument_of(feature, wave), rng)
            )
            while (page_id := visit.at) is not None:
                found.setdefault((feature, wave, page_id), (visit.known, dict(visit.answers)))
                visit.post(page_id, random_form(visit, visit.page(page_id), rng), prompted=True)
    return [(*key, state) for key, state in found.items()]


PAGES = every_page()


def inputs_of(visit: Visit, page: Page) -> list[str]:
    """Names of everything that can be typed or ticked on a page, and some that cannot."""
    names = []
    for variable in page.variables:
        names += [variable, f"{variable}_other"]
        names += [variable + suffix for suffix in (DAY, MONTH, YEAR)]
    return [*names, "no_such_input", "op", "\x00", "<b>"]


def checked(visit: Visit, page: Page, form: dict[str, list[str]]) -> None:
    """Post a form, prompted and not; whatever comes of it is one of the four outcomes, in order."""
    for prompted in (False, True):
        outcome = accept(
            visit.instrument,
            page,
            form,
            language="en",
            interview_month="2024-02",
            prompted=prompted,
        )
        match outcome:
            case Rejected(faults):
                assert faults
                assert {fault.rule for fault in faults} <= RULES
                assert {fault.variable.removesuffix("_other") for fault in faults} <= {
                    *page.variables
                }
            case Unanswered(variables):
                assert not prompted
                assert variables
            case Ambiguous(_, candidates):
                assert len(candidates) <= 10
            case Accepted(answers):
                assert set(page.variables) <= answers.keys()
                storable(visit, page, answers)


def storable(visit: Visit, page: Page, answers) -> None:
    """What was accepted can be stored, read in words, and comes from what is offered."""
    item = page.item
    for name, value in answers.items():
        text = encode(value)
        text.encode("utf-8")
        assert "\x00" not in text
        assert len(text) <= 4_001
        assert in_words(visit.instrument, visit.instrument.item_of.get(name), name, value, "en")
        if name in page.variables and not isinstance(value, Missing):
            codes = {option.code for option in (*item.options, *visit.instrument.confirm)}
            if item.kind in (Kind.SINGLE, Kind.MULTIPLE, Kind.BATTERY, Kind.CONSENT):
                assert {*value} <= codes if isinstance(value, tuple) else value in codes
            if item.kind in (Kind.NUMBER, Kind.YEAR) and not name.endswith("_confirm"):
                assert value.isascii()
                assert value.isdecimal()


@pytest.mark.parametrize("attack", HOSTILE)
def test_hostile_string_in_every_field_of_every_page_is_taken_as_words_or_refused(attack):
    raw = HOSTILE[attack]
    started = time.process_time()
    for feature, wave, page_id, (before, answers) in PAGES:
        visit = Visit(instrument_of(feature, wave), before)
        visit.answers = answers
        page = visit.page(page_id)
        names = inputs_of(visit, page)
        for name in names:
            checked(visit, page, {name: [raw]})
        checked(visit, page, {name: [raw] for name in names})
        checked(visit, page, {name: [raw, raw, "", NONE_OF_THESE, "dk"] for name in names})
    assert time.process_time() - started < MOST_S


@settings(max_examples=60)
@given(st.data())
def test_any_form_on_any_page_has_an_outcome(data):
    feature, wave, page_id, (before, answers) = data.draw(st.sampled_from(PAGES))
    visit = Visit(instrument_of(feature, wave), before)
    visit.answers = answers
    page = visit.page(page_id)
    values = st.one_of(
        st.text(max_size=20),
        st.sampled_from(["dk", "ref", "skip", NONE_OF_THESE, "yes", "no", "7", "2020", "12"]),
    )
    form = data.draw(
        st.dictionaries(st.sampled_from(inputs_of(visit, page)), st.lists(values, max_size=3))
    )

    checked(visit, page, form)


@pytest.mark.parametrize("attack", HOSTILE)
def test_text_that_was_taken_is_shown_in_later_questions_without_harm(attack):
    visit = Visit("wording", known(frame={"fr_mode": "web"}))
    outcome = visit.post("name", {"name": HOSTILE[attack]}, prompted=True)
    if isinstance(outcome, Rejected):
        return
    words = question(
        visit.instrument, visit.page("cares_for"), visit.known, visit.route.values, "en"
    )

    words.encode("utf-8")
    assert words.startswith("Who do you care for, ")
    assert words.endswith("?")
    assert words.count("\u2068") == words.count("\u2069") <= 1


@pytest.mark.parametrize("attack", HOSTILE)
def test_open_answer_keeps_every_word_that_can_be_kept(attack):
    raw = HOSTILE[attack]
    visit = Visit("texts")
    visit.answer(street="here")

    outcome = visit.post("story", {"story": raw}, prompted=True)

    if len(raw.strip()) > 4_000:
        assert [fault.rule for fault in outcome.faults] == ["too_long"]
        return
    kept = "".join(
        one for one in raw if one.isprintable() or one.isspace() or one > "\x7f"
    ).replace("\ud800", "")
    if any(unicodedata.category(one) not in ("Cf", "Zs", "Cc") for one in kept):
        assert outcome.answers["story"] == kept.strip()
    else:
        assert outcome.answers["story"] is Missing.SKIP


def test_typing_the_name_of_another_variable_changes_only_this_page():
    visit = Visit("conditions")

    outcome = visit.post("has_job", {"has_job": "yes", "hours": "99", "fr_group": "a", "wave": "1"})

    assert outcome == Accepted({"has_job": "yes"})
    assert visit.route.values["wave"] == 2024
