"""Whether a question stayed the same question from wave to wave."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from analysis.codebook import Codebook, Variable


class Identity(StrEnum):
    """A variable in one wave, compared with the last wave before it that had it."""

    FIRST = "first"
    SAME = "same"
    TEXT_CHANGED = "text changed"
    OPTIONS_CHANGED = "options changed"
    """Codes came, went or were worded anew; the text may have changed too."""


def identities(name: str, by_wave: Mapping[int, Codebook]) -> dict[int, Identity]:
    """Give the identity of a variable in each wave that has it, in order.

    Parameters
    ----------
    name : str
    by_wave : mapping
        The codebook of each wave alone: the codebook of several has the words of the last only.
    """
    found: dict[int, Identity] = {}
    before: Variable | None = None
    for wave, codebook in sorted(by_wave.items()):
        if name in codebook:
            found[wave] = _compare(before, codebook[name])
            before = codebook[name]
    return found


def _compare(before: Variable | None, now: Variable) -> Identity:
    if before is None:
        return Identity.FIRST
    if _options(before) != _options(now):
        return Identity.OPTIONS_CHANGED
    if (before.label, before.question) != (now.label, now.question):
        return Identity.TEXT_CHANGED
    return Identity.SAME


def _options(variable: Variable) -> dict[str, Mapping[str, str]]:
    return {option.code: option.label for option in variable.codes}
