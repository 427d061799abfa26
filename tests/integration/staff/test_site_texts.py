"""Translators at work on the site: their words count, and the program's files stay as they are."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.i18n.edits import current_catalogs, log_path
from app.i18n.remarks import Remarks, Review, Standing
from app.panel.states import Role
from app.services.accounts import staff
from app.services.accounts.staff import SignInStage, Visit
from app.services.content import site_texts, text_edits, text_files, text_sheets, translating
from app.services.content.instruments import check_study
from app.services.content.site_texts import SiteText
from app.services.content.text_edits import (
    NotReadyError,
    NowhereToKeepError,
    OwnWordsError,
    TextChangedError,
    TextFaultsError,
    Written,
)
from app.services.context import ServiceContext
from app.storage import staff as accounts
from app.storage.audit import verify_chain
from tests.integration.staff.conftest import PASSWORD
from tests.unit.i18n.small_study import (
    MODULE,
    everything,
    refresh,
    translate,
    translations_in,
    write_study,
)

DAY = date(2024, 2, 1)
"""Of the clock of these tests."""


@pytest.fixture
def texts(ctx: ServiceContext, tmp_path: Path) -> Iterator[ServiceContext]:
    """The small study with an Arabic catalog: all drafts, but ``work`` is not translated."""
    folder = tmp_path / "program"
    write_study(folder, languages={2025: "nl, en, ar"})
    path = refresh(folder)
    translate(path, everything(path) | {"work": ""})
    yield replace(ctx, study=folder / "surveys" / "small", catalogs=translations_in(folder))
    with ctx.databases.research.snapshot() as connection:
        assert verify_chain(connection) is None


@pytest.fixture
def who(texts: ServiceContext) -> Callable[[str], Visit]:
    def visit(name: str, role: Role = Role.TRANSLATOR) -> Visit:
        email = f"{name}@example.org"
        with texts.databases.research.read() as connection:
            member = accounts.find_member(connection, email)
        if member is None:
            staff.add_member(texts, email=email, password=PASSWORD, role=role)
            return visit(name, role)
        return Visit(member.id, email, role, SignInStage.FULL, "key")

    return visit


def text(ctx: ServiceContext, name: str) -> SiteText:
    whole = site_texts.read_texts(ctx, "ar")
    return next(one for one in whole.texts if one.entry.context == name)


def save(ctx: ServiceContext, visit: Visit, name: str, words: str) -> bool:
    one = text(ctx, name)
    return text_edits.save(ctx, visit, "ar", one.id, Written((words,)), seen=one.seen)


def review(ctx: ServiceContext, visit: Visit, name: str) -> None:
    one = text(ctx, name)
    text_edits.review(ctx, visit, "ar", one.id, seen=one.seen)


def test_what_a_translator_writes_is_what_the_next_version_would_say(
    texts: ServiceContext, who: Callable[[str], Visit]
) -> None:
    own = {path: path.read_bytes() for path in texts.catalogs.rglob("*.po")}
    _, before = check_study(texts.study, texts.translations)
    assert any("work: is not translated" in str(one) for one in before)

    assert save(texts, who("mina"), "work", "هل تعمل؟")

    bank, problems = check_study(texts.study, texts.translations)
    assert problems == []
    assert bank is not None
    assert next(one for one in bank.items if one.var == "work").text["ar"] == "هل تعمل؟"
    # The program's own files are not written: the next version of it would lose what was there.
    assert {path: path.read_bytes() for path in texts.catalogs.rglob("*.po")} == own


def test_words_that_changed_are_a_draft_and_their_author_is_on_record(
    texts: ServiceContext, who: Callable[[str], Visit]
) -> None:
    save(texts, who("mina"), "work", "هل تعمل؟")
    review(texts, who("omar"), "work")
    reviewed = text(texts, "work").entry
    assert (reviewed.standing, reviewed.remarks.review) == (
        Standing.REVIEWED,
        Review("omar@example.org", DAY),
    )

    save(texts, who("omar"), "work", "هل لديك عمل؟")

    assert text(texts, "work").entry.standing is Standing.DRAFT
    sheet = text_sheets.read_sheet(texts, "ar", text(texts, "work").id)
    assert [(one.name, one.translations[0]) for one in sheet.history] == [
        ("omar@example.org", "هل لديك عمل؟"),
        ("omar@example.org", "هل تعمل؟"),
        ("mina@example.org", "هل تعمل؟"),
    ]


def test_nobody_reviews_their_own_words(texts: ServiceContext, who: Callable[[str], Visit]) -> None:
    save(texts, who("mina"), "work", "هل تعمل؟")
    with pytest.raises(OwnWordsError):
        review(texts, who("mina"), "work")
    # Nor by having a colleague add a note to them.
    one = text(texts, "work")
    noted = Written(one.entry.translations, note="So it is said in letters.")
    assert text_edits.save(texts, who("omar"), "ar", one.id, noted, seen=one.seen)
    with pytest.raises(OwnWordsError):
        review(texts, who("mina"), "work")
    review(texts, who("omar"), "work")
    assert text(texts, "work").entry.remarks.notes == ("So it is said in letters.",)


def test_words_that_would_break_a_page_are_refused_with_every_reason(
    texts: ServiceContext, who: Callable[[str], Visit]
) -> None:
    with pytest.raises(TextFaultsError) as refused:
        save(texts, who("mina"), "place|repeat", "تسكن في Den Haag 3.")
    assert set(refused.value.faults) == {
        'placeholder "{prev}" is missing',
        "number 3 is not in the source",
        "not between isolates: Den, Haag, 3",
    }
    with pytest.raises(TextFaultsError):
        save(texts, who("mina"), "pay", "")
    assert not log_path(texts.edits or Path(), "ar", "small").exists()


def test_page_that_was_overtaken_changes_nothing(
    texts: ServiceContext, who: Callable[[str], Visit]
) -> None:
    old = text(texts, "work")
    save(texts, who("mina"), "work", "هل تعمل؟")
    for act in (
        lambda: text_edits.save(
            texts, who("omar"), "ar", old.id, Written(("عمل؟",)), seen=old.seen
        ),
        lambda: text_edits.review(texts, who("omar"), "ar", old.id, seen=old.seen),
        lambda: text_edits.sign_off(texts, who("omar"), "ar", "first", seen="another"),
    ):
        with pytest.raises(TextChangedError):
            act()
    assert text(texts, "work").words == "هل تعمل؟"


def test_of_two_who_save_at_once_one_is_told(
    texts: ServiceContext, who: Callable[[str], Visit]
) -> None:
    one = text(texts, "work")
    visits = [who(f"t{number}") for number in range(6)]

    def write(visit: Visit) -> bool:
        words = Written((f"هل تعمل{'ا' * int(visit.email[1])}؟",))
        try:
            return text_edits.save(texts, visit, "ar", one.id, words, seen=one.seen)
        except TextChangedError:
            return False

    with ThreadPoolExecutor(6) as pool:
        kept = list(pool.map(write, visits))

    assert kept.count(True) == 1
    assert text(texts, "work").entry.standing is Standing.DRAFT


def test_part_is_signed_off_when_whole_and_a_change_takes_the_signature_away(
    texts: ServiceContext, who: Callable[[str], Visit]
) -> None:
    def sign(name: str) -> int:
        part = site_texts.read_texts(texts, "ar").part("first")
        return text_edits.sign_off(texts, who(name), "ar", "first", seen=part.digest)

    with pytest.raises(NotReadyError):
        sign("omar")
    save(texts, who("mina"), "work", "هل تعمل؟")
    with pytest.raises(OwnWordsError):
        sign("mina")

    assert sign("omar") == len(site_texts.read_texts(texts, "ar").part("first").texts)

    part = site_texts.read_texts(texts, "ar").part("first")
    assert part.is_signed_off
    assert {one.entry.standing for one in part.texts} == {Standing.REVIEWED}
    save(texts, who("mina"), "work", "هل لديك عمل؟")
    changed = site_texts.read_texts(texts, "ar").part("first")
    assert not changed.is_signed_off
    assert changed.sign_off is not None
    assert changed.sign_off.name == "omar@example.org"


def test_edit_steps_back_when_the_programs_own_catalog_says_something_new(
    texts: ServiceContext, who: Callable[[str], Visit]
) -> None:
    save(texts, who("mina"), "work", "هل تعمل؟")
    path = texts.catalogs / "ar" / "LC_MESSAGES" / "small.po"

    translate(path, {"work": "هل لديك وظيفة؟"}, Remarks(Review("Mina Ahmadi", DAY)))

    found = text(texts, "work").entry
    assert (found.translations, found.standing) == (("هل لديك وظيفة؟",), Standing.REVIEWED)
    assert text_sheets.read_sheet(texts, "ar", text(texts, "work").id).author is None


def test_edit_of_a_question_that_changed_stays_and_is_stale(
    texts: ServiceContext, who: Callable[[str], Visit]
) -> None:
    save(texts, who("mina"), "work", "هل تعمل؟")
    module = texts.study / "modules" / "first.yaml"
    module.write_text(MODULE.replace("Werkt u?", "Heeft u werk?"), encoding="utf-8")
    refresh(texts.catalogs.parent)

    found = text(texts, "work").entry
    assert (found.standing, found.remarks.was) == (Standing.STALE, "Werkt u?")
    assert found.translations == ("هل تعمل؟",)
    # Whoever finds it right all the same says so by saving it.
    save(texts, who("omar"), "work", "هل تعمل؟")
    assert text(texts, "work").entry.standing is Standing.DRAFT


def test_line_that_was_half_written_costs_nothing_but_itself(
    texts: ServiceContext, who: Callable[[str], Visit]
) -> None:
    save(texts, who("mina"), "work", "هل تعمل؟")
    log = log_path(texts.edits or Path(), "ar", "small")
    with log.open("ab") as file:
        file.write(log.read_bytes()[:-40])

    assert save(texts, who("omar"), "pay", "هل تتقاضى أجرا؟")

    assert text(texts, "work").words == "هل تعمل؟"
    assert text(texts, "pay").words == "هل تتقاضى أجرا؟"


def test_catalogs_of_today_are_made_once_and_again_after_a_change(
    texts: ServiceContext, who: Callable[[str], Visit]
) -> None:
    assert texts.translations == texts.catalogs
    save(texts, who("mina"), "work", "هل تعمل؟")
    today = texts.translations
    made = {path: path.stat().st_mtime_ns for path in today.rglob("*") if path.is_file()}

    assert texts.translations == today
    assert {path: path.stat().st_mtime_ns for path in made} == made
    for path in (today / "ar" / "LC_MESSAGES" / "small.po", today / ".stamp"):
        os.truncate(path, 0)
    assert current_catalogs(texts.catalogs, texts.edits) == today
    assert text(texts, "work").words == "هل تعمل؟"


def test_without_a_data_directory_nothing_is_kept_and_everything_can_be_read(
    texts: ServiceContext, who: Callable[[str], Visit]
) -> None:
    bare = replace(texts, settings=replace(texts.settings, data_dir=None))
    visit = who("mina")
    assert len(site_texts.read_texts(bare, "ar").texts) > 20
    with pytest.raises(NowhereToKeepError):
        save(bare, visit, "work", "هل تعمل؟")


@pytest.mark.parametrize("format_", ["xlsx", "po"])
def test_file_comes_back_as_drafts_of_who_brought_it(
    texts: ServiceContext, who: Callable[[str], Visit], tmp_path: Path, format_: str
) -> None:
    save(texts, who("mina"), "work", "هل تعمل؟")
    review(texts, who("omar"), "pay")
    out = text_files.file_of(texts, "ar", "small", format_)
    there = _changed(out, format_, tmp_path, {"pay": "هل تتقاضى أجرا؟"})

    done = text_files.take_in(texts, who("lea"), "ar", "small", f"x.{format_}", there)

    assert (done.changed, done.empty) == (1, 0)
    entry = text(texts, "pay").entry
    assert (entry.translations[0], entry.standing) == ("هل تتقاضى أجرا؟", Standing.DRAFT)
    with pytest.raises(OwnWordsError):
        review(texts, who("lea"), "pay")


def test_file_with_a_wrong_row_is_refused_whole(
    texts: ServiceContext, who: Callable[[str], Visit], tmp_path: Path
) -> None:
    out = text_files.file_of(texts, "ar", "small", "po")
    wrong = _changed(out, "po", tmp_path, {"pay": "هل تتقاضى أجرا؟", "place|repeat": "لا"})

    with pytest.raises(translating.ImportProblemsError) as refused:
        text_files.take_in(texts, who("lea"), "ar", "small", "x.po", wrong)

    assert [one.name for one in refused.value.problems] == ["place|repeat"]
    assert text(texts, "pay").words != "هل تتقاضى أجرا؟"


@pytest.mark.parametrize(("name", "content"), [("x.xlsx", b"PK"), ("x.exe", b"MZ"), ("", b"")])
def test_what_is_no_translators_file_is_said_to_be_none(
    texts: ServiceContext, who: Callable[[str], Visit], name: str, content: bytes
) -> None:
    with pytest.raises(translating.TranslationFileError):
        text_files.take_in(texts, who("lea"), "ar", "small", name, content)


@pytest.mark.parametrize(
    ("typed", "marked"),
    [
        ("تعمل في Den Haag منذ 2024.", "تعمل في \u2068Den Haag\u2069 منذ \u20682024\u2069."),
        ("بعد (inburgering) و {prev}", "بعد (\u2068inburgering\u2069) و {prev}"),
        ("\u2068MBO\u2069 ثم 2", "\u2068MBO\u2069 ثم \u20682\u2069"),
        ("%(count)s من 7", "%(count)s من \u20687\u2069"),
        ("\u2068MBO ثم 2", "\u2068MBO ثم 2"),
        ("لا شيء", "لا شيء"),
    ],
)
def test_marks_are_put_around_what_stands_bare(typed: str, marked: str) -> None:
    assert text_edits.isolated_words(typed, "ar") == marked
    assert text_edits.isolated_words(marked, "ar") == marked
    assert text_edits.isolated_words("in 2024", "tr") == "in 2024"


def _changed(content: bytes, format_: str, folder: Path, words: dict[str, str]) -> bytes:
    """What a translator sends back."""
    file = folder / f"back.{format_}"
    file.write_bytes(content)
    if format_ == "po":
        from app.i18n.catalogs import catalog_text, parse_catalog

        catalog = parse_catalog(content, "back.po", locale="ar")
        for message in catalog:
            if message.id and message.context in words:
                message.string = words[message.context]
        return catalog_text(catalog).encode()
    from openpyxl import load_workbook

    book = load_workbook(file)
    for row in book.worksheets[0].iter_rows(min_row=2):
        if row[0].value in words:
            row[4].value = words[str(row[0].value)]
    book.save(file)
    return file.read_bytes()
