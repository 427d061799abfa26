"""Whole pieces of work as analyst, translator and privacy officer, by keyboard alone.

Each begins at the sign-in page and goes on by what the pages offer; no other address is typed.
What was found confusing on the way is told in ``docs/journeys``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import openpyxl
import pytest
from playwright.sync_api import Browser, Page

from app.clock import FixedClock
from app.i18n.remarks import Standing
from app.panel.states import Role
from app.services import jobs
from app.services.content import site_texts
from app.services.context import ServiceContext
from tests.browser.staff.keyboard import Keys
from tests.builders import context, field_wave, kinds_bank
from tests.conftest import copy_template
from tests.integration.privacy.someone import someone
from tests.integration.staff.conftest import NOON, add_account
from tests.integration.staff.released import released, released_folder
from tests.unit.i18n.small_study import (
    everything,
    refresh,
    translate,
    translations_in,
    write_study,
)
from tests.web.staff.test_staff_in_browser import serve

__all__ = ["released", "released_folder"]  # fixtures

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PATIENCE_MS = 20_000
NAME = "Satisfaction by route and sex"


@pytest.fixture
def small(sqlite_template: Path, tmp_path: Path) -> Iterator[ServiceContext]:
    """A small study in the field, with an Arabic catalog that nobody has reviewed."""
    folder = tmp_path / "program"
    write_study(folder, languages={2025: "nl, en, ar"})
    path = refresh(folder)
    translate(path, everything(path))
    urls = copy_template(sqlite_template, tmp_path / "databases")
    data = tmp_path / "data"
    data.mkdir()
    opened = context(urls, FixedClock(NOON), data_dir=data)
    field_wave(opened, kinds_bank())
    shipped = translations_in(folder)
    (shipped / "locales.toml").write_text(
        (opened.catalogs / "locales.toml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    yield replace(opened, study=folder / "surveys" / "small", catalogs=shipped)
    opened.databases.close()


def keys(chromium: Browser) -> Keys:
    tab: Page = chromium.new_context(
        locale="en", viewport={"width": 1440, "height": 900}
    ).new_page()
    tab.set_default_timeout(PATIENCE_MS)
    return Keys(tab)


def done_here(ctx: ServiceContext, at: Keys) -> None:
    """The work that the page waits for; a test starts no process for it."""
    assert jobs.run_here(ctx, UUID(at.tab.url.rpartition("/")[2]))


def columns_of(tab: Page) -> list[list[str]]:
    """The answers in the first table of the builder, without what stands under the numbers."""
    rows = tab.locator("#made-1 tbody tr").all()
    return [
        [cell.inner_text().split("\n")[0].strip() for cell in row.locator("td").all()]
        for row in rows
    ]


def test_analyst_finds_the_questions_makes_the_table_and_takes_it_to_excel(
    chromium: Browser, released: ServiceContext, tmp_path: Path
) -> None:
    for url in serve(released):
        at = keys(chromium)
        at.sign_in(url, add_account(released, Role.ANALYST, "a@example.org"), NOON)
        at.follow("Results")
        at.follow("Questions")
        at.to("A word of the question or answer")
        at.type("satisfaction lessons")
        with at.tab.expect_navigation():
            at.press("Enter")
        assert "These say “satisf lessons”." in at.words
        at.follow("How satisfied are you with your lessons?")
        at.follow("Make a table of it")

        at.to("Broken down by", "select")
        at.type("Which learning route")
        at.tab.wait_for_selector("#made-1 th:has-text('B1 route')")
        assert "No letters: fewer than two groups have enough people" in at.words
        at.send("Add a breakdown")
        at.to("And by", "select")
        at.type("Sex")
        at.tab.wait_for_selector("#made-1 th:has-text('Women')")
        assert "w1_cs" in at.words
        at.to("As XLSX", "a")
        with at.tab.expect_download() as taken:
            at.press("Enter")
        taken.value.save_as(tmp_path / "table.xlsx")
        assert numbers_of(tmp_path / "table.xlsx") == numbers_on(columns_of(at.tab))

        at.unfold("Keep this table")
        at.to("Name of a new plan", "input")
        at.type(NAME)
        with at.tab.expect_navigation():
            at.press("Enter")
        assert f"The table is kept in “{NAME}”." in at.words
        assert "A researcher makes it, and finds this plan there by its name." in at.words
        assert_same_from_a_release(chromium, released, url, at)


def assert_same_from_a_release(
    chromium: Browser, ctx: ServiceContext, url: str, analyst: Keys
) -> None:
    """A researcher makes the release; the analyst makes the same table from it."""
    at = keys(chromium)
    at.sign_in(url, add_account(ctx, Role.RESEARCHER, "r@example.org"), NOON)
    at.follow("Results")
    at.follow("Kept tables")
    at.follow(NAME)
    at.follow("Make a release with these tables")
    at.to("Why this release is made", "textarea")
    at.type("For the board")
    at.send("Make the release")
    done_here(ctx, at)
    at.follow("Look again")
    at.follow("To the outcome")
    assert f"kept plan “{NAME}”" in at.words

    analyst.follow("How satisfied are you with your lessons?")
    before = columns_of(analyst.tab)
    analyst.to("Made on", "select")
    analyst.type("Release 2")
    analyst.tab.wait_for_selector(
        ".title .badge:has-text('Release 2'), .source:has-text('Release 2')"
    )
    # What is published is protected as a whole, so that other numbers may be missing.
    both = [
        (one, other)
        for row, now in zip(before, columns_of(analyst.tab), strict=True)
        for one, other in zip(row, now, strict=True)
        if "×" not in one + other
    ]
    assert both
    assert all(one == other for one, other in both)


def numbers_of(file: Path) -> list[list[str]]:
    """The shares of the second sheet, in per cent with one decimal as the page has them."""
    sheet = openpyxl.load_workbook(file).worksheets[1]
    return [
        [
            f"{100 * cell:.1f}" if isinstance(cell, int | float) else str(cell)
            for cell in row[2:]
            if cell is not None
        ]
        for row in sheet.iter_rows(values_only=True)
        if row[1] == "share"
    ]


def numbers_on(rows: list[list[str]]) -> list[list[str]]:
    return [[cell.partition("%")[0].strip("()†") for cell in row] for row in rows]


def test_translator_changes_a_text_a_colleague_finds_it_good_and_signs_the_part(
    chromium: Browser, small: ServiceContext
) -> None:
    for url in serve(small):
        at = keys(chromium)
        at.sign_in(url, add_account(small, Role.TRANSLATOR, "t@example.org"), NOON)
        at.follow("Texts")
        at.follow("Arabic")
        at.follow("Start")
        first = at.tab.locator("main table.pairs td a").first.inner_text()
        at.follow(first)
        at.to("Translation", "textarea")
        assert at.tab.evaluate("document.activeElement.dir") == "rtl"
        at.press("Control+a")
        at.type("هل تعمل؟")
        at.send("Save")
        assert "Saved." in at.words
        assert "These are your own words" in at.words
        at.follow("Start")
        assert "your own words" in at.words
        assert "A colleague finds them good" in at.words

        at = keys(chromium)
        at.sign_in(url, add_account(small, Role.RESEARCHER, "r@example.org"), NOON)
        at.follow("Texts")
        at.follow("Arabic")
        at.follow("Start")
        at.follow("هل تعمل؟")
        at.send("I find this translation good")
        assert "On record: you found this translation good." in at.words
        at.follow("Start")
        at.tick("beside their source and found them good")
        at.send("Sign off")
        assert "Signed off by r@example.org" in at.words

    whole = site_texts.read_texts(small, "ar")
    signed = next(part for part in whole.parts if part.is_signed_off)
    assert {one.entry.standing for one in signed.texts} == {Standing.REVIEWED}


def test_officer_erases_who_wrote_a_letter_reads_the_proof_and_finds_nobody(
    chromium: Browser, small: ServiceContext
) -> None:
    who = someone(small)
    clock = small.clock
    assert isinstance(clock, FixedClock)
    for url in serve(small):
        account = add_account(small, Role.PRIVACY_OFFICER, "p@example.org")
        at = keys(chromium)
        at.sign_in(url, account, clock.now())
        at.follow("Privacy")
        put_down(at, who.code, downs=2)
        assert "The part in the study ended" in at.words

        clock.advance(timedelta(minutes=11))
        at.follow("Erase this person")
        # The last code is older than ten minutes: it is asked for again.
        at.tab.wait_for_selector("[name=confirm_code]:focus")
        at.type(account.code(clock.now()))
        with at.tab.expect_navigation():
            at.press("Enter")
        assert "What goes, for good" in at.words
        at.tick("I know that this cannot be undone.")
        at.send("Erase this person")
        done_here(small, at)
        at.follow("Look again")
        at.follow("To the outcome")
        assert "Nothing left" in at.words
        assert "Tell the person in writing" in at.words

        at.follow("People")
        at.to("Who are you looking for?", "input")
        at.type(who.code)
        with at.tab.expect_navigation():
            at.press("Enter")
        assert "We found nobody" in at.words
        at.follow("Privacy")
        at.follow("Erased people")
        assert who.person_id.hex[:8] in at.words


def test_officer_makes_the_copy_for_who_asks_to_see_the_data(
    chromium: Browser, small: ServiceContext, tmp_path: Path
) -> None:
    who = someone(small)
    for url in serve(small):
        at = keys(chromium)
        at.sign_in(url, add_account(small, Role.PRIVACY_OFFICER, "p@example.org"), NOON)
        at.follow("Privacy")
        put_down(at, who.contact["email"], downs=0)
        at.follow("Make the copy")
        at.to("Download the copy", "button")
        with at.tab.expect_download() as taken:
            at.press("Enter")
        taken.value.save_as(tmp_path / "copy.html")
        assert who.contact["email"] in (tmp_path / "copy.html").read_text(encoding="utf-8")
        at.follow("Back to the request")
        assert "Copy made" in at.words


def put_down(at: Keys, typed: str, *, downs: int) -> None:
    """Put a request on record; which one is chosen with the arrow keys."""
    at.follow("Put down a request")
    at.to("Who asks?", "input")
    at.type(typed)
    with at.tab.expect_navigation():
        at.press("Enter")
    at.to("See the data", "input")
    at.press("Space")
    for _ in range(downs):
        at.press("ArrowDown")
    at.tick("fit: this is the person")
    at.send("Put it on record")
