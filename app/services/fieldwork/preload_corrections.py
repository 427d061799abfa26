"""Answers that a wave is not to build on: named by staff with a reason, kept out on freezing."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from uuid import UUID

from sqlalchemy import Connection

from app.questionnaire.model import Instrument
from app.services.context import ServiceContext
from app.services.fieldwork.freezing import PreloadError, fielded
from app.services.fieldwork.preload_review import uses_of
from app.services.fieldwork.preloads import contact_variables
from app.services.open_ended.open_answers_files import unguarded
from app.storage import audit, cases
from app.storage import preloads as rows
from app.storage.preloads import PreloadCorrection
from app.storage.waves import load_wave

COLUMNS = ("person_id", "variable", "reason")
"""Of a file: whom it is about, under the pseudonym of releases, what is wrong, and why."""
MAX_BYTES = 10_000_000
LONGEST_REASON = 300


class CorrectionsError(PreloadError):
    """Corrections that cannot be taken in, with every problem; none was."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


@dataclass(frozen=True, slots=True)
class Wrong:
    """One answer that is to be left out, of a person or of everybody."""

    variable: str
    reason: str
    person_id: str | None = None
    line: int | None = None
    """Where it stands in a file, from 1."""

    @property
    def place(self) -> str:
        """Where it stands, for messages."""
        return f"line {self.line}: " if self.line is not None else ""


def read_corrections(content: bytes) -> list[Wrong]:
    """Return the lines of a CSV file with the columns `COLUMNS`.

    Raises
    ------
    CorrectionsError
        With every line that cannot be read.
    """
    if len(content) > MAX_BYTES:
        raise CorrectionsError([f"the file is larger than {MAX_BYTES} bytes"])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CorrectionsError(["the file is not UTF-8"]) from error
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    found: list[Wrong] = []
    problems: list[str] = []
    try:
        header = next(reader, [])
        if [one.strip() for one in header] != [*COLUMNS]:
            raise CorrectionsError([f"line 1: expected the columns {', '.join(COLUMNS)}"])
        for row in reader:
            line = reader.line_num
            if len(row) == len(COLUMNS):
                person_id, variable, reason = (unguarded(one.strip()) for one in row)
                found.append(Wrong(variable, reason, person_id, line))
            elif row:
                problems.append(f"line {line}: {len(row)} cells, expected {len(COLUMNS)}")
    except csv.Error as error:
        problems.append(f"line {reader.line_num}: {error}")
    if not found and not problems:
        problems.append("the file has no lines")
    if problems:
        raise CorrectionsError(problems)
    return found


def leave_out(
    ctx: ServiceContext, year: int, wrong: Sequence[Wrong], *, by: str, staff_id: UUID | None = None
) -> int:
    """Put on record what a wave is not to build on, and return how many corrections are new.

    All of it, or nothing. It counts from the next freezing on; what was named before is no news.

    Raises
    ------
    CorrectionsError
        With everything that is wrong.
    PreloadError
        If the wave is not there, or people were asked on the ground of what is frozen.
    """
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        instrument = _before_the_field(ctx, connection, year)
        of_person = {one.person_id.hex: one.id for one in cases.list_cases(connection, year)}
        problems = list(_problems(instrument, year, wrong, of_person))
        if problems:
            raise CorrectionsError(problems)
        there = {(one.variable, one.case_id) for one in rows.list_corrections(connection, year)}
        new: dict[tuple[str, UUID | None], PreloadCorrection] = {}
        for one in wrong:
            case_id = of_person[one.person_id] if one.person_id is not None else None
            if (one.variable, case_id) not in there:
                new[one.variable, case_id] = PreloadCorrection(
                    wave=year,
                    variable=one.variable,
                    case_id=case_id,
                    reason=one.reason,
                    at=now,
                    by=by,
                )
        rows.add_corrections(connection, new.values())
        if new:
            counts = Counter(variable for variable, _ in new)
            _log(connection, ctx, "preload.left_out", year, by, staff_id, counts)
    return len(new)


def put_back(
    ctx: ServiceContext,
    year: int,
    variables: Sequence[str],
    *,
    by: str,
    staff_id: UUID | None = None,
) -> int:
    """Let answers back in that were left out of a wave; return how many corrections ended.

    Raises
    ------
    CorrectionsError
        If nothing is left out of a variable.
    PreloadError
        If the wave is not there, or people were asked on the ground of what is frozen.
    """
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        _before_the_field(ctx, connection, year)
        out = {one.variable for one in rows.list_corrections(connection, year)}
        strange = [one for one in variables if one not in out]
        if strange:
            raise CorrectionsError([f"{one}: nothing of it is left out" for one in strange])
        ended = {
            one: rows.end_corrections(connection, year, one, at=now, by=by)
            for one in dict.fromkeys(variables)
        }
        _log(connection, ctx, "preload.put_back", year, by, staff_id, ended)
    return sum(ended.values())


def _before_the_field(ctx: ServiceContext, connection: Connection, year: int) -> Instrument:
    rows.hold_wave(connection, year)
    wave = load_wave(connection, year)
    if wave is None or wave.version_id is None:
        raise PreloadError(f"wave {year} has no published questionnaire")
    if fielded(wave):
        raise PreloadError(
            f"wave {year} is {wave.status}: what was frozen stays. If it is wrong for everybody,"
            " publish a version that asks the question without it"
        )
    return ctx.instruments.get(connection, wave.version_id)


def _problems(
    instrument: Instrument, year: int, wrong: Sequence[Wrong], of_person: Mapping[str, UUID]
) -> list[str]:
    looked_at = uses_of(instrument).keys() | contact_variables(instrument)
    seen: set[tuple[str | None, str]] = set()
    found = []
    for one in wrong:
        if one.variable not in looked_at:
            found.append(f'{one.place}wave {year} looks back at no variable "{one.variable[:40]}"')
        if one.person_id is not None and one.person_id not in of_person:
            found.append(f"{one.place}no such person in wave {year}")
        if not one.reason.strip():
            found.append(f"{one.place}no reason is given")
        elif len(one.reason) > LONGEST_REASON:
            found.append(f"{one.place}the reason is longer than {LONGEST_REASON} characters")
        if (one.person_id, one.variable) in seen:
            found.append(f"{one.place}said twice")
        seen.add((one.person_id, one.variable))
    return found


def _log(
    connection: Connection,
    ctx: ServiceContext,
    action: str,
    year: int,
    by: str,
    staff_id: UUID | None,
    counts: Mapping[str, int],
) -> None:
    audit.append_audit(
        connection,
        at=ctx.clock.now(),
        staff_id=staff_id,
        action=action,
        subject=f"wave {year}",
        detail={"by": by, "corrections": dict(counts)},
    )
