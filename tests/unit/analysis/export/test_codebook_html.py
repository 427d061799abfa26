"""The codebook page: complete, valid, readable by everybody."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path

import html5lib
from lxml import etree

from analysis.export.codebook_html import write_codebook_html
from analysis.export.identity import Identity, identities
from analysis.export.numbering import Form, Numbered, Numbering
from analysis.responses import read_release, responses_of
from tests.unit.analysis.export.small_responses import (
    ARABIC,
    TIGRINYA,
    codebook_of,
    responses_with,
    variable,
)
from tests.unit.analysis.releases import write_release


def page(path: Path):
    """Parse as a browser would, and refuse what is not valid HTML."""
    text = path.read_text(encoding="utf-8")
    tree = html5lib.HTMLParser(
        tree=html5lib.getTreeBuilder("lxml"), strict=True, namespaceHTMLElements=False
    ).parse(text)
    return tree.getroot()


def written(tmp_path, responses, **options):
    write_codebook_html(responses, tmp_path / "codebook.html", **options)
    return page(tmp_path / "codebook.html")


def words_of(element) -> str:
    return " ".join("".join(element.itertext()).split())


def test_page_of_a_release_is_valid_and_can_be_found_around_in_without_seeing_it(tmp_path):
    responses = responses_of(read_release(write_release(tmp_path / "release")))

    root = written(tmp_path, responses)

    assert root.get("lang") == "nl"
    assert len(root.findall(".//h1")) == len(root.findall(".//main")) == 1
    levels = [int(e.tag[1]) for e in root.iter() if e.tag in ("h1", "h2", "h3", "h4")]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    ids = Counter(e.get("id") for e in root.iter() if e.get("id"))
    assert set(ids.values()) == {1}
    assert all(a.get("href")[1:] in ids for a in root.iterfind(".//a"))
    for table in root.iterfind(".//table"):
        assert words_of(table.find("caption"))
        assert all(head.get("scope") in ("col", "row") for head in table.iterfind(".//th"))
    assert not root.findall(".//script")
    for one in responses.codebook.variables.values():
        assert f"v-{one.name}" in ids


def test_option_shows_number_code_and_words_of_every_language(tmp_path):
    words = {"nl": "Ja, zeker", "en": "Yes", "ar": ARABIC, "ti": TIGRINYA}
    one = variable("q", codes={"ja": words}, label=words)

    root = written(tmp_path, responses_with([one], {"q": ["ja"]}))

    table = root.find(".//article[@id='v-q']/table")
    heads = [words_of(head) for head in table.iterfind("thead/tr/th")]
    row = [words_of(cell) for cell in table.find("tbody/tr")]
    assert heads[2:] == ["Nederlands", "English", "العربية", "ትግርኛ"]
    assert row == ["1", "ja", "Ja, zeker", "Yes", ARABIC, TIGRINYA]
    arabic = next(e for e in table.iter("span") if e.text == ARABIC)
    assert (arabic.get("lang"), arabic.get("dir")) == ("ar", "auto")


def test_numbers_are_the_frozen_ones(tmp_path):
    frozen = Numbering("perspectief", {"q": Numbered(Form.CODES, {"a": 9, "b": 4})})

    root = written(
        tmp_path, responses_with([variable("q", codes=["a", "b"])], {"q": ["a"]}), numbering=frozen
    )

    rows = root.findall(".//article[@id='v-q']/table/tbody/tr")
    assert [[words_of(cell) for cell in row][:2] for row in rows] == [["9", "a"], ["4", "b"]]


def test_hostile_words_stay_words(tmp_path):
    words = {"nl": "<script>alert(1)</script>\x00", "en": '"><img src=x onerror=alert(1)>'}
    one = variable("q", codes={"<i>": words}, label=words, question=words, base="a < 'b'")

    root = written(tmp_path, responses_with([one], {"q": ["<i>"]}), title=words)

    assert not root.findall(".//script")
    assert not root.findall(".//img")
    assert "<script>alert(1)</script>" in words_of(root.find(".//article"))


def test_page_tells_how_a_question_changed_from_wave_to_wave(tmp_path):
    now = [variable("a", codes=["1", "2"]), variable("b", codes=["1"]), variable("c", codes=["1"])]
    before = [
        variable("a", codes=["1"]), variable("b", codes=["1"], label={"nl": "anders"}), now[2],
    ]  # fmt: skip
    by_wave = {2025: codebook_of(*now), 2024: codebook_of(*before)}
    responses = responses_with(now, {"a": ["1"], "b": ["1"], "c": ["1"]})

    root = written(tmp_path, responses, by_wave=by_wave)

    assert [list(identities(name, by_wave).values())[1] for name in "abc"] == [
        Identity.OPTIONS_CHANGED, Identity.TEXT_CHANGED, Identity.SAME,
    ]  # fmt: skip
    assert "2025: antwoorden veranderd" in words_of(root.find(".//article[@id='v-a']"))
    assert "2025: tekst veranderd" in words_of(root.find(".//article[@id='v-b']"))


def test_identity_compares_with_the_last_wave_that_had_the_question():
    asked, changed = variable("q", codes=["1"]), variable("q", codes=["1", "2"])
    by_wave = {2024: codebook_of(asked), 2025: codebook_of(), 2027: codebook_of(changed)}

    assert identities("q", by_wave) == {2024: Identity.FIRST, 2027: Identity.OPTIONS_CHANGED}


def test_page_shows_no_respondent_and_says_when_they_are_invented(tmp_path):
    responses = responses_with([variable("q", codes=["1"])], {"q": ["1"] * 7})

    root = written(tmp_path, responses)

    text = etree.tostring(root, encoding="unicode")
    assert "SYNTHETISCH" in text
    assert "P0" not in text
    assert "SYNTHE" not in etree.tostring(
        written(tmp_path, responses_with([variable("q")], {"q": ["1"]}, synthetic=False)),
        encoding="unicode",
    )


def test_place_that_only_an_answer_tells_is_not_on_the_page(tmp_path):
    place = variable("place", "code_list")
    frozen = Numbering("perspectief", {"place": Numbered(Form.CODES, {"GM0014": 1})})
    responses = responses_with([place], {"place": ["GM0599", "GM0014"]})

    page_text = words_of(written(tmp_path, responses, numbering=frozen))

    assert "GM0014" in page_text
    assert "GM0599" not in page_text
