"""A person's own details, behind the code: how to reach them, what changed, and with what effect.

The code opens these pages between waves too: what is destroyed when a wave closes is the copy that
letters are printed from, not the hash. It opens them until the person has a code of a later wave
and that wave was opened; from then on an old letter in a drawer opens nothing. Whoever loses a
letter calls, and staff end its code with a new one (`reissuing`).

Nothing that is known is handed out here but whether it is there: phones are shared.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from app.messages.channels import Channel
from app.messages.statuses import Reach
from app.panel.dutch_address import house_number
from app.panel.states import PersonStatus
from app.questionnaire.accept import digits
from app.services.context import ServiceContext
from app.services.interviewing.entrances import Refusal, Refused, recognise
from app.services.members.contact_channels import fields_known
from app.services.members.people_news import ADDRESS, News, What, record
from app.services.members.people_news_file import contact_faults, in_one_form
from app.storage import people
from app.storage.codes import has_newer_code, living_code, person_of_code

SELF = "self"
"""Who wrote it down: the person, behind the code."""
SECOND = ("second_name", "second_phone", "second_email")
_ASKED_ABOUT = ("street", "location", "email", "phone", *SECOND)
_ADDITION = re.compile(r"[0-9A-Za-z][0-9A-Za-z /-]{0,9}")

REPORTED = (
    What.FINISHED, What.DISPENSED, What.EXEMPT, What.MOVED_ABROAD, What.ACTIVE,
)  # fmt: skip
"""What people can say of themselves: done, not any more, never had to, moved away, still busy."""
_NOT_THEIRS_TO_UNDO = (PersonStatus.WITHDRAWN, PersonStatus.ERASED)


@dataclass(frozen=True, slots=True)
class Own:
    """Whose pages these are, and through which code; and how the person stands."""

    person_id: UUID
    case_id: UUID
    code_id: UUID
    language: str
    """That of the case."""
    status: PersonStatus


@dataclass(frozen=True, slots=True)
class Stopped:
    """Somebody who takes part no longer."""

    person_id: UUID | None
    """``None`` for who is forgotten already."""


@dataclass(frozen=True, slots=True)
class Known:
    """What there is of a person, never what it says."""

    fields: frozenset[str]
    """Of street, location, e-mail, phone and those of the second contact: which there are."""
    came_back: frozenset[Channel]
    opted_out: frozenset[Channel]

    @property
    def address(self) -> bool:
        """Whether there is a postal address."""
        return not self.fields.isdisjoint({"street", "location"})

    @property
    def second(self) -> bool:
        """Whether somebody else was named."""
        return not self.fields.isdisjoint(SECOND)


def enter(ctx: ServiceContext, typed: str, *, address: str) -> Own | Refused:
    """Return whose code was typed; ``address`` is that of the network, for slowing guessers down.

    Nothing is begun: a wave need not be open.
    """
    found = recognise(ctx, typed, address=address)
    if isinstance(found, Refused):
        return found
    return load(ctx, found.id) or Refused(Refusal.REVOKED)


def load(ctx: ServiceContext, code_id: UUID) -> Own | None:
    """Return whose code it is; ``None`` when it opens nothing any more, or the person is gone."""
    with ctx.databases.research.snapshot() as connection:
        code = living_code(connection, code_id)
        if code is None or has_newer_code(connection, code):
            return None
        standing = people.standings(connection, [code.person_id]).get(code.person_id)
    if standing is None or standing.status is PersonStatus.ERASED:
        return None
    return Own(code.person_id, code.case_id, code_id, code.language, standing.status)


def stopped(ctx: ServiceContext, code_id: UUID) -> Stopped | None:
    """Return who asked us to stop, of a code; ``None`` for who did not, and may have a new one."""
    with ctx.databases.research.snapshot() as connection:
        person_id = person_of_code(connection, code_id)
        if person_id is None:
            return Stopped(None)
        standing = people.standings(connection, [person_id]).get(person_id)
    if standing is None or standing.status is PersonStatus.ERASED:
        return Stopped(None)
    return Stopped(person_id) if standing.status in _NOT_THEIRS_TO_UNDO else None


def known(ctx: ServiceContext, own: Own) -> Known:
    """Return which details of a person there are, and which channels are closed."""
    with ctx.databases.research.read() as connection:
        reach = people.reach_of(connection, [own.person_id]).get(own.person_id, {})
    return Known(
        fields_known(ctx, own.person_id, _ASKED_ABOUT),
        frozenset(one for one, how in reach.items() if how is Reach.UNDELIVERABLE),
        frozenset(one for one, how in reach.items() if how is Reach.OPTED_OUT),
    )


def address_faults(fields: Mapping[str, str]) -> frozenset[str]:
    """Return which of the details a person typed cannot be right; those left empty stay as known.

    A house number may bring its letter and addition ("12 A"); an address in this country is whole
    with street, number, postcode and town.
    """
    given = _given(fields)
    faults = set(contact_faults(given))
    if not set(ADDRESS).isdisjoint(given):
        if "house_number" not in given or house_number(given["house_number"]) is None:
            faults.add("house_number")
        addition = given.get("house_addition")
        if addition is not None and not _ADDITION.fullmatch(addition):
            faults.add("house_addition")
    return frozenset(faults)


def change_address(
    ctx: ServiceContext, own: Own, fields: Mapping[str, str], operation: str
) -> None:
    """Keep a new address, e-mail address or number; what was left empty stays as it is.

    ``fields`` have no `address_faults`. Channels that were closed because mail came back open
    again. The same operation again changes nothing.
    """
    given = _given(fields)
    if parts := house_number(given.get("house_number", "")):
        number, letter, addition = parts
        given["house_number"] = number
        given |= {"house_letter": letter} if letter else {}
        more = " ".join(one for one in (addition, given.get("house_addition", "")) if one)
        given |= {"house_addition": more} if more else {}
    what = What.CONTACT_CHANGED if set(ADDRESS).isdisjoint(given) else What.ADDRESS_CHANGED
    _tell(ctx, own, [_news(own, what, operation, fields=in_one_form(given))])


def second_faults(fields: Mapping[str, str], *, agreed: bool) -> frozenset[str]:
    """Return what is wrong with a second contact: fields, ``second_reach`` or ``second_agreed``.

    Somebody else's name and number are only ours to keep when that person said yes.
    """
    given = _given(fields)
    if not given:
        return frozenset()
    faults = set(contact_faults(given))
    if "second_name" not in given:
        faults.add("second_name")
    if {"second_phone", "second_email"}.isdisjoint(given):
        faults.add("second_reach")
    if not agreed:
        faults.add("second_agreed")
    return frozenset(faults)


def stay_in_touch(
    ctx: ServiceContext,
    own: Own,
    channels: Collection[Channel],
    second: Mapping[str, str],
    operation: str,
    *,
    forget_second: bool = False,
) -> None:
    """Keep by which channels a person may be written to, and who else knows where they are.

    Parameters
    ----------
    channels
        Those the person wants; the others are closed.
    second
        Fields of the second contact without `second_faults`, who then replaces the one before;
        empty leaves that one.
    forget_second
        Takes the one before out.
    """
    closed = known(ctx, own).opted_out
    news = [
        _news(own, What.OPTED_IN if one in channels else What.OPTED_OUT, operation, channel=one)
        for one in Channel
        if (one in channels) == (one in closed)
    ]
    given = _given(second)
    if given or forget_second:
        fields = {**dict.fromkeys(SECOND, ""), **in_one_form(given)}
        news.append(_news(own, What.CONTACT_CHANGED, operation, fields=fields))
    _tell(ctx, own, news)


def report_status(ctx: ServiceContext, own: Own, what: What, operation: str) -> None:
    """Take a person at their word about civic integration or moving; nobody asks for proof.

    Raises
    ------
    ValueError
        If people cannot say this of themselves, or asked us to stop: that is taken back by a call.
    """
    if what not in REPORTED or own.status in _NOT_THEIRS_TO_UNDO:
        raise ValueError(f"{what} of a person who is {own.status}")
    _tell(ctx, own, [_news(own, what, operation)])


def _given(fields: Mapping[str, str]) -> dict[str, str]:
    """What was typed in some boxes: digits as 0 to 9, without marks that nobody sees."""
    plain = {
        name: digits("".join(one for one in value if unicodedata.category(one) != "Cf")).strip()
        for name, value in fields.items()
    }
    return {name: value for name, value in plain.items() if value}


def _news(
    own: Own,
    what: What,
    operation: str,
    *,
    channel: Channel | None = None,
    fields: Mapping[str, str] | None = None,
) -> News:
    return News(
        own.person_id,
        what,
        channel=channel,
        fields=fields or {},
        told_by="person",
        operation=operation,
    )


def _tell(ctx: ServiceContext, own: Own, news: list[News]) -> None:
    if news:
        record(ctx, news, by=SELF)
