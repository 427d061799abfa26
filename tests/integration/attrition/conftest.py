"""A panel drawn from a register and followed over two waves, on each engine in turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from app.clock import FixedClock
from app.panel.attrition_ledger import Ledger
from app.panel.places import Place, Why
from app.panel.states import CaseStatus, Mode, WaveStatus
from app.services.bootstrap import STUDY
from app.services.context import ServiceContext
from app.services.fieldwork import carrying, waves
from app.services.fieldwork.carrying import Carried
from app.services.fieldwork.draws import Allocation
from app.services.members.people_news import News, What, record
from app.services.response.attrition import panel_ledger_at
from app.storage import cases, interviews, openings
from app.storage.interviews import PageSave
from tests.builders import context
from tests.integration.sample.conftest import SampleDesk, plan_of

BY = "r@example.org"


def on(day: str, hour: int = 12) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)


@dataclass
class Panel:
    """Researchers and fieldworkers, with a clock that they move."""

    desk: SampleDesk
    clock: FixedClock
    version: str = ""

    @property
    def ctx(self) -> ServiceContext:
        return self.desk.ctx

    def go_to(self, day: str) -> None:
        self.clock.moment = on(day)

    def draw_2024(self, people: int = 14, reserves: int = 0) -> list[cases.Case]:
        """Take a register in, draw from it in November and open the wave in January."""
        self.go_to("2023-10-20")
        self.version = self.desk.field(2024)
        self.desk.take_in(200)
        self.go_to("2023-11-01")
        self.desk.draw(allocation=Allocation(size=people), reserves=reserves)
        return self.desk.cases(2024)

    def close_2024(self) -> None:
        self.go_to("2024-03-15")
        waves.move_wave(self.ctx, 2024, WaveStatus.CLOSED, by=BY)

    def next_wave(self, refresh: int = 0) -> Carried:
        """Open 2025, carry into it and refresh the sample, all in November."""
        self.go_to("2024-11-01")
        self.version = self.desk.field(2025)
        done = carrying.carry(self.ctx, plan_of(2025), by=BY)
        if refresh:
            self.desk.refresh(allocation=Allocation(size=refresh, minimum=0))
        return done

    def answer(
        self,
        case: cases.Case,
        day: str,
        ended: CaseStatus | None = CaseStatus.COMPLETE,
        **said: str,
    ) -> None:
        self.go_to(day)
        at = self.clock.now()
        with self.ctx.databases.research.write() as connection:
            opened = openings.open_interview(
                connection, case.id, version_id=self.version, language="nl", mode=Mode.WEB, at=at
            )
            state = interviews.lock_interview(connection, opened)
            assert state is not None
            values = said or {"w_leven": "x"}
            page = PageSave("op", "d" * 64, "p", "/q", "nl", at, f"{at:%Y-%m}", values)
            interviews.save_pages(connection, state, [page], ended_as=ended)

    def tell(self, case: cases.Case, what: What, day: str, **more: object) -> None:
        self.go_to(day)
        record(self.ctx, [News(case.person_id, what, **more)], by=BY)  # type: ignore[arg-type]

    def ledger(self, day: str | None = None, **more: object) -> Ledger:
        when = None if day is None else on(day)
        return panel_ledger_at(self.ctx, when, **more)  # type: ignore[arg-type]

    def places(self, wave: int, day: str) -> dict[UUID, tuple[Place, Why | None]]:
        found = self.ledger(day)
        assert found.problems == ()
        return {
            one.person_id: (one.placed.place, one.placed.why)
            for one in found.lines
            if one.wave == wave
        }


@pytest.fixture
def panel(database_urls: tuple[str, str], tmp_path: Path, clock: FixedClock) -> Iterator[Panel]:
    opened = context(database_urls, clock, STUDY, data_dir=tmp_path)
    yield Panel(SampleDesk(opened, tmp_path), clock)
    opened.databases.close()
