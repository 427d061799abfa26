"""Telling a person that another window answered this page first."""

from __future__ import annotations

from markupsafe import Markup

from app.questionnaire.answers import other_variable
from app.questionnaire.model import Missing
from app.questionnaire.routing import Page
from app.questionnaire.wording import translated
from app.services.interviewing.interviews import Interview
from app.web.respond.words import Translate, answer_words, with_isolates


def stale_words(_: Translate, interview: Interview, page: Page, language: str) -> Markup:
    """Return the notice: what stands saved, and that nothing was overwritten."""
    instrument = interview.instrument
    lines = {one.var: translated(one.text, language) for one in page.statements}
    saved = []
    for var in page.variables:
        value = interview.answers.get(var, Missing.SKIP)
        words = answer_words(
            instrument, var, value, interview.answers.get(other_variable(var)), language
        )
        saved.append(f"{lines[var]} {words}" if var in lines else words)
    words = _(
        "You answered this question in another window too. Saved is: %(answer)s. Below is what"
        " you chose here. Press Next to save that instead.",
        answer=with_isolates("; ".join(saved)),
    )
    return Markup(words)  # noqa: S704 (words with a value that is HTML are escaped)
