"""Stratified draws: allocations add up, every unit has its chance, refreshment stays a sample."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.panel.sampling import (
    AllocationError,
    FrameError,
    Sample,
    allocate,
    draw,
    refresh,
    release,
)

SIZES = {"asiel_wi2021": 344, "gezin_wi2021": 161, "overig_wi2021": 11, "asiel_wi2013": 289}

sizes_of_strata = st.dictionaries(
    st.sampled_from(["a", "b", "c", "d", "e", "f"]), st.integers(0, 500), min_size=1
)


def frame_of(sizes: dict[str, int]) -> dict[str, list[str]]:
    return {name: [f"{name}-{number}" for number in range(size)] for name, size in sizes.items()}


@st.composite
def allocations(draw_value):
    sizes = draw_value(sizes_of_strata)
    minimum = draw_value(st.integers(0, 40))
    least = sum(min(minimum, size) for size in sizes.values())
    total = draw_value(st.integers(least, sum(sizes.values())))
    return sizes, total, minimum


@given(allocations())
def test_allocation_adds_up_and_keeps_every_bound(case):
    sizes, total, minimum = case

    allocation = allocate(sizes, total, minimum=minimum)

    assert sum(allocation.values()) == total
    for stratum, size in sizes.items():
        assert min(minimum, size) <= allocation[stratum] <= size


@given(sizes_of_strata, st.data())
def test_allocation_without_minimum_is_proportional_within_one_unit(sizes, data):
    whole = sum(sizes.values())
    total = data.draw(st.integers(0, whole))

    allocation = allocate(sizes, total)

    for stratum, size in sizes.items():
        assert abs(allocation[stratum] - (total * size / whole if whole else 0)) < 1


def test_minimum_is_paid_by_the_other_strata():
    allocation = allocate(SIZES, 100, minimum=10)

    assert allocation["overig_wi2021"] == 10
    assert sum(allocation.values()) == 100
    # The 90 that are left, over 344 + 161 + 289 = 794 people.
    assert allocation["asiel_wi2021"] == pytest.approx(90 * 344 / 794, abs=1)


@pytest.mark.parametrize(("total", "minimum"), [(806, 0), (43, 11), (-1, 0)])
def test_allocation_that_cannot_be_is_refused_with_the_bounds(total, minimum):
    with pytest.raises(AllocationError, match=r"expected between \d+ .* and 805"):
        allocate(SIZES, total, minimum=minimum)


@given(allocations(), st.integers(0, 10_000))
def test_base_weights_of_a_stratum_sum_to_its_size(case, seed):
    sizes, total, minimum = case
    sample = draw(frame_of(sizes), allocate(sizes, total, minimum=minimum), seed=seed)

    weights = Counter()
    for unit in sample.units:
        weights[unit.stratum] += unit.base_weight

    assert len({unit.id for unit in sample.units}) == total
    for stratum, weight in weights.items():
        assert weight == pytest.approx(sizes[stratum])


def test_draw_does_not_depend_on_the_order_of_the_file_or_on_other_strata():
    frame = frame_of(SIZES)
    backwards = {name: list(reversed(ids)) for name, ids in frame.items()}
    allocation = allocate(SIZES, 90)
    alone = {"asiel_wi2013": allocation["asiel_wi2013"]}

    sample = draw(frame, allocation, seed=5)

    assert draw(backwards, allocation, seed=5) == sample
    assert draw(frame, allocation, seed=6).units != sample.units
    only = draw({"asiel_wi2013": frame["asiel_wi2013"]}, alone, seed=5)
    assert only.units == tuple(u for u in sample.units if u.stratum == "asiel_wi2013")


def test_draw_refuses_strata_and_numbers_the_frame_does_not_have():
    with pytest.raises(AllocationError, match="b: 1 to draw from 0; a: 4 to draw from 3"):
        draw({"a": ["1", "2", "3"]}, {"b": 1, "a": 4}, seed=1)


def test_draw_refuses_a_unit_that_stands_in_two_strata():
    with pytest.raises(FrameError, match="more than once"):
        draw({"a": ["1", "2"], "b": ["2"]}, {"a": 1}, seed=1)


def assert_every_set_equally_likely(found: Counter, size: int, draws: int) -> None:
    """Chi-square over all subsets of six units; bounds of five standard deviations."""
    subsets = list(combinations("uvwxyz", size))
    expected = draws / len(subsets)
    chi2 = sum((found[subset] - expected) ** 2 / expected for subset in subsets)
    freedom = len(subsets) - 1
    assert chi2 < freedom + 5 * (2 * freedom) ** 0.5


def ids(sample: Sample) -> tuple[str, ...]:
    return tuple(sorted(unit.id for unit in sample.units))


def test_every_set_of_units_is_equally_likely_to_be_drawn():
    found = Counter(ids(draw({"a": "uvwxyz"}, {"a": 2}, seed=seed)) for seed in range(3000))

    assert_every_set_equally_likely(found, 2, 3000)


def test_sample_with_its_refreshment_is_a_simple_random_sample():
    found = Counter()
    for seed in range(4000):
        first = draw({"a": "uvwxyz"}, {"a": 2}, seed=seed)
        both, _ = refresh({"a": "uvwxyz"}, first, {"a": 1}, seed=seed)
        found[ids(both)] += 1

    assert_every_set_equally_likely(found, 3, 4000)


@given(allocations(), st.integers(0, 10_000), st.data())
def test_refreshment_adds_only_new_units_and_reweights_all(case, seed, data):
    sizes, total, minimum = case
    frame = frame_of(sizes)
    first = draw(frame, allocate(sizes, total, minimum=minimum), seed=seed)
    counts = first.counts
    more = {
        name: data.draw(st.integers(0, size - counts.get(name, 0)), label=name)
        for name, size in sizes.items()
    }

    both, new = refresh(frame, first, more, seed=seed)

    old_ids, new_ids = set(ids(first)), {unit.id for unit in new}
    assert not old_ids & new_ids
    assert set(ids(both)) == old_ids | new_ids
    assert Counter(unit.stratum for unit in new) == Counter({k: v for k, v in more.items() if v})
    for unit in both.units:
        n_h = counts.get(unit.stratum, 0) + more[unit.stratum]
        assert unit.base_weight == pytest.approx(sizes[unit.stratum] / n_h)


def test_refreshment_refuses_a_stratum_that_has_grown():
    first = draw({"a": ["1", "2", "3"]}, {"a": 1}, seed=1)

    with pytest.raises(AllocationError, match="the frame changed in a"):
        refresh({"a": ["1", "2", "3", "4"]}, first, {"a": 1}, seed=1)


def test_newcomers_in_a_stratum_of_their_own_are_drawn_with_their_own_weight():
    frame = {"a": ["1", "2", "3"], "new": ["4", "5"]}
    first = draw({"a": frame["a"]}, {"a": 1}, seed=1)

    both, new = refresh(frame, first, {"new": 1}, seed=1)

    assert [(unit.stratum, unit.base_weight) for unit in new] == [("new", 2.0)]
    assert both.counts == {"a": 1, "new": 1}


def test_reserves_carry_no_weight_until_they_are_released():
    frame = frame_of(SIZES)
    sample = draw(frame, allocate(SIZES, 80, minimum=4), seed=3, reserves=2)
    drawn_at_once = draw(frame, {k: 2 * v for k, v in sample.counts.items()}, seed=3)

    larger = release(sample)

    assert len(sample.units) == 80
    assert len(larger.reserves) == 1
    assert set(ids(larger)) == set(ids(drawn_at_once))
    assert sum(unit.base_weight for unit in larger.units) == pytest.approx(sum(SIZES.values()))


def test_reserves_of_a_small_stratum_are_what_is_left():
    sample = draw({"a": ["1", "2", "3"]}, {"a": 2}, seed=1, reserves=2)

    assert [len(batch["a"]) for batch in sample.reserves] == [1, 0]
    with pytest.raises(AllocationError, match="3 reserve batches: the sample has 2"):
        release(sample, 3)
