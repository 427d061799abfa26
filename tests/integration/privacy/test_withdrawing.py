"""Who stops is left alone at once; what was answered before stays, and is theirs to see."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages.channels import Channel
from app.panel.privacy import Asked, Purpose, Through
from app.panel.states import PersonStatus
from app.services.context import ServiceContext
from app.services.interviewing import entrances, interviews
from app.services.interviewing.entrances import Refused
from app.services.interviewing.interviews import Gate, NotOpen, answer_page
from app.services.interviewing.posts import Post
from app.services.members.consents import ErasedError, consents_of
from app.services.privacy import privacy_requests
from app.services.privacy.privacy_requests import (
    RequestError,
    ask_access,
    ask_erasure,
    due_on,
    handle,
    open_requests,
    requests_of,
    withdraw,
)
from app.storage import people
from app.storage.audit import verify_chain
from app.storage.interviews import load_current
from app.storage.messages import add_due, messages_of_case
from app.storage.types import new_id
from tests.integration.outbox.outbox_study import Time, claim, message_to, run_mailing, status_of
from tests.integration.privacy.someone import Someone, someone


def standing(ctx: ServiceContext, who: Someone) -> PersonStatus:
    with ctx.databases.research.read() as connection:
        return PersonStatus(people.standings(connection, [who.person_id])[who.person_id].status)


def test_nothing_is_sent_any_more_to_who_withdraws(ctx: ServiceContext) -> None:
    who, other = someone(ctx), someone(ctx)
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        run_mailing(connection, "email_begun")
        due = [message_to(one.case_id, "email_begun", not_before=now) for one in (who, other)]
        add_due(connection, due, now=now)

    withdraw(ctx, who.person_id, language="ar")

    with ctx.databases.research.read() as connection:
        assert people.people_open_to(connection, Channel.EMAIL, wave=2024) == {other.person_id}
        for channel in Channel:
            assert people.barrier_of(connection, who.person_id, channel, 2024) == "person_withdrawn"
        (mine,) = messages_of_case(connection, who.case_id)
    with ctx.databases.research.write() as connection:
        for _ in range(3):
            claim(connection, Time(now))
    with ctx.databases.research.read() as connection:
        assert status_of(connection, mine) == ("cancelled", "person_withdrawn")


def test_codes_end_and_a_window_that_is_open_takes_no_more(ctx: ServiceContext) -> None:
    who = someone(ctx)

    withdraw(ctx, who.person_id, language="nl")

    again = entrances.enter(ctx, who.code, address="192.0.2.7", language="nl")
    assert isinstance(again, Refused)
    # Also in a session that no code opened: somebody of staff who helps.
    open_window = interviews.load(ctx, who.interview_id)
    assert open_window.gate is Gate.REVOKED
    post = Post("k_uren", "late", open_window.state.revision, {"k_uren": ["3"]}, "nl")
    assert isinstance(answer_page(ctx, who.interview_id, post), NotOpen)


def test_answers_given_before_are_kept_and_the_person_can_still_see_them(
    ctx: ServiceContext,
) -> None:
    who = someone(ctx)

    done = withdraw(ctx, who.person_id, language="nl", words=["Stop", "Yes"])

    assert done.new
    assert standing(ctx, who) is PersonStatus.WITHDRAWN
    with ctx.databases.research.read() as connection:
        kept = {one.variable: one.value for one in load_current(connection, who.interview_id)}
    assert kept["k_wens"] == who.words
    copy = ask_access(ctx, who.person_id, "nl")
    assert any(who.words in row.value for section in copy.sections for row in section.rows)


def test_every_consent_is_taken_back_on_record(ctx: ServiceContext) -> None:
    who = someone(ctx)

    withdraw(ctx, who.person_id, language="ti", words=["stop?"])

    said = {one.purpose: one for one in consents_of(ctx, who.person_id)}
    assert [said[one].given for one in (Purpose.SURVEY, Purpose.RECONTACT)] == [False, False]
    assert said[Purpose.RECONTACT].through is Through.PAGE
    assert said[Purpose.RECONTACT].language == "ti"


def test_the_same_again_changes_nothing(ctx: ServiceContext) -> None:
    who = someone(ctx)
    first = withdraw(ctx, who.person_id, language="nl")

    second = withdraw(ctx, who.person_id, language="nl")

    assert (second.new, second.request_id) == (False, first.request_id)
    assert [one.asked for one in requests_of(ctx, who.person_id)] == [Asked.WITHDRAWAL]
    with ctx.databases.research.snapshot() as connection:
        assert verify_chain(connection) is None


def test_an_erasure_that_is_asked_waits_for_the_officer_and_stops_everything_now(
    ctx: ServiceContext,
) -> None:
    who = someone(ctx)

    asked = ask_erasure(ctx, who.person_id, language="nl")
    again = ask_erasure(ctx, who.person_id, language="nl")

    assert (asked.new, again.new) == (True, False)
    assert again.request_id == asked.request_id
    assert asked.due_on == date(2024, 3, 1)
    assert standing(ctx, who) is PersonStatus.WITHDRAWN
    (waiting,) = open_requests(ctx)
    assert (waiting.asked, waiting.id) == (Asked.ERASURE, asked.request_id)


def test_staff_may_say_why_a_request_was_not_done_in_one_word_once(ctx: ServiceContext) -> None:
    who = someone(ctx)
    asked = ask_erasure(ctx, who.person_id, language="nl", through=Through.STAFF, by="p@example.nl")

    with pytest.raises(ValueError, match="word"):
        handle(ctx, asked.request_id, outcome="Almaz called back", by="p@example.nl")
    handle(ctx, asked.request_id, outcome="not_identified", by="p@example.nl")

    with pytest.raises(RequestError):
        handle(ctx, asked.request_id, outcome="not_identified", by="p@example.nl")
    assert open_requests(ctx) == ()


def test_a_copy_holds_what_is_known_in_words_and_nothing_of_anybody_else(
    ctx: ServiceContext,
) -> None:
    who, other = someone(ctx, thorough=True), someone(ctx)

    copy = ask_access(ctx, who.person_id, "nl")

    by_key = {one.key: one for one in copy.sections}
    contact = {row.label: row.value.strip("\u2068\u2069") for row in by_key["contact"].rows}
    assert contact["Naam"] == who.contact["name"]
    assert contact["Telefoonnummer"] == who.contact["phone"]
    wave = {row.label: row.value for row in by_key["wave_2024"].rows}
    assert wave["Mogen wij u later weer vragen?"] == "Ja"
    assert "Wat is uw telefoonnummer of e-mailadres?" in wave
    assert len(by_key["messages"].rows) == len(Channel)
    assert [row.value for row in by_key["consents"].rows] == ["Ja", "Ja"]
    plain = repr(copy)
    assert other.person_id.hex not in plain
    assert who.code not in plain
    assert "coder@example.nl" not in plain


@pytest.mark.parametrize("language", ["nl", "en", "ar", "tr", "ti", "fa"])
def test_a_copy_can_be_had_in_every_language(ctx: ServiceContext, language: str) -> None:
    who = someone(ctx, thorough=True)

    copy = ask_access(ctx, who.person_id, language)

    titles = [one.title for one in copy.sections]
    assert len(set(titles)) == len(titles)
    if language != "en":
        english = {
            one.title for one in privacy_requests.access_copy(ctx, who.person_id, "en").sections
        }
        assert not english & set(titles)


def test_looking_twice_on_one_day_is_one_request(ctx: ServiceContext) -> None:
    who = someone(ctx)

    ask_access(ctx, who.person_id, "nl")
    ask_access(ctx, who.person_id, "ar")

    (request,) = requests_of(ctx, who.person_id)
    assert request.asked is Asked.ACCESS
    assert request.handled_at == ctx.clock.now()


def test_nobody_can_ask_in_the_name_of_nobody(ctx: ServiceContext) -> None:
    for ask in (
        lambda: ask_access(ctx, new_id(), "nl"),
        lambda: withdraw(ctx, new_id(), language="nl"),
        lambda: ask_erasure(ctx, new_id(), language="nl"),
    ):
        with pytest.raises(ErasedError):
            ask()


@pytest.mark.parametrize(
    ("asked", "due"),
    [
        (datetime(2024, 1, 31, 12, tzinfo=UTC), date(2024, 2, 29)),
        (datetime(2023, 1, 31, 12, tzinfo=UTC), date(2023, 2, 28)),
        (datetime(2024, 12, 15, 12, tzinfo=UTC), date(2025, 1, 15)),
        # Half past eleven at night in UTC is the next day in Amsterdam.
        (datetime(2024, 6, 30, 23, 30, tzinfo=UTC), date(2024, 8, 1)),
    ],
)
def test_a_request_is_due_on_the_same_day_of_the_next_month(asked: datetime, due: date) -> None:
    assert due_on(asked) == due


@given(st.integers(0, 3_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC)))
def test_a_request_is_due_within_28_to_31_days(asked: datetime) -> None:
    days = (due_on(asked) - asked.astimezone(UTC).date()).days
    assert 28 <= days <= 32
