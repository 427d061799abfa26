"""News about people: a letter that came back, a refusal, a new address, a death.

Each piece of news is put on record as an event and has its effect at once: on the channels by
which the person may be reached, on the state of the person and on the case of the wave. News that
is known already changes nothing and is not put on record twice, so that a file may be sent again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Connection

from app.messages.channels import Channel
from app.messages.statuses import PersonEventKind, Reach
from app.panel.dispositions import NOT_ELIGIBLE
from app.panel.states import CaseStatus, Eligibility, PersonStatus, WaveStatus
from app.services import contacting
from app.services.context import ServiceContext
from app.storage import audit, cases, interviews, people, waves
from app.storage.people import PersonEvent, ReachChange, Standing

Kind = PersonEventKind


class What(StrEnum):
    """What can be told about a person, by file, command or page."""

    LETTER_RETURNED = "letter_returned"
    MAIL_BOUNCED = "mail_bounced"
    OPTED_OUT = "opted_out"
    """Of one channel; without one, of all."""
    OPTED_IN = "opted_in"
    """To one channel; without one, every refusal is taken back."""
    REFUSED_SOFT = "refused_soft"
    REFUSED_HARD = "refused_hard"
    TRACING_BEGUN = "tracing_begun"
    TRACED = "traced"
    UNTRACEABLE = "untraceable"
    ADDRESS_CHANGED = "address_changed"
    CONTACT_CHANGED = "contact_changed"
    ACTIVE = "active"
    PAUSED = "paused"
    FINISHED = "finished"
    DISPENSED = "dispensed"
    EXEMPT = "exempt"
    MOVED_ABROAD = "moved_abroad"
    DECEASED = "deceased"
    WITHDRAWN = "withdrawn"

    @property
    def state(self) -> PersonStatus | None:
        """The state a person comes in by this, if it is one."""
        return PersonStatus(self.value) if self.value in _STATES else None


_STATES = frozenset(PersonStatus) - {PersonStatus.ERASED}
_LEFT = frozenset(
    {
        PersonStatus.DISPENSED,
        PersonStatus.EXEMPT,
        PersonStatus.MOVED_ABROAD,
        PersonStatus.DECEASED,
    }
)
"""Out of the population. Who finished integrating belonged to it when the sample was drawn."""
ADDRESS = (
    "street", "house_number", "house_letter", "house_addition", "house_indication", "location",
    "postcode", "city", "country",
)  # fmt: skip
"""Fields that are replaced together: half an old address and half a new one is a third."""
WORD = re.compile(r"[a-z][a-z0-9_]{0,30}")
"""Who said so and why are words of ours: a record that is never changed holds no sentence."""
REACHED_BY = {"email": Channel.EMAIL, "phone": Channel.SMS}
CHANGEABLE = (*ADDRESS, "name", "email", "phone", "second_name", "second_phone")


@dataclass(frozen=True, slots=True)
class News:
    """One piece of news about one person."""

    person_id: UUID
    what: What
    channel: Channel | None = None
    wave: int | None = None
    """Of which wave it is; by default the one in the field, else the last there was."""
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    """New contact details, for a changed address, changed contact and a person traced."""
    told_by: str = ""
    """A word such as ``person``, ``post`` or ``register``; no name."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many pieces of news changed something, and how many were known."""

    new: int
    known: int


class NewsError(ValueError):
    """Nothing was recorded: ``number`` counts from 0, ``reason`` names no person."""

    def __init__(self, number: int, reason: str) -> None:
        super().__init__(f"news {number + 1}: {reason}")
        self.number = number
        self.reason = reason


@dataclass(frozen=True, slots=True)
class _Telling:
    """What every piece of news of one batch shares."""

    ctx: ServiceContext
    connection: Connection
    at: datetime
    by: str


def record(
    ctx: ServiceContext, news: Sequence[News], *, by: str, staff_id: UUID | None = None
) -> Recorded:
    """Put news on record with all its effects, all of it or nothing.

    Raises
    ------
    NewsError
        If a person is unknown or was erased, or something that the news needs is not given.
    """
    now = ctx.clock.now()
    changed = 0
    with ctx.databases.research.write() as connection:
        telling = _Telling(ctx, connection, now, by)
        standings = people.standings(connection, {one.person_id for one in news})
        wave = _wave_in_the_field(connection)
        kept: list[tuple[UUID, dict[str, str | None]]] = []
        for number, one in enumerate(news):
            standing = standings.get(one.person_id)
            reason = fault_of(one) or _fault_of_person(standing)
            if reason is not None or standing is None:
                raise NewsError(number, reason or "")
            placed = one if one.wave is not None else replace(one, wave=wave)
            events = _take_in(telling, placed, standing)
            if not events:
                continue
            changed += 1
            people.add_person_events(connection, events)
            standings[one.person_id] = _after(standing, events, one)
            if one.fields:
                kept.append((one.person_id, _replaced(one)))
        if changed:
            _log(connection, news, changed, at=now, by=by, staff_id=staff_id)
        # Last, so that these commit just before what tells of them: news that is told again after
        # a fault in between changes the same to the same.
        contacting.change_contacts(ctx, kept, at=now)
    return Recorded(changed, len(news) - changed)


def fault_of(news: News) -> str | None:
    """Return what is missing in a piece of news, or ``None``."""
    gives_details = news.what in (What.ADDRESS_CHANGED, What.CONTACT_CHANGED)
    if gives_details and not news.fields:
        return f"{news.what} without new contact details"
    if news.fields and not (gives_details or news.what is What.TRACED):
        return f"{news.what} cannot bring new contact details"
    if unknown := sorted(set(news.fields) - set(CHANGEABLE)):
        return f"unknown contact details: {', '.join(unknown)}"
    if news.told_by and not WORD.fullmatch(news.told_by):
        return "who said so is a word such as person, post or register"
    if news.channel is not None and news.what not in (What.OPTED_OUT, What.OPTED_IN):
        return f"{news.what} is not about a channel"
    return None


def _fault_of_person(standing: Standing | None) -> str | None:
    if standing is None:
        return "there is no such person"
    return "this person was erased" if standing.status is PersonStatus.ERASED else None


def _wave_in_the_field(connection: Connection) -> int | None:
    there = waves.list_waves(connection)
    running = [one for one in there if one.status in (WaveStatus.OPEN, WaveStatus.PAUSED)]
    return next((one.year for one in reversed(running or there)), None)


def _take_in(telling: _Telling, news: News, standing: Standing) -> list[PersonEvent]:
    """Make the effects of a piece of news; return its events, none when it was known."""
    status = news.what.state
    if status is not None:
        return _change_state(telling, news, standing, status)
    match news.what:
        case What.LETTER_RETURNED:
            return _close(telling, news, [Channel.LETTER], Reach.UNDELIVERABLE)
        case What.MAIL_BOUNCED:
            return _close(telling, news, [Channel.EMAIL], Reach.UNDELIVERABLE)
        case What.OPTED_OUT:
            return _close(telling, news, _channels(news), Reach.OPTED_OUT)
        case What.OPTED_IN:
            return _opt_in(telling, news, standing)
        case What.REFUSED_SOFT | What.REFUSED_HARD:
            return _refuse(telling, news, standing)
        case What.ADDRESS_CHANGED | What.CONTACT_CHANGED:
            return _reach_again(telling, news)
        case _:
            return _trace(telling, news, standing)


def _change_state(
    telling: _Telling, news: News, standing: Standing, status: PersonStatus
) -> list[PersonEvent]:
    if standing.status is status:
        return []
    people.set_person_status(telling.connection, news.person_id, status)
    for case in _unanswered(telling, news):
        if status in _LEFT:
            cases.settle_case(
                telling.connection, case.id, disposition=NOT_ELIGIBLE, eligible=Eligibility.NO
            )
        elif standing.status in _LEFT and case.disposition == NOT_ELIGIBLE:
            cases.settle_case(
                telling.connection, case.id, disposition=None, eligible=Eligibility.UNKNOWN
            )
    if status is PersonStatus.WITHDRAWN:
        _end_cases(telling, news)
    return [_event(telling, news, Kind.STATUS, {"from": standing.status.value, "to": status.value})]


def _close(
    telling: _Telling, news: News, channels: Sequence[Channel], status: Reach
) -> list[PersonEvent]:
    known = people.reach_of(telling.connection, [news.person_id]).get(news.person_id, {})
    # Who opted out has said more than the post or a mail server can.
    closed = [one for one in channels if known.get(one) not in (status, Reach.OPTED_OUT)]
    _set_reach(telling, news, closed, status)
    kind = Kind(news.what.value)
    if news.what is not What.OPTED_OUT:
        return [_event(telling, news, kind)] if closed else []
    return [_event(telling, news, kind, {"channel": one.value}) for one in closed]


def _opt_in(telling: _Telling, news: News, standing: Standing) -> list[PersonEvent]:
    known = people.reach_of(telling.connection, [news.person_id]).get(news.person_id, {})
    opened = [one for one in _channels(news) if known.get(one) is Reach.OPTED_OUT]
    _set_reach(telling, news, opened, Reach.OK)
    events = [
        _event(telling, news, Kind.OPTED_IN, {"channel": channel.value}) for channel in opened
    ]
    if news.channel is None and (standing.refused_hard or standing.refused_soft):
        for case in _unanswered(telling, news):
            if not _ended(telling.connection, case.id):
                cases.set_case_status(telling.connection, case.id, CaseStatus.OPEN)
        events.append(_event(telling, news, Kind.OPTED_IN))
    return events


def _refuse(telling: _Telling, news: News, standing: Standing) -> list[PersonEvent]:
    hard = news.what is What.REFUSED_HARD
    if standing.refused_hard or (not hard and news.wave in standing.refused_soft):
        return []
    _end_cases(telling, news)
    return [_event(telling, news, Kind(news.what.value))]


def _trace(telling: _Telling, news: News, standing: Standing) -> list[PersonEvent]:
    kind = Kind(news.what.value)
    if standing.tracing is kind and not news.fields:
        return []
    changed = _reach_again(telling, news) if news.fields else []
    return [_event(telling, news, kind), *changed]


def _reach_again(telling: _Telling, news: News) -> list[PersonEvent]:
    """New details open the channels they lead to, but for who opted out."""
    known = people.reach_of(telling.connection, [news.person_id]).get(news.person_id, {})
    leads_to = {REACHED_BY.get(name) for name in news.fields}
    if _of_address(news.fields):
        leads_to.add(Channel.LETTER)
    opened = [one for one in Channel if one in leads_to and known.get(one) is Reach.UNDELIVERABLE]
    _set_reach(telling, news, opened, Reach.OK)
    detail = {"fields": sorted(news.fields)}
    kind = Kind.ADDRESS_CHANGED if _of_address(news.fields) else Kind.CONTACT_CHANGED
    return [_event(telling, news, kind, detail)]


def _replaced(news: News) -> dict[str, str | None]:
    """The fields as they are to be: an address is replaced as a whole."""
    gone = ADDRESS if _of_address(news.fields) else ()
    given = {name: value for name, value in news.fields.items() if value.strip()}
    emptied = [name for name in (*gone, *news.fields) if name not in given]
    return {**dict.fromkeys(emptied), **given}


def _of_address(fields: Mapping[str, str]) -> bool:
    return not set(ADDRESS).isdisjoint(fields)


def _channels(news: News) -> list[Channel]:
    return [news.channel] if news.channel is not None else list(Channel)


def _unanswered(telling: _Telling, news: News) -> list[cases.Case]:
    """The case of the wave, if nothing was answered in it."""
    return [
        one
        for one in cases.cases_of_person(telling.connection, news.person_id)
        if one.wave == news.wave and one.status in (CaseStatus.OPEN, CaseStatus.REFUSED)
    ]


def _ended(connection: Connection, case_id: UUID) -> bool:
    """Whether the person refused in the questionnaire itself: the way back is there too."""
    interview_id = interviews.find_interview(connection, case_id)
    state = interviews.load_interview(connection, interview_id) if interview_id else None
    return state is not None and state.ended_as is not None


def _end_cases(telling: _Telling, news: News) -> None:
    """Nothing was answered: refused. A half interview stays half: its answers were given.

    Whoever thinks better of it enters with the code as ever, and the case follows.
    """
    for case in _unanswered(telling, news):
        cases.set_case_status(telling.connection, case.id, CaseStatus.REFUSED)


def _set_reach(telling: _Telling, news: News, channels: Sequence[Channel], status: Reach) -> None:
    changes = [
        ReachChange(news.person_id, channel, status, telling.at, news.what.value)
        for channel in channels
    ]
    people.set_reach(telling.connection, changes)


def _event(
    telling: _Telling, news: News, kind: Kind, detail: Mapping[str, object] | None = None
) -> PersonEvent:
    told = {"told_by": news.told_by} if news.told_by else {}
    return PersonEvent(
        news.person_id, kind, telling.at, telling.by, news.wave, {**(detail or {}), **told}
    )


def _after(standing: Standing, events: Sequence[PersonEvent], news: News) -> Standing:
    """How the person stands after the news, for what else the same file says."""
    told = people.standing_after(news.what.state or standing.status, events)
    undone = any(one.kind is Kind.OPTED_IN and "channel" not in one.detail for one in events)
    if undone:
        return replace(told, tracing=told.tracing or standing.tracing)
    return Standing(
        told.status,
        standing.refused_hard or told.refused_hard,
        (*standing.refused_soft, *told.refused_soft),
        told.tracing or standing.tracing,
    )


def _log(
    connection: Connection,
    news: Sequence[News],
    changed: int,
    *,
    at: datetime,
    by: str,
    staff_id: UUID | None,
) -> None:
    one = news[0]
    audit.append_audit(
        connection,
        at=at,
        staff_id=staff_id,
        action="people.news",
        subject=f"person {one.person_id.hex}" if len(news) == 1 else f"{len(news)} people",
        detail={
            "by": by,
            "changed": changed,
            "what": {
                what.value: sum(told.what is what for told in news)
                for what in sorted({told.what for told in news})
            },
        },
    )
