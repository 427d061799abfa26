"""Requests → the words and figures of their pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.panel.privacy import Asked, Outcome
from app.services.context import STUDY_ZONE
from app.services.privacy.privacy_desk import Opened, Standing
from app.services.privacy.privacy_requests import Request
from app.web.respond.words import Translate
from app.web.staff import listing
from app.web.staff.figures import Figures
from app.web.staff.listing import Asked as Wanted
from app.web.staff.listing import Cell, Choice, Column
from app.web.staff.privacy.frame import PATH
from app.web.staff.privacy.words import (
    SOON_DAYS,
    article_of,
    asked_words,
    deed_words,
    ended_words,
    longer_words,
    outcome_words,
    state_of,
    through_words,
)
from app.web.staff.view import Row, Table

SHORT = 8
"""Digits of a pseudonym that lists show; the whole stands on the page of the request."""


@dataclass(frozen=True, slots=True)
class Steps:
    """What can be done with a request by who looks at it."""

    copy: bool = False
    erase: bool = False
    proof: bool = False
    longer: bool = False
    end: bool = False
    letter: bool = False
    """It ended in a refusal: the person is told why, and where to complain."""


def day_of(at: datetime) -> date:
    """Return the day of a moment where the study lives."""
    return at.astimezone(STUDY_ZONE).date()


def request_columns(_: Translate, figures: Figures) -> Sequence[Column[Standing]]:
    """Return the columns of the list."""

    def what(one: Standing) -> Cell:
        request = one.request
        return Cell(asked_words(_, request.asked), url=f"{PATH}/requests/{request.id}")

    def state(one: Standing) -> Cell:
        words, badge = state_of(_, figures, one)
        return Cell(words, badge=badge)

    def due(one: Standing) -> Cell:
        small = _("two months more") if one.longer is not None else None
        return Cell(figures.short_day(one.request.due_on), small=small)

    return (
        Column("asked", _("What is asked"), what, sort=lambda one: str(one.request.asked)),
        Column("state", _("State"), state, sort=lambda one: one.days_left),
        Column(
            "due", _("To be done by"), due,
            sort=lambda one: one.request.due_on.toordinal(),
            csv=lambda one: one.request.due_on.isoformat(),
        ),
        Column(
            "received", _("Received"),
            lambda one: figures.short_day(day_of(one.request.asked_at)),
            sort=lambda one: one.request.asked_at.timestamp(),
            csv=lambda one: day_of(one.request.asked_at).isoformat(),
        ),
        Column("through", _("How"), lambda one: through_words(_, one.request.through)),
        Column(
            "person", _("Person"),
            lambda one: Cell(one.request.person_id.hex[:SHORT], dir="ltr"),
            sort=lambda one: one.request.person_id.hex,
            csv=lambda one: one.request.person_id.hex,
        ),
        Column("by", _("Handled by"), lambda one: _account(_, one.request.handled_by)),
    )  # fmt: skip


def request_choices(_: Translate) -> Sequence[Choice]:
    """Return the filters of the list."""
    return (
        Choice(
            "state",
            _("State"),
            (("open", _("Waiting")), ("late", _("Too late")), ("done", _("Handled"))),
        ),
        Choice("what", _("What is asked"), [(str(one), asked_words(_, one)) for one in Asked]),
    )


def wanted_requests(
    _: Translate, every: Sequence[Standing], columns: Sequence[Column[Standing]], want: Wanted
) -> list[Standing]:
    """Return the requests that are asked for, in order."""

    def keep(one: Standing, chosen: object) -> bool:
        state, what = want.chosen.get("state", ""), want.chosen.get("what", "")
        states = {
            "": True,
            "open": one.days_left is not None,
            "late": one.days_left is not None and one.days_left < 0,
            "done": one.days_left is None,
        }
        return states[state] and what in ("", one.request.asked)

    def text(one: Standing) -> str:
        request = one.request
        return f"{request.person_id.hex} {request.person_id} {request.by} {request.handled_by}"

    return listing.listed(every, columns, want, text=text, keep=keep)


def summary(_: Translate, figures: Figures, every: Sequence[Standing]) -> list[tuple[str, bool]]:
    """Return what needs somebody now, each with whether it is bad news."""
    waiting = [one.days_left for one in every if one.days_left is not None]
    late = sum(left < 0 for left in waiting)
    soon = sum(0 <= left <= SOON_DAYS for left in waiting)
    found = []
    if late:
        found.append((_("Too late: %(count)s", count=figures.count(late)), True))
    if soon:
        words = _("Due within %(days)s days: %(count)s", days=SOON_DAYS, count=figures.count(soon))
        found.append((words, False))
    found.append((_("Waiting: %(count)s", count=figures.count(len(waiting))), False))
    return found


def facts(_: Translate, figures: Figures, one: Opened) -> list[tuple[str, str]]:
    """Return what is known of a request."""
    standing, request = one.standing, one.standing.request
    found = [
        (_("Right"), f"{asked_words(_, request.asked)} ({_('GDPR')} {article_of(request.asked)})"),
        (_("Received"), figures.day(day_of(request.asked_at))),
        (_("How"), through_words(_, request.through)),
        (_("Put down by"), _account(_, request.by)),
        (_("To be done by"), figures.day(request.due_on)),
    ]
    if standing.longer is not None:
        found.append((_("Two months more, because"), longer_words(_, standing.longer)))
    if request.handled_at is not None:
        found.append((_("Handled"), figures.moment(request.handled_at)))
        found.append((_("Handled by"), _account(_, request.handled_by)))
        found.append((_("Outcome"), _outcome(_, request)))
    found.append((_("Person"), request.person_id.hex))
    return found


def steps(one: Opened, *, officer: bool) -> Steps:
    """Return what can be done now."""
    standing, request = one.standing, one.standing.request
    refused = _refused(request)
    if not officer:
        return Steps(letter=refused)
    waits = request.handled_at is None
    return Steps(
        copy=request.asked is Asked.ACCESS
        and not standing.erased
        and (waits or "copy" in request.outcome),
        erase=request.asked is Asked.ERASURE and waits and not standing.erased,
        proof=standing.erased and request.asked is Asked.ERASURE and "erased" in request.outcome,
        longer=waits and standing.longer is None and (standing.days_left or 0) >= 0,
        end=waits,
        letter=refused,
    )


def law(_: Translate, asked: Asked) -> str:
    """Return in a sentence what the law asks of us."""
    return {
        Asked.ACCESS: _(
            "The person gets a copy of everything we know, in a language the person reads, within a"
            " month. It costs nothing."
        ),
        Asked.WITHDRAWAL: _(
            "Stopping is as easy as beginning. Nothing is sent any more; answers given before are"
            " kept, as they were given rightly."
        ),
        Asked.ERASURE: _(
            "The part in the study ended when this was asked. Within a month everything that leads"
            " to the person is destroyed, unless a ground of the law stands against it."
        ),
    }[asked]


def deeds(_: Translate, figures: Figures, one: Opened) -> Table | None:
    """Return what the log says was done about this person's data."""
    rows = [
        Row(figures.moment(entry.at), (deed_words(_, entry.action), _account(_, entry.who or "-")))
        for entry in one.deeds
    ]
    head = (_("When"), _("What was done"), _("By"))
    return Table("deeds", _("What was done"), head, rows, numbers_from=9) if rows else None


def others(_: Translate, figures: Figures, one: Opened) -> list[tuple[str, str]]:
    """Return the other requests of the same person: address and words."""
    return [
        (
            f"{PATH}/requests/{other.id}",
            f"{asked_words(_, other.asked)}, {figures.short_day(day_of(other.asked_at))}",
        )
        for other in one.others
    ]


def _outcome(_: Translate, request: Request) -> str:
    done = str(request.outcome.get("done", ""))
    if done in set(Outcome):
        return outcome_words(_, Outcome(done), request.asked)
    return ended_words(_, request)


def _refused(request: Request) -> bool:
    done = str(request.outcome.get("done", ""))
    return done in set(Outcome) and Outcome(done).refuses


def _account(_: Translate, by: str | None) -> str:
    if by is None:
        return ""
    return {"self": _("the person"), "-": _("by itself, or a command")}.get(by, by)
