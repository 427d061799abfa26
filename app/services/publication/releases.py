"""Frozen releases as they are kept: numbered, read-only, with who made each, when and why.

``DIR/releases/<number>`` holds what `release_making` put there: ``data`` (the release
folder that analysis reads), ``publication`` (tables and report after disclosure control) with its
archive beside it, ``microdata``, ``weights``, and ``release.json`` with the hash of every file.
What happens to a release later lies in files beside that one: it is withdrawn, or its data go
because a person in it asked to be forgotten. A number is never given twice.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from app.services.context import ServiceContext
from app.storage import audit

FOLDER = "releases"
RECORD = "release.json"
WITHDRAWN = "withdrawn.json"
WITHOUT_DATA = "data-destroyed.json"
DATA, PUBLICATION, ARCHIVE = "data", "publication", "publication.archive"
MICRODATA, WEIGHTS = "microdata", "weights"
DIAGNOSTICS, PICTURES, NUMBERS = "diagnostics.json", "pictures.json", "findings.json"
CODEBOOK = "codebook.json"
PERSON_PARTS = (DATA, MICRODATA)
"""What can be fetched, and which of it has a row for each person."""
ABOUT_PERSONS = (DATA, MICRODATA, WEIGHTS, f"{ARCHIVE}/{DATA}")
"""What goes when a person in it is forgotten. Counts and tables stay: nobody stands in them."""
READ_ONLY = 0o400
_CHUNK = 1 << 20


class ReleaseError(Exception):
    """What was asked of a release cannot be done; the message says why, in English."""


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of a release as it was written down when the release was made."""

    part: str
    """Folder inside the release, such as `PUBLICATION`."""
    name: str
    sha256: str
    bytes: int
    rows: int | None
    """Rows of a CSV file below its header; ``None`` where that says nothing."""


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Why a release is not to be used any more."""

    at: datetime
    by: str
    why: str
    given_out: bool
    """Whether somebody outside the team may have it: then later ones are still held against it."""


@dataclass(frozen=True)
class KeptRelease:
    """One release as it lies in the data directory."""

    number: int
    folder: Path = field(repr=False)
    waves: tuple[int, ...]
    wave_status: Mapping[int, str]
    """How each wave stood when the release was made."""
    made_at: datetime
    by: str
    why: str
    plan: str | None
    """Name of the table plan; ``None`` for a release of data only."""
    plan_kept: bool
    """It was a plan that somebody kept on the site, and no file of the study."""
    languages: tuple[str, ...]
    study: str
    synthetic: bool
    code_version: str
    analysis_sha256: str
    versions: tuple[Mapping[str, Any], ...]
    """Published questionnaires: wave, number, id."""
    people: int
    """Interviews in ``responses.csv``."""
    files: tuple[KeptFile, ...] = field(repr=False)
    withdrawn: Withdrawal | None
    data_destroyed_at: datetime | None
    """When somebody in it was forgotten, and its data went."""

    @property
    def is_published(self) -> bool:
        """Whether it has tables and a report."""
        return self.plan is not None

    @property
    def has_findings(self) -> bool:
        """Whether it has the findings of the study: tables that somebody kept have none."""
        return self.is_published and not self.plan_kept

    @property
    def has_data(self) -> bool:
        """Whether the rows of persons are still there."""
        return self.data_destroyed_at is None

    @property
    def stands(self) -> bool:
        """Whether it may be used: nobody withdrew it."""
        return self.withdrawn is None

    @property
    def data(self) -> Path:
        """The release folder that `analysis` reads."""
        return self.folder / DATA

    @property
    def publication(self) -> Path:
        """The edition that was made of it."""
        return self.folder / PUBLICATION

    def part(self, name: str) -> list[KeptFile]:
        """Return the files of one folder."""
        return [one for one in self.files if one.part == name]


@dataclass(frozen=True, slots=True)
class Checked:
    """A file and what its bytes say now: ``as_made``, ``changed``, ``missing`` or ``destroyed``."""

    file: KeptFile
    verdict: str


def root_of(ctx: ServiceContext) -> Path:
    """Return the folder of the releases.

    Raises
    ------
    ReleaseError
        If the installation has no data directory.
    """
    if ctx.settings.data_dir is None:
        raise ReleaseError("releases are kept in the data directory: name it with --data")
    return ctx.settings.data_dir / FOLDER


def list_releases(ctx: ServiceContext) -> list[KeptRelease]:
    """Return all releases, the newest first, withdrawn ones too."""
    if ctx.settings.data_dir is None:
        return []
    return [read_kept(folder) for folder in reversed(list(_folders(root_of(ctx))))]


def find_release(ctx: ServiceContext, number: int) -> KeptRelease | None:
    """Return a release, or ``None`` when there is none with that number."""
    if ctx.settings.data_dir is None:
        return None
    folder = root_of(ctx) / str(number)
    return read_kept(folder) if (folder / RECORD).is_file() else None


def file_of(kept: KeptRelease, part: str, name: str) -> Path | None:
    """Return where a file lies that the record lists; anything else is not there."""
    listed = any(one.part == part and one.name == name for one in kept.files)
    path = kept.folder / part / name
    return path if listed and path.is_file() else None


def verify(kept: KeptRelease) -> list[Checked]:
    """Compute the SHA-256 of every file again and hold it against the record."""
    return [Checked(one, _verdict(kept, one)) for one in kept.files]


def withdraw(
    ctx: ServiceContext, number: int, *, why: str, given_out: bool, by: str, staff_id: UUID
) -> KeptRelease:
    """Say that a release is not to be used; it stays listed, and nothing of it is deleted.

    Raises
    ------
    ReleaseError
        If there is no such release, no reason is given, or it was withdrawn before.
    """
    kept = find_release(ctx, number)
    if kept is None:
        raise ReleaseError(f"there is no release {number}")
    if kept.withdrawn is not None:
        raise ReleaseError(f"release {number} was withdrawn before")
    if not why.strip():
        raise ReleaseError("a reason is needed")
    now = ctx.clock.now()
    told = {"at": now.isoformat(), "by": by, "why": why.strip(), "given_out": given_out}
    try:
        write_once(kept.folder / WITHDRAWN, told)
    except FileExistsError:
        raise ReleaseError(f"release {number} was withdrawn before") from None
    with ctx.databases.research.write() as connection:
        audit.append_audit(
            connection,
            at=now,
            staff_id=staff_id,
            action="release.withdrawn",
            subject=f"release {number}",
            detail={"by": by, "why": why.strip(), "given_out": given_out},
        )
    return read_kept(kept.folder)


def bind_later(ctx: ServiceContext, waves: tuple[int, ...]) -> list[KeptRelease]:
    """Return the publications that one of these waves must be held against, the oldest first.

    People may lay the two side by side. One that was withdrawn before anybody had it binds nobody.
    """
    return [
        one
        for one in reversed(list_releases(ctx))
        if one.is_published
        and set(one.waves) & set(waves)
        and (one.withdrawn is None or one.withdrawn.given_out)
        and (one.folder / ARCHIVE / "cells.json").is_file()
    ]


def kept_pictures(kept: KeptRelease) -> list[dict[str, Any]]:
    """Return what the weights of a release look like, as `weight_pictures` wrote it down."""
    found: list[dict[str, Any]] = json.loads((kept.folder / PICTURES).read_text(encoding="utf-8"))
    return found


def kept_numbers(kept: KeptRelease) -> list[dict[str, Any]]:
    """Return the published findings of a release; none where it has no tables."""
    path = kept.folder / NUMBERS
    if not path.is_file():
        return []
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


# --- the files ------------------------------------------------------------------------------------


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as source:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def write_once(path: Path, content: Mapping[str, Any]) -> None:
    """Write a record that is never written again; `FileExistsError` where it is there already."""
    with path.open("x", encoding="utf-8", newline="\n") as out:
        out.write(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    path.chmod(READ_ONLY)


def read_kept(folder: Path) -> KeptRelease:
    """Return the release in a folder."""
    told = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    return KeptRelease(
        number=int(told["number"]),
        folder=folder,
        waves=tuple(told["waves"]),
        wave_status={int(year): status for year, status in told["wave_status"].items()},
        made_at=datetime.fromisoformat(told["made_at"]),
        by=told["by"],
        why=told["why"],
        plan=told["plan"],
        plan_kept=told.get("plan_kept", False),
        languages=tuple(told["languages"]),
        study=told["study"],
        synthetic=told["synthetic"],
        code_version=told["code_version"],
        analysis_sha256=told["analysis_sha256"],
        versions=tuple(told["instrument_versions"]),
        people=told["people"],
        files=tuple(
            KeptFile(one["part"], one["name"], one["sha256"], one["bytes"], one.get("rows"))
            for one in told["files"]
        ),
        withdrawn=_withdrawal(folder / WITHDRAWN),
        data_destroyed_at=_moment_in(folder / WITHOUT_DATA),
    )


def _withdrawal(path: Path) -> Withdrawal | None:
    if not path.is_file():
        return None
    told = json.loads(path.read_text(encoding="utf-8"))
    return Withdrawal(
        datetime.fromisoformat(told["at"]), told["by"], told["why"], told["given_out"]
    )


def _moment_in(path: Path) -> datetime | None:
    if not path.is_file():
        return None
    return datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["at"])


def _folders(root: Path) -> Iterator[Path]:
    """The finished releases, by number."""
    if not root.is_dir():
        return
    numbered = [one for one in root.iterdir() if one.name.isascii() and one.name.isdigit()]
    for folder in sorted(numbered, key=lambda one: int(one.name)):
        if (folder / RECORD).is_file():
            yield folder


def _verdict(kept: KeptRelease, file: KeptFile) -> str:
    path = kept.folder / file.part / file.name
    if not path.is_file():
        return "destroyed" if not kept.has_data and file.part in ABOUT_PERSONS else "missing"
    return "as_made" if sha256_of(path) == file.sha256 else "changed"


def remove(folder: Path) -> None:
    """Destroy a folder of read-only files."""
    shutil.rmtree(folder, ignore_errors=True)
