"""Why a condition holds or not: every part with its truth, and nothing said that may still turn."""

import random

import pytest

from app.questionnaire.explain import Join, Read, Truth, explained
from app.questionnaire.expression import parse, tree
from app.questionnaire.expression_tree import written
from app.questionnaire.model import Missing
from tests.unit.questionnaire.test_route_laws import REAL, finished, laws, the_instrument


def truth(source: str, values: dict, coming: tuple[str, ...] = ()) -> Truth:
    return explained(parse(source), values, coming).truth


def test_reason_names_what_a_condition_reads_and_what_it_found() -> None:
    found = explained(
        parse("work == 'yes' and (hours > 20 or not known(end))"), {"work": "yes", "hours": "8"}
    )

    assert (found.join, found.truth) == (Join.ALL, Truth.YES)
    work, rest = found.parts
    assert (work.source, work.truth, work.reads) == (
        "work == 'yes'",
        Truth.YES,
        (Read("work", "yes"),),
    )
    hours, end = rest.parts
    assert (rest.join, hours.source, hours.truth) == (Join.ANY, "hours > 20", Truth.NO)
    assert (end.join, end.truth, end.parts[0].reads) == (Join.NOT, Truth.YES, (Read("end", None),))


@pytest.mark.parametrize(
    ("source", "values", "expected"),
    [
        ("a == 'x' and b == 'y'", {}, Truth.OPEN),
        ("a == 'x' and b == 'y'", {"a": "no"}, Truth.NO),
        ("a == 'x' and b == 'y'", {"a": "x"}, Truth.OPEN),
        ("a == 'x' or b == 'y'", {"a": "x"}, Truth.YES),
        ("a == 'x' or b == 'y'", {"a": "no"}, Truth.OPEN),
        ("not a == 'x'", {}, Truth.OPEN),
        ("not (a == 'x' and b == 'y')", {"b": "no"}, Truth.YES),
        ("a == b", {"a": "x"}, Truth.OPEN),
        ("true", {}, Truth.YES),
    ],
)
def test_answer_still_to_come_leaves_open_what_it_can_turn(source, values, expected) -> None:
    coming = tuple(name for name in ("a", "b") if name not in values)
    assert truth(source, values, coming) is expected


def test_question_that_was_passed_without_an_answer_decides() -> None:
    assert truth("a == 'x'", {}) is Truth.NO
    assert truth("a != 'x'", {}) is Truth.YES
    assert truth("a == 'x'", {"a": Missing.SKIP}) is Truth.NO


def test_default_of_what_is_not_calculated_yet_decides_nothing() -> None:
    found = explained(parse("group == 'unknown'"), {"group": "unknown"}, ("group",))

    assert (found.truth, found.reads) == (Truth.OPEN, (Read("group", None),))


@pytest.mark.parametrize(
    "source",
    [
        "not (a == 'x' or b == 'y') and known(c)",
        "'x' in a or (b in ('1', '2') and not c >= 3)",
        "(a == 'x' or b == 'y') or c == 'z'",
        "a != -1.5 and true",
    ],
)
def test_written_condition_is_the_same_condition(source: str) -> None:
    assert tree(written(tree(source))) == tree(source)


@laws
def test_reason_of_every_question_says_what_its_condition_says(feature: str, wave: int) -> None:
    instrument = the_instrument(feature, wave)
    for seed, visit, _ in finished(feature, wave):
        values = visit.route.values
        for item in instrument.items:
            expected = Truth.YES if item.when(values) else Truth.NO
            assert explained(item.when, values).truth is expected, (feature, seed, item.var)
            assert tree(written(tree(item.when.source))) == tree(item.when.source)


def test_what_is_not_open_no_further_answer_turns() -> None:
    """The real study, answered a question at a time: a settled reason stays as it is."""
    rng = random.Random(8)
    instrument = the_instrument(REAL, 2025)
    for _seed, visit, _ in finished(REAL, 2025):
        values = dict(visit.route.values)
        names = sorted(values)
        for item in rng.sample(instrument.items, 40):
            known = {name: values[name] for name in rng.sample(names, len(names) // 2)}
            coming = frozenset(item.when.reads) - known.keys()
            before = explained(item.when, known, coming).truth
            after = explained(item.when, values).truth
            assert before in (Truth.OPEN, after), item.var
