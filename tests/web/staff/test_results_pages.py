"""Results on the page and as files: numbers with their base, and only what may be asked for."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.services.context import ServiceContext
from app.services.publication import results
from app.storage import models
from tests.web.staff.desk import Desk

PAGE = "/staff/results"
ASKED = f"{PAGE}?wave=2024&variable=e_meedoen&by=r_grp"


def test_twelve_findings_stand_beside_the_estimates(analyst: Desk, panel: ServiceContext) -> None:
    page = analyst.get(PAGE)

    found = results.findings_of(panel, results.results_of(panel, 2024), language="en")
    rows = page.table("findings")
    assert [row[0].split()[0] for row in rows] == [one.id for one in found]
    for row, one in zip(rows, found, strict=True):
        assert row[2].startswith(one.published)
        assert row[5] == str(one.n)
        if one.estimate.value is None:
            assert row[3:5] == ["–", "–"]
            assert row[6] == "Too few interviews"
        else:
            assert f"{100 * one.estimate.value:.1f}%" in row[3]
            assert f"{100 * (one.estimate.low or 0):.1f}–" in row[4]


def test_page_says_what_its_numbers_are(analyst: Desk) -> None:
    words = analyst.get(PAGE).words

    assert "Live, not for publication" in words
    assert "SYNTHETIC" in words
    assert "w1_cs" in words
    assert "SHA-256" in words


def test_base_is_in_words(analyst: Desk) -> None:
    rows = {row[0].split()[0]: row[1] for row in analyst.get(PAGE).table("findings")}

    assert rows["F02a"] == "Everybody"
    assert rows["F24"] == "Group: Asylum migrants and Act: Wi2021"
    assert rows["F26"] == "“What do you do now?”: Paid work or own business"
    assert rows["F52"].endswith(": not I did not search")


def test_weights_are_set_beside_the_population(analyst: Desk) -> None:
    rows = analyst.get(PAGE).table("margins")

    assert rows
    for _, population, weighted, _ in rows:
        assert population == weighted


def test_question_that_is_not_there_is_told(analyst: Desk) -> None:
    page = analyst.get(f"{PAGE}?wave=2024&variable=no_such&by=")

    assert page.status == 200
    assert "Wave 2024 does not have this question." in page.words


@pytest.mark.parametrize(
    "query",
    [
        "wave=1999",
        "wave=2024'--",
        "wave=2024&by=p_adres",
        "wave=2024&variable=e_meedoen&by=fr_municipality",
        "wave=<script>alert(1)</script>",
    ],
)
def test_nothing_but_what_is_listed_can_be_asked_for(analyst: Desk, query: str) -> None:
    assert analyst.get(f"{PAGE}?{query}").status == 404
    assert analyst.get(f"{PAGE}.csv?{query}").status == 404
    assert analyst.get(f"{PAGE}.xlsx?{query}").status == 404


@pytest.mark.parametrize("variable", ["p_adres", "fr_municipality", "case_id", "../x", "{{7*7}}"])
def test_variable_that_is_not_offered_has_no_file(analyst: Desk, variable: str) -> None:
    path = f"{PAGE}.csv?wave=2024&variable={variable}"

    assert analyst.get(path).status == 404


def test_question_by_group_is_made_by_the_builder(analyst: Desk) -> None:
    response = analyst.fetch(ASKED)

    assert response.status_code == 303
    assert response.headers["Location"].startswith(
        "/staff/results/tables/new?stub=e_meedoen&by=r_grp"
    )
    assert analyst.get(response.headers["Location"]).has("made-1")
    for ending in ("csv", "xlsx"):
        file = analyst.fetch(ASKED.replace(PAGE, f"{PAGE}.{ending}")).headers["Location"]
        assert file.startswith(f"/staff/results/tables/new.{ending}?stub=e_meedoen")


def test_entrance_leads_to_everything_there_is(analyst: Desk) -> None:
    page = analyst.get(PAGE)
    links = {link.get("href") for link in page.by_id("ways-list").iter("a")}

    assert {
        "/staff/results/variables",
        "/staff/results/tables/new",
        "/staff/results/tables",
    } <= links
    for link in links:
        assert analyst.get(str(link)).status == 200


def test_findings_are_files_too(analyst: Desk) -> None:
    for ending in ("csv", "xlsx"):
        response = analyst.fetch(f"{PAGE}.{ending}?wave=2024")
        assert response.status_code == 200
        assert "synthetic-wave-2024-findings" in response.headers["Content-Disposition"]
        assert response.headers["Cache-Control"] == "no-store"


def test_export_is_on_record(analyst: Desk, panel: ServiceContext) -> None:
    analyst.fetch("/staff/results/tables/new.csv?stub=e_meedoen&by=r_grp&waves=2024")

    event = models.AuditEvent
    with panel.databases.research.read() as connection:
        row = connection.execute(select(event).where(event.action == "results.exported")).one()
    assert row.staff_id is not None
    assert row.subject == "table of live"
    assert row.detail == {
        "variables": "e_meedoen, r_grp",
        "waves": "2024",
        "format": "csv",
    }


def test_study_without_recipes_says_that_there_are_no_results(researcher: Desk) -> None:
    page = researcher.get(PAGE)

    assert page.status == 200
    assert page.heading == "No results of wave 2024 yet"


def test_dutch_page_writes_numbers_the_dutch_way(analyst: Desk) -> None:
    page = analyst.get(PAGE)
    form = page.form("/staff/language") | {"language": "nl"}
    back = analyst.send("/staff/language", form).headers["Location"]

    page = analyst.get(back)

    assert page.tree.get("lang") == "nl"
    assert "67,5–72,5%" in page.words
