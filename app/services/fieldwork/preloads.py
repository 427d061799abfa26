"""What a wave knows of earlier ones: frozen per case before it opens, and not looked up again.

Corrections made to an earlier wave afterwards do not change what a person is asked to confirm.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.questionnaire.answers import decode, encode
from app.questionnaire.expression import is_known
from app.questionnaire.model import Derivation, Instrument, Kind, Store, Value
from app.questionnaire.routing import Earlier, Preload, Route

Stored = dict[str, Any]
"""``{"answers": {var: {"value": …, "wave": …}}, "months": {"2024": "2024-01"}}``; where contact
answers were left out also ``"left_out": {var: wave}``"""


def preload_of(instrument: Instrument, route: Route, month: str | None) -> Preload:
    """Return what an interview leaves to later waves: the answers on its route.

    Also those that are missing: they undo an older answer, see `merge`. Answers kept with the
    contacts are left out; so are pages that ask nothing. A union over waves goes along, so that
    the next wave can add to it.
    """
    earlier: dict[str, Earlier] = {}
    for var, value in route.values.items():
        item = instrument.item_of.get(var)
        kept = item is not None and item.kind is not Kind.INFO and item.store is Store.ANSWERS
        if kept or var in _unions(instrument):
            earlier[var] = Earlier(value, instrument.wave)
    return Preload(answers=earlier, months={instrument.wave: month} if month else {})


def merge(older: Preload, newer: Preload) -> Preload:
    """Return two preloads as one: per variable the latest answer, where that is substantive.

    Who said in 2025 that the town of 2024 had changed, and then skipped the question, is not asked
    in 2027 whether the town of 2024 is still true.
    """
    both = {**older.answers, **newer.answers}
    known = {var: one for var, one in both.items() if is_known(one.value)}
    return Preload(known, {**older.months, **newer.months})


def preload_to_json(preload: Preload) -> Stored:
    """Return a preload as stored."""
    left_out = {"left_out": dict(sorted(preload.left_out.items()))} if preload.left_out else {}
    return left_out | {
        "answers": {
            var: {"value": encode(one.value), "wave": one.wave}
            for var, one in sorted(preload.answers.items())
        },
        "months": {str(wave): month for wave, month in sorted(preload.months.items())},
    }


def preload_from_json(instrument: Instrument, stored: Mapping[str, Any] | None) -> Preload:
    """Return a stored preload; ``instrument`` is that of the wave that reads it."""
    if not stored:
        return Preload()
    unions = _unions(instrument)
    answers = {
        var: Earlier(_value(instrument, unions, var, one["value"]), int(one["wave"]))
        for var, one in stored["answers"].items()
    }
    months = {int(wave): month for wave, month in stored["months"].items()}
    return Preload(answers, months, stored.get("left_out", {}))


def _value(instrument: Instrument, unions: frozenset[str], var: str, text: str) -> Value:
    if var in unions:
        return tuple(text.split(","))
    return decode(instrument.item_of.get(var), var, text)


def contact_variables(instrument: Instrument) -> frozenset[str]:
    """Return the variables of a wave whose answers are kept with the contacts."""
    return frozenset(one.var for one in instrument.items if one.store is Store.CONTACT)


def _unions(instrument: Instrument) -> frozenset[str]:
    return frozenset(
        one.var for one in instrument.derived if one.kind is Derivation.UNION_OVER_WAVES
    )
