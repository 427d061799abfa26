"""Faults of the words: insertions that nothing fills, and texts too long for a phone."""

import pytest

from tests.unit.questionnaire.drafts import CONFIRM, GLAD, STUDY, found_in, only_problem, question


@pytest.mark.parametrize(
    ("rest", "what"),
    [
        ("scale: yesno", "asked"),
        (
            'scale: yesno, variants: [{when: "known(glad)", text: {en: "You, {nobody}?"}}]',
            "asked variant",
        ),
        ('scale: yesno, repeat: {text: {en: "You, {nobody}?"}}', "asked repeat text"),
    ],
)
def test_insertion_of_an_unknown_name_is_refused(tmp_path, rest, what):
    text = "You, {nobody}?" if what == "asked" else "Really?"

    only_problem(
        f'{what}: insertion "{{nobody}}" in language en is unknown',
        tmp_path,
        items=GLAD + question("asked", rest, text=text),
    )


@pytest.mark.parametrize(
    ("rest", "what"),
    [
        ('scale: yesno, help: {en: "So {glad}"}', "asked help"),
        ('options: [{code: "a", en: "So {glad}"}]', "asked option a"),
    ],
)
def test_insertion_where_nothing_is_filled_in_is_refused(tmp_path, rest, what):
    """A person would read the braces."""
    only_problem(
        f'{what}: insertion "{{glad}}" in language en '
        "is not filled in here: expected in a question, after what it repeats",
        tmp_path,
        items=GLAD + question("asked", rest),
    )


def test_insertion_in_a_statement_is_refused(tmp_path):
    items = """\
    - var: bat
      block: core
      type: battery
      text: {en: "?"}
      scale: yesno
      concept: any
      statements:
        - {var: s_one, text: {en: "One {fr_group}"}}  # here
    """

    only_problem(
        's_one: insertion "{fr_group}" in language en '
        "is not filled in here: expected in a question, after what it repeats",
        tmp_path,
        items=items,
    )


def test_insertion_of_a_later_answer_is_refused(tmp_path):
    only_problem(
        'asked: insertion "{glad}" in language en '
        "is not filled in here: expected in a question, after what it repeats",
        tmp_path,
        items=question("asked", "scale: yesno", text="So {glad}?") + GLAD,
    )


@pytest.mark.parametrize("name", ["prev", "prev_masked", "prev_month"])
def test_earlier_answer_is_named_in_the_text_of_a_repeat_only(tmp_path, name):
    only_problem(
        f'asked: insertion "{{{name}}}" in language en '
        "is for the text of a repeat, and contact details are masked there",
        tmp_path,
        items=question("asked", "scale: yesno", text=f"So {{{name}}}?"),
    )


def test_contact_details_are_named_masked_only(tmp_path):
    only_problem(
        'asked repeat text: insertion "{prev}" in language en '
        "is for the text of a repeat, and contact details are masked there",
        tmp_path,
        items=question("asked", f"store: contact, {CONFIRM}", type_="text"),
    )


def test_insertions_are_the_same_in_every_language(tmp_path):
    study = STUDY.replace("languages: [en]", "languages: [nl, en]")
    study = study.replace("{en: ", '{nl: "Iets", en: ')
    items = """\
    - var: asked  # here
      block: core
      type: text
      text: {nl: "U, {fr_group}?", en: "You?"}
      concept: any
    """
    draft = {
        "items": items,
        "study": study,
        "scales": None,
    }
    found = found_in(tmp_path, **draft)

    assert (
        "modules/first.yaml:3: asked: insertions differ between languages (nl: fr_group; en: -)"
        in found
    )


@pytest.mark.parametrize(
    "rest",
    [
        'scale: yesno, help: {en: "LONG"}',
        'options: [{code: "a", en: "LONG"}]',
        'scale: yesno, repeat: {text: {en: "LONG"}}',
    ],
)
def test_text_too_long_for_a_phone_is_refused(tmp_path, rest):
    [problem] = found_in(tmp_path, items=question("asked", rest.replace("LONG", "x" * 301)))

    assert problem.startswith("modules/first.yaml:3: asked ")
    assert problem.endswith("is 301 characters, at most 300")


def test_text_of_an_ending_is_checked_too(tmp_path):
    only_problem(
        'termination after "glad": insertion "{glad}" in language en '
        "is not filled in here: expected in a question, after what it repeats",
        tmp_path,
        more_study="terminations:\n"
        '  - {after: glad, when: "true", status: refused, text: {en: "Bye {glad}"}}  # here\n',
    )


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("So \\u202Eytrap?", "holds an embedding or override (U+202A to U+202E); use isolates"),
        ("<b>So?</b>", "holds < or >: markup is not for texts"),
        ("So\\u200F?", "holds U+200F, which is no letter"),
        ("\\u2068So?", "isolates are not in pairs (U+2068 opens, U+2069 closes)"),
    ],
)
def test_authors_are_held_to_what_translators_are_held_to(tmp_path, text, fault):
    only_problem(
        f"asked: in language en {fault}",
        tmp_path,
        items=question("asked", "scale: yesno", text=text),
    )


def test_text_that_nobody_can_see_is_refused(tmp_path):
    found = found_in(tmp_path, items=question("asked", "scale: yesno", text="\\u200B"))

    assert [one.partition(": in language en ")[2] for one in found] == [
        "holds U+200B, which is no letter",
        "shows nothing",
    ]


@pytest.mark.parametrize("key", ["help", "limits"])
def test_every_text_of_a_question_is_looked_at(tmp_path, key):
    rest = {"help": 'help: {en: "<i>So</i>"}', "limits": 'limits: {unit: {en: "<i>So</i>"}}'}

    found = found_in(tmp_path, items=question("asked", rest[key], type_="number"))

    assert any("holds < or >" in one for one in found), found


def test_two_answers_in_the_same_words_are_refused(tmp_path):
    only_problem(
        'asked|option b: says "yes" in en, as asked|option a does',
        tmp_path,
        items=question("asked", 'options: [{code: "a", en: "Yes"}, {code: "b", en: "yes"}]'),
    )


@pytest.mark.parametrize(
    ("words", "refused"),
    [("Waar woont u nu?", True), ("Blik op Werk", False), ("Internet", False)],
)
def test_dutch_sentence_left_as_english_is_refused(tmp_path, words, refused):
    study = STUDY.replace("languages: [en]", "languages: [nl, en]")
    study = study.replace("{en: ", '{nl: "Iets", en: ')
    items = f"""\
    - var: asked
      block: core
      type: text
      text: {{nl: "{words}", en: "{words}"}}
      concept: any
    """

    found = found_in(tmp_path, items=items, study=study, scales=None)

    assert any("it says what the first language says" in one for one in found) is refused
