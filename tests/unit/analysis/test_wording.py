"""What tables and reports say: every sentence is in the template and has its Dutch."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from analysis.wording import CATALOGS, DOMAIN, Wording
from app.i18n.catalogs import catalog_path, catalog_problems, read_catalog
from app.i18n.refresh import said

ROOT = Path(__file__).parents[3]


def test_template_lists_what_analysis_says_and_nothing_else():
    marked = {message.id for message in said(ROOT / "analysis") if message.id}
    with (CATALOGS / f"{DOMAIN}.pot").open("rb") as template:
        listed = {message.id for message in read_po(template) if message.id}

    assert marked - listed == set(), "run: python -m app.i18n.refresh"
    assert listed - marked == set(), "run: python -m app.i18n.refresh"


def test_dutch_says_everything_with_the_same_placeholders():
    path = catalog_path(CATALOGS, "nl", DOMAIN)

    gaps = [one.id for one in read_catalog(path) if one.id and not all([*one.string])]
    assert gaps == []
    assert catalog_problems(path) == []


@pytest.mark.parametrize("language", ["nl", "en", "ti"])
def test_sentence_is_filled_in_whatever_the_language(language):
    assert "2024" in Wording(language).gettext("Answer in %(year)s", year="2024")


def test_a_language_without_catalog_is_said_in_english():
    assert Wording("ti").gettext("Total") == "Total"
    assert Wording("nl").gettext("Total") == "Totaal"
