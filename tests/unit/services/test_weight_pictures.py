"""What is drawn of weights, against cases worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from app.services.publication.weight_pictures import (
    LONGEST_HISTOGRAM,
    histogram,
    propensity_classes,
)


def test_columns_count_the_same_people_in_multiples_of_their_mean() -> None:
    before, after = np.array([10.0, 10, 10, 10]), np.array([5.0, 5, 10, 20])

    found = histogram(before, after)

    # Twenty columns up to twice the mean: half the mean ends the fifth, the mean the tenth.
    assert len(found.edges) == 21
    assert {k: n for k, n in enumerate(found.before) if n} == {9: 4}
    assert {k: n for k, n in enumerate(found.after) if n} == {4: 2, 9: 1, 19: 1}


def test_what_is_far_out_stands_in_the_last_column() -> None:
    weights = np.array([1.0] * 99 + [1_000.0])

    found = histogram(weights, weights)

    assert found.edges[-1] == LONGEST_HISTOGRAM
    assert found.after[-1] == 1
    assert sum(found.after) == 100


def test_classes_are_fifths_by_chance_the_smallest_first() -> None:
    found = propensity_classes(np.array([1.0, 1.25, 2, 2.5, 5]))

    assert [(one.low, one.high, one.people) for one in found] == [
        (pytest.approx(chance), pytest.approx(chance), 1) for chance in (0.2, 0.4, 0.5, 0.8, 1.0)
    ]
    assert [one.factor for one in found] == pytest.approx([5, 2.5, 2, 1.25, 1])
