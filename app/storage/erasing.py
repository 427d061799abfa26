"""Forgetting a person in the research database: what goes, what stays, and that it is gone.

`RULES` says for every table of both databases what becomes of a person's rows; a test refuses a
table that is not in it. What stays is what the sample and the books need: that somebody was drawn
from a stratum, what was paid for messages. None of it says anything of who it was.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, delete, func, insert, select, update

from app.messages.statuses import MessageStatus, PersonEventKind
from app.panel.dispositions import REFUSAL
from app.panel.states import CaseStatus, Eligibility, PersonStatus
from app.storage.migrate import METADATA, Schema
from app.storage.open_links import FORGOTTEN
from app.storage.rows_as_lines import lines_of
from app.storage.unit_of_work import Database

LANGUAGE = "nl"
"""What stands for the language of somebody of whom nothing is known any more."""
KEPT_FRAME = frozenset({"fr_edition", "fr_group", "fr_act", "fr_stratum"})
"""Frame variables that stay, where the stratum says the same: design weights need them."""
_ALWAYS_KEPT = frozenset({"fr_entry", "wave"})
ERASED = "person_erased"


class Fate(StrEnum):
    """What becomes of the rows about a person."""

    REMOVED = "removed"
    EMPTIED = "emptied"
    """The row stays, for the sample and the books; what it said of the person does not."""
    KEPT = "kept"
    """About what was done, under the pseudonym: the proof of the erasure itself."""
    OF_NOBODY = "of nobody"
    """Holds nothing about single persons of the panel."""


RULES: Mapping[str, Fate] = {
    **dict.fromkeys(
        (
            "answer_event", "current_answer", "operation", "interview", "open_answer",
            "open_answer_event", "preload", "preload_correction", "access_code", "case_event",
            "consent_event",
            "person_assignment", "person_reach", "person_event", "message_event",
            "contact_field", "contact_answer", "incentive_destination",
        ),
        Fate.REMOVED,
    ),
    **dict.fromkeys(
        ("person", "survey_case", "frame_unit", "message", "open_entry", "contact", "incentive"),
        Fate.EMPTIED,
    ),
    **dict.fromkeys(
        ("privacy_request", "erasure", "audit_event", "sample_draw_unit", "incentive_event"),
        Fate.KEPT,
    ),
    **dict.fromkeys(
        (
            "instrument_version", "wave", "wave_event", "code_miss", "frame_import", "sample_draw",
            "rehearsal", "preload_version", "mailing", "print_batch", "channel_pace", "open_link",
            "staff", "staff_session", "staff_link", "passkey", "passkey_challenge", "recovery_code",
            "sign_in_miss", "audio_clip", "audio_edition", "job",
            "incentive_batch", "incentive_piece", "incentive_entry",
        ),
        Fate.OF_NOBODY,
    ),
}  # fmt: skip

_TABLES = METADATA[Schema.RESEARCH].tables


def tables_there(connection: Connection) -> frozenset[str]:
    """Return the tables that a database has: a restored one may be of an older program."""
    return frozenset(connection.dialect.get_table_names(connection))


def erase_rows(
    connection: Connection, person_id: UUID, *, at: datetime, by: str
) -> dict[str, int] | None:
    """Remove what is known of a person; return rows removed or emptied by table.

    ``None`` when the database has no such person. Again is harmless, and returns what was left.
    Tables that this database does not have are passed over. Thank-yous have books of their own:
    `app.services.thanks.incentives.forget_incentives` does those.
    """
    there = tables_there(connection)
    person = _TABLES["person"]
    status = connection.execute(
        select(person.c.status).where(person.c.id == person_id)
    ).scalar_one_or_none()
    counts: dict[str, int] = {}
    frame_unit = _TABLES["frame_unit"]
    if "frame_unit" in there:
        counts["frame_unit"] = _empty_frame(connection, frame_unit, frame_unit.c.id == person_id)
    if status is None:
        return counts if any(counts.values()) else None
    case = _TABLES["survey_case"]
    cases = list(
        connection.execute(select(case.c.id).where(case.c.person_id == person_id)).scalars()
    )
    _remove_interviews(connection, there, cases, counts)
    _remove(
        connection,
        there,
        counts,
        "case_id",
        cases,
        ("preload", "preload_correction", "access_code", "case_event"),
    )
    _remove(
        connection, there, counts, "person_id", [person_id],
        ("consent_event", "person_assignment", "person_reach"),
    )  # fmt: skip
    counts["person_event"] = _replace_events(connection, there, person_id, status, at=at, by=by)
    _empty_messages(connection, there, cases, counts, at)
    _empty_others(connection, there, person_id, cases, counts)
    counts["survey_case"] = _empty_frame(connection, case, case.c.person_id == person_id)
    if status is not PersonStatus.ERASED:
        connection.execute(
            update(person).where(person.c.id == person_id).values(status=PersonStatus.ERASED)
        )
        counts["person"] = 1
    return {name: count for name, count in sorted(counts.items()) if count}


def _remove_interviews(
    connection: Connection, there: Collection[str], cases: Sequence[UUID], counts: dict[str, int]
) -> None:
    interview = _TABLES["interview"]
    began = list(
        connection.execute(select(interview.c.id).where(interview.c.case_id.in_(cases))).scalars()
    )
    if "open_answer" in there:
        answer = _TABLES["open_answer"]
        opened = list(
            connection.execute(
                select(answer.c.id).where(answer.c.interview_id.in_(began))
            ).scalars()
        )
        _remove(connection, there, counts, "open_answer_id", opened, ("open_answer_event",))
    _remove(
        connection, there, counts, "interview_id", began,
        ("open_answer", "current_answer", "operation", "answer_event"),
    )  # fmt: skip
    _settle_cases(connection, began)
    _remove(connection, there, counts, "id", began, ("interview",))


def _settle_cases(connection: Connection, began: Sequence[UUID]) -> None:
    """Who took part and took it all back counts as a refusal (AAPOR 2.11), not as a response.

    A response without answers would be weighted, and an eligible person lost would be worse.
    """
    case, interview = _TABLES["survey_case"], _TABLES["interview"]
    of_them = select(interview.c.case_id).where(interview.c.id.in_(began))
    connection.execute(
        update(case)
        .where(
            case.c.id.in_(of_them),
            case.c.status.in_((CaseStatus.COMPLETE, CaseStatus.PARTIAL, CaseStatus.REFUSED)),
        )
        .values(status=CaseStatus.REFUSED, disposition=REFUSAL, eligible=Eligibility.YES)
    )


def _remove(
    connection: Connection,
    there: Collection[str],
    counts: dict[str, int],
    column: str,
    keys: Sequence[UUID],
    names: Sequence[str],
) -> None:
    for name in names:
        if name in there and keys:
            table = _TABLES[name]
            counts[name] = connection.execute(
                delete(table).where(table.c[column].in_(keys))
            ).rowcount


def _replace_events(
    connection: Connection,
    there: Collection[str],
    person_id: UUID,
    status: PersonStatus,
    *,
    at: datetime,
    by: str,
) -> int:
    """Leave one event: the ledger has to know that the person went, and when."""
    if "person_event" not in there or status is PersonStatus.ERASED:
        return 0
    table = _TABLES["person_event"]
    removed = connection.execute(delete(table).where(table.c.person_id == person_id)).rowcount
    event = {
        "person_id": person_id,
        "wave": None,
        "kind": PersonEventKind.STATUS,
        "at": at,
        "by": by,
        "detail": {"to": PersonStatus.ERASED.value},
    }
    connection.execute(insert(table), event)
    return removed


def _empty_messages(
    connection: Connection,
    there: Collection[str],
    cases: Sequence[UUID],
    counts: dict[str, int],
    at: datetime,
) -> None:
    """What was paid for stays counted; how the provider and we called it does not."""
    if "message" not in there or not cases:
        return
    table = _TABLES["message"]
    mine = table.c.case_id.in_(cases)
    ids = list(connection.execute(select(table.c.id).where(mine)).scalars())
    _remove(connection, there, counts, "message_id", ids, ("message_event",))
    waiting = (MessageStatus.DUE, MessageStatus.SENDING)
    connection.execute(
        update(table)
        .where(mine, table.c.status.in_(waiting))
        .values(status=MessageStatus.CANCELLED, reason=ERASED, lease_until=None, settled_at=at)
    )
    counts["message"] = connection.execute(
        update(table)
        .where(mine)
        .values(
            language=LANGUAGE, reason=ERASED, worker=None, provider_reference=None,
            print_batch_id=None,
        )
    ).rowcount  # fmt: skip


def _empty_others(
    connection: Connection,
    there: Collection[str],
    person_id: UUID,
    cases: Sequence[UUID],
    counts: dict[str, int],
) -> None:
    if "open_entry" in there:
        entry = _TABLES["open_entry"]
        counts["open_entry"] = connection.execute(
            update(entry)
            .where(entry.c.case_id.in_(cases))
            .values(source_hash=FORGOTTEN, duplicate_of=None)
        ).rowcount
        # Of others: whom they may be the second of is nobody any more.
        connection.execute(
            update(entry).where(entry.c.duplicate_of == person_id).values(duplicate_of=None)
        )


def _empty_frame(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    """Reduce frame variables to what the stratum says anyway; return how many rows changed."""
    changed = 0
    query = select(table.c.id, table.c.stratum, table.c.frame, table.c.language).where(which)
    for row in connection.execute(query).all():
        kept = kept_of(row.frame, row.stratum)
        if kept != row.frame or row.language != LANGUAGE:
            connection.execute(
                update(table).where(table.c.id == row.id).values(frame=kept, language=LANGUAGE)
            )
            changed += 1
    return changed


def kept_of(frame: Mapping[str, Any], stratum: str | None) -> dict[str, Any]:
    """Return the frame variables that stay: those whose value the stratum's name holds."""
    return {
        name: value
        for name, value in frame.items()
        if name in _ALWAYS_KEPT or (name in KEPT_FRAME and stratum and str(value) in stratum)
    }


def rows_left(connection: Connection, person_id: UUID) -> dict[str, int]:
    """Return, by table, rows that say something about a person who should be gone; empty if none.

    Rows that stay (`Fate.EMPTIED`) count when they are not empty.
    """
    case, interview = _TABLES["survey_case"], _TABLES["interview"]
    cases = select(case.c.id).where(case.c.person_id == person_id)
    left: dict[str, int] = {}
    for name in ("preload", "access_code", "case_event", "interview"):
        table = _TABLES[name]
        left[name] = _count(connection, table, table.c.case_id.in_(cases))
    interviews = select(interview.c.id).where(interview.c.case_id.in_(cases))
    for name in ("open_answer", "current_answer", "operation", "answer_event"):
        table = _TABLES[name]
        left[name] = _count(connection, table, table.c.interview_id.in_(interviews))
    for name in ("consent_event", "person_assignment", "person_reach", "incentive"):
        if name in _TABLES:
            table = _TABLES[name]
            left[name] = _count(connection, table, table.c.person_id == person_id)
    event, message, person = _TABLES["person_event"], _TABLES["message"], _TABLES["person"]
    left["person_event"] = max(0, _count(connection, event, event.c.person_id == person_id) - 1)
    events = _TABLES["message_event"]
    mine = select(message.c.id).where(message.c.case_id.in_(cases))
    left["message_event"] = _count(connection, events, events.c.message_id.in_(mine))
    left["message"] = _count(
        connection,
        message,
        message.c.case_id.in_(cases) & message.c.provider_reference.is_not(None),
    )
    left["person"] = _count(
        connection, person, (person.c.id == person_id) & (person.c.status != PersonStatus.ERASED)
    )
    unit = _TABLES["frame_unit"]
    left["survey_case"] = _not_empty(connection, case, case.c.person_id == person_id)
    left["frame_unit"] = _not_empty(connection, unit, unit.c.id == person_id)
    return {name: count for name, count in left.items() if count}


def _count(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    found = connection.execute(select(func.count()).select_from(table).where(which)).scalar_one()
    return int(found)


def _not_empty(connection: Connection, table: Table, which: ColumnElement[bool]) -> int:
    rows = connection.execute(select(table.c.stratum, table.c.frame).where(which)).all()
    return sum(kept_of(row.frame, row.stratum) != row.frame for row in rows)


# --- bytes ----------------------------------------------------------------------------------------


def compact(database: Database) -> str:
    """Write a database anew, so that what was deleted is in none of its files; say what was done.

    SQLite overwrites what it deletes (``secure_delete``), but moves rows between pages and keeps
    older pages in its log: VACUUM writes every page anew, the checkpoint empties the log.
    PostgreSQL keeps the dead rows until VACUUM, and older pages in its log (WAL) until that is
    recycled: archives of the WAL and base backups are the installation's to let go of.
    """
    raw = database.engine.raw_connection()
    try:
        if database.engine.dialect.name == "sqlite":
            driver = cast(sqlite3.Connection, raw.driver_connection)
            try:
                driver.execute("VACUUM")
                busy = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            except sqlite3.OperationalError as error:
                return f"not written anew: {error}; try again when nobody is at it"
            return "VACUUM; the log could not be emptied: a reader was busy" if busy else "VACUUM"
        driver = cast(Any, raw.driver_connection)
        before, driver.autocommit = driver.autocommit, True
        try:
            driver.execute("VACUUM")
        finally:
            driver.autocommit = before
        return "VACUUM; the write-ahead log goes when PostgreSQL recycles it"
    finally:
        raw.close()


def all_rows(connection: Connection, schema: Schema) -> Iterator[tuple[str, bytes]]:
    """Yield every row of a database as a line of JSON, with the name of its table."""
    there = tables_there(connection)
    for table in METADATA[schema].sorted_tables:
        if table.name in there:
            for line in lines_of(connection, table):
                yield table.name, line
