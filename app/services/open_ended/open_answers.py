"""The queue of open answers: which wait for what, handed out to staff in batches.

An open answer is in the queue as long as it is the current answer, on the route, of a complete or
partial interview. That is worked out, not stored: an answer that is changed or routed away leaves
the queue, and what staff did with the earlier words is void.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from app.panel.coder_agreement import Agreement, answer_agreement, code_agreement
from app.panel.open_answers import (
    MAY,
    MAY_REOPEN,
    Done,
    Progress,
    Stage,
    State,
    Step,
    progress,
)
from app.panel.redaction import proposals, redacted
from app.panel.states import CaseStatus, Role
from app.questionnaire.answers import decode
from app.questionnaire.code_frames import CodeFrame, load_code_frames, own_words
from app.questionnaire.code_lists import countries
from app.questionnaire.model import Bank, Missing
from app.questionnaire.source import load_bank
from app.services.content.instruments import StudyFaultsError
from app.services.context import ServiceContext
from app.services.publication.walked_cases import WalkedCase, walk_cases
from app.storage import audit, open_answers, waves
from app.storage import staff as accounts
from app.storage.open_answers import EntryKey
from app.storage.staff import StaffMember

logger = logging.getLogger(__name__)

Cells = Mapping[str, str]
"""One answer of a batch: column to cell."""

HOLDS: Mapping[Stage, str] = {
    Stage.REDACT: "answers as people wrote them, with everything personal that is in them",
    Stage.TRANSLATE: "redacted answers in the languages in which they were written",
    Stage.CODE: "redacted answers in the working language",
    Stage.SETTLE: "redacted answers on which two coders differ, with both codings",
}
"""What a file of a stage holds, for whoever finds it."""


class NotAllowedError(Exception):
    """There is no such member of staff, or the account is closed or has another role."""


class NoSuchWorkError(Exception):
    """A wave that was never fielded, or a variable or entry that is not there."""


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """One answer in the queue.

    ``entry_id`` is ``None`` until a first batch was made of it; ``language`` is that of the page
    until who redacts the answer says in which language it is written.
    """

    case_id: UUID
    wave: int
    key: EntryKey
    words: str
    language: str
    entry_id: UUID | None
    progress: Progress


@dataclass(frozen=True)
class Desk:
    """What staff work with: the language they work in, the code frames, names of places."""

    working_language: str
    frames: Mapping[str, CodeFrame]
    places: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """Answers for one kind of work, in an order that says nothing of who gave them."""

    stage: Stage
    holds: str
    rows: tuple[Cells, ...]


def read_desk(ctx: ServiceContext) -> Desk:
    """Return what staff work with; raise `StudyFaultsError` for faults of bank or code frames."""
    bank, problems = load_bank(ctx.study)
    if bank is None:
        raise StudyFaultsError(problems)
    frames, problems = load_code_frames(bank, ctx.study)
    if problems:
        raise StudyFaultsError(problems)
    return Desk(bank.languages[0], frames, _places(bank))


def given_answers(
    ctx: ServiceContext, connection: Connection, years: Sequence[int]
) -> list[OpenAnswer]:
    """Return everything that people wrote in some waves, on the route or off it."""
    variables = _variables(ctx, connection, years)
    entry_of = {one.key: one.id for one in open_answers.entries_of_waves(connection, years)}
    steps = open_answers.steps_of_waves(connection, years)
    found = []
    for row in open_answers.load_words(connection, years, variables):
        words = decode(None, row.key.variable, row.value)
        if isinstance(words, str) and not isinstance(words, Missing):
            entry_id = entry_of.get(row.key)
            now = progress(steps.get(entry_id, ())) if entry_id else Progress()
            language = now.language or row.language
            found.append(OpenAnswer(row.case_id, row.wave, row.key, words, language, entry_id, now))
    return found


def in_queue(answers: Iterable[OpenAnswer], walked: Iterable[WalkedCase]) -> list[OpenAnswer]:
    """Keep the answers that count: on the route, of a complete or partial interview.

    Both have to be read in one snapshot.
    """
    cases = {one.case.case_id: one for one in walked}
    return [
        one
        for one in answers
        if one.case_id in cases and _counts(cases[one.case_id], one.key.variable)
    ]


def read_queue(
    ctx: ServiceContext,
    connection: Connection,
    years: Sequence[int],
    wanted: Callable[[OpenAnswer], bool],
) -> list[OpenAnswer]:
    """Return those answers in the queue that are wanted; walks no other routes."""
    answers = [one for one in given_answers(ctx, connection, years) if wanted(one)]
    cases = {one.case_id for one in answers}
    return in_queue(answers, walk_cases(ctx, connection, years, only=cases))


def count_answers(
    ctx: ServiceContext, years: Sequence[int] | None = None
) -> Counter[tuple[int, str, str, State]]:
    """Count open answers by wave, variable, language and state; void ones have language "-"."""
    with ctx.databases.research.snapshot() as connection:
        years = fielded_years(connection, years)
        waiting = read_queue(ctx, connection, years, lambda _: True)
        entries = open_answers.entries_of_waves(connection, years)
    counts = Counter(
        (one.wave, one.key.variable, one.language, one.progress.state) for one in waiting
    )
    current = {one.entry_id for one in waiting}
    counts.update(
        (one.wave, one.key.variable, "-", State.VOID) for one in entries if one.id not in current
    )
    return counts


def hand_out(
    ctx: ServiceContext,
    desk: Desk,
    *,
    email: str,
    stage: Stage,
    years: Sequence[int] | None = None,
    variable: str | None = None,
    limit: int | None = None,
    second: bool = False,
) -> Batch:
    """Return answers that wait for a kind of work, and put on record who got them.

    Parameters
    ----------
    second
        Of answers to code: those that one other person coded, so that two can be compared; without
        it those that nobody coded.

    Raises
    ------
    NotAllowedError
        If the member of staff may not do this work.
    NoSuchWorkError
        If a wave was never fielded or nobody is asked the variable.
    """
    member = member_who(ctx, email, MAY[stage])
    with ctx.databases.research.snapshot() as connection:
        years = fielded_years(connection, years)
        if variable and variable not in _variables(ctx, connection, years):
            raise NoSuchWorkError(f'nobody was asked for words of their own as "{variable}"')
        waiting = read_queue(
            ctx,
            connection,
            years,
            lambda one: (
                variable in (None, one.key.variable)
                and is_for(one, stage, desk, member, second=second)
            ),
        )
    # By random keys: neither the batch nor what a limit leaves out follows the order of the sample.
    waiting.sort(key=lambda one: (one.entry_id or one.key.interview_id).hex)
    return put_out(ctx, member, desk, stage, waiting[:limit])


def reopen(ctx: ServiceContext, *, email: str, entries: Collection[UUID]) -> int:
    """Put answers back to the beginning, with all that was done on record; return how many.

    Raises
    ------
    NotAllowedError, NoSuchWorkError
        If the member of staff may not, or there is no such entry; nothing is changed.
    """
    member = member_who(ctx, email, MAY_REOPEN)
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        known = open_answers.find_entries(connection, entries)
        if missing := [one.hex for one in entries if one not in known]:
            raise NoSuchWorkError(f"no such entry: {', '.join(missing)}")
        open_answers.lock_entries(connection, known)
        steps = open_answers.steps_of(connection, known)
        begun = [one for one in known if progress(steps.get(one, ())).state is not State.WAITING]
        again = Done(0, Step.REOPENED, member.id)
        open_answers.add_steps(connection, [(one, again) for one in begun], at=now)
        audit.append_audit(
            connection,
            at=now,
            staff_id=member.id,
            action="open_answers.reopened",
            subject="open answers",
            detail={"entries": sorted(one.hex for one in begun)},
        )
    return len(begun)


def agreement(
    ctx: ServiceContext, desk: Desk, years: Sequence[int] | None = None, variable: str | None = None
) -> dict[str, dict[str, Agreement]]:
    """Return by variable how the first two coders of each answer agree.

    Under ``""`` on answers as a whole, under each code of the frame on that code; variables without
    an answer that two people coded are left out.
    """
    with ctx.databases.research.snapshot() as connection:
        years = fielded_years(connection, years)
        answers = read_queue(ctx, connection, years, lambda one: len(one.progress.codings) > 1)
    found: dict[str, dict[str, Agreement]] = {}
    for name, frame in desk.frames.items():
        codings = [
            tuple(map(frozenset, one.progress.codings.values()))
            for one in answers
            if one.key.variable == name and variable in (None, name)
        ]
        pairs = [(one[0], one[1]) for one in codings if len(one) > 1]
        if pairs:
            found[name] = {"": answer_agreement(pairs)} | {
                one.code: code_agreement(pairs, one.code) for one in frame.codes
            }
    return found


def member_who(ctx: ServiceContext, email: str, roles: Collection[Role]) -> StaffMember:
    """Return a member of staff who may do something; raise `NotAllowedError` otherwise."""
    with ctx.databases.research.read() as connection:
        member = accounts.find_member(connection, email)
    if member is None or member.disabled_at is not None:
        raise NotAllowedError(f"{email} has no account, or a closed one")
    if member.role not in roles:
        raise NotAllowedError(f"{email} is {member.role}; this is for {', '.join(sorted(roles))}")
    return member


def row_of(one: OpenAnswer, entry_id: UUID, stage: Stage, desk: Desk) -> Cells:
    """Return an answer as the row of a batch; what staff fill in is empty."""
    head = {
        "entry": entry_id.hex,
        "stage": str(stage),
        "variable": one.key.variable,
        "basis": str(one.progress.basis),
        "language": one.language,
    }
    words = one.progress.words(desk.working_language) or ""
    match stage:
        case Stage.REDACT:
            spans = proposals(one.words, places=desk.places)
            return head | {
                "original": one.words,
                "found": " ".join(dict.fromkeys(str(span.kind) for span in spans)),
                "proposed": redacted(one.words, spans, desk.working_language),
                "decision": "",
                "redacted": "",
            }
        case Stage.TRANSLATE:
            return head | {"redacted": one.progress.redacted or "", "translation": ""}
        case Stage.CODE:
            return head | {"text": words, "codes": ""}
        case Stage.SETTLE:
            first, second, *_ = [" ".join(codes) for codes in one.progress.codings.values()]
            return head | {"text": words, "coding_1": first, "coding_2": second, "codes": ""}


def put_out(
    ctx: ServiceContext,
    member: StaffMember,
    desk: Desk,
    stage: Stage,
    answers: Sequence[OpenAnswer],
) -> Batch:
    """Give answers to a member of staff, who may have them, and put that on record."""
    now = ctx.clock.now()
    counts = Counter(f"{one.wave} {one.key.variable}" for one in answers)
    with ctx.databases.research.write() as connection:
        keys = {one.key for one in answers}
        open_answers.add_entries(connection, keys)
        years = sorted({one.wave for one in answers})
        entry_of = {
            one.key: one.id
            for one in open_answers.entries_of_waves(connection, years)
            if one.key in keys
        }
        if stage is Stage.REDACT:
            seen = Done(0, Step.SEEN, member.id)
            open_answers.add_steps(connection, [(one, seen) for one in entry_of.values()], at=now)
        audit.append_audit(
            connection,
            at=now,
            staff_id=member.id,
            action="open_answers.handed_out",
            subject="open answers",
            detail={"stage": str(stage), "answers": dict(sorted(counts.items()))},
        )
    logger.info("open answers handed out", extra={"stage": str(stage), "answers": len(answers)})
    rows = [row_of(one, entry_of[one.key], stage, desk) for one in answers]
    return Batch(stage, HOLDS[stage], tuple(sorted(rows, key=lambda row: row["entry"])))


def is_for(one: OpenAnswer, stage: Stage, desk: Desk, member: StaffMember, *, second: bool) -> bool:
    """Tell whether an answer waits for this work by this person; ``second`` as in `hand_out`."""
    if not one.progress.waits_for(stage, desk.working_language):
        return False
    if stage is not Stage.CODE:
        return True
    coders = set(one.progress.codings)
    return one.key.variable in desk.frames and (
        (len(coders) == 1 and member.id not in coders) if second else not coders
    )


def _variables(ctx: ServiceContext, connection: Connection, years: Sequence[int]) -> set[str]:
    versions = open_answers.versions_in_use(connection, years)
    asked = [ctx.instruments.get(connection, version) for version in versions]
    return {name for instrument in asked for name in own_words(instrument)}


def _counts(one: WalkedCase, variable: str) -> bool:
    return (
        one.route is not None
        and one.case.status in (CaseStatus.COMPLETE, CaseStatus.PARTIAL)
        and variable in one.route.values
        and variable not in one.route.carried
    )


def _places(bank: Bank) -> tuple[str, ...]:
    """Return the names in the study's code lists, but countries: those are seldom personal."""
    world = countries(bank.languages)
    listed = [one for entries in bank.code_lists.values() if entries != world for one in entries]
    names = {name for one in listed for name in (*one.text.values(), *one.also)}
    return tuple(sorted(name for name in names if len(name) > 2))


def fielded_years(connection: Connection, years: Sequence[int] | None) -> list[int]:
    """Return the waves that were asked for, all fielded ones without; refuse any other."""
    fielded = [wave.year for wave in waves.list_waves(connection) if wave.version_id]
    for year in years or ():
        if year not in fielded:
            raise NoSuchWorkError(f"wave {year} was never fielded")
    return sorted(years or fielded)
