"""Telling a person that another window answered this page first."""

from __future__ import annotations

from markupsafe import Markup

from app.questionnaire.model import Missing
from app.questionnaire.routing import Page
from app.questionnaire.wording import in_words, translated
from app.services.interviews import Interview
from app.web.respond.words import Translate, with_isolates


def stale_words(_: Translate, interview: Interview, page: Page, language: str) -> Markup:
    """Return the notice: what stands saved, and that nothing was overwritten."""
    instrument = interview.instrument
    lines = {one.var: translated(one.text, language) for one in page.statements}
    saved = []
    for var in page.variables:
        value = interview.answers.get(var, Missing.SKIP)
        words = in_words(instrument, instrument.item_of.get(var), var, value, language)
        saved.append(f"{lines[var]} {words}" if var in lines else words)
    return with_isolates(
        _(
            "You answered this question in another window too. Saved is: %(answer)s. Below is what"
            " you chose here. Press Next to save that instead.",
            answer="; ".join(saved),
        )
    )
