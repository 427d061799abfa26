"""Who is in a cell, written so that the same people get the same name in every table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from analysis.plan import TablePlan
from analysis.shares import TOTAL

_CONJUNCTION = re.compile(r"\s+and\s+")
_IN_WAVE = "in wave "


@dataclass(frozen=True)
class Group:
    """A column of tables: people interviewed in a wave who meet conditions.

    ``conditions`` are the filters of the table, the banner's code, and for each wave of the table
    that the person took part in it. A group with more conditions lies within one with fewer.
    """

    wave: str
    conditions: frozenset[str]

    def with_condition(self, condition: str) -> Group:
        """Give the part that meets one more condition."""
        return Group(self.wave, self.conditions | {condition})

    def lies_within(self, other: Group) -> bool:
        """Whether all its people are in another group by definition, and not only by chance."""
        return self.wave == other.wave and self.conditions > other.conditions

    def same_waves(self, other: Group) -> bool:
        """Whether both ask for part in the same waves, so that only filters tell them apart."""
        differing = self.conditions ^ other.conditions
        return not any(text.startswith(_IN_WAVE) for text in differing)

    def __str__(self) -> str:
        return f"{self.wave}: {' and '.join(sorted(self.conditions))}"


def total_group(table: TablePlan, wave: str) -> Group:
    """Give the total column of a table."""
    waves = (f"{_IN_WAVE}{w}" for w in table.waves)
    return Group(wave, frozenset([*waves, *conditions_of(table.base)]))


def filtered_group(table: TablePlan, wave: str, banner: str) -> Group:
    """Give the people a breakdown divides: the total, or the part its own filter leaves."""
    where = next((b.where for b in table.banner if b.variable == banner), None)
    total = total_group(table, wave)
    return Group(wave, total.conditions | conditions_of(where))


def banner_group(table: TablePlan, wave: str, banner: str, code: str) -> Group:
    """Give a column of a breakdown; the total for the banner ``total``."""
    if banner == TOTAL:
        return total_group(table, wave)
    return filtered_group(table, wave, banner).with_condition(is_code(banner, code))


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


def _normal(condition: str) -> str:
    squeezed = re.sub(r"\s*(==|!=|<=|>=|<|>)\s*", r" \1 ", condition.strip())
    turned = re.fullmatch(r"('[^']*') == (\w+)", squeezed)
    return f"{turned[2]} == {turned[1]}" if turned else squeezed


def is_code(variable: str, code: str) -> str:
    """Give the condition that a variable has a code."""
    return f"{variable} == '{code}'"


def has_chosen(variable: str, code: str) -> str:
    """Give the condition that a code of a multiple choice was chosen."""
    return f"'{code}' in {variable}"


def in_net(variable: str, codes: Iterable[str]) -> str:
    """Give the condition that one of several codes was given; the net's name plays no part."""
    return f"{variable} among {', '.join(sorted(codes))}"


def has_answered(variable: str) -> str:
    """Give the condition of the base: a substantive answer."""
    return f"known({variable})"


def innermost(groups: Sequence[Group], of: Group) -> list[Group]:
    """Give the smallest of the groups that hold another by definition; itself, if it is there."""
    if of in groups:
        return [of]
    around = [group for group in groups if of.lies_within(group)]
    return [group for group in around if not any(other.lies_within(group) for other in around)]
