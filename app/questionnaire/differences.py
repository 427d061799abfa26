"""What two questionnaires of a study do not have in common: versions of a wave, or two waves.

Identity is by name: a variable that keeps its name is the same question, asked in the same or in
other words. So every difference says of one variable what became of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.questionnaire.model import Instrument, Item, Kind, Option, Statement, Text


class Change(StrEnum):
    """What became of a variable."""

    ADDED = "added"
    GONE = "gone"
    TYPE = "type"
    TEXT = "text"
    OPTIONS = "options"
    """Its codes, or the words of a code, are others."""
    CONDITION = "condition"
    """Others are asked it."""
    LIMITS = "limits"
    REPEAT = "repeat"
    """What an earlier answer does to it."""
    MOVED = "moved"
    """It stands in another module."""


class Identity(StrEnum):
    """Whether a variable of two waves may be compared."""

    SAME = "same"
    TEXT_CHANGED = "text changed"
    OPTIONS_CHANGED = "options changed"
    TYPE_CHANGED = "type changed"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is another now: the variable, what, and the words before and after."""

    var: str
    change: Change
    language: str = ""
    """In which language the words are another; empty where it is no matter of language."""
    detail: str = ""
    """Of an option: its code."""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A variable as an instrument asks it: its item, and the statement where it is one."""

    item: Item
    statement: Statement | None

    @property
    def text(self) -> Text:
        """What is asked: of a statement its own words."""
        return self.statement.text if self.statement else self.item.text

    @property
    def condition(self) -> str:
        """Who is asked, as one expression."""
        parts = [self.item.when.source, self.statement.when.source if self.statement else "true"]
        return " and ".join(f"({one})" for one in parts if one != "true") or "true"


def asked_by_var(instrument: Instrument) -> dict[str, Asked]:
    """Return every variable that somebody answers or reads, in the order they are asked."""
    found: dict[str, Asked] = {}
    for item in instrument.items:
        found[item.var] = Asked(item, None)
        for statement in item.statements:
            found[statement.var] = Asked(item, statement)
    return found


def differences(before: Instrument, after: Instrument) -> list[Difference]:
    """Return what is another in ``after``, in its order; what is gone comes last.

    Words are compared in the languages that both have: a language more is no other question.
    """
    old, new = asked_by_var(before), asked_by_var(after)
    languages = [code for code in after.languages if code in before.languages]
    found: list[Difference] = []
    for var, one in new.items():
        if var in old:
            found += _changes(var, old[var], one, languages)
        else:
            words = one.text.get(after.languages[0], "")
            found.append(Difference(var, Change.ADDED, after=words))
    for var, one in old.items():
        if var not in new:
            words = one.text.get(before.languages[0], "")
            found.append(Difference(var, Change.GONE, before=words))
    return found


def identity(before: Instrument, after: Instrument, var: str) -> Identity:
    """Return whether a variable of ``after`` is the same in ``before``, by the source language."""
    old, new = asked_by_var(before).get(var), asked_by_var(after).get(var)
    if old is None or new is None:
        return Identity.NOT_ASKED
    source = [code for code in after.languages[:1] if code in before.languages]
    changes = {one.change for one in _changes(var, old, new, source)}
    # A statement is answered on the scale of its battery.
    changes |= {one.change for one in _options(var, old.item.options, new.item.options, source)}
    for change, means in (
        (Change.TYPE, Identity.TYPE_CHANGED),
        (Change.OPTIONS, Identity.OPTIONS_CHANGED),
        (Change.LIMITS, Identity.OPTIONS_CHANGED),
        (Change.TEXT, Identity.TEXT_CHANGED),
    ):
        if change in changes:
            return means
    return Identity.SAME


def _changes(var: str, old: Asked, new: Asked, languages: Sequence[str]) -> Iterator[Difference]:
    was, now = old.item, new.item
    if (was.kind, was.store) != (now.kind, now.store):
        yield Difference(var, Change.TYPE, before=_type(was), after=_type(now))
    yield from _words(var, old.text, new.text, languages)
    if now.kind is not Kind.BATTERY or new.statement is None:
        # The scale of a battery is told once, of the battery.
        yield from _options(var, was.options, now.options, languages)
        yield from _rest(var, was, now)
    if old.condition != new.condition:
        yield Difference(var, Change.CONDITION, before=old.condition, after=new.condition)
    if was.module != now.module:
        yield Difference(var, Change.MOVED, before=was.module, after=now.module)


def _type(item: Item) -> str:
    return f"{item.kind}, {item.store}"


def _words(var: str, old: Text, new: Text, languages: Sequence[str]) -> Iterator[Difference]:
    for code in languages:
        if old.get(code) != new.get(code):
            yield Difference(var, Change.TEXT, code, "", old.get(code, ""), new.get(code, ""))


def _options(
    var: str, old: tuple[Option, ...], new: tuple[Option, ...], languages: Sequence[str]
) -> Iterator[Difference]:
    was, now = ({one.code: one for one in several} for several in (old, new))
    source = languages[0] if languages else ""
    for code, option in now.items():
        if code not in was:
            yield Difference(var, Change.OPTIONS, detail=code, after=option.text.get(source, code))
        else:
            for language in languages:
                said, says = was[code].text.get(language), option.text.get(language)
                if said != says:
                    yield Difference(var, Change.OPTIONS, language, code, said or "", says or "")
    for code, option in was.items():
        if code not in now:
            yield Difference(var, Change.OPTIONS, detail=code, before=option.text.get(source, code))


def _rest(var: str, was: Item, now: Item) -> Iterator[Difference]:
    old, new = was.limits, now.limits
    # The unit is a text; the bounds are what decides about an answer.
    if (old.min, old.max, old.max_choices, old.year_only, old.max_length) != (
        new.min, new.max, new.max_choices, new.year_only, new.max_length,
    ):  # fmt: skip
        yield Difference(var, Change.LIMITS, before=_bounds(was), after=_bounds(now))
    if was.code_list != now.code_list:
        yield Difference(var, Change.OPTIONS, before=was.code_list or "", after=now.code_list or "")
    if was.repeat.policy is not now.repeat.policy:
        yield Difference(
            var, Change.REPEAT, before=str(was.repeat.policy), after=str(now.repeat.policy)
        )


def _bounds(item: Item) -> str:
    limits = item.limits
    named = {
        "min": limits.min,
        "max": limits.max,
        "max_choices": limits.max_choices,
        "max_length": limits.max_length,
    }
    said = [f"{name} {bound}" for name, bound in named.items() if bound is not None]
    return ", ".join([*said, *(["year_only"] if limits.year_only else [])])
