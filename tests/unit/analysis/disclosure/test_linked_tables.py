"""Tables that share people: what one masks no other gives back."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.disclosure.audit import audit
from analysis.disclosure.linked import link
from analysis.disclosure.masking import mask_tables
from analysis.disclosure.policy import Policy
from analysis.plan import Kind
from tests.unit.analysis.disclosure.people import codebook, draw, table

CODEBOOK = codebook()
LOOSE = Policy(suppress_base=1, bracket_below=1, flag_below=1)
BOTH = (2024, 2025)


def masked(people, *plan, policy=LOOSE):
    return mask_tables(people.rows(*plan), plan, CODEBOOK, policy)


def shown(tables, **where):
    rows = tables.rows
    for name, value in where.items():
        rows = rows[rows[name] == value]
    assert len(rows)
    return (rows["flag"] != "suppressed").tolist()


def cells(people, *plan):
    """True counts by the name of the cell, and the relations as sums."""
    linked = link(people.rows(*plan), plan, CODEBOOK)
    assert np.abs(linked.system.relations @ linked.system.counts).max(initial=0) == 0
    return linked


def few_old(people):
    """Five people are in the last class of age."""
    for number, person in enumerate(people.answers[2024]):
        person["age"] = "4" if number < 5 else "123"[number % 3]
    return people


def test_same_people_are_one_cell_in_every_table():
    people = draw(1)
    plan = (table("a", "q", "sex"), table("b", "q", "age", nets={"top": ("2", "1")}))

    linked = cells(people, *plan)

    rows = people.rows(*plan)
    total = rows[(rows["banner"] == "total") & (rows["stub_code"] == "1")].index
    assert len(total) == 2
    assert len({int(linked.cell_of_row[at]) for at in total}) == 1


def test_cell_masked_in_one_table_is_masked_in_every_other():
    people = draw(2, 200)
    plan = (
        table("a", "q", "sex"),
        table("b", "q", "sex", "age"),
        table("c", "q", base="sex == 'f'"),
    )

    tables = masked(people, *plan)

    for code in "12345":
        in_a = shown(tables, table="a", banner_code="f", stub_code=code)
        in_b = shown(tables, table="b", banner_code="f", stub_code=code)
        in_c = shown(tables, table="c", stub_code=code)
        assert in_a == in_b == in_c
    assert False in shown(tables, table="c")


def test_net_does_not_give_back_an_answer():
    """Net and all but one of its answers printed would be the last answer by subtraction."""
    people = draw(3, 400)
    plan = (
        table("a", "q", nets={"low": ("3", "4", "5")}),
        table("b", "q", nets={"end": ("4", "5")}),
    )

    tables = masked(people, *plan)

    visible = [c for c in "345" if shown(tables, table="a", stub_code=c) == [True]]
    if shown(tables, table="a", stub_code="low") == [True]:
        assert len(visible) != 2
    if shown(tables, table="b", stub_code="end") == [True]:
        assert len(set(visible) & {"4", "5"}) != 1
    assert len(visible) < 3


def test_who_did_not_choose_an_answer_is_protected_too():
    people = draw(4, 300)
    for number, person in enumerate(people.answers[2024]):
        person["many"] = ("x",) if number >= 6 else ("y",)

    tables = masked(people, table("a", "many"))

    assert shown(tables, stub_code="x") == [False]


def test_difference_of_a_filter_and_the_whole_is_a_cell():
    people = draw(5, 300)
    for number, person in enumerate(people.answers[2024]):
        person["act"] = "old" if number < 5 else "new"
        person["q"] = "12"[number % 2]
    plan = (table("a", "q"), table("b", "q", base="act == 'new'"))

    strict = masked(people, *plan)
    careless = masked(people, *plan, policy=Policy(1, 1, 1, 1, 1, protect_filters=False))

    for code in "12":
        pair = shown(strict, stub_code=code)
        assert pair != [True, True]
    assert shown(careless, stub_code="1") == [True, True]


def test_filter_on_the_question_itself_is_the_same_answers():
    """Leaving an answer out of the base leaves the others who they are."""
    people = draw(6, 300)
    plan = (table("a", "q"), table("b", "q", base="q != '5'"))

    tables = masked(people, *plan)

    for code in "1234":
        assert shown(tables, table="a", stub_code=code) == shown(tables, table="b", stub_code=code)
    assert shown(tables, table="b", stub_code="5") == [True]


def test_breakdown_within_a_part_adds_up_to_that_part():
    people = draw(7, 300)
    plan = (table("a", "q", "act", "route where act == 'new'"),)

    linked = cells(people, *plan)

    names = linked.system.names
    part = names.index("2024: act == 'new' and 2024: q == '1' and in wave 2024")
    routes = [
        names.index(
            f"2024: act == 'new' and 2024: q == '1' and 2024: route == '{code}' and in wave 2024"
        )
        for code in "abc"
    ]
    rows = linked.system.relations.toarray()
    wanted = np.zeros(len(names))
    wanted[part], wanted[routes] = -1.0, 1.0
    assert any((row == wanted).all() for row in rows)


def test_trend_and_cross_section_leave_a_difference_that_is_no_way_in():
    """The wave less those who came back is who left: masked cells stay unsure in both."""
    people = draw(8, 260, waves=BOTH)
    plan = (table("wave", "q", "sex"), table("trend", "q", "sex", waves=BOTH))

    tables = masked(people, *plan)

    assert_unsure(tables)
    names = tables.cells.system.names
    panel = {name for name in names if "in wave 2025" in name and ": q == '5'" in name}
    assert panel
    assert any("outside in wave 2024 and in wave 2025" in name for name in names)


def test_transition_and_trend_do_not_give_each_other_back():
    people = draw(9, 300, waves=BOTH)
    plan = (
        table("trend", "q", waves=BOTH),
        table("moves", "q", waves=BOTH, kind=Kind.TRANSITION),
    )

    linked = cells(people, *plan)
    tables = masked(people, *plan)

    names, rows = linked.system.names, linked.system.relations.toarray()
    origin = "2024: q == '1' and in wave 2024 and in wave 2025"
    column = "2024: q == '1' and 2025: q answered and in wave 2024 and in wave 2025"
    both = [row for row in rows if row[names.index(origin)] and row[names.index(column)]]
    assert both
    assert_unsure(tables)
    for code in "12345":
        first = shown(tables, table="trend", wave="2024", stub_code=code)
        rows_of_origin = shown(tables, table="moves", banner_code=code)
        if first == [False]:
            beyond = counts_beyond(linked, code)
            assert beyond >= 10 or not all(rows_of_origin)


def counts_beyond(linked, code):
    names, counts = linked.system.names, linked.system.counts
    origin = f"2024: q == '{code}' and in wave 2024 and in wave 2025"
    column = f"2024: q == '{code}' and 2025: q answered and in wave 2024 and in wave 2025"
    return counts[names.index(origin)] - counts[names.index(column)]


def test_kinds_of_missing_that_count_are_answers_and_stay_out_of_the_mean():
    people = draw(10, 400)
    for number, person in enumerate(people.answers[2024]):
        person["q"] = "dk" if number < 4 else "1234"[number % 4]
    plan = (table("a", "q", "sex", mean=True, count_missing=("dk",)), table("b", "q", "sex"))

    linked = cells(people, *plan)
    tables = masked(people, *plan)

    rows = people.rows(*plan)
    mean = rows[(rows["statistic"] == "mean") & (rows["banner"] == "total")].index[0]
    share = rows[(rows["statistic"] == "share") & (rows["banner"] == "total")].index[0]
    plain = rows[(rows["table"] == "b") & (rows["banner"] == "total")].index[0]
    assert linked.base_of_row[mean] == linked.base_of_row[plain]
    assert linked.base_of_row[mean] != linked.base_of_row[share]
    assert_unsure(tables)
    few = rows[(rows["stub_code"] == "dk") & rows["count"].between(1, 9)].index
    assert len(few)
    assert set(tables.rows.loc[few, "flag"]) == {"suppressed"}


def test_number_variables_have_bases_only():
    people = few_old(draw(11, 300))
    plan = (table("a", "hours", "sex", "age"),)

    tables = masked(people, *plan)

    assert (tables.cells.cell_of_row == -1).all()
    assert_unsure(tables)
    assert True in shown(tables, banner="total")


def test_variable_by_itself_is_known_to_be_empty_off_the_diagonal():
    people = few_old(draw(12, 300))
    plan = (table("a", "age", "age"),)
    rows = people.rows(*plan)
    rows["structural"] = rows["stub_code"] != rows["banner_code"]
    rows.loc[rows["banner"] == "total", "structural"] = False

    tables = mask_tables(rows, plan, CODEBOOK, LOOSE)

    off = tables.rows[rows["structural"]]
    printed = off[off["flag"] != "suppressed"]
    assert (printed["value"] == 0).all()
    assert_unsure(tables)


@pytest.mark.parametrize("seed", range(4))
def test_whole_release_is_protected_whatever_its_search_was(seed):
    """Exact and quick patterns pass the same audit, which works out every end."""
    people = draw(20 + seed, 220, waves=BOTH)
    nets = {"top": ("1", "2")}
    breakdowns = ("sex", "age", "act", "route where act == 'new'")
    plan = (
        table("one", "q", *breakdowns, nets=nets, mean=True),
        table("two", "q", *breakdowns, nets=nets, waves=BOTH),
        table("three", "many", "sex", nets={"any": ("y", "z")}),
        table("four", "s", "sex", "age"),
        table("five", "q", waves=BOTH, kind=Kind.TRANSITION),
    )
    quick = Policy(exact_requirements=0)

    assert_unsure(masked(people, *plan, policy=quick))
    assert_unsure(masked(people, *plan, policy=Policy()))


def assert_unsure(tables):
    """Every requirement, in interviews and in people, by both ends of its interval."""
    problem = tables.primary.problem
    assert problem.requirements
    found = audit(problem.system, tables.masked, problem.requirements)
    for requirement, interval in zip(problem.requirements, found, strict=True):
        name = problem.system.names[requirement.cell]
        assert tables.masked[requirement.cell], name
        assert interval.width >= requirement.width - 1e-4, name
