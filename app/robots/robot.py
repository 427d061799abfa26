"""A synthetic respondent with a browser: answers the pages, and has habits that servers fear."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from dataclasses import dataclass

from app.questionnaire.model import Instrument, Missing, Value
from app.robots.ledger import Ledger
from app.robots.page import Answers, Form, Page
from app.robots.plain_client import (
    MAX_PAGES,
    NO_QUESTION,
    Choose,
    PlainClient,
    StuckError,
    Walk,
    agreed,
    answers_to,
    is_next_screen,
)
from app.robots.wire import Reply
from app.synthetic.respondent import SyntheticRespondent
from app.synthetic.typing import typed

SAVED = 303
TOLD = 409
NEAR = 8
"""Pages that somebody goes back at most: a question and what hangs on it stand near each other."""
_CONFIRM = "_confirm"


@dataclass(frozen=True, slots=True)
class Habits:
    """What a robot does besides answering, as the share of pages on which it does so."""

    copies: int = 1
    """Every page is sent one to so many times at the same moment."""
    changes_mind: float = 0.0
    """Goes back to an earlier page and answers it in another way."""
    second_tab: float = 0.0
    """Posts an earlier page, answered in another way, at the same moment as the present one."""
    think_s: float = 0.0
    """Seconds before a page is posted, on average."""


@dataclass
class Tally:
    """What a robot met on its way."""

    edits: int = 0
    tab_pairs: int = 0
    told: int = 0
    """Pages that came back because another window had answered them first."""


class Robot:
    """Answers one interview and keeps the ledger of what the server acknowledged."""

    def __init__(
        self,
        client: PlainClient,
        choose: Choose,
        *,
        habits: Habits | None = None,
        rng: random.Random | None = None,
    ) -> None:
        self.client = client
        self.ledger = Ledger()
        self.tally = Tally()
        self._choose = choose
        self._habits = habits or Habits()
        self._rng = rng or random.Random()
        self._behind: list[Page] = []
        """Question pages as they were shown, which the browser's own "back" brings up again."""

    def answer(self, code: str, *, stop_after: int | None = None) -> Walk:
        """Answer the interview of a code, up to its end or to some number of screens.

        Raises
        ------
        StuckError
            If the pages lead nowhere.
        CopiesDisagreeError
            If one request, sent more than once, led to different places.
        """
        page = self.client.enter(code)
        screens: list[str] = []
        for _ in range(2 * MAX_PAGES):
            if page.id == "done" and page.ending == "complete":
                break
            if page.id == "done":
                if not self.tally.edits + self.tally.tab_pairs:
                    break
                page = self._take_back(page)
            if is_next_screen(page, screens):
                if stop_after is not None and len(screens) >= stop_after:
                    break
                screens.append(page.id)
            page = self._turn(page)
        else:
            raise StuckError(f"no end of pages, the last was {page.id!r}")
        return Walk(page, tuple(dict.fromkeys(screens)))

    def _turn(self, page: Page) -> Page:
        """Answer a page and return the one after it."""
        answers = answers_to(page, self._choose)
        if self._habits.think_s:
            time.sleep(self._rng.expovariate(1 / self._habits.think_s))
        if page.id in NO_QUESTION:
            return self.client.submit(page, answers, copies=self._copies())
        if self._does(self._habits.second_tab) and (other := self._open_in_second_tab(page)):
            return self._post_both(page, answers, other)
        following = self._post(page, answers)
        # A page that came back shows what is typed, not what is saved: leaving it might save that.
        moved_on = following.id not in ("done", page.id)
        if moved_on and self._does(self._habits.changes_mind):
            return self._change_mind(following)
        return following

    def _post(self, page: Page, answers: Answers) -> Page:
        request = self.client.request(page, answers)
        self._note_sent(page)
        reply = agreed(self.client.post_at_once([request] * self._copies()))
        return self._took(page, answers, reply)

    def _took(self, page: Page, answers: Answers, reply: Reply) -> Page:
        """Note what the server made of a page, and return where it leads."""
        if reply.status == SAVED:
            self.ledger.acknowledge(page, answers)
            self._behind.append(page)
        elif reply.status == TOLD:
            self.tally.told += 1
        return self.client.follow(page.path, reply)

    def _change_mind(self, page: Page) -> Page:
        """Go back some pages, answer one in another way, and return the page after it."""
        if self._rng.random() < 0.5:
            return self._answer_otherwise(self._rng.choice(self._behind[-NEAR:]), page)
        for _ in range(self._rng.randint(1, 4)):
            if page.form is None or not any(one.name == "back" for one in page.form.buttons):
                break
            self._note_sent(page)
            shown = page.form.as_shown()
            page = self.client.submit(page, shown, page.form.button("back"))
        return self._answer_otherwise(page, page)

    def _answer_otherwise(self, earlier: Page, now: Page) -> Page:
        answers = otherwise(earlier, self._rng)
        if answers is None:
            return now
        self.tally.edits += 1
        return self._post(earlier, answers)

    def _open_in_second_tab(self, page: Page) -> Page | None:
        """Return an earlier page, shown anew; ``None`` when it is not one to answer otherwise."""
        other = self.client.get(self._rng.choice(self._behind[-NEAR:]).path)
        if other.id == page.id or other.id in NO_QUESTION:
            return None
        return other

    def _post_both(self, page: Page, answers: Answers, other: Page) -> Page:
        """Post two pages at the same moment; both have to be kept."""
        changed = otherwise(other, self._rng)
        if changed is None:
            return self._post(page, answers)
        self.tally.tab_pairs += 1
        self._note_sent(page)
        self._note_sent(other)
        requests = [self.client.request(page, answers), self.client.request(other, changed)]
        first, second = self.client.post_at_once(requests)
        # What got no answer is sent again, as it was.
        first = first or agreed(self.client.post_at_once(requests[:1]))
        second = second or agreed(self.client.post_at_once(requests[1:]))
        self._took(other, changed, second)
        return self._took(page, answers, first)

    def _take_back(self, page: Page) -> Page:
        """Undo an ending that came of a changed mind."""
        if not page.links:
            raise StuckError(f"no way back from {page.ending!r}")
        return self.client.get(page.links[0])

    def _note_sent(self, page: Page) -> None:
        if page.form is not None:
            self.ledger.sent.add(page.form.hidden_value("op"))

    def _copies(self) -> int:
        return self._rng.randint(1, self._habits.copies)

    def _does(self, share: float) -> bool:
        return bool(self._behind) and self._rng.random() < share


def otherwise(page: Page, rng: random.Random) -> dict[str, list[str]] | None:
    """Return another answer to a page of radios than the one it shows; ``None`` without any."""
    if page.form is None or not all(one.kind == "radio" for one in page.form.controls):
        return None
    answers = page.form.as_shown()
    for name in page.form.names:
        shown = answers.get(name, [])
        others = [
            one.value for one in page.form.controls if one.name == name and one.value not in shown
        ]
        if others:
            answers[name] = [rng.choice(others)]
    return answers or None


class SyntheticChoice:
    """Fills in pages as a synthetic person answers, by the names of the inputs alone."""

    def __init__(
        self,
        respondent: SyntheticRespondent,
        instrument: Instrument,
        known: Mapping[str, Value],
    ) -> None:
        """``known`` is what the person is: the frame, and ``interview_month`` where it matters."""
        self._respondent = respondent
        self._instrument = instrument
        self._said: dict[str, Value] = {**known, "wave": instrument.wave}

    def __call__(self, page: Page) -> dict[str, list[str]]:
        """Return what this person puts into the form of a page."""
        answers: dict[str, list[str]] = {}
        if page.form is None:
            return answers
        for name in page.form.variables:
            if name.endswith(_CONFIRM) and name not in self._instrument.item_of:
                answers |= self._confirmed(name)
            elif name in self._instrument.item_of:
                answers |= self._answered(name, page.form)
        return answers

    def _confirmed(self, name: str) -> dict[str, list[str]]:
        var = name.removesuffix(_CONFIRM)
        reply = self._respondent.confirm(var)
        if reply == "still_true":
            item = self._instrument.item_by_var[var]
            self._remember(var, self._respondent.answer(item, None, self._said))
        return {name: [str(reply)]}

    def _answered(self, name: str, form: Form) -> dict[str, list[str]]:
        item = self._instrument.item_of[name]
        statement = next((one for one in item.statements if one.var == name), None)
        value = self._respondent.answer(item, statement, self._said)
        self._remember(name, value)
        if isinstance(value, Missing) and not _offers(form, name, str(value)):
            # Offered once the page has come back with a prompt.
            return {}
        return typed(item, name, value)

    def _remember(self, name: str, value: Value | None) -> None:
        if value is None:
            self._said.pop(name, None)
        else:
            self._said[name] = value


def _offers(form: Form, name: str, value: str) -> bool:
    return any(one.name == name and one.value == value for one in form.controls)
