"""What holds for every page of the respondent site, checked on every page any test fetches."""

from __future__ import annotations

import gzip
import re
from urllib.parse import urlsplit

import html5lib
import lxml.html
from babel import Locale
from lxml.html import HtmlElement
from werkzeug.test import TestResponse

from tests.web.respond.spoken import say

QUESTION_BYTES = 3 * 1024
"""A page on the wire, compressed: the promise to people who pay for each of them."""
REQUIRED_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}
NO_ISOLATES = dict.fromkeys((0x2068, 0x2069))
NO_TOKEN = ("/help", "/privacy", "/done")
"""Where forms lead that change the language of the page and nothing else."""
BY_ADDRESS = "/m/"
"""Below it the address itself is the proof: mail programs post there without a page before."""


_NEW_EACH_TIME = re.compile(r'name="(?:op|rev|csrf_token)" value="[^"]*"')
_valid: set[str] = set()
"""Pages that were found valid, without what differs each time they are made."""


def parsed(html: str) -> HtmlElement:
    """The page as a tree; raises where HTML5 calls anything a parse error."""
    known = _NEW_EACH_TIME.sub("", html)
    if known not in _valid:
        # Sixty times slower than the other parser, which forgives everything.
        html5lib.HTMLParser(strict=True).parse(html)
        _valid.add(known)
    return lxml.html.document_fromstring(html)


def text(element: HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split())


def decoded(response: TestResponse) -> str:
    body = response.get_data()
    if response.headers.get("Content-Encoding") == "gzip":
        body = gzip.decompress(body)
    return body.decode("utf-8")


def check_headers(response: TestResponse, *, from_letter: bool) -> None:
    for name, value in REQUIRED_HEADERS.items():
        assert response.headers.get(name) == value, name
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    # The address of the page behind a QR code holds the code: it may not travel on, even to us.
    referrer = "strict-origin" if from_letter else "same-origin"
    assert response.headers["Referrer-Policy"] == referrer
    for cookie in response.headers.getlist("Set-Cookie"):
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie


def check_redirect(response: TestResponse, secrets: list[str]) -> None:
    """A redirect stays on the site and tells nothing in its address."""
    location = response.headers["Location"]
    assert response.status_code == 303
    assert response.get_data() == b""
    assert location.startswith("/")
    assert urlsplit(location).netloc == ""
    for secret in secrets:
        assert secret not in location


def check_page(response: TestResponse, *, budget: int = QUESTION_BYTES) -> HtmlElement:
    """Check a page and return its tree."""
    assert response.content_type == "text/html; charset=utf-8"
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(response.get_data()) <= budget
    page = parsed(decoded(response))
    _check_frame(page, response)
    _check_names(page)
    _check_inputs(page)
    _check_forms(page)
    _check_no_inline(page)
    return page


def _check_frame(page: HtmlElement, response: TestResponse) -> None:
    (heading,) = page.iter("h1")
    (main,) = page.iter("main")
    title = text(next(page.iter("title")))
    assert text(heading)
    below = "".join(text(one) for one in heading.iter("span") if one.get("class") == "also")
    # A title has no tags: isolates are characters there.
    assert text(heading).removesuffix(below).strip() in title.translate(NO_ISOLATES)
    assert main.get("data-page")
    lang = page.get("lang")
    assert lang == response.headers["Content-Language"]
    assert page.get("dir") == Locale.parse(lang or "", sep="-").text_direction
    assert not list(page.iter("table"))
    # Help is at the same place on every page (WCAG 3.2.6).
    assert page.xpath("/html/body/footer[last()]/a/@href") == ["/help", "/privacy"]
    if response.status_code == 422:
        before, _, _ = say(lang or "", "Error: %(title)s", title="|").partition("|")
        assert title.startswith(before)


def _check_names(page: HtmlElement) -> None:
    ids = page.xpath("//@id")
    assert sorted(set(ids)) == sorted(ids)
    for element in page.iter("*"):
        for attribute in ("for", "aria-describedby", "aria-labelledby"):
            for name in (element.get(attribute) or "").split():
                assert name in ids, f"{attribute}={name}"


def _check_inputs(page: HtmlElement) -> None:
    """Every input that a person uses has a label; radios and check boxes also a legend."""
    labelled = {label.get("for") for label in page.iter("label") if text(label)}
    for one in [*page.iter("input"), *page.iter("textarea")]:
        if one.get("type") == "hidden":
            continue
        above = list(one.iterancestors())
        in_label = any(parent.tag == "label" and text(parent) for parent in above)
        assert in_label or one.get("id") in labelled or one.get("aria-labelledby")
        if one.get("type") == "radio":
            fieldset = next(parent for parent in above if parent.tag == "fieldset")
            assert text(fieldset[0])
            assert fieldset[0].tag == "legend"


def _check_forms(page: HtmlElement) -> None:
    forms = list(page.iter("form"))
    assert len(forms) <= 1
    for form in forms:
        assert form.get("method") == "post"
        action = form.get("action") or ""
        assert action.startswith("/")
        if action not in NO_TOKEN and not action.startswith(BY_ADDRESS):
            hidden = {one.get("name"): one.get("value") for one in form.iter("input")}
            assert hidden.get("csrf_token")
        for button in form.iter("button"):
            if button.get("name"):
                assert "formnovalidate" in button.attrib


def _check_no_inline(page: HtmlElement) -> None:
    assert not list(page.iter("style"))
    for script in page.iter("script"):
        assert script.get("src")
        assert not text(script)
    for element in page.iter("*"):
        assert "style" not in element.attrib
        assert not [name for name in element.attrib if name.startswith("on")]
        for attribute in ("href", "src", "action"):
            assert not (element.get(attribute) or "").lower().startswith("javascript:")
