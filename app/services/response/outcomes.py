"""The histories of cases, and how they stood on a day: the one source of outcome codes.

Releases, rates and the ledger of the panel take their codes from here. A history holds everything
that happened to a case with its time; `disposition_at` makes a code of it for any moment, from
nothing that came later.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection

from app.panel.case_history import (
    CaseHistory,
    Ending,
    InterviewFacts,
    PersonFact,
    Sent,
    Settled,
)
from app.panel.dispositions import (
    EXPLICIT_REFUSAL,
    NOT_ELIGIBLE,
    OUT_OF_POPULATION,
    PARTIAL_FROM,
    Disposition,
    disposition_at,
)
from app.panel.states import CaseStatus, Eligibility, PersonStatus
from app.services.context import ServiceContext
from app.services.interviewing.interviews import DONE
from app.services.publication.walked_cases import WalkedCase, walk_cases
from app.storage import case_facts, waves
from app.storage.case_facts import CaseFacts, PastEnding
from app.storage.waves import Wave

ALL_THAT_IS_KNOWN = datetime.max.replace(tzinfo=UTC)
"""A moment after everything: for what tells all that is known, whatever the clock says."""
_REFUSALS = frozenset({"refused_soft", "refused_hard"})


def load_histories(
    ctx: ServiceContext,
    connection: Connection,
    years: Sequence[int],
    *,
    walked: Sequence[WalkedCase] | None = None,
) -> list[CaseHistory]:
    """Return the histories of all cases of some waves, by wave and case id.

    Use inside one snapshot. Possible duplicates that came by an open link and do not count are
    left out, as they are of a release. ``walked`` spares walking the routes of unfinished
    interviews again.
    """
    cases = case_facts.case_facts(connection, years)
    gathered = _gather(ctx, connection, years, cases, walked)
    return [_history(one, gathered) for one in cases]


def dispositions(histories: Sequence[CaseHistory], when: datetime) -> dict[UUID, Disposition]:
    """Return how cases stood at a moment, by case id; those that did not exist yet are left out."""
    found = ((one.case_id, disposition_at(one, when)) for one in histories)
    return {case_id: told for case_id, told in found if told is not None}


@dataclass(frozen=True)
class _Gathered:
    """What is known of all cases, by case, person or interview."""

    waves: Mapping[int, Wave]
    written_to: set[int]
    first_answer: Mapping[UUID, datetime]
    half: Mapping[UUID, datetime]
    taken_back: Mapping[UUID, list[PastEnding]]
    ends: Mapping[str, Mapping[str, CaseStatus]]
    """Of each version: how an interview ends that ends on a page."""
    facts: dict[UUID, list[PersonFact]] = field(default_factory=dict)
    sent: dict[UUID, list[Sent]] = field(default_factory=dict)
    settled: dict[UUID, list[Settled]] = field(default_factory=dict)


def _gather(
    ctx: ServiceContext,
    connection: Connection,
    years: Sequence[int],
    cases: Sequence[CaseFacts],
    walked: Sequence[WalkedCase] | None,
) -> _Gathered:
    versions = {one.version_id for one in cases if one.version_id is not None}
    first = case_facts.first_answers(connection, years)
    gathered = _Gathered(
        waves={one.year: one for one in waves.list_waves(connection)},
        written_to=case_facts.waves_with_messages(connection),
        first_answer=first,
        half=case_facts.middle_saves(connection, years)
        | _half_of_unfinished(ctx, connection, years, cases, first, walked),
        taken_back=case_facts.past_endings(connection, years, step=DONE),
        ends={
            version: {
                one.after: CaseStatus(one.status)
                for one in ctx.instruments.get(connection, version).terminations
            }
            for version in versions
        },
    )
    for event in case_facts.person_facts(connection, years):
        fact = PersonFact(
            event.kind.value,
            event.at,
            event.wave,
            event.detail.get("channel"),
            event.detail.get("to"),
        )
        gathered.facts.setdefault(event.person_id, []).append(fact)
    for message in case_facts.messages_out(connection, years):
        sent = Sent(message.channel.value, message.at, message.returned_at)
        gathered.sent.setdefault(message.case_id, []).append(sent)
    for case_id, at, detail in case_facts.settlements(connection, years):
        settled = Settled(str(detail["code"]), at, detail.get("reason"))
        gathered.settled.setdefault(case_id, []).append(settled)
    return gathered


def _half_of_unfinished(
    ctx: ServiceContext,
    connection: Connection,
    years: Sequence[int],
    cases: Sequence[CaseFacts],
    first: Mapping[UUID, datetime],
    walked: Sequence[WalkedCase] | None,
) -> dict[UUID, datetime]:
    """When half of the route was answered, of the interviews in which nobody has come to an end.

    Of ``r`` saved pages that answered the share ``s`` of the route, the page number ``r / 2s``.
    """
    unfinished = {
        one.case_id: one.interview_id
        for one in cases
        if one.interview_id in first and one.ended_as is None
    }
    if not unfinished:
        return {}
    if walked is None:
        walked = walk_cases(ctx, connection, years, only=unfinished.keys())
    shares = {
        unfinished[one.case.case_id]: share
        for one in walked
        if one.case.case_id in unfinished and (share := answered_share(one)) >= PARTIAL_FROM
    }
    reached = {one for one in shares if one is not None}
    found = {}
    for interview_id, saves in case_facts.saves_of(connection, reached).items():
        at = math.ceil(len(saves) * PARTIAL_FROM / shares[interview_id])
        found[interview_id] = saves[min(max(at, 1), len(saves)) - 1]
    return found


def answered_share(one: WalkedCase) -> float:
    """Return the share, 0 to 1, of the pages on the route of a case that were answered."""
    if one.route is None or not one.route.pages:
        return 0.0
    return len(one.route.answered) / len(one.route.pages)


def _history(one: CaseFacts, gathered: _Gathered) -> CaseHistory:
    wave = gathered.waves[one.wave]
    facts = gathered.facts.get(one.person_id, [])
    return CaseHistory(
        case_id=one.case_id,
        person_id=one.person_id,
        wave=one.wave,
        entry=one.entry,
        created_at=one.created_at,
        language=one.language,
        stratum=one.stratum,
        base_weight=one.base_weight,
        frame=one.frame,
        opened_at=wave.opened_at,
        closed_at=wave.closed_at,
        invitations_kept=one.wave in gathered.written_to,
        settled=tuple(gathered.settled.get(one.case_id) or _at_enrolment(one, facts)),
        sent=tuple(gathered.sent.get(one.case_id, ())),
        facts=tuple(facts),
        interview=_interview(one, gathered),
    )


def _at_enrolment(one: CaseFacts, facts: Sequence[PersonFact]) -> list[Settled]:
    """The code of a case that no event explains: it was enrolled with it.

    News writes codes and states too, for the pages that count; its events say the same with a time.
    Of who was erased nothing else is left, and it holds for every day.
    """
    erased = any(fact.to == PersonStatus.ERASED for fact in facts)
    reason = PersonStatus.ERASED.value if erased else None
    code = one.disposition
    if code is None and one.eligible is Eligibility.NO and one.interview_id is None:
        code = NOT_ELIGIBLE
    if code is not None:
        by_news = code.startswith("4") and any(
            fact.kind == "status" and fact.to in OUT_OF_POPULATION for fact in facts
        )
        return [] if by_news else [Settled(code, one.created_at, reason)]
    refused = one.status is CaseStatus.REFUSED and one.ended_as is None
    if refused and not any(fact.kind in _REFUSALS or fact.to == "withdrawn" for fact in facts):
        return [Settled(EXPLICIT_REFUSAL, one.created_at, reason)]
    return []


def _interview(one: CaseFacts, gathered: _Gathered) -> InterviewFacts | None:
    if one.interview_id is None or one.started_at is None or one.mode is None:
        return None
    ends = gathered.ends.get(one.version_id or "", {})
    endings = [
        Ending(ends[past.page], past.at, past.taken_back_at)
        for past in gathered.taken_back.get(one.interview_id, ())
        if past.page in ends
    ]
    if one.ended_as is not None and one.submitted_at is not None:
        endings.append(Ending(one.ended_as, one.submitted_at))
    first = gathered.first_answer.get(one.interview_id)
    if first is None and one.status is not CaseStatus.OPEN:
        # All that was answered went to the contacts.
        first = one.last_saved_at
    return InterviewFacts(
        started_at=one.started_at,
        first_answer_at=first,
        half_at=gathered.half.get(one.interview_id),
        endings=tuple(endings),
        language=one.spoken or one.language,
        mode=one.mode,
        device=one.device,
        door=one.door,
    )
