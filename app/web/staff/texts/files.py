"""A language as files: out for translators who work elsewhere, and in again as drafts."""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, request
from werkzeug.datastructures import FileStorage

from app.panel.states import Role
from app.services.content import site_texts, text_files
from app.services.content.site_texts import LanguageTexts
from app.services.content.text_edits import NowhereToKeepError
from app.services.content.text_files import AnotherLanguageError
from app.services.content.translating import ImportProblemsError, TranslationFileError
from app.web import site
from app.web.locale import staff_translator
from app.web.staff import pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, signed_in
from app.web.staff.texts import present
from app.web.staff.texts.words import fault_words

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "po": "text/x-gettext-translation; charset=utf-8",
}
_MOST_SHOWN = 100
"""Problems of a file on one page; who has more looks at the file first."""


def add_views(blueprint: Blueprint, one: str) -> None:
    """Register files out and in, below the address of a language."""
    out = f"{one}/<any(questions,interface):which>.<any(xlsx,po):format>"
    blueprint.add_url_rule(out, view_func=text_file)
    blueprint.add_url_rule(f"{one}/import", view_func=take_text_file, methods=["POST"])


@for_roles(Role.TRANSLATOR, Role.RESEARCHER)
def text_file(language: str, which: str, format: str) -> Response:
    """Give a catalog as a file."""
    ctx = site().services
    whole = whole_of(language)
    catalog = _catalog(which)
    if catalog not in {part.catalog for part in whole.parts}:
        abort(404)
    content = text_files.file_of(ctx, language, catalog, format)
    response = Response(content, content_type=TYPES[format])
    name = f"{catalog}-{language}.{format}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@for_roles(Role.TRANSLATOR, Role.RESEARCHER)
def take_text_file(language: str) -> Response:
    """Take a file in, all of it or nothing, and say what came of it."""
    _ = staff_translator(pages.staff_language())
    whole = whole_of(language)
    which = request.form.get("which", "")
    if which not in ("questions", "interface"):
        abort(400)
    file = request.files.get("file")
    if file is None or not file.filename:
        return language_page(whole, fault=_("Choose a file first."))
    try:
        done = _taken(language, which, file)
    except NowhereToKeepError:
        return language_page(whole)
    except AnotherLanguageError as error:
        named = Figures(pages.staff_language()).language(error.language)
        return language_page(
            whole, fault=_("This file is for another language: %(language)s.", language=named)
        )
    except TranslationFileError as error:
        return language_page(
            whole, fault=_("This file cannot be read."), problems=[("", "", str(error))]
        )
    except ImportProblemsError as error:
        return language_page(
            whole,
            fault=_("Nothing was taken in. Rows to mend: %(count)s.", count=len(error.problems)),
            problems=[
                (one.at, one.name, fault_words(_, one.reason))
                for one in error.problems[:_MOST_SHOWN]
            ],
        )
    flash(
        _(
            "Taken in as drafts. Changed: %(changed)s, as they were: %(same)s, empty: %(empty)s.",
            changed=done.changed,
            same=done.unchanged,
            empty=done.empty,
        )
    )
    return pages.see_other(f"{present.PATH}/{language}")


def whole_of(language: str) -> LanguageTexts:
    """Return the texts of a language that somebody translates into; 404 for any other."""
    if language not in site_texts.translated_languages(site().services):
        abort(404)
    return site_texts.read_texts(site().services, language)


def language_page(
    whole: LanguageTexts,
    *,
    fault: str | None = None,
    problems: list[tuple[str, str, str]] | None = None,
) -> Response:
    """Return the page of a language, with what is wrong with a file that was handed in."""
    code = pages.staff_language()
    _, figures = staff_translator(code), Figures(code)
    view = present.language_view(
        _, figures, whole, reader=code, may_keep=site().services.edits is not None
    )
    return pages.page(
        "staff/texts/language.html",
        title=_("Texts in %(language)s", language=figures.language(whole.language)),
        status=422 if fault else 200,
        help="texts",
        crumbs=[(present.PATH, _("Texts"))],
        view=view,
        fault=fault,
        problems=problems or (),
    )


def _taken(language: str, which: str, file: FileStorage) -> text_files.TakenIn:
    return text_files.take_in(
        site().services,
        signed_in(),
        language,
        _catalog(which),
        file.filename or "",
        file.read(),
    )


def _catalog(which: str) -> str:
    return "messages" if which == "interface" else site_texts.study_id(site().services)
