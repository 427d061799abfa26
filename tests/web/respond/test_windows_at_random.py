"""Windows, the browser's own back and repeated posts in any order, against a model of the promise.

The promise: what was acknowledged stands, until somebody who could see it chooses otherwise.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

import pytest

from tests.builders import Invited, Running
from tests.web.respond.conftest import at_page
from tests.web.respond.visitor import Page, Visitor

VALUES = {"k_werk": ("ja", "nee", "anders"), "k_geboren": ("1980", "1990", "ref")}
STEPS = 60


@dataclass
class Rendered:
    """A page in some window; switching its language renders it anew and looks at nothing new."""

    page: Page
    knows: int
    """Number of saves that had been made when its answers were read."""
    saved: set[str] = field(default_factory=set)
    """What was saved from it."""


@dataclass
class Standing:
    """The present answer to a question."""

    value: str
    source: Rendered | None = None
    save: int = 0


class Model:
    """What has to stand after each step."""

    def __init__(self, first: dict[str, str]) -> None:
        self.saves = 0
        self.standing = {var: Standing(value) for var, value in first.items()}
        self.events = {var: [value] for var, value in first.items()}

    def expect(self, one: Rendered, value: str) -> int:
        """Take a post into account and return the status it has to get."""
        now = self.standing[one.page.id]
        own = now.source is one
        if value in one.saved and not (own and now.value != value):
            return 303
        if not own and now.save > one.knows:
            return 409
        self.saves += 1
        self.standing[one.page.id] = Standing(value, one, self.saves)
        self.events[one.page.id].append(value)
        one.saved.add(value)
        return 303


@pytest.mark.parametrize("seed", range(8))
def test_nothing_is_overwritten_unseen_whatever_the_order(
    seed: int, site: Running, visitor: Visitor, invited: Invited
) -> None:
    rng = random.Random(seed)
    at_page(visitor, invited, "k_sinds")
    model = Model({"k_werk": "ja", "k_geboren": "1988"})
    windows = [Rendered(visitor.open(f"/q/{var}"), 0) for var in VALUES]

    for _ in range(STEPS):
        one = rng.choice(windows[-3:] if rng.random() < 0.7 else windows)
        var = one.page.id
        match rng.choice(("open", "send", "send", "send", "speak")):
            case "open":
                windows.append(Rendered(visitor.open(f"/q/{var}"), model.saves))
            case "speak":
                other = "en" if one.page.lang == "nl" else "nl"
                windows.append(Rendered(visitor.speak(one.page, other), one.knows))
            case _:
                value = rng.choice(VALUES[var])
                # The box empties when somebody rather not says.
                fill = [value] if var == "k_werk" else ["", "ref"] if value == "ref" else [value]
                reply = visitor.post(one.page.action, one.page.body({var: fill}))
                assert reply.status_code == model.expect(one, value)
                if reply.status_code == 409:
                    windows.append(Rendered(visitor.seen(reply, one.page.action), model.saves))
                    assert windows[-1].page.shown.getlist(var)[-1] == fill[-1]

        assert site.answers(invited)[var] == model.standing[var].value
    for var, expected in model.events.items():
        assert site.events(invited, var) == expected
