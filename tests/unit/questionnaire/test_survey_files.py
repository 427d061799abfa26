"""A study folder with mistakes: all are named, with file and line, and none hides another."""

import shutil

import pytest

from app.questionnaire.document import Problem
from app.questionnaire.model import Place
from app.questionnaire.source import load_bank
from tests.unit.questionnaire.drafts import (
    GLAD,
    MODULE,
    SCALES,
    STUDY,
    bank_from,
    found_in,
    only_problem,
    write_draft,
)
from tests.unit.questionnaire.visits import STUDIES

# --- keys and values ----------------------------------------------------------------------------


def test_unknown_key_is_refused_with_the_keys_there_are(tmp_path):
    items = """\
    - var: asked
      block: core
      type: text
      text: {en: "?"}
      concept: any
      limits:
        max_chars: 10  # here
    """

    only_problem(
        'unknown key "max_chars"; expected max, max_choices, max_length, min, unit, year_only',
        tmp_path,
        items=items,
    )


def test_key_that_stands_twice_is_refused(tmp_path):
    items = """\
    - var: asked
      block: core
      type: text
      text: {en: "?"}
      concept: any
      text: {en: "!"}  # here
    """

    only_problem('key "text" stands twice', tmp_path, items=items)


@pytest.mark.parametrize("key", ["var", "block", "type", "text", "concept"])
def test_question_without_a_needed_key_is_named(tmp_path, key):
    keys = {
        "var": "asked",
        "block": "core",
        "type": "text",
        "text": '{en: "?"}',
        "concept": "any",
    }
    del keys[key]
    items = "- " + "\n  ".join(f"{name}: {value}" for name, value in keys.items()) + "\n"

    assert f'modules/first.yaml:3: key "{key}" is missing' in found_in(tmp_path, items=items)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("type: radio", 'type is "radio", expected single or multiple or number'),
        ("type: 7", 'type is "7", expected single'),
        ("type: [single]", 'type is "a list", expected single'),
        ("missing: {dk: maybe}", 'missing policy is "maybe", expected visible or on_skip or none'),
        ("store: safe", 'store is "safe", expected answers or contact'),
        ("sensitive: yes", "sensitive is a truth value (yes), expected true or false"),
        ("sensitive: 1", "sensitive is a number (1), expected true or false"),
        ("per_screen: five", "per_screen is text (five), expected a whole number"),
        ("per_screen: 1.5", "per_screen is a number (1.5), expected a whole number"),
        ('per_screen: "5"', "per_screen is text (5), expected a whole number"),
        ("per_screen: 05", "per_screen is a number (05), expected a whole number"),
        ("per_screen: 1_0", "per_screen is a number (1_0), expected a whole number"),
        ("per_screen: 1:30", "per_screen is a number (1:30), expected a whole number"),
        ("per_screen: 0x5", "per_screen is a number (0x5), expected a whole number"),
        ("per_screen: [5]", "per_screen is a list, expected a whole number"),
        ("waves: 2024", "found a number (2024), expected a list"),
        ("waves: [2026]", "wave 2026 is not one of 2024, 2025"),
        ("when: true", 'condition is a truth value (true), expected quoted text; write "true"'),
        ("rq: Q1", "found text (Q1), expected a list"),
        ("rq: {Q1: 1}", "found a block of keys, expected a list"),
        ("limits: [3]", "found a list, expected keys min, max, max_choices"),
        ("limits: none", "found text (none), expected keys min, max, max_choices"),
        ("help: Think.", "found text (Think.), expected keys en"),
        ("help:", "found nothing, expected keys en"),
        ('help: {en: ""}', "help (en) is empty"),
        ('help: {en: " "}', "help (en) is empty"),
        ('help: {nl: "Denk"}', 'unknown key "nl"; expected en'),
        ("help: {}", "help has no text in language en"),
        ("repeat: {policy: always}", 'policy is "always", expected every_wave or once'),
        ("scale: likert", 'unknown scale "likert"'),
    ],
)
def test_value_of_the_wrong_kind_says_what_is_expected(tmp_path, written, message):
    items = GLAD + (
        "- var: asked\n  block: core\n  concept: any\n"
        + ("" if written.startswith("type") else "  type: text\n")
        + f'  text: {{en: "?"}}\n  {written}\n'
    )
    at = 8 if written.startswith("type") else 9

    found = found_in(tmp_path, items=items)

    wanted = f"modules/first.yaml:{at}: {message}"
    assert any(problem.startswith(wanted) for problem in found), found


NO_CODES = [
    ("no", "a truth value (no)"),
    ("on", "a truth value (on)"),
    ("Y", "text (Y)"),
    ("true", "a truth value (true)"),
    ("1", "a number (1)"),
    ("010", "a number (010)"),
    ("1_000", "a number (1_000)"),
    ("12:30", "a number (12:30)"),
    ("1e3", "text (1e3)"),
    ("1.0", "a number (1.0)"),
    ("0x1F", "a number (0x1F)"),
    (".inf", "a number (.inf)"),
    ("2026-11-20", "a date (2026-11-20)"),
    ("~", "null (~)"),
    ("!!int 5", "a number (5)"),
    ("!!python/name:os.system x", "os.system (x)"),
    ("!!binary aGk=", "binary (aGk=)"),
]


@pytest.mark.parametrize(("written", "found"), NO_CODES)
def test_option_code_without_quotes_that_yaml_reads_otherwise_is_refused(tmp_path, written, found):
    items = (
        '- var: asked\n  block: core\n  type: single\n  text: {en: "?"}\n  concept: any\n'
        f'  options:\n    - {{code: {written}, en: "?"}}\n'
    )

    if found.startswith("text"):
        # These are words to YAML as well, and so to us.
        bank_from(tmp_path, items=items)
        return
    shown = written.split()[-1]
    problem = f'modules/first.yaml:9: option code is {found}, expected quoted text; write "{shown}"'
    assert problem in found_in(tmp_path, items=items)


def test_language_norwegian_has_to_be_quoted(tmp_path):
    """The code of Norwegian is a truth value in YAML 1.1; everywhere else it cost people a day."""
    found = found_in(tmp_path, study=STUDY.replace("languages: [en]", "languages: [en, no]"))

    assert 'study.yaml:4: language is a truth value (no), expected quoted text; write "no"' in found


def test_quoted_norwegian_is_a_language(tmp_path):
    study = STUDY.replace("languages: [en]", 'languages: ["no"]').replace("{en: ", "{no: ")

    bank = bank_from(
        tmp_path,
        study=study,
        items=GLAD.replace("{en: ", "{no: "),
        scales=SCALES.replace("en: ", "no: "),
        modules={
            "first": MODULE.replace("NAME", "first").replace("{en: ", "{no: ")
            + GLAD.replace("{en: ", "{no: ")
        },
    )

    assert bank.items[0].text == {"no": "Glad?"}


def test_text_without_a_language_of_the_study_is_refused(tmp_path):
    study = STUDY.replace("languages: [en]", "languages: [nl, en]")
    study = study.replace("{en: ", '{nl: "Iets", en: ')
    items = """\
    - var: asked
      block: core
      type: text
      concept: any
      text: {en: "Really?"}  # here
    """

    found = found_in(tmp_path, study=study, items=items, scales=None)

    assert "modules/first.yaml:7: text has no text in language nl" in found
    assert "modules/first.yaml:1: title has no text in language nl" in found


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (r'"a\0b"', "text (en) holds a NUL character"),
        (r'"\ud800"', "text (en) holds half a character (a surrogate)"),
        ('"' + "x" * 5001 + '"', "text (en) is longer than 5000 characters"),
    ],
)
def test_text_that_cannot_be_shown_is_refused(tmp_path, text, message):
    items = f"- var: asked\n  block: core\n  type: text\n  concept: any\n  text: {{en: {text}}}\n"

    assert f"modules/first.yaml:7: {message}" in found_in(tmp_path, items=items)


# --- options and scales -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ('{code: "a", en: "Again"}', 'option code "a" stands twice'),
        ('{code: "b", en: ""}', "option b (en) is empty"),
        ('{code: "b"}', 'key "en" is missing'),
        ('{en: "B"}', 'key "code" is missing'),
        ('{code: "b", en: "B", colour: "red"}', 'unknown key "colour"; expected code, en'),
        ('"b"', "found text (b), expected keys code, en"),
    ],
)
def test_option_is_a_code_with_words(tmp_path, option, message):
    items = f"""\
    - var: asked
      block: core
      type: single
      text: {{en: "?"}}
      concept: any
      options:
        - {{code: "a", en: "A"}}
        - {option}
    """

    [problem] = found_in(tmp_path, items=items)

    assert problem.startswith(f"modules/first.yaml:10: {message}")


def test_options_beside_a_scale_are_refused(tmp_path):
    items = """\
    - var: asked
      block: core
      type: single
      text: {en: "?"}
      concept: any
      options: [{code: "a", en: "A"}]
      scale: yesno  # here
    """

    only_problem("an item has options or a scale, not both", tmp_path, items=items)


@pytest.mark.parametrize(
    ("scale", "message"),
    [
        (
            '{id: yesno, kind: nominal, options: [{code: "a", en: "A"}]}',
            'scale "yesno" stands twice',
        ),
        (
            "{id: x, kind: loose, options: []}",
            'kind is "loose", expected nominal or ordinal or bipolar or two_sided',
        ),
        ("{id: x, kind: nominal}", 'key "options" is missing'),
        ("x", "found text (x), expected keys id, kind, options"),
    ],
)
def test_scale_has_an_id_a_kind_and_options(tmp_path, scale, message):
    only_problem(message, tmp_path, scales=f"{SCALES}  - {scale}  # here\n")


# --- the study ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "waves: [2024, 2025]",
            "waves: [2025, 2024]",
            "waves are not in order, expected each year once, the first wave first",
        ),
        (
            "waves: [2024, 2025]",
            "waves: [2024, 2024]",
            "waves are not in order, expected each year once, the first wave first",
        ),
        ("languages: [en]", "languages: [en, en]", 'language "en" stands twice'),
        ("modules: [first]", "modules: [first, first]", 'module "first" stands twice'),
        (
            "modules: [first]",
            "modules: [first, ../../secrets]",
            'module "../../secrets", expected the name of a file in modules/',
        ),
        (
            "modules: [first]",
            "modules: [first, /etc/passwd]",
            'module "/etc/passwd", expected the name of a file in modules/',
        ),
        ("  break_off", "  broken", 'missing code "break_off" has no text'),
        ("modules: [first]", "modules: [first]\nsurprise: 1", 'unknown key "surprise"'),
        ("{var: fr_group, type: single", "{type: single", 'key "var" is missing'),
    ],
)
def test_fault_of_the_study_is_named(tmp_path, old, new, message):
    assert old in STUDY

    found = found_in(tmp_path, study=STUDY.replace(old, new))

    assert any(message in problem for problem in found), found
    assert all(one.startswith(("study.yaml:", "modules/first.yaml:")) for one in found)


@pytest.mark.parametrize("code", ["xx", "engelsk", "../en", "", "e n", "en_XX_YY_ZZ"])
def test_language_nobody_speaks_is_refused_and_countries_are_not_tried(tmp_path, code):
    """The names of countries are looked up by language: this must not fail the reading."""
    study = STUDY.replace("languages: [en]", f'languages: [en, "{code}"]')

    found = found_in(tmp_path, study=study + "code_lists: {country: territories}\n")

    wanted = f'study.yaml:4: language "{code}" is not known, expected a code like "nl"'
    assert wanted in found


@pytest.mark.parametrize("key", ["waves", "languages"])
def test_study_needs_a_wave_and_a_language(tmp_path, key):
    lines = [f"{key}: []" if one.startswith(key) else one for one in STUDY.splitlines()]

    assert found_in(tmp_path, study="\n".join(lines)) == [
        "study.yaml:1: a study needs at least one language and one wave"
    ]


@pytest.mark.parametrize("name", ["study.yaml", "modules/first.yaml"])
def test_file_that_is_not_there_is_named(tmp_path, name):
    folder = write_draft(tmp_path)
    (folder / name).unlink()

    _, problems = load_bank(folder)

    assert [str(one) for one in problems] == [
        f"{tmp_path.name}/draft/{name}:1: cannot be read: No such file or directory"
    ]


def test_folder_in_place_of_a_file_is_named(tmp_path):
    folder = write_draft(tmp_path)
    (folder / "study.yaml").unlink()
    (folder / "study.yaml").mkdir()

    _, [problem] = load_bank(folder)

    assert problem.message == "cannot be read: Is a directory"


@pytest.mark.parametrize("name", [r'"a\0b"', r'"\ud800"', '"' + "x" * 300 + '"', '"a\\nb"'])
def test_module_whose_name_is_no_file_name_is_refused(tmp_path, name):
    found = found_in(tmp_path, study=STUDY.replace("[first]", f"[first, {name}]"))

    assert found
    assert all("\n" not in problem and problem.isprintable() for problem in found)


# --- code lists ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("csv", "message"),
    [
        ("", "towns.csv:1: expected a line with the columns code and name, and lines below it"),
        (
            "code,name\n",
            "towns.csv:1: expected a line with the columns code and name, and lines below it",
        ),
        (
            "a;b\n1;2\n",
            "towns.csv:1: expected a line with the columns code and name, and lines below it",
        ),
        ("code,name\n1,Ede\n,Epe\n", "towns.csv:3: a line needs a code and a name"),
        ("code,name\n1,Ede\n2\n", "towns.csv:3: a line needs a code and a name"),
        ("code,name\n1,Ede\n2,Epe\n1,Edam\n", 'towns.csv:4: code "1" stands on line 2 too'),
        ('code,name\n1,"Ede\nEpe"\n2,\n', "towns.csv:4: a line needs a code and a name"),
        (b"code,name\n1,\xff\n", "towns.csv:1: is not UTF-8"),
        ('code,name\n1,"Ede', "towns.csv:1: cannot be read: unexpected end of data"),
        (
            "code,name\n1," + "x" * 200_000,
            "towns.csv:1: cannot be read: field larger than field limit (131072)",
        ),
        ("code,name\n1,E\x00de\n", "towns.csv:2: code or name holds an unprintable character"),
    ],
)
def test_faulty_code_list_is_named_with_its_line(tmp_path, csv, message):
    found = found_in(
        tmp_path, more_study="code_lists: {town: towns.csv}\n", files={"towns.csv": csv}
    )

    assert message in found


def test_code_list_of_a_spreadsheet_with_a_byte_order_mark_is_read(tmp_path):
    bank = bank_from(
        tmp_path,
        more_study="code_lists: {town: towns.csv}\n",
        files={"towns.csv": "\ufeffcode,name\r\n1,Ede\r\n"},
    )

    assert [(one.code, one.text) for one in bank.code_lists["town"]] == [("1", {"en": "Ede"})]


@pytest.mark.parametrize("name", ["../towns.csv", "/etc/passwd", "a\\0b", "https://example.org/x"])
def test_code_list_stands_in_the_folder_of_the_study(tmp_path, name):
    found = found_in(tmp_path, more_study=f'code_lists: {{town: "{name}"}}\n')

    assert found
    assert all(one.startswith("study.yaml:17: code list ") for one in found)


# --- many at once -------------------------------------------------------------------------------


def test_all_faults_of_all_files_are_named_at_once(tmp_path):
    # Given two mistakes in the study, one in the scales, and some in each of two modules
    study = STUDY.replace("modules: [first]", "modules: [first, second]\nfoo: 1")
    study = study.replace("  - {var: fr_group, type: single", "  - {var: FR, type: single")
    scales = SCALES.replace("kind: nominal", "kind: nice", 1)
    second = MODULE.replace("NAME", "second") + GLAD.replace("glad", "sad").replace(
        "yesno", "maybe"
    )
    items = """\
    - {var: glad, block: core, type: radio, text: {en: "Glad?"}, scale: yesno, concept: any}
    - {var: Mad, block: core, type: text, text: {en: ""}, concept: any}
    - {var: bad, block: core, type: text, text: {en: "Bad?"}, concept: any, when: "no == "}
    """
    # When it is read
    found = found_in(tmp_path, study=study, scales=scales, items=items, modules={"second": second})
    # Then each is named at its place, in the order of files and lines
    assert [one.partition(",")[0] for one in found] == [
        'modules/first.yaml:3: type is "radio"',
        "modules/first.yaml:4: text (en) is empty",
        'modules/first.yaml:4: variable "Mad": use lower-case letters',
        "modules/first.yaml:5: condition cannot be read: column 7: found the end; "
        "expected a variable",
        'modules/second.yaml:3: unknown scale "maybe"',
        'scales.yaml:3: kind is "nice"',
        'study.yaml:15: variable "FR": use lower-case letters',
        'study.yaml:17: unknown key "foo"; expected assigned',
    ]


def test_study_without_a_title_still_has_its_questions_read(tmp_path):
    study = "\n".join(one for one in STUDY.splitlines() if not one.startswith("title"))

    found = found_in(tmp_path, study=study, items=GLAD.replace("yesno", "maybe"))

    assert 'study.yaml:1: key "title" is missing' in found
    assert 'modules/first.yaml:3: unknown scale "maybe"' in found


def test_file_that_cannot_be_read_hides_no_fault_of_another_and_invents_none(tmp_path):
    # Given a module that reads a variable of another, and that other is broken
    first = GLAD.replace("scale: yesno", "scale: maybe, when: \"mood == 'good'\"")
    second = MODULE.replace("NAME", "second") + "- {var: mood\n- ["
    # When it is read
    found = found_in(
        tmp_path,
        study=STUDY.replace("modules: [first]", "modules: [second, first]"),
        items=first,
        modules={"second": second},
    )
    # Then the fault of each file is there, and "mood" is not called unknown
    assert any("second.yaml:4: " in one for one in found)
    assert 'modules/first.yaml:3: unknown scale "maybe"' in found
    assert not any("mood" in one for one in found)


def test_one_problem_is_one_line_whatever_a_key_holds(tmp_path):
    items = GLAD + '- {var: x, "evil\\nstudy.yaml:1: all is well\\e[2J": 1}\n'

    found = found_in(tmp_path, items=items)

    assert found
    assert all("\n" not in one and "\x1b" not in one for one in found)


def test_problem_reads_as_file_line_and_message():
    problem = Problem(Place("surveys/water/pages/home.yaml", 14), 'option code 3; write "3"')

    assert str(problem) == 'surveys/water/pages/home.yaml:14: option code 3; write "3"'


def test_study_is_read_from_wherever_it_stands(tmp_path):
    folder = shutil.copytree(STUDIES / "code_lists", tmp_path / "elsewhere")

    bank, problems = load_bank(folder)

    assert problems == []
    assert len(bank.code_lists["town"]) == 21
