"""The names that the script offers while somebody types."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from app.services.content.instruments import InstrumentLibrary
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


@pytest.mark.parametrize(
    ("language", "typed", "code"),
    [
        ("ar", "لاهاي", "T04"),
        ("ar", "اوتريخت", "T01"),
        ("fa", "لاهه", "T04"),
        ("fa", "اوترخت", "T01"),
        ("ti", "ደን፡ሃግ", "T04"),
        ("ti", "ኡትረኽት", "T01"),
    ],
)
def test_town_typed_in_ones_own_script_is_stored_as_its_code(
    language: str, typed: str, code: str, six: Running
) -> None:
    visitor, invited = Visitor(six.app, language=language), six.invite(language=language)
    page = visitor.send(at_page(visitor, invited, "k_stad"), {"k_stad": typed})

    assert page.id != "k_stad"
    assert six.answers(invited)["k_stad"] == code


@pytest.mark.parametrize("language", ["ar", "fa", "ti"])
def test_name_that_is_offered_in_the_script_of_the_page_is_understood(
    language: str, six: Running
) -> None:
    visitor, invited = Visitor(six.app, language=language), six.invite(language=language)
    page = at_page(visitor, invited, "k_stad")
    (address,) = page.tree.xpath("//@data-list")
    offered = json.loads(decoded(visitor.client.get(str(address))))
    (hague,) = (one for one in offered if one.endswith(" – 's-Gravenhage"))

    visitor.send(page, {"k_stad": hague})

    assert six.answers(invited)["k_stad"] == "T04"
    assert not hague.isascii()


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
