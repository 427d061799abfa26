"""A rehearsal counts exactly what is sent, and lists everything that stands in the way."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from sqlalchemy import text

from app.messages.channels import Channel
from app.messages.statuses import Reach
from app.panel.states import CaseStatus, WaveStatus
from app.questionnaire.document import Problem
from app.questionnaire.model import Place
from app.services.content.fielding import Override, publish_wave
from app.services.content.readiness import Finding, Ground
from app.services.content.study_calendar import WavePlan
from app.services.fieldwork.waves import StepRefusedError
from app.services.messaging import rehearsals
from app.services.messaging.rehearsal_counts import StepCount
from app.services.messaging.rehearsal_samples import Samples
from app.services.messaging.rehearsals import CannotRehearseError, Rehearsed
from app.storage.audit import verify_chain
from app.storage.mailings import latest_rehearsal
from tests.integration.mailings.field import CLOSES, OPENS, Desk


def step(done: Rehearsed, name: str) -> StepCount:
    return next(one for one in done.steps if one.step.id == name)


def grounds(done: Rehearsed) -> set[str]:
    return {str(one.ground) for one in done.blockers}


def test_every_step_is_counted_by_language_and_channel_with_what_keeps_people_out(
    desk: Desk,
) -> None:
    desk.draw(40)
    desk.draw(10, without=["email"])
    english = desk.draw(20, language="en", without=["phone"])
    desk.draw(3, without=["address"])
    desk.lose(english[0], Channel.EMAIL, Reach.OPTED_OUT)
    desk.lose(english[1], Channel.LETTER, Reach.UNDELIVERABLE)
    desk.refuse(english[2])

    done = desk.rehearse()

    letter, email, sms = (step(done, name) for name in ("letter_1", "email_1", "sms_1"))
    assert letter.at_most == Counter(nl=50, en=18)
    assert letter.without == Counter(no_address=3, undeliverable=1, refused=1)
    assert email.at_most == Counter(nl=43, en=18)
    assert email.without == Counter(no_address=10, opted_out=1, refused=1)
    assert sms.at_most == Counter(nl=53)
    assert sms.without == Counter(no_address=19, refused=1)
    assert letter.now == letter.at_most


def test_reminders_are_counted_at_most_and_as_of_now(desk: Desk) -> None:
    cases = desk.draw(10)
    desk.answer(cases[0], CaseStatus.PARTIAL)
    desk.answer(cases[1], CaseStatus.COMPLETE)
    desk.answer(cases[2], CaseStatus.REFUSED)

    done = desk.rehearse()

    assert (step(done, "letter_2").now["nl"], step(done, "letter_2").at_most["nl"]) == (7, 7)
    assert (step(done, "email_begun").now["nl"], step(done, "email_begun").at_most["nl"]) == (1, 8)
    thanks = step(done, "email_thanks")
    assert (thanks.now["nl"], thanks.at_most["nl"]) == (1, 9)
    assert thanks.without == Counter()


def test_what_was_counted_is_what_is_sent_when_nobody_answers(desk: Desk) -> None:
    desk.draw(45)
    desk.draw(30, language="en", without=["email"])
    done = desk.rehearsed()
    open_steps = [one for one in done.steps if "open" in one.step.to]
    desk.let_go(*(one.step.id for one in open_steps))

    desk.days((CLOSES - OPENS).days)

    for one in open_steps:
        assert desk.made(one.step.id) == one.at_most, one.step.id
        due = [message.not_before for message in desk.messages(one.step.id)]
        assert (min(due), max(due)) == (one.first_due, one.last_due), one.step.id


def test_cost_is_that_of_parts_by_language(desk: Desk) -> None:
    desk.edit("plan.yaml", 'letter: "1.05"', 'letter: "1.00"')
    desk.edit("sms.yaml", "You got our letter.", "Wy got our lettér ÿ.")
    desk.draw(10)
    desk.draw(5, language="en")

    done = desk.rehearse()

    sms = step(done, "sms_1")
    assert sms.parts == {"nl": 1, "en": 1}
    assert sms.cost == 15 * 800
    assert step(done, "letter_1").cost == 15 * 10_000


def test_rehearsal_without_anything_in_its_way_has_no_blockers(desk: Desk) -> None:
    desk.draw(20)

    assert desk.rehearse().blockers == []


def test_nobody_to_write_to_stands_in_the_way(desk: Desk) -> None:
    assert grounds(desk.rehearse()) == {"nobody to write to"}


def test_example_sender_stands_in_the_way_of_a_real_mailing(desk: Desk) -> None:
    desk.draw(2)
    desk.edit("sender.yaml", "0800-1234", "0800-0000")
    desk.edit("sender.yaml", "vragen@onderzoek.nl", "vragen@perspectief.example")

    (blocker,) = desk.rehearse(override="never mind").blockers

    assert str(blocker) == "example sender: sender.yaml: still an example: phone, email"


def test_missing_words_of_a_language_stand_in_the_way_with_how_many_would_get_them(
    desk: Desk,
) -> None:
    desk.draw(2)
    desk.draw(3, language="ti")

    done = desk.rehearse()

    words = [str(one) for one in done.blockers]
    assert any(one.startswith("missing words: letter.yaml lacks ti for") for one in words), words
    assert "language: 3 people are to be written to in ti, in which the wave is not asked" in words


def test_people_without_code_stand_in_the_way_of_letters(desk: Desk) -> None:
    desk.draw(2)
    desk.draw(3, without=["code"])

    done = desk.rehearse()

    assert "no code: letter_1: 3 people have no code to print" in map(str, done.blockers)
    assert step(done, "email_1").at_most == Counter(nl=5)


def test_people_who_can_be_reached_by_no_channel_stand_in_the_way(desk: Desk) -> None:
    desk.draw(20)
    desk.draw(1, without=["address", "email", "phone"])

    done = desk.rehearse()

    words = "no way to reach: 1 of 21 people have no address, e-mail or phone number"
    assert [str(one) for one in done.blockers] == [words]


def test_step_that_reaches_less_than_nine_in_ten_stands_in_the_way(desk: Desk) -> None:
    desk.draw(88)
    desk.draw(12, without=["phone"])

    words = [str(one) for one in desk.rehearse().blockers]

    assert "few can be reached: sms_1: 12 of 100 (12%) cannot be reached by sms" in words


def test_step_that_goes_out_after_the_last_day_stands_in_the_way(desk: Desk) -> None:
    desk.draw(20)  # two a day: the last letter goes out on 8 March at the earliest
    with desk.ctx.databases.research.write() as connection:
        connection.execute(text("UPDATE wave SET closes_on = '2024-03-07'"))

    (blocker,) = desk.rehearse().blockers

    assert str(blocker).startswith("after the wave: letter_3 goes out until 2024-03-")
    assert str(blocker).endswith(", the wave closes on 2024-03-07")


def test_unsettled_messages_of_any_wave_stand_in_the_way(desk: Desk) -> None:
    desk.draw(5)
    desk.rehearsed()
    desk.let_go("letter_1")
    desk.tick()
    with desk.ctx.databases.research.write() as connection:
        connection.execute(text("UPDATE message SET status = 'unknown' WHERE text = 'invitation'"))

    (blocker,) = desk.rehearse(override="never mind").blockers

    assert "of 5 messages nobody knows whether they went out" in str(blocker)


def test_version_that_did_not_pass_the_gate_stands_in_the_way_until_somebody_lets_it(
    desk: Desk,
) -> None:
    desk.draw(5)
    finding = Finding(Ground.REVIEW, Problem(Place("study.yaml", 1), "nobody reviewed it"))
    override = Override("r@onderzoek.nl", desk.clock.now(), "in a hurry", (finding,))
    bank = replace(desk.bank, title={**desk.bank.title, "nl": "Een ander onderzoek"})
    plan = WavePlan(desk.year, bank.languages, OPENS, CLOSES, ())
    publish_wave(desk.ctx, bank, plan, by="r@onderzoek.nl", override=override)

    refused, let = desk.rehearse(), desk.rehearse(override="known")

    assert [str(one) for one in refused.blockers] == [
        "published by override: version 2 of wave 2024 did not pass the gate"
    ]
    assert let.blockers == []


def test_override_lets_pass_what_may_be_and_is_on_record(desk: Desk) -> None:
    desk.draw(8)
    desk.draw(2, without=["phone"])
    refused = desk.rehearse()

    done = desk.rehearse(override="  letters reach them")

    assert grounds(refused) == {"few can be reached"}
    assert done.blockers == []
    assert {str(one.ground) for one in done.overridden} == {"few can be reached"}
    with desk.ctx.databases.research.read() as connection:
        detail = (
            connection.execute(text("SELECT detail FROM audit_event ORDER BY seq DESC"))
            .scalars()
            .first()
        )
        assert "letters reach them" in str(detail)
    with desk.ctx.databases.research.snapshot() as connection:
        assert verify_chain(connection) is None


def test_wave_is_called_rehearsed_only_after_a_rehearsal_that_nothing_stood_in_the_way_of(
    desk: Desk,
) -> None:
    desk.draw(8)
    desk.draw(2, without=["phone"])
    desk.move(WaveStatus.CHECKED)

    for to in (WaveStatus.REHEARSED, WaveStatus.OPEN):
        with pytest.raises(StepRefusedError, match="never rehearsed"):
            desk.move(to)
    desk.rehearse()
    for to in (WaveStatus.REHEARSED, WaveStatus.OPEN):
        with pytest.raises(StepRefusedError, match="blockers, first: few can be reached"):
            desk.move(to)
    desk.rehearse(override="letters reach them")
    desk.move(WaveStatus.REHEARSED, WaveStatus.OPEN)


CHANGES = {
    "plan": lambda desk: desk.edit("plan.yaml", "day: 14", "day: 15"),
    "words": lambda desk: desk.edit("letter.yaml", "Het duurt ongeveer", "Het duurt zo'n"),
    "sender": lambda desk: desk.edit("sender.yaml", "0800-1234", "0800-4321"),
    "somebody more": lambda desk: desk.draw(1),
    "dates": lambda desk: _sql(desk, "UPDATE wave SET closes_on = '2024-04-16'"),
    "language of a case": lambda desk: _sql(desk, "UPDATE survey_case SET language = 'en'"),
}
"""What makes another mailing of it."""


@pytest.mark.parametrize("change", CHANGES)
def test_rehearsal_is_void_when_what_would_be_sent_changed(desk: Desk, change: str) -> None:
    desk.draw(3)
    desk.rehearse()
    desk.move(WaveStatus.CHECKED)

    CHANGES[change](desk)

    with pytest.raises(StepRefusedError, match="something changed since the last rehearsal"):
        desk.move(WaveStatus.REHEARSED)


def test_rehearsal_holds_while_answers_and_refusals_come_in(desk: Desk) -> None:
    cases = desk.draw(5)
    desk.rehearse()
    desk.move(WaveStatus.CHECKED)

    desk.answer(cases[0], CaseStatus.COMPLETE)
    desk.refuse(cases[1])
    desk.lose(cases[2], Channel.EMAIL, Reach.UNDELIVERABLE)

    desk.move(WaveStatus.REHEARSED)


def test_cap_that_keeps_a_step_from_somebody_is_told(desk: Desk) -> None:
    desk.draw(2)

    notes = desk.rehearse().notes

    assert any(one.startswith("email_begun: who is partial") for one in notes), notes


def test_wave_that_does_not_exist_or_is_over_is_not_rehearsed(desk: Desk) -> None:
    with pytest.raises(CannotRehearseError, match="there is no wave 2031"):
        rehearsals.rehearse(desk.ctx, 2031, by="f", samples=Samples())
    desk.draw(1)
    desk.rehearsed()
    desk.move(WaveStatus.OPEN, WaveStatus.CLOSED)
    with pytest.raises(CannotRehearseError, match="is closed"):
        desk.rehearse()


def _sql(desk: Desk, statement: str) -> None:
    with desk.ctx.databases.research.write() as connection:
        connection.execute(text(statement))


def test_of_two_rehearsals_at_the_same_moment_the_last_counts_wherever_it_is_asked_for(
    desk: Desk,
) -> None:
    """Made-up days are whole: rehearsed with a fault, mended, rehearsed again."""
    desk.draw(3, without=["address"])
    wave = desk.year

    for override in (None, "a test", None, "a test", None):
        rehearsals.rehearse(
            desk.ctx, wave, by="f@onderzoek.nl", samples=Samples(), override=override
        )
        with desk.ctx.databases.research.read() as connection:
            last = latest_rehearsal(connection, wave)
        assert last is not None
        assert bool(last.blockers) is (override is None)

    desk.move(WaveStatus.CHECKED)
    with pytest.raises(StepRefusedError, match="blockers"):
        desk.move(WaveStatus.REHEARSED)


def test_wave_of_invented_people_is_not_called_rehearsed_when_its_rehearsal_found_a_blocker(
    desk: Desk,
) -> None:
    desk.draw(3, without=["address"])
    invented = replace(
        desk, ctx=replace(desk.ctx, settings=replace(desk.ctx.settings, synthetic=True))
    )
    invented.move(WaveStatus.CHECKED)
    assert invented.rehearse().blockers

    with pytest.raises(StepRefusedError, match="blockers"):
        invented.move(WaveStatus.REHEARSED)

    assert invented.rehearse(override="a test").blockers == []
    invented.move(WaveStatus.REHEARSED)
