"""What a page turn writes, and what it finds again."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.panel.states import CaseStatus, Mode, WaveStatus
from app.storage.cases import load_case
from app.storage.codes import NewCode, add_codes, revoke_codes
from app.storage.interviews import (
    CurrentAnswer,
    InterviewEndedError,
    PastOperation,
    StaleRevisionError,
    find_operation,
    load_current,
    load_interview,
    lock_interview,
    reopen_interview,
    save_pages,
)
from app.storage.openings import find_interview, open_interview, set_language
from app.storage.preloads import Preload, PreloadVersion, add_preloads, add_version
from app.storage.types import new_id
from app.storage.unit_of_work import Database
from tests.integration.storage.builders import (
    NOON,
    VERSION,
    begin_interview,
    draw_case,
    field_wave,
    page,
)


@pytest.fixture
def case(research: Database):
    with research.write() as connection:
        field_wave(connection)
        return draw_case(connection)


@pytest.fixture
def interview(research: Database, case):
    with research.write() as connection:
        return begin_interview(connection, case)


def save(research: Database, interview, *pages, ended_as=None) -> int:
    with research.write() as connection:
        state = lock_interview(connection, interview)
        return save_pages(connection, state, pages, ended_as=ended_as)


def rows(research: Database, query: str) -> list[tuple]:
    with research.read() as connection:
        return [tuple(row) for row in connection.execute(text(query))]


def test_page_when_saved_is_found_as_event_current_answer_and_operation(research, interview):
    revision = save(
        research, interview, page({"w_werk": "ja", "w_uren": "24"}, op_id="op-7", location="/q/n")
    )

    with research.read() as connection:
        state = load_interview(connection, interview)
        current = load_current(connection, interview)
        operation = find_operation(connection, interview, "op-7")
    assert revision == 1
    assert sorted(current) == [
        CurrentAnswer("w_uren", "24", 1, "op-7"),
        CurrentAnswer("w_werk", "ja", 1, "op-7"),
    ]
    assert operation == PastOperation("d" * 64, "w_werk", "/q/n", 1)
    assert (state.revision, state.status, state.last_saved_at) == (1, CaseStatus.PARTIAL, NOON)
    events = rows(
        research, "SELECT variable, value, language, mode, version_id, op_id FROM answer_event"
    )
    assert sorted(events) == [
        ("w_uren", "24", "nl", "web", VERSION, "op-7"),
        ("w_werk", "ja", "nl", "web", VERSION, "op-7"),
    ]


def test_answer_when_changed_replaces_the_current_one_and_keeps_both_events(research, interview):
    save(research, interview, page({"w_werk": "ja"}, op_id="1"))
    save(research, interview, page({"w_werk": "nee"}, op_id="2"))

    with research.read() as connection:
        current = load_current(connection, interview)
    assert current == [CurrentAnswer("w_werk", "nee", 2, "2")]
    assert rows(research, "SELECT value, revision FROM answer_event ORDER BY id") == [
        ("ja", 1),
        ("nee", 2),
    ]


def test_pages_saved_together_leave_the_same_rows_as_pages_saved_one_by_one(research, case):
    # A synthetic respondent saves all pages in one go; the site saves them one at a time.
    pages = [
        page({"a": "1"}, op_id="1", language="nl"),
        page({"b": "x", "b_other": "iets"}, op_id="2", language="en"),
        page({"a": "2"}, op_id="3", saved_at=NOON + timedelta(minutes=3)),
        page({}, op_id="4", name="review"),
    ]
    with research.write() as connection:
        other = draw_case(connection)
        together, apart = begin_interview(connection, case), begin_interview(connection, other)

    save(research, together, *pages, ended_as=CaseStatus.COMPLETE)
    for one in pages[:-1]:
        save(research, apart, one)
    save(research, apart, pages[-1], ended_as=CaseStatus.COMPLETE)

    for table, columns in (
        ("answer_event", "variable, value, language, mode, op_id, revision, saved_at"),
        ("current_answer", "variable, value, revision, op_id, saved_at"),
        ("operation", "op_id, digest, page, location, revision, saved_at"),
    ):
        of = {
            interview: rows(
                research,
                f"SELECT {columns} FROM {table} WHERE replace(CAST(interview_id AS TEXT), '-', '')"
                f" = '{interview.hex}' ORDER BY revision, {columns}",
            )
            for interview in (together, apart)
        }
        assert of[together] == of[apart] != []
    with research.read() as connection:
        one, two = load_interview(connection, together), load_interview(connection, apart)
    for name in ("revision", "status", "language", "interview_month", "submitted_at", "ended_as"):
        assert getattr(one, name) == getattr(two, name), name


def test_save_from_a_state_that_is_not_the_latest_is_refused_and_writes_nothing(
    research, interview
):
    with research.read() as connection:
        stale = load_interview(connection, interview)
    save(research, interview, page({"w_werk": "ja"}, op_id="1"))

    with pytest.raises(StaleRevisionError), research.write() as connection:
        save_pages(connection, stale, [page({"w_werk": "nee"}, op_id="2")])

    with research.read() as connection:
        assert load_current(connection, interview) == [CurrentAnswer("w_werk", "ja", 1, "1")]
        assert find_operation(connection, interview, "2") is None


def test_operation_id_cannot_be_used_twice_in_an_interview(research, interview):
    save(research, interview, page({"w_werk": "ja"}, op_id="1"))

    with pytest.raises(IntegrityError):
        save(research, interview, page({"w_werk": "nee"}, op_id="1"))

    assert rows(research, "SELECT value FROM answer_event") == [("ja",)]


@pytest.mark.parametrize(
    "ending", [CaseStatus.COMPLETE, CaseStatus.REFUSED, CaseStatus.SCREENED_OUT]
)
def test_ending_is_kept_by_interview_and_case_and_lets_nothing_more_in(
    research, case, interview, ending
):
    save(research, interview, page({"c_meedoen": "ja"}, op_id="1"), ended_as=ending)

    with pytest.raises(InterviewEndedError):
        save(research, interview, page({"w_werk": "ja"}, op_id="2"))
    with research.read() as connection:
        state = load_interview(connection, interview)
        assert load_case(connection, case.id).status is ending
    assert (state.status, state.ended_as, state.submitted_at) == (ending, ending, NOON)
    assert rows(research, "SELECT variable FROM answer_event") == [("c_meedoen",)]


def test_refusal_that_is_taken_back_opens_interview_and_case_and_stays_in_the_events(
    research, case, interview
):
    save(research, interview, page({"c_meedoen": "nee"}, op_id="1"), ended_as=CaseStatus.REFUSED)

    with research.write() as connection:
        state = reopen_interview(connection, lock_interview(connection, interview))
        save_pages(connection, state, [page({"c_meedoen": "ja"}, op_id="2")])

    with research.read() as connection:
        state = load_interview(connection, interview)
        assert load_case(connection, case.id).status is CaseStatus.PARTIAL
    assert (state.status, state.ended_as, state.submitted_at) == (CaseStatus.PARTIAL, None, None)
    assert rows(research, "SELECT value FROM answer_event ORDER BY id") == [("nee",), ("ja",)]


def test_interview_is_not_reopened_from_a_state_that_is_not_the_latest(research, interview):
    save(research, interview, page({"c_meedoen": "nee"}, op_id="1"), ended_as=CaseStatus.REFUSED)
    with research.read() as connection:
        stale = load_interview(connection, interview)
    with research.write() as connection:
        state = reopen_interview(connection, lock_interview(connection, interview))
        save_pages(connection, state, [page({"c_meedoen": "ja"}, op_id="2")])

    with pytest.raises(StaleRevisionError), research.write() as connection:
        reopen_interview(connection, stale)


def test_error_of_the_database_does_not_quote_the_answers(research, interview):
    save(research, interview, page({"o_open": "a"}, op_id="1"))

    with pytest.raises(IntegrityError) as refused:
        save(research, interview, page({"o_open": "my own words"}, op_id="1"))

    assert "my own words" not in str(refused.value)


def test_page_without_answers_leaves_the_case_open(research, case, interview):
    save(research, interview, page({}, op_id="1", name="language", language="en"))

    with research.read() as connection:
        state = load_interview(connection, interview)
        assert load_case(connection, case.id).status is CaseStatus.OPEN
    assert (state.status, state.language, state.interview_month) == (CaseStatus.OPEN, "en", None)


def test_contact_answer_counts_as_an_answer_without_saying_what_it_was(research, case, interview):
    save(research, interview, page({}, op_id="1", name="k_mail", has_contact_answers=True))
    save(research, interview, page({"w_werk": "ja"}, op_id="2"))

    with research.read() as connection:
        state = load_interview(connection, interview)
        assert load_case(connection, case.id).status is CaseStatus.PARTIAL
    assert state.has_contact_answers
    assert rows(research, "SELECT variable FROM answer_event") == [("w_werk",)]


def test_interview_month_is_of_the_first_answer_and_stays(research, interview):
    save(research, interview, page({"a": "1"}, op_id="1"))
    save(research, interview, page({"b": "1"}, op_id="2", saved_at=NOON + timedelta(days=60)))

    with research.read() as connection:
        assert load_interview(connection, interview).interview_month == "2024-02"


def test_interview_when_opened_again_is_the_one_that_was_begun(research, case, interview):
    with research.write() as connection:
        again = open_interview(
            connection,
            case.id,
            version_id=VERSION,
            language="en",
            mode=Mode.ASSISTED,
            at=NOON + timedelta(hours=1),
        )
        state = load_interview(connection, again)

    assert again == interview
    assert (state.language, state.mode, state.started_at) == ("nl", Mode.WEB, NOON)
    with research.read() as connection:
        assert find_interview(connection, case.id) == interview
        assert find_interview(connection, new_id()) is None


def test_language_when_switched_is_kept_without_a_new_revision(research, interview):
    with research.write() as connection:
        set_language(connection, interview, "en")

    with research.read() as connection:
        state = load_interview(connection, interview)
    assert (state.language, state.revision) == ("en", 0)


def test_interview_is_loaded_with_all_that_its_questions_depend_on(research):
    earlier = {"w_werk": {"value": "ja", "wave": 2024}}
    with research.write() as connection:
        field_wave(connection)
        case = draw_case(
            connection,
            frame={"fr_group": "gezin", "fr_act": "Wi2021", "fr_age": 34},
            assigned={"x_split": "b", "x_order": "2"},
        )
        version = PreloadVersion(
            wave=2024, number=1, built_on=[], frozen_at=NOON, frozen_by="r", hash="0" * 64,
            cases=1, counts={},
        )  # fmt: skip
        add_version(connection, version)
        add_preloads(connection, [Preload(case.id, version.id, NOON, earlier, True, "0" * 64)])
        interview = begin_interview(connection, case)

    with research.read() as connection:
        state = load_interview(connection, interview)
    assert state.frame == {"fr_group": "gezin", "fr_act": "Wi2021", "fr_age": 34}
    assert state.assignments == {"x_split": "b", "x_order": "2"}
    assert (state.earlier, state.contact_known) == (earlier, True)
    assert (state.case_id, state.person_id) == (case.id, case.person_id)
    assert (state.wave, state.wave_status) == (2024, WaveStatus.OPEN)


def test_interview_of_a_case_without_preload_and_assignments_says_so(research, interview):
    with research.read() as connection:
        state = load_interview(connection, interview)
        assert load_interview(connection, new_id()) is None
    assert (state.earlier, state.contact_known, state.assignments) == (None, False, {})


def test_session_dies_with_the_code_that_opened_it_and_not_with_another(research, case, interview):
    with research.write() as connection:
        other = draw_case(connection)
        own, foreign = new_id(), new_id()
        add_codes(connection, [NewCode(own, case.id, 1, "hash", NOON)])
        add_codes(connection, [NewCode(foreign, other.id, 2, "hash", NOON)])

    def revoked(code_id) -> bool:
        with research.read() as connection:
            return load_interview(connection, interview, code_id=code_id).code_revoked

    assert (revoked(own), revoked(None)) == (False, False)
    assert (revoked(foreign), revoked(new_id())) == (True, True)
    with research.write() as connection:
        assert revoke_codes(connection, case.id, at=NOON) == 1
    assert (revoked(own), revoked(None)) == (True, False)


def test_answer_events_when_somebody_tries_to_change_them_stay_as_they_were(research, interview):
    save(research, interview, page({"w_werk": "ja"}, op_id="1"))

    with pytest.raises(IntegrityError), research.write() as connection:
        connection.execute(text("UPDATE answer_event SET value = 'nee'"))
    with pytest.raises(IntegrityError), research.write() as connection:
        connection.execute(text("DELETE FROM interview"))

    assert rows(research, "SELECT value FROM answer_event") == [("ja",)]


def test_hostile_words_come_back_as_they_were_typed(research, interview):
    words = "'); DROP TABLE interview;-- \u202e<script>{{7*7}}</script> %s :x \U0001f600 "
    words += "x" * 100_000

    save(research, interview, page({"o_open": words}, op_id="1"))

    with research.read() as connection:
        assert load_current(connection, interview)[0].value == words
