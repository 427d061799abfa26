"""A catalog itself as the file that comes back: any PO editor may have written it."""

from __future__ import annotations

from pathlib import Path

from app.i18n.catalogs import parse_catalog
from app.i18n.entries import entry_of
from app.i18n.exchange import MAX_BYTES, ExchangeError, Row, Sheet
from app.i18n.remarks import DRAFT, RemarkError, read_remarks


def read_po_rows(path: Path) -> Sheet:
    """Return the strings of a PO file; its header says the language.

    A string that an editor marked as fuzzy is a guess, and comes in as no translation. Raises
    `CatalogError` for a malformed file, `ExchangeError` for one that names no language.
    """
    if path.stat().st_size > MAX_BYTES:
        raise ExchangeError(f"larger than {MAX_BYTES} bytes")
    catalog = parse_catalog(path.read_bytes(), path.name)
    if catalog.locale is None:
        raise ExchangeError("names no language in its header")
    rows = []
    for message in (one for one in catalog if one.id):
        try:
            remarks = read_remarks(message.user_comments)
        except RemarkError as error:
            raise ExchangeError(f"line {message.lineno}: {error}") from error
        entry = entry_of(message, remarks)
        guessed = message.fuzzy
        rows.append(
            Row(
                at=f"line {entry.line}",
                context=entry.context,
                sources=entry.sources,
                translations=("",) * len(entry.translations) if guessed else entry.translations,
                state=str(remarks.review or DRAFT),
                doubts=remarks.doubts,
                notes=remarks.notes,
            )
        )
    return Sheet(str(catalog.locale), tuple(rows))
