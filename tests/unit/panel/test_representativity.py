"""R-indicators worked out by hand from response rates of cells."""

from __future__ import annotations

import random
from math import sqrt
from statistics import mean

import pytest

from app.panel.representativity import Cell, make_cells, representativity


def cells(*rows: tuple[str, int, int]) -> list[Cell]:
    return [Cell(tuple(codes.split()), n, n, answered) for codes, n, answered in rows]


def test_two_cells_worked_out_by_hand() -> None:
    # rho 0.6 and 0.3, all 0.48: 60 x 0.12^2 + 40 x 0.18^2 = 2.16; S^2 = 2.16/99 = 0.0218182
    found = representativity(cells(("man", 60, 36), ("woman", 40, 12)), ["sex"])
    assert found is not None
    assert found.propensity == pytest.approx(0.48)
    assert found.deviation == pytest.approx(0.1477098, abs=1e-6)
    assert found.r == pytest.approx(0.7045804, abs=1e-6)
    # chance: (0.6 x 0.4 + 0.3 x 0.7) / 100 = 0.0045; 0.0218182 - 0.0045 = 0.0173182
    assert found.r_adjusted == pytest.approx(1 - 2 * sqrt(0.0173182), abs=1e-5)
    (sex,) = found.partial
    assert sex.unconditional == pytest.approx(sqrt(2.16 / 100))
    assert sex.categories == {
        "man": pytest.approx(sqrt(0.6) * 0.12),
        "woman": pytest.approx(-sqrt(0.4) * 0.18),
    }


def test_the_standard_error_follows_from_the_rates_of_the_cells() -> None:
    # dR/d rho_c = -2 q_c d_c / S; var rho_c = rho (1 - rho) / n:
    # (0.6 x 0.12)^2 x 0.24/60 + (0.4 x 0.18)^2 x 0.21/40 = 0.000020736 + 0.000027216
    found = representativity(cells(("man", 60, 36), ("woman", 40, 12)), ["sex"])
    assert found is not None
    assert found.error == pytest.approx(2 * sqrt(0.000047952) / 0.1477098, rel=1e-5)


def test_partial_indicators_tell_two_variables_apart() -> None:
    # a: 0.8, 0.4; b: 0.6, 0.2. By the first variable 0.6 and 0.4, by the second 0.7 and 0.3.
    found = representativity(
        cells(("a x", 25, 20), ("a y", 25, 10), ("b x", 25, 15), ("b y", 25, 5)), ["one", "two"]
    )
    assert found is not None
    one, two = found.partial
    assert one.unconditional == pytest.approx(0.1)
    assert one.conditional == pytest.approx(0.1)
    assert two.unconditional == pytest.approx(0.2)
    assert two.conditional == pytest.approx(0.2)
    # Between plus within is everything: 0.1^2 + 0.2^2 = 0.05 = 5/100
    total = found.deviation**2 * 99 / 100
    assert one.unconditional**2 + two.conditional**2 == pytest.approx(total)


def test_equal_chances_are_as_representative_as_can_be() -> None:
    found = representativity(cells(("a", 50, 20), ("b", 50, 20)), ["one"])
    assert found is not None
    assert (found.r, found.r_adjusted, found.error) == (1, 1, 0)


def test_half_that_all_answer_and_half_of_whom_nobody_does_is_the_worst() -> None:
    found = representativity(cells(("a", 5000, 5000), ("b", 5000, 0)), ["one"])
    assert found is not None
    assert found.r == pytest.approx(0, abs=1e-3)


def test_base_weights_count_instead_of_cases() -> None:
    people = [
        *((("a",), 3.0, True) for _ in range(10)),
        *((("a",), 3.0, False) for _ in range(10)),
        *((("b",), 1.0, True) for _ in range(10)),
        *((("b",), 1.0, False) for _ in range(30)),
    ]
    made = make_cells(people)
    assert made == [Cell(("a",), 20, 60.0, 30.0), Cell(("b",), 40, 40.0, 10.0)]
    found = representativity(made, ["one"])
    assert found is not None
    # rho 0.5 and 0.25, all (30 + 10)/100 = 0.4: (60 x 0.01 + 40 x 0.0225) / 99
    assert found.deviation**2 == pytest.approx(1.5 / 99)
    assert found.cases == 60


def test_the_adjustment_takes_away_what_chance_alone_does() -> None:
    # Shlomo, Skinner and Schouten (2012): without it, samples of equal chances look selective.
    luck = random.Random(7)
    plain, adjusted = [], []
    for _ in range(400):
        rows = [(str(cell), 40, sum(luck.random() < 0.5 for _ in range(40))) for cell in range(6)]
        found = representativity(cells(*rows), ["one"])
        assert found is not None
        plain.append(found.r)
        adjusted.append(found.r_adjusted)
    assert mean(plain) < 0.88
    assert mean(adjusted) > 0.94


def test_one_person_has_no_spread() -> None:
    assert representativity(cells(("a", 1, 1)), ["one"]) is None
    assert representativity([], ["one"]) is None
