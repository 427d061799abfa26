"""Fonts: every character of every text can be shown, they are light, and can be made again."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from app.i18n.entries import read_entries
from app.i18n.fonts import (
    FOLDER,
    FONTS,
    SOURCES,
    Font,
    build,
    covered,
    font_file,
    font_of,
    missing_glyphs,
    source_of,
)
from app.i18n.locales import language, language_sets
from app.questionnaire.code_lists import countries

ROOT = Path(__file__).parents[3]
TRANSLATIONS = ROOT / "translations"
LANGUAGES = language_sets(TRANSLATIONS).supported
each_font = pytest.mark.parametrize("font", FONTS, ids=lambda font: font.name)

ALPHABETS = {
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئةىـًٌٍَُِّْ؟،؛٠١٢٣٤٥٦٧٨٩٪٫٬«»",
    "fa": "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیءأؤئۀًٌٍَُِّْ؟،؛۰۱۲۳۴۵۶۷۸۹٪٫٬«»\u200c",
    "ti": "".join(chr(code) for code in range(0x1200, 0x1358) if chr(code).isalpha()) + "፡።፣፤፥፦፧፨",
    "tr": "abcçdefgğhıijklmnoöprsştuüvyzABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZâîûÂÎÛ",
    "nl": "abcdefghijklmnopqrstuvwxyzëïéèüöäáóíúçñĳÉËÏ“”‘’–—…€·•",
}
"""All letters a text may need tomorrow, though no text does today."""


def texts_read_in(code: str) -> Iterator[str]:
    """Everything that stands in the catalogs of a language, and the names of countries in it."""
    for path in sorted((TRANSLATIONS / code / "LC_MESSAGES").glob("*.po")):
        for entry in read_entries(path)[0]:
            yield from entry.translations
    for country in countries([code]):
        yield from country.text.values()
    yield language(code).name


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_character_of_a_language_can_be_shown(code: str) -> None:
    texts = list(texts_read_in(code))

    assert len(texts) > 250
    assert missing_glyphs(code, texts) == []


@pytest.mark.parametrize("code", ALPHABETS)
def test_every_letter_that_a_translator_may_use_tomorrow_is_there(code: str) -> None:
    assert missing_glyphs(code, [ALPHABETS[code]]) == []


@pytest.mark.parametrize(
    ("code", "text", "missing"),
    [
        ("nl", "Vraag in het العربية", list("ابةرعلي")),
        ("ar", "ሰላም", list("ሰላም")),
        ("ti", "سلام", list("سلام")),
        ("fa", "نمونهٔ ٻ", ["ٻ"]),
        ("en", "Well done 🎉", ["🎉"]),
        ("ti", "ሰላም \u2068Wi2021\u2069 – 12", []),
    ],
)
def test_character_that_no_font_has_is_named(code: str, text: str, missing: list[str]) -> None:
    assert missing_glyphs(code, [text]) == sorted(missing)


def test_only_languages_with_a_script_of_their_own_bring_a_font() -> None:
    assert {code: font_file(code) for code in LANGUAGES} == {
        "nl": None,
        "en": None,
        "ar": "fonts/arabic.woff2",
        "tr": None,
        "ti": "fonts/ethiopic.woff2",
        "fa": "fonts/arabic.woff2",
    }


@each_font
def test_font_holds_what_its_list_says_and_is_within_its_budget(font: Font) -> None:
    content = (FOLDER / f"{font.name}.woff2").read_bytes()
    there = TTFont(io.BytesIO(content))

    assert len(content) <= font.budget
    assert frozenset(map(chr, there.getBestCmap())) == covered(font)
    # A letter that is listed but drawn as nothing, or as the box of a missing one, is missing too.
    empty = {"\u0020", "\u00a0", *(chr(code) for code in range(0x200C, 0x2010))}
    drawn = {
        chr(code)
        for code, name in there.getBestCmap().items()
        if there["glyf"][name].numberOfContours != 0
    }
    assert covered(font) - drawn <= empty
    assert there.getGlyphID(".notdef") not in map(there.getGlyphID, there.getBestCmap().values())


@each_font
def test_font_keeps_what_joins_its_letters_and_places_its_marks(font: Font) -> None:
    there = TTFont(FOLDER / f"{font.name}.woff2")
    tags = {
        record.FeatureTag
        for table in ("GSUB", "GPOS")
        if table in there
        for record in there[table].table.FeatureList.FeatureRecord
    }

    wanted = {"init", "medi", "fina", "rlig", "mark", "mkmk"}
    assert tags >= (wanted if font.name == "arabic" else {"mark"})


@each_font
def test_licence_stands_beside_the_font_and_in_it(font: Font) -> None:
    licence = (FOLDER / "OFL.txt").read_text(encoding="utf-8")
    copyright_of = TTFont(FOLDER / f"{font.name}.woff2")["name"].getDebugName(0)

    assert "SIL OPEN FONT LICENSE" in licence
    assert f"{font.name}.woff2" in licence
    assert copyright_of.partition(" All Rights")[0] in licence


@each_font
def test_font_made_again_has_the_same_bytes(font: Font) -> None:
    source = SOURCES / font.source
    if not source.is_file():
        pytest.skip("fonts-noto-core is not installed")
    if hashlib.sha256(source.read_bytes()).hexdigest() != source_of(font):
        pytest.skip("fonts-noto-core is of another version than the fonts were cut from")

    content, listed = build(font)

    assert content == (FOLDER / f"{font.name}.woff2").read_bytes()
    assert listed == (FOLDER / f"{font.name}.txt").read_text(encoding="ascii")


def test_language_without_font_of_ours_has_none() -> None:
    assert font_of("nl") is None
    assert font_file("zh_Hant") is None
