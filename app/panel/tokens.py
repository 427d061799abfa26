"""By what a person could be found again in files and databases: values and the shapes they take."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from urllib.parse import quote, quote_plus
from uuid import UUID

from app.panel.access_code import format_code

SHORTEST = 5
"""Characters of a word that says who somebody is; shorter ones stand everywhere."""
SHORTEST_NUMBER = 7
"""Digits: a year and a house number stand everywhere, a phone number does not."""
SHARED_FIELDS = frozenset(
    {
        "city", "country", "house_number", "house_letter", "house_addition", "house_indication",
        "postcode", "language", "secret",
    }
)  # fmt: skip
"""Contact details that many people have: of themselves they find nobody. A street is searched for
with its number."""
_CODE_DIGITS = 14
_NUMBER = re.compile(r"[\d\s()./+-]+")
_TRUNK = re.compile(r"^(?:\+31|0031|0)(?=\d{9}$)")


def distinctive(value: str) -> bool:
    """Tell whether a value, found somewhere, points at one person rather than at many."""
    plain = value.strip()
    if _NUMBER.fullmatch(plain):
        return sum(one.isdigit() for one in plain) >= SHORTEST_NUMBER
    return len(plain) >= SHORTEST


def contact_tokens(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what to look for of contact details, with the name of the field.

    Street and house number go together, as they stand on an envelope.
    """
    for name, value in fields.items():
        if name == "street":
            number = fields.get("house_number", "")
            if number:
                yield "street and number", f"{value} {number}"
        elif name not in SHARED_FIELDS and distinctive(value):
            yield name, value


def forms_of(value: str) -> set[bytes]:
    """Return the shapes in which a value may stand in a file, in lower case where it is ASCII.

    As UTF-8 and UTF-16, composed and decomposed, escaped for JSON, HTML and addresses; a number
    without its spaces and with each way to begin it; a code in its groups; an id with dashes.
    """
    plain = value.strip()
    shapes = {plain, unicodedata.normalize("NFC", plain), unicodedata.normalize("NFD", plain)}
    shapes |= set(_number_shapes(plain)) | set(_id_shapes(plain))
    for one in list(shapes):
        shapes |= {json.dumps(one)[1:-1], json.dumps(one, ensure_ascii=False)[1:-1]}
        shapes |= {html.escape(one), quote(one), quote_plus(one)}
    encoded = {one.encode() for one in shapes} | {plain.encode("utf-16-le")}
    return {one.lower() for one in encoded if one}


def _number_shapes(plain: str) -> Iterator[str]:
    if not _NUMBER.fullmatch(plain):
        return
    digits = "".join(one for one in plain if one.isdigit())
    if len(digits) == _CODE_DIGITS:
        yield from (digits, format_code(digits))
        return
    joined = f"+{digits}" if plain.startswith("+") else digits
    yield joined
    rest = _TRUNK.sub("", joined)
    if rest != joined:
        yield from (f"+31{rest}", f"0031{rest}", f"0{rest}", f"31{rest}")


def _id_shapes(plain: str) -> Iterator[str]:
    try:
        found = UUID(plain)
    except ValueError:
        return
    yield from (found.hex, str(found))
