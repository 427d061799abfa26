"""What ReadStat leaves out of an SPSS dictionary: response sets, file weight, a fixed date.

Layout of the file: "System File Format" in the PSPP Developers Guide. A dictionary is a chain of
records before the data; a record of multiple response sets may stand anywhere in it, and here goes
last. In .zsav files the compressed data know their own offsets, which then move along.
"""

from __future__ import annotations

import os
import shutil
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import BinaryIO

from analysis.export.whole_file import MADE_AT

_HEADER_SIZE = 176
_WEIGHT_AT = 76
_DATE_AT = 92
_COMPRESSED = b"$FL3"
_RESPONSE_SETS, _LONG_NAMES = 7, 13
_CONTINUATION = -1
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_COPY_BYTES = 1 << 20


class _Record(IntEnum):
    """Kinds of records in a dictionary."""

    VARIABLE = 2
    VALUE_LABELS = 3
    LABELLED_VARIABLES = 4
    DOCUMENTS = 6
    EXTENSION = 7
    END = 999


@dataclass(frozen=True)
class MultipleResponse:
    """A set of columns that are 1 where an option was chosen; names as in the file."""

    name: str
    label: str
    columns: tuple[str, ...]


@dataclass
class _Dictionary:
    """Where things are in a file.

    ``index`` gives the position of a variable by its short name, counted from 1 over all segments;
    ``short`` the short name by the long one.
    """

    index: dict[str, int] = field(default_factory=dict)
    short: dict[str, str] = field(default_factory=dict)
    end: int = 0


def complete_dictionary(
    path: Path, *, sets: Sequence[MultipleResponse] = (), weight: str | None = None
) -> None:
    """Add response sets and the weight to an SPSS file, and set its date to `MADE_AT`.

    Parameters
    ----------
    path : Path
        A file as ReadStat wrote it, uncompressed, row-compressed or .zsav; changed in place.
    sets : sequence of MultipleResponse
    weight : str, optional
        Long name of the numeric variable that weights the file.
    """
    with path.open("r+b") as file:
        dictionary = _read(file)
        file.seek(_DATE_AT)
        date = f"{MADE_AT:%d} {_MONTHS[MADE_AT.month - 1]} {MADE_AT:%y%H:%M:%S}"
        file.write(date.encode("ascii"))
        if weight is not None:
            file.seek(_WEIGHT_AT)
            file.write(struct.pack("=i", dictionary.index[_short(dictionary, weight)]))
    if sets:
        _insert(path, dictionary.end, _response_sets(dictionary, sets))


def _read(file: BinaryIO) -> _Dictionary:
    dictionary = _Dictionary()
    file.seek(_HEADER_SIZE)
    position = 0
    while True:
        dictionary.end = file.tell()
        (kind,) = _ints(file, 1)
        match kind:
            case _Record.END:
                return dictionary
            case _Record.VARIABLE:
                position += 1
                name = _skip_variable(file)
                if name:
                    dictionary.index[name] = position
            case _Record.EXTENSION:
                subtype, size, count = _ints(file, 3)
                content = file.read(size * count)
                if subtype == _LONG_NAMES:
                    pairs = (pair.split("=", 1) for pair in content.decode().split("\t"))
                    dictionary.short = {long: short for short, long in pairs}
            case _:
                _skip(file, _Record(kind))


def _skip(file: BinaryIO, kind: _Record) -> None:
    (count,) = _ints(file, 1)
    match kind:
        case _Record.VALUE_LABELS:
            for _ in range(count):
                _skip_value_label(file)
        case _Record.DOCUMENTS:
            file.seek(80 * count, os.SEEK_CUR)
        case _:
            file.seek(4 * count, os.SEEK_CUR)


def _skip_variable(file: BinaryIO) -> str:
    """Go past a variable record; its short name, or nothing for a further piece of a long text."""
    width, has_label, missing, _, _ = _ints(file, 5)
    name = file.read(8).decode().rstrip()
    if has_label:
        file.seek(_padded(_ints(file, 1)[0], 4), os.SEEK_CUR)
    file.seek(8 * abs(missing), os.SEEK_CUR)
    return "" if width == _CONTINUATION else name


def _skip_value_label(file: BinaryIO) -> None:
    file.seek(8, os.SEEK_CUR)
    (length,) = file.read(1)
    file.seek(_padded(length + 1, 8) - 1, os.SEEK_CUR)


def _ints(file: BinaryIO, count: int) -> tuple[int, ...]:
    return struct.unpack(f"={count}i", file.read(4 * count))


def _padded(length: int, unit: int) -> int:
    return -(-length // unit) * unit


def _short(dictionary: _Dictionary, long: str) -> str:
    return dictionary.short.get(long, long.upper())


def _response_sets(dictionary: _Dictionary, sets: Sequence[MultipleResponse]) -> bytes:
    """Write the sets as dichotomies with counted value 1, by short names in lower case."""
    lines = b""
    for one in sets:
        label = one.label.encode()
        members = " ".join(_short(dictionary, name).lower() for name in one.columns)
        lines += f"${one.name}=D1 1 {len(label)} ".encode() + label + f" {members}\n".encode()
    return struct.pack("=4i", _Record.EXTENSION, _RESPONSE_SETS, 1, len(lines)) + lines


def _insert(path: Path, at: int, record: bytes) -> None:
    """Put a record into the dictionary and let everything after it move."""
    longer = path.with_name(f"{path.name}.longer")
    with path.open("rb") as source, longer.open("wb") as target:
        dictionary = source.read(at)
        target.write(dictionary)
        target.write(record)
        shutil.copyfileobj(source, target, _COPY_BYTES)
    if dictionary.startswith(_COMPRESSED):
        _move_offsets(longer, at + len(record) + 8, len(record))
    longer.replace(path)


def _move_offsets(path: Path, header: int, by: int) -> None:
    """Correct the offsets of compressed data: in their header, and per block in the trailer."""
    with path.open("r+b") as file:
        file.seek(header)
        header_offset, trailer_offset, trailer_size = struct.unpack("=3q", file.read(24))
        file.seek(header)
        file.write(struct.pack("=3q", header_offset + by, trailer_offset + by, trailer_size))
        file.seek(trailer_offset + by)
        *_, blocks = struct.unpack("=2q2i", file.read(24))
        for _ in range(blocks):
            at = file.tell()
            plain, packed, plain_size, packed_size = struct.unpack("=2q2i", file.read(24))
            file.seek(at)
            file.write(struct.pack("=2q2i", plain + by, packed + by, plain_size, packed_size))
