"""The variables of the study: a list to search, and a page for each."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, abort

from analysis.codebook import Variable
from app.panel.states import Role
from app.services.publication.results import NoResultsError
from app.services.publication.table_sources import NoSnapshotError, Source, live_source
from app.services.publication.variable_counts import WaveShares, shares_by_wave
from app.services.publication.variables import StudyBooks, planned_tables, study_books
from app.web import site
from app.web.results.present import Reader
from app.web.results.results_tabs import results_tabs
from app.web.results.tables_present import source_words
from app.web.results.tables_views import reader_of_page
from app.web.results.variables_present import (
    PAGE,
    choices_of,
    columns_of,
    is_chosen,
    label_words,
    searched_in,
    variable_view,
)
from app.web.results.variables_search import forms_in
from app.web.staff import listing, pages
from app.web.staff.gate import for_roles
from app.web.staff.listing import folded

ANALYSING = (Role.RESEARCHER, Role.ANALYST, Role.ADMIN)


def add_views(blueprint: Blueprint) -> None:
    """Register the views of the variables."""
    blueprint.add_url_rule("/results/variables", view_func=variables)
    blueprint.add_url_rule("/results/variables.csv", view_func=variables_csv)
    blueprint.add_url_rule("/results/variables/<name>", view_func=variable)


@for_roles(*ANALYSING)
def variables() -> Response:
    """Show the list, as far as it is asked for."""
    reader = reader_of_page()
    _ = reader.translate
    books = study_books(site().services)
    columns, choices = columns_of(reader, books), choices_of(reader, books)
    want = listing.asked(columns, choices=choices)
    found, other = _looked_for(reader, books, want)
    view = listing.shown(
        _,
        reader.figures,
        columns,
        found,
        want,
        id="variables",
        caption=_("Questions and derived variables"),
        empty=_("No questions yet. A wave that is published brings its questions here."),
        search_words=_("A word of the question or answer, or the name"),
        choices=choices,
        csv_path=f"{PAGE}.csv",
    )
    return pages.page(
        "results/variables.html",
        title=_("Questions"),
        help="variables",
        tabs=results_tabs(_, "results.variables"),
        list=view,
        other=_("No question says “%(words)s”. These say “%(other)s”.", words=want.q, other=other)
        if found and other
        else None,
    )


@for_roles(*ANALYSING)
def variables_csv() -> Response:
    """Return the list as a file."""
    reader = reader_of_page()
    books = study_books(site().services)
    columns = columns_of(reader, books)
    want = listing.asked(columns, choices=choices_of(reader, books))
    return listing.csv_of(columns, _looked_for(reader, books, want)[0], name="variables")


@for_roles(*ANALYSING)
def variable(name: str) -> Response:
    """Show one variable: its words, whom it was asked of, how it was answered."""
    reader = reader_of_page()
    _ = reader.translate
    books = study_books(site().services)
    found = books.variables.get(name)
    if found is None:
        abort(404)
    source, shares = _counted(found)
    planned = planned_tables(site().services, name)
    return pages.page(
        "results/variable.html",
        title=label_words(reader, found),
        help="variables",
        tabs=results_tabs(_, "results.variables"),
        crumbs=[(PAGE, _("Questions"))],
        view=variable_view(reader, books, found, source, shares, planned),
        source_words=source_words(reader, source) if source is not None else None,
    )


def _counted(found: Variable) -> tuple[Source | None, list[WaveShares]]:
    """What it is counted on and how it was answered; nothing where nothing can be counted."""
    source = _source()
    try:
        return source, [] if source is None else shares_by_wave(site().services, source, found)
    except NoResultsError:
        return None, []


def _source() -> Source | None:
    """The live snapshot; ``None`` where there is nothing to count yet."""
    try:
        return live_source(site().services)
    except (NoResultsError, NoSnapshotError):
        return None


def _looked_for(
    reader: Reader, books: StudyBooks, want: listing.Asked
) -> tuple[list[Variable], str]:
    """Give what is found; where nothing is, by other forms of the words, and those."""
    found = _found(reader, books, want)
    if found or not want.q:
        return found, ""
    other = forms_in(want.q, [folded(searched_in(books, one)) for one in _all(books)])
    return _found(reader, books, replace(want, q=other)), other


def _all(books: StudyBooks) -> list[Variable]:
    return list(books.variables.values())


def _found(reader: Reader, books: StudyBooks, want: listing.Asked) -> list[Variable]:
    return listing.listed(
        _all(books),
        columns_of(reader, books),
        want,
        text=lambda one: searched_in(books, one),
        keep=lambda one, chosen: is_chosen(books, one, dict(chosen)),
    )
