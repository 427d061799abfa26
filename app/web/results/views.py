"""The entrance of the results: the findings of a wave, and the ways to everything else."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, abort, current_app, request, url_for

from app.panel.states import Role
from app.services.accounts import staff as staff_service
from app.services.publication import result_files
from app.services.publication.live_results import live_results_of
from app.services.publication.results import (
    BREAKDOWNS,
    NoResultsError,
    WaveResults,
    findings_of,
    waves_with_results,
)
from app.services.publication.table_request import TableRequest
from app.services.publication.table_sources import NoSnapshotError
from app.web import site
from app.web.locale import staff_translator
from app.web.respond.words import Translate
from app.web.results.present import Asked, Reader, results_view
from app.web.results.results_tabs import results_tabs
from app.web.results.tables_address import url_of
from app.web.staff import pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, signed_in

ANALYSING = (Role.RESEARCHER, Role.ANALYST, Role.ADMIN)
CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add_views(blueprint: Blueprint) -> None:
    """Register the views of the results."""
    blueprint.add_url_rule("/results", view_func=results)
    blueprint.add_url_rule("/results.csv", view_func=results_csv)
    blueprint.add_url_rule("/results.xlsx", view_func=results_xlsx)


@for_roles(*ANALYSING)
def results() -> Response:
    """Show the findings; a table that is asked for is made by the builder."""
    reader = _reader()
    _ = reader.translate
    years = waves_with_results(site().services)
    if not years:
        return pages.message(
            _("Results"), _("There are no results yet: no wave has been in the field.")
        )
    asked = _asked(years)
    try:
        found = live_results_of(site().services, asked.year)
    except NoSnapshotError:
        return pages.see_other("/staff/results/tables/new")
    except NoResultsError as error:
        heading = _("No results of wave %(year)s yet", year=asked.year)
        words = _("The answers cannot be weighted yet. Come back when more people have answered.")
        return pages.message(heading, words, detail=str(error))
    missing = None
    if asked.variable is not None and asked.variable in _offered(found):
        return pages.see_other(_in_builder(asked, asked.variable))
    if asked.variable is not None:
        missing = _("Wave %(year)s does not have this question.", year=asked.year)
        asked = replace(asked, variable=None)
    findings = findings_of(site().services, found, language=reader.language)
    return pages.page(
        "results/results.html",
        title=_("Results of wave %(year)s", year=asked.year),
        help="results",
        tabs=results_tabs(_, "results.results"),
        ways=_ways(_),
        view=results_view(reader, found, asked, years, findings, missing=missing),
    )


@for_roles(*ANALYSING)
def results_csv() -> Response:
    """Return the findings as CSV; the file of a table is the builder's."""
    found, elsewhere = _for_file("csv")
    if elsewhere is not None:
        return elsewhere
    text = result_files.findings_csv(site().services, found, language=_reader().language)
    return _file(text.encode(), CSV, found, "csv")


@for_roles(*ANALYSING)
def results_xlsx() -> Response:
    """Return the findings as a workbook; the file of a table is the builder's."""
    found, elsewhere = _for_file("xlsx")
    if elsewhere is not None:
        return elsewhere
    content = result_files.findings_xlsx(site().services, found, language=_reader().language)
    return _file(content, XLSX, found, "xlsx")


def _in_builder(asked: Asked, variable: str, *, file: str = "") -> str:
    """Return the address of a table in the builder, where disclosure rules are applied."""
    request_ = TableRequest(
        stub=(variable,),
        banner=(asked.by.variable,) if asked.by else (),
        waves=(asked.year,),
        letters=True,
    )
    return url_of(request_, file=file)


def _ways(_: Translate) -> list[tuple[str, str, str]]:
    """What there is beside this page: address, name, and what it is for."""
    says = {
        "results.variables": _("Its words, whom it was asked of, how it was answered."),
        "results.new_table": _("Any question by any group, with intervals, letters and a chart."),
        "results.findings_board": _("What is published beside what the waves say."),
        "results.weights": _("How answers are made to stand for the population."),
        "results.releases": _("Frozen answers with everything made of them."),
        "results.summary": _("The results in plain words."),
    }
    tabs = {one.url: one for one in results_tabs(_, "results.results")}
    known = current_app.view_functions
    ways = []
    for endpoint, words in says.items():
        if endpoint in known:
            url = url_for(endpoint)
            if url in tabs:
                ways.append((url, tabs[url].words, words))
    ways.insert(2, ("/staff/results/tables", _("Kept tables"), _("Tables you keep under a name.")))
    return ways


def _reader() -> Reader:
    language = pages.staff_language()
    return Reader(language, staff_translator(language), Figures(language))


def _asked(years: list[int]) -> Asked:
    """What the address asks for; what it may ask for is listed, and nothing else is looked up."""
    listed = {str(year): year for year in years}
    wave = request.args.get("wave") or str(years[0])
    breakdowns = {one.variable: one for one in BREAKDOWNS}
    by = request.args.get("by") or None
    if wave not in listed or (by is not None and by not in breakdowns):
        abort(404)
    return Asked(
        year=listed[wave],
        variable=request.args.get("variable") or None,
        by=breakdowns[by] if by else None,
    )


def _offered(found: WaveResults) -> set[str]:
    return {variable.name for variable in found.variables}


def _for_file(ending: str) -> tuple[WaveResults, Response | None]:
    """The wave whose findings are asked for; or where the file of a table is."""
    years = waves_with_results(site().services)
    if not years:
        abort(404)
    asked = _asked(years)
    try:
        found = live_results_of(site().services, asked.year)
    except NoResultsError:
        abort(404)
    if asked.variable is None:
        return found, None
    if asked.variable not in _offered(found):
        abort(404)
    return found, pages.see_other(_in_builder(asked, asked.variable, file=ending))


def _file(content: bytes, kind: str, found: WaveResults, ending: str) -> Response:
    staff_service.record(
        site().services,
        signed_in(),
        "results.exported",
        f"wave {found.year}",
        {"variable": "findings", "by": None, "format": ending},
    )
    marked = "synthetic-" if found.synthetic else ""
    response = Response(content, content_type=kind)
    name = f"{marked}wave-{found.year}-findings.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
