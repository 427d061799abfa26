"""Synthetic respondents in front of the real engine: every page is posted and must be accepted."""

from app.questionnaire.accept import Accepted, accept
from app.questionnaire.model import Kind, Missing
from app.questionnaire.routing import Known, PageKind, Preload, route
from app.questionnaire.walk import as_preload
from app.synthetic.months import as_text, fieldwork_month
from app.synthetic.respondent import SyntheticRespondent, Will
from app.synthetic.typing import typed

BLOCKS = ("a", "b", "c", "d", "abcd")


def interview(instrument, person, *, seed=1, block="abcd", frame=None, preload=None, will=None):
    """Return the finished route of one respondent; fails on a page that is not accepted."""
    month = as_text(fieldwork_month(instrument.wave))
    known = Known(
        frame=frame or {**person.frame(), "fr_entry": "personal", "fr_panel": "no"},
        assigned={"x_split": block},
        preload=preload or Preload(),
        interview_month=month,
    )
    respondent = SyntheticRespondent(person, instrument.wave, seed, will=will or Will.TAKE_PART)
    answers = {}
    now = route(instrument, known, answers)
    while now.first_open is not None:
        page = now.first_open
        given = answers_on(page, respondent, now.values, known.preload)
        form = {}
        for var, value in given.items():
            form |= typed(page.item, var, value)
        result = accept(
            instrument,
            page,
            form,
            language="nl",
            interview_month=month,
            prompted=True,
        )
        assert isinstance(result, Accepted), (page.id, given, result)
        for var, value in given.items():
            assert result.answers[var] == (Missing.SKIP if value is None else value)
        answers |= result.answers
        now = route(instrument, known, answers)
    return now


def preload_of(instrument, walked):
    return as_preload(instrument, walked, as_text(fieldwork_month(instrument.wave)))


def answers_on(page, respondent, values, preload):
    """Answers to one page by variable; ``None`` where nothing is filled in."""
    item = page.item
    if page.kind is PageKind.CONFIRM:
        earlier = preload.answers[item.var].value
        return {page.variables[0]: respondent.confirm(item.var, earlier)}
    if item.kind is Kind.BATTERY:
        return {one.var: respondent.answer(item, one, values) for one in page.statements}
    return {item.var: respondent.answer(item, None, values)}
