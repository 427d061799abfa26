"""Journeys of issue 8 as people make them: by keyboard alone, with only the screen to go by."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page

from app.clock import FixedClock
from app.messages.statuses import MailingStatus
from app.panel.privacy import Purpose
from app.panel.states import Role, WaveStatus
from app.services import jobs
from app.services.context import ServiceContext
from app.services.fieldwork.fieldwork_ticks import tick
from app.services.fieldwork.waves import find_wave
from app.services.members import consents
from app.services.messaging import mailings
from app.storage.cases import load_case
from app.storage.mailings import load_mailing
from app.web.staff.waves import messages as message_pages
from tests.browser.staff.keyboard import FARTHEST, Keys
from tests.builders import context
from tests.conftest import copy_template
from tests.integration.mailings import field
from tests.integration.preloads import conftest as preloads
from tests.integration.sample.conftest import register
from tests.integration.staff.conftest import add_account
from tests.integration.staff.two_letters import Field, field_letters
from tests.web.staff.test_staff_in_browser import serve

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PATIENCE_MS = 60_000
ACTIVE = """() => {
  const at = document.activeElement, label = at.labels && at.labels[0];
  return (label || at).textContent.trim().replace(/\\s+/g, " ");
}"""


class Keyboard(Keys):
    """Somebody who fills in forms too, and goes by how what is on the screen begins."""

    def __init__(self, tab: Page) -> None:
        super().__init__(tab)
        tab.set_default_timeout(PATIENCE_MS)

    def reach(self, words: str, kind: str = "*") -> None:
        """Go to what begins with these words, with Tab."""
        for _ in range(FARTHEST):
            self.press("Tab")
            fits = self.tab.evaluate("kind => document.activeElement.matches(kind)", kind)
            if fits and self.tab.evaluate(ACTIVE).startswith(words):
                return
        raise AssertionError(f"{words!r} was not reached on {self.tab.url}:\n{self.screen}")

    def go(self, words: str) -> None:
        """Press a link or a button, and wait for the page it leads to."""
        self.reach(words, "a, button")
        with self.tab.expect_navigation():
            self.press("Enter")

    def fill(self, words: str, typed: str) -> None:
        """Type into a box, over what stands in it."""
        self.reach(words, "input, textarea")
        self.press("ControlOrMeta+a")
        self.type(typed)

    def choose(self, words: str, option: str) -> None:
        """Choose in a list by typing the beginning of it."""
        self.reach(words, "select")
        self.type(option)

    def radio(self, words: str) -> None:
        """Choose among buttons of which Tab reaches the one that is on."""
        self.reach("", "input[type=radio]")
        while not self.tab.evaluate(ACTIVE).startswith(words):
            self.press("ArrowDown")

    def hand_in(self, words: str, file: Path) -> None:
        """Open the file dialog with the space bar; which file it gives is the browser's affair."""
        self.reach(words, "input[type=file]")
        with self.tab.expect_file_chooser() as chosen:
            self.press("Space")
        chosen.value.set_files(file)

    @property
    def screen(self) -> str:
        return self.tab.locator("main").inner_text()

    def sees(self, *words: str) -> None:
        for one in words:
            assert one in self.screen, f"{one!r} is not on {self.tab.url}:\n{self.screen}"


@pytest.fixture(autouse=True)
def work_is_done_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process of its own begins: the page that asks for work waits for it."""
    monkeypatch.setattr(jobs, "begin", jobs.work)


def somebody(chromium: Browser, url: str, ctx: ServiceContext, role: Role) -> Keyboard:
    """Sign in by keyboard in a browser of one's own."""
    who = Keyboard(chromium.new_context(locale="en").new_page())
    who.sign_in(url, add_account(ctx, role, f"{role}@example.org"), ctx.clock.now())
    return who


# --- a wave is launched from the one before it ----------------------------------------------------


@pytest.fixture
def study(sqlite_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ServiceContext:
    """A study whose wave 2024 is past its last day, and still open; 2025 stands in its files."""
    folder = tmp_path / "study"
    shutil.copytree(preloads.STUDY, folder)
    shutil.copytree(field.study_in(tmp_path / "other") / "letters", folder / "letters")
    about = folder / "study.yaml"
    act = '  - {var: fr_act, type: single, values: ["wi2013", "wi2021"]}\n'
    about.write_text(about.read_text("utf-8").replace("frame:\n", f"frame:\n{act}"), "utf-8")
    monkeypatch.setattr(preloads, "STUDY", folder)
    urls = copy_template(sqlite_template, tmp_path / "databases")
    clock = FixedClock(datetime(2024, 1, 1, 12, 0, tzinfo=UTC))
    panel = preloads.Panel(context(urls, clock, folder, data_dir=tmp_path / "data"))
    panel.publish(2024)
    made = panel.enrol(2024, 3)
    panel.open(2024)
    panel.at("2024-02-10 12:00")
    for case_id in made:
        panel.answer(2024, case_id, preloads.LIVES_IN_EDE)
        person = person_of(panel.ctx, case_id)
        consents.set_consent(
            panel.ctx, person, Purpose.RECONTACT, given=True, language="nl", words=["?"]
        )
    return panel.at("2025-01-06 09:00")


def person_of(ctx: ServiceContext, case_id: UUID) -> UUID:
    with ctx.databases.research.read() as connection:
        case = load_case(connection, case_id)
    assert case is not None
    return case.person_id


def test_wave_2025_is_launched_from_wave_2024_by_two_people(
    chromium: Browser, study: ServiceContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    newcomers = register(tmp_path, 40, name="newcomers.csv", taal="nl")
    for module in (mailings, message_pages):
        monkeypatch.setattr(module, "ALONE", 5)
    for url in serve(study):
        researcher = somebody(chromium, url, study, Role.RESEARCHER)
        close_the_wave_before(researcher)
        publish_the_questionnaire(researcher)
        draw_the_sample(researcher, newcomers)
        approve_the_memory(researcher)
        rehearse(researcher)
        ask_for_the_letter(researcher)
        colleague = somebody(chromium, url, study, Role.FIELDWORK)
        colleague.sees("researcher@example.org asks you")
        colleague.go("Wave 2025, step letter_1")
        colleague.go("Approve: let it go")
        colleague.sees("Approved")
        researcher.go("Overview")
        researcher.go("Open now")
        researcher.go("Open wave 2025")
        researcher.sees("Wave 2025: open", "People answer")
        tick(study, moment=lambda _: study.clock.now())
        print_the_letters(colleague)

    wave = find_wave(study, 2025)
    assert wave is not None
    assert wave.status is WaveStatus.OPEN
    with study.databases.research.read() as connection:
        letter = load_mailing(connection, 2025, "letter_1")
    assert letter is not None
    assert letter.status is MailingStatus.RUNNING
    assert letter.requested_by != letter.approved_by


def close_the_wave_before(who: Keyboard) -> None:
    who.sees("The last day of wave 2024 is past", "Wave 2025 is planned and not begun")
    who.go("The last day of wave 2024 is past")
    who.go("Close wave 2024")
    who.sees("Wave 2024: closed")


def publish_the_questionnaire(who: Keyboard) -> None:
    who.go("Today")
    who.go("Wave 2025 is planned and not begun")
    who.sees("It begins with its questionnaire")
    who.go("To the questionnaire")
    who.sees("It cannot be published yet")
    who.go("Full check")
    who.go("To the outcome")
    who.go("Publish …")
    for _ in range(who.tab.get_by_label("I looked at these").count()):
        who.tick("I looked at these")
    if who.tab.locator("#reason").count():
        who.fill("Why it is published all the same", "The agency looks at it next week")
    who.go("Publish")
    who.sees("Published: new interviews of wave 2025 get this questionnaire")
    who.go("Overview")


def draw_the_sample(who: Keyboard, newcomers: Path) -> None:
    who.sees("Nobody is in the sample yet")
    who.go("Sample")
    who.go("Put them in this wave")
    who.sees("Asked again in this wave: 3 people")
    who.go("Take a register file in")
    who.hand_in("File: CSV", newcomers)
    who.fill("Name of this file", "DUO 2025-01")
    who.fill("Newcomers since", "2025")
    who.fill("Headers of columns that are left out", "geslacht, geboortejaar, taal")
    who.go("Take it in")
    who.sees("Taken in: 40 people")
    who.tick("DUO 2025-01")
    who.radio("A refreshment")
    who.fill("How many people", "20")
    who.fill("Seed", "7")
    who.go("Draw them")
    who.sees("Drawn: 20 people")
    who.go("Give everybody a code")
    who.go("To the outcome")
    # Of the three of 2024 no address is known: the page does not send anybody in circles.
    who.sees("Without a code: 3", "no contact details are known: 3")
    assert "Give everybody a code" not in who.screen


def approve_the_memory(who: Keyboard) -> None:
    who.go("Memory")
    who.go("Freeze")
    who.sees("Frozen as version 1: 3 people")
    who.go("Look at it")
    who.go("It is right: approve it")
    who.sees("Approved")


def rehearse(who: Keyboard) -> None:
    who.go("Messages")
    who.go("To the rehearsal")
    who.go("Rehearse")
    who.go("To the outcome")
    who.sees("What stands in the way")
    who.fill("Why may what can be let pass", "Three people without an address")
    who.go("Rehearse and let them pass")
    who.go("To the outcome")
    who.sees("It holds")
    who.go("Say that it is checked")
    who.go("It is checked")
    who.go("Accept the rehearsal")
    who.go("Accept the rehearsal")
    who.sees("Wave 2025: rehearsed")


def ask_for_the_letter(who: Keyboard) -> None:
    who.go("Messages")
    who.go("letter_1")
    who.go("Ask for it")
    who.sees("Somebody else has to sign in and approve it")


def print_the_letters(who: Keyboard) -> None:
    who.go("Letters")
    who.sees("Letters that wait to be printed: 20")
    who.go("Make a batch of them")
    who.go("To the outcome")
    who.go("It went to the post")
    who.sees("Letters sent: 20", "Handed over, files still here")


# --- "I got two letters" --------------------------------------------------------------------------


@pytest.fixture
def letters(sqlite_template: Path, tmp_path: Path) -> Iterator[Field]:
    """A letter and, as nothing was answered, its reminder."""
    urls = copy_template(sqlite_template, tmp_path / "databases")
    (tmp_path / "data").mkdir()
    made = field_letters(urls, tmp_path / "desk", data_dir=tmp_path / "data", synthetic=True)
    yield made
    made.desk.ctx.databases.close()


def test_caller_with_two_letters_is_told_why_and_gets_the_next_at_the_right_address(
    chromium: Browser, letters: Field
) -> None:
    ctx = letters.desk.ctx
    first = next(one for one in letters.desk.messages("letter_1") if one.case_id == letters.silent)
    for url in serve(ctx):
        who = somebody(chromium, url, ctx, Role.FIELDWORK)
        who.go("People")
        # What the caller can read out: it stands beside the address on both letters.
        who.fill("Who are you looking for?", f"Ref. {first.id.hex[:10]}")
        who.press("Enter")
        who.tab.wait_for_url("**/staff/cases/*-*")
        who.sees("letters 2", "The first message of the plan", "A reminder of the plan")
        who.choose("What did you do or hear?", "Asked why there were two letters")
        who.go("Note it")
        who.sees("It is on record")
        who.go("The person: address, news, all waves")
        who.choose("What happened?", "New address")
        who.go("Record it")
        who.sees("Fill in the new address")
        for name, typed in (
            ("Street", "Nieuwe Straat"), ("House number", "7"), ("Postcode", "3511 AB"),
            ("Town", "Utrecht"),
        ):  # fmt: skip
            who.fill(name, typed)
        who.go("Record it")
        who.sees("It is on record")
        who.go("Show contact details")
        who.sees("Nieuwe Straat", "3511 AB")
