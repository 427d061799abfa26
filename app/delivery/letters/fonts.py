"""The fonts that letters are set in: which there are, what they hold, how wide each letter is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import typst
from fontTools.ttLib import TTFont

FAMILIES = {
    "Noto Sans": "NotoSans",
    # Its lam-alef is two glyphs, as it is two letters: a text that is copied from the PDF, or read
    # aloud, keeps them in order. In Noto Sans Arabic it is one, and most programs turn it round.
    "Noto Naskh Arabic": "NotoNaskhArabic",
    "Noto Sans Ethiopic": "NotoSansEthiopic",
}
"""In the order in which a letter is looked for."""
STYLES = ("Regular", "Bold")
POINT_MM = 25.4 / 72
_UNSEEN = frozenset(
    map(chr, (0xAD, 0x061C, *range(0x200C, 0x2010), 0x2060, *range(0x2066, 0x206A)))
)
"""Joiners and direction marks: nobody sees them, whether a font holds them or not."""


class FontsMissingError(Exception):
    """A font that letters need is not there; the message says which, and where it comes from."""


@dataclass(frozen=True, slots=True)
class LetterFonts:
    """The fonts of one folder."""

    compiled: typst.Fonts
    characters: frozenset[str]
    """That every style can show."""
    advances: dict[str, float]
    """Of the body font, in ems."""

    def missing(self, texts: Iterable[str]) -> list[str]:
        """Return the characters of texts that cannot be printed."""
        return sorted({one for text in texts for one in text} - self.characters)

    def width_mm(self, text: str, size_pt: float) -> float:
        """Return how wide a line in the body font is at most: pairs are not kerned here."""
        ems = sum(self.advances.get(one, 1.0) for one in text)
        return ems * size_pt * POINT_MM


@lru_cache(maxsize=4)
def load_fonts(folder: Path) -> LetterFonts:
    """Return the fonts of a folder; raise `FontsMissingError`."""
    files = [folder / f"{name}-{style}.ttf" for name in FAMILIES.values() for style in STYLES]
    if lacking := [file.name for file in files if not file.is_file()]:
        raise FontsMissingError(
            f"{folder}: found no {', '.join(lacking)}; install fonts-noto-core, or say where they"
            " are with PERSPECTIEF_FONTS_DIR"
        )
    seen: dict[str, set[int]] = {style: set() for style in STYLES}
    advances: dict[str, float] = {}
    for name in FAMILIES.values():
        for style in STYLES:
            with TTFont(folder / f"{name}-{style}.ttf", lazy=True) as font:
                glyphs = font.getBestCmap()
                seen[style] |= set(glyphs)
                if style == "Regular":
                    em, widths = font["head"].unitsPerEm, font["hmtx"].metrics
                    for code, glyph in glyphs.items():
                        advances.setdefault(chr(code), widths[glyph][0] / em)
    everywhere = frozenset(map(chr, set.intersection(*seen.values())))
    compiled = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
    )
    return LetterFonts(compiled, everywhere | _UNSEEN, advances)
