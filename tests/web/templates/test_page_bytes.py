"""Bytes on the wire: many respondents pay for each of them."""

from __future__ import annotations

import gzip

import pytest

from tests.web.templates.rendering import STATIC, render_page
from tests.web.templates.sample_views import PAGES
from tests.web.templates.sample_words import WORDS

FIRST_PAGE = 5 * 1024
"""HTML of a seven-option question with its style sheet; the promise is 6 KB."""
NEXT_PAGE = 2200
"""HTML of any further page; the promise is 3 KB."""
SCRIPT = 3 * 1024
"""The optional script; the promise is 6 KB."""


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


def test_script_fits() -> None:
    assert on_the_wire((STATIC / "respond.js").read_bytes()) <= SCRIPT
