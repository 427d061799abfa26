"""Variables drawn for a person decide which part of the questions that person gets."""

import pytest

from tests.unit.questionnaire.visits import Visit, known


@pytest.mark.parametrize(
    ("part", "pages"),
    [
        ("a", ["glad", "school"]),
        ("b", ["glad", "work"]),
        ("all", ["glad", "school", "work"]),
    ],
)
def test_person_gets_the_part_that_was_drawn(part, pages):
    visit = Visit("assigned", known(assigned={"x_part": part}))

    assert visit.pages == pages
    assert visit.route.values["x_part"] == part


def test_nobody_gets_a_part_before_it_is_drawn():
    assert Visit("assigned").pages == ["glad"]
