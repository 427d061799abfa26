"""Recordings: how far each language is, and one text recorded, handed in or taken away."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, request

from app.panel.states import Role
from app.services.speech import audio_desk
from app.services.speech.audio_desk import NoSuchSoundError, Soundings, UnusableSoundError
from app.web import site
from app.web.locale import staff_translator
from app.web.respond.words import Translate
from app.web.staff import listing, pages
from app.web.staff.audio import present
from app.web.staff.audio.words import sound_fault
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, signed_in, takes_files
from app.web.staff.view import Tab

MAY_RECORD = (Role.TRANSLATOR, Role.RESEARCHER)
PATH = present.PATH
MICROPHONE = "camera=(), geolocation=(), microphone=(self), payment=()"
_FORM_BYTES = 100_000
"""What a form has beside its file."""


def add_views(blueprint: Blueprint) -> None:
    """Register the pages of recordings."""
    one = "/audio/<language>"
    blueprint.add_url_rule("/audio", view_func=recordings)
    blueprint.add_url_rule(one, view_func=recording_list)
    blueprint.add_url_rule(f"{one}.csv", view_func=recording_list_csv)
    blueprint.add_url_rule(f"{one}/clear", view_func=clear_recordings, methods=["POST"])
    blueprint.add_url_rule(f"{one}/<id>", view_func=recording)
    blueprint.add_url_rule(f"{one}/<id>", view_func=take_recording, methods=["POST"])


@for_roles(*MAY_RECORD)
def recordings() -> Response:
    """Show how far each language can be heard."""
    ctx = site().services
    _, figures = _reader()
    found = [audio_desk.soundings(ctx, code) for code in audio_desk.languages(ctx)]
    return pages.page(
        "staff/audio/recordings.html",
        title=_("Audio"),
        help="audio",
        tabs=[Tab("/staff/texts", _("Words"), False), Tab(PATH, _("Audio"), True)],
        table=present.overview(_, figures, found),
    )


@for_roles(*MAY_RECORD)
def recording_list(language: str) -> Response:
    """List the texts of a language that are read aloud."""
    _, figures = _reader()
    whole = _soundings(language)
    columns, choices = present.columns(_, figures, whole), present.choices(_)
    want = listing.asked(columns, sort="text", choices=choices)
    found = listing.listed(whole.texts, columns, want, text=_searched, keep=present.is_wanted)
    left = whole.to_record()
    return pages.page(
        "staff/audio/list.html",
        title=_("Audio in %(language)s", language=figures.language(language)),
        help="audio",
        crumbs=[(PATH, _("Audio"))],
        first=f"{PATH}/{language}/{left[0].id}" if left else None,
        left=figures.count(len(left)),
        left_over=whole.left_over,
        url=f"{PATH}/{language}",
        list=listing.shown(
            _,
            figures,
            columns,
            found,
            want,
            id="recordings",
            caption=_("Texts that are read aloud"),
            empty=_("Nothing of this language is translated yet: there is nothing to read aloud."),
            search_words=_("Search in text and name"),
            choices=choices,
            csv_path=f"{PATH}/{language}.csv",
        ),
    )


@for_roles(*MAY_RECORD)
def recording_list_csv(language: str) -> Response:
    """Give the list as a file."""
    _, figures = _reader()
    whole = _soundings(language)
    columns = present.columns(_, figures, whole)
    want = listing.asked(columns, sort="text", choices=present.choices(_))
    found = listing.listed(whole.texts, columns, want, text=_searched, keep=present.is_wanted)
    return listing.csv_of(columns, found, name=f"audio-{language}")


@for_roles(*MAY_RECORD)
def recording(language: str, id: str) -> Response:
    """Show one text to be recorded."""
    return _recorder(language, id)


@takes_files(audio_desk.MOST_BYTES + _FORM_BYTES)
@for_roles(*MAY_RECORD)
def take_recording(language: str, id: str) -> Response:
    """Take a recording in, or away."""
    _, figures = _reader()
    whole = _soundings(language)
    if request.form.get("do") == "remove":
        return _removed(language, id)
    speaker = " ".join(request.form.get("speaker", "").split())
    file = request.files.get("sound")
    faults = []
    if not speaker:
        faults.append(_("Write who speaks."))
    if file is None or not file.filename:
        faults.append(_("Record the text first, or choose a file."))
    if faults or file is None:
        return _recorder(language, id, faults=faults, speaker=speaker)
    try:
        kept = audio_desk.keep_recording(
            site().services,
            signed_in(),
            language,
            id,
            content=file.read(),
            name=file.filename or "",
            speaker=speaker,
        )
    except NoSuchSoundError:
        abort(404)
    except UnusableSoundError as error:
        said = list(dict.fromkeys(sound_fault(_, one) for one in error.faults))
        return _recorder(language, id, faults=said, speaker=speaker)
    flash(_("Saved: %(seconds)s seconds.", seconds=f"{kept.seconds:.1f}"))
    view = present.recording_view(_, figures, whole, whole.one(id), speaker=speaker)
    onward = request.form.get("do") == "next" and view.next is not None
    return pages.see_other(view.next if onward and view.next else view.url)


@for_roles(*MAY_RECORD)
def clear_recordings(language: str) -> Response:
    """Take away recordings of words that nobody is asked any more."""
    _, _figures = _reader()
    _soundings(language)
    count = audio_desk.remove_stale(site().services, signed_in(), language)
    flash(_("Removed: %(count)s recordings.", count=count))
    return pages.see_other(f"{PATH}/{language}")


def _removed(language: str, id_: str) -> Response:
    _, _figures = _reader()
    try:
        audio_desk.remove_clip(site().services, signed_in(), language, id_)
    except NoSuchSoundError:
        abort(404)
    flash(_("The recording is gone."))
    return pages.see_other(f"{PATH}/{language}/{id_}")


def _recorder(
    language: str, id_: str, *, faults: list[str] | None = None, speaker: str | None = None
) -> Response:
    _, figures = _reader()
    ctx = site().services
    whole = _soundings(language)
    try:
        one = whole.one(id_)
    except NoSuchSoundError:
        abort(404)
    if speaker is None:
        speaker = audio_desk.last_speaker(ctx, signed_in(), language)
    view = present.recording_view(_, figures, whole, one, speaker=speaker)
    return pages.page(
        "staff/audio/recording.html",
        title=_("Record in %(language)s", language=figures.language(language)),
        status=422 if faults else 200,
        help="audio-record",
        crumbs=[(PATH, _("Audio")), (f"{PATH}/{language}", figures.language(language))],
        scripts=("staff/record.js",),
        permissions=MICROPHONE,
        view=view,
        fault=_("Not saved:") if faults else None,
        faults=faults or (),
    )


def _soundings(language: str) -> Soundings:
    ctx = site().services
    if language not in audio_desk.languages(ctx):
        abort(404)
    return audio_desk.soundings(ctx, language)


def _reader() -> tuple[Translate, Figures]:
    code = pages.staff_language()
    return staff_translator(code), Figures(code)


def _searched(one: audio_desk.Sounding) -> str:
    return f"{one.text.text} {one.text.name}"
