"""Pages that run right to left: what comes next by keyboard is what comes next for the eye."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import SmallSite
from tests.browser.page_states import page_states

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

right_to_left = pytest.mark.parametrize("speaking", ["ar", "fa"], indirect=True)
MOST_TABS = 70

_WHERE = """() => {
    const at = document.activeElement;
    if (at === document.body) return null;
    // The words of a choice, not its dot, are what people see as one thing.
    const seen = at.type === "radio" || at.type === "checkbox" ? at.closest("label") : at;
    const box = seen.getBoundingClientRect();
    return {
        start: box.right, end: box.left, top: box.top + scrollY, bottom: box.bottom + scrollY,
        html: at.outerHTML.slice(0, 120),
    };
}"""


def tabbed_through(tab: Page) -> list[dict[str, float]]:
    """Where the focus comes, from the top of the page to its end."""
    # The page may have put the focus on an error or a notice: start from the top.
    tab.evaluate("() => { document.activeElement.blur(); getSelection().removeAllRanges();"
                 " document.body.tabIndex = -1; document.body.focus();"
                 " document.body.removeAttribute('tabindex'); }")  # fmt: skip
    walked = []
    for _ in range(MOST_TABS):
        tab.keyboard.press("Tab")
        at = tab.evaluate(_WHERE)
        if at is None:
            break
        if walked and at == walked[0]:
            break
        walked.append(at)
    return walked


def comes_after(one: dict[str, float], other: dict[str, float]) -> bool:
    """Whether a reader from right to left meets the other one later: further on, or below."""
    below = other["top"] >= one["bottom"] - 2
    same_row = other["top"] < one["bottom"] and other["bottom"] > one["top"]
    return below or (same_row and other["start"] <= one["end"] + 2)


@right_to_left
def test_keyboard_goes_the_way_the_eye_goes(speaking: Page, small_site: SmallSite) -> None:
    wrong = {}
    seen = 0
    for name in page_states(speaking, small_site):
        walked = tabbed_through(speaking)
        # Where Enter leads is no place on the page, and the skip link pushes the page down.
        places = [at for at in walked if 'class="skip"' not in at["html"]]
        seen += len(places)
        found = [
            f"{one['html']} -> {other['html']}"
            for one, other in pairwise(places)
            if not comes_after(one, other)
        ]
        if found:
            wrong[name] = found

    assert wrong == {}
    assert seen > 300


@right_to_left
def test_what_stands_at_the_start_stands_on_the_right(
    speaking: Page, small_site: SmallSite
) -> None:
    middles = """() => {
        const middle = one => {
            const box = document.querySelector(one)?.getBoundingClientRect();
            return box ? box.left + box.width / 2 : null;
        };
        const label = document.querySelector(".choices > label");
        return {
            dot: middle(".choices input"), words: label ? middle(".choices > label") : null,
            leave: middle(".leave"), languages: middle("summary"), page: innerWidth / 2,
        };
    }"""
    dots = 0
    for name in page_states(speaking, small_site):
        at = speaking.evaluate(middles)
        assert at["leave"] > at["page"], name
        if at["dot"] is not None:
            dots += 1
            assert at["dot"] > at["words"], name
    assert dots > 10
