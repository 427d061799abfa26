"""Fonts as the site serves them: with pages of their language, once a year, not packed twice."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.i18n.fonts import FOLDER, FONTS
from tests.web.respond.page_checks import check_page

BY_LANGUAGE = {code: font for font in FONTS for code in font.languages}


def preloaded(app: Flask, language: str) -> list[str]:
    """The fonts that the code page of a language asks the browser to fetch."""
    client = app.test_client()
    headers = {"Accept-Language": language, "Accept-Encoding": "gzip"}
    page = check_page(client.get("/", headers=headers))
    assert page.get("lang") == language
    return [str(one) for one in page.xpath("//link[@rel='preload'][@as='font']/@href")]


def fetch(app: Flask, address: str) -> TestResponse:
    return app.test_client().get(address, headers={"Accept-Encoding": "gzip"})


@pytest.mark.parametrize("language", ["nl", "en", "ar", "tr", "ti", "fa"])
def test_page_asks_for_the_font_of_its_language_and_for_no_other(app: Flask, language: str) -> None:
    found = [address.rpartition("/")[2] for address in preloaded(app, language)]

    font = BY_LANGUAGE.get(language)
    assert found == ([f"{font.name}.woff2"] if font else [])


@pytest.mark.parametrize("language", BY_LANGUAGE)
def test_font_is_kept_for_a_year_and_not_packed_twice(app: Flask, language: str) -> None:
    (address,) = preloaded(app, language)
    response = fetch(app, address)

    font = BY_LANGUAGE[language]
    assert response.status_code == 200
    assert response.content_type == "font/woff2"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Content-Encoding" not in response.headers
    assert response.get_data() == (FOLDER / f"{font.name}.woff2").read_bytes()
    assert len(response.get_data()) <= font.budget


def test_style_sheet_names_the_address_that_pages_preload(app: Flask) -> None:
    """With another address the font would come twice."""
    page = app.test_client().get("/").get_data(as_text=True)
    (sheet,) = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
    style = app.test_client().get(sheet).get_data(as_text=True)

    named = re.findall(r"url\((.*?)\)", style)
    assert sorted(named) == sorted({preloaded(app, code)[0] for code in BY_LANGUAGE})


def test_licence_is_served_beside_the_fonts(app: Flask) -> None:
    (address,) = preloaded(app, "ti")
    licence = app.extensions["perspectief"].assets.url("fonts/OFL.txt")

    assert fetch(app, licence).status_code == 200
    assert licence.startswith("/s/")
    assert address.endswith("fonts/ethiopic.woff2")
