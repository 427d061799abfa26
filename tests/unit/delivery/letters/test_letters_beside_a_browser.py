"""Arabic, Persian and Tigrinya as typst sets them, beside the same words as Chromium sets them."""

import io

import numpy as np
import pypdfium2 as pdfium
import pytest
import typst
from PIL import Image
from playwright.sync_api import Browser

from app.delivery.letters.fonts import FAMILIES
from tests.unit.delivery.letters.letter_study import FONTS, fonts, sheet

pytestmark = pytest.mark.browser

FONT_OF = {"ar": "Noto Naskh Arabic", "fa": "Noto Naskh Arabic", "ti": "Noto Sans Ethiopic"}
SIZE_PX = 48
WIDTH_PX = 4000


def columns(image: np.ndarray) -> np.ndarray:
    """The ink of a line, column by column, from its first dot to its last."""
    ink = (255 - image.astype(float)).sum(axis=0)
    inked = np.flatnonzero(ink > 255 * 0.5)
    return ink[inked[0] : inked[-1] + 1]


def by_typst(language: str, words: str, size_px: int = SIZE_PX) -> np.ndarray:
    program = (
        "#set page(width: 3000pt, height: 60pt, margin: 8pt)\n"
        "#set text(font: json(bytes(sys.inputs.fonts)), size: sys.inputs.size.pt() * 1pt,"
        ' lang: sys.inputs.lang, dir: if sys.inputs.lang == "ti" { ltr } else { rtl })\n'
        "#sys.inputs.words"
    ).replace("sys.inputs.size.pt() * 1pt", f"{size_px * 0.75}pt")
    names = ", ".join(f'"{one}"' for one in FAMILIES)
    made = typst.compile(
        program.encode(),
        font_paths=fonts().compiled,
        ignore_system_fonts=True,
        sys_inputs={"fonts": f"[{names}]", "lang": language, "words": words},
    )
    with pdfium.PdfDocument(made) as document:
        return np.asarray(document[0].render(scale=96 / 72, grayscale=True).to_pil()).copy()


def by_chromium(chromium: Browser, language: str, words: str) -> np.ndarray:
    faces = "".join(
        f"@font-face{{font-family:'{family}';src:url('{FONTS.as_uri()}/{name}-Regular.ttf')}}"
        for family, name in FAMILIES.items()
    )
    families = ", ".join(f"'{one}'" for one in FAMILIES)
    direction = "ltr" if language == "ti" else "rtl"
    page = chromium.new_page(viewport={"width": WIDTH_PX, "height": 120})
    try:
        page.goto(FONTS.as_uri() + "/")  # so that files of fonts may be read
        page.set_content(
            f"<!doctype html><meta charset=utf-8><style>{faces}"
            f"body{{margin:10px;font:{SIZE_PX}px {families};white-space:nowrap}}</style>"
            f"<body lang={language} dir={direction}>{words}"
        )
        page.evaluate("document.fonts.ready")
        shot = page.screenshot()
    finally:
        page.close()
    return np.asarray(Image.open(io.BytesIO(shot)).convert("L"))


def likeness(one: np.ndarray, other: np.ndarray) -> float:
    """Correlation of two profiles, brought to one length."""
    length = min(len(one), len(other))
    place = np.linspace(0, 1, length)
    pair = [np.interp(place, np.linspace(0, 1, len(each)), each) for each in (one, other)]
    smooth = [np.convolve(each, np.ones(5) / 5, "same") for each in pair]
    return float(np.corrcoef(*smooth)[0, 1])


@pytest.mark.parametrize("language", ["ar", "fa", "ti"])
def test_line_of_a_letter_has_the_ink_where_chromium_has_it(
    chromium: Browser, language: str
) -> None:
    spoken = sheet("invitation", language).words[language]
    for words in (spoken.title, spoken.paragraphs[0].partition(".")[0], spoken.texts["scan"]):
        mine = columns(by_typst(language, words))
        theirs = columns(by_chromium(chromium, language, words))
        assert len(mine) == pytest.approx(len(theirs), rel=0.02)
        assert likeness(mine, theirs) > 0.9
        # The measure can tell: the same line the wrong way round is not like it.
        assert likeness(mine[::-1], theirs) < 0.6
