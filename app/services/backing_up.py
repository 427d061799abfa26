"""Backup and restore: both databases and the files of an installation, while it serves.

One zip: a manifest, a file of JSON lines per table, and the files of the data directory. Each
database is seen at one moment. No transaction spans both, so research is fixed a moment before
contacts: of everything that research knows, contacts then has its part.

The keys are no part of it. Whoever has a backup and the keys reads everything; they are written to
a file of their own, to be kept elsewhere.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID

from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, func, select

from app.clock import Clock
from app.key_file import FILE_NAME as KEYS
from app.services.held_after_restore import Doubtful, doubt_thanks, halt_mailings
from app.services.members.restored_news import note_restore
from app.services.messaging.lost_days import Halted
from app.services.privacy.erasing_again import finish, forget_again, to_forget
from app.services.privacy.erasure_list import FILE_NAME as ERASURES
from app.services.privacy.erasure_list import Erased, ErasureListError
from app.settings import Settings
from app.storage.audit import append_audit, verify_chain
from app.storage.engine import make_engine
from app.storage.migrate import METADATA, Schema, upgrade, upgrade_schema
from app.storage.moment import database_now
from app.storage.rows_as_lines import continue_numbering, insert_lines, lines_of
from app.storage.unit_of_work import Database, open_databases

MANIFEST = "manifest.json"
FORMAT = "perspectief-backup/1"
MADE = "backup.made"
"""How the audit log calls it; `app.services.accounts.installation` looks for it."""
_CHUNK = 1 << 20
_NOT_FILES = (".sqlite3", ".sqlite3-wal", ".sqlite3-shm", ".sqlite3-queue", ".new", ".lock")
_NOT_FOLDERS = frozenset({"letters", "rehearsals", "incentives", "heartbeats"})
"""Printed letters and lists for the post hold names and codes in plain words: they are destroyed,
not kept. Backups that have lists all the same are of an earlier program: those are left in them.
Workers that lived then do not live after a restore."""
_ORDER = (Schema.RESEARCH, Schema.CONTACTS)

Told = Callable[[str], None]


class BackupError(Exception):
    """A backup cannot be made or restored; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds."""

    made_at: str
    rows: int
    files: int
    bytes: int
    """Of the file."""
    halted: tuple[Halted, ...] = ()
    """Mailings that ran when the backup was made, and wait after it was restored."""
    erased_again: int = 0
    """People who were in the backup and had been erased since."""
    thanks: Doubtful = field(default_factory=Doubtful)


def back_up(settings: Settings, clock: Clock, file: Path, *, tell: Told = lambda _: None) -> Backup:
    """Write a backup of everything to a file, whole or not at all, readable by its owner only.

    Raises
    ------
    BackupError
        If the file is there already or lies in the data directory.
    """
    folder = settings.data_dir
    if file.exists():
        raise BackupError(f"{file} is there already")
    if folder is not None and file.resolve().is_relative_to(folder.resolve()):
        raise BackupError(f"{file} lies in the data directory: a backup belongs elsewhere")
    upgrade(settings.database_url, settings.contacts_url)
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "made_at": clock.now().isoformat(),
        "revisions": {},
        "tables": {},
        "files": {},
    }
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                _write_databases(settings, archive, manifest, tell)
                _write_files(folder, archive, manifest)
                archive.writestr(MANIFEST, json.dumps(manifest, indent=1, sort_keys=True))
            raw.flush()
            os.fsync(raw.fileno())
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
    rows = sum(one["rows"] for one in manifest["tables"].values())
    made = Backup(manifest["made_at"], rows, len(manifest["files"]), file.stat().st_size)
    _note(settings, made)
    return made


def _note(settings: Settings, made: Backup) -> None:
    """Put on record that there is a backup of this moment: who looks after it can see that."""
    databases = open_databases(settings.database_url, settings.contacts_url, pool_size=1)
    try:
        with databases.research.write() as connection:
            append_audit(
                connection,
                at=datetime.fromisoformat(made.made_at),
                staff_id=None,
                action=MADE,
                subject="installation",
                detail={"rows": made.rows, "files": made.files, "bytes": made.bytes},
            )
    finally:
        databases.close()


def _write_databases(
    settings: Settings, archive: zipfile.ZipFile, manifest: dict[str, Any], tell: Told
) -> None:
    databases = open_databases(settings.database_url, settings.contacts_url, pool_size=1)
    try:
        with ExitStack() as open_units:
            snapshots = {}
            for schema in _ORDER:
                connection = open_units.enter_context(_of(databases, schema).snapshot())
                # A snapshot begins with its first select.
                heads = MigrationContext.configure(connection).get_current_heads()
                manifest["revisions"][schema] = heads[0] if heads else None
                snapshots[schema] = connection
            for schema, connection in snapshots.items():
                for table in METADATA[schema].sorted_tables:
                    name = f"{schema}/{table.name}.jsonl"
                    tell(name)
                    entry = _put(archive, name, lines_of(connection, table))
                    manifest["tables"][name] = {**entry, "columns": [c.name for c in table.c]}
    finally:
        databases.close()


def _of(databases: Any, schema: Schema) -> Database:  # noqa: ANN401
    found: Database = databases.research if schema is Schema.RESEARCH else databases.contacts
    return found


def _put(archive: zipfile.ZipFile, name: str, chunks: Iterable[bytes]) -> dict[str, Any]:
    digest, count = hashlib.sha256(), 0
    with archive.open(name, "w", force_zip64=True) as target:
        for chunk in chunks:
            digest.update(chunk)
            target.write(chunk)
            count += 1
    return {"sha256": digest.hexdigest(), "rows": count}


def _write_files(folder: Path | None, archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    for path in _own_files(folder):
        name = f"files/{path.relative_to(folder or path).as_posix()}"
        manifest["files"][name] = {"sha256": _put(archive, name, _chunks(path))["sha256"]}


def _own_files(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.name != KEYS
        and not path.name.endswith(_NOT_FILES)
        and path.relative_to(folder).parts[0] not in _NOT_FOLDERS
    )


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while chunk := source.read(_CHUNK):
            yield chunk


def restore(
    settings: Settings,
    file: Path,
    *,
    erasures: Path | None = None,
    none_known: bool = False,
    tell: Told = lambda _: None,
) -> Backup:
    """Put a backup into databases and a data directory that are empty, whole or not at all.

    Everything in the file is compared with its manifest before anything is written, and the chain
    of the audit log is verified before anything is kept. Mailings that ran wait for approval. Who
    was erased since the backup was made is erased again before anything is committed.

    Parameters
    ----------
    erasures
        List of who was erased, of an installation that is gone; beside that of the data directory.
    none_known
        Restore real people also where there is no such list at all.

    Raises
    ------
    BackupError
        If the file is damaged or no backup, a database holds rows, the log's chain is broken, or
        nobody can tell who was erased since.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _verified(archive)
            _refuse_what_is_there(settings, manifest)
            forgotten = to_forget(
                settings, archive, manifest, erasures=erasures, none_known=none_known
            )
            rows, halted, again, thanks = _restore_databases(
                settings, archive, manifest, forgotten, tell
            )
            _restore_files(settings.data_dir, archive, manifest)
            finish(settings, forgotten, again)
    except ErasureListError as error:
        raise BackupError(str(error)) from error
    except (OSError, zipfile.BadZipFile) as error:
        raise BackupError(f"{file}: cannot be read as a backup ({type(error).__name__})") from error
    size = file.stat().st_size
    files = len(manifest["files"])
    return Backup(manifest["made_at"], rows, files, size, halted, len(again), thanks)


def _verified(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
    except (KeyError, ValueError) as error:
        raise BackupError("this is no backup: it has no manifest") from error
    if manifest.get("format") != FORMAT:
        raise BackupError(f"found format {manifest.get('format')!r}, expected {FORMAT}")
    for name, entry in {**manifest["tables"], **manifest["files"]}.items():
        digest = hashlib.sha256()
        try:
            with archive.open(name) as source:
                while chunk := source.read(_CHUNK):
                    digest.update(chunk)
        except (KeyError, zipfile.BadZipFile) as error:
            raise BackupError(f"the backup is damaged: {name} cannot be read") from error
        if digest.hexdigest() != entry["sha256"]:
            raise BackupError(f"the backup is damaged: {name} is not what was written")
    return manifest


def _refuse_what_is_there(settings: Settings, manifest: dict[str, Any]) -> None:
    folder = settings.data_dir
    for name in manifest["files"]:
        target = PurePosixPath(name).relative_to("files")
        if target.is_absolute() or ".." in target.parts:
            raise BackupError(f"the backup names a file outside its folder: {name}")
        if str(target) == ERASURES:
            continue  # the two lists are put together
        if folder is not None and (folder / target).exists():
            raise BackupError(f"{folder / target} is there already: restore into an empty folder")
    for schema, revision in manifest["revisions"].items():
        url = settings.database_url if schema == Schema.RESEARCH else settings.contacts_url
        engine = make_engine(url, pool_size=1)
        try:
            with engine.connect() as connection:
                if MigrationContext.configure(connection).get_current_heads():
                    _refuse_rows(connection, METADATA[Schema(schema)], schema)
        finally:
            engine.dispose()
        upgrade_schema(url, Schema(schema), revision or "head")


def _refuse_rows(connection: Connection, metadata: MetaData, schema: str) -> None:
    there = set(connection.dialect.get_table_names(connection))
    for table in metadata.sorted_tables:
        if (
            table.name in there
            and connection.execute(select(func.count()).select_from(table)).scalar()
        ):
            raise BackupError(
                f"the {schema} database holds rows ({table.name}): restore into an empty one"
            )


def _restore_databases(
    settings: Settings,
    archive: zipfile.ZipFile,
    manifest: dict[str, Any],
    forgotten: Sequence[Erased],
    tell: Told,
) -> tuple[int, tuple[Halted, ...], dict[UUID, dict[str, int]], Doubtful]:
    """Return how many rows came back, the mailings that wait now, who was erased again, thanks."""
    databases = open_databases(settings.database_url, settings.contacts_url, pool_size=1)
    rows = 0
    try:
        # Both units end together: contacts commits first, then research.
        with databases.research.write() as research, databases.contacts.write() as contacts:
            for schema, connection in ((Schema.RESEARCH, research), (Schema.CONTACTS, contacts)):
                tables = METADATA[schema].sorted_tables
                for table in tables:
                    name = f"{schema}/{table.name}.jsonl"
                    if name in manifest["tables"]:
                        tell(name)
                        entry = manifest["tables"][name]
                        with archive.open(name) as lines:
                            rows += insert_lines(connection, table, entry["columns"], lines)
                continue_numbering(connection, tables)
            if broken := verify_chain(research):
                raise BackupError(
                    f"the audit log does not hold at row {broken.seq}: {broken.reason}"
                )
            made_at = datetime.fromisoformat(manifest["made_at"])
            note_restore(research, made_at, now=database_now(research))
            halted = halt_mailings(research, manifest)
            again = forget_again(settings, research, contacts, forgotten)
            thanks = doubt_thanks(research, manifest)
    finally:
        databases.close()
    upgrade(settings.database_url, settings.contacts_url)
    return rows, halted, again, thanks


def _restore_files(folder: Path | None, archive: zipfile.ZipFile, manifest: dict[str, Any]) -> None:
    if folder is None:
        return
    for name in manifest["files"]:
        own = PurePosixPath(name).relative_to("files")
        target = folder / own
        # The list is written already, with who was erased since.
        if target == folder / ERASURES or own.parts[0] in _NOT_FOLDERS:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        with (
            archive.open(name) as source,
            tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as fresh,
        ):
            shutil.copyfileobj(source, fresh)
        Path(fresh.name).replace(target)
