"""Bring the catalogs up to date with what code and templates say: ``python -m app.i18n.refresh``.

New words come in untranslated, words no longer said go out, translations and translators' notes
stay. Nothing is guessed: a fuzzy match of a question about someone's life is a wrong question.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import write_po

from app.i18n.catalogs import read_catalog

PROJECT = Path(__file__).parents[2]
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"trim_blocks": "true", "silent": "false"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "translate": None}
WIDTH = 100

_HEADER = ("Project-Id-Version", "Language:", "Plural-Forms", "MIME-Version", "Content-T")
"""Header fields that are kept; the rest are dates and placeholders, which differ on every run."""


def said(folder: Path) -> Catalog:
    """Every message that code and templates under ``folder`` mark, with the files it stands in."""
    catalog = Catalog(project="Perspectief", version="0.1", fuzzy=False)
    catalog.header_comment = (
        "# Words of the interface of Perspectief, as code and templates say them."
    )
    for file, line, message, comments, context in extract_from_dir(
        folder, METHODS, OPTIONS, KEYWORDS
    ):
        catalog.add(message, locations=[(file, line)], auto_comments=comments, context=context)
    return catalog


def refresh(folder: Path, translations: Path) -> None:
    """Write the template ``messages.pot`` anew and bring every catalog in line with it."""
    template = said(folder)
    _write(template, translations / "messages.pot")
    for path in sorted(translations.glob("*/LC_MESSAGES/messages.po")):
        catalog = read_catalog(path)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        _write(catalog, path)


def _write(catalog: Catalog, path: Path) -> None:
    written = BytesIO()
    write_po(written, catalog, width=WIDTH, no_location=True)
    head, _, messages = written.getvalue().decode().partition("\n\n")
    kept = [
        line
        for line in head.splitlines()
        if not line.startswith('"') or line.startswith(tuple(f'"{name}' for name in _HEADER))
    ]
    path.write_text("\n".join([*kept, "", messages.rstrip("\n"), ""]), encoding="utf-8")


if __name__ == "__main__":
    refresh(PROJECT / "app", PROJECT / "translations")
