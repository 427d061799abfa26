"""DDI-Codebook: valid, and saying what the data files say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyreadstat
import pytest
from lxml import etree

from analysis.export.ddi import NAMESPACE, write_ddi
from analysis.export.design_columns import DesignColumn, Role, weight_columns
from analysis.export.numbering import number_responses
from analysis.export.sav import write_sav
from analysis.responses import read_release, responses_of
from analysis.weighting.recipe import read_recipe
from analysis.weighting.run import weigh
from tests.unit.analysis.export.small_responses import ARABIC, TIGRINYA, responses_with, variable
from tests.unit.analysis.releases import SURVEY, write_release

PROJECT = Path(__file__).parents[4]
SCHEMA = PROJECT.parent / "shared" / "reference" / "ddi" / "schemas" / "codebook.xsd"
NS = {"d": NAMESPACE}
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def parsed(path: Path):
    return etree.parse(path).getroot()


def assert_valid(path: Path) -> None:
    if not SCHEMA.is_file():
        pytest.skip("the DDI schemas are not at ../shared/reference/ddi/schemas")
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    assert schema.validate(etree.parse(path)), schema.error_log


def full_release(tmp_path):
    release = read_release(write_release(tmp_path / "release", waves=(2024, 2025)))
    responses = responses_of(release)
    weighting = weigh(release, read_recipe(SURVEY / "weights" / "w1_cs.yaml"))
    return responses, weight_columns(responses, [weighting])


def test_document_of_a_release_is_valid(tmp_path):
    responses, weights = full_release(tmp_path)
    path = tmp_path / "x.xml"

    write_ddi(
        responses, path, files=["x.sav", "x.dta", "x.parquet", "x.csv"], design=weights,
        title={"nl": "Onderzoek", "en": "Study"},
    )  # fmt: skip

    assert_valid(path)


def test_document_with_hostile_texts_and_no_rows_is_valid(tmp_path):
    words = {"nl": "<b>&\x00\x1b]]>", "ar": ARABIC}
    odd = variable("m", "multiple", {"16-26": words, "=1": words}, label=words, question=words)
    path = tmp_path / "x.xml"

    write_ddi(responses_with([odd], {"m__16-26": [], "m__=1": []}), path, files=[])

    assert_valid(path)


def test_categories_are_the_value_labels_of_the_spss_file(tmp_path):
    responses, weights = full_release(tmp_path)
    numbering = number_responses(responses)
    write_sav(responses, tmp_path / "x.sav", numbering=numbering, design=weights, language="en")

    write_ddi(responses, tmp_path / "x.xml", numbering=numbering, design=weights, files=["x.sav"])

    _, about = pyreadstat.read_sav(tmp_path / "x.sav", user_missing=True)
    document = parsed(tmp_path / "x.xml")
    described = {one.get("name"): one for one in document.iterfind(".//d:var", NS)}
    assert list(described) == about.column_names
    for name, labels in about.variable_value_labels.items():
        found = {
            float(c.findtext("d:catValu", namespaces=NS)): english(c)
            for c in described[name].iterfind("d:catgry", NS)
        }
        expected = {n: text for n, text in labels.items() if found.get(n)}
        assert {n: text for n, text in found.items() if text} == expected, name
    rows = document.findtext(".//d:caseQnty", namespaces=NS)
    assert (rows, document.findtext(".//d:varQnty", namespaces=NS)) == (
        str(len(responses)),
        str(len(about.column_names)),
    )


def english(category) -> str | None:
    for label in category.iterfind("d:labl", NS):
        if label.get(LANGUAGE) == "en":
            return label.text
    return None


def test_variable_has_its_words_in_every_language_with_base_and_missing_range(tmp_path):
    words = {"nl": "Werkt u?", "ar": ARABIC, "ti": TIGRINYA}
    one = variable("q", codes={"ja": words}, label=words, question=words, base="r_act == 'x'")
    path = tmp_path / "x.xml"

    write_ddi(responses_with([one], {"q": ["ja"]}), path, files=["x.sav"])

    (found,) = parsed(path).iterfind(".//d:var[@name='q']", NS)
    for place in ("d:labl", "d:qstn/d:qstnLit"):
        assert {e.get(LANGUAGE): e.text for e in found.iterfind(place, NS)} == words
    assert found.findtext("d:universe", namespaces=NS) == "r_act == 'x'"
    interval = found.find("d:invalrng/d:range", NS)
    assert (interval.get("min"), interval.get("max")) == ("-5", "-1")
    reasons = {c.get("missType") for c in found.iterfind("d:catgry[@missing='Y']", NS)}
    assert reasons == {"dk", "ref", "skip", "na_route", "break_off"}


def test_multiple_choice_columns_and_weights_are_marked(tmp_path):
    multiple = variable("m", "multiple", ["a", "b"])
    weight = DesignColumn("w", {"en": "Weight w"}, Role.WEIGHT, np.array([1.0]))
    path = tmp_path / "x.xml"

    write_ddi(
        responses_with([multiple], {"m__a": ["1"], "m__b": ["0"]}), path, design=[weight],
        files=["x.sav"],
    )  # fmt: skip

    document = parsed(path)
    (group,) = document.iterfind(".//d:varGrp[@type='multipleResp']", NS)
    assert group.get("var").split() == ["V_m__a", "V_m__b"]
    assert [one.get("name") for one in document.iterfind(".//d:var[@wgt='wgt']", NS)] == ["w"]


def test_document_says_that_people_are_invented_and_publishes_no_counts(tmp_path):
    responses, _ = full_release(tmp_path)

    write_ddi(responses, tmp_path / "x.xml", files=["x.sav"])

    document = parsed(tmp_path / "x.xml")
    assert document.findtext(".//d:titl", namespaces=NS).startswith("SYNTHETIC")
    tags = {etree.QName(element).localname for element in document.iter()}
    assert tags.isdisjoint({"catStat", "sumStat", "TotlResp"})


def test_place_that_only_an_answer_tells_is_not_in_the_document(tmp_path):
    responses = responses_with([variable("place", "code_list")], {"place": ["GM0599"]})

    write_ddi(responses, tmp_path / "x.xml", files=["x.sav"])

    assert "GM0599" not in (tmp_path / "x.xml").read_text(encoding="utf-8")


def test_same_responses_give_the_same_bytes(tmp_path):
    responses = responses_with([variable("q", codes=["1"])], {"q": ["1"]})
    for name in ("a", "b"):
        write_ddi(responses, tmp_path / name, files=["x.sav"])

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
