"""What a respondent puts into a form for an answer: the same for a page and in process."""

from __future__ import annotations

from app.questionnaire.accept import DAY, MONTH, YEAR
from app.questionnaire.model import Item, Kind, Missing, Value

Form = dict[str, list[str]]


def typed(item: Item, var: str, value: Value | None) -> Form:
    """Return the inputs of one answer by name; nothing for an answer left empty.

    A code list answer is typed as its code, which the page understands as it does a name.
    """
    if value is None or value is Missing.SKIP:
        return {}
    if isinstance(value, tuple):
        return {var: list(value)}
    if item.kind in (Kind.MONTH, Kind.DATE) and not isinstance(value, Missing):
        parts = zip((YEAR, MONTH, DAY), str(value).split("-"), strict=False)
        return {var + suffix: [part.lstrip("0")] for suffix, part in parts}
    return {var: [str(value)]}
