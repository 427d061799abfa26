"""An experiment on dependent interviewing: one arm is asked as if nothing were known."""

import json

import pytest

from app.questionnaire.canonical import from_json, to_json
from app.questionnaire.checks import blocks_not_asked_for
from app.questionnaire.codebook import codebook
from app.questionnaire.compatibility import incompatibilities
from app.questionnaire.compile import compile_wave
from app.questionnaire.prove import prove
from app.questionnaire.wording import question as words_of
from tests.unit.questionnaire.drafts import (
    CONFIRM,
    GLAD,
    bank_from,
    only_problem,
    question,
)
from tests.unit.questionnaire.visits import Visit, bank_of, instrument_of, known

EARLIER = {"town": "Ede", "route": "short", "moved": "2021-05"}
ARMS = 'assigned: [{var: x_di, after: glad, values: ["a", "b"]}]\n'
BY_LOT = 'scale: yesno, repeat: {policy: confirm, independent: "%s", text: {en: "Still {prev}?"}}'


def visit(arm: str | None, wave: int = 2025) -> Visit:
    assigned = {"x_part": "b"} | ({"x_di": arm} if arm else {})
    return Visit(
        "experiments",
        known(earlier=EARLIER, assigned=assigned, interview_month=f"{wave}-02"),
        wave=wave,
    )


def test_dependent_arm_is_shown_what_it_said():
    assert visit("dependent").pages == ["glad", "town-confirm", "route-confirm"]


def test_independent_arm_is_asked_as_if_nothing_were_known():
    asked = visit("independent")

    assert asked.pages == ["glad", "town", "route"]
    page = asked.page("town")
    assert words_of(asked.instrument, page, asked.known, {}, "en") == "In which town do you live?"


def test_experiment_of_one_wave_is_none_in_another():
    assert visit("independent", 2027).pages == ["glad", "town", "route-confirm"]


def test_who_drew_no_arm_is_shown_what_they_said():
    assert visit(None).pages == ["glad", "town-confirm", "route-confirm"]


def test_independent_answer_that_differs_still_asks_again_what_hangs_on_it():
    asked = visit("independent")
    asked.answers |= {"glad": "yes", "town": "Epe", "route": "short"}
    assert asked.pages == ["glad", "town", "route", "moved"]

    asked.answers["town"] = "Ede"
    assert asked.pages == ["glad", "town", "route"]


def test_first_wave_knows_no_arms():
    assert Visit("experiments", known(assigned={"x_di": "independent"})).pages[:3] == [
        "glad",
        "town",
        "route",
    ]


def test_published_version_keeps_its_experiment_and_others_have_no_word_of_it():
    instrument = instrument_of("experiments", 2025)
    canonical = to_json(instrument)

    assert to_json(from_json(canonical)) == canonical
    read = from_json(canonical).item_by_var["town"].repeat.independent
    assert read is not None
    assert read({"x_di": "independent"})
    assert "independent" not in to_json(instrument_of("repeats", 2025))


def test_codebook_says_which_arm_was_asked_how_and_holds_the_arm():
    bank = bank_of("experiments")
    book = codebook(bank, [instrument_of("experiments", 2025)])
    by_name = {one["name"]: one for one in book["variables"]}

    assert by_name["town"]["independent"] == "x_di == 'independent'"
    assert by_name["town_confirm"]["independent"] == "x_di == 'independent'"
    assert "independent" not in by_name["glad"]
    assert [one["code"] for one in by_name["x_di"]["codes"]] == ["dependent", "independent"]
    json.dumps(book)


def test_both_arms_are_proven_possible():
    assert [str(one) for one in prove(bank_of("experiments"))] == []


ONE = ", expected one assigned variable, and wave if need be"
BOTH = ": no wave has both arms in"


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("x_ci == 'b'", f"reads x_ci{ONE}"),
        ("fr_group == 'b'", f"reads fr_group{ONE}"),
        ("x_di == 'b' and fr_group == 'b'", f"reads fr_group, x_di{ONE}"),
        ("true", f"reads nothing{ONE}"),
        ("x_di == 'c'", f"is nobody{BOTH} \"x_di == 'c'\""),
        ("x_di in ('a', 'b')", f"is everybody{BOTH} \"x_di in ('a', 'b')\""),
        ("x_di == 'b' and wave == 2026", f"is nobody{BOTH} \"x_di == 'b' and wave == 2026\""),
    ],
)
def test_arm_that_is_no_lot_is_a_fault_with_its_line(tmp_path, condition, words):
    only_problem(
        f"still: independent {words}",
        tmp_path,
        items=GLAD + question("still", BY_LOT % condition),
        more_study=ARMS,
    )


def test_only_what_is_confirmed_can_be_left_unshown(tmp_path):
    more = "scale: yesno, repeat: {policy: once, independent: \"x_di == 'b'\"}"
    only_problem(
        "still: policy once has no independent",
        tmp_path,
        items=GLAD + question("still", more),
        more_study=ARMS,
    )


def test_arms_may_bear_the_names_of_blocks(tmp_path):
    part = question("part", "scale: yesno, when: \"x_part == 'a'\"").replace("core", "a")
    study = ARMS.replace("[{", '[{var: x_part, after: glad, values: ["a", "b"]}, {')
    items = GLAD + part + question("still", BY_LOT % "x_di == 'b'")

    assert blocks_not_asked_for(bank_from(tmp_path, items=items, more_study=study)) == []


def test_arms_may_not_change_while_people_answer(tmp_path):
    def version(name: str, more: str):
        folder = tmp_path / name
        folder.mkdir()
        items = GLAD + question("still", more)
        return compile_wave(bank_from(folder, items=items, more_study=ARMS), 2025)

    before = version("before", BY_LOT % "x_di == 'b'")
    plain = version("plain", f"scale: yesno, {CONFIRM}")
    asked = version("asked", "scale: yesno")
    words = "still: the arms of its experiment are others"

    assert [one.message[: len(words)] for one in incompatibilities(before, plain)] == [words]
    # What was frozen wrongly is mended so: from now on everybody is asked.
    assert incompatibilities(before, asked) == []
