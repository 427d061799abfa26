"""Words for the person: faults, prompts, positions; whole sentences, marked for translation."""

from __future__ import annotations

import re
from collections.abc import Callable

from markupsafe import Markup

from app.questionnaire.accept import Fault
from app.questionnaire.progress import Position
from app.questionnaire.wording import END_ISOLATE, ISOLATE

Translate = Callable[..., str]
"""``gettext`` bound to the language of the page."""

_ISOLATED = re.compile(f"{ISOLATE}([^{ISOLATE}{END_ISOLATE}]*){END_ISOLATE}")


def with_isolates(text: str) -> Markup:
    """Return words as HTML, inserted values between ``<bdi>`` and ``</bdi>``.

    A person may type an isolate without its end: it then stays the character it is.
    """
    escaped = str(Markup.escape(text))
    return Markup(_ISOLATED.sub(r"<bdi>\1</bdi>", escaped))  # noqa: S704 (escaped above)


def ltr(text: object) -> Markup:
    """Return a number, date or code that keeps its own direction inside any sentence."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(text)


def fault_words(_: Translate, fault: Fault) -> str:
    """Return what is wrong with an answer and what would be right."""
    match fault.rule:
        case "too_many":
            return _("Choose at most %(most)s answers.", most=fault.values["most"])
        case "too_long":
            return _(
                "Your text is too long: %(found)s characters. At most %(most)s fit.",
                found=fault.values["found"],
                most=fault.values["most"],
            )
        case "range":
            return _range_words(_, fault)
        case _:
            plain = _plain_faults(_)
            return plain.get(fault.rule, plain["option"])


def _plain_faults(_: Translate) -> dict[str, str]:
    return {
        "option": _("Choose one of the answers on this page."),
        "required": _("Choose an answer to go on."),
        "one_only": _("Choose one answer."),
        "exclusive": _("You chose two answers that do not go together. Choose one of them."),
        "not_a_number": _("Write a whole number."),
        "year": _("Write the year with 4 numbers, for example 2021."),
        "year_needed": _("Write the year too."),
        "month": _("Write the month as a number from 1 to 12."),
        "month_needed": _("Write the month too."),
        "date": _("This day is not in the calendar."),
    }


def _range_words(_: Translate, fault: Fault) -> str:
    low, high = fault.values.get("low"), fault.values.get("high")
    if low is not None and high is not None:
        return _("Write something from %(low)s to %(high)s.", low=low, high=high)
    if low is not None:
        return _("Write %(low)s or later.", low=low)
    return _("Write %(high)s or earlier.", high=high)


def position_words(_: Translate, position: Position) -> str:
    """Return where the person stands, "about" while routing can still change the total."""
    if position.exact:
        return _("Question %(number)s of %(total)s", number=position.number, total=position.total)
    return _("Question %(number)s of about %(total)s", number=position.number, total=position.total)
