"""The registry of findings: all that was published is in it, and each can be computed."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from analysis.codebook import Codebook
from analysis.errors import AnalysisError
from analysis.findings import Statistic, Strand, read_findings
from analysis.findings.outcomes import is_asked, outcomes_of
from analysis.findings.registry import COLUMNS, Comparison, Expected
from app.questionnaire.source import load_bank
from app.services.content.table_plans import codebook_of_study

STUDY = Path("surveys/perspectief")
NUMBERED = {f"F{number:02d}" for number in range(69)} - {"F02"} | {"F02a", "F02b", "F02c"}
PUBLISHED = [*(f"M0{number}" for number in range(1, 6)), *sorted(NUMBERED)]
"""In the skeleton of the published summary: *From number to words*, section 5."""
NUMERIC = {
    # Point, low and high in per cent, as the published words are read in our domain notes.
    "F02a": (70, 67.5, 72.5),
    "F02b": (70, 67.5, 72.5),
    "F02c": (70, 67.5, 72.5),
    "F11": (50, 48, 52),
    "F18": (73, 71, 74.9),
    "F24": (48, 45, 49.9),
    "F25": (66.7, 65, 68.5),
    "F26": (60, 57.5, 62.5),
    "F40": (62, 60.1, 64.9),
    "F45": (75, 72.5, 77.5),
    "F52": (33.3, 30.5, 36),
    "F55": (40, 38, 42),
}
CONVERSATIONS = {"F05", "F12", "F13", "F14", "F22", "F43", "F60", "F61"}


@pytest.fixture(scope="module")
def findings():
    return {one.id: one for one in read_findings(STUDY / "findings.csv")}


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    bank, problems = load_bank(STUDY)
    assert problems == []
    assert bank is not None
    return codebook_of_study(bank)


def test_every_published_finding_is_in_it_and_ours_stand_apart(findings):
    ours = [name for name in findings if name not in PUBLISHED]

    assert [name for name in findings if name in PUBLISHED] == PUBLISHED
    assert all(findings[name].source == "[R2-B1]" for name in PUBLISHED)
    assert all(findings[name].source == "Perspectief" for name in ours)
    assert {findings[name].research_question for name in ours} == {"H2"}


def test_twelve_shares_have_their_published_range(findings):
    ranges = {
        name: (one.published_point, one.published_low, one.published_high)
        for name, one in findings.items()
        if one.is_numeric
    }

    assert ranges == {
        name: tuple(pytest.approx(value / 100) for value in values)
        for name, values in NUMERIC.items()
    }


def test_outcomes_of_conversations_are_known_as_such(findings):
    found = {name for name, one in findings.items() if one.strand is Strand.CONVERSATIONS}
    assert found == CONVERSATIONS


def test_every_finding_can_be_computed_from_the_questionnaire_of_2024(findings, codebook):
    """Also: every answer that a condition names exists, or `outcomes_of` would refuse it."""
    without = {one.id for one in findings.values() if not is_asked(one, codebook, 2024)}
    book = outcomes_of(findings.values(), codebook, 2024)

    assert without == {name for name, one in findings.items() if one.statistic is Statistic.NONE}
    assert {one.finding for one in book.outcomes} == findings.keys() - without
    assert all(one.codes or one.statistic in {"median", "p90"} for one in book.outcomes)


def test_finding_of_one_wave_only_is_not_asked_in_the_others(findings, codebook):
    """The importance of one's own situation was asked in 2024 alone."""
    assert is_asked(findings["F19"], codebook, 2024)
    assert not is_asked(findings["F19"], codebook, 2025)


def test_groups_of_gezin_lie_within_the_column_that_tables_print(findings):
    """Tables print gezin and overig together. A finding about gezin alone must name that column
    too, or disclosure control would not see that the rest of it is the few of overig."""
    conditions = [text.source for one in findings.values() for text in one.conditions()]

    about_gezin = [text for text in conditions if "r_grp == 'gezin'" in text]
    assert len(about_gezin) >= 7
    assert all("asiel_gezin == 'gezin_overig'" in text for text in about_gezin)


def test_two_comparisons_and_the_expected_direction_are_read(findings):
    assert findings["F28"].comparisons == (
        Comparison("asiel_gezin == 'gezin_overig' and r_grp == 'gezin'", "asiel_gezin == 'asiel'"),
        Comparison("zorgtaak == 'ja'", "zorgtaak == 'nee'"),
    )
    assert findings["F28"].expected == Expected(sign=1)
    assert findings["F03"].expected == Expected(sign=-1)
    assert findings["F47"].expected == Expected(low=0.5)
    assert findings["F12"].expected == Expected(low=6, high=9)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"statistic": "guess"}, "'guess' is not a valid Statistic"),
        ({"published_low": "half"}, "could not convert"),
        ({"compare_a": "a == '1' ; a == '2'", "compare_b": "b == '1'"}, "2 groups are compared"),
        ({"expected": "about the same"}, "expected 'about the same' is none of"),
        ({"base": "a =="}, "column 5"),
    ],
)
def test_faults_are_refused_by_name(tmp_path, changes, message):
    path = write_findings(tmp_path, [{"numerator": "a == '1'", **changes}])

    with pytest.raises(AnalysisError, match=message):
        read_findings(path)


def test_the_same_id_twice_is_refused(tmp_path):
    with pytest.raises(AnalysisError, match="given twice: X1"):
        read_findings(write_findings(tmp_path, [{}, {}]))


def write_findings(folder: Path, rows: list[dict[str, str]]) -> Path:
    path = folder / "findings.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS, restval="")
        writer.writeheader()
        base = {"id": "X1", "strand": "survey", "statistic": "share", "base": "true"}
        writer.writerows([{**base, **row} for row in rows])
    return path
