"""What stands under a table, in words a reader has and not in the language of conditions."""

from dataclasses import replace

import pytest

from analysis.codebook import Code, Codebook, Variable
from analysis.disclosure.policy import Policy
from analysis.plan import Kind, Variance
from analysis.table_notes import condition_text, notes_of, standing_sentences
from analysis.tables import TableFacts
from analysis.wording import Wording

ENGLISH, DUTCH = Wording("en"), Wording("nl")


def variable(name: str, label: str, **codes: str) -> Variable:
    return Variable(
        name=name,
        kind="single",
        waves=(2024,),
        label={"en": label, "nl": label},
        question={},
        codes=tuple(Code(code, {"en": text, "nl": text}) for code, text in codes.items()),
        columns=(name,),
    )


CODEBOOK = Codebook(
    study="s",
    languages=("nl", "en"),
    missing={
        "dk": {"en": "Don't know", "nl": "Weet ik niet"},
        "skip": {"en": "Skipped", "nl": "Overgeslagen"},
    },
    variables={
        one.name: one
        for one in (
            variable("r_regime", "Act", wi2021="Wi2021", wi2013="Wi2013"),
            variable("r_route", "Which route?", b1="B1 route", z="Z route"),
        )
    },
)
FACTS = TableFacts(
    table="t",
    stub="r_route",
    kind=Kind.SHARES,
    waves=("2024",),
    weight="w1_cs",
    weight_version="0123456789abcdef",
    model_based=False,
    base=None,
    asked="true",
    wheres={},
    left_out={"2024": {"dk": 47, "skip": 3}},
    count_missing=(),
    not_asked=(),
    absent={},
    columns=(),
    variance=Variance.CALIBRATED,
    letters=True,
    holm=False,
    df=400.0,
    chapter="RQ1",
)


def notes(**changes: object) -> str:
    return "\n".join(notes_of(replace(FACTS, **changes), CODEBOOK, Policy(), ENGLISH))


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("r_regime == 'wi2021'", "Act: Wi2021"),
        ("r_route in ('b1', 'z')", "Which route: B1 route or Z route"),
        ("r_regime == 'wi2021' and r_route == 'z'", "Act: Wi2021 and Which route: Z route"),
        ("t_months > 6", "t_months > 6"),
    ],
)
def test_conditions_are_said_in_the_words_of_the_codebook(condition, said):
    assert condition_text(condition, CODEBOOK, ENGLISH) == said


def test_weight_is_named_with_its_version():
    assert "Weight w1_cs, version 01234567." in notes()
    assert "open link" not in notes()
    assert "open link" in notes(model_based=True)


def test_counts_left_out_are_rounded_and_small_ones_not_said():
    said = notes(letters=False)

    assert "Left out of the base in 2024: Don't know 50, Skipped fewer than 10." in said
    assert "47" not in said
    assert "3." not in said.replace("2023", "")


def test_test_level_and_adjustment_are_said_only_where_columns_are_tested():
    assert "Tests are not adjusted" in notes()
    assert "(Holm)" in notes(holm=True)
    assert "letter" not in notes(letters=False)


def test_base_joins_filter_and_question_route():
    said = notes(base="r_regime == 'wi2021'", asked="r_route == 'z'")

    assert "Base: Act: Wi2021 and Which route: Z route." in said


def test_synthetic_stands_first():
    assert standing_sentences(Policy(), DUTCH, synthetic=True)[0].startswith("SYNTHETISCH")
    assert not any(
        "SYNTHETIC" in one for one in standing_sentences(Policy(), ENGLISH, synthetic=False)
    )
