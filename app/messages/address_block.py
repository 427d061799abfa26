"""The lines of an address as the post reads them, from the fields of a contact."""

from __future__ import annotations

import re
from collections.abc import Mapping

HOME = frozenset({"", "nl", "nld", "nederland", "netherlands", "the netherlands"})
_SMALL = re.compile(r"^('[stST](?:-| ))(.*)$")
_POSTCODE = re.compile(r"^(\d{4})\s?([A-Za-z]{2})$")
_BESIDE = {"to": "t/o", "by": "bij"}
"""How the register says that a place has no number of its own (11.50)."""


def address_block(fields: Mapping[str, str]) -> tuple[str, ...] | None:
    """Return name, street, place and, abroad, country; `None` where one of them is missing."""
    given = {key: " ".join(value.split()) for key, value in fields.items()}
    name, city = given.get("name", ""), given.get("city", "")
    where = _street(given) or given.get("location", "")
    if not (name and where and city):
        return None
    postcode = given.get("postcode", "")
    country = given.get("country", "")
    if country.casefold() not in HOME:
        return name, where, f"{postcode} {city}".strip(), country.upper()
    found = _POSTCODE.match(postcode)
    if found is None:
        return None
    # Two spaces between postcode and place: so the sorting machines of PostNL read it best.
    return name, where, f"{found[1]} {found[2].upper()}  {_in_capitals(city)}"


def _street(given: Mapping[str, str]) -> str:
    street, number = given.get("street", ""), given.get("house_number", "")
    if not street:
        return ""
    letter, addition = given.get("house_letter", ""), given.get("house_addition", "")
    number = f"{number}{letter}-{addition}" if addition and number else f"{number}{letter}"
    beside = given.get("house_indication", "")
    return " ".join(filter(None, (street, _BESIDE.get(beside.casefold(), beside), number)))


def _in_capitals(city: str) -> str:
    """``'s-Gravenhage`` is ``'s-GRAVENHAGE``: the first letter is an article."""
    small = _SMALL.match(city)
    return f"{small[1].lower()}{small[2].upper()}" if small else city.upper()
