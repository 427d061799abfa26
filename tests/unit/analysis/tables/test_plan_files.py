"""Table plans as they are written: what is filled in, and what is refused with its line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.codebook import read_codebook
from analysis.errors import RecipeError
from analysis.plan import Breakdown, Kind, Variance
from analysis.plan_check import plan_problems
from analysis.plan_source import parse_plan, read_plan
from tests.unit.analysis.releases import SURVEY, write_release

HERE = Path("study/tables/plan.yaml")


@pytest.fixture(scope="module")
def codebook(tmp_path_factory):
    folder = write_release(tmp_path_factory.mktemp("release") / "r")
    return read_codebook(folder / "codebook.json")


def parsed(text):
    return parse_plan(text, HERE)


def refused(text):
    with pytest.raises(RecipeError) as refusal:
        parsed(text)
    return list(refusal.value.problems)


def test_a_table_with_nothing_but_the_needed_has_the_defaults_of_the_language():
    (table,) = parsed("tables:\n  - {id: t, stub: q, waves: [2024]}\n").tables

    assert (table.id, table.stub, table.banner, table.waves) == ("t", ("q",), (), (2024,))
    assert (table.kind, table.variance, table.show) == (
        Kind.SHARES, Variance.CALIBRATED, ("interval",),
    )  # fmt: skip
    assert (table.base, table.nets, table.chapter) == (None, None, None)
    assert not any((table.mean, table.letters, table.holm, table.count_missing))


def test_everything_that_can_be_said_of_a_table_is_kept():
    plan = parsed("""
recipes: ../w
tables:
  - id: t
    stub: [q, r]
    banner: [sex, {variable: route, where: "act == 'wi2021'"}]
    waves: [2024, 2025]
    base: known(q)
    nets: {top: {codes: ["1", "2"], nl: eens, en: agree}, bottom: ["4"]}
    mean: true
    letters: true
    holm: true
    count_missing: [ref, dk]
    variance: weights_fixed
    show: [interval, se]
    title: {nl: Meedoen, en: Taking part}
    chapter: RQ3
""")

    (table,) = plan.tables
    assert plan.recipes == HERE.parent / "../w"
    assert table.banner == (Breakdown("sex"), Breakdown("route", "act == 'wi2021'"))
    assert table.base == "known(q)"
    assert table.nets == {"top": ("1", "2"), "bottom": ("4",)}
    assert table.net_labels == {"top": {"nl": "eens", "en": "agree"}}
    assert table.mean
    assert table.letters
    assert table.holm
    assert table.kind is Kind.TREND
    assert table.count_missing == ("dk", "ref")
    assert table.variance is Variance.WEIGHTS_FIXED
    assert table.show == ("se", "interval")
    assert table.title == {"nl": "Meedoen", "en": "Taking part"}
    assert table.chapter == "RQ3"


def test_what_many_tables_share_is_said_once():
    plan = parsed("""
banners: {five: [sex, age]}
nets: {top: {codes: ["1"], nl: hoog, en: high}}
defaults: {banner: five, letters: true, nets: [top], each: [[2024], [2025], [2024, 2025]]}
tables:
  - {id: a, stub: q}
  - {id: b, stub: r, waves: [2024], letters: false, banner: [sex], nets: {}}
""")

    assert [t.id for t in plan.tables] == ["a-2024", "a-2025", "a-2024-2025", "b"]
    assert [t.kind for t in plan.tables] == [Kind.SHARES, Kind.SHARES, Kind.TREND, Kind.SHARES]
    first, last = plan.tables[0], plan.tables[-1]
    assert first.banner == (Breakdown("sex"), Breakdown("age"))
    assert first.letters
    assert first.nets == {"top": ("1",)}
    assert first.net_labels == {"top": {"nl": "hoog", "en": "high"}}
    assert (last.waves, last.letters, last.banner) == ((2024,), False, (Breakdown("sex"),))
    assert last.nets is None


def test_all_problems_of_a_plan_are_told_at_once_each_with_its_line():
    problems = refused("""tables:
  - id: t
    stub: []
    waves: [2025, 2024]
    color: red
    kind: pie
  - id: t
    stub: q
    waves: []
    mean: "yes"
    base: "q =="
    nets: {top: [1]}
    show: [everything]
    count_missing: [unwilling]
""")

    assert problems == sorted(problems, key=lambda line: int(line.partition(":")[0]))
    lines = {int(line.partition(":")[0]) for line in problems}
    assert lines == {3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("{id: t, stub: q}", "key 'waves' or 'each' is missing"),
        ("{id: t, stub: q, waves: [2024], each: [[2024]]}", "either 'waves' or 'each'"),
        ("{id: t, stub: q, each: [[2024], [2024]]}", "asked for twice"),
        ("{id: t, stub: q, waves: [2024], kind: trend}", "does not go with 1 waves"),
        ("{id: t, stub: q, waves: [2024, 2025, 2027], kind: transition}", "3 waves"),
        ("{id: t, stub: q, waves: [2024, 2025], kind: shares}", "'shares' does not go with 2"),
        ("{id: t, stub: q, waves: [2024], banner: five}", "no banner 'five'"),
        ("{id: t, stub: q, waves: [2024], nets: [top]}", "no net 'top'"),
        ("{id: t, stub: q, waves: [2024], nets: {top: []}}", "at least one code"),
        ("{id: t, stub: q, waves: [2024], nets: {top: ['1', '1']}}", "in the net twice"),
        ("{id: t, stub: q, waves: [2024], banner: [sex, sex]}", "in the banner twice"),
        ("{id: t, stub: q, waves: [2024], holm: true}", "needs 'letters: true'"),
        ("{id: t, stub: q, waves: [2024], title: {nl: alleen}}", "key 'en' is missing"),
        ("{id: t, stub: q, waves: ['2024']}", "no year of a wave"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused_with_the_reason(table, message):
    problems = refused(f"tables:\n  - {table}\n")

    assert any(message in problem for problem in problems), problems
    assert all(problem.startswith("2: ") for problem in problems)


def test_plan_finds_its_recipes_beside_its_own_folder(tmp_path):
    path = tmp_path / "tables" / "plan.yaml"
    path.parent.mkdir()
    path.write_text("tables: []\n", encoding="utf-8")

    assert read_plan(path).recipes.resolve() == tmp_path / "weights"


def problems_of(text, codebook, recipes=SURVEY / "weights"):
    return plan_problems(replace(parsed(text), recipes=recipes), codebook, "p.yaml")


def test_a_plan_that_fits_the_codebook_has_no_problems(codebook):
    plan = """
banners: {two: [sekse, {variable: r_route, where: "r_regime == 'wi2021'"}]}
tables:
  - {id: a, stub: [e_meedoen, d_nu], banner: two, each: [[2024], [2024, 2025]], nets: {}}
  - {id: b, stub: leeftijd, waves: [2024], mean: true}
  - {id: c, stub: e_meedoen, waves: [2024, 2025], kind: transition, nets: {top: ["1", "2"]}}
"""

    assert problems_of(plan, codebook) == ()


def test_what_the_study_does_not_have_is_told_with_file_and_line(codebook):
    plan = """banners:
  two:
    - sekse
    - {variable: kleur, where: "smaak == 'zout'"}
    - d_nu
tables:
  - id: a
    stub:
      - e_meedoen
      - e_meedon
      - r_brief
      - d_nu
    banner: two
    base: known(geur)
    waves: [2024]
    nets: {top: ["1", "9"]}
  - {id: b, stub: sekse, waves: [2024], mean: true, banner: two}
  - {id: c, stub: d_nu, waves: [2024, 2025], kind: transition}
  - {id: d, stub: e_meedoen, waves: [2027]}
  - {id: e, stub: e_meedoen, each: [[2024], [2027]]}
"""

    found = problems_of(plan, codebook)

    by_line = {}
    for problem in found:
        assert problem.startswith("p.yaml:")
        _, line, message = problem.split(":", 2)
        by_line.setdefault(int(line), []).append(message.strip())
    assert set(by_line) == {4, 5, 9, 10, 11, 12, 14, 17, 18, 19}
    assert [len(by_line[line]) for line in (4, 5)] == [2, 1]
    assert "net 'top': 'e_meedoen' has no code 9" in by_line[9]
    assert "did you mean e_meedoen" in by_line[10][0]
    assert "'r_brief' (month) cannot be tabulated" in by_line[11][0]
    assert "no code 1, 9" in by_line[12][0]
    assert "no numbers: man, vrouw" in by_line[17][0]
    assert "no single answer to move from" in by_line[18][0]
    assert by_line[19] == ["'e_meedoen' is not asked in 2027"]


def test_question_whose_waves_have_no_weight_is_told(codebook):
    """A random block is weighted in one wave: people draw a block anew in the next."""
    plan = """tables:
  - {id: a, stub: [e_meedoen, q_tempo], waves: [2024]}
  - {id: b, stub: [e_meedoen, q_tempo], waves: [2024, 2025]}
"""

    assert problems_of(plan, codebook) == (
        "p.yaml:3: 'q_tempo': one recipe for waves [2024, 2025] for random block b was expected, "
        "found none",
    )


def test_plan_without_recipes_is_told(codebook, tmp_path):
    plan = "tables:\n  - {id: a, stub: e_meedoen, waves: [2024]}\n"

    (problem,) = problems_of(plan, codebook, recipes=tmp_path)

    assert problem.startswith("p.yaml:1: no recipes of weights in ")
