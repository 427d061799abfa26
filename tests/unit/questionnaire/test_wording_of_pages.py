"""The words of a page: insertions kept apart, variants, answers in words."""

from dataclasses import replace

import pytest

from app.questionnaire.model import Missing
from app.questionnaire.wording import in_words, month_in_words, question
from tests.unit.questionnaire.visits import Visit, instrument_of, known

OPEN, CLOSE = "\u2068", "\u2069"


def asked(visit: Visit, page_id: str, language: str = "en") -> str:
    return question(
        visit.instrument, visit.page(page_id), visit.known, visit.route.values, language
    )


def visit(**answers) -> Visit:
    found = Visit("wording", known(frame={"fr_mode": "web"}))
    found.answers |= answers
    return found


def inserted(words: str) -> str:
    return f"{OPEN}{words}{CLOSE}"


def test_earlier_answer_stands_isolated_in_the_question():
    assert asked(visit(name="سارة"), "cares_for") == f"Who do you care for, {inserted('سارة')}?"


def test_label_is_in_small_letters_inside_a_sentence_and_abbreviations_are_not():
    person = visit(cares_for=("child", "parent", "duo"))

    assert asked(person, "hours", "nl") == (
        f"Hoeveel uur zorgt u voor {inserted('kind van 3 jaar, vader of moeder en DUO')}?"
    )
    assert asked(person, "hours", "en") == (
        f"How many hours do you care for {inserted('child of 3, father or mother, and DUO')}?"
    )


@pytest.mark.parametrize(
    ("label", "inserted_words"), [("İş yeri", "iş yeri"), ("Işık", "ışık"), ("Okul", "okul")]
)
def test_small_letters_of_a_turkish_label_are_turkish(label, inserted_words):
    # Given a version that has Turkish beside the languages it was written in
    visit = Visit("wording")
    item = visit.instrument.item_by_var["cares_for"]
    turkish = replace(item, options=(replace(item.options[0], text={"tr": label}),))
    hours = replace(visit.instrument.item_by_var["hours"], text={"tr": "Kaç saat: {cares_for}?"})
    translated = Visit(replace(visit.instrument, items=(turkish, hours)))
    translated.answers["cares_for"] = ("child",)
    # Then the label keeps its dots
    assert asked(translated, "hours", "tr") == f"Kaç saat: {inserted(inserted_words)}?"


@pytest.mark.parametrize(
    ("language", "expected"),
    [("nl", "U zei {}. Sinds wanneer?"), ("en", "You said {}. Since when?")],
)
def test_number_is_inserted_with_its_unit(language, expected):
    unit = {"nl": "8 uur", "en": "8 hours"}[language]

    assert asked(visit(hours="8"), "since", language) == expected.format(inserted(unit))


@pytest.mark.parametrize(("since", "words"), [("2019-03", "maart 2019"), ("2019", "2019")])
def test_month_is_inserted_by_name_and_a_year_as_itself(since, words):
    assert asked(visit(since=since), "birthday", "nl").startswith(f"Sinds {inserted(words)}.")


@pytest.mark.parametrize("missing", [None, Missing.SKIP, Missing.DK])
def test_answer_that_was_not_given_leaves_no_braces_and_no_code(missing):
    person = visit() if missing is None else visit(name=missing)

    assert asked(person, "cares_for") == "Who do you care for, …?"


@pytest.mark.parametrize(
    "name",
    [
        f"{CLOSE}evil{OPEN}",
        "\u202eevil",
        "\u202aevil\u202c",
        "\u2066ev\u2067il",
        "{name}{prev}{cares_for}",
        "<b>evil</b>",
    ],
)
def test_inserted_words_cannot_end_their_isolation_or_be_filled_again(name):
    words = asked(visit(name=name), "cares_for")

    assert words.count(OPEN) == words.count(CLOSE) == 1
    assert words.startswith(f"Who do you care for, {OPEN}")
    assert words.endswith(f"{CLOSE}?")
    assert not {*"\u202a\u202b\u202c\u202d\u202e\u2066\u2067"} & {*words}
    if "{" in name:
        assert name in words


def test_first_variant_that_holds_replaces_the_question():
    assisted = Visit("wording", known(frame={"fr_mode": "assisted"}))
    assisted.answers["name"] = "Sara"

    assert asked(assisted, "home") == "Where does this person live?"
    assert asked(visit(name="Sara"), "home") == f"Where do you live, {inserted('Sara')}?"
    assert asked(visit(name=Missing.SKIP), "home") == "Where do you live?"


@pytest.mark.parametrize(
    ("var", "value", "words"),
    [
        ("home", "azc", "In een azc"),
        ("cares_for", ("child", "duo"), "Kind van 3 jaar en DUO"),
        ("cares_for", ("child",), "Kind van 3 jaar"),
        ("hours", "8", "8 uur"),
        ("since", "2019-03", "maart 2019"),
        ("since", "2019", "2019"),
        ("birthday", "2001-04-05", "5 april 2001"),
        ("name", "Sara", "Sara"),
        ("name", "a{prev}b", "a{prev}b"),
        ("name", Missing.REF, "Wil ik niet zeggen"),
        ("home", Missing.SKIP, "Overgeslagen"),
        ("home", "code_of_another_version", "code_of_another_version"),
    ],
)
def test_answer_is_read_back_in_words(var, value, words):
    instrument = instrument_of("wording")

    assert in_words(instrument, instrument.item_of[var], var, value, "nl") == words


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "maart 2019"), ("en", "March 2019"), ("ar", "مارس"), ("tr", "Mart 2019")],
)
def test_month_has_its_name_in_each_language(language, words):
    assert words in month_in_words("2019-03", language)


def test_code_list_answer_is_read_back_by_its_name():
    instrument = instrument_of("code_lists")

    for var, code, name in (("town", "T01", "'s-Gravenhage"), ("country", "SY", "Syria")):
        assert in_words(instrument, instrument.item_of[var], var, code, "en") == name
