"""The longitudinal weight finds the true change: its intervals cover it as often as they say.

The truth is computed from the lives of all 95,540 invented people; the estimate from the files of
a release with 12,000 sampled people, of whom some 1,800 answer twice (5,000 in the test of every
day). Nonresponse depends on what
the frame does not know (schooling, literacy, route) and what the questionnaire asks in part.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.bootstrap import STUDY
from tests.builders import real_bank
from tests.simulation.change import Found, change_of
from tests.simulation.quick_panel import People, QuickPanel

SAMPLE, SMALL_SAMPLE = 12_000, 5_000


def change_found(people: People, seed: int, folder: Path, size: int) -> Found:
    return change_of(QuickPanel(people, real_bank(), size, seed).write_release(folder))


def test_intervals_of_ten_panels_hold_the_true_change_but_for_two_at_most(tmp_path: Path) -> None:
    """Of ten 95 % intervals fewer than eight cover with a chance of 0.01 (binomial)."""
    people = People.of(STUDY, 1)
    found = [
        change_found(people, seed, tmp_path / str(seed), SMALL_SAMPLE)
        for seed in range(1_000, 1_010)
    ]

    truth = people.change_in_paid_work
    assert truth > 0.02, "a change worth finding"
    assert sum(one.covers(truth) for one in found) >= 8
    assert all(abs(one.value - truth) < 4 * one.se for one in found)


@pytest.mark.soak
@pytest.mark.timeout(3_000)
def test_intervals_of_a_hundred_panels_cover_the_true_change_at_their_level(tmp_path: Path) -> None:
    """Ten populations with ten samples each; 95 % intervals, so 90 to 98 of a hundred."""
    covered = []
    for population in range(1, 11):
        people = People.of(STUDY, population)
        for number in range(10):
            seed = 1_000 * population + number
            found = change_found(people, seed, tmp_path / str(seed), SAMPLE)
            covered.append(found.covers(people.change_in_paid_work))
    assert 90 <= sum(covered) <= 98
