"""Cases for staff: leafed through, found by what a caller can say, taken out as a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.panel.access_code import is_well_formed, normalise
from app.services.accounts.staff import Visit, record
from app.services.context import ServiceContext
from app.services.lettering.letters import REFERENCE_DIGITS
from app.services.members.panel_members import find_people
from app.storage import case_lists, cases, print_batches
from app.storage.case_lists import CAME_BACK, SORTS, STATES, CaseFilter, CaseRow
from app.storage.codes import codes_in_bucket
from app.storage.messages import load_message

__all__ = ["CAME_BACK", "SORTS", "STATES", "CaseFilter", "CaseRow"]

SHORTEST_PART = 6
"""Characters of an id that are enough to look for it: pages show eight."""
MOST_FOUND = 20
_LONGEST = 300
_HEX = frozenset("0123456789abcdef")
_ID_LENGTH = 32


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of the list, and how many cases there are on all of them."""

    rows: Sequence[CaseRow]
    total: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What the list can be narrowed down to."""

    waves: Sequence[int]
    """The latest first."""
    groups: Sequence[str]
    languages: Sequence[str]


_known_choices: dict[str, tuple[list[tuple[int, int]], Choices]] = {}
"""By database: the numbers of cases, and the choices that were there with them."""


def list_cases(
    ctx: ServiceContext,
    which: CaseFilter,
    *,
    sort: str = "wave",
    descending: bool = True,
    offset: int = 0,
    limit: int = 50,
) -> CasePage:
    """Return a page of cases; ``sort`` is one of `SORTS`."""
    with ctx.databases.research.snapshot() as connection:
        total = case_lists.count_listed(connection, which)
        rows = case_lists.list_page(
            connection, which, sort=sort, descending=descending, offset=offset, limit=limit
        )
    return CasePage(rows, total)


def choices(ctx: ServiceContext) -> Choices:
    """Return the waves, groups and languages there are cases of.

    Looking through 100,000 cases for them is done again only when their number has changed: group
    and language of approach are those of the draw.
    """
    database = ctx.settings.database_url
    with ctx.databases.research.read() as connection:
        counted = case_lists.cases_by_wave(connection)
        known = _known_choices.get(database)
        if known is None or known[0] != counted:
            known = counted, Choices(*case_lists.values_of(connection))
            _known_choices[database] = known
    return known[1]


def take_out(ctx: ServiceContext, visit: Visit, which: CaseFilter) -> list[CaseRow]:
    """Return all cases that a filter lets through; that they were taken out is put on record."""
    with ctx.databases.research.snapshot() as connection:
        rows = list(case_lists.all_listed(connection, which))
    detail: dict[str, str | int | None] = {
        "rows": len(rows),
        "wave": which.wave,
        "state": which.state,
        "group": which.group,
        "language": which.language,
        "sent": which.sent,
    }
    record(ctx, visit, "cases.exported", "cases", detail)
    return rows


def find_cases(ctx: ServiceContext, visit: Visit, typed: str, *, by_contact: bool) -> list[UUID]:
    """Return the cases somebody typed something of, the latest wave first.

    An id of a person or case, or the first `SHORTEST_PART` characters of one; the reference on a
    letter; an access code, also one that has ended; and, ``by_contact``, an e-mail address, a phone
    number or a register key.
    What cannot be any of these finds nobody. That somebody looked goes on record, never the words.
    """
    wanted = typed.strip()[:_LONGEST].replace("\0", "")
    if not wanted:
        return []
    way, found = "id", _by_id(ctx, wanted)
    if not found:
        way, found = "letter", _by_letter(ctx, wanted)
    if not found:
        way, found = "code", _by_code(ctx, wanted)
    if not found and by_contact:
        way, found = "contact", _of_people(ctx, find_people(ctx, wanted))
    record(ctx, visit, "cases.searched", "cases", {"by": way, "found": len(found)})
    return found


def _by_id(ctx: ServiceContext, typed: str) -> list[UUID]:
    part = typed.casefold().replace("-", "").strip()
    if not SHORTEST_PART <= len(part) <= _ID_LENGTH or not _HEX.issuperset(part):
        return []
    first, last = UUID(part.ljust(_ID_LENGTH, "0")), UUID(part.ljust(_ID_LENGTH, "f"))
    with ctx.databases.research.read() as connection:
        return case_lists.cases_between(connection, first, last, MOST_FOUND)


def _by_letter(ctx: ServiceContext, typed: str) -> list[UUID]:
    """Return the case that a letter went to, by the characters after "Ref." beside the address."""
    reference = typed.casefold().removeprefix("ref").lstrip(".: ").replace(" ", "")
    if len(reference) != REFERENCE_DIGITS or not _HEX.issuperset(reference):
        return []
    with ctx.databases.research.read() as connection:
        letters = print_batches.letters_by_reference(connection, reference)
        found = [load_message(connection, message_id) for message_id, _, _ in letters]
    return [one.case_id for one in found if one is not None]


def _by_code(ctx: ServiceContext, typed: str) -> list[UUID]:
    code = normalise(typed)
    if code is None or not is_well_formed(code):
        return []
    with ctx.databases.research.read() as connection:
        candidates = codes_in_bucket(connection, ctx.codes.bucket(code))
    match = ctx.codes.match(code, candidates)
    return [] if match is None else [match.case_id]


def _of_people(ctx: ServiceContext, people: Sequence[UUID]) -> list[UUID]:
    with ctx.databases.research.read() as connection:
        found = [
            case
            for person_id in people[:MOST_FOUND]
            for case in cases.cases_of_person(connection, person_id)
        ]
    return [one.id for one in sorted(found, key=lambda one: (-one.wave, one.id.int))]
