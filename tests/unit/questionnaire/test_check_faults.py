"""Each check of a bank meets its fault and says file, line, what was found, what was expected."""

import pytest

from app.questionnaire.checks import RESERVED
from app.questionnaire.compile import compile_wave
from tests.unit.questionnaire.drafts import GLAD, SCALES, STUDY, bank_from, found_in, marked_lines


def item(var: str, rest: str, *, type_: str = "single", text: str = "Really?") -> str:
    """One question on one line; ``rest`` are its other keys."""
    return (
        f'- {{var: {var}, block: core, type: {type_}, text: {{en: "{text}"}}, '
        f"concept: any, {rest}}}  # here\n"
    )


def line(message: str, *, draft: dict, tmp_path) -> None:
    """The draft has exactly one problem: this message, at the marked line."""
    found = found_in(tmp_path, **draft)
    [place] = marked_lines(tmp_path)

    assert found == [f"{place}: {message}"]


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize("var", ["Glad", "2nd", "is-it", "is it", "_x", "é"])
def test_name_of_a_variable_is_lower_case(tmp_path, var):
    line(
        f'variable "{var}": use lower-case letters, digits and _',
        draft={"items": item(f'"{var}"', "scale: yesno")},
        tmp_path=tmp_path,
    )


@pytest.mark.parametrize("var", sorted(RESERVED))
def test_name_with_a_meaning_of_its_own_is_kept_free(tmp_path, var):
    line(
        f'variable "{var}": this name has a meaning of its own',
        draft={"items": item(f'"{var}"', "scale: yesno")},
        tmp_path=tmp_path,
    )


def test_names_the_engine_and_its_pages_use_are_reserved():
    assert {"wave", "interview_month", "prev", "known", "review", "done", "op", "rev"} <= RESERVED
    assert {"csrf_token", "language", "back", "stop", "prompted", "from"} <= RESERVED


@pytest.mark.parametrize(
    ("var", "more_study", "where"),
    [
        ("glad", "", "line 3 of {}/draft/modules/first.yaml"),
        ("fr_group", "", "the frame"),
        ("x_part", 'assigned: [{var: x_part, after: glad, values: ["a"]}]\n', "the assigned variables"),
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
    line(
        f'variable "{var}" is in {where.format(tmp_path.name)} too',
        draft={"items": GLAD + item(var, "scale: yesno"), "more_study": more_study},
        tmp_path=tmp_path,
    )


@pytest.mark.parametrize(
    ("var", "first"),
    [
        ("town_confirm", 'repeat: {policy: confirm, text: {en: "Still {prev}?"}}, scale: yesno'),
        ("town_other", 'options: [{code: "x", en: "X", specify: true}]'),
    ],
)
def test_name_that_the_engine_makes_for_another_question_is_taken(tmp_path, var, first):
    clean = item("town", first).replace("  # here", "")

    [problem] = found_in(tmp_path, items=clean + item(var, "scale: yesno"))

    assert problem.startswith(f'modules/first.yaml:4: variable "{var}" is in line 3')


def test_two_frame_variables_of_one_name_are_refused(tmp_path):
    study = STUDY.replace(
        "modules:", "  - {var: fr_group, type: single}  # here\nmodules:"
    )

    line('variable "fr_group" is in the frame too', draft={"study": study}, tmp_path=tmp_path)


# --- conditions ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ("gald == 'yes'", 'condition reads unknown variable "gald"'),
        ("later == 'yes'", 'condition reads "later", which is not asked earlier'),
        ("asked == 'yes'", 'condition reads "asked", which is not asked earlier'),
        ("glad = 'yes'", "condition cannot be read: column 6: cannot read '='"),
        ("glad == yes or", 'condition cannot be read: column 15: found the end; expected a variable, '
         "a text in single quotes or a number"),
        ("s_one == 'yes' and known(bat)", 'condition reads unknown variable "bat"'),
        ("hello == 'seen'", 'condition reads unknown variable "hello"'),
    ],
)  # fmt: skip
def test_condition_reads_what_was_asked_before(tmp_path, when, message):
    battery = (
        '- {var: bat, block: core, type: battery, text: {en: "?"}, scale: yesno, concept: any, '
        'statements: [{var: s_one, text: {en: "One"}}]}\n'
        '- {var: hello, block: core, type: info, text: {en: "Hello"}, concept: any}\n'
    )
    items = (
        GLAD
        + battery
        + item("asked", f'scale: yesno, when: "{when}"')
        + GLAD.replace("glad", "later")
    )

    line(message, draft={"items": items}, tmp_path=tmp_path)


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

    line(
        'condition reads "s_one", which is not asked earlier',
        draft={"items": items},
        tmp_path=tmp_path,
    )


def test_condition_of_a_variant_is_checked_too(tmp_path):
    items = item("asked", 'scale: yesno, variants: [{when: "nobody == 1", text: {en: "Oh?"}}]')

    line('condition reads unknown variable "nobody"', draft={"items": items}, tmp_path=tmp_path)


def test_reset_on_names_an_earlier_variable(tmp_path):
    for number, name in enumerate(("nobody", "asked")):
        folder = tmp_path / str(number)
        line(
            f'reset_on "{name}" is not an earlier variable',
            draft={"items": item("asked", f"scale: yesno, repeat: {{policy: once, reset_on: {name}}}")},
            tmp_path=folder,
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
    line(message, draft={"more_study": f"{more_study}  # here\n"}, tmp_path=tmp_path)


# --- derived variables --------------------------------------------------------------------------

MULTIPLE = (
    '- {var: acts, block: core, type: multiple, text: {en: "?"}, concept: any, waves: [2024], '
    'options: [{code: "a", en: "A"}]}\n'
)


@pytest.mark.parametrize(
    ("derived", "message"),
    [
        ("kind: cases, after: glad", "grp: kind cases needs at least one case"),
        ("kind: years_between, after: glad, from: [glad]", "grp: kind years_between needs from and to"),
        ("kind: years_between, after: glad, to: glad", "grp: kind years_between needs from and to"),
        (
            "kind: months_between, after: glad, from: [glad, acts], to: acts",
            "grp: kind months_between needs one variable in from, and to",
        ),
        (
            'kind: months_between, after: glad, from: [glad], to: glad, censor_when: "true"',
            "grp: censor_when and censor_at go together",
        ),
        ("kind: union_over_waves, after: glad", "grp: kind union_over_waves needs one multiple choice in from"),
        (
            "kind: union_over_waves, after: glad, from: [glad]",
            "grp: kind union_over_waves needs one multiple choice in from",
        ),
        (
            "kind: union_over_waves, after: glad, from: [acts]",
            'grp: "acts" is not asked in every wave that asks "glad"',
        ),
        (
            "kind: cases, after: gald, cases: [{when: \"true\", value: \"x\"}]",
            'after "gald": no such item',
        ),
        (
            "kind: cases, after: s_one, cases: [{when: \"true\", value: \"x\"}]",
            'after "s_one": no such item',
        ),
        (
            "kind: cases, after: glad, cases: [{when: \"sad == 1\", value: \"x\"}]",
            '"grp" reads unknown variable "sad"',
        ),
        (
            "kind: cases, after: acts, cases: [{when: \"known(glad)\", value: \"x\"}]",
            '"grp" reads "glad", which comes after "acts"',
        ),
        (
            "kind: cases, after: glad, cases: [{when: \"known(grp)\", value: \"x\"}]",
            '"grp" reads "grp", which comes after "glad"',
        ),
        ("kind: years_between, after: glad, from: [glad], to: nobody", '"grp" reads unknown variable "nobody"'),
    ],
)  # fmt: skip
def test_derived_variable_has_what_its_kind_needs(tmp_path, derived, message):
    battery = (
        '- {var: bat, block: core, type: battery, text: {en: "?"}, scale: yesno, concept: any, '
        'statements: [{var: s_one, text: {en: "One"}}]}\n'
    )
    line(
        message,
        draft={
            "items": MULTIPLE + GLAD + battery,
            "more_study": f"derived:\n  - {{var: grp, {derived}}}  # here\n",
        },
        tmp_path=tmp_path,
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


# --- one question -------------------------------------------------------------------------------

TWO = 'options: [{code: "a", en: "A"}, {code: "b", en: "B"}]'


@pytest.mark.parametrize(
    ("type_", "rest", "message"),
    [
        ("single", "per_screen: 5", "needs options or a scale"),
        ("multiple", "per_screen: 5", "needs options or a scale"),
        ("consent", "per_screen: 5", "needs options or a scale"),
        ("number", "scale: yesno", "type number has no options"),
        ("open", TWO, "type open has no options"),
        ("single", 'options: [{code: "dk", en: "?"}]', 'option code "dk" is kept for missing answers'),
        ("single", 'options: [{code: "skip", en: "?"}]', 'option code "skip" is kept for missing answers'),
        ("single", 'options: [{code: "a,b", en: "?"}]', 'option code "a,b": use letters, digits, _ and .'),
        ("single", 'options: [{code: "a b", en: "?"}]', 'option code "a b": use letters, digits, _ and .'),
        ("single", 'options: [{code: "", en: "?"}]', 'option code "": use letters, digits, _ and .'),
        ("single", 'options: [{code: "é", en: "?"}]', 'option code "é": use letters, digits, _ and .'),
        (
            "single",
            'options: [{code: "a", en: "A", exclusive: true}]',
            "only multiple choice has exclusive options",
        ),
        (
            "consent",
            'options: [{code: "a", en: "A", specify: true}]',
            'only single and multiple choice have "other, namely"',
        ),
        ("multiple", TWO + ", limits: {max_choices: 3}", "max_choices is 3, expected 1 to 2 on a multiple choice"),
        ("multiple", TWO + ", limits: {max_choices: 0}", "max_choices is 0, expected 1 to 2 on a multiple choice"),
        ("single", TWO + ", limits: {max_choices: 1}", "max_choices is 1, expected 1 to 2 on a multiple choice"),
        ("battery", "scale: yesno", "a battery, and only a battery, has statements"),
        (
            "single",
            'scale: yesno, statements: [{var: s_one, text: {en: "One"}}]',
            "a battery, and only a battery, has statements",
        ),
        ("code_list", "per_screen: 5", "a code list, and only a code list, names its list"),
        ("text", "list: country", "a code list, and only a code list, names its list"),
        ("code_list", "list: planets", 'unknown code list "planets"'),
        ("text", "per_screen: 0", "per_screen is 0, expected 1 to 6"),
        ("text", "per_screen: 7", "per_screen is 7, expected 1 to 6"),
        ("single", TWO + ", required: true, missing: {dk: none}",
         "only consent may be required: everything else may be left unanswered"),
        ("consent", TWO + ", required: true",
         "required consent offers no dk or refuse: write missing: {dk: none}"),
        ("text", "rq: [Q9]", '"Q9" is not in study.yaml'),
        ("text", "indicators: [play]", '"play" is not in study.yaml'),
    ],
)  # fmt: skip
def test_question_has_what_its_type_needs(tmp_path, type_, rest, message):
    more_study = "code_lists: {country: territories}\n"
    line(
        f"asked: {message}",
        draft={"items": item("asked", rest, type_=type_), "more_study": more_study},
        tmp_path=tmp_path,
    )


def test_concept_is_one_of_the_study(tmp_path):
    items = item("asked", "scale: yesno").replace("concept: any", "concept: many")

    line('asked: "many" is not in study.yaml', draft={"items": items}, tmp_path=tmp_path)


@pytest.mark.parametrize(
    "rest", ["concept: many", "rq: [many]", "indicators: [many]"]
)
def test_what_a_statement_refers_to_is_in_the_study(tmp_path, rest):
    statement = f'statements: [{{var: s_one, text: {{en: "One"}}, {rest}}}]'

    line(
        'asked: "many" is not in study.yaml',
        draft={"items": item("asked", f"scale: yesno, {statement}", type_="battery")},
        tmp_path=tmp_path,
    )


@pytest.mark.parametrize(
    ("type_", "limits", "message"),
    [
        ("number", 'min: "a few"', 'min is "a few", expected a whole number'),
        ("number", "max: interview_month", 'max is "interview_month", expected a whole number'),
        ("number", "min: -5", 'min is "-5", expected a whole number'),
        ("number", "min: 7, max: 6", "min 7 is above max 6"),
        ("number", "min: 10, max: 9", "min 10 is above max 9"),
        ("year", "min: 88", 'min is "88", expected a year'),
        ("year", 'max: "2024-01"', 'max is "2024-01", expected a year'),
        ("year", "min: 2025, max: 2024", "min 2025 is above max 2024"),
        ("month", 'min: "2024-13"', 'min is "2024-13", expected YYYY or YYYY-MM'),
        ("month", "min: interview_month", 'min is "interview_month", expected YYYY or YYYY-MM'),
        ("month", 'min: "2024-03", max: "2024-02"', "min 2024-03 is above max 2024-02"),
        ("month", 'min: "2025", max: "2024-02"', "min 2025 is above max 2024-02"),
        ("date", 'max: "2024-02-32"', 'max is "2024-02-32", expected YYYY, YYYY-MM or YYYY-MM-DD'),
        ("text", "min: 3", "type text has no min"),
        ("text", "max: interview_month", "type text has no max"),
        ("date", "year_only: true", "only a month may be given as its year alone"),
        ("year", 'unit: {en: "years"}', "only a number has a unit"),
        ("text", "max_length: 0", "max_length is 0, expected 1 to 20000"),
        ("open", "max_length: 20001", "max_length is 20001, expected 1 to 20000"),
    ],
)
def test_limits_fit_the_type(tmp_path, type_, limits, message):
    line(
        f"asked: {message}",
        draft={"items": item("asked", f"limits: {{{limits}}}", type_=type_)},
        tmp_path=tmp_path,
    )


@pytest.mark.parametrize(
    ("type_", "limits"),
    [
        ("number", "min: 0, max: 0"),
        ("year", 'min: "1930", max: interview_month'),
        ("month", 'min: "2024", max: "2024-01", year_only: true'),
        ("month", "min: 2013, max: interview_month"),
        ("date", 'min: "2024-01", max: "2024-01-31"'),
    ],
)
def test_limits_that_fit_are_taken(tmp_path, type_, limits):
    bank_from(tmp_path, items=item("asked", f"limits: {{{limits}}}", type_=type_))


@pytest.mark.parametrize(
    ("type_", "rest", "message"),
    [
        ("single", "repeat: {policy: until_event}", "until_event needs the codes that end it"),
        ("single", 'repeat: {policy: until_event, until: ["c"]}', 'until names "c", which is not an option'),
        (
            "multiple",
            'repeat: {policy: until_event, until: ["a"]}',
            "until_event waits for one code: a multiple choice has several",
        ),
        ("single", 'repeat: {policy: once, until: ["a"]}', "policy once has no until"),
        (
            "single",
            'repeat: {policy: until_event, until: ["a"], reset_on: glad}',
            "policy until_event has no reset_on",
        ),
        ("single", "repeat: {policy: confirm}", "confirm needs the text that names the earlier answer"),
    ],
)
def test_repeat_has_what_its_policy_needs(tmp_path, type_, rest, message):
    line(
        f"asked: {message}",
        draft={"items": GLAD + item("asked", f"{TWO}, {rest}", type_=type_)},
        tmp_path=tmp_path,
    )


CONFIRM = 'repeat: {policy: confirm, text: {en: "Still {prev}?"}}'


def test_battery_is_not_confirmed(tmp_path):
    statement = 'scale: yesno, statements: [{var: s_one, text: {en: "One"}}]'

    line(
        "asked: a battery cannot be confirmed as a whole",
        draft={"items": item("asked", f"{statement}, {CONFIRM}", type_="battery")},
        tmp_path=tmp_path,
    )


def test_page_that_asks_nothing_is_not_confirmed(tmp_path):
    line(
        "asked: a page that asks nothing cannot be confirmed",
        draft={"items": item("asked", CONFIRM, type_="info")},
        tmp_path=tmp_path,
    )


@pytest.mark.parametrize(
    "scales",
    [
        SCALES.replace("confirm3", "confirm2"),
        SCALES.replace("never_true", "wrong"),
    ],
)
def test_confirm_needs_its_own_scale(tmp_path, scales):
    """Without it the page would have no answer that the route understands."""
    line(
        'asked: confirm needs the scale "confirm3" with the codes '
        "changed, never_true, still_true",
        draft={"items": item("asked", CONFIRM, type_="text"), "scales": scales},
        tmp_path=tmp_path,
    )


# --- texts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rest", "what"),
    [
        ("scale: yesno", "asked"),
        ('scale: yesno, variants: [{when: "known(glad)", text: {en: "You, {nobody}?"}}]', "asked variant"),
        ('scale: yesno, repeat: {text: {en: "You, {nobody}?"}}', "asked repeat text"),
    ],
)  # fmt: skip
def test_insertion_of_an_unknown_name_is_refused(tmp_path, rest, what):
    text = "You, {nobody}?" if what == "asked" else "Really?"

    line(
        f'{what}: insertion "{{nobody}}" in language en is unknown',
        draft={"items": GLAD + item("asked", rest, text=text)},
        tmp_path=tmp_path,
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
    line(
        f'{what}: insertion "{{glad}}" in language en '
        "is not filled in here: expected in a question, after what it repeats",
        draft={"items": GLAD + item("asked", rest)},
        tmp_path=tmp_path,
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

    line(
        's_one: insertion "{fr_group}" in language en '
        "is not filled in here: expected in a question, after what it repeats",
        draft={"items": items},
        tmp_path=tmp_path,
    )


def test_insertion_of_a_later_answer_is_refused(tmp_path):
    line(
        'asked: insertion "{glad}" in language en '
        "is not filled in here: expected in a question, after what it repeats",
        draft={"items": item("asked", "scale: yesno", text="So {glad}?") + GLAD},
        tmp_path=tmp_path,
    )


@pytest.mark.parametrize("name", ["prev", "prev_masked", "prev_month"])
def test_earlier_answer_is_named_in_the_text_of_a_repeat_only(tmp_path, name):
    line(
        f'asked: insertion "{{{name}}}" in language en '
        "is for the text of a repeat, and contact details are masked there",
        draft={"items": item("asked", "scale: yesno", text=f"So {{{name}}}?")},
        tmp_path=tmp_path,
    )


def test_contact_details_are_named_masked_only(tmp_path):
    line(
        'asked repeat text: insertion "{prev}" in language en '
        "is for the text of a repeat, and contact details are masked there",
        draft={"items": item("asked", f"store: contact, {CONFIRM}", type_="text")},
        tmp_path=tmp_path,
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

    assert 'modules/first.yaml:3: asked: insertions differ between languages (nl: fr_group; en: -)' in found


@pytest.mark.parametrize(
    "rest",
    [
        'scale: yesno, help: {en: "LONG"}',
        'options: [{code: "a", en: "LONG"}]',
        'scale: yesno, repeat: {text: {en: "LONG"}}',
    ],
)
def test_text_too_long_for_a_phone_is_refused(tmp_path, rest):
    [problem] = found_in(tmp_path, items=item("asked", rest.replace("LONG", "x" * 301)))

    assert problem.startswith("modules/first.yaml:3: asked ")
    assert problem.endswith("is 301 characters, at most 300")


def test_text_of_an_ending_is_checked_too(tmp_path):
    line(
        'termination after "glad": insertion "{glad}" in language en '
        "is not filled in here: expected in a question, after what it repeats",
        draft={
            "more_study": "terminations:\n"
            '  - {after: glad, when: "true", status: refused, text: {en: "Bye {glad}"}}  # here\n'
        },
        tmp_path=tmp_path,
    )
