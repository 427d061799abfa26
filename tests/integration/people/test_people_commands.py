"""The commands of people and links, as fieldwork types them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.clock import FixedClock
from app.messages.channels import Channel
from app.panel.access_code import is_well_formed, normalise
from app.panel.states import CaseStatus, Role
from app.services.context import ServiceContext
from app.services.interviewing import open_links
from app.services.members import contacting
from app.services.members.restored_news import note_restore
from app.storage import cases, people
from tests.builders import WAVE, Invited, invite
from tests.integration.staff.conftest import add_account

Run = Callable[..., Result]


@pytest.fixture
def run(ctx: ServiceContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("app.cli_place.make_context", lambda *_: ctx)
    monkeypatch.setattr("app.cli_place.upgrade", lambda *_: None)
    monkeypatch.setattr(type(ctx.databases), "close", lambda _: None)
    add_account(ctx, Role.FIELDWORK, "f@x.nl")
    add_account(ctx, Role.ANALYST, "a@x.nl")

    def run(*arguments: str, typed: str = "") -> Result:
        return CliRunner().invoke(main, ["--data", str(tmp_path), *arguments], input=typed)

    return run


@pytest.fixture
def invited(ctx: ServiceContext) -> Invited:
    one = invite(ctx)
    details = {"email": "iemand@voorbeeld.nl"}
    contacting.change_contacts(ctx, [(one.person_id, details)], at=ctx.clock.now())
    return one


def test_person_is_found_without_a_word_in_the_history_of_commands(
    run: Run, invited: Invited
) -> None:
    found = run("people", "find", typed="IEMAND@voorbeeld.nl\n")
    assert found.output.split()[-1] == invited.person_id.hex
    assert "voorbeeld" not in found.output


def test_news_is_recorded_and_shown_without_contact_details(run: Run, invited: Invited) -> None:
    who = invited.case_id.hex
    told = run("people", "record", who, "contact_changed", "--ask", "email", "--by", "f@x.nl",
               typed="nieuw@voorbeeld.nl\n")  # fmt: skip
    assert told.output.endswith("recorded\n")
    shown = run("people", "show", who).output
    assert "contact_changed" in shown
    assert "voorbeeld" not in shown
    wrong = run("people", "record", who, "contact_changed", "--ask", "email", "--by", "f@x.nl",
                typed="nieuw\n")  # fmt: skip
    assert wrong.exit_code == 1
    assert "email: expected an address" in wrong.output


def test_code_is_read_out_or_goes_on_paper_and_is_revoked(run: Run, invited: Invited) -> None:
    case = str(invited.case_id)
    aloud = run("people", "new-code", case, "--way", "read_out", "--by", "f@x.nl")
    assert is_well_formed(normalise(aloud.output.strip()) or "")
    paper = run("people", "new-code", case, "--way", "paper", "--by", "f@x.nl")
    assert paper.output == "the next letter bears the new code\n"
    assert run("people", "revoke-code", case, "--by", "f@x.nl").output == "1 ended\n"
    nobody = run("people", "revoke-code", str(invited.person_id), "--by", "f@x.nl")
    assert (nobody.exit_code, "no such case" in nobody.output) == (1, True)


def test_link_is_opened_listed_and_closed(run: Run, ctx: ServiceContext) -> None:
    opened = run("links", "open", "--wave", str(WAVE), "--name", "poster", "--by", "f@x.nl")
    slug = opened.output.strip().rpartition("/o/")[2]
    assert len(slug) == 8
    again = run(
        "links", "open", "--wave", str(WAVE), "--name", "x", "--slug", slug, "--by", "f@x.nl"
    )
    assert "is taken" in again.output
    open_links.begin(ctx, slug, "op", address="10.0.0.1", language="nl")
    line = run("links", "list").output.splitlines()[1]
    assert line.split() == [str(WAVE), slug, "1", "0", "0", "poster"]
    assert run("links", "duplicates", "--wave", str(WAVE)).output == "0 flagged now\n"
    assert run("links", "close", slug, "--by", "f@x.nl").exit_code == 0
    assert "closed before" in run("links", "close", slug, "--by", "f@x.nl").output
    assert "no link" in run("links", "close", "nothing", "--by", "f@x.nl").output


@pytest.mark.parametrize("slug", ["A", "a b", "a--b", "-a", "a" * 41, "é"])
def test_slug_that_cannot_stand_on_a_poster_is_refused(run: Run, slug: str) -> None:
    made = run(
        "links", "open", "--wave", str(WAVE), "--name", "x", "--slug", slug, "--by", "f@x.nl"
    )
    assert made.exit_code == 1


def test_case_that_may_be_a_second_waits_for_a_decision(
    run: Run, ctx: ServiceContext, invited: Invited
) -> None:
    refused = run("links", "decide", str(invited.case_id), "--counts", "--by", "f@x.nl")
    assert refused.exit_code == 1
    open_links.make_link(ctx, WAVE, "poster", by="test", slug="bieb")
    begun = open_links.begin(ctx, "bieb", "op", address="10.0.0.1", language="nl")
    assert isinstance(begun, open_links.Begun)
    with ctx.databases.research.read() as connection:
        from app.storage import interviews

        state = interviews.load_interview(connection, begun.interview_id)
    assert state is not None
    decided = run("links", "decide", str(state.case_id), "--left-out", "--by", "f@x.nl")
    assert decided.exit_code == 0


@pytest.mark.parametrize("by", ["anyone at all", "nobody@x.nl", "a@x.nl"])
def test_commands_take_the_word_of_staff_with_the_role_only(
    run: Run, ctx: ServiceContext, invited: Invited, by: str
) -> None:
    case = str(invited.case_id)
    for words in (
        ["people", "record", case, "deceased"],
        ["people", "new-code", case, "--way", "read_out"],
        ["people", "revoke-code", case],
        ["links", "open", "--wave", str(WAVE), "--name", "poster"],
        ["links", "close", "poster"],
        ["links", "decide", case, "--counts"],
    ):
        done = run(*words, "--by", by)
        assert done.exit_code == 1, words
        assert "has no account" in done.output or "is analyst" in done.output
    with ctx.databases.research.read() as connection:
        assert people.person_events(connection, invited.person_id) == []


@pytest.mark.parametrize("what", ["refused_hard", "refused_soft"])
def test_refusal_written_down_by_mistake_is_undone_with_a_reason(
    run: Run, ctx: ServiceContext, invited: Invited, what: str
) -> None:
    case = invited.case_id.hex

    def stands() -> tuple[CaseStatus, bool]:
        with ctx.databases.research.read() as connection:
            (one,) = cases.cases_of_person(connection, invited.person_id)
            open_to = people.people_open_to(connection, Channel.LETTER, wave=WAVE)
        return one.status, invited.person_id in open_to

    run("people", "record", case, what, "--by", "f@x.nl")
    assert stands() == (CaseStatus.REFUSED, False)

    silent = run("people", "record", case, "refusal_undone", "--by", "f@x.nl")
    done = run("people", "record", case, "refusal_undone", "--reason", "typing_error",
               "--by", "f@x.nl")  # fmt: skip
    again = run("people", "record", case, "refusal_undone", "--reason", "typing_error",
                "--by", "f@x.nl")  # fmt: skip

    assert silent.exit_code == 1
    assert "without a reason" in silent.output
    assert done.output == "recorded\n"
    assert again.output == "that was known\n"
    assert stands() == (CaseStatus.OPEN, True)
    shown = run("people", "show", case).output
    assert "refused for" not in shown
    assert "refusal_undone (2024) reason typing_error" in shown
    # It can be said again, and then it is meant.
    assert run("people", "record", case, what, "--by", "f@x.nl").output == "recorded\n"
    assert stands() == (CaseStatus.REFUSED, False)


def test_withdrawal_written_down_by_mistake_is_taken_back(
    run: Run, ctx: ServiceContext, invited: Invited
) -> None:
    case = invited.case_id.hex
    run("people", "record", case, "withdrawn", "--by", "f@x.nl")
    assert run("people", "record", case, "active", "--by", "f@x.nl").output == "recorded\n"
    with ctx.databases.research.read() as connection:
        (one,) = cases.cases_of_person(connection, invited.person_id)
        assert people.people_open_to(connection, Channel.LETTER, wave=WAVE)
    assert one.status is CaseStatus.OPEN


def test_times_of_a_person_are_those_of_amsterdam(
    run: Run, ctx: ServiceContext, invited: Invited
) -> None:
    assert isinstance(ctx.clock, FixedClock)
    ctx.clock.moment = datetime(2024, 7, 1, 22, 30, tzinfo=UTC)
    run("people", "record", invited.case_id.hex, "letter_returned", "--by", "f@x.nl")
    shown = run("people", "show", invited.case_id.hex).output
    assert "2024-07-02 00:30 letter_returned" in shown
    assert "undeliverable, 2024-07-02" in shown


def test_columns_of_a_news_file_stand_in_the_help(run: Run) -> None:
    told = " ".join(run("people", "news", "--help").output.split())
    for word in ("register_key", "refusal_undone", "new_email", "told_by", "opted_out"):
        assert word in told


def test_news_that_a_restore_lost_is_brought_in_before_anything_is_confirmed(
    run: Run, ctx: ServiceContext
) -> None:
    assert run("people", "restored").output == "no news was lost by a restore\n"
    assert run("people", "restored", "--confirm", "--by", "f@x.nl").exit_code == 1
    made_at = datetime(2024, 1, 31, 2, 0, tzinfo=UTC)
    with ctx.databases.research.write() as connection:
        note_restore(connection, made_at, now=ctx.clock.now())

    told = run("people", "restored").output
    nobody = run("people", "restored", "--confirm", "--by", "a@x.nl")
    said = run("people", "restored", "--confirm", "--by", "f@x.nl")

    assert "from 2024-01-31 03:00 to 2024-02-01 13:00 (Amsterdam) was lost" in told
    assert nobody.exit_code == 1
    assert said.exit_code == 0
    assert run("people", "restored").output == "no news was lost by a restore\n"
