"""Pictures beside options: which drawings are taken, and that a version keeps them for good."""

from __future__ import annotations

import json

import pytest

from app.questionnaire.canonical import from_json, to_json
from app.questionnaire.compile import compile_wave
from app.questionnaire.pictures import MAX_BYTES, picture_faults, picture_name
from app.questionnaire.texts import texts_of
from tests.unit.questionnaire.drafts import HERE, bank_from, only_problem

OPEN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">'
BUS = OPEN + '<title>Bus</title><g fill="none"><path d="M2 4h20v12H2z"/></g></svg>'
ITEMS = f"""\
- var: travel
  block: core
  type: single
  text: {{en: "How do you travel?"}}
  concept: any
  options:
    - {{code: "bus", en: "By bus", picture: {{file: bus.svg, en: "A bus"}}}}  {HERE}
    - {{code: "foot", en: "On foot"}}
"""


def drawing(inside: str) -> bytes:
    return f"{OPEN}{inside}</svg>".encode()


@pytest.mark.parametrize(
    "inside",
    [
        '<path d="M0 0h9" stroke="#123f48" stroke-width="2"/>',
        '<defs><linearGradient id="a"><stop offset="1" stop-color="red"/></linearGradient></defs>'
        '<rect width="9" height="9" fill="url(#a)"/>',
        "<!-- drawn by hand --><circle cx='3' cy='3' r='2'/>",
    ],
)
def test_plain_drawing_is_taken(inside):
    assert picture_faults(drawing(inside)) == []


@pytest.mark.parametrize(
    ("inside", "fault"),
    [
        ("<script>alert(1)</script>", "has <script>, which is no shape"),
        ("<foreignObject/>", "has <foreignObject>, which is no shape"),
        ("<style>*{fill:red}</style>", "has <style>, which is no shape"),
        ("<animate/>", "has <animate>, which is no shape"),
        ('<path onclick="a()"/>', "has the attribute onclick, which is not allowed"),
        ('<path style="fill:red"/>', "has the attribute style, which is not allowed"),
        ('<path href="#a"/>', "has the attribute href, which is not allowed"),
        ('<path fill="url(https://a.b/c)"/>', "has an address in fill"),
        ('<path fill="URL(//a.b/c#d)"/>', "has an address in fill"),
        (r'<path fill="u\72l(//a.b)"/>', "has an address in fill"),
        ('<path fill="url(#a) url(b)"/>', "has an address in fill"),
        ('<path xmlns="http://www.w3.org/1999/xhtml"/>', "has an element of another namespace"),
        ("<?xml-stylesheet href='a.css'?>", "has an instruction (<?…?>)"),
        (
            '<image xmlns:x="http://www.w3.org/1999/xlink" x:href="a.png"/>',
            "has <image>, which is no shape",
        ),
    ],
)
def test_what_could_do_harm_is_refused_and_named(inside, fault):
    assert fault in picture_faults(drawing(inside))


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "is not SVG: no element found: line 1, column 0"),
        (b"<svg", "is not SVG: unclosed token: line 1, column 0"),
        (b"\xff\xfe<", "is not UTF-8"),
        (b"<html/>", "is not an <svg> in the namespace of SVG"),
        (b'<svg viewBox="0 0 1 1"/>', "is not an <svg> in the namespace of SVG"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "has no viewBox, so it cannot be scaled"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + BUS.encode(), "has a DOCTYPE"),
        (b" " * (MAX_BYTES + 1), "is 4097 bytes, at most 4096 are sent to a phone"),
    ],
)
def test_file_that_is_no_small_drawing_is_refused(content, fault):
    assert fault in picture_faults(content)


def test_picture_is_a_text_to_translate_and_a_part_of_the_version(tmp_path):
    bank = bank_from(tmp_path, items=ITEMS, files={"pictures/bus.svg": BUS})
    instrument = compile_wave(bank, 2024)
    [bus, foot] = instrument.items[0].options

    assert bus.picture is not None
    assert (bus.picture.svg, bus.picture.alt, foot.picture) == (BUS, {"en": "A bus"}, None)
    assert "travel|option bus|picture" in [one.context for one in texts_of(bank)]
    assert from_json(to_json(instrument)).items[0].options == (bus, foot)


def test_changed_drawing_has_another_name(tmp_path):
    names = set()
    for number, drawn in enumerate((BUS, BUS.replace("M2", "M3"))):
        files = {"pictures/bus.svg": drawn}
        bank = bank_from(tmp_path / str(number), items=ITEMS, files=files)
        picture = bank.items[0].options[0].picture
        assert picture is not None
        names.add(picture_name(picture))

    assert len(names) == 2


def test_version_without_pictures_says_nothing_of_them(tmp_path):
    """So versions that were published before there were pictures are still what they were."""
    text = to_json(compile_wave(bank_from(tmp_path), 2024))

    assert "picture" not in text
    assert all("picture" not in one for one in json.loads(text)["items"][0]["options"])
    assert to_json(from_json(text)) == text


@pytest.mark.parametrize(
    ("file", "drawn", "message"),
    [
        ("bus.svg", drawing("<script/>"), "picture bus.svg: has <script>, which is no shape"),
        ("bus.png", BUS, "picture is not a file name such as bus.svg"),
        ("../bus.svg", BUS, "picture is not a file name such as bus.svg"),
        ("tram.svg", BUS, "picture tram.svg cannot be read: No such file or directory"),
    ],
)
def test_picture_that_cannot_be_shown_is_named_at_its_line(tmp_path, file, drawn, message):
    items = ITEMS.replace("bus.svg", file)
    files = {"pictures/bus.svg": drawn}

    only_problem(message, tmp_path, items=items, files=files)


def test_picture_needs_words_for_who_does_not_see_it(tmp_path):
    items = ITEMS.replace(', en: "A bus"', "")

    only_problem('key "en" is missing', tmp_path, items=items, files={"pictures/bus.svg": BUS})
