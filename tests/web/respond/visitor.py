"""A person with a plain browser: one cookie jar, forms sent as they stand, no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flask import Flask
from flask.testing import FlaskClient
from lxml.html import HtmlElement
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.builders import Invited
from tests.web.respond.page_checks import (
    check_headers,
    check_page,
    check_redirect,
    decoded,
    text,
)

Fill = Mapping[str, str | Sequence[str]]
Body = MultiDict[str, str]


@dataclass(frozen=True)
class Page:
    """One page that was shown, and how it was answered for."""

    path: str
    response: TestResponse
    tree: HtmlElement

    @property
    def status(self) -> int:
        return self.response.status_code

    @cached_property
    def html(self) -> str:
        return decoded(self.response)

    @cached_property
    def main(self) -> HtmlElement:
        return next(self.tree.iter("main"))

    @property
    def id(self) -> str:
        return self.main.get("data-page") or ""

    @property
    def ending(self) -> str | None:
        return self.main.get("data-status")

    @property
    def lang(self) -> str:
        return self.tree.get("lang") or ""

    @property
    def heading(self) -> str:
        return text(next(self.tree.iter("h1")))

    @property
    def words(self) -> str:
        return text(self.main)

    @property
    def status_words(self) -> str:
        return next(text(one) for one in self.tree.iter("p") if one.get("role") == "status")

    @property
    def told(self) -> str:
        """What is said above the question: a prompt, a notice, an error summary."""
        told = [one for one in self.main if (one.get("class") or "").startswith("told")]
        return " ".join(map(text, told))

    @property
    def errors(self) -> list[str]:
        """What is said beside a field."""
        return [text(one) for one in self.main.iter("p") if one.get("class") == "wrong"]

    @property
    def links(self) -> list[str]:
        return [one.get("href") or "" for one in self.main.iter("a")]

    @cached_property
    def action(self) -> str:
        return next(self.tree.iter("form")).get("action") or ""

    @cached_property
    def hidden(self) -> dict[str, str]:
        inputs = [one for one in self.tree.iter("input") if one.get("type") == "hidden"]
        return {one.get("name") or "": one.get("value") or "" for one in inputs}

    @cached_property
    def shown(self) -> Body:
        """What stands in the form now, without the hidden inputs."""
        found: Body = MultiDict()
        for one in self.tree.iter("input", "textarea"):
            name, kind = one.get("name") or "", one.get("type")
            if one.tag == "textarea":
                # A browser drops the line break that directly follows the tag.
                found.add(name, (one.text or "").removeprefix("\n"))
            elif kind == "text" or "checked" in one.attrib:
                found.add(name, one.get("value") or "")
        return found

    def offered(self, name: str) -> list[str]:
        """Values of the radios or check boxes of a name."""
        return [
            one.get("value") or ""
            for one in self.tree.iter("input")
            if one.get("name") == name and one.get("type") in ("radio", "checkbox")
        ]

    @property
    def buttons(self) -> list[str]:
        """Names of the buttons in the page; the one that goes on has none."""
        return [one.get("name") or "" for one in self.main.iter("button")]

    def body(self, fill: Fill | None = None, press: Mapping[str, str] | None = None) -> Body:
        """What a browser sends when the form stands as shown but for what is filled in."""
        body: Body = MultiDict(self.hidden)
        fill = fill or {}
        for name, values in self.shown.lists():
            if name not in fill:
                body.setlist(name, values)
        for name, given in fill.items():
            body.setlist(name, [given] if isinstance(given, str) else list(given))
        body.update(press or {})
        return body


class Visitor:
    """Fetches pages and checks each of them."""

    def __init__(self, app: Flask, *, language: str = "nl", **environ: str) -> None:
        self.client: FlaskClient = app.test_client()
        self.environ = {
            "HTTP_ACCEPT_ENCODING": "gzip",
            "HTTP_ACCEPT_LANGUAGE": language,
            **environ,
        }
        self.secrets: list[str] = []
        self.visited: list[Page] = []

    # --- one request ------------------------------------------------------------------------------

    def get(self, path: str, **environ: str) -> TestResponse:
        return self._checked(self.client.get(path, environ_overrides=self.environ | environ), path)

    def post(self, path: str, body: Body | Mapping[str, object], **environ: str) -> TestResponse:
        sent = self.client.post(path, data=body, environ_overrides=self.environ | environ)
        return self._checked(sent, path)

    def _checked(self, response: TestResponse, path: str) -> TestResponse:
        check_headers(response, from_letter=path.lower().startswith("/c/"))
        if response.status_code in (301, 302, 303, 307, 308):
            check_redirect(response, self.secrets)
        return response

    # --- what a person does -----------------------------------------------------------------------

    def open(self, path: str) -> Page:
        """Ask for an address and follow where it leads."""
        return self._follow(self.get(path), path)

    def send(
        self,
        page: Page,
        fill: Fill | None = None,
        *,
        press: Mapping[str, str] | None = None,
        **environ: str,
    ) -> Page:
        """Fill in and press a button, by default the one that goes on; follow where it leads."""
        return self._follow(self.post(page.action, page.body(fill, press), **environ), page.action)

    def back(self, page: Page, fill: Fill | None = None) -> Page:
        return self.send(page, fill, press={"back": "1"})

    def stop(self, page: Page, fill: Fill | None = None) -> Page:
        return self.send(page, fill, press={"stop": "1"})

    def speak(self, page: Page, language: str, fill: Fill | None = None) -> Page:
        return self.send(page, fill, press={"language": language})

    def _follow(self, response: TestResponse, path: str) -> Page:
        for _ in range(4):
            if response.status_code != 303:
                return self.seen(response, path)
            path = response.headers["Location"]
            response = self.get(path)
        raise AssertionError(f"redirected in circles to {path}")

    def seen(self, response: TestResponse, path: str) -> Page:
        page = Page(path, response, check_page(response))
        self.visited.append(page)
        return page

    def enter(self, invited: Invited, *, language: str | None = None) -> Page:
        """Type the code and start."""
        self.secrets.append(invited.code)
        page = self.open("/")
        if language is not None and page.lang != language:
            page = self.speak(page, language)
        return self.send(page, {"code": invited.code})

    def answer(self, page: Page, answers: Mapping[str, Fill], *, until: str) -> Page:
        """Answer pages by their id until a page is reached; what is not given is skipped."""
        for _ in range(40):
            if page.id == until:
                return page
            before = page
            page = self.send(page, answers.get(page.id, {}))
            if page.id == before.id and page.status == 200:
                page = self.send(page, {})
            assert page.status == 200, f"{page.id}: {page.told}"
        raise AssertionError(f"never came to {until}")
