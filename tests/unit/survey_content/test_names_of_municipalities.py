"""Every municipality is known by name in the scripts of the study, and by no other's name."""

from pathlib import Path

import pytest

from app.questionnaire.code_lists import match_typed, offered_names, read_code_list
from app.questionnaire.spellings import fits_page, fold_name

FILE = Path("surveys/perspectief/codelists/municipalities.csv")
SIX = ("nl", "en", "ar", "tr", "ti", "fa")


@pytest.fixture(scope="module")
def towns():
    problems = []
    found = read_code_list(FILE, FILE.name, SIX, problems)
    assert problems == []
    return found


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Amsterdam", ["أمستردام", "امستردام", "آمستردام", "ኣምስተርዳም", "አምስተርዳም"]),
        ("Rotterdam", ["روتردام", "ሮተርዳም"]),
        ("'s-Gravenhage", ["لاهاي", "لاهای", "لاهه", "دن هاخ", "ደን ሃግ", "ደንሃግ"]),
        ("Utrecht", ["أوتريخت", "اوترخت", "ኡትረኽት"]),
        ("Eindhoven", ["ايندهوفن", "آیندهوون", "ኣይንድሆቨን"]),
        ("Groningen", ["خرونينغن", "غرونينغن", "گرونینگن", "ግሮኒንገን"]),
        ("Westerwolde", ["تير أبل", "تر آپل", "ተር ኣፐል"]),
    ],
)
def test_municipality_is_known_by_its_name_in_any_script(towns, name, typed):
    found = [match_typed(towns, "nl", one).exact for one in typed]

    assert [one and one.text["nl"] for one in found] == [name] * len(typed)


@pytest.mark.parametrize("language", ["ar", "fa", "ti"])
def test_every_municipality_has_a_name_in_the_script(towns, language):
    nameless = [
        one.text["nl"] for one in towns if not any(fits_page(name, language) for name in one.also)
    ]
    assert nameless == []


def test_no_two_municipalities_have_one_name(towns):
    owners = {}
    for one in towns:
        for name in (*one.text.values(), *one.also):
            owners.setdefault(fold_name(name), set()).add(one.text["nl"])

    assert [who for who in owners.values() if len(who) > 1] == []


@pytest.mark.parametrize("language", SIX)
def test_whatever_is_offered_is_understood_when_picked(towns, language):
    offered = offered_names(towns, language)

    assert len(offered) >= len(towns)
    assert [one for one in offered if match_typed(towns, language, one).exact is None] == []


@pytest.mark.parametrize("typed", ["بيرخن", "برخن", "በርገን"])
def test_name_of_two_municipalities_leads_to_both(towns, typed):
    found = match_typed(towns, "nl", typed)

    assert found.exact is None
    assert {"Bergen (L)", "Bergen (NH)"} <= {one.text["nl"] for one in found.candidates}
