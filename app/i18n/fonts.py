"""Fonts of the scripts that not every phone has: what they hold, and ``python -m app.i18n.fonts``.

A page of a language with such a script gets one font of ours. The command cuts it from Noto as
Debian's ``fonts-noto-core`` installs it; beside each font stands the list of its characters, so
that everybody can ask what is missing without reading a font.
"""

from __future__ import annotations

import hashlib
import io
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "web" / "static" / "fonts"
SOURCES = Path("/usr/share/fonts/truetype/noto")
"""Where Debian's package puts its files."""

Ranges = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Font:
    """One font of ours and what it is cut from."""

    name: str
    """Of the files: ``arabic.woff2`` and ``arabic.txt``."""
    languages: tuple[str, ...]
    source: str
    ranges: Ranges
    """Wanted: the letters a text in these languages may come to need, not only today's."""
    features: tuple[str, ...]
    """OpenType features that spelling or reading needs."""
    budget: int
    """Bytes it may weigh."""


SPACES = ((0x20, 0x20), (0xA0, 0xA0))
"""With a script's own spaces its words stand apart as its designer meant."""
FONTS = (
    Font(
        name="arabic",
        languages=("ar", "fa"),
        source="NotoSansArabic-Regular.ttf",
        # Latin letters, digits and most signs are left to the phone's own font: "Wi2021" or a
        # code would else be set in two.
        ranges=(
            *SPACES,
            (0xAB, 0xAB),
            (0xBB, 0xBB),
            (0x060C, 0x060C),
            (0x061B, 0x061B),
            (0x061F, 0x061F),
            (0x0621, 0x063A),
            (0x0640, 0x0655),
            (0x0660, 0x066D),
            (0x0670, 0x0671),
            # Letters of Persian, and those Arabic writes foreign names with.
            *((code, code) for code in (0x067E, 0x0686, 0x0698, 0x06A4, 0x06A9, 0x06AF)),
            *((code, code) for code in (0x06C0, 0x06C1, 0x06CC, 0x06D4, 0x06D5)),
            (0x06F0, 0x06F9),
            (0x200C, 0x200F),
            (0xFDFC, 0xFDFC),
        ),
        features=(
            "ccmp", "locl", "isol", "init", "medi", "fina", "rlig", "calt", "liga", "mark",
            "mkmk", "kern",
        ),
        budget=20 * 1024,
    ),
    Font(
        name="ethiopic",
        languages=("ti",),
        source="NotoSansEthiopic-Regular.ttf",
        # The whole table: a translator may need any syllable tomorrow. Pairs to kern weigh 28 KB,
        # twice what all the letters do, and nobody misses them between syllables of equal width.
        ranges=(*SPACES, (0x1200, 0x137F)),
        features=("ccmp", "mark", "mkmk"),
        budget=45 * 1024,
    ),
)  # fmt: skip

EVERYWHERE: Ranges = (
    (0x09, 0x0A),
    (0x20, 0x7E),
    (0xA0, 0x024F),  # Latin
    (0x02B9, 0x02DD),  # apostrophes and accents of names
    (0x0300, 0x036F),  # combining accents
    (0x0370, 0x03FF),  # Greek
    (0x0400, 0x04FF),  # Cyrillic
    (0x1E00, 0x1EFF),  # Latin with two accents
    (0x2007, 0x2064),  # dashes, quotation marks, spaces, joiners
    (0x2066, 0x2069),  # isolates, which nobody sees
    (0x20AC, 0x20AC),  # the euro
    (0x2122, 0x2122),
    (0x2190, 0x2193),
    (0x2212, 0x2212),
)
"""Characters that the system font of every phone, tablet and computer has."""


def font_of(language: str) -> Font | None:
    """Return the font that pages of a language bring along; ``None`` where the system's does."""
    return next((font for font in FONTS if language in font.languages), None)


def font_file(language: str) -> str | None:
    """Return the file of that font among the static files: ``fonts/arabic.woff2``."""
    font = font_of(language)
    return None if font is None else f"{FOLDER.name}/{font.name}.woff2"


def missing_glyphs(language: str, texts: Iterable[str]) -> list[str]:
    """Return the characters of texts that a page in this language cannot show everywhere.

    Those are in neither the font of the language nor the system fonts of all devices.
    """
    there = _there(font_of(language))
    return sorted({character for text in texts for character in text} - there)


@lru_cache(maxsize=8)
def _there(font: Font | None) -> frozenset[str]:
    everywhere = frozenset(map(chr, _codes(EVERYWHERE)))
    return everywhere if font is None else everywhere | covered(font)


def covered(font: Font) -> frozenset[str]:
    """Return the characters of a font, read from the list beside it."""
    lines = (FOLDER / f"{font.name}.txt").read_text(encoding="ascii").splitlines()
    ranges = [line.partition("-") for line in lines if not line.startswith("#")]
    return frozenset(
        map(chr, _codes((int(first, 16), int(last or first, 16)) for first, _, last in ranges))
    )


def source_of(font: Font) -> str:
    """Return the SHA-256 of the file that a font was cut from, as its list tells it."""
    first = (FOLDER / f"{font.name}.txt").read_text(encoding="ascii").splitlines()[1]
    return first.split()[-1]


def _codes(ranges: Iterable[tuple[int, int]]) -> Iterable[int]:
    return (code for first, last in ranges for code in range(first, last + 1))


def build(font: Font, sources: Path = SOURCES) -> tuple[bytes, str]:
    """Return a font and the list of its characters; the same bytes from the same source.

    Needs fonttools and brotli, which only those who change a font have to install.
    """
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    source = (sources / font.source).read_bytes()
    options = Options()
    options.layout_features = list(font.features)
    # Phones and today's screens do without hints, which weigh more than the outlines.
    options.hinting = False
    options.notdef_outline = True
    # Whose it is and under which licence; the rest of the names nobody reads in a web font.
    options.name_IDs = [0, 1, 2, 5, 13, 14]
    whole = TTFont(io.BytesIO(source), recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=_codes(font.ranges))
    subsetter.subset(whole)
    whole.flavor = "woff2"
    packed = io.BytesIO()
    whole.save(packed)
    listed = [
        f"# Characters of {font.name}.woff2, written by python -m app.i18n.fonts.",
        f"# Cut from {font.source}, SHA-256 {hashlib.sha256(source).hexdigest()}",
        *_as_lines(sorted(whole.getBestCmap())),
    ]
    return packed.getvalue(), "\n".join(listed) + "\n"


def _as_lines(codes: Sequence[int]) -> list[str]:
    """Return ascending code points as lines ``0621-063A``."""
    runs: list[list[int]] = []
    for code in codes:
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return [f"{one:04X}" if one == last else f"{one:04X}-{last:04X}" for one, last in runs]


def main() -> int:
    """Write all fonts and their lists anew; tell what they weigh."""
    FOLDER.mkdir(exist_ok=True)
    heavy = 0
    for font in FONTS:
        if not (SOURCES / font.source).is_file():
            sys.stderr.write(f"{SOURCES / font.source} is not there: install fonts-noto-core\n")
            return 1
        content, listed = build(font)
        (FOLDER / f"{font.name}.woff2").write_bytes(content)
        (FOLDER / f"{font.name}.txt").write_text(listed, encoding="ascii")
        sys.stderr.write(f"{font.name}.woff2: {len(content):,} of {font.budget:,} bytes\n")
        heavy += len(content) > font.budget
    return 1 if heavy else 0


if __name__ == "__main__":
    raise SystemExit(main())
