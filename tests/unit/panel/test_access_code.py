"""A code can be typed in any digits, and a typing error is told from a guess."""

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.panel.access_code import (
    LENGTH,
    check_digit,
    format_code,
    generate,
    is_well_formed,
    normalise,
)

CODES = st.integers(0, 10**13 - 1).map(lambda n: f"{n:013d}").map(lambda d: d + check_digit(d))
ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def test_check_digit_is_that_of_damm() -> None:
    # The worked example of the algorithm's literature: 572 is followed by 4.
    assert check_digit("572") == "4"


@given(CODES, st.integers(0, LENGTH - 1), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(code: str, place: int, shift: int) -> None:
    wrong = code[:place] + str((int(code[place]) + shift) % 10) + code[place + 1 :]
    assert not is_well_formed(wrong)


@given(CODES, st.integers(0, LENGTH - 2))
def test_two_neighbours_swapped_are_always_found(code: str, place: int) -> None:
    assume(code[place] != code[place + 1])
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert not is_well_formed(swapped)


def test_generated_codes_are_well_formed_and_do_not_repeat() -> None:
    codes = {generate() for _ in range(1_000)}
    assert len(codes) == 1_000
    assert all(is_well_formed(code) for code in codes)


def test_generated_codes_of_a_seed_are_the_same_each_time() -> None:
    assert [generate(random.Random(7)) for _ in range(2)] == [generate(random.Random(7))] * 2


@given(CODES)
def test_printed_code_is_read_back(code: str) -> None:
    printed = format_code(code)
    assert [len(group) for group in printed.split(" ")] == [4, 5, 5]
    assert normalise(printed) == code


@pytest.mark.parametrize(
    "typed",
    [
        "12345678901237",
        "1234 56789 01237",
        " 1234-56789-01237\n",
        "1234.56789.01237",
        "1234\u00a056789\u202f01237",
        "\u200e1234\u200f 56789\u2069 01237\u200b",
        "1234–56789‑01237",
        "1234 56789 01237".translate(ARABIC_INDIC),
        "1234 56789 01237".translate(PERSIAN),
        "1234" + " 56789 ".translate(PERSIAN) + "01237".translate(ARABIC_INDIC),
    ],
)
def test_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert normalise(typed) == "12345678901237"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1234",
        "1234 5678A 01237",
        "12345678901237; DROP",
        "<1234>",
        "१२३४",
        "½",
        "²³",
        "1" * 9999,
    ],
)
def test_what_is_no_code_is_not_taken_for_one(typed: str) -> None:
    code = normalise(typed)
    assert code is None or not is_well_formed(code)


@pytest.mark.parametrize("code", ["١٢٣٤٥٦٧٨٩٠١٢٣٧", "²" * 14, "1234567890123", "00000000000000 "])
def test_only_fourteen_ascii_digits_are_well_formed(code: str) -> None:
    assert not is_well_formed(code)
