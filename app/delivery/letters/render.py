"""Letters as PDF: some at a time in memory, or thousands as files by several processes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import typst

from app.delivery.letters.fonts import load_fonts
from app.delivery.letters.sheet import SIZES, Letter, Sheet, as_json

PROGRAM = Path(__file__).with_name("letter.typ")
PAGES = 2
"""Of one letter: the two sides of a sheet."""
A_FILE = 250
"""Letters in one file: a printer that stops loses little, and memory stays under half a GB."""
_REMEMBERED = 10
_NO_FONTS = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False)
TOO_LONG = "more than two pages"
"""What the typst program stops with."""
STANDARD: Final = "ua-1"
"""PDF/UA: tagged, with languages; typst refuses it where a character has no glyph."""


class LettersError(Exception):
    """Letters that cannot be printed; nothing in the message is about a person."""


class TooLongError(LettersError):
    """A letter takes more than two pages."""


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One file to be made."""

    sheet: Sheet
    letters: Sequence[Letter]
    file: Path
    fonts: Path
    at: datetime


@dataclass(frozen=True, slots=True)
class PrintedFile:
    """One file that was made."""

    name: str
    language: str
    letters: int
    pages: int
    size: int
    sha256: str


def render(sheet: Sheet, letters: Sequence[Letter], fonts: Path, *, at: datetime) -> bytes:
    """Return letters as one PDF: the same bytes from the same letters and fonts.

    Raises
    ------
    LettersError
        If a letter takes more than its two pages, or a character has no glyph.
    """
    compiler = typst.Compiler(
        root=str(PROGRAM.parent), font_paths=load_fonts(fonts).compiled, ignore_system_fonts=True
    )
    try:
        made, warnings = compiler.compile_with_warnings(
            input=str(PROGRAM),
            sys_inputs={"sheet": as_json(sheet, letters)},
            format="pdf",
            pdf_standards=STANDARD,
            timestamp=int(at.timestamp()),
        )
    except typst.TypstError as error:
        # What typst says may quote a letter: none of it goes further.
        raise _fault(error.message) from None
    if warnings or not isinstance(made, bytes):
        raise LettersError(f"typst gave {len(warnings)} warnings about the letters")
    return made


def fitting(sheet: Sheet, letter: Letter, fonts: Path, *, at: datetime) -> Sheet:
    """Return the sheet with the largest words with which a letter takes two pages.

    Raises
    ------
    LettersError
        If not even the smallest do.
    """
    for size in SIZES:
        tried = replace(sheet, size=size)
        try:
            render(tried, [letter], fonts, at=at)
        except TooLongError:
            continue
        return tried
    raise LettersError(f"the letter in {letter.language} is too long for one sheet")


def print_files(jobs: Iterable[PrintJob], *, processes: int | None = None) -> Iterator[PrintedFile]:
    """Write files of letters, each readable by us alone, and yield them in order."""
    listed = list(jobs)
    most = min(len(listed), processes or len(os.sched_getaffinity(0)))
    if most <= 1:
        yield from map(print_file, listed)
        return
    # Spawned, not forked: a copy of a process with threads and connections may hang.
    with ProcessPoolExecutor(most, mp_context=get_context("spawn")) as pool:
        yield from pool.map(print_file, listed)


def print_file(job: PrintJob) -> PrintedFile:
    """Write one file of letters."""
    content = render(job.sheet, job.letters, job.fonts, at=job.at)
    _forget()
    descriptor = os.open(job.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
    return PrintedFile(
        name=job.file.name,
        language=job.letters[0].language,
        letters=len(job.letters),
        pages=PAGES * len(job.letters),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _forget() -> None:
    """Have typst drop what it remembers of the letters it made.

    It keeps what ten further documents have not used; a file of letters is half a gigabyte of it.
    """
    for _ in range(_REMEMBERED + 1):
        typst.compile(b"#none", font_paths=_NO_FONTS, ignore_system_fonts=True, format="svg")


def _fault(message: str) -> LettersError:
    if TOO_LONG in message:
        return TooLongError("a letter takes more than its two pages")
    if "could not be displayed" in message:
        return LettersError("a character of the letters is in none of the fonts")
    return LettersError("typst could not make the letters")
