"""Conditions of the item bank over many rows."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.domain import FrameRows
from analysis.errors import ExpressionError, UnknownVariableError
from analysis.expression import parse
from analysis.responses import read_release, responses_of
from tests.unit.analysis.releases import write_release

ROWS = FrameRows(
    pd.DataFrame(
        {
            "age": ["30", "9", "dk", ""],
            "letter": ["2021-11", "2022", "2022-05", "na_route"],
            "town": ["GM1", "GM2", "dk", "dk"],
            "born": ["GM1", "GM3", "dk", "GM2"],
            "act": ["wi2021", "wi2013", "na_route", "skip"],
        }
    )
)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("act == 'wi2021'", [1, 0, 0, 0]),
        ("act != 'wi2021'", [0, 1, 1, 1]),
        ("act == 'skip'", [0, 0, 0, 1]),
        ("act == 'na_route'", [0, 0, 0, 0]),
        ("act in ('wi2021', 'skip', 'na_route')", [1, 0, 0, 1]),
        ("age >= 10", [1, 0, 0, 0]),
        ("age < 10", [0, 1, 0, 0]),
        ("age == 9", [0, 1, 0, 0]),
        ("not age < 10", [1, 0, 1, 1]),
        ("act == 'wi2021' or act == 'wi2013' and age > 20", [1, 0, 0, 0]),
        ("(act == 'wi2021' or act == 'wi2013') and age > 20", [1, 0, 0, 0]),
        ("true", [1, 1, 1, 1]),
        ("not true or false", [0, 0, 0, 0]),
    ],
)
def test_expression_follows_the_bank_when_operands_are_missing(source, expected):
    assert parse(source)(ROWS).astype(int).tolist() == expected


def test_months_compare_as_text_and_missing_months_are_false():
    rows = FrameRows(pd.DataFrame({"letter": ["2021-11", "2022", "2022-05", ""]}))

    assert parse("letter >= '2022'")(rows).tolist() == [False, True, True, False]
    assert parse("letter < '2022'")(rows).tolist() == [True, False, False, False]


def test_multiple_choice_and_known_read_the_release(tmp_path):
    responses = responses_of(read_release(write_release(tmp_path / "release")))

    paid = parse("'betaald' in d_nu")(responses)
    known = parse("known(d_nu)")(responses)

    assert paid.tolist() == (responses.table["d_nu__betaald"] == "1").tolist()
    assert known.tolist() == (responses.table["case_status"] == "complete").tolist()
    with pytest.raises(UnknownVariableError, match="no code 'vakantie'"):
        parse("'vakantie' in d_nu")(responses)
    with pytest.raises(UnknownVariableError, match="did you mean e_meedoen"):
        parse("e_medoen == '1'")(responses)


@pytest.mark.parametrize(
    "source", ["a ==", "== 'x'", "a in ()", "a in ('x'", "(a == 'x'", "a", "a $ b", "known('a')"]
)
def test_faulty_expression_is_refused_with_its_column(source):
    with pytest.raises(ExpressionError, match="column"):
        parse(source)
