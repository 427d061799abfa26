"""Whether what a wave knows of earlier ones was looked at, by whom, and what it hinders."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection

from app.panel.states import Role
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.fieldwork.freezing import PreloadError, experiments_of
from app.storage import audit
from app.storage import preloads as rows
from app.storage.preloads import PreloadVersion
from app.storage.waves import Wave, load_wave

__all__ = [
    "MAY_REVIEW", "PreloadVersion", "approve_preload", "hindrances", "same_person", "versions_of",
]  # fmt: skip

MAY_REVIEW = frozenset({Role.RESEARCHER, Role.ADMIN})
"""A review holds answers under pseudonyms: nothing for those who work with names."""


def approve_preload(
    ctx: ServiceContext, year: int, *, by: str, staff_id: UUID | None = None
) -> list[PreloadVersion]:
    """Put on record that somebody looked at the preload of a wave, and return what was approved.

    Whoever froze it may approve it; that it was the same person stays on record, and a rehearsal
    says so.

    Raises
    ------
    PreloadError
        If nothing waits for approval, or was not written out to be looked at since it was frozen.
    """
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        rows.hold_wave(connection, year)
        waiting = rows.unreviewed(connection, year)
        if not waiting:
            raise PreloadError(_nothing_to_approve(rows.list_versions(connection, year), year))
        unseen = [str(one.number) for one in waiting if one.shown_at is None]
        if unseen:
            numbers = ", ".join(unseen)
            raise PreloadError(
                f"nobody looked at version {numbers} of wave {year}: review it first"
            )
        for one in waiting:
            rows.mark_reviewed(connection, one.id, at=now, by=by)
            audit.append_audit(
                connection,
                at=now,
                staff_id=staff_id,
                action="preload.approved",
                subject=f"wave {year}",
                detail={
                    "by": by,
                    "number": one.number,
                    "hash": one.hash,
                    "frozen_by": one.frozen_by,
                    "second_person": by != one.frozen_by,
                },
            )
    return waiting


def _nothing_to_approve(versions: list[PreloadVersion], year: int) -> str:
    if not versions:
        return f"no preload of wave {year} is frozen"
    last = versions[-1]
    if last.reviewed_at is None:
        return f"version {last.number} of wave {year} has nobody in it"
    return f"version {last.number} of wave {year} was approved by {last.reviewed_by}"


def hindrances(ctx: ServiceContext, connection: Connection, wave: Wave) -> list[str]:
    """Return why people may not be asked yet on the ground of what is frozen for a wave."""
    versions = rows.list_versions(connection, wave.year)
    found = [_unreviewed(one, versions) for one in rows.unreviewed(connection, wave.year)]
    if wave.version_id is not None:
        instrument = ctx.instruments.get(connection, wave.version_id)
        for one in experiments_of(instrument):
            lacking = rows.people_without(connection, wave.year, one.var, with_preload=True)
            if lacking:
                found.append(
                    f"{len(lacking)} people have no {one.var}: freeze the preload of wave"
                    f" {wave.year} again, which draws it"
                )
    return found


def same_person(connection: Connection, year: int) -> list[int]:
    """Return the numbers of the versions that were approved by who froze them."""
    return [
        one.number
        for one in rows.list_versions(connection, year)
        if one.reviewed_by is not None and one.reviewed_by == one.frozen_by
    ]


def versions_of(ctx: ServiceContext, year: int) -> list[tuple[PreloadVersion, int]]:
    """Return the versions of a wave with how many cases have each now.

    Raises
    ------
    PreloadError
        If there is no such wave.
    """
    with ctx.databases.research.snapshot() as connection:
        if load_wave(connection, year) is None:
            raise PreloadError(f"there is no wave {year}: publish it first")
        used = rows.count_by_version(connection, year)
        return [(one, used.get(one.id, 0)) for one in rows.list_versions(connection, year)]


def _unreviewed(one: PreloadVersion, versions: list[PreloadVersion]) -> str:
    before = [
        other for other in versions if other.number < one.number and other.reviewed_at is not None
    ]
    if not before:
        return f"version {one.number} was frozen by {one.frozen_by} and not reviewed"
    last = before[-1]
    day = last.reviewed_at.astimezone(STUDY_ZONE).date() if last.reviewed_at else None
    return (
        f"version {one.number} was frozen by {one.frozen_by} since version {last.number}"
        f" was reviewed on {day}"
    )
