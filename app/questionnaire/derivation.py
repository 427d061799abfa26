"""Derived variables: calculated from answers as soon as the item they wait for has been passed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from app.questionnaire.expression import is_known
from app.questionnaire.model import Derivation, DerivedVariable, Option, Value

_YEAR = re.compile(r"(\d{4})(?!\d)")
_MONTH = re.compile(r"(\d{4})-(\d{2})(?!\d)")


def derive(
    variable: DerivedVariable,
    values: Mapping[str, Value],
    earlier: Value | None,
    options: Sequence[Option] = (),
) -> Value | None:
    """Return the value, or ``None`` when it cannot be known.

    Parameters
    ----------
    values
        Frame, assigned, derived and answered variables up to here, with ``interview_month``.
    earlier
        The variable's own value in the latest earlier wave of this person, if any.
    options
        Those of the source of a union, in bank order: the order of the union's codes. An exclusive
        one ("none") stays only when no wave has another code.
    """
    match variable.kind:
        case Derivation.CASES:
            for condition, value in variable.cases:
                if condition(values):
                    return value
            return variable.default
        case Derivation.YEARS_BETWEEN:
            return _years_between(variable, values)
        case Derivation.MONTHS_BETWEEN:
            return _months_between(variable, values)
        case Derivation.UNION_OVER_WAVES:
            return _union(values.get(variable.sources[0]), earlier, options)


def _years_between(variable: DerivedVariable, values: Mapping[str, Value]) -> int | None:
    start = next((values[name] for name in variable.sources if is_known(values.get(name))), None)
    first, last = year_of(start), year_of(values.get(variable.to or ""))
    return None if first is None or last is None else last - first


def year_of(value: Value | None) -> int | None:
    """Return the year at the start of a value, if it has one."""
    found = _YEAR.match(str(value)) if is_known(value) else None
    return int(found[1]) if found else None


def _months_between(variable: DerivedVariable, values: Mapping[str, Value]) -> int | None:
    censored = variable.censor_when is not None and variable.censor_when(values)
    start = months_of(values.get(variable.sources[0]))
    end = months_of(values.get((variable.censor_at if censored else variable.to) or ""))
    return None if start is None or end is None else end - start


def months_of(value: Value | None) -> int | None:
    """Return the months since the year 0; a year alone is not precise enough to count them."""
    found = _MONTH.match(str(value)) if is_known(value) else None
    return int(found[1]) * 12 + int(found[2]) if found else None


def _union(now: Value | None, earlier: Value | None, options: Sequence[Option]) -> Value | None:
    codes: set[str] = set()
    for value in (earlier, now):
        codes.update(value if isinstance(value, tuple) else ())
    if not codes:
        return now
    exclusive = {option.code for option in options if option.exclusive}
    # An earlier wave may know codes that this one no longer offers; they come last.
    order = [option.code for option in options]
    ranked = [*order, *sorted(codes.difference(order))]
    chosen = codes - exclusive or codes
    return tuple(code for code in ranked if code in chosen)
