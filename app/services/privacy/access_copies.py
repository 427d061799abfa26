"""A copy of all that is known of one person, readable, in the person's language (GDPR article 15).

Questions stand as they were worded to that person in that language, answers in words. Nothing about
anybody else is in it: who did something is named by the role, not by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.panel.states import Role
from app.questionnaire.answers import other_variable
from app.questionnaire.model import Instrument, Item, Kind, Missing, Store, Value
from app.questionnaire.routing import Page, PageKind
from app.questionnaire.wording import UNDIRECTED, in_words, isolated, question, translated
from app.services.context import ServiceContext
from app.services.interviewing.interviews import Interview, UnknownPageError, page_for
from app.services.interviewing.interviews import load as load_interview
from app.services.members import contacting
from app.services.members.consents import require_person
from app.services.privacy import access_words as words
from app.services.privacy.access_made import made_of_words, thanks_of
from app.services.privacy.access_words import Say
from app.storage import access, cases, consents, openings, privacy
from app.storage.cases import Case

_WRITTEN = frozenset(
    {Kind.NUMBER, Kind.YEAR, Kind.MONTH, Kind.DATE, Kind.CODE_LIST, Kind.TEXT, Kind.OPEN}
)
DUTCH = "nl"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that is known."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the copy, with what stands there when nothing is known."""

    key: str
    title: str
    lead: str
    rows: tuple[Row, ...]
    empty: str


@dataclass(frozen=True, slots=True)
class AccessCopy:
    """All that is known of a person, in words."""

    person_id: UUID
    made_at: datetime
    language: str
    sections: tuple[Section, ...]


def access_copy(ctx: ServiceContext, person_id: UUID, language: str) -> AccessCopy:
    """Return all that is known of a person in a language; nothing is written.

    A question of a wave that was not asked in that language stands in Dutch.

    Raises
    ------
    ErasedError
        If there is no such person, or the person was erased.
    """
    _ = words.speaker(language)
    with ctx.databases.research.snapshot() as connection:
        status = require_person(connection, person_id)
        own = cases.cases_of_person(connection, person_id)
        began = {one.id: openings.find_interview(connection, one.id) for one in own}
        messages = access.messages_of(connection, person_id)
        deeds = access.deeds_about(connection, person_id, [one.id for one in own])
        said = consents.consent_events(connection, person_id)
        requests = privacy.requests_of(connection, person_id)
        made = made_of_words(ctx, connection, _, person_id, language)
        thanks = thanks_of(ctx, connection, _, person_id, language)
    person = [Row(_("Your number in the study"), isolated(person_id.hex))]
    person += [Row(_("How you stand"), words.person_words(_, status))]
    answered = {
        case_id: load_interview(ctx, interview_id)
        for case_id, interview_id in began.items()
        if interview_id is not None
    }
    lists = next((one.instrument for one in answered.values()), None)
    sections = [
        Section("person", _("You in this study"), "", tuple(person), ""),
        _contact(ctx, _, person_id),
        _register(_, own, lists, language),
        *(_wave(_, one, answered.get(one.id), language) for one in own),
    ]
    sections += [
        Section(
            "own_words",
            _("What we made of your own words"),
            _("You find your words themselves with the questions."),
            tuple(Row(*one) for one in made),
            _("We did nothing with words of your own."),
        ),
        Section(
            "thanks",
            _("Your gift"),
            _("We do not keep it with your answers."),
            tuple(Row(*one) for one in thanks),
            _("There is no gift for you."),
        ),
        Section(
            "messages",
            _("What we sent you"),
            "",
            tuple(
                Row(
                    f"{words.channel_words(_, one.channel)}, {words.day(one.at, language)}",
                    words.message_words(_, one.status),
                    words.language_name(one.language),
                )
                for one in messages
            ),
            _("We sent you nothing."),
        ),
        Section(
            "consents",
            _("What you allowed"),
            "",
            tuple(
                Row(
                    words.purpose_words(_, one.purpose),
                    words.yes_no(_, one.given),
                    f"{words.day(one.at, language)}, {words.through_words(_, one.through)}",
                )
                for one in said
            ),
            _("We asked you for nothing yet."),
        ),
        _access(_, deeds, language),
        Section(
            "requests",
            _("What you asked about your data"),
            "",
            tuple(
                Row(
                    words.asked_words(_, one.asked),
                    words.day(one.asked_at, language),
                    _("Done on %(day)s", day=words.day(one.handled_at, language))
                    if one.handled_at
                    else _("We do this before %(day)s", day=words.day(one.due_on, language)),
                )
                for one in requests
            ),
            _("You asked nothing."),
        ),
    ]
    return AccessCopy(person_id, ctx.clock.now(), language, tuple(sections))


def _contact(ctx: ServiceContext, _: Say, person_id: UUID) -> Section:
    known = contacting.contact_of(ctx, person_id)
    labels = words.contact_labels(_)
    rows = tuple(
        Row(label, isolated(known[name].translate(UNDIRECTED)))
        for name, label in labels.items()
        if name in known
    ) + tuple(
        Row(isolated(name), isolated(value.translate(UNDIRECTED)))
        for name, value in sorted(known.items())
        if name not in labels
    )
    return Section(
        "contact",
        _("How we can reach you"),
        _("We keep this apart from your answers."),
        rows,
        _("We have no address, phone number or e-mail address of you."),
    )


def _register(_: Say, own: list[Case], lists: Instrument | None, language: str) -> Section:
    labels = words.frame_labels(_)
    rows: dict[str, str] = {}
    for one in own:
        # A later wave may have moved a case; the last word counts.
        rows |= {name: str(value) for name, value in one.frame.items() if name in labels and value}
    listed = tuple(
        Row(labels[name], _frame_value(_, name, rows[name], lists, language))
        for name in labels
        if name in rows
    )
    return Section(
        "register",
        _("What we knew before you answered"),
        _("This comes from the register of DUO, where you were drawn by chance."),
        listed,
        _("We knew nothing: you came by an open link."),
    )


def _frame_value(_: Say, name: str, value: str, lists: Instrument | None, language: str) -> str:
    if name == "fr_language" and value != "unknown":
        return words.language_name(value)
    known = words.frame_values(_)
    if value in known and name != "fr_stratum":
        return known[value]
    entries = lists.code_lists.get(name.removeprefix("fr_"), ()) if lists is not None else ()
    for entry in entries:
        if entry.code == value:
            return isolated(entry.text.get(language, value))
    return isolated(value)


def _access(_: Say, deeds: list[access.Deed], language: str) -> Section:
    rows = [
        Row(
            words.deed_words(_, one.action),
            words.day(one.at, language),
            _("You") if one.by_person else _role_words(_, one.role),
        )
        for one in deeds
    ]
    return Section(
        "access",
        _("Who could see your data"),
        _(
            "Only people who work on this study. Researchers see answers without names. The"
            " municipality, DUO, the IND and the COA see nothing of what you answered."
        ),
        tuple(rows),
        _("Nobody looked you up."),
    )


def _role_words(_: Say, role: Role | None) -> str:
    if role in (Role.FIELDWORK, Role.INTERVIEWER):
        return _("Somebody who helps people take part")
    return _("Somebody who works on this study")


def _wave(_: Say, case: Case, interview: Interview | None, language: str) -> Section:
    rows: list[Row] = []
    rows.append(Row(_("What became of it"), words.case_words(_, case.status)))
    if interview is not None:
        state = interview.state
        rows.append(Row(_("Began"), words.day(state.started_at, language)))
        if state.submitted_at is not None:
            rows.append(Row(_("Ended"), words.day(state.submitted_at, language)))
        rows.append(Row(_("Who filled it in"), words.mode_words(_, state.mode)))
        rows.append(Row(_("Language"), words.language_name(state.language)))
        rows += _answers(_, interview, language)
    return Section(
        f"wave_{case.wave}", _("Questions of %(year)s", year=case.wave), "", tuple(rows), ""
    )


def _answers(_: Say, interview: Interview, language: str) -> Iterator[Row]:
    """Every answer that is kept, also of questions that were left out of the route later."""
    instrument = interview.instrument
    spoken = language if language in instrument.languages else DUTCH
    if spoken not in instrument.languages:
        spoken = instrument.languages[0]
    for item in (one for one in instrument.items if one.kind is not Kind.INFO):
        for var, asked in _asked(interview, item, spoken):
            if var not in interview.answers:
                continue
            value = interview.answers[var]
            other = interview.answers.get(other_variable(var))
            note = _("kept apart from your answers") if item.store is Store.CONTACT else ""
            if var in interview.route.carried:
                continue
            yield Row(asked, _in_words(instrument, item, var, value, other, spoken), note)


def _asked(interview: Interview, item: Item, language: str) -> Iterator[tuple[str, str]]:
    """Yield the variables of an item with the words they were asked in."""
    stem = _question(interview, item, item.var, language)
    if item.kind is Kind.BATTERY:
        for one in item.statements:
            yield one.var, f"{stem} – {translated(one.text, language)}"
        return
    confirm = f"{item.var}_confirm"
    if confirm in interview.answers:
        yield confirm, _confirming(interview, item, language)
    yield item.var, stem


def _question(interview: Interview, item: Item, page_id: str, language: str) -> str:
    try:
        page = page_for(interview, page_id)
    except UnknownPageError:
        page = Page(item.var, item, PageKind.QUESTION, (item.var,))
    return question(interview.instrument, page, interview.known, interview.route.values, language)


def _confirming(interview: Interview, item: Item, language: str) -> str:
    page = Page(f"{item.var}_confirm", item, PageKind.CONFIRM, (f"{item.var}_confirm",))
    return question(interview.instrument, page, interview.known, interview.route.values, language)


def _in_words(
    instrument: Instrument, item: Item, var: str, value: Value, other: Value | None, language: str
) -> str:
    said = in_words(instrument, item, var, value, language)
    if item.kind in _WRITTEN and not isinstance(value, Missing):
        said = isolated(said)
    if other is None or isinstance(other, Missing):
        return said
    return f"{said}: {isolated(str(other).translate(UNDIRECTED))}"


def by_key(copy: AccessCopy) -> Mapping[str, Section]:
    """Return the sections by their keys."""
    return {section.key: section for section in copy.sections}


def as_json(copy: AccessCopy) -> dict[str, Any]:
    """Return a copy for a program: the same words, by key of their part."""
    return {
        "person": copy.person_id.hex,
        "made_at": copy.made_at.isoformat(),
        "language": copy.language,
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "rows": [
                    {"label": row.label, "value": row.value, "note": row.note}
                    for row in section.rows
                ],
            }
            for section in copy.sections
        ],
    }
