"""Laws of the condition language: printed and parsed again, an expression says the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.questionnaire.expression import ExpressionError, parse
from app.questionnaire.model import Missing

# The meaning of an expression, written a second time: a tree that prints and judges itself.
VARIABLES = ("a", "b", "count", "month", "chosen", "never")
WORDS = ("yes", "no", "2022", "2022-03", "7", "dk", "skip", "ref")

values = st.one_of(
    st.sampled_from(WORDS),
    st.integers(-3, 12),
    st.sampled_from(list(Missing)),
    st.lists(st.sampled_from(WORDS[:5]), min_size=1, max_size=3, unique=True).map(tuple),
)
people = st.dictionaries(st.sampled_from(VARIABLES), values)


def is_missing(value: object) -> bool:
    return value is None or isinstance(value, Missing)


def number(value: object) -> float | None:
    if isinstance(value, int):
        return float(value)
    return float(value) if isinstance(value, str) and value.isdigit() else None


@dataclass(frozen=True)
class Literal:
    value: str | int

    def __str__(self) -> str:
        return f"'{self.value}'" if isinstance(self.value, str) else str(self.value)

    def of(self, person: dict[str, Any]) -> str | int:
        return self.value


@dataclass(frozen=True)
class Variable:
    name: str

    def __str__(self) -> str:
        return self.name

    def of(self, person: dict[str, Any]) -> Any:
        return person.get(self.name)


@dataclass(frozen=True)
class Compared:
    left: Variable | Literal
    sign: str
    right: Variable | Literal

    def __str__(self) -> str:
        return f"{self.left} {self.sign} {self.right}"

    def holds(self, person: dict[str, Any]) -> bool:
        if self.sign == "!=":
            return not Compared(self.left, "==", self.right).holds(person)
        one, other = self.left.of(person), self.right.of(person)
        return self.equal(one, other) if self.sign == "==" else self.ordered(one, other)

    def equal(self, one: Any, other: Any) -> bool:
        # Only a code that is written out can equal a missing answer.
        named = [side for side in (self.left, self.right) if isinstance(side, Literal)]
        if is_missing(one) or is_missing(other):
            word = next((side.value for side in named), None)
            reason = one if is_missing(one) else other
            return reason is not None and isinstance(word, str) and word == str(reason)
        if isinstance(one, int) or isinstance(other, int):
            return number(one) is not None and number(one) == number(other)
        return one == other

    def ordered(self, one: Any, other: Any) -> bool:
        if (
            is_missing(one)
            or is_missing(other)
            or isinstance(one, tuple)
            or isinstance(other, tuple)
        ):
            return False
        literals = [side.value for side in (self.left, self.right) if isinstance(side, Literal)]
        as_text = any(isinstance(word, str) for word in literals)
        as_number = any(isinstance(word, int) for word in literals) and not as_text
        first, second = number(one), number(other)
        if not as_text and first is not None and second is not None:
            pair: tuple[Any, Any] = (first, second)
        elif as_number:
            return False
        else:
            pair = (str(one), str(other))
        below, same = pair[0] < pair[1], pair[0] == pair[1]
        return {"<": below, "<=": below or same, ">": not (below or same), ">=": not below}[
            self.sign
        ]


@dataclass(frozen=True)
class OneOf:
    name: str
    literals: tuple[Literal, ...]

    def __str__(self) -> str:
        return f"{self.name} in ({', '.join(map(str, self.literals))})"

    def holds(self, person: dict[str, Any]) -> bool:
        return any(Compared(Variable(self.name), "==", one).holds(person) for one in self.literals)


@dataclass(frozen=True)
class Chosen:
    code: Literal
    name: str

    def __str__(self) -> str:
        return f"{self.code} in {self.name}"

    def holds(self, person: dict[str, Any]) -> bool:
        value = person.get(self.name)
        return str(self.code.value) in (value if isinstance(value, tuple) else (value,))


@dataclass(frozen=True)
class Known:
    name: str

    def __str__(self) -> str:
        return f"known({self.name})"

    def holds(self, person: dict[str, Any]) -> bool:
        return not is_missing(person.get(self.name))


@dataclass(frozen=True)
class Truth:
    value: bool

    def __str__(self) -> str:
        return str(self.value).lower()

    def holds(self, person: dict[str, Any]) -> bool:
        return self.value


@dataclass(frozen=True)
class Not:
    inner: Any

    def __str__(self) -> str:
        return f"not {bracketed(self.inner)}"

    def holds(self, person: dict[str, Any]) -> bool:
        return not self.inner.holds(person)


@dataclass(frozen=True)
class Joined:
    word: str
    parts: tuple[Any, ...]

    def __str__(self) -> str:
        loose = self.word == "or"
        return f" {self.word} ".join(
            str(part) if loose and not isinstance(part, Joined) else bracketed(part)
            for part in self.parts
        )

    def holds(self, person: dict[str, Any]) -> bool:
        judge = any if self.word == "or" else all
        return judge(part.holds(person) for part in self.parts)


def bracketed(part: Any) -> str:
    return f"({part})" if isinstance(part, Joined) else str(part)


variables = st.sampled_from(VARIABLES)
literals = st.one_of(st.sampled_from(WORDS), st.integers(-3, 12)).map(Literal)
operands = st.one_of(variables.map(Variable), literals)
tests = st.one_of(
    st.builds(
        Compared,
        variables.map(Variable),
        st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
        operands,
    ),
    st.builds(
        Compared,
        literals,
        st.sampled_from(["==", "!=", "<", "<=", ">", ">="]),
        variables.map(Variable),
    ),
    st.builds(OneOf, variables, st.lists(literals, min_size=1, max_size=4).map(tuple)),
    st.builds(Chosen, st.sampled_from(WORDS[:5]).map(Literal), variables),
    st.builds(Known, variables),
    st.builds(Truth, st.booleans()),
)
trees = st.recursive(
    tests,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(
            Joined,
            st.sampled_from(["and", "or"]),
            st.lists(inner, min_size=2, max_size=3).map(tuple),
        ),
    ),
    max_leaves=6,
)


@settings(max_examples=400)
@given(trees, st.lists(people, min_size=1, max_size=5))
@example(Compared(Variable("a"), "==", Literal("dk")), [{"a": Missing.DK}, {"a": Missing.REF}, {}])
@example(Compared(Variable("a"), "!=", Variable("b")), [{"a": Missing.DK, "b": Missing.DK}])
@example(Compared(Variable("a"), "<", Literal("2022")), [{"a": ("2021",)}, {"a": 5}])
def test_printed_expression_means_what_its_tree_means(tree, persons):
    condition = parse(str(tree))

    for person in persons:
        assert condition(person) is tree.holds(person), (str(tree), person)


@given(trees)
def test_expression_is_true_or_false_of_nobody_too(tree):
    assert parse(str(tree))({}) in (True, False)


@given(trees, people)
def test_not_is_the_exact_opposite(tree, person):
    assert parse(f"not ({tree})")(person) is not parse(str(tree))(person)


@given(trees, people)
def test_only_what_is_read_matters(tree, person):
    condition = parse(str(tree))

    needed = {name: value for name, value in person.items() if name in condition.reads}

    assert condition(needed) is condition(person)


@given(
    st.one_of(st.text(max_size=60), st.text(alphabet="xy '()=<>!,.0129-andotrikw\n", max_size=60))
)
@example("x == 'a' and " * 3)
@example("not " * 40)
@example("((((")
@example("x in (" + "1," * 50)
def test_any_text_is_a_condition_or_an_error_with_a_column(source):
    try:
        found: bool | int = parse(source)({})
    except ExpressionError as error:
        found = error.column

    assert found in (True, False) or 1 <= found <= len(source) + 1
