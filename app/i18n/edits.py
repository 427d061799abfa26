"""What translators change on the site: a log beside the catalogs that come with the program.

The catalogs of the program are never written by the site: the next version would overwrite them, or
be overwritten. Each language and catalog has a log of its own (``ar.perspectief.jsonl``), to which
lines are only ever added: who, when, which string, which words, in what state. From both follow the
catalogs as they stand today (`current_catalogs`), a folder that everything else reads like the one
that was shipped.

An edit holds as long as the program's own catalog still says what it said when the edit was made.
A catalog that says something else has been through a repository since, and has seen the edit.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog

from app.i18n.catalogs import catalog_text, read_catalog
from app.i18n.entries import Entry, entry_of
from app.i18n.remarks import Remarks, as_comments, read_state, source_hash

FOLDER = "translations"
"""In the data directory."""
CURRENT = "current"
"""Below it: the catalogs as they stand today, made from the rest."""
_LOCK, _BUILDING, _STAMP = ".lock", ".building", ".stamp"


class What(StrEnum):
    """What a line of the log says; stored as these words."""

    CHANGED = "changed"
    IMPORTED = "imported"
    REVIEWED = "reviewed"
    DOUBTED = "doubted"
    """Somebody wrote a question or took one away; the words are as they were."""
    SIGNED_OFF = "signed_off"


@dataclass(frozen=True, slots=True)
class Edit:
    """One string as somebody left it.

    ``over`` is `source_hash` of what the program's own catalog said then.
    """

    at: datetime
    by: str
    name: str
    what: What
    key: tuple[str, ...]
    translations: tuple[str, ...]
    remarks: Remarks
    over: str


@dataclass(frozen=True, slots=True)
class SignOff:
    """A named person answers for a part of a catalog, as it read then (``digest``)."""

    at: datetime
    by: str
    name: str
    part: str
    digest: str


def log_path(folder: Path, language: str, catalog: str) -> Path:
    """Where the log of a catalog lies, in the folder ``translations`` of the data directory."""
    return folder / f"{language}.{catalog}.jsonl"


def name_in_log(key: Sequence[str]) -> tuple[str, ...]:
    """What a string is known by: its context; without one, its source."""
    return (key[0],) if key[0] else tuple(key)


# --- the log --------------------------------------------------------------------------------------


@contextmanager
def locked(folder: Path, name: str = _LOCK) -> Iterator[None]:
    """Keep others from writing to the logs of a data directory meanwhile."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def add_to_log(folder: Path, language: str, catalog: str, lines: Iterable[Edit | SignOff]) -> None:
    """Add lines to a log, on the disk when this returns; only inside `locked`."""
    path = log_path(folder, language, catalog)
    text = "".join(json.dumps(_as_json(one), ensure_ascii=False) + "\n" for one in lines)
    with path.open("ab+") as file:
        if file.tell() and not _ends_whole(file.fileno(), file.tell()):
            # Power went while a line was written: what comes now begins a line of its own.
            text = "\n" + text
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


def read_log(folder: Path, language: str, catalog: str) -> list[Edit | SignOff]:
    """Return what was done to a catalog, in order; a line that was never finished is left out."""
    path = log_path(folder, language, catalog)
    found: list[Edit | SignOff] = []
    for line in path.read_bytes().split(b"\n") if path.exists() else ():
        try:
            found.append(_from_json(json.loads(line)))
        except (ValueError, KeyError, TypeError):
            continue
    return found


def latest(log: Iterable[Edit | SignOff]) -> dict[tuple[str, ...], Edit]:
    """Return the last edit of each string, by `name_in_log`."""
    return {name_in_log(one.key): one for one in log if isinstance(one, Edit)}


def signed_off(log: Iterable[Edit | SignOff]) -> dict[str, SignOff]:
    """Return who signed off each part last."""
    return {one.part: one for one in log if isinstance(one, SignOff)}


def _ends_whole(descriptor: int, size: int) -> bool:
    return os.pread(descriptor, 1, size - 1) == b"\n"


def _as_json(one: Edit | SignOff) -> Mapping[str, Any]:
    head = {"at": one.at.isoformat(), "by": one.by, "name": one.name}
    if isinstance(one, SignOff):
        return {**head, "what": What.SIGNED_OFF, "part": one.part, "digest": one.digest}
    remarks = one.remarks
    return {
        **head,
        "what": one.what,
        "key": list(one.key),
        "words": list(one.translations),
        "state": str(remarks.review or "draft"),
        "source": remarks.source,
        "doubts": list(remarks.doubts),
        "notes": list(remarks.notes),
        "over": one.over,
    }


def _from_json(line: Mapping[str, Any]) -> Edit | SignOff:
    at, by, name = datetime.fromisoformat(line["at"]), str(line["by"]), str(line["name"])
    what = What(line["what"])
    if what is What.SIGNED_OFF:
        return SignOff(at, by, name, str(line["part"]), str(line["digest"]))
    remarks = Remarks(
        review=read_state(line["state"]),
        source=line["source"],
        doubts=tuple(line["doubts"]),
        notes=tuple(line["notes"]),
    )
    key, words = tuple(map(str, line["key"])), tuple(map(str, line["words"]))
    if len(key) < 2:
        raise ValueError("a string has a context and a source")
    return Edit(at, by, name, what, key, words, remarks, str(line["over"]))


# --- both together --------------------------------------------------------------------------------


def holds(edit: Edit, shipped: Entry) -> bool:
    """Tell whether an edit stands over what the program's own catalog says."""
    return edit.over == source_hash(*shipped.translations) and len(edit.translations) == len(
        shipped.translations
    )


def merge(catalog: Catalog, edits: Mapping[tuple[str, ...], Edit]) -> Catalog:
    """Put the edits that hold into a catalog, and return that catalog.

    An edit of words whose source has changed since stays, marked as stale like any translation.
    """
    for message in (one for one in catalog if one.id):
        shipped = entry_of(message, Remarks())
        edit = edits.get(name_in_log(shipped.key))
        if edit is None or not holds(edit, shipped):
            continue
        plural = len(shipped.sources) > 1
        remarks = _with_was(edit, shipped)
        message.flags.discard("fuzzy")
        message.string = edit.translations if plural else edit.translations[0]
        message.user_comments = as_comments(remarks, translated=any(edit.translations))
    return catalog


def _with_was(edit: Edit, shipped: Entry) -> Remarks:
    remarks = edit.remarks
    if remarks.source in (None, source_hash(*shipped.sources)):
        return remarks
    return Remarks(remarks.review, remarks.source, edit.key[1], remarks.doubts, remarks.notes)


def current_catalogs(shipped: Path, folder: Path | None) -> Path:
    """Return the folder of the catalogs as they stand today.

    That is ``shipped`` itself as long as nobody has changed anything on this site. Otherwise the
    folder below ``folder`` (that of the logs), brought up to date first: a look at some forty files
    when it is, a second when it is not. Its files are replaced one by one, each whole.
    """
    if folder is None or not any(folder.glob("*.jsonl")):
        return shipped
    current = folder / CURRENT
    if not _is_fresh(shipped, folder):
        # Another lock than that of the logs: who writes to a log reads the catalogs meanwhile.
        with locked(folder, _BUILDING):
            # The stamp is taken before the files are read: what changes meanwhile is seen next.
            stamp = _stamp(shipped, folder)
            if not _is_fresh(shipped, folder):
                _build(shipped, folder)
                _put(current / _STAMP, stamp.encode())
    return current


def _is_fresh(shipped: Path, folder: Path) -> bool:
    stamp = folder / CURRENT / _STAMP
    return stamp.exists() and stamp.read_text(encoding="utf-8") == _stamp(shipped, folder)


def _stamp(shipped: Path, folder: Path) -> str:
    known = [
        (path.relative_to(root).as_posix(), path.stat())
        for root, pattern in ((shipped, "**/*"), (folder, "*.jsonl"))
        for path in sorted(root.glob(pattern))
        if path.is_file()
    ]
    return "\n".join(f"{name} {one.st_size} {one.st_mtime_ns}" for name, one in known)


def _build(shipped: Path, folder: Path) -> None:
    current = folder / CURRENT
    kept = {current / _STAMP}
    for path in sorted(one for one in shipped.rglob("*") if one.is_file()):
        target = current / path.relative_to(shipped)
        kept.add(target)
        _put(target, _content(path, folder))
    for path in [one for one in current.rglob("*") if one.is_file()]:
        if path not in kept:
            path.unlink()


def _content(path: Path, folder: Path) -> bytes:
    parts = path.parts[-3:]
    if path.suffix == ".po" and parts[1] == "LC_MESSAGES":
        log = read_log(folder, parts[0], path.stem)
        if log:
            return catalog_text(merge(read_catalog(path), latest(log))).encode()
    return path.read_bytes()


def _put(path: Path, content: bytes) -> None:
    """Replace a file as a whole; one that says the same keeps its time and is not read anew."""
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(content)
    fresh.replace(path)
