"""The real study and its synthetic population, read once."""

from pathlib import Path

import pytest

from app.questionnaire.compile import compile_wave
from app.questionnaire.source import load_bank
from app.synthetic.population import by_stratum, read_population

STUDY = Path(__file__).parents[3] / "surveys" / "perspectief"


@pytest.fixture(scope="session")
def bank():
    found, problems = load_bank(STUDY)
    assert problems == []
    return found


@pytest.fixture(scope="session")
def instruments(bank):
    return {wave: compile_wave(bank, wave) for wave in bank.waves}


@pytest.fixture(scope="session")
def people():
    return read_population(STUDY, seed=1)


@pytest.fixture(scope="session")
def strata(people):
    return by_stratum(people)
