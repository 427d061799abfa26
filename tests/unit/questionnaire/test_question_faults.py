"""Faults of one question: options, limits, repeats, and what it refers to."""

import pytest

from tests.unit.questionnaire.drafts import CONFIRM, GLAD, SCALES, bank_from, only_problem, question

TWO = 'options: [{code: "a", en: "A"}, {code: "b", en: "B"}]'


@pytest.mark.parametrize(
    ("type_", "rest", "message"),
    [
        ("single", "per_screen: 5", "needs options or a scale"),
        ("multiple", "per_screen: 5", "needs options or a scale"),
        ("consent", "per_screen: 5", "needs options or a scale"),
        ("number", "scale: yesno", "type number has no options"),
        ("open", TWO, "type open has no options"),
        (
            "single",
            'options: [{code: "dk", en: "?"}]',
            'option code "dk" is kept for missing answers',
        ),
        (
            "single",
            'options: [{code: "skip", en: "?"}]',
            'option code "skip" is kept for missing answers',
        ),
        (
            "single",
            'options: [{code: "a,b", en: "?"}]',
            'option code "a,b": use letters, digits, _ and .',
        ),
        (
            "single",
            'options: [{code: "a b", en: "?"}]',
            'option code "a b": use letters, digits, _ and .',
        ),
        (
            "single",
            'options: [{code: "", en: "?"}]',
            'option code "": use letters, digits, _ and .',
        ),
        (
            "single",
            'options: [{code: "é", en: "?"}]',
            'option code "é": use letters, digits, _ and .',
        ),
        (
            "single",
            'options: [{code: "a", en: "A", exclusive: true}]',
            "only multiple choice has exclusive options",
        ),
        (
            "consent",
            'options: [{code: "a", en: "A", specify: true}],'
            ' allows: {purpose: survey, codes: ["a"]}',
            'only single and multiple choice have "other, namely"',
        ),
        (
            "multiple",
            TWO + ", limits: {max_choices: 3}",
            "max_choices is 3, expected 1 to 2 on a multiple choice",
        ),
        (
            "multiple",
            TWO + ", limits: {max_choices: 0}",
            "max_choices is 0, expected 1 to 2 on a multiple choice",
        ),
        (
            "single",
            TWO + ", limits: {max_choices: 1}",
            "max_choices is 1, expected 1 to 2 on a multiple choice",
        ),
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
        (
            "single",
            TWO + ", required: true, missing: {dk: none}",
            "only consent may be required: everything else may be left unanswered",
        ),
        (
            "consent",
            TWO + ', required: true, allows: {purpose: survey, codes: ["a"]}',
            "required consent offers no dk or refuse: write missing: {dk: none}",
        ),
        (
            "text",
            "reaches: true",
            "reaches: true is for a text that is kept with the contacts: write store: contact",
        ),
        ("consent", TWO, "consent says what it is for: write allows: survey, recontact, …"),
        ("consent", TWO + ", allows: survey", 'allows names "ja", which is not an option'),
        ("text", "rq: [Q9]", '"Q9" is not in study.yaml'),
        ("text", "indicators: [play]", '"play" is not in study.yaml'),
    ],
)
def test_question_has_what_its_type_needs(tmp_path, type_, rest, message):
    more_study = "code_lists: {country: territories}\n"
    only_problem(
        f"asked: {message}",
        tmp_path,
        items=question("asked", rest, type_=type_),
        more_study=more_study,
    )


def test_concept_is_one_of_the_study(tmp_path):
    items = question("asked", "scale: yesno").replace("concept: any", "concept: many")

    only_problem('asked: "many" is not in study.yaml', tmp_path, items=items)


@pytest.mark.parametrize("rest", ["concept: many", "rq: [many]", "indicators: [many]"])
def test_what_a_statement_refers_to_is_in_the_study(tmp_path, rest):
    statement = f'statements: [{{var: s_one, text: {{en: "One"}}, {rest}}}]'

    only_problem(
        'asked: "many" is not in study.yaml',
        tmp_path,
        items=question("asked", f"scale: yesno, {statement}", type_="battery"),
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
    only_problem(
        f"asked: {message}", tmp_path, items=question("asked", f"limits: {{{limits}}}", type_=type_)
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
    bank_from(tmp_path, items=question("asked", f"limits: {{{limits}}}", type_=type_))


@pytest.mark.parametrize(
    ("type_", "rest", "message"),
    [
        ("single", "repeat: {policy: until_event}", "until_event needs the codes that end it"),
        (
            "single",
            'repeat: {policy: until_event, until: ["c"]}',
            'until names "c", which is not an option',
        ),
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
        (
            "single",
            "repeat: {policy: confirm}",
            "confirm needs the text that names the earlier answer",
        ),
    ],
)
def test_repeat_has_what_its_policy_needs(tmp_path, type_, rest, message):
    only_problem(
        f"asked: {message}", tmp_path, items=GLAD + question("asked", f"{TWO}, {rest}", type_=type_)
    )


def test_battery_is_not_confirmed(tmp_path):
    statement = 'scale: yesno, statements: [{var: s_one, text: {en: "One"}}]'

    only_problem(
        "asked: a battery cannot be confirmed as a whole",
        tmp_path,
        items=question("asked", f"{statement}, {CONFIRM}", type_="battery"),
    )


def test_page_that_asks_nothing_is_not_confirmed(tmp_path):
    only_problem(
        "asked: a page that asks nothing cannot be confirmed",
        tmp_path,
        items=question("asked", CONFIRM, type_="info"),
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
    only_problem(
        'asked: confirm needs the scale "confirm3" with the codes changed, never_true, still_true',
        tmp_path,
        items=question("asked", CONFIRM, type_="text"),
        scales=scales,
    )
