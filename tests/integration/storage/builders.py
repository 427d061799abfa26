"""A wave in the field, cases and pages, with every value that a test does not care about."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from multiprocessing.synchronize import Event
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.panel.states import Mode, WaveStatus
from app.storage.cases import Assignment, Case, Person, add_assignments, add_cases, add_people
from app.storage.interviews import PageSave, lock_interview, save_pages
from app.storage.misses import code_misses
from app.storage.openings import open_interview
from app.storage.unit_of_work import open_databases
from app.storage.versions import publish_version
from app.storage.waves import add_wave, field_version, move_wave

NOON = datetime(2024, 2, 1, 12, 0, tzinfo=UTC)
VERSION = "5" * 64


def field_wave(connection: Connection, year: int = 2024, version_id: str = VERSION) -> None:
    publish_version(
        connection,
        version_id=version_id,
        study="test",
        wave=year,
        canonical="{}",
        languages=["nl", "en"],
        at=NOON,
        by="r@example.nl",
    )
    add_wave(
        connection,
        year=year,
        study="test",
        opens_on=date(year, 1, 15),
        closes_on=date(year, 3, 15),
        synthetic=True,
        at=NOON,
        by="r@example.nl",
    )
    field_version(connection, year, version_id)
    move_wave(
        connection,
        year,
        from_status=WaveStatus.DRAFT,
        to_status=WaveStatus.OPEN,
        at=NOON,
        by="r@example.nl",
    )


def draw_case(
    connection: Connection,
    wave: int = 2024,
    *,
    person_id: UUID | None = None,
    frame: Mapping[str, Any] | None = None,
    language: str = "nl",
    assigned: Mapping[str, str] | None = None,
) -> Case:
    if person_id is None:
        person = Person(created_at=NOON, synthetic=True)
        add_people(connection, [person])
        person_id = person.id
    case = Case(
        person_id=person_id,
        wave=wave,
        stratum="asiel",
        stratum_population=500,
        stratum_sample=100,
        base_weight=5.0,
        frame={"fr_group": "asiel"} if frame is None else frame,
        language=language,
        created_at=NOON,
        synthetic=True,
    )
    add_cases(connection, [case])
    add_assignments(
        connection, [Assignment(person_id, name, value) for name, value in (assigned or {}).items()]
    )
    return case


def begin_interview(connection: Connection, case: Case, version_id: str = VERSION) -> UUID:
    return open_interview(
        connection, case.id, version_id=version_id, language="nl", mode=Mode.WEB, at=NOON
    )


def page(
    values: Mapping[str, str],
    *,
    op_id: str = "op-1",
    name: str = "w_werk",
    location: str = "/q/next",
    language: str = "nl",
    saved_at: datetime = NOON,
    has_contact_answers: bool = False,
) -> PageSave:
    return PageSave(
        op_id=op_id,
        digest="d" * 64,
        page=name,
        location=location,
        language=language,
        saved_at=saved_at,
        month=f"{saved_at:%Y-%m}",
        values=values,
        has_contact_answers=has_contact_answers,
    )


def save_many(urls: tuple[str, str], interview: UUID, name: str, times: int) -> None:
    """Save pages in one interview, as another process does."""
    databases = open_databases(*urls)
    for number in range(times):
        with databases.research.write() as connection:
            state = lock_interview(connection, interview)
            assert state is not None
            save_pages(connection, state, [page({name: str(number)}, op_id=f"{name}-{number}")])
    databases.close()


def hold_write_open(urls: tuple[str, str], opened: Event) -> None:
    """Write something and never commit it, as another process does."""
    databases = open_databases(*urls)
    with databases.research.write() as connection:
        code_misses.add(connection, "a", window_start=NOON)
        opened.set()
        time.sleep(600)
