"""Bring the catalogs up to date with code, templates and studies: ``python -m app.i18n.refresh``.

New words come in untranslated, words no longer said go out, translations and translators' notes
stay. Nothing is guessed: a fuzzy match of a question about someone's life is a wrong question.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

from app.i18n.catalogs import catalog_path, read_catalog, write_catalog
from app.i18n.locales import DOMAIN, STAFF_DOMAIN
from app.i18n.study_catalogs import refreshed, template
from app.i18n.terms import TERMS, read_terms
from app.messages.texts import read_message_texts
from app.questionnaire.document import Problem
from app.questionnaire.source import load_bank

PROJECT = Path(__file__).parents[2]
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"trim_blocks": "true", "silent": "false"}}
KEYWORDS = {**DEFAULT_KEYWORDS, "translate": None}
STAFF_FOLDERS = frozenset({"staff", "results"})
"""What is said below these, staff and analysts read; all else is said to respondents."""
STAFF_FILES = frozenset({"attrition_page.py", "attrition_words.py"})
"""And in these modules of services."""
STAFF_ENDINGS = ("_job.py", "_job_words.py")
"""Jobs tell staff how far they are."""
SPEAKING_AS_ANALYSIS = frozenset({"made_tables.py", "summaries.py"})
"""These say words of the catalog of `analysis`, which is kept with its own program."""


def read_by_staff(file: Path) -> bool:
    """Tell whether the words of a file are those of staff and results pages."""
    return (
        file.name in STAFF_FILES
        or file.name.endswith(STAFF_ENDINGS)
        or not STAFF_FOLDERS.isdisjoint(file.parts)
    )


def read_by_respondents(file: Path) -> bool:
    """Tell whether the words of a file are those of respondents' and public pages."""
    return not read_by_staff(file) and file.name not in SPEAKING_AS_ANALYSIS


INTERFACE: dict[str, Callable[[Path], bool]] = {
    DOMAIN: read_by_respondents,
    STAFF_DOMAIN: read_by_staff,
}
"""The catalogs of the interface, and which files of the program say their words.

What both say stands in both: respondents' pages are in more languages, and polite in another way.
"""


def said(folder: Path, wanted: Callable[[Path], bool] = lambda _: True) -> Catalog:
    """Every message that code and templates under ``folder`` mark, with the files it stands in.

    ``wanted`` picks files, by their path below ``folder``.
    """
    catalog = Catalog(project="Perspectief", version="0.1", fuzzy=False)
    catalog.header_comment = (
        "# Words of the interface of Perspectief, as code and templates say them."
    )
    for file, line, message, comments, context in extract_from_dir(
        folder, METHODS, OPTIONS, KEYWORDS
    ):
        if wanted(Path(file)):
            catalog.add(message, locations=[(file, line)], auto_comments=comments, context=context)
    return catalog


def refresh(
    folder: Path,
    translations: Path,
    *,
    domain: str = DOMAIN,
    wanted: Callable[[Path], bool] = lambda _: True,
) -> None:
    """Write the template ``<domain>.pot`` anew and bring every catalog in line with it."""
    template = said(folder, wanted)
    write_catalog(template, translations / f"{domain}.pot")
    for path in sorted(translations.glob(f"*/LC_MESSAGES/{domain}.po")):
        catalog = read_catalog(path)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        write_catalog(catalog, path)


def refresh_study(folder: Path, translations: Path, *, start: Sequence[str] = ()) -> list[Problem]:
    """Do the same for what respondents read in a study folder; return why that cannot be done.

    Only texts that pass the study's own checks are handed to translators. ``start`` names
    languages that get an empty catalog when they have none yet.
    """
    bank, problems = load_bank(folder)
    terms, of_terms = read_terms(translations / TERMS) if bank is not None else ([], [])
    if bank is None or of_terms:
        return problems + of_terms
    messages, of_messages = read_message_texts(folder, bank.languages)
    if messages is None:
        return of_messages
    write_catalog(template(bank, terms, messages.all()), translations / f"{bank.study}.pot")
    fresh = [catalog_path(translations, code, bank.study) for code in start]
    there = sorted(translations.glob(f"*/LC_MESSAGES/{bank.study}.po"))
    for path in dict.fromkeys([*there, *fresh]):
        code = path.parent.parent.name
        catalog = read_catalog(path) if path.exists() else Catalog()
        write_catalog(refreshed(catalog, bank, terms, code, messages.all()), path)
    return []


def main() -> int:
    """Refresh every catalog of the project; return 1 when a study has problems."""
    translations = PROJECT / "translations"
    for domain, wanted in INTERFACE.items():
        refresh(PROJECT / "app", translations, domain=domain, wanted=wanted)
    refresh(PROJECT / "analysis", translations, domain="analysis")
    problems: list[Problem] = []
    for study in sorted((PROJECT / "surveys").glob("*/study.yaml")):
        problems += refresh_study(study.parent, translations)
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
