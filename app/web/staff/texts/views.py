"""Texts for translators: languages, parts, strings; words changed, reviewed, signed off."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import shorten

from flask import Blueprint, Response, abort, flash, request

from app.i18n.locales import language as language_named
from app.panel.states import Role
from app.questionnaire.answers import clean_text
from app.services.content import site_texts, text_edits, text_sheets
from app.services.content.site_texts import LanguageTexts, NoSuchTextError
from app.services.content.text_edits import (
    NotReadyError,
    NowhereToKeepError,
    OwnWordsError,
    TextChangedError,
    TextFaultsError,
    Written,
)
from app.services.speech import audio
from app.web import site
from app.web.locale import staff_translator
from app.web.respond.words import Translate
from app.web.staff import listing, pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, signed_in
from app.web.staff.texts import files, present, present_text
from app.web.staff.texts.files import whole_of
from app.web.staff.texts.words import fault_words, part_words
from app.web.staff.view import Tab

MAY_TRANSLATE = (Role.TRANSLATOR, Role.RESEARCHER)
PATH = present.PATH
LANGUAGE = "<language>"
_LONGEST = 4_000
"""Characters of a box that are looked at; no text is nearly as long."""
_TITLE = 60
"""Characters of the source that name the page of a text."""


def add_views(blueprint: Blueprint) -> None:
    """Register the pages of texts."""
    one = f"/texts/{LANGUAGE}"
    blueprint.add_url_rule("/texts", view_func=texts)
    blueprint.add_url_rule(one, view_func=text_language)
    blueprint.add_url_rule(f"{one}/list", view_func=text_list)
    blueprint.add_url_rule(f"{one}/list.csv", view_func=text_list_csv)
    blueprint.add_url_rule(f"{one}/text/<id>", view_func=text)
    blueprint.add_url_rule(f"{one}/text/<id>", view_func=write_text, methods=["POST"])
    blueprint.add_url_rule(f"{one}/parts/<part>", view_func=text_part)
    blueprint.add_url_rule(f"{one}/parts/<part>", view_func=sign_part, methods=["POST"])
    files.add_views(blueprint, one)


@for_roles(*MAY_TRANSLATE)
def texts() -> Response:
    """Show how far each language is."""
    _, figures = _reader()
    return pages.page(
        "staff/texts/texts.html",
        title=_("Texts"),
        help="texts",
        tabs=tabs(_, "texts"),
        table=present.overview(_, figures, site_texts.progress(site().services)),
        may_keep=site().services.edits is not None,
    )


@for_roles(*MAY_TRANSLATE)
def text_language(language: str) -> Response:
    """Show how far the parts of a language are, and its files."""
    return files.language_page(whole_of(language))


@for_roles(*MAY_TRANSLATE)
def text_list(language: str) -> Response:
    """List the texts of a language, searched and filtered."""
    _, figures = _reader()
    whole = whole_of(language)
    titles = _titles(_, whole)
    columns = present.columns(_, whole, titles, source_lang())
    choices = present.choices(_, titles)
    want = listing.asked(columns, sort="source", choices=choices)
    found = listing.listed(whole.texts, columns, want, text=_searched, keep=present.is_wanted)
    view = listing.shown(
        _,
        figures,
        columns,
        found,
        want,
        id="texts",
        caption=_("Texts in the order of the questionnaire"),
        empty=_("This language has no texts yet."),
        search_words=_("Search in source, translation and name"),
        choices=choices,
        csv_path=f"{PATH}/{language}/list.csv",
    )
    return pages.page(
        "staff/texts/list.html",
        title=_("All texts: %(language)s", language=figures.language(language)),
        help="texts",
        crumbs=crumbs(_, figures, language),
        list=view,
    )


@for_roles(*MAY_TRANSLATE)
def text_list_csv(language: str) -> Response:
    """Give the list as a file; for translating there are files of their own."""
    _, _figures = _reader()
    whole = whole_of(language)
    titles = _titles(_, whole)
    columns = present.columns(_, whole, titles, source_lang())
    want = listing.asked(columns, sort="source", choices=present.choices(_, titles))
    found = listing.listed(whole.texts, columns, want, text=_searched, keep=present.is_wanted)
    return listing.csv_of(columns, found, name=f"texts-{language}")


@for_roles(*MAY_TRANSLATE)
def text(language: str, id: str) -> Response:
    """Show one text with everything around it."""
    return _editor(language, id)


@for_roles(*MAY_TRANSLATE)
def write_text(language: str, id: str) -> Response:
    """Keep what was typed, put marks into it, or put on record that it is good."""
    whole_of(language)
    do = request.form.get("do", "")
    if do == "review":
        return _review(language, id)
    if do == "marks":
        return _with_marks(language, id)
    if do not in ("save", "next"):
        abort(400)
    return _save(language, id)


@for_roles(*MAY_TRANSLATE)
def text_part(language: str, part: str) -> Response:
    """Show a part to be read through."""
    return _part_page(language, part)


@for_roles(*MAY_TRANSLATE)
def sign_part(language: str, part: str) -> Response:
    """Put on record who answers for a part."""
    _, _figures = _reader()
    whole_of(language)
    if request.form.get("read") != "1":
        return _part_page(
            language, part, fault=_("Tick that you read all texts, then sign off."), status=422
        )
    try:
        count = text_edits.sign_off(
            site().services, signed_in(), language, part, seen=request.form.get("seen", "")
        )
    except NoSuchTextError:
        abort(404)
    except TextChangedError:
        fault = _("A colleague changed a text meanwhile. Look at it, then sign off.")
        return _part_page(language, part, fault=fault, status=409)
    except (OwnWordsError, NotReadyError, NowhereToKeepError):
        # The page says why by itself: it is made of the same facts.
        return _part_page(language, part, fault=_("Nothing was signed off."), status=409)
    flash(_("Signed off. Texts: %(count)s", count=count))
    return pages.see_other(f"{PATH}/{language}/parts/{part}")


# --- what these share -----------------------------------------------------------------------------


def tabs(_: Translate, current: str) -> list[Tab]:
    """Return the pages of the entry Texts: words and audio."""
    return [
        Tab(PATH, _("Words"), current == "texts"),
        Tab("/staff/audio", _("Audio"), current == "audio"),
    ]


def crumbs(_: Translate, figures: Figures, language: str) -> list[tuple[str, str]]:
    """Return the way to a page of a language."""
    return [(PATH, _("Texts")), (f"{PATH}/{language}", figures.language(language))]


def source_lang() -> str:
    """Return the language in which the study is written first."""
    ctx = site().services
    return site_texts.source_language(ctx, site_texts.study_id(ctx))


def _reader() -> tuple[Translate, Figures]:
    code = pages.staff_language()
    return staff_translator(code), Figures(code)


def _titles(_: Translate, whole: LanguageTexts) -> dict[str, str]:
    return {one.id: part_words(_, one, pages.staff_language()) for one in whole.parts}


def _searched(one: site_texts.SiteText) -> str:
    return f"{one.source} {one.words} {one.name}"


def _typed(language: str, id_: str) -> list[str]:
    """What stands in the boxes: as many as the text has forms."""
    count = len(_text(whole_of(language), id_).entry.translations)
    return [request.form.get(f"words-{at}", "")[:_LONGEST] for at in range(count)]


def _differs(language: str, id_: str, typed: list[str]) -> bool:
    """Whether what stands in the boxes is not what is on record."""
    known = _text(whole_of(language), id_).entry.translations
    # A browser sends line ends of its own.
    return [clean_text(one) for one in typed] != [clean_text(one) for one in known]


def _text(whole: LanguageTexts, id_: str) -> site_texts.SiteText:
    try:
        return whole.text(id_)
    except NoSuchTextError:
        abort(404)


def _save(language: str, id_: str) -> Response:
    _, _figures = _reader()
    typed = _typed(language, id_)
    written = Written(tuple(typed), request.form.get("doubt", ""), request.form.get("note", ""))
    try:
        changed = text_edits.save(
            site().services,
            signed_in(),
            language,
            id_,
            written,
            seen=request.form.get("seen", ""),
        )
    except TextFaultsError as error:
        faults = [fault_words(_, one) for one in error.faults]
        return _editor(language, id_, typed=typed, faults=faults, status=422)
    except TextChangedError:
        fault = _("A colleague changed this text meanwhile. Below stands what you typed.")
        return _editor(language, id_, typed=typed, faults=[fault], status=409)
    except NowhereToKeepError:
        return _editor(language, id_, typed=typed, status=409)
    flash(_("Saved.") if changed else _("Nothing has changed."))
    if request.form.get("do") == "next":
        following = text_sheets.read_sheet(site().services, language, id_).next
        if following is not None:
            return pages.see_other(f"{PATH}/{language}/text/{following.id}")
    return pages.see_other(f"{PATH}/{language}/text/{id_}")


def _with_marks(language: str, id_: str) -> Response:
    _, _figures = _reader()
    typed = _typed(language, id_)
    marked = [text_edits.isolated_words(one, language) for one in typed]
    told = _("No number or Latin word without marks was found. Nothing is saved yet.")
    if marked != typed:
        told = _("Marks are in their places; nobody sees them. Nothing is saved yet: press Save.")
    return _editor(language, id_, typed=marked, told=told)


def _review(language: str, id_: str) -> Response:
    _, _figures = _reader()
    typed = _typed(language, id_)
    if "words-0" in request.form and _differs(language, id_, typed):
        fault = _("You changed the words. Save them first; a colleague then finds them good.")
        return _editor(language, id_, typed=typed, faults=[fault], status=422)
    try:
        text_edits.review(
            site().services, signed_in(), language, id_, seen=request.form.get("seen", "")
        )
    except NoSuchTextError:
        abort(404)
    except TextChangedError:
        fault = _("A colleague changed this text meanwhile. Read it again.")
        return _editor(language, id_, faults=[fault], status=409)
    except (OwnWordsError, NotReadyError, NowhereToKeepError):
        return _editor(language, id_, faults=[_("Nothing was put on record.")], status=409)
    flash(_("On record: you found this translation good."))
    return pages.see_other(f"{PATH}/{language}/text/{id_}")


def _editor(
    language: str,
    id_: str,
    *,
    typed: list[str] | None = None,
    faults: list[str] | None = None,
    told: str | None = None,
    status: int = 200,
) -> Response:
    _, figures = _reader()
    _text(whole_of(language), id_)
    ctx = site().services
    sheet = text_sheets.read_sheet(ctx, language, id_)
    posted: Mapping[str, str] = request.form
    view = present_text.text_view(
        _,
        figures,
        sheet,
        signed_in(),
        {
            said: present_text.CLIP_URL.format(one.id)
            for said, one in audio.clips(ctx, language, filter(None, sheet.hashes)).items()
        },
        source_lang=source_lang(),
        part=part_words(_, sheet.part, pages.staff_language()),
        may_keep=ctx.edits is not None,
        typed=typed,
        doubt=posted.get("doubt") if typed is not None else None,
        note=posted.get("note") if typed is not None else None,
    )
    return pages.page(
        "staff/texts/text.html",
        title=_(
            "“%(words)s” in %(language)s",
            words=shorten(sheet.text.source, _TITLE, placeholder=" …"),
            language=figures.language(language),
        ),
        status=status,
        help="text",
        crumbs=[*crumbs(_, figures, language), (view.part_url, dict(view.facts)[_("Part")])],
        view=view,
        fault=_("Not saved:") if faults and typed is not None else None,
        faults=faults or (),
        done=told,
        edited=typed is not None,
    )


def _part_page(
    language: str, part_id: str, *, fault: str | None = None, status: int = 200
) -> Response:
    _, figures = _reader()
    whole = whole_of(language)
    try:
        part = whole.part(part_id)
    except NoSuchTextError:
        abort(404)
    title = part_words(_, part, pages.staff_language())
    view = present.part_view(
        _,
        figures,
        whole,
        part,
        signed_in(),
        source_lang=source_lang(),
        may_keep=site().services.edits is not None,
    )
    return pages.page(
        "staff/texts/part.html",
        title=_("%(part)s in %(language)s", part=title, language=figures.language(language)),
        status=status,
        help="text-part",
        crumbs=crumbs(_, figures, language),
        view=view,
        fault=fault,
        language_name=language_named(language).name,
    )
