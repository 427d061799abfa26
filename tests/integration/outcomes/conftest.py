"""A small study in the field whose clock moves, on each engine in turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from app.clock import FixedClock
from app.messages.channels import Channel
from app.messages.providers import Report
from app.messages.statuses import MessageStatus
from app.panel.arrivals import Arrival
from app.panel.case_history import CaseHistory
from app.panel.dispositions import disposition_at
from app.services.context import ServiceContext
from app.services.interviewing import interviews
from app.services.interviewing.entrances import Entered, enter
from app.services.interviewing.posts import Post
from app.services.members.people_news import News, What, record
from app.services.response.outcomes import load_histories
from app.storage import messages, models
from app.storage.messages import NewMessage
from app.storage.types import table_of
from tests.builders import WAVE, Invited, context, field_wave, invite, kinds_bank

OPENED = datetime(2024, 2, 1, 12, 0, tzinfo=UTC)
ANSWERS: dict[str, dict[str, list[str]]] = {
    "x_hallo": {},
    "c_mee": {"c_mee": ["ja"]},
    "k_werk": {"k_werk": ["ja"]},
    "k_uren": {"k_uren": ["20"]},
    "k_talen": {"k_talen": ["nl", "ar"]},
    "k_geboren": {"k_geboren": ["1988"]},
    "k_sinds": {"k_sinds.month": ["5"], "k_sinds.year": ["2019"]},
    "k_dag": {"k_dag.day": ["3"], "k_dag.month": ["2"], "k_dag.year": ["2021"]},
    "k_stad": {"k_stad": ["Utrecht"]},
    "k_land": {"k_land": ["Eritrea"]},
    "bat_dag": {name: ["ja"] for name in ("b_een", "b_twee", "b_drie", "b_vier", "b_vijf")},
    "bat_dag-2": {"b_zes": ["ref"], "b_zeven": ["soms"]},
    "k_wens": {"k_wens": ["Meer taalles"]},
    "p_mag": {"p_mag": ["ja"]},
    "p_adres": {"p_adres": ["06 12345678"]},
}


@dataclass
class Field:
    """The services, and what people and staff do with them."""

    ctx: ServiceContext

    @property
    def clock(self) -> FixedClock:
        assert isinstance(self.ctx.clock, FixedClock)
        return self.ctx.clock

    def go_to(self, days: float) -> datetime:
        """Move the clock to so many days after the wave opened."""
        self.clock.moment = OPENED + timedelta(days=days)
        return self.clock.moment

    def invite(self, **given: object) -> Invited:
        return invite(self.ctx, **given)  # type: ignore[arg-type]

    def enter(self, invited: Invited, arrival: Arrival | None = None) -> Entered:
        reply = enter(self.ctx, invited.code, address="10.0.0.1", language=None, arrival=arrival)
        assert isinstance(reply, Entered)
        return reply

    def answer(
        self, invited: Invited, until: str | None = None, minutes: float = 1, **changes: list[str]
    ) -> None:
        """Answer page after page, one a minute, up to a page or to the end."""
        entered = self.enter(invited)
        for _ in range(40):
            now = interviews.load(self.ctx, entered.interview_id, entered.code_id)
            step = now.next_step
            if step in (until, interviews.DONE):
                return
            self.clock.advance(timedelta(minutes=minutes))
            if step == interviews.REVIEW:
                interviews.submit(self.ctx, entered.interview_id, "op-review", "nl")
                return
            form = {**ANSWERS[step], **{k: v for k, v in changes.items() if k in ANSWERS[step]}}
            post = Post(step, f"op-{now.state.revision}-{step}", now.state.revision, form, "nl")
            saved = interviews.answer_page(self.ctx, entered.interview_id, post, entered.code_id)
            assert isinstance(saved, interviews.PageSaved), step

    def change(self, invited: Invited, page: str, **form: list[str]) -> None:
        """Answer a page that was answered before, as somebody does who goes back to it."""
        entered = self.enter(invited)
        now = interviews.load(self.ctx, entered.interview_id, entered.code_id)
        self.clock.advance(timedelta(minutes=1))
        post = Post(page, f"op-again-{page}", now.state.revision, form, "nl")
        saved = interviews.answer_page(self.ctx, entered.interview_id, post, entered.code_id)
        assert isinstance(saved, interviews.PageSaved)

    def tell(self, invited: Invited, what: What, **given: object) -> None:
        record(self.ctx, [News(invited.person_id, what, **given)], by="f@example.org")  # type: ignore[arg-type]

    def send(self, invited: Invited, channel: Channel, step: str = "invitation") -> UUID:
        """Let a message go out just now."""
        now = self.clock.now()
        message = NewMessage(invited.case_id, WAVE, step, channel, "invitation", "nl", now)
        table = table_of(models.Message)
        with self.ctx.databases.research.write() as connection:
            messages.add_due(connection, [message], now=now)
            query = table.select().where(
                table.c.case_id == invited.case_id,
                table.c.step == step,
                table.c.channel == channel,
            )
            row = connection.execute(query).one()
            messages.change_status(
                connection, row.id, row.status, MessageStatus.SENT, now, {}, attempts=1
            )
        return UUID(str(row.id))

    def bounce(self, message_id: UUID) -> None:
        now = self.clock.now()
        report = Report(reference=message_id, status=MessageStatus.RETURNED, at=now, reason="5.1.1")
        with self.ctx.databases.research.write() as connection:
            assert messages.apply_report(connection, report, now=now)

    def histories(self) -> list[CaseHistory]:
        with self.ctx.databases.research.snapshot() as connection:
            return load_histories(self.ctx, connection, [WAVE])

    def code(self, invited: Invited, at: datetime | None = None) -> str | None:
        """The outcome of a case at a moment, with its reason."""
        (history,) = [one for one in self.histories() if one.case_id == invited.case_id]
        stood = disposition_at(history, at or self.clock.now())
        if stood is None:
            return None
        return stood.code if stood.reason is None else f"{stood.code} {stood.reason}"


@pytest.fixture
def field(database_urls: tuple[str, str], tmp_path: Path) -> Iterator[Field]:
    ctx = context(database_urls, FixedClock(OPENED), data_dir=tmp_path)
    field_wave(ctx, kinds_bank())
    yield Field(ctx)
    ctx.databases.close()
