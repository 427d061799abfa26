"""The HTML report in Chromium: on a phone, on a desk, in the dark and in print."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from analysis.report.html import write_html
from tests.unit.analysis.report.books import whole_book

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(("language", "scheme"), [("nl", "light"), ("en", "dark")])
def test_report_has_no_barrier_and_only_tables_scroll(
    chromium: Browser, tmp_path: Path, language: str, scheme: str, width: int
) -> None:
    write_html(whole_book(language), tmp_path / "report.html")
    context = chromium.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,  # type: ignore[arg-type]
    )
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))

    page.goto((tmp_path / "report.html").as_uri())
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]

    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
    assert refused == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_wide_table_scrolls_by_keyboard(chromium: Browser, tmp_path: Path) -> None:
    write_html(whole_book("nl"), tmp_path / "report.html")
    context = chromium.new_context(viewport={"width": 360, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.goto((tmp_path / "report.html").as_uri())

    region = page.get_by_role("region", name="Meedoen door inburgering").first
    region.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.activeElement.scrollLeft > 0")

    context.close()
