"""Whether a corrected version may take the place of one that people are already answering.

Both versions end up in one file of one wave. So nothing that was answered may get another meaning
or become impossible: then the correction is another instrument, and needs another wave or variable.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.questionnaire.document import Problem, by_place
from app.questionnaire.model import Instrument, Item, Limits, Option, Place, Statement

_STUDY = Place("study.yaml", 1)
_UNIT = "unit"


def incompatibilities(before: Instrument, after: Instrument) -> list[Problem]:
    """Return why ``after`` cannot follow ``before`` in mid-field, where it stands in ``after``.

    Allowed are other words, orders, conditions and screens, new questions, new options, wider
    limits, and questions that are no longer asked. Not allowed: another kind of answer, an option
    that is gone or that takes over the words of another, narrower limits, another store, a language
    that people may be answering in, other values of what was drawn or comes from the frame.
    """
    found = [
        Problem(_STUDY, f"language {code} is gone: people may be answering in it")
        for code in before.languages
        if code not in after.languages
    ]
    for var, old in before.item_of.items():
        new = after.item_of.get(var)
        if new is not None:
            place = _place(new, var)
            found += [Problem(place, f"{var}: {words}") for words in _item_faults(old, new)]
    found += _known_values(before, after)
    return by_place(found)


def _place(item: Item, var: str) -> Place:
    statements: Mapping[str, Statement] = {one.var: one for one in item.statements}
    return statements[var].place if var in statements else item.place


def _item_faults(old: Item, new: Item) -> Iterator[str]:
    if old.kind is not new.kind:
        yield f"was {old.kind}, is {new.kind}: answers given so far mean something else"
        return
    if old.store is not new.store:
        yield f"was kept with the {old.store}, is kept with the {new.store}"
    if old.code_list != new.code_list:
        yield f"had the code list {old.code_list}, has {new.code_list}"
    if new.repeat.policy is old.repeat.policy and new.repeat.independent != old.repeat.independent:
        yield "the arms of its experiment are others: people were asked by those of before"
    yield from _option_faults(old.options, new.options)
    yield from _limit_faults(old.limits, new.limits)


def _option_faults(old: tuple[Option, ...], new: tuple[Option, ...]) -> Iterator[str]:
    now = {option.code: option for option in new}
    for option in old:
        known = now.get(option.code)
        if known is None:
            yield f'option "{option.code}" is gone: people may have chosen it'
        elif known.exclusive and not option.exclusive:
            yield f'option "{option.code}" goes with no other now: people may have combined it'
    yield from _taken_over(old, now)


def _taken_over(old: tuple[Option, ...], now: Mapping[str, Option]) -> Iterator[str]:
    """Codes whose words are now those that another code had: somebody turned a list around."""
    for language in old[0].text if old else ():
        said_before = {option.text.get(language): option.code for option in old}
        for code, option in now.items():
            was = said_before.get(option.text.get(language))
            if was is not None and was != code:
                yield f'option "{code}" says what "{was}" said: answers would change their meaning'
        return


def _limit_faults(old: Limits, new: Limits) -> Iterator[str]:
    if _lower(new.min, old.min) is False:
        yield f"the least was {_told(old.min)}, is {_told(new.min)}: answers fall out"
    if _lower(old.max, new.max) is False:
        yield f"the most was {_told(old.max)}, is {_told(new.max)}: answers fall out"
    if new.max_choices is not None and (old.max_choices or 10**6) > new.max_choices:
        yield f"at most {_told(old.max_choices)} answers were allowed, {new.max_choices} are now"
    if old.year_only and not new.year_only:
        yield "a year alone was enough, a month is needed now"
    if old.unit != new.unit:
        yield f"the {_UNIT} is another: numbers given so far mean something else"


def _lower(first: str | int | None, second: str | int | None) -> bool:
    """Tell whether a bound is at most another; none lies below everything and above it."""
    if first is None or first == second:
        return True
    if second is None:
        return False
    if isinstance(first, int) and isinstance(second, int):
        return first <= second
    # ``interview_month`` against a month: nobody can say for all interviews.
    named = "interview_month" in (first, second)
    return not named and str(first) <= str(second)


def _told(bound: str | int | None) -> str:
    return "not limited" if bound is None else str(bound)


def _known_values(before: Instrument, after: Instrument) -> Iterator[Problem]:
    was_drawn = {one.var: one for one in before.assigned}
    for one in after.assigned:
        old = was_drawn.get(one.var)
        if old is not None and set(old.values) - set(one.values):
            gone = ", ".join(sorted(set(old.values) - set(one.values)))
            yield Problem(one.place, f"{one.var}: {gone} is gone: people drew it")
    was_framed = {one.var: one for one in before.frame}
    for framed in after.frame:
        known = was_framed.get(framed.var)
        if known is not None and set(known.values) - set(framed.values):
            gone = ", ".join(sorted(set(known.values) - set(framed.values)))
            yield Problem(
                framed.place, f"{framed.var}: {gone} is gone: people have it in the frame"
            )
