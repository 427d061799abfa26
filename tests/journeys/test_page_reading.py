"""The plain client's own eyes: what it takes from a page, and what it expects to be stored."""

from __future__ import annotations

import pytest

from app.robots.ledger import Ledger, stored_values
from app.robots.page import Button, Page, read_page

HTML = """<!doctype html><html lang="en" dir="ltr"><body>
<form class="page" method="post" action="/q/w_month">
<button class="enter">Next</button>
<button name="language" value="nl" formnovalidate>Nederlands</button>
<main id="main" data-page="w_month">
<input type="hidden" name="op" value="abc.def"><input type="hidden" name="rev" value="3">
<h1>When did it <bdi>start</bdi>?</h1>
{inputs}
<a href="/help">Help</a>
<button>Next</button><button name="back" value="1" formnovalidate>Back</button>
</main></form></body></html>"""


def page_with(inputs: str) -> Page:
    return read_page("/q/w_month", 200, HTML.format(inputs=inputs))


def test_a_page_is_read_as_a_browser_would_post_it() -> None:
    page = page_with(
        '<input type="checkbox" name="a" value="1" checked>'
        '<input type="checkbox" name="a" value="2">'
        '<input type="text" name="b" value="caf&eacute;" inputmode="numeric" size="4">'
        '<textarea name="c">\n\nsecond line</textarea>'
    )

    assert (page.id, page.language, page.links) == ("w_month", "en", ("/help",))
    assert page.form is not None
    assert page.form.as_shown() == {"a": ["1"], "b": ["café"], "c": ["\nsecond line"]}
    assert page.form.hidden == (("op", "abc.def"), ("rev", "3"))
    assert [one.size for one in page.form.controls if one.numeric] == [4]
    assert "When did it start?" in page.words


def test_the_go_on_button_is_the_first_that_checks_the_page() -> None:
    form = page_with("").form

    assert form is not None
    assert form.go_on == Button("", "", leaves=False)
    assert form.button("language", "nl").leaves
    with pytest.raises(LookupError, match="language"):
        form.button("language", "ar")


@pytest.mark.parametrize(
    ("inputs", "posted", "stored"),
    [
        ("", {}, {"w_month": "seen"}),
        ('<input type="text" name="m.month"><input type="text" name="m.year">',
         {"m.month": ["3"], "m.year": ["2023"]}, {"m": "2023-03"}),
        ('<input type="text" name="m.month"><input type="text" name="m.year">',
         {"m.year": ["2023"], "m.month": [""]}, {"m": "2023"}),
        ('<input type="checkbox" name="a" value="x"><input type="checkbox" name="a" value="y">',
         {"a": ["y", "x"]}, {"a": "x,y"}),
        ('<input type="radio" name="a" value="x">', {}, {"a": "skip"}),
        ('<input type="text" name="p"><input type="radio" name="p" value="GM0344">',
         {"p": ["Utr", "GM0344"]}, {"p": "GM0344"}),
        ('<input type="radio" name="a" value="x"><input type="text" name="a_other">',
         {"a": ["x"]}, {"a": "x"}),
    ],
)  # fmt: skip
def test_what_ought_to_be_stored_follows_from_the_page(
    inputs: str, posted: dict[str, list[str]], stored: dict[str, str]
) -> None:
    page = page_with(inputs)

    assert page.form is not None
    assert stored_values(page, page.form, posted) == stored


def test_the_ledger_takes_a_repeat_for_the_same_save_and_an_edit_for_another() -> None:
    page = page_with(
        '<input type="radio" name="a" value="x"><input type="radio" name="a" value="y">'
    )
    ledger = Ledger()

    for value in ("x", "x", "y", "x"):
        ledger.acknowledge(page, {"a": [value]})

    assert [save.values["a"] for save in ledger.saves] == ["x", "y", "x"]
    assert ledger.current == {"a": "x"}
