"""The recorder in Chromium: speak, listen, save; and what it says when it may not hear."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from app.panel.states import Role
from app.services.context import ServiceContext
from app.services.speech import audio_desk
from app.services.speech.audio_desk import Heard
from tests.integration.staff.conftest import add_account
from tests.web.staff.test_staff_in_browser import serve, sign_in

pytestmark = pytest.mark.browser

# A microphone in which somebody hums for as long as it is open.
HUM = """
navigator.mediaDevices.getUserMedia = async () => {
  const context = new AudioContext(), hum = context.createOscillator();
  const to = context.createMediaStreamDestination();
  hum.frequency.value = 200;
  const low = context.createGain();
  low.gain.value = 0.2;
  hum.connect(low).connect(to);
  hum.start();
  return to.stream;
};
"""
REFUSED = "navigator.mediaDevices.getUserMedia = async () => { throw new Error('no'); };"


@pytest.fixture
def site(ctx: ServiceContext) -> Iterator[str]:
    yield from serve(ctx)


def recorder(chromium: Browser, site: str, ctx: ServiceContext, microphone: str) -> Page:
    """A page that is about to record "Heeft u werk?", with some microphone."""
    tab = chromium.new_context(locale="en").new_page()
    tab.add_init_script(microphone)
    sign_in(tab, site, add_account(ctx, Role.TRANSLATOR), ctx)
    tab.goto(f"{site}/staff/audio/nl/{text(ctx).id}")
    return tab


def text(ctx: ServiceContext) -> audio_desk.Sounding:
    texts = audio_desk.soundings(ctx, "nl").texts
    return next(one for one in texts if one.text.name == "k_werk")


def test_text_is_recorded_in_the_browser_and_kept(
    chromium: Browser, site: str, ctx: ServiceContext
) -> None:
    tab = recorder(chromium, site, ctx, HUM)
    wrong: list[str] = []
    tab.on("console", lambda message: wrong.append(message.text))

    tab.click("[data-record]")
    tab.wait_for_selector("text=Recording: speak now.")
    tab.wait_for_timeout(1500)
    tab.click("[data-stop]")
    tab.wait_for_selector("text=Recorded. Listen, then save.")
    assert tab.locator("[data-preview]").get_attribute("src")
    tab.fill("#speaker", "Mw. Stem")
    tab.click("button[value=save]")
    tab.wait_for_selector("[role=status].told")

    assert text(ctx).heard is Heard.RECORDED
    assert wrong == []
    tab.context.close()


def test_refused_microphone_is_said_and_a_file_can_still_be_chosen(
    chromium: Browser, site: str, ctx: ServiceContext
) -> None:
    tab = recorder(chromium, site, ctx, REFUSED)
    tab.click("[data-record]")
    tab.wait_for_selector("text=The microphone cannot be used.")
    assert tab.locator("#sound").is_visible()
    tab.context.close()
