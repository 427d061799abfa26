"""Two windows, one page twice, the browser's own back: nothing is overwritten unseen or lost."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from tests.builders import Invited, Running
from tests.web.respond.conftest import ALREADY, at_page
from tests.web.respond.visitor import Page, Visitor


def two_windows(site: Running, invited: Invited, page_id: str) -> tuple[Page, Page, Visitor]:
    """The same page in two windows of one browser, neither answered."""
    visitor = Visitor(site.app)
    first = at_page(visitor, invited, page_id)
    return first, visitor.open(first.path), visitor


def test_second_window_is_told_and_overwrites_nothing(each_site: Running) -> None:
    invited = each_site.invite()
    first, second, visitor = two_windows(each_site, invited, "k_werk")
    visitor.send(first, {"k_werk": "ja"})

    told = visitor.send(second, {"k_werk": "nee"})

    assert (told.id, told.status) == ("k_werk", 409)
    assert each_site.events(invited, "k_werk") == ["ja"]
    assert "Ja" in told.told
    assert told.shown["k_werk"] == "nee"


def test_person_who_was_told_may_still_choose_the_other_answer(site: Running) -> None:
    invited = site.invite()
    first, second, visitor = two_windows(site, invited, "k_werk")
    visitor.send(first, {"k_werk": "ja"})
    told = visitor.send(second, {"k_werk": "nee"})

    assert visitor.send(told).id == "k_talen"
    assert site.events(invited, "k_werk") == ["ja", "nee"]


def test_both_answers_of_a_battery_are_told(site: Running) -> None:
    invited = site.invite()
    first, second, visitor = two_windows(site, invited, "bat_dag")
    visitor.send(first, ALREADY["bat_dag"] | {"b_een": "soms"})

    told = visitor.send(second, ALREADY["bat_dag"] | {"b_een": "nee"})

    assert told.status == 409
    assert "Ik sliep goed" in told.told
    assert "Soms" in told.told
    assert told.shown["b_een"] == "nee"


def test_stale_window_is_still_told_after_a_switch_of_language(site: Running) -> None:
    invited = site.invite()
    first, second, visitor = two_windows(site, invited, "k_werk")
    visitor.send(first, {"k_werk": "ja"})

    english = visitor.speak(second, "en", {"k_werk": "nee"})
    told = visitor.send(english)

    assert told.status == 409
    assert site.events(invited, "k_werk") == ["ja"]


def test_stale_window_is_still_told_after_a_token_that_did_not_fit(site: Running) -> None:
    invited = site.invite()
    first, second, visitor = two_windows(site, invited, "k_werk")
    visitor.send(first, {"k_werk": "ja"})
    body = second.body({"k_werk": "nee"})
    body["csrf_token"] = "forged"
    again = visitor.seen(visitor.post(second.action, body), second.action)
    assert again.status == 403

    assert visitor.send(again).status == 409
    assert site.events(invited, "k_werk") == ["ja"]


def test_stale_window_going_back_overwrites_nothing(site: Running) -> None:
    invited = site.invite()
    first, second, visitor = two_windows(site, invited, "k_talen")
    visitor.send(first, {"k_talen": ["nl"]})

    visitor.back(second, {"k_talen": ["tr"]})

    assert site.events(invited, "k_talen") == ["nl"]


def test_other_pages_of_an_old_window_are_no_conflict(site: Running) -> None:
    invited = site.invite()
    visitor = Visitor(site.app)
    page = at_page(visitor, invited, "k_talen")
    other = visitor.open("/q/k_werk")
    visitor.send(page, {"k_talen": ["nl"]})

    visitor.send(other, {"k_werk": "nee"})

    assert site.events(invited, "k_werk") == ["ja", "nee"]


def test_same_page_sent_again_leads_to_the_same_place_and_is_saved_once(
    each_site: Running,
) -> None:
    invited = each_site.invite()
    visitor = Visitor(each_site.app)
    page = at_page(visitor, invited, "k_werk")
    body = page.body({"k_werk": "ja"})

    places = [visitor.post(page.action, body).headers["Location"] for _ in range(3)]
    visitor.send(visitor.open("/q/k_uren"), {"k_uren": "12"})
    places.append(visitor.post(page.action, body).headers["Location"])

    assert places == ["/q/k_uren"] * 4
    assert each_site.events(invited, "k_werk") == ["ja"]


def test_contact_page_sent_again_is_saved_once(each_site: Running) -> None:
    invited = each_site.invite()
    visitor = Visitor(each_site.app)
    page = at_page(visitor, invited, "p_adres")
    body = page.body({"p_adres": "06 12345678"})

    places = {visitor.post(page.action, body).headers["Location"] for _ in range(2)}

    assert places == {"/review"}


def test_same_page_sent_at_the_same_moment_is_saved_once(each_site: Running) -> None:
    invited = each_site.invite()
    visitor = Visitor(each_site.app)
    page = at_page(visitor, invited, "k_werk")
    cookie = visitor.client.get_cookie("respondent")
    assert cookie is not None
    body = page.body({"k_werk": "ja"})

    def send(_: int) -> str:
        twin = Visitor(each_site.app)
        twin.client.set_cookie("respondent", cookie.value)
        return twin.post(page.action, body).headers["Location"]

    with ThreadPoolExecutor(4) as pool:
        places = set(pool.map(send, range(8)))

    assert places == {"/q/k_uren"}
    assert each_site.events(invited, "k_werk") == ["ja"]


def test_different_pages_at_the_same_moment_are_all_kept(each_site: Running) -> None:
    invited = each_site.invite()
    visitor = Visitor(each_site.app)
    at_page(visitor, invited, "review")
    cookie = visitor.client.get_cookie("respondent")
    assert cookie is not None
    changes = {"k_werk": "anders", "k_talen": "tr", "k_geboren": "1990", "k_wens": "Niets"}
    pages = {var: visitor.open(f"/q/{var}") for var in changes}

    def send(var: str) -> int:
        twin = Visitor(each_site.app)
        twin.client.set_cookie("respondent", cookie.value)
        return twin.post(pages[var].action, pages[var].body({var: changes[var]})).status_code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(send, changes)) == [303] * 4

    assert each_site.answers(invited).items() >= changes.items()


def test_browsers_back_and_another_answer_is_no_conflict(site: Running) -> None:
    invited = site.invite()
    visitor = Visitor(site.app)
    page = at_page(visitor, invited, "k_werk")
    visitor.send(page, {"k_werk": "ja"})

    changed = visitor.send(page, {"k_werk": "nee"})

    assert changed.id == "k_talen"
    assert site.events(invited, "k_werk") == ["ja", "nee"]


def test_browsers_back_and_the_first_answer_after_all_is_saved(site: Running) -> None:
    invited = site.invite()
    visitor = Visitor(site.app)
    page = at_page(visitor, invited, "k_werk")

    for reply in ("ja", "nee", "ja", "nee", "nee"):
        visitor.send(page, {"k_werk": reply})

    assert site.events(invited, "k_werk") == ["ja", "nee", "ja", "nee"]
    assert site.answers(invited)["k_werk"] == "nee"


def test_two_final_submits_make_one_submission(each_site: Running) -> None:
    invited = each_site.invite()
    visitor = Visitor(each_site.app)
    page = at_page(visitor, invited, "review")
    other = visitor.open("/review")
    rows = each_site.rows()

    for one in (page, other, page):
        assert visitor.post(one.action, one.body()).headers["Location"] == "/done"

    added = set(each_site.rows().split("), (")) - set(rows.split("), ("))
    assert sum("'review', 'review', 'done'" in one for one in added) == 1


def test_answer_arriving_after_submission_leads_to_the_end_and_is_not_saved(
    site: Running,
) -> None:
    invited = site.invite()
    visitor = Visitor(site.app)
    page = at_page(visitor, invited, "review")
    late = visitor.open("/q/k_werk")
    visitor.send(page)

    assert visitor.send(late, {"k_werk": "nee"}).ending == "complete"
    assert site.events(invited, "k_werk") == ["ja"]


def test_unknown_revision_of_a_page_is_not_trusted_to_overwrite(site: Running) -> None:
    invited = site.invite()
    first, second, visitor = two_windows(site, invited, "k_werk")
    visitor.send(first, {"k_werk": "ja"})
    body = second.body({"k_werk": "nee"})
    body["rev"] = "99999999999999999999"

    again = visitor.seen(visitor.post(second.action, body), second.action)

    assert again.status == 409
    assert again.shown["k_werk"] == "nee"
    assert site.events(invited, "k_werk") == ["ja"]
