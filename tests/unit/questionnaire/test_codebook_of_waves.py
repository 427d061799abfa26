"""The codebook: every variable of a file with its question, codes and columns."""

import json

from app.questionnaire.codebook import answer_columns, codebook
from app.questionnaire.compile import compile_wave
from tests.unit.questionnaire.drafts import GLAD, bank_from
from tests.unit.questionnaire.visits import bank_of, instrument_of


def entries(feature: str, *waves: int) -> dict[str, dict]:
    bank = bank_of(feature)
    book = codebook(bank, [instrument_of(feature, wave) for wave in waves or (2024,)])
    assert json.loads(json.dumps(book)) == book
    return {one["name"]: one for one in book["variables"]}


def test_single_choice_has_one_column_and_its_codes_in_order():
    job = entries("conditions")["has_job"]

    assert job["columns"] == ["has_job"]
    assert [(one["code"], one["label"]["en"]) for one in job["codes"]] == [
        ("yes", "Yes"),
        ("no", "No"),
    ]
    assert (job["kind"], job["question"]["en"]) == ("single", "Do you have a job?")


def test_multiple_choice_has_a_column_for_each_code():
    assert entries("conditions")["languages"]["columns"] == [
        "languages__nl",
        "languages__ar",
        "languages__fa",
    ]


def test_exclusive_code_is_marked():
    codes = entries("exclusive_options")["activities"]["codes"]

    assert [one["code"] for one in codes if one["exclusive"]] == ["none"]


def test_base_of_a_question_is_its_condition():
    book = entries("conditions")

    assert book["second_job"]["base"] == "has_job == 'yes' and hours < 20"
    assert book["has_job"]["base"] == "true"


def test_statement_is_a_variable_with_its_battery_scale_and_base():
    book = entries("batteries")

    assert "lessons" not in book
    assert book["s_teacher"]["battery"] == "lessons"
    assert book["s_teacher"]["scale"] == "yesno"
    assert book["s_teacher"]["base"] == "(has_teacher == 'yes')"
    assert book["s_teacher"]["question"] == {"en": "Do you agree?"}
    assert book["s_teacher"]["label"] == {"en": "My teacher helps me."}


def test_variable_names_the_waves_that_asked_it():
    book = entries("batteries", 2025, 2024)

    assert book["s_pace"]["waves"] == [2024, 2025]
    assert book["s_new"]["waves"] == [2025]


def test_other_namely_and_confirmation_have_variables_of_their_own():
    assert entries("other_namely")["job_other"]["kind"] == "open"
    assert entries("repeats", 2025)["town_confirm"]["kind"] == "confirm"


def test_number_has_its_unit():
    book = entries("numbers")

    assert book["hours"]["unit"] == {"en": "hours"}
    assert book["children"]["unit"] is None


def test_answers_kept_with_the_contacts_have_no_variable():
    book = entries("contacts", 2024, 2025)

    assert list(book) == ["recontact"]


def test_page_that_asks_nothing_has_no_variable():
    assert list(entries("info")) == ["glad"]


def test_derived_variables_stand_after_what_they_wait_for():
    book = entries("derived")

    assert list(book).index("grp") == list(book).index("reason") + 1
    assert [one["code"] for one in book["grp"]["codes"]] == ["asylum", "family", "unknown"]
    assert book["ever"]["columns"] == ["ever__none", "ever__work", "ever__school"]
    assert book["age"]["codes"] == []


def test_frame_and_assigned_variables_are_in_the_book():
    assert [one["code"] for one in entries("derived")["fr_group"]["codes"]] == [
        "asylum",
        "family",
        "unknown",
    ]
    assert [one["code"] for one in entries("assigned")["x_part"]["codes"]] == ["a", "b", "all"]


def test_every_reason_for_no_answer_has_words():
    book = codebook(bank_of("info"), [instrument_of("info")])

    assert list(book["missing"]) == ["dk", "ref", "skip", "na_route", "break_off"]
    assert (book["study"], book["languages"]) == ("info", ["en"])


def test_columns_of_an_answer_are_those_of_its_item():
    item = instrument_of("other_namely").item_by_var["tools"]

    assert answer_columns(item, "tools") == ["tools__hands", "tools__machines", "tools__other"]
    assert answer_columns(item, "tools_other") == ["tools_other"]


def test_what_a_question_is_about_goes_along(tmp_path):
    bank = bank_from(
        tmp_path,
        items=GLAD.replace(
            "concept: any", "concept: any, rq: [Q1], indicators: [work], sensitive: true"
        ),
    )

    [*_, glad] = codebook(bank, [compile_wave(bank, 2024)])["variables"]

    assert (glad["concept"], glad["research_questions"], glad["indicators"]) == (
        "any",
        ["Q1"],
        ["work"],
    )
    assert glad["sensitive"] is True
    assert (glad["module"], glad["block"], glad["store"]) == ("first", "core", "answers")
