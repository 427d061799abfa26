"""When messages are due: on sending days, spread, in order, and the same for whoever counts."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from math import ceil
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.messages import schedule
from app.messages.channels import Channel
from app.messages.plan import ContactPlan, ContactStep, read_contact_plan
from app.questionnaire.model import Place

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
STUDY = Path(__file__).parents[3] / "surveys" / "perspectief"
OPENS = date(2026, 11, 16)  # a Monday


def plan_of_the_study() -> ContactPlan:
    plan, _ = read_contact_plan(STUDY, AMSTERDAM)
    assert plan is not None
    return plan


PLAN = plan_of_the_study()


def step(day: int, **more: object) -> ContactStep:
    made = ContactStep(
        "one", Channel.LETTER, "invitation", None, frozenset({"open"}), day, Place("", 1)
    )
    return replace(made, **more)  # type: ignore[arg-type]


def case_ids(count: int, seed: int = 1) -> list[UUID]:
    rng = random.Random(seed)
    return [UUID(int=rng.getrandbits(128), version=4) for _ in range(count)]


def spread(count: int, day: date = OPENS, plan: ContactPlan = PLAN) -> dict[UUID, date]:
    return schedule.spread_days(plan, dict.fromkeys(case_ids(count), day))


@given(st.integers(0, 400), st.sampled_from([0.05, 0.1, 0.15, 0.3, 0.34, 0.5, 1.0]))
@settings(max_examples=60)
def test_no_day_gets_more_than_its_share_and_none_is_a_quiet_day(count: int, a_day: float) -> None:
    plan = replace(PLAN, a_day=a_day)

    days = spread(count, plan=plan)

    assert len(days) == count
    assert all(
        number <= max(1, ceil(count * a_day - 1e-9)) for number in Counter(days.values()).values()
    )
    assert not any(plan.quiet.quiet_day(day) or day < OPENS for day in days.values())


def test_twelve_thousand_letters_take_the_ten_sending_days_they_are_spread_over() -> None:
    by_day = Counter(spread(12_000).values())

    assert max(by_day.values()) == 1_200
    assert len(by_day) <= 12
    assert min(by_day) == OPENS


def test_spread_is_the_same_whoever_counts_and_in_whatever_order() -> None:
    ids = case_ids(500)

    one = schedule.spread_days(PLAN, dict.fromkeys(ids, OPENS))
    other = schedule.spread_days(PLAN, dict.fromkeys(reversed(ids), OPENS))

    assert one == other


def test_reminder_never_goes_out_before_what_it_reminds_of() -> None:
    ids = case_ids(1_000)
    steps = [one for one in PLAN.steps if one.day is not None]
    due = {
        one.id: schedule.spread_days(PLAN, dict.fromkeys(ids, schedule.first_day(PLAN, one, OPENS)))
        for one in steps
    }

    for earlier, later in pairwise(steps):
        for case_id in ids:
            gap = due[later.id][case_id] - due[earlier.id][case_id]
            assert gap >= timedelta(days=1), (earlier.id, later.id)


@given(st.sets(st.integers(0, 299), min_size=1), st.integers(0, 60))
@settings(max_examples=30, deadline=None)
def test_who_is_left_for_a_reminder_keeps_the_distance_to_the_letter(
    left: set[int], day: int
) -> None:
    ids = case_ids(300)
    letter = schedule.spread_days(PLAN, dict.fromkeys(ids, OPENS))
    begins = schedule.first_day(PLAN, step(day), OPENS)

    reminder = schedule.spread_days(PLAN, dict.fromkeys([ids[one] for one in left], begins))

    turn = {one: schedule.turn_of(one) for one in ids}
    for case_id, due in reminder.items():
        own = schedule.sending_day(PLAN.quiet, begins, int(turn[case_id] * 10))
        assert due >= own
        assert letter[case_id] >= schedule.sending_day(PLAN.quiet, OPENS, int(turn[case_id] * 10))


def test_cases_drawn_later_fill_up_days_and_do_not_overfill_them() -> None:
    ids = case_ids(200)
    first = schedule.spread_days(PLAN, dict.fromkeys(ids[:100], OPENS))
    taken = Counter(first.values())

    second = schedule.spread_days(PLAN, dict.fromkeys(ids[100:], OPENS), taken=taken)

    assert all(one <= 20 for one in (taken + Counter(second.values())).values())


@pytest.mark.parametrize("opens", [date(2026, 3, 25), date(2026, 10, 21)])
def test_messages_are_due_at_nine_also_in_the_week_that_clocks_are_moved(opens: date) -> None:
    for day in range(10):
        first = schedule.first_day(PLAN, step(day), opens)
        due = schedule.due_at(PLAN, step(day), first).astimezone(AMSTERDAM)

        assert (due.date(), due.time()) == (first, time(9))


def test_step_with_an_hour_of_its_own_is_due_at_that_hour() -> None:
    evening = step(0, at=time(17, 30))

    due = schedule.due_at(PLAN, evening, OPENS)

    assert due == datetime(2026, 11, 16, 16, 30, tzinfo=UTC)


def test_word_of_thanks_comes_a_day_later_and_never_in_the_night() -> None:
    thanks = next(one for one in PLAN.steps if one.after == "complete")
    friday_night = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # Saturday in Amsterdam

    due = schedule.due_after(PLAN, thanks, friday_night)

    assert due == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_day_of_an_event_is_the_day_on_the_clock_of_the_people() -> None:
    thanks = next(one for one in PLAN.steps if one.after == "complete")
    before, after = (datetime(2026, 11, 17, hour, 30, tzinfo=UTC) for hour in (22, 23))

    assert schedule.due_after(PLAN, thanks, before).date() == date(2026, 11, 18)
    assert schedule.due_after(PLAN, thanks, after).date() == date(2026, 11, 19)
