"""From clips to what the pages of recordings say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.i18n.locales import language as language_named
from app.i18n.spoken import segments
from app.services.speech.audio_desk import Heard, Sounding, Soundings
from app.web.respond.words import Translate
from app.web.staff.audio.words import BADGES, heard_words
from app.web.staff.figures import NONE, Figures
from app.web.staff.listing import Cell, Choice, Column
from app.web.staff.view import Row, Table

PATH = "/staff/audio"
CLIP_URL = "/audio/{}.mp3"
PAUSE = " … "
"""Stands for what is filled in on the page: the speaker waits a moment there."""


@dataclass(frozen=True, slots=True)
class RecordingView:
    """The page on which one text is recorded."""

    url: str
    lang: str
    dir: str
    said: str
    pauses: bool
    """Whether something is filled in on the page."""
    name: str
    state: str
    badge: str
    clip: str | None
    facts: Sequence[tuple[str, str]]
    speaker: str
    may_remove: bool
    left: str
    next: str | None


def overview(_: Translate, figures: Figures, found: Sequence[Soundings]) -> Table:
    """Return how far each language can be heard."""
    return Table(
        id="languages",
        caption=_("What can be heard in each language"),
        head=[
            _("Language"),
            _("Texts"),
            *(heard_words(_, one) for one in Heard),
            _("Minutes"),
        ],
        rows=[_row(figures, one) for one in found],
    )


def _row(figures: Figures, one: Soundings) -> Row:
    counts = Counter(text.heard for text in one.texts)
    link = Markup('<a href="{}/{}">{}</a>').format(
        PATH, one.language, figures.language(one.language)
    )
    return Row(
        link,
        [
            figures.count(len(one.texts)),
            *(figures.count(counts[heard]) if counts[heard] else NONE for heard in Heard),
            figures.count(one.seconds / 60),
        ],
    )


def columns(_: Translate, figures: Figures, whole: Soundings) -> list[Column[Sounding]]:
    """Return the columns of the list of texts."""
    named = language_named(whole.language)
    places = {one.id: at for at, one in enumerate(whole.texts)}
    return [
        Column(
            "text",
            _("Text"),
            lambda one: Cell(
                said(one),
                url=f"{PATH}/{whole.language}/{one.id}",
                lang=named.tag,
                dir=named.dir,
            ),
            sort=lambda one: places[one.id],
        ),
        Column(
            "state",
            _("What people hear"),
            lambda one: Cell(heard_words(_, one.heard), badge=BADGES[one.heard]),
            sort=lambda one: list(Heard).index(one.heard),
        ),
        Column(
            "seconds",
            _("Seconds"),
            lambda one: figures.count(one.clip.seconds) if one.clip else NONE,
            sort=lambda one: one.clip.seconds if one.clip else None,
            number=True,
        ),
        Column(
            "speaker",
            _("Speaker"),
            lambda one: one.clip.speaker if one.clip else NONE,
            sort=lambda one: one.clip.speaker if one.clip else None,
        ),
        Column(
            "made",
            _("Made"),
            lambda one: figures.short_day(one.clip.made_at.date()) if one.clip else NONE,
            sort=lambda one: one.clip.made_at.timestamp() if one.clip else None,
        ),
        Column("name", _("Name"), lambda one: one.text.name),
    ]


def choices(_: Translate) -> list[Choice]:
    """Return the filters of the list."""
    return [Choice("state", _("What people hear"), [(str(h), heard_words(_, h)) for h in Heard])]


def is_wanted(one: Sounding, chosen: Mapping[str, str]) -> bool:
    """Tell whether the filters keep a text."""
    state = chosen.get("state")
    return not state or str(one.heard) == state


def said(one: Sounding) -> str:
    """Return what a speaker reads: the text with a pause for what is filled in."""
    return PAUSE.join(segments(one.text.text)).strip()


def recording_view(
    _: Translate, figures: Figures, whole: Soundings, one: Sounding, *, speaker: str
) -> RecordingView:
    """Return the page of one text."""
    named = language_named(whole.language)
    left = whole.to_record()
    after = [text for text in left if text.id != one.id]
    places = {text.id: at for at, text in enumerate(whole.texts)}
    later = [text for text in after if places[text.id] > places[one.id]] or after
    facts = [(_("Name"), one.text.name)]
    if one.clip is not None:
        facts += [
            (_("Speaker"), one.clip.speaker),
            (_("Made"), figures.moment(one.clip.made_at)),
            (_("Seconds"), f"{one.clip.seconds:.1f}"),
        ]
    return RecordingView(
        url=f"{PATH}/{whole.language}/{one.id}",
        lang=named.tag,
        dir=named.dir,
        said=said(one),
        pauses=len(segments(one.text.text)) > 1,
        name=one.text.name,
        state=heard_words(_, one.heard),
        badge=BADGES[one.heard],
        clip=CLIP_URL.format(one.clip.id) if one.clip else None,
        facts=facts,
        speaker=speaker,
        may_remove=one.clip is not None and one.heard is not Heard.STALE,
        left=_("Texts without a recording: %(count)s", count=figures.count(len(left))),
        next=f"{PATH}/{whole.language}/{later[0].id}" if later else None,
    )
