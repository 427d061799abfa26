"""From cases to what their list and their pages say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.messages.channels import Channel
from app.panel.dispositions import REFUSAL
from app.panel.states import CaseStatus, Eligibility, Entry, PersonStatus
from app.services.context import STUDY_ZONE
from app.services.members.case_lists import CAME_BACK, STATES, CaseRow, Choices
from app.services.members.case_timeline import CaseStory, went_out
from app.services.response.settling import BY_STAFF
from app.web.respond.words import Translate
from app.web.staff.cases.message_words import message_name, message_status_words, why_words
from app.web.staff.cases.timeline_words import by_words, note_words, outcome_words, sentence
from app.web.staff.cases.words import state_words
from app.web.staff.figures import NONE, Figures
from app.web.staff.labels import channel_words, code_words
from app.web.staff.listing import Cell, Choice, Column
from app.web.staff.view import Row, Table, Words

PATH = "/staff/cases"
SHOWN = 8
"""Characters of an id on a page; the whole of it stands in the address and in files."""
_BADGES = {"open": "draft", "partial": "paused", "complete": "open", "refused": "bad"}
_ENDED = (CaseStatus.COMPLETE, CaseStatus.SCREENED_OUT)


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the timeline."""

    at: str
    iso: str
    words: str
    by: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """The page of a case."""

    url: str
    person_url: str
    state: str
    state_words: str
    summary: str
    facts: Sequence[tuple[str, Words]]
    sent: str
    """How many messages went out by each channel, in a sentence."""
    messages: Table | None
    timeline: Sequence[Told]
    others: Sequence[tuple[str, str]]
    """Cases of the person in other waves: address and words."""
    notes: Sequence[tuple[str, str]]
    outcomes: Sequence[tuple[str, str]]
    """Empty where an interview says what came of the case."""
    refusals: Sequence[tuple[str, str]]
    gets_code: bool
    on_paper: bool
    has_code: bool
    case: str
    seen: str
    """How the case stood when the page was made: a button on an old page changes nothing."""


# --- the list -------------------------------------------------------------------------------------


def case_state_words(_: Translate, state: str) -> str:
    """Return what came of a case, as the list and the page of its wave say it."""
    return {
        "open": _("No answer yet"),
        "partial": _("Partial"),
        "complete": _("Complete"),
        "refused": _("Refused"),
        "not_eligible": _("Not eligible"),
    }[state]


def case_columns(_: Translate, figures: Figures) -> list[Column[CaseRow]]:
    """Return the columns of the list of cases."""
    return [
        Column(
            "case",
            _("Case"),
            lambda row: Cell(
                row.id.hex[:SHOWN],
                f"{PATH}/{row.id}",
                small=_("Person %(number)s", number=row.person_id.hex[:SHOWN]),
            ),
            sortable=True,
            csv=lambda row: row.id.hex,
        ),
        Column("wave", _("Wave"), lambda row: str(row.wave), sortable=True,
               csv=lambda row: row.wave),
        Column(
            "state",
            _("State"),
            lambda row: Cell(case_state_words(_, row.state), badge=_badge(row.state)),
            sortable=True,
        ),
        Column("group", _("Group"), lambda row: _group(_, row), sortable=True),
        Column("language", _("Language"), lambda row: figures.language(row.language),
               sortable=True),
        Column("sent", _("Went out"), lambda row: _sent_cell(_, figures, row)),
        Column(
            "last",
            _("Last page saved"),
            lambda row: figures.moment(row.last_saved_at),
            sortable=True,
            csv=lambda row: ""
            if row.last_saved_at is None
            else row.last_saved_at.astimezone(STUDY_ZONE).strftime("%Y-%m-%d %H:%M"),
        ),
    ]  # fmt: skip


def file_columns(_: Translate, figures: Figures) -> list[Column[CaseRow]]:
    """Return the columns of the file: those of the list, and whose case it is."""
    person = Column[CaseRow]("person", _("Person"), lambda row: row.person_id.hex)
    code = Column[CaseRow]("outcome", _("Outcome code"), lambda row: row.disposition or "")
    counts = [_count_column(_, channel) for channel in Channel]
    back = Column[CaseRow]("back", _("Came back"), lambda row: str(row.came_back),
                           csv=lambda row: row.came_back)  # fmt: skip
    listed = case_columns(_, figures)
    return [
        listed[0],
        person,
        *(one for one in listed[1:] if one.id != "sent"),
        code,
        *counts,
        back,
    ]


def _count_column(_: Translate, channel: Channel) -> Column[CaseRow]:
    def count(row: CaseRow) -> int:
        return row.sent.get(channel, 0)

    return Column(channel.value, channel_words(_, channel), lambda row: str(count(row)), csv=count)


def case_choices(_: Translate, figures: Figures, there: Choices) -> list[Choice]:
    """Return the filters of the list."""
    return [
        Choice("wave", _("Wave"), [(str(year), str(year)) for year in there.waves]),
        Choice("state", _("State"), [(one, case_state_words(_, one)) for one in STATES]),
        Choice("group", _("Group"),
               [(one, code_words(_, "fr_group", one)) for one in there.groups]),
        Choice("language", _("Language"),
               sorted(((one, figures.language(one)) for one in there.languages),
                      key=lambda one: one[1])),
        Choice("sent", _("Went out"),
               [*((one.value, channel_words(_, one)) for one in Channel),
                (CAME_BACK, _("Something that did not arrive"))]),
    ]  # fmt: skip


def _badge(state: str) -> str:
    return _BADGES.get(state, "closed")


def _group(_: Translate, row: CaseRow) -> str:
    if row.group is None:
        return NONE
    words = code_words(_, "fr_group", row.group)
    return f"{words}, {code_words(_, 'fr_act', row.act)}" if row.act else words


def _sent_cell(_: Translate, figures: Figures, row: CaseRow) -> Cell:
    parts = [
        f"{channel_words(_, channel)} {figures.count(row.sent[channel])}"
        for channel in Channel
        if row.sent.get(channel)
    ]
    back = row.came_back
    return Cell(
        ", ".join(parts) or NONE,
        small=_("Did not arrive: %(count)s", count=figures.count(back)) if back else None,
    )


# --- one case -------------------------------------------------------------------------------------


def case_view(_: Translate, figures: Figures, story: CaseStory) -> CaseView:
    """Return the page of a case."""
    case = story.case
    state = state_of(story)
    return CaseView(
        url=f"{PATH}/{case.id}",
        person_url=f"/staff/people/{case.person_id}",
        state=_badge(state),
        state_words=case_state_words(_, state),
        summary=_summary(_, figures, story),
        facts=_facts(_, figures, story),
        sent=_sent(_, figures, story),
        messages=_messages(_, figures, story),
        timeline=[
            Told(
                figures.moment(one.at),
                one.at.isoformat(),
                sentence(_, figures, one),
                by_words(_, one.by),
            )
            for one in reversed(story.happenings)
        ],
        others=[
            (f"{PATH}/{one.id}", _("Wave %(year)s", year=one.wave))
            for one in story.cases
            if one.id != case.id
        ],
        notes=[(note.value, words) for note, words in note_words(_).items()],
        outcomes=[(code, outcome_words(_)[code]) for code in BY_STAFF]
        if case.status in (CaseStatus.OPEN, CaseStatus.REFUSED)
        else [],
        refusals=_refusals(_, story),
        gets_code=case.status not in _ENDED and story.standing.status is not PersonStatus.ERASED,
        on_paper=case.entry is Entry.PERSONAL,
        has_code=story.has_code,
        case=case.id.hex,
        seen=seen_of(story),
    )


def state_of(story: CaseStory) -> str:
    """Return what came of a case, as the list counts it."""
    case = story.case
    if case.status is CaseStatus.SCREENED_OUT or case.eligible is Eligibility.NO:
        return "not_eligible"
    if case.status is CaseStatus.OPEN and (case.disposition or "").startswith(REFUSAL):
        return "refused"
    return case.status.value


def seen_of(story: CaseStory) -> str:
    """Return how a case and its person stand, in a word that changes when either does."""
    standing = story.standing
    refusal = "hard" if standing.refused_hard else "soft" if standing.refused_soft else "none"
    return f"{story.case.status}.{story.case.disposition or '-'}.{standing.status}.{refusal}"


def _summary(_: Translate, figures: Figures, story: CaseStory) -> str:
    case = story.case
    group = code_words(_, "fr_group", case.frame.get("fr_group"))
    act = case.frame.get("fr_act")
    who = f"{group}, {code_words(_, 'fr_act', act)}" if act else group
    return _(
        "Wave %(year)s. %(group)s, approached in this language: %(language)s.",
        year=case.wave,
        group=who,
        language=figures.language(case.language),
    )


def _facts(_: Translate, figures: Figures, story: CaseStory) -> list[tuple[str, Words]]:
    case, standing = story.case, story.standing
    words = [state_words(_, standing.status)]
    if standing.refused_hard:
        words.append(_("refused for good"))
    elif standing.refused_soft:
        words.append(_("refused for now"))
    facts: list[tuple[str, Words]] = [(_("Person"), ", ".join(words))]
    if case.disposition:
        given = outcome_words(_).get(case.disposition)
        code = f"{case.disposition} ({given})" if given else case.disposition
        facts.append((_("Outcome code"), code))
    facts.append((_("Has a code"), _("yes") if story.has_code else _("no")))
    facts.append((_("In this wave since"), figures.day(case.created_at.astimezone(STUDY_ZONE))))
    return facts


def _sent(_: Translate, figures: Figures, story: CaseStory) -> str:
    def count(channel: Channel) -> str:
        return figures.count(len(went_out(story, channel)))

    return _(
        "Went out in this wave: letters %(letters)s, e-mails %(mails)s, text messages %(texts)s.",
        letters=count(Channel.LETTER),
        mails=count(Channel.EMAIL),
        texts=count(Channel.SMS),
    )


def _messages(_: Translate, figures: Figures, story: CaseStory) -> Table | None:
    if not story.dispatches:
        return None
    rows = []
    for one in story.dispatches:
        message, went = one.message, one.went_out_at
        due = _("due %(moment)s", moment=figures.moment(message.not_before))
        status = message_status_words(_, message.status)
        rows.append(
            Row(
                Markup("{}<small>{}, {}</small>").format(
                    message_name(_, message), status, due if went is None else figures.moment(went)
                ),
                [" ".join(why_words(_, figures, one)), figures.language(message.language)],
            )
        )
    head = [_("Message"), _("Why"), _("Language")]
    return Table("messages", _("Messages to this case, and why"), head, rows, numbers_from=9)


def _refusals(_: Translate, story: CaseStory) -> list[tuple[str, str]]:
    standing = story.standing
    if standing.status is PersonStatus.ERASED:
        return []
    offered = []
    if not standing.refused_hard:
        if story.case.wave not in standing.refused_soft:
            offered.append(("refused_soft", _("Not now: may be asked again in a later wave")))
        offered.append(("refused_hard", _("Never again")))
    if standing.refused_hard or standing.refused_soft:
        offered.append(("opted_in", _("Wants to take part after all")))
        offered.append(("refusal_undone", _("The refusal was a mistake of ours")))
    return offered
