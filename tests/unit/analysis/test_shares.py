"""Share tables of weighted responses, findings and their files."""

from __future__ import annotations

import io

import numpy as np
import openpyxl
import pandas as pd
import pytest

from analysis.errors import AnalysisError, EmptyDomainError
from analysis.export.csv import to_csv
from analysis.export.notes import standing_notes
from analysis.export.xlsx import Sheet, to_xlsx
from analysis.findings import compute_findings, read_findings
from analysis.responses import read_release, responses_of
from analysis.shares import share
from analysis.weighting.recipe import read_recipe
from analysis.weighting.run import weigh, weighted_responses
from tests.unit.analysis.releases import SURVEY, write_release


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    return read_release(write_release(tmp_path_factory.mktemp("release") / "r"))


@pytest.fixture(scope="module")
def responses(release):
    weighting = weigh(release, read_recipe(SURVEY / "weights" / "w1_cs.yaml"))
    return weighted_responses(release, weighting)


def test_shares_of_a_single_choice_add_up_in_every_column(responses):
    rows = share(responses, "e_meedoen", by="sekse").rows

    sums = rows.groupby(["banner", "banner_code"])["value"].sum()
    np.testing.assert_allclose(sums, 1.0)
    assert len(sums) == 3


def test_share_weighs_answers_and_leaves_missing_out_of_the_base(responses):
    table = share(responses, "e_meedoen")

    answers = responses.table["e_meedoen"]
    w = pd.Series(responses.design.weights)
    base = answers.isin(list("12345"))
    expected = w[answers == "1"].sum() / w[base].sum()
    first = table.rows.iloc[0]
    assert first["value"] == pytest.approx(expected, rel=1e-12)
    assert first["n"] == base.sum()
    assert first["low"] < expected < first["high"]
    assert f"dk {(answers == 'dk').sum()}" in table.notes[-1]


def test_margin_variable_has_no_sampling_error(responses):
    """The weights are calibrated to group by act, so its shares are known, not estimated."""
    rows = share(responses, "groep").rows

    assert rows["se"].max() < 1e-12
    assert rows.set_index("stub_code")["value"]["asiel_wi2021"] == pytest.approx(34400 / 95540)


def test_options_of_a_multiple_choice_may_exceed_one_together(responses):
    rows = share(responses, "d_nu").rows

    assert list(rows["stub_code"]) == ["betaald", "vrijwillig", "geen"]
    assert 0.3 < rows["value"].iloc[0] < 0.7


def test_small_bases_are_hidden_bracketed_or_marked(responses):
    rows = share(responses, "e_meedoen", by="groep").rows.drop_duplicates("banner_code")

    for _, row in rows.iterrows():
        expected = (
            "suppressed"
            if row["n"] < 30
            else "bracketed"
            if row["n"] < 50
            else "small"
            if row["n"] < 100
            else ""
        )
        assert row["flag"] == expected
        assert np.isnan(row["value"]) == (expected == "suppressed")
    assert {"suppressed", "small"} <= set(rows["flag"])


def test_breakdown_within_a_part_keeps_to_that_part(responses):
    rows = share(responses, "e_meedoen", by="r_route", where="r_regime == 'wi2021'").rows

    total = rows.loc[rows["banner"] == "total", "n"].iloc[0]
    asked = (responses.table["r_regime"] == "wi2021") & responses.table["e_meedoen"].isin(
        list("12345")
    )
    assert total == asked.sum()
    assert set(rows.loc[rows["banner"] == "r_route", "banner_code"]) == {"b1", "onderwijs", "z"}


def test_share_refuses_what_has_no_codes_no_weights_or_nobody(responses, release):
    with pytest.raises(AnalysisError, match="no answer codes"):
        share(responses, "leeftijd")
    with pytest.raises(AnalysisError, match="no weights"):
        share(responses_of(release), "e_meedoen")
    with pytest.raises(EmptyDomainError):
        share(responses, "e_meedoen", where="leeftijd > 200")


def test_finding_is_estimated_on_its_base_and_set_beside_the_words(responses):
    findings = [f for f in read_findings(SURVEY / "findings.csv") if f.id == "F02a"]

    row = compute_findings(responses, findings).iloc[0]

    rows = share(responses, "e_meedoen").rows
    assert row["estimate"] == pytest.approx(rows["value"][:2].sum(), rel=1e-12)
    assert row["published"] == "Ongeveer zeven op de tien"
    assert (row["published_low"], row["published_high"]) == (0.675, 0.725)
    inside = 0.675 <= row["estimate"] <= 0.725
    assert row["agreement"] == ("inside" if inside else "overlaps")


def test_study_has_the_twelve_numeric_findings():
    findings = [f for f in read_findings(SURVEY / "findings.csv") if f.is_numeric]

    assert [f.id for f in findings] == [
        "F02a",
        "F02b",
        "F02c",
        "F11",
        "F18",
        "F24",
        "F25",
        "F26",
        "F40",
        "F45",
        "F52",
        "F55",
    ]
    assert all(f.published_low <= f.published_point <= f.published_high for f in findings)


def test_csv_cells_cannot_become_formulas():
    table = pd.DataFrame(
        {"=a": ["=1+1", "@cmd", "-2", "plain", "\tx"], "value": [0.5, np.nan, -1.0, 2.0, 3.0]}
    )

    lines = to_csv(table, notes=["+note"]).splitlines()

    assert lines[0] == "'=a,value"
    assert lines[1:6] == ["'=1+1,0.5", "'@cmd,", "'-2,-1.0", "plain,2.0", "'\tx,3.0"]
    assert lines[-1] == "'+note"


def test_workbook_holds_text_never_formulas_and_says_synthetic(release, responses):
    table = share(responses, "e_meedoen").rows.assign(stub_code="=HYPERLINK(1)")

    content = to_xlsx(
        [Sheet("a/b", "Title", table), Sheet("a?b", "Other", table)],
        standing_notes(release.manifest),
    )

    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Contents", "a_b", "a_b~2"]
    page = book["a_b"]
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any("SYNTHETIC" in str(cell.value) for cell in cells)
    assert page["B4"].value == "=HYPERLINK(1)"
    assert page["F4"].value == pytest.approx(table["value"].iloc[0])
    assert content == to_xlsx(
        [Sheet("a/b", "Title", table), Sheet("a?b", "Other", table)],
        standing_notes(release.manifest),
    )


def test_nets_and_means_follow_from_the_shares(responses):
    rows = share(responses, "e_meedoen", nets={"top2": ["1", "2"]}, mean=True).rows

    shares = rows[rows["statistic"] == "share"]
    net = rows.loc[rows["statistic"] == "net", "value"].item()
    average = rows.loc[rows["statistic"] == "mean", "value"].item()
    assert net == pytest.approx(shares["value"][:2].sum())
    assert average == pytest.approx((shares["stub_code"].astype(float) * shares["value"]).sum())
    with pytest.raises(AnalysisError, match="net 'x': 'e_meedoen' has no code 7"):
        share(responses, "e_meedoen", nets={"x": ["7"]})
    with pytest.raises(AnalysisError, match="are no numbers"):
        share(responses, "sekse", mean=True)


def test_letter_of_the_lower_column_stands_at_the_higher(tmp_path):
    def men_agree(rows):
        for k, row in enumerate(rows):
            row["e_meedoen"] = "1" if (row["sekse"] == "man") != (k % 10 == 0) else "5"

    release = read_release(write_release(tmp_path / "r", responses=men_agree))
    weighting = weigh(release, read_recipe(SURVEY / "weights" / "w1_cs.yaml"))
    rows = share(weighted_responses(release, weighting), "e_meedoen", by="sekse", letters=True).rows

    letters = rows[rows["statistic"] == "letters"].set_index(["stub_code", "banner_code"])["flag"]
    assert letters["1", "man"] == "B"
    assert letters["1", "vrouw"] == ""
    assert letters["5", "vrouw"] == "A"
