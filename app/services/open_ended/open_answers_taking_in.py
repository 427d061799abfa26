"""What staff did with a batch of open answers, taken in: all of it or nothing, once.

A row is refused when the words in it are no longer those of the answer: the respondent changed
them, a colleague redacted them otherwise, or a spreadsheet sorted one column and not the others.
The same file again changes nothing. No message repeats what anybody wrote.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import Connection

from app.panel.open_answers import MAY, Done, Progress, Stage, Step
from app.panel.redaction import Personal, proposals, redacted
from app.questionnaire.answers import clean_text, is_visible
from app.questionnaire.code_lists import locale_of
from app.services.context import ServiceContext
from app.services.open_ended.open_answers import Desk, OpenAnswer, member_who, read_queue
from app.services.open_ended.open_answers_files import Line
from app.storage import audit, open_answers
from app.storage.open_answers import Entry, EntryKey

logger = logging.getLogger(__name__)

ATTEMPTS = 5
"""How often a batch is judged anew because colleagues worked on the same answers meanwhile."""
MAX_WORDS = 20_000
_CODE = re.compile(r"[a-z0-9_]{1,40}\Z", re.ASCII)
_SORTED_ALONE = "the words beside this entry are not its own: was a column sorted by itself?"
_OVERTAKEN = "somebody worked on this answer since the file was made: make a new one"


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong with a row, in words that repeat nothing of an answer."""

    line: int
    message: str


class BatchProblemsError(Exception):
    """A batch with problems; nothing of it was taken in."""

    def __init__(self, problems: Sequence[LineProblem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = tuple(problems)


@dataclass(frozen=True)
class TakenIn:
    """What a batch changed.

    Attributes
    ----------
    steps
        How many answers took which step.
    already
        Rows that say what is on record already.
    left
        Rows that nobody filled in.
    kept
        Details of a personal shape that redactors left standing, by kind: worth a second look.
    """

    steps: Counter[Step]
    already: int
    left: int
    kept: Counter[Personal]


class _RowFaultError(Exception):
    """A row cannot be taken in."""


@dataclass(frozen=True)
class _Facts:
    """What is known of the answers of a batch at one moment."""

    entries: Mapping[UUID, Entry]
    current: Mapping[UUID, OpenAnswer]
    steps: Mapping[UUID, Sequence[Done]]


@dataclass
class _Judged:
    """Rows sorted into what they do."""

    steps: list[tuple[UUID, Done]] = field(default_factory=list)
    already: int = 0
    left: int = 0
    kept: Counter[Personal] = field(default_factory=Counter)
    problems: list[LineProblem] = field(default_factory=list)


def take_in(ctx: ServiceContext, desk: Desk, *, email: str, lines: Sequence[Line]) -> TakenIn:
    """Put the work of a batch on record.

    Raises
    ------
    BatchProblemsError
        With all problems, by line; nothing was written.
    NotAllowedError
        If the member of staff may not do this work.
    """
    stage = _stage(lines)
    member = member_who(ctx, email, MAY[stage])
    ids = {entry for line in lines if (entry := _entry_id(line)) is not None}
    for _ in range(ATTEMPTS):
        # Judging takes seconds for a long file; nobody is kept waiting for it.
        with ctx.databases.research.snapshot() as connection:
            facts = _facts(ctx, connection, ids)
        judged = _judge(lines, facts, desk, _Work(stage, member.id, desk))
        if judged.problems:
            raise BatchProblemsError(judged.problems)
        if _written(ctx, stage, member.id, judged, facts):
            steps = Counter(one.step for _, one in judged.steps)
            return TakenIn(steps, judged.already, judged.left, judged.kept)
    raise BatchProblemsError([LineProblem(1, "others work on the same answers: try again")])


def _stage(lines: Sequence[Line]) -> Stage:
    found = {line.cells["stage"] for line in lines if "stage" in line.cells}
    if len(found) != 1 or not found <= set(Stage):
        message = f"expected one stage in all rows: {', '.join(Stage)}"
        raise BatchProblemsError([LineProblem(lines[0].number if lines else 1, message)])
    return Stage(found.pop())


def _entry_id(line: Line) -> UUID | None:
    try:
        return UUID(line.cells.get("entry", ""))
    except ValueError:
        return None


def _facts(ctx: ServiceContext, connection: Connection, ids: Collection[UUID]) -> _Facts:
    entries = open_answers.find_entries(connection, ids)
    years = sorted({one.wave for one in entries.values()})
    answers = read_queue(ctx, connection, years, lambda one: one.entry_id in entries)
    current = {one.entry_id: one for one in answers if one.entry_id is not None}
    return _Facts(entries, current, open_answers.steps_of(connection, entries))


def _judge(lines: Sequence[Line], facts: _Facts, desk: Desk, work: _Work) -> _Judged:
    judged = _Judged()
    seen: set[UUID] = set()
    for line in lines:
        try:
            one = _answer_of(line, facts, seen)
            step = work.step(one, line.cells)
            if step is None:
                judged.left += 1
            elif _is_on_record(one.progress, step):
                judged.already += 1
            else:
                _refuse_overtaken(line, one)
                judged.steps.append((facts.entries[UUID(line.cells["entry"])].id, step))
                judged.kept.update(_still_personal(step, desk))
        except _RowFaultError as fault:
            judged.problems.append(LineProblem(line.number, str(fault)))
    return judged


def _answer_of(line: Line, facts: _Facts, seen: set[UUID]) -> OpenAnswer:
    entry_id = _entry_id(line)
    entry = facts.entries.get(entry_id) if entry_id is not None else None
    if entry is None:
        raise _RowFaultError("no such entry")
    if entry.id in seen:
        raise _RowFaultError("this entry stands in the file twice")
    seen.add(entry.id)
    if line.cells.get("variable") != entry.key.variable:
        raise _RowFaultError(_SORTED_ALONE)
    one = facts.current.get(entry.id)
    if one is None:
        raise _RowFaultError("void: the respondent changed or took back this answer")
    return one


def _refuse_overtaken(line: Line, one: OpenAnswer) -> None:
    if line.cells.get("basis") != str(one.progress.basis):
        raise _RowFaultError(_OVERTAKEN)


def _still_personal(step: Done, desk: Desk) -> list[Personal]:
    if step.step is not Step.REDACTED or step.text is None:
        return []
    return [span.kind for span in proposals(step.text, places=desk.places)]


def _is_on_record(now: Progress, step: Done) -> bool:
    match step.step:
        case Step.REDACTED:
            return (now.redacted, now.language) == (step.text, step.language)
        case Step.TRANSLATED:
            return now.translation == step.text
        case Step.CODED:
            return now.codings.get(step.staff_id) == step.codes
        case Step.SETTLED:
            return now.settled == step.codes
        case _:
            return now.unusable


def _written(
    ctx: ServiceContext, stage: Stage, staff_id: UUID, judged: _Judged, facts: _Facts
) -> bool:
    """Write what was judged, unless the answers are no longer what they were then."""
    if not judged.steps:
        return True
    now = ctx.clock.now()
    ids = {entry_id for entry_id, _ in judged.steps}
    keys: set[EntryKey] = {facts.entries[one].key for one in ids}
    with ctx.databases.research.write() as connection:
        open_answers.lock_entries(connection, ids)
        steps = open_answers.steps_of(connection, ids)
        if any(steps.get(one, []) != facts.steps.get(one, []) for one in ids):
            return False
        if open_answers.current_keys(connection, keys) != keys:
            return False
        open_answers.add_steps(connection, judged.steps, at=now)
        counts = Counter(str(one.step) for _, one in judged.steps)
        audit.append_audit(
            connection,
            at=now,
            staff_id=staff_id,
            action="open_answers.taken_in",
            subject="open answers",
            detail={"stage": str(stage), "steps": dict(sorted(counts.items()))},
        )
    logger.info("open answers taken in", extra={"stage": str(stage), "answers": len(ids)})
    return True


@dataclass(frozen=True)
class _Work:
    """One member of staff at one kind of work: a filled-in row → a step, or none."""

    stage: Stage
    staff_id: UUID
    desk: Desk

    def step(self, one: OpenAnswer, cells: Mapping[str, str]) -> Done | None:
        judge: Mapping[Stage, Callable[[OpenAnswer, Mapping[str, str]], Done | None]] = {
            Stage.REDACT: self.redact,
            Stage.TRANSLATE: self.translate,
            Stage.CODE: self.code,
            Stage.SETTLE: self.settle,
        }
        return judge[self.stage](one, cells)

    def redact(self, one: OpenAnswer, cells: Mapping[str, str]) -> Done | None:
        decision, own = cells.get("decision", "").strip(), clean_text(cells.get("redacted", ""))
        if not decision:
            if own:
                raise _RowFaultError("redacted is filled in, decision is not: write own")
            return None
        _same_words(cells, "original", one.words)
        if decision == "unusable":
            return Done(0, Step.NOTHING_TO_CODE, self.staff_id)
        text = self.redacted_text(one, decision, own, cells)
        language = cells.get("language", "").strip()
        if not _CODE.match(language) or locale_of(language) is None:
            raise _RowFaultError("language is not known, expected a code like ar")
        return Done(0, Step.REDACTED, self.staff_id, text, language)

    def redacted_text(
        self, one: OpenAnswer, decision: str, own: str, cells: Mapping[str, str]
    ) -> str:
        if decision == "original":
            return one.words
        if decision == "proposed":
            spans = proposals(one.words, places=self.desk.places)
            text = redacted(one.words, spans, self.desk.working_language)
            # Only what stood before a person's eyes is taken over.
            _same_words(cells, "proposed", text)
            return text
        if decision != "own":
            raise _RowFaultError("decision: expected proposed, original, own or unusable")
        return _some_words(own, "redacted")

    def translate(self, one: OpenAnswer, cells: Mapping[str, str]) -> Done | None:
        text = clean_text(cells.get("translation", ""))
        if not text:
            return None
        now = one.progress
        if now.redacted is None or now.language == self.desk.working_language:
            raise _RowFaultError(_OVERTAKEN)
        _same_words(cells, "redacted", now.redacted)
        return Done(0, Step.TRANSLATED, self.staff_id, _some_words(text, "translation"))

    def code(self, one: OpenAnswer, cells: Mapping[str, str]) -> Done | None:
        if one.progress.settled is not None and cells.get("codes", "").strip():
            raise _RowFaultError("has been settled; a researcher may settle it otherwise")
        return self.coding(one, cells, Step.CODED)

    def settle(self, one: OpenAnswer, cells: Mapping[str, str]) -> Done | None:
        if len(one.progress.codings) < 2 and cells.get("codes", "").strip():
            raise _RowFaultError("nothing to settle: fewer than two people coded it")
        return self.coding(one, cells, Step.SETTLED)

    def coding(self, one: OpenAnswer, cells: Mapping[str, str], step: Step) -> Done | None:
        codes = re.split(r"[\s,;]+", cells.get("codes", "").strip())
        if codes == [""]:
            return None
        words = one.progress.words(self.desk.working_language)
        if words is None:
            raise _RowFaultError(_OVERTAKEN)
        _same_words(cells, "text", words)
        frame = self.desk.frames.get(one.key.variable)
        if frame is None:
            raise _RowFaultError("this variable has no code frame")
        if not all(_CODE.match(code) for code in codes):
            raise _RowFaultError("codes: expected codes of the frame with spaces between")
        if faults := frame.faults(codes):
            raise _RowFaultError("; ".join(faults))
        ordered = frame.in_order(codes)
        return Done(0, step, self.staff_id, codes=ordered, frame_version=frame.version)


def _same_words(cells: Mapping[str, str], column: str, words: str) -> None:
    """Raise unless a column still holds the words it was made with; spaces may differ."""
    if clean_text(cells.get(column, "")).split() != clean_text(words).split():
        raise _RowFaultError(_SORTED_ALONE)


def _some_words(text: str, column: str) -> str:
    if not is_visible(text):
        raise _RowFaultError(f"{column} is empty")
    if len(text) > MAX_WORDS:
        raise _RowFaultError(f"{column} is longer than {MAX_WORDS} characters")
    return text
