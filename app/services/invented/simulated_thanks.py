"""Thank-yous of a simulated study: bought, earned, asked for on the page outside the answers, sent.

The study itself promises nobody anything (`incentives.yaml`), so a copy of it is simulated that
does. Stock runs out once in a wave, post goes by a list of which the first is thrown away, and
everybody who uses the form presses its button twice.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from random import Random
from uuid import UUID

from app.panel.incentive_rules import FILE
from app.panel.incentives import Way
from app.services.context import ServiceContext
from app.services.interviewing import interviews
from app.services.invented.simulated_register import GIVEN, spelled
from app.services.invented.simulated_truth import Truth
from app.services.messaging.composing_messages import providers_of
from app.services.thanks import incentives, incentives_post, incentives_stock
from app.services.thanks.incentives import NoStockError
from app.services.thanks.incentives_post import PostError
from app.services.thanks.incentives_sending import SendRequest, send

CODES_IN, CARDS_IN, CARDS_WITH = (2024, 2027), 2025, "letter_1"
"""Waves after which people can ask for a gift code; the wave and the letter that has a card."""
VALUE = "10.00"
RULES = f"""\
currency: "EUR"
rules:
  - id: thanks
    waves: [{", ".join(map(str, CODES_IN))}]
    give: conditional
    kind: gift_code
    cents: 1000
    ways: [screen, email, sms, post]
  - id: card
    waves: [{CARDS_IN}]
    give: prepaid
    with: {CARDS_WITH}
    kind: voucher
    cents: 1000
    letters: {{{CARDS_WITH}: again}}
"""
_WISHES: Mapping[Way | None, float] = {
    Way.SCREEN: 0.30, Way.EMAIL: 0.25, Way.SMS: 0.15, Way.POST: 0.20, None: 0.10,
}  # fmt: skip
"""How people want it; ``None``: they want none. SOURCE: assumed."""
_OPENS_FORM = 0.6
"""Of those who come to the end. SOURCE: assumed."""
_BOUGHT_FIRST = 0.4
"""Of what will be needed: the rest comes when the stock has run out."""


def study_with_thanks(study: Path, folder: Path) -> Path:
    """Copy a study to a folder, with promises; return it."""
    made = folder / f"{study.name}-with-thanks" / study.name
    shutil.copytree(study, made, dirs_exist_ok=True)
    (made / FILE).write_text(RULES, encoding="utf-8")
    return made


class Thanks:
    """Whoever buys thank-yous and sends them, and the people who ask for them."""

    def __init__(self, ctx: ServiceContext, truth: Truth, *, seed: int, most: int, by: str) -> None:
        self._ctx, self._truth, self._by = ctx, truth, by
        self._luck, self._most, self._asked = Random(f"thanks {seed}"), most, 0
        self._runs = 0
        self._list: UUID | None = None
        self.waiting: list[UUID] = []
        """People who said where theirs goes and to whom nothing was sent yet."""

    def buy(self, year: int, cases: int) -> None:
        """Buy what a wave begins with: a card for each letter, or the first of the codes."""
        self._asked = 0
        if year == CARDS_IN:
            incentives_stock.add_cards(
                self._ctx, cases, name=f"cards {year}", value=VALUE, by=self._by
            )
        if year in CODES_IN:
            self._codes(f"codes {year}", max(3, int(self._most * _BOUGHT_FIRST)))

    def _codes(self, name: str, count: int) -> None:
        codes = {f"{self._luck.getrandbits(60):015X}" for _ in range(count)}
        raw = "code\n" + "\n".join(sorted(codes)) + "\n"
        incentives_stock.add_codes(self._ctx, raw.encode(), name=name, value=VALUE, by=self._by)

    def finished(self, year: int, person_id: UUID, number: int, interview_id: UUID) -> None:
        """Let somebody who came to the end of the questionnaire use the form, or leave it."""
        opens, wish = self._luck.random() < _OPENS_FORM, self._luck.random()
        if year not in CODES_IN or not opens or self._asked >= self._most:
            return
        self._asked += 1
        way = _wish(wish)
        try:
            self._ask(interview_id, number, way)
        except NoStockError:
            way = Way.EMAIL
            self._ask(interview_id, number, way)
        self._truth.thanked[person_id, year] = way
        if way in (Way.EMAIL, Way.SMS, Way.POST):
            self.waiting.append(person_id)

    def _ask(self, interview_id: UUID, number: int, way: Way | None) -> None:
        for fields in (destination(number, way), {"email": "later@post.example"}):
            interview = interviews.load(self._ctx, interview_id)
            incentives.ask_for(self._ctx, interview, way, fields, language="nl")

    def day(self) -> None:
        """Write down what was earned and send what can be sent."""
        incentives.sweep(self._ctx)
        self._runs += 1
        request = SendRequest(
            f"thanks-{self._runs}",
            providers_of(self._ctx),
            moment=lambda _: self._ctx.clock.now(),
        )
        send(self._ctx, request)

    def list_post(self) -> None:
        """Make a list for the post, as far as stock goes; it waits to be handed over."""
        made = incentives_post.make_list(self._ctx, by=self._by)
        self._list = None if made is None else made.id

    def wind_up(self, year: int) -> None:
        """Buy what was lacking, send everything by all ways, and write off what is left."""
        if year not in CODES_IN:
            return
        if self._list is not None:
            # Not there any more where somebody on it was forgotten: the others wait again.
            with suppress(PostError):
                incentives_post.handed_over(self._ctx, self._list, by=self._by)
        self._codes(f"more codes {year}", self._most)
        self.day()
        first = incentives_post.make_list(self._ctx, by=self._by)
        if first is not None:
            incentives_post.throw_away(self._ctx, first.id, by=self._by)
        last = incentives_post.make_list(self._ctx, by=self._by)
        if last is not None:
            incentives_post.handed_over(self._ctx, last.id, by=self._by)
        self.waiting.clear()
        for name in (f"codes {year}", f"more codes {year}"):
            incentives_stock.write_off(self._ctx, name, reason="expired", by=self._by)


def destination(number: int, way: Way | None) -> dict[str, str]:
    """Return where somebody wants it: nowhere the study writes to."""
    match way:
        case Way.EMAIL:
            return {"email": f"gift{number}@post.example"}
        case Way.SMS:
            return {"phone": f"+316{30_000_000 + number}"}
        case Way.POST:
            return {
                "name": f"{GIVEN} {spelled(number)} Gift",
                "street": f"Cadeaulaan {number}",
                "postcode": "1234 AB",
                "city": "Utrecht",
            }
        case _:
            return {}


def _wish(at: float) -> Way | None:
    for way, share in _WISHES.items():
        at -= share
        if at < 0:
            return way
    return None
