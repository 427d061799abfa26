"""The contact plan in words: who gets what, when, and by which way."""

from __future__ import annotations

from datetime import datetime

from babel.dates import get_day_names
from babel.lists import format_list

from app.messages.condition import Clause
from app.messages.plan import CLOSED, ContactPlan, ContactStep
from app.messages.statuses import MailingStatus
from app.services.context import STUDY_ZONE
from app.services.messaging.planned_steps import PlannedStep
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.labels import channel_words, code_words

_LIVING = ("open", "partial", "complete")


def mailing_words(_: Translate, status: MailingStatus) -> str:
    """Return how far a step is."""
    return {
        MailingStatus.PLANNED: _("Not asked for"),
        MailingStatus.WAITING: _("Waits for a second person"),
        MailingStatus.RUNNING: _("Runs"),
        MailingStatus.STOPPED: _("Stopped"),
    }[status]


def when_words(_: Translate, step: ContactStep) -> str:
    """Return when a step goes out."""
    if step.day is not None:
        when = _("Day %(day)s after the opening", day=step.day)
    elif step.after == CLOSED:
        when = _("Day %(days)s after the wave closed", days=step.days)
    elif step.after == "complete":
        when = _("Day %(days)s after somebody completed it", days=step.days)
    else:
        when = _("Day %(days)s after somebody began", days=step.days)
    if step.at is not None:
        when += _(", at %(clock)s", clock=f"{step.at:%H:%M}")
    return when


def who_words(_: Translate, figures: Figures, step: ContactStep) -> str:
    """Return whom a step goes to."""
    states = {
        "open": _("who has not begun"),
        "partial": _("who began and has not finished"),
        "complete": _("who completed it"),
    }
    who = listed(figures, [states[one] for one in _LIVING if one in step.to])
    parts = [_("To %(who)s", who=who)]
    for mark, values in (step.only or {}).items():
        named = [_value_words(_, figures, mark, one) for one in sorted(values)]
        parts.append(_("only %(values)s", values=listed(figures, named)))
    if step.condition is not None:
        parts += [_clause_words(_, figures, one) for one in step.condition.clauses]
    if step.instead_of is not None:
        parts.append(
            _("only who cannot be reached by %(channel)s",
              channel=channel_words(_, step.instead_of).lower())
        )  # fmt: skip
    return ", ".join(parts)


def _clause_words(_: Translate, figures: Figures, one: Clause) -> str:
    share = figures.percent(one.share)
    if one.mark is None:
        if one.below:
            return _("while the response of all is below %(share)s", share=share)
        return _("when the response of all is at least %(share)s", share=share)
    if one.below:
        return _("while the response of their group is below %(share)s", share=share)
    return _("when the response of their group is at least %(share)s", share=share)


def _value_words(_: Translate, figures: Figures, mark: str, value: str) -> str:
    return figures.language(value) if mark == "language" else code_words(_, mark, value)


def rules_of_plan(_: Translate, figures: Figures, plan: ContactPlan) -> list[str]:
    """Return what holds for every step, a sentence each."""
    quiet = plan.quiet
    said = []
    if quiet.begins != quiet.ends:
        said.append(
            _(
                "Nothing is sent between %(begins)s and %(ends)s.",
                begins=f"{quiet.begins:%H:%M}",
                ends=f"{quiet.ends:%H:%M}",
            )
        )
    days = [_day_name(figures, one) for one in sorted(quiet.days)]
    if quiet.holidays:
        days.append(_("public holidays"))
    if days:
        said.append(_("Nothing is sent on %(days)s.", days=listed(figures, days)))
    if plan.a_day < 1:
        said.append(
            _(
                "On one day at most %(share)s of a step goes out, so that not everybody comes at"
                " once.",
                share=figures.percent(plan.a_day),
            )
        )
    if plan.at_most is not None:
        said.append(
            _(
                "A person gets at most %(messages)s messages in %(days)s days.",
                messages=plan.at_most.messages,
                days=plan.at_most.days,
            )
        )
    said.append(_("Who refused, or cannot be reached that way, is not written to."))
    return said


def next_moment(_: Translate, figures: Figures, one: PlannedStep) -> str:
    """Return when the first message of a step that is not made yet is due."""
    if one.left.first_due is None:
        return _("as it comes") if one.step.day is None else _("nobody is left")
    return day_of(figures, one.left.first_due)


def day_of(figures: Figures, at: datetime) -> str:
    """Return the day of a moment, by the clock of the study."""
    return figures.short_day(at.astimezone(STUDY_ZONE).date())


def listed(figures: Figures, words: list[str]) -> str:
    """Return words as a list in a sentence."""
    return str(format_list(words, locale=figures.locale)) if words else ""


def _day_name(figures: Figures, day: int) -> str:
    return str(get_day_names("wide", locale=figures.locale)[day])
