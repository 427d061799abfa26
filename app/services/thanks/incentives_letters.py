"""What letters say of thank-yous, and the cards that go with some of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.messages.providers import Claimed
from app.panel.incentives import IncentiveStatus
from app.services.context import ServiceContext
from app.services.messaging.contact_plan import load_contact_plan
from app.services.thanks.incentives import rules_of
from app.storage import incentive_cases, incentive_letters
from app.storage.incentives import Incentive
from app.storage.print_batches import PrintBatch


class TooFewCardsError(Exception):
    """There are fewer cards in stock than letters that need one; nothing is printed."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """What goes with the letters of a batch."""

    texts: Counter[str] = field(default_factory=Counter)
    """Cards by the name of the words of the letters they go with: each printed file has one."""
    value_cents: int = 0

    def manifest(self) -> dict[str, Any]:
        """Return what the manifest says of it; nothing when no card goes with any letter."""
        if not self.texts:
            return {}
        return {
            "enclosed": dict(sorted(self.texts.items())),
            "enclosed_cards": sum(self.texts.values()),
            "enclosed_value_cents": self.value_cents,
        }


def told_of(
    ctx: ServiceContext, connection: Connection, claimed: Sequence[Claimed]
) -> list[Claimed]:
    """Return letters with the words that tell of a thank-you, for those who get one."""
    rules = rules_of(ctx)
    if not rules.listed:
        return list(claimed)
    arms = incentive_cases.assignments_of(
        connection, [one.person_id for one in claimed], rules.variables
    )
    return [
        replace(
            one,
            text=rules.letter_text(one.wave, one.step, arms.get(one.person_id, {})) or one.text,
        )
        for one in claimed
    ]


def text_for_staff(
    ctx: ServiceContext, wave: int, step: str, sizes: Mapping[tuple[str, str], int]
) -> str:
    """Return the words of letters that go to staff: of most letters that no card goes with.

    ``sizes`` are the letters of the batch by text and language.
    """
    cards = {one.letters[step] for one in rules_of(ctx).enclosed(wave, step)}
    without = {key: size for key, size in sizes.items() if key[0] not in cards}
    if without:
        return max(without, key=without.__getitem__)[0]
    plan = load_contact_plan(ctx.study)
    usual = plan.step(step) if plan is not None else None
    return max(sizes, key=sizes.__getitem__)[0] if usual is None else usual.text


def enclose(
    ctx: ServiceContext, connection: Connection, batch: PrintBatch, claimed: Sequence[Claimed]
) -> None:
    """Reserve a card for each letter that one goes with, in the unit that fills the batch.

    Raises
    ------
    TooFewCardsError
        If there are not enough in stock.
    """
    rules = rules_of(ctx).enclosed(batch.wave, batch.step)
    variables = frozenset(variable for one in rules for variable in one.arms)
    people = [one.person_id for one in claimed]
    arms = incentive_cases.assignments_of(connection, people, variables) if rules else {}
    for rule in rules:
        due = [
            Incentive(
                case_id=one.case_id,
                person_id=one.person_id,
                wave=batch.wave,
                rule=rule.id,
                kind=rule.kind,
                currency=rule.currency,
                value_cents=rule.value_cents,
                status=IncentiveStatus.DUE,
                language=one.language,
                due_at=batch.made_at,
            )
            for one in claimed
            if rule.holds_for(batch.wave, arms.get(one.person_id, {}))
        ]
        lacking = incentive_letters.enclose(
            connection, due, batch.id, by=batch.made_by, now=batch.made_at
        )
        if lacking:
            raise TooFewCardsError(
                f"{len(due)} letters need a card of {rule.value_cents} cents ({rule.id});"
                f" the stock has {len(due) - lacking}"
            )


def enclosed_in(ctx: ServiceContext, batch: PrintBatch, left_out: Sequence[UUID]) -> Enclosed:
    """Return what goes with the letters of a batch, less those that could not be written."""
    rules = {one.id: one for one in rules_of(ctx).enclosed(batch.wave, batch.step)}
    if not rules:
        return Enclosed()
    with ctx.databases.research.read() as connection:
        cards = incentive_letters.cards_of(connection, batch.id, left_out)
    texts = Counter({rules[name].letters[batch.step]: count for name, count in cards.items()})
    return Enclosed(texts, sum(rules[name].value_cents * n for name, n in cards.items()))
