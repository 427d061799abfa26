"""Who gets which message: the steps of a contact plan against the cases of a wave.

A rehearsal and the workers ask the same functions, so that what was counted is what is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection

from app.messages import schedule
from app.messages.channels import Channel
from app.messages.condition import Groups, Response
from app.messages.plan import ContactPlan, ContactStep
from app.panel.privacy import Purpose
from app.panel.states import CaseStatus, Eligibility
from app.services.context import ServiceContext
from app.services.members.contact_channels import channels_of, people_with_code
from app.storage import mailings
from app.storage.consents import people_allowing
from app.storage.mailings import Addressee
from app.storage.waves import Wave

NO_ADDRESS = "no_address"
NO_CODE = "no_code"
NO_RECONTACT = "no_recontact"
"""Between waves only who said yes to being asked again is written to."""
REACHED = "reached_otherwise"
"""The step goes to whom another channel cannot reach."""
HAD_IT = "had_it"
"""The same words went to them by that channel, as a step that the plan does not have any more."""
NOT_ASKED = "not_asked"
"""Not in the population, refused, or settled some other way: never written to."""

_MAY_BECOME: Mapping[CaseStatus, frozenset[str]] = {
    CaseStatus.OPEN: frozenset({"open", "partial", "complete"}),
    CaseStatus.PARTIAL: frozenset({"partial", "complete"}),
    CaseStatus.COMPLETE: frozenset({"complete"}),
}
"""The states in which a step may still find a case, from the state it is in."""


@dataclass(frozen=True, slots=True)
class Field:
    """The cases of a wave, and what stands in the way of writing to them."""

    wave: Wave
    cases: list[Addressee] = field(repr=False)
    channels: Mapping[Channel, set[UUID]] = field(repr=False)
    """People by the channels they have an address for."""
    barriers: Mapping[Channel, Mapping[UUID, str]] = field(repr=False)
    printable: set[UUID] = field(repr=False)
    """People whose code can be printed."""
    groups: Groups = field(repr=False)
    recontact: set[UUID] = field(repr=False, default_factory=set)
    """People who may be written to between waves; empty when no step of the plan does."""
    had: Mapping[str, set[UUID]] = field(repr=False, default_factory=dict)
    """Cases that had the words of a step under the name of another that is gone, by step."""

    def hindrance(self, case: Addressee, step: ContactStep) -> str | None:
        """Return why a case cannot be sent a step, whatever its state; ``None`` when it can."""
        if _settled(case):
            return NOT_ASKED
        known = self.barriers[step.channel].get(case.person_id)
        if known is not None:
            return known
        if case.person_id not in self.channels[step.channel]:
            return NO_ADDRESS
        if step.instead_of is not None and self._reached(case, step.instead_of):
            return REACHED
        if case.case_id in self.had.get(step.id, ()):
            return HAD_IT
        if step.between and case.person_id not in self.recontact:
            return NO_RECONTACT
        if step.channel is Channel.LETTER and not (
            case.has_code and case.person_id in self.printable
        ):
            return NO_CODE
        return None

    def _reached(self, case: Addressee, channel: Channel) -> bool:
        closed = self.barriers[channel].get(case.person_id)
        return closed is None and case.person_id in self.channels[channel]

    def meant(self, step: ContactStep) -> list[Addressee]:
        """Return the cases in the groups of a step, whatever their state."""
        if not step.only and step.condition is None:
            return self.cases
        found = []
        for case in self.cases:
            marks = marks_of(case)
            conditional = step.condition is None or step.condition.holds(marks, self.groups)
            if conditional and step.goes_to(marks):
                found.append(case)
        return found


def load_field(ctx: ServiceContext, connection: Connection, wave: Wave, plan: ContactPlan) -> Field:
    """Return the cases of a wave as the steps of a plan see them now."""
    cases = mailings.addressees(connection, wave.year)
    people = [case.person_id for case in cases]
    marks = {mark for step in plan.steps if step.condition for mark in step.condition.marks}
    return Field(
        wave,
        cases,
        channels_of(ctx, people),
        {channel: mailings.barriers(connection, wave.year, channel) for channel in Channel},
        people_with_code(ctx, people, wave.year),
        responses(cases, marks),
        people_allowing(connection, Purpose.RECONTACT)
        if any(step.between for step in plan.steps)
        else set(),
        _had_under_another_name(connection, wave, plan),
    )


def _had_under_another_name(
    connection: Connection, wave: Wave, plan: ContactPlan
) -> dict[str, set[UUID]]:
    """The cases that had the words of a step, by steps that are gone from the plan.

    Two steps of the plan may say the same: whoever wrote it meant that.
    """
    named = {one.id for one in plan.steps}
    if mailings.steps_with_messages(connection, wave.year).keys() <= named:
        return {}
    return {
        one.id: mailings.sent_words(
            connection, wave.year, one.channel, one.texts, not_of=sorted(named)
        )
        for one in plan.steps
    }


def marks_of(case: Addressee) -> dict[str, str]:
    """Return the marks that a case can be grouped by."""
    marks = {name: str(value) for name, value in case.frame.items() if name.startswith("fr_")}
    return marks | {"language": case.language, "stratum": case.stratum or ""}


def responses(cases: Iterable[Addressee], marks: Iterable[str]) -> Groups:
    """Return how many cases are complete: of everybody, and by the values of some marks."""
    wanted = sorted(marks)
    counts: dict[str | None, dict[str, list[int]]] = {None: {"": [0, 0]}}
    counts |= {mark: {} for mark in wanted}
    for case in cases:
        if case.eligible is Eligibility.NO or case.status is CaseStatus.SCREENED_OUT:
            continue
        own = marks_of(case)
        done = int(case.status is CaseStatus.COMPLETE)
        for mark in (None, *wanted):
            value = "" if mark is None else own.get(mark, "")
            count = counts[mark].setdefault(value, [0, 0])
            count[0] += done
            count[1] += 1
    return {
        mark: {value: Response(*count) for value, count in values.items()}
        for mark, values in counts.items()
    }


def could_get(case: Addressee, step: ContactStep) -> bool:
    """Tell whether a step may find a case in one of its states, now or later."""
    return bool(step.to & _MAY_BECOME.get(case.status, frozenset()))


def due_times(
    plan: ContactPlan,
    step: ContactStep,
    wave: Wave,
    cases: Iterable[Addressee],
    *,
    not_before: datetime,
    there: Mapping[UUID, datetime] | None = None,
) -> dict[UUID, datetime]:
    """Return when a step is due for each of some cases that do not have it yet.

    Parameters
    ----------
    not_before
        When the step was let go: what is later than planned is spread from that day on.
    there
        The messages of the step that exist already, with the moment each may go.
    """
    if step.day is None and not step.between:
        return {
            case.case_id: plan.quiet.next_allowed(
                max(schedule.due_after(plan, step, event), not_before)
            )
            for case in cases
            if (event := _event(case, step)) is not None
        }
    let_go = _first_whole_day(plan, step, not_before)
    days = schedule.spread_days(
        plan,
        {
            case.case_id: max(schedule.first_day(plan, step, _from(case, step, wave, plan)), let_go)
            for case in cases
        },
        taken=_by_day(plan, there or {}),
    )
    # A step has few days and many cases.
    moments = {day: schedule.due_at(plan, step, day) for day in set(days.values())}
    return {case_id: moments[day] for case_id, day in days.items()}


def closed_on(wave: Wave, plan: ContactPlan) -> date:
    """Return the day a wave closed, or the last day it is to be open."""
    if wave.closed_at is None:
        return wave.closes_on
    return wave.closed_at.astimezone(plan.quiet.zone).date()


def begins(case: Addressee, wave: Wave, plan: ContactPlan) -> date:
    """Return the day a case's wave begins: when the wave opens, or later when drawn later."""
    return max(wave.opens_on, case.created_at.astimezone(plan.quiet.zone).date())


def _from(case: Addressee, step: ContactStep, wave: Wave, plan: ContactPlan) -> date:
    return closed_on(wave, plan) if step.between else begins(case, wave, plan)


def _first_whole_day(plan: ContactPlan, step: ContactStep, let_go: datetime) -> date:
    """Return the first sending day on which a step can still go out at its time."""
    day = schedule.sending_day(plan.quiet, let_go.astimezone(plan.quiet.zone).date())
    if schedule.due_at(plan, step, day) >= let_go - timedelta(hours=12):
        return day
    return schedule.sending_day(plan.quiet, day, 1)


def _by_day(plan: ContactPlan, there: Mapping[UUID, datetime]) -> dict[date, int]:
    taken: dict[date, int] = {}
    for moment in there.values():
        day = moment.astimezone(plan.quiet.zone).date()
        taken[day] = taken.get(day, 0) + 1
    return taken


def _event(case: Addressee, step: ContactStep) -> datetime | None:
    if step.after == CaseStatus.COMPLETE:
        return case.submitted_at
    return case.last_saved_at


def _settled(case: Addressee) -> bool:
    """Whether what came of a case forbids to write: refusals, deaths, outside the population.

    Codes are those of AAPOR: 2.1 refusals and break-offs, 2.3 other, 4 not eligible.
    """
    if case.eligible is Eligibility.NO or case.status in (
        CaseStatus.REFUSED,
        CaseStatus.SCREENED_OUT,
    ):
        return True
    code = case.disposition or ""
    return code.startswith(("2.11", "2.3", "4"))
