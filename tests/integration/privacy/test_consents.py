"""Every yes and no is on record with the words it was said to, once, in every language."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from app.clock import FixedClock
from app.panel.privacy import Purpose, Through
from app.panel.states import CaseStatus, WaveStatus
from app.services.bootstrap import STUDY
from app.services.content.study_calendar import WavePlan
from app.services.context import ServiceContext
from app.services.fieldwork import waves
from app.services.fieldwork.carrying import carry
from app.services.interviewing import entrances
from app.services.interviewing.entrances import Entered
from app.services.interviewing.interviews import PageSaved, answer_page, load
from app.services.interviewing.posts import Post
from app.services.members.consents import consents_of, set_consent
from app.storage.carried import people_in
from app.storage.cases import set_case_status
from app.storage.consents import ConsentEvent, consent_events
from app.storage.unit_of_work import Databases
from tests.builders import context, field_wave, invite, kinds_bank, real_bank
from tests.integration.privacy.someone import Someone, say, someone

SIX = ("nl", "en", "ar", "tr", "ti", "fa")


def events(ctx: ServiceContext, who: Someone) -> list[ConsentEvent]:
    with ctx.databases.research.read() as connection:
        return consent_events(connection, who.person_id)


def test_an_answer_that_gives_leave_is_an_event_with_version_language_and_words(
    ctx: ServiceContext,
) -> None:
    who = someone(ctx)

    part, again = events(ctx, who)

    assert (part.purpose, part.given) == (Purpose.SURVEY, True)
    assert (again.purpose, again.given, again.through) == (
        Purpose.RECONTACT,
        True,
        Through.QUESTIONNAIRE,
    )
    assert (again.language, again.case_id, again.at) == ("nl", who.case_id, ctx.clock.now())
    assert again.version_id == load(ctx, who.interview_id).state.version_id
    # What the page shows, by hand: the question, then the two answers.
    shown = json.dumps(
        ["Mogen wij u later weer vragen?", "Ja", "Nee"], ensure_ascii=False, separators=(",", ":")
    )
    assert again.text_hash == hashlib.sha256(shown.encode()).hexdigest()


def test_another_answer_is_another_event_and_the_last_one_counts(ctx: ServiceContext) -> None:
    who = someone(ctx)

    say(ctx, who, "p_mag", "nee", language="en")

    assert [one.given for one in events(ctx, who) if one.purpose is Purpose.RECONTACT] == [
        True,
        False,
    ]
    last = {one.purpose: one for one in consents_of(ctx, who.person_id)}
    assert (last[Purpose.RECONTACT].given, last[Purpose.RECONTACT].language) == (False, "en")
    assert last[Purpose.SURVEY].given


def test_a_page_sent_again_is_no_second_event(ctx: ServiceContext) -> None:
    who = someone(ctx)
    state = load(ctx, who.interview_id).state
    post = Post("p_mag", "the-same-page", state.revision, {"p_mag": ["nee"]}, "nl")

    first = answer_page(ctx, who.interview_id, post, who.code_id)
    second = answer_page(ctx, who.interview_id, post, who.code_id)

    assert first == second
    assert isinstance(first, PageSaved)
    assert len(events(ctx, who)) == 3


def test_a_page_that_asks_no_leave_reads_and_writes_nothing_of_consent(
    ctx: ServiceContext,
) -> None:
    who = someone(ctx)
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(ctx.databases.research.engine, "before_cursor_execute", note)
    say(ctx, who, "k_uren", "12")
    plain = len(statements)
    assert plain
    assert not any("consent" in one for one in statements)
    statements.clear()
    say(ctx, who, "p_mag", "nee")
    event.remove(ctx.databases.research.engine, "before_cursor_execute", note)

    assert sum("consent" in one for one in statements) == 1


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(said=st.lists(st.sampled_from(["ja", "nee"]), min_size=1, max_size=6))
def test_events_are_the_answers_without_repetitions(
    sqlite_databases: Databases, tmp_path_factory: pytest.TempPathFactory, said: list[str]
) -> None:
    ctx = _on(sqlite_databases, tmp_path_factory)
    who = someone(ctx)  # said yes once

    for answer in said:
        say(ctx, who, "p_mag", answer)

    expected = [True]
    for answer in said:
        if (answer == "ja") is not expected[-1]:
            expected.append(answer == "ja")
    found = [one.given for one in events(ctx, who) if one.purpose is Purpose.RECONTACT]
    assert found == expected


_contexts: dict[int, ServiceContext] = {}


def _on(databases: Databases, folders: pytest.TempPathFactory) -> ServiceContext:
    """One study for all examples of a property."""
    key = id(databases)
    if key not in _contexts:
        urls = (
            databases.research.engine.url.render_as_string(hide_password=False),
            databases.contacts.engine.url.render_as_string(hide_password=False),
        )
        clock = FixedClock(datetime(2024, 2, 1, 12, 0, tzinfo=UTC))
        ctx = context(urls, clock, data_dir=folders.mktemp("data"))
        field_wave(ctx, kinds_bank())
        _contexts[key] = ctx
    return _contexts[key]


def test_a_word_on_the_page_or_to_staff_counts_until_another(ctx: ServiceContext) -> None:
    who = someone(ctx)

    assert set_consent(
        ctx, who.person_id, Purpose.RECONTACT, given=False, language="ar", words=["x", "y"]
    )
    assert not set_consent(
        ctx, who.person_id, Purpose.RECONTACT, given=False, language="ar", words=["x", "y"]
    )

    last = {one.purpose: one for one in consents_of(ctx, who.person_id)}[Purpose.RECONTACT]
    assert (last.given, last.through, last.version_id) == (False, Through.PAGE, None)


def test_who_takes_leave_back_between_waves_is_not_asked_again(
    database_urls: tuple[str, str], folder: Path
) -> None:
    """Three said yes in the questions of 2023 but one; two think otherwise between the waves."""
    clock = FixedClock(datetime(2023, 2, 1, 12, 0, tzinfo=UTC))
    ctx = context(database_urls, clock, data_dir=folder)
    field_wave(ctx, kinds_bank(), 2023)
    kept, gone, later = (someone(ctx, year=2023) for _ in range(3))
    say(ctx, later, "p_mag", "nee")
    for who in (kept, gone, later):
        answered(ctx, who)
    for who, said in ((gone, False), (later, True)):
        set_consent(
            ctx, who.person_id, Purpose.RECONTACT, given=said, language="nl", words=["again?"],
            through=Through.STAFF, by="privacy@example.nl",
        )  # fmt: skip
    waves.move_wave(ctx, 2023, WaveStatus.CLOSED, by="test")
    field_wave(ctx, kinds_bank(), 2024, WaveStatus.CHECKED)
    plan = WavePlan(2024, kinds_bank().languages, date(2024, 1, 15), date(2024, 3, 15), ())

    carried = carry(ctx, plan, by="test")

    assert carried.left_out == {"no_recontact_consent": 1}
    with ctx.databases.research.read() as connection:
        assert people_in(connection, 2024) == {kept.person_id, later.person_id}
    ctx.databases.close()


def answered(ctx: ServiceContext, who: Someone) -> None:
    """End the case as complete: who comes to the end was asked for leave."""
    with ctx.databases.research.write() as connection:
        set_case_status(connection, who.case_id, CaseStatus.COMPLETE)


@pytest.fixture
def real(database_urls: tuple[str, str], folder: Path) -> Iterator[ServiceContext]:
    """The real study with wave 2024 in the field."""
    clock = FixedClock(datetime(2024, 2, 1, 12, 0, tzinfo=UTC))
    opened = context(database_urls, clock, study=STUDY, data_dir=folder)
    field_wave(opened, real_bank())
    yield opened
    opened.databases.close()


def test_consent_is_recorded_with_the_words_of_each_of_six_languages(real: ServiceContext) -> None:
    hashes = set()
    item = real_bank().items
    asked = next(one for one in item if one.var == "c_meedoen")
    for language in SIX:
        invited = invite(real, language=language)
        entered = entrances.enter(real, invited.code, address="192.0.2.7", language=language)
        assert isinstance(entered, Entered)
        post = Post("c_meedoen", f"op-{language}", 0, {"c_meedoen": ["ja"]}, language)
        assert isinstance(answer_page(real, entered.interview_id, post, entered.code_id), PageSaved)
        with real.databases.research.read() as connection:
            (said,) = consent_events(connection, invited.person_id)
        assert asked.help is not None
        words = [asked.text[language], asked.help[language]]
        words += [option.text[language] for option in asked.options]
        plain = json.dumps(words, ensure_ascii=False, separators=(",", ":"))
        assert said.text_hash == hashlib.sha256(plain.encode()).hexdigest()
        assert (said.language, said.purpose) == (language, Purpose.SURVEY)
        hashes.add(said.text_hash)
    assert len(hashes) == len(SIX)


def test_every_question_that_asks_leave_says_for_what() -> None:
    said = {one.var: one.allows for one in real_bank().items if one.allows is not None}

    assert {var: one.purpose for var, one in said.items()} == {
        "c_meedoen": Purpose.SURVEY,
        "p_toestemming": Purpose.RECONTACT,
        "p_interview": Purpose.INTERVIEW,
        "p_koppel": Purpose.LINK,
        "p_bon": Purpose.INCENTIVE,
    }
    assert said["p_bon"].codes == ("digitaal", "papier")
