"""The questionnaire of the study itself, page by page as the survey's authors expect it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask

from app.clock import FixedClock
from app.questionnaire.compile import compile_wave
from app.questionnaire.model import Instrument, Kind, Missing
from app.services.bootstrap import STUDY
from app.synthetic.typing import typed
from tests.builders import Running, context, field_wave, real_bank, serve_from
from tests.conftest import copy_template
from tests.web.respond.visitor import Page, Visitor

WALKED = {
    "asiel_wi2021_b_2024": "nl",
    "gezin_wi2013_a_2024": "en",
    "panel_asiel_wi2021_a_2025": "nl",
    "never_obliged_2025": "en",
    "panel_overig_wi2021_b_2027": "en",
    "assisted_all_blocks_2027": "nl",
    "skips_everything_2027": "en",
}
"""Worked respondents who between them see every wave, block and kind of page, and a language."""
MISSING = {code.value: code for code in Missing}
WAVES = (2024, 2025, 2027)


@pytest.fixture(scope="module")
def real_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real") / "databases"
    urls = copy_template(sqlite_template, folder)
    for year in WAVES:
        ctx = context(urls, FixedClock(datetime(year, 1, 10, tzinfo=UTC)), STUDY)
        field_wave(ctx, real_bank(), year)
        ctx.databases.close()
    return folder


@pytest.fixture
def real_site(app: Flask, real_template: Path, tmp_path: Path) -> Iterator[Running]:
    ctx = context(
        copy_template(real_template, tmp_path / "data"),
        FixedClock(datetime(2024, 1, 20, tzinfo=UTC)),
        STUDY,
    )
    yield serve_from(app, ctx)
    ctx.databases.close()


def worked(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((STUDY / "paths" / f"{name}.yaml").read_text("utf-8"))
    return found


@pytest.mark.parametrize(("name", "language"), WALKED.items())
def test_worked_respondent_meets_the_pages_that_were_expected(
    name: str, language: str, app: Flask, real_site: Running
) -> None:
    path = worked(name)
    clock = FixedClock(datetime(path["wave"], 1, 20, tzinfo=UTC))
    site = serve_from(app, replace(real_site.ctx, clock=clock))
    invited = site.invite(
        year=path["wave"],
        language=language,
        frame=path["frame"],
        assigned=path.get("assigned"),
        earlier={
            var: (_stored(one["value"]), one["wave"])
            for var, one in path.get("preload", {}).items()
        },
    )
    visitor = Visitor(app, language=language)
    instrument = compile_wave(real_bank(), path["wave"])

    page = visitor.enter(invited)
    walked = []
    while page.id not in ("review", "done"):
        walked.append(page.id)
        page = _answer(visitor, page, instrument, path["answers"])
        assert page.lang == language

    assert walked == path["expect"]["pages"]
    if page.id == "review":
        _read_all_parts(visitor, page)
        page = visitor.send(page)
    assert page.ending == path["expect"].get("status", "complete")


def _stored(value: str | list[str]) -> str:
    return value if isinstance(value, str) else ",".join(value)


def _answer(
    visitor: Visitor, page: Page, instrument: Instrument, answers: Mapping[str, Any]
) -> Page:
    fill: dict[str, str | Sequence[str]] = {}
    for name in {name.split(".")[0] for name, _ in _inputs(page)} & answers.keys():
        item = instrument.item_of.get(name)
        given = answers[name]
        value = tuple(given) if isinstance(given, list) else MISSING.get(given, given)
        if item is None or item.kind is Kind.INFO:
            fill[name] = value
        else:
            fill |= typed(item, name, value)
    following = visitor.send(page, fill)
    if following.id == page.id:
        following = visitor.send(following)
    assert following.status == 200, f"{page.id}: {following.told}"
    return following


def _inputs(page: Page) -> list[tuple[str, str]]:
    return [
        (one.get("name") or "", one.get("type") or "")
        for one in page.tree.iter("input", "textarea")
    ]


def _read_all_parts(visitor: Visitor, page: Page) -> None:
    """Each part is a page of its own, within the budget of a page."""
    for link in dict.fromkeys(link for link in page.links if link.startswith("/review")):
        assert visitor.open(link).id == "review"


def test_first_question_with_its_style_sheet_fits_the_first_flight(
    app: Flask, real_site: Running
) -> None:
    site = serve_from(
        app, replace(real_site.ctx, clock=FixedClock(datetime(2027, 1, 20, tzinfo=UTC)))
    )
    for language in ("nl", "en"):
        visitor = Visitor(app, language=language)
        page = visitor.enter(site.invite(year=2027, language=language))
        style = next(
            one.get("href") for one in page.tree.iter("link") if one.get("rel") == "stylesheet"
        )
        sheet = visitor.client.get(style, headers={"Accept-Encoding": "gzip"})
        script = next(one.get("src") for one in page.tree.iter("script"))
        code = visitor.client.get(script, headers={"Accept-Encoding": "gzip"})

        assert sheet.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert sheet.headers["Content-Encoding"] == code.headers["Content-Encoding"] == "gzip"
        assert len(page.response.get_data()) + len(sheet.get_data()) <= 6 * 1024
        assert len(code.get_data()) <= 6 * 1024
