"""Two releases of a wave: what one masks the other must not give back."""

from __future__ import annotations

import json

import pytest

from analysis.disclosure.differencing import (
    DifferencingError,
    ReleaseCells,
    refuse_differencing,
    release_cells,
)
from analysis.disclosure.masking import mask_tables
from analysis.disclosure.policy import Policy
from tests.unit.analysis.disclosure.people import codebook, draw, table

LOOSE = Policy(suppress_base=1, bracket_below=1, flag_below=1)


def released(name, people, *plan):
    return release_cells(name, mask_tables(people.rows(*plan), plan, codebook(), LOOSE))


def test_same_release_again_is_no_leak():
    plan = (table("a", "q", "sex", "age"),)

    refuse_differencing(released("spring", draw(1), *plan), released("summer", draw(1), *plan))


def test_few_people_added_between_releases_are_the_difference():
    plan = (table("a", "s", "sex"),)
    later = draw(2, 300)
    fewer = draw(2, 300)
    fewer.answers[2024] = [None if at < 4 else one for at, one in enumerate(fewer.answers[2024])]

    with pytest.raises(DifferencingError, match="spring and summer") as refused:
        refuse_differencing(released("spring", fewer, *plan), released("summer", later, *plan))

    assert refused.value.pair == ("spring", "summer")
    assert any("differ by" in leak.what for leak in refused.value.leaks)


def test_small_cell_masked_once_may_not_be_printed_next_time():
    plan = (table("a", "q", "sex"),)
    people = draw(3, 300)
    spring = released("spring", people, *plan)
    primary = next(iter(spring.required))
    open_again = ReleaseCells(
        "summer", spring.counts, spring.masked - {primary}, {}, spring.relations
    )

    with pytest.raises(DifferencingError) as refused:
        refuse_differencing(spring, open_again)

    assert primary in str(refused.value)


def test_each_safe_alone_and_not_together():
    """A small cell hides behind one neighbour in spring and behind another in summer."""
    counts = {"all": 100.0, "few": 4.0, "left": 46.0, "right": 50.0}
    adds_up = ({"all": -1.0, "few": 1.0, "left": 1.0, "right": 1.0},)
    spring = ReleaseCells("spring", counts, frozenset({"few", "left"}), {"few": 10.0}, adds_up)
    summer = ReleaseCells("summer", counts, frozenset({"few", "right"}), {"few": 10.0}, adds_up)

    with pytest.raises(DifferencingError, match="few: can be worked out from both together"):
        refuse_differencing(spring, summer)
    refuse_differencing(spring, spring)


def test_other_waves_are_other_people():
    first, second = table("a", "q", "sex"), table("a", "q", "sex", waves=(2025,))
    people = draw(4, 300, waves=(2024, 2025))

    refuse_differencing(released("one", people, first), released("two", people, second))


def test_cells_survive_the_archive():
    cells = released("spring", draw(5), table("a", "q", "sex"))

    back = ReleaseCells.from_json(json.loads(json.dumps(cells.to_json())))

    assert back.to_json() == cells.to_json()
    refuse_differencing(cells, back)
