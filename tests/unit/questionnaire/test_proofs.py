"""Questionnaires in which every file and name is right, and yet somebody is never asked."""

from __future__ import annotations

import subprocess
import sys

import pytest

from app.questionnaire.prove import proof_of, prove
from tests.unit.questionnaire.drafts import (
    CONFIRM,
    GLAD,
    HERE,
    bank_from,
    marked_lines,
    question,
)

YESNO = "scale: yesno"
WORK = """\
- var: work
  block: core
  type: multiple
  text: {en: "What do you do?"}
  options:
    - {code: "paid", en: "Paid work"}
    - {code: "study", en: "A study"}
    - {code: "care", en: "Care"}
    - {code: "none", en: "None of these", exclusive: true}
  limits: {max_choices: 2}
  concept: any
"""
AGE = question("age", "limits: {min: 18, max: 99}", type_="number").replace(HERE, "")
SINCE = question("since", 'limits: {min: "2013-01", max: interview_month}', type_="month").replace(
    HERE, ""
)
BORN = question("born", "limits: {min: 1930, max: 2006}", type_="year").replace(HERE, "")


def told(folder, **draft) -> list[str]:
    """What a proof says of a draft, as ``file:line: message``."""
    prefix = f"{folder.name}/draft/"
    return [str(one).removeprefix(prefix) for one in prove(bank_from(folder, **draft))]


def when(var: str, condition: str, more: str = YESNO) -> str:
    """A question with a condition, on a marked line."""
    return question(var, f'{more}, when: "{condition}"')


def derived(text: str) -> str:
    """A derived variable on a marked line of study.yaml."""
    return f"derived:\n  - {{{text}}}  {HERE}\n"


def ends(condition: str) -> str:
    """An early end after the question `glad`, on a marked line."""
    return (
        f'terminations:\n  - {{after: glad, when: "{condition}", status: refused, '
        f'text: {{en: "Bye"}}}}  {HERE}\n'
    )


def unmarked(text: str) -> str:
    return text.replace(f"  {HERE}", "")


# Name of the fault → its draft, and words of the one message, at the marked line.
FAULTS: dict[str, tuple[dict[str, str], str]] = {
    "a code that is no option": (
        {"items": GLAD + when("why", "glad == 'yess'")},
        "why is never asked in wave 2024, 2025: no value of glad makes glad == 'yess' true",
    ),
    "a code that is no option, beside one that is": (
        {"items": GLAD + when("why", "glad in ('yes', 'yess')")},
        "glad == 'yess', in the condition of why, can never be true",
    ),
    "a denied code that is no option": (
        {"items": GLAD + when("why", "not glad == 'yess'")},
        "glad == 'yess', in the condition of why, can never be true",
    ),
    "two bases that contradict each other": (
        {
            "items": unmarked(when("first", "fr_group == 'a'"))
            + when("second", "first == 'yes' and fr_group == 'b'")
        },
        'second is never asked in wave 2024, 2025: first is asked when "fr_group == \'a\'"',
    ),
    "an alternative that contradicts a base": (
        {
            "items": GLAD
            + unmarked(when("first", "fr_group == 'a'"))
            + when("second", "glad == 'yes' or (fr_group == 'b' and known(first))")
        },
        "known(first), in the condition of second, can never be true",
    ),
    "a base that another wave asks": (
        {
            "items": question("early", f"{YESNO}, waves: [2024]").replace(HERE, "")
            + when("late", "early == 'yes'")
        },
        "late is never asked in wave 2025: early never has a value in wave 2025",
    ),
    "a question after everybody was sent away who could answer it": (
        {"items": GLAD + when("why", "glad == 'no'"), "more_study": unmarked(ends("glad == 'no'"))},
        "why is never asked in wave 2024, 2025: after glad the interview ends",
    ),
    "an end that never comes": (
        {"items": GLAD, "more_study": ends("glad == 'maybe'")},
        "the end after glad (when \"glad == 'maybe'\") never comes",
    ),
    "an end that comes for everybody": (
        {"items": GLAD, "more_study": ends("glad in ('yes', 'no', 'dk', 'skip')")},
        "comes for everybody: nothing after it is ever asked in wave 2024, 2025",
    ),
    "one code of a multiple choice, compared as if it were the only one": (
        {"items": WORK + when("why", "work == 'paid'")},
        "no value of work makes work == 'paid' true",
    ),
    "codes that exclude each other": (
        {"items": WORK + when("why", "'none' in work and 'paid' in work")},
        "why is never asked in wave 2024, 2025: the options of work",
    ),
    "more codes than may be chosen": (
        {"items": WORK + when("why", "'paid' in work and 'study' in work and 'care' in work")},
        "why is never asked in wave 2024, 2025: the options of work",
    ),
    "a number outside the limits of its question": (
        {"items": AGE + when("why", "age < 16")},
        "no value of age makes age < 16 true",
    ),
    "a month after the interview": (
        {"items": SINCE + when("why", "since >= '2031'")},
        "why is never asked in wave 2024, 2025",
    ),
    "a month later than the interview": (
        {"items": SINCE + when("why", "since > interview_month")},
        "why is never asked in wave 2024, 2025",
    ),
    "a reason for no answer that is not offered": (
        {"items": GLAD + when("why", "glad == 'ref'")},
        "no value of glad makes glad == 'ref' true",
    ),
    "a reason for no answer that conditions never see": (
        {"items": GLAD + when("why", "glad in ('no', 'na_route')")},
        "glad == 'na_route', in the condition of why, can never be true",
    ),
    "a value that nobody draws": (
        {
            "items": GLAD + when("why", "part == 'c'"),
            "more_study": "assigned:\n  - {var: part, after: glad, values: ['a', 'b']}\n",
        },
        "no value of part makes part == 'c' true",
    ),
    "a statement that nobody sees": (
        {
            "items": GLAD
            + "- {var: bat, block: core, type: battery, text: {en: 'What do you think?'}, "
            "scale: yesno, concept: any, when: \"glad == 'yes'\", statements: [\n"
            "  {var: st_a, text: {en: 'It was good.'}},\n"
            f"  {{var: st_b, text: {{en: 'Bad.'}}, when: \"glad == 'no'\"}}]}}  {HERE}\n"
        },
        "statement st_b of bat is never shown in wave 2024, 2025",
    ),
    "a variant behind one that always comes first": (
        {
            "items": GLAD
            + question(
                "why",
                f"{YESNO}, variants: [{{when: \"glad in ('yes', 'no')\", text: {{en: 'One'}}}}, "
                "{when: \"glad == 'no'\", text: {en: 'Two'}}]",
            )
        },
        "variant 2 of why is never read (when \"glad == 'no'\")",
    ),
    "a variant that contradicts the base of its question": (
        {
            "items": GLAD
            + question(
                "why",
                f"{YESNO}, when: \"glad == 'no'\", "
                "variants: [{when: \"glad == 'yes'\", text: {en: 'One'}}]",
            )
        },
        "variant 1 of why is never read (when \"glad == 'yes'\")",
    ),
    "a case behind one that always comes first": (
        {
            "items": GLAD,
            "more_study": derived(
                "var: mood, kind: cases, after: glad, cases: ["
                "{when: \"glad in ('yes', 'no')\", value: 'said'}, "
                "{when: \"glad == 'no'\", value: 'sad'}], default: 'none'"
            ),
        },
        'case 2 of mood ("sad") is never taken',
    ),
    "a derived variable without a value": (
        {
            "items": SINCE + question("moved", "waves: [2024], limits: {max: interview_month}",
                                      type_="month").replace(HERE, "")
            + question("last", YESNO).replace(HERE, ""),
            "more_study": derived(
                "var: wait, kind: months_between, after: last, from: [moved], to: since"
            ),
        },
        "wait never has a value in wave 2025",
    ),
    "a derived number that cannot be": (
        {
            "items": BORN + when("why", "years < 10"),
            "more_study": unmarked(
                derived("var: years, kind: years_between, after: born, from: [born], "
                        "to: interview_month")
            ),
        },
        "why is never asked in wave 2024, 2025",
    ),
    "a code that stands for none, beside others of earlier waves": (
        {
            "items": WORK + when("why", "'none' in ever and 'paid' in ever"),
            "more_study": unmarked(
                derived("var: ever, kind: union_over_waves, after: work, from: [work]")
            ),
        },
        "why is never asked in wave 2024, 2025",
    ),
    "years counted from a number that is no year": (
        {
            "items": AGE + BORN + when("why", "known(age) and known(years)"),
            "more_study": unmarked(
                derived(
                    "var: years, kind: years_between, after: born, from: [age, born], "
                    "to: interview_month"
                )
            ),
        },
        "why is never asked in wave 2024, 2025",
    ),
    "an insertion that may be empty": (
        {"items": GLAD + question("why", YESNO, text="You said {glad}. Why?")},
        'the text of why inserts "{glad}", which may have no value there in wave 2024, 2025: '
        "for example with glad = ",
    ),
    "an insertion whose question is not asked of everybody": (
        {
            "items": unmarked(when("first", "fr_group == 'a'"))
            + question(
                "why",
                f"{YESNO}, variants: [{{when: \"fr_group == 'b'\", "
                "text: {en: 'So {first}?'}}]",
            )
        },
        'variant 1 of why inserts "{first}", which may have no value there in wave 2024, 2025: '
        "for example with first not asked",
    ),
    "a reset on what never changes": (
        {
            "items": BORN.replace("concept: any", "concept: any, repeat: {policy: once}")
            + question("town", "repeat: {policy: once, reset_on: born}", type_="text")
        },
        'town: reset_on "born" can never make it be asked again',
    ),
    "an event in a question of one wave": (
        {
            "items": GLAD
            + question(
                "home", f'{YESNO}, waves: [2025], repeat: {{policy: until_event, until: ["yes"]}}'
            )
        },
        'home: until "yes" can never end the asking',
    ),
    "a confirmation of what no earlier wave asked": (
        {
            "items": GLAD
            + question(
                "home",
                f"{YESNO}, waves: [2025], {CONFIRM}",
            )
        },
        "home: there is never an earlier answer to confirm",
    ),
    "words for asking again what is never asked again": (
        {
            "items": GLAD
            + question("home", f"{YESNO}, {CONFIRM.replace('confirm', 'once')}")
        },
        "the text of the repeat of home is never read",
    ),
    "limits that leave no answer": (
        {
            "items": GLAD
            + question("since", 'limits: {min: "2031-01", max: interview_month}', type_="month")
        },
        "since takes no answer: its limits leave nothing in wave 2024",
    ),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_named_with_its_file_and_line(fault, tmp_path):
    draft, message = FAULTS[fault]

    found = told(tmp_path, **draft)

    [place] = marked_lines(tmp_path)
    assert [line for line in found if line.startswith(f"{place}: ") and message in line], found
    assert [line for line in found if not line.startswith(f"{place}: ")] == []


SOUND = {
    "questions without conditions": {"items": GLAD + WORK + AGE + SINCE},
    "an insertion that a variant guards": {
        "items": GLAD
        + question(
            "why",
            f"{YESNO}, variants: [{{when: \"not known(glad)\", text: {{en: 'Why?'}}}}]",
            text="You said {glad}. Why?",
        )
    },
    "an insertion that the condition guards": {
        "items": GLAD + question("why", f'{YESNO}, when: "known(glad)"', text="You said {glad}?")
    },
    "a skipped question that a condition asks for": {
        "items": GLAD + when("why", "glad in ('skip', 'dk')")
    },
    "a question that rotates, and another that reads it": {
        "items": question("early", f"{YESNO}, waves: [2024]")
        + when("late", "early == 'yes' or fr_group == 'a'")
    },
    "an age that depends on the month of the interview": {
        "items": BORN + when("why", "years >= 18 and years < 95"),
        "more_study": derived(
            "var: years, kind: years_between, after: born, from: [born], to: interview_month"
        ),
    },
    "a reset on what may change": {
        "items": question("town", "repeat: {policy: every_wave}", type_="text")
        + question("moved", "repeat: {policy: once, reset_on: town}", type_="month")
    },
    "a denied alternative": {
        "items": GLAD + when("why", "not (glad == 'yes' or not glad in ('no', 'dk'))")
    },
    "exclusive codes that are denied": {
        "items": WORK + when("why", "known(work) and not 'none' in work")
    },
}


@pytest.mark.parametrize("case", SOUND)
def test_sound_questionnaire_has_no_fault(case, tmp_path):
    assert told(tmp_path, **SOUND[case]) == []


def test_only_the_waves_asked_for_are_reported(tmp_path):
    draft, _ = FAULTS["a base that another wave asks"]
    bank = bank_from(tmp_path, **draft)

    assert prove(bank, waves=[2024]) == []
    assert len(prove(bank, waves=[2025])) == 1


def test_condition_that_is_always_true_is_a_note(tmp_path):
    bank = bank_from(tmp_path, items=GLAD + when("why", "wave >= 2024"))

    proof = proof_of(bank)

    assert proof.problems == ()
    assert [one.message for one in proof.notes] == [
        'the condition of why is always true: "wave >= 2024"'
    ]


def test_question_for_the_panel_alone_is_a_note(tmp_path):
    """Only who was paid in an earlier wave, and is not now, has stopped."""
    stopped = f"{YESNO}, waves: [2025], when: \"'paid' in ever and not 'paid' in work\""
    bank = bank_from(
        tmp_path,
        items=WORK + question("stopped", stopped),
        more_study=derived("var: ever, kind: union_over_waves, after: work, from: [work]"),
    )

    proof = proof_of(bank)

    assert proof.problems == ()
    assert [one.message for one in proof.notes] == [
        "only people who took part before can be asked stopped in wave 2025"
    ]


def test_solver_is_loaded_only_when_a_proof_is_asked_for():
    """It is an extra: the site runs without it."""
    code = "import sys, app.questionnaire.prove; sys.exit('z3' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_progress_is_told_wave_by_wave(tmp_path):
    told_of: list[str] = []

    prove(bank_from(tmp_path, items=GLAD), progress=told_of.append)

    assert [words.split(":")[0] for words in told_of] == ["wave 2024", "wave 2025"]
