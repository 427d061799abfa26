"""Lists: searched, sorted, leafed through, as a file; what is not on the list is asked in vain."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from werkzeug.exceptions import NotFound

from app.web.staff.figures import Figures
from app.web.staff.listing import (
    Asked,
    Choice,
    Column,
    Listing,
    asked,
    csv_of,
    listed,
    shown,
    tame,
)


@dataclass(frozen=True)
class Town:
    name: str
    people: int | None
    side: str = "north"


TOWNS = [Town("Épe", 33_000), Town("zwolle", 130_000, "east"), Town("Assen", None)]
COLUMNS = [
    Column[Town]("name", "Town", lambda one: one.name, sort=lambda one: one.name.casefold()),
    Column[Town](
        "people", "People", lambda one: str(one.people), sort=lambda one: one.people, number=True
    ),
    Column[Town]("side", "Side", lambda one: one.side),
]
SIDES = Choice("side", "Side", [("north", "North"), ("east", "East")])


def say(message: str, /, **values: object) -> str:
    return message % values if values else message


def ask(query: str) -> Asked:
    with Flask("test").test_request_context(f"/towns?{query}"):
        return asked(COLUMNS, choices=[SIDES])


def test_an_empty_order_is_the_order_of_the_list() -> None:
    with Flask("test").test_request_context("/towns?sort=&order=asc"):
        assert asked(COLUMNS, sort="name").sort == "name"


def found(query: str) -> list[str]:
    want = ask(query)
    return [
        one.name
        for one in listed(
            TOWNS,
            COLUMNS,
            want,
            text=lambda one: one.name,
            keep=lambda one, chosen: chosen["side"] in ("", one.side),
        )
    ]


def view(query: str, rows: list[Town], *, size: int = 50) -> Listing:
    with Flask("test").test_request_context(f"/towns?{query}"):
        want = asked(COLUMNS, choices=[SIDES])
        want = Asked(want.q, want.sort, want.descending, want.page, want.chosen, size)
        return shown(
            say,
            Figures("en"),
            COLUMNS,
            rows,
            want,
            id="towns",
            caption="Towns",
            empty="No towns yet.",
            choices=[SIDES],
            csv_path="/towns.csv",
            also={"wave": "2024"},
        )


def test_search_knows_neither_case_nor_accents() -> None:
    assert found("q=epe") == ["Épe"]
    assert found("q=ZWO") == ["zwolle"]
    assert found("q=nowhere") == []


def test_what_is_not_known_stands_last_whichever_way_it_is_sorted() -> None:
    assert found("sort=people") == ["Épe", "zwolle", "Assen"]
    assert found("sort=people&order=desc") == ["zwolle", "Épe", "Assen"]


def test_filter_leaves_the_rest_out() -> None:
    assert found("side=east") == ["zwolle"]


@pytest.mark.parametrize(
    "query",
    ["sort=side", "sort=people;drop", "order=up", "page=-1", "page=x", "page=٣", "side=moon"],
)
def test_what_the_list_does_not_allow_is_not_there(query: str) -> None:
    with pytest.raises(NotFound):
        ask(query)


def test_heads_turn_the_order_round_and_keep_the_search() -> None:
    heads = view("q=e&sort=people", TOWNS).heads
    assert heads[1].order == "ascending"
    assert heads[1].url == "/towns?wave=2024&q=e&sort=people&order=desc"
    assert heads[0].url == "/towns?wave=2024&q=e&sort=name&order=asc"
    assert heads[2].url is None


def test_pages_lead_on_and_back() -> None:
    middle = view("page=2", TOWNS, size=1)
    assert [[cell.words for cell in row] for row in middle.rows] == [["zwolle", "130000", "east"]]
    assert (middle.previous, middle.next) == ("/towns?wave=2024", "/towns?wave=2024&page=3")
    assert view("page=3", TOWNS, size=1).next is None
    assert middle.place == "Page 2 of 3"


def test_search_form_keeps_the_rest_of_the_address() -> None:
    assert view("sort=name&order=desc", TOWNS).kept == [
        ("wave", "2024"), ("sort", "name"), ("order", "desc"),
    ]  # fmt: skip
    assert view("", TOWNS).kept == [("wave", "2024")]


def test_empty_list_teaches_and_a_vain_search_says_so() -> None:
    assert view("", []).empty == "No towns yet."
    assert view("q=x", []).empty.startswith("Nothing fits")


@pytest.mark.parametrize("words", ["=1+1", "+31", "-5", "@SUM(A1)", "\t=1", " =1", "＝1", "\r=1"])
def test_no_cell_of_a_file_is_a_formula(words: str) -> None:
    with Flask("test").app_context():
        body = csv_of(COLUMNS, [Town(words, 1)], name="towns").get_data(as_text=True)
    assert tame(words) == f"'{words}"
    assert f"'{words}" in body


def test_file_keeps_numbers_and_other_scripts() -> None:
    with Flask("test").app_context():
        response = csv_of(COLUMNS, [Town("ሰላም", 5)], name="towns")
    assert response.get_data().startswith(b"\xef\xbb\xbf")
    assert "ሰላም,5,north" in response.get_data(as_text=True)
    assert tame(-5) == -5
