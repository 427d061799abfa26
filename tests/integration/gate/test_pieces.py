"""What takes more than the files: fonts, recordings, published codes, pages, screens."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.i18n.fonts import missing_glyphs
from app.i18n.spoken import SpokenText, text_hash
from app.page_sizes import question_page_sizes
from app.questionnaire import canonical
from app.questionnaire.compile import compile_wave
from app.questionnaire.model import Bank, Instrument
from app.services.content.instruments import check_study
from app.services.content.readiness import Ground, PageSize, Pieces, Readiness, gate
from app.services.content.readiness_texts import changed_meanings
from app.services.speech.audio import AudioCoverage, audio_coverage, spoken_texts
from app.storage.audio import Clip, add_clip, begin_edition
from app.storage.models import ClipKind
from app.storage.types import new_id
from app.storage.unit_of_work import Databases
from app.storage.versions import Version
from tests.integration.gate.seeded import CATALOG, INTERFACE, LESSONS, STUDY, WAVE, Fault, of_text

NOW = datetime(2023, 10, 1, tzinfo=UTC)


def gate_of(copy: Path, pieces: Pieces, **options: bool) -> Readiness:
    return gate(copy / STUDY, [2024], pieces, translations=copy / "translations", **options)


def lines(ready: Readiness, ground: Ground) -> list[str]:
    return [str(one) for one in ready.findings if one.ground is ground]


def add_to_wave(copy: Path, more: str) -> int:
    """Add a line to the plan of the copied wave; return its number."""
    file = copy / WAVE
    file.write_text(f"{file.read_text('utf-8').rstrip()}\n{more}\n", "utf-8")
    return len(file.read_text("utf-8").splitlines())


def ask_in(copy: Path, languages: str) -> None:
    """Ask all waves in these languages only: without others, a text may change at will."""
    for file in (copy / STUDY / "waves").glob("*.yaml"):
        text = re.sub(r"(?m)^languages: .*$", f"languages: [{languages}]", file.read_text("utf-8"))
        file.write_text(text, "utf-8")


def bank_of(copy: Path) -> Bank:
    bank, problems = check_study(copy / STUDY, copy / "translations")
    assert bank is not None, problems
    return bank


# --- who reviewed it ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["perspectief", "messages"])
def test_review_on_a_day_to_come_is_no_review(name: str, copy: Path) -> None:
    catalog = copy / "translations" / "ar" / "LC_MESSAGES" / f"{name}.po"
    claimed = "# state: reviewed by Mina Ahmadi on 2099-01-01"
    catalog.write_text(catalog.read_text("utf-8").replace("# state: draft", claimed, 1), "utf-8")

    ready = gate_of(copy, Pieces(today=NOW.date(), respondents=0), drafts=True)

    (found,) = lines(ready, Ground.FAULT)
    assert found.startswith(f"ar/LC_MESSAGES/{name}.po:")
    assert found.endswith("is reviewed by Mina Ahmadi on 2099-01-01, and today is 2023-10-01")


# --- catalogs -------------------------------------------------------------------------------------


def test_catalog_that_cannot_be_read_is_one_fault_and_brings_no_others(copy: Path) -> None:
    catalog = copy / CATALOG
    text = catalog.read_text("utf-8")
    catalog.write_text(text.replace('msgid "Waar woont u nu?"', 'msgid "Waar woont', 1), "utf-8")
    line = text[: text.index('msgid "Waar woont u nu?"')].count("\n") + 1

    _, problems = check_study(copy / STUDY, copy / "translations")

    assert [str(one.place) for one in problems] == [f"ar/LC_MESSAGES/perspectief.po:{line}"]
    assert "expected a string in quotes" in problems[0].message


def test_guess_in_the_interface_is_a_fault(copy: Path) -> None:
    catalog = copy / INTERFACE
    text = catalog.read_text("utf-8")
    catalog.write_text(text.replace('msgid "Help"', '#, fuzzy\nmsgid "Help"', 1), "utf-8")

    (found,) = lines(gate_of(copy, Pieces(respondents=0)), Ground.INTERFACE)

    assert '"Help": is marked as fuzzy' in found


# --- fonts ----------------------------------------------------------------------------------------


def test_letter_that_no_font_of_the_language_has_is_named(copy: Path) -> None:
    file, line = of_text("", "r_wonen", "أين تسكنون 漢؟", "").plant(copy)

    ready = gate_of(copy, Pieces(missing_glyphs=missing_glyphs, respondents=0))

    assert lines(ready, Ground.GLYPHS) == [
        f"{file}:{line}: r_wonen: 漢 (U+6F22) is not in the font"
    ]


# --- read aloud -----------------------------------------------------------------------------------


@pytest.fixture
def recorded(copy: Path, sqlite_databases: Databases) -> Databases:
    """Every Arabic text of the wave has been recorded by a person."""
    bank = bank_of(copy)
    texts = {one.hash: one for one in spoken_texts(bank, "ar", copy / "translations")}
    with sqlite_databases.research.write() as connection:
        begin_edition(connection, "ar")
        for one in texts.values():
            add_clip(connection, clip(one), b"mp3")
    return sqlite_databases


def clip(text: SpokenText, *, kind: ClipKind = ClipKind.RECORDED, words: str = "") -> Clip:
    return Clip(
        id=new_id(),
        language=text.language,
        text_hash=text_hash(words) if words else text.hash,
        name=text.name,
        kind=kind,
        speaker="Mina",
        seconds=2.0,
        made_at=NOW,
        made_by="test",
        sha256="0" * 64,
        size=3,
    )


def heard(databases: Databases) -> Pieces:
    def coverage(language: str, texts: Iterable[SpokenText]) -> AudioCoverage:
        return audio_coverage(databases.research, language, list(texts))

    return Pieces(audio=coverage, respondents=0)


def test_wave_that_is_recorded_throughout_passes(copy: Path, recorded: Databases) -> None:
    add_to_wave(copy, "audio: {languages: [ar], required: recorded}")

    assert lines(gate_of(copy, heard(recorded)), Ground.AUDIO) == []


def test_recording_of_an_earlier_text_is_stale(copy: Path, recorded: Databases) -> None:
    add_to_wave(copy, "audio: {languages: [ar], required: recorded}")
    file, line = of_text("", "r_wonen", "في أي بيت تسكنون اليوم؟", "").plant(copy)

    found = lines(gate_of(copy, heard(recorded)), Ground.AUDIO)

    assert found == [f"{file}:{line}: r_wonen: its recording (ar) says an earlier text"]


def test_voice_of_a_program_is_no_recording_but_passes_a_rehearsal(
    copy: Path, recorded: Databases
) -> None:
    add_to_wave(copy, "audio: {languages: [ar], required: recorded}")
    texts = spoken_texts(bank_of(copy), "ar", copy / "translations")
    text = next(one for one in texts if one.name == "r_wonen")
    with recorded.research.write() as connection:
        begin_edition(connection, "ar")
        add_clip(connection, clip(text, kind=ClipKind.DRAFT), b"mp3")

    (line,) = lines(gate_of(copy, heard(recorded)), Ground.AUDIO)
    assert line.startswith(f"{text.place}: r_wonen: has a draft of a program only in ar")

    rehearsed = gate_of(copy, heard(recorded), drafts=True)
    assert lines(rehearsed, Ground.AUDIO) == []
    assert line in map(str, rehearsed.warnings)


def test_texts_that_nobody_reads_aloud_are_counted_by_file(
    copy: Path, sqlite_databases: Databases
) -> None:
    add_to_wave(copy, "audio: {languages: [ar], required: draft}")

    found = lines(gate_of(copy, heard(sqlite_databases)), Ground.AUDIO)

    assert [one.split(":")[0] for one in found] == [
        "ar/LC_MESSAGES/messages.po",
        "ar/LC_MESSAGES/perspectief.po",
    ]
    assert all("has no clip in ar, draft is required" in one for one in found)


def test_without_a_database_the_gate_says_what_it_did_not_hear(copy: Path) -> None:
    line = add_to_wave(copy, "audio: {languages: [ar], required: draft}")

    found = lines(gate_of(copy, Pieces(respondents=0)), Ground.AUDIO)

    assert [one.partition(": ")[0] for one in found] == [f"{WAVE}:{line}"]
    assert "no database was given" in found[0]


# --- codes ----------------------------------------------------------------------------------------


def test_code_used_again_with_another_meaning_is_named(copy: Path) -> None:
    ask_in(copy, "nl, en")
    text = canonical.to_json(compile_wave(bank_of(copy), 2024))
    published = Version("v", "perspectief", 2024, 1, text, ["nl", "en"], NOW, "test", None)
    fault = Fault("", LESSONS, "Te langzaam", "Precies goed", "", start="- var: q_tempo\n")
    file, line = fault.plant(copy)

    def meanings(instrument: Instrument) -> list:
        return list(changed_meanings(instrument, [published]))

    ready = gate_of(copy, Pieces(meanings=meanings, respondents=0))

    assert lines(ready, Ground.MEANING) == [
        f'{file}:{line}: q_tempo: code "langzaam" said "Te langzaam" when wave 2024 was published,'
        ' now "Precies goed"'
    ]


def test_comma_in_an_answer_is_no_other_meaning(copy: Path) -> None:
    instrument = compile_wave(bank_of(copy), 2024)
    text = canonical.to_json(instrument).replace('"Te langzaam"', '"te langzaam!"')
    published = Version("v", "perspectief", 2024, 1, text, ["nl", "en"], NOW, "test", None)

    assert list(changed_meanings(instrument, [published])) == []


# --- pages and screens ----------------------------------------------------------------------------


def test_page_over_its_bytes_is_named_with_its_question(copy: Path) -> None:
    instrument = compile_wave(bank_of(copy), 2024)
    var = "q_tempo"
    place = instrument.item_by_var[var].place

    def measured(_: Instrument) -> list[PageSize]:
        return [
            PageSize(var, var, "nl", 3_000, 3_072),
            PageSize(var, var, "ar", 4_000, 3_072),
            PageSize(var, var, "en", 3_500, 3_072),
        ]

    ready = gate_of(copy, Pieces(measure=measured, respondents=0))

    assert lines(ready, Ground.BYTES) == [
        f"{place}: page q_tempo is 4,000 bytes in ar, at most 3,072"
    ]


def test_pages_are_weighed_as_the_site_sends_them(copy: Path) -> None:
    """Nine long answers in words that do not pack make one page too heavy, and no other."""
    ask_in(copy, "nl")
    rng = random.Random(1)
    words = ["".join(chr(rng.randrange(0x4E00, 0x9FFF)) for _ in range(290)) for _ in range(9)]
    more = "".join(
        f'      - {{code: "x{at}", nl: "{one}", en: "x{at}"}}\n' for at, one in enumerate(words)
    )
    Fault("", LESSONS, r"(?<=options:\n)", more, "", start="- var: q_tempo\n").plant(copy)
    bank = bank_of(copy)

    sizes = [one for one in question_page_sizes(compile_wave(bank, 2024)) if one.language == "nl"]

    heavy = {one.page for one in sizes if one.size > one.most}
    assert len({one.var for one in sizes}) > 100
    assert heavy == {"q_tempo"}


def test_wave_with_more_screens_than_its_plan_allows_is_named(copy: Path) -> None:
    line = add_to_wave(copy, "most_screens: 20")

    ready = gate_of(copy, Pieces(respondents=60))

    found = lines(ready, Ground.SCREENS)
    assert {one.partition(": ")[0] for one in found} == {f"{WAVE}:{line}"}
    assert all("screens (median), at most 20" in one for one in found)
    assert sum(one.people for one in ready.screens[2024]) == 60


# --- reviews --------------------------------------------------------------------------------------


def test_unreviewed_texts_are_one_line_and_pass_a_rehearsal(copy: Path) -> None:
    strict = gate_of(copy, Pieces(respondents=0))
    rehearsed = gate_of(copy, Pieces(respondents=0), drafts=True)

    (line,) = [
        one for one in lines(strict, Ground.REVIEW) if CATALOG[13:] in one if "not rev" in one
    ]
    assert re.search(r"\d{3} texts are not reviewed, the first is study\|title", line)
    assert line in map(str, rehearsed.warnings)
    assert lines(rehearsed, Ground.REVIEW) == []
