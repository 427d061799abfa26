"""How the last rehearsal of a wave stands: none, in the way of it, void since, or holding."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.services.context import ServiceContext
from app.services.messaging.addressing import load_field
from app.services.messaging.contact_plan import load_contact_plan
from app.services.messaging.rehearsed import inputs_of
from app.storage import mailings
from app.storage.mailings import Rehearsal
from app.storage.waves import load_wave

__all__ = ["Rehearsal", "RehearsalStanding", "RehearsalState", "rehearsal_state"]


class RehearsalStanding(StrEnum):
    """What the last rehearsal is worth now."""

    NO_PLAN = "no_plan"
    """The study sends nothing: there is nothing to rehearse."""
    NEVER = "never"
    BLOCKED = "blocked"
    VOID = "void"
    """What would be said, or who could get it, changed since."""
    HOLDS = "holds"


@dataclass(frozen=True, slots=True)
class RehearsalState:
    """The last rehearsal of a wave, and whether a mailing may go on its ground."""

    standing: RehearsalStanding
    last: Rehearsal | None = None
    must: bool = True
    """Whether the wave cannot go on without one that holds: invented people get nothing, so where
    nobody rehearsed for them nobody has to."""

    @property
    def in_the_way(self) -> bool:
        """Whether the wave cannot be opened, or a step let go, before somebody rehearses."""
        return self.must and self.standing in (
            RehearsalStanding.NEVER,
            RehearsalStanding.BLOCKED,
            RehearsalStanding.VOID,
        )


def rehearsal_state(ctx: ServiceContext, year: int) -> RehearsalState:
    """Return how the last rehearsal of a wave stands, by the rules of `rehearsed`.

    Raises
    ------
    ContactPlanError
        If the plan of the study cannot be read.
    """
    plan = load_contact_plan(ctx.study)
    if plan is None:
        return RehearsalState(RehearsalStanding.NO_PLAN, must=False)
    with ctx.databases.research.snapshot() as connection:
        wave = load_wave(connection, year)
        last = mailings.latest_rehearsal(connection, year)
        if wave is None or last is None:
            return RehearsalState(RehearsalStanding.NEVER, must=not ctx.settings.synthetic)
        if last.blockers:
            return RehearsalState(RehearsalStanding.BLOCKED, last)
        field = load_field(ctx, connection, wave, plan)
    same = last.inputs == inputs_of(ctx, field)
    return RehearsalState(RehearsalStanding.HOLDS if same else RehearsalStanding.VOID, last)
