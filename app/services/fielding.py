"""From a study folder to a wave that can be opened: check, publish, set up, freeze the preload."""

from __future__ import annotations

from app.questionnaire.model import Bank
from app.services import instruments, waves
from app.services.context import ServiceContext
from app.services.study_calendar import WavePlan


def publish_wave(ctx: ServiceContext, bank: Bank, plan: WavePlan, *, by: str) -> str:
    """Publish what a wave asks, make it the version of new interviews, and return it.

    The wave is set up as a draft when it is not there yet. Interviews that were begun keep the
    version they were shown.
    """
    version = instruments.publish(ctx.databases, bank, plan.year, at=ctx.clock.now(), by=by)
    waves.set_up_wave(
        ctx,
        plan.year,
        study=bank.study,
        opens_on=plan.opens_on,
        closes_on=plan.closes_on,
        by=by,
    )
    waves.field_version(ctx, plan.year, version)
    return version
