"""What a condition counts: found by trying it, so that findings link to the tables' cells."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.codebook import Code, Codebook, Variable
from analysis.expression import parse
from analysis.findings.outcomes import codes_of, outcomes_of
from analysis.responses import Manifest, Responses
from tests.unit.analysis.findings.registries import contrast, finding

WAVES = (2024, 2025)


def variable(name: str, kind: str, codes: str, **more) -> Variable:
    columns = tuple(f"{name}__{c}" for c in codes.split()) if kind == "multiple" else (name,)
    options = tuple(Code(c, {"nl": f"antwoord {c}"}) for c in codes.split())
    return Variable(name, kind, WAVES, {}, {}, options, columns, **more)


VARIABLES = (
    variable("e", "single", "1 2 3 4 5"),
    variable("q", "single", "1 2 nvt", sensitive=True),
    variable("d", "multiple", "werk studie geen"),
    variable("maanden", "number", ""),
    variable("groep", "derived", "a b"),
    Variable("later", "single", (2025,), {}, {}, (Code("1", {}),), ("later",)),
)
CODEBOOK = Codebook("test", ("nl",), {}, {one.name: one for one in VARIABLES})


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("e in ('1', '2')", ("1", "2")),
        ("e == '1' or '2' == e", ("1", "2")),
        ("e <= 2", ("1", "2")),
        ("not e in ('3', '4', '5')", ("1", "2")),
        ("e != '5'", ("1", "2", "3", "4")),
    ],
)
def test_any_way_of_writing_a_condition_gives_the_same_codes(condition, codes):
    assert codes_of(parse(condition), CODEBOOK["e"]) == codes


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("'werk' in d", ("werk",)),
        ("'werk' in d or 'studie' in d", ("werk", "studie")),
        ("'werk' in d and 'studie' in d", ()),
        ("'werk' in d and not 'studie' in d", ()),
        ("not 'geen' in d", ()),
    ],
)
def test_of_a_multiple_choice_only_any_of_these_is_a_list_of_codes(condition, codes):
    assert codes_of(parse(condition), CODEBOOK["d"]) == codes


def test_condition_on_one_question_is_an_answer_or_net_of_it():
    book = outcomes_of(
        [finding("A", "e in ('1', '2') ; e == '5'", base="groep == 'a'")], CODEBOOK, 2024
    )

    first, second = book.outcomes
    assert (first.stub, first.code, first.codes, first.is_net) == ("e", "A.1", ("1", "2"), True)
    assert (second.stub, second.code, second.codes, second.is_net) == ("e", "5", ("5",), False)
    assert {first.base, second.base} == {"groep == 'a'"}
    assert book.made == {}


def test_numbers_become_classes_that_no_finding_tells_apart():
    """From 6, and from 6 to 9: up to 5, 6 to 9, and 10 and over."""
    book = outcomes_of(
        [finding("A", "maanden >= 6"), finding("B", "maanden >= 6 and maanden <= 9")],
        CODEBOOK,
        2024,
    )

    from_six, to_nine = book.outcomes
    assert from_six.stub == to_nine.stub == "maanden_klasse"
    assert set(to_nine.codes) < set(from_six.codes)
    values = book.made["maanden_klasse"].values(answers(maanden=["5", "6", "9", "10", "dk", ""]))
    assert values[0] != values[1] == values[2] != values[3]
    assert list(values[4:]) == ["", ""]
    assert [values[k] in from_six.codes for k in range(4)] == [False, True, True, True]
    assert [values[k] in to_nine.codes for k in range(4)] == [False, True, True, False]


def test_several_questions_become_yes_or_no_where_all_have_an_answer():
    book = outcomes_of([finding("A", "e == '1' and q == '1'")], CODEBOOK, 2024)

    (outcome,) = book.outcomes
    made = book.made[outcome.stub]
    values = made.values(answers(e=["1", "1", "1", "skip"], q=["1", "2", "dk", "1"]))
    assert list(values) == ["ja", "nee", "", ""]
    assert book.codebook[outcome.stub].sensitive, "q is"
    assert outcome.stub not in CODEBOOK


def test_every_comparison_and_side_is_an_outcome_of_its_own():
    pairs = ("groep == 'a'", "groep == 'b'"), ("q == '1'", "q == '2' or q == 'nvt'")
    book = outcomes_of([contrast("C", "e == '1' ; e == '2'", *pairs)], CODEBOOK, 2024)

    bases = {one.id: one.base for one in book.outcomes}
    assert bases == {
        "C.1-1a": "groep == 'a'",
        "C.1-1b": "groep == 'b'",
        "C.1-2a": "q == '1'",
        "C.1-2b": "(q == '2' or q == 'nvt')",
        "C.2-1a": "groep == 'a'",
        "C.2-1b": "groep == 'b'",
        "C.2-2a": "q == '1'",
        "C.2-2b": "(q == '2' or q == 'nvt')",
    }


def test_what_was_not_asked_in_the_wave_has_no_outcome():
    findings = [finding("A", "later == '1'"), finding("B", "e == '1'", base="later == '1'")]

    assert outcomes_of(findings, CODEBOOK, 2024).outcomes == ()
    assert len(outcomes_of(findings, CODEBOOK, 2025).outcomes) == 2


def answers(**columns: list[str]) -> Responses:
    manifest = Manifest("test", WAVES, True, {}, "", {})
    return Responses(pd.DataFrame(columns, dtype=object), CODEBOOK, manifest)
