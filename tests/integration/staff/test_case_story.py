"""What staff reads of one case: every message with its ground, and never an answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from app.messages.channels import Channel
from app.messages.statuses import MessageStatus
from app.panel.states import Mode, Role
from app.services.accounts.staff import Visit
from app.services.members import case_lists, reissuing
from app.services.members.case_notes import NoCaseError, Note, note_case
from app.services.members.case_timeline import What, case_story, sittings, went_out
from app.services.members.people_news import News, record
from app.services.members.people_news import What as Told
from app.services.members.reissuing import Way
from app.storage import letter_messages
from app.storage.case_lists import CAME_BACK, CaseFilter
from app.storage.case_timeline import Save
from app.storage.messages import change_status
from app.storage.models.staff import SignInStage
from tests.integration.staff.two_letters import PRINTER, Field, field_letters, post


@pytest.fixture
def field(database_urls: tuple[str, str], tmp_path: Path) -> Iterator[Field]:
    found = field_letters(database_urls, tmp_path)
    yield found
    found.desk.ctx.databases.close()


def visit(field: Field, role: Role = Role.FIELDWORK) -> Visit:
    member = field.desk.member("f@onderzoek.nl", role)
    return Visit(member.id, member.email, role, SignInStage.FULL, "key")


def kinds(field: Field, case_id: UUID) -> list[What]:
    story = case_story(field.desk.ctx, case_id)
    assert story is not None
    return [one.what for one in story.happenings]


def test_second_letter_is_the_reminder_of_who_had_not_answered(field: Field) -> None:
    story = case_story(field.desk.ctx, field.silent)
    assert story is not None

    letters = went_out(story, Channel.LETTER)

    assert [one.message.step for one in letters] == ["letter_1", "letter_2"]
    assert [one.step.day for one in letters if one.step] == [0, 14]
    assert {one.asked_by for one in letters} == {"f@onderzoek.nl"}
    assert not any(one.printed_again for one in letters)
    printed = [one for one in story.happenings if one.what is What.PRINTED]
    assert {one.by for one in printed} == {PRINTER}


def test_who_answered_has_one_letter_and_no_page_of_the_interview(field: Field) -> None:
    story = case_story(field.desk.ctx, field.answered)
    assert story is not None

    assert [one.message.step for one in went_out(story, Channel.LETTER)] == ["letter_1"]
    ended = [one for one in story.happenings if one.what is What.ENDED]
    assert [str(one.detail["as"]) for one in ended] == ["complete"]


def test_letter_printed_again_says_that_the_first_print_never_reached_the_post(
    field: Field,
) -> None:
    batch = field.desk.messages("letter_2")[0].print_batch_id
    assert batch is not None
    with field.desk.ctx.databases.research.write() as connection:
        now = field.desk.clock.now()
        letter_messages.due_again(connection, batch, by="r@onderzoek.nl", now=now)
    field.desk.days(1)
    post(field.desk, "letter_2")

    story = case_story(field.desk.ctx, field.silent)

    assert story is not None
    again = {one.message.step: one.printed_again for one in went_out(story, Channel.LETTER)}
    assert again == {"letter_1": False, "letter_2": True}
    assert sum(one.what is What.PRINTED for one in story.happenings) == 3


def test_notes_refusals_and_codes_stand_in_order_with_who_did_them(field: Field) -> None:
    ctx, case_id = field.desk.ctx, field.silent
    story = case_story(ctx, case_id)
    assert story is not None
    field.desk.clock.advance(timedelta(minutes=1))
    note_case(ctx, case_id, Note.TWO_LETTERS, by="a@onderzoek.nl")
    field.desk.clock.advance(timedelta(minutes=1))
    record(ctx, [News(story.case.person_id, Told.REFUSED_SOFT, wave=2024)], by="b@onderzoek.nl")
    field.desk.clock.advance(timedelta(minutes=1))
    reissuing.reissue(ctx, case_id, Way.READ_OUT, by="c@onderzoek.nl")

    after = case_story(ctx, case_id)

    assert after is not None
    last = after.happenings[-3:]
    assert [(one.what, one.by) for one in last] == [
        (What.NOTE, "a@onderzoek.nl"),
        (What.PERSON, "b@onderzoek.nl"),
        (What.PERSON, "c@onderzoek.nl"),
    ]
    assert What.CODE_ENDED not in kinds(field, case_id)  # told once, with who did it


def test_note_on_a_case_that_is_none_is_refused(field: Field) -> None:
    with pytest.raises(NoCaseError):
        note_case(field.desk.ctx, UUID(int=1), Note.COMPLAINT, by="a@onderzoek.nl")


def test_case_that_is_none_has_no_story(field: Field) -> None:
    assert case_story(field.desk.ctx, UUID(int=1)) is None


# --- the list -------------------------------------------------------------------------------------


def test_list_is_filtered_sorted_and_cut_by_the_database(field: Field) -> None:
    ctx = field.desk.ctx
    field.desk.draw(3, language="en", frame={"fr_group": "gezin"})

    def found(which: CaseFilter) -> set[UUID]:
        return {one.id for one in case_lists.list_cases(ctx, which).rows}

    assert len(found(CaseFilter())) == 5
    assert found(CaseFilter(state="complete")) == {field.answered}
    assert found(CaseFilter(group="asiel")) == {field.silent, field.answered}
    assert len(found(CaseFilter(language="en", state="open"))) == 3
    assert found(CaseFilter(wave=2019)) == set()
    assert found(CaseFilter(sent="letter")) == {field.silent, field.answered}
    assert found(CaseFilter(sent=CAME_BACK)) == set()
    page = case_lists.list_cases(ctx, CaseFilter(), sort="group", descending=True, limit=2)
    assert (page.total, [one.group for one in page.rows]) == (5, ["gezin", "gezin"])
    rest = case_lists.list_cases(ctx, CaseFilter(), sort="last", descending=False, limit=50)
    assert rest.rows[0].id == field.answered  # of the others nothing was saved: they come last


@pytest.mark.parametrize("sort", case_lists.SORTS)
def test_every_order_lists_every_case_once(field: Field, sort: str) -> None:
    for descending in (False, True):
        rows = case_lists.list_cases(
            field.desk.ctx, CaseFilter(), sort=sort, descending=descending
        ).rows
        assert {one.id for one in rows} == {field.silent, field.answered}


def test_row_counts_what_went_out_and_what_came_back(field: Field) -> None:
    message = field.desk.messages("letter_1")[0]
    with field.desk.ctx.databases.research.write() as connection:
        change_status(
            connection,
            message.id,
            MessageStatus.SENT,
            MessageStatus.RETURNED,
            field.desk.clock.now(),
            {"reason": "moved"},
            reason="moved",
        )
    rows = {one.id: one for one in case_lists.list_cases(field.desk.ctx, CaseFilter()).rows}

    assert rows[field.silent].sent[Channel.LETTER] == 2
    assert rows[message.case_id].came_back == 1
    (back,) = case_lists.list_cases(field.desk.ctx, CaseFilter(sent=CAME_BACK)).rows
    assert back.id == message.case_id


def test_case_is_found_by_what_a_caller_can_say(field: Field) -> None:
    ctx, who = field.desk.ctx, visit(field)
    code = reissuing.reissue(ctx, field.silent, Way.READ_OUT, by="f@onderzoek.nl")
    assert code is not None
    story = case_story(ctx, field.silent)
    assert story is not None
    person = story.case.person_id

    def found(typed: str, *, by_contact: bool = True) -> list[UUID]:
        return case_lists.find_cases(ctx, who, typed, by_contact=by_contact)

    assert found(str(field.silent)) == [field.silent]
    assert found(field.silent.hex[:8].upper()) == [field.silent]
    assert found(person.hex[:8]) == [field.silent]
    assert found(f" {code[:4]} {code[4:9]} {code[9:]}") == [field.silent]
    assert found("n1@onderzoek.nl") == [field.silent]
    assert found("n1@onderzoek.nl", by_contact=False) == []
    assert found("abc") == found("") == found("' or 1=1 --") == []
    reissuing.reissue(ctx, field.silent, Way.READ_OUT, by="f@onderzoek.nl")
    assert found(code) == [field.silent]  # an old letter finds its case too


# --- sittings -------------------------------------------------------------------------------------

NOON = datetime(2024, 2, 1, 12, 0, tzinfo=UTC)


def save(revision: int, minute: float, language: str | None = "nl", mode: Mode = Mode.WEB) -> Save:
    way = None if language is None else mode
    return Save(
        revision, NOON + timedelta(minutes=minute), ended=False, language=language, mode=way
    )


def test_pause_language_and_hand_begin_a_new_sitting() -> None:
    saves = [
        save(1, 0),
        save(2, 5),
        save(3, 6, None),  # a page without an answer goes with the one before
        save(4, 50),  # more than half an hour later
        save(5, 52, "ar"),
        save(6, 54, "ar", Mode.PHONE),
    ]

    found = sittings(saves)

    assert [(one.pages, one.language, one.mode) for one in found] == [
        (3, "nl", Mode.WEB),
        (1, "nl", Mode.WEB),
        (1, "ar", Mode.WEB),
        (1, "ar", Mode.PHONE),
    ]
    assert found[0].ended_at - found[0].began_at == timedelta(minutes=6)


def test_nothing_saved_is_no_sitting() -> None:
    assert sittings([]) == []
