"""What changed between two questionnaires, told of each variable; and where variables are used."""

from dataclasses import replace

from app.questionnaire.differences import (
    Change,
    Difference,
    Identity,
    asked_by_var,
    differences,
    identity,
)
from app.questionnaire.expression import parse
from app.questionnaire.model import Instrument, Item
from app.questionnaire.uses import Part, Use, uses_of
from tests.unit.questionnaire.test_route_laws import laws, the_instrument
from tests.unit.questionnaire.visits import instrument_of

BEFORE = instrument_of("conditions")


def changed(at: int, **values) -> Instrument:
    items = list(BEFORE.items)
    items[at] = replace(items[at], **values)
    return replace(BEFORE, items=tuple(items))


def with_options() -> tuple[int, Item]:
    return next((at, one) for at, one in enumerate(BEFORE.items) if one.options)


@laws
def test_questionnaire_differs_in_nothing_from_itself(feature: str, wave: int) -> None:
    one = the_instrument(feature, wave)

    assert differences(one, one) == []
    assert {identity(one, one, var) for var in asked_by_var(one)} == {Identity.SAME}


def test_question_that_came_and_one_that_went_are_told() -> None:
    shorter = replace(BEFORE, items=BEFORE.items[1:])
    first = BEFORE.items[0]
    words = first.text[BEFORE.languages[0]]

    assert differences(shorter, BEFORE) == [Difference(first.var, Change.ADDED, after=words)]
    assert differences(BEFORE, shorter) == [Difference(first.var, Change.GONE, before=words)]
    assert identity(BEFORE, shorter, first.var) is Identity.NOT_ASKED


def test_other_words_are_told_by_language() -> None:
    at, item = with_options()
    language = BEFORE.languages[-1]
    after = changed(at, text={**item.text, language: "Something else?"})

    assert differences(BEFORE, after) == [
        Difference(item.var, Change.TEXT, language, "", item.text[language], "Something else?")
    ]
    if language == BEFORE.languages[0]:
        assert identity(BEFORE, after, item.var) is Identity.TEXT_CHANGED


def test_option_with_other_words_a_new_one_and_one_that_is_gone_are_told() -> None:
    at, item = with_options()
    source = BEFORE.languages[0]
    first, *rest = item.options
    said = replace(first, text=dict.fromkeys(first.text, "Other words"))
    new = replace(first, code="new")
    after = changed(at, options=(said, *rest[1:], new))

    found = [one for one in differences(BEFORE, after) if one.language in ("", source)]

    assert [(one.change, one.detail) for one in found] == [
        (Change.OPTIONS, first.code),
        (Change.OPTIONS, "new"),
        (Change.OPTIONS, rest[0].code),
    ]
    assert found[0].after == "Other words"
    assert identity(BEFORE, after, item.var) is Identity.OPTIONS_CHANGED


def test_question_asked_of_others_is_still_the_same_question() -> None:
    at, item = with_options()
    after = changed(at, when=parse("false"))

    assert [one.change for one in differences(BEFORE, after)] == [Change.CONDITION]
    assert identity(BEFORE, after, item.var) is Identity.SAME


def test_statement_is_compared_on_the_scale_of_its_battery() -> None:
    before = instrument_of("batteries")
    battery = next(one for one in before.items if one.statements)
    first, *rest = battery.options
    said = replace(battery, options=(replace(first, code="other"), *rest))
    after = replace(before, items=tuple(said if one is battery else one for one in before.items))

    statement = battery.statements[0].var
    assert identity(before, after, statement) is Identity.OPTIONS_CHANGED
    assert {one.var for one in differences(before, after)} == {battery.var}


def test_every_condition_that_reads_a_variable_is_found() -> None:
    for item in BEFORE.items:
        for name in item.when.reads & {one.var for one in BEFORE.items}:
            assert Use(item.var, Part.CONDITION, item.when.source) in uses_of(BEFORE, name)


def test_endings_and_calculations_are_uses_too() -> None:
    one = the_instrument("derived", 2024)
    for derived in one.derived:
        for condition, _value in derived.cases:
            for name in condition.reads & set(one.item_of):
                found = uses_of(one, name)
                assert Use(derived.var, Part.DERIVED, condition.source) in found
    ending = the_instrument("the real study", 2025).terminations[0]
    name = next(iter(ending.when.reads))
    found = uses_of(the_instrument("the real study", 2025), name)
    assert Use(ending.after, Part.ENDING, ending.when.source) in found
