"""Consent per purpose: what was said to which words, in a questionnaire, on a page or to staff.

Every yes or no is an event with the version, the language and a hash of the words as shown, so that
it can be shown later what somebody agreed to (GDPR article 7(1)). The last event of a purpose
counts. Saying no is as easy as saying yes (article 7(3)): the same page, the same two buttons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.panel.privacy import Purpose, Through, shown_hash
from app.panel.states import PersonStatus
from app.questionnaire.model import Instrument, Item, Value
from app.questionnaire.routing import Known, Page
from app.questionnaire.wording import question, translated
from app.services.context import ServiceContext
from app.storage import consents as rows
from app.storage import people
from app.storage.consents import ConsentEvent
from app.storage.interviews import InterviewState

SELF = "self"
"""Who wrote it down, where it was the person."""


class ErasedError(LookupError):
    """There is no such person, or the person was erased; nothing was read or written."""


@dataclass(frozen=True, slots=True)
class Consent:
    """The last word of a person on one purpose."""

    purpose: Purpose
    given: bool
    at: datetime
    through: Through
    language: str
    version_id: str | None
    text_hash: str


@dataclass(frozen=True, slots=True)
class Asking:
    """A page that asks leave, to one person: what its words depend on."""

    state: InterviewState
    instrument: Instrument
    known: Known
    answers: Mapping[str, Value]
    """As they were before the page was saved."""
    page: Page
    language: str


def consents_of(ctx: ServiceContext, person_id: UUID) -> tuple[Consent, ...]:
    """Return the last word of a person on each purpose, in the order of purposes.

    A purpose that never came up is not in it.

    Raises
    ------
    ErasedError
        If there is no such person, or the person was erased.
    """
    with ctx.databases.research.read() as connection:
        require_person(connection, person_id)
        found = rows.current_consents(connection, person_id)
    return tuple(_consent(found[one]) for one in Purpose if one in found)


def set_consent(
    ctx: ServiceContext,
    person_id: UUID,
    purpose: Purpose,
    *,
    given: bool,
    language: str,
    words: Sequence[str],
    through: Through = Through.PAGE,
    by: str = SELF,
    case_id: UUID | None = None,
) -> bool:
    """Put a yes or no on record; return whether it was another word than the last one.

    Parameters
    ----------
    words
        Every text that the person saw with the choice, in the order of the page.

    Raises
    ------
    ErasedError
        If there is no such person, or the person was erased.
    """
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        require_person(connection, person_id)
        last = rows.current_consents(connection, person_id).get(purpose)
        if last is not None and last.given is given:
            return False
        event = ConsentEvent(
            person_id, case_id, purpose, given, now, through, by, language, None, shown_hash(words)
        )
        rows.add_consents(connection, [event])
    return True


def take_back_all(
    connection: Connection, said: ConsentEvent, *, but: frozenset[Purpose] = frozenset()
) -> int:
    """Say no to every purpose that was said yes to; return how many there were.

    ``said`` is the pattern: who, when, how, to which words; its purpose does not matter.
    """
    current = rows.current_consents(connection, said.person_id)
    events = [
        ConsentEvent(
            said.person_id, said.case_id, purpose, False, said.at, said.through, said.by,
            said.language, None, said.text_hash,
        )
        for purpose, last in current.items()
        if last.given and purpose not in but
    ]  # fmt: skip
    rows.add_consents(connection, events)
    return len(events)


def note_answers(
    connection: Connection, asking: Asking, given: Mapping[str, Value], at: datetime
) -> None:
    """Put the answers to a question that asks leave on record, in the unit that saves them.

    Costs nothing on any other page. An answer that says the same as before is no news; one that is
    taken back (a yes that becomes "skipped") is a no.
    """
    item = asking.page.item
    event = consent_event(asking, given, at) if item.allows is not None else None
    if event is not None:
        rows.add_consents(connection, [event])


def consent_event(asking: Asking, given: Mapping[str, Value], at: datetime) -> ConsentEvent | None:
    """Return what an answer says about consent; ``None`` when that is no news."""
    item, state = asking.page.item, asking.state
    if item.allows is None or item.var not in given:
        return None
    before, now = asking.answers.get(item.var), given[item.var]
    codes = item.allows.codes
    options = {one.code for one in item.options}
    answered, was_yes = str(now) in options, before is not None and str(before) in codes
    if now == before or not (answered or was_yes):
        return None
    return ConsentEvent(
        person_id=state.person_id,
        case_id=state.case_id,
        purpose=Purpose(item.allows.purpose),
        given=answered and str(now) in codes,
        at=at,
        through=Through.QUESTIONNAIRE,
        by=SELF,
        language=asking.language,
        version_id=state.version_id,
        text_hash=shown_hash(words_shown(asking)),
    )


def words_shown(asking: Asking) -> list[str]:
    """Return the words of a page that asks leave, as shown: question, help, answers in order."""
    asked = question(asking.instrument, asking.page, asking.known, asking.answers, asking.language)
    return [asked, *_beside(asking.page.item, asking.language)]


def _beside(item: Item, language: str) -> list[str]:
    help_ = [translated(item.help, language)] if item.help is not None else []
    return [*help_, *(translated(option.text, language) for option in item.options)]


def require_person(connection: Connection, person_id: UUID) -> PersonStatus:
    """Return the state of a person; raise `ErasedError` for nobody and for the erased."""
    standing = people.standings(connection, [person_id]).get(person_id)
    if standing is None or standing.status is PersonStatus.ERASED:
        raise ErasedError(person_id.hex)
    return PersonStatus(standing.status)


def _consent(event: ConsentEvent) -> Consent:
    return Consent(
        event.purpose, event.given, event.at, event.through, event.language, event.version_id,
        event.text_hash,
    )  # fmt: skip
