"""Of a person's copy: what staff made of the person's own words, and thank-yous."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection

from app.panel.incentives import IncentiveStatus, Way
from app.panel.open_answers import progress
from app.questionnaire.code_frames import CodeFrame
from app.questionnaire.wording import UNDIRECTED, isolated
from app.services.content.instruments import StudyFaultsError
from app.services.context import ServiceContext
from app.services.open_ended.open_answers import read_desk
from app.services.privacy import access_words as words
from app.services.privacy.access_words import Say
from app.services.thanks import incentives_destinations
from app.services.thanks.incentives_words import amount_words
from app.storage import incentives, open_answers
from app.storage.incentives import Incentive

Rows = tuple[tuple[str, str, str], ...]
"""Label, value and note of what is known."""


def made_of_words(
    ctx: ServiceContext, connection: Connection, _: Say, person_id: UUID, language: str
) -> Rows:
    """Return what staff made of the person's own words, in the order in which they were given.

    Words without names, their translation, and the subjects they were put with: those that count
    where coders agreed or one settled it, else those of each coder. Coders are not named. Subjects
    have names in the languages of the study's bank; in another one they stand in its first.
    """
    entries = open_answers.entries_of_person(connection, person_id)
    steps = open_answers.steps_of(connection, [one.id for one in entries])
    frames: Mapping[str, CodeFrame] | None = None
    rows: list[tuple[str, str, str]] = []
    for entry in entries:
        now = progress(steps.get(entry.id, ()))
        note = _("Questions of %(year)s", year=entry.wave)
        for label, text in (
            (_("Your words without names"), now.redacted),
            (_("Your words in another language"), now.translation),
        ):
            if text is not None:
                rows.append((label, isolated(text.translate(UNDIRECTED)), note))
        given = (now.final,) if now.final is not None else tuple(now.codings.values())
        for codes in given:
            if frames is None:
                frames = _frames(ctx)
            subjects = _subjects(frames.get(entry.key.variable), codes, language)
            rows.append((_("Subjects of your words"), subjects, note))
    return tuple(rows)


def thanks_of(
    ctx: ServiceContext, connection: Connection, _: Say, person_id: UUID, language: str
) -> Rows:
    """Return the thank-yous that a person has or had coming, and where those go that wait."""
    listed = incentives.of_person(connection, person_id)
    goes_to = incentives_destinations.read(ctx, incentives.ids(listed))
    rows: list[tuple[str, str, str]] = []
    for one in listed:
        at = one.settled_at or one.due_at
        worth = isolated(amount_words(one.value_cents, one.currency, language))
        way = [words.way_words(_, one.way)] if one.way is not None else []
        note = ", ".join((worth, *way, words.day(at, language)))
        label = _("Questions of %(year)s", year=one.wave)
        rows.append((label, _became(_, one), note))
        rows += [
            (words.contact_labels(_).get(name, name), isolated(value.translate(UNDIRECTED)), "")
            for name, value in goes_to.get(one.id, {}).items()
        ]
    return tuple(rows)


def _frames(ctx: ServiceContext) -> Mapping[str, CodeFrame]:
    try:
        return read_desk(ctx).frames
    except StudyFaultsError:
        return {}


def _subjects(frame: CodeFrame | None, codes: Sequence[str], language: str) -> str:
    """Names of codes; the codes themselves where the frame has them no longer."""
    names = {} if frame is None else {one.code: one.text for one in frame.codes}
    found = []
    for code in codes:
        text = names.get(code, {})
        found.append(isolated(text.get(language) or next(iter(text.values()), code)))
    return "; ".join(found)


def _became(_: Say, one: Incentive) -> str:
    match one.status:
        case IncentiveStatus.DUE:
            return _("You can still choose how you want it.")
        case IncentiveStatus.DECLINED:
            return _("You chose not to get a gift. We will not ask again.")
        case IncentiveStatus.SENT if one.way is Way.SCREEN:
            return _("You have seen your code. We cannot show it any more.")
        case IncentiveStatus.SENT:
            return _("We have sent it to you.")
        case IncentiveStatus.UNKNOWN | IncentiveStatus.SENDING:
            return _("perhaps sent")
        case IncentiveStatus.VOID:
            return _("not sent")
        case _:
            return _("We will send it to you. That can take some days.")
