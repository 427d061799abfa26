"""Numbers of codes: frozen, extended, never changed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.codebook import Missing
from analysis.errors import ReleaseError
from analysis.export.labelled import labelled_file
from analysis.export.numbering import (
    Form,
    Numbered,
    Numbering,
    NumberingError,
    extend,
    extend_numbers,
    number_responses,
    read_numbering,
    write_numbering,
)
from tests.unit.analysis.export.small_responses import codebook_of, responses_with, variable

CODES = st.lists(
    st.one_of(st.integers(0, 12).map(str), st.text(max_size=4), st.sampled_from(["03", "-1", "٣"])),
    unique=True,
    max_size=12,
)


def test_whole_numbers_keep_their_value_and_words_follow_in_codebook_order():
    assert extend_numbers({}, ["nvt", "1", "2", "3", "anders"]) == {
        "1": 1, "2": 2, "3": 3, "nvt": 4, "anders": 5,
    }  # fmt: skip
    assert extend_numbers({}, ["asiel", "gezin"]) == {"asiel": 1, "gezin": 2}


def test_code_that_only_looks_like_a_number_does_not_take_its_place():
    assert extend_numbers({}, ["03", "3", "-1", "٤"]) == {"3": 3, "03": 4, "-1": 5, "٤": 6}


def test_option_added_by_a_later_wave_leaves_the_numbers_of_the_first():
    first = extend(Numbering("perspectief"), codebook_of(variable("q", codes=["1", "2", "nvt"])))

    later = extend(first, codebook_of(variable("q", codes=["nvt", "new", "3", "1", "2", "4"])))

    # 3 stands for nvt already, so the later code "3" cannot have it.
    assert first["q"].numbers == {"1": 1, "2": 2, "nvt": 3}
    assert later["q"].numbers == {"1": 1, "2": 2, "nvt": 3, "4": 4, "new": 5, "3": 6}


@given(CODES, CODES)
def test_extended_table_keeps_all_numbers_and_never_gives_one_twice(first, second):
    before = extend_numbers({}, first)

    after = extend_numbers(before, second)

    assert {code: after[code] for code in before} == before
    assert set(after) == {*first, *second}
    assert len(set(after.values())) == len(after)
    assert all(number >= 0 for number in after.values())


@given(CODES.filter(lambda codes: not {kind.value for kind in Missing} & set(codes)))
def test_number_of_a_code_or_missing_code_leads_back_to_it(codes):
    numbered = Numbered(Form.CODES, extend_numbers({}, codes))

    for answer in [*codes, *(kind.value for kind in Missing)]:
        assert numbered.answer(numbered.number(answer)) == answer


def test_five_missing_codes_are_minus_one_to_minus_five():
    numbered = Numbered(Form.NUMBER)

    assert [numbered.number(k) for k in ("dk", "ref", "skip", "na_route", "break_off")] == [
        -1, -2, -3, -4, -5,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("form", "answer", "number"),
    [
        (Form.NUMBER, "7", 7),
        (Form.NUMBER, "7.5", 7.5),
        (Form.MONTH, "2023-05", 202305),
        (Form.MONTH, "2023", 202300),
        (Form.DATE, "2023-05-09", 20230509),
        (Form.DATE, "2023-05", 20230500),
    ],
)
def test_answers_that_are_numbers_or_dates_read_back_from_their_number(form, answer, number):
    numbered = Numbered(form)

    assert numbered.number(answer) == number
    assert numbered.answer(number) == answer


@pytest.mark.parametrize(
    ("form", "answer"),
    [(Form.NUMBER, "nan"), (Form.NUMBER, "1e5"), (Form.NUMBER, "-3"), (Form.MONTH, "2023-13"),
     (Form.MONTH, "05-2023"), (Form.DATE, "2023-05-32"), (Form.NUMBER, "٧")],
)  # fmt: skip
def test_answer_that_is_no_number_or_date_has_no_number(form, answer):
    with pytest.raises(ValueError):
        Numbered(form).number(answer)


def test_negative_answers_move_the_missing_codes_out_of_their_way():
    responses = responses_with(
        [variable("wait", "derived")], {"wait": ["-3", "12", "skip", "dk", ""]}
    )

    numbered = number_responses(responses)["wait"]

    assert numbered.number("-3") == -3
    assert numbered.number("skip") == -9993
    assert numbered.answer(-9991) == "dk"


def test_negative_answer_is_refused_where_minus_three_was_frozen_as_skipped():
    frozen = Numbering("perspectief", {"wait": Numbered(Form.NUMBER)})
    responses = responses_with([variable("wait", "derived")], {"wait": ["-3"]})

    with pytest.raises(NumberingError, match=r"'wait': the answer -3 is negative"):
        number_responses(responses, frozen)


def test_code_list_keeps_the_numbers_of_an_earlier_release():
    place = variable("place", "code_list")
    first = number_responses(responses_with([place], {"place": ["GM0599", "GM0014", "dk"]}))

    later = number_responses(responses_with([place], {"place": ["GM0363", "GM0599"]}), first)

    assert first["place"].numbers == {"GM0014": 1, "GM0599": 2}
    assert later["place"].numbers == {"GM0014": 1, "GM0599": 2, "GM0363": 3}


def test_confirmations_have_numbers_although_the_codebook_does_not_list_them():
    responses = responses_with([variable("q_confirm", "confirm")], {"q_confirm": ["changed"]})

    numbers = number_responses(responses)["q_confirm"].numbers

    assert numbers == {"still_true": 1, "changed": 2, "never_true": 3}


def test_option_that_the_last_wave_dropped_keeps_a_number_for_its_column():
    multiple = variable("m", "multiple", ["a", "b"], columns=("m__old", "m__a", "m__b"))

    numbers = extend(Numbering("perspectief"), codebook_of(multiple))["m"].numbers

    assert numbers == {"a": 1, "b": 2, "old": 3}


def test_numbers_of_another_study_are_refused():
    with pytest.raises(NumberingError, match="numbers of study 'other' for study 'perspectief'"):
        extend(Numbering("other"), codebook_of())


def test_answer_outside_the_codebook_stops_the_file():
    responses = responses_with([variable("q", codes=["1", "2"])], {"q": ["1", "7"]})

    with pytest.raises(ReleaseError, match="variable 'q': the answer '7' is not in the codebook"):
        labelled_file(responses, language="nl")


# --- the file -------------------------------------------------------------------------------------


def test_table_reads_back_from_its_file(tmp_path):
    numbering = Numbering(
        "perspectief",
        {
            "q": Numbered(Form.CODES, {"ja": 1, "نعم": 2, "": 3}),
            "wait": Numbered(Form.NUMBER, signed=True),
            "since": Numbered(Form.MONTH),
        },
    )

    write_numbering(numbering, tmp_path / "numbers.json")

    assert read_numbering(tmp_path / "numbers.json") == numbering


@pytest.mark.parametrize(
    ("variables", "complaint"),
    [
        ('{"q": {"form": "codes", "numbers": {"a": 1, "b": 1}}}', "'q': two codes share a number"),
        ('{"q": {"form": "codes", "numbers": {"a": -1}}}', "no whole numbers from 0"),
        ('{"q": {"form": "codes", "numbers": {"a": true}}}', "no whole numbers from 0"),
        ('{"q": {"form": "codes", "numbers": {"a": 1, "a": 2}}}', "given twice: a"),
        ('{"q": {"form": "words"}}', "words"),
    ],
)
def test_table_that_contradicts_itself_is_refused(tmp_path, variables, complaint):
    path = tmp_path / "numbers.json"
    path.write_text(
        f'{{"format": "perspectief-numbering/1", "study": "x", "variables": {variables}}}'
    )

    with pytest.raises(NumberingError, match=complaint):
        read_numbering(path)


def test_file_of_another_format_is_refused(tmp_path):
    path = tmp_path / "numbers.json"
    path.write_text(json.dumps({"format": "codebook/3", "study": "x", "variables": {}}))

    with pytest.raises(NumberingError, match="format 'codebook/3'"):
        read_numbering(path)
