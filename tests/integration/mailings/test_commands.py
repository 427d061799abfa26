"""The commands: a wave of the real study from rehearsal to messages that are due."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner, Result

from app.cli import main
from app.clock import FixedClock, SystemClock
from app.panel.states import Role, WaveStatus
from app.services.accounts import staff
from app.services.bootstrap import STUDY, make_context
from app.services.content.fielding import publish_wave
from app.services.content.study_calendar import read_wave_plan
from app.services.fieldwork import waves
from app.services.invented import demo_files
from app.settings import CHEAP_ARGON2, Settings
from app.storage.migrate import upgrade
from tests.builders import real_bank
from tests.integration.mailings.field import PASSWORD, Desk

ASKS, OTHER = "f@onderzoek.nl", "r@onderzoek.nl"


class Place:
    """A data directory with wave 2024 of the real study, opening in some days."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        settings = Settings.from_environment({}, data_dir=folder)
        upgrade(settings.database_url, settings.contacts_url)
        settings = replace(settings, synthetic=True, argon2=CHEAP_ARGON2)
        self.ctx = make_context(settings, FixedClock(SystemClock().now()))
        today = self.ctx.clock.now().date()
        plan = replace(
            read_wave_plan(STUDY, 2024),
            opens_on=today + timedelta(days=3),
            closes_on=today + timedelta(days=90),
        )
        publish_wave(self.ctx, real_bank(), plan, by="test")
        self.desk = Desk(self.ctx, real_bank())
        self.secrets = {
            email: staff.add_member(self.ctx, email=email, password=PASSWORD, role=Role.FIELDWORK)
            for email in (ASKS, OTHER)
        }

    def run(self, *arguments: str, input: str | None = None) -> Result:
        given = ["--data", str(self.folder), *arguments]
        return CliRunner().invoke(main, given, input=input, catch_exceptions=False)

    def signing(self, email: str, *, later: int = 0) -> list[str]:
        """The words to sign in with; a code works once, so a second time takes a later one."""
        code = pyotp.TOTP(self.secrets[email]).at(
            SystemClock().now() + timedelta(seconds=30 * later)
        )
        return ["--by", email, "--password", PASSWORD, "--code", code]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    yield made
    made.ctx.databases.close()


def test_real_wave_is_refused_with_every_blocker_on_a_line_of_its_own(place: Place) -> None:
    place.desk.draw(10)
    place.desk.draw(5, language="ti", without=["email"])

    ran = place.run("rehearse", "--wave", "2024", "--by", ASKS, "--override", "try")

    assert ran.exit_code == 1
    blockers = [one for one in ran.output.splitlines() if one.startswith("BLOCKER")]
    assert any("example sender" in one for one in blockers), ran.output
    assert "overridden: untested window" in ran.output
    assert "overridden: few can be reached: email_1: 5 of 15 (33%)" in ran.output
    assert "letter_1      letter" in ran.output
    for one in ("N. Voorbeeld", "Lange Straat", "2511", "n1@onderzoek.nl", "+31610000001"):
        assert one not in ran.output
    pretended = place.run("waves", "tick", "--as-of", "2030-01-01")
    assert pretended.exit_code == 2
    assert "not synthetic" in pretended.output
    moved = place.run("waves", "move", "--wave", "2024", "--to", "checked", "--by", ASKS)
    assert moved.exit_code == 0
    refused = place.run("waves", "move", "--wave", "2024", "--to", "rehearsed", "--by", ASKS)
    assert refused.exit_code == 1
    assert "the last rehearsal of wave 2024 found" in refused.output


def test_synthetic_wave_goes_from_rehearsal_to_due_letters_on_two_peoples_word(
    place: Place,
) -> None:
    (place.folder / demo_files.DEMO_FILE).write_text("{}")
    place.desk.draw(500)
    place.desk.draw(20, language="ar")

    ran = place.run("rehearse", "--wave", "2024", "--by", ASKS, "--json")
    told = json.loads(ran.output)
    assert told["blockers"] == []
    assert ran.exit_code == 0
    letter = next(one for one in told["steps"] if one["step"] == "letter_1")
    assert letter["now"] == {"ar": 20, "nl": 500}
    assert len(list(Path(told["folder"]).glob("letter-*.pdf"))) == 20
    move = ["waves", "move", "--wave", "2024", "--to", "checked", "--to", "rehearsed"]
    assert place.run(*move, "--by", ASKS).exit_code == 0

    step = ["--wave", "2024", "--step", "letter_1"]
    wrong = place.run("mailing", "request", *step, "--by", ASKS, input="wrong password\n")
    asked = place.run("mailing", "request", *step, *place.signing(ASKS))
    same = place.run("mailing", "approve", *step, *place.signing(ASKS))
    approved = place.run("mailing", "approve", *step, *place.signing(OTHER))
    ticked = place.run("waves", "tick")

    assert wrong.exit_code == 1
    assert "not signed in" in wrong.output
    assert "letter_1: waiting, 520 letter at most" in asked.output
    assert same.exit_code == 1
    assert "approved by r@onderzoek.nl" in approved.output
    assert "wave 2024, letter_1: 520 messages are due" in ticked.output
    assert place.run("waves", "tick").output == ""
    assert "running" in place.run("mailing", "list", "--wave", "2024").output
    assert "letter_1      letter  running" in place.run("mailing", "plan", "--wave", "2024").output
    stopped = place.run("mailing", "stop", *step, "--by", OTHER, "--why", "a test")
    assert "letter_1: stopped, 520 messages cancelled" in stopped.output
    assert "2024  rehearsed" in place.run("waves", "list").output
    later = f"{place.ctx.clock.now() + timedelta(days=4):%Y-%m-%d %H:%M}"
    assert place.run("waves", "tick", "--as-of", later).output == "wave 2024: open\n"
    found = waves.find_wave(place.ctx, 2024)
    assert found is not None
    assert found.status is WaveStatus.OPEN


def test_command_approves_all_steps_or_none_and_says_what_came_of_each(place: Place) -> None:
    (place.folder / demo_files.DEMO_FILE).write_text("{}")
    place.desk.draw(510)
    place.run("rehearse", "--wave", "2024", "--by", ASKS, "--json")
    place.run(
        "waves", "move", "--wave", "2024", "--to", "checked", "--to", "rehearsed", "--by", ASKS
    )
    wave = ["--wave", "2024"]
    two = ["--step", "letter_1", "--step", "email_1"]
    asked = place.run("mailing", "request", *wave, *two, *place.signing(ASKS))

    more = ["--step", "letter_2", *two]
    refused = place.run("mailing", "approve", *wave, *more, *place.signing(OTHER))
    listed = place.run("mailing", "list", *wave)
    approved = place.run("mailing", "approve", *wave, *two, *place.signing(OTHER, later=1))

    assert asked.exit_code == 0, asked.output
    assert refused.exit_code == 1
    assert refused.output.splitlines() == [
        "letter_2: refused, letter_2 is not asked for: there is nothing to approve",
        "letter_1: not approved",
        "email_1: not approved",
        "Error: nothing was approved",
    ]
    assert listed.output.count("waiting") == 2
    assert approved.exit_code == 0, approved.output
    assert approved.output.count("running") == 2
