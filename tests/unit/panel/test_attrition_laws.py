"""Laws of the ledger for any history: one place, no hindsight, sums; and faults that it finds."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.panel.attrition import Consent, Drawn, Life, Word, place_of
from app.panel.attrition_ledger import Books, Line, flows, problems_of
from app.panel.case_history import (
    Ending,
    InterviewFacts,
    PersonFact,
)
from app.panel.places import Place, Placed, Why
from app.panel.states import CaseStatus, PersonStatus
from tests.unit.panel.panel_lives import (
    CALENDAR,
    WAVES,
    a_case,
    on,
)

# --- by law, for any history ----------------------------------------------------------------------

START = on("2023-09-01")
days = st.integers(0, 1500).map(lambda number: START + timedelta(days=number))
KINDS = (
    "refused_soft", "refused_hard", "opted_in", "opted_out", "letter_returned", "mail_bounced",
    "address_changed", "tracing_begun", "traced", "untraceable",
)  # fmt: skip


@st.composite
def facts_(draw) -> tuple[PersonFact, ...]:
    told = []
    for when in sorted(draw(st.lists(days, max_size=6))):
        wave = draw(st.sampled_from((None, *WAVES)))
        if draw(st.booleans()):
            states = [one for one in PersonStatus if one is not PersonStatus.ERASED]
            told.append(PersonFact("status", when, wave, to=str(draw(st.sampled_from(states)))))
        else:
            channel = draw(st.sampled_from((None, "letter", "email", "sms")))
            told.append(PersonFact(draw(st.sampled_from(KINDS)), when, wave, channel))
    return tuple(told)


@st.composite
def interviews_(draw, wave: int) -> InterviewFacts | None:
    if draw(st.booleans()):
        return None
    open_days = st.integers(0, 50).map(lambda n: on(f"{wave}-01-16") + timedelta(days=n))
    times = sorted(draw(st.lists(open_days, min_size=4, max_size=4)))
    ended = draw(st.sampled_from((None, *(one for one in CaseStatus if one.ended))))
    return InterviewFacts(
        times[0],
        times[1] if ended or draw(st.booleans()) else None,
        times[2] if ended is CaseStatus.COMPLETE else None,
        (Ending(ended, times[3]),) if ended else (),
    )


@st.composite
def lives(draw) -> Life:
    facts = draw(facts_())
    waves = draw(st.lists(st.sampled_from(WAVES), unique=True, min_size=0, max_size=3))
    cases = {
        year: a_case(year, *facts, interview=draw(interviews_(year))) for year in sorted(waves)
    }
    drawn = [
        Drawn(one.created_at, year, f"{year}/1 sample") for year, one in list(cases.items())[:1]
    ]
    if not drawn or draw(st.booleans()):
        drawn.insert(0, Drawn(on("2023-10-15"), 2024, "2024/1 sample", batch=1))
    words = st.builds(Word, days, st.booleans(), st.booleans())
    said = sorted(draw(st.lists(words, max_size=2)), key=lambda one: one.at)
    consents = {
        year: Consent(one.interview.endings[0].at, draw(st.sampled_from(("ja", "nee", "skip"))))
        for year, one in cases.items()
        if one.interview is not None and one.interview.endings and draw(st.booleans())
    }
    erased = draw(st.one_of(st.none(), st.none(), days))
    return Life(cases, tuple(drawn), facts, consents, tuple(said), erased)


@given(lives(), days)
def test_everybody_is_in_one_place_in_each_wave_on_each_date(one: Life, when: datetime) -> None:
    for wave in WAVES:
        placed = place_of(one, CALENDAR[wave], when)
        assert isinstance(placed, Placed)
        assert placed.place in Place
        if one.erased_at is None and placed.since is not None:
            assert placed.since <= when


@given(lives(), days)
def test_who_is_not_sampled_has_no_case_and_who_has_one_is_in_a_place_of_the_wave(
    one: Life, when: datetime
) -> None:
    for wave in WAVES:
        placed = place_of(one, CALENDAR[wave], when)
        case = one.cases.get(wave)
        if case is not None and case.created_at <= when:
            assert placed.place not in (Place.NOT_YET, Place.RESERVE, Place.TO_COME)
            assert placed.why not in (Why.NO_CASE, Why.NOT_CARRIED, Why.NO_CONSENT)


@given(lives(), days)
def test_what_came_later_does_not_change_an_earlier_date(one: Life, when: datetime) -> None:
    if one.erased_at is not None:
        one = replace(one, erased_at=None)
    facts = tuple(fact for fact in one.facts if fact.at <= when)
    until = Life(
        {
            year: replace(
                case,
                facts=facts,
                sent=tuple(sent for sent in case.sent if sent.at <= when),
                interview=_until(case.interview, when),
            )
            for year, case in one.cases.items()
            if case.created_at <= when
        },
        tuple(drawn for drawn in one.drawn if drawn.at <= when),
        facts,
        {year: said for year, said in one.consents.items() if said.at <= when},
        tuple(word for word in one.said if word.at <= when),
    )
    for wave in WAVES:
        calendar = CALENDAR[wave]
        known = replace(calendar, moves=tuple(m for m in calendar.moves if m[0] <= when))
        assert place_of(one, calendar, when) == place_of(until, known, when)


def _until(interview: InterviewFacts | None, when: datetime) -> InterviewFacts | None:
    if interview is None or interview.started_at > when:
        return None

    def known(moment: datetime | None) -> datetime | None:
        return moment if moment is not None and moment <= when else None

    return replace(
        interview,
        first_answer_at=known(interview.first_answer_at),
        half_at=known(interview.half_at),
        endings=tuple(one for one in interview.endings if one.at <= when),
    )


@given(st.lists(st.tuples(lives(), st.sampled_from(("asiel", "gezin"))), max_size=8), days)
def test_totals_and_flows_of_any_panel_add_up(
    panel: list[tuple[Life, str]], when: datetime
) -> None:
    lines = [
        Line(UUID(int=number), wave, place_of(one, CALENDAR[wave], when), "2024/1 sample", group)
        for wave in WAVES
        for number, (one, group) in enumerate(panel)
    ]
    moved = flows(WAVES, lines)
    for before, after in ((2024, 2025), (2025, 2027)):
        pair = [one for one in moved if (one.from_wave, one.to_wave) == (before, after)]
        assert sum(one.people for one in pair) == len(panel)
        for wave, side in ((before, "from"), (after, "to")):
            there = Counter(
                (one.placed.place, one.placed.why, one.group) for one in lines if one.wave == wave
            )
            flowed: Counter[tuple] = Counter()
            for one in pair:
                place, why = getattr(one, f"{side}_place"), getattr(one, f"{side}_why")
                flowed[place, why, one.group] += one.people
            assert flowed == there


# --- a ledger that does not balance ---------------------------------------------------------------


def _books(lines: list[Line]) -> Books:
    return Books(
        {one.person_id for one in lines},
        {one.person_id: 2024 for one in lines},
        {2024: 2},
        {2024: 1},
    )


def _lines() -> list[Line]:
    places = (Placed(Place.COMPLETE), Placed(Place.NOT_REACHED, Why.NO_ANSWER))
    return [Line(UUID(int=n), 2024, place, "2024") for n, place in enumerate(places)]


def test_ledger_that_agrees_with_its_books_balances() -> None:
    lines = _lines()
    assert problems_of([2024], lines, _books(lines)) == []


@pytest.mark.parametrize(
    ("corrupt", "said"),
    [
        (lambda lines: lines[:1], "1 people are in no place"),
        (lambda lines: [*lines, lines[0]], "1 people are in more than one place"),
        (lambda lines: [*lines, replace(lines[0], person_id=UUID(int=9))], "were never drawn"),
        (
            lambda lines: [lines[0], replace(lines[1], placed=Placed(Place.NOT_YET))],
            "1 people in places of the sample, 2 sampled",
        ),
        (
            lambda lines: [lines[0], replace(lines[1], placed=Placed(Place.COMPLETE))],
            "2 people in place complete, 1 interviews were finished",
        ),
        (
            lambda lines: [
                lines[0], replace(lines[1], placed=Placed(Place.NOT_ASKED, Why.NO_CASE))
            ],
            "1 people are in a draw and have no case",
        ),
    ],
)  # fmt: skip
def test_ledger_that_was_corrupted_says_how_it_does_not_balance(corrupt, said: str) -> None:
    lines = _lines()
    assert said in "; ".join(problems_of([2024], corrupt(lines), _books(lines)))
