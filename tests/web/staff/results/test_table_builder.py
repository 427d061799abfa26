"""The table builder: what is asked for is made, explained, protected, and taken away as a file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from werkzeug.datastructures import MultiDict

from analysis.plan_source import parse_plan
from app.panel.states import Role
from app.web.results.tables_address import address_of, pairs_of
from tests.integration.staff.conftest import add_account, open_panel
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk, checked, text
from tests.web.staff.desk import Page as DeskPage

PAGE = "/staff/results/tables/new"
BY_GROUP = f"{PAGE}?stub=e_meedoen&by=r_grp&waves=2024&shows=column&letters=1&ci=1"


@pytest.fixture(scope="module")
def analyst(panel_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One browser for all of them: what was asked before is remembered, as it is at work."""
    opened = open_panel(panel_folder, tmp_path_factory.mktemp("builder") / "data")
    desk = Desk(staff_app(opened))
    desk.sign_in(add_account(opened, Role.ANALYST), opened.clock.now())
    yield desk
    opened.databases.close()


def heads(page: DeskPage, name: str = "made-1") -> list[str]:
    return [text(one) for one in page.by_id(name).iter("th") if one.get("scope") == "col"]


def wholes(rows: list[list[str]]) -> list[list[str]]:
    """Rows without the intervals that stand under their numbers."""
    return [
        [row[0], *(re.split(r"(?<=\d{3})(?=\d+,)", cell)[0] for cell in row[1:])] for row in rows
    ]


def test_page_without_a_question_teaches_what_to_do(analyst: Desk) -> None:
    page = analyst.get(PAGE)

    assert page.status == 200
    assert "No table yet" in page.words
    assert not page.has("made-1")


def test_table_has_a_column_for_everybody_and_each_group_and_says_what_it_rests_on(
    analyst: Desk,
) -> None:
    page = analyst.get(BY_GROUP)

    assert heads(page)[:2] == ["Answer", "Total"]
    assert any(head.startswith("Asylum migrants") for head in heads(page))
    rows = {row[0]: row[1:] for row in page.table("made-1")}
    assert {"Interviews (n)", "Weighted n, people", "Effective n"} <= set(rows)
    assert "%" in next(iter(rows.values()))[0]
    assert "Live figures, not for publication" in page.words
    assert "w1_cs" in page.words
    assert "Kish" in page.words


def test_column_percentages_of_a_single_choice_add_up_to_a_hundred(analyst: Desk) -> None:
    rows = analyst.get(f"{PAGE}?stub=sekse&waves=2024&shows=column").table("made-1")

    shares = [float(row[1].rstrip("%†")) for row in rows if row[1].rstrip("†").endswith("%")]
    assert sum(shares) == pytest.approx(100, abs=0.3)


def test_the_same_question_has_the_same_answer(analyst: Desk) -> None:
    first = analyst.get(BY_GROUP).table("made-1")
    analyst.get(f"{PAGE}?stub=e_meedoen&by=r_grp&waves=2024&shows=column&if1=sekse&if1c=sekse.man")

    assert analyst.get(BY_GROUP).table("made-1") == first


def test_mean_has_no_percentages(analyst: Desk) -> None:
    page = analyst.get(f"{PAGE}?stub=e_grade&by=sekse&waves=2024&shows=mean")

    assert [row[0] for row in page.table("made-1")][:2] == ["Mean", "Median"]


def test_numbers_of_people_add_up_to_the_people_of_the_base(analyst: Desk) -> None:
    rows = analyst.get(f"{PAGE}?stub=sekse&waves=2024&shows=people").table("made-1")
    base = next(row[1] for row in rows if row[0] == "Weighted n, people")
    at = next(k for k, row in enumerate(rows) if row[0] == "Interviews (n)")

    people = [int(row[1].replace(",", "").split()[0].rstrip("†")) for row in wholes(rows[:at])]
    assert sum(people) == pytest.approx(int(base.replace(",", "")), rel=0.05)


def test_row_percentages_are_the_table_turned_over(analyst: Desk) -> None:
    rows = analyst.get(f"{PAGE}?stub=r_grp&by=sekse&waves=2024&shows=row")
    turned = analyst.get(f"{PAGE}?stub=sekse&by=r_grp&waves=2024&shows=column")

    assert rows.table("made-1") == turned.table("made-1")


def test_all_that_is_wrong_is_said_at_once_and_what_was_chosen_stays(analyst: Desk) -> None:
    page = analyst.get(
        f"{PAGE}?stub=d_nu&by=t_wacht_mnd&by=r_grp&waves=2024&shows=mean&if1=sekse&letters=1"
    )

    assert page.status == 422
    assert "has no mean" in page.words
    assert "Tick the answers of" in page.words
    chosen = [
        one.get("value") for one in page.tree.iter("option") if one.get("selected") is not None
    ]
    assert {"d_nu", "r_grp", "sekse"} <= set(chosen)


@pytest.mark.parametrize(
    "query",
    [
        "stub=nobody&waves=2024",
        "stub=e_meedoen&by=nobody&waves=2024",
        "stub=e_meedoen&waves=1999",
        "stub=e_meedoen&waves=x",
        "stub=e_meedoen&waves=2024&shows=everything",
        "stub=e_meedoen&waves=2024&from=17",
        "stub=e_meedoen&waves=2024-2023",
        f"stub={'x' * 200}&waves=2024",
    ],
)
def test_what_does_not_exist_is_not_found(analyst: Desk, query: str) -> None:
    assert analyst.get(f"{PAGE}?{query}").status == 404


def test_what_the_register_says_finely_is_no_breakdown(analyst: Desk) -> None:
    page = analyst.get(f"{PAGE}?stub=e_meedoen&by=fr_act&waves=2024")

    assert page.status in (404, 422)
    assert not page.has("made-1")


def test_another_field_is_offered_without_script(analyst: Desk) -> None:
    page = analyst.get(f"{PAGE}?stub=e_meedoen&by=r_grp&waves=2024&add=by&letters=1")

    assert page.status == 200
    assert page.has("by-2")
    assert not page.has("made-1")


def test_answers_of_a_filter_are_offered_once_its_question_is_chosen(analyst: Desk) -> None:
    page = analyst.get(f"{PAGE}?stub=e_meedoen&waves=2024&if1=r_regime&add=filter")

    assert "Wi2021" in page.words
    assert {one.get("value") for one in page.tree.iter("input")} >= {"r_regime.wi2021"}


def test_filter_stands_in_words_and_as_a_condition(analyst: Desk) -> None:
    page = analyst.get(f"{PAGE}?stub=e_meedoen&waves=2024&if1=r_regime&if1c=r_regime.wi2021")

    assert "r_regime == 'wi2021'" in page.words
    assert "Act: Wi2021" in page.words


def test_address_of_a_table_reads_back_as_the_table() -> None:
    asked = address_of(
        MultiDict(
            [
                ("stub", "q_tevreden"), ("by", "r_route"), ("by", "sekse"), ("waves", "2024to2025"),
                ("if1", "r_regime"), ("if1c", "r_regime.wi2021"), ("shows", "row"),
                ("net1", "1"), ("net1", "2"), ("letters", "1"), ("ci", "1"),
            ]
        )
    ).request  # fmt: skip

    assert address_of(MultiDict(pairs_of(asked))).request == asked


@pytest.mark.parametrize("ending", ["csv", "xlsx", "sav", "pdf", "html"])
def test_table_is_taken_away_in_every_format(analyst: Desk, ending: str) -> None:
    response = analyst.fetch(BY_GROUP.replace(PAGE, f"{PAGE}.{ending}"))

    assert response.status_code == 200
    assert response.headers["Content-Disposition"].endswith(f'.{ending}"')
    assert "synthetic-live-e_meedoen" in response.headers["Content-Disposition"]
    assert len(response.get_data()) > 500


def test_files_have_the_numbers_of_the_page(analyst: Desk) -> None:
    page = analyst.get(BY_GROUP)
    body = analyst.fetch(BY_GROUP.replace(PAGE, f"{PAGE}.csv")).get_data().decode("utf-8-sig")
    shares = [
        row
        for row in csv.DictReader(io.StringIO(body))
        if row["statistic"] == "share" and row["banner"] == "total"
    ]
    shown = [row[1] for row in page.table("made-1")][: len(shares)]

    for row, words in zip(shares, shown, strict=True):
        assert (
            words.startswith(f"{100 * float(row['value']):.1f}%") if row["value"] else "×" in words
        )
    assert "Live figures, not for publication" in body
    assert "SYNTHETIC" in body


def test_workbook_opens_and_holds_the_letters_as_text(analyst: Desk) -> None:
    content = analyst.fetch(BY_GROUP.replace(PAGE, f"{PAGE}.xlsx")).get_data()

    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "Interviews (n)" in cells
    assert not any(isinstance(value, str) and value.startswith("=") for value in cells)


def test_a_file_of_nothing_is_not_found(analyst: Desk) -> None:
    assert analyst.fetch(f"{PAGE}.csv").status_code == 404
    assert analyst.fetch(f"{PAGE}.csv?stub=nobody&waves=2024").status_code == 404


def test_in_dutch_all_of_it_is_dutch(analyst: Desk) -> None:
    dutch = Desk(analyst.app, headers={"Accept-Language": "nl"})
    dutch.client = analyst.client
    page = dutch.get(BY_GROUP)

    assert "Vragenlijsten (n)" in page.words
    for english in (
        "Make the table",
        "Column percentages",
        "Not shown",
        "Which question",
    ):
        assert english not in page.words


# --- kept tables ----------------------------------------------------------------------------------


def kept(desk: Desk, name: str) -> str:
    """Keep the table by group in a plan and return the plan's address."""
    response = desk.submit(desk.get(BY_GROUP), "/staff/results/tables/keep", name=name, plan="new")
    assert response.status_code == 303
    return response.headers["Location"]


def test_table_is_kept_under_a_name_and_opened_again(analyst: Desk) -> None:
    plan = analyst.get(kept(analyst, "Meedoen"))

    assert plan.heading == "Meedoen"
    links = [one.get("href") or "" for one in plan.tree.iter("a")]
    (table,) = [link for link in links if link.startswith(f"{PAGE}?")]
    assert analyst.get(table).table("made-1") == analyst.get(BY_GROUP).table("made-1")


def test_plan_goes_out_as_yaml_that_the_commands_read(analyst: Desk) -> None:
    response = analyst.fetch(f"{kept(analyst, 'Uit')}.yaml")

    (table,) = parse_plan(response.get_data(as_text=True), Path("plan.yaml")).tables
    assert table.stub == ("e_meedoen",)
    assert [one.variable for one in table.banner] == ["r_grp"]
    assert table.letters
    assert table.waves == (2024,)


@pytest.mark.parametrize("name", ["", "   ", "x" * 81])
def test_plan_without_a_fit_name_is_asked_for_again(analyst: Desk, name: str) -> None:
    response = analyst.submit(
        analyst.get(BY_GROUP), "/staff/results/tables/keep", name=name, plan="new"
    )
    page = checked(response)

    assert page.status == 422
    assert page.form("/staff/results/tables/keep")["name"] == name
    assert page.form("/staff/results/tables/keep")["stub"] == "e_meedoen"


def test_two_plans_cannot_have_one_name(analyst: Desk) -> None:
    kept(analyst, "Dubbel")

    response = analyst.submit(
        analyst.get(BY_GROUP), "/staff/results/tables/keep", name="DUBBEL", plan="new"
    )

    assert checked(response).status == 422


def test_plan_is_renamed_emptied_and_deleted(analyst: Desk) -> None:
    path = kept(analyst, "Even")
    assert analyst.submit(analyst.get(path), f"{path}/rename", name="Anders").status_code == 303
    page = analyst.get(path)
    assert page.heading == "Anders"

    assert analyst.submit(page, f"{path}/drop").status_code == 303
    assert "No tables in this plan" in analyst.get(path).words
    assert checked(analyst.submit(page, f"{path}/delete")).status == 409
    assert analyst.submit(analyst.get(path), f"{path}/delete").status_code == 303
    assert analyst.get(path).status == 404
    assert "Anders" not in analyst.get("/staff/results/tables").words


def test_number_shows_its_quartiles_beside_the_median_when_asked(analyst: Desk) -> None:
    asked = f"{PAGE}?stub=leeftijd&by=sekse&waves=2024&shows=mean&quartiles=1"

    rows = {row[0]: row[1:] for row in analyst.get(asked).table("made-1")}

    def total(name: str) -> float:
        return float(next(row[0] for head, row in rows.items() if head.startswith(name)))

    assert total("First quartile") < total("Median") < total("Third quartile")
    assert not any(
        head.startswith("First quartile")
        for head in (row[0] for row in analyst.get(asked[: -len("&quartiles=1")]).table("made-1"))
    )


def test_letters_that_were_asked_for_and_are_not_there_are_accounted_for(analyst: Desk) -> None:
    alone = analyst.get(f"{PAGE}?stub=e_meedoen&waves=2024&shows=column&letters=1")
    unasked = analyst.get(f"{PAGE}?stub=e_meedoen&waves=2024&shows=column")

    assert "No letters: choose groups to compare" in alone.words
    assert "No letters" not in unasked.words
    assert "(A)" in analyst.get(BY_GROUP).words or "No letters:" in analyst.get(BY_GROUP).words


def test_numbers_that_are_not_shown_come_with_what_to_do(analyst: Desk) -> None:
    page = analyst.get(f"{PAGE}?stub=q_tevreden&by=groep&waves=2024&shows=column&letters=1")

    assert "Not shown:" in page.words
    assert "compare fewer or larger groups" in page.words
