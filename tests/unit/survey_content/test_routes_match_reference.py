"""Random people take the route through the platform that the item bank itself gives them.

Expectations come from `tests/reference/itembank/semantics.py`, which shares no code with the
platform. A failure prints the seed; the same seed gives the same person.
"""

import random
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import pytest

from app.questionnaire.compile import compile_wave
from app.questionnaire.model import Missing
from app.questionnaire.routing import Earlier, Known, Preload, Route, route
from app.questionnaire.source import load_bank
from tests.reference.itembank.respondents import ACTS, GROUPS, MONTHS, Person, interviews
from tests.reference.itembank.semantics import MISSING, Answer, Walk, earlier_answers

BLOCKS = ("a", "b", "c", "d", "abcd")
HISTORIES = ((2024,), (2025,), (2027,), (2024, 2025), (2024, 2025, 2027), (2024, 2027))
"""Waves a person took part in; the last one is compared."""

PEOPLE = 4
"""Of each group, act and block: with six histories 720 people."""


@pytest.fixture(scope="module")
def instruments():
    bank, problems = load_bank(Path("surveys/perspectief"))
    assert problems == []
    return {wave: compile_wave(bank, wave) for wave in bank.waves}


def in_app(answers: dict[str, Answer]) -> dict:
    return {var: Missing(value) if value in MISSING else value for var, value in answers.items()}


def known_in_app(person: Person, walked: Walk, history: Sequence[Walk]) -> Known:
    earlier = {
        var: Earlier(value, last_wave(var, history))
        for var, value in earlier_answers(history).items()
    }
    return Known(
        frame=person.frame(panel=bool(history)),
        assigned={"x_split": person.x_split},
        preload=Preload(earlier, {one.wave: one.interview_month for one in history}),
        interview_month=walked.interview_month,
    )


def last_wave(var: str, history: Sequence[Walk]) -> int:
    return max(one.wave for one in history if var in one.known.substantive)


def people(waves: tuple[int, ...]) -> Iterator[tuple[Person, list[tuple[dict, Walk]]]]:
    """Yield people of every group, act and block with their answers and walks, wave by wave."""
    for seed, (group, act, block, number) in enumerate(
        product(GROUPS, ACTS, BLOCKS, range(PEOPLE))
    ):
        # The open link knows nobody, so nobody is asked again by it.
        entry = "open" if len(waves) == 1 and number % 2 else "personal"
        person = Person(group, act, entry, block)
        print(f"seed {seed}: {person}, waves {waves}")
        yield person, interviews(person, waves, random.Random(seed))


def same_route(found: Route, expected: Walk) -> None:
    assert [page.id for page in found.pages] == [screen.id for screen in expected.screens]
    assert [page.variables for page in found.pages] == [
        screen.variables for screen in expected.screens
    ]
    assert found.carried == expected.carried
    assert (found.termination.status if found.termination else "complete") == expected.status
    assert found.complete
    assert known_values(found) == expected.known.substantive
    assert {
        var: value.value for var, value in found.values.items() if isinstance(value, Missing)
    } == expected.known.missing


def known_values(found: Route) -> dict:
    return {var: value for var, value in found.values.items() if not isinstance(value, Missing)}


@pytest.mark.parametrize("waves", HISTORIES, ids=lambda waves: "-".join(map(str, waves)))
def test_random_people_meet_the_pages_and_values_of_the_bank(instruments, waves):
    for person, done in people(waves):
        (answers, expected), history = done[-1], [walked for _, walked in done[:-1]]

        found = route(
            instruments[expected.wave], known_in_app(person, expected, history), in_app(answers)
        )

        same_route(found, expected)


@pytest.mark.parametrize("wave", MONTHS)
def test_people_who_stopped_go_on_at_the_next_page_of_the_bank(instruments, wave):
    stop_at = random.Random(wave)
    for person, [(answers, expected)] in people((wave,)):
        at = stop_at.randrange(len(expected.screens))
        given = {var: answers[var] for screen in expected.screens[:at] for var in screen.variables}

        found = route(instruments[wave], known_in_app(person, expected, ()), in_app(given))

        assert found.first_open is not None
        assert found.first_open.id == expected.screens[at].id


@pytest.mark.parametrize("wave", MONTHS)
def test_random_people_reach_every_question(instruments, wave):
    """Otherwise the comparison above would say little."""
    instrument = instruments[wave]
    questions = {var for var, item in instrument.item_of.items() if var != item.var}
    questions |= {item.var for item in instrument.items if not item.statements}

    reached = {
        var
        for waves in HISTORIES
        if waves[-1] == wave
        for _, done in people(waves)
        for var in done[-1][1].asked
    }

    assert questions <= reached
