"""Who gets what: the rules of a study, and each fault with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.panel.incentive_rules import Rules, check_rules, read_rules
from app.panel.incentives import IncentiveKind, Way
from app.questionnaire.document import shown_in
from app.services.bootstrap import STUDY
from tests.builders import kinds_bank, real_bank

CONDITIONAL = """\
  - id: thanks
    waves: [2024]
    give: conditional
    kind: gift_code
    cents: 1000
    ways: [screen, email, sms, post]
    partial: 20
    arms: {x_thanks: ["ten"]}
    letters: {letter_1: invitation_thanks}
"""
PREPAID = """\
  - id: card
    waves: [2024, 2025]
    give: prepaid
    kind: voucher
    cents: 500
    with: letter_1
    arms: {x_thanks: ["card"]}
    letters: {letter_1: invitation_card}
"""


def rules_in(folder: Path, words: str) -> tuple[Rules | None, list[str]]:
    (folder / "incentives.yaml").write_text(f"rules:\n{words}", encoding="utf-8")
    rules, problems = read_rules(folder)
    return rules, [str(one) for one in problems]


def test_rules_say_who_gets_what_in_which_wave(tmp_path: Path) -> None:
    rules, problems = rules_in(tmp_path, CONDITIONAL + PREPAID)

    assert problems == []
    assert rules is not None
    ten, card = {"x_thanks": "ten"}, {"x_thanks": "card"}
    thanks = rules.after_questions(2024, ten)
    assert thanks is not None
    assert (thanks.id, thanks.kind, thanks.value_cents, thanks.partial) == (
        "thanks",
        IncentiveKind.GIFT_CODE,
        1000,
        20,
    )
    assert thanks.ways == (Way.SCREEN, Way.EMAIL, Way.SMS, Way.POST)
    assert rules.after_questions(2025, ten) is None
    assert rules.after_questions(2024, card) is None
    assert rules.after_questions(2024, {}) is None
    assert [one.id for one in rules.enclosed(2025, "letter_1")] == ["card"]
    assert rules.enclosed(2025, "letter_2") == ()
    assert rules.letter_text(2024, "letter_1", ten) == "invitation_thanks"
    assert rules.letter_text(2024, "letter_1", card) == "invitation_card"
    assert rules.letter_text(2024, "letter_1", {}) is None


def test_rule_without_arms_holds_for_everybody(tmp_path: Path) -> None:
    words = CONDITIONAL.replace('    arms: {x_thanks: ["ten"]}\n', "")
    rules, _ = rules_in(tmp_path, words)
    assert rules is not None
    assert rules.after_questions(2024, {}) is not None


def test_study_without_the_file_promises_nothing(tmp_path: Path) -> None:
    assert read_rules(tmp_path) == (Rules(), [])


def test_shipped_study_promises_nothing_and_is_sound() -> None:
    rules, problems = read_rules(STUDY)
    assert (rules, problems) == (Rules(), [])
    assert check_rules(Rules(), real_bank(), [], []) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("cents: 1000", "cents: 0"), "6: cents is 0, expected 1 to 100000"),
        (("cents: 1000", "cents: 10.00"), "6: cents is a number (10.00), expected a whole number"),
        (("waves: [2024]", "waves: []"), "3: it holds for no wave"),
        (("give: conditional", "give: lottery"), '4: give is "lottery"'),
        (("[screen, email, sms, post]", "[pigeon]"), '7: way is "pigeon"'),
        (
            ("[screen, email, sms, post]", "[email, email]"),
            "7: expected one way or more, each once",
        ),
        (("kind: gift_code", "kind: voucher"), "7: a voucher goes by post and in no other way"),
        (("    ways: [screen, email, sms, post]\n", ""), "2: a conditional one needs the ways"),
        (("partial: 20", "with: letter_1"), "8: only a prepaid one goes with a letter"),
        (('["ten"]', "[]"), "9: x_thanks names no arm"),
        (("id: thanks", "id: Thanks"), "2: id is text (Thanks)"),
    ],
)
def test_fault_of_a_rule_is_told_with_file_and_line(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    assert change[0] in CONDITIONAL
    rules, problems = rules_in(tmp_path, CONDITIONAL.replace(*change))

    assert rules is None
    assert any(
        one.startswith(f"{shown_in(tmp_path, 'incentives.yaml')}:{told}") for one in problems
    ), problems


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("    with: letter_1\n", ""), "2: a prepaid one needs the letter it goes with"),
        (
            ("{letter_1: invitation_card}", "{}"),
            "7: the letter it goes with needs words of its own",
        ),
        (("kind: voucher", "kind: gift_code"), "5: what goes with a letter is a voucher"),
        (
            ("    with: letter_1", "    with: letter_1\n    partial: 3"),
            "8: a prepaid one has no partial",
        ),
    ],
)
def test_fault_of_a_prepaid_rule_is_told(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    _, problems = rules_in(tmp_path, PREPAID.replace(*change))
    assert any(f":{told}" in one for one in problems), problems


def test_two_rules_for_one_person_are_refused(tmp_path: Path) -> None:
    twice = CONDITIONAL.replace("thanks\n", "more\n", 1)
    _, problems = rules_in(tmp_path, CONDITIONAL + twice)
    assert any("more and thanks: one person would get both" in one for one in problems)
    assert any("letter_1 would have two texts for one person" in one for one in problems)
    _, problems = rules_in(tmp_path, CONDITIONAL + CONDITIONAL)
    assert any('rule "thanks" stands twice' in one for one in problems)


def test_what_a_study_does_not_have_is_told(tmp_path: Path) -> None:
    words = (CONDITIONAL + PREPAID).replace("2025", "2031")
    rules, _ = rules_in(tmp_path, words)
    assert rules is not None

    file = shown_in(tmp_path, "incentives.yaml")
    found = [
        str(one) for one in check_rules(rules, kinds_bank(), ["letter_1"], ["invitation_card"])
    ]

    assert found == [
        f'{file}:2: rule thanks: arm "x_thanks" is no random assignment of the study',
        f'{file}:2: rule thanks: letter.yaml has no text "invitation_thanks"',
        f"{file}:11: rule card: there is no wave 2031",
        f'{file}:11: rule card: arm "x_thanks" is no random assignment of the study',
    ]
