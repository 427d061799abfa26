"""Somebody who uses the staff site without a mouse: Tab, Enter, Space, arrows and letters."""

from __future__ import annotations

from datetime import datetime

from playwright.sync_api import Page

from tests.integration.staff.conftest import Account

FARTHEST = 150
"""Presses of Tab before somebody gives up; the longest form has half of that."""
_FOCUSED = """() => {
  const one = document.activeElement;
  const label = one.labels && one.labels.length ? one.labels[0].innerText : "";
  const named = one.getAttribute("aria-label") || label || one.innerText || "";
  return [named.trim(), one.tagName.toLowerCase(), one.id];
}"""


class Keys:
    """The keyboard of one person in one tab."""

    def __init__(self, tab: Page) -> None:
        self.tab = tab

    def sign_in(self, url: str, account: Account, now: datetime) -> None:
        """Open the first page, the only one whose address is typed."""
        self.tab.goto(f"{url}/staff/sign-in")
        self.to("E-mail address")
        self.type(account.email)
        self.to("Password")
        self.type(account.password)
        self.press("Enter")
        self.tab.wait_for_selector("[name=totp]:focus")
        self.type(account.code(now))
        self.press("Enter")
        self.tab.wait_for_selector("header nav")

    def to(self, words: str, kind: str = "") -> None:
        """Press Tab until something with these words has the focus."""
        seen = []
        for _ in range(FARTHEST):
            self.tab.keyboard.press("Tab")
            named, tag, _id = self.tab.evaluate(_FOCUSED)
            seen.append(named[:40])
            if words in named and kind in ("", tag):
                return
        raise AssertionError(f"Tab never came to {words!r}; it came to {seen}")

    def follow(self, words: str, kind: str = "a") -> None:
        """Go to a link, or a button, press Enter and wait for the page it leads to."""
        self.to(words, kind)
        with self.tab.expect_navigation(wait_until="load"):
            self.press("Enter")

    def send(self, words: str) -> None:
        """Go to a button, press it, and wait for the page that answers."""
        self.follow(words, "button")

    def tick(self, words: str) -> None:
        """Go to a box and tick it."""
        self.to(words, "input")
        self.press("Space")

    def unfold(self, words: str) -> None:
        """Open what is folded away."""
        self.to(words, "summary")
        self.press("Enter")

    def type(self, words: str) -> None:
        """Type into what has the focus."""
        self.tab.keyboard.type(words)

    def press(self, key: str) -> None:
        """Press a key."""
        self.tab.keyboard.press(key)

    @property
    def words(self) -> str:
        """What the page says."""
        return " ".join(self.tab.inner_text("main").split())
