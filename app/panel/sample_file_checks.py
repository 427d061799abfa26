"""Which check belongs to which meaning of a column, with the words of the study's frame."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.panel import dutch_address as dutch
from app.panel.dutch_address import NameUse
from app.panel.sample_file_cells import (
    CellError,
    a_birth_year,
    a_code,
    a_key,
    a_name,
    a_phone,
    a_place,
    a_secret,
    a_sex,
    an_email,
    one_of,
)

_HOME = frozenset({"nl", "nederland", "netherlands", "the netherlands", "6030"})
"""6030 is the Netherlands in table 34 of the BRP."""


@dataclass(frozen=True, slots=True)
class FrameRules:
    """What a study knows of its frame: the words of each variable, towns, countries."""

    values: Mapping[str, tuple[str, ...]]
    """``{variable: values}``; none where any code may stand."""
    towns: Mapping[str, str]
    """``{code or name in small letters: code}``"""
    countries: Mapping[str, str]
    country_names: Mapping[str, str]
    """``{code: Dutch name}``, as the last line of an address."""
    last_birth_year: int


def checks_of(rules: FrameRules) -> dict[str, Callable[[str], str]]:
    """Return the check of each meaning of a column; it raises `CellError`."""
    countries = one_of(rules.countries, "a country, by name or ISO 3166 code")
    year = a_birth_year(rules.last_birth_year)
    checks: dict[str, Callable[[str], str]] = dict.fromkeys(
        ("name", "given", "initials", "prefix", "surname", "partner_prefix", "partner_surname"),
        a_name,
    )
    checks |= dict.fromkeys(("street", "public_space", "street_and_number"), _street)
    checks |= dict.fromkeys(("city", "location", "house_number", "postcode"), a_place)
    checks |= {
        "register_key": a_key,
        "name_use": one_of({one.lower(): one for one in NameUse}, "E, P, V or N"),
        "house_letter": _fitting(re.compile(r"[A-Za-z]"), "one letter"),
        "house_addition": _fitting(re.compile(r"[A-Za-z0-9]{1,4}"), "1 to 4 letters and digits"),
        "house_indication": _indication,
        "country": lambda text: "NL" if text.lower() in _HOME else countries(text),
        "secret": lambda text: "yes" if a_secret(text) else "",
        "email": an_email,
        "phone": a_phone,
        "second_name": a_name,
        "second_phone": a_phone,
        "birth_date": year,
    }
    for variable, values in rules.values.items():
        if values:
            allowed = {one.lower(): one for one in values}
            checks[variable] = one_of(allowed, f"one of {', '.join(values)}")
        else:
            checks[variable] = a_code
    special = {
        "fr_sex": a_sex,
        "fr_birth_year": year,
        "fr_country": countries,
        "fr_municipality": one_of(rules.towns, "a municipality, by name or code"),
    }
    return checks | {name: one for name, one in special.items() if name in rules.values}


def _street(text: str) -> str:
    if len(text) > dutch.LONGEST_STREET:
        raise CellError(f"{len(text)} characters", f"at most {dutch.LONGEST_STREET}")
    return a_place(text)


def _indication(text: str) -> str:
    found = dutch.indication(text)
    if found is None:
        raise CellError("no indication", "to (opposite) or by (near)")
    return found


def _fitting(pattern: re.Pattern[str], expected: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        if not pattern.fullmatch(text):
            raise CellError("other characters", expected)
        return text

    return check
