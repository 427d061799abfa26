"""Every page of a questionnaire in some languages next to each other, at the width of a phone."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from app.services.content.questionnaires import Edition
from app.services.content.side_by_side import languages_of, modules_of, side_by_side
from app.web import site
from app.web.staff.gate import for_roles
from app.web.staff.instruments.frame import (
    COMPARING,
    edition,
    edition_choices,
    here,
    source_language,
)
from app.web.staff.instruments.present_beside import beside_view
from app.web.staff.instruments.speaking import Speaker

MOST_LANGUAGES = 3
"""What fits beside each other on a screen or a sheet, each as wide as a phone."""


def add_views(blueprint: Blueprint) -> None:
    """Register the languages side by side."""
    path = "/waves/<int:year>/questionnaire/side-by-side"
    blueprint.add_url_rule(path, view_func=questionnaire_side_by_side)


@for_roles(*COMPARING)
def questionnaire_side_by_side(year: int) -> Response:
    """Show a chapter in two or three languages."""
    at = here(year)
    one = edition(year, request.args.get("edition", ""))
    instrument = one.instrument
    offered = languages_of(site().services, one)
    chosen = _chosen(one, offered)
    modules = modules_of(instrument)
    module = request.args.get("module") or next(iter(modules), "")
    if module not in modules:
        abort(404)
    only = request.args.get("only") == "marked"
    speaker = Speaker(at.say, instrument, source_language(instrument.languages, at.language))
    found = side_by_side(site().services, one, chosen, module)
    _ = at.say
    titles = {each.id: each.title[speaker.language] for each in instrument.modules}
    place = modules.index(module)
    around = [
        (modules[near], titles[modules[near]]) if 0 <= near < len(modules) else None
        for near in (place - 1, place + 1)
    ]
    return at.page(
        "beside.html",
        "/side-by-side",
        title=_("Languages side by side: wave %(year)s", year=year),
        topic="questionnaire-side-by-side",
        view=beside_view(speaker, at.figures, found, chosen, only_marked=only),
        module=module,
        module_title=titles[module],
        modules=[(each, titles[each]) for each in modules],
        around=around,
        query=[("edition", one.key), *(("language", code) for code in chosen)],
        offered=[(code, at.figures.language(code)) for code in offered],
        chosen=chosen,
        most=MOST_LANGUAGES,
        editions=edition_choices(_, at.figures, at.shelf),
        edition=one.key,
        only=only,
    )


def _chosen(one: Edition, offered: tuple[str, ...]) -> list[str]:
    """The languages that the address names; by default the source and one translation."""
    asked = list(dict.fromkeys(code for code in request.args.getlist("language") if code))
    if any(code not in offered for code in asked):
        abort(404)
    if asked:
        return asked[:MOST_LANGUAGES]
    others = [code for code in offered if code not in ("nl", "en")] or list(offered[1:])
    return [offered[0], *others[:1]]
