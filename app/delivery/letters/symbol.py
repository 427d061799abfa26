"""The QR code of a letter: what it says, and how it is drawn."""

from __future__ import annotations

from urllib.parse import urlsplit

import segno

SYMBOL_MM = 29.0
"""Width of the dark part. Old phones read 18.5 mm, 0.64 a module; the rest is for folds, shade,
cheap cameras and a tenth of all dots gone wrong."""
QUIET = 4
"""Modules of white around it (ISO/IEC 18004)."""
_MASK = 0
"""A chessboard. Weighing all eight masks takes four times as long as all the rest, and codes are
digits at random: no mask is better for long (the tests read a thousand)."""


def address_of(public_url: str, code: str) -> str:
    """Return the address a QR code says, in the capitals that make it small."""
    parts = urlsplit(public_url)
    return f"{parts.scheme}://{parts.netloc}/C/{code}".upper()


def draw(address: str) -> tuple[str, float]:
    """Return a QR code as SVG, and its width in millimetres with the white around it."""
    symbol = segno.make_qr(address, error="q", mode="alphanumeric", boost_error=False, mask=_MASK)
    size = len(symbol.matrix)
    whole = size + 2 * QUIET
    runs: list[str] = []
    for y, row in enumerate(symbol.matrix):
        x = 0
        while x < size:
            start = x
            while x < size and row[x]:
                x += 1
            if x > start:
                runs.append(f"M{start + QUIET} {y + QUIET}h{x - start}v1h{start - x}z")
            x += 1
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}">'
        f'<path d="{"".join(runs)}"/></svg>'
    )
    return svg, SYMBOL_MM * whole / size
