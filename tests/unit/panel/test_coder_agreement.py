"""Agreement of coders: worked by hand and from the literature."""

import pytest

from app.panel.coder_agreement import answer_agreement, code_agreement

A, B, BOTH, NONE = frozenset("a"), frozenset("b"), frozenset("ab"), frozenset[str]()


def test_kappa_of_a_worked_table() -> None:
    """20 yes-yes, 15 no-no, 5 and 10 apart: observed 0.7, by chance 0.5, kappa 0.4."""
    pairs = [(A, A)] * 20 + [(A, NONE)] * 5 + [(NONE, A)] * 10 + [(NONE, NONE)] * 15

    found = code_agreement(pairs, "a")

    assert (found.n, found.agreed) == (50, 0.7)
    assert found.kappa == pytest.approx(0.4)


def test_kappa_of_cohens_own_example() -> None:
    """Cohen (1960), table 1: three categories, observed 0.70, expected 0.41, kappa 0.49."""
    a, b, c = frozenset("a"), frozenset("b"), frozenset("c")
    table = {
        (a, a): 44, (b, a): 5, (c, a): 1,
        (a, b): 7, (b, b): 20, (c, b): 3,
        (a, c): 9, (b, c): 5, (c, c): 6,
    }  # fmt: skip
    pairs = [pair for pair, count in table.items() for _ in range(count)]

    found = answer_agreement(pairs)

    assert found.agreed == 0.7
    assert found.kappa == pytest.approx(0.4915, abs=1e-4)


def test_each_code_of_an_answer_with_several_is_a_judgement_of_its_own() -> None:
    pairs = [(BOTH, A), (B, B), (A, A)]

    assert code_agreement(pairs, "a").agreed == 1
    assert code_agreement(pairs, "b").agreed == pytest.approx(2 / 3)
    assert answer_agreement(pairs).agreed == pytest.approx(2 / 3)


def test_where_chance_would_always_agree_there_is_no_kappa() -> None:
    assert code_agreement([(A, A), (A, A)], "a").kappa is None
    assert code_agreement([(A, A), (A, A)], "never").kappa is None
    assert answer_agreement([(A, A)]).kappa is None


def test_complete_disagreement_is_below_chance() -> None:
    found = code_agreement([(A, NONE), (NONE, A)], "a")
    assert found.agreed == 0
    assert found.kappa == pytest.approx(-1)
