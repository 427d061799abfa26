"""Weighted results as files that open in a spreadsheet: CSV and XLSX."""

from __future__ import annotations

from analysis.export.csv import to_csv
from analysis.export.notes import standing_notes
from analysis.export.xlsx import Sheet, to_xlsx
from app.services.context import ServiceContext
from app.services.publication.results import WaveResults, findings_table

LIVE = "Live figures, not for publication."


def findings_csv(ctx: ServiceContext, results: WaveResults, *, language: str) -> str:
    """Return the findings as CSV text."""
    return to_csv(findings_table(ctx, results, language=language), _notes(results))


def findings_xlsx(ctx: ServiceContext, results: WaveResults, *, language: str) -> bytes:
    """Return the findings as an XLSX workbook."""
    sheet = Sheet(
        "Findings",
        f"Published findings and estimates of wave {results.year}",
        findings_table(ctx, results, language=language),
    )
    return to_xlsx([sheet], _notes(results))


def _notes(results: WaveResults) -> tuple[str, ...]:
    saved = results.saved_until.isoformat(timespec="seconds") if results.saved_until else "-"
    return (
        *standing_notes(results.responses.manifest),
        f"{LIVE} Wave {results.year}, answers saved until {saved}",
        f"Weight of the wave {results.weight}; questionnaire {', '.join(results.versions)}",
    )
