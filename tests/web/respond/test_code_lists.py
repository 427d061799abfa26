"""The names that the script offers while somebody types."""

from __future__ import annotations

import json
from dataclasses import replace

from app.services.instruments import InstrumentLibrary
from tests.builders import Invited, Running, run_site
from tests.web.respond.conftest import at_page
from tests.web.respond.page_checks import decoded
from tests.web.respond.visitor import Visitor


def list_address(visitor: Visitor, invited: Invited, page_id: str) -> str:
    page = at_page(visitor, invited, page_id)
    (address,) = page.tree.xpath("//@data-list")
    return str(address)


def test_names_are_those_of_the_language_and_all_that_people_call_a_place(
    visitor: Visitor, invited: Invited
) -> None:
    address = list_address(visitor, invited, "k_stad")
    answer = visitor.client.get(address)

    assert json.loads(decoded(answer)) == [
        "'s-Gravenhage", "Den Haag", "Groningen", "Maastricht", "The Hague", "Utrecht",
        "Utrechtse Heuvelrug",
    ]  # fmt: skip
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_names_of_countries_differ_by_language(visitor: Visitor, invited: Invited) -> None:
    dutch = list_address(visitor, invited, "k_land")
    english = dutch.replace(".nl.", ".en.")

    assert "Syrië" in json.loads(decoded(visitor.client.get(dutch)))
    assert "Syria" in json.loads(decoded(visitor.client.get(english)))


def test_worker_that_has_shown_no_page_yet_knows_the_names(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    address = list_address(visitor, invited, "k_stad")
    fresh = run_site(replace(site.ctx, instruments=InstrumentLibrary()))

    assert fresh.app.test_client().get(address).status_code == 200


def test_list_that_does_not_exist_is_a_plain_page(visitor: Visitor, invited: Invited) -> None:
    address = list_address(visitor, invited, "k_stad")
    for wrong in (
        address.replace("/town.", "/passwd."),
        address.replace(".nl.", ".xx."),
        address.replace(address.split("/")[2], "0" * 64),
        address.replace(address.split("/")[2], "%27OR1"),
    ):
        assert visitor.open(wrong).id == "error-404"
