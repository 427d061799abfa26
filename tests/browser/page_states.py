"""Every page a respondent can meet, in every state it can be in, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

from playwright.sync_api import Page

from app.panel.incentive_rules import Rule, Rules
from app.panel.incentives import IncentiveKind, Way
from app.panel.states import WaveStatus
from app.questionnaire.model import Place
from app.services.interviewing.open_links import make_link
from app.services.thanks import incentives_stock
from tests.browser.conftest import SmallSite
from tests.browser.pressing import at_page, enter, fill_in, go_on, invite, page_id, press
from tests.builders import WAVE
from tests.web.respond.conftest import ALREADY

WITHOUT_PROMPT = ("x_hallo", "c_mee")
REFUSED = {"k_uren": {"k_uren": "x"}, "k_talen": {"k_talen": ["nl", "ar", "tr", "ti"]},
           "k_sinds": {"k_sinds.month": "13", "k_sinds.year": "2019"}}  # fmt: skip


THANKS = Rules(
    (
        Rule(
            "thanks",
            frozenset({WAVE}),
            False,
            IncentiveKind.GIFT_CODE,
            "EUR",
            1000,
            Place("incentives.yaml", 1),
            ways=(Way.SCREEN, Way.EMAIL, Way.SMS, Way.POST),
        ),
    )
)


def page_states(tab: Page, site: SmallSite) -> Iterator[str]:
    """Bring one state after the other on the screen and give its name."""
    yield from _entrance(tab, site)
    yield from _questions(tab, site)
    yield from _interruptions(tab, site)
    yield from _endings(tab, site)
    yield from _my_details(tab, site)
    with patch("app.services.thanks.incentives.rules_of", lambda _: THANKS):
        yield from _thank_you(tab, site)
    for path in ("/help", "/privacy", "/nothing-here"):
        tab.goto(site.address + path)
        yield path


def _entrance(tab: Page, site: SmallSite) -> Iterator[str]:
    tab.goto(f"{site.address}/c/12345678901234")
    yield "letter"
    tab.goto(f"{site.address}/")
    yield "code"
    go_on(tab, {"code": "1234"})
    yield "code, with an error"
    link = make_link(site.running.ctx, WAVE, "poster", by="test")
    tab.goto(f"{site.address}/o/{link.slug}")
    yield "open link"
    press(tab)
    yield "open link, code"
    tab.goto(f"{site.address}/with-help")
    yield "with help"
    go_on(tab, {"code": "1234"})
    yield "with help, with errors"
    tab.context.clear_cookies()


def _questions(tab: Page, site: SmallSite) -> Iterator[str]:
    enter(tab, site, invite(tab, site, earlier={"k_stad": ("T03", 2023)}))
    while (at := page_id(tab)) != "review":
        yield at
        if at == "k_werk":
            tab.locator("summary").click()
            yield "k_werk, languages open"
        if at not in WITHOUT_PROMPT and not at.endswith("-confirm"):
            go_on(tab)
            yield f"{at}, prompted"
        if at in REFUSED:
            go_on(tab, REFUSED[at])
            yield f"{at}, with an error"
            tab.goto(f"{site.address}/q/{at}")
        if at == "k_stad":
            go_on(tab, {"k_stad": "Utre"})
            yield "k_stad, with names to choose from"
        go_on(tab, {"k_stad_confirm": "changed"} if at == "k_stad-confirm" else ALREADY[at])
    yield "review"
    press(tab)
    yield "done"


def _interruptions(tab: Page, site: SmallSite) -> Iterator[str]:
    running = site.running
    invited = at_page(tab, site, "bat_dag")
    other = tab.context.new_page()
    other.goto(tab.url)
    go_on(other, ALREADY["bat_dag"])
    other.close()
    go_on(tab, ALREADY["bat_dag"] | {"b_een": "nee"})
    yield "bat_dag, answered in another window"
    running.move_wave(WaveStatus.PAUSED)
    press(tab)
    running.move_wave(WaveStatus.OPEN)
    yield "paused, with what was typed"
    tab.goto(f"{site.address}/q/k_werk")
    tab.context.clear_cookies()
    press(tab)
    yield "session over"
    running.revoke(invited)
    go_on(tab, {"code": invited.code})
    yield "revoked"
    running.move_wave(WaveStatus.CLOSED)
    enter(tab, site, invite(tab, site))
    running.move_wave(WaveStatus.OPEN)
    yield "closed"


def _endings(tab: Page, site: SmallSite) -> Iterator[str]:
    at_page(tab, site, "c_mee")
    go_on(tab, {"c_mee": "nee"})
    yield "refused"
    at_page(tab, site, "k_uren")
    fill_in(tab, {"k_uren": "99"})
    press(tab)
    yield "screened out"
    at_page(tab, site, "k_talen")
    press(tab, "button[name=stop]")
    yield "stopped"


def _thank_you(tab: Page, site: SmallSite) -> Iterator[str]:
    invited = at_page(tab, site, "review")
    press(tab)
    yield "done, with a thank-you"
    tab.goto(f"{site.address}/thank-you")
    yield "thank-you"
    press(tab)
    yield "thank-you, nothing chosen"
    for way in ("email", "sms", "post"):
        tab.goto(f"{site.address}/thank-you")
        go_on(tab, {"way": way})
        yield f"thank-you by {way}"
        press(tab)
        yield f"thank-you by {way}, with errors"
    # The site is one for all tests, and takes in no code and no batch twice.
    code = f"GIFT-{invited.case_id.hex[:8]}"
    incentives_stock.add_codes(site.running.ctx, code.encode(), name=code, value="10.00", by="test")
    tab.goto(f"{site.address}/thank-you")
    go_on(tab, {"way": "screen"})
    yield "thank-you, the code"
    tab.context.clear_cookies()


def _my_details(tab: Page, site: SmallSite) -> Iterator[str]:
    tab.context.clear_cookies()
    tab.goto(f"{site.address}/my")
    yield "my details, door"
    go_on(tab, {"code": "1234"})
    yield "my details, door, with an error"
    go_on(tab, {"code": invite(tab, site).code})
    yield "my details"
    for name in ("address", "stay-in-touch", "status", "consents", "copy", "copy-now", "stop"):
        tab.goto(f"{site.address}/my/{name}")
        yield f"my {name}"
    wrong = {
        "address": {"street": "Dam", "phone": "1"},
        "stay-in-touch": {"second_name": "A"},
        "status": {},
        "stop": {},
    }
    for name, fill in wrong.items():
        tab.goto(f"{site.address}/my/{name}")
        go_on(tab, fill)
        yield f"my {name}, with errors"
    for name in ("no-more", "delete"):
        tab.goto(f"{site.address}/my/{name}")
        yield f"my {name}"
    press(tab)
    yield "my details, deleted"
