"""Is anything of a person left? Everything that would give the person away, looked for everywhere.

What is looked for is gathered before the erasure and never written down: a proof says of what kind
a trace was and where it stood, not what it said. What is looked through: every byte of the files of
an SQLite database, every row of a PostgreSQL one, and every file of the data directory and of
folders that are named (logs, releases), also inside zip and gzip files.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from sqlalchemy import Connection
from sqlalchemy.engine import make_url

from app.panel.tokens import SHARED_FIELDS, contact_tokens, distinctive, forms_of
from app.questionnaire.code_frames import own_words
from app.questionnaire.model import Kind, Store
from app.services.context import ServiceContext
from app.services.invented.answering import OPERATION
from app.services.members import contacting
from app.services.privacy.erasure_list import FILE_NAME as ERASURES
from app.services.thanks import incentives_destinations
from app.storage import incentives
from app.storage.erasing import all_rows
from app.storage.migrate import Schema
from app.storage.traces import RowTraces, row_traces, version_ids, written_by_others
from app.storage.unit_of_work import Database

_CHUNK = 4 << 20
_LONGEST = 1_000
"""Bytes of a value that are looked for: its beginning finds it, and chunks overlap by as much."""
_OF_A_PROGRAM = OPERATION.format("")
_OPAQUE = (".pdf", ".png", ".jpg", ".mp3", ".woff2")
"""Files whose words do not stand in them as bytes: looked through all the same, and named."""
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_MOST_UNPACKED = 256 << 20


@dataclass(frozen=True)
class Traces:
    """What points at one person, by kind; in memory only."""

    person_id: UUID
    cases: tuple[UUID, ...]
    needles: Mapping[bytes, str] = field(repr=False)
    """Bytes in lower case → the kind of trace they are."""
    looked_for: Mapping[str, int] = field(default_factory=dict)
    """How many values of each kind."""
    too_common: Mapping[str, int] = field(default_factory=dict)
    """Values that many people have (a town, a house number, a chosen answer): proved by rows."""


@dataclass
class Scan:
    """What was looked through and what was found."""

    files: int = 0
    bytes: int = 0
    rows: int = 0
    found: list[dict[str, str]] = field(default_factory=list)
    """``{"where": file or table, "what": kind of trace}``"""
    opaque: list[str] = field(default_factory=list)
    made_before: list[dict[str, str]] = field(default_factory=list)
    """Releases that hold the person's pseudonym."""

    @property
    def clean(self) -> bool:
        """Whether nothing was found."""
        return not self.found

    def note(self, where: str, what: str) -> None:
        """Add a trace once."""
        entry = {"where": where, "what": what}
        if entry not in self.found:
            self.found.append(entry)


def gather(ctx: ServiceContext, person_id: UUID) -> Traces:
    """Return what points at a person now; of an erased one that is nothing."""
    fields, ciphertexts = contacting.everything_of(ctx, person_id)
    given = contacting.contact_answers_of(ctx, person_id)
    with ctx.databases.research.snapshot() as connection:
        rows = row_traces(connection, person_id)
        words, chosen = _own_words(ctx, connection, rows)
        written = _written_contacts(ctx, connection)
        shared = written_by_others(connection, rows.cases, [*words, *rows.staff_words])
    values: list[tuple[str, str]] = [
        (f"contact: {name.partition(':')[0]}", value) for name, value in contact_tokens(fields)
    ]
    values += [
        ("contact answer", one.value)
        for one in given
        if one.variable in written and distinctive(one.value)
    ]
    values += [("where a thank-you goes", one) for one in _destinations(ctx, person_id)]
    values += [("ciphertext", one) for one in ciphertexts]
    values += [("own words", one) for one in words if one not in shared]
    values += [
        ("words of staff", one)
        for one in rows.staff_words
        if one not in shared and distinctive(one)
    ]
    values += [
        (kind, one)
        for kind, marks in rows.marks.items()
        for one in marks
        if not one.startswith(_OF_A_PROGRAM)
    ]
    common = {
        "contact details": len(fields) - len(list(contact_tokens(fields))),
        "answers by code, number or date": chosen,
        "words that others wrote too": len(shared),
    }
    needles: dict[bytes, str] = {}
    for kind, value in values:
        for form in forms_of(value):
            needles.setdefault(form[:_LONGEST], kind)
    return Traces(
        person_id, rows.cases, needles, dict(Counter(kind for kind, _ in values)),
        {name: count for name, count in common.items() if count > 0},
    )  # fmt: skip


def _written_contacts(ctx: ServiceContext, connection: Connection) -> set[str]:
    """Return the contact questions of all versions that people answer in words of their own.

    A chosen way to be reached is no trace: everybody's version says its code.
    """
    return {
        item.var
        for version in version_ids(connection)
        for item in ctx.instruments.get(connection, version).items
        if item.store is Store.CONTACT and item.kind in (Kind.TEXT, Kind.OPEN)
    }


def _destinations(ctx: ServiceContext, person_id: UUID) -> list[str]:
    """What the person typed for a thank-you that waits: it may be no address of the panel."""
    with ctx.databases.research.read() as connection:
        ids = incentives.ids(incentives.of_person(connection, person_id))
    typed = incentives_destinations.read(ctx, ids).values()
    return sorted(
        {
            value
            for fields in typed
            for name, value in fields.items()
            if name not in SHARED_FIELDS and distinctive(value)
        }
    )


def _own_words(
    ctx: ServiceContext, connection: Connection, rows: RowTraces
) -> tuple[list[str], int]:
    """The person's own words, and how many other answers there are."""
    words, chosen = [], 0
    open_variables = {
        version: set(own_words(ctx.instruments.get(connection, version)))
        for version in {version for version, _, _ in rows.words}
    }
    for version, variable, value in rows.words:
        if variable in open_variables[version] and distinctive(value):
            words.append(value)
        else:
            chosen += 1
    return words, chosen


def look_through(ctx: ServiceContext, traces: Traces, *, also: Sequence[Path] = ()) -> Scan:
    """Look for a person in both databases, the data directory and other folders and files."""
    scan = Scan()
    folder = ctx.settings.data_dir
    for schema, database, url in (
        (Schema.RESEARCH, ctx.databases.research, ctx.settings.database_url),
        (Schema.CONTACTS, ctx.databases.contacts, ctx.settings.contacts_url),
    ):
        _look_in_database(scan, traces, schema, database, url)
    looked_in = _database_files(ctx)
    places = [(folder, folder)] if folder is not None else []
    places += [(one, one.parent) for one in also]
    for place, shown_from in places:
        for path in files_below(place):
            if path.name == ERASURES or path.resolve() in looked_in:
                continue
            _look_in_file(scan, traces, path, str(path.relative_to(shown_from)))
        scan.made_before += releases_with(place, traces.person_id)
    return scan


def files_below(place: Path) -> list[Path]:
    """Return the files of a folder, or the file itself, in order."""
    if place.is_file():
        return [place]
    return sorted(path for path in place.rglob("*") if path.is_file())


def _database_files(ctx: ServiceContext) -> set[Path]:
    """Return the files of SQLite databases in use: their bytes are read as databases are."""
    urls = (ctx.settings.database_url, ctx.settings.contacts_url)
    files = [make_url(url).database for url in urls if url.startswith("sqlite")]
    return {
        Path(f"{file}{end}").resolve() for file in files if file for end in ("", "-wal", "-shm")
    }


def _look_in_database(
    scan: Scan, traces: Traces, schema: Schema, database: Database, url: str
) -> None:
    file = make_url(url).database
    if database.engine.dialect.name == "sqlite" and file is not None:
        for path in (Path(file), Path(f"{file}-wal")):
            if path.exists():
                _look_in_file(
                    scan, traces, path, f"database {schema}{path.name[len(Path(file).name) :]}"
                )
        return
    with database.snapshot() as connection:
        for table, line in all_rows(connection, schema):
            scan.rows += 1
            _search(scan, traces, line.lower(), f"table {table}")


def _look_in_file(scan: Scan, traces: Traces, path: Path, name: str) -> None:
    scan.files += 1
    with path.open("rb") as source:
        _look_in_stream(scan, traces, source, name)
    if path.suffix.lower() in _OPAQUE:
        scan.opaque.append(name)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                with archive.open(member) as source:
                    _look_in_stream(scan, traces, source, f"{name}: {member.filename}")
    elif path.suffix == ".gz":
        with gzip.open(path) as source:
            _look_in_stream(scan, traces, source, name)
    elif path.suffix == ".pdf":
        for unpacked in _unpacked(path.read_bytes()):
            _look_in_stream(scan, traces, io.BytesIO(unpacked), name)


def _unpacked(content: bytes) -> Iterator[bytes]:
    for match in _STREAM.finditer(content):
        try:
            yield zlib.decompressobj().decompress(match[1], _MOST_UNPACKED)
        except zlib.error:
            continue


def _look_in_stream(scan: Scan, traces: Traces, source: BinaryIO | Any, name: str) -> None:  # noqa: ANN401
    before = b""
    while chunk := source.read(_CHUNK):
        scan.bytes += len(chunk)
        _search(scan, traces, before + chunk.lower(), name)
        before = chunk[-_LONGEST:].lower()


def _search(scan: Scan, traces: Traces, content: bytes, name: str) -> None:
    for needle, kind in traces.needles.items():
        if needle in content:
            scan.note(name, kind)


def releases_with(place: Path, person_id: UUID) -> Iterable[dict[str, str]]:
    """Yield the releases below a folder that were made while the person was known."""
    if not place.is_dir():
        return
    for manifest in sorted(place.rglob("manifest.json")):
        responses = manifest.with_name("responses.csv")
        if responses.exists() and person_id.hex.encode() in responses.read_bytes():
            made = datetime.fromtimestamp(manifest.stat().st_mtime, UTC)
            yield {
                "release": str(manifest.parent.relative_to(place)) or place.name,
                "made": made.date().isoformat(),
                "do": "export it again, and have everybody who holds it destroy it",
            }
