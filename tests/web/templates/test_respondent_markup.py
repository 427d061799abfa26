"""Every respondent page, as a browser, a screen reader and a plain client will read it."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree.ElementTree import Element

import html5lib
import pytest
from markupsafe import Markup

from tests.web.templates import sample_views
from tests.web.templates.rendering import language_choices, render, render_page
from tests.web.templates.sample_views import FORM_PAGES, PAGES, QUESTION_PAGES
from tests.web.templates.sample_words import WORDS

every_page = pytest.mark.parametrize("name", PAGES)
every_form = pytest.mark.parametrize("name", FORM_PAGES)
every_question = pytest.mark.parametrize("name", QUESTION_PAGES)
every_language = pytest.mark.parametrize("lang", WORDS)

HOSTILE = "<script>alert(1)</script>{{7*7}}\"'><img src=x onerror=alert(1)>\u202e"


def parsed(html: str) -> Element:
    """The page as a tree; raises where HTML5 calls anything a parse error."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


def inputs(page: Element) -> list[Element]:
    return [
        element
        for tag in ("input", "textarea")
        for element in page.iter(tag)
        if element.get("type") != "hidden"
    ]


def submits(page: Element) -> list[Element]:
    return list(page.iter("button"))


def text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


@every_page
@every_language
def test_page_is_html5_with_one_heading_and_its_language(name: str, lang: str) -> None:
    page = parsed(render_page(name, lang))

    assert len(list(page.iter("h1"))) == 1
    assert page.get("lang") == lang
    assert page.get("dir") == ("rtl" if lang in ("ar", "fa") else "ltr")
    (main,) = page.iter("main")
    assert main.get("data-page")
    assert text(next(page.iter("title"))).endswith(WORDS[lang].study)


@every_page
def test_ids_are_unique_and_every_reference_finds_one(name: str) -> None:
    page = parsed(render_page(name))
    ids = [element.get("id") for element in page.iter() if element.get("id")]

    assert len(ids) == len(set(ids))
    for element in page.iter():
        for attribute in ("for", "aria-describedby", "aria-labelledby"):
            assert set((element.get(attribute) or "").split()) <= set(ids)
        if (element.get("href") or "").startswith("#"):
            assert element.get("href", "")[1:] in ids


@every_page
@every_language
def test_every_input_has_a_label_with_words(name: str, lang: str) -> None:
    page = parsed(render_page(name, lang))
    labels = {label.get("for"): text(label) for label in page.iter("label") if label.get("for")}
    by_id = {element.get("id"): text(element) for element in page.iter() if element.get("id")}
    around = {child: text(label) for label in page.iter("label") for child in label}

    for element in inputs(page):
        labelled_by = by_id.get(element.get("aria-labelledby"))
        assert around.get(element) or labels.get(element.get("id")) or labelled_by


@every_page
def test_page_holds_no_inline_script_style_table_or_required(name: str) -> None:
    page = parsed(render_page(name))

    for element in page.iter():
        assert element.tag not in {"style", "table", "iframe"}
        assert not any(attribute.startswith("on") for attribute in element.attrib)
        assert not {"style", "required", "maxlength", "placeholder"} & element.attrib.keys()
    assert all(script.get("src") and not script.text for script in page.iter("script"))


@every_form
def test_one_form_posts_everything_with_its_token(name: str) -> None:
    page = parsed(render_page(name))
    (form,) = page.iter("form")

    assert form.get("method") == "post"
    assert form.get("action")
    assert "novalidate" in form.attrib
    inside = set(form.iter())
    assert all(element in inside for element in [*inputs(page), *submits(page)])
    hidden = {one.get("name") for one in form.iter("input") if one.get("type") == "hidden"}
    assert "csrf_token" in hidden
    if name in QUESTION_PAGES or name == "review":
        assert {"op", "rev"} <= hidden


@every_form
def test_first_submit_goes_on_and_only_the_others_skip_validation(name: str) -> None:
    page = parsed(render_page(name))
    first, *others = submits(page)

    # A browser presses the first submit button in the form when Enter is typed in a text box.
    assert first.get("name") is None
    assert "formnovalidate" not in first.attrib
    assert first.get("tabindex") == "-1"
    for button in others:
        assert ("formnovalidate" in button.attrib) == (button.get("name") is not None)
    going_on = [button for button in others if button.get("name") is None]
    assert going_on
    assert {text(button) for button in going_on} == {text(first)}


@every_form
def test_languages_are_buttons_named_in_their_own_language(name: str) -> None:
    page = parsed(render_page(name, "ar"))
    menu = [button for button in submits(page) if button.get("name") == "language"]

    assert {button.get("value"): text(button) for button in menu} == {
        "nl": "Nederlands",
        "en": "English",
        "ar": "العربية",
        "tr": "Türkçe",
        "ti": "ትግርኛ",
        "fa": "فارسی",
    }
    assert {button.get("dir") for button in menu if button.get("lang") in ("ar", "fa")} == {"rtl"}
    assert [button.get("value") for button in menu if button.get("aria-current")] == ["ar"]


def test_one_language_needs_no_menu() -> None:
    only = [choice for choice in language_choices("nl") if choice.current]
    page = parsed(render(sample_views.single("nl"), languages=only))

    assert [button.get("name") for button in submits(page)] == [None, None, "back", "stop"]


@every_page
def test_help_privacy_and_exit_stand_at_the_same_place_on_every_page(name: str) -> None:
    page = parsed(render_page(name))
    (footer,) = page.iter("footer")
    (header,) = page.iter("header")

    assert [link.get("href") for link in footer.iter("a")] == ["/help", "/privacy"]
    (leave,) = header.iter("a")
    assert leave.get("href") == "https://www.nu.nl/"
    assert leave.get("rel") == "noreferrer"


@every_page
def test_synthetic_pages_say_so(name: str) -> None:
    assert "Test met verzonnen mensen" in render_page(name)
    assert "Test met verzonnen mensen" not in render_page(name, synthetic=False)


def test_without_script_nothing_of_it_is_sent() -> None:
    html = render_page("single", script=False)

    assert "<script" not in html
    assert "data-waiting" not in html


@every_question
def test_answer_names_and_codes_are_those_of_the_view(name: str) -> None:
    view = QUESTION_PAGES[name]("nl")
    page = parsed(render(view))
    posted = {(one.get("name"), one.get("value")) for one in inputs(page) if "value" in one.attrib}

    for field in view.fields:
        for choice in [*field.choices, *field.missing_choices]:
            assert (field.name, choice.value) in posted
    names = {one.get("name") for one in inputs(page)}
    assert {box.name for field in view.fields for box in field.boxes} <= names


def test_radios_of_a_question_share_a_legend_that_is_the_heading() -> None:
    page = parsed(render_page("single"))
    (fieldset,) = page.iter("fieldset")
    legend = fieldset[0]

    assert legend.tag == "legend"
    assert [child.tag for child in legend] == ["h1"]
    assert len(list(fieldset.iter("input"))) == 7


def test_battery_asks_statements_one_below_the_other() -> None:
    page = parsed(render_page("battery"))
    fieldsets = list(page.iter("fieldset"))

    assert [text(fieldset[0]) for fieldset in fieldsets] == list(WORDS["nl"].statements)
    assert all(len(list(fieldset.iter("input"))) == 5 for fieldset in fieldsets)


def test_heading_labels_a_single_text_box() -> None:
    page = parsed(render_page("year"))
    (heading,) = page.iter("h1")

    assert [label.get("for") for label in heading.iter("label")] == ["d_nu"]
    assert [one.get("type") for one in inputs(page)] == ["text", "checkbox", "checkbox"]


def test_unit_is_part_of_what_is_read_with_the_box() -> None:
    page = parsed(render_page("number"))
    box = inputs(page)[0]
    words = {one.get("id"): text(one) for one in page.iter() if one.get("id")}

    read = [words[identifier] for identifier in (box.get("aria-describedby") or "").split()]
    assert read[-1] == "uur per week"


def test_answers_that_go_with_no_other_are_marked_for_the_script() -> None:
    page = parsed(render_page("multiple"))

    alone = [one.get("value") for one in inputs(page) if "data-alone" in one.attrib]
    assert alone == ["code_7", "dk", "ref"]


def test_code_list_without_match_offers_radios_beside_what_was_typed() -> None:
    page = parsed(render_page("code-list-suggesting"))
    box, *radios = inputs(page)

    assert box.get("value") == "Utrech"
    assert [one.get("type") for one in radios] == ["radio"] * 11


@pytest.mark.parametrize("name", ["single-with-error", "year-with-error", "entry-with-error"])
def test_error_is_told_in_title_summary_and_beside_the_field(name: str) -> None:
    page = parsed(render_page(name))
    problem = WORDS["nl"].problem
    (main,) = page.iter("main")
    summary = next(one for one in main if one.tag == "div")

    assert text(next(page.iter("title"))).startswith("Fout: ")
    assert "autofocus" in summary.attrib
    assert summary.get("tabindex") == "-1"
    (link,) = summary.iter("a")
    assert text(link) == problem
    beside = [one for one in page.iter("p") if one.get("class") == "wrong"]
    assert [text(one) for one in beside] == [problem]
    described = [one for one in page.iter() if beside[0].get("id") in described_by(one)]
    assert len(described) == 1


def described_by(element: Element) -> list[str]:
    return (element.get("aria-describedby") or "").split()


@pytest.mark.parametrize(("name", "saved"), [("single", "Bewaard"), ("prompted", "")])
def test_saved_is_a_status_only_when_something_was_saved(name: str, saved: str) -> None:
    page = parsed(render_page(name))

    (status,) = [one for one in page.iter() if one.get("role") == "status"]
    assert text(status) == saved


@pytest.mark.parametrize("name", PAGES)
def test_at_most_one_thing_takes_the_focus(name: str) -> None:
    focused = [one for one in parsed(render_page(name)).iter() if "autofocus" in one.attrib]
    told = {"single-with-error", "year-with-error", "entry-with-error", "prompted", "noticed"}

    assert len(focused) == (1 if name in told or name == "code-list-suggesting" else 0)


def test_typed_words_come_back_unchanged_whatever_they_are() -> None:
    view = sample_views.open_answer("nl")
    box = replace(view.fields[0].boxes[0], value=f"\n\n{HOSTILE}\n")
    page = parsed(render(replace(view, fields=[replace(view.fields[0], boxes=[box])])))

    (area,) = page.iter("textarea")
    assert area.text == f"\n\n{HOSTILE}\n"
    assert not list(page.iter("img"))


def test_hostile_words_stay_words_everywhere() -> None:
    view = sample_views.single(
        "nl", heading=HOSTILE, help=HOSTILE, module_title=HOSTILE, prompt=HOSTILE, notice=HOSTILE
    )
    page = parsed(render(view, page_title=HOSTILE, study_title=HOSTILE))

    assert not list(page.iter("img"))
    assert len(list(page.iter("script"))) == 1


def test_isolates_inside_words_stand_in_the_title_as_characters() -> None:
    heading = Markup('Is <bdi dir="ltr">06-12345678</bdi> nog goed?')
    html = render(sample_views.confirm("nl", heading=heading), page_title=heading)
    page = parsed(html)

    assert '<bdi dir="ltr">06-12345678</bdi>' in html
    assert text(next(page.iter("title"))).startswith("Is \u206806-12345678\u2069 nog goed?")


def test_code_box_can_be_filled_by_the_phone_and_runs_left_to_right() -> None:
    html = render_page("entry", "ar")
    (box,) = inputs(parsed(html))

    assert box.get("name") == "code"
    assert box.get("inputmode") == "numeric"
    assert box.get("autocomplete") == "one-time-code"
    assert box.get("dir") == "ltr"
    assert '<bdi dir="ltr">1234 56789 01234</bdi>' in html


def test_page_behind_a_qr_code_posts_the_code_without_showing_it() -> None:
    page = parsed(render_page("entry-from-letter"))

    assert not inputs(page)
    posted = {one.get("name"): one.get("value") for one in page.iter("input")}
    assert posted["code"] == "12345678901234"
    (main,) = page.iter("main")
    assert "1234" not in text(main)


def test_what_was_typed_before_the_session_ended_is_posted_along() -> None:
    kept = [("kept.d_nu", "code_1"), ("kept.d_nu", "code_2"), ("kept.open", HOSTILE)]
    page = parsed(render(sample_views.entry("nl", kept=kept)))

    hidden = [(one.get("name"), one.get("value")) for one in page.iter("input")]
    assert set(kept) <= set(hidden)


def test_every_ending_carries_its_status() -> None:
    page = parsed(render_page("done"))
    (main,) = page.iter("main")

    assert main.get("data-page") == "done"
    assert main.get("data-status") == "refused"
    assert [link.get("href") for link in main.iter("a")] == ["/q/c_meedoen", "/my"]


def test_error_page_needs_no_form_and_shows_what_was_typed() -> None:
    page = parsed(render_page("error"))

    assert not list(page.iter("form"))
    (value,) = page.iter("dd")
    assert value.text == "<script>alert(1)</script>\n  two lines"


def test_review_links_name_question_answer_and_change() -> None:
    page = parsed(render(sample_views.review("nl", sections=1, rows=2)))
    (main,) = page.iter("main")

    assert [text(link) for link in main.iter("a")] == [
        "Ik kreeg genoeg uitleg over de inburgering 0 Ik heb betaald werk Wijzigen",
        "De gemeente luisterde naar wat ik wil 0 Ik doe vrijwilligerswerk Wijzigen",
    ]


@every_page
def test_nothing_is_loaded_from_elsewhere(name: str) -> None:
    html = render_page(name)

    assert re.findall(r'(?:src|href|action)="(https?:[^"]*)"', html) == ["https://www.nu.nl/"]
