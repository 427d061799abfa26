"""A letter as the post, a phone, a screen reader and a copy machine find it."""

import random
import re
import unicodedata
from dataclasses import replace

import numpy as np
import pytest
import zxingcpp

from app.delivery.letters.fonts import FontsMissingError, load_fonts
from app.delivery.letters.render import LettersError, TooLongError, fitting, render
from app.delivery.letters.sheet import fitted_address
from app.delivery.letters.symbol import QUIET, SYMBOL_MM, address_of, draw
from app.messages.address_block import address_block
from app.messages.channels import Channel
from app.messages.envelopes import SHIFT_MM, SPARE_MM
from app.panel.access_code import format_code, generate
from tests.unit.delivery.letters.letter_study import (
    AT,
    FONTS,
    LANGUAGES,
    SOMEBODY,
    URL,
    boxes_of,
    desk,
    fonts,
    letter_to,
    printed,
    raster_of,
    sheet,
    words_of,
)

LONGEST = (
    # Long names and streets that there are; the register cuts the street at 24 characters, files
    # of others do not.
    {
        "name": "W.F.G.M. Burgemeester-Van Nispen van Sevenaer tot Rijnwaardenburg",
        "street": "Burgemeester van Nispen van Sevenaerstraat",
        "house_number": "12345",
        "house_letter": "B",
        "house_addition": "achterhuis",
        "postcode": "2514EA",
        "city": "Westerhaar-Vriezenveensewijk",
    },
    {
        "name": "Muhammad Abdulrahman Abdullatif Al-Shamsuddin Al-Trabulsi",
        "street": "Professor Meester Doctor G.A. van den Bergh van Eysingapad",
        "house_number": "1",
        "postcode": "1234 AB",
        "city": "Gasselternijveenschemond",
    },
    {
        "name": "M. Ó Conchúir-Ğündoğdu",
        "street": "Rue du Faubourg-Saint-Honoré de la Montagne-aux-Herbes-Potagères",
        "house_number": "102",
        "postcode": "B-1000",
        "city": "Ottignies-Louvain-la-Neuve",
        "country": "België",
    },
)


@pytest.mark.parametrize("envelope", ["C5", "DL"])
@pytest.mark.parametrize("fields", [SOMEBODY, *LONGEST], ids=["usual", "a", "b", "c"])
def test_address_is_read_however_the_sheet_slides_and_nothing_else_is(
    fields: dict[str, str], envelope: str
) -> None:
    letter = letter_to(fields, on=envelope)
    content = render(sheet(on=envelope), [letter], FONTS, at=AT)

    window = desk(envelope).envelope.window
    seen = [
        box
        for box in boxes_of(content)
        if box[0] < window.right + SHIFT_MM
        and box[2] > window.left - SHIFT_MM
        and box[1] < window.bottom + SHIFT_MM
        and box[3] > window.top - SHIFT_MM
    ]
    assert len(seen) >= len(letter.address)
    clear = SPARE_MM + SHIFT_MM
    for left, top, right, bottom in seen:
        assert left >= window.left + clear - 0.2
        assert right <= window.right - clear + 0.2
        assert top >= window.top + clear - 0.2
        assert bottom <= window.bottom - clear + 0.2
    told = words_of(content).replace("\r\n", " ")
    for line in letter.address:
        assert " ".join(line.split()) in " ".join(told.split())


def test_address_that_cannot_fit_is_refused_and_not_cut() -> None:
    block = address_block(SOMEBODY | {"name": "Wolfeschlegelsteinhausenbergerdorff" * 3})
    assert block is not None
    assert fitted_address(block, desk().envelope.address, fonts()) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_phone_reads_the_code_from_a_bad_copy(language: str) -> None:
    content = printed(language)
    page = raster_of(content)
    noise = np.random.default_rng(1)
    wrong = noise.random(page.shape) < 0.10
    page[wrong] = noise.choice(np.array([0, 255], dtype=np.uint8), int(wrong.sum()))

    found = zxingcpp.read_barcodes(page)

    code = letter_to(SOMEBODY, language).code
    assert [one.text for one in found] == [f"HTTPS://ONDERZOEK-PERSPECTIEF.NL/C/{code}"]
    assert found[0].ec_level == "Q"


def test_a_thousand_symbols_are_read_and_are_large_enough() -> None:
    chance = random.Random(3)
    for _ in range(1000):
        address = address_of(URL, generate(chance))
        svg, width = draw(address)
        symbol = np.full((41 * 4, 41 * 4), 255, dtype=np.uint8)
        for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg):
            symbol[int(y) * 4 : int(y) * 4 + 4, int(x) * 4 : (int(x) + int(run)) * 4] = 0
        assert [one.text for one in zxingcpp.read_barcodes(symbol)] == [address]
    modules = int(svg.partition('viewBox="0 0 ')[2].split()[0])
    assert width * (modules - 2 * QUIET) / modules == pytest.approx(SYMBOL_MM)
    assert SYMBOL_MM >= 18.5


def test_code_stands_on_the_letter_in_groups_that_keep_their_order() -> None:
    for language in LANGUAGES:
        code = format_code(letter_to(SOMEBODY, language).code)
        told = words_of(printed(language)).replace("\u00a0", " ")
        assert told.count(code) == 1, language


def bare(words: str) -> list[str]:
    """Words without marks above and below, joiners and isolates: those are glyphs of their own."""
    kept = unicodedata.normalize("NFC", words)
    return re.findall(
        r"\w+", "".join(one for one in kept if unicodedata.category(one) not in ("Mn", "Cf"))
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_that_is_copied_from_a_letter_is_in_logical_order(language: str) -> None:
    own = sheet("invitation", language).words[language]
    told = set(bare(words_of(printed(language)) + " " + words_of(printed(language), 1)))
    keys = set(own.texts) - {"your_code"}
    wanted = [word for text in (own.title, *own.paragraphs) for word in _unmarked(text)]
    wanted += [word for key in sorted(keys) for word in _unmarked(own.texts[key])]

    # One glyph serves a letter with and without its mark; a reader of PDF may then set it apart.
    lost = [word for word in wanted if word not in told]
    assert len(lost) <= 0.02 * len(wanted), lost
    # A reader that guesses directions may turn a word; it may not turn the language.
    backwards = [word for word in lost if word[::-1] in told]
    assert len(backwards) <= 1


def _unmarked(text: str) -> list[str]:
    """The words that bear no mark: a mark is set apart from its letter, and read after it."""
    pieces = re.split(r"\s+", unicodedata.normalize("NFC", text))
    plain = [one for one in pieces if not any(unicodedata.category(c) == "Mn" for c in one)]
    return [word for one in plain for word in bare(one)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_letter_says_who_asks_that_it_is_voluntary_and_that_it_has_no_effect(
    language: str,
) -> None:
    shared = desk().texts.shared[Channel.LETTER]
    told = set(bare(words_of(printed(language)) + " " + words_of(printed(language), 1)))
    for key in ("who", "voluntary", "no_effect"):
        for spoken in {"nl", language}:
            words = set(_unmarked(shared[key].text[spoken]))
            assert len(words & told) >= 0.9 * len(words), (key, spoken)


def test_back_opens_in_every_language() -> None:
    told = set(bare(words_of(printed("nl"), 1)))
    for language in LANGUAGES:
        first = desk().texts.shared[Channel.LETTER]["first_line"].text[language]
        assert set(_unmarked(first)) <= told, language


@pytest.mark.parametrize("language", LANGUAGES)
def test_pdf_is_tagged_and_says_its_languages(language: str) -> None:
    content = printed(language)
    assert b"/MarkInfo<</Marked true" in content.replace(b" /", b"/").replace(b"\n", b"")
    assert b"/StructTreeRoot" in content
    said = {found.decode() for found in re.findall(rb"/Lang\s?\(([a-z-]+)", content)}
    assert {"nl", language} <= said


def test_every_letter_of_the_study_fits_one_sheet_in_letters_of_ten_points() -> None:
    for text in desk().texts.steps[Channel.LETTER]:
        for language in LANGUAGES:
            assert sheet(text, language).size >= 10, (text, language)


def test_letter_that_takes_three_pages_is_refused() -> None:
    endless = sheet().words["nl"]
    many = replace(endless, paragraphs=endless.paragraphs * 8)
    long = replace(sheet(), words={**sheet().words, "nl": many})

    with pytest.raises(TooLongError):
        render(long, [letter_to()], FONTS, at=AT)
    with pytest.raises(LettersError, match="too long"):
        fitting(long, letter_to(), FONTS, at=AT)


def test_letter_with_a_character_that_no_font_has_is_refused_without_quoting_it() -> None:
    strange = replace(letter_to(), address=("Li ⼀", "Straat 1", "1234 AB  STAD"))
    assert fonts().missing(strange.address) == ["⼀"]
    with pytest.raises(LettersError) as refused:
        render(sheet(), [strange], FONTS, at=AT)
    assert "⼀" not in str(refused.value)
    assert "Straat" not in str(refused.value)


def test_words_of_a_letter_are_never_taken_for_typst() -> None:
    sly = replace(letter_to(), address=('#panic("x")', "$ * _ ` @a <b> \\ //", "1234 AB  STAD"))
    told = words_of(render(sheet(), [sly], FONTS, at=AT))
    assert '#panic("x")' in told
    assert "<b>" in told


def test_same_letters_make_the_same_bytes() -> None:
    letters = [letter_to(SOMEBODY, "ar", seed=seed) for seed in range(3)]
    once, again = (render(sheet("reminder", "ar"), letters, FONTS, at=AT) for _ in range(2))
    assert once == again


def test_synthetic_letters_say_so_on_both_sides() -> None:
    marked = replace(sheet(), mark="NIET VERSTUREN")
    content = render(marked, [letter_to()], FONTS, at=AT)
    for page in (0, 1):
        assert "NIET VERSTUREN" in words_of(content, page)
        assert "NIET VERSTUREN" not in words_of(printed("nl"), page)


def test_missing_font_is_named_with_where_it_comes_from(tmp_path) -> None:
    with pytest.raises(FontsMissingError, match=r"NotoSans-Regular\.ttf.*fonts-noto-core"):
        load_fonts(tmp_path)
