"""Between texts and sound files: the list a speaker reads from, and which file says which text.

A file is named for its text, with the first letters of the hash of the words. A recording that
was made from an old list then tells so by its name, and is refused.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from app.delivery.sound import FORMATS
from app.i18n.spoken import SpokenText, segments, unique
from app.services.open_ended.open_answers_files import guarded
from app.services.speech.audio import AudioCoverage

COLUMNS = ("file", "name", "kind", "read aloud", "text", "state", "hash")
TAG = 8
"""Letters of the hash in the name of a file."""
PAUSE = " … "
"""Stands in the list for what is filled in on the page; the speaker waits a moment there."""
MAX_LIST_BYTES = 5_000_000
MAX_NAME = 50
_TAGGED = re.compile(rf"(?P<slug>.+)\.(?P<tag>[0-9a-f]{{{TAG}}})")
_NOT_IN_NAMES = re.compile(r"[^a-z0-9_]+")


class ListError(Exception):
    """A list that cannot be read or written."""


class NoSuchTextError(Exception):
    """A file name that fits no text of today; the message says why."""


@dataclass(frozen=True, slots=True)
class Found:
    """A sound file, and the text it says."""

    where: str
    """For messages: the file, or the line of the list."""
    path: Path
    text: SpokenText


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a file is not taken."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


def file_name(text: SpokenText, ending: str = ".wav") -> str:
    """Return the name for the recording of a text: ``r_route-option-b1.3f2a9c1d.wav``."""
    return f"{_slug(text.name)}.{text.hash[:TAG]}{ending}"


def write_list(path: Path, coverage: AudioCoverage, *, recorded: bool = False) -> int:
    """Write what is to be recorded as a new CSV file, and return how many texts.

    ``recorded``: also what has a recording. Raises `ListError` when the file is there already.
    """
    states: Mapping[str, Iterable[SpokenText]] = {
        "none": coverage.none,
        "stale": coverage.stale,
        "draft": coverage.draft,
        "recorded": coverage.recorded if recorded else (),
    }
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    rows = 0
    for state, texts in states.items():
        for one in unique(texts):
            said = PAUSE.join(segments(one.text)).strip()
            cells = (file_name(one), one.name, one.kind, said, one.text, state, one.hash)
            writer.writerow(map(guarded, cells))
            rows += 1
    try:
        with path.open("x", encoding="utf-8-sig", newline="") as file:
            file.write(text.getvalue())
            os.fsync(file.fileno())
    except OSError as error:
        raise ListError(f"{path}: {error.strerror}") from error
    return rows


def match_files(
    files: Sequence[Path], texts: Sequence[SpokenText]
) -> tuple[list[Found], list[Fault]]:
    """Return which text each file says, and every file that says none; reads lists among them.

    Two files for one text are a fault of the second.
    """
    names = _Names(texts)
    found: dict[str, Found] = {}
    faults: list[Fault] = []
    for file in files:
        is_list = file.suffix.lower() == ".csv"
        fitting, wrong = _of_list(file, names) if is_list else _of_file(file, names)
        faults += wrong
        for one in fitting:
            before = found.setdefault(one.text.hash, one)
            if before is not one:
                faults.append(Fault(one.where, f"says the same text as {before.where}"))
    return list(found.values()), faults


class _Names:
    """The texts of today by everything a file may be named for."""

    def __init__(self, texts: Sequence[SpokenText]) -> None:
        self._by_name = {one.name: one for one in texts}
        self._by_tag = {one.hash[:TAG]: one for one in reversed(texts)}
        self._by_slug: dict[str, list[SpokenText]] = {}
        for one in texts:
            self._by_slug.setdefault(_slug(one.name), []).append(one)

    def by_name(self, name: str, hash_: str) -> SpokenText:
        """The text of a row of a list, if it still says the words that the list had."""
        text = self._by_name.get(name)
        if text is None:
            raise NoSuchTextError(f'there is no text "{name[:MAX_NAME]}"')
        told = hash_.strip().lower()
        if told and (len(told) < TAG or not text.hash.startswith(told)):
            raise NoSuchTextError("the text has changed since this list was made")
        return text

    def by_stem(self, stem: str) -> SpokenText:
        """The text a file is named for."""
        tagged = _TAGGED.fullmatch(stem.lower())
        if tagged and tagged["tag"] in self._by_tag:
            return self._by_tag[tagged["tag"]]
        fitting = self._by_slug.get(_slug(tagged["slug"] if tagged else stem), [])
        if tagged and fitting:
            raise NoSuchTextError("the text has changed since the list of this recording was made")
        if len({one.hash for one in fitting}) > 1:
            raise NoSuchTextError(
                "several texts have this name; use the name from audio export-list"
            )
        if not fitting:
            raise NoSuchTextError("no text of this language has this name")
        return fitting[0]


def _of_file(file: Path, names: _Names) -> tuple[list[Found], list[Fault]]:
    where = str(file)
    if file.suffix.lower() not in FORMATS:
        return [], [Fault(where, f"expected a name ending in {', '.join(FORMATS)} or .csv")]
    try:
        return [Found(where, file, names.by_stem(file.stem))], []
    except NoSuchTextError as error:
        return [], [Fault(where, str(error))]


def _of_list(file: Path, names: _Names) -> tuple[list[Found], list[Fault]]:
    try:
        rows = _rows(file)
    except ListError as error:
        return [], [Fault(str(file), str(error))]
    found, faults = [], []
    for line, row in rows:
        where = f"{file}:{line}"
        try:
            path = _beside(file, row["file"].strip())
            found.append(Found(where, path, names.by_name(row["name"], row.get("hash") or "")))
        except NoSuchTextError as error:
            faults.append(Fault(where, str(error)))
    return found, faults


def _rows(file: Path) -> list[tuple[int, dict[str, str]]]:
    """Rows that name a file, with their line; commas and semicolons are both understood."""
    try:
        if file.stat().st_size > MAX_LIST_BYTES:
            raise ListError(f"is larger than {MAX_LIST_BYTES} bytes")
        text = file.read_text(encoding="utf-8-sig")
        first = text.partition("\n")[0]
        delimiter = ";" if first.count(";") > first.count(",") else ","
        reader = csv.DictReader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
        if not {"file", "name"} <= set(reader.fieldnames or ()):
            raise ListError('expected columns "file" and "name"')
        return [(reader.line_num, row) for row in reader if row["file"] and row["name"]]
    except OSError as error:
        raise ListError(f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ListError("is not UTF-8; save it as CSV UTF-8") from error
    except csv.Error as error:
        raise ListError(f"is not CSV: {error}") from error


def _beside(file: Path, name: str) -> Path:
    """The sound file of a row, which stays in the folder of its list: lists come by e-mail."""
    folder = file.parent.resolve()
    path = (folder / name.replace("\\", "/")).resolve() if "\0" not in name else folder
    if not path.is_relative_to(folder) or path == folder:
        raise NoSuchTextError("names a file outside the folder of the list")
    if path.suffix.lower() not in FORMATS:
        raise NoSuchTextError(f"expected a file ending in {', '.join(FORMATS)}")
    return path


def _slug(name: str) -> str:
    return _NOT_IN_NAMES.sub("-", name.lower()).strip("-")[:MAX_NAME].strip("-")
