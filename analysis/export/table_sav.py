"""The printed tables as an SPSS file: one case a row of `tables.csv`, for those who chart there.

These are the masked and rounded numbers and nothing else. Files of answers are microdata, which no
edition holds.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat

from analysis.book import Book
from analysis.export.label_text import Fitting, Unit
from analysis.export.sav import FILE_LABEL_BYTES, NOTE_BYTES
from analysis.export.sav_dictionary import complete_dictionary
from analysis.export.whole_file import whole_file

_TEXTS = (
    "table", "wave", "stub", "stub_code", "banner", "banner_code", "statistic", "flag",
    "title", "line", "column",
)  # fmt: skip
_NUMBERS = ("value", "se", "low", "high", "n", "weighted_n", "n_eff")


def write_table_sav(book: Book, path: Path) -> None:
    """Write the rows of all tables with their titles, lines and headings as text.

    Masked numbers are system-missing and have the flag ``suppressed``.
    """
    rows = pd.concat([_labelled(book, at) for at in range(len(book.tables))], ignore_index=True)
    frame = pd.DataFrame(
        {name: rows[name].fillna("").astype(str) for name in _TEXTS}
        | {name: pd.to_numeric(rows[name], errors="coerce").astype(float) for name in _NUMBERS}
    )
    label = f"{book.title}, {book.subtitle}"
    if book.synthetic:
        label = f"SYNTHETIC {label}"
    fitting = Fitting(Unit.BYTES)
    with whole_file(path) as part:
        pyreadstat.write_sav(
            frame,
            str(part),
            file_label=fitting.fit(label, FILE_LABEL_BYTES, "file"),
            note=[fitting.fit(sentence, NOTE_BYTES, "note") for sentence in book.standing],
            row_compress=True,
        )
        complete_dictionary(part, sets=[], weight=None)


def _labelled(book: Book, at: int) -> pd.DataFrame:
    table = book.tables[at]
    lines = {line.code: line.label for line in table.lines}
    headings = {
        (heading.banner, heading.code): ": ".join(
            text for text in (heading.banner_label, heading.label) if text
        )
        for heading in table.columns
    }
    rows = table.rows
    places = zip(rows["banner"].astype(str), rows["banner_code"].astype(str), strict=True)
    return rows.assign(
        title=table.title,
        line=[lines.get(str(code), "") for code in rows["stub_code"]],
        column=[headings.get(place, "") for place in places],
    )
