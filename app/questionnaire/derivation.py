"""Derived variables: calculated from answers as soon as the item they wait for has been passed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.questionnaire.expression import is_known
from app.questionnaire.model import Derivation, DerivedVariable, Value

NONE_CODE = "geen"
"""The exclusive code of a union over waves: stays only when no wave has another code."""


def derive(
    variable: DerivedVariable,
    values: Mapping[str, Value],
    earlier: Value | None,
    order: Sequence[str] = (),
) -> Value | None:
    """Return the value, or ``None`` when it cannot be known.

    Parameters
    ----------
    values
        Frame, assigned, derived and answered variables up to here, with ``interview_month``.
    earlier
        The variable's own value in the latest earlier wave of this person, if any.
    order
        Codes of the source of a union, in bank order: the order of the union's codes.
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
            return _union(values.get(variable.sources[0]), earlier, order)


def _years_between(variable: DerivedVariable, values: Mapping[str, Value]) -> int | None:
    start = next((values[name] for name in variable.sources if is_known(values.get(name))), None)
    end = values.get(variable.to or "")
    if start is None or not is_known(end):
        return None
    return int(str(end)[:4]) - int(str(start)[:4])


def _months_between(variable: DerivedVariable, values: Mapping[str, Value]) -> int | None:
    censored = variable.censor_when is not None and variable.censor_when(values)
    start = _months(values.get(variable.sources[0]))
    end = _months(values.get((variable.censor_at if censored else variable.to) or ""))
    return None if start is None or end is None else end - start


def _months(value: Value | None) -> int | None:
    """Months since the year 0; a year alone is not precise enough to count whole months."""
    if not isinstance(value, str) or not is_known(value) or len(value) != len("YYYY-MM"):
        return None
    return int(value[:4]) * 12 + int(value[5:])


def _union(now: Value | None, earlier: Value | None, order: Sequence[str]) -> Value | None:
    codes: set[str] = set()
    for value in (earlier, now):
        codes.update(value if isinstance(value, tuple) else ())
    if not codes:
        return now if now is not None else earlier
    real = codes - {NONE_CODE}
    # An earlier wave may know codes that this one no longer offers; they come last.
    ranked = [*order, *sorted(real.difference(order))]
    return tuple(code for code in ranked if code in real) or (NONE_CODE,)
