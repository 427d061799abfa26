"""Bytes on the wire: many respondents pay for each of them."""

from __future__ import annotations

import gzip
import itertools

import pytest
import yaml

from app.web.respond.review import ROWS_A_PART
from app.web.respond.view import ReviewPart, ReviewRow, ReviewSection, ReviewView
from tests.web.templates.rendering import ROOT, STATIC, render, render_page
from tests.web.templates.sample_views import (
    PAGES,
    QUESTION_PAGES,
    all_heard,
    form_secrets,
    in_two,
)
from tests.web.templates.sample_words import WORDS

FIRST_PAGE = 5 * 1024
"""HTML of a seven-option question with its style sheet; the promise is 6 KB."""
NEXT_PAGE = 2300
"""HTML of any further page; the promise is 3 KB."""
REVIEW = 3 * 1024
"""HTML of a full part of the review, the longest page there is."""
HEARD_PAGE = 3 * 1024
"""HTML of any further page of which everything can be heard: thirty random addresses, no more."""
TWO_LANGUAGES = 4500
"""HTML of a page that a person asked to see in two languages at once."""
SCRIPT = 4 * 1024
"""The optional script, which also reads aloud; the promise is 6 KB."""


def on_the_wire(content: str | bytes) -> int:
    """Bytes after gzip at the level that servers use."""
    raw = content.encode() if isinstance(content, str) else content
    return len(gzip.compress(raw, compresslevel=6))


@pytest.mark.parametrize("lang", WORDS)
def test_first_question_fits_with_its_style_sheet(lang: str) -> None:
    style = (STATIC / "respond.css").read_bytes()

    assert on_the_wire(render_page("single", lang)) + on_the_wire(style) <= FIRST_PAGE


@pytest.mark.parametrize("lang", WORDS)
@pytest.mark.parametrize("name", PAGES)
def test_next_page_fits(name: str, lang: str) -> None:
    assert on_the_wire(render_page(name, lang)) <= NEXT_PAGE


def review_of_the_study(lang: str) -> ReviewView:
    """A full part of the review of a route through the real questionnaire."""
    modules = [
        yaml.safe_load(file.read_text(encoding="utf-8"))
        for file in sorted((ROOT / "surveys" / "perspectief" / "modules").glob("*.yaml"))
    ]
    asked = [
        (module["module"]["title"][lang], item["var"], question["text"][lang])
        for module in modules
        for item in module["items"]
        for question in item.get("statements") or [item]
    ]
    answers = itertools.cycle(WORDS[lang].options + WORDS[lang].scale)
    rows = [
        (title, ReviewRow(words, next(answers), f"/q/{page}?from=review"))
        for title, page, words in asked[20 : 20 + ROWS_A_PART]
    ]
    sections = [
        ReviewSection(title, [row for _, row in group])
        for title, group in itertools.groupby(rows, key=lambda row: row[0])
    ]
    parts = [ReviewPart(number, f"/review?part={number}", number == 2) for number in range(1, 5)]
    return ReviewView(
        action="/review?part=2",
        sections=sections,
        hidden=form_secrets(),
        parts=parts,
        next_url="/review?part=3",
    )


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_part_of_the_review_fits(lang: str) -> None:
    view = review_of_the_study(lang)

    assert sum(len(section.rows) for section in view.sections) == ROWS_A_PART
    assert on_the_wire(render(view, lang, page_title="Review")) <= REVIEW


@pytest.mark.parametrize("lang", WORDS)
@pytest.mark.parametrize("name", ["single", "multiple", "battery", "prompted"])
def test_page_that_can_be_heard_fits(name: str, lang: str) -> None:
    view = all_heard(QUESTION_PAGES[name](lang))

    assert on_the_wire(render(view, lang)) <= HEARD_PAGE


@pytest.mark.parametrize("lang", WORDS)
@pytest.mark.parametrize("name", QUESTION_PAGES)
def test_page_in_two_languages_fits_also_when_it_can_be_heard(name: str, lang: str) -> None:
    build = QUESTION_PAGES[name]
    second = "nl" if lang != "nl" else "ar"
    view = all_heard(in_two(build(lang), build(second), second))

    assert on_the_wire(render(view, lang)) <= TWO_LANGUAGES


def test_script_fits() -> None:
    assert on_the_wire((STATIC / "respond.js").read_bytes()) <= SCRIPT
