"""Trying a questionnaire: the respondents' pages in a frame, and why each is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from xml.etree.ElementTree import Element

import html5lib
import pytest

from app.panel.states import Role
from app.services.context import ServiceContext
from tests.builders import fingerprint, kinds_bank
from tests.web.staff.desk import Desk, Page, checked, text

PREVIEW = "/staff/waves/2024/questionnaire/preview"
ONWARD = f"{PREVIEW}#phone"


@dataclass
class Phone:
    """The page in the frame, and the browser around it."""

    desk: Desk
    page: Page

    @property
    def tree(self) -> Element:
        frame = next(self.page.tree.iter("iframe"))
        parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
        return parser.parse(frame.get("srcdoc"))

    @property
    def at(self) -> str:
        return str(next(self.tree.iter("main")).get("data-page"))

    @property
    def heading(self) -> str:
        return text(next(self.tree.iter("h1")))

    @property
    def hidden(self) -> dict[str, str]:
        found = [one for one in self.tree.iter("input") if one.get("type") == "hidden"]
        return {str(one.get("name")): one.get("value") or "" for one in found}

    def press(self, status: int = 200, **filled: str) -> Phone:
        """Send the form in the frame, as the page around it gets it."""
        form = next(self.tree.iter("form"))
        assert form.get("action") == ONWARD
        return self._after(self.desk.send(PREVIEW, self.hidden | filled), status)

    def list_button(self, **filled: str) -> Phone:
        """Press a button of the list beside the phone."""
        inputs = self.page.form(ONWARD)
        kept = {name: value for name, value in inputs.items() if name != "preview.q"}
        return self._after(self.desk.send(PREVIEW, kept | filled))

    def _after(self, response, status: int = 200) -> Phone:
        page = checked(response)
        assert page.status == status
        return Phone(self.desk, page)

    def why(self) -> str:
        """What is said of the page on the phone."""
        section = next(
            one for one in self.page.tree.iter("section") if one.get("aria-labelledby") == "why"
        )
        return text(section)

    def row(self, name: str) -> str:
        return text(self.page.by_id(f"at-{name}"))


@pytest.fixture
def phone(researcher: Desk) -> Phone:
    return Phone(researcher, researcher.get(PREVIEW))


def test_first_page_stands_in_the_frame_with_the_respondents_style(phone: Phone) -> None:
    assert phone.at == "x_hallo"
    assert phone.heading == "Welcome to this test."
    links = [one for one in phone.tree.iter("link") if one.get("rel") == "stylesheet"]
    assert "respond.css" in str(links[0].get("href"))
    policy = phone.page.response.headers["Content-Security-Policy"]
    assert f"'nonce-{links[0].get('nonce')}'" in policy
    assert "frame-ancestors 'none'" in policy
    assert next(phone.tree.iter("base")).get("target") == "_top"
    assert list(phone.tree.iter("script")) == []


def test_questions_are_answered_page_by_page(phone: Phone) -> None:
    asked = phone.press()
    assert asked.at == "c_mee"
    working = asked.press(c_mee="ja")
    assert working.at == "k_werk"
    hours = working.press(k_werk="ja")

    assert hours.at == "k_uren"
    assert "k_werk == 'ja'" in hours.why()
    assert "Do you have work?: Yes" in hours.why()
    assert "holds: k_werk is “Yes” (ja)" in hours.why()


def test_page_that_is_not_on_the_route_says_why(phone: Phone) -> None:
    without = phone.press().press(c_mee="ja").press(k_werk="nee")

    assert without.at == "k_talen"
    assert "not asked" in without.row("k_uren")
    assert "does not hold: k_werk is “Yes” (ja)" in without.row("k_uren")
    shown = without.list_button(**{"preview.jump": "k_uren"})
    assert shown.at == "k_uren"
    assert "This page is not on the route: why it is not shown" in shown.why()


def test_question_that_an_answer_to_come_decides_is_left_open(phone: Phone) -> None:
    assert "not decided yet" in phone.row("k_uren")


def test_empty_page_comes_back_with_its_prompt_and_a_wrong_one_with_its_error(
    phone: Phone,
) -> None:
    year = phone.list_button(**{"preview.fill": "k_geboren"})
    assert year.at == "k_geboren"
    prompted = year.press()
    assert prompted.at == "k_geboren"
    assert "prompted" in prompted.hidden
    wrong = year.press(k_geboren="3000")
    assert wrong.at == "k_geboren"
    assert any("told bad" in (one.get("class") or "") for one in wrong.tree.iter("div"))
    assert "3000" in [one.get("value") for one in wrong.tree.iter("input")]
    assert prompted.press().at == "k_sinds"


def test_refusing_ends_the_walk_and_the_list_leads_back(phone: Phone) -> None:
    ended = phone.press().press(c_mee="nee")

    assert ended.at == "done"
    assert "The interview ended here." in ended.why()
    assert "after the end" in ended.row("k_werk")
    assert ended.list_button(**{"preview.jump": "c_mee"}).at == "c_mee"


def test_walk_to_the_review_and_the_end(phone: Phone) -> None:
    last = phone.list_button(**{"preview.fill": "nowhere"})
    assert last.at == "review"
    rows = [one for one in last.tree.iter("a") if (one.get("href") or "").startswith("#at-")]
    assert rows
    for row in rows:
        assert last.page.has(str(row.get("href"))[1:])
    assert last.press().at == "done"


def test_language_and_second_language_are_buttons_of_the_phone(phone: Phone) -> None:
    asked = phone.press()
    dutch = asked.press(language="nl", c_mee="ja")
    both = dutch.press(beside="en")

    assert dutch.heading == "Wilt u meedoen?"
    checked_box = [one for one in dutch.tree.iter("input") if one.get("checked") is not None]
    assert [one.get("value") for one in checked_box] == ["ja"]
    assert both.heading == "Wilt u meedoen? Do you want to take part?"


def test_back_and_stop_lead_where_they_lead_respondents(phone: Phone) -> None:
    asked = phone.press()

    assert asked.press(back="1").at == "x_hallo"
    stopped = asked.press(stop="1")
    assert stopped.at == "done"
    assert "The person stopped." in stopped.why()


def test_list_is_searched_by_name_words_and_condition(phone: Phone) -> None:
    found = phone.list_button(**{"preview.q": "k_werk ==", "preview.look": "1"})

    rows = [one.get("id") for one in found.page.tree.iter("li") if one.get("id")]
    assert rows == ["at-k_uren"]
    nothing = phone.list_button(**{"preview.q": "no such words", "preview.look": "1"})
    assert "Nothing fits." in nothing.page.words
    asked = phone.list_button(**{"preview.show": "asked", "preview.look": "1"})
    rows = [one.get("id") for one in asked.page.tree.iter("li") if one.get("id")]
    assert "at-k_uren" not in rows
    assert "at-x_hallo" in rows


def test_who_took_part_before_is_asked_whether_it_is_still_true(researcher: Desk) -> None:
    again = Phone(researcher, researcher.get(f"{PREVIEW}?before=yes&at=k_stad"))

    assert again.at == "k_stad-confirm"
    assert "Last time you said" in again.heading
    assert "An earlier answer is known: is it still true?" in again.why()


@pytest.mark.parametrize(
    "query",
    [
        "edition=9",
        "language=xx",
        "beside=xx",
        "person=nobody",
        "at=nowhere",
        "before=yes&edition=x",
    ],
)
def test_what_the_questionnaire_does_not_have_is_not_there(researcher: Desk, query: str) -> None:
    assert researcher.get(f"{PREVIEW}?{query}").status == 404


def test_wave_without_a_questionnaire_is_not_there(researcher: Desk) -> None:
    assert researcher.get("/staff/waves/2031/questionnaire/preview").status == 404
    assert researcher.get("/staff/waves/99999/questionnaire/preview").status == 404


def test_walk_that_was_tampered_with_begins_again(phone: Phone) -> None:
    state = phone.hidden["preview.state"]
    again = phone.press(status=409, **{"preview.state": f"x{state}"})

    assert again.at == "x_hallo"
    assert "It begins again." in again.page.words


def test_walk_of_another_wave_is_not_taken_up(researcher: Desk, phone: Phone) -> None:
    other = "/staff/waves/2023/questionnaire/preview"
    response = researcher.send(other, phone.hidden)

    assert checked(response).status == 409


def test_nothing_that_is_tried_is_stored(phone: Phone, ctx: ServiceContext) -> None:
    before = fingerprint(ctx.databases)
    working = phone.press().press(c_mee="ja").press(k_werk="ja")
    working.press(k_uren="40", language="nl").press(beside="en").press(back="1")
    phone.list_button(**{"preview.fill": "nowhere"}).press()
    phone.press(stop="1")

    assert fingerprint(ctx.databases) == before


def test_answers_and_state_stand_in_no_address_and_no_cookie(phone: Phone) -> None:
    told = phone.press().press(c_mee="ja").press(k_werk="anders", k_werk_other="Bijzonder")

    assert told.page.response.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in told.page.response.headers
    addresses = [one.get("href") or "" for one in told.page.tree.iter("a")]
    assert not [one for one in addresses if "Bijzonder" in one or "preview.state" in one]


def test_hostile_words_stay_words_inside_the_frame(phone: Phone) -> None:
    hostile = '"><script>alert(1)</script>'
    asked = phone.list_button(**{"preview.fill": "k_wens"})
    after = asked.press(k_wens=hostile).list_button(**{"preview.jump": "k_wens"})

    assert list(after.tree.iter("script")) == []
    assert [text(one) for one in after.tree.iter("textarea")] == [hostile]
    assert hostile in after.row("k_wens")


@pytest.mark.parametrize("role", [Role.TRANSLATOR, Role.ANALYST, Role.FIELDWORK])
def test_translators_and_analysts_may_try_it_too(
    signed_in: Callable[[Role], Desk], role: Role
) -> None:
    desk = signed_in(role)
    phone = Phone(desk, desk.get(PREVIEW))

    assert phone.press().at == "c_mee"


def test_every_page_of_the_study_can_be_shown(researcher: Desk) -> None:
    for item in kinds_bank().items:
        page = researcher.get(f"{PREVIEW}?at={item.var}")
        assert page.status == 200, item.var
