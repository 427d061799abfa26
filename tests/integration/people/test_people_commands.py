"""The commands of people and links, as fieldwork types them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.panel.access_code import is_well_formed, normalise
from app.services import contacting, open_links
from app.services.context import ServiceContext
from tests.builders import WAVE, Invited, invite

Run = Callable[..., Result]


@pytest.fixture
def run(ctx: ServiceContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr("app.cli_place.make_context", lambda *_: ctx)
    monkeypatch.setattr("app.cli_place.upgrade", lambda *_: None)
    monkeypatch.setattr(type(ctx.databases), "close", lambda _: None)

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
    again = run("links", "open", "--wave", str(WAVE), "--name", "x", "--slug", slug, "--by", "f")
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
    made = run("links", "open", "--wave", str(WAVE), "--name", "x", "--slug", slug, "--by", "f")
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
