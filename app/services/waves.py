"""The life of a wave: set up, publish, open, pause, close."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from app.panel.states import WaveStatus
from app.panel.wave_life import may_move
from app.services.context import ServiceContext
from app.storage import audit, waves
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

    Raises
    ------
    StepRefusedError
        If there is no such wave, or it cannot go there from where it is.
    """
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        wave = waves.load_wave(connection, year)
        if wave is None:
            raise StepRefusedError(f"there is no wave {year}")
        if not may_move(wave.status, to):
            raise StepRefusedError(f"wave {year} is {wave.status}: it cannot become {to}")
        if to is WaveStatus.OPEN and wave.version_id is None:
            raise StepRefusedError(f"wave {year} has no published questionnaire")
        try:
            waves.move_wave(
                connection, year, from_status=wave.status, to_status=to, at=now, by=by, note=note
            )
        except waves.WaveMovedError as error:
            raise StepRefusedError(f"somebody else moved wave {year} just now") from error
        audit.append_audit(
            connection,
            at=now,
            staff_id=staff_id,
            action=f"wave.{to}",
            subject=f"wave {year}",
            detail={"from": str(wave.status), "by": by, "note": note},
        )
