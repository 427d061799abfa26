"""A review of a preload as one CSV file: for a spreadsheet, readable by its owner only."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from pathlib import Path

from app.services.fieldwork.preload_review import Review
from app.services.open_ended.open_answers_files import guarded, write_own

COLUMNS = (
    "version", "part", "variable", "use", "person_id", "code", "people", "missing",
    "months_least", "months_median", "months_most", "sensitive", "independent", "text",
)  # fmt: skip
"""``part`` is ``question`` (figures), ``answer`` (one code of it, rounded), ``left_out`` (a
correction that stands) or ``shown`` (what one person of the sample reads)."""

Row = dict[str, str]


def write_review(path: Path, reviews: Sequence[Review]) -> None:
    """Write reviews where nothing is yet.

    Raises
    ------
    FileFaultError
        If there is a file already, or it cannot be written.
    """
    text = StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    for review in reviews:
        for row in rows_of(review):
            cells = {name: guarded(cell) for name, cell in row.items()}
            writer.writerow({"version": str(review.version.number)} | cells)
    write_own(path, text.getvalue())


def rows_of(review: Review) -> Iterator[Row]:
    """Yield the rows of a review: questions with their answers, what is left out, the sample."""
    for one in review.figures:
        least, middle, most = one.months or ("", "", "")
        yield {
            "part": "question",
            "variable": one.variable,
            "use": str(one.use),
            "people": str(one.people),
            "missing": f"{one.missing:.3f}",
            "months_least": str(least),
            "months_median": f"{middle:g}" if one.months else "",
            "months_most": str(most),
            "sensitive": "yes" if one.sensitive else "",
            "independent": one.independent,
            "text": one.question,
        }
        for code in one.codes:
            yield {
                "part": "answer",
                "variable": one.variable,
                "code": code.code,
                "people": code.people,
                "text": code.label,
            }
    yield from _left_out(review)
    for shown in review.sample:
        yield {
            "part": "shown",
            "variable": shown.told.variable,
            "use": shown.told.what,
            "person_id": shown.person_id.hex,
            "text": shown.told.words,
        }


def _left_out(review: Review) -> Iterable[Row]:
    for correction, person_id in review.corrections:
        yield {
            "part": "left_out",
            "variable": correction.variable,
            "use": f"answers before {correction.wave}",
            "person_id": person_id.hex if person_id is not None else "",
            "text": correction.reason,
        }
