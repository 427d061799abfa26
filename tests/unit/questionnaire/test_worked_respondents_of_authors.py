"""Worked respondents: an author's own tests of a route, and what they say when one is wrong."""

import shutil

import pytest

from app.questionnaire.paths import check_paths
from app.services.content.instruments import StudyFaultsError, check_study, load_study
from tests.unit.questionnaire.visits import STUDIES, bank_of

WORKS = """\
name: "Somebody with a job"
wave: 2024
answers: {has_job: "yes", hours: "40", languages: ["nl", "ar"]}
expect:
  pages: ["has_job", "hours", "languages"]
  status: "complete"
"""


def told(tmp_path, old: str = "", new: str = "", *, text: str = WORKS) -> list[str]:
    """The problems of one worked respondent after replacing some of its text."""
    assert old in text
    folder = tmp_path / "worked_paths"
    (folder / "paths").mkdir(parents=True)
    (folder / "paths/one.yaml").write_text(text.replace(old, new) if old else text)
    found = check_paths(bank_of("worked_paths"), folder)
    return [str(one).removeprefix(f"{tmp_path.name}/worked_paths/paths/") for one in found]


def test_worked_respondents_of_the_tiny_study_take_their_routes():
    bank, problems = check_study(STUDIES / "worked_paths")

    assert problems == []
    assert bank is not None


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            '["has_job", "hours", "languages"]',
            '["has_job", "languages"]',
            "one.yaml:5: page 2 of the route is hours, expected languages",
        ),
        (
            '["has_job", "hours", "languages"]',
            '["has_job", "hours", "languages", "more"]',
            "one.yaml:5: page 4 of the route is the end, expected more",
        ),
        (
            '["has_job", "hours", "languages"]',
            '["has_job", "hours"]',
            "one.yaml:5: page 3 of the route is languages, expected the end",
        ),
        ('"complete"', '"refused"', "one.yaml:6: the route ends as complete"),
        ('"40"', '"101"', "one.yaml:5: page 3 of the route is the end, expected languages"),
        ("wave: 2024", "wave: 2026", "one.yaml:2: the study has no wave 2026"),
        ("hours:", "huors:", 'one.yaml:3: answer to "huors", which wave 2024 does not ask'),
        ('"yes"', '"ja"', 'one.yaml:3: "ja" is no answer to "has_job"'),
        ('"ar"', '"xx"', 'one.yaml:3: "xx" is no answer to "languages"'),
        (
            '"40"',
            "40",
            'one.yaml:3: answer is a number (40), expected quoted text; write "40"',
        ),
        ("expect:", "expects:", 'one.yaml:1: key "expect" is missing'),
        ("answers: {", "answers: [{", "one.yaml:4: "),
    ],
)
def test_what_is_wrong_with_a_worked_respondent_is_told_with_its_line(tmp_path, old, new, problem):
    assert any(one.startswith(problem) for one in told(tmp_path, old, new))


@pytest.mark.parametrize("wave", ["x", "20", "2024-03", "٢٠٢٤"])
def test_month_of_a_wave_that_is_no_year_is_told_and_does_not_fail(tmp_path, wave):
    text = WORKS + f'months: {{"{wave}": "2024-02"}}\n'

    assert told(tmp_path, text=text) == [
        f'one.yaml:7: wave is "{wave}", expected a year like "2024"'
    ]


def test_answers_that_are_not_named_were_skipped(tmp_path):
    text = WORKS.replace(', languages: ["nl", "ar"]', "")

    assert told(tmp_path, text=text) == []


def test_missing_answers_are_named_by_their_codes(tmp_path):
    text = WORKS.replace('"yes", hours: "40"', '"dk"').replace('"hours", ', "")

    assert told(tmp_path, text=text) == []


def test_study_with_a_wrong_worked_respondent_is_not_loaded(tmp_path):
    folder = shutil.copytree(STUDIES / "worked_paths", tmp_path / "worked_paths")
    (folder / "paths/works.yaml").write_text(WORKS.replace('"complete"', '"refused"'))

    with pytest.raises(StudyFaultsError, match=r"works\.yaml:6: the route ends as complete"):
        load_study(folder)
