"""News about people: a letter that came back, a refusal, a new address, a death.

Each piece of news is put on record as an event and has its effect at once: on the channels by
which the person may be reached, on the state of the person and on the case of the wave. News that
is known already changes nothing and is not put on record twice, so that a file may be sent again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.messages.channels import Channel
from app.messages.statuses import PersonEventKind, Reach
from app.panel.dispositions import NOT_ELIGIBLE
from app.panel.states import CaseStatus, Eligibility, PersonStatus, Role, WaveStatus
from app.services.context import ServiceContext
from app.services.members import contacting
from app.services.members.news_told import ADDRESS, CHANGEABLE, WORD, News, What, fault_of
from app.storage import audit, cases, interviews, openings, people, waves
from app.storage.people import PersonEvent, ReachChange, Standing

Kind = PersonEventKind


__all__ = ["ADDRESS", "CHANGEABLE", "WORD", "News", "What", "fault_of", "record", "record_in"]

MAY_TELL = frozenset({Role.FIELDWORK, Role.RESEARCHER, Role.PRIVACY_OFFICER, Role.ADMIN})
"""Who may say by command what happened to people."""
_LEFT = frozenset(
    {
        PersonStatus.DISPENSED,
        PersonStatus.EXEMPT,
        PersonStatus.MOVED_ABROAD,
        PersonStatus.DECEASED,
    }
)
"""Out of the population. Who finished integrating belonged to it when the sample was drawn."""
REACHED_BY = {"email": Channel.EMAIL, "phone": Channel.SMS}


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
    """Put news on record with all its effects, all of it or nothing; errors as of `record_in`."""
    with ctx.databases.research.write() as connection:
        return record_in(ctx, connection, news, by=by, staff_id=staff_id)


def record_in(
    ctx: ServiceContext,
    connection: Connection,
    news: Sequence[News],
    *,
    by: str,
    staff_id: UUID | None = None,
) -> Recorded:
    """Do the same in a unit of work that is open: with the page of answers that brought it.

    Raises
    ------
    NewsError
        If a person is unknown or was erased, or something that the news needs is not given.
    """
    now = ctx.clock.now()
    changed = 0
    telling = _Telling(ctx, connection, now, by)
    operations = people.operations_of(connection, {o.person_id for o in news if o.operation})
    standings = people.standings(connection, {one.person_id for one in news})
    wave, over = _wave_in_the_field(connection)
    kept: list[tuple[UUID, dict[str, str | None]]] = []
    for number, one in enumerate(news):
        standing = standings.get(one.person_id)
        reason = fault_of(one) or _fault_of_person(standing)
        if reason is not None or standing is None:
            raise NewsError(number, reason or "")
        if one.operation and one.operation in operations:
            continue
        meant = None if over and one.what.state is not None else wave
        placed = one if one.wave is not None else replace(one, wave=meant)
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


def _fault_of_person(standing: Standing | None) -> str | None:
    if standing is None:
        return "there is no such person"
    return "this person was erased" if standing.status is PersonStatus.ERASED else None


def _wave_in_the_field(connection: Connection) -> tuple[int | None, bool]:
    """The wave in the field, else the last there was, and whether that one is over."""
    there = waves.list_waves(connection)
    running = [one for one in there if one.status in (WaveStatus.OPEN, WaveStatus.PAUSED)]
    last = next(reversed(running or there), None)
    if last is None:
        return None, False
    return last.year, last.status in (WaveStatus.CLOSED, WaveStatus.FROZEN)


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
        case What.REFUSAL_UNDONE:
            return _undo_refusal(telling, news, standing)
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
    elif standing.status is PersonStatus.WITHDRAWN and not _refuses(standing, news.wave):
        _open_cases(telling, news)
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
        _open_cases(telling, news)
        events.append(_event(telling, news, Kind.OPTED_IN))
    return events


def _undo_refusal(telling: _Telling, news: News, standing: Standing) -> list[PersonEvent]:
    """All refusals are taken back, and their cases are open; channels are as they were."""
    if not (standing.refused_hard or standing.refused_soft):
        return []
    frozen = {
        one.year for one in waves.list_waves(telling.connection) if one.status is WaveStatus.FROZEN
    }
    for case in cases.cases_of_person(telling.connection, news.person_id):
        refused = case.status is CaseStatus.REFUSED and case.wave not in frozen
        if refused and not _ended(telling.connection, case.id):
            cases.set_case_status(telling.connection, case.id, CaseStatus.OPEN)
    return [_event(telling, news, Kind.REFUSAL_UNDONE, {"reason": news.reason})]


def _refuse(telling: _Telling, news: News, standing: Standing) -> list[PersonEvent]:
    hard = news.what is What.REFUSED_HARD
    if standing.refused_hard or (not hard and news.wave in standing.refused_soft):
        return []
    _end_cases(telling, news)
    return [_event(telling, news, Kind(news.what.value))]


def _refuses(standing: Standing, wave: int | None) -> bool:
    return standing.refused_hard or not {wave, None}.isdisjoint(standing.refused_soft)


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
    interview_id = openings.find_interview(connection, case_id)
    state = interviews.load_interview(connection, interview_id) if interview_id else None
    return state is not None and state.ended_as is not None


def _end_cases(telling: _Telling, news: News) -> None:
    """Nothing was answered: refused. A half interview stays half: its answers were given.

    Whoever thinks better of it enters with the code as ever, and the case follows.
    """
    for case in _unanswered(telling, news):
        cases.set_case_status(telling.connection, case.id, CaseStatus.REFUSED)


def _open_cases(telling: _Telling, news: News) -> None:
    for case in _unanswered(telling, news):
        if not _ended(telling.connection, case.id):
            cases.set_case_status(telling.connection, case.id, CaseStatus.OPEN)


def _set_reach(telling: _Telling, news: News, channels: Sequence[Channel], status: Reach) -> None:
    changes = [
        ReachChange(news.person_id, channel, status, telling.at, news.what.value)
        for channel in channels
    ]
    people.set_reach(telling.connection, changes)


def _event(
    telling: _Telling, news: News, kind: Kind, detail: Mapping[str, object] | None = None
) -> PersonEvent:
    said = {"told_by": news.told_by, "operation": news.operation}
    told = {name: word for name, word in said.items() if word}
    return PersonEvent(
        news.person_id, kind, telling.at, telling.by, news.wave, {**(detail or {}), **told}
    )


def _after(standing: Standing, events: Sequence[PersonEvent], news: News) -> Standing:
    """How the person stands after the news, for what else the same file says."""
    told = people.standing_after(news.what.state or standing.status, events)
    undone = any(people.takes_refusals_back(one) for one in events)
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
