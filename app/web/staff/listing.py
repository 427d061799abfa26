"""Lists that can be searched, sorted, leafed through, and taken home as CSV.

Every list of the staff site is made here, so that all behave alike. What the address asks for is
read once, against what the list allows (`asked`); a sort key that is not on the list is 404, never
SQL. A short list is sorted in memory (`listed`); a list of people or events is cut by its service,
which is given `Asked` and says how many there are.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar
from urllib.parse import urlencode

from flask import Response, abort, request

from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.view import Words

PAGE_SIZE = 50
LONGEST_SEARCH = 200
CSV_TYPE = "text/csv; charset=utf-8"
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula (OWASP ASVS 5.0, 1.2.10)."""

T = TypeVar("T")
Key = str | float | int | bool | None


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: words, perhaps a link, a badge of some colour, a language."""

    words: Words
    url: str | None = None
    badge: str | None = None
    """Class of the badge: open, paused, draft, bad; plain words without."""
    small: Words | None = None
    lang: str | None = None
    dir: str | None = None


@dataclass(frozen=True)
class Column(Generic[T]):
    """A column: its words, the cell of a row, and what it is sorted by."""

    id: str
    words: str
    cell: Callable[[T], Cell | Words]
    sort: Callable[[T], Key] | None = None
    """For lists in memory. A list that a service sorts says ``sortable`` instead."""
    sortable: bool = False
    number: bool = False
    csv: Callable[[T], object] | None = None
    """What stands in the file, where it differs from the words."""

    @property
    def sorts(self) -> bool:
        """Whether the head of the column is a link that sorts."""
        return self.sortable or self.sort is not None


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter: the name of its field and what may be chosen; the empty value is everything."""

    name: str
    words: str
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks of a list."""

    q: str = ""
    sort: str = ""
    descending: bool = False
    page: int = 1
    chosen: Mapping[str, str] = field(default_factory=dict)
    size: int = PAGE_SIZE

    @property
    def offset(self) -> int:
        """How many rows come before this page."""
        return (self.page - 1) * self.size


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column."""

    words: str
    number: bool
    url: str | None
    order: str | None
    """``ascending`` or ``descending`` where the list is sorted by it."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as its template shows it."""

    id: str
    caption: str
    path: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    numbers: Sequence[bool]
    found: str
    """How many there are, in words."""
    q: str
    searchable: bool
    search_words: str
    choices: Sequence[tuple[Choice, str]]
    kept: Sequence[tuple[str, str]]
    """Hidden fields of the search form: the order, and what else the address holds."""
    previous: str | None
    next: str | None
    place: str
    csv_url: str | None
    empty: str
    filtered: bool


def asked(
    columns: Sequence[Column[T]],
    *,
    sort: str = "",
    descending: bool = False,
    choices: Sequence[Choice] = (),
) -> Asked:
    """Return what the address of this request asks for; 404 for what the list does not allow."""
    key = request.args.get("sort") or sort
    if key not in {column.id for column in columns if column.sorts} | {"", sort}:
        abort(404)
    order = request.args.get("order", "desc" if descending else "asc")
    page = request.args.get("page", "1")
    if order not in ("asc", "desc") or not (page.isascii() and page.isdigit() and len(page) < 7):
        abort(404)
    chosen = {}
    for choice in choices:
        value = request.args.get(choice.name, "")
        if value not in {code for code, _words in choice.options} | {""}:
            abort(404)
        chosen[choice.name] = value
    return Asked(
        q=request.args.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH],
        sort=key,
        descending=order == "desc",
        page=max(1, int(page)),
        chosen=chosen,
    )


def listed(
    rows: Sequence[T],
    columns: Sequence[Column[T]],
    want: Asked,
    *,
    text: Callable[[T], str] | None = None,
    keep: Callable[[T, Mapping[str, str]], bool] | None = None,
) -> list[T]:
    """Return the rows of a list in memory that are asked for, in order, all pages of them.

    ``text`` gives what the search looks in, without regard to case and accents; ``keep`` decides on
    the filters.
    """
    found = list(rows)
    if keep is not None:
        found = [row for row in found if keep(row, want.chosen)]
    if want.q and text is not None:
        words = folded(want.q).split()
        found = [row for row in found if all(word in folded(text(row)) for word in words)]
    by = next((column.sort for column in columns if column.id == want.sort), None)
    if by is not None:
        there = [row for row in found if by(row) is not None]
        absent = [row for row in found if by(row) is None]
        found = sorted(there, key=by, reverse=want.descending) + absent  # type: ignore[arg-type]
    return found


def shown(
    _: Translate,
    figures: Figures,
    columns: Sequence[Column[T]],
    rows: Sequence[T],
    want: Asked,
    *,
    total: int | None = None,
    id: str,
    caption: str,
    empty: str,
    path: str | None = None,
    searchable: bool = True,
    search_words: str | None = None,
    choices: Sequence[Choice] = (),
    csv_path: str | None = None,
    also: Mapping[str, str] | None = None,
) -> Listing:
    """Return a list for the macro ``listing``.

    Parameters
    ----------
    rows, total
        The rows of this page and how many there are on all pages; or all rows, without total.
    empty
        What the page says where there is nothing at all: what comes here, and how.
    path, csv_path
        Address of the list (by default that of this request) and of its file.
    also
        What else the address holds and has to keep: other arguments of the page.
    """
    path = path or request.path
    if total is None:
        total, rows = len(rows), rows[want.offset : want.offset + want.size]
    here = _Address(path, want, dict(also or {}))
    last = max(1, -(-total // want.size))
    filtered = bool(want.q or any(want.chosen.values()))
    return Listing(
        id=id,
        caption=caption,
        path=path,
        heads=[_head(column, want, here) for column in columns],
        rows=[[_cell(column.cell(row)) for column in columns] for row in rows],
        numbers=[column.number for column in columns],
        found=_("Found: %(count)s", count=figures.count(total)),
        q=want.q,
        searchable=searchable,
        search_words=search_words or _("Search"),
        choices=[(choice, want.chosen.get(choice.name, "")) for choice in choices],
        kept=here.kept(),
        previous=here.url(page=min(want.page - 1, last)) if want.page > 1 else None,
        next=here.url(page=want.page + 1) if want.page < last else None,
        place=_("Page %(page)s of %(last)s", page=want.page, last=last),
        csv_url=None if csv_path is None else _Address(csv_path, want, here.also).url(page=1),
        empty=_("Nothing fits. Search for less, or for something else.") if filtered else empty,
        filtered=filtered,
    )


def csv_of(columns: Sequence[Column[T]], rows: Sequence[T], *, name: str) -> Response:
    """Return all rows as a CSV file: UTF-8 with a mark, and nothing a spreadsheet would run."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([tame(column.words) for column in columns])
    for row in rows:
        writer.writerow([tame(_plain(column, row)) for column in columns])
    # The mark makes spreadsheets read UTF-8, which names and Arabic words need.
    response = Response("\ufeff" + out.getvalue(), content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def tame(value: object) -> str | int | float:
    """Return a value for a spreadsheet: text that looks like a formula begins with a quote."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        words = "" if value is None else str(value)
        return f"'{words}" if words.lstrip(" ").startswith(_FORMULA) else words
    return value


def folded(words: str) -> str:
    """Return words as the search compares them: without case and accents."""
    parts = unicodedata.normalize("NFKD", words)
    return "".join(one for one in parts if not unicodedata.combining(one)).casefold()


@dataclass(frozen=True)
class _Address:
    path: str
    want: Asked
    also: Mapping[str, str]

    def url(self, **changed: object) -> str:
        want = replace(self.want, **changed)  # type: ignore[arg-type]  # fields of Asked
        held = {**self.also, **want.chosen, "q": want.q, "sort": want.sort}
        if want.sort:
            held["order"] = "desc" if want.descending else "asc"
        if want.page > 1:
            held["page"] = str(want.page)
        query = urlencode({name: value for name, value in held.items() if value})
        return f"{self.path}?{query}" if query else self.path

    def kept(self) -> list[tuple[str, str]]:
        order = "desc" if self.want.descending else "asc"
        held = [*self.also.items(), ("sort", self.want.sort), ("order", order)]
        return [
            (name, value) for name, value in held if value and (self.want.sort or name in self.also)
        ]


def _head(column: Column[T], want: Asked, here: _Address) -> Head:
    if not column.sorts:
        return Head(column.words, column.number, None, None)
    current = want.sort == column.id
    order = ("descending" if want.descending else "ascending") if current else None
    turned = not want.descending if current else False
    return Head(
        column.words, column.number, here.url(sort=column.id, descending=turned, page=1), order
    )


def _cell(made: Cell | Words) -> Cell:
    return made if isinstance(made, Cell) else Cell(made)


def _plain(column: Column[T], row: T) -> object:
    if column.csv is not None:
        return column.csv(row)
    made = column.cell(row)
    return made.words if isinstance(made, Cell) else made
