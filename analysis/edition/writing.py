"""Writing a publication: the files for readers, and the archive beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path

from analysis.book import Book
from analysis.disclosure.policy import Policy
from analysis.edition.archive import archive_of, write_archive
from analysis.edition.manifest import provenance, write_manifest
from analysis.edition.whole_folder import whole_folder
from analysis.export.csv import to_csv
from analysis.export.csv_book import csv_book
from analysis.export.findings_csv import findings_frame
from analysis.export.table_sav import write_table_sav
from analysis.export.xlsx_book import write_xlsx_book
from analysis.progress import Progress, quiet
from analysis.publishing import Publication
from analysis.report.html import write_html
from analysis.report.pdf import write_pdf
from analysis.responses import Release
from analysis.study_files import StudyFiles
from analysis.summary import summary_text
from analysis.summary.editor_notes import editor_notes
from analysis.table_notes import synthetic_sentence
from analysis.wording import Wording


class Format(StrEnum):
    """What a book can be written as."""

    CSV = "csv"
    XLSX = "xlsx"
    SAV = "sav"
    HTML = "html"
    PDF = "pdf"


TABLE_FORMATS = (Format.CSV, Format.XLSX)


def write_edition(
    out: Path,
    publication: Publication,
    release: Release,
    study: StudyFiles,
    formats: Sequence[Format],
    *,
    policy: Policy | None = None,
    progress: Progress = quiet,
) -> None:
    """Write a publication to a folder, and its archive to the folder beside it.

    Parameters
    ----------
    out : Path
        Gets ``tables.csv``, ``tables.xlsx``, ``report.pdf``, … and ``manifest.json``. A book in a
        further language has its code in the names: ``report.en.pdf``.
    formats : sequence of Format

    Notes
    -----
    Both folders are complete or as they were before. Equal input gives equal bytes.
    """
    made_from = provenance(
        release,
        plan=study.plan,
        recipes=study.recipe_files,
        study=study.others,
        policy=policy or Policy(),
    )
    archive = archive_of(out)
    with whole_folder(archive, private=True) as kept, whole_folder(out) as folder:
        for order, (language, book) in enumerate(publication.books.items()):
            suffix = f".{language}" if order else ""
            for one in formats:
                progress(f"writing {one.value}, {language}")
                _WRITERS[one](book, folder, suffix)
        write_manifest(folder, {**made_from, "languages": list(publication.books)})
        write_archive(kept, release, study, publication.cells, publication.log)
        if publication.summary is not None:
            say = Wording(next(iter(publication.books)))
            _text(kept / "editor.txt", editor_notes(publication.summary, say))


def _csv(book: Book, folder: Path, suffix: str) -> None:
    for name, text in csv_book(book).items():
        stem, _, ending = name.partition(".")
        if suffix and name == "tables.csv":
            continue  # codes and numbers are the same in every language
        _text(folder / f"{stem}{suffix}.{ending}", text)
    if book.findings:
        _text(folder / f"findings{suffix}.csv", to_csv(findings_frame(book.findings)))
    if book.summary is not None:
        marks = [synthetic_sentence(Wording(book.language)), ""] if book.synthetic else []
        text = "\n".join([*marks, summary_text(book.summary)])
        _text(folder / f"summary{suffix}.txt", text)


def _xlsx(book: Book, folder: Path, suffix: str) -> None:
    (folder / f"tables{suffix}.xlsx").write_bytes(write_xlsx_book(book))


def _sav(book: Book, folder: Path, suffix: str) -> None:
    write_table_sav(book, folder / f"tables{suffix}.sav")


def _html(book: Book, folder: Path, suffix: str) -> None:
    write_html(book, folder / f"report{suffix}.html")


def _pdf(book: Book, folder: Path, suffix: str) -> None:
    write_pdf(book, folder / f"report{suffix}.pdf", twin=f"report{suffix}.html")


_WRITERS: Mapping[Format, Callable[[Book, Path, str], None]] = {
    Format.CSV: _csv,
    Format.XLSX: _xlsx,
    Format.SAV: _sav,
    Format.HTML: _html,
    Format.PDF: _pdf,
}


def _text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
