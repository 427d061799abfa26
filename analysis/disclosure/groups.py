"""Who is in a cell, written so that the same people get the same name in every table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.codebook import MISSING_CODES
from analysis.plan import Kind, TablePlan
from analysis.shares import TOTAL

_CONJUNCTION = re.compile(r"\s+and\s+")
_IN_WAVE = "in wave "
_CODE = re.compile(r"(\d+: \w+) == '([^']*)'")
_OTHER_CODE = re.compile(r"(\d+: \w+) != '([^']*)'")
_ANSWERED = re.compile(r"(\d+: \w+) answered(?:, or (.*))?")


@dataclass(frozen=True)
class Group:
    """People who meet conditions, each of which is about one wave.

    ``conditions`` are texts: ``in wave 2024`` that a person took part, ``2024: sekse == 'vrouw'``
    what held in that wave. So an answer of 2024 is the same condition as the answer of a
    cross-section, as that of a trend and as the origin in a transition. A group that meets the
    conditions of another lies within it.
    """

    conditions: frozenset[str]

    def with_condition(self, condition: str) -> Group:
        """Give the part that meets one more condition, without what that makes superfluous."""
        return Group(_reduced(self.conditions | {condition}))

    def lies_within(self, other: Group) -> bool:
        """Whether all its people are in another group by definition, and not only by chance."""
        return self != other and all(self._meets(text) for text in other.conditions)

    def is_filtered_from(self, other: Group) -> bool:
        """Whether a filter tells it from another, and not taking part or having an answer."""
        differing = self.conditions ^ other.conditions
        return not any(text.startswith(_IN_WAVE) or _ANSWERED.fullmatch(text) for text in differing)

    def same_waves(self, other: Group) -> bool:
        """Whether both ask for part in the same waves."""
        return self._waves() == other._waves()

    @property
    def is_empty(self) -> bool:
        """Whether nobody can be in it: it asks for a code and against it, or for two codes."""
        codes = [match.groups() for text in self.conditions if (match := _CODE.fullmatch(text))]
        others = {
            match.groups() for text in self.conditions if (match := _OTHER_CODE.fullmatch(text))
        }
        return len({variable for variable, _ in codes}) < len(codes) or bool(others & {*codes})

    def is_origin(self, variable: str, wave: str) -> bool:
        """Whether it is told by the answer to a question in another wave."""
        return any(
            match[1].endswith(f": {variable}") and not match[1].startswith(f"{wave}:")
            for text in self.conditions
            if (match := _CODE.fullmatch(text))
        )

    def _waves(self) -> frozenset[str]:
        return frozenset(text for text in self.conditions if text.startswith(_IN_WAVE))

    def _meets(self, condition: str) -> bool:
        return condition in self.conditions or _is_implied(condition, self.conditions)

    def __str__(self) -> str:
        return " and ".join(sorted(self.conditions))


def _reduced(conditions: frozenset[str]) -> frozenset[str]:
    return frozenset(text for text in conditions if not _is_implied(text, conditions))


def _is_implied(condition: str, by: frozenset[str]) -> bool:
    """Tell whether having a code says so already: that there is an answer, and not another code."""
    if answered := _ANSWERED.fullmatch(condition):
        counted = set((answered[2] or "").split(", "))
        return any(
            code[1] == answered[1] and (code[2] not in MISSING_CODES or code[2] in counted)
            for text in by
            if (code := _CODE.fullmatch(text))
        )
    if other := _OTHER_CODE.fullmatch(condition):
        return any(
            code[1] == other[1] and code[2] != other[2]
            for text in by
            if (code := _CODE.fullmatch(text))
        )
    return False


def total_group(table: TablePlan, stub: str, wave: str) -> Group:
    """Give the total column of a table."""
    waves = [str(one) for one in table.waves]
    asked = {took_part(one) for one in waves} | _in(wave, table.base)
    if table.kind is Kind.TRANSITION:
        earlier = waves[0]
        asked |= _in(earlier, table.base)
        asked |= {has_answered(stub, earlier, table.count_missing)}
    return Group(frozenset(asked))


def filtered_group(table: TablePlan, stub: str, wave: str, banner: str) -> Group:
    """Give the people a breakdown divides: the total, or the part its own filter leaves."""
    where = next((b.where for b in table.banner if b.variable == banner), None)
    total = total_group(table, stub, wave)
    return Group(total.conditions | _in(wave, where))


def banner_group(table: TablePlan, stub: str, wave: str, banner: str, code: str) -> Group:
    """Give a column of a breakdown; the total for the banner ``total``.

    A banner ``variable@2024`` divides by the answer of an earlier wave.
    """
    if banner == TOTAL:
        return total_group(table, stub, wave)
    variable, _, earlier = banner.partition("@")
    whole = filtered_group(table, stub, wave, banner)
    return whole.with_condition(is_code(variable, earlier or wave, code))


def conditions_of(text: str | None) -> frozenset[str]:
    """Split a filter into conditions that all hold.

    Only plain conjunctions are split; anything with ``or``, ``not`` or inner brackets stays one
    condition. ``x in ('a')`` and other spellings are not recognised as equal.
    """
    if text is None or text.strip() in {"", "true"}:
        return frozenset()
    bare = text.strip()
    if re.fullmatch(r"\([^()]*\)", bare):
        bare = bare[1:-1].strip()
    parts = _CONJUNCTION.split(bare)
    torn = any(part.count("'") % 2 for part in parts)
    if torn or re.search(r"\bor\b|\bnot\b|[()]", bare):
        return frozenset([bare])
    return frozenset(_normal(part) for part in parts)


def _in(wave: str, text: str | None) -> frozenset[str]:
    return frozenset(f"{wave}: {condition}" for condition in conditions_of(text))


def _normal(condition: str) -> str:
    squeezed = re.sub(r"\s*(==|!=|<=|>=|<|>)\s*", r" \1 ", condition.strip())
    turned = re.fullmatch(r"('[^']*') (==|!=) (\w+)", squeezed)
    return f"{turned[3]} {turned[2]} {turned[1]}" if turned else squeezed


def took_part(wave: str) -> str:
    """Give the condition of an interview in a wave."""
    return f"{_IN_WAVE}{wave}"


def is_code(variable: str, wave: str, code: str) -> str:
    """Give the condition that a variable has a code."""
    return f"{wave}: {variable} == '{code}'"


def has_chosen(variable: str, wave: str, code: str) -> str:
    """Give the condition that a code of a multiple choice was chosen."""
    return f"{wave}: '{code}' in {variable}"


def in_net(variable: str, wave: str, codes: Iterable[str]) -> str:
    """Give the condition that one of several codes was given; the net's name plays no part."""
    return f"{wave}: {variable} among {', '.join(sorted(codes))}"


def has_answered(variable: str, wave: str, counted: Sequence[str] = ()) -> str:
    """Give the condition of the base: a substantive answer, or a kind of missing that counts."""
    missing = f", or {', '.join(sorted(counted))}" if counted else ""
    return f"{wave}: {variable} answered{missing}"


def innermost(groups: Sequence[Group], of: Group) -> list[Group]:
    """Give the smallest of the groups that hold another by definition; itself, if it is there."""
    if of in groups:
        return [of]
    around = [group for group in groups if of.lies_within(group)]
    return [group for group in around if not any(other.lies_within(group) for other in around)]
