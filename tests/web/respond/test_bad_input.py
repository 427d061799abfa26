"""What no page of ours sends: too much, the wrong way, or meant to harm. A plain page, no fault."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from werkzeug.datastructures import MultiDict

from tests.builders import Invited, Running
from tests.web.respond.conftest import ALREADY, at_page
from tests.web.respond.spoken import dutch
from tests.web.respond.visitor import Body, Page, Visitor

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": "\"'><svg/onload=alert(1)>",
    "template": "{{7*7}}{% raw %}${7*7}#{7*7}{b_een}",
    "sql": "'; DROP TABLE answer_event; --",
    "format": "%s%n%(password)s{0}",
    "bidi": "\u202e\u2066\u2067abc\u2069\u2068",
    "nul": "a\x00b\x08\x1b[31m\ufffe\x85",
    "combining": "Z" + "\u0335" * 300,
    "astral": "\U0001f469\u200d\U0001f4bb\U000e0001",
    "path": "../../../../etc/passwd",
    "formula": '=HYPERLINK("http://evil.example","x")',
    "header": "x\r\nSet-Cookie: respondent=evil",
    "long": "x" * 100_000,
}
EVERY_KIND = [page_id for page_id in ALREADY if page_id != "x_hallo"]


@pytest.fixture(autouse=True)
def no_fault(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Whatever is sent, nothing may end in the log as a warning or a fault."""
    caplog.set_level(logging.WARNING)
    yield
    assert caplog.messages == []


def names_on(page: Page) -> list[str]:
    inputs = [*page.tree.iter("input"), *page.tree.iter("textarea")]
    own = {"op", "rev", "csrf_token", "from", "prompted"}
    return sorted({one.get("name") or "" for one in inputs} - own)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_words_in_every_field_of_every_page_do_no_harm(
    name: str, site: Running, visitor: Visitor, invited: Invited
) -> None:
    words = HOSTILE[name]
    page = visitor.enter(invited)
    for page_id in EVERY_KIND:
        page = visitor.answer(page, ALREADY, until=page_id)
        tables = site.rows().count("\n")
        sent = visitor.send(page, dict.fromkeys(names_on(page), words))

        assert sent.status in (200, 422)
        assert site.rows().count("\n") == tables
        assert not list(sent.tree.iter("svg"))[1:]
        assert len(list(sent.tree.iter("script"))) == 1
        assert "Set-Cookie: respondent=evil" not in str(sent.response.headers)
        page = visitor.open(f"/q/{page_id}")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_words_are_shown_as_words_in_the_review(
    name: str, site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "k_wens")
    page = visitor.send(page, {"k_wens": HOSTILE[name][:500]})
    review = visitor.answer(page, ALREADY, until="review")

    assert "49" not in review.words
    assert len(list(review.tree.iter("script"))) == 1
    assert site.answers(invited)["k_wens"].startswith(HOSTILE[name][:1].strip("\x00"))


def test_text_of_100000_characters_is_told_to_be_long_and_kept(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    typed = "سلام دنیا! " * 9_000
    page = at_page(visitor, invited, "k_wens")
    response = visitor.post(page.action, page.body({"k_wens": typed}))

    assert response.status_code == 422
    assert len(response.get_data()) < 10_000
    again = visitor.seen(response, page.action)
    assert again.shown["k_wens"] == typed
    assert again.errors == [
        dutch(
            "Your text is too long: %(found)s characters. At most %(most)s fit.",
            found=len(typed.strip()),
            most=500,
        )
    ]


@pytest.mark.parametrize("path", ["/", "/q/k_wens", "/review", "/help", "/q/unknown"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_body_of_a_megabyte_is_refused_in_words(
    path: str, signed_in: bool, site: Running, visitor: Visitor, invited: Invited
) -> None:
    if signed_in:
        at_page(visitor, invited, "k_wens")
    before = site.fingerprint()

    page = visitor.seen(visitor.post(path, {"k_wens": "x" * 1_100_000}), path)

    assert (page.id, page.status, page.lang) == ("error-413", 413, "nl")
    assert page.heading == dutch("This is too much at once")
    assert site.fingerprint() == before


def test_flood_of_fields_is_not_sent_back(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    flood: Body = MultiDict({f"f{number}": "x" for number in range(60_000)})
    stranger = visitor.post("/q/k_wens", flood)
    page = at_page(visitor, invited, "k_wens")
    for name, value in page.hidden.items():
        flood[name] = value
    flood["k_wens"] = "Toch"

    sent = visitor.post(page.action, flood)

    assert stranger.status_code == 401
    assert len(stranger.get_data()) < 10_000
    assert len(sent.get_data()) < 10_000


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing-here", 404),
        ("/q/", 404),
        ("/q/unknown", 404),
        ("/q/k_werk/..", 404),
        ("/q/..%2f..%2fetc%2fpasswd", 404),
        ("/q/%00", 404),
        ("/q/bat_dag-3", 404),
        ("/q/bat_dag-0", 404),
        ("/q/bat_dag-" + "9" * 5000, 404),
        ("/q/" + "a" * 10_000, 404),
        ("/q/done", 404),
        ("/q/k_werk-confirm", 404),
        ("/q/%ff%fe", 404),
        ("/c/", 404),
        ("/c/123/456", 404),
        ("/lists/x/../../keys.json", 404),
        ("/lists//town.nl.json", 404),
        ("/lists/0123456789abcdef/passwd.nl.json", 404),
        ("/%2f%2fevil.example", 404),
        ("/\\evil.example", 404),
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_unknown_address_is_a_plain_page_in_the_persons_language(
    path: str, status: int, method: str, site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = visitor.speak(at_page(visitor, invited, "k_werk"), "en")
    response = (
        visitor.get(path) if method == "get" else visitor.post(path, page.body({"k_werk": "ja"}))
    )

    assert response.status_code in (status, 405)
    shown = visitor.seen(response, path)
    assert shown.id == f"error-{response.status_code}"
    assert (shown.lang, shown.heading) == ("en", "This page does not exist")
    assert "k_werk" not in site.answers(invited)


@pytest.mark.parametrize("path", ["//evil.example/q/k_werk", "//", "/q//k_werk", "//help"])
def test_two_slashes_lead_nowhere(path: str, visitor: Visitor, invited: Invited) -> None:
    at_page(visitor, invited, "k_werk")

    assert "Location" not in visitor.get("/", PATH_INFO=path).headers


@pytest.mark.parametrize(
    "path", ["/s/../../app/settings.py", "/s/0000000000/respond.css", "/s/", "/s/respond.css"]
)
def test_file_that_is_not_ours_is_not_served(path: str, visitor: Visitor) -> None:
    assert visitor.get(path).status_code == 404


def test_page_of_another_route_leads_to_the_right_one(visitor: Visitor, invited: Invited) -> None:
    at_page(visitor, invited, "k_talen")

    assert visitor.open("/q/bat_dag-2").id == "k_talen"


@pytest.mark.parametrize("code", ["0" * 10_000, "%3Cscript%3E", "../q", "%00", "%ff", "1 2", "🙂"])
def test_any_address_of_a_letter_shows_the_start_page(code: str, visitor: Visitor) -> None:
    response = visitor.get(f"/c/{code}")
    if response.status_code == 404:
        assert "/" in code
        return
    page = visitor.seen(response, "/c/")

    assert (page.id, page.status) == ("code", 200)
    assert visitor.send(page).status == 422


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/q/k_werk", "/review", "/done", "/c/123"])
def test_wrong_method_is_a_plain_page(method: str, path: str, visitor: Visitor) -> None:
    response = visitor.client.open(path, method=method, environ_overrides=visitor.environ)

    assert response.status_code == 405
    page = visitor.seen(visitor._checked(response, path), path)
    assert page.id == "error-405"


@pytest.mark.parametrize("path", ["/c/123", "/stopped", "/healthz"])
def test_page_that_is_only_read_takes_no_post(path: str, visitor: Visitor) -> None:
    assert visitor.post(path, {}).status_code == 405


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/json", b'{"k_wens": "x"}'),
        ("text/plain", b"k_wens=x"),
        ("multipart/form-data", b"--x\r\nbroken"),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name="),
        ("application/x-www-form-urlencoded", b"\xff\xfe=\xc3\x28&k_wens=\xf0\x28\x8c\x28"),
        ("application/x-www-form-urlencoded; charset=utf-16", b"k_wens=x"),
        ("application/x-www-form-urlencoded", b"%ff=%c3%28&k_wens=%f0%28%8c"),
        ("application/x-www-form-urlencoded", b"=&&&==&%&%zz=%u0041"),
        ("", b""),
    ],
    ids=[
        "json", "plain", "broken", "headless", "not-utf8", "utf16", "percent", "odd", "nothing"
    ],
)  # fmt: skip
def test_body_that_is_no_form_of_ours_saves_nothing(
    content_type: str, body: bytes, site: Running, visitor: Visitor, invited: Invited
) -> None:
    at_page(visitor, invited, "k_wens")
    before = site.fingerprint()
    for path, expected in (("/q/k_wens", "k_wens"), ("/review", "k_wens"), ("/", "code")):
        response = visitor.client.post(
            path, data=body, content_type=content_type, environ_overrides=visitor.environ
        )
        assert response.status_code in (303, 400, 403, 413), path
        if response.status_code != 303:
            page = visitor.seen(visitor._checked(response, path), path)
            assert page.id in (expected, "review", "error-413", "error-400")
    assert site.fingerprint() == before


def test_multipart_form_is_as_good_as_any(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "k_wens")
    sent = visitor.client.post(
        page.action,
        data=page.body({"k_wens": "Als bijlage"}),
        content_type="multipart/form-data",
        environ_overrides=visitor.environ,
    )

    assert sent.status_code == 303
    assert site.answers(invited)["k_wens"] == "Als bijlage"


@pytest.mark.parametrize("revision", ["-1", "", "x", "1e3", "٣", "²", "0x1", " 1", "9" * 5000])
def test_odd_revision_keeps_what_was_typed(
    revision: str, site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "k_wens")
    body = page.body({"k_wens": "Half"})
    body["rev"] = revision

    response = visitor.post(page.action, body)
    if response.status_code != 303:
        again = visitor.seen(response, page.action)
        assert (again.status, again.shown["k_wens"]) == (400, "Half")
        assert visitor.send(again).id == "p_mag"

    assert site.events(invited, "k_wens") == ["Half"]


@pytest.mark.parametrize("operation", ["x", "x.y", "." * 500, "é.ü", "' OR 1=1", "a" * 50_000])
def test_forged_operation_saves_nothing_and_keeps_what_was_typed(
    operation: str, site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "k_wens")
    before = site.fingerprint()
    body = page.body({"k_wens": "Half"})
    body["op"] = operation

    again = visitor.seen(visitor.post(page.action, body), page.action)

    assert (again.id, again.status) == ("code", 401)
    assert again.hidden["kept.k_wens"] == "Half"
    assert site.fingerprint() == before


def test_same_field_many_times_is_told(visitor: Visitor, invited: Invited) -> None:
    page = at_page(visitor, invited, "k_geboren")
    body = page.body()
    body.setlist("k_geboren", ["1988"] * 500)
    assert visitor.post(page.action, body).status_code == 303

    page = visitor.open("/q/k_werk")
    body = page.body()
    body.setlist("k_werk", ["ja", "nee"] * 500)
    again = visitor.seen(visitor.post(page.action, body), page.action)
    assert again.status == 422


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost@evil.example", "a" * 300, "[::1", "evil.example:99999", "é", ""],
)
def test_strange_host_leads_nowhere_else(
    host: str, site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "k_werk")
    for path in ("/", "/review", "//evil.example", "/help"):
        response = visitor.get("/", PATH_INFO=path, HTTP_HOST=host)
        assert response.status_code < 500
        assert "evil" not in response.headers.get("Location", "")
        assert b"evil" not in response.get_data()
    response = visitor.post(page.action, page.body({"k_werk": "ja"}), HTTP_HOST=host)
    assert response.status_code < 500


@pytest.mark.parametrize(
    "query", ["?next=https://evil.example", "?from=//evil.example", "?saved=<script>", "?part=-1",
              "?part=99999999999", "?language=xx", "?lang=en&from=review"],
)  # fmt: skip
def test_nothing_in_the_query_leads_away_or_breaks(
    query: str, visitor: Visitor, invited: Invited
) -> None:
    at_page(visitor, invited, "review")
    for path in ("/", "/q/k_werk", "/review", "/done", "/help", "/c/1"):
        page = visitor.open(path + query)
        assert page.status == 200
        assert "evil" not in page.html
        assert "<script>" not in page.html.replace('<script src="', "")


def test_preloading_and_asking_for_options_change_nothing(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    at_page(visitor, invited, "review")
    before = site.fingerprint()
    for path in ("/", "/q/k_werk", "/review", "/done", f"/c/{invited.code}", "/help", "/healthz"):
        for method in ("GET", "HEAD", "OPTIONS"):
            visitor.client.open(path, method=method, headers={"Sec-Purpose": "prefetch"})

    assert site.fingerprint() == before
    assert visitor.open("/review").id == "review"


def test_only_the_questions_of_a_page_are_answered_by_it(
    site: Running, visitor: Visitor, invited: Invited
) -> None:
    page = at_page(visitor, invited, "k_werk")
    others = {"c_mee": "nee", "b_een": "ja", "x_split": "a", "fr_group": "gezin", "wave": "2027"}

    visitor.send(page, {"k_werk": "ja", **others})

    answers = site.answers(invited)
    assert answers["c_mee"] == "ja"
    assert not others.keys() & answers.keys() - {"c_mee"}
    assert site.status(invited) == "partial"
