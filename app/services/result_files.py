"""Weighted results as files that open in a spreadsheet: CSV and XLSX."""

from __future__ import annotations

import pandas as pd

from analysis.codebook import words
from analysis.export.csv import to_csv
from analysis.export.notes import standing_notes
from analysis.export.xlsx import Sheet, to_xlsx
from analysis.shares import TOTAL
from app.services.context import ServiceContext
from app.services.results import Crosstab, WaveResults, findings_table

LIVE = "Live figures, not for publication."


def findings_csv(ctx: ServiceContext, results: WaveResults, *, language: str) -> str:
    """Return the findings as CSV text."""
    return to_csv(findings_table(ctx, results, language=language), _notes(results))


def crosstab_csv(results: WaveResults, table: Crosstab, *, language: str) -> str:
    """Return a table as CSV text: one line a cell."""
    return to_csv(_labelled(results, table, language), (*table.table.notes, *_notes(results)))


def workbook(
    ctx: ServiceContext, results: WaveResults, table: Crosstab | None, *, language: str
) -> bytes:
    """Return the findings, and a table if there is one, as an XLSX workbook."""
    sheets = [
        Sheet(
            "Findings",
            f"Published findings and estimates of wave {results.year}",
            findings_table(ctx, results, language=language),
        )
    ]
    if table is not None:
        question = words(table.variable.question, language, table.variable.name)
        rows = _labelled(results, table, language)
        sheets.append(Sheet(table.variable.name, question, rows, table.table.notes))
    return to_xlsx(sheets, _notes(results))


def _labelled(results: WaveResults, table: Crosstab, language: str) -> pd.DataFrame:
    """The tidy rows of a table with the wave, and words beside the codes."""
    rows = table.table.rows
    by = results.codebook[table.by.variable] if table.by else None
    labels = [table.variable.code_label(code, language) for code in rows["stub_code"]]
    groups = [
        by.code_label(code, language) if by and code != TOTAL else ""
        for code in rows["banner_code"]
    ]
    labelled = rows.copy()
    labelled.insert(0, "wave", str(results.year))
    labelled.insert(3, "stub_label", labels)
    labelled.insert(6, "banner_label", groups)
    return labelled


def _notes(results: WaveResults) -> tuple[str, ...]:
    saved = results.saved_until.isoformat(timespec="seconds") if results.saved_until else "-"
    return (
        *standing_notes(results.responses.manifest),
        f"{LIVE} Wave {results.year}, answers saved until {saved}",
        f"Weight of the wave {results.weight}; questionnaire {', '.join(results.versions)}",
    )
