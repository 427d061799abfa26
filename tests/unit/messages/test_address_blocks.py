"""Addresses as the post reads them."""

import pytest

from app.messages.address_block import address_block

AT_HOME = {
    "name": "A. Yılmaz",
    "street": "Kerkstraat",
    "house_number": "12",
    "postcode": "1234ab",
    "city": "Utrecht",
}


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "Kerkstraat 12"),
        ({"house_letter": "a"}, "Kerkstraat 12a"),
        ({"house_letter": "A", "house_addition": "3"}, "Kerkstraat 12A-3"),
        ({"house_addition": "bis"}, "Kerkstraat 12-bis"),
        ({"house_indication": "to"}, "Kerkstraat t/o 12"),
        ({"house_indication": "by"}, "Kerkstraat bij 12"),
        ({"street": "  Lange   Nieuwstraat "}, "Lange Nieuwstraat 12"),
        ({"street": "", "location": "Woonboot Hoop"}, "Woonboot Hoop"),
    ],
)
def test_street_is_written_as_in_the_register(changes: dict[str, str], line: str) -> None:
    assert address_block(AT_HOME | changes) == ("A. Yılmaz", line, "1234 AB  UTRECHT")


@pytest.mark.parametrize(
    ("city", "capitals"),
    [("'s-Gravenhage", "'s-GRAVENHAGE"), ("'t Harde", "'t HARDE"), ("Den Haag", "DEN HAAG")],
)
def test_article_of_a_place_stays_small(city: str, capitals: str) -> None:
    block = address_block(AT_HOME | {"city": city})
    assert block is not None
    assert block[-1] == f"1234 AB  {capitals}"


def test_address_abroad_ends_with_its_country() -> None:
    abroad = {"postcode": "1000", "city": "Brussel", "country": "België"}
    lines = ("A. Yılmaz", "Kerkstraat 12", "1000 Brussel", "BELGIË")
    assert address_block(AT_HOME | abroad) == lines


@pytest.mark.parametrize("lacking", ["name", "street", "city", "postcode"])
def test_without_a_part_there_is_no_address(lacking: str) -> None:
    assert address_block({key: one for key, one in AT_HOME.items() if key != lacking}) is None
