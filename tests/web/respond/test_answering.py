"""Answering page by page: what is taken, what is asked again, what may be left open."""

from __future__ import annotations

import pytest

from tests.builders import Invited, Running
from tests.web.respond.conftest import ALREADY, at_page
from tests.web.respond.spoken import dutch
from tests.web.respond.visitor import Fill, Visitor


def test_every_answer_is_saved_as_it_was_given(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    at_page(visitor, invited, "review")

    assert site.answers(invited) == {
        "x_hallo": "seen",
        "c_mee": "ja",
        "k_werk": "ja",
        "k_uren": "20",
        "k_talen": "nl,ar",
        "k_geboren": "1988",
        "k_sinds": "2019-05",
        "k_dag": "2021-02-03",
        "k_stad": "T01",
        "k_land": "ER",
        "b_een": "ja",
        "b_twee": "ja",
        "b_drie": "ja",
        "b_vier": "ja",
        "b_vijf": "ja",
        "b_zes": "ref",
        "b_zeven": "soms",
        "k_wens": "Meer taalles",
        "p_mag": "ja",
    }


def test_taking_part_has_to_be_answered(site: Running, visitor: Visitor, invited: Invited) -> None:
    page = at_page(visitor, invited, "c_mee")
    for _ in range(2):
        page = visitor.send(page)
        assert (page.id, page.status) == ("c_mee", 422)
        assert page.errors == [dutch("Choose an answer to go on.")]

    assert visitor.send(page, {"c_mee": "ja"}).id == "k_werk"


EMPTY = "You gave no answer yet. You may answer now, or press Next to skip this question."
SOME_EMPTY = "Some lines have no answer yet. You may answer them now, or press Next to skip."
TOGETHER = dutch("You chose two answers that do not go together. Choose one of them.")
WHOLE = dutch("Write a whole number.")
RANGE = dutch("Write something from %(low)s to %(high)s.", low=1, high=168)
MONTH = dutch("Write the month as a number from 1 to 12.")
NO_SUCH_DAY = dutch("This day is not in the calendar.")
YEAR_TOO = dutch("Write the year too.")
ONE = dutch("Choose one answer.")
OFFERED = dutch("Choose one of the answers on this page.")
UNANSWERED = ["k_werk", "k_talen", "k_geboren", "k_sinds", "k_dag", "k_stad", "k_land", "bat_dag",
              "k_wens", "p_adres"]  # fmt: skip


@pytest.mark.parametrize("page_id", UNANSWERED)
def test_empty_page_is_asked_once_more_and_then_skipped(
    page_id: str, site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, page_id)
    before = site.answers(invited)

    asked = visitor.send(page)
    assert (asked.id, asked.status) == (page_id, 200)
    assert asked.told == dutch(SOME_EMPTY if page_id == "bat_dag" else EMPTY)
    assert site.answers(invited) == before

    beyond = visitor.send(asked)
    assert beyond.id != page_id
    new = site.answers(invited).keys() - before.keys()
    assert {site.answers(invited)[var] for var in new} <= {"skip"}


def test_do_not_know_is_offered_after_an_empty_answer_only(
    visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "k_werk")
    assert page.offered("k_werk") == ["ja", "nee", "anders"]

    page = visitor.send(page)
    assert page.offered("k_werk") == ["ja", "nee", "anders", "dk"]

    page = visitor.send(page, {"k_werk": "dk"})
    assert page.id == "k_talen"
    assert visitor.back(page).shown["k_werk"] == "dk"


def test_refusing_is_offered_at_once_where_a_question_is_sensitive(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "k_geboren")
    assert page.offered("k_geboren") == ["ref"]

    visitor.send(page, {"k_geboren": "ref"})

    assert site.answers(invited)["k_geboren"] == "ref"


@pytest.mark.parametrize(
    ("page_id", "fill", "says"),
    [
        ("k_werk", {"k_werk": ["ja", "nee"]}, ONE),
        ("k_werk", {"k_werk": "misschien"}, OFFERED),
        ("k_werk", {"k_werk": "ref"}, OFFERED),
        ("k_uren", {"k_uren": "twintig"}, WHOLE),
        ("k_uren", {"k_uren": "12,5"}, WHOLE),
        ("k_uren", {"k_uren": "-5"}, WHOLE),
        ("k_uren", {"k_uren": "0"}, RANGE),
        ("k_uren", {"k_uren": "169"}, RANGE),
        ("k_uren", {"k_uren": "9" * 500}, WHOLE),
        ("k_talen", {"k_talen": ["nl", "geen"]}, TOGETHER),
        ("k_talen", {"k_talen": ["nl", "dk"]}, TOGETHER),
        ("k_talen", {"k_talen": ["nl", "ar", "tr", "ti"]}, "3"),
        ("k_geboren", {"k_geboren": "1899"}, "1900"),
        ("k_geboren", {"k_geboren": "2025"}, "2024"),
        ("k_geboren", {"k_geboren": ["1988", "ref"]}, TOGETHER),
        ("k_sinds", {"k_sinds.month": "5", "k_sinds.year": ""}, YEAR_TOO),
        ("k_sinds", {"k_sinds.month": "13", "k_sinds.year": "2019"}, MONTH),
        ("k_sinds", {"k_sinds.month": "mei", "k_sinds.year": "2019"}, MONTH),
        ("k_sinds", {"k_sinds.month": "5", "k_sinds.year": "1999"}, "2000"),
        ("k_dag", {"k_dag.day": "30", "k_dag.month": "2", "k_dag.year": "2021"}, NO_SUCH_DAY),
        ("k_wens", {"k_wens": "x" * 501}, "501"),
        ("bat_dag", {"b_een": ["ja", "nee"], "b_twee": "ja"}, ONE),
    ],
)  # fmt: skip
def test_answer_that_cannot_be_right_is_told_and_kept_on_the_page(
    page_id: str, fill: Fill, says: str, site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, page_id)
    before = site.answers(invited)

    page = visitor.send(page, fill)

    assert (page.id, page.status) == (page_id, 422)
    assert says in page.errors[0]
    assert says in page.told
    assert site.answers(invited) == before
    for name, given in fill.items():
        wanted = [given] if isinstance(given, str) else list(given)
        offered = page.offered(name)
        boxed = not {"dk", "ref"} >= set(offered)
        shown = [value for value in wanted if value in offered or not boxed]
        assert sorted(page.shown.getlist(name)) == sorted(shown)


@pytest.mark.parametrize(
    ("page_id", "fill", "stored"),
    [
        ("k_uren", {"k_uren": " ٢٠ "}, "20"),
        ("k_uren", {"k_uren": "۲۰"}, "20"),
        ("k_geboren", {"k_geboren": "١٩٨٨"}, "1988"),
        ("k_sinds", {"k_sinds.month": "", "k_sinds.year": "2019"}, "2019"),
        ("k_sinds", {"k_sinds.month": "٠٥", "k_sinds.year": "٢٠١٩"}, "2019-05"),
        ("k_stad", {"k_stad": "utrecht "}, "T01"),
        ("k_stad", {"k_stad": "Den Haag"}, "T04"),
        ("k_land", {"k_land": "Syrië"}, "SY"),
        ("k_land", {"k_land": "Syria"}, "SY"),
        ("k_wens", {"k_wens": "سلام\r\nدرود می\u200cکنم"}, "سلام\nدرود می\u200cکنم"),
    ],
)
def test_answer_is_understood_in_any_script(
    page_id: str, fill: Fill, stored: str, site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = visitor.send(at_page(visitor, invited, page_id), fill)

    assert page.id != page_id
    assert site.answers(invited)[page_id] == stored


def test_words_behind_another_answer_are_kept_with_it(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "k_werk")
    page = visitor.send(page, {"k_werk": "anders", "k_werk_other": "Ik zorg voor mijn moeder"})

    assert site.answers(invited)["k_werk_other"] == "Ik zorg voor mijn moeder"
    assert visitor.back(page).shown["k_werk_other"] == "Ik zorg voor mijn moeder"
    review = visitor.answer(visitor.open("/q/k_talen"), ALREADY, until="review")
    assert "Iets anders: Ik zorg voor mijn moeder" in review.words


def test_name_that_is_not_in_the_list_offers_what_may_be_meant(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = visitor.send(at_page(visitor, invited, "k_stad"), {"k_stad": "Utre"})
    assert (page.id, page.status) == ("k_stad", 200)
    assert page.offered("k_stad")[:2] == ["T01", "T02"]
    assert len(page.offered("k_stad")) <= 12
    assert page.shown["k_stad"] == "Utre"

    page = visitor.send(page, {"k_stad": ["Utre", "T02"]})

    assert page.id == "k_land"
    assert site.answers(invited)["k_stad"] == "T02"
    assert visitor.back(page).shown["k_stad"] == "Utrechtse Heuvelrug"


def test_name_that_nobody_knows_can_be_let_go(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = visitor.send(at_page(visitor, invited, "k_stad"), {"k_stad": "Verweggistan"})
    none = page.offered("k_stad")[0]
    page = visitor.send(page, {"k_stad": ["Verweggistan", none]})
    page = page if page.id != "k_stad" else visitor.send(page)

    assert page.id == "k_land"
    assert site.answers(invited)["k_stad"] == "skip"


def test_battery_asks_for_the_lines_that_are_open(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "bat_dag")
    page = visitor.send(page, {"b_een": "ja", "b_drie": "nee"})
    assert (page.id, page.status) == ("bat_dag", 200)
    assert "b_een" not in site.answers(invited)
    assert page.shown["b_drie"] == "nee"

    page = visitor.send(page, {"b_twee": "soms"})

    assert page.id == "bat_dag-2"
    saved = {var: value for var, value in site.answers(invited).items() if var.startswith("b_")}
    assert saved == {
        "b_een": "ja", "b_twee": "soms", "b_drie": "nee", "b_vier": "skip", "b_vijf": "skip"
    }  # fmt: skip


def test_earlier_answer_is_asked_to_be_confirmed(site: Running, visitor: Visitor) -> None:
    invited = site.invite(earlier={"k_stad": ("T03", 2023)})
    page = at_page(visitor, invited, "k_stad-confirm")
    assert "Maastricht" in page.heading
    assert page.offered("k_stad_confirm") == ["still_true", "changed", "never_true"]

    page = visitor.send(page, {"k_stad_confirm": "still_true"})
    assert page.id == "k_land"

    page = visitor.send(visitor.back(page), {"k_stad_confirm": "changed"})
    assert page.id == "k_stad"
    assert site.events(invited, "k_stad_confirm") == ["still_true", "changed"]


def test_every_save_is_told_in_words(visitor: Visitor, invited: Invited) -> None:
    page = at_page(visitor, invited, "k_werk")
    assert page.status_words == dutch("Saved")

    page = visitor.send(page)
    assert page.told
    assert page.status_words == ""


# --- back, stop, position -------------------------------------------------------------------------


def test_back_leads_through_every_page_and_shows_what_was_answered(
    visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "p_adres")
    walked = []
    while "back" in page.buttons:
        page = visitor.back(page)
        walked.append(page.id)
        if page.id != "x_hallo":
            given = [value for one in ALREADY[page.id].values() for value in _listed(one)]
            shown = [value for _, value in page.shown.items(multi=True) if value]
            assert len(shown) == len(given), page.id

    assert walked == list(reversed(list(ALREADY)))[1:]


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def test_back_keeps_what_was_just_filled_in(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "k_talen")
    page = visitor.back(page, {"k_talen": ["tr"]})

    assert page.id == "k_uren"
    assert site.answers(invited)["k_talen"] == "tr"


def test_back_from_an_empty_page_skips_nothing(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    visitor.back(at_page(visitor, invited, "k_talen"))

    assert "k_talen" not in site.answers(invited)


def test_back_from_a_half_filled_battery_keeps_the_half(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "bat_dag")
    page = visitor.back(page, {"b_een": "ja", "b_drie": "nee"})
    assert page.id == "k_land"

    page = visitor.send(page)
    assert page.id == "bat_dag"
    assert (page.shown["b_een"], page.shown["b_drie"]) == ("ja", "nee")
    assert "b_twee" not in page.shown


def test_back_from_consent_neither_refuses_nor_agrees(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = visitor.back(at_page(visitor, invited, "c_mee"), {"c_mee": "nee"})

    assert page.id == "x_hallo"
    assert "c_mee" not in site.answers(invited)


def test_stopping_keeps_the_answer_and_ends_the_session_on_this_phone(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = visitor.stop(at_page(visitor, invited, "k_talen"), {"k_talen": ["tr"]})
    assert (page.id, page.ending) == ("done", "partial")
    assert site.answers(invited)["k_talen"] == "tr"

    page = visitor.open("/q/k_talen")
    assert (page.id, page.status) == ("code", 401)
    assert visitor.send(page, {"code": invited.code}).id == "k_geboren"


def test_position_never_goes_backwards_and_ends_at_its_total(
    visitor: Visitor, invited: Invited
) -> None:
    at_page(visitor, invited, "review")
    positions = [
        [int(word) for word in part.split() if word.isdecimal()]
        for page in visitor.visited
        for part in page.words.split("Vraag")[1:2]
        for part in [part[:22]]
    ]

    assert [one[0] for one in positions] == sorted({one[0] for one in positions})
    assert positions[-1][0] == positions[-1][1]


def test_lead_of_a_chapter_stands_above_its_first_question_only(
    visitor: Visitor, invited: Invited
) -> None:
    at_page(visitor, invited, "k_talen")
    with_lead = [page.id for page in visitor.visited if "Nu komen de vragen." in page.words]

    assert with_lead == ["k_werk"]


def test_page_that_is_not_due_leads_to_the_one_that_is(visitor: Visitor, invited: Invited) -> None:
    at_page(visitor, invited, "k_talen")

    assert visitor.open("/q/p_adres").id == "k_talen"
    assert visitor.open("/review").id == "k_talen"
    assert visitor.open("/done").id == "k_talen"
    assert visitor.open("/q/k_werk").id == "k_werk"


def test_change_of_an_early_answer_changes_the_route_and_keeps_the_rest(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    at_page(visitor, invited, "k_dag")
    page = visitor.send(visitor.open("/q/k_werk"), {"k_werk": "nee"})
    assert page.id == "k_talen"
    assert visitor.open("/q/k_uren").id == "k_dag"
    assert site.answers(invited)["k_uren"] == "20"

    page = visitor.send(visitor.open("/q/k_werk"), {"k_werk": "ja"})
    assert page.id == "k_uren"
    assert page.shown["k_uren"] == "20"
