"""Rows of a register file: every row checked, every reason kept, until the file is good or not."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from sys import intern
from typing import NamedTuple

from app.panel import dutch_address as dutch
from app.panel.citizen_numbers import CitizenNumberColumns
from app.panel.dutch_address import Names, NameUse
from app.panel.sample_file_cells import CellError, clean, is_formula_like, post_can_read
from app.panel.sample_file_checks import FrameRules, checks_of
from app.panel.sample_file_columns import (
    ADDRESS,
    SampleMapping,
    targets_of,
)
from app.panel.sample_file_hidden import NOTHING_HIDDEN, Hidden

MOST_KEPT = 50_000
"""Faults that are kept and reported one by one; further ones are counted."""
_MONTHS = frozenset(
    ("jan", "feb", "mrt", "mar", "apr", "mei", "may", "jun", "jul", "aug", "sep", "okt", "oct")
) | {"nov", "dec"}
"""A spreadsheet makes 12 March of house number 12-3."""
_HIDDEN_ROW = "a row that is hidden or filtered out"
_ON_ENVELOPE = frozenset(
    ("name", "given", "initials", "prefix", "surname", "partner_prefix", "partner_surname")
) | {"street", "public_space", "street_and_number", "location", "city"}


class Fault(NamedTuple):
    """What is wrong in one place; row 0 is the file as a whole, row 1 its header."""

    row: int
    column: str
    found: str
    expected: str


class SampleRow(NamedTuple):
    """A good row: what goes to the contacts, and what goes to the frame."""

    number: int
    contact: Mapping[str, str]
    frame: Mapping[str, str]
    likeness: str
    """Name, address and year of birth in small letters: equal for one person twice."""


@dataclass
class Checked:
    """What came of checking a file."""

    header: tuple[str, ...] = field(default=(), repr=False)
    rows: list[SampleRow] = field(default_factory=list, repr=False)
    faults: list[Fault] = field(default_factory=list)
    warnings: list[Fault] = field(default_factory=list)
    read: int = 0
    faulty_rows: int = 0
    unlisted: int = 0
    """Faults beyond those that are kept."""
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def good(self) -> bool:
        """Whether all of it may be taken in."""
        return not self.faults

    def add(self, fault: Fault) -> None:
        """Note a fault."""
        if len(self.faults) < MOST_KEPT:
            self.faults.append(fault)
        else:
            self.unlisted += 1

    def warn(self, warning: Fault) -> None:
        """Note what may be right, and should be looked at."""
        if len(self.warnings) < MOST_KEPT:
            self.warnings.append(warning)


def check_rows(
    header: Sequence[str],
    rows: Iterator[tuple[int, list[str]]],
    mapping: SampleMapping,
    rules: FrameRules,
    hidden: Hidden = NOTHING_HIDDEN,
) -> Checked:
    """Return the good rows of a file, or everything that is wrong with it.

    Rows and columns that do not show in a workbook are taken in, and said.

    Raises
    ------
    SampleFileError
        If the file ends in something that is no table.
    """
    checked = Checked(tuple(header))
    targets, header_faults = targets_of(header, mapping, rules.values.keys())
    for fault in header_faults:
        checked.add(Fault(1, fault.column, fault.found, fault.expected))
    names = [name or f"column {at}" for at, name in enumerate(header, 1)]
    checker = _RowChecker(checked, targets, names, mapping, rules)
    bsn = CitizenNumberColumns(len(header))
    for at, name in enumerate(names):
        if targets[at] is not None and hidden.has_column(at):
            checked.warn(Fault(1, name, "a hidden column", "one that shows; it is taken in"))
    for number, cells in rows:
        checked.read += 1
        if hidden.has_row(number):
            checked.warn(Fault(number, "(row)", _HIDDEN_ROW, "one that shows; it is taken in"))
        bsn.see(cells)
        checker.check(number, cells)
    for at in bsn.found():
        checked.add(
            Fault(
                1,
                names[at],
                "numbers that pass the test of citizen service numbers (BSN)",
                "a file without that column: nothing of it was stored",
            )
        )
    for at in bsn.suspected():
        checked.warn(Fault(1, names[at], "numbers that may be BSNs", "none: look at them"))
    if not checked.read:
        checked.add(Fault(0, "(file)", "no rows", "a row for each person"))
    if not checked.good:
        checked.rows.clear()
    return checked


def report(faults: Sequence[Fault]) -> str:
    """Return faults as CSV without a value of the file; headers cannot calculate anything."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("row", "column", "found", "expected"))
    for row, *texts in faults:
        writer.writerow((row, *map(harmless, texts)))
    return out.getvalue()


def harmless(text: str, longest: int = 60) -> str:
    """Return a text of the file as one short line that no spreadsheet or terminal acts upon."""
    shown = "".join(one if one.isprintable() else "?" for one in text[:longest])
    shown = shown.replace("<", "‹").replace(">", "›")
    return f"'{shown}" if is_formula_like(shown.lstrip()) else shown


class _RowChecker:
    def __init__(
        self,
        checked: Checked,
        targets: Sequence[str | None],
        names: Sequence[str],
        mapping: SampleMapping,
        rules: FrameRules,
    ) -> None:
        self._checked = checked
        self._width = len(targets)
        self._columns = [(at, one, names[at]) for at, one in enumerate(targets) if one is not None]
        self._name_of = {target: name for _, target, name in self._columns}
        self._mapping = mapping
        self._rules = rules
        self._checks = checks_of(rules)
        self._values = {
            target: {key.strip().lower(): to for key, to in one.items()}
            for target, one in mapping.values.items()
        }
        self._has_address = not ADDRESS.isdisjoint(self._name_of)
        self._keys: dict[str, int] = {}
        self._likenesses: dict[str, int] = {}
        self._number = 0
        self._ok = True

    def check(self, number: int, cells: list[str]) -> None:
        """Put a row with the good ones, or its faults with the others."""
        self._number, self._ok = number, True
        if any(map(str.strip, cells[self._width :])):
            self._fault("(row)", f"{len(cells)} cells", f"{self._width}, as in the header")
            self._checked.faulty_rows += 1
            return
        values = self._read(cells)
        if values.pop("secret", ""):
            # Nothing of it is kept, so nothing of it needs to be right.
            self._checked.left_out["secret address"] += 1
            return
        contact = self._contact(values)
        frame = self._frame(values)
        key = values.get("register_key", "")
        if key:
            contact["register_key"] = key
            first = self._keys.setdefault(key, number)
            if first != number:
                self._fault("register_key", f"the key of row {first} again", "one row a person")
        elif "register_key" in self._name_of and self._ok:
            self._fault("register_key", "nothing", "the key of the register")
        if not self._ok:
            self._checked.faulty_rows += 1
            return
        like = _likeness(contact, frame)
        first = self._likenesses.setdefault(like, number)
        if first != number:
            self._checked.warn(
                Fault(number, "(row)", f"name, address and birth year of row {first}", "two people")
            )
        if not self._checked.faults:
            self._checked.rows.append(SampleRow(number, contact, frame, like))

    def _read(self, cells: Sequence[str]) -> dict[str, str]:
        values = dict(self._mapping.constants)
        filled = len(cells)
        before = len(self._checked.faults) + self._checked.unlisted
        for at, target, name in self._columns:
            cell = cells[at] if at < filled else ""
            if not cell:
                continue
            try:
                text = clean(cell)
                if target in self._values:
                    text = self._values[target].get(text.lower(), text)
                if text and (check := self._checks.get(target)) is not None:
                    text = check(text)
            except CellError as error:
                self._fault(target, error.found, error.expected, name)
                continue
            if text:
                values[target] = text
                if target in _ON_ENVELOPE and not post_can_read(text):
                    self._checked.warn(
                        Fault(
                            self._number,
                            name,
                            "letters of another script",
                            "Latin letters: Dutch post reads no others",
                        )
                    )
                if is_formula_like(text) and target != "phone" and text not in ".-":
                    self._checked.warn(
                        Fault(self._number, name, "begins like a formula", "kept as text")
                    )
        if values.get("secret") and before != len(self._checked.faults) + self._checked.unlisted:
            del self._checked.faults[before:]
        return values

    def _contact(self, values: dict[str, str]) -> dict[str, str]:
        contact = {"name": self._name(values)}
        if not contact["name"] and self._ok:
            self._fault("surname", "no name", "a surname or a given name")
        if self._has_address:
            contact |= self._address(values)
        for one in ("email", "phone", "second_name", "second_phone"):
            if values.get(one):
                contact[one] = values[one]
        if not self._has_address and self._ok and not ({"email", "phone"} & contact.keys()):
            self._fault("email", "neither e-mail address nor telephone", "one of them")
        return contact

    def _name(self, values: Mapping[str, str]) -> str:
        if values.get("name"):
            return values["name"]
        return dutch.name_on_letter(
            Names(
                values.get("given", ""),
                values.get("initials", ""),
                values.get("prefix", ""),
                values.get("surname", ""),
                NameUse(values.get("name_use") or "E"),
                values.get("partner_prefix", ""),
                values.get("partner_surname", ""),
            )
        )

    def _address(self, values: dict[str, str]) -> dict[str, str]:
        country = values.get("country", "")
        if country and country != "NL":
            return self._abroad(values, self._rules.country_names.get(country, country))
        address = self._house(values)
        city, code = values.get("city", ""), dutch.postcode(values.get("postcode", ""))
        if values.get("postcode") and code is None:
            self._fault("postcode", "no postcode", "four digits and two letters, such as 1234 AB")
        elif code is None and self._ok:
            self._fault("postcode", "nothing", "a postcode")
        if not city and self._ok:
            self._fault("city", "nothing", "a town")
        return address | {"postcode": code or "", "city": city}

    def _house(self, values: dict[str, str]) -> dict[str, str]:
        street, number = self._street(values)
        if not street and values.get("location"):
            return {"location": values["location"]}
        if not street:
            if self._ok:
                self._fault("street", "nothing", "a street, or the description of a place")
            return {}
        parts = dutch.house_number(number) if number else None
        if parts is None or parts[2].lower() in _MONTHS:
            found = "no house number" if number else "nothing"
            if self._ok or number:
                self._fault("house_number", found, "a number from 1 to 99999")
            return {}
        address = {
            "street": street,
            "house_number": parts[0],
            "house_letter": (values.get("house_letter") or parts[1]).upper(),
            "house_addition": values.get("house_addition") or parts[2],
            "house_indication": values.get("house_indication", ""),
            "location": values.get("location", ""),
        }
        return {name: value for name, value in address.items() if value}

    def _street(self, values: dict[str, str]) -> tuple[str, str]:
        """11.15 is the whole name of what 11.10 may shorten."""
        street = values.get("public_space") or values.get("street") or ""
        number = values.get("house_number", "")
        if not street and values.get("street_and_number"):
            both = dutch.street_and_number(values["street_and_number"])
            return both or (values["street_and_number"], number)
        return street, number

    def _abroad(self, values: dict[str, str], country: str) -> dict[str, str]:
        street = values.get("street") or values.get("street_and_number") or ""
        if not (street or values.get("location")) and self._ok:
            self._fault("street", "nothing", "a street, or the description of a place")
        if not values.get("city") and self._ok:
            self._fault("city", "nothing", "a town")
        parts = ("house_number", "house_letter", "house_addition", "location", "postcode", "city")
        address = {"street": street, **{one: values.get(one, "") for one in parts}}
        return {name: value for name, value in address.items() if value} | {"country": country}

    def _frame(self, values: dict[str, str]) -> dict[str, str]:
        year = values.pop("birth_date", "")
        if year and not values.get("fr_birth_year"):
            values["fr_birth_year"] = year
        for one in self._mapping.strata:
            if not values.get(one) and self._ok:
                self._fault(one, "nothing", "a value: strata are made of it")
        return {
            name: intern(value)
            for name, value in values.items()
            if name.startswith("fr_") and value
        }

    def _fault(self, target: str, found: str, expected: str, name: str = "") -> None:
        self._ok = False
        column = name or self._name_of.get(target, target)
        self._checked.add(Fault(self._number, column, found, expected))


def _likeness(contact: Mapping[str, str], frame: Mapping[str, str]) -> str:
    place = [contact.get(one, "") for one in ("postcode", "house_number", "house_letter")]
    where = place if any(place) else [contact.get("email", ""), contact.get("phone", "")]
    name = "".join(one for one in contact["name"].lower() if one.isalnum())
    return "|".join([name, *where, frame.get("fr_birth_year", "")]).lower()
