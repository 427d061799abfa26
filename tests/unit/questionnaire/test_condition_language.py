"""The condition language: truth tables with missing operands, precedence, and errors by column."""

import pytest

from app.questionnaire.expression import MAX_DEPTH, MAX_DIGITS, ExpressionError, parse
from app.questionnaire.model import Missing

ABSENT = None
"""A variable that was not asked."""

MISSING = (ABSENT, Missing.DK, Missing.REF, Missing.SKIP)


def holds(source: str, **values) -> bool:
    return parse(source)({name: value for name, value in values.items() if value is not ABSENT})


# --- equality -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "x", "expected"),
    [
        ("x == 'yes'", "yes", True),
        ("x == 'yes'", "no", False),
        ("x == 'yes'", ABSENT, False),
        ("x == 'yes'", Missing.DK, False),
        ("x == 'dk'", Missing.DK, True),
        ("x == 'ref'", Missing.REF, True),
        ("x == 'skip'", Missing.SKIP, True),
        ("x == 'skip'", Missing.DK, False),
        ("x == 'skip'", ABSENT, False),
        ("'yes' == x", "yes", True),
        ("'dk' == x", Missing.DK, True),
        ("x == ''", "", True),
        ("x == ''", ABSENT, False),
        # Numbers compare as numbers, whichever way they are written.
        ("x == 7", "7", True),
        ("x == 7", "07", True),
        ("x == 7", 7, True),
        ("x == 7", "8", False),
        ("x == 7.0", "7", True),
        ("x == 1.5", "1.5", True),
        ("1.5 == x", "1.5", True),
        ("x == -3", -3, True),
        ("7 == x", "7", True),
        ("x == 7", "seven", False),
        ("x == 7", ABSENT, False),
        ("x == 7", Missing.DK, False),
        # Text compares letter by letter.
        ("x == '7'", "7", True),
        ("x == '7'", "07", False),
        ("x == '2024-03'", "2024-03", True),
        ("x == '2024'", "2024-03", False),
        # Several codes are not one code.
        ("x == 'a'", ("a",), False),
        ("x == 7", ("7",), False),
    ],
    ids=repr,
)
def test_equality_and_its_exact_opposite(source, x, expected):
    assert holds(source, x=x) is expected
    assert holds(source.replace("==", "!="), x=x) is not expected


@pytest.mark.parametrize(
    ("x", "y", "expected"),
    [
        ("a", "a", True),
        ("a", "b", False),
        ("7", 7, True),
        (7, "07", True),
        ("7", "07", False),
        (("a", "b"), ("a", "b"), True),
        (("a",), ("a", "b"), False),
        ("a", ABSENT, False),
        (ABSENT, ABSENT, False),
        # Two people who do not know say nothing about being the same.
        (Missing.DK, Missing.DK, False),
        (Missing.SKIP, Missing.REF, False),
        ("dk", Missing.DK, False),
    ],
    ids=repr,
)
def test_two_variables_are_equal_when_both_are_known_and_the_same(x, y, expected):
    for first, second in ((x, y), (y, x)):
        assert holds("x == y", x=first, y=second) is expected
        assert holds("x != y", x=first, y=second) is not expected


# --- order --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "sign", "expected"),
    [
        ("9", "<", True),
        ("10", "<", False),
        ("10", "<=", True),
        ("11", "<=", False),
        ("11", ">", True),
        ("10", ">", False),
        ("10", ">=", True),
        ("9", ">=", False),
        (9, "<", True),
        (11, ">", True),
        ("-5", "<", True),
        ("nine", "<", False),
        ("nine", ">", False),
        (("9",), "<", False),
        (("9",), ">", False),
        ("nan", "<", False),
        ("nan", ">=", False),
        ("infinity", ">", False),
        ("1_000", ">", False),
        ("1e3", ">", False),
        ("٢٠", ">", False),
    ],
    ids=repr,
)
def test_numbers_are_ordered_as_numbers(x, sign, expected):
    assert holds(f"x {sign} 10", x=x) is expected
    mirrored = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}[sign]
    assert holds(f"10 {mirrored} x", x=x) is expected


@pytest.mark.parametrize(
    ("x", "source", "expected"),
    [
        ("2021-12", "x < '2022'", True),
        ("2021", "x < '2022'", True),
        ("2022", "x >= '2022'", True),
        ("2022-01", "x >= '2022'", True),
        ("2022-01", "x < '2022'", False),
        ("2022-09", "x < '2022-10'", True),
        # A year alone stands before its months.
        ("2022", "x < '2022-01'", True),
        ("2022-01", "'2022' <= x", True),
        (("2022-01",), "x < '2023'", False),
        (("2022-01",), "x >= '2000'", False),
    ],
)
def test_months_are_ordered_as_text(x, source, expected):
    assert holds(source, x=x) is expected


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">="])
@pytest.mark.parametrize("missing", MISSING)
@pytest.mark.parametrize("other", ["10", "'2022'", "'dk'", "'skip'", "''", "y"])
def test_order_is_false_for_what_is_missing(sign, missing, other):
    assert not holds(f"x {sign} {other}", x=missing, y="5")
    assert not holds(f"{other} {sign} x", x=missing, y="5")


def test_two_variables_are_ordered_as_numbers_when_both_are():
    assert holds("x < y", x="9", y="10")
    assert holds("x < y", x="2021-12", y="2022-01")
    assert holds("x < y", x=9, y="10")
    assert not holds("x < y", x=("9",), y="95")


# --- in, known ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ("a", True),
        ("c", False),
        ("7", True),
        ("07", True),
        (7, True),
        ("8", False),
        (Missing.SKIP, True),
        (Missing.DK, False),
        (ABSENT, False),
        (("a",), False),
    ],
    ids=repr,
)
def test_variable_is_in_a_list_of_codes(x, expected):
    source = "x in ('a', 'b', 7, 'skip')"

    assert holds(source, x=x) is expected
    assert holds(f"not {source}", x=x) is not expected


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        (("a", "b"), True),
        (("b",), False),
        (("ab",), False),
        ("a", True),
        ("cat", False),
        (ABSENT, False),
        (Missing.DK, False),
    ],
    ids=repr,
)
def test_code_is_among_those_chosen(x, expected):
    assert holds("'a' in x", x=x) is expected


def test_code_that_is_a_number_is_among_those_chosen():
    assert holds("1 in x", x=("1", "2"))
    assert not holds("3 in x", x=("1", "2"))


@pytest.mark.parametrize(
    ("x", "expected"),
    [
        ("yes", True),
        ("", True),
        ("0", True),
        (0, True),
        (("a",), True),
        ("dk", True),
        *((one, False) for one in MISSING),
    ],
    ids=repr,
)
def test_known_is_a_substantive_answer(x, expected):
    assert holds("known(x)", x=x) is expected
    assert holds("not known(x)", x=x) is not expected


# --- logic --------------------------------------------------------------------------------------


@pytest.mark.parametrize("a", [True, False])
@pytest.mark.parametrize("b", [True, False])
def test_and_or_not(a, b):
    first, second = str(a).lower(), str(b).lower()

    assert holds(f"{first} and {second}") is (a and b)
    assert holds(f"{first} or {second}") is (a or b)
    assert holds(f"not {first}") is (not a)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("true or false and false", True),
        ("(true or false) and false", False),
        ("not false and false", False),
        ("not (false and false)", True),
        ("not false or true", True),
        ("not not true", True),
        ("not x == 'a' and true", True),
        ("false and false or true", True),
        ("true and not false", True),
    ],
)
def test_not_binds_before_and_before_or(source, expected):
    assert holds(source, x="b") is expected


@pytest.mark.parametrize("missing", MISSING)
def test_not_of_a_comparison_with_something_missing_holds(missing):
    """Two-valued logic: authors read `not x == 'a'` as "did not say a"."""
    assert holds("not x == 'a'", x=missing)
    assert holds("x != 'a'", x=missing)
    assert holds("not x < 5", x=missing)


def test_condition_knows_what_it_reads():
    condition = parse("a == 'x' and ('c' in b or known(d)) and e in ('f') and g < h")

    assert condition.reads == {"a", "b", "d", "e", "g", "h"}
    assert condition.source.startswith("a == 'x'")


def test_words_of_the_language_may_stand_in_quotes_and_within_names():
    assert holds("x == 'not' or x == 'and'", x="and")
    assert holds("android == 'in' and notes == 'or'", android="in", notes="or")


@pytest.mark.parametrize("blank", ["  ", "\n", "\t", "\n   "])
def test_blanks_of_any_kind_separate(blank):
    source = blank.join(["x", "==", "'a  b'", "and", "known", "(", "x", ")"])

    assert holds(source, x="a  b")


# --- errors -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "column", "says"),
    [
        ("", 1, "found the end; expected a variable, a text in single quotes or a number"),
        ("   ", 4, "found the end"),
        ("x", 2, "found the end; expected a comparison (==, !=, <, <=, >, >=, in)"),
        ("x ==", 5, "found the end; expected a variable"),
        ("x = 'a'", 3, "cannot read '='"),
        ('x == "a"', 6, "cannot read '\"'"),
        ("x == 'a", 6, 'cannot read "\'"'),
        ("x == 'a' 'b'", 10, "found \"'b'\"; expected the end, `and` or `or`"),
        ("x == 'a' and", 13, "found the end"),
        ("and x == 'a'", 1, 'found "and"; expected a variable'),
        ("x == 'a' or or y == 'b'", 13, 'found "or"; expected a variable'),
        ("(x == 'a'", 10, 'found the end; expected ")"'),
        ("x == 'a')", 9, 'found ")"; expected the end'),
        ("x in 'a'", 6, 'found "\'a\'"; expected "("'),
        ("x in ()", 7, 'found ")"; expected a variable, a text'),
        ("x in ('a' 'b')", 11, 'found "\'b\'"; expected ")"'),
        ("x in ('a',)", 11, 'found ")"'),
        ("x in (y)", 7, 'found "y"; expected a text in single quotes or a number'),
        ("'a' in 'b'", 8, "found \"'b'\"; expected a variable"),
        ("'a' in (x)", 8, 'found "("; expected a variable'),
        ("known x", 7, 'found "x"; expected "("'),
        ("known('x')", 7, "found \"'x'\"; expected a variable"),
        ("known(x", 8, 'found the end; expected ")"'),
        ("not", 4, "found the end"),
        ("x == y == z", 8, 'found "=="; expected the end'),
        ("x + 1 == 2", 3, "cannot read '+'"),
        ("x.y == 1", 2, "cannot read '.'"),
        ("x == 'a' && y == 'b'", 10, "cannot read '&'"),
        ("x == 1; import os", 7, "cannot read ';'"),
        ("__import__('os')", 11, 'found "("; expected a comparison'),
        ("x == é", 6, "cannot read 'é'"),
        ("x == 'a'\n  and y =! 'b'", 18, "cannot read '='"),
        ("x == " + "9" * (MAX_DIGITS + 1), 6, "expected a number of at most 15 digits"),
        ("x in (" + "9" * 400 + ")", 7, "expected a number of at most 15 digits"),
        ("x == " + "9" * 4301, 6, "expected a number of at most 15 digits"),
    ],
)
def test_expression_that_cannot_be_read_names_the_column(source, column, says):
    with pytest.raises(ExpressionError) as caught:
        parse(source)

    assert caught.value.column == column
    assert str(caught.value).startswith(f"column {column}: ")
    assert says in str(caught.value)


@pytest.mark.parametrize("wrap", [("(", ")"), ("not ", ""), ("not (", ")")])
def test_nesting_has_an_end(wrap):
    opening, closing = wrap
    deep = MAX_DEPTH // (2 if wrap == ("not (", ")") else 1)

    assert holds(opening * deep + "true" + closing * deep) is (
        deep % 2 == 0 or "not" not in opening
    )
    with pytest.raises(ExpressionError, match=f"nested more than {MAX_DEPTH} deep"):
        parse(opening * (deep + 1) + "true" + closing * (deep + 1))


@pytest.mark.parametrize("opening", ["(", "not ", "not (", "known(", "x in ("])
def test_ten_thousand_levels_are_an_error_and_no_crash(opening):
    with pytest.raises(ExpressionError):
        parse(opening * 10_000)


def test_long_expression_without_nesting_is_fine():
    assert holds(" or ".join(["x == 'a'"] * 2_000), x="b") is False
    assert holds(" and ".join(["x == 'b'"] * 2_000), x="b") is True
