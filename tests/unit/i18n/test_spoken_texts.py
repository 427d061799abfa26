"""Which texts are read aloud, and when a text is another text."""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import Path

import pytest

from app.i18n.catalogs import parse_catalog
from app.i18n.spoken import (
    instrument_hashes,
    interface_texts,
    segments,
    study_texts,
    text_hash,
    unique,
)
from app.questionnaire.compile import asked_in, compile_wave
from app.services.speech.audio import NoSuchLanguageError, texts_to_speak
from tests.builders import real_bank
from tests.unit.i18n.small_study import (
    bank_in,
    everything,
    refresh,
    translate,
    translations_in,
    write_study,
)


def test_a_text_is_the_same_however_its_lines_are_broken_and_its_letters_composed() -> None:
    composed = "Heeft u één\u00a0baan?"
    decomposed = unicodedata.normalize("NFD", "  Heeft u één\n baan?\n")

    assert text_hash(composed) == text_hash(decomposed)
    # By hand, so that clips recorded today are found by the programs of tomorrow.
    assert text_hash(composed) == hashlib.sha256("Heeft u één baan?".encode()).hexdigest()


@pytest.mark.parametrize(
    "other", ["Werkt U?", "Werkt u", "Werkt u ?", "Werkt u\u200c?", "Werkt u? {prev}"]
)
def test_a_text_that_says_anything_else_is_another_text(other: str) -> None:
    assert text_hash(other) != text_hash("Werkt u?")


def test_a_text_is_said_around_what_is_filled_in_on_the_page() -> None:
    assert segments("U woont in \u2068{r_gemeente}\u2069. Klopt dat?") == [
        "U woont in",
        ". Klopt dat?",
    ]
    assert segments("Choose at most %(most)s answers.") == ["Choose at most", "answers."]
    assert segments("Ja") == ["Ja"]


def test_everything_on_a_page_is_read_but_titles_and_units(tmp_path: Path) -> None:
    bank = bank_in(write_study(tmp_path))

    assert {one.name: one.text for one in study_texts(bank, "nl")} == {
        "missing|dk": "Weet ik niet",
        "missing|ref": "Wil ik niet zeggen",
        "missing|skip": "Overgeslagen",
        "scale yesno|yes": "Ja",
        "scale yesno|no": "Nee",
        "scale confirm3|still_true": "Dat klopt nog",
        "scale confirm3|changed": "Dat is veranderd",
        "scale confirm3|never_true": "Dat was nooit zo",
        "module first|lead": "Eerst over werk.",
        "work": "Werkt u?",
        "pay": "Krijgt u geld?",
        "hours": "Hoeveel uur?",
        "hours|help": "Bijvoorbeeld 24 uur.",
        "hours|when pay == 'no'": "Hoeveel uur helpt u?",
        "land": "Welk land?",
        "place": "Waar woont u?",
        "place|repeat": "U woont in {prev}. Klopt dat?",
        "place|option town": "Stad",
        "place|option other": "Anders",
        "views": "Uw mening",
        "v_gemeente": "De gemeente helpt.",
        "work|ending when work == 'no'": "Dank u.",
    }


def test_a_text_carries_the_line_where_its_words_are_mended(tmp_path: Path) -> None:
    study = write_study(tmp_path)
    catalog = refresh(tmp_path)
    translate(catalog, everything(catalog))

    dutch = {one.name: one.place for one in texts_to_speak(study, "nl", translations_in(tmp_path))}
    arabic = {one.name: one.place for one in texts_to_speak(study, "ar", translations_in(tmp_path))}

    line = (study / "modules/first.yaml").read_text().splitlines()[dutch["hours|help"].line - 1]
    assert "var: hours" in line
    assert dutch["hours|help"].file == "surveys/small/modules/first.yaml"
    assert dutch["scale yesno|no"].file == "surveys/small/scales.yaml"
    place = arabic["hours|help"]
    assert place.file == "ar/LC_MESSAGES/small.po"
    lines = catalog.read_text().splitlines()
    assert 'msgctxt "hours|help"' in lines[place.line - 2 : place.line]


def test_a_text_whose_translation_is_missing_or_stale_is_not_to_be_recorded_yet(
    tmp_path: Path,
) -> None:
    study = write_study(tmp_path)
    catalog = refresh(tmp_path)
    words = everything(catalog)
    del words["work"]
    translate(catalog, words)
    scales = study / "scales.yaml"
    scales.write_text(scales.read_text().replace('nl: "Nee"', 'nl: "Helemaal niet"'))
    refresh(tmp_path)

    names = {one.name for one in texts_to_speak(study, "ar", translations_in(tmp_path))}

    assert not {"work", "scale yesno|no"} & names
    assert {"pay", "scale yesno|yes"} <= names
    with pytest.raises(NoSuchLanguageError):
        texts_to_speak(study, "so", translations_in(tmp_path))


INTERFACE = """\
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Next"
msgstr "Sonraki"

msgid "Stop"
msgstr ""

msgid "%(number)s answer"
msgid_plural "%(number)s answers"
msgstr[0] "%(number)s yanıt"
msgstr[1] "%(number)s yanıtlar"

msgid "%(number)s"
msgstr "%(number)s"
"""


def test_words_of_the_interface_are_read_in_every_form_that_a_number_takes() -> None:
    catalog = parse_catalog(INTERFACE.encode(), "messages.po", locale="tr")
    texts = interface_texts(catalog, "tr", Path("tr/LC_MESSAGES/messages.po"))

    assert {one.name: (one.text, one.place.line) for one in texts} == {
        "interface|Next": ("Sonraki", 5),
        "interface|%(number)s answer": ("%(number)s yanıt", 11),
        "interface|%(number)s answer|1": ("%(number)s yanıtlar", 11),
    }


def test_words_of_the_interface_in_english_are_the_source_where_the_catalog_is_empty() -> None:
    catalog = parse_catalog(INTERFACE.encode(), "messages.po", locale="en")
    texts = interface_texts(catalog, "en", Path("en/LC_MESSAGES/messages.po"))

    assert "Stop" in {one.text for one in texts}


def test_a_wording_that_several_texts_share_is_recorded_once_for_the_first() -> None:
    texts = study_texts(real_bank(), "nl")

    once = unique(texts)

    assert len(once) == len({one.text for one in texts}) < len(texts)
    assert [one.name for one in once] == [one.name for one in texts if one in once]


def test_a_published_wave_reads_what_its_part_of_the_bank_reads() -> None:
    bank = real_bank()
    for wave in bank.waves:
        in_bank = {one.hash: one.name for one in study_texts(asked_in(bank, wave), "nl")}
        instrument = compile_wave(bank, wave)
        in_wave = instrument_hashes(instrument, "nl")

        on_no_page = {text_hash(instrument.missing[one]["nl"]) for one in ("na_route", "break_off")}
        assert in_wave - on_no_page <= in_bank.keys()
        # Beside it the bank lists the words of shared scales that no item shows as its options.
        assert all(in_bank[one].startswith("scale ") for one in in_bank.keys() - in_wave)
