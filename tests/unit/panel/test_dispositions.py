"""What became of a case, on every day of its life, by AAPOR's codes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.panel.case_history import CaseHistory, Ending, InterviewFacts, PersonFact, Sent, Settled
from app.panel.dispositions import Disposition, disposition_at
from app.panel.states import CaseStatus, Eligibility, Entry

OPENS = datetime(2025, 1, 13, 8, 0, tzinfo=UTC)
CLOSES = OPENS + timedelta(days=60)


def day(number: float) -> datetime:
    return OPENS + timedelta(days=number)


def case(**more: Any) -> CaseHistory:
    """A case that was sent a letter when the wave opened, and nothing else."""
    given: dict[str, Any] = {
        "case_id": UUID(int=1),
        "person_id": UUID(int=2),
        "wave": 2025,
        "entry": Entry.PERSONAL,
        "created_at": day(-14),
        "language": "nl",
        "opened_at": OPENS,
        "closed_at": CLOSES,
        "sent": (Sent("letter", OPENS),),
    }
    return CaseHistory(**(given | more))


def interview(**more: Any) -> InterviewFacts:
    given: dict[str, Any] = {"started_at": day(5), "first_answer_at": day(5.01)}
    return InterviewFacts(**(given | more))


def fact(kind: str, at: datetime, **more: Any) -> PersonFact:
    return PersonFact(kind, at, **({"wave": 2025} | more))


def code(history: CaseHistory, at: datetime = CLOSES) -> str:
    told = disposition_at(history, at)
    assert told is not None
    return told.code if told.reason is None else f"{told.code} {told.reason}"


def test_a_case_is_told_anew_on_every_day() -> None:
    whole = case(
        interview=interview(half_at=day(7), endings=(Ending(CaseStatus.COMPLETE, day(9)),))
    )
    story = {
        -15: None,
        -1: "3.11",  # drawn, nothing sent yet
        1: "3.19",  # a letter is out
        5: "2.1121",  # logged on, nothing answered
        6: "2.12",  # stopped before the half
        8: "1.2",  # past the half
        9: "1.1",
    }
    for number, expected in story.items():
        told = disposition_at(whole, day(number))
        assert (told and told.code) == expected, number


def test_a_refusal_in_the_questionnaire_that_is_taken_back_was_one_until_then() -> None:
    changed = case(
        interview=interview(
            half_at=day(12),
            endings=(
                Ending(CaseStatus.REFUSED, day(6), taken_back_at=day(11)),
                Ending(CaseStatus.COMPLETE, day(13)),
            ),
        )
    )
    assert code(changed, day(7)) == "2.111 in_questionnaire"
    assert code(changed, day(11)) == "2.12"
    assert code(changed, day(13)) == "1.1"


def test_who_turns_out_not_to_belong_is_screened_out() -> None:
    ended = interview(endings=(Ending(CaseStatus.SCREENED_OUT, day(6)),))
    assert code(case(interview=ended)) == "4.10"


@pytest.mark.parametrize("state", ["deceased", "moved_abroad", "dispensed", "exempt"])
def test_death_emigration_dispensation_and_exemption_are_told_apart(state: str) -> None:
    gone = case(facts=(fact("status", day(20), to=state),))
    assert code(gone, day(19)) == "3.19"
    assert code(gone) == f"4.90 {state}"


def test_who_leaves_after_the_wave_has_closed_belonged_to_it() -> None:
    afterwards = case(facts=(fact("status", day(70), to="deceased", wave=None),))
    assert code(afterwards, day(100)) == "3.19"
    # Told late, and said to be of this wave: a letter that came back with the word.
    late = case(facts=(fact("status", day(70), to="deceased"),))
    assert code(late, day(69)) == "3.19"
    assert code(late, day(100)) == "4.90 deceased"


def test_who_answered_and_died_afterwards_answered() -> None:
    died = fact("status", day(20), to="deceased")
    assert code(case(interview=interview(), facts=(died,))) == "2.12"
    whole = interview(endings=(Ending(CaseStatus.COMPLETE, day(6)),))
    assert code(case(interview=whole, facts=(died,))) == "1.1"


def test_who_said_no_in_the_questionnaire_and_died_had_left_like_who_said_no_by_telephone() -> None:
    died = fact("status", day(20), to="deceased")
    said_no = interview(endings=(Ending(CaseStatus.REFUSED, day(6)),))
    assert code(case(interview=said_no, facts=(died,)), day(19)) == "2.111 in_questionnaire"
    assert code(case(interview=said_no, facts=(died,))) == "4.90 deceased"
    by_telephone = fact("refused_hard", day(6))
    assert code(case(facts=(by_telephone, died))) == "4.90 deceased"


def test_a_death_that_was_a_mistake_is_forgotten() -> None:
    back = (fact("status", day(20), to="deceased"), fact("status", day(25), to="active"))
    assert code(case(facts=back), day(22)) == "4.90 deceased"
    assert code(case(facts=back)) == "3.19"


def test_who_finished_integrating_still_belongs_to_the_wave() -> None:
    assert code(case(facts=(fact("status", day(3), to="finished"),))) == "3.19"


def test_refusing_for_now_and_for_ever_are_told_apart() -> None:
    soft, hard = fact("refused_soft", day(10)), fact("refused_hard", day(20))
    assert code(case(facts=(soft,))) == "2.111 refused_soft"
    assert code(case(facts=(soft, hard)), day(15)) == "2.111 refused_soft"
    assert code(case(facts=(soft, hard))) == "2.111 refused_hard"


def test_not_now_of_an_earlier_wave_is_no_refusal_in_this_one_and_never_again_is() -> None:
    before = day(-300)
    assert code(case(facts=(fact("refused_soft", before, wave=2024),))) == "3.19"
    assert code(case(facts=(fact("refused_hard", before, wave=2024),))) == "2.111 refused_hard"


def test_saying_yes_again_takes_a_refusal_back() -> None:
    changed = (fact("refused_hard", day(10)), fact("opted_in", day(12)))
    assert code(case(facts=changed), day(11)) == "2.111 refused_hard"
    assert code(case(facts=changed)) == "3.19"


@pytest.mark.parametrize("refusal", ["refused_soft", "refused_hard"])
def test_refusal_that_was_a_mistake_counts_until_it_is_undone(refusal: str) -> None:
    undone = (fact(refusal, day(10)), fact("refusal_undone", day(12)))
    assert code(case(facts=undone), day(11)) == f"2.111 {refusal}"
    assert code(case(facts=undone)) == "3.19"
    assert code(case(facts=(*undone, fact(refusal, day(13))))) == f"2.111 {refusal}"


def test_only_who_opted_out_of_every_channel_refuses() -> None:
    outs = tuple(
        fact("opted_out", day(10 + at), channel=name)
        for at, name in enumerate(("email", "sms", "letter"))
    )
    assert code(case(facts=outs[:2])) == "3.19"
    assert code(case(facts=outs)) == "2.111 opted_out"
    assert code(case(facts=(*outs, fact("opted_in", day(20), channel="sms")))) == "3.19"


def test_who_withdraws_refuses_and_who_paused_was_not_available() -> None:
    assert code(case(facts=(fact("status", day(4), to="withdrawn"),))) == "2.111 withdrawn"
    assert code(case(facts=(fact("status", day(4), to="paused"),))) == "2.26 paused"


def test_a_letter_that_came_back_is_undelivered_until_something_arrives_elsewhere() -> None:
    back = fact("letter_returned", day(8))
    assert code(case(facts=(back,)), day(7)) == "3.19"
    assert code(case(facts=(back,))) == "3.30"
    mail = Sent("email", day(10))
    assert code(case(facts=(back,), sent=(Sent("letter", OPENS), mail))) == "3.19"
    bounced = Sent("email", day(10), returned_at=day(10.1))
    assert code(case(facts=(back,), sent=(Sent("letter", OPENS), bounced))) == "3.30"


def test_a_number_that_nobody_has_is_undelivered() -> None:
    told = (fact("number_unknown", day(2)),)
    assert code(case(facts=told, sent=(Sent("sms", day(1)),))) == "3.30"


def test_a_new_address_after_a_returned_letter_is_told_and_a_new_letter_starts_again() -> None:
    told = (fact("letter_returned", day(8)), fact("address_changed", day(9)))
    assert code(case(facts=told)) == "3.40"
    again = (Sent("letter", OPENS), Sent("letter", day(12)))
    assert code(case(facts=told, sent=again)) == "3.19"


def test_who_cannot_be_found_after_returned_post_is_untraceable() -> None:
    told = (
        fact("letter_returned", day(8)),
        fact("tracing_begun", day(9)),
        fact("untraceable", day(30)),
    )
    assert code(case(facts=told), day(10)) == "3.30"
    assert code(case(facts=told)) == "3.30 untraceable"


def test_post_that_comes_back_late_is_still_about_its_wave() -> None:
    late = case(facts=(fact("letter_returned", day(65)),))
    assert code(late, CLOSES) == "3.19"
    assert code(late, day(66)) == "3.30"
    of_another = case(facts=(fact("letter_returned", day(65), wave=2027),))
    assert code(of_another, day(66)) == "3.19"


def test_without_a_record_of_messages_everybody_was_invited_as_the_wave_opened() -> None:
    unknown = case(sent=(), invitations_kept=False)
    assert code(unknown, day(-1)) == "3.11"
    assert code(unknown) == "3.19"
    assert code(case(sent=())) == "3.11"


def test_what_staff_found_out_counts_until_the_person_answers() -> None:
    barrier = Settled("2.33", day(10))
    assert code(case(settled=(barrier,)), day(9)) == "3.19"
    assert code(case(settled=(barrier,))) == "2.33"
    answered = interview(started_at=day(20), first_answer_at=day(20), half_at=day(20))
    assert code(case(settled=(barrier,), interview=answered)) == "1.2"


def test_a_code_knows_whether_the_person_is_eligible() -> None:
    assert Disposition("2.12").eligible is Eligibility.YES
    assert Disposition("3.19").eligible is Eligibility.UNKNOWN
    assert Disposition("4.90", "deceased").eligible is Eligibility.NO
