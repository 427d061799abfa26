"""Letters of the real study to invented people: where tests of letters start."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pypdfium2 as pdfium

from app.delivery.letters.fonts import LetterFonts, load_fonts
from app.delivery.letters.render import fitting, render
from app.delivery.letters.sheet import Letter, Sheet, with_fitted_address
from app.messages.address_block import address_block
from app.messages.envelopes import read_envelopes
from app.messages.sender import read_sender
from app.panel.access_code import generate
from app.services.bootstrap import STUDY
from app.services.content.instruments import TRANSLATIONS
from app.services.lettering.letter_words import LetterDesk
from app.services.messaging.message_texts import load_message_texts

FONTS = Path("/usr/share/fonts/truetype/noto")
LANGUAGES = ("nl", "en", "ar", "tr", "ti", "fa")
AT = datetime(2024, 1, 12, 9, tzinfo=UTC)
TODAY = AT.astimezone(ZoneInfo("Europe/Amsterdam")).date()
POINTS_MM = 25.4 / 72
URL = "https://onderzoek-perspectief.nl"
SOMEBODY = {
    "name": "H.J.M. Al-Khatib van der Meulen",
    "street": "Lange Voorhout",
    "house_number": "12",
    "postcode": "2514 EA",
    "city": "'s-Gravenhage",
}


@cache
def fonts() -> LetterFonts:
    return load_fonts(FONTS)


@cache
def desk(envelope: str = "C5") -> LetterDesk:
    texts, problems = load_message_texts(STUDY, TRANSLATIONS, LANGUAGES)
    assert texts is not None
    assert problems == []
    envelopes, problems = read_envelopes(STUDY)
    assert problems == []
    sender, _ = read_sender(STUDY)
    assert sender is not None
    return LetterDesk(
        texts, sender, envelopes[envelope], LANGUAGES, date(2024, 3, 31), 2024, URL, False
    )


def letter_to(
    fields: dict[str, str] = SOMEBODY, language: str = "nl", *, seed: int = 1, on: str = "C5"
) -> Letter:
    block = address_block(fields)
    assert block is not None
    letter = Letter(
        language,
        "Ref. 4f1c2a9b0d",
        desk(on).greeting(fields["name"], language),
        block,
        generate(random.Random(seed)),
    )
    fitted = with_fitted_address(letter, desk(on).envelope.address, fonts())
    assert fitted is not None
    return fitted


@cache
def sheet(text: str = "invitation", language: str = "nl", on: str = "C5") -> Sheet:
    bare = desk(on).sheet(text, on=TODAY)
    return fitting(bare, letter_to(SOMEBODY, language, on=on), FONTS, at=AT)


@cache
def printed(language: str, text: str = "invitation") -> bytes:
    return render(sheet(text, language), [letter_to(SOMEBODY, language)], FONTS, at=AT)


def words_of(content: bytes, page: int = 0) -> str:
    with pdfium.PdfDocument(content) as document:
        return document[page].get_textpage().get_text_range()


def boxes_of(content: bytes, page: int = 0) -> list[tuple[float, float, float, float]]:
    """Left, top, right and bottom, in millimetres from the upper left, of all that is on a page."""
    with pdfium.PdfDocument(content) as document:
        sheet_ = document[page]
        height = sheet_.get_height()
        edges = [one.get_bounds() for one in sheet_.get_objects(max_depth=8)]
    return [
        tuple(round(POINTS_MM * one, 2) for one in (left, height - top, right, height - bottom))
        for left, bottom, right, top in edges
    ]


def raster_of(content: bytes, page: int = 0, *, dpi: int = 200) -> np.ndarray:
    with pdfium.PdfDocument(content) as document:
        image = document[page].render(scale=dpi / 72, grayscale=True).to_pil()
        return np.asarray(image).copy()
