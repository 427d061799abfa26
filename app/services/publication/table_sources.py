"""What tables are made on: a snapshot of the answers as they were, or a frozen release.

A table on answers that move under it cannot be compared with the one before it, and two tables
an interview apart give away what that person said. So live tables are made on a snapshot, which
says of when it is, and which is taken again when enough interviews were saved since.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, func, select

from analysis.codebook import Codebook
from analysis.disclosure.policy import Policy
from analysis.errors import AnalysisError
from analysis.responses import Release, read_release
from analysis.shelf import WeightShelf, read_recipes
from analysis.tables.making import Bench
from analysis.weighting.recipe import Recipe
from app.services.context import ServiceContext
from app.services.publication.exports import ExportError, export_release
from app.services.publication.releases import ARCHIVE, KeptRelease, find_release, list_releases
from app.services.publication.results import NoResultsError, results_root, study_digest
from app.services.response.monitoring import is_fielded
from app.storage import models, waves
from app.storage.types import table_of

_case = table_of(models.SurveyCase)
_interview = table_of(models.Interview)

LIVE = "live"
SNAPSHOTS = "snapshots"
TAKEN = "taken.json"
TAKEN_AT_ONCE = 2_500
"""Interviews up to which a first snapshot is taken while somebody waits for the page; it takes
some seconds. Of more it is a job."""
KEPT = 2
"""Snapshots that are kept: another process may just be reading the one before."""
MOVED_BY = Policy().minimum_cell
"""Interviews saved since, before a snapshot may be taken again: two snapshots that differ by fewer
are a difference under the minimum cell."""

_making = Lock()


class NoSnapshotError(NoResultsError):
    """There is no snapshot yet, and taking one is too much for a page."""

    def __init__(self) -> None:
        super().__init__("there is no snapshot of the answers yet: take one where tables are made")


@dataclass(frozen=True, slots=True)
class Opened:
    """A release read once: its weights and coded answers are kept from table to table."""

    release: Release = field(repr=False)
    shelf: WeightShelf = field(repr=False)
    bench: Bench = field(repr=False)
    lock: Lock = field(repr=False)

    @property
    def codebook(self) -> Codebook:
        """The variables of the release."""
        return self.release.codebook


@dataclass(frozen=True)
class Source:
    """A release that tables are made on, and what has to be said about it."""

    name: str
    """``live``, or the number of a frozen release: what an address says."""
    folder: Path = field(repr=False)
    recipes: Path = field(repr=False)
    waves: tuple[int, ...]
    taken_at: datetime | None
    saved_until: datetime | None
    """When the last answer in it was saved."""
    newer: int = 0
    """Interviews saved since it was taken."""
    published: Path | None = field(default=None, repr=False)
    """Cells of what was published of a frozen release: tables of it agree with that."""

    @property
    def live(self) -> bool:
        """Whether it is a snapshot, and no release that was frozen for good."""
        return self.name == LIVE

    @property
    def may_be_taken_again(self) -> bool:
        """Whether enough was saved since."""
        return self.live and self.newer >= MOVED_BY

    def open(self) -> Opened:
        """Read it, or find it read.

        Raises
        ------
        NoResultsError
            If it cannot be read or has no recipes of weights.
        """
        if not self.recipes.is_dir():
            raise NoResultsError("the study has no weighting recipes")
        try:
            return _opened(self.folder, self.recipes)
        except AnalysisError as error:
            raise NoResultsError(str(error)) from error

    def weights(self) -> list[Recipe]:
        """Return the recipes of weights."""
        return read_recipes(self.recipes)

    @property
    def key(self) -> str:
        """What tells it from every other release: 16 hexadecimal digits of its manifest."""
        return hashlib.sha256((self.folder / "manifest.json").read_bytes()).hexdigest()[:16]


@lru_cache(maxsize=3)
def _opened(folder: Path, recipes: Path) -> Opened:
    """Read once a process: what a release folder holds never changes."""
    release = read_release(folder)
    shelf = WeightShelf(release, recipes)
    return Opened(release, shelf, Bench(release, shelf), Lock())


def fielded_years(ctx: ServiceContext) -> tuple[int, ...]:
    """Return the waves that have been in the field, the first first."""
    with ctx.databases.research.read() as connection:
        return _fielded(connection)


def _fielded(connection: Connection) -> tuple[int, ...]:
    listed = waves.list_waves(connection)
    return tuple(one.year for one in listed if is_fielded(one) and one.version_id is not None)


def source_named(ctx: ServiceContext, name: str) -> Source | None:
    """Return the live snapshot or a frozen release; ``None`` where there is no such thing.

    A release that was withdrawn, or whose data were destroyed, is none to make tables of.
    """
    if name == LIVE:
        return live_source(ctx)
    kept = find_release(ctx, int(name)) if name.isascii() and name.isdigit() else None
    return _frozen(ctx, kept) if kept is not None and _serves(kept) else None


def frozen_sources(ctx: ServiceContext) -> list[Source]:
    """Return the frozen releases that tables can be made of, the newest first."""
    return [_frozen(ctx, one) for one in list_releases(ctx) if _serves(one)]


def _serves(kept: KeptRelease) -> bool:
    return kept.stands and kept.has_data and (kept.data / "manifest.json").is_file()


def _frozen(ctx: ServiceContext, kept: KeptRelease) -> Source:
    cells = kept.folder / ARCHIVE / "cells.json"
    return Source(
        name=str(kept.number),
        folder=kept.data,
        recipes=ctx.study / "weights",
        waves=kept.waves,
        taken_at=kept.made_at,
        saved_until=None,
        published=cells if cells.is_file() else None,
    )


def live_source(ctx: ServiceContext) -> Source:
    """Return the newest snapshot; the first one is taken now where that is done in seconds.

    Raises
    ------
    NoResultsError
        If no wave was in the field, or its answers cannot be exported.
    NoSnapshotError
        If there is none yet and a page cannot wait for it.
    """
    found = _newest(ctx)
    if found is not None:
        return found
    with ctx.databases.research.read() as connection:
        if _interviews(connection, _fielded(connection)) > TAKEN_AT_ONCE:
            raise NoSnapshotError
    return take_snapshot(ctx)


def take_snapshot(ctx: ServiceContext) -> Source:
    """Take a snapshot of all waves that have been in the field.

    Nothing is taken when fewer than `MOVED_BY` interviews were saved since the last one: that one
    is returned.

    Raises
    ------
    NoResultsError
        If no wave was in the field, or its answers cannot be exported.
    """
    with _making:
        there = _newest(ctx)
        if there is not None and not there.may_be_taken_again:
            return there
        with ctx.databases.research.snapshot() as connection:
            years = _fielded(connection)
            if not years:
                raise NoResultsError("no wave has been in the field")
            saved_until = _saved_until(connection, years)
        root = _root(ctx)
        now = ctx.clock.now()
        folder = root / f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        draft = folder.with_name(f".{folder.name}")
        told = {
            "taken_at": now.isoformat(),
            "saved_until": saved_until.isoformat() if saved_until else None,
            "study": study_digest(ctx.study),
            "waves": list(years),
        }
        try:
            export_release(ctx, years, draft)
            (draft / TAKEN).write_text(json.dumps(told), encoding="utf-8")
            draft.rename(folder)
        except (ExportError, AnalysisError) as error:
            raise NoResultsError(str(error)) from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        for old in _taken(root)[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)
    newest = _newest(ctx)
    if newest is None:
        raise NoResultsError("the snapshot is gone again: look once more")
    return newest


def _root(ctx: ServiceContext) -> Path:
    root = results_root(ctx) / SNAPSHOTS
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root


def _taken(root: Path) -> list[Path]:
    return sorted(path for path in root.glob("[0-9]*") if (path / TAKEN).exists())


def _newest(ctx: ServiceContext) -> Source | None:
    """The newest snapshot of the waves and recipes as they are; others are of no use any more."""
    with ctx.databases.research.read() as connection:
        years = _fielded(connection)
        for folder in reversed(_taken(_root(ctx))):
            told = json.loads((folder / TAKEN).read_text(encoding="utf-8"))
            if tuple(told["waves"]) == years and told["study"] == study_digest(ctx.study):
                taken_at = datetime.fromisoformat(told["taken_at"])
                until = told["saved_until"]
                return Source(
                    name=LIVE,
                    folder=folder,
                    recipes=ctx.study / "weights",
                    waves=years,
                    taken_at=taken_at,
                    saved_until=datetime.fromisoformat(until) if until else None,
                    newer=_interviews(connection, years, since=taken_at),
                )
    return None


def _interviews(
    connection: Connection, years: Sequence[int], *, since: datetime | None = None
) -> int:
    """Count interviews; with ``since`` those that were saved to after it."""
    counted = (
        select(func.count())
        .select_from(_interview)
        .join(_case, _interview.c.case_id == _case.c.id)
        .where(_case.c.wave.in_(years))
    )
    if since is not None:
        counted = counted.where(_interview.c.last_saved_at > since)
    return int(connection.execute(counted).scalar_one())


def _saved_until(connection: Connection, years: Sequence[int]) -> datetime | None:
    found: datetime | None = connection.execute(
        select(func.max(_interview.c.last_saved_at))
        .join_from(_interview, _case, _interview.c.case_id == _case.c.id)
        .where(_case.c.wave.in_(years))
    ).scalar_one()
    return found
