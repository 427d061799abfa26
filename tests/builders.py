"""A study in the field and people with a code: where tests of the sites start."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import Connection, MetaData, select

from app import create_app
from app.clock import Clock, FixedClock
from app.panel.states import CaseStatus, WaveStatus
from app.questionnaire.model import Bank
from app.services.bootstrap import STUDY, make_context
from app.services.content.fielding import publish_wave
from app.services.content.instruments import InstrumentLibrary, load_study
from app.services.content.study_calendar import WavePlan
from app.services.context import ServiceContext
from app.services.fieldwork import enrolment, waves
from app.services.fieldwork.enrolment import SampledPerson
from app.settings import CHEAP_ARGON2, CodeKeys, Settings
from app.storage import cases, codes, models, people, preloads
from app.storage.unit_of_work import Databases
from app.web import EXTENSION

ROOT = Path(__file__).parents[1]
KINDS = ROOT / "tests" / "web" / "respond" / "study"
"""A study with one item of every type and one of every way to end."""
WAVE = 2024


@cache
def kinds_bank() -> Bank:
    return load_study(KINDS)


@cache
def real_bank() -> Bank:
    return load_study(STUDY)


def settings(urls: tuple[str, str], **changes: Any) -> Settings:
    """Settings with known secrets and codes that are cheap to hash."""
    given: dict[str, Any] = {
        "database_url": urls[0],
        "contacts_url": urls[1],
        "secret_key": "a secret of the tests, long enough",
        "code_keys": CodeKeys(bucket=b"b" * 32, hash=b"h" * 32),
        "contact_keys": {"k1": b"c" * 32},
        "contact_index_key": b"i" * 32,
        "staff_keys": {"k1": b"s" * 32},
        "argon2": CHEAP_ARGON2,
        "synthetic": True,
    }
    return Settings(**(given | changes))


def field_wave(
    ctx: ServiceContext, bank: Bank, year: int = WAVE, status: WaveStatus = WaveStatus.OPEN
) -> str:
    """Publish a wave and take it to a status by the steps of its life; return its version."""
    plan = WavePlan(year, bank.languages, date(year, 1, 15), date(year, 3, 15), ())
    version = publish_wave(ctx, bank, plan, by="test")
    for step in (WaveStatus.CHECKED, WaveStatus.REHEARSED, WaveStatus.OPEN):
        waves.move_wave(ctx, year, step, by="test")
        if step is status:
            return version
    if status is not WaveStatus.OPEN:
        waves.move_wave(ctx, year, status, by="test")
    return version


def field_small_study(urls: tuple[str, str], clock: Clock) -> tuple[str, str]:
    """Put the small study in the field of migrated databases; return their addresses."""
    ctx = context(urls, clock)
    field_wave(ctx, kinds_bank())
    ctx.databases.close()
    return urls


@dataclass(frozen=True)
class Invited:
    """A person with a case in a wave and the code that opens it."""

    person_id: UUID
    case_id: UUID
    code: str


def invite(
    ctx: ServiceContext,
    year: int = WAVE,
    *,
    language: str = "nl",
    frame: Mapping[str, str] | None = None,
    assigned: Mapping[str, str] | None = None,
    earlier: Mapping[str, tuple[str, int]] | None = None,
) -> Invited:
    """Draw one person for a wave; ``earlier`` holds answers of earlier waves with their wave."""
    sampled = SampledPerson(
        stratum="all",
        stratum_population=100,
        stratum_sample=10,
        frame=dict(frame or {"fr_group": "asiel"}),
        language=language,
    )
    (case,) = enrolment.enrol(ctx, year, [sampled], assigned=(), rng=random.Random(1))
    drawn = [cases.Assignment(case.person_id, *one) for one in (assigned or {}).items()]
    with ctx.databases.research.write() as connection:
        cases.add_assignments(connection, drawn)
        if earlier is not None:
            _freeze(ctx, connection, year, case.id, earlier)
    issued = enrolment.issue_codes(ctx, [case.id])
    return Invited(case.person_id, case.id, issued[case.id])


def _freeze(
    ctx: ServiceContext,
    connection: Connection,
    year: int,
    case_id: UUID,
    earlier: Mapping[str, tuple[str, int]],
) -> None:
    """Freeze a preload for one case, as a reviewed version of its own."""
    stored = {
        "answers": {var: {"value": value, "wave": wave} for var, (value, wave) in earlier.items()},
        "months": {str(wave): f"{wave}-02" for _, wave in earlier.values()},
    }
    now = ctx.clock.now()
    version = preloads.PreloadVersion(
        wave=year,
        number=len(preloads.list_versions(connection, year)) + 1,
        built_on=sorted({wave for _, wave in earlier.values()}),
        frozen_at=now,
        frozen_by="test",
        hash="0" * 64,
        cases=1,
        counts=dict.fromkeys(earlier, 1),
        reviewed_at=now,
        reviewed_by="test",
    )
    preloads.add_version(connection, version)
    frozen = preloads.Preload(case_id, version.id, now, stored, contact=False, hash="0" * 64)
    preloads.add_preloads(connection, [frozen])


@dataclass(frozen=True)
class Running:
    """The site of a study in the field, with its clock."""

    app: Flask
    ctx: ServiceContext

    @property
    def clock(self) -> FixedClock:
        assert isinstance(self.ctx.clock, FixedClock)
        return self.ctx.clock

    def invite(self, **given: Any) -> Invited:
        return invite(self.ctx, **given)

    def move_wave(self, to: WaveStatus) -> None:
        waves.move_wave(self.ctx, WAVE, to, by="test")

    def revoke(self, invited: Invited) -> None:
        with self.ctx.databases.research.write() as connection:
            codes.revoke_codes(connection, invited.case_id, at=self.ctx.clock.now())

    def answers(self, invited: Invited) -> dict[str, str]:
        """The current answers in the research database, as stored."""
        answer, interview = models.Answer, models.Interview
        query = (
            select(answer.variable, answer.value)
            .join(interview, interview.id == answer.interview_id)
            .where(interview.case_id == invited.case_id)
        )
        with self.ctx.databases.research.read() as connection:
            return {row.variable: row.value for row in connection.execute(query)}

    def events(self, invited: Invited, variable: str) -> list[str]:
        """Every value a variable ever had, in order."""
        event, interview = models.AnswerEvent, models.Interview
        query = (
            select(event.value)
            .join(interview, interview.id == event.interview_id)
            .where(interview.case_id == invited.case_id, event.variable == variable)
            .order_by(event.id)
        )
        with self.ctx.databases.research.read() as connection:
            return list(connection.execute(query).scalars())

    def person_of(self, invited: Invited) -> UUID:
        with self.ctx.databases.research.read() as connection:
            case = cases.load_case(connection, invited.case_id)
        assert case is not None
        return case.person_id

    def person_events(self, person_id: UUID) -> list[people.PersonEvent]:
        """What was put on record of a person."""
        with self.ctx.databases.research.read() as connection:
            return people.person_events(connection, person_id)

    def status(self, invited: Invited) -> CaseStatus:
        with self.ctx.databases.research.read() as connection:
            case = cases.load_case(connection, invited.case_id)
        assert case is not None
        return case.status

    def fingerprint(self) -> str:
        """A hash of every row of both databases: equal when nothing was changed."""
        return fingerprint(self.ctx.databases)

    def rows(self) -> str:
        """Every row of the research database as one text."""
        with self.ctx.databases.research.read() as connection:
            return _rows(connection)


_library = InstrumentLibrary()
"""Published instruments never change: each is read once for all tests."""


def run_site(ctx: ServiceContext) -> Running:
    return Running(create_app(ctx), ctx)


def serve_from(app: Flask, ctx: ServiceContext) -> Running:
    """Let an app, whose templates are compiled already, work with other services."""
    app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], services=ctx)
    return Running(app, ctx)


def context(
    urls: tuple[str, str], clock: Clock, study: Path = KINDS, **changes: Any
) -> ServiceContext:
    """The services over migrated databases, by default for the small study."""
    ctx = make_context(settings(urls, **changes), clock, study=study)
    return replace(ctx, instruments=_library)


def fingerprint(databases: Databases) -> str:
    digest = hashlib.sha256()
    for database in (databases.research, databases.contacts):
        with database.read() as connection:
            digest.update(_rows(connection).encode())
    return digest.hexdigest()


def _rows(connection: Connection) -> str:
    schema = MetaData()
    schema.reflect(connection)
    return "\n".join(
        f"{table.name}: {sorted(map(repr, connection.execute(select(table)).all()))}"
        for table in schema.sorted_tables
    )
