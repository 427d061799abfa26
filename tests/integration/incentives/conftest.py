"""A small study in the field that thanks people, on each engine in turn."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.clock import FixedClock
from app.messages.channels import Channel
from app.messages.providers import Attempt, Email, Sms
from app.messages.statuses import Outcome
from app.panel.incentives import Account, IncentiveStatus, Way
from app.panel.states import CaseStatus, Mode
from app.services.context import ServiceContext
from app.services.fieldwork import waves
from app.services.interviewing import interviews
from app.services.interviewing.interviews import Interview
from app.services.thanks import incentives, incentives_stock
from app.services.thanks.incentives_sending import SendRequest, Sent, send
from app.storage import models, openings
from app.storage.incentives import Incentive
from app.storage.types import table_of
from tests.builders import WAVE, Invited, context, field_wave, invite, kinds_bank
from tests.integration.mailings.field import study_in

NOON = datetime(2024, 2, 1, 12, 0, tzinfo=UTC)
BY = "f@example.nl"
RULES = """\
rules:
  - id: thanks
    waves: [2024]
    give: conditional
    kind: gift_code
    cents: 1000
    ways: [screen, email, sms, post]
    partial: 3
    arms: {x_thanks: ["ten"]}
"""
_interview = table_of(models.Interview)
_case = table_of(models.SurveyCase)
_incentive = table_of(models.Incentive)


def codes(count: int, prefix: str = "GIFT") -> list[str]:
    return [f"{prefix}-{number:04d}-{number * 7919 % 10_000:04d}" for number in range(count)]


@dataclass
class Provider:
    """Takes what it is told to take, and remembers it."""

    outcomes: list[Outcome] = field(default_factory=list)
    taken: list[Email | Sms] = field(default_factory=list)
    name: str = "test"

    def send(self, what: Email | Sms) -> Attempt:
        outcome = self.outcomes.pop(0) if self.outcomes else Outcome.ACCEPTED
        if outcome in (Outcome.ACCEPTED, Outcome.UNKNOWN):
            self.taken.append(what)
        return Attempt(outcome, reason=None if outcome is Outcome.ACCEPTED else "test")


@dataclass
class Thanks:
    """The services over a wave, and people who answer."""

    ctx: ServiceContext
    provider: Provider = field(default_factory=Provider)
    rng: random.Random = field(default_factory=lambda: random.Random(1))

    @property
    def clock(self) -> FixedClock:
        assert isinstance(self.ctx.clock, FixedClock)
        return self.ctx.clock

    def buy(self, count: int, name: str = "shop", value: str = "10.00") -> list[str]:
        bought = codes(count, name.upper())
        raw = "code\n" + "\n".join(bought) + "\n"
        incentives_stock.add_codes(self.ctx, raw.encode(), name=name, value=value, by=BY)
        return bought

    def person(self, status: CaseStatus = CaseStatus.COMPLETE, arm: str = "ten") -> Invited:
        """Somebody who got so far."""
        one = invite(self.ctx, assigned={"x_thanks": arm})
        now = self.ctx.clock.now()
        wave = waves.find_wave(self.ctx, WAVE)
        assert wave is not None
        assert wave.version_id is not None
        with self.ctx.databases.research.write() as connection:
            interview = openings.open_interview(
                connection,
                one.case_id,
                version_id=wave.version_id,
                language="nl",
                mode=Mode.WEB,
                at=now,
            )
            ended = status.ended
            connection.execute(
                update(_interview)
                .where(_interview.c.id == interview)
                .values(
                    status=status,
                    last_saved_at=now,
                    submitted_at=now if ended else None,
                    ended_as=status if ended else None,
                )
            )
            connection.execute(update(_case).where(_case.c.id == one.case_id).values(status=status))
        return one

    def interview(self, one: Invited) -> Interview:
        with self.ctx.databases.research.read() as connection:
            found = openings.find_interview(connection, one.case_id)
        assert found is not None
        return interviews.load(self.ctx, found)

    def ask(self, one: Invited, way: Way | None, fields: Mapping[str, str] | None = None) -> None:
        incentives.ask_for(
            self.ctx, self.interview(one), way, fields or DESTINATIONS.get(way, {}), language="nl"
        )

    def send(self, worker: str = "one") -> Sent:
        request = SendRequest(
            worker,
            {Channel.EMAIL: self.provider, Channel.SMS: self.provider},
            moment=lambda _: self.ctx.clock.now(),
        )
        return send(self.ctx, request)

    def rows(self) -> list[Incentive]:
        with self.ctx.databases.research.read() as connection:
            return [Incentive(**one._mapping) for one in connection.execute(select(_incentive))]

    def statuses(self) -> list[IncentiveStatus]:
        return sorted(one.status for one in self.rows())

    def held(self, name: str = "shop") -> dict[Account, int]:
        """The accounts of a batch; the books balance."""
        (books,) = (one for one in incentives_stock.books(self.ctx) if one.batch.name == name)
        assert list(books.imbalances) == []
        return {account: n for account, n in books.accounts.items() if n}

    def destinations(self) -> int:
        with self.ctx.databases.contacts.read() as connection:
            found = connection.exec_driver_sql("SELECT count(*) FROM incentive_destination")
            return int(found.scalar_one())

    def everything(self) -> str:
        """Every cell of both databases."""
        told: list[Any] = []
        for database in (self.ctx.databases.research, self.ctx.databases.contacts):
            for base in (models.ResearchBase, models_of_contacts()):
                for table in base.metadata.sorted_tables:
                    with database.read() as connection:
                        if connection.dialect.has_table(connection, table.name):
                            told += connection.execute(select(table)).all()
        return json.dumps(told, default=str)

    def case(self, case_id: UUID) -> Incentive:
        (found,) = (one for one in self.rows() if one.case_id == case_id)
        return found


def models_of_contacts() -> Any:
    from app.storage.contacts.models import ContactsBase

    return ContactsBase


DESTINATIONS: dict[Way | None, dict[str, str]] = {
    Way.EMAIL: {"email": "someone@example.nl"},
    Way.SMS: {"phone": "+31612345678"},
    Way.POST: {
        "name": "N. Iemand",
        "street": "Stille Laan 7",
        "postcode": "1234 AB",
        "city": "Utrecht",
    },
}


@pytest.fixture
def study(tmp_path: Path) -> Path:
    made = study_in(tmp_path / "here")
    (made / "incentives.yaml").write_text(RULES, encoding="utf-8")
    return made


@pytest.fixture
def thanks(database_urls: tuple[str, str], tmp_path: Path, study: Path) -> Iterator[Thanks]:
    ctx = context(database_urls, FixedClock(NOON), study=study, data_dir=tmp_path / "data")
    field_wave(ctx, kinds_bank())
    yield Thanks(ctx)
    ctx.databases.close()
