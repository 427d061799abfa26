"""How cases stood on any day, read from what the services wrote."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.messages.channels import Channel
from app.panel.states import CaseStatus, Eligibility, WaveStatus
from app.services.fieldwork import waves
from app.services.members.people_news import What
from app.services.publication.exports import export_release
from app.services.response.settling import SettlingError, settle_case
from app.storage.cases import load_case, set_case_status
from app.storage.erasing import erase_rows
from tests.builders import WAVE, Invited
from tests.integration.outcomes.conftest import Field


def test_an_interview_is_told_as_it_was_known_on_every_day(field: Field) -> None:
    invited = field.invite()
    drawn = field.clock.now()
    field.go_to(3)
    field.enter(invited)
    logged_on = field.clock.now()
    field.go_to(4)
    field.answer(invited, until="k_werk")
    begun = field.clock.now()
    field.go_to(5)
    field.answer(invited, until="k_wens")
    halfway = field.clock.now()
    assert field.code(invited) == "1.2"
    field.go_to(9)
    field.answer(invited)

    told = [
        field.code(invited, at)
        for at in (drawn - timedelta(days=1), drawn, logged_on, begun, halfway, field.clock.now())
    ]

    assert told == [None, "3.19", "2.1121", "2.12", "1.2", "1.1"]


def test_a_refusal_taken_back_was_a_refusal_until_then(field: Field) -> None:
    invited = field.invite()
    field.go_to(1)
    field.answer(invited, c_mee=["nee"])
    refused = field.clock.now()
    field.go_to(2)
    field.change(invited, "c_mee", c_mee=["ja"])
    begun_again = field.clock.now()
    field.go_to(3)
    field.answer(invited)
    assert field.code(invited, refused) == "2.111 in_questionnaire"
    assert field.code(invited, begun_again) == "2.12"
    assert field.code(invited) == "1.1"


def test_screened_out_is_not_eligible(field: Field) -> None:
    invited = field.invite()
    field.answer(invited, k_uren=["90"])
    assert field.code(invited) == "4.10"


def test_each_way_of_leaving_has_a_reason_and_a_day_of_its_own(field: Field) -> None:
    people = {what: field.invite() for what in (What.DECEASED, What.MOVED_ABROAD, What.EXEMPT)}
    before = field.go_to(5)
    field.go_to(6)
    for what, invited in people.items():
        field.tell(invited, what)
    assert [field.code(one, before) for one in people.values()] == ["3.19"] * 3
    assert [field.code(one) for one in people.values()] == [
        "4.90 deceased",
        "4.90 moved_abroad",
        "4.90 exempt",
    ]
    field.go_to(8)
    field.tell(people[What.DECEASED], What.ACTIVE)
    assert field.code(people[What.DECEASED]) == "3.19"
    assert field.code(people[What.DECEASED], before + timedelta(days=2)) == "4.90 deceased"


def test_who_dies_after_the_wave_has_closed_belonged_to_it(field: Field) -> None:
    invited = field.invite()
    field.go_to(40)
    waves.move_wave(field.ctx, WAVE, WaveStatus.CLOSED, by="test")
    field.go_to(60)
    field.tell(invited, What.DECEASED)
    assert field.code(invited) == "3.19"
    with field.ctx.databases.research.read() as connection:
        case = load_case(connection, invited.case_id)
    assert case is not None
    assert (case.disposition, case.eligible) == (None, Eligibility.UNKNOWN)


def test_a_death_told_late_of_a_wave_counts_in_it(field: Field) -> None:
    invited = field.invite()
    field.go_to(40)
    waves.move_wave(field.ctx, WAVE, WaveStatus.CLOSED, by="test")
    field.go_to(45)
    field.tell(invited, What.DECEASED, wave=WAVE)
    assert field.code(invited) == "4.90 deceased"


def test_refusals_come_and_go_with_what_people_say(field: Field) -> None:
    invited = field.invite()
    field.go_to(2)
    field.tell(invited, What.REFUSED_SOFT)
    soft = field.clock.now()
    field.go_to(4)
    field.tell(invited, What.REFUSED_HARD)
    hard = field.clock.now()
    field.go_to(6)
    field.tell(invited, What.OPTED_IN)
    assert field.code(invited, soft) == "2.111 refused_soft"
    assert field.code(invited, hard) == "2.111 refused_hard"
    assert field.code(invited) == "3.19"


def test_a_bounce_that_came_later_is_not_known_before(field: Field) -> None:
    invited, other = field.invite(), field.invite()
    unsent = field.clock.now()
    field.go_to(1)
    message = field.send(invited, Channel.EMAIL)
    sent = field.clock.now()
    field.go_to(2)
    field.bounce(message)
    assert field.code(invited, unsent) == "3.11"
    assert field.code(invited, sent) == "3.19"
    assert field.code(invited) == "3.30"
    assert field.code(other) == "3.11"


def test_a_returned_letter_and_a_new_address(field: Field) -> None:
    invited = field.invite()
    field.send(invited, Channel.LETTER)
    field.go_to(7)
    field.tell(invited, What.LETTER_RETURNED)
    assert field.code(invited) == "3.30"
    field.go_to(9)
    field.tell(invited, What.TRACED, fields={"street": "Nieuwe weg", "house_number": "9"})
    assert field.code(invited) == "3.40"
    field.send(invited, Channel.LETTER, step="again")
    assert field.code(invited) == "3.19"


def test_staff_tells_of_a_language_barrier_and_reminders_stop(field: Field) -> None:
    invited = field.invite()
    before = field.go_to(3)
    field.go_to(4)
    settle_case(field.ctx, invited.case_id, "2.33", by="f@example.org")
    assert field.code(invited, before) == "3.19"
    assert field.code(invited) == "2.33"
    with field.ctx.databases.research.read() as connection:
        case = load_case(connection, invited.case_id)
    assert case is not None
    assert case.disposition == "2.33"
    field.go_to(5)
    field.answer(invited)
    assert field.code(invited) == "1.1"


def test_staff_gives_no_other_outcome_to_who_answered_or_was_forgotten(field: Field) -> None:
    answered, forgotten = field.invite(), field.invite()
    field.go_to(4)
    field.answer(answered)
    with field.ctx.databases.research.write() as connection:
        erase_rows(connection, forgotten.person_id, at=field.ctx.clock.now(), by="test")
    for one, words in ((answered, "to the end"), (forgotten, "erased")):
        with pytest.raises(SettlingError, match=words):
            settle_case(field.ctx, one.case_id, "2.27", by="f@example.org")
    assert field.code(answered) == "1.1"


@pytest.mark.parametrize("code", ["1.1", "2.111", "4.90", "9"])
def test_staff_cannot_give_what_events_tell(field: Field, code: str) -> None:
    invited = field.invite()
    with pytest.raises(SettlingError):
        settle_case(field.ctx, invited.case_id, code, by="f@example.org")
    assert field.code(invited) == "3.19"


def row_of(folder: Path, invited: Invited) -> dict[str, str]:
    with (folder / "frame.csv").open(encoding="utf-8", newline="") as handle:
        (row,) = [one for one in csv.DictReader(handle) if one["case_id"] == invited.case_id.hex]
    return row


Do = Callable[[Field, Invited], None]


@pytest.mark.parametrize(
    ("do", "code", "reason", "eligible"),
    [
        (lambda field, one: field.answer(one), "1.1", "", "yes"),
        (lambda field, one: field.answer(one, until="k_werk"), "2.12", "", "yes"),
        (lambda field, one: field.tell(one, What.DECEASED), "4.90", "deceased", "no"),
        (lambda field, one: field.tell(one, What.REFUSED_HARD), "2.111", "refused_hard", "yes"),
        (lambda field, one: None, "3.19", "", "unknown"),
    ],
)
def test_a_release_has_the_same_outcomes(
    field: Field, tmp_path: Path, do: Do, code: str, reason: str, eligible: str
) -> None:
    invited = field.invite()
    do(field, invited)
    row = row_of(export_release(field.ctx, [WAVE], tmp_path / "release"), invited)
    assert (row["disposition"], row["disposition_reason"]) == (code, reason)
    assert row["eligible"] == eligible
    assert field.code(invited) == " ".join(filter(None, (code, reason)))


def test_status_of_a_case_without_events_is_a_refusal_from_the_start(field: Field) -> None:
    invited = field.invite()
    with field.ctx.databases.research.write() as connection:
        set_case_status(connection, invited.case_id, CaseStatus.REFUSED)
    assert field.code(invited) == "2.111"


def test_nothing_known_at_a_moment_changes_by_what_comes_later(field: Field) -> None:
    one, two = field.invite(), field.invite()
    field.go_to(1)
    field.answer(one, until="k_uren")
    then: datetime = field.clock.now()
    before = {invited.case_id: field.code(invited, then) for invited in (one, two)}
    field.go_to(3)
    field.answer(one)
    field.tell(two, What.MOVED_ABROAD)
    third = field.invite()
    assert {invited.case_id: field.code(invited, then) for invited in (one, two)} == before
    assert field.code(third, then) is None
