"""The register file of a simulated study, and the way back from a contact to who it is of.

People are numbered by their place in the synthetic population; the number is spelled in the
surname, so that names are letters only and nobody real can bear one.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from uuid import UUID

from app.services.context import ServiceContext
from app.services.members import contacting
from app.synthetic.panel_life import SHARES, Shares, reach_of
from app.synthetic.population import Person

GIVEN = "Proef"
_LETTERS = "abcdefghij"
_HEAD = (
    "sleutel", "voornamen", "geslachtsnaam", "straatnaam", "huisnummer", "postcode", "woonplaats",
    "emailadres", "telefoonnummer", "fr_group", "fr_act", "fr_sex", "fr_birth_year", "fr_country",
    "fr_nationality", "fr_municipality", "fr_language",
)  # fmt: skip


def write_register(
    file: Path,
    people: Sequence[Person],
    numbers: Iterable[int],
    seed: int,
    shares: Shares = SHARES,
) -> Path:
    """Write some of the people, by number, as a register would; return the file."""
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=";")
        writer.writerow(_HEAD)
        for number in numbers:
            person = people[number]
            reach, frame = reach_of(person, seed, shares), person.frame()
            writer.writerow(
                [
                    f"S{number:06d}",
                    GIVEN,
                    spelled(number),
                    *address_of(number, 0).values(),
                    f"p{number}@post.example" if reach.email else "",
                    f"06{10_000_000 + number}" if reach.phone else "",
                    *(frame[name] for name in _HEAD[9:]),
                ]
            )
    return file


def address_of(number: int, moves: int) -> dict[str, str]:
    """Return the invented address of a person after so many moves."""
    return {
        "street": f"Proefstraat {'ABCDEFGH'[moves % 8]}",
        "house_number": str(number % 9_000 + 1),
        "postcode": f"{1_000 + number % 8_000} AB",
        "city": "Utrecht",
    }


def spelled(number: int) -> str:
    """Return a number as a surname."""
    letters = "".join(_LETTERS[int(digit)] for digit in str(number))
    return f"Z{letters}"


def numbers_of(ctx: ServiceContext, person_ids: Sequence[UUID], wave: int) -> dict[UUID, int]:
    """Return which synthetic person each of some people is; the erased are left out."""
    found = {}
    for person_id, fields in contacting.addressees_of(ctx, person_ids, wave).items():
        surname = fields.get("name", "").rpartition(" Z")[2]
        if surname and all(letter in _LETTERS for letter in surname):
            found[person_id] = int("".join(str(_LETTERS.index(one)) for one in surname))
    return found
