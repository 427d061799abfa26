"""Weights in the browser: of a release or live, drawn, explained and compared."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from uuid import UUID

import pytest

from app.panel.states import Role
from app.services import jobs
from app.services.context import ServiceContext
from app.services.publication import releases
from tests.integration.staff.released import the_release
from tests.web.staff.desk import Desk

LIST = "/staff/results/weights"
Visitor = Callable[[Role], Desk]


def test_list_has_each_weight_with_its_design_effect(
    visitor: Visitor, released: ServiceContext
) -> None:
    desk = visitor(Role.RESEARCHER)

    rows = {row[0].split()[0]: row for row in desk.get(LIST).table("weights")}

    told = json.loads((the_release(released).folder / "weights" / "diagnostics.json").read_text())
    summary = told["w1_cs"]["summary"]
    assert rows["w1_cs"][1] == "Tables of wave 2024"
    assert rows["w1_cs"][2] == str(summary["n"])
    assert rows["w1_cs"][3] == f"{summary['kish_deff']:.2f}"
    assert rows["w1_cs"][4] == str(round(summary["n_eff"]))
    lines = csv.DictReader(
        io.StringIO(desk.fetch(f"{LIST}.csv?source=1").get_data(as_text=True).lstrip("\ufeff"))
    )
    assert {line["Weight"] for line in lines} == set(rows)


def test_page_sets_each_population_figure_beside_what_was_reached(visitor: Visitor) -> None:
    page = visitor(Role.ANALYST).get(f"{LIST}/w1_cs?source=1")

    rows = page.table("margins-last")
    assert rows
    for _level, wanted, reached, _n, remark in rows:
        assert wanted == reached
        assert remark in ("met", "rests on fewer than 30")


def test_page_draws_the_same_people_before_and_after(
    visitor: Visitor, released: ServiceContext
) -> None:
    page = visitor(Role.RESEARCHER).get(f"{LIST}/w1_cs?source=1")

    rows = page.table("histogram")
    for column in (1, 2):
        counted = sum(int(row[column]) for row in rows)
        told = json.loads(
            (the_release(released).folder / "weights" / "diagnostics.json").read_text()
        )
        assert counted == told["w1_cs"]["summary"]["n"]
    assert page.has("before-chart")
    assert page.has("after-chart")


def test_analyst_sees_no_count_under_ten_and_nobody_s_own_weight(visitor: Visitor) -> None:
    analyst = visitor(Role.ANALYST).get(f"{LIST}/w1_cs?source=1")
    researcher = visitor(Role.RESEARCHER).get(f"{LIST}/w1_cs?source=1")

    places = (("margins-last", 3), ("histogram", 1), ("histogram", 2), ("strata", 1))
    seen = [row[at] for name, at in places for row in analyst.table(name)]
    exact = [row[at] for name, at in places for row in researcher.table(name)]
    assert any(0 < int(one.replace(",", "")) < 10 for one in exact)
    assert "fewer than 10" in seen
    assert all(int(one.replace(",", "")) % 10 == 0 for one in seen if one != "fewer than 10")
    assert "Smallest and largest" in researcher.words
    assert "Smallest and largest" not in analyst.words
    assert not re.search(r"only [1-9] respondents", analyst.words)
    for row in analyst.table("strata"):
        assert (row[3], row[4]) == ("–", "–")


def test_list_of_weights_as_a_file_has_no_more_digits_than_the_page(visitor: Visitor) -> None:
    body = visitor(Role.ANALYST).fetch(f"{LIST}.csv?source=1").get_data(as_text=True)

    assert not re.search(r"\.\d{3}", body)


def test_page_says_the_recipe_in_words_and_cites_kish(visitor: Visitor) -> None:
    page = visitor(Role.ANALYST).get(f"{LIST}/w1_cs?source=1")

    assert "divided by how many were drawn from it" in page.words
    assert "until they meet the population figures of 2023-10-01" in page.words
    assert "Kish 1965" in page.words


def test_two_weights_stand_side_by_side(visitor: Visitor) -> None:
    page = visitor(Role.ANALYST).get(f"{LIST}/compare?source=1&first=w1_cs&second=w1_block_a")

    assert [row[0] for row in page.table("beside")][:1] == ["Interviews (n)"]
    assert page.heading == "w1_cs beside w1_block_a"


def test_weight_that_cannot_be_made_names_the_level_at_fault(
    visitor: Visitor, released: ServiceContext
) -> None:
    path = the_release(released).folder / releases.PICTURES
    told = json.loads(path.read_text(encoding="utf-8"))
    one = next(one for one in told if one["name"] == "w1_cs")
    one |= {
        "problem": "margin group_x_act: level 'overig_wi2013' has no respondents",
        "levels_at_fault": [["group_x_act", "overig_wi2013"]],
        "steps": [], "summary": {}, "histogram": None, "by_stratum": [], "warnings": [],
    }  # fmt: skip
    path.chmod(0o600)
    path.write_text(json.dumps(told), encoding="utf-8")
    desk = visitor(Role.ANALYST)

    page = desk.get(f"{LIST}/w1_cs?source=1")

    assert "This weight cannot be made of these answers." in page.words
    assert "At fault: Other migrants, Wi2013 (group_x_act: overig_wi2013)" in page.words
    rows = {row[0].split()[0]: row for row in desk.get(LIST).table("weights")}
    assert rows["w1_cs"][-1] == "Cannot be made"


def test_live_weights_are_asked_for_and_say_that_they_are_live(
    visitor: Visitor, released: ServiceContext
) -> None:
    desk = visitor(Role.ANALYST)
    page = desk.get(f"{LIST}?source=live")
    assert "No weights yet." in page.words

    answer = desk.submit(page, f"{LIST}/work-out")
    job = answer.headers["Location"].rpartition("/")[2]
    assert jobs.run_here(released, UUID(job))

    page = desk.get(f"{LIST}?source=live")
    assert "Live, not for publication" in page.words
    assert re.search(r"w1_cs", page.words)
    assert desk.get(f"{LIST}/w1_cs?source=live").status == 200


@pytest.mark.parametrize(
    "path",
    [
        f"{LIST}/no_such?source=1",
        f"{LIST}/..%2Fx?source=1",
        f"{LIST}/w1_cs?source=9",
        f"{LIST}?source=../1",
        f"{LIST}/compare?source=1&first=w1_cs&second=x",
        f"{LIST}/w1_cs?source=live",
    ],
)
def test_what_is_not_there_is_404(visitor: Visitor, path: str) -> None:
    assert visitor(Role.ANALYST).fetch(path).status_code == 404
