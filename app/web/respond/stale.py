"""Telling a person that another window answered this page first."""

from __future__ import annotations

from app.questionnaire.model import Missing
from app.questionnaire.routing import Page
from app.questionnaire.wording import in_words
from app.services.interviews import Interview
from app.web.respond.words import Translate, with_isolates


def stale_words(_: Translate, interview: Interview, page: Page, language: str) -> str:
    """Return the notice: what stands saved, and that nothing was overwritten."""
    answers = [
        in_words(
            interview.instrument,
            interview.instrument.item_of.get(var),
            var,
            interview.answers.get(var, Missing.SKIP),
            language,
        )
        for var in page.variables
    ]
    if len(answers) == 1:
        return _(
            "You answered this question in another window too. Saved is: %(answer)s. Below is what"
            " you chose here. Press Next to save that instead.",
            answer=with_isolates(answers[0]),
        )
    return _(
        "You answered this page in another window too, and that is saved. Below is what you chose"
        " here. Press Next to save that instead."
    )
