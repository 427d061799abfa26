"""What the monitor of a wave of 100,000 cases costs: the page, and the job behind its figures."""

from __future__ import annotations

import os
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert, text

from app.clock import FixedClock
from app.messages.channels import Channel
from app.messages.statuses import MessageStatus
from app.panel.states import CaseStatus, Eligibility, Entry, Mode, PersonStatus, Role
from app.services.context import ServiceContext
from app.services.response.monitor import work_out
from app.storage import models
from app.storage.engine import make_engine
from app.storage.migrate import upgrade
from app.storage.types import table_of
from tests import postgresql
from tests.builders import WAVE, context, field_wave, kinds_bank
from tests.integration.staff.conftest import add_account
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk

CASES = 100_000
PAGES = 12
"""Saved by each interview."""
PROMISED_MS = 300
LOOKS = 40
OPENED = datetime(2024, 1, 15, 8, 0, tzinfo=UTC)
NOW = OPENED + timedelta(days=40)
_AT_A_TIME = 10_000
_PAGES = ("x_hallo", "c_mee", "k_werk", "k_uren", "k_talen", "k_geboren", "k_sinds", "k_dag")
_ADDRESSES = (
    f"/staff/waves/{WAVE}/monitor",
    f"/staff/waves/{WAVE}/monitor?by=group",
    f"/staff/waves/{WAVE}/monitor?by=language",
    f"/staff/cases?wave={WAVE}&state=partial&sort=last&order=desc",
)


def measure(cases: int = CASES) -> dict[str, Any]:
    """Return milliseconds of the pages on each engine, and seconds of the job."""
    found: dict[str, Any] = {"sqlite": _sqlite(cases)}
    if postgresql.server_binaries() is None:
        found["postgresql"] = "not measured: no PostgreSQL server is installed"
    else:
        found["postgresql"] = _postgresql(cases)
    return found | {"load_average": [round(one, 2) for one in os.getloadavg()]}


def _sqlite(cases: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        urls = f"sqlite:///{folder}/research.sqlite3", f"sqlite:///{folder}/contacts.sqlite3"
        return _measured(urls, folder, cases)


def _postgresql(cases: int) -> dict[str, Any]:
    server = postgresql.start(fsync="on")
    try:
        admin = make_engine(server.url("postgres")).execution_options(isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            for name in ("research", "contacts"):
                connection.execute(text(f"CREATE DATABASE {name}"))
        admin.dispose()
        with tempfile.TemporaryDirectory() as place:
            return _measured((server.url("research"), server.url("contacts")), Path(place), cases)
    finally:
        server.stop()


def _measured(urls: tuple[str, str], folder: Path, cases: int) -> dict[str, Any]:
    upgrade(*urls)
    ctx = context(urls, FixedClock(OPENED), data_dir=folder)
    field_wave(ctx, kinds_bank())
    started = time.perf_counter()
    interviews = _fill(ctx, cases)
    filled = time.perf_counter() - started
    if urls[0].startswith("postgresql"):
        # What autovacuum does within a minute: without it the plans are those of empty tables.
        with ctx.databases.research.write() as connection:
            connection.execute(text("ANALYZE"))
    assert isinstance(ctx.clock, FixedClock)
    ctx.clock.moment = NOW
    started = time.perf_counter()
    work_out(ctx, WAVE)
    worked_out = time.perf_counter() - started
    desk = Desk(staff_app(ctx))
    desk.sign_in(add_account(ctx, Role.RESEARCHER), NOW)
    pages = {address: _times(desk, address) for address in _ADDRESSES}
    ctx.databases.close()
    return {
        "cases": cases,
        "interviews": interviews,
        "filled, s": round(filled),
        "figures worked out by the job, s": round(worked_out, 1),
        "pages, ms": pages,
        "promised_ms": PROMISED_MS,
    }


def _times(desk: Desk, address: str) -> dict[str, float]:
    """The first look is not counted: templates are compiled and databases read from disk."""
    assert desk.fetch(address).status_code == 200
    took, worked = [], []
    for _ in range(LOOKS):
        started, before = time.perf_counter(), time.process_time()
        desk.fetch(address)
        took.append(1_000 * (time.perf_counter() - started))
        worked.append(1_000 * (time.process_time() - before))
    took.sort()
    return {
        "p50": round(statistics.median(took), 1),
        "p95": round(took[int(0.95 * len(took)) - 1], 1),
        # On a busy machine only this tells anything; of PostgreSQL it leaves the server out.
        "processor p50": round(statistics.median(worked), 1),
    }


# --- a large wave ---------------------------------------------------------------------------------


def _fill(ctx: ServiceContext, cases: int) -> int:
    """Write people, cases, messages and interviews as a field of some weeks leaves them."""
    rng = random.Random(1)
    interviews = 0
    with ctx.databases.research.read() as connection:
        row = connection.execute(table_of(models.Wave).select()).one()
        version = row.version_id
    for start in range(0, cases, _AT_A_TIME):
        with ctx.databases.research.write() as connection:
            some = [_Person(rng) for _ in range(min(_AT_A_TIME, cases - start))]
            interviews += _write(connection, some, version, rng)
    return interviews


class _Person:
    """One invented case, and how far it got."""

    def __init__(self, rng: random.Random) -> None:
        self.person, self.case, self.interview = (UUID(int=rng.getrandbits(128)) for _ in range(3))
        self.group = rng.choice(("asiel", "asiel", "gezin", "overig"))
        self.act = rng.choice(("wi2013", "wi2021"))
        self.language = rng.choice(("nl", "en", "ar", "tr", "ti", "fa"))
        self.status = rng.choices(
            (CaseStatus.OPEN, CaseStatus.COMPLETE, CaseStatus.PARTIAL, CaseStatus.REFUSED),
            (55, 38, 5, 2),
        )[0]
        self.began = OPENED + timedelta(minutes=rng.randrange(60 * 24 * 38))


def _write(connection: Connection, some: list[_Person], version: str, rng: random.Random) -> int:
    answered = [one for one in some if one.status in (CaseStatus.COMPLETE, CaseStatus.PARTIAL)]
    _add(connection, models.Person, (_person(one) for one in some))
    _add(connection, models.SurveyCase, (_case(one) for one in some))
    _add(connection, models.Message, (row for one in some for row in _messages(one)))
    _add(connection, models.MessageEvent, (row for one in some for row in _events(one, rng)))
    _add(connection, models.Interview, (_interview(one, version) for one in answered))
    _add(connection, models.Operation, (row for one in answered for row in _saves(one)))
    _add(connection, models.AnswerEvent, (_first_answer(one, version) for one in answered))
    return len(answered)


def _add(connection: Connection, model: Any, rows: Iterator[Mapping[str, Any]]) -> None:
    found = list(rows)
    if found:
        connection.execute(insert(table_of(model)), found)


def _person(one: _Person) -> dict[str, Any]:
    return {
        "id": one.person, "created_at": OPENED, "status": PersonStatus.ACTIVE, "synthetic": True,
    }  # fmt: skip


def _case(one: _Person) -> dict[str, Any]:
    return {
        "id": one.case,
        "person_id": one.person,
        "wave": WAVE,
        "stratum": f"{one.group}_{one.act}",
        "stratum_population": 200_000,
        "stratum_sample": 20_000,
        "base_weight": 10.0,
        "frame": {"fr_group": one.group, "fr_act": one.act, "fr_sex": "vrouw"},
        "language": one.language,
        "entry": Entry.PERSONAL,
        "mode": Mode.WEB,
        "status": one.status,
        "disposition": None,
        "eligible": Eligibility.UNKNOWN,
        "created_at": OPENED,
        "synthetic": True,
    }


def _ids(one: _Person) -> tuple[UUID, UUID]:
    return UUID(int=one.case.int ^ 1), UUID(int=one.case.int ^ 2)


def _messages(one: _Person) -> Iterator[dict[str, Any]]:
    for number, message in enumerate(_ids(one), 1):
        at = OPENED + timedelta(days=14 * (number - 1))
        yield {
            "id": message, "case_id": one.case, "wave": WAVE, "step": f"letter_{number}",
            "channel": Channel.LETTER, "text": "invitation", "language": one.language,
            "status": MessageStatus.SENT, "reason": None, "not_before": at, "attempts": 1,
            "created_at": at, "settled_at": at,
        }  # fmt: skip


def _events(one: _Person, rng: random.Random) -> Iterator[dict[str, Any]]:
    for number, message in enumerate(_ids(one)):
        at = OPENED + timedelta(days=14 * number)
        status = MessageStatus.RETURNED if rng.random() < 0.02 else MessageStatus.SENT
        yield {"message_id": message, "at": at, "status": status, "detail": {}}


def _interview(one: _Person, version: str) -> dict[str, Any]:
    done = one.status is CaseStatus.COMPLETE
    end = one.began + timedelta(seconds=30 * PAGES)
    return {
        "id": one.interview, "case_id": one.case, "version_id": version, "language": one.language,
        "mode": Mode.WEB, "revision": PAGES, "status": one.status, "started_at": one.began,
        "last_saved_at": end, "submitted_at": end if done else None,
        "ended_as": CaseStatus.COMPLETE if done else None, "interview_month": "2024-01",
        "has_contact_answers": False, "device": "phone", "door": "qr",
    }  # fmt: skip


def _saves(one: _Person) -> Iterator[dict[str, Any]]:
    for number in range(1, PAGES + 1):
        page = _PAGES[number % len(_PAGES)]
        yield {
            "interview_id": one.interview, "op_id": f"op-{number}", "digest": "0", "page": page,
            "location": _PAGES[(number + 1) % len(_PAGES)], "revision": number,
            "saved_at": one.began + timedelta(seconds=30 * number),
        }  # fmt: skip


def _first_answer(one: _Person, version: str) -> dict[str, Any]:
    return {
        "interview_id": one.interview, "variable": "c_mee", "value": "ja",
        "language": one.language, "mode": Mode.WEB, "version_id": version, "op_id": "op-2",
        "revision": 2, "saved_at": one.began + timedelta(minutes=1),
    }  # fmt: skip


if __name__ == "__main__":
    import json

    print(json.dumps(measure(), indent=1))
