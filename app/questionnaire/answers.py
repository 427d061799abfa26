"""How an answer is written as text in an event, a file or a form, and read back."""

from __future__ import annotations

from collections.abc import Mapping

from app.questionnaire.model import Item, Kind, Missing, Value

SEEN = "seen"
"""Kept for an information page once the person has gone on from it."""

_MISSING = {code.value: code for code in Missing}
_ESCAPE = "\\"
_CONTROL = {code: None for code in range(32) if chr(code) not in "\n\t"} | {127: None}
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000))
_UNSTORABLE = _CONTROL | _SURROGATES


def confirm_variable(var: str) -> str:
    """Name of the answer to "is this still true?" about a variable."""
    return f"{var}_confirm"


def other_variable(var: str) -> str:
    """Name of the words behind "other, namely" of a variable."""
    return f"{var}_other"


def encode(value: Value) -> str:
    """Return the text of a value; several codes are joined by commas, in bank order.

    A person may type the very word that stands for a missing answer: it gets a backslash before it.
    """
    if isinstance(value, tuple):
        return ",".join(value)
    if not isinstance(value, Missing) and str(value).lstrip(_ESCAPE) in _MISSING:
        return f"{_ESCAPE}{value}"
    return str(value)


def decode(item: Item | None, var: str, text: str) -> Value:
    """Return the value of a stored text; ``item`` is the item that asks ``var``, if any."""
    if text in _MISSING:
        return _MISSING[text]
    if text.startswith(_ESCAPE) and text.lstrip(_ESCAPE) in _MISSING:
        return text.removeprefix(_ESCAPE)
    if item is not None and item.kind is Kind.MULTIPLE and var == item.var:
        return tuple(text.split(","))
    return text


def decode_all(item_of: Mapping[str, Item], stored: Mapping[str, str]) -> dict[str, Value]:
    """Return the values of stored texts by variable."""
    return {var: decode(item_of.get(var), var, text) for var, text in stored.items()}


def clean_text(raw: str) -> str:
    """Return typed words without control characters and lone surrogates, ends trimmed.

    PostgreSQL stores no NUL, UTF-8 no surrogate.
    """
    return raw.replace("\r\n", "\n").replace("\r", "\n").translate(_UNSTORABLE).strip()


def is_visible(text: str) -> bool:
    """Tell whether there is anything to see: joiners and direction marks alone are no answer."""
    return any(one.isprintable() and not one.isspace() for one in text)
