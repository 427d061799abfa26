"""Faults between questions: names, what conditions read, derived variables; with file and line."""

import pytest

from app.questionnaire.checks import RESERVED
from app.questionnaire.compile import compile_wave
from tests.unit.questionnaire.drafts import GLAD, STUDY, bank_from, found_in, only_problem, question

# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize("var", ["Glad", "2nd", "is-it", "is it", "_x", "é"])
def test_name_of_a_variable_is_lower_case(tmp_path, var):
    only_problem(
        f'variable "{var}": use lower-case letters, digits and _',
        tmp_path,
        items=question(f'"{var}"', "scale: yesno"),
    )


@pytest.mark.parametrize("var", sorted(RESERVED))
def test_name_with_a_meaning_of_its_own_is_kept_free(tmp_path, var):
    only_problem(
        f'variable "{var}": this name has a meaning of its own',
        tmp_path,
        items=question(f'"{var}"', "scale: yesno"),
    )


def test_names_the_engine_and_its_pages_use_are_reserved():
    assert {"wave", "interview_month", "prev", "known", "review", "done", "op", "rev"} <= RESERVED
    assert {"csrf_token", "language", "back", "stop", "prompted", "from"} <= RESERVED


@pytest.mark.parametrize(
    ("var", "more_study", "where"),
    [
        ("glad", "", "line 3 of {}/draft/modules/first.yaml"),
        ("fr_group", "", "the frame"),
        (
            "x_part",
            'assigned: [{var: x_part, after: glad, values: ["a"]}]\n',
            "the assigned variables",
        ),
        ("case_mode", "paradata: [{var: case_mode}]\n", "the paradata"),
        (
            "grp",
            "derived: [{var: grp, kind: cases, after: glad, "
            'cases: [{when: "true", value: "a"}]}]\n',
            "the derived variables",
        ),
    ],
)
def test_name_that_is_taken_is_refused_with_the_place_that_has_it(tmp_path, var, more_study, where):
    only_problem(
        f'variable "{var}" is in {where.format(tmp_path.name)} too',
        tmp_path,
        items=GLAD + question(var, "scale: yesno"),
        more_study=more_study,
    )


@pytest.mark.parametrize(
    ("var", "first"),
    [
        ("town_confirm", 'repeat: {policy: confirm, text: {en: "Still {prev}?"}}, scale: yesno'),
        ("town_other", 'options: [{code: "x", en: "X", specify: true}]'),
    ],
)
def test_name_that_the_engine_makes_for_another_question_is_taken(tmp_path, var, first):
    clean = question("town", first).replace("  # here", "")

    [problem] = found_in(tmp_path, items=clean + question(var, "scale: yesno"))

    assert problem.startswith(f'modules/first.yaml:4: variable "{var}" is in line 3')


def test_two_frame_variables_of_one_name_are_refused(tmp_path):
    study = STUDY.replace("modules:", "  - {var: fr_group, type: single}  # here\nmodules:")

    only_problem('variable "fr_group" is in the frame too', tmp_path, study=study)


# --- conditions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("gald == 'yes'", 'condition reads unknown variable "gald"'),
        ("later == 'yes'", 'condition reads "later", which is not asked earlier'),
        ("asked == 'yes'", 'condition reads "asked", which is not asked earlier'),
        ("glad = 'yes'", "condition cannot be read: column 6: cannot read '='"),
        (
            "glad == yes or",
            "condition cannot be read: column 15: found the end; expected a variable, "
            "a text in single quotes or a number",
        ),
        ("s_one == 'yes' and known(bat)", 'condition reads unknown variable "bat"'),
        ("hello == 'seen'", 'condition reads unknown variable "hello"'),
    ],
)
def test_condition_reads_what_was_asked_before(tmp_path, when, message):
    battery = (
        '- {var: bat, block: core, type: battery, text: {en: "?"}, scale: yesno, concept: any, '
        'statements: [{var: s_one, text: {en: "One"}}]}\n'
        '- {var: hello, block: core, type: info, text: {en: "Hello"}, concept: any}\n'
    )
    items = (
        GLAD
        + battery
        + question("asked", f'scale: yesno, when: "{when}"')
        + GLAD.replace("glad", "later")
    )

    only_problem(message, tmp_path, items=items)


def test_statement_may_not_read_another_of_its_battery(tmp_path):
    items = """\
    - var: bat
      block: core
      type: battery
      text: {en: "?"}
      scale: yesno
      concept: any
      statements:
        - {var: s_one, text: {en: "One"}}
        - {var: s_two, text: {en: "Two"}, when: "s_one == 'yes'"}  # here
    """

    only_problem('condition reads "s_one", which is not asked earlier', tmp_path, items=items)


def test_condition_of_a_variant_is_checked_too(tmp_path):
    items = question("asked", 'scale: yesno, variants: [{when: "nobody == 1", text: {en: "Oh?"}}]')

    only_problem('condition reads unknown variable "nobody"', tmp_path, items=items)


def test_reset_on_names_an_earlier_variable(tmp_path):
    for number, name in enumerate(("nobody", "asked")):
        folder = tmp_path / str(number)
        only_problem(
            f'reset_on "{name}" is not an earlier variable',
            folder,
            items=question("asked", f"scale: yesno, repeat: {{policy: once, reset_on: {name}}}"),
        )


@pytest.mark.parametrize(
    ("more_study", "message"),
    [
        (
            'terminations: [{after: gald, when: "true", status: refused, text: {en: "Bye"}}]',
            'termination after "gald": no such item',
        ),
        (
            'terminations: [{after: fr_group, when: "true", status: refused, text: {en: "Bye"}}]',
            'termination after "fr_group": no such item',
        ),
        (
            'terminations: [{after: glad, when: "sad == 1", status: refused, text: {en: "Bye"}}]',
            'condition reads unknown variable "sad"',
        ),
        (
            'assigned: [{var: x, after: gald, values: ["a"]}]',
            'assigned after "gald": no such item',
        ),
    ],
)
def test_what_happens_after_an_item_names_an_item(tmp_path, more_study, message):
    only_problem(message, tmp_path, more_study=f"{more_study}  # here\n")


# --- derived variables --------------------------------------------------------------------------

MULTIPLE = (
    '- {var: acts, block: core, type: multiple, text: {en: "?"}, concept: any, waves: [2024], '
    'options: [{code: "a", en: "A"}]}\n'
)


@pytest.mark.parametrize(
    ("derived", "message"),
    [
        ("kind: cases, after: glad", "grp: kind cases needs at least one case"),
        (
            "kind: years_between, after: glad, from: [glad]",
            "grp: kind years_between needs from and to",
        ),
        ("kind: years_between, after: glad, to: glad", "grp: kind years_between needs from and to"),
        (
            "kind: months_between, after: glad, from: [glad, acts], to: acts",
            "grp: kind months_between needs one variable in from, and to",
        ),
        (
            'kind: months_between, after: glad, from: [glad], to: glad, censor_when: "true"',
            "grp: censor_when and censor_at go together",
        ),
        (
            "kind: union_over_waves, after: glad",
            "grp: kind union_over_waves needs one multiple choice in from",
        ),
        (
            "kind: union_over_waves, after: glad, from: [glad]",
            "grp: kind union_over_waves needs one multiple choice in from",
        ),
        (
            "kind: union_over_waves, after: glad, from: [acts]",
            'grp: "acts" is not asked in every wave that asks "glad"',
        ),
        (
            'kind: cases, after: gald, cases: [{when: "true", value: "x"}]',
            'after "gald": no such item',
        ),
        (
            'kind: cases, after: s_one, cases: [{when: "true", value: "x"}]',
            'after "s_one": no such item',
        ),
        (
            'kind: cases, after: glad, cases: [{when: "sad == 1", value: "x"}]',
            '"grp" reads unknown variable "sad"',
        ),
        (
            'kind: cases, after: acts, cases: [{when: "known(glad)", value: "x"}]',
            '"grp" reads "glad", which comes after "acts"',
        ),
        (
            'kind: cases, after: glad, cases: [{when: "known(grp)", value: "x"}]',
            '"grp" reads "grp", which comes after "glad"',
        ),
        (
            "kind: years_between, after: glad, from: [glad], to: nobody",
            '"grp" reads unknown variable "nobody"',
        ),
    ],
)
def test_derived_variable_has_what_its_kind_needs(tmp_path, derived, message):
    battery = (
        '- {var: bat, block: core, type: battery, text: {en: "?"}, scale: yesno, concept: any, '
        'statements: [{var: s_one, text: {en: "One"}}]}\n'
    )
    only_problem(
        message,
        tmp_path,
        items=MULTIPLE + GLAD + battery,
        more_study=f"derived:\n  - {{var: grp, {derived}}}  # here\n",
    )


def test_derived_variables_after_one_item_may_read_each_other_in_order(tmp_path):
    bank = bank_from(
        tmp_path,
        more_study="""\
        derived:
          - {var: one, kind: cases, after: glad, cases: [{when: "known(glad)", value: "x"}]}
          - {var: two, kind: cases, after: glad, cases: [{when: "one == 'x'", value: "y"}]}
        """,
    )

    assert [one.var for one in bank.derived] == ["one", "two"]


def test_derived_variable_that_waits_for_an_item_of_another_wave_is_not_compiled(tmp_path):
    bank = bank_from(
        tmp_path,
        items=MULTIPLE + GLAD,
        more_study="derived: [{var: ever, kind: union_over_waves, after: acts, from: [acts]}]\n",
    )

    assert [len(compile_wave(bank, wave).derived) for wave in bank.waves] == [1, 0]
