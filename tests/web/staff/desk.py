"""A browser of a member of staff: pages are checked, forms are sent as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from werkzeug.test import TestResponse

from tests.integration.staff.conftest import Account

HTML = "text/html; charset=utf-8"


def text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


@dataclass(frozen=True)
class Page:
    """A page as it came, and as a tree."""

    response: TestResponse
    tree: Element

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def heading(self) -> str:
        return text(next(self.tree.iter("h1")))

    @property
    def words(self) -> str:
        return text(self.tree)

    def by_id(self, name: str) -> Element:
        return next(one for one in self.tree.iter() if one.get("id") == name)

    def has(self, name: str) -> bool:
        return any(one.get("id") == name for one in self.tree.iter())

    def table(self, name: str) -> list[list[str]]:
        """The cells of a table, row headers first, without its head."""
        rows = [row for row in self.by_id(name).iter("tr") if row.find("td") is not None]
        return [[text(cell) for cell in row] for row in rows]

    def form(self, action: str) -> dict[str, str]:
        """What the form with an action sends when nothing is filled in."""
        for form in self.tree.iter("form"):
            if form.get("action") == action:
                inputs = [one for one in form.iter("input") if one.get("name")]
                return {str(one.get("name")): one.get("value") or "" for one in inputs}
        raise AssertionError(f"no form leads to {action}: {[f.get('action') for f in self.forms]}")

    @property
    def forms(self) -> list[Element]:
        return list(self.tree.iter("form"))

    @property
    def actions(self) -> set[str]:
        return {str(form.get("action")) for form in self.forms}


@dataclass
class Desk:
    """One cookie jar."""

    app: Flask
    base_url: str = "http://localhost"
    headers: Mapping[str, str] = field(default_factory=lambda: {"Accept-Language": "en"})
    synthetic: bool = True
    """Every page must say so, or none may."""

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def fetch(self, path: str) -> TestResponse:
        """Get something that may be a file or a redirect."""
        return self.client.get(path, headers=self.headers, base_url=self.base_url)

    def get(self, path: str) -> Page:
        return checked(self.fetch(path), synthetic=self.synthetic)

    def send(self, path: str, form: Mapping[str, str], **headers: str) -> TestResponse:
        """Post just this."""
        return self.client.post(
            path, data=form, headers={**self.headers, **headers}, base_url=self.base_url
        )

    def submit(self, page: Page, action: str, **filled: str) -> TestResponse:
        """Send a form of a page with some inputs filled in."""
        return self.send(action, page.form(action) | filled)

    def sign_in(self, account: Account, at: datetime) -> TestResponse:
        """Give password and code; return where it led."""
        first = self.submit(
            self.get("/staff/sign-in"),
            "/staff/sign-in",
            email=account.email,
            password=account.password,
        )
        assert first.status_code == 303
        page = self.get(first.headers["Location"])
        return self.submit(page, "/staff/sign-in", totp=account.code(at))


def checked(response: TestResponse, *, synthetic: bool = True) -> Page:
    """Check what holds for every staff page and return it."""
    assert response.content_type == HTML
    assert response.headers["Cache-Control"] == "no-store"
    assert "unsafe-inline" not in response.headers["Content-Security-Policy"]
    body = response.get_data().decode("utf-8")
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(body)
    page = Page(response, tree)
    _check_frame(page)
    assert synthetic is ("synthetic" in page.words or "synthetisch" in page.words)
    _check_names(tree)
    _check_inputs(tree)
    _check_tables(tree)
    _check_nothing_inline(tree)
    return page


def _check_frame(page: Page) -> None:
    assert len(list(page.tree.iter("h1"))) == 1
    assert len(list(page.tree.iter("main"))) == 1
    assert page.tree.get("lang") == page.response.headers["Content-Language"]
    assert page.heading in text(next(page.tree.iter("title")))
    for form in page.forms:
        if form.get("method") == "post":
            assert page.form(str(form.get("action")))["csrf_token"]


def _check_names(tree: Element) -> None:
    ids = [one.get("id") for one in tree.iter() if one.get("id") is not None]
    assert sorted(set(ids)) == sorted(ids)
    for element in tree.iter():
        for attribute in ("for", "aria-describedby", "aria-labelledby"):
            for name in (element.get(attribute) or "").split():
                assert name in ids, f"{attribute}={name}"


def _check_inputs(tree: Element) -> None:
    labelled = {label.get("for") for label in tree.iter("label") if text(label)}
    for one in [*tree.iter("input"), *tree.iter("select"), *tree.iter("textarea")]:
        assert one.get("type") == "hidden" or one.get("id") in labelled


def _check_tables(tree: Element) -> None:
    """A caption, scopes on every header, as many cells as columns, in a region of its own."""
    for table in tree.iter("table"):
        caption = table.find("caption")
        assert caption is not None
        assert text(caption)
        headers = list(table.iter("th"))
        assert {header.get("scope") for header in headers} <= {"col", "row"}
        columns = len([one for one in headers if one.get("scope") == "col"])
        for row in table.iter("tr"):
            assert len(list(row)) == columns
    regions = [one for one in tree.iter() if one.get("role") == "region"]
    assert len(regions) == len(list(tree.iter("table")))
    assert all(one.get("tabindex") == "0" for one in regions)


def _check_nothing_inline(tree: Element) -> None:
    for element in tree.iter():
        assert element.tag != "style"
        if element.tag == "script":
            assert (element.get("src") or "").startswith("/s/")
            assert element.get("nonce")
            assert not text(element)
        assert "style" not in element.attrib
        assert not [name for name in element.attrib if name.startswith("on")]
        for attribute in ("href", "src", "action"):
            assert not (element.get(attribute) or "").lower().startswith("javascript:")
