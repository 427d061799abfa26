"""Versions of the plain summary: kept one by one, each with who wrote it and when, none changed.

``DIR/summaries/<wave>/<number>.json``. Two people who edit at the same time do not overwrite each
other: who saves second is told, because a version follows on the one it was made from.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from analysis.book import Book
from analysis.report.html import write_html
from analysis.report.pdf import write_pdf
from analysis.summary import summary_text
from analysis.table_notes import synthetic_sentence
from analysis.wording import Wording
from app.services.context import ServiceContext
from app.services.publication.releases import (
    KeptRelease,
    ReleaseError,
    find_release,
    list_releases,
    write_once,
)
from app.services.publication.summary_text import (
    Edit,
    EditedSummary,
    Material,
    compose,
    look_at_all,
    material_of,
)
from app.storage import audit

FOLDER = "summaries"
FORMATS = ("html", "pdf", "txt")


class SummaryError(Exception):
    """What was asked of a summary cannot be done; nothing was changed."""


class ChangedMeanwhileError(SummaryError):
    """Somebody saved a version since the page was made."""


@dataclass(frozen=True)
class Version:
    """One version of the summary of a wave."""

    wave: int
    number: int
    at: datetime
    by: str
    edit: Edit


def releases_for(ctx: ServiceContext, wave: int | None = None) -> list[KeptRelease]:
    """Return the releases that a summary can be written from, the newest first.

    A summary is about the last wave of its release.
    """
    found = []
    for kept in list_releases(ctx):
        if not kept.stands or not kept.has_findings or (wave and max(kept.waves) != wave):
            continue
        try:
            material_of(kept)
        except ReleaseError:
            continue
        found.append(kept)
    return found


def versions_of(ctx: ServiceContext, wave: int) -> list[Version]:
    """Return all versions of the summary of a wave, the newest first."""
    root = _root(ctx, wave)
    if root is None or not root.is_dir():
        return []
    files = [path for path in root.glob("*.json") if path.stem.isascii() and path.stem.isdigit()]
    return [_read(path) for path in sorted(files, key=lambda one: -int(one.stem))]


def version_of(ctx: ServiceContext, wave: int, number: int) -> Version | None:
    """Return one version."""
    root = _root(ctx, wave)
    path = root / f"{number}.json" if root is not None else None
    return _read(path) if path is not None and path.is_file() else None


def summary_of(ctx: ServiceContext, version: Version) -> EditedSummary:
    """Return the summary as a version leaves it.

    Raises
    ------
    SummaryError
        If its release is gone.
    """
    return compose(_material(ctx, version.edit.release), version.edit)


def newer_release(ctx: ServiceContext, version: Version) -> KeptRelease | None:
    """Return the newest release of the same wave, where it is newer than that of the version."""
    newest = next(iter(releases_for(ctx, version.wave)), None)
    return newest if newest is not None and newest.number > version.edit.release else None


def begin(ctx: ServiceContext, release: int, *, by: str, staff_id: UUID) -> Version:
    """Store the draft of a release as the first version of the summary of its wave.

    Raises
    ------
    SummaryError
        If the release gives no summary, or there is one already.
    """
    material = _material(ctx, release)
    drafted = compose(material, Edit(release))
    edit = Edit(release, looked=look_at_all(drafted))
    return save(ctx, material.wave, edit, after=0, by=by, staff_id=staff_id)


def take_numbers_of(
    ctx: ServiceContext, version: Version, release: int, *, by: str, staff_id: UUID
) -> Version:
    """Store a version with the numbers of another release; sentences that changed are marked.

    Raises
    ------
    SummaryError
        If the release gives no summary of this wave, or somebody saved a version meanwhile.
    """
    if _material(ctx, release).wave != version.wave:
        raise SummaryError(f"release {release} is not about wave {version.wave}")
    edit = replace(version.edit, release=release)
    return save(ctx, version.wave, edit, after=version.number, by=by, staff_id=staff_id)


def save(
    ctx: ServiceContext, wave: int, edit: Edit, *, after: int, by: str, staff_id: UUID
) -> Version:
    """Store a version that follows on another one and return it.

    Raises
    ------
    ChangedMeanwhileError
        If there is a later one than ``after``.
    SummaryError
        If the installation has no data directory.
    """
    root = _root(ctx, wave)
    if root is None:
        raise SummaryError("summaries are kept in the data directory: name it with --data")
    if (latest := versions_of(ctx, wave)) and latest[0].number != after:
        raise ChangedMeanwhileError(f"version {latest[0].number} was saved meanwhile")
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    version = Version(wave, after + 1, ctx.clock.now(), by, edit)
    try:
        write_once(
            root / f"{version.number}.json",
            {"wave": wave, "number": version.number, "at": version.at.isoformat(), "by": by}
            | {"edit": edit.to_json()},
        )
    except FileExistsError:
        raise ChangedMeanwhileError(f"version {version.number} was saved meanwhile") from None
    with ctx.databases.research.write() as connection:
        audit.append_audit(
            connection,
            at=version.at,
            staff_id=staff_id,
            action="summary.saved",
            subject=f"wave {wave}",
            detail={"version": version.number, "release": edit.release},
        )
    return version


# --- files ----------------------------------------------------------------------------------------


def summary_file(ctx: ServiceContext, version: Version, format_: str) -> bytes:
    """Return a version as a file: ``txt``, ``html`` or ``pdf``.

    Raises
    ------
    SummaryError
        If there is no such format, or its release is gone.
    """
    if format_ not in FORMATS:
        raise SummaryError(f"there is no format {format_}")
    kept = _kept(ctx, version.edit.release)
    printed = summary_of(ctx, version).printed
    if format_ == "txt":
        marks = [synthetic_sentence(Wording("nl")), ""] if kept.synthetic else []
        return "\n".join([*marks, summary_text(printed)]).encode()
    book = _book(kept, version, printed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"summary.{format_}"
        if format_ == "html":
            write_html(book, path)
        else:
            write_pdf(book, path, twin="summary.html")
        return path.read_bytes()


def _book(kept: KeptRelease, version: Version, printed: object) -> Book:
    say = Wording("nl")
    material = material_of(kept)
    title = material.codebook.title.get("nl", kept.study) if material.codebook.title else kept.study
    return Book(
        language="nl",
        title=title,
        subtitle=say.ngettext("Wave %(waves)s", "Waves %(waves)s", 1, waves=str(version.wave)),
        waves=(version.wave,),
        synthetic=kept.synthetic,
        version={"Release": str(kept.number), "Versie": f"{version.number} ({version.by})"},
        chapters=(),
        summary=printed,
    )


# --- where they lie -------------------------------------------------------------------------------


def _root(ctx: ServiceContext, wave: int) -> Path | None:
    folder = ctx.settings.data_dir
    return None if folder is None else folder / FOLDER / str(wave)


def _read(path: Path) -> Version:
    told = json.loads(path.read_text(encoding="utf-8"))
    at = datetime.fromisoformat(told["at"])
    return Version(told["wave"], told["number"], at, told["by"], Edit.from_json(told["edit"]))


def _kept(ctx: ServiceContext, release: int) -> KeptRelease:
    kept = find_release(ctx, release)
    if kept is None:
        raise SummaryError(f"there is no release {release}")
    return kept


def _material(ctx: ServiceContext, release: int) -> Material:
    try:
        return material_of(_kept(ctx, release))
    except ReleaseError as error:
        raise SummaryError(str(error)) from error


def waves_with_summary(ctx: ServiceContext) -> Sequence[int]:
    """Return the waves that have a summary or a release to write one from, the latest first."""
    found = {max(one.waves) for one in releases_for(ctx)}
    if ctx.settings.data_dir is not None:
        root = ctx.settings.data_dir / FOLDER
        found |= {int(one.name) for one in root.glob("*") if one.name.isdigit()}
    return sorted(found, reverse=True)
