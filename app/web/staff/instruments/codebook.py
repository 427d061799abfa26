"""The codebook of a wave: every variable, searchable, and a page for each."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from app.services.content.questionnaires import other_waves
from app.services.publication.variables import study_books
from app.web import site
from app.web.staff.gate import for_roles, may_see
from app.web.staff.instruments.frame import (
    LOOKING_UP,
    Here,
    edition,
    edition_choices,
    here,
    source_language,
)
from app.web.staff.instruments.present_codebook import (
    Variable,
    codebook_columns,
    codebook_filters,
    kept_by,
    text_of,
    variables_of,
)
from app.web.staff.instruments.present_variable import variable_view
from app.web.staff.instruments.speaking import Speaker
from app.web.staff.listing import asked, csv_of, listed, shown

BROWSER = "results.variable"
"""The analysts' page of a variable, where there is one."""


def add_views(blueprint: Blueprint) -> None:
    """Register the codebook."""
    path = "/waves/<int:year>/questionnaire/codebook"
    blueprint.add_url_rule(path, view_func=questionnaire_codebook)
    blueprint.add_url_rule(f"{path}.csv", view_func=questionnaire_codebook_csv)
    blueprint.add_url_rule(f"{path}/<string(maxlength=80):var>", view_func=questionnaire_variable)


@for_roles(*LOOKING_UP)
def questionnaire_codebook(year: int) -> Response:
    """List all variables of a questionnaire."""
    at = here(year)
    key, speaker, found = _variables(at)
    columns = codebook_columns(speaker, at.path, key)
    choices = codebook_filters(speaker, found)
    want = asked(columns, choices=choices)
    rows = listed(found, columns, want, text=lambda one: text_of(speaker, one), keep=kept_by)
    _ = at.say
    view = shown(
        _,
        at.figures,
        columns,
        rows,
        want,
        id="codebook",
        caption=_("Variables"),
        empty=_("This questionnaire asks nothing yet."),
        search_words=_("Search by name, words, option or condition"),
        choices=choices,
        csv_path=f"{at.path}/codebook.csv",
        also={"edition": key},
    )
    return at.page(
        "codebook.html",
        "/codebook",
        title=_("Codebook of wave %(year)s", year=year),
        topic="questionnaire-codebook",
        view=view,
        editions=edition_choices(_, at.figures, at.shelf),
        edition=key,
    )


@for_roles(*LOOKING_UP)
def questionnaire_codebook_csv(year: int) -> Response:
    """Give the list of variables as a file."""
    at = here(year)
    key, speaker, found = _variables(at)
    columns = codebook_columns(speaker, at.path, key)
    want = asked(columns, choices=codebook_filters(speaker, found))
    rows = listed(found, columns, want, text=lambda one: text_of(speaker, one), keep=kept_by)
    return csv_of(columns, rows, name=f"codebook-{year}")


@for_roles(*LOOKING_UP)
def questionnaire_variable(year: int, var: str) -> Response:
    """Show one variable: its texts, codes, condition, uses, and the same in other waves."""
    at = here(year)
    key, speaker, found = _variables(at)
    one = next((each for each in found if each.var == var), None)
    if one is None:
        abort(404)
    _ = at.say
    results = None
    # A page that asks nothing, and what is kept with the contacts, is no variable of the results.
    if may_see(BROWSER) and var in study_books(site().services).variables:
        results = f"/staff/results/variables/{var}"
    return at.page(
        "variable.html",
        "/codebook",
        title=_("%(var)s in wave %(year)s", var=var, year=year),
        topic="questionnaire-codebook",
        view=variable_view(speaker, at.figures, year, one, other_waves(site().services, year)),
        back=f"{at.path}/codebook?edition={key}",
        phone=f"{at.path}/preview?edition={key}&at={one.page}" if one.page else None,
        results=results,
    )


def _variables(at: Here) -> tuple[str, Speaker, list[Variable]]:
    one = edition(at.year, request.args.get("edition", ""))
    language = source_language(one.instrument.languages, at.language)
    speaker = Speaker(at.say, one.instrument, language)
    return one.key, speaker, variables_of(one.instrument)
