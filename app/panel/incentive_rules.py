"""Who gets what for taking part: ``incentives.yaml`` of a study.

A rule is prepaid (a card goes with a letter of the contact plan, whatever becomes of it) or
conditional (after the last question, and after a part of them when the study decides so). Which
works best is for a study to find out: a rule may hold for random arms only.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path

from app.panel.incentives import IncentiveKind, Way
from app.questionnaire.document import Document, Node, Problem, shown_in
from app.questionnaire.model import Bank, Place

FILE = "incentives.yaml"
PREPAID, CONDITIONAL = "prepaid", "conditional"
MOST_CENTS = 100_000
MOST_QUESTIONS = 500
ASKED_FOR = (Way.SCREEN, Way.EMAIL, Way.SMS, Way.POST)
"""Ways a person can choose."""
_ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Rule:
    """One promise: to whom, what, and how it gets there."""

    id: str
    waves: frozenset[int]
    prepaid: bool
    kind: IncentiveKind
    currency: str
    value_cents: int
    place: Place
    ways: tuple[Way, ...] = ()
    """Offered to the person, in this order; none when it is prepaid."""
    step: str | None = None
    """The letter that a prepaid one goes with."""
    partial: int | None = None
    """Questions answered that are enough without the rest; ``None``: all have to be passed."""
    arms: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Random assignments of a person and their values that get it; empty: everybody."""
    letters: Mapping[str, str] = field(default_factory=dict)
    """Steps of the contact plan whose letters tell of it, with the name of those words."""

    def holds_for(self, wave: int, assignments: Mapping[str, str]) -> bool:
        """Tell whether somebody with these random assignments gets it in a wave."""
        return wave in self.waves and all(
            assignments.get(variable) in values for variable, values in self.arms.items()
        )

    def meets(self, other: Rule) -> bool:
        """Tell whether one person could fall under both in one wave."""
        apart = any(
            not values & other.arms[variable]
            for variable, values in self.arms.items()
            if variable in other.arms
        )
        return bool(self.waves & other.waves) and not apart


@dataclass(frozen=True, slots=True)
class Rules:
    """All promises of a study."""

    listed: tuple[Rule, ...] = ()

    def named(self, rule_id: str) -> Rule | None:
        """Return a rule by its name."""
        return next((one for one in self.listed if one.id == rule_id), None)

    def after_questions(self, wave: int, assignments: Mapping[str, str]) -> Rule | None:
        """Return what somebody earns by answering; at most one rule holds."""
        for one in self.listed:
            if not one.prepaid and one.holds_for(wave, assignments):
                return one
        return None

    def enclosed(self, wave: int, step: str) -> tuple[Rule, ...]:
        """Return what goes with the letters of a step."""
        return tuple(
            one for one in self.listed if one.prepaid and one.step == step and wave in one.waves
        )

    def letter_text(self, wave: int, step: str, assignments: Mapping[str, str]) -> str | None:
        """Return the words of a letter that tells somebody of a thank-you; ``None``: the usual."""
        for one in self.listed:
            if step in one.letters and one.holds_for(wave, assignments):
                return one.letters[step]
        return None

    @property
    def variables(self) -> frozenset[str]:
        """The random assignments that decide."""
        return frozenset(variable for one in self.listed for variable in one.arms)


def read_rules(study: Path) -> tuple[Rules | None, list[Problem]]:
    """Return the rules of a study, or every problem of the file; no file means no promises."""
    file = study / FILE
    if not file.exists():
        return Rules(), []
    problems: list[Problem] = []
    root = Document(file, shown_in(study, FILE), problems).root
    block = root.block(("rules",), ("currency",)) if root is not None else {}
    if problems or not block:
        return None, problems
    currency = block["currency"].text("currency") if "currency" in block else "EUR"
    if not _CURRENCY.fullmatch(currency):
        block["currency"].wrong(f'currency is {block["currency"].found}, expected such as "EUR"')
    listed: list[Rule] = []
    for node in block["rules"].items():
        rule = _rule(node, currency)
        if rule is not None:
            if rule.id in {one.id for one in listed}:
                node.wrong(f'rule "{rule.id}" stands twice')
            listed.append(rule)
    problems += _meeting(listed)
    return (None if problems else Rules(tuple(listed))), problems


def check_rules(
    rules: Rules, bank: Bank, letter_steps: Collection[str], letter_texts: Collection[str]
) -> list[Problem]:
    """Return where rules name a wave, an arm, a letter or words that the study does not have.

    ``letter_steps`` are the letters of the contact plan, ``letter_texts`` the names of their words.
    """
    found: list[Problem] = []
    drawn = {one.var: frozenset(one.values) for one in bank.assigned}
    for rule in rules.listed:
        told = [f"there is no wave {year}" for year in sorted(rule.waves - {*bank.waves})]
        for variable, values in rule.arms.items():
            if variable not in drawn:
                told.append(f'arm "{variable}" is no random assignment of the study')
            told += [
                f'arm {variable} is never "{value}"'
                for value in sorted(values - drawn.get(variable, values))
            ]
        for step, text in rule.letters.items():
            if step not in letter_steps:
                told.append(f'the contact plan has no letter "{step}"')
            if text not in letter_texts:
                told.append(f'letter.yaml has no text "{text}"')
        found += [Problem(rule.place, f"rule {rule.id}: {one}") for one in told]
    return found


def _rule(node: Node, currency: str) -> Rule | None:
    required = ("id", "waves", "give", "kind", "cents")
    block = node.block(required, ("ways", "with", "partial", "arms", "letters"))
    if not {*required} <= block.keys():
        return None
    name = block["id"].text("id")
    if not _ID.fullmatch(name):
        block["id"].wrong(f"id is {block['id'].found}, expected small letters, digits and _")
    prepaid = block["give"].choice((CONDITIONAL, PREPAID), "give") == PREPAID
    waves = frozenset(one.whole("wave") for one in block["waves"].items())
    if not waves:
        block["waves"].wrong("it holds for no wave")
    letters = _letters(block["letters"]) if "letters" in block else {}
    kind = IncentiveKind(block["kind"].choice(list(IncentiveKind), "kind"))
    _fitting(node, block, kind, letters, prepaid=prepaid)
    return Rule(
        id=name,
        waves=waves,
        prepaid=prepaid,
        kind=kind,
        currency=currency,
        value_cents=_within(block["cents"], "cents", MOST_CENTS),
        place=node.place,
        ways=_ways(block["ways"], kind) if "ways" in block else (),
        step=block["with"].some_text("with") if "with" in block else None,
        partial=_within(block["partial"], "partial", MOST_QUESTIONS)
        if "partial" in block
        else None,
        arms=_arms(block["arms"]) if "arms" in block else {},
        letters=letters,
    )


def _fitting(
    node: Node,
    block: Mapping[str, Node],
    kind: IncentiveKind,
    letters: Mapping[str, str],
    *,
    prepaid: bool,
) -> None:
    """Note what does not go together."""
    if not prepaid:
        if "ways" not in block:
            node.wrong("a conditional one needs the ways in which it can be sent")
        if "with" in block:
            block["with"].wrong("only a prepaid one goes with a letter")
        return
    for name in ("ways", "partial"):
        if name in block:
            block[name].wrong(f"a prepaid one has no {name}: it goes with a letter")
    if "with" not in block:
        node.wrong("a prepaid one needs the letter it goes with")
    elif block["with"].text("with") not in letters:
        # The printer tells the envelopes with a card from those without by their words.
        block["with"].wrong("the letter it goes with needs words of its own (letters:)")
    if kind is not IncentiveKind.VOUCHER:
        block["kind"].wrong("what goes with a letter is a voucher: no code is printed in a letter")


def _within(node: Node, what: str, most: int) -> int:
    number = node.whole(what)
    if not 1 <= number <= most:
        node.wrong(f"{what} is {number}, expected 1 to {most}")
    return number


def _ways(node: Node, kind: IncentiveKind) -> tuple[Way, ...]:
    ways = tuple(Way(one.choice(ASKED_FOR, "way")) for one in node.items())
    if not ways or len(set(ways)) < len(ways):
        node.wrong("expected one way or more, each once")
    if kind is IncentiveKind.VOUCHER and ways != (Way.POST,):
        node.wrong("a voucher goes by post and in no other way")
    return ways


def _arms(node: Node) -> dict[str, frozenset[str]]:
    arms = {}
    for _, variable, values in node.pairs():
        arms[variable] = frozenset(values.texts(variable))
        if not arms[variable]:
            values.wrong(f"{variable} names no arm")
    return arms


def _letters(node: Node) -> dict[str, str]:
    return {step: text.some_text(f"text of {step}") for _, step, text in node.pairs()}


def _meeting(listed: Sequence[Rule]) -> list[Problem]:
    """Rules of which one person could fall under two, where only one can be kept."""
    found = []
    for one, other in combinations(listed, 2):
        if not one.meets(other):
            continue
        if not one.prepaid and not other.prepaid:
            found.append(
                Problem(other.place, f"{other.id} and {one.id}: one person would get both")
            )
        for step in sorted(one.letters.keys() & other.letters.keys()):
            message = f"{other.id} and {one.id}: {step} would have two texts for one person"
            found.append(Problem(other.place, message))
    return found
