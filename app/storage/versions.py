"""Published questionnaires: stored once, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select

from app.storage.models import InstrumentVersion
from app.storage.rows import as_row, columns_for
from app.storage.types import table_of
from app.storage.upsert import keeping

_version = table_of(InstrumentVersion)
_add = keeping(_version)


@dataclass(frozen=True, slots=True)
class Version:
    """A published questionnaire of one wave."""

    id: str
    """SHA-256 of ``canonical``, in hexadecimal."""
    study: str
    wave: int
    number: int
    canonical: str
    languages: list[str]
    published_at: datetime
    published_by: str
    override: str | None


@dataclass(frozen=True, slots=True)
class VersionNote:
    """A published questionnaire without the questionnaire itself, for lists."""

    id: str
    wave: int
    number: int
    languages: list[str]
    published_at: datetime
    published_by: str
    override: str | None


def publish_version(
    connection: Connection,
    *,
    version_id: str,
    study: str,
    wave: int,
    canonical: str,
    languages: list[str],
    at: datetime,
    by: str,
    override: str | None = None,
) -> Version:
    """Store a questionnaire as the next version of its wave, unless the very same one is stored."""
    highest = connection.execute(
        select(func.max(InstrumentVersion.number)).where(InstrumentVersion.wave == wave)
    ).scalar_one()
    version = Version(
        version_id, study, wave, (highest or 0) + 1, canonical, languages, at, by, override
    )
    connection.execute(_add.on(connection), as_row(version))
    return load_version(connection, version_id)


def load_version(connection: Connection, version_id: str) -> Version:
    """Return a version; raise `NoResultFound` when there is none."""
    return Version(*connection.execute(_versions().where(_version.c.id == version_id)).one())


def latest_version(connection: Connection, wave: int) -> Version | None:
    """Return the version of a wave that was published last."""
    row = connection.execute(
        _versions().where(_version.c.wave == wave).order_by(_version.c.number.desc()).limit(1)
    ).one_or_none()
    return None if row is None else Version(*row)


def list_versions(connection: Connection, wave: int) -> list[VersionNote]:
    """Return what was published for a wave, the last first."""
    query = (
        select(*columns_for(VersionNote, _version))
        .where(_version.c.wave == wave)
        .order_by(_version.c.number.desc())
    )
    return [VersionNote(*row) for row in connection.execute(query)]


def _versions() -> Select[Any]:
    return select(*columns_for(Version, _version))
