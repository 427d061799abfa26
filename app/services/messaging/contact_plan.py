"""The contact plan of a study, and what is wrong with how it writes to people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from app.messages.plan import ContactPlan, check_texts_of_plan, read_contact_plan
from app.messages.sender import read_sender
from app.messages.texts import read_message_texts
from app.questionnaire.document import Problem
from app.services.context import STUDY_ZONE


class ContactPlanError(Exception):
    """A contact plan that cannot be used; the message names file and line of every problem."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)


def load_contact_plan(study: Path) -> ContactPlan | None:
    """Return the plan of a study; ``None`` when it has none and so sends nothing.

    Raises
    ------
    ContactPlanError
        With all problems of the file.
    """
    plan, problems = read_contact_plan(study, STUDY_ZONE)
    if problems:
        raise ContactPlanError(problems)
    return plan


def check_contact(study: Path, languages: Sequence[str]) -> list[Problem]:
    """Return what is wrong with plan and sender of a study, and which words a step lacks.

    A study without a plan sends nothing, and needs no sender. Whether the words themselves are
    sound and translated is asked elsewhere.
    """
    plan, problems = read_contact_plan(study, STUDY_ZONE)
    if plan is None:
        return problems
    texts, _ = read_message_texts(study, languages)
    if texts is not None:
        problems += check_texts_of_plan(plan, texts)
    _, of_sender = read_sender(study)
    return [*problems, *of_sender]
