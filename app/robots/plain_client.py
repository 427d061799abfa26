"""A plain HTML client: fills in whatever form it is given and knows nothing of any study.

It runs no script. It relies on what every page of the site promises: `main` says which page it is,
there is one form, its first submit button that checks the page goes on, and the same body may be
posted again.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urljoin, urlsplit

from app.robots.page import Answers, Button, Page, read_page
from app.robots.wire import NoAnswerError, Patience, Reply, Wire, exchange, form_body

NO_QUESTION = frozenset({"code", "review", "done"})
MAX_PAGES = 500
"""Far above any questionnaire: a client that has seen as many is going round in circles."""
FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 2.0

Choose = Callable[[Page], Answers]
"""What to put into the form of a page."""


class StuckError(Exception):
    """The pages lead nowhere: an error, no form, or no end in sight."""


class CopiesDisagreeError(Exception):
    """The same request, sent several times at once, led to different places."""


@dataclass(frozen=True, slots=True)
class Walk:
    """How far a client came: the page it stands on, and the screens on its way there."""

    page: Page
    screens: tuple[str, ...]
    """Ids of the pages in the order they were answered, without code, review and done; a page that
    came back, with a prompt or with candidates, counts once."""

    @property
    def ending(self) -> str | None:
        """``complete``, ``refused`` or ``screened_out``; ``None`` when it stopped on the way."""
        return self.page.ending


@dataclass
class Timings:
    """Seconds that requests took, by method, and how many had to be sent again."""

    get_s: list[float] = field(default_factory=list)
    post_s: list[float] = field(default_factory=list)
    repeats: int = 0

    def note(self, method: str, seconds: float) -> None:
        """Remember one request that was answered."""
        (self.post_s if method == "POST" else self.get_s).append(seconds)


class PlainClient:
    """One browser: cookies, a kept connection per tab, and patience with a bad network."""

    def __init__(
        self,
        url: str,
        *,
        language: str | None = None,
        patience: Patience | None = None,
        rng: random.Random | None = None,
    ) -> None:
        self._url = url
        self._headers = {"Accept-Language": language} if language else {}
        self._patience = patience or Patience()
        self._rng = rng or random.Random()
        self._jar: dict[str, str] = {}
        self._wires: list[Wire] = []
        self.timings = Timings()

    def get(self, path: str) -> Page:
        """Return the page at an address, after any redirects."""
        for _ in range(10):
            reply = self._ask([("GET", path, None)])[0]
            if reply is None or reply.location is None:
                return self._page(path, reply)
            path = self._path(path, reply)
        raise StuckError(f"{path} redirects for ever")

    def enter(self, code: str) -> Page:
        """Type a code on the first page and return where it leads."""
        page = self.get("/")
        form = page.form
        if form is None:
            raise StuckError("the first page has no form")
        boxes = [one.name for one in form.controls if not one.picked]
        return self.submit(page, {boxes[0]: [code]})

    def fetch(self, path: str) -> int:
        """Fetch a style sheet or script, and return its bytes on the wire."""
        reply = self._ask([("GET", path, None)])[0]
        if reply is None or reply.status != 200:
            raise StuckError(f"{path} is not there")
        return reply.size

    def submit(
        self, page: Page, answers: Answers, button: Button | None = None, *, copies: int = 1
    ) -> Page:
        """Post a page, follow the answer, and return the page it leads to.

        Parameters
        ----------
        button
            The button to press; the one that goes on when not given.
        copies
            How many times the very same request is sent at the same moment.

        Raises
        ------
        CopiesDisagreeError
            If copies led to different places.
        """
        request = self.request(page, answers, button)
        reply = agreed(self._ask([request] * copies))
        return self.follow(request[1], reply)

    def request(
        self, page: Page, answers: Answers, button: Button | None = None
    ) -> tuple[Literal["POST"], str, bytes]:
        """Return the request that a press on a button of a page makes."""
        if page.form is None:
            raise StuckError(f"page {page.id!r} ({page.status}) has no form")
        pressed = button or page.form.go_on
        fields = list(page.form.hidden)
        fields += [(name, value) for name, values in answers.items() for value in values]
        if pressed.name:
            fields.append((pressed.name, pressed.value))
        return "POST", page.form.action, form_body(fields)

    def post_at_once(
        self, requests: Sequence[tuple[Literal["POST"], str, bytes]]
    ) -> list[Reply | None]:
        """Post from several tabs at the same moment; ``None`` for one that got no answer.

        Returns as soon as each was tried once; at least one was answered.
        """
        return self._ask(requests)

    def follow(self, path: str, reply: Reply | None) -> Page:
        """Return the page that an answer is, or leads to."""
        if reply is not None and reply.location is not None:
            return self.get(self._path(path, reply))
        return self._page(path, reply)

    def walk(self, page: Page, choose: Choose, *, stop_after: int | None = None) -> Walk:
        """Answer page by page until an ending, or until so many screens were answered.

        Raises
        ------
        StuckError
            If a page is an error, or there is no end of pages.
        """
        screens: list[str] = []
        for _ in range(MAX_PAGES):
            if page.id == "done":
                break
            if is_next_screen(page, screens):
                if stop_after is not None and len(screens) >= stop_after:
                    break
                screens.append(page.id)
            page = self.submit(page, answers_to(page, choose))
        else:
            raise StuckError(f"{MAX_PAGES} pages and no end, the last was {page.id!r}")
        return Walk(page, tuple(screens))

    def close(self) -> None:
        """Close the connections; the cookies stay."""
        for wire in self._wires:
            wire.close()

    def _ask(self, requests: Sequence[tuple[str, str, bytes | None]]) -> list[Reply | None]:
        """Send requests at once; all again, until at least one of them is answered."""
        deadline = time.monotonic() + self._patience.keep_trying_s
        pause = FIRST_PAUSE_S
        while True:
            started = time.perf_counter()
            replies = exchange(self._tabs(len(requests)), requests)
            if any(reply is not None for reply in replies):
                self.timings.note(requests[0][0], time.perf_counter() - started)
                return replies
            if time.monotonic() > deadline:
                raise NoAnswerError(f"{requests[0][0]} {requests[0][1]}")
            self.timings.repeats += 1
            time.sleep(pause * self._rng.uniform(0.75, 1.25))
            pause = min(2 * pause, LONGEST_PAUSE_S)

    def _tabs(self, number: int) -> list[Wire]:
        while len(self._wires) < number:
            self._wires.append(Wire(self._url, self._jar, self._patience, self._headers))
        return self._wires[:number]

    def _path(self, path: str, reply: Reply) -> str:
        parts = urlsplit(urljoin(path, reply.location or path))
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def _page(self, path: str, reply: Reply | None) -> Page:
        if reply is None:
            raise NoAnswerError(path)
        return read_page(path, reply.status, reply.body, size=reply.size)


def is_next_screen(page: Page, screens: Sequence[str]) -> bool:
    """Tell whether a page counts as one more screen, and not as the last one shown again."""
    return page.id not in NO_QUESTION and page.id not in screens[-1:]


def answers_to(page: Page, choose: Choose) -> Answers:
    """Return what to post from a page that one can go on from.

    Raises
    ------
    StuckError
        If the page is an error, has no form, or asks for the code again.
    """
    if page.form is None or page.id.startswith(("error-", "code")) or page.status >= 500:
        raise StuckError(f"page {page.id!r} ({page.status}): {page.words[:200]}")
    return {} if page.id == "review" else choose(page)


def agreed(replies: Sequence[Reply | None]) -> Reply:
    """Return the one answer that all copies of a request got; lost ones say nothing."""
    answered = [reply for reply in replies if reply is not None]
    places = {(reply.status, reply.location) for reply in answered}
    if len(places) != 1:
        raise CopiesDisagreeError(f"one request led to {sorted(map(str, places))}")
    return answered[0]
