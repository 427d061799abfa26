"""Open answers one at a time, for a person at a screen: which is next, and what was done with it.

The rules are those of the batches (`open_answers`, `open_answers_taking_in`): who may do what, what
is void, what goes on record. What is here is the order in which one person meets the answers. It is
each person's own, so that two who work at once seldom get the same one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from uuid import UUID

from sqlalchemy import Connection

from app.panel.open_answers import MAY, Stage, State, Step
from app.panel.redaction import Personal, Span, proposals
from app.panel.states import CaseStatus
from app.questionnaire.code_frames import CodeFrame, bank_own_words
from app.questionnaire.model import Text
from app.questionnaire.source import load_bank
from app.services.accounts.staff import Visit
from app.services.context import ServiceContext
from app.services.open_ended.open_answers import (
    Cells,
    Desk,
    NoSuchWorkError,
    OpenAnswer,
    fielded_years,
    given_answers,
    in_queue,
    is_for,
    member_who,
    put_out,
    read_desk,
    read_queue,
    row_of,
)
from app.services.open_ended.open_answers_files import Line
from app.services.open_ended.open_answers_taking_in import BatchProblemsError, TakenIn, take_in
from app.services.publication.walked_cases import walk_cases
from app.storage import open_answers as storage
from app.storage.releases import released_cases
from app.storage.staff import StaffMember

_READ: dict[Path, tuple[object, Desk, Mapping[str, Text]]] = {}
"""Desks by folder of the study, each as of the files it was read from: the bank takes a second."""
_LOCK = Lock()
_AT_A_TIME = 16
"""Answers whose routes are walked to find one that counts: nearly all do."""
_COUNTS = (CaseStatus.COMPLETE, CaseStatus.PARTIAL)


class OvertakenError(Exception):
    """The answer no longer waits for this work, or was changed since the page was made."""


class WorkFaultsError(Exception):
    """What was filled in cannot be kept; ``faults`` says why, in English, and quotes nothing."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which answers a person works on: of one wave, of one question, coded by a colleague."""

    year: int | None = None
    variable: str | None = None
    second: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One answer for one kind of work, with what staff may know of it."""

    entry: UUID
    stage: Stage
    wave: int
    variable: str
    language: str
    """In which it was written."""
    basis: str
    cells: Cells
    """The row a batch would have."""
    spans: tuple[Span, ...]
    """Of the original, for who redacts: what may be personal."""
    frame: CodeFrame | None


@dataclass(frozen=True, slots=True)
class QueueLine:
    """Answers to one question of one wave, by how far they are; and how many wait for what."""

    wave: int
    variable: str
    states: Mapping[State, int]
    waiting: Mapping[Stage, int]
    second: int
    """That one person coded, for another to code."""


def desk_of(ctx: ServiceContext) -> Desk:
    """Return what staff work with, read again only when a file of the study changed."""
    return _shelf(ctx)[0]


def questions_of(ctx: ServiceContext, language: str) -> Mapping[str, str]:
    """Return by variable the question to which people answered in their own words.

    The words are those of the bank; "other, namely" bears those of its question.
    """
    words = _shelf(ctx)[1]
    return {name: text.get(language) or next(iter(text.values())) for name, text in words.items()}


def _shelf(ctx: ServiceContext) -> tuple[Desk, Mapping[str, Text]]:
    files = sorted(ctx.study.rglob("*.yaml"))
    state = tuple((str(one), one.stat().st_mtime_ns, one.stat().st_size) for one in files)
    with _LOCK:
        kept = _READ.get(ctx.study)
        if kept is None or kept[0] != state:
            desk = read_desk(ctx)
            bank, _ = load_bank(ctx.study)
            items = bank_own_words(bank) if bank is not None else {}
            questions = {name: item.text for name, item in items.items()}
            kept = _READ[ctx.study] = (state, desk, questions)
        return kept[1], kept[2]


def queue_lines(ctx: ServiceContext, desk: Desk, visit: Visit) -> list[QueueLine]:
    """Return how the queue stands, by wave and question.

    Counts answers of complete and partial interviews. Whether a question is still on the route is
    only looked at when an answer's turn comes: walking thousands of routes takes a minute.
    """
    with ctx.databases.research.snapshot() as connection:
        years = fielded_years(connection, None)
        whole = {one.case_id for one in released_cases(connection, years) if one.status in _COUNTS}
        answers = [one for one in given_answers(ctx, connection, years) if one.case_id in whole]
    lines: dict[tuple[int, str], list[OpenAnswer]] = {}
    for one in answers:
        lines.setdefault((one.wave, one.key.variable), []).append(one)
    return [
        QueueLine(
            wave,
            variable,
            Counter(one.progress.state for one in own),
            {
                stage: sum(_waits(one, stage, desk) and _is_untouched(one, stage) for one in own)
                for stage in Stage
            },
            sum(
                _waits(one, Stage.CODE, desk)
                and len(one.progress.codings) == 1
                and visit.staff_id not in one.progress.codings
                for one in own
            ),
        )
        for (wave, variable), own in sorted(lines.items())
    ]


def next_answer(
    ctx: ServiceContext,
    desk: Desk,
    visit: Visit,
    stage: Stage,
    wanted: Wanted,
    *,
    after: UUID | None = None,
) -> UUID | None:
    """Give a person the next answer that waits, put that on record, and return its entry.

    ``after`` is the entry they come from: what they passed over comes again when all others were
    seen. ``None`` when nothing waits.

    Raises
    ------
    NotAllowedError, NoSuchWorkError
        As `open_answers.hand_out` does.
    """
    member = member_who(ctx, visit.email, MAY[stage])
    with ctx.databases.research.snapshot() as connection:
        years = fielded_years(connection, None if wanted.year is None else [wanted.year])
        waiting = [
            one
            for one in given_answers(ctx, connection, years)
            if wanted.variable in (None, one.key.variable)
            and is_for(one, stage, desk, member, second=wanted.second)
        ]
        found = _first(ctx, connection, years, _in_turn(waiting, member, connection, after))
    if found is None:
        return None
    batch = put_out(ctx, member, desk, stage, [found])
    return UUID(batch.rows[0]["entry"])


def read_task(ctx: ServiceContext, desk: Desk, visit: Visit, stage: Stage, entry: UUID) -> Task:
    """Return an answer that a person was given.

    Raises
    ------
    NotAllowedError
        If they may not do this work.
    NoSuchWorkError
        If there is no such answer, or they were never given it as its writer wrote it.
    OvertakenError
        If it no longer waits for this work.
    """
    member = member_who(ctx, visit.email, MAY[stage])
    with ctx.databases.research.snapshot() as connection:
        known = storage.find_entries(connection, [entry])
        steps = storage.steps_of(connection, [entry]).get(entry, [])
        if entry not in known:
            raise NoSuchWorkError("no such answer")
        seen = any(one.step is Step.SEEN and one.staff_id == member.id for one in steps)
        if stage is Stage.REDACT and not seen:
            # Words as they were written are shown to who was given them, which is on record.
            raise NoSuchWorkError("no such answer")
        found = read_queue(ctx, connection, [known[entry].wave], lambda one: one.entry_id == entry)
    if not found or not _waits(found[0], stage, desk):
        raise OvertakenError
    one = found[0]
    return Task(
        entry=entry,
        stage=stage,
        wave=one.wave,
        variable=one.key.variable,
        language=one.language,
        basis=str(one.progress.basis),
        cells=row_of(one, entry, stage, desk),
        spans=proposals(one.words, places=desk.places) if stage is Stage.REDACT else (),
        frame=desk.frames.get(one.key.variable),
    )


def keep_work(
    ctx: ServiceContext, desk: Desk, visit: Visit, task: Task, filled: Cells, *, basis: str
) -> TakenIn:
    """Put on record what a person did with an answer.

    ``filled`` are the cells of a batch that staff fill in; ``basis`` is that of the page.

    Raises
    ------
    NotAllowedError
        If they may not.
    OvertakenError
        If somebody worked on the answer since the page was made.
    WorkFaultsError
        If it cannot be kept; nothing was.
    """
    if basis != task.basis:
        raise OvertakenError
    line = Line(1, {**task.cells, **filled, "basis": basis})
    try:
        return take_in(ctx, desk, email=visit.email, lines=[line])
    except BatchProblemsError as error:
        raise WorkFaultsError([one.message for one in error.problems]) from error


def still_personal(desk: Desk, words: str) -> list[Personal]:
    """Return what in redacted words still looks like something personal, each kind once."""
    found = proposals(words, places=desk.places)
    return list(dict.fromkeys(span.kind for span in found))


def _waits(one: OpenAnswer, stage: Stage, desk: Desk) -> bool:
    if stage is Stage.CODE and one.key.variable not in desk.frames:
        return False
    return one.progress.waits_for(stage, desk.working_language)


def _is_untouched(one: OpenAnswer, stage: Stage) -> bool:
    """Coding once coded is double coding, which is counted by itself."""
    return stage is not Stage.CODE or not one.progress.codings


def _first(
    ctx: ServiceContext,
    connection: Connection,
    years: Sequence[int],
    waiting: Sequence[OpenAnswer],
) -> OpenAnswer | None:
    for some in _parts(waiting):
        cases = {one.case_id for one in some}
        counted = in_queue(some, walk_cases(ctx, connection, years, only=cases))
        if counted:
            return counted[0]
    return None


def _parts(answers: Sequence[OpenAnswer]) -> Iterator[Sequence[OpenAnswer]]:
    return (answers[at : at + _AT_A_TIME] for at in range(0, len(answers), _AT_A_TIME))


def _in_turn(
    answers: Sequence[OpenAnswer],
    member: StaffMember,
    connection: Connection,
    after: UUID | None,
) -> list[OpenAnswer]:
    """Put answers in the order of a person: those after the one they come from, then the rest."""

    def place(interview: UUID, variable: str) -> str:
        # A hash tells nothing of the order of the sample, and differs from person to person.
        return sha256(member.id.bytes + interview.bytes + variable.encode()).hexdigest()

    come_from = ""
    if after is not None:
        entry = storage.find_entries(connection, [after]).get(after)
        come_from = place(entry.key.interview_id, entry.key.variable) if entry else ""

    def turn(one: OpenAnswer) -> tuple[bool, str]:
        own = place(one.key.interview_id, one.key.variable)
        return own <= come_from, own

    return sorted(answers, key=turn)
