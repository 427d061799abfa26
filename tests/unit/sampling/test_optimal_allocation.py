"""Neyman allocation: n_h in proportion to N_h S_h, within the stratum and the minimum."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.panel.sampling import AllocationError, allocate_optimally


def test_stratum_that_differs_three_times_as_much_gets_three_times_the_sample() -> None:
    sizes = {"a": 1_000, "b": 1_000}
    assert allocate_optimally(sizes, {"a": 0.1, "b": 0.3}, 400) == {"a": 100, "b": 300}


def test_worked_example_of_cochran() -> None:
    # W. G. Cochran, Sampling Techniques, 3rd ed., 1977, formula 5.26, by hand:
    # N_h S_h = 400 * 4 = 1600, 300 * 6 = 1800, 300 * 20 / 1.5 = 4000 of 7400; n = 74.
    sizes = {"1": 400, "2": 300, "3": 300}
    deviations = {"1": 4.0, "2": 6.0, "3": 20 / 1.5}
    assert allocate_optimally(sizes, deviations, 74) == {"1": 16, "2": 18, "3": 40}


def test_stratum_taken_whole_leaves_the_rest_to_the_others() -> None:
    sizes = {"small": 10, "a": 500, "b": 500}
    found = allocate_optimally(sizes, {"small": 100.0, "a": 1.0, "b": 1.0}, 110)
    assert found == {"small": 10, "a": 50, "b": 50}


def test_equal_deviations_are_the_proportional_allocation() -> None:
    assert allocate_optimally({"a": 700, "b": 300}, {"a": 1.0, "b": 1.0}, 100) == {"a": 70, "b": 30}


@pytest.mark.parametrize("deviations", [{"a": 1.0}, {"a": 1.0, "b": -1.0}, {"a": 1.0, "b": 0.0}])
def test_deviation_that_lacks_is_negative_or_leaves_too_few_units_is_refused(
    deviations: dict[str, float],
) -> None:
    with pytest.raises(AllocationError):
        allocate_optimally({"a": 10, "b": 10}, deviations, 15)


@given(
    st.lists(st.tuples(st.integers(0, 60), st.floats(0, 10)), min_size=1, max_size=8),
    st.integers(0, 200),
    st.integers(0, 3),
)
def test_every_allocation_sums_to_the_total_within_its_bounds(
    strata: list[tuple[int, float]], total: int, minimum: int
) -> None:
    sizes = {str(at): size for at, (size, _) in enumerate(strata)}
    deviations = {str(at): deviation for at, (_, deviation) in enumerate(strata)}
    try:
        found = allocate_optimally(sizes, deviations, total, minimum=minimum)
    except AllocationError:
        return
    assert sum(found.values()) == total
    assert all(min(minimum, sizes[one]) <= found[one] <= sizes[one] for one in sizes)
