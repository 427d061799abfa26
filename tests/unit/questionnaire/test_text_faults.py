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
