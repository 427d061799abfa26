"""Names and addresses as Dutch registers keep them, made into what stands on a letter.

Numbers such as 11.60 are the elements of the personal records database (Logisch Ontwerp BRP).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

LONGEST_STREET = 80
"""Characters of 11.15, the name of a public space; 11.10 has 24."""

_POSTCODE = re.compile(r"([1-9][0-9]{3})[ \u00a0]?([A-Za-z]{2})")
_NEVER_USED = ("SA", "SD", "SS")
_NUMBER = re.compile(r"[1-9][0-9]{0,4}")
_NUMBER_AND_MORE = re.compile(
    r"(?P<number>[1-9][0-9]{0,4})(?![0-9])(?:[ -]*(?P<letter>[A-Za-z])(?![A-Za-z0-9]))?"
    r"(?:[ /-]*(?P<addition>[A-Za-z0-9]{1,4}))?"
)
_STREET_AND_MORE = re.compile(r"(?P<street>.*[^\s,])[ ,]+(?P<rest>[1-9][0-9]{0,4}(?![0-9]).*)")
_INDICATIONS = {"to": "to", "tegenover": "to", "by": "by", "bij": "by"}
_NOBODY = frozenset({"", ".", "-", "onbekend"})
"""How registers write that there is no such name; '.' is the standard value of the BRP."""


class NameUse(StrEnum):
    """61.10: whose surname a person uses."""

    OWN = "E"
    PARTNER = "P"
    PARTNER_THEN_OWN = "V"
    OWN_THEN_PARTNER = "N"


@dataclass(frozen=True, slots=True)
class Names:
    """What a register knows of a person's name; empty where it knows nothing."""

    given: str = ""
    initials: str = ""
    prefix: str = ""
    surname: str = ""
    use: NameUse = NameUse.OWN
    partner_prefix: str = ""
    partner_surname: str = ""


def name_on_letter(names: Names) -> str:
    """Return initials and surnames as the person uses them ("aanschrijfnaam"); empty if unknown.

    Who has one name only, in whichever of the two columns, bears that name whole.
    """
    own = _surname(names.prefix, names.surname)
    partner = _surname(names.partner_prefix, names.partner_surname)
    match names.use if own and partner else NameUse.OWN:
        case NameUse.PARTNER:
            family = partner
        case NameUse.PARTNER_THEN_OWN:
            family = f"{partner}-{own}"
        case NameUse.OWN_THEN_PARTNER:
            family = f"{own}-{partner}"
        case _:
            family = own or (partner if names.use is NameUse.PARTNER else "")
    given = "" if names.given.lower() in _NOBODY else names.given
    if not family:
        return _cased(given)
    first = _initials(names.initials, given)
    # After initials a prefix is written small; at the beginning it gets a capital.
    return f"{first} {family}" if first else family[:1].upper() + family[1:]


def postcode(text: str) -> str | None:
    """Return a postcode as written on letters, ``1234 AB``, or ``None`` when it is none."""
    found = _POSTCODE.fullmatch(text.strip())
    if found is None or found[2].upper() in _NEVER_USED:
        return None
    return f"{found[1]} {found[2].upper()}"


def house_number(text: str) -> tuple[str, str, str] | None:
    """Return number, letter and addition of "12", "12A", "12 A bis", "12-3"; ``None`` if none."""
    if _NUMBER.fullmatch(text):
        return text, "", ""
    found = _NUMBER_AND_MORE.fullmatch(text)
    if found is None:
        return None
    return found["number"], (found["letter"] or "").upper(), found["addition"] or ""


def street_and_number(text: str) -> tuple[str, str] | None:
    """Return the street of an address line and what follows, from its last number that may be one.

    "Plein 1944 12 A" is number 12 A of the Plein 1944.
    """
    found = _STREET_AND_MORE.fullmatch(text)
    return None if found is None else (found["street"], found["rest"])


def indication(text: str) -> str | None:
    """Return 11.50 as ``to`` (opposite) or ``by`` (near); ``None`` when it is neither."""
    return _INDICATIONS.get(text.lower())


def _surname(prefix: str, name: str) -> str:
    if name.lower() in _NOBODY:
        return ""
    prefix = "" if prefix in _NOBODY else prefix
    return f"{prefix.lower() if prefix.isupper() else prefix} {_cased(name)}".strip()


def _initials(initials: str, given: str) -> str:
    if initials and initials not in _NOBODY:
        letters = re.findall(r"[^\W\d_]+", initials)
        whole = len(letters) == 1 and len(letters[0]) > 1 and initials.isupper()
        return "".join(f"{one}." for one in (letters[0] if whole else letters))
    return "".join(f"{_initial(one)}." for one in given.split() if one[:1].isalpha())


def _initial(name: str) -> str:
    # The Dutch IJ is one letter.
    return "IJ" if name[:2].upper() == "IJ" else name[0].upper()


def _cased(name: str) -> str:
    """Return a name that is all capitals as people write it; any other as it is."""
    if not name.isupper() or len(name) < 2:
        return name
    words = re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), name)
    return re.sub(r"\bIj", "IJ", words)
