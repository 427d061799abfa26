"""The variable browser: found by any word, with texts, base, identity and protected numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.panel.states import Role
from tests.integration.staff.conftest import add_account, open_panel
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk

PAGE = "/staff/results/variables"


@pytest.fixture(scope="module")
def analyst(panel_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One browser for all of them."""
    opened = open_panel(panel_folder, tmp_path_factory.mktemp("variables") / "data")
    desk = Desk(staff_app(opened))
    desk.sign_in(add_account(opened, Role.ANALYST), opened.clock.now())
    yield desk
    opened.databases.close()


def test_question_is_found_by_a_word_of_any_language_or_an_answer(analyst: Desk) -> None:
    for word in ("lessen", "lessons", "q_tevreden", "Heel tevreden"):
        page = analyst.get(f"{PAGE}?q={word}")
        assert "q_tevreden" in page.words, word


def test_word_in_another_form_finds_the_question_and_the_page_says_by_which(
    analyst: Desk,
) -> None:
    for typed, other in (
        ("satisfaction lessons", "satisf lessons"),
        ("tevredenheid lessen", "tevreden lessen"),
    ):
        page = analyst.get(f"{PAGE}?q={typed.replace(' ', '+')}")
        assert "q_tevreden" in page.words
        assert f"No question says “{typed}”. These say “{other}”." in page.words
    csv_file = analyst.fetch(f"{PAGE}.csv?q=tevredenheid+lessen").get_data(as_text=True)
    assert "q_tevreden" in csv_file


def test_nothing_found_says_so(analyst: Desk) -> None:
    assert "Nothing fits" in analyst.get(f"{PAGE}?q=zebra").words


def test_list_is_filtered_by_chapter_and_kind(analyst: Desk) -> None:
    rows = analyst.get(f"{PAGE}?chapter=les&kind=single").table("variables")

    assert rows
    assert {row[2] for row in rows} == {"The lessons"}
    assert {row[3] for row in rows} == {"One answer"}


def test_list_is_a_file_too(analyst: Desk) -> None:
    body = analyst.fetch(f"{PAGE}.csv?q=q_tevreden").get_data().decode("utf-8-sig")

    (row,) = csv.DictReader(io.StringIO(body))
    assert row["Name"] == "q_tevreden"


def test_variable_has_its_words_base_and_numbers(analyst: Desk) -> None:
    page = analyst.get(f"{PAGE}/q_tevreden")

    assert page.heading == "How satisfied are you with your lessons?"
    assert "Hoe tevreden bent u over uw lessen?" in page.words
    assert "t_started == 'ja'" in page.words
    assert "First time" in page.words
    rows = {row[0]: row[1:] for row in page.table("answers-2024")}
    assert "Very satisfied" in rows
    assert int(rows["Interviews (n)"][0]) % 10 == 0


def test_identity_says_what_changed(analyst: Desk) -> None:
    assert "First time" in analyst.get(f"{PAGE}/e_meedoen").words


def test_plans_that_use_a_variable_are_listed(analyst: Desk) -> None:
    rows = analyst.get(f"{PAGE}/q_tevreden").table("planned")

    assert ["rq6_lessen-2024", "book", "question"] in rows


def test_own_words_and_register_are_not_counted(analyst: Desk) -> None:
    for name in ("fr_act", "o_goed"):
        response = analyst.fetch(f"{PAGE}/{name}")
        assert response.status_code in (200, 404)
        assert b'id="answers-2024"' not in response.get_data()


@pytest.mark.parametrize("name", ["nobody", "case_lang", "q_tevreden%27"])
def test_unknown_variable_is_not_found(analyst: Desk, name: str) -> None:
    assert analyst.get(f"{PAGE}/{name}").status == 404


def test_variable_leads_to_a_table_of_it(analyst: Desk) -> None:
    links = [one.get("href") for one in analyst.get(f"{PAGE}/q_tevreden").tree.iter("a")]

    (table,) = [link for link in links if link and link.startswith("/staff/results/tables/new?")]
    assert analyst.get(table).has("made-1")
