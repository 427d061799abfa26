"""An interview and a page → what the template shows. All logic of the page ends here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.questionnaire.accept import (
    DAY,
    MONTH,
    NONE_OF_THESE,
    YEAR,
    Ambiguous,
    Rejected,
    Unanswered,
)
from app.questionnaire.answers import other_variable
from app.questionnaire.code_lists import match_typed
from app.questionnaire.model import Kind, Missing, Offer, Option, Store
from app.questionnaire.pictures import picture_name
from app.questionnaire.progress import position
from app.questionnaire.routing import Page, PageKind
from app.questionnaire.wording import question, translated, unfilled
from app.services.interviewing.interviews import Interview
from app.web.respond.reading import Reading
from app.web.respond.view import (
    Box,
    Choice,
    ErrorLink,
    Field,
    LanguageChoice,
    PictureView,
    QuestionView,
    Words,
)
from app.web.respond.words import fault_words, position_words, prompt_words, with_isolates

Form = Mapping[str, Sequence[str]]
Outcome = Unanswered | Ambiguous | Rejected


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person had on the page when it came back: posted values, and what came of them."""

    form: Form
    outcome: Outcome | None = None
    prompted: bool = False


@dataclass(frozen=True, slots=True)
class PageFrame:
    """What is the same for every page of a request: words, links, hidden inputs."""

    reading: Reading
    action: str
    hidden: Sequence[tuple[str, str]]
    typical: Mapping[str, float]
    notice: Words | None = None
    saved: bool = False
    list_url: str | None = None
    picture_url: str = ""
    """Where the pictures of this questionnaire are; their names follow it."""
    beside: Sequence[LanguageChoice] = ()


def question_view(
    interview: Interview, page: Page, frame: PageFrame, typed: Typed | None = None
) -> QuestionView:
    """Return the view of a question page, with stored answers or with what was typed."""
    reading = frame.reading
    item = page.item
    module = interview.instrument.module_by_id[item.module]
    prompted = typed is not None and (typed.prompted or isinstance(typed.outcome, Unanswered))
    fields = [_field(interview, page, var, frame, typed, prompted) for var in page.variables]
    first = _first_of_module(interview, page)
    kind = "confirm" if page.kind is PageKind.CONFIRM else str(item.kind)
    at = position(interview.instrument, interview.route, page, frame.typical)
    hidden = [*frame.hidden, *([("prompted", "1")] if prompted else [])]
    return QuestionView(
        page_id=page.id,
        kind=kind,
        action=frame.action,
        heading=_heading(interview, page, reading),
        help=_help(page, reading),
        module_title=reading.text(module.title),
        module_lead=reading.text(module.lead) if module.lead and first else None,
        position=reading.say(lambda tongue: position_words(tongue.translate, at))
        if item.kind is not Kind.INFO
        else None,
        fields=[] if item.kind is Kind.INFO else fields,
        errors=_errors(fields),
        prompt=_prompt(page, frame, typed),
        notice=frame.notice,
        saved=frame.saved,
        hidden=hidden,
        submit_label=reading.words(lambda _: _("Start") if item.kind is Kind.INFO else _("Next")),
        can_go_back=interview.route.before(page.id) is not None,
        beside=frame.beside,
    )


def _heading(interview: Interview, page: Page, reading: Reading) -> Words:
    known, values = interview.known, interview.route.values
    return reading.say(
        lambda tongue: with_isolates(
            question(interview.instrument, page, known, values, tongue.code)
        ),
        unfilled(page, known, values)[reading.language],
    )


def _help(page: Page, reading: Reading) -> Words | None:
    if page.kind is PageKind.QUESTION and page.item.help is not None:
        return reading.text(page.item.help)
    if page.item.kind is Kind.MULTIPLE and page.kind is PageKind.QUESTION:
        return reading.words(lambda _: _("You may choose more than one answer."))
    return None


def _first_of_module(interview: Interview, page: Page) -> bool:
    before = interview.route.before(page.id)
    return before is None or before.item.module != page.item.module


def _prompt(page: Page, frame: PageFrame, typed: Typed | None) -> Words | None:
    if typed is None or typed.outcome is None:
        return None
    outcome, kind = typed.outcome, page.item.kind
    return frame.reading.words(lambda _: prompt_words(_, outcome, kind)) or None


def _errors(fields: Sequence[Field]) -> list[ErrorLink]:
    links = []
    for field in fields:
        if field.error is not None:
            inputs = [*(box.id for box in field.boxes), *(one.id for one in field.choices)]
            links.append(ErrorLink(f"#{inputs[0] if inputs else field.id}", field.error))
    return links


def _field(
    interview: Interview,
    page: Page,
    var: str,
    frame: PageFrame,
    typed: Typed | None,
    prompted: bool,
) -> Field:
    item = page.item
    shown = _shown(interview, var, typed)
    statement = next((one for one in page.statements if one.var == var), None)
    legend = frame.reading.text(statement.text) if statement else None
    kind = Kind.SINGLE if page.kind is PageKind.CONFIRM else item.kind
    boxes = _boxes(page, var, frame, shown)
    listed = kind in (Kind.SINGLE, Kind.MULTIPLE, Kind.BATTERY, Kind.CONSENT)
    several = kind is Kind.MULTIPLE
    options = interview.instrument.confirm if page.kind is PageKind.CONFIRM else item.options
    choices = [
        _choice(var, at, option, frame, shown)
        for at, option in enumerate(options if listed else ())
    ]
    outcome = typed.outcome if typed else None
    if isinstance(outcome, Ambiguous) and outcome.variable == var:
        choices = _candidates(var, outcome, frame, shown)
    faults = outcome.faults if isinstance(outcome, Rejected) else ()
    fault = next((one for one in faults if one.variable in (var, other_variable(var))), None)
    return Field(
        name=var,
        id=f"q-{var}",
        legend=legend,
        type="checkbox" if several else "radio" if listed else "boxes",
        choices=choices,
        missing_choices=_missing_choices(interview, page, var, frame, shown, prompted),
        boxes=boxes,
        error=frame.reading.words(lambda _: fault_words(_, fault)) if fault else None,
    )


def _shown(interview: Interview, var: str, typed: Typed | None) -> dict[str, list[str]]:
    """Values by input name: what was typed, or else what is stored."""
    if typed is not None:
        shown = {name: list(values) for name, values in typed.form.items()}
        asked_again = isinstance(typed.outcome, Ambiguous)
        if NONE_OF_THESE in shown.get(var, ()) and not asked_again:
            # What stood in the box was none of the names we know: it would be asked again.
            del shown[var]
        return shown
    return _stored(interview, var)


def _stored(interview: Interview, var: str) -> dict[str, list[str]]:
    value = interview.answers.get(var)
    if value is None or value is Missing.SKIP:
        return {}
    shown = {var: list(value) if isinstance(value, tuple) else [str(value)]}
    item = interview.instrument.item_of.get(var)
    if item is not None and item.kind in (Kind.MONTH, Kind.DATE) and isinstance(value, str):
        year, month, day = (*value.split("-"), "", "")[:3]
        shown = {var + YEAR: [year], var + MONTH: [month.lstrip("0")], var + DAY: [day.lstrip("0")]}
        if isinstance(value, Missing):
            shown = {var: [str(value)]}
    if item is not None and item.kind is Kind.CODE_LIST and not isinstance(value, Missing):
        entries = interview.instrument.code_lists[item.code_list or ""]
        names = [one.text for one in entries if one.code == value]
        shown = {var: [translated(names[0], interview.state.language) if names else str(value)]}
    other = interview.answers.get(other_variable(var))
    if other is not None and not isinstance(other, Missing):
        shown[other_variable(var)] = [str(other)]
    return shown


def _choice(
    var: str, at: int, option: Option, frame: PageFrame, shown: Mapping[str, list[str]]
) -> Choice:
    other = other_variable(var)
    picture = option.picture
    return Choice(
        id=f"q-{var}-{at + 1}",
        value=option.code,
        label=frame.reading.text(option.text),
        checked=option.code in shown.get(var, ()),
        exclusive=option.exclusive,
        specify_name=other if option.specify else None,
        specify_value=next(iter(shown.get(other, ())), "") if option.specify else "",
        picture=PictureView(
            frame.picture_url + picture_name(picture), picture.alt[frame.reading.language]
        )
        if picture
        else None,
    )


def _candidates(
    var: str, outcome: Ambiguous, frame: PageFrame, shown: Mapping[str, list[str]]
) -> list[Choice]:
    picked = shown.get(var, [])[1:]  # the first value is that of the text box
    choices = [
        Choice(
            id=f"q-{var}-{at + 1}",
            value=entry.code,
            label=frame.reading.name(entry.text),
            checked=entry.code in picked,
        )
        for at, entry in enumerate(outcome.candidates)
    ]
    none = Choice(
        id=f"q-{var}-none",
        value=NONE_OF_THESE,
        label=frame.reading.words(lambda _: _("None of these")),
        checked=NONE_OF_THESE in picked,
    )
    return [*choices, none]


def candidates_again(
    interview: Interview, page: Page, form: Form, language: str
) -> Ambiguous | None:
    """Return the candidates of a page on which one of them was picked, to be shown once more."""
    var = page.variables[0]
    words, *picked = form.get(var, [""])
    if page.item.kind is not Kind.CODE_LIST or not picked:
        return None
    entries = interview.instrument.code_lists[page.item.code_list or ""]
    return Ambiguous(var, match_typed(entries, language, words).candidates)


def _missing_choices(
    interview: Interview,
    page: Page,
    var: str,
    frame: PageFrame,
    shown: Mapping[str, list[str]],
    prompted: bool,
) -> list[Choice]:
    if page.kind is PageKind.CONFIRM:
        return []
    found = []
    for code, offer in ((Missing.DK, page.item.dk), (Missing.REF, page.item.refuse)):
        given = code in shown.get(var, ())
        if offer is Offer.VISIBLE or given or (offer is Offer.ON_SKIP and prompted):
            found.append(
                Choice(
                    id=f"q-{var}-{code}",
                    value=str(code),
                    label=frame.reading.text(interview.instrument.missing[code]),
                    checked=given,
                    exclusive=True,
                )
            )
    return found


def _boxes(page: Page, var: str, frame: PageFrame, shown: Mapping[str, list[str]]) -> list[Box]:
    reading = frame.reading
    item = page.item
    typed = [one for one in shown.get(var, ()) if one not in (Missing.DK, Missing.REF)]
    value = typed[0] if typed else ""
    match item.kind:
        case _ if page.kind is PageKind.CONFIRM:
            return []
        case Kind.NUMBER | Kind.YEAR:
            width = 4 if item.kind is Kind.YEAR else 3
            unit = reading.text(item.limits.unit) if item.limits.unit else None
            return [
                Box(f"q-{var}", var, None, value, inputmode="numeric", dir="ltr", width=width,
                    unit=unit)
            ]  # fmt: skip
        case Kind.MONTH | Kind.DATE:
            parts = [
                (MONTH, reading.words(lambda _: _("Month")), 2),
                (YEAR, reading.words(lambda _: _("Year")), 4),
            ]
            if item.kind is Kind.DATE:
                parts.insert(0, (DAY, reading.words(lambda _: _("Day")), 2))
            return [
                Box(
                    id=f"q-{var}{suffix.replace('.', '-')}",
                    name=var + suffix,
                    label=label,
                    value=next(iter(shown.get(var + suffix, ())), ""),
                    inputmode="numeric",
                    dir="ltr",
                    width=width,
                )
                for suffix, label, width in parts
            ]
        case Kind.CODE_LIST:
            return [Box(f"q-{var}", var, None, value, dir="auto", list_url=frame.list_url)]
        case Kind.TEXT:
            direction = "ltr" if item.store is Store.CONTACT else "auto"
            return [Box(f"q-{var}", var, None, value, dir=direction)]
        case Kind.OPEN:
            return [Box(f"q-{var}", var, None, value, multiline=True, dir="auto")]
        case _:
            return []
