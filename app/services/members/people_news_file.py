"""A file with news about people: every row checked, all problems at once, all of it or nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.messages.channels import Channel
from app.panel.dutch_address import postcode as tidy_postcode
from app.panel.sample_file_cells import CellError, a_phone, an_email
from app.services.context import ServiceContext
from app.services.members import contacting
from app.services.members.people_news import ADDRESS, CHANGEABLE, WORD, News, What, fault_of
from app.storage import cases, people, waves

WHO = ("person", "case", "email", "phone", "register_key")
"""One of these columns says who: an id of ours, or what leads to one person only."""
_SEARCHED = ("email", "phone", "register_key")
_NEW = {f"new_{name}": name for name in ("email", "phone")}
"""A column ``email`` says who; a new address stands below ``new_email``."""
COLUMNS = (*WHO, "what", "channel", "wave", "told_by", "reason", *_NEW,
           *(name for name in CHANGEABLE if name not in ("email", "phone")))  # fmt: skip
MOST_BYTES = 20_000_000
MOST_ROWS = 50_000
_LONGEST = 200
_CHECKS: Mapping[str, Callable[[str], str]] = {
    "email": an_email,
    "phone": a_phone,
    "second_phone": a_phone,
    "second_email": an_email,
}
_AT_HOME = ("", "nl", "nederland", "netherlands", "the netherlands")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a file; of personal columns it does not say what was found."""

    row: int
    """As a spreadsheet counts: the header is row 1. 0 is the file itself."""
    column: str
    found: str
    expected: str

    def __str__(self) -> str:
        place = f"row {self.row}" if self.row else "file"
        where = f"{place}, {self.column}" if self.column else place
        return f"{where}: found {self.found}, expected {self.expected}"


class NewsFileError(ValueError):
    """The file cannot be taken in; nothing was recorded."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def read_news(ctx: ServiceContext, raw: bytes) -> list[News]:
    """Return the news of a file in UTF-8, with commas, semicolons or tabs between the columns.

    Raises
    ------
    NewsFileError
        With all problems there are.
    """
    header, rows = _table(raw)
    if problems := _of_header(header):
        raise NewsFileError(problems)
    known = _Known.read(ctx)
    found: list[News] = []
    for number, cells in enumerate(rows, 2):
        if not any(cell.strip() for cell in cells):
            continue
        reader = _Row(ctx, known, number, header, cells)
        news = reader.read()
        problems += reader.problems
        if news is not None:
            found.append(news)
    if problems:
        raise NewsFileError(problems)
    return found


def contact_faults(fields: Mapping[str, str]) -> dict[str, str]:
    """Return what is expected instead, by the contact details that cannot be right."""
    faults = {
        name: f"at most {_LONGEST} characters on one line"
        for name, value in fields.items()
        if len(value) > _LONGEST or not value.isprintable()
    }
    for name, check in _CHECKS.items():
        if value := fields.get(name, "").strip():
            try:
                check(value)
            except CellError as error:
                faults[name] = error.expected
    at_home = fields.get("country", "").strip().lower() in _AT_HOME
    postcode = fields.get("postcode", "").strip()
    if at_home and postcode and tidy_postcode(postcode) is None:
        faults["postcode"] = "a postcode such as 1234 AB"
    given = {name for name, value in fields.items() if value.strip()}
    if not given.isdisjoint(ADDRESS):
        place = "location" if "location" in given else "street"
        needed = {place, "city"} | ({"postcode"} if at_home else set())
        faults |= dict.fromkeys(needed - given, "a whole address: it replaces the one before")
    return faults


def in_one_form(fields: Mapping[str, str]) -> dict[str, str]:
    """Return contact details that have no faults as they are kept: phone numbers as ``+31…``."""
    tidy = {name: value.strip() for name, value in fields.items()}
    tidy |= {name: check(tidy[name]) for name, check in _CHECKS.items() if tidy.get(name)}
    if postcode := tidy_postcode(tidy.get("postcode", "")):
        tidy["postcode"] = postcode
    return tidy


def _table(raw: bytes) -> tuple[list[str], Iterator[list[str]]]:
    if len(raw) > MOST_BYTES:
        raise NewsFileError([Problem(0, "", "more bytes", f"at most {MOST_BYTES}")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        reason = Problem(0, "", "another encoding", "UTF-8, as a spreadsheet writes “CSV UTF-8”")
        raise NewsFileError([reason]) from error
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        reason = Problem(0, "", "quotes that do not close, or a zero byte", "CSV")
        raise NewsFileError([reason]) from error
    if len(table) > MOST_ROWS + 1:
        raise NewsFileError([Problem(0, "", "more rows", f"at most {MOST_ROWS}")])
    header = [name.strip().lower() for name in table[0]] if table else []
    return header, iter(table[1:])


def _of_header(header: Sequence[str]) -> list[Problem]:
    problems = [
        Problem(1, f"column {number}", "another name", f"one of {', '.join(COLUMNS)}")
        for number, name in enumerate(header, 1)
        if name not in COLUMNS
    ]
    problems += [
        Problem(1, name, "the column twice", "once")
        for name in sorted({one for one in header if header.count(one) > 1 and one in COLUMNS})
    ]
    if "what" not in header:
        problems.append(Problem(1, "what", "no such column", "what happened"))
    if set(WHO).isdisjoint(header):
        problems.append(Problem(1, "", "nobody", f"a column that says who: {', '.join(WHO)}"))
    return problems


@dataclass(frozen=True, slots=True)
class _Known:
    """The ids that a file may name."""

    people: frozenset[UUID]
    person_of_case: Mapping[UUID, UUID]
    waves: frozenset[int]

    @classmethod
    def read(cls, ctx: ServiceContext) -> _Known:
        with ctx.databases.research.snapshot() as connection:
            return cls(
                people.living_people(connection),
                cases.people_of_cases(connection),
                frozenset(one.year for one in waves.list_waves(connection)),
            )


class _Row:
    """Reads one row and gathers what is wrong with it."""

    def __init__(
        self,
        ctx: ServiceContext,
        known: _Known,
        number: int,
        header: Sequence[str],
        cells: Sequence[str],
    ) -> None:
        self._ctx = ctx
        self._known = known
        self._number = number
        self._too_many = len(cells) > len(header)
        self._cells = dict(zip(header, map(str.strip, cells), strict=False))
        self.problems: list[Problem] = []

    def read(self) -> News | None:
        """Return the news of the row, or ``None`` when it has problems."""
        if self._too_many:
            self._fault("", "more cells than the header has", "as many")
        person_id = self._person()
        what = self._one_of("what", [one.value for one in What])
        channel = self._one_of("channel", [one.value for one in Channel], needed=False)
        wave = self._wave()
        told_by = self._cells.get("told_by", "").lower()
        if told_by and not WORD.fullmatch(told_by):
            self._fault("told_by", "something else", "a word such as person, post or register")
        fields = self._fields()
        if person_id is None or what is None or self.problems:
            return None
        news = News(
            person_id,
            What(what),
            Channel(channel) if channel else None,
            wave,
            fields,
            told_by,
            reason=self._cells.get("reason", "").lower(),
        )
        if reason := fault_of(news):
            self._fault("", reason, "cells that belong together: see people news --help")
            return None
        return news

    def _person(self) -> UUID | None:
        given = {name: self._cells[name] for name in WHO if self._cells.get(name)}
        if len(given) != 1:
            self._fault("", f"{len(given)} ways to say who", f"one of {', '.join(WHO)}")
            return None
        ((name, value),) = given.items()
        if name in _SEARCHED:
            there = contacting.find_by_contact(self._ctx, name, value)
            living = [one for one in there if one in self._known.people]
            if len(living) == 1:
                return living[0]
            self._fault(name, f"{len(living)} people", "one person")
            return None
        try:
            given_id = UUID(value)
        except ValueError:
            self._fault(name, "something else", "an id of 32 hexadecimal digits")
            return None
        person_id = self._known.person_of_case.get(given_id) if name == "case" else given_id
        if person_id not in self._known.people:
            self._fault(name, "an id that is not here, or was erased", f"the id of a {name}")
            return None
        return person_id

    def _one_of(self, name: str, words: Sequence[str], *, needed: bool = True) -> str | None:
        word = self._cells.get(name, "").lower()
        if not word and not needed:
            return None
        if word not in words:
            self._fault(name, "another word" if word else "nothing", f"one of {', '.join(words)}")
            return None
        return word

    def _wave(self) -> int | None:
        typed = self._cells.get("wave", "")
        if not typed:
            return None
        if len(typed) > 4 or not typed.isascii() or not typed.isdigit():
            self._fault("wave", "something else", "a year")
            return None
        if int(typed) not in self._known.waves:
            self._fault("wave", typed, "a wave that is set up")
            return None
        return int(typed)

    def _fields(self) -> dict[str, str]:
        given = {
            _NEW.get(name, name): value
            for name, value in self._cells.items()
            if value and (name in _NEW or (name in CHANGEABLE and name not in _SEARCHED))
        }
        faults = contact_faults(given)
        for name, expected in sorted(faults.items()):
            self._fault(name, "something else" if given.get(name) else "nothing", expected)
        return given if faults else in_one_form(given)

    def _fault(self, column: str, found: str, expected: str) -> None:
        self.problems.append(Problem(self._number, column, found, expected))
