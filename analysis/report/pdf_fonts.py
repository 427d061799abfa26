"""The letters of the PDF: Bitstream Vera, which comes with ReportLab and is embedded.

Vera has Latin letters and the signs that tables print. Other scripts would come out as boxes, and
ReportLab does not join Arabic letters; words in them are named by their script, and stand whole in
the HTML report.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import groupby

from babel import Locale
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

PLAIN, BOLD, SLANTED = "Vera", "VeraBd", "VeraIt"
_FILES = {PLAIN: "Vera.ttf", BOLD: "VeraBd.ttf", SLANTED: "VeraIt.ttf"}
_SCRIPTS = {
    "ARABIC": "Arab",
    "ARMENIAN": "Armn",
    "BENGALI": "Beng",
    "CYRILLIC": "Cyrl",
    "DEVANAGARI": "Deva",
    "ETHIOPIC": "Ethi",
    "GEORGIAN": "Geor",
    "GREEK": "Grek",
    "HEBREW": "Hebr",
    "CJK": "Hani",
    "TAMIL": "Taml",
    "THAI": "Thai",
}
"""First word of a letter's Unicode name to its script in ISO 15924."""
_VOWELS = frozenset("aeiouyáàäâéèëêíìïîóòöôúùüû")
_STAND_INS = {
    "\N{NARROW NO-BREAK SPACE}": "\N{NO-BREAK SPACE}",
    "\N{THIN SPACE}": " ",
    "\N{NON-BREAKING HYPHEN}": "-",
    "\N{RIGHTWARDS ARROW}": "–",
    "\N{LEFT-TO-RIGHT MARK}": "",
    "\N{RIGHT-TO-LEFT MARK}": "",
    "\N{ZERO WIDTH NON-JOINER}": "",
    "\N{SOFT HYPHEN}": "",
}


def register_fonts() -> None:
    """Make the fonts known to ReportLab."""
    for name, file in _FILES.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, file))


@lru_cache(maxsize=65536)
def drawable(text: str, language: str) -> str:
    """Give a text in letters that Vera has; words of another script become its name in brackets."""
    if text.isascii():
        return text
    text = "".join(_STAND_INS.get(letter, letter) for letter in text)
    known = _glyphs()
    made = []
    for is_known, letters in groupby(text, key=lambda letter: ord(letter) in known):
        part = "".join(letters)
        made.append(part if is_known else _named(part, language))
    return "".join(made)


@lru_cache(maxsize=65536)
def width_of(text: str, font: str, size: float) -> float:
    """Measure a text in points."""
    width: float = pdfmetrics.stringWidth(text, font, size)
    return width


def wrapped(text: str, font: str, size: float, width: float) -> list[str]:
    """Break a text over lines of at most a width in points; a word too long gets hyphens."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if width_of(longer, font, size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while width_of(line, font, size) > width and len(line) > 3:
            at = _break_in(line, font, size, width)
            lines.append(f"{line[:at]}-")
            line = line[at:]
    return [*lines, line]


def _break_in(word: str, font: str, size: float, width: float) -> int:
    """Give where to cut a word: before a consonant with a vowel after it, as syllables begin."""
    fits = [k for k in range(2, len(word) - 1) if width_of(f"{word[:k]}-", font, size) <= width]
    syllables = [k for k in fits if _begins_syllable(word, k)]
    return syllables[-1] if syllables else fits[-1] if fits else 2


def _begins_syllable(word: str, at: int) -> bool:
    consonant, vowel = word[at].lower(), word[at + 1].lower()
    together = word[at - 1 : at + 1].lower() in {"ch", "sh", "th", "ph"}
    is_consonant = consonant.isalpha() and consonant not in _VOWELS
    return is_consonant and vowel in _VOWELS and not together


def _named(letters: str, language: str) -> str:
    first = next((letter for letter in letters if letter.isalpha()), "")
    word = unicodedata.name(first, "").split(" ")[0] if first else ""
    script = _SCRIPTS.get(word)
    name = Locale.parse(language).scripts.get(script) if script else None
    return f"[{name or '…'}]"


@lru_cache
def _glyphs() -> frozenset[int]:
    register_fonts()
    return frozenset(pdfmetrics.getFont(PLAIN).face.charToGlyph)
