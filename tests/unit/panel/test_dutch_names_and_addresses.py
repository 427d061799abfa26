"""Names and addresses by the conventions of the personal records database (LO BRP)."""

import pytest

from app.panel.dutch_address import (
    Names,
    NameUse,
    house_number,
    indication,
    name_on_letter,
    postcode,
    street_and_number,
)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (Names(given="Jan Willem", prefix="van der", surname="Berg"), "J.W. van der Berg"),
        (Names(given="JAN", prefix="VAN DER", surname="BERG"), "J. van der Berg"),
        (Names(prefix="van der", surname="Berg"), "Van der Berg"),
        (Names(given="IJsbrand", surname="IJZEREN"), "IJ. IJzeren"),
        (Names(given="Sean", surname="O'NEIL-SMIT"), "S. O'Neil-Smit"),
        (Names(initials="Th.", surname="Bakker"), "Th. Bakker"),
        (Names(initials="J W", surname="Bakker"), "J.W. Bakker"),
        (Names(given="Ömer", surname="Yıldız"), "Ö. Yıldız"),
    ],
)
def test_name_has_initials_and_small_prefixes_and_never_shouts(names: Names, expected: str) -> None:
    assert name_on_letter(names) == expected


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        (NameUse.OWN, "A. de Wit"),
        (NameUse.PARTNER, "A. van Dam"),
        (NameUse.PARTNER_THEN_OWN, "A. van Dam-de Wit"),
        (NameUse.OWN_THEN_PARTNER, "A. de Wit-van Dam"),
    ],
)
def test_name_use_decides_whose_surname_stands_on_the_letter(use: NameUse, expected: str) -> None:
    names = Names("Anna", "", "de", "Wit", use, "van", "Dam")
    assert name_on_letter(names) == expected


def test_name_of_a_partner_who_is_not_known_falls_back_to_the_own_name() -> None:
    assert name_on_letter(Names("Anna", "", "de", "Wit", NameUse.PARTNER)) == "A. de Wit"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (Names(given=".", surname="Abebe"), "Abebe"),
        (Names(surname="Abebe"), "Abebe"),
        (Names(given="Tesfay", surname="."), "Tesfay"),
        (Names(given="TESFAY", surname="-"), "Tesfay"),
        (Names(given=".", surname="."), ""),
    ],
)
def test_person_with_one_name_bears_it_whole(names: Names, expected: str) -> None:
    assert name_on_letter(names) == expected


@pytest.mark.parametrize("text", ["1234AB", "1234 AB", "1234ab", " 1234\u00a0Ab "])
def test_postcode_is_written_with_one_space_and_capitals(text: str) -> None:
    assert postcode(text) == "1234 AB"


@pytest.mark.parametrize(
    "text", ["0123 AB", "1234 SA", "1234 SD", "1234 SS", "1234", "1234 A", "12345 AB", "1234  AB"]
)
def test_postcode_that_the_post_never_gives_out_is_refused(text: str) -> None:
    assert postcode(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", ("12", "", "")),
        ("12A", ("12", "A", "")),
        ("12 a bis", ("12", "A", "bis")),
        ("12-3", ("12", "", "3")),
        ("12 hs", ("12", "", "hs")),
        ("0", None),
        ("123456", None),
        ("A12", None),
        ("2023-03-12", None),
    ],
)
def test_house_number_in_one_cell_is_taken_apart(text: str, expected: object) -> None:
    assert house_number(text) == expected


def test_address_line_is_split_at_the_last_number_that_may_be_a_house() -> None:
    assert street_and_number("Plein 1944 12 A") == ("Plein 1944", "12 A")
    assert street_and_number("Laan van Meerdervoort, 300") == ("Laan van Meerdervoort", "300")
    assert street_and_number("Dorpsstraat") is None


def test_indication_is_opposite_or_near() -> None:
    assert (indication("to"), indication("BY"), indication("naast")) == ("to", "by", None)
