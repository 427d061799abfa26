"""What the item bank means, written a second time from the bank alone.

`bank.json` says which questions there are and, in ``expression_language`` and
``repeat_policies``, when each is asked. This module walks a person through it without any code of
``app``: a disagreement between the two is a mistake in one of them. It is plain and slow on
purpose.

Where the bank is silent, these readings hold for both:

- an item's base is looked at first, then its repeat policy;
- the latest earlier answer counts, and it counts only when it is substantive: somebody who skipped
  a question the second time has no earlier answer to it;
- ``once`` is asked again when the variable in ``reset_on`` is known now, was known before and
  differs;
- skipping "is this still true?" opens the normal question;
- statements of a battery are carried one by one;
- a variable derived after an item is derived when that item has been passed, asked or not;
- the length in months between two dates needs both months: a year alone gives nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

BANK = json.loads(Path(__file__).with_name("bank.json").read_text(encoding="utf-8"))
SCALES = {scale["id"]: scale["options"] for scale in BANK["scales"]}

Answer = str | int | tuple[str, ...]
MISSING = ("dk", "ref", "skip")


@dataclass
class Known:
    """Everything known of a person at one point of the walk."""

    substantive: dict[str, Answer] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    """Asked, and answered by ``dk``, ``ref`` or ``skip``."""

    def note(self, var: str, answer: Answer) -> None:
        (self.missing if answer in MISSING else self.substantive)[var] = answer

    def code(self, var: str) -> Answer | None:
        """The stored code, a missing one included."""
        return self.substantive.get(var, self.missing.get(var))


# --- the expression language --------------------------------------------------------------------

_WORD = re.compile(r"'[^']*'|[A-Za-z_]\w*|\d+(?:\.\d+)?|[=!<>]=|[<>(),]")
_ORDERING: dict[str, Callable[[float | str, float | str], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def holds(expression: str, known: Known) -> bool:
    """Evaluate an expression of the bank."""
    return _evaluate(_tree(expression), known)


@cache
def _tree(expression: str) -> tuple:
    words = _WORD.findall(expression)
    assert "".join(words) == re.sub(r"\s", "", expression), f"cannot read {expression!r}"
    tree, rest = _or(words)
    assert not rest, f"left over in {expression!r}: {rest}"
    return tree


def _or(words: list[str]) -> tuple[tuple, list[str]]:
    parts, words = _several(words, "or", _and)
    return ("or", *parts), words


def _and(words: list[str]) -> tuple[tuple, list[str]]:
    parts, words = _several(words, "and", _factor)
    return ("and", *parts), words


def _several(words, joiner, read):
    part, words = read(words)
    parts = [part]
    while words and words[0] == joiner:
        part, words = read(words[1:])
        parts.append(part)
    return parts, words


def _factor(words: list[str]) -> tuple[tuple, list[str]]:
    match words:
        case ["not", *rest]:
            part, rest = _factor(rest)
            return ("not", part), rest
        case ["true" | "false" as truth, *rest]:
            return (truth,), rest
        case ["known", "(", var, ")", *rest]:
            return ("known", var), rest
        case ["(", *rest]:
            part, rest = _or(rest)
            assert rest[0] == ")"
            return part, rest[1:]
        case [var, "in", "(", *rest]:
            end = rest.index(")")
            literals = tuple(word for word in rest[:end] if word != ",")
            return ("one of", var, literals), rest[end + 1 :]
        case [literal, "in", var, *rest]:
            return ("chosen", literal, var), rest
        case [left, sign, right, *rest]:
            return (sign, left, right), rest
    raise AssertionError(f"cannot read {words}")


def _evaluate(tree: tuple, known: Known) -> bool:
    match tree:
        case ("or", *parts):
            return any(_evaluate(part, known) for part in parts)
        case ("and", *parts):
            return all(_evaluate(part, known) for part in parts)
        case ("not", part):
            return not _evaluate(part, known)
    return _test(tree, known)


def _test(tree: tuple, known: Known) -> bool:
    match tree:
        case ("true",) | ("false",):
            return tree == ("true",)
        case ("known", var):
            return var in known.substantive
        case ("one of", var, literals):
            return any(_equal(var, literal, known) for literal in literals)
        case ("chosen", literal, var):
            chosen = known.substantive.get(var, ())
            assert isinstance(chosen, tuple), f"{var} is not a multiple-answer variable"
            return literal[1:-1] in chosen
        case ("==", left, right):
            return _equal(left, right, known)
        case ("!=", left, right):
            return not _equal(left, right, known)
        case (sign, left, right):
            return _ordered(sign, left, right, known)
    raise AssertionError(tree)


def _equal(left: str, right: str, known: Known) -> bool:
    if _is_text(right):
        # The only way to equal a missing answer is to name its code.
        return known.code(left) == right[1:-1]
    first, second = _operand(left, known), _operand(right, known)
    if isinstance(second, float) and first is not None:
        return float(first) == second
    return first is not None and first == second


def _ordered(sign: str, left: str, right: str, known: Known) -> bool:
    first, second = _operand(left, known), _operand(right, known)
    if first is None or second is None:
        return False
    if _is_text(left) or _is_text(right):
        return _ORDERING[sign](str(first), str(second))
    return _ORDERING[sign](float(first), float(second))


def _is_text(word: str) -> bool:
    return word.startswith("'")


def _operand(word: str, known: Known) -> Answer | float | None:
    if _is_text(word):
        return word[1:-1]
    if word[0].isdigit():
        return float(word)
    return known.substantive.get(word)


# --- one person, one wave -----------------------------------------------------------------------


@dataclass(frozen=True)
class Screen:
    """A page: a question, a screen of a battery, or "is this still true?"."""

    id: str
    variables: tuple[str, ...]


@dataclass
class Walk:
    """What one person was asked in one wave, and all that is known afterwards."""

    wave: int
    interview_month: str
    known: Known
    screens: list[Screen] = field(default_factory=list)
    carried: dict[str, Answer] = field(default_factory=dict)
    status: str = "complete"

    @property
    def asked(self) -> list[str]:
        """Variables in the order asked, answers to "still true?" as ``<variable>_confirm``."""
        return [var for screen in self.screens for var in screen.variables]


def earlier_answers(history: Sequence[Walk]) -> dict[str, Answer]:
    """Return the latest earlier answer by variable, where that answer is substantive."""
    latest: dict[str, Answer] = {}
    for walk in sorted(history, key=lambda walk: walk.wave):
        for var in walk.known.missing:
            latest.pop(var, None)
        latest |= walk.known.substantive
    return latest


def walk(
    wave: int,
    frame: Mapping[str, Answer],
    x_split: str,
    interview_month: str,
    answers: Mapping[str, Answer],
    history: Sequence[Walk] = (),
) -> Walk:
    """Walk a person through a wave.

    Parameters
    ----------
    answers
        What the person would say to each question, asked or not; a question that is asked and
        not in it is skipped. Answers to "is this still true?" stand under ``<variable>_confirm``.
    history
        The same person's walks through earlier waves.
    """
    known = Known()
    for var, value in frame.items():
        known.note(var, value)
    known.substantive |= {"wave": wave, "x_split": x_split, "interview_month": interview_month}
    here = Walk(wave, interview_month, known)
    earlier = earlier_answers(history)
    for item in BANK["items"]:
        if wave in item["waves"] and holds(item["base"], known):
            _ask(item, here, answers, earlier)
        for derived in BANK["derived_vars"]:
            if derived["available_after"] == item["var"]:
                _derive(derived, known, earlier)
        for end in BANK["terminations"]:
            if end["after"] == item["var"] and holds(end["when"], known):
                here.status = end["status"]
                return here
    return here


def _ask(
    item: dict, here: Walk, answers: Mapping[str, Answer], earlier: Mapping[str, Answer]
) -> None:
    if item["type"] == "battery":
        _ask_battery(item, here, answers, earlier)
        return
    var = item["var"]
    if _carries(item["repeat"], var, here.known, earlier):
        _carry(var, here, earlier)
        return
    if item["repeat"]["policy"] == "confirm" and var in earlier:
        _show(f"{var}-confirm", [f"{var}_confirm"], here, answers)
        if here.known.code(f"{var}_confirm") == "still_true":
            _carry(var, here, earlier)
            return
    _show(var, [var], here, answers)


def _ask_battery(
    item: dict, here: Walk, answers: Mapping[str, Answer], earlier: Mapping[str, Answer]
) -> None:
    to_ask = []
    for statement in item["statements"]:
        if here.wave not in statement["waves"] or not holds(statement["base"], here.known):
            continue
        if _carries(item["repeat"], statement["var"], here.known, earlier):
            _carry(statement["var"], here, earlier)
        else:
            to_ask.append(statement["var"])
    size = item["per_screen"]
    for number, start in enumerate(range(0, len(to_ask), size), start=1):
        page = item["var"] if number == 1 else f"{item['var']}-{number}"
        _show(page, to_ask[start : start + size], here, answers)


def _carries(repeat: dict, var: str, known: Known, earlier: Mapping[str, Answer]) -> bool:
    if var not in earlier:
        return False
    if repeat["policy"] == "until_event":
        return earlier[var] in repeat["until"]
    if repeat["policy"] != "once":
        return False
    source = repeat["reset_on"]
    changed = (
        source in earlier
        and source in known.substantive
        and known.substantive[source] != earlier[source]
    )
    return not changed


def _carry(var: str, here: Walk, earlier: Mapping[str, Answer]) -> None:
    here.carried[var] = earlier[var]
    here.known.note(var, earlier[var])


def _show(page: str, variables: list[str], here: Walk, answers: Mapping[str, Answer]) -> None:
    here.screens.append(Screen(page, tuple(variables)))
    for var in variables:
        here.known.note(var, answers.get(var, "skip"))


# --- derived variables --------------------------------------------------------------------------


def _derive(derived: dict, known: Known, earlier: Mapping[str, Answer]) -> None:
    value: Answer | None
    match derived["kind"]:
        case "cases":
            value = derived["default"]
            for case in derived["cases"]:
                if holds(case["when"], known):
                    value = case["value"]
                    break
        case "years_between":
            value = _years_between(derived, known)
        case "months_between":
            value = _months_between(derived, known)
        case "union_over_waves":
            value = _union_over_waves(derived, known, earlier)
        case kind:
            raise AssertionError(kind)
    if value is not None:
        known.note(derived["var"], value)


def _years_between(derived: dict, known: Known) -> int | None:
    for source in derived["from"]:
        if source in known.substantive:
            end = str(known.substantive[derived["to"]])
            return int(end[:4]) - int(known.substantive[source])
    return None


def _months_between(derived: dict, known: Known) -> int | None:
    censored = derived["censor_when"] and holds(derived["censor_when"], known)
    (source,) = derived["from"]
    dates = [
        re.fullmatch(r"(\d{4})-(\d\d)", str(known.substantive.get(var, "")))
        for var in (source, derived["censor_at"] if censored else derived["to"])
    ]
    if not all(dates):
        return None
    start, end = (int(date[1]) * 12 + int(date[2]) for date in dates)
    return end - start


def _union_over_waves(derived: dict, known: Known, earlier: Mapping[str, Answer]) -> Answer | None:
    (source,) = derived["from"]
    ever = {*earlier.get(derived["var"], ()), *known.substantive.get(source, ())}
    if len(ever) > 1:
        ever.discard("geen")
    in_bank_order = [option["code"] for option in options_of(item_of(source))]
    # The note: "equals d_sinds in a first wave", so a missing one is missing in the same way.
    return tuple(code for code in in_bank_order if code in ever) or known.missing.get(source)


def item_of(var: str) -> dict:
    """Return the item that asks a variable: itself, or the battery of a statement."""
    for item in BANK["items"]:
        if item["var"] == var or any(one["var"] == var for one in item["statements"] or ()):
            return item
    raise KeyError(var)


def options_of(item: dict) -> list[dict]:
    """Return the options of an item, its own or those of its scale."""
    return item["options"] or SCALES.get(item["scale"], [])
