"""The open link on a poster: anybody may answer, and gets a code to come back with.

Pressing Start twice, or reloading the page with the code, begins nothing a second time: person,
case and code follow from the operation of the page, by a key that only we have.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from threading import Semaphore
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from app.panel.access_code import LENGTH, check_digit
from app.panel.arrivals import Arrival
from app.panel.states import Entry, Mode, WaveStatus
from app.questionnaire.model import Instrument
from app.services.context import ServiceContext
from app.storage import audit, cases, codes, interviews, open_links, openings, waves
from app.storage.open_links import OpenEntry, OpenLink
from app.storage.types import new_id

MEMORY = timedelta(hours=1)
MOST_OF_ONE_SOURCE = 60
"""New cases from one network address in an hour: a class of a language school starts together, a
program that fills in forms is stopped."""
SHOWN_FOR = timedelta(minutes=30)
"""How long the code of a case without any answer can be shown again, on the page that began it."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_SLUG = 40
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"
_OPEN_FRAME = {"fr_group": "unknown", "fr_act": "unknown", "fr_entry": "open", "fr_panel": "no"}
# Hashing takes a processor for tens of milliseconds: question pages need it too.
_hashing = Semaphore(2)


class LinkError(ValueError):
    """A link cannot be made or found."""


class Barred(StrEnum):
    """Why a link does not begin anything."""

    UNKNOWN = "unknown"
    NOT_YET_OPEN = "not_yet_open"
    PAUSED = "paused"
    CLOSED = "closed"
    TOO_MANY = "too_many"
    USED = "used"
    """The page began a case before, and there are answers in it or it was long ago."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A case that somebody began, and the code to come back with: it cannot be told again."""

    interview_id: UUID
    code_id: UUID
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LinkCount:
    """How a link does."""

    link: OpenLink
    begun: int
    complete: int
    flagged: int
    """May be somebody's second, and are not counted."""


def make_link(
    ctx: ServiceContext, wave: int, name: str, *, by: str, slug: str | None = None
) -> OpenLink:
    """Open a link for a wave; without a ``slug`` it gets one that can be read off a poster.

    Raises
    ------
    LinkError
        If there is no such wave, or the slug is taken or no slug.
    """
    chosen = slug or "".join(secrets.choice(_READABLE) for _ in range(8))
    if len(chosen) > _LONGEST_SLUG or not _SLUG.fullmatch(chosen):
        raise LinkError("a slug is small letters, digits and single hyphens, at most 40")
    now = ctx.clock.now()
    link = OpenLink(new_id(), wave, chosen, name, now)
    with ctx.databases.research.write() as connection:
        if waves.load_wave(connection, wave) is None:
            raise LinkError(f"there is no wave {wave}")
        if open_links.find_link(connection, chosen) is not None:
            raise LinkError(f"the slug {chosen} is taken")
        open_links.add_link(connection, link)
        _log(connection, ctx, "link.opened", link, by)
    return link


def close_link(ctx: ServiceContext, slug: str, *, by: str) -> None:
    """Close a link; who began keeps their code.

    Raises
    ------
    LinkError
        If there is no such link, or it was closed before.
    """
    with ctx.databases.research.write() as connection:
        link = open_links.find_link(connection, slug)
        if link is None:
            raise LinkError(f"there is no link {slug}")
        if not open_links.close_link(connection, link.id, at=ctx.clock.now()):
            raise LinkError(f"the link {slug} was closed before")
        _log(connection, ctx, "link.closed", link, by)


def count_links(ctx: ServiceContext, wave: int | None = None) -> list[LinkCount]:
    """Return how the links of a wave, or of all, do."""
    with ctx.databases.research.snapshot() as connection:
        links = open_links.list_links(connection, wave)
        came = [
            one
            for year in sorted({link.wave for link in links})
            for one in open_links.entrants(connection, year)
        ]
    return [
        LinkCount(
            link,
            begun=sum(one.link_id == link.id for one in came),
            complete=sum(one.link_id == link.id and one.status == "complete" for one in came),
            flagged=sum(
                one.link_id == link.id and one.duplicate_of is not None and not one.counts
                for one in came
            ),
        )
        for link in links
    ]


def state_of(ctx: ServiceContext, slug: str) -> Barred | None:
    """Return why a link begins nothing now, or ``None`` when it does; changes nothing."""
    with ctx.databases.research.read() as connection:
        found = _open_link(connection, slug)
    return found if isinstance(found, Barred) else None


def code_id_of(ctx: ServiceContext, slug: str, operation: str) -> UUID:
    """Return the id of the code that an operation begins a case with."""
    return _derived(ctx, slug, operation)[1]


def begin(
    ctx: ServiceContext,
    slug: str,
    operation: str,
    *,
    address: str,
    language: str,
    arrival: Arrival | None = None,
) -> Begun | Barred:
    """Begin a case by an open link; the same operation again gives the same case and code.

    Parameters
    ----------
    operation
        Of the page on which Start was pressed.
    address
        Network address of the sender; a keyed hash of it is kept until the wave closes.
    arrival
        How the person came here.
    """
    now = ctx.clock.now()
    case_id, code_id, code = _derived(ctx, slug, operation)
    with ctx.databases.research.read() as connection:
        found = _open_link(connection, slug)
        if isinstance(found, Barred):
            return found
        link, version_id = found
        source = _source(ctx, link.wave, address)
        again = _begun_before(ctx, connection, case_id, code_id, code)
        if again is not None:
            return again
        since = now - MEMORY
        if open_links.entries_since(connection, source, since=since) >= MOST_OF_ONE_SOURCE:
            return Barred.TOO_MANY
        instrument = ctx.instruments.get(connection, version_id)
    with _hashing:
        sealed = ctx.codes.seal(code_id, case_id, code, at=now)
    person = cases.Person(created_at=now, synthetic=ctx.settings.synthetic)
    case = cases.Case(
        id=case_id,
        person_id=person.id,
        wave=link.wave,
        frame=_frame(instrument),
        language=language if language in instrument.languages else instrument.languages[0],
        entry=Entry.OPEN,
        created_at=now,
        synthetic=ctx.settings.synthetic,
    )
    drawn = [
        cases.Assignment(person.id, one.var, secrets.choice(one.values))
        for one in instrument.assigned
    ]
    try:
        with ctx.databases.research.write() as connection:
            cases.add_people(connection, [person])
            cases.add_assignments(connection, drawn)
            cases.add_cases(connection, [case])
            codes.add_codes(connection, [sealed])
            codes.note_first_use(connection, code_id, at=now)
            open_links.add_entry(connection, OpenEntry(case_id, link.id, source))
            interview_id = openings.open_interview(
                connection,
                case_id,
                version_id=version_id,
                language=case.language,
                mode=Mode.WEB,
                at=now,
                arrival=arrival,
            )
    except IntegrityError:
        # Start was pressed twice: the other press was a moment earlier.
        with ctx.databases.research.read() as connection:
            again = _begun_before(ctx, connection, case_id, code_id, code)
        if again is None:
            raise
        return again
    return Begun(interview_id, code_id, code)


def _open_link(connection: Connection, slug: str) -> tuple[OpenLink, str] | Barred:
    if len(slug) > _LONGEST_SLUG or not _SLUG.fullmatch(slug):
        return Barred.UNKNOWN
    link = open_links.find_link(connection, slug)
    wave = waves.load_wave(connection, link.wave) if link else None
    if link is None or wave is None:
        return Barred.UNKNOWN
    if link.closed_at is not None:
        return Barred.CLOSED
    match wave.status:
        case WaveStatus.OPEN if wave.version_id is not None:
            return link, wave.version_id
        case WaveStatus.PAUSED:
            return Barred.PAUSED
        case WaveStatus.CLOSED | WaveStatus.FROZEN:
            return Barred.CLOSED
        case _:
            return Barred.NOT_YET_OPEN


def _begun_before(
    ctx: ServiceContext, connection: Connection, case_id: UUID, code_id: UUID, code: str
) -> Begun | Barred | None:
    interview_id = openings.find_interview(connection, case_id)
    if interview_id is None:
        return None
    state = interviews.load_interview(connection, interview_id, code_id=code_id)
    long_ago = state is None or ctx.clock.now() - state.started_at > SHOWN_FOR
    # The page may lie open on a computer of a library: who comes next is somebody else.
    if state is None or long_ago or state.revision > 0 or state.code_revoked:
        return Barred.USED
    return Begun(interview_id, code_id, code)


def _derived(ctx: ServiceContext, slug: str, operation: str) -> tuple[UUID, UUID, str]:
    """The ids of case and code, and the code, of an operation."""

    def digest(purpose: str) -> bytes:
        message = f"open link\x1f{purpose}\x1f{slug}\x1f{operation}".encode()
        return hmac.digest(ctx.settings.secret_key.encode(), message, hashlib.sha256)

    digits = f"{int.from_bytes(digest('code')) % 10 ** (LENGTH - 1):0{LENGTH - 1}d}"
    case_id, code_id = (
        UUID(bytes=digest(purpose)[:16], version=4) for purpose in ("case", "code id")
    )
    return case_id, code_id, digits + check_digit(digits)


def _source(ctx: ServiceContext, wave: int, address: str) -> str:
    key = hmac.digest(ctx.settings.secret_key.encode(), f"open:{wave}".encode(), hashlib.sha256)
    return hmac.new(key, address.encode(), hashlib.sha256).hexdigest()


def _frame(instrument: Instrument) -> dict[str, str]:
    """What is known of somebody of whom nothing is known."""
    return {
        one.var: _OPEN_FRAME[one.var]
        for one in instrument.frame
        if one.var in _OPEN_FRAME and (not one.values or _OPEN_FRAME[one.var] in one.values)
    }


def _log(connection: Connection, ctx: ServiceContext, action: str, link: OpenLink, by: str) -> None:
    audit.append_audit(
        connection,
        at=ctx.clock.now(),
        staff_id=None,
        action=action,
        subject=f"open link {link.slug}",
        detail={"by": by, "wave": link.wave, "name": link.name},
    )
