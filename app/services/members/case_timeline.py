"""One case for staff: what happened to it, in order, who did it, and why each message was sent.

Never an answer, and no page somebody was on: that would tell answers too. Of an interview it says
when pages were saved, how many, in which language and by whose hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.messages.channels import Channel
from app.messages.plan import ContactStep
from app.messages.statuses import MessageStatus, PersonEventKind
from app.panel.interview_times import LONGEST_PAUSE_MIN
from app.panel.states import DrawKind, Mode, WaveStatus
from app.services.context import ServiceContext
from app.services.interviewing.interviews import DONE
from app.services.members.case_notes import NOTE
from app.services.messaging.contact_plan import ContactPlanError, load_contact_plan
from app.storage.case_facts import SETTLED
from app.storage.case_timeline import Batch, CaseRecord, Save, load_record
from app.storage.cases import Case
from app.storage.messages import StoredMessage
from app.storage.people import Standing

__all__ = [
    "CaseStory",
    "Dispatch",
    "Happening",
    "Sitting",
    "StoredMessage",
    "What",
    "case_story",
    "sittings",
    "went_out",
]

LOOKED = ("person.contact_seen", "privacy.access")
"""Actions on the audit log by which staff saw or took out what is known of a person."""
_PAUSE = timedelta(minutes=LONGEST_PAUSE_MIN)
_CODE_NEWS = (PersonEventKind.CODE_ISSUED, PersonEventKind.CODE_REVOKED)
_TOLD = (WaveStatus.OPEN, WaveStatus.PAUSED, WaveStatus.CLOSED, WaveStatus.FROZEN)
"""What of the life of a wave bears on a person."""
_NO_NEWS = frozenset({MessageStatus.SENDING})
"""Between being due and having gone out; lasts seconds."""


class What(StrEnum):
    """Kinds of happenings that have no kind of their own in the tables they come from."""

    WAVE = "wave"
    DRAWN = "drawn"
    RESERVE = "reserve"
    CARRIED = "carried"
    CASE_MADE = "case_made"
    CODE_MADE = "code_made"
    CODE_USED = "code_used"
    CODE_ENDED = "code_ended"
    MESSAGE = "message"
    PRINTED = "printed"
    FILES_DESTROYED = "files_destroyed"
    STARTED = "started"
    SITTING = "sitting"
    ENDED = "ended"
    TAKEN_BACK = "taken_back"
    LANGUAGE = "language"
    PERSON = "person"
    SETTLED = "settled"
    NOTE = "note"
    DUPLICATE = "duplicate"
    COUNTS = "counts"
    CONSENT = "consent"
    ASKED = "asked"
    HANDLED = "handled"
    THANKS = "thanks"
    ERASED = "erased"
    LOOKED = "looked"


_OF_CASE = {
    SETTLED: What.SETTLED,
    NOTE: What.NOTE,
    "language": What.LANGUAGE,
    "possible_duplicate": What.DUPLICATE,
    "counts": What.COUNTS,
}
"""Kinds of events of cases that are told, by their word on record."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened, for a sentence to be made of."""

    at: datetime
    what: What
    by: str | None = None
    """The account of a member of staff, ``self`` for the person, ``None`` for the program."""
    detail: Mapping[str, Any] = field(default_factory=dict)
    """What belongs to it: words of ours and values of `app.panel`, by the name each kind gives."""
    message: StoredMessage | None = None


@dataclass(frozen=True, slots=True)
class Sitting:
    """Pages saved without a long pause between them, in one language and by one hand."""

    began_at: datetime
    ended_at: datetime
    pages: int
    language: str | None
    mode: Mode | None


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A message to this case, and on what ground it was sent."""

    message: StoredMessage
    step: ContactStep | None
    """As the plan has it now; ``None`` when the plan knows the step no more."""
    asked_by: str | None
    approved_by: str | None
    went_out_at: datetime | None
    came_back_at: datetime | None
    printed_again: bool
    """Its first print never reached the post."""


@dataclass(frozen=True)
class CaseStory:
    """A case as its page tells it."""

    case: Case
    standing: Standing
    cases: Sequence[Case]
    """Of the person, the earliest wave first."""
    happenings: Sequence[Happening]
    """The earliest first."""
    dispatches: Sequence[Dispatch]
    """In the order they went out, or are due."""
    has_code: bool
    started: bool


def case_story(ctx: ServiceContext, case_id: UUID) -> CaseStory | None:
    """Return what is on record of a case, or ``None`` when there is no such case."""
    with ctx.databases.research.snapshot() as connection:
        record = load_record(connection, case_id, end=DONE, looked=LOOKED)
    if record is None:
        return None
    try:
        plan = load_contact_plan(ctx.study)
    except ContactPlanError:
        plan = None
    steps = {step.id: step for step in plan.steps} if plan else {}
    found = [
        *_of_case(record),
        *_of_messages(record),
        *_of_interview(record),
        *_of_person(record),
    ]
    return CaseStory(
        case=record.case,
        standing=record.standing,
        cases=record.cases,
        happenings=sorted(found, key=lambda one: one.at),
        dispatches=_dispatches(record, steps),
        has_code=any(one.ended_at is None for one in record.codes),
        started=record.talk is not None,
    )


def sittings(saves: Sequence[Save]) -> list[Sitting]:
    """Return when somebody was at the questions; a page without an answer goes with the one before.

    A gap of more than half an hour (`LONGEST_PAUSE_MIN`), another language or another hand begins
    a new sitting.
    """
    found: list[list[Save]] = []
    way: tuple[str | None, Mode | None] = (None, None)
    for one in saves:
        own = way if one.language is None else (one.language, one.mode)
        later = bool(found) and one.at - found[-1][-1].at > _PAUSE
        if not found or later or (way != (None, None) and own != way):
            found.append([])
        found[-1].append(one)
        way = own
    return [_sitting(some) for some in found]


def _sitting(saves: Sequence[Save]) -> Sitting:
    spoken = next((one for one in saves if one.language is not None), None)
    return Sitting(
        saves[0].at,
        saves[-1].at,
        len(saves),
        spoken.language if spoken else None,
        spoken.mode if spoken else None,
    )


def _of_case(record: CaseRecord) -> Iterator[Happening]:
    case = record.case
    for move in record.wave_moves:
        if move.to_status not in _TOLD:
            continue
        yield Happening(move.at, What.WAVE, move.by, {"to": move.to_status, "wave": case.wave})
    of_wave = [one for one in record.draws if one.wave == case.wave]
    for draw in of_wave:
        what = What.RESERVE if draw.batch else What.DRAWN
        yield Happening(draw.at, what, draw.by, {"number": draw.number, "kind": draw.kind})
    earlier = [one.wave for one in record.cases if one.wave < case.wave]
    if earlier and not any(one.kind is not DrawKind.RESERVE for one in of_wave):
        yield Happening(case.created_at, What.CARRIED, None, {"from": max(earlier)})
    else:
        yield Happening(case.created_at, What.CASE_MADE, None, {"entry": case.entry})
    yield from _of_codes(record)
    for event in record.case_events:
        by = event.detail.get("by")
        # Help is told by the events of the person, which also say who gave it.
        if (kind := _OF_CASE.get(event.kind)) is not None:
            yield Happening(event.at, kind, None if by is None else str(by), event.detail)


def _of_codes(record: CaseRecord) -> Iterator[Happening]:
    # An event of the person says the same with who did it.
    told = {one.at for one in record.person_events if one.kind in _CODE_NEWS}
    for code in record.codes:
        if code.made_at not in told:
            yield Happening(code.made_at, What.CODE_MADE)
        if code.first_used_at is not None:
            yield Happening(code.first_used_at, What.CODE_USED)
        if code.ended_at is not None and code.ended_at not in told:
            yield Happening(code.ended_at, What.CODE_ENDED)


def _of_messages(record: CaseRecord) -> Iterator[Happening]:
    for message in record.messages:
        for batch in _batches_of(record, message):
            told = {"batch": batch.id}
            yield Happening(batch.made_at, What.PRINTED, batch.made_by, told, message)
            if batch.destroyed_at is not None:
                yield Happening(batch.destroyed_at, What.FILES_DESTROYED, None, told, message)
        for event in record.message_events[message.id]:
            if event.status in _NO_NEWS:
                continue
            by = event.detail.get("by")
            detail = {"status": event.status, **event.detail}
            yield Happening(
                event.at, What.MESSAGE, None if by is None else str(by), detail, message
            )


def _batches_of(record: CaseRecord, message: StoredMessage) -> list[Batch]:
    """The print batches a letter was in, also those that never reached the post."""
    named = {
        UUID(event.detail[name])
        for event in record.message_events[message.id]
        for name in ("batch", "never_posted")
        if name in event.detail
    }
    if message.print_batch_id is not None:
        named.add(message.print_batch_id)
    found = [record.batches[one] for one in named if one in record.batches]
    return sorted(found, key=lambda one: one.made_at)


def _of_interview(record: CaseRecord) -> Iterator[Happening]:
    talk = record.talk
    if talk is None:
        return
    began = {"door": talk.door, "device": talk.device}
    yield Happening(talk.started_at, What.STARTED, "self", began)
    for one in sittings(record.saves):
        yield Happening(one.began_at, What.SITTING, "self", {"sitting": one})
    for save, following in zip(record.saves, record.saves[1:], strict=False):
        if save.ended:
            yield Happening(following.at, What.TAKEN_BACK, "self")
    if talk.submitted_at is not None and talk.ended_as is not None:
        yield Happening(talk.submitted_at, What.ENDED, "self", {"as": talk.ended_as})


def _of_person(record: CaseRecord) -> Iterator[Happening]:
    wave = record.case.wave
    for event in record.person_events:
        if event.wave not in (wave, None):
            continue
        detail = {"kind": event.kind, **event.detail}
        yield Happening(event.at, What.PERSON, event.by, detail)
    for consent in record.consents:
        if consent.case_id in (record.case.id, None):
            told = {"purpose": consent.purpose, "given": consent.given, "through": consent.through}
            yield Happening(consent.at, What.CONSENT, consent.by, told)
    for request in record.requests:
        asked = {"asked": request.asked, "due": request.due_on}
        yield Happening(request.asked_at, What.ASKED, request.by, asked)
        if request.handled_at is not None:
            yield Happening(request.handled_at, What.HANDLED, request.handled_by, asked)
    for thanks in record.thanks:
        given = {"kind": thanks.kind, "way": thanks.way, "status": thanks.status}
        yield Happening(thanks.at, What.THANKS, thanks.by, given)
    if record.erasure is not None:
        yield Happening(record.erasure.erased_at, What.ERASED, record.erasure.by)
    for look in record.looks:
        yield Happening(look.at, What.LOOKED, look.by, {"action": look.action})


def _dispatches(record: CaseRecord, steps: Mapping[str, ContactStep]) -> list[Dispatch]:
    found = [_dispatch(record, one, steps.get(one.step)) for one in record.messages]
    return sorted(found, key=lambda one: one.went_out_at or one.message.not_before)


def _dispatch(record: CaseRecord, message: StoredMessage, step: ContactStep | None) -> Dispatch:
    events = record.message_events[message.id]
    out = [
        one.at
        for one in events
        if one.status in (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.RETURNED)
    ]
    back = [one.at for one in events if one.status is MessageStatus.RETURNED]
    mailing = record.mailings.get(message.step)
    again = any("never_posted" in one.detail for one in events)
    return Dispatch(
        message=message,
        step=step,
        asked_by=mailing.requested_by if mailing else None,
        approved_by=mailing.approved_by if mailing else None,
        went_out_at=(out[-1] if again else out[0]) if out else None,
        came_back_at=back[-1] if back else None,
        printed_again=again,
    )


def went_out(story: CaseStory, channel: Channel) -> list[Dispatch]:
    """Return what went out by a channel, the earliest first; of unknown ones it is not known."""
    gone = (MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.RETURNED)
    return [
        one
        for one in story.dispatches
        if one.message.channel is channel and one.message.status in gone
    ]
