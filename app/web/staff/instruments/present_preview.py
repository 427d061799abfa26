"""A walk → what the page around the phone says: who is walking, why this page, why not that one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from app.questionnaire.answers import confirm_variable
from app.questionnaire.explain import Truth
from app.questionnaire.model import Instrument, Kind
from app.questionnaire.paths import WorkedRespondent
from app.questionnaire.routing import PageKind
from app.questionnaire.tracing import Standing, Traced, asked_again
from app.services.content.walking_through import PANEL, STOPPED, Walk
from app.services.interviewing.interviews import DONE, REVIEW
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.instruments.speaking import ReasonView, Speaker
from app.web.staff.labels import code_words
from app.web.staff.listing import folded
from app.web.staff.view import Words, in_english

ON_ROUTE = (Standing.ANSWERED, Standing.HERE, Standing.AHEAD)
FILTERS: Mapping[str, tuple[Standing, ...]] = {
    "asked": ON_ROUTE,
    "not-asked": (Standing.NOT_ASKED, Standing.CARRIED, Standing.AFTER_THE_END),
    "open": (Standing.OPEN,),
}
BADGES = {
    Standing.ANSWERED: "open",
    Standing.HERE: "paused",
    Standing.AHEAD: "draft",
    Standing.OPEN: "draft",
    Standing.NOT_ASKED: "",
    Standing.CARRIED: "",
    Standing.AFTER_THE_END: "",
}


@dataclass(frozen=True, slots=True)
class Select:
    """A list to choose from on the form that begins a walk."""

    name: str
    words: str
    options: Sequence[tuple[str, str]]
    chosen: str
    help: Words = ""


@dataclass(frozen=True, slots=True)
class ChooserView:
    """Who walks, and in which languages."""

    edition: Select
    language: Select
    beside: Select
    person: Select
    made_up: Sequence[Select]
    summary: str


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement of a battery that is not asked of everybody."""

    var: str
    words: str
    standing: str
    reason: ReasonView


@dataclass(frozen=True, slots=True)
class TracedView:
    """One question of the questionnaire in the list."""

    id: str
    """Of its place on the page."""
    var: str
    words: str
    module: str
    badge: str
    standing: str
    here: bool
    jump: str
    """Page to show; its first."""
    further: Sequence[str]
    """Its pages after the first."""
    fillable: bool
    """What is still open before it can be answered by inventing."""
    answer: str
    reason: ReasonView
    said: str
    """The reason in one sentence."""
    statements: Sequence[StatementView]
    endings: Sequence[tuple[str, ReasonView]]


@dataclass(frozen=True, slots=True)
class TracerView:
    """Why the page on the phone is there, and every other page."""

    heading: str
    current: TracedView | None
    rows: Sequence[TracedView]
    found: str
    known: Sequence[tuple[str, str, str]]
    """What is known beside the answers: variable, what it is, value."""
    counts: Sequence[tuple[str, str]]
    filters: Sequence[tuple[str, str]]


def chooser_view(
    _: Translate,
    figures: Figures,
    walk: Walk,
    people: Sequence[WorkedRespondent],
    editions: Sequence[tuple[str, str]],
) -> ChooserView:
    """Return the form that begins a walk, filled in with the present one."""
    instrument = walk.instrument
    languages = [(code, figures.language(code)) for code in instrument.languages]
    person = Select(
        "person",
        _("Who answers"),
        [("", _("Somebody made up, as below")), *((one.id, one.name) for one in people)],
        "",
    )
    again = Select(
        "before",
        _("Took part before"),
        [("no", _("No, this is the first time")), ("yes", _("Yes: earlier answers are known"))],
        "yes" if walk.known.preload.answers else "no",
        _("The answers of then are invented."),
    )
    return ChooserView(
        edition=Select("edition", _("Questionnaire"), editions, walk.edition.key),
        language=Select("language", _("Language"), languages, walk.language),
        beside=Select(
            "beside", _("Second language"), [("", _("None")), *languages], walk.beside or ""
        ),
        person=person,
        made_up=[*_frame_selects(_, instrument, walk), again],
        summary=_summary(_, figures, walk),
    )


def _frame_selects(_: Translate, instrument: Instrument, walk: Walk) -> list[Select]:
    found = []
    for variable in instrument.frame:
        if variable.values and variable.var not in ("wave", PANEL):
            options = [("", _("Not known")), *_codes(_, variable.var, variable.values)]
            chosen = str(walk.known.frame.get(variable.var, ""))
            found.append(
                Select(variable.var, variable.var, options, chosen, in_english(variable.note))
            )
    for drawn in instrument.assigned:
        values = (*drawn.values, *([drawn.override] if drawn.override else []))
        chosen = walk.known.assigned.get(drawn.var, "")
        codes = _codes(_, drawn.var, values)
        found.append(Select(drawn.var, drawn.var, codes, chosen, in_english(drawn.note)))
    return found


def _codes(_: Translate, var: str, values: Sequence[str]) -> list[tuple[str, str]]:
    return [(code, code_words(_, var, code)) for code in values]


def _summary(_: Translate, figures: Figures, walk: Walk) -> str:
    said = [
        code_words(_, var, str(value))
        for var, value in (*walk.known.frame.items(), *walk.known.assigned.items())
        if var in ("fr_group", "fr_act", "fr_sex") or var in walk.known.assigned
    ]
    again = _("took part before") if walk.known.preload.answers else _("first time")
    languages = [figures.language(one) for one in (walk.language, walk.beside) if one]
    return ", ".join([*said, again, " + ".join(languages)])


def tracer_view(speaker: Speaker, figures: Figures, walk: Walk, q: str, show: str) -> TracerView:
    """Return why the page on the phone is there, and the list of all others."""
    _ = speaker.say
    by_page = {page.id: one for one in walk.traced for page in one.pages}
    current = by_page.get(walk.page) or next(
        (one for one in walk.traced if walk.page.startswith(one.item.var)
         and walk.page in (one.item.var, *_off_route(one))), None,
    )  # fmt: skip
    keep = _filter(speaker, q, show)
    rows = [_row(speaker, walk, one) for one in walk.traced if keep(one)]
    return TracerView(
        heading=_heading(_, walk, current),
        current=_row(speaker, walk, current) if current is not None else None,
        rows=rows,
        found=_("Found: %(count)s", count=figures.count(len(rows))),
        known=_known(speaker, walk),
        counts=_counts(_, figures, walk),
        filters=[
            ("", _("All")),
            ("asked", _("Asked")),
            ("not-asked", _("Not asked")),
            ("open", _("Not decided yet")),
        ],
    )


def _off_route(one: Traced) -> list[str]:
    screens = -(-len(one.item.statements) // one.item.per_screen)
    return [f"{one.item.var}-confirm", *(f"{one.item.var}-{at}" for at in range(2, screens + 1))]


def _filter(speaker: Speaker, q: str, show: str) -> Callable[[Traced], bool]:
    words = folded(q).split()
    kept = FILTERS.get(show)

    def keep(one: Traced) -> bool:
        if kept is not None and one.standing not in kept:
            return False
        names = [one.item.var, *(statement.var for statement in one.item.statements)]
        text = folded(" ".join([*names, speaker.question(one.item.var, 500), one.reason.source]))
        return all(word in text for word in words)

    return keep


def _heading(_: Translate, walk: Walk, current: Traced | None) -> str:
    if walk.page == REVIEW:
        return _("All questions are answered: this is the review before sending.")
    if walk.page == STOPPED:
        return _("The person stopped. With the code they go on later where they were.")
    if walk.page == DONE or current is None:
        return _("The interview ended here.")
    if walk.page in walk.route.page_by_id:
        return _("Why this page is shown")
    return _("This page is not on the route: why it is not shown")


def _row(speaker: Speaker, walk: Walk, one: Traced) -> TracedView:
    _, item = speaker.say, one.item
    return TracedView(
        id=f"at-{one.pages[0].id if one.pages else item.var}",
        var=item.var,
        words=speaker.question(item.var, 160),
        module=walk.instrument.module_by_id[item.module].title[speaker.language],
        badge=BADGES[one.standing],
        standing=standing_words(speaker.say, one.standing),
        here=walk.page in {page.id for page in one.pages},
        jump=one.pages[0].id if one.pages else item.var,
        further=[page.id for page in one.pages[1:]],
        fillable=one.standing in (Standing.AHEAD, Standing.OPEN),
        answer=_answer(speaker, walk, one),
        reason=speaker.reason(one.reason),
        said=_said(speaker, walk, one),
        statements=[
            StatementView(
                found.statement.var,
                speaker.question(found.statement.var, 160),
                _("kept from an earlier wave")
                if found.carried
                else speaker.truth(found.reason.truth),
                speaker.reason(found.reason),
            )
            for found in one.statements
            if found.statement.when.source != "true" or found.carried
        ],
        endings=[
            (ending.termination.status, speaker.reason(ending.reason)) for ending in one.endings
        ],
    )


def _answer(speaker: Speaker, walk: Walk, one: Traced) -> str:
    """What was answered, in words; of a battery how many statements."""
    values = walk.route.values
    if one.standing is Standing.CARRIED and one.item.var in walk.route.carried:
        return speaker.value(one.item.var, walk.route.carried[one.item.var])
    if one.standing is not Standing.ANSWERED or one.item.kind is Kind.INFO:
        return ""
    names = [var for page in one.pages for var in page.variables]
    said = [f"{speaker.value(var, values.get(var))}" for var in names[:3]]
    return "; ".join([*said, *(["…"] if len(names) > 3 else [])])


def _said(speaker: Speaker, walk: Walk, one: Traced) -> str:
    _ = speaker.say
    for page in one.pages:
        if page.kind is PageKind.CONFIRM:
            return _(
                "An earlier answer is known: is it still true? (%(variable)s)",
                variable=confirm_variable(one.item.var),
            )
    if one.standing is Standing.CARRIED:
        return _("It was answered in an earlier wave, and that answer stands: it is not asked.")
    if one.standing is Standing.AFTER_THE_END:
        return _("The interview ended before it.")
    everybody = one.item.when.source == "true"
    if one.standing in ON_ROUTE:
        if asked_again(one.item, walk.known):
            return _("Its condition holds, and the earlier answer does not stand.")
        return _("Everybody is asked this.") if everybody else _("Its condition holds.")
    if one.standing is Standing.OPEN:
        return _("An answer that is still to come decides.")
    if one.reason.truth is Truth.YES:
        return _("No statement of it is asked.")
    return _("Its condition does not hold.")


def standing_words(_: Translate, standing: Standing) -> str:
    """Return how a question stands, in a word or two."""
    return {
        Standing.ANSWERED: _("answered"),
        Standing.HERE: _("next to answer"),
        Standing.AHEAD: _("to come"),
        Standing.OPEN: _("not decided yet"),
        Standing.NOT_ASKED: _("not asked"),
        Standing.CARRIED: _("known already"),
        Standing.AFTER_THE_END: _("after the end"),
    }[standing]


def _known(speaker: Speaker, walk: Walk) -> list[tuple[str, str, str]]:
    instrument, values = walk.instrument, walk.route.values
    names = [
        *(one.var for one in instrument.frame),
        *(one.var for one in instrument.assigned),
        *(one.var for one in instrument.derived),
    ]
    return [
        (var, speaker.question(var, 120), speaker.value(var, values[var]))
        for var in dict.fromkeys(names)
        if var in values
    ]


def _counts(_: Translate, figures: Figures, walk: Walk) -> list[tuple[str, str]]:
    by = [one.standing for one in walk.traced]
    answered = len(walk.route.answered)
    return [
        (_("Screens on the route"), figures.count(len(walk.route.pages))),
        (_("Screens answered"), figures.count(answered)),
        (_("Questions not asked"), figures.count(by.count(Standing.NOT_ASKED))),
        (_("Questions not decided yet"), figures.count(by.count(Standing.OPEN))),
    ]
