"""Words of the monitor for marks, groups and outcome codes."""

from __future__ import annotations

from app.messages.channels import Channel
from app.panel.states import PersonStatus
from app.services.response.outcome_tables import NOBODY
from app.web.respond.words import Translate
from app.web.staff.cases.words import state_words
from app.web.staff.figures import Figures
from app.web.staff.labels import channel_words, code_words


def mark_words(_: Translate, mark: str) -> str:
    """Return what response is split by."""
    return {
        "": _("Everybody together"),
        "fr_group": _("Group"),
        "language": _("Language of approach"),
        "channel": _("Channels used"),
        "device": _("Device"),
    }[mark]


def group_words(_: Translate, figures: Figures, mark: str, code: str) -> str:
    """Return the words of one group of a mark."""
    if code == NOBODY:
        return {
            "channel": _("Nothing sent"),
            "device": _("Has not opened it"),
        }.get(mark, _("Not known"))
    if mark == "language":
        return figures.language(code)
    if mark == "channel":
        there = code.split("+")
        return " + ".join(channel_words(_, one) for one in Channel if one.value in there)
    if mark == "device":
        return {
            "phone": _("Phone"),
            "tablet": _("Tablet"),
            "computer": _("Computer"),
        }.get(code, _("Not known"))
    return code_words(_, mark, code)


def reason_of_outcome(_: Translate, reason: str | None) -> str:
    """Return why a case has its code, where the code leaves it open."""
    if reason is None:
        return ""
    if reason in set(PersonStatus):
        return state_words(_, PersonStatus(reason))
    return {
        "in_questionnaire": _("said so in the questionnaire"),
        "refused_soft": _("not now"),
        "refused_hard": _("never again"),
        "opted_out": _("wants no channel any more"),
        "untraceable": _("cannot be found"),
    }.get(reason, reason)
