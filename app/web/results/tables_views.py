"""The table builder: an address in, a table with its chart, notes and files out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import Blueprint, Response, abort, request
from werkzeug.datastructures import MultiDict

from app.panel.states import Role
from app.services import jobs
from app.services.accounts import staff as staff_service
from app.services.publication import snapshot_job
from app.services.publication.kept_plans import list_plans
from app.services.publication.made_tables import MadeTables, NoTableError, make
from app.services.publication.results import NoResultsError
from app.services.publication.table_files import FORMATS, table_file
from app.services.publication.table_request import Fault as RequestFault
from app.services.publication.table_request import Problem, problems_of
from app.services.publication.table_sources import (
    LIVE,
    NoSnapshotError,
    Source,
    frozen_sources,
    source_named,
)
from app.services.publication.variables import module_titles
from app.web import site
from app.web.locale import staff_translator
from app.web.results.present import Reader
from app.web.results.results_tabs import results_tabs
from app.web.results.tables_address import PAGE, Address, BadAddressError, address_of
from app.web.results.tables_form import FormMaker
from app.web.results.tables_present import made_view, source_words
from app.web.results.tables_view import Fault
from app.web.results.tables_words import FIELDS, fault_words
from app.web.staff import pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, signed_in

ANALYSING = (Role.RESEARCHER, Role.ANALYST, Role.ADMIN)
SCRIPT = "staff/tables.js"
SNAPSHOT = "/staff/results/snapshot"
EXAMPLE = "stub=q_tevreden&by=r_route&waves=%s&shows=column&letters=1&ci=1"  # lessons by route


@dataclass(frozen=True)
class Asked:
    """An address with the release it is about, and what is wrong with it."""

    address: Address
    source: Source
    problems: list[Problem]


def add_views(blueprint: Blueprint) -> None:
    """Register the views of the builder."""
    blueprint.add_url_rule("/results/tables/new", view_func=new_table)
    blueprint.add_url_rule(
        f"/results/tables/new.<any({','.join(FORMATS)}):ending>", view_func=table_download
    )
    blueprint.add_url_rule("/results/snapshot", view_func=take_snapshot, methods=["POST"])


@for_roles(*ANALYSING)
def new_table() -> Response:
    """Show the form, and the table that the address asks for."""
    reader = reader_of_page()
    _ = reader.translate
    title = _("Make a table")
    try:
        asked = _asked()
    except NoSnapshotError:
        return pages.page(
            "results/no_snapshot.html",
            title=title,
            help="table-builder",
            tabs=results_tabs(_, "results.new_table"),
            action=SNAPSHOT,
        )
    except NoResultsError as error:
        words = _("There are no answers to make tables of yet. Come back when a wave is open.")
        return pages.message(title, words, detail=str(error))
    source, address = asked.source, asked.address
    codebook = source.open().codebook
    faults = [
        Fault(fault_words(_, one, codebook, reader.language), FIELDS[one.field])
        for one in asked.problems
    ]
    made, reason = None, None
    if not address.fresh and not address.added and not faults:
        try:
            made = make(
                site().services,
                source,
                address.request,
                language=reader.language,
                said=[source_words(reader, source)],
            )
        except NoTableError as error:
            reason = str(error)
    if address.added:
        faults = []
    form = FormMaker(reader, codebook, module_titles(site().services), source)
    return pages.page(
        "results/tables.html",
        title=title,
        status=_status(asked.problems) if faults else 200,
        help="table-builder",
        tabs=results_tabs(_, "results.new_table"),
        scripts=(SCRIPT,),
        action=PAGE,
        snapshot=SNAPSHOT,
        form=form.view(_with_wave(address, source), [*_sources(source)]),
        faults=faults,
        fault=faults[0].words if faults else None,
        made=made_view(reader, made) if made else None,
        reason=reason,
        plans=_plans() if made else [],
        keep=f"{PAGE.removesuffix('new')}keep",
        source=source,
        source_words=source_words(reader, source),
        newer=reader.figures.count(source.newer),
        example=f"{PAGE}?{EXAMPLE % source.waves[-1]}" if "q_tevreden" in codebook else None,
    )


@for_roles(*ANALYSING)
def table_download(ending: str) -> Response:
    """Return the tables that the address asks for as a file: no row of it is a person."""
    reader = reader_of_page()
    try:
        asked = _asked()
        if asked.problems or asked.address.fresh:
            abort(404)
        made = make(
            site().services,
            asked.source,
            asked.address.request,
            language=reader.language,
            said=[source_words(reader, asked.source)],
        )
    except (NoResultsError, NoSnapshotError, NoTableError):
        abort(404)
    if not made.tables:
        abort(404)
    return _file(made, ending)


@for_roles(*ANALYSING)
def take_snapshot() -> Response:
    """Have the live answers taken anew, and lead to the work."""
    job = jobs.ask(
        site().services,
        snapshot_job.KIND,
        {},
        by=signed_in().staff_id,
        language=pages.staff_language(),
    )
    return pages.see_other(f"/staff/jobs/{job}")


def reader_of_page() -> Reader:
    """Return who reads: the language, and words and figures in it."""
    language = pages.staff_language()
    return Reader(language, staff_translator(language), Figures(language))


def source_of(name: str) -> Source:
    """Return what tables are made on; 404 for a release that is not there."""
    source = source_named(site().services, name)
    if source is None:
        abort(404)
    return source


def asked_of(args: MultiDict[str, str]) -> Asked:
    """Read an address and hold it against the release it names; 404 for what nobody could choose.

    Raises
    ------
    NoResultsError, NoSnapshotError
        If there is nothing to make tables of.
    """
    try:
        address = address_of(args)
    except BadAddressError:
        abort(404)
    source = source_of(address.source)
    codebook = source.open().codebook
    request_ = _with_wave(address, source).request
    problems = (
        [] if address.fresh else problems_of(request_, codebook, source.weights(), source.waves)
    )
    return Asked(replace(address, request=request_), source, problems)


def _asked() -> Asked:
    return asked_of(request.args)


def _with_wave(address: Address, source: Source) -> Address:
    """A wave is always chosen: the last one, until somebody takes another."""
    if address.request.waves or not source.waves:
        return address
    return replace(address, request=replace(address.request, waves=(source.waves[-1],)))


def _plans() -> list[tuple[str, str]]:
    try:
        return [(str(one.id), one.name) for one in list_plans(site().services)]
    except NoResultsError:
        return []


def _status(problems: list[Problem]) -> int:
    missing = {RequestFault.UNKNOWN, RequestFault.NO_WAVES}
    return 404 if any(one.fault in missing for one in problems) else 422


def _sources(chosen: Source) -> list[Source]:
    frozen = frozen_sources(site().services)
    if chosen.live:
        return [chosen, *frozen]
    live = replace(chosen, name=LIVE)
    return [live, *frozen]


def _file(made: MadeTables, ending: str) -> Response:
    names = [*made.asked.stub, *made.asked.banner]
    staff_service.record(
        site().services,
        signed_in(),
        "results.exported",
        f"table of {made.source.name}",
        {
            "variables": ", ".join(names),
            "waves": ", ".join(map(str, made.asked.waves)),
            "format": ending,
        },
    )
    marked = ["synthetic"] if made.book.synthetic else []
    marked.append("live" if made.source.live else f"release-{made.source.name}")
    name = "-".join([*marked, *names, *map(str, made.asked.waves)])[:120]
    response = Response(table_file(made, ending), content_type=FORMATS[ending])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return response
