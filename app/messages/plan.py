"""Who gets which message when: ``letters/plan.yaml`` of a study."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

from app.messages.channels import Channel
from app.messages.condition import Condition, ConditionError, parse_condition
from app.messages.costs import Prices, parse_price
from app.messages.quiet import QuietTimes
from app.messages.texts import FOLDER, MessageTexts
from app.questionnaire.document import Document, Node, Problem
from app.questionnaire.model import Place

FILE = "plan.yaml"
STATES = ("open", "partial", "complete")
"""States of a case that a step may go to. Who refused or was screened out is never written to."""
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOLIDAYS = "holidays"
"""Stands among the weekdays that are quiet: public holidays of the Netherlands."""
CLOSED = "closed"
"""A step may follow the end of its wave: it then goes between that wave and the next."""
LAST_DAY = 400
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])")
_SHARE = re.compile(r"0?\.[0-9]{1,4}|1(?:\.0{1,4})?")
_MARK = re.compile(r"language|stratum|fr_[a-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Cap:
    """How many messages a person gets at most in so many days, over all channels and steps."""

    messages: int
    days: int


@dataclass(frozen=True, slots=True)
class ContactStep:
    """One message of the plan, and who gets it."""

    id: str
    channel: Channel
    text: str
    again: str | None
    """Words for people who took part in an earlier wave; ``None``: the same as for others."""
    to: frozenset[str]
    """Of `STATES`."""
    day: int | None
    """Days after the opening of the wave; ``None`` when it follows an event."""
    place: Place
    after: str | None = None
    """The state whose beginning it follows, or `CLOSED`: the end of the wave."""
    days: int | None = None
    """Days after that."""
    at: time | None = None
    """Local time; ``None`` is the first that is not quiet."""
    only: Mapping[str, frozenset[str]] | None = None
    """Groups it goes to: values of ``language``, ``stratum`` or frame variables."""
    condition: Condition | None = None
    instead_of: Channel | None = None
    """It goes to whom that channel cannot reach."""

    @property
    def between(self) -> bool:
        """Whether it goes out between waves: to who may be asked again, once its wave is closed."""
        return self.after == CLOSED

    def text_for(self, *, took_part: bool) -> str:
        """Return the name of its words for somebody."""
        return self.again if took_part and self.again is not None else self.text

    def goes_to(self, marks: Mapping[str, str]) -> bool:
        """Tell whether somebody with these marks is in its groups."""
        return all(marks.get(mark) in among for mark, among in (self.only or {}).items())

    @property
    def texts(self) -> tuple[str, ...]:
        """The names of its words."""
        return (self.text,) if self.again is None else (self.text, self.again)


@dataclass(frozen=True, slots=True)
class ContactPlan:
    """The plan of every wave of a study."""

    quiet: QuietTimes
    at_most: Cap | None
    a_day: float
    """Share of a step that goes out on one day at most."""
    steps: tuple[ContactStep, ...]
    prices: Prices
    file: str = ""

    def step(self, name: str) -> ContactStep | None:
        """Return a step by its name."""
        return next((one for one in self.steps if one.id == name), None)


def read_contact_plan(study: Path, zone: ZoneInfo) -> tuple[ContactPlan | None, list[Problem]]:
    """Return the contact plan of a study, or every problem of the file.

    ``None`` without a problem means that the study has no plan: it sends nothing.
    """
    file = study / FOLDER / FILE
    if not file.exists():
        return None, []
    problems: list[Problem] = []
    document = Document(file, str(Path(study.name) / FOLDER / FILE), problems)
    if document.root is None:
        return None, problems
    keys = ("quiet_hours", "quiet_days", "a_day", "steps")
    block = document.root.block(keys, ("at_most", "prices"))
    if not problems:
        quiet = _quiet(block["quiet_hours"], block["quiet_days"], zone)
        plan = ContactPlan(
            quiet,
            _cap(block["at_most"]) if "at_most" in block else None,
            _share(block["a_day"]),
            _steps(block["steps"], quiet),
            _prices(block["prices"]) if "prices" in block else Prices(),
            document.name,
        )
        if not problems:
            return plan, []
    return None, problems


def check_texts_of_plan(plan: ContactPlan, texts: MessageTexts) -> list[Problem]:
    """Return the steps whose words do not exist."""
    problems = []
    for step in plan.steps:
        there = texts.steps.get(step.channel, {})
        problems += [
            Problem(step.place, f'step {step.id}: {step.channel}.yaml has no text "{name}"')
            for name in step.texts
            if name not in there
        ]
    return problems


def _quiet(hours: Node, days: Node, zone: ZoneInfo) -> QuietTimes:
    edges = [_clock(one, "quiet hour") for one in hours.items()]
    if len(edges) != 2:
        hours.wrong(f"found {len(edges)} times, expected when quiet begins and when it ends")
        edges = [time(0), time(0)]
    named = {one.choice((*WEEKDAYS, HOLIDAYS), "quiet day") for one in days.items()}
    weekdays = frozenset(WEEKDAYS.index(one) for one in named - {HOLIDAYS})
    if len(weekdays) == len(WEEKDAYS):
        days.wrong("all seven days are quiet: nothing could ever be sent")
        weekdays = frozenset()
    return QuietTimes(zone, edges[0], edges[1], weekdays, HOLIDAYS in named)


def _clock(node: Node, what: str) -> time:
    match = _CLOCK.fullmatch(node.text(what))
    if match is None:
        node.wrong(f'{what} is {node.found}, expected a time such as "09:00"')
        return time(0)
    return time(int(match[1]), int(match[2]))


def _cap(node: Node) -> Cap | None:
    block = node.block(("messages", "days"))
    if block.keys() != {"messages", "days"}:
        return None
    cap = Cap(block["messages"].whole("messages"), block["days"].whole("days"))
    if not (1 <= cap.messages <= 100 and 1 <= cap.days <= LAST_DAY):
        node.wrong(
            f"at most {cap.messages} messages in {cap.days} days, expected 1 or more of each"
        )
    return cap


def _share(node: Node) -> float:
    words = str(getattr(node.raw, "value", ""))
    if not _SHARE.fullmatch(words) or float(words) <= 0:
        node.wrong(f"a_day is {node.found}, expected a share such as 0.1, at most 1")
        return 1.0
    return float(words)


def _prices(node: Node) -> Prices:
    block = node.block((), tuple(Channel))
    given = {}
    for name, one in block.items():
        price = parse_price(one.text(f"price of a message ({name})"))
        if price is None:
            one.wrong(f'price is {one.found}, expected euros such as "0.95"')
        else:
            given[Channel(name)] = price
    return Prices(given)


def _steps(node: Node, quiet: QuietTimes) -> tuple[ContactStep, ...]:
    steps: list[ContactStep] = []
    for one in node.items():
        step = _step(one, quiet)
        if step is None:
            continue
        if step.id in {other.id for other in steps}:
            one.wrong(f'step "{step.id}" stands twice')
        steps.append(step)
    if not steps and node.is_list():
        node.wrong("the plan has no steps")
    return tuple(steps)


def _step(node: Node, quiet: QuietTimes) -> ContactStep | None:
    optional = ("again", "day", "after", "days", "at", "only", "when", "instead_of")
    block = node.block(("id", "channel", "text", "to"), optional)
    if not {"id", "channel", "text", "to"} <= block.keys():
        return None
    name = block["id"].text("id")
    if not _ID.fullmatch(name):
        block["id"].wrong(f"id is {block['id'].found}, expected small letters, digits and _")
    states = frozenset(one.choice(STATES, "state") for one in block["to"].items())
    if not states:
        block["to"].wrong("it goes to nobody, expected states of a case")
    day, after, days = _when(node, block)
    channel = Channel(block["channel"].choice(list(Channel), "channel"))
    if after == CLOSED:
        _check_between(block, channel, states)
    elif after is not None and after not in states:
        block["after"].wrong(f'it follows "{after}" and does not go to it')
    at = _clock(block["at"], "time") if "at" in block else None
    if at is not None and quiet.quiet_hour(at):
        block["at"].wrong(f"{at:%H:%M} is a quiet hour")
    return ContactStep(
        id=name,
        channel=channel,
        text=block["text"].some_text("text"),
        again=block["again"].some_text("again") if "again" in block else None,
        to=states,
        day=day,
        after=after,
        days=days,
        at=at,
        only=_only(block["only"]) if "only" in block else None,
        condition=_condition(block["when"]) if "when" in block else None,
        instead_of=Channel(block["instead_of"].choice(list(Channel), "channel"))
        if "instead_of" in block
        else None,
        place=node.place,
    )


def _check_between(block: Mapping[str, Node], channel: Channel, states: frozenset[str]) -> None:
    """Between waves only who took part is written to, and not by letter: it bears a code."""
    if channel is Channel.LETTER:
        block["channel"].wrong("a letter bears a code, which is destroyed when the wave closes")
    if "open" in states:
        block["to"].wrong("who never answered was not asked for leave to be written to again")


def _when(node: Node, block: Mapping[str, Node]) -> tuple[int | None, str | None, int | None]:
    """Either a day of the wave, or days after something happened to the case."""
    given = block.keys() & {"day", "after", "days"}
    if given == {"day"}:
        return _day(block["day"], "day"), None, None
    if given == {"after", "days"}:
        after = block["after"].choice((*STATES[1:], CLOSED), "after")
        return None, after, _day(block["days"], "days")
    node.wrong("expected either day, or after and days")
    return 0, None, None


def _day(node: Node, what: str) -> int:
    day = node.whole(what)
    if not 0 <= day <= LAST_DAY:
        node.wrong(f"{what} is {day}, expected 0 to {LAST_DAY}")
    return day


def _only(node: Node) -> dict[str, frozenset[str]]:
    groups: dict[str, frozenset[str]] = {}
    for key, mark, values in node.pairs():
        if not _MARK.fullmatch(mark):
            key.wrong(f'unknown group "{mark[:40]}"; expected language, stratum or fr_…')
        groups[mark] = frozenset(_some(values, mark))
    return groups


def _some(node: Node, mark: str) -> Sequence[str]:
    values = node.texts(mark)
    if not values:
        node.wrong(f"{mark} names nobody")
    return values


def _condition(node: Node) -> Condition | None:
    try:
        return parse_condition(node.text("when"))
    except ConditionError as error:
        node.wrong(str(error))
        return None
