"""Nobody gets a message twice, wherever workers die; and what became of each is known or asked."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from app.clock import SystemClock
from app.messages.channels import Channel
from app.messages.statuses import MessageStatus
from app.services.bootstrap import make_context
from app.services.context import ServiceContext
from app.services.messaging.sending import Outlet, Sender, work
from app.storage.messages import StoredMessage, list_messages
from app.storage.moment import database_now
from tests.builders import settings
from tests.integration.outbox.outbox_study import many_due, rules
from tests.integration.outbox.sending_under_fire import (
    AT_ONCE,
    POINTS,
    FastTime,
    Fate,
    FaultyProvider,
    Ledger,
    Words,
)

ROOT = Path(__file__).parents[3]
SKEWS = (-2, 0, 2)
"""Hours by which the clocks of the three workers are wrong."""
WENT = {MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.RETURNED}
WENT_NOT = {MessageStatus.REFUSED, MessageStatus.CANCELLED, MessageStatus.FAILED}
UNSETTLED = {MessageStatus.DUE, MessageStatus.SENDING}
PATIENCE_S = 1200
"""A loaded machine may take long; what takes for ever is a fault."""
MESSAGES_A_DEATH = 4


@dataclass(frozen=True)
class Battle:
    """What was left when all was over."""

    ledger: Ledger
    messages: list[StoredMessage]
    points: Counter[str]
    """Deaths by the point at which they came."""

    def of(self, *statuses: MessageStatus) -> set[UUID]:
        return {one.id for one in self.messages if one.status in statuses}


def fight(urls: tuple[str, str], folder: Path, *, deaths: int, seed: int) -> Battle:
    """Three workers with wrong clocks send under fire; then one in peace what is left."""
    ctx = make_context(settings(urls), SystemClock())
    with ctx.databases.research.write() as connection:
        many_due(connection, deaths * MESSAGES_A_DEATH // 2, ["email_1", "sms_1"])
        began = database_now(connection)
    ledger = Ledger(folder / "ledger")
    workers = []
    for number, skew in enumerate(SKEWS):
        place = {
            "research": urls[0],
            "contacts": urls[1],
            "ledger": str(ledger.path),
            "began": began.isoformat(),
            "worker": f"w{number}",
            "seed": str(seed),
            "skew_hours": str(skew),
            "deaths": str(deaths * (number + 1) // 3 - deaths * number // 3),
        }
        command = [sys.executable, "-m", "tests.integration.outbox.sending_under_fire"]
        workers.append(
            subprocess.Popen([*command, json.dumps(place)], cwd=ROOT, stdout=subprocess.PIPE)
        )
    told = [json.loads(one.communicate()[0]) for one in workers]
    finish(ctx, ledger, began)
    with ctx.databases.research.read() as connection:
        messages = list_messages(connection)
    ctx.databases.close()
    return Battle(ledger, messages, sum(map(Counter, told), Counter()))


def finish(ctx: ServiceContext, ledger: Ledger, began: datetime) -> None:
    peace = Fate(None, random.Random(1))
    sender = Sender(ctx, Words(peace), rules, name="peace", moment=FastTime(began))
    provider = FaultyProvider(ledger, peace)
    outlets = [
        Outlet(channel, provider, AT_ONCE)  # type: ignore[arg-type]
        for channel in (Channel.EMAIL, Channel.SMS)
    ]
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        work(sender, outlets, threading.Event(), until_empty=True)
        with ctx.databases.research.read() as connection:
            if not list_messages(connection, statuses=UNSETTLED):
                return
        time.sleep(0.1)
    raise AssertionError("messages are still due or being sent")


def assert_nobody_got_two(battle: Battle) -> None:
    taken = battle.ledger.taken()
    twice = {reference: times for reference, times in taken.items() if times > 1}
    assert twice == {}
    # What is written down agrees with what the provider took, or says that it does not know.
    assert battle.of(*WENT) <= taken.keys()
    assert not battle.of(*WENT_NOT) & taken.keys()
    assert battle.of(*UNSETTLED) == set()
    lapsed = [one for one in battle.messages if one.reason == "lease_lapsed"]
    assert len(lapsed) <= battle.points.total()
    assert len(taken) > battle.points.total()


def test_nobody_gets_a_message_twice_while_workers_are_killed_50_times(
    database_urls: tuple[str, str], tmp_path: Path
) -> None:
    battle = fight(database_urls, tmp_path, deaths=50, seed=6)

    assert battle.points.total() == 50
    assert set(battle.points) == set(POINTS)
    assert_nobody_got_two(battle)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", [1, 2])
def test_nobody_gets_a_message_twice_in_1000_kills(
    database_urls: tuple[str, str], tmp_path: Path, seed: int
) -> None:
    battle = fight(database_urls, tmp_path, deaths=1000, seed=seed)

    assert battle.points.total() == 1000
    assert_nobody_got_two(battle)
