"""XLSX as rows of text: unpacked within limits, read as a stream, formulas never calculated."""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.utils.exceptions import InvalidFileException

from app.panel.sample_file_hidden import NOTHING_HIDDEN, Hidden, hidden_in
from app.panel.sample_limits import Limits, SampleFileError, megabytes

FORMULA = "\ufdd0"
"""Stands before a cell that is a formula: a character that no text may hold."""
NO_VALUE = "\ufdd1"
"""Stands for a cell that shows an error such as #N/A."""

_DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError),
    *(KeyError, IndexError, ValueError, TypeError, AttributeError, SyntaxError, AssertionError),
)
"""What libraries raise on bytes that are not what they should be."""

_SMALL = 1_000_000
"""A part of fewer bytes may be packed as well as it likes: empty styles are."""
_MOST_UNPACKED = 400_000_000
_MOST_SHARED = 80_000_000
"""Of the part that is held in memory as a whole."""
_MOST_ELSE = 10_000_000
_CHUNK = 1 << 20
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_DOCTYPES = tuple("<!DOCTYPE".encode(one) for one in ("ascii", "utf-16-le", "utf-16-be"))


def is_workbook(data: bytes) -> bool:
    """Tell whether bytes are a zip, which XLSX is."""
    return data.startswith(b"PK\x03\x04")


def workbook_rows(
    data: bytes, limits: Limits, sheet: str | None
) -> tuple[str, Iterator[tuple[int, list[str]]], Hidden]:
    """Return the name of a sheet, the first that shows unless one is named, and its rows.

    The last of the three says which rows and columns do not show.
    """
    _check_parts(data, limits)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that we do not look at
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    except (InvalidFileException, *_DAMAGE) as error:
        raise SampleFileError("the workbook cannot be read; save it again as XLSX") from error
    shown = [one for one in book.worksheets if one.sheet_state == "visible"]
    if sheet is not None:
        shown = [one for one in book.worksheets if one.title == sheet]
    if not shown:
        raise SampleFileError("the workbook has no such sheet" if sheet else "no sheet shows")
    return shown[0].title, _rows(shown[0], limits), _hidden(shown[0])


def _hidden(sheet: Any) -> Hidden:  # noqa: ANN401
    try:
        with sheet._get_source() as source:
            end = b""
            while chunk := source.read(_CHUNK):
                # The word is in few sheets, and looking for it costs a tenth of parsing them.
                if b"hidden" in (end + chunk).replace(b"\0", b""):
                    break
                end = chunk[-16:]
            else:
                return NOTHING_HIDDEN
        with sheet._get_source() as source:
            return hidden_in(source)
    except _DAMAGE as error:
        raise SampleFileError("the sheet cannot be read; save it again as XLSX") from error


def _rows(sheet: Any, limits: Limits) -> Iterator[tuple[int, list[str]]]:  # noqa: ANN401
    # What the file says of its own size is not believed.
    sheet.reset_dimensions()
    number = 0
    try:
        for row in sheet.iter_rows(max_col=limits.columns + 1):
            number += 1
            # Every row comes as wide as the widest may be: most of it is one and the same cell.
            width = len(row)
            while width and row[width - 1] is EMPTY_CELL:
                width -= 1
            cells = [_text(cell) for cell in row[:width]]
            while cells and not cells[-1]:
                cells.pop()
            yield number, cells
    except _DAMAGE as error:
        raise SampleFileError(f"row {number + 1} of the sheet cannot be read") from error


def _text(cell: Any) -> str:  # noqa: ANN401 (three kinds of cell without a common type)
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return f"{FORMULA}{value}"
    if cell.data_type == "e":
        return NO_VALUE
    match value:
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            return str(int(value)) if value.is_integer() else repr(value)
        case datetime():
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
        case _:
            return str(value)


def _check_parts(data: bytes, limits: Limits) -> None:
    """Unpack every part once, to nowhere, and refuse a bomb, macros and document types.

    Raises
    ------
    SampleFileError
        If there is anything that a register has no use for.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > 1_000:
                raise SampleFileError("the workbook has more than 1,000 parts")
            names = {part.filename.lower() for part in parts}
            if "xl/workbook.xml" not in names:
                raise SampleFileError("the file is a zip but no XLSX")
            if len(names) < len(parts):
                raise SampleFileError("the workbook has two parts of one name")
            if any(name.endswith("vbaproject.bin") for name in names):
                raise SampleFileError("the workbook holds macros; save it as XLSX without them")
            total = 0
            for part in parts:
                total += part.file_size
                _check_part(part, total, len(data), limits)
            for part in parts:
                _unpack(archive, part)
    except _DAMAGE as error:
        raise SampleFileError("the workbook is damaged or has a password") from error


def _check_part(part: zipfile.ZipInfo, total: int, packed: int, limits: Limits) -> None:
    bomb = part.file_size > _SMALL and part.file_size > limits.ratio * max(part.compress_size, 1)
    if bomb or total > max(limits.ratio * packed, _SMALL) or total > _MOST_UNPACKED:
        raise SampleFileError(
            f"the workbook unpacks to {megabytes(total)} or more, more than {limits.ratio} times"
            f" its size or more than {megabytes(_MOST_UNPACKED)}: it is not read"
        )
    name = part.filename.lower()
    most = _MOST_SHARED if name == "xl/sharedstrings.xml" else _MOST_ELSE
    if not _SHEET.fullmatch(name) and part.file_size > most:
        raise SampleFileError(
            f"a part of the workbook beside its sheets is {megabytes(part.file_size)},"
            f" at most {megabytes(most)} is read; save it as CSV"
        )


def _unpack(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Read a part to its end: its size and checksum are as said, and it declares no entities."""
    end = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            seen = end + chunk
            if any(one in seen for one in _DOCTYPES):
                raise SampleFileError("the workbook declares entities; save it again as XLSX")
            end = chunk[-32:]
