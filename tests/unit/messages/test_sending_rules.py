"""Whether a due message goes, waits or is never sent, and how fast a channel may go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages.pace import (
    LONGEST_STOP,
    MOST_RETRY,
    MOST_SLOWDOWNS,
    Pace,
    PaceState,
    after_one,
    after_too_many,
    retry_delay,
)
from app.messages.plan import Cap
from app.messages.sending_rules import (
    TO_PRINT,
    Cancel,
    Facts,
    Go,
    SendingRules,
    Wait,
    verdict,
)
from app.messages.statuses import MailingStatus
from app.panel.states import CaseStatus, WaveStatus

NOON = datetime(2024, 2, 1, 12, 0, tzinfo=UTC)
RULES = SendingRules(
    {"email_1": frozenset({CaseStatus.OPEN})}, ZoneInfo("Europe/Amsterdam"), cap=Cap(4, 28)
)
FACTS = Facts(
    step="email_1",
    case_status=CaseStatus.OPEN,
    wave_status=WaveStatus.OPEN,
    closes_on=date(2024, 3, 15),
    mailing=MailingStatus.RUNNING,
    barrier=None,
    recent=3,
)


def test_message_goes_when_nothing_stands_in_the_way() -> None:
    assert verdict(FACTS, RULES, NOON) == Go()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"wave_status": WaveStatus.CLOSED}, "wave_closed"),
        ({"wave_status": WaveStatus.FROZEN}, "wave_closed"),
        ({"mailing": MailingStatus.STOPPED}, "mailing_stopped"),
        ({"barrier": "opted_out"}, "opted_out"),
        ({"barrier": "person_deceased"}, "person_deceased"),
        ({"case_status": CaseStatus.COMPLETE}, "case_moved_on"),
        ({"case_status": CaseStatus.REFUSED}, "case_moved_on"),
        ({"recent": 4}, "too_many"),
    ],
)
def test_message_is_never_sent_after(change: dict[str, Any], reason: str) -> None:
    assert verdict(replace(FACTS, **change), RULES, NOON) == Cancel(reason)


@pytest.mark.parametrize(
    "change",
    [
        {"mailing": None},
        {"mailing": MailingStatus.WAITING},
        {"mailing": MailingStatus.PLANNED},
        {"wave_status": WaveStatus.PAUSED},
        {"wave_status": WaveStatus.REHEARSED},
        {"closes_on": date(2024, 1, 31)},
        {"step": "email_9"},
    ],
)
def test_message_waits_and_is_not_judged_before_its_time(change: dict[str, Any]) -> None:
    late = {"barrier": "opted_out", "case_status": CaseStatus.PARTIAL, "recent": 9}

    assert verdict(replace(FACTS, **change), RULES, NOON) == Wait()
    assert verdict(replace(FACTS, **change, **late), RULES, NOON) == Wait()


def test_letter_is_printed_before_the_wave_opens() -> None:
    rehearsed = replace(FACTS, wave_status=WaveStatus.REHEARSED)

    assert verdict(rehearsed, RULES, NOON, TO_PRINT) == Go()


def test_without_a_cap_any_number_goes() -> None:
    assert verdict(replace(FACTS, recent=99), replace(RULES, cap=None), NOON) == Go()


@given(st.lists(st.floats(0, 30), max_size=60), st.floats(0.1, 50))
def test_channel_is_never_faster_than_its_pace(pauses: list[float], per_second: float) -> None:
    state, now, sent = PaceState(NOON), NOON, list[datetime]()
    for pause in pauses:
        now += timedelta(seconds=pause)
        if state.wait(now) == timedelta():
            state = after_one(state, Pace(per_second), now)
            sent.append(now)

    for first, second in pairwise(sent):
        assert (second - first).total_seconds() >= 1 / per_second - 1e-6


@given(st.lists(st.floats(0, 7200), min_size=1, max_size=60))
def test_channel_slows_down_to_a_limit_and_comes_back_by_itself(seconds: list[float]) -> None:
    state, now = PaceState(NOON), NOON
    for one in seconds:
        now += timedelta(seconds=one)
        state = after_too_many(state, now)
        assert 1 <= state.slowness(now) <= MOST_SLOWDOWNS
        assert timedelta(seconds=30) <= state.wait(now) < timedelta(minutes=17)

    assert state.slowness(now + timedelta(hours=2)) == 0
    assert state.wait(now + timedelta(minutes=17)) == timedelta()


def test_channel_is_not_stopped_for_weeks_by_a_clock_that_was_set_back() -> None:
    state = PaceState(NOON + LONGEST_STOP + timedelta(days=300))

    assert state.wait(NOON) == timedelta()
    assert after_one(state, Pace(1), NOON).wait(NOON) == timedelta(seconds=1)


def test_retries_come_later_and_later_and_not_all_together() -> None:
    delays = [retry_delay(attempt, 0) for attempt in range(1, 12)]

    assert delays[:3] == [timedelta(minutes=2), timedelta(minutes=4), timedelta(minutes=8)]
    assert delays[-1] == MOST_RETRY
    assert retry_delay(1, 0.5) == timedelta(minutes=2.5)
    assert retry_delay(10**9, 0.99) < timedelta(hours=9)


def test_pace_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="positive"):
        Pace(0)
