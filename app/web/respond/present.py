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
from app.questionnaire.model import Kind, Missing, Offer, Option, Store, Value
from app.questionnaire.progress import position
from app.questionnaire.routing import Page, PageKind
from app.questionnaire.wording import in_words, question, translated
from app.services.interviews import Interview
from app.web.respond.view import (
    Box,
    Choice,
    ErrorLink,
    Field,
    QuestionView,
    ReviewPart,
    ReviewRow,
    ReviewSection,
    ReviewView,
)
from app.web.respond.words import Translate, fault_words, position_words, with_isolates

REVIEW_URL = "/review?part={}"
CHANGE_URL = "/q/{}?from=review"
ROWS_A_PART = 32
"""Answers on one review page: with more it would weigh over 3 KB."""
SHOWN_WORDS = 200
"""Characters of an open answer that the review shows."""

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
    """What is the same for every page of a request: language, words, links, hidden inputs."""

    language: str
    translate: Translate
    action: str
    hidden: Sequence[tuple[str, str]]
    typical: Mapping[str, float]
    notice: str | None = None
    saved: bool = False
    list_url: str | None = None


def question_view(
    interview: Interview, page: Page, frame: PageFrame, typed: Typed | None = None
) -> QuestionView:
    """Return the view of a question page, with stored answers or with what was typed."""
    _ = frame.translate
    item = page.item
    module = interview.instrument.module_by_id[item.module]
    prompted = typed is not None and (typed.prompted or isinstance(typed.outcome, Unanswered))
    fields = [_field(interview, page, var, frame, typed, prompted) for var in page.variables]
    first = _first_of_module(interview, page)
    kind = "confirm" if page.kind is PageKind.CONFIRM else str(item.kind)
    at = position(interview.instrument, interview.route, page, frame.typical)
    asked = page.kind is PageKind.QUESTION and item.help is not None
    hidden = [*frame.hidden, *([("prompted", "1")] if prompted else [])]
    return QuestionView(
        page_id=page.id,
        kind=kind,
        action=frame.action,
        heading=with_isolates(
            question(
                interview.instrument, page, interview.known, interview.route.values, frame.language
            )
        ),
        help=translated(item.help, frame.language) if item.help is not None and asked else None,
        module_title=translated(module.title, frame.language),
        module_lead=translated(module.lead, frame.language) if module.lead and first else None,
        position=position_words(_, at) if item.kind is not Kind.INFO else None,
        fields=[] if item.kind is Kind.INFO else fields,
        errors=_errors(fields),
        prompt=_prompt(page, frame, typed),
        notice=frame.notice,
        saved=frame.saved,
        hidden=hidden,
        submit_label=_("Start") if item.kind is Kind.INFO else _("Next"),
        can_go_back=interview.route.before(page.id) is not None,
    )


def _first_of_module(interview: Interview, page: Page) -> bool:
    before = interview.route.before(page.id)
    return before is None or before.item.module != page.item.module


def _prompt(page: Page, frame: PageFrame, typed: Typed | None) -> str | None:
    _ = frame.translate
    if typed is None or typed.outcome is None:
        return None
    if isinstance(typed.outcome, Ambiguous):
        if typed.outcome.candidates:
            return _("We found more than one name. Which one do you mean?")
        return _("We do not know this name. Check what you wrote, or choose “None of these”.")
    if isinstance(typed.outcome, Unanswered):
        if page.item.kind is Kind.BATTERY:
            return _(
                "Some lines have no answer yet. You may answer them now, or press Next to skip."
            )
        return _("You gave no answer yet. You may answer now, or press Next to skip this question.")
    return None


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
    legend = with_isolates(translated(statement.text, frame.language)) if statement else None
    kind = Kind.SINGLE if page.kind is PageKind.CONFIRM else item.kind
    boxes = _boxes(page, var, frame, shown)
    listed = kind in (Kind.SINGLE, Kind.MULTIPLE, Kind.BATTERY, Kind.CONSENT)
    several = kind is Kind.MULTIPLE
    options = interview.instrument.confirm if page.kind is PageKind.CONFIRM else item.options
    choices = [
        _choice(var, at, option, frame.language, shown)
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
        error=fault_words(frame.translate, fault) if fault else None,
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
    var: str, at: int, option: Option, language: str, shown: Mapping[str, list[str]]
) -> Choice:
    other = other_variable(var)
    return Choice(
        id=f"q-{var}-{at + 1}",
        value=option.code,
        label=with_isolates(translated(option.text, language)),
        checked=option.code in shown.get(var, ()),
        exclusive=option.exclusive,
        specify_name=other if option.specify else None,
        specify_value=next(iter(shown.get(other, ())), "") if option.specify else "",
    )


def _candidates(
    var: str, outcome: Ambiguous, frame: PageFrame, shown: Mapping[str, list[str]]
) -> list[Choice]:
    picked = shown.get(var, [])[1:]  # the first value is that of the text box
    choices = [
        Choice(
            id=f"q-{var}-{at + 1}",
            value=entry.code,
            label=with_isolates(translated(entry.text, frame.language)),
            checked=entry.code in picked,
        )
        for at, entry in enumerate(outcome.candidates)
    ]
    none = Choice(
        id=f"q-{var}-none",
        value=NONE_OF_THESE,
        label=frame.translate("None of these"),
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
                    label=translated(interview.instrument.missing[code], frame.language),
                    checked=given,
                    exclusive=True,
                )
            )
    return found


def _boxes(page: Page, var: str, frame: PageFrame, shown: Mapping[str, list[str]]) -> list[Box]:
    _ = frame.translate
    item = page.item
    typed = [one for one in shown.get(var, ()) if one not in (Missing.DK, Missing.REF)]
    value = typed[0] if typed else ""
    match item.kind:
        case _ if page.kind is PageKind.CONFIRM:
            return []
        case Kind.NUMBER | Kind.YEAR:
            width = 4 if item.kind is Kind.YEAR else 3
            unit = translated(item.limits.unit, frame.language) if item.limits.unit else None
            return [
                Box(f"q-{var}", var, None, value, inputmode="numeric", dir="ltr", width=width,
                    unit=unit)
            ]  # fmt: skip
        case Kind.MONTH | Kind.DATE:
            parts = [(MONTH, _("Month"), 2), (YEAR, _("Year"), 4)]
            if item.kind is Kind.DATE:
                parts.insert(0, (DAY, _("Day"), 2))
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


def review_view(
    interview: Interview,
    language: str,
    hidden: Sequence[tuple[str, str]],
    part: int,
) -> ReviewView:
    """Return one part (from 1) of all answers in words, by module, with links that change them."""
    parts = _parts(_review_rows(interview, language))
    at = min(max(part, 1), len(parts))
    modules = interview.instrument.module_by_id
    return ReviewView(
        action=REVIEW_URL.format(at),
        sections=[
            ReviewSection(translated(modules[module].title, language), rows)
            for module, rows in parts[at - 1].items()
        ],
        hidden=hidden,
        parts=[
            ReviewPart(number, REVIEW_URL.format(number), number == at)
            for number in range(1, len(parts) + 1)
        ]
        if len(parts) > 1
        else [],
        next_url=REVIEW_URL.format(at + 1) if at < len(parts) else None,
    )


def _review_rows(interview: Interview, language: str) -> dict[str, list[ReviewRow]]:
    """Rows by module, in the order of the route."""
    instrument = interview.instrument
    by_module: dict[str, list[ReviewRow]] = {}
    for page in interview.route.pages:
        if page.item.kind is Kind.INFO:
            continue
        asked = question(instrument, page, interview.known, interview.route.values, language)
        texts = {one.var: translated(one.text, language) for one in page.statements}
        for var in page.variables:
            value: Value = interview.answers.get(var, Missing.SKIP)
            words = in_words(instrument, instrument.item_of.get(var), var, value, language)
            other = interview.answers.get(other_variable(var))
            named = other is not None and not isinstance(other, Missing)
            answer = f"{words}: {other}" if named else words
            row = ReviewRow(
                question=with_isolates(texts.get(var, asked)),
                answer=with_isolates(shorten(answer)),
                change_url=CHANGE_URL.format(page.id),
            )
            by_module.setdefault(page.item.module, []).append(row)
    return by_module


def _parts(by_module: Mapping[str, list[ReviewRow]]) -> list[dict[str, list[ReviewRow]]]:
    """Modules gathered into parts that fit the budget of a page; a module is never split."""
    parts: list[dict[str, list[ReviewRow]]] = [{}]
    rows = 0
    for module, listed in by_module.items():
        if rows and rows + len(listed) > ROWS_A_PART:
            parts.append({})
            rows = 0
        parts[-1][module] = listed
        rows += len(listed)
    return parts


def shorten(words: str) -> str:
    """Return the beginning of a long text; the whole of it stands behind the change link."""
    return words if len(words) <= SHOWN_WORDS else f"{words[:SHOWN_WORDS].rstrip()}…"
