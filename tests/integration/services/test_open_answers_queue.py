"""Which answers wait for staff: current ones, on the route, of interviews that count."""

import pytest

from app.panel.states import CaseStatus
from app.services.open_ended.open_answers import (
    NoSuchWorkError,
    agreement,
    count_answers,
    read_desk,
)
from tests.builders import WAVE, invite
from tests.integration.services.conftest import ANALYST, RESEARCHER, OpenAnswerDesk


def test_words_of_partial_and_complete_interviews_wait(desk: OpenAnswerDesk) -> None:
    partial = desk.write("meer les")
    complete = desk.write("minder regels", ended=CaseStatus.COMPLETE)
    desk.write("nee dank u", ended=CaseStatus.REFUSED)
    desk.write(None)
    desk.write("skip")
    invite(desk.ctx)

    assert {one.case_id for one in desk.queue()} == {partial, complete}


def test_the_word_for_a_missing_answer_typed_by_a_person_is_an_answer(
    small_desk: OpenAnswerDesk,
) -> None:
    small_desk.write("\\skip")
    assert [one.words for one in small_desk.queue()] == ["skip"]


def test_words_of_other_namely_wait_as_long_as_that_option_is_chosen(
    small_desk: OpenAnswerDesk,
) -> None:
    words = {"k_werk": "anders", "k_werk_other": "op zee"}
    case = small_desk.write(None, more=words)
    assert [(one.key.variable, one.words) for one in small_desk.queue()] == [
        ("k_werk_other", "op zee")
    ]

    small_desk.write(None, case=case, more={"k_werk": "nee"})

    assert small_desk.queue() == []


def test_contact_details_never_come_here(small_desk: OpenAnswerDesk) -> None:
    small_desk.write("meer les", more={"p_mag": "ja", "p_adres": "jan@voorbeeld.nl"})
    assert {one.key.variable for one in small_desk.queue()} == {"k_wens"}


def test_work_on_words_that_the_respondent_changed_is_void_and_said_to_be(
    desk: OpenAnswerDesk,
) -> None:
    case = desk.write("meer les")
    desk.redact("original")
    desk.code("les")
    assert desk.state_of(case) == "coded"

    desk.write("meer geld", case=case)

    assert desk.state_of(case) == "waiting"
    assert count_answers(desk.ctx, [WAVE]) == {
        (WAVE, "k_wens", "nl", "waiting"): 1,
        (WAVE, "k_wens", "-", "void"): 1,
    }


def test_work_on_an_answer_that_left_the_route_is_void(desk: OpenAnswerDesk) -> None:
    case = desk.write("meer les")
    desk.redact("original")

    desk.write(None, case=case, more={"c_mee": "nee"}, ended=CaseStatus.REFUSED)

    assert count_answers(desk.ctx, [WAVE]) == {(WAVE, "k_wens", "-", "void"): 1}


def test_answers_are_counted_by_language_and_state(desk: OpenAnswerDesk) -> None:
    desk.write("ይሓይሽ", language="nl")
    desk.redact("original", language="ti")
    desk.write("meer les")

    assert count_answers(desk.ctx, [WAVE]) == {
        (WAVE, "k_wens", "ti", "redacted"): 1,
        (WAVE, "k_wens", "nl", "waiting"): 1,
    }


def test_a_wave_that_was_never_fielded_is_refused(small_desk: OpenAnswerDesk) -> None:
    with pytest.raises(NoSuchWorkError, match="2031"):
        count_answers(small_desk.ctx, [2031])


def test_agreement_compares_the_first_two_coders_of_each_answer(desk: OpenAnswerDesk) -> None:
    for words in ("les een", "les twee", "geld"):
        desk.write(words)
    desk.redact("original")
    desk.code("les", RESEARCHER)
    rows = desk.rows("code", ANALYST, second=True)
    desk.take(
        [{**row, "codes": "geld" if row["text"] == "geld" else "les"} for row in rows], ANALYST
    )

    found = agreement(desk.ctx, read_desk(desk.ctx), [WAVE])["k_wens"]

    assert (found[""].n, round(found[""].agreed, 2)) == (3, 0.67)
    assert found["anders"].agreed == 1
