"""A small study in the field, a code frame for its open question, and people who wrote."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from app.clock import FixedClock
from app.panel.open_answers import Stage
from app.panel.states import CaseStatus, Mode, Role
from app.services.accounts import staff
from app.services.context import ServiceContext
from app.services.open_ended.open_answers import Cells, OpenAnswer, hand_out, read_desk, read_queue
from app.services.open_ended.open_answers_files import Line
from app.services.open_ended.open_answers_taking_in import TakenIn, take_in
from app.services.publication.exports import export_release
from app.storage import interviews, openings
from app.storage.interviews import PageSave
from tests.builders import KINDS, WAVE, context, field_wave, invite, kinds_bank
from tests.conftest import copy_template

NOON = datetime(2024, 2, 1, 12, 0, tzinfo=UTC)
FRAME = """\
variable: k_wens
version: 1
status: draft
codes:
  - {code: "les", nl: "Over de les", en: "About lessons"}
  - {code: "geld", nl: "Over geld", en: "About money"}
  - {code: "anders", nl: "Iets anders", en: "Something else", role: other}
  - {code: "niets", nl: "Niets", en: "Nothing", exclusive: true, role: nothing_said}
  - {code: "kan_niet", nl: "Onleesbaar", en: "Unreadable", exclusive: true, role: not_codable}
"""
RESEARCHER, ANALYST, TRANSLATOR, ADMIN = (
    f"{role}@example.org" for role in ("researcher", "analyst", "translator", "admin")
)


def framed_study(folder: Path) -> Path:
    """The small study with a code frame for ``k_wens``, and a margin for those who analyse it."""
    shutil.copytree(KINDS, folder)
    (folder / "margins").mkdir()
    (folder / "margins" / "all.csv").write_text("margin,category,value\nall,all,100\n")
    (folder / "codeframes").mkdir()
    (folder / "codeframes" / "k_wens.yaml").write_text(FRAME, encoding="utf-8")
    return folder


@dataclass
class OpenAnswerDesk:
    """Staff at work on the open answers of a small study."""

    ctx: ServiceContext
    version: str
    saves: dict[UUID, int] = field(default_factory=dict)

    def write(
        self,
        words: str | None,
        *,
        case: UUID | None = None,
        ended: CaseStatus | None = None,
        language: str = "nl",
        more: Mapping[str, str] | None = None,
    ) -> UUID:
        """Let a person (a new one, or that of a case) answer ``k_wens``; return the case."""
        case_id = case or invite(self.ctx).case_id
        number = self.saves[case_id] = self.saves.get(case_id, 0) + 1
        values = {"x_hallo": "seen", "c_mee": "ja", **(more or {})}
        values |= {} if words is None else {"k_wens": words}
        with self.ctx.databases.research.write() as connection:
            opened = openings.open_interview(
                connection,
                case_id,
                version_id=self.version,
                language=language,
                mode=Mode.WEB,
                at=NOON,
            )
            state = interviews.lock_interview(connection, opened)
            assert state is not None
            page = PageSave(
                f"op-{number}", "d" * 64, "k_wens", "/q", language, NOON, "2024-02", values
            )
            interviews.save_pages(connection, state, [page], ended_as=ended)
        return case_id

    def queue(self) -> list[OpenAnswer]:
        with self.ctx.databases.research.snapshot() as connection:
            return read_queue(self.ctx, connection, [WAVE], lambda _: True)

    def state_of(self, case_id: UUID) -> str:
        (one,) = [one for one in self.queue() if one.case_id == case_id]
        return str(one.progress.state)

    def rows(self, stage: str, email: str = RESEARCHER, **more: Any) -> list[Cells]:
        desk = read_desk(self.ctx)
        batch = hand_out(self.ctx, desk, email=email, stage=Stage(stage), years=[WAVE], **more)
        return list(batch.rows)

    def take(self, rows: list[Cells], email: str = RESEARCHER) -> TakenIn:
        lines = [Line(number, row) for number, row in enumerate(rows, 2)]
        return take_in(self.ctx, read_desk(self.ctx), email=email, lines=lines)

    def redact(self, decision: str = "proposed", **cells: str) -> TakenIn:
        """Redact everything that waits for it."""
        return self.take([{**row, "decision": decision, **cells} for row in self.rows("redact")])

    def code(self, codes: str, email: str = RESEARCHER, **more: Any) -> TakenIn:
        """Give everything that waits for it the same codes."""
        return self.take(
            [{**row, "codes": codes} for row in self.rows("code", email, **more)], email
        )

    def release(self, folder: Path, **more: Any) -> Path:
        return export_release(self.ctx, [WAVE], folder, **more)


@pytest.fixture
def desk(database_urls: tuple[str, str], tmp_path: Path) -> Iterator[OpenAnswerDesk]:
    """On each engine in turn."""
    opened = open_desk(database_urls, tmp_path)
    yield opened
    opened.ctx.databases.close()


@pytest.fixture
def small_desk(sqlite_template: Path, tmp_path: Path) -> Iterator[OpenAnswerDesk]:
    """On SQLite, for what does not depend on the engine."""
    opened = open_desk(copy_template(sqlite_template, tmp_path / "databases"), tmp_path)
    yield opened
    opened.ctx.databases.close()


def open_desk(urls: tuple[str, str], folder: Path) -> OpenAnswerDesk:
    ctx = context(urls, FixedClock(NOON), framed_study(folder / "study" / "kinds"))
    version = field_wave(ctx, kinds_bank())
    for role in (Role.RESEARCHER, Role.ANALYST, Role.TRANSLATOR, Role.ADMIN):
        staff.add_member(
            ctx, email=f"{role}@example.org", password="vijftien tekens of meer", role=role
        )
    return OpenAnswerDesk(ctx, version)
