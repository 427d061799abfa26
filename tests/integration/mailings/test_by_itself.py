"""What happens by itself on its date: waves open and close, messages become due."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from app.messages.channels import Channel
from app.messages.statuses import MessageStatus, Reach
from app.panel.states import CaseStatus, WaveStatus
from app.services.context import STUDY_ZONE
from app.services.fieldwork import waves
from app.services.fieldwork.fieldwork_ticks import tick
from app.services.messaging import mailings
from app.storage.contacts.people import put_fields
from tests.integration.mailings.field import CLOSES, OPENS, Desk, prepare, with_wave

ALL = (
    "letter_1",
    "email_1",
    "letter_2",
    "sms_1",
    "email_begun",
    "sms_begun",
    "email_2",
    "letter_3",
    "email_thanks",
)
END = date(2024, 4, 20)


def status(desk: Desk) -> WaveStatus:
    wave = waves.find_wave(desk.ctx, desk.year)
    assert wave is not None
    return wave.status


def test_wave_opens_and_closes_at_midnight_where_its_people_live(desk: Desk) -> None:
    desk.draw(3)
    desk.rehearsed()
    seen = []
    for day, hour, minute in (
        (OPENS - timedelta(days=1), 23, 59),
        (OPENS, 0, 0),
        (CLOSES, 23, 59),
        (CLOSES + timedelta(days=1), 0, 0),
    ):
        desk.go_to(day, hour, minute)
        desk.tick()
        seen.append(status(desk))

    assert seen == [WaveStatus.REHEARSED, WaveStatus.OPEN, WaveStatus.OPEN, WaveStatus.CLOSED]


@pytest.mark.parametrize("before", [WaveStatus.DRAFT, WaveStatus.CHECKED])
def test_wave_that_nobody_rehearsed_does_not_open_by_itself(desk: Desk, before: WaveStatus) -> None:
    desk.draw(3)
    if before is WaveStatus.CHECKED:
        desk.move(before)
    desk.go_to(OPENS)

    assert desk.tick().opened == []
    assert status(desk) is before


def test_paused_wave_stays_paused_and_closes_on_its_last_day(desk: Desk) -> None:
    desk.draw(3)
    desk.rehearsed()
    desk.go_to(OPENS)
    desk.tick()
    desk.move(WaveStatus.PAUSED)
    desk.go_to(OPENS + timedelta(days=2))
    desk.tick()
    assert status(desk) is WaveStatus.PAUSED

    desk.go_to(CLOSES + timedelta(days=1))

    assert desk.tick().closed == [2024]


def test_wave_opened_again_after_its_last_day_is_not_closed_by_the_calendar(desk: Desk) -> None:
    desk.draw(3)
    desk.rehearsed()
    desk.go_to(OPENS)
    desk.tick()
    desk.go_to(CLOSES + timedelta(days=2))
    desk.tick()
    desk.move(WaveStatus.OPEN)

    assert desk.tick().closed == []
    assert status(desk) is WaveStatus.OPEN


def test_nobody_gets_a_step_twice_however_often_workers_look(desk: Desk) -> None:
    desk.draw(12)
    desk.rehearsed()
    desk.let_go(*ALL)

    for _ in range(70):
        desk.days(1, hour=10)
        desk.tick()

    counts = Counter((one.case_id, one.step, one.channel) for one in desk.messages())
    assert set(counts.values()) == {1}
    assert {step for _, step, _ in counts} == {
        "letter_1",
        "email_1",
        "letter_2",
        "sms_1",
        "email_2",
        "letter_3",
    }


def test_three_workers_at_the_same_moment_make_each_message_once(desk: Desk) -> None:
    desk.draw(60)
    desk.rehearsed()
    desk.let_go("letter_1", "email_1")
    desk.go_to(OPENS + timedelta(days=5))
    faults: list[Exception] = []
    together = threading.Barrier(3)

    def work(skew: int) -> None:
        try:
            together.wait()
            tick(desk.ctx, moment=lambda _: desk.clock.now() + timedelta(seconds=skew))
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=work, args=(one,)) for one in (0, 1, 2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert faults == []
    counts = Counter((one.case_id, one.step) for one in desk.messages("letter_1"))
    assert len(counts) == 60
    assert set(counts.values()) == {1}


def test_messages_are_due_at_nine_on_working_days_and_spread(desk: Desk) -> None:
    desk.draw(100)
    desk.rehearsed()
    desk.let_go(*ALL)
    desk.days(90)

    for step in ("letter_1", "email_1", "letter_2", "sms_1"):
        due = [one.not_before.astimezone(STUDY_ZONE) for one in desk.messages(step)]
        assert len(due) == 100
        assert {one.time() for one in due} == {time(9)}
        assert all(one.weekday() < 5 for one in due)
        assert max(Counter(one.date() for one in due).values()) <= 10


@pytest.mark.parametrize("opens", [date(2026, 3, 23), date(2026, 10, 19)])
def test_nine_in_the_morning_stays_nine_over_the_night_that_clocks_are_moved(
    database_urls: tuple[str, str], tmp_path: Path, opens: date
) -> None:
    at = datetime.combine(opens - timedelta(days=10), time(12), UTC)
    desk = prepare(database_urls, tmp_path, opens=opens, closes=opens + timedelta(days=80), at=at)
    desk.draw(20)
    desk.rehearsed()
    desk.let_go("letter_1", "email_1")
    desk.days(40)

    due = [one.not_before for one in desk.messages()]

    assert len(due) == 40
    assert {one.astimezone(STUDY_ZONE).time() for one in due} == {time(9)}
    assert len({one.hour for one in due}) == 2
    desk.ctx.databases.close()


def test_reminder_goes_to_who_is_still_open_when_its_moment_comes(desk: Desk) -> None:
    cases = desk.draw(30)
    desk.rehearsed()
    desk.let_go("letter_1", "email_1")
    desk.go_to(OPENS)
    desk.tick()
    for case_id in cases[:10]:
        desk.answer(case_id, CaseStatus.COMPLETE)
    for case_id in cases[10:15]:
        desk.answer(case_id, CaseStatus.REFUSED)
    desk.refuse(cases[15])
    desk.lose(cases[16], Channel.EMAIL, Reach.OPTED_OUT)

    desk.days(30)

    assert {one.case_id for one in desk.messages("email_1")} == set(cases[17:])


def test_step_let_go_late_begins_on_the_day_it_was_let_go(desk: Desk) -> None:
    desk.draw(30)
    desk.rehearsed()
    desk.go_to(OPENS + timedelta(days=23))  # a Wednesday; the step was for day 5
    desk.tick()
    desk.let_go("email_1")
    desk.days(30)

    days = {one.not_before.astimezone(STUDY_ZONE).date() for one in desk.messages("email_1")}

    assert len(desk.messages("email_1")) == 30
    assert min(days) >= OPENS + timedelta(days=23)


def test_who_began_is_told_that_answers_are_kept_but_not_on_the_same_day(desk: Desk) -> None:
    desk.edit("plan.yaml", "a_day: 0.1", "a_day: 1")
    (case_id,) = desk.draw(1)
    desk.rehearsed()
    desk.let_go("email_begun")
    desk.go_to(OPENS + timedelta(days=27))
    desk.answer(case_id, CaseStatus.PARTIAL)

    desk.tick()
    at_once = desk.messages("email_begun")
    desk.days(1, hour=13)

    assert at_once == []
    assert [one.text for one in desk.messages("email_begun")] == ["begun"]


def test_thanks_come_a_day_after_the_last_answer_to_who_completed_only(desk: Desk) -> None:
    cases = desk.draw(4)
    desk.rehearsed()
    desk.let_go("email_thanks")
    desk.go_to(OPENS, 15)
    desk.tick()
    desk.answer(cases[0], CaseStatus.COMPLETE)
    desk.answer(cases[1], CaseStatus.PARTIAL)
    desk.answer(cases[2], CaseStatus.SCREENED_OUT)

    desk.tick()
    same_day = desk.messages("email_thanks")
    desk.days(1, hour=10)

    assert same_day == []
    (message,) = desk.messages("email_thanks")
    assert message.case_id == cases[0]
    assert message.not_before.astimezone(STUDY_ZONE).date() == OPENS + timedelta(days=1)


def test_adaptive_reminder_goes_to_the_languages_that_answer_little(desk: Desk) -> None:
    dutch, english = desk.draw(10), desk.draw(10, language="en")
    desk.rehearsed()
    desk.let_go("email_2")
    desk.go_to(OPENS)
    desk.tick()
    for case_id in [*dutch[:4], *english[:2]]:
        desk.answer(case_id, CaseStatus.COMPLETE)

    desk.days(60)

    assert desk.made("email_2") == Counter(en=8)


def test_step_for_some_groups_goes_to_nobody_else(desk: Desk) -> None:
    desk.edit("plan.yaml", "day: 5, to: [open]", "day: 5, to: [open], only: {fr_group: [gezin]}")
    desk.draw(3)
    family = desk.draw(2, frame={"fr_group": "gezin"})
    desk.rehearsed()
    desk.let_go("email_1")

    desk.days(40)

    assert {one.case_id for one in desk.messages()} == set(family)


def test_wave_that_closes_cancels_what_is_due_and_forgets_the_codes_it_kept(desk: Desk) -> None:
    desk.draw(10)
    desk.rehearsed()
    desk.let_go("letter_1")
    desk.go_to(OPENS)
    desk.tick()

    desk.move(WaveStatus.CLOSED)

    assert desk.statuses("letter_1") == {MessageStatus.CANCELLED: 10}
    assert {one.reason for one in desk.messages()} == {"wave_closed"}
    with desk.ctx.databases.contacts.read() as connection:
        left = connection.execute(
            text("SELECT count(*) FROM contact_field WHERE field LIKE 'code:%'")
        ).scalar_one()
    assert left == 0


def test_paused_wave_makes_nothing_and_catches_up_when_it_goes_on(desk: Desk) -> None:
    desk.draw(10)
    desk.rehearsed()
    desk.let_go("email_1")
    desk.go_to(OPENS)
    desk.tick()
    desk.move(WaveStatus.PAUSED)
    desk.days(9)
    paused = len(desk.messages("email_1"))
    desk.move(WaveStatus.OPEN)
    desk.days(20)

    assert paused == 0
    assert len(desk.messages("email_1")) == 10


def test_who_took_part_before_gets_the_words_for_them(desk: Desk) -> None:
    earlier = with_wave(desk, 2023, date(2023, 1, 16), date(2023, 4, 20))
    before = earlier.draw(3)
    people = [desk.person_of(one) for one in before]
    earlier.answer(before[0], CaseStatus.COMPLETE)
    earlier.answer(before[1], CaseStatus.PARTIAL)
    cases = desk.draw(3, people=people)
    _keep_codes(desk, cases)
    desk.rehearsed()
    desk.let_go("letter_1")
    desk.tick()

    texts = {one.case_id: one.text for one in desk.messages("letter_1")}

    assert [texts[one] for one in cases] == ["again", "again", "invitation"]


def test_words_that_nobody_rehearsed_are_not_sent(desk: Desk) -> None:
    desk.draw(10)
    desk.rehearsed()
    desk.let_go("letter_1")
    desk.edit("letter.yaml", "Het duurt ongeveer", "Het duurt zo'n")

    held = desk.tick()
    desk.rehearse(override="read again")
    gone = desk.tick()

    assert (held.unrehearsed, held.made) == ([2024], {})
    assert gone.made == {(2024, "letter_1"): 10}


def test_who_missed_a_step_is_counted_and_gets_it_when_it_is_asked_for_again(desk: Desk) -> None:
    desk.draw(10)
    desk.rehearsed()
    desk.let_go("email_1")
    desk.go_to(OPENS)
    desk.tick()
    desk.go_to(OPENS + timedelta(days=35))

    ticked = desk.tick()
    mailings.stop(desk.ctx, desk.year, "email_1", desk.member("f@onderzoek.nl"), why="late")
    desk.let_go("email_1")
    desk.days(20)

    assert ticked.missed == {(2024, "email_1"): 10}
    assert len(desk.messages("email_1")) == 10


def test_people_drawn_later_begin_later_and_get_the_same_steps(desk: Desk) -> None:
    desk.draw(10)
    desk.rehearsed()
    desk.let_go("letter_1", "email_1")
    desk.days(45)
    drawn_on = desk.clock.now().astimezone(STUDY_ZONE).date()
    before = (len(desk.messages("letter_1")), len(desk.messages("email_1")))
    late = desk.draw(10)
    desk.days(30)

    assert before == (10, 10)
    for step, day in (("letter_1", 0), ("email_1", 5)):
        days = {
            one.case_id: one.not_before.astimezone(STUDY_ZONE).date() for one in desk.messages(step)
        }
        assert len(days) == 20
        assert all(days[one] >= drawn_on + timedelta(days=day) for one in late)


def test_letters_of_the_first_day_are_made_when_let_go_and_reminders_days_before(
    desk: Desk,
) -> None:
    desk.draw(20)
    desk.rehearsed()
    desk.let_go("letter_1", "letter_2")

    desk.tick()
    long_before = (len(desk.messages("letter_1")), len(desk.messages("letter_2")))
    desk.go_to(OPENS + timedelta(days=10))
    desk.tick()

    assert long_before == (20, 0)
    assert len(desk.messages("letter_2")) == 20


def _keep_codes(desk: Desk, cases: list[UUID]) -> None:
    with desk.ctx.databases.contacts.write() as connection:
        for number, case_id in enumerate(cases):
            code = {f"code:{desk.year}": f"{number:014}"}
            put_fields(connection, desk.keys, desk.person_of(case_id), code, at=desk.clock.now())
