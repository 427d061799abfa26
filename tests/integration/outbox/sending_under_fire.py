"""Workers that die at any moment, and a provider with a ledger of what it took.

Run as a program, it is one of the three: it sends with the real worker, forks itself anew each time
it dies, and dies at a point that chance names, until its share of deaths is used up. Nothing of the
program under test is replaced but the provider, the words and the clock of the machine, which is
wrong on purpose.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import Connection

from app.clock import FixedClock, SystemClock
from app.messages.channels import Channel
from app.messages.pace import Pace
from app.messages.providers import Attempt, Cannot, Claimed, Email, Report, Sms
from app.messages.statuses import MessageStatus, Outcome
from app.services.bootstrap import make_context
from app.services.context import ServiceContext
from app.services.messaging.sending import Outlet, Sender, work
from app.storage.messages import apply_report
from app.storage.moment import Moment, database_now
from tests.builders import settings
from tests.integration.outbox.outbox_study import rules
from tests.integration.storage.builders import NOON

AT_ONCE = Pace(per_second=1e9)
POINTS = (
    "taking",
    "composing",
    "before the call",
    "in the call",
    "after the call",
    "writing down",
    "any time",
)
"""Where a worker dies: within the unit that takes, between units, within the one that records."""
MOST_IDLE_LIVES = 40


@dataclass(frozen=True)
class Ledger:
    """A file to which a provider adds a line for every message that it takes."""

    path: Path

    def add(self, *words: str) -> None:
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(descriptor, (" ".join(words) + "\n").encode())
        os.close(descriptor)

    def lines(self) -> list[list[str]]:
        if not self.path.exists():
            return []
        return [line.split() for line in self.path.read_text().splitlines()]

    def taken(self) -> Counter[UUID]:
        """How often each message was taken: what people really got."""
        return Counter(UUID(line[1]) for line in self.lines() if line[0] == "took")


class Fate:
    """Decides at which point this life ends."""

    def __init__(self, point: str | None, rng: random.Random) -> None:
        self._point = point
        self._left = rng.randint(1, 6)
        if point == "any time":
            threading.Timer(rng.uniform(0, 0.3), _die).start()

    def reached(self, point: str) -> None:
        if point == self._point:
            self._left -= 1
            if self._left <= 0:
                _die()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class FaultyProvider:
    """Takes messages, keeps a ledger, and answers as bad servers do."""

    name = "ledger"

    def __init__(self, ledger: Ledger, fate: Fate) -> None:
        self._ledger = ledger
        self._fate = fate

    def send(self, message: Email | Sms) -> Attempt:
        self._fate.reached("before the call")
        kind = hashlib.sha256(message.reference.bytes).digest()[0]
        if kind < 26 and self._tries(message.reference) < 1 + kind % 3:
            # One in ten is not taken at first; a few because it is too much at once, which stops
            # the whole channel.
            too_many = kind < 1
            self._ledger.add("not", str(message.reference), "421" if too_many else "450")
            if too_many:
                return Attempt(Outcome.THROTTLED, reason="smtp-421")
            return Attempt(Outcome.RETRY, reason="smtp-450")
        if 30 <= kind < 40:
            self._ledger.add("not", str(message.reference), "550")
            return Attempt(Outcome.REFUSED, reason="smtp-550")
        self._fate.reached("in the call")
        self._ledger.add("took", str(message.reference))
        self._fate.reached("after the call")
        if 40 <= kind < 50:
            return Attempt(Outcome.UNKNOWN, reason="smtp-timeout")
        if 50 <= kind < 60:
            raise ConnectionResetError("after everything had been said")
        if 60 <= kind < 70:
            return Attempt(Outcome.DUPLICATE, reference=f"r-{message.reference}")
        return Attempt(Outcome.ACCEPTED, reference=f"r-{message.reference}")

    def _tries(self, reference: UUID) -> int:
        return sum(line[1] == str(reference) for line in self._ledger.lines())


class Words:
    """Composes anything, now and then badly."""

    def __init__(self, fate: Fate) -> None:
        self._fate = fate

    def compose(self, _ctx: ServiceContext, message: Claimed) -> Email | Sms | Cannot:
        self._fate.reached("composing")
        if message.id.int % 17 == 0:
            return Cannot("no_address")
        if message.id.int % 17 == 1 and message.attempt == 1:
            raise ValueError("words that are not there")
        if message.channel is Channel.SMS:
            return Sms(message.id, "+31612345678", "Test", "text")
        return Email(
            reference=message.id,
            to="a@example.nl",
            sender_name="Test",
            sender="t@example.nl",
            envelope_from="b@example.nl",
            subject="subject",
            text="text",
            html="<p>text",
            language="nl",
        )


class FastTime:
    """The time of the database, that runs two hundred times as fast: waiting is most of sending.

    The same for all workers. A lease of ten minutes is three seconds, a retry after two minutes
    comes in half a second.
    """

    SPEED = 200

    def __init__(self, began: datetime) -> None:
        self._began = began

    def __call__(self, connection: Connection) -> datetime:
        return NOON + (database_now(connection) - self._began) * self.SPEED


def one_life(place: dict[str, str], life: int, point: str) -> None:
    """Send until death, or until there is nothing to send."""
    rng = random.Random(f"{place['seed']}:{place['worker']}:{life}")
    fate = Fate(point, rng)
    skew = timedelta(hours=float(place["skew_hours"]))
    # The clock of this machine is hours wrong; nothing of the outbox may notice.
    clock = FixedClock(SystemClock().now() + skew)
    ctx = make_context(settings((place["research"], place["contacts"])), clock, pool_size=2)

    fast = FastTime(datetime.fromisoformat(place["began"]))

    def moment(connection: Connection) -> datetime:
        fate.reached("taking")
        return fast(connection)

    def settled(_c: Connection, message: Claimed, *_: object) -> None:
        fate.reached("writing down")

    sender = Sender(
        ctx,
        Words(fate),
        rules,
        name=f"{place['worker']}-{life}-{os.getpid()}",
        moment=moment,
        settled=settled,
    )
    provider = FaultyProvider(Ledger(Path(place["ledger"])), fate)
    outlets = [
        Outlet(channel, provider, AT_ONCE)  # type: ignore[arg-type]
        for channel in (Channel.EMAIL, Channel.SMS)
    ]
    reporter = Reporter(ctx, Ledger(Path(place["ledger"])), rng, fast)
    work(sender, outlets, threading.Event(), until_empty=True, ticks=[reporter.tell_some])
    ctx.databases.close()


class Reporter:
    """Reports what happened to messages: some twice, some never, in any order."""

    def __init__(
        self, ctx: ServiceContext, ledger: Ledger, rng: random.Random, moment: Moment
    ) -> None:
        self._ctx = ctx
        self._moment = moment
        self._ledger = ledger
        self._rng = rng

    def tell_some(self) -> None:
        known = list(self._ledger.taken())
        news = [MessageStatus.DELIVERED, MessageStatus.SENT, MessageStatus.RETURNED]
        for reference in self._rng.sample(known, min(len(known), 5)):
            for status in self._rng.choices(news, k=3):
                with self._ctx.databases.research.write() as connection:
                    now = self._moment(connection)
                    apply_report(connection, Report(reference, status, now), now=now)


def main(place: dict[str, str]) -> None:
    """Live and die so many times, at each point in turn."""
    points: Counter[str] = Counter()
    life = idle = 0
    while points.total() < int(place["deaths"]):
        life += 1
        # With nothing left to send a worker can still die while it looks.
        point = POINTS[points.total() % len(POINTS)] if idle < MOST_IDLE_LIVES else "taking"
        child = os.fork()
        if child == 0:
            one_life(place, life, point)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            assert os.WTERMSIG(status) == signal.SIGKILL
            points[point] += 1
            idle = 0
        else:
            assert os.WEXITSTATUS(status) == 0, "a life ended with an error"
            idle += 1
            time.sleep(0.05)
    print(json.dumps(points))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
