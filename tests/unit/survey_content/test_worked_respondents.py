"""The worked respondents of the study take the routes their authors worked out by hand."""

from pathlib import Path

from app.questionnaire.paths import check_paths
from app.questionnaire.source import load_bank

FOLDER = Path("surveys/perspectief")


def test_every_worked_respondent_meets_the_expected_pages():
    bank, problems = load_bank(FOLDER)
    assert problems == []
    assert len(list((FOLDER / "paths").glob("*.yaml"))) >= 18

    assert [str(problem) for problem in check_paths(bank, FOLDER)] == []
