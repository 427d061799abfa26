"""Results on a page, and as files."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, abort, request

from app.panel.states import Role
from app.services import result_files
from app.services import staff as staff_service
from app.services.results import (
    BREAKDOWNS,
    Crosstab,
    NoResultsError,
    WaveResults,
    crosstab,
    findings_of,
    results_of,
    waves_with_results,
)
from app.web import site
from app.web.locale import staff_translator
from app.web.results.present import Asked, Reader, results_view
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
    """Show the findings, and the table that was asked for."""
    reader = _reader()
    _ = reader.translate
    years = waves_with_results(site().services)
    if not years:
        return pages.message(
            _("Results"), _("There are no results yet: no wave has been in the field.")
        )
    asked = _asked(years)
    try:
        found = results_of(site().services, asked.year)
    except NoResultsError as error:
        heading = _("No results of wave %(year)s yet", year=asked.year)
        words = _("The answers cannot be weighted yet. Come back when more people have answered.")
        return pages.message(heading, words, detail=str(error))
    no_table = reason = table = None
    if asked.variable is not None and asked.variable not in _offered(found):
        no_table = _("Wave %(year)s does not have this question.", year=asked.year)
        asked = replace(asked, variable=None)
    elif asked.variable is not None:
        try:
            table = crosstab(found, asked.variable, asked.by)
        except NoResultsError as error:
            no_table, reason = _("Nobody answered this question, in this group."), str(error)
    view = results_view(
        reader,
        found,
        asked,
        years,
        findings_of(site().services, found, language=reader.language),
        table,
        no_crosstab=no_table,
        reason=reason,
    )
    title = _("Results of wave %(year)s", year=asked.year)
    return pages.page("results/results.html", title=title, view=view)


@for_roles(*ANALYSING)
def results_csv() -> Response:
    """Return the findings, or the table that was asked for, as CSV."""
    found, table = _for_file()
    language = _reader().language
    if table is None:
        text = result_files.findings_csv(site().services, found, language=language)
    else:
        text = result_files.crosstab_csv(found, table, language=language)
    return _file(text.encode(), CSV, found, table, "csv")


@for_roles(*ANALYSING)
def results_xlsx() -> Response:
    """Return the findings, and the table that was asked for, as a workbook."""
    found, table = _for_file()
    language = _reader().language
    content = result_files.workbook(site().services, found, table, language=language)
    return _file(content, XLSX, found, table, "xlsx")


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


def _for_file() -> tuple[WaveResults, Crosstab | None]:
    years = waves_with_results(site().services)
    if not years:
        abort(404)
    asked = _asked(years)
    try:
        found = results_of(site().services, asked.year)
        if asked.variable is None:
            return found, None
        if asked.variable not in _offered(found):
            abort(404)
        return found, crosstab(found, asked.variable, asked.by)
    except NoResultsError:
        abort(404)


def _file(
    content: bytes, kind: str, found: WaveResults, table: Crosstab | None, ending: str
) -> Response:
    subject = table.variable.name if table else "findings"
    by = table.by.variable if table and table.by else None
    staff_service.record(
        site().services,
        signed_in(),
        "results.exported",
        f"wave {found.year}",
        {"variable": subject, "by": by, "format": ending},
    )
    marked = "synthetic-" if found.synthetic else ""
    name = "-".join(filter(None, (f"{marked}wave-{found.year}", subject, by)))
    response = Response(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response
