"""Whatever happens in whatever order: the books balance, and nobody gets one rule's gift twice."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.clock import FixedClock
from app.messages.statuses import Outcome
from app.panel.incentives import Way
from app.services.thanks import incentives, incentives_post, incentives_sending, incentives_stock
from app.services.thanks.incentives import NoStockError
from tests.builders import context, field_wave, kinds_bank
from tests.conftest import copy_template
from tests.integration.incentives.conftest import BY, NOON, RULES, Thanks
from tests.integration.mailings.field import study_in

PEOPLE = 4
steps = st.one_of(
    st.tuples(
        st.just("ask"),
        st.integers(0, PEOPLE - 1),
        st.sampled_from([None, Way.SCREEN, Way.EMAIL, Way.SMS, Way.POST]),
    ),
    st.tuples(st.just("send"), st.sampled_from(sorted(Outcome))),
    st.tuples(st.just("forget"), st.integers(0, PEOPLE - 1)),
    st.tuples(st.sampled_from(["sweep", "list", "posted", "drop", "buy", "write_off"])),
    st.tuples(st.just("settle"), st.booleans()),
)


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(steps, max_size=25))
def test_any_sequence_of_operations_balances(sqlite_template: Path, done: list) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        study = study_in(folder)
        (study / "incentives.yaml").write_text(RULES, encoding="utf-8")
        urls = copy_template(sqlite_template, folder / "databases")
        ctx = context(urls, FixedClock(NOON), study=study, data_dir=folder / "data")
        field_wave(ctx, kinds_bank())
        try:
            play(Thanks(ctx), done)
        finally:
            ctx.databases.close()


class Play:
    """One study, and what can be done to it."""

    def __init__(self, thanks: Thanks) -> None:
        self.thanks = thanks
        self.people = [thanks.person() for _ in range(PEOPLE)]
        self.gone: set[int] = set()
        self.lists: list[UUID] = []
        self.bought = 0
        self.buy()
        self.buy()

    def ask(self, which: int, way: Way | None) -> None:
        if which not in self.gone:
            with suppress(NoStockError):
                self.thanks.ask(self.people[which], way)

    def send(self, outcome: Outcome) -> None:
        self.thanks.provider.outcomes = [outcome]
        self.thanks.send()

    def forget(self, which: int) -> None:
        with self.thanks.ctx.databases.research.write() as connection:
            person = self.people[which].person_id
            incentives.forget_incentives(self.thanks.ctx, connection, person)
        self.gone.add(which)

    def sweep(self) -> None:
        incentives.sweep(self.thanks.ctx)

    def buy(self) -> None:
        self.thanks.buy(1, f"b{self.bought}")
        self.bought += 1

    def write_off(self) -> None:
        incentives_stock.write_off(self.thanks.ctx, "b0", reason="expired", by=BY)

    def list(self) -> None:
        made = incentives_post.make_list(self.thanks.ctx, by=BY)
        self.lists += [made.id] if made is not None else []

    def posted(self) -> None:
        if self.lists:
            incentives_post.handed_over(self.thanks.ctx, self.lists.pop(), by=BY)

    def drop(self) -> None:
        if self.lists:
            incentives_post.throw_away(self.thanks.ctx, self.lists.pop(), by=BY)

    def settle(self, went_out: bool) -> None:
        for one in self.thanks.rows():
            incentives_sending.settle(self.thanks.ctx, one.id, went_out=went_out, by=BY)

    def holds(self) -> None:
        for books in incentives_stock.books(self.thanks.ctx):
            assert not books.imbalances
        owned = Counter(one.case_id for one in self.thanks.rows() if one.case_id is not None)
        assert all(count == 1 for count in owned.values())


def play(thanks: Thanks, done: list) -> None:
    game = Play(thanks)
    for what, *given_ in done:
        getattr(game, what)(*given_)
        game.holds()
