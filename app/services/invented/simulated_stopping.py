"""People of a simulated study who want no more, and who want to be forgotten, after a wave."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from app.panel.states import PersonStatus
from app.services.context import ServiceContext
from app.services.invented.simulated_field import Member, Panel
from app.services.privacy import erasing, privacy_requests
from app.synthetic.panel_life import befalls


def stop_some(
    ctx: ServiceContext,
    panel: Panel,
    year: int,
    answered: Sequence[Member],
    *,
    erasures: int,
    thanks_waiting: Collection[UUID],
    by: str,
) -> None:
    """Let some of those who answered withdraw, and others be forgotten.

    The first to be forgotten is somebody whose thank-you is on its way, if there is such a one.

    Raises
    ------
    ValueError
        If anything of a forgotten person was found.
    """
    truth, share = panel.truth, panel.shares.withdraws
    listed = sorted(answered, key=lambda one: one.person.id)
    for one in listed:
        if befalls(one.person, year, panel.seed, "stops", share):
            privacy_requests.withdraw(ctx, one.person_id, language="nl")
            truth.withdrawn.add(one.person_id)
            truth.states[one.person_id] = PersonStatus.WITHDRAWN
            one.silent = True
    there = [one for one in listed if not one.silent]
    waiting = [one for one in there if one.person_id in thanks_waiting]
    others = [one for one in there if one.person_id not in thanks_waiting]
    for one in [*waiting[:1], *others][:erasures]:
        privacy_requests.ask_erasure(ctx, one.person_id, language="nl")
        proof = erasing.erase(ctx, erasing.Order(one.person_id, by=by))
        if not proof.clean:
            raise ValueError(f"a forgotten person was found: {proof.detail}")
        truth.withdrawn.add(one.person_id)
        truth.erased.add(one.person_id)
        truth.states[one.person_id] = PersonStatus.ERASED
        one.silent = True
