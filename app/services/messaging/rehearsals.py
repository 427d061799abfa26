"""Rehearsing a wave: what every step would send, to whom and when, and what stands in the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.messages.channels import Channel
from app.messages.sender import read_sender
from app.panel.states import WaveStatus
from app.services.context import ServiceContext
from app.services.fieldwork.preload_approval import hindrances, same_person
from app.services.messaging.addressing import load_field
from app.services.messaging.contact_plan import ContactPlanError, load_contact_plan
from app.services.messaging.message_texts import load_message_texts
from app.services.messaging.rehearsal_blockers import Blocker, Stage, blockers_of, notes_of
from app.services.messaging.rehearsal_counts import StepCount, count_step, parts_of
from app.services.messaging.rehearsal_samples import Samples
from app.services.messaging.rehearsed import inputs_of, languages_of, words_of
from app.storage import audit, mailings
from app.storage.mailings import Rehearsal
from app.storage.versions import load_version
from app.storage.waves import load_wave

_OVER = (WaveStatus.CLOSED, WaveStatus.FROZEN)


class CannotRehearseError(Exception):
    """There is no such wave, or the study sends nothing, or the wave is over."""


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What came of a rehearsal."""

    wave: int
    steps: list[StepCount]
    blockers: list[Blocker]
    overridden: list[Blocker]
    notes: list[str]
    inputs: str

    @property
    def cost(self) -> int:
        """What all steps cost at most."""
        return sum(one.cost for one in self.steps)


def rehearse(
    ctx: ServiceContext,
    year: int,
    *,
    by: str,
    samples: Samples,
    staff_id: UUID | None = None,
    override: str | None = None,
) -> Rehearsed:
    """Count what a wave would send and store it with what stands in the way.

    Parameters
    ----------
    samples
        What was rendered for it, from `make_samples`.
    override
        Why blockers that may be overridden are let pass, on the word of ``by``; on record.

    Raises
    ------
    CannotRehearseError
        If there is nothing to rehearse.
    ContactPlanError
        If plan or sender cannot be read.
    """
    now = ctx.clock.now()
    stage = _set(ctx, year)
    counts = [
        count_step(stage.plan, step, stage.wave, stage.field, now) for step in stage.plan.steps
    ]
    for one in counts:
        if one.step.channel is Channel.SMS and stage.texts is not None:
            one.parts = parts_of(one.step, one.at_most, stage.texts, ctx.settings.public_url)
    found = [*blockers_of(stage, counts), *samples.blockers]
    notes = list(notes_of(stage, counts))
    overridden = [one for one in found if override and one.ground.may_be_overridden]
    blockers = [one for one in found if one not in overridden]
    inputs = inputs_of(ctx, stage.field)
    done = Rehearsed(year, counts, blockers, overridden, notes, inputs)
    stored: dict[str, Any] = {
        "words": words_of(ctx, stage.field),
        "steps": [one.as_json() for one in counts],
        "cost": done.cost,
        "notes": notes,
        "overridden": [str(one) for one in overridden],
        "override": override if overridden else None,
        "samples": {"letters": samples.letters, "previews": samples.previews},
    }
    with ctx.databases.research.write() as connection:
        mailings.add_rehearsal(
            connection, Rehearsal(year, now, by, inputs, stored, [str(one) for one in blockers])
        )
        audit.append_audit(
            connection,
            at=now,
            staff_id=staff_id,
            action="wave.rehearse",
            subject=f"wave {year}",
            detail={
                "by": by,
                "inputs": inputs,
                "blockers": [str(one) for one in blockers],
                "overridden": stored["overridden"],
                "override": stored["override"],
            },
        )
    return done


def _set(ctx: ServiceContext, year: int) -> Stage:
    plan = load_contact_plan(ctx.study)
    if plan is None:
        raise CannotRehearseError("the study has no contact plan: it sends nothing")
    sender, problems = read_sender(ctx.study)
    if sender is None:
        raise ContactPlanError(problems)
    with ctx.databases.research.snapshot() as connection:
        wave = load_wave(connection, year)
        if wave is None:
            raise CannotRehearseError(f"there is no wave {year}")
        if wave.status in _OVER:
            raise CannotRehearseError(f"wave {year} is {wave.status}")
        version = load_version(connection, wave.version_id) if wave.version_id else None
        cases = load_field(ctx, connection, wave, plan)
        unknown = mailings.count_unknown(connection)
        preloads = mailings.count_preloads(connection, year)
        unreviewed = hindrances(ctx, connection, wave)
        alone = same_person(connection, year)
        had = mailings.steps_with_messages(connection, year)
    texts, _ = load_message_texts(ctx.study, ctx.translations, languages_of(cases))
    return Stage(
        wave,
        version,
        plan,
        texts,
        sender,
        cases,
        ctx.settings.synthetic,
        unknown,
        preloads,
        had,
        unreviewed,
        alone,
    )
