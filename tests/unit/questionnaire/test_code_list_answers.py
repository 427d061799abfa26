"""Towns and countries: typed by name, by another name, with accents, typing errors, or picked."""

import pytest

from app.questionnaire.accept import NONE_OF_THESE, Accepted, Ambiguous, Unanswered
from app.questionnaire.code_lists import MAX_CANDIDATES, match_typed
from app.questionnaire.model import CodeEntry, Missing
from tests.unit.questionnaire.visits import Visit, instrument_of


def town(*posted: str, **options):
    return Visit("code_lists").post("town", {"town": posted}, **options)


def country(typed: str, language: str = "en"):
    visit = Visit("code_lists")
    visit.answer(town="T08")
    return visit.post("country", {"country": typed}, language=language)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Rotterdam", "T08"),
        ("rotterdam", "T08"),
        ("  ROTTERDAM  ", "T08"),
        ("'s-Gravenhage", "T01"),
        ("s gravenhage", "T01"),
        ("Den Haag", "T01"),
        ("the hague", "T01"),
        ("Sudwest Fryslan", "T02"),
        ("Súdwest-Fryslân", "T02"),
        ("southwest friesland", "T02"),
        ("Bergen (NH)", "T05"),
        ("T08", "T08"),
        ("t08", "T08"),
    ],
)
def test_name_is_understood_in_the_ways_people_write_it(typed, code):
    assert town(typed) == Accepted({"town": code})


@pytest.mark.parametrize("typed", ["Roterdam", "Rotterdm", "Rottterdam", "Amsterdan", "Ams"])
def test_name_with_a_typing_error_or_half_of_it_leads_to_candidates(typed):
    outcome = town(typed)

    assert isinstance(outcome, Ambiguous)
    assert {"T08", "T09"} & {one.code for one in outcome.candidates}


def test_candidates_that_start_with_what_was_typed_come_first():
    outcome = town("bergen o")

    assert [one.code for one in outcome.candidates] == ["T03", "T04", "T05"]


def test_other_name_that_two_towns_share_is_asked_and_never_guessed():
    """Whoever types "Bergen" may live in either province."""
    outcome = town("Bergen")

    assert isinstance(outcome, Ambiguous)
    assert {"T04", "T05"} <= {one.code for one in outcome.candidates}


def test_there_are_at_most_ten_candidates():
    outcome = town("noord")

    assert isinstance(outcome, Ambiguous)
    assert len(outcome.candidates) == MAX_CANDIDATES == 10


def test_short_name_forgives_one_error_and_a_long_one_two():
    assert [one.code for one in town("Edee").candidates] == ["T06"]
    assert town("Xqde").candidates == ()
    assert [one.code for one in town("Amstredamm").candidates] == []
    assert [one.code for one in town("Amstredam").candidates] == ["T09"]


def test_name_that_nobody_knows_has_no_candidates():
    assert town("Atlantis under the sea") == Ambiguous("town", ())


@pytest.mark.parametrize("typed", ["!!!", "-", "\u0640"])
def test_signs_without_letters_match_nothing(typed):
    assert town(typed) == Ambiguous("town", ())


def test_picked_candidate_wins_from_what_stands_in_the_box():
    assert town("Roterdam", "T08") == Accepted({"town": "T08"})
    assert town("T09", "T08") == Accepted({"town": "T08"})


def test_none_of_these_leaves_the_question_open_and_then_skips_it():
    assert town("Roterdam", NONE_OF_THESE) == Unanswered(("town",))
    assert town("Roterdam", NONE_OF_THESE, prompted=True) == Accepted({"town": Missing.SKIP})


def test_unclear_name_is_asked_again_even_after_a_prompt():
    """What was typed is never taken for a skip."""
    assert isinstance(town("Roterdam", prompted=True), Ambiguous)


def test_refusal_is_no_name():
    assert town("", "ref") == Accepted({"town": Missing.REF})


@pytest.mark.parametrize(
    ("typed", "code"),
    [("Syria", "SY"), ("Eritrea", "ER"), ("türkiye", "TR"), ("Côte d’Ivoire", "CI"), ("nl", "NL")],
)
def test_country_is_found_by_its_name_in_cldr(typed, code):
    assert country(typed) == Accepted({"country": code})


def test_country_by_its_former_name_is_a_candidate():
    """CLDR calls it Türkiye; two letters away is near enough to be offered."""
    assert [one.code for one in country("Turkey").candidates] == ["TR"]


@pytest.mark.parametrize("code", ["EU", "UN", "XA", "ZZ", "EZ", "QO"])
def test_groups_of_countries_are_no_country(code):
    countries = {one.code for one in instrument_of("code_lists").code_lists["country"]}

    assert code not in countries


def test_name_in_any_language_of_the_study_is_understood():
    syria = CodeEntry("SY", {"nl": "Syrië", "en": "Syria"})

    assert match_typed([syria], "en", "Syrie").exact == syria
    assert match_typed([syria], "nl", "syria").exact == syria


def test_candidates_of_one_rank_are_in_the_order_of_the_language():
    north = CodeEntry("1", {"nl": "Noord A", "en": "North Z"})
    south = CodeEntry("2", {"nl": "Noord B", "en": "North Y"})

    assert match_typed([north, south], "nl", "no").candidates == (north, south)
    assert match_typed([north, south], "en", "no").candidates == (south, north)
