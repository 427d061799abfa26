"""What the table plans of a study ask of it: the part of a check that `analysis` knows about."""

from __future__ import annotations

from pathlib import Path

from analysis.codebook import Codebook, codebook_of
from analysis.errors import RecipeError
from analysis.plan_check import plan_problems
from analysis.plan_source import read_plan
from app.questionnaire.codebook import codebook
from app.questionnaire.compile import compile_wave
from app.questionnaire.model import Bank


def check_table_plans(bank: Bank, folder: Path) -> list[str]:
    """Return ``file:line: message`` for every problem of ``tables/*.yaml``.

    A plan is held against all waves of the study, fielded or not.
    """
    found: list[str] = []
    described = codebook_of_study(bank)
    for path in sorted((folder / "tables").glob("*.yaml")):
        shown = Path(*folder.parts[-2:]) / "tables" / path.name
        try:
            plan = read_plan(path)
        except RecipeError as error:
            found += [f"{shown}:{problem}" for problem in error.problems]
        except UnicodeDecodeError:
            found.append(f"{shown}:1: is not UTF-8")
        else:
            found += plan_problems(plan, described, shown)
    return found


def codebook_of_study(bank: Bank) -> Codebook:
    """Return the codebook of all waves of a study, as a release of them would hold it."""
    described = codebook(bank, [compile_wave(bank, wave) for wave in bank.waves])
    return codebook_of(described, bank.study)
