"""The books of thank-yous: hand-worked, and for any sequence of lines."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from app.panel.incentives import MOVES, Account, Entry, balances, imbalances

BOUGHT, STOCK, RESERVED, SENT, VOID = Account
TEN = 1_000
DAY = [
    Entry(BOUGHT, STOCK, 100, 100 * TEN),
    Entry(STOCK, RESERVED, 7, 7 * TEN),
    Entry(RESERVED, SENT, 4, 4 * TEN),
    Entry(RESERVED, STOCK, 1, TEN),
    Entry(STOCK, VOID, 10, 10 * TEN),
]
"""A batch of 100: 7 set apart, 4 of them sent and 1 back, 10 of the rest expired.

By hand: stock 100 - 7 + 1 - 10 = 84, reserved 7 - 4 - 1 = 2, sent 4, void 10;
84 + 2 + 4 + 10 = 100.
"""
HELD = {STOCK: 84, RESERVED: 2, SENT: 4, VOID: 10}


def test_a_day_of_a_batch_worked_by_hand() -> None:
    assert balances(DAY) == {BOUGHT: 100, **HELD}
    assert imbalances(DAY, HELD, TEN) == []


def test_a_piece_that_is_gone_is_told_with_by_how_much() -> None:
    found = imbalances(DAY, HELD | {STOCK: 83}, TEN)
    assert [str(one) for one in found] == [
        "stock: 84 by the books, 83 found (-1)",
        "bought: 100 by the books, 99 found (-1)",
    ]


def test_a_piece_on_the_wrong_account_is_told_on_both() -> None:
    found = imbalances(DAY, HELD | {SENT: 5, RESERVED: 1}, TEN)
    assert [(one.what, one.off_by) for one in found] == [(RESERVED, -1), (SENT, 1)]


def test_a_line_of_another_value_and_a_line_that_may_not_be_are_told() -> None:
    cheaper = [*DAY[:-1], Entry(STOCK, VOID, 10, 9 * TEN)]
    assert [str(one) for one in imbalances(cheaper, HELD, TEN)] == [
        "value: 121000 by the books, 122000 found (+1000)"
    ]
    back = [*DAY, Entry(SENT, STOCK, 1, TEN)]
    found = imbalances(back, HELD | {SENT: 3, STOCK: 85}, TEN)
    assert [one.what for one in found] == ["lines that move what may not be moved"]


def test_more_sent_than_was_bought_does_not_balance() -> None:
    lines = [Entry(BOUGHT, STOCK, 1, TEN), Entry(STOCK, RESERVED, 2, 2 * TEN)]
    found = imbalances(lines, {STOCK: -1, RESERVED: 2}, TEN)
    assert [one.what for one in found] == [STOCK]


moves = st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.integers(1, 5)), max_size=60)


@given(moves)
def test_any_sequence_of_moves_of_what_is_there_balances(tried: list) -> None:
    held: Counter[Account] = Counter()
    lines = []
    for (source, target), wanted in tried:
        pieces = wanted if source is BOUGHT else min(wanted, held[source])
        if pieces == 0:
            continue
        if source is not BOUGHT:
            held[source] -= pieces
        held[target] += pieces
        lines.append(Entry(source, target, pieces, pieces * TEN))

    assert imbalances(lines, held, TEN) == []
    found = balances(lines)
    assert found[BOUGHT] == found[STOCK] + found[RESERVED] + found[SENT] + found[VOID]


@given(moves.filter(bool), st.integers(0, 59))
def test_a_line_that_is_lost_never_balances(tried: list, at: int) -> None:
    lines = [Entry(*move, pieces, pieces * TEN) for move, pieces in tried]
    whole = balances(lines)
    held = {account: whole[account] for account in (STOCK, RESERVED, SENT, VOID)}
    lines.pop(at % len(lines))

    assert imbalances(lines, held, TEN) != []
