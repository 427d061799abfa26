"""The style sheet: logical properties, enough contrast, nothing from outside."""

from __future__ import annotations

import re

import pytest

from app.i18n.fonts import FONTS
from tests.web.templates.rendering import STATIC

STYLE = re.sub(r"/\*.*?\*/", "", (STATIC / "respond.css").read_text(), flags=re.DOTALL)
DECLARATIONS = re.findall(r"[;{]\s*([a-z-]+)\s*:\s*([^;{}]+)", STYLE)

PHYSICAL_PROPERTY = re.compile(
    r"(?:.*-)?(?:left|right|top|bottom)(?:-.*)?|(?:min-|max-)?(?:width|height)|inset|text-indent"
)
SHORTHANDS = {"margin", "padding", "border-width", "border-style", "border-color"}

LIGHT, DARK = (
    dict(re.findall(r"(--[a-z-]+):(#[0-9a-f]{3,6})\b", block))
    for block in re.findall(r":root\{(.*?)\}", STYLE, flags=re.DOTALL)
)


def knows_left_from_right(name: str, value: str) -> bool:
    """Whether a declaration would have to be told again for a page that runs right to left."""
    if PHYSICAL_PROPERTY.fullmatch(name) or re.search(r"\b(?:left|right)\b", value):
        return True
    sides = value.split()
    return name in SHORTHANDS and len(sides) == 4 and sides[1] != sides[3]


@pytest.mark.parametrize(
    "declaration",
    ["margin-left:0", "left:0", "width:1rem", "text-align:right", "margin:0 1rem 0 0"],
)
def test_physical_declarations_are_recognised(declaration: str) -> None:
    assert knows_left_from_right(*declaration.split(":"))


def test_no_declaration_knows_left_from_right() -> None:
    assert len(DECLARATIONS) > 150
    assert [one for one in DECLARATIONS if knows_left_from_right(*one)] == []


def test_nothing_is_fetched_but_our_own_fonts_and_those_only_where_the_device_has_none() -> None:
    assert "@import" not in STYLE
    faces = re.findall(r"@font-face\{(.*?)\}", STYLE, flags=re.DOTALL)
    named = [re.findall(r"url\((.*?)\)", face) for face in faces]

    assert named == [[f"fonts/{font.name}.woff2"] for font in FONTS]
    assert len(re.findall(r"url\(", STYLE)) == len(FONTS)
    for face in faces:
        assert "src:local(" in face
        # Words are read in the device's own font until ours is there.
        assert "font-display:swap" in face


def test_font_is_asked_for_by_texts_in_its_languages_only() -> None:
    families = re.findall(r"@font-face\{font-family:(\w+);", STYLE)
    used = {
        family: re.findall(rf"([^{{}};]+)\{{[^{{}}]*font-family:{family},", STYLE)
        for family in families
    }

    for font, (family, selectors) in zip(FONTS, used.items(), strict=True):
        wanted = ",".join(f"[lang|={code}]" for code in font.languages)
        assert [one.strip() for one in selectors] == [wanted], family


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2.2."""
    short = colour.lstrip("#")
    digits = short if len(short) == 6 else "".join(2 * digit for digit in short)
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


TEXT_PAIRS = [
    ("--ink", "--paper"),
    ("--ink", "--sheet"),
    ("--ink", "--glow"),
    ("--soft", "--paper"),
    ("--act", "--paper"),
    ("--act", "--sheet"),
    ("--on-act", "--act"),
    ("--bad", "--paper"),
    ("--bad", "--sheet"),
    ("--sun", "--deep"),
]
EDGE_PAIRS = [
    ("--edge", "--paper"),
    ("--edge", "--sheet"),
    ("--act", "--paper"),
    ("--act", "--glow"),
    ("--bad", "--paper"),
    ("--ink", "--paper"),
]


@pytest.mark.parametrize("colours", [LIGHT, LIGHT | DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), TEXT_PAIRS)
def test_text_stands_out(colours: dict[str, str], front: str, back: str) -> None:
    assert contrast(colours[front], colours[back]) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, LIGHT | DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), EDGE_PAIRS)
def test_edges_of_controls_stand_out(colours: dict[str, str], front: str, back: str) -> None:
    assert contrast(colours[front], colours[back]) >= 3
