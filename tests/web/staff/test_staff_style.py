"""The style sheet of the staff site: as strict as that of the respondents."""

from __future__ import annotations

import re

import pytest

from tests.web.templates.rendering import STATIC
from tests.web.templates.test_stylesheet import contrast, knows_left_from_right

STYLE = re.sub(r"/\*.*?\*/", "", (STATIC / "staff.css").read_text(), flags=re.DOTALL)
DECLARATIONS = re.findall(r"[;{]\s*([a-z-]+)\s*:\s*([^;{}]+)", STYLE)
LIGHT, DARK = (
    dict(re.findall(r"(--[a-z-]+):(#[0-9a-f]{3,6})\b", block))
    for block in re.findall(r":root\{(.*?)\}", STYLE, flags=re.DOTALL)
)
TEXT_PAIRS = [
    ("--ink", "--paper"),
    ("--ink", "--sheet"),
    ("--ink", "--glow"),
    ("--soft", "--paper"),
    ("--soft", "--sheet"),
    ("--act", "--paper"),
    ("--act", "--glow"),
    ("--on-act", "--act"),
    ("--bad", "--sheet"),
    ("--sun", "--deep"),
]
EDGE_PAIRS = [("--edge", "--paper"), ("--act", "--ground"), ("--ink", "--ground")]


def test_no_declaration_knows_left_from_right() -> None:
    assert len(DECLARATIONS) > 150
    assert [one for one in DECLARATIONS if knows_left_from_right(*one)] == []


def test_nothing_is_imported_or_fetched() -> None:
    assert "@import" not in STYLE
    assert "url(" not in STYLE


@pytest.mark.parametrize("colours", [LIGHT, LIGHT | DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), TEXT_PAIRS)
def test_text_stands_out(colours: dict[str, str], front: str, back: str) -> None:
    assert contrast(colours[front], colours[back]) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, LIGHT | DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), EDGE_PAIRS)
def test_edges_and_marks_stand_out(colours: dict[str, str], front: str, back: str) -> None:
    assert contrast(colours[front], colours[back]) >= 3
