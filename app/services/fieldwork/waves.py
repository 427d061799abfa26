"""The life of a wave: set up, publish, open, pause, close."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import Connection

from app.messages.sending_rules import Reason
from app.panel.states import WaveStatus
from app.panel.wave_life import may_move
from app.services.context import ServiceContext
from app.services.fieldwork.preload_approval import hindrances
from app.services.interviewing.open_duplicates import forget_sources
from app.services.members.contact_channels import forget_codes
from app.services.messaging.rehearsed import NotRehearsedError, forget_samples, refuse_unrehearsed
from app.storage import audit, messages, preloads, waves
from app.storage.waves import Wave


class StepRefusedError(Exception):
    """A wave cannot go from where it is to where it was asked to go."""


def set_up_wave(
    ctx: ServiceContext, year: int, *, study: str, opens_on: date, closes_on: date, by: str
) -> None:
    """Set up a wave as a draft, unless it is there."""
    with ctx.databases.research.write() as connection:
        if waves.load_wave(connection, year) is None:
            waves.add_wave(
                connection,
                year=year,
                study=study,
                opens_on=opens_on,
                closes_on=closes_on,
                synthetic=ctx.settings.synthetic,
                at=ctx.clock.now(),
                by=by,
            )


def field_version(ctx: ServiceContext, year: int, version_id: str) -> None:
    """Make a version the one that new interviews of a wave get; begun ones keep theirs."""
    with ctx.databases.research.write() as connection:
        waves.field_version(connection, year, version_id)


def find_wave(ctx: ServiceContext, year: int) -> Wave | None:
    """Return a wave, or ``None`` when there is none of that year."""
    with ctx.databases.research.read() as connection:
        return waves.load_wave(connection, year)


def all_waves(ctx: ServiceContext) -> list[Wave]:
    """Return all waves, the earliest first."""
    with ctx.databases.research.read() as connection:
        return waves.list_waves(connection)


def move_wave(
    ctx: ServiceContext,
    year: int,
    to: WaveStatus,
    *,
    by: str,
    staff_id: UUID | None = None,
    note: str | None = None,
) -> None:
    """Take a wave one step on in its life, on record.

    A wave that closes cancels what is due, and destroys the codes that were kept for reminders and
    the letters of its rehearsal.

    Raises
    ------
    StepRefusedError
        If there is no such wave, or it cannot go there from where it is: also when it would send
        what nobody rehearsed, or show people what was frozen of them and nobody reviewed.
    """
    now = ctx.clock.now()
    _ask_for_rehearsal(ctx, year, to)
    with ctx.databases.research.write() as connection:
        wave = waves.load_wave(connection, year)
        if wave is None:
            raise StepRefusedError(f"there is no wave {year}")
        if not may_move(wave.status, to):
            raise StepRefusedError(f"wave {year} is {wave.status}: it cannot become {to}")
        if to is WaveStatus.OPEN and wave.version_id is None:
            raise StepRefusedError(f"wave {year} has no published questionnaire")
        _ask_for_review(ctx, connection, wave, to)
        try:
            waves.move_wave(
                connection, year, from_status=wave.status, to_status=to, at=now, by=by, note=note
            )
        except waves.WaveMovedError as error:
            raise StepRefusedError(f"somebody else moved wave {year} just now") from error
        if to is WaveStatus.CLOSED:
            messages.cancel_due(connection, reason=Reason.WAVE_CLOSED, by=by, now=now, wave=year)
        audit.append_audit(
            connection,
            at=now,
            staff_id=staff_id,
            action=f"wave.{to}",
            subject=f"wave {year}",
            detail={"from": str(wave.status), "by": by, "note": note},
        )
    if to is WaveStatus.CLOSED:
        # After the commit: whoever comes between finds them in the next tick.
        forget_codes(ctx, year)
        forget_samples(ctx, year)
        forget_sources(ctx, year)


def _ask_for_review(
    ctx: ServiceContext, connection: Connection, wave: Wave, to: WaveStatus
) -> None:
    """Refuse to open a wave for the first time on the ground of a preload nobody looked at."""
    if to is not WaveStatus.OPEN or wave.opened_at is not None:
        return
    preloads.hold_wave(connection, wave.year)
    if found := hindrances(ctx, connection, wave):
        raise StepRefusedError(f"preload not reviewed: {found[0]}")


def _ask_for_rehearsal(ctx: ServiceContext, year: int, to: WaveStatus) -> None:
    """Refuse a wave that is to be called rehearsed, or opened past that, and was not."""
    wave = find_wave(ctx, year)
    if wave is None:
        return
    past_it = to is WaveStatus.OPEN and wave.status is WaveStatus.CHECKED
    if (to is WaveStatus.REHEARSED and wave.status is WaveStatus.CHECKED) or past_it:
        try:
            refuse_unrehearsed(ctx, year)
        except NotRehearsedError as error:
            raise StepRefusedError(str(error)) from error
