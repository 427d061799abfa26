"""What goes into a letter, and how it becomes the JSON that the typst program reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.delivery.letters.fonts import FAMILIES, POINT_MM, LetterFonts
from app.delivery.letters.symbol import address_of, draw
from app.messages.envelopes import Box, Envelope
from app.panel.access_code import format_code

SIZES = (11.5, 11.0, 10.5, 10.0, 9.5)
"""Points of the words, tried from the largest."""
ADDRESS_SIZES = (11.0, 10.5, 10.0, 9.5, 9.0)
WRAPPED_SIZES = (10.0, 9.5, 9.0, 8.5, 8.0)
"""Of an address with a line that has to go on below; machines read no smaller letters."""
ADDRESS_LEADING = 1.25
"""From line to line, in ems: the same is in the typst program."""
_ADDRESS_INSIDE_MM = 1.0
"""Taken off the width of the address: letters may stand out of their box."""
_SCALE = {"ar": 1.12, "fa": 1.12}
"""Naskh is drawn small for its size; Latin in the middle of it follows."""
_LEADING = {"ar": 0.72, "fa": 0.72, "ti": 0.68}
_USUAL_LEADING = 0.6


@dataclass(frozen=True, slots=True)
class Spoken:
    """The words of a letter in one language, everything filled in but the name."""

    tag: str
    """BCP 47."""
    dir: str
    name: str
    """Of the language, in itself."""
    title: str
    paragraphs: tuple[str, ...]
    texts: Mapping[str, str]
    """By key of ``shared`` in ``letters/letter.yaml``."""

    def all(self) -> list[str]:
        """Return every text."""
        return [self.name, self.title, *self.paragraphs, *self.texts.values()]


@dataclass(frozen=True, slots=True)
class Letter:
    """One person's letter."""

    language: str
    reference: str
    """Tells nothing; the message can be found by it when the letter comes back."""
    greeting: Mapping[str, str] = field(repr=False)
    """By language."""
    address: tuple[str, ...] = field(repr=False)
    code: str = field(repr=False)
    address_size: float = ADDRESS_SIZES[0]
    """In points."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What all letters of one file share."""

    title: str
    sender_name: str
    return_address: str
    dated: str
    """Place and day."""
    envelope: Envelope
    words: Mapping[str, Spoken] = field(repr=False)
    """By language; Dutch is always there."""
    offered: tuple[str, ...]
    """Languages of the first lines on the back, in order."""
    public_url: str
    mark: str | None = None
    """Stands on every page of letters that nobody is to get."""
    size: float = SIZES[0]

    def texts(self) -> list[str]:
        """Return every text but those of the letters."""
        spoken = [text for words in self.words.values() for text in words.all()]
        head = [self.sender_name, self.return_address, self.dated, self.title, self.mark or ""]
        return spoken + head


def fitted_address(
    lines: Sequence[str], box: Box, fonts: LetterFonts
) -> tuple[tuple[str, ...], float] | None:
    """Return the lines of an address and their size, so that they fit; `None` where none does."""
    width = box.width - _ADDRESS_INSIDE_MM
    for size in ADDRESS_SIZES:
        if all(fonts.width_mm(line, size) <= width for line in lines) and _high(lines, size, box):
            return tuple(lines), size
    for size in WRAPPED_SIZES:
        wrapped = [part for line in lines for part in _wrapped(line, size, width, fonts)]
        fits = all(fonts.width_mm(line, size) <= width for line in wrapped)
        if fits and _high(wrapped, size, box):
            return tuple(wrapped), size
    return None


def _high(lines: Sequence[str], size: float, box: Box) -> bool:
    return len(lines) * size * ADDRESS_LEADING * POINT_MM <= box.height


def _wrapped(line: str, size: float, width: float, fonts: LetterFonts) -> list[str]:
    lines: list[str] = []
    # Only a space that stands alone may end a line: postcode and place stay together.
    for word in line.replace("  ", "\u00a0\u00a0").split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and fonts.width_mm(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def with_fitted_address(letter: Letter, box: Box, fonts: LetterFonts) -> Letter | None:
    """Return a letter with its address broken and sized to fit; `None` where that cannot be."""
    found = fitted_address(letter.address, box, fonts)
    return found and replace(letter, address=found[0], address_size=found[1])


def as_json(sheet: Sheet, letters: Sequence[Letter]) -> str:
    """Return what the typst program reads."""
    envelope = sheet.envelope
    date = envelope.date
    assert date is not None  # noqa: S101 - `read_envelopes` sees to it
    symbols = [draw(address_of(sheet.public_url, letter.code)) for letter in letters]
    return json.dumps(
        {
            "title": sheet.title,
            "fonts": list(FAMILIES),
            "size": sheet.size,
            "mark": sheet.mark,
            "sender": {"name": sheet.sender_name, "return_address": sheet.return_address},
            "dated": sheet.dated,
            "window": {
                "left": envelope.address.left,
                "top": envelope.address.top,
                "width": envelope.address.width,
                "height": envelope.address.height,
                "date_left": date[0],
                "date_top": date[1],
                "body": envelope.clear.bottom,
            },
            "address_leading": ADDRESS_LEADING,
            # As it stands in the words: `letter_words` keeps what follows a hyphen with it.
            "site": sheet.public_url.rstrip("/").replace("-", "-\u2060"),
            "qr_mm": symbols[0][1] if symbols else 0,
            "languages": {code: _spoken(code, words) for code, words in sheet.words.items()},
            "offered": list(sheet.offered),
            "letters": [
                {
                    "language": letter.language,
                    "reference": letter.reference,
                    "greeting": dict(letter.greeting),
                    "address": list(letter.address),
                    "address_size": letter.address_size,
                    # The groups stay together: half a code on the next line is read as another.
                    "code": format_code(letter.code).replace(" ", "\u00a0"),
                    "qr": symbol,
                }
                for letter, (symbol, _) in zip(letters, symbols, strict=True)
            ],
        },
        ensure_ascii=False,
    )


def _spoken(code: str, words: Spoken) -> dict[str, Any]:
    return {
        "tag": words.tag,
        "dir": words.dir,
        "name": words.name,
        "scale": _SCALE.get(code, 1),
        "leading": _LEADING.get(code, _USUAL_LEADING),
        "title": words.title,
        "paragraphs": list(words.paragraphs),
        "texts": dict(words.texts),
    }
