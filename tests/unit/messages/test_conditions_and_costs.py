"""When a step goes to a group only, and what messages cost."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.messages.channels import Channel
from app.messages.condition import ConditionError, Response, parse_condition
from app.messages.costs import Prices, euros, parse_price

GROUPS = {
    None: {"": Response(30, 100)},
    "language": {"nl": Response(25, 50), "ti": Response(5, 50)},
    "fr_group": {"asiel": Response(10, 60), "gezin": Response(20, 40)},
}


@pytest.mark.parametrize(
    ("words", "marks", "holds"),
    [
        ("response of group language below 0.30", {"language": "ti"}, True),
        ("response of group language below 0.30", {"language": "nl"}, False),
        ("response of group language below 0.10", {"language": "ti"}, False),
        ("response of group language at least 0.10", {"language": "ti"}, True),
        ("response below 0.31", {}, True),
        ("response below 0.3", {}, False),
        ("response of group fr_group below .2", {"fr_group": "asiel"}, True),
        (
            "response of group language below 0.30 and response of group fr_group below 0.30",
            {"language": "ti", "fr_group": "gezin"},
            False,
        ),
        (" response  of group language\n below 0.30 ", {"language": "ti"}, True),
        # Nobody of the group was asked: nobody of it answered.
        ("response of group language below 0.30", {"language": "fa"}, True),
    ],
)
def test_condition_holds_for_a_case_by_the_response_of_its_group(
    words: str, marks: dict[str, str], holds: bool
) -> None:
    assert parse_condition(words).holds(marks, GROUPS) is holds


@pytest.mark.parametrize(
    "words",
    [
        "",
        "always",
        "response of group name below 0.30",
        "response below 30",
        "response below 1.5",
        "response of group language",
        "response below 0.3 or response below 0.4",
        "response below 0.3; drop table message",
        "__import__('os')",
    ],
)
def test_condition_that_cannot_be_read_is_refused(words: str) -> None:
    with pytest.raises(ConditionError, match="cannot read"):
        parse_condition(words)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader_of_conditions(words: str) -> None:
    with suppress(ConditionError):
        assert parse_condition(words).clauses


def test_price_is_exact_to_a_hundredth_of_a_cent() -> None:
    assert parse_price("0.95") == 9_500
    assert parse_price("0.0755") == 755
    assert parse_price("12") == 120_000
    for wrong in ("", "-1", "0,95", "1e3", "0.12345", "١"):
        assert parse_price(wrong) is None


@given(st.integers(0, 10**9))
def test_cost_in_euros_is_never_less_than_it_is(cost: int) -> None:
    shown = euros(cost)

    whole, cents = shown.split(".")
    assert cost <= (int(whole) * 100 + int(cents)) * 100 < cost + 100


def test_text_message_costs_by_its_parts() -> None:
    prices = Prices({Channel.SMS: 750})

    assert prices.cost(Channel.SMS, 3) == 2_250
    assert prices.cost(Channel.EMAIL) == 0
