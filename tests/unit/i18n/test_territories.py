from __future__ import annotations

import pytest

from app.i18n.territories import countries, countries_by_name

SIX = ("nl", "en", "ar", "tr", "ti", "fa")


def test_every_country_has_a_name_in_every_language() -> None:
    named = countries(SIX)

    assert named["SY"] == {
        "nl": "Syrië",
        "en": "Syria",
        "ar": "سوريا",
        "tr": "Suriye",
        "ti": "ሶርያ",
        "fa": "سوریه",
    }
    assert all(names.keys() == set(SIX) and all(names.values()) for names in named.values())


def test_list_is_iso_3166_with_kosovo_and_without_unions_and_test_codes() -> None:
    named = countries(["en"])

    # 249 countries are assigned in ISO 3166-1; Kosovo has a user-assigned code.
    assert len(named) == 249 + 1
    assert {"ER", "TR", "IR", "AF", "ET", "YE", "PS", "UA", "XK"} <= named.keys()
    assert not {"EU", "UN", "EZ", "XA", "XB", "ZZ", "AC", "IC"} & named.keys()


@pytest.mark.parametrize(
    ("lang", "in_order"),
    [
        ("nl", ["AF", "AX", "AL", "BE", "SY", "ZA"]),  # Åland as if it were Aland
        ("tr", ["DZ", "TD", "CZ", "DK"]),  # C, then Ç, then D: Cezayir, Çad, Danimarka
        ("tr", ["HR", "IN"]),  # Hırvatistan, Hindistan: ı stands before i
        ("fa", ["DE", "AT", "IR", "PK", "TR"]),  # پ stands before ت, not after ی
        ("ar", ["ER", "DE"]),  # إريتريا, ألمانيا: the sign above the first letter does not count
    ],
    ids=["Dutch", "Turkish c", "Turkish i", "Persian", "Arabic"],
)
def test_names_stand_in_the_order_of_the_alphabet(lang: str, in_order: list[str]) -> None:
    listed = [code for code, _ in countries_by_name(lang)]

    assert sorted(in_order, key=listed.index) == in_order
