"""A picture beside an option: shown with its words, served as it was checked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.clock import FixedClock
from app.services.content.instruments import load_study
from tests.builders import KINDS, Running, context, field_wave, run_site
from tests.conftest import copy_template
from tests.web.respond.conftest import NOON, at_page
from tests.web.respond.page_checks import text
from tests.web.respond.visitor import Visitor

BAG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
    '<path d="M3 8h18v12H3zM9 8V5h6v3" fill="none" stroke="#0f5261"/></svg>'
)


@pytest.fixture
def drawn(sqlite_template: Path, tmp_path: Path) -> Iterator[Running]:
    """The small study, with a picture beside "Ja"."""
    study = shutil.copytree(KINDS, tmp_path / "study")
    (study / "pictures").mkdir()
    (study / "pictures" / "bag.svg").write_text(BAG)
    kinds = study / "modules" / "kinds.yaml"
    yes = '{code: "ja", nl: "Ja", en: "Yes"}'
    picture = '{file: bag.svg, nl: "Een tas", en: "A bag"}'
    with_picture = yes.replace("}", f", picture: {picture}}}")
    kinds.write_text(kinds.read_text().replace(yes, with_picture, 1))
    ctx = context(copy_template(sqlite_template, tmp_path / "data"), FixedClock(NOON), study)
    field_wave(ctx, load_study(study))
    # What is shown was frozen: the file may be gone.
    shutil.rmtree(study / "pictures")
    yield run_site(ctx)
    ctx.databases.close()


def test_option_shows_its_picture_and_its_words(drawn: Running) -> None:
    page = at_page(Visitor(drawn.app), drawn.invite(), "k_werk")
    (picture,) = page.main.iter("img")
    label = picture.getparent()

    assert picture.get("alt") == "Een tas"
    assert (label.tag, text(label)) == ("label", "Ja")

    english = Visitor(drawn.app, language="en")
    (picture,) = at_page(english, drawn.invite(language="en"), "k_werk").main.iter("img")
    assert picture.get("alt") == "A bag"


def test_picture_is_served_for_a_year_and_can_do_nothing(drawn: Running) -> None:
    visitor = Visitor(drawn.app)
    (picture,) = at_page(visitor, drawn.invite(), "k_werk").main.iter("img")

    answer = visitor.client.get(picture.get("src") or "")

    assert (answer.status_code, answer.get_data(as_text=True)) == (200, BAG)
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "max-age=31536000" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("name", ["0000000000000000.svg", "bag.svg", "..%2fbag.svg"])
def test_other_names_lead_nowhere(name: str, drawn: Running) -> None:
    visitor = Visitor(drawn.app)
    (picture,) = at_page(visitor, drawn.invite(), "k_werk").main.iter("img")
    folder = (picture.get("src") or "").rpartition("/")[0]

    assert visitor.client.get(f"{folder}/{name}").status_code == 404
    assert visitor.client.get(f"/pictures/{'0' * 64}/{name}").status_code == 404
