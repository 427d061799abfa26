"""A register file as rows of text: CSV in the encodings of Dutch offices, or XLSX; within limits.

Nothing is calculated and nothing is guessed without being told: what the file was read as is part
of the table. Rows are read one at a time.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from charset_normalizer import from_bytes

from app.panel.sample_file_hidden import NOTHING_HIDDEN, Hidden
from app.panel.sample_file_xlsx import is_workbook, workbook_rows
from app.panel.sample_limits import (
    LONGEST_CELL,
    TOO_LONG,
    Limits,
    SampleFileError,
    megabytes,
)

SEPARATORS = {";": "semicolon", ",": "comma", "\t": "tab", "|": "bar"}
ENCODINGS = ("utf-8", "utf-16", "cp1252", "cp1254", "cp1256")
"""What may be asked for by name: Unicode, and Windows for western, Turkish and Arabic letters."""

_TURKISH = frozenset("ĞİŞğış".encode("cp1254"))
"""The six bytes by which Windows-1254 differs from 1252, where they are Icelandic letters."""
_WORDS = re.compile(rb"[\x80-\xff]{3,}")
"""Whole words beyond ASCII: of Arabic most letters are in such, of Turkish or French none."""
_WINDOWS = ["cp1252", "cp1254", "cp1256"]
_CHUNK = 1 << 20
_SAMPLE = 200_000
_BOMS = (
    # The longer one first: UTF-32 begins like UTF-16.
    (codecs.BOM_UTF32_LE, None),
    (codecs.BOM_UTF32_BE, None),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?")
_LONGEST_LINE = 200_000


@dataclass(frozen=True, slots=True)
class SampleTable:
    """A header, rows with their numbers (as a spreadsheet counts them), and how they were read."""

    header: tuple[str, ...] = field(repr=False)
    rows: Iterator[tuple[int, list[str]]] = field(repr=False)
    read_as: str
    """Such as "CSV, windows-1252, semicolon"; for whoever must see that it was right."""
    hidden: Hidden = NOTHING_HIDDEN


def read_bytes(path: Path, limits: Limits) -> bytes:
    """Return a file that is not too large; its size is asked before anything is read."""
    size = path.stat().st_size
    if size > limits.bytes:
        raise SampleFileError(
            f"the file is {megabytes(size)}, at most {megabytes(limits.bytes)} is read;"
            " leave out columns, or allow more with --max-mb"
        )
    with path.open("rb") as file:
        data = file.read(size + 1)
    if len(data) > size:
        raise SampleFileError("the file grew while it was read")
    if not data or data.isspace():
        raise SampleFileError("the file is empty")
    return data


def open_table(
    data: bytes, limits: Limits, *, encoding: str | None = None, sheet: str | None = None
) -> SampleTable:
    """Return the table in some bytes.

    Raises
    ------
    SampleFileError
        If it is no table, is too large, or cannot be decoded; also while rows are read.
    """
    hidden = NOTHING_HIDDEN
    if is_workbook(data):
        name, numbered, hidden = workbook_rows(data, limits, sheet)
        read_as = f'XLSX, sheet "{name}"'
    else:
        found = encoding or _encoding_of(data)
        separator, numbered = _csv_rows(data, found)
        shown = found.replace("cp12", "windows-12").removesuffix("-sig")
        read_as = f"CSV, {shown}, {SEPARATORS[separator]}"
    limited = _limited(numbered, limits)
    header = next(limited, None)
    if header is None:
        raise SampleFileError("the file holds no header")
    names = tuple(one.strip() for one in header[1])
    while names and not names[-1]:
        names = names[:-1]
    if not 1 <= len(names) <= limits.columns:
        raise SampleFileError(
            f"the header has {len(names)} columns, expected 1 to {limits.columns}"
        )
    if TOO_LONG in names:
        raise SampleFileError(f"the header has a cell of more than {LONGEST_CELL:,} characters")
    return SampleTable(names, limited, read_as, hidden)


def _limited(
    rows: Iterator[tuple[int, list[str]]], limits: Limits
) -> Iterator[tuple[int, list[str]]]:
    """Rows that hold anything, until there are too many."""
    count = -1
    for number, cells in rows:
        if not any(map(str.strip, cells)):
            continue
        count += 1
        if count > limits.rows:
            raise SampleFileError(f"the file has more than {limits.rows:,} rows")
        yield number, cells


def _encoding_of(data: bytes) -> str:
    for bom, name in _BOMS:
        if data.startswith(bom):
            if name is None:
                raise SampleFileError("the file is UTF-32; save it as UTF-8")
            return name
    if data[:4].count(0) in (2, 3):
        # Every second byte is NUL: UTF-16 whose mark got lost.
        return "utf-16-le" if data[0] else "utf-16-be"
    if data[:200].count(0) > 2:
        raise SampleFileError("the file is neither text nor XLSX")
    fault, seen = _utf8_fault(data)
    if fault is None:
        return "utf-8"
    if seen >= 3:
        line = data.count(b"\n", 0, fault) + 1
        raise SampleFileError(
            f"line {line} is not UTF-8, while {seen} letters before it are:"
            " the file mixes encodings; save it as UTF-8 again, or name one with --encoding"
        )
    lines = [one for one in data[: 50 * _SAMPLE].splitlines() if not one.isascii()]
    text = b"\n".join(lines)[:_SAMPLE]
    # The statistics behind `from_bytes` want prose; names are few and short.
    if sum(map(len, _WORDS.findall(text))) > sum(one > 127 for one in text) / 2:
        return "cp1256"
    if len(_TURKISH.intersection(text)) > 1:
        return "cp1254"
    best = from_bytes(text, cp_isolation=_WINDOWS, threshold=0.9).best()
    # Where letters tell nothing, as in a file with three names: what Dutch offices have.
    return best.encoding if best is not None and best.encoding in _WINDOWS else "cp1252"


def _utf8_fault(data: bytes) -> tuple[int | None, int]:
    """Where the bytes stop being UTF-8, if they do, and how many other letters came before."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    seen = 0
    view = memoryview(data)
    for start in range(0, len(data), _CHUNK):
        chunk = bytes(view[start : start + _CHUNK])
        pending = len(decoder.getstate()[0])
        try:
            text = decoder.decode(chunk, final=start + _CHUNK >= len(data))
        except UnicodeDecodeError as error:
            before = bytes(error.object[: error.start]).decode()
            return start - pending + error.start, seen + sum(not c.isascii() for c in before)
        seen += 0 if text.isascii() else sum(not c.isascii() for c in text)
    return None, seen


def _csv_rows(data: bytes, encoding: str) -> tuple[str, Iterator[tuple[int, list[str]]]]:
    # newline="": the reader itself takes every kind of line end, also mixed.
    text = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors="strict", newline="")
    first = _decoded_line(text, encoding)
    said = _SEPARATOR_LINE.fullmatch(first)
    skipped = 0
    if said and said[1] in SEPARATORS:
        separator, skipped = said[1], 1
    else:
        separator = _separator_of(first)
        text.seek(0)
    return separator, _read_csv(text, separator, encoding, skipped)


def _decoded_line(text: io.TextIOWrapper, encoding: str) -> str:
    try:
        line = text.readline(_LONGEST_LINE)
    except (UnicodeError, LookupError) as error:
        raise SampleFileError(f"the file is not {encoding}") from error
    if len(line) == _LONGEST_LINE:
        raise SampleFileError(f"the first line has more than {_LONGEST_LINE:,} characters")
    return line


def _separator_of(line: str) -> str:
    """The separator that makes the most columns of the header."""
    widths = {}
    for separator in SEPARATORS:
        try:
            cells = next(csv.reader([line], delimiter=separator, strict=True), [])
        except csv.Error:
            cells = []
        widths[separator] = len(cells)
    return max(widths, key=lambda one: widths[one])


def _read_csv(
    text: io.TextIOWrapper, separator: str, encoding: str, skipped: int
) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(text, delimiter=separator, strict=True)
    number = skipped
    try:
        for cells in reader:
            number += 1
            if any(len(one) > LONGEST_CELL for one in cells):
                # A fault of its row and column; nothing so long is carried along.
                cells = [TOO_LONG if len(one) > LONGEST_CELL else one for one in cells]
            yield number, cells
    except csv.Error as error:
        raise SampleFileError(
            f"row {number + 1} is no CSV: a quotation mark stands inside a cell or is not closed"
        ) from error
    except UnicodeError as error:
        raise SampleFileError(
            f"row {number + 1} or one soon after it is not {encoding}; name another with --encoding"
        ) from error
