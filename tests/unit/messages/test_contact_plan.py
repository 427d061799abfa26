"""The contact plan of a study: read whole, or every problem with its file and line."""

from __future__ import annotations

from datetime import time
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.messages.channels import Channel
from app.messages.plan import STATES, check_texts_of_plan, read_contact_plan
from app.messages.texts import read_message_texts
from app.panel.states import CaseStatus

PROJECT = Path(__file__).parents[3]
STUDY = PROJECT / "surveys" / "perspectief"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")

HEAD = """quiet_hours: ["20:00", "09:00"]
quiet_days: [sunday]
a_day: 0.1
"""
STEP = "  - {id: one, channel: letter, text: invitation, day: 0, to: [open]}\n"


def written(folder: Path, text: str) -> Path:
    study = folder / "study"
    (study / "letters").mkdir(parents=True, exist_ok=True)
    (study / "letters" / "plan.yaml").write_text(text, encoding="utf-8")
    return study


def test_plan_of_the_study_is_read_and_every_step_has_its_words() -> None:
    plan, problems = read_contact_plan(STUDY, AMSTERDAM)
    texts, _ = read_message_texts(STUDY, ("nl", "en"))

    assert problems == []
    assert plan is not None
    assert texts is not None
    assert check_texts_of_plan(plan, texts) == []
    assert [one.id for one in plan.steps][:3] == ["letter_1", "email_1", "letter_2"]
    assert plan.quiet.begins == time(20)
    assert plan.quiet.days == {5, 6}
    assert plan.quiet.holidays
    first = plan.step("letter_1")
    assert first is not None
    assert first.text_for(took_part=True) == "again"
    assert first.text_for(took_part=False) == "invitation"


def test_first_contact_is_a_letter_and_reminders_change_channel() -> None:
    plan, _ = read_contact_plan(STUDY, AMSTERDAM)
    assert plan is not None
    channels = [one.channel for one in plan.steps if "open" in one.to]

    assert channels[0] is Channel.LETTER
    assert all(one is not other for one, other in pairwise(channels[:4]))


def test_states_of_a_plan_are_states_of_cases_and_nobody_who_refused_is_written_to() -> None:
    assert set(STATES) == {*CaseStatus} - {CaseStatus.REFUSED, CaseStatus.SCREENED_OUT}


def test_study_without_a_plan_sends_nothing_and_has_no_problem(tmp_path: Path) -> None:
    assert read_contact_plan(tmp_path, AMSTERDAM) == (None, [])


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (HEAD + "steps: []\n", 4, "no steps"),
        (HEAD.replace("20:00", "25:00") + "steps:\n" + STEP, 1, 'expected a time such as "09:00"'),
        (HEAD.replace('"20:00", ', "") + "steps:\n" + STEP, 1, "found 1 times"),
        (HEAD.replace("sunday", "zondag") + "steps:\n" + STEP, 2, 'quiet day is "zondag"'),
        (
            HEAD.replace(
                "[sunday]",
                "[monday, tuesday, wednesday, thursday, friday, saturday, sunday]",
            )
            + "steps:\n"
            + STEP,
            2,
            "all seven days",
        ),
        (HEAD.replace("0.1", "0") + "steps:\n" + STEP, 3, "expected a share"),
        (HEAD.replace("0.1", "2") + "steps:\n" + STEP, 3, "expected a share"),
        (HEAD.replace("0.1", "1e-9") + "steps:\n" + STEP, 3, "expected a share"),
        (HEAD + "steps:\n" + STEP + STEP, 6, '"one" stands twice'),
        (HEAD + "steps:\n" + STEP.replace("letter", "pigeon"), 5, 'channel is "pigeon"'),
        (HEAD + "steps:\n" + STEP.replace("[open]", "[refused]"), 5, 'state is "refused"'),
        (HEAD + "steps:\n" + STEP.replace("[open]", "[]"), 5, "goes to nobody"),
        (HEAD + "steps:\n" + STEP.replace("day: 0", "day: -1"), 5, "day is -1"),
        (HEAD + "steps:\n" + STEP.replace("day: 0, ", ""), 5, "either day, or after and days"),
        (
            HEAD + "steps:\n" + STEP.replace("day: 0", "after: complete, days: 1"),
            5,
            'it follows "complete" and does not go to it',
        ),
        (HEAD + "steps:\n" + STEP.replace("day: 0", 'day: 0, at: "21:00"'), 5, "quiet hour"),
        (HEAD + "steps:\n" + STEP.replace("day: 0", "day: 0, when: soon"), 5, 'cannot read "soon"'),
        (
            HEAD + "steps:\n" + STEP.replace("day: 0", "day: 0, only: {name: [x]}"),
            5,
            'unknown group "name"',
        ),
        (HEAD + "prices: {letter: cheap}\nsteps:\n" + STEP, 4, "expected euros"),
        (HEAD + "at_most: {messages: 0, days: 28}\nsteps:\n" + STEP, 4, "expected 1 or more"),
        (HEAD + "sometimes: 1\nsteps:\n" + STEP, 4, 'unknown key "sometimes"'),
    ],
)
def test_fault_of_a_plan_is_named_with_its_file_and_line(
    tmp_path: Path, text: str, line: int, said: str
) -> None:
    plan, problems = read_contact_plan(written(tmp_path, text), AMSTERDAM)
    lines = [str(one) for one in problems]

    assert plan is None
    assert any(
        one.startswith(f"study/letters/plan.yaml:{line}: ") and said in one for one in lines
    ), lines


def test_all_faults_of_a_plan_are_told_at_once(tmp_path: Path) -> None:
    text = (
        HEAD.replace("0.1", "9")
        + "steps:\n"
        + STEP.replace("letter", "pigeon").replace("[open]", "[refused]")
    )

    _, problems = read_contact_plan(written(tmp_path, text), AMSTERDAM)

    assert len(problems) == 3


def test_step_without_words_is_named_with_its_line(tmp_path: Path) -> None:
    plan, _ = read_contact_plan(
        written(tmp_path, HEAD + "steps:\n" + STEP.replace("invitation", "love")), AMSTERDAM
    )
    texts, _ = read_message_texts(STUDY, ("nl", "en"))
    assert plan is not None
    assert texts is not None

    (problem,) = check_texts_of_plan(plan, texts)

    assert str(problem) == 'study/letters/plan.yaml:5: step one: letter.yaml has no text "love"'
