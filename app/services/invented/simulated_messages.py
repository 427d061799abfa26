"""The messages of a simulated study: put down by the calendar, sent without bothering anybody.

Every step goes by the rules of the worker and the printer: who may get it, quiet hours, the cap,
cancelling. In the place of a printer and of gateways stand counts. One e-mail and one text message
a day are composed and handed to the simulated provider by the worker itself, and a rehearsal
renders real letters: so the words and addresses are tried too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from app.messages.channels import Channel
from app.messages.pace import Pace
from app.messages.plan import ContactPlan
from app.messages.providers import Attempt, Claimed, Report
from app.messages.sending_rules import rules_of
from app.messages.statuses import MessageStatus, Outcome
from app.services.context import ServiceContext
from app.services.fieldwork.fieldwork_ticks import tick
from app.services.lettering import printing
from app.services.messaging.composing_messages import MessageComposer, providers_of
from app.services.messaging.reports import note_outcome
from app.services.messaging.sending import Outlet, Sender, Turn
from app.services.thanks import incentives_letters
from app.storage import letter_messages, print_batches
from app.storage.bulk_messages import claim_at_once, settle_at_once
from app.storage.messages import apply_report
from app.storage.print_batches import PrintBatch

PROVIDER = "simulated"
BY_WORKERS = (Channel.EMAIL, Channel.SMS)


@dataclass
class Post:
    """What went out on one day: case and message by person, per channel."""

    letters: list[Claimed] = field(default_factory=list)
    emails: list[Claimed] = field(default_factory=list)
    texts: list[Claimed] = field(default_factory=list)

    @property
    def all(self) -> list[Claimed]:
        """Everything that went out."""
        return [*self.letters, *self.emails, *self.texts]


class PostRoom:
    """Sends what is due of a simulated study, as of the clock of its context."""

    def __init__(
        self, plan: ContactPlan, *, by: str, no_such_number: Callable[[UUID], bool]
    ) -> None:
        self._plan = plan
        self._rules = rules_of(plan)
        self._by = by
        self._no_such_number = no_such_number
        self._composer = MessageComposer()

    def day(self, ctx: ServiceContext) -> Post:
        """Do what a calendar, a printer and a worker do on one day."""
        tick(ctx, moment=lambda _: ctx.clock.now())
        post = Post(letters=self._letters(ctx))
        for channel, sent in zip(BY_WORKERS, (post.emails, post.texts), strict=True):
            self._one_by_a_worker(ctx, channel)
            sent += self._at_once(ctx, channel)
        return post

    def _letters(self, ctx: ServiceContext) -> list[Claimed]:
        """Hand the due letters of every step to a printer that prints nothing."""
        handed: list[Claimed] = []
        now = ctx.clock.now()
        steps = [one.id for one in self._plan.steps if one.channel is Channel.LETTER]
        with ctx.databases.research.read() as connection:
            waiting = print_batches.due_steps(connection, steps, now)
        for year, step in waiting:
            with ctx.databases.research.write() as connection:
                due = letter_messages.letters_to_print(
                    connection, year, step, self._rules, limit=printing.MOST, now=now
                )
                if not due:
                    continue
                batch = PrintBatch(
                    wave=year,
                    step=step,
                    letters=len(due),
                    manifest={"letters": len(due), "simulated": True},
                    made_at=now,
                    made_by=self._by,
                )
                print_batches.add_batch(connection, batch)
                letter_messages.put_in_batch(connection, [one.id for one in due], batch.id)
                incentives_letters.enclose(ctx, connection, batch, due)
            printing.hand_over(ctx, batch.id, by=self._by, moment=lambda _: now)
            handed += due
        return handed

    def _one_by_a_worker(self, ctx: ServiceContext, channel: Channel) -> None:
        provider = providers_of(ctx).get(channel)
        if provider is None:
            return
        sender = Sender(
            ctx,
            self._composer,
            lambda: self._rules,
            name=f"{PROVIDER}-{channel}-{ctx.clock.now():%Y%m%d}",
            moment=lambda _: ctx.clock.now(),
            settled=note_outcome,
        )
        outlet = Outlet(channel, provider, Pace(1.0))
        while sender.send_one(outlet).turn is Turn.LEFT:
            pass

    def _at_once(self, ctx: ServiceContext, channel: Channel) -> list[Claimed]:
        now = ctx.clock.now()
        cost = self._plan.prices.cost(channel)
        with ctx.databases.research.write() as connection:
            going = claim_at_once(connection, channel, self._rules, now, worker=PROVIDER)
            refused = [
                one
                for one in going
                if channel is Channel.SMS and self._no_such_number(one.person_id)
            ]
            gone = {one.id for one in refused}
            sent = [one for one in going if one.id not in gone]
            settle_at_once(
                connection,
                [one.id for one in sent],
                MessageStatus.SENT,
                now,
                provider=PROVIDER,
                cost=cost,
            )
            settle_at_once(
                connection,
                [one.id for one in refused],
                MessageStatus.REFUSED,
                now,
                provider=PROVIDER,
                reason="no_such_number",
            )
            attempt = Attempt(Outcome.REFUSED, reason="no_such_number", no_such_number=True)
            for one in refused:
                note_outcome(connection, one, attempt, MessageStatus.REFUSED, now)
        return sent


def come_back(ctx: ServiceContext, messages: Mapping[UUID, str]) -> None:
    """Say of e-mails that were sent that they came back, each for a reason."""
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        for message_id, reason in messages.items():
            report = Report(message_id, MessageStatus.RETURNED, now, reason=reason)
            apply_report(connection, report, now=now)
