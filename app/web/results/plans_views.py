"""Kept tables: plans with a name, opened, renamed, taken out as YAML, deleted."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, abort, flash, request
from werkzeug.datastructures import MultiDict

from app.panel.states import Role
from app.services.publication import kept_plans
from app.services.publication.kept_plans import KeptPlan
from app.services.publication.made_tables import label_of
from app.services.publication.release_plans import key_of
from app.services.publication.results import NoResultsError
from app.services.publication.table_request import Shape, TableRequest
from app.services.publication.variables import study_codebook
from app.web import site
from app.web.respond.words import Translate
from app.web.results.present import Reader
from app.web.results.releases_present import RELEASES
from app.web.results.results_tabs import results_tabs
from app.web.results.tables_address import BadAddressError, address_of, pairs_of, url_of
from app.web.results.tables_views import reader_of_page
from app.web.results.tables_words import shows_words
from app.web.staff import listing, pages
from app.web.staff.gate import for_roles, may_see, needs_confirmation, signed_in
from app.web.staff.listing import Cell, Column

ANALYSING = (Role.RESEARCHER, Role.ANALYST, Role.ADMIN)
PAGE = "/staff/results/tables"
KEEP = f"{PAGE}/keep"
NEW = "new"


def add_views(blueprint: Blueprint) -> None:
    """Register the views of kept plans."""
    one = "/results/tables/<uuid:plan_id>"
    blueprint.add_url_rule("/results/tables", view_func=plans)
    blueprint.add_url_rule("/results/tables.csv", view_func=plans_csv)
    blueprint.add_url_rule("/results/tables/keep", view_func=keep, methods=["POST"])
    blueprint.add_url_rule(one, view_func=plan)
    blueprint.add_url_rule(f"{one}.yaml", view_func=plan_yaml)
    for step, view in (("rename", rename), ("delete", delete), ("drop", drop)):
        blueprint.add_url_rule(f"{one}/{step}", view_func=view, methods=["POST"])


@for_roles(*ANALYSING)
def plans() -> Response:
    """Show the plans there are."""
    reader = reader_of_page()
    _ = reader.translate
    columns = _columns(reader)
    want = listing.asked(columns)
    found = listing.listed(_all(), columns, want, text=lambda one: f"{one.name} {one.by}")
    view = listing.shown(
        _,
        reader.figures,
        columns,
        found,
        want,
        id="plans",
        caption=_("Kept tables"),
        empty=_("No tables kept yet. Make a table and keep it under a name: it is then here."),
        csv_path=f"{PAGE}.csv",
    )
    return pages.page(
        "results/plans.html",
        title=_("Kept tables"),
        help="table-builder",
        tabs=results_tabs(_, "results.new_table"),
        crumbs=[(f"{PAGE}/new", _("Make a table"))],
        list=view,
    )


@for_roles(*ANALYSING)
def plans_csv() -> Response:
    """Return the list as a file."""
    columns = _columns(reader_of_page())
    want = listing.asked(columns)
    found = listing.listed(_all(), columns, want, text=lambda one: f"{one.name} {one.by}")
    return listing.csv_of(columns, found, name="plans")


@for_roles(*ANALYSING)
def keep() -> Response:
    """Keep a table in a plan, a new one or one that is there."""
    _ = reader_of_page().translate
    try:
        table = address_of(_fields()).request
    except BadAddressError:
        abort(404)
    if not table.stub:
        abort(404)
    chosen, name = request.form.get("plan", NEW), request.form.get("name", "")
    try:
        if chosen == NEW:
            kept = kept_plans.begin_plan(site().services, name, table, by=signed_in().email)
        else:
            kept = kept_plans.keep_table(site().services, _id(chosen), table)
    except NoResultsError as error:
        return pages.message(_("Kept tables"), _("Tables cannot be kept here."), detail=str(error))
    except kept_plans.PlanError as error:
        return _again(table, chosen, name, _fault(_, error))
    flash(_("The table is kept in “%(name)s”.", name=kept.name))
    return pages.see_other(f"{PAGE}/{kept.id}")


@for_roles(*ANALYSING)
def plan(plan_id: UUID) -> Response:
    """Show a plan: its tables, each with a link that makes it."""
    return _plan_page(_found(plan_id))


@for_roles(*ANALYSING)
def plan_yaml(plan_id: UUID) -> Response:
    """Return a plan as the commands take it."""
    kept = _found(plan_id)
    text = kept_plans.yaml_of(kept, study_codebook(site().services))
    response = Response(text, content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="plan-{kept.id}.yaml"'
    return response


@for_roles(*ANALYSING)
def rename(plan_id: UUID) -> Response:
    """Give a plan another name."""
    kept, name = _found(plan_id), request.form.get("name", "")
    _ = reader_of_page().translate
    try:
        kept_plans.rename_plan(site().services, plan_id, name)
    except kept_plans.PlanError as error:
        return _plan_page(kept, typed=name, fault=_fault(_, error), status=422)
    flash(_("The plan has another name now."))
    return pages.see_other(f"{PAGE}/{plan_id}")


@for_roles(*ANALYSING)
def drop(plan_id: UUID) -> Response:
    """Take a table out of a plan."""
    kept, at = _found(plan_id), request.form.get("at", "")
    _ = reader_of_page().translate
    if not (at.isascii() and at.isdigit() and len(at) < 4):
        abort(404)
    try:
        kept_plans.drop_table(site().services, plan_id, int(at), seen=request.form.get("seen", ""))
    except kept_plans.PlanError:
        fault = _("The plan was changed meanwhile. This is how it is now.")
        return _plan_page(_found(kept.id), fault=fault, status=409)
    flash(_("The table is out of the plan."))
    return pages.see_other(f"{PAGE}/{plan_id}")


@needs_confirmation
@for_roles(*ANALYSING)
def delete(plan_id: UUID) -> Response:
    """Delete a plan that stands as it was seen."""
    kept = _found(plan_id)
    _ = reader_of_page().translate
    if request.form.get("seen") != kept.seen:
        fault = _("The plan was changed meanwhile. This is how it is now.")
        return _plan_page(kept, fault=fault, status=409)
    kept_plans.delete_plan(site().services, plan_id)
    flash(_("“%(name)s” is deleted.", name=kept.name))
    return pages.see_other(PAGE)


# --- pages ----------------------------------------------------------------------------------------


def _plan_page(
    kept: KeptPlan, *, typed: str | None = None, fault: str | None = None, status: int = 200
) -> Response:
    reader = reader_of_page()
    _ = reader.translate
    return pages.page(
        "results/plan.html",
        title=kept.name,
        status=status,
        help="table-builder",
        tabs=results_tabs(_, "results.new_table"),
        crumbs=[(f"{PAGE}/new", _("Make a table")), (PAGE, _("Kept tables"))],
        kept=kept,
        path=f"{PAGE}/{kept.id}",
        release=f"{RELEASES}/new?plan={key_of(kept)}" if may_see("results.new_release") else None,
        typed=kept.name if typed is None else typed,
        fault=fault,
        tables=[(url_of(one), table_words(reader, one), _about(_, one)) for one in kept.tables],
        made=_(
            "Begun by %(by)s on %(day)s, last changed on %(changed)s.",
            by=kept.by,
            day=reader.figures.day(kept.made_at),
            changed=reader.figures.moment(kept.changed_at),
        ),
    )


def _again(table: TableRequest, chosen: str, name: str, fault: str) -> Response:
    """Show what was typed again, with what is wrong with it."""
    reader = reader_of_page()
    _ = reader.translate
    return pages.page(
        "results/keep.html",
        title=_("Keep this table"),
        status=422,
        help="table-builder",
        tabs=results_tabs(_, "results.new_table"),
        crumbs=[(url_of(table), _("Make a table"))],
        fault=fault,
        keep=KEEP,
        fields=pairs_of(table),
        plans=[(one.id, one.name, str(one.id) == chosen) for one in _all()],
        typed=name,
        table=table_words(reader, table),
    )


def _columns(reader: Reader) -> list[Column[KeptPlan]]:
    _, figures = reader.translate, reader.figures
    return [
        Column(
            "name",
            _("Name"),
            lambda one: Cell(one.name, url=f"{PAGE}/{one.id}"),
            sort=lambda one: one.name.casefold(),
        ),
        Column(
            "tables",
            _("Tables"),
            lambda one: figures.count(len(one.tables)),
            sort=lambda one: len(one.tables),
            number=True,
        ),
        Column("by", _("Begun by"), lambda one: one.by, sort=lambda one: one.by),
        Column(
            "changed",
            _("Last changed"),
            lambda one: figures.moment(one.changed_at),
            sort=lambda one: one.changed_at.timestamp(),
            csv=lambda one: one.changed_at.isoformat(timespec="seconds"),
        ),
    ]


def table_words(reader: Reader, table: TableRequest) -> str:
    """Return what a table is of, in the words of the study."""
    book = study_codebook(site().services)
    stubs = ", ".join(label_of(book, name, reader.language) for name in table.stub)
    banner = ", ".join(label_of(book, name, reader.language) for name in table.banner)
    return f"{stubs} × {banner}" if banner else stubs


def _about(_: Translate, table: TableRequest) -> str:
    joined = " → " if table.shape is Shape.TRANSITION else ", "
    parts = [joined.join(map(str, table.waves)), shows_words(_, table.shows)[0]]
    if table.filters:
        parts.append(_("only some people"))
    return "; ".join(parts)


def _fault(_: Translate, error: kept_plans.PlanError) -> str:
    return {
        kept_plans.NoNameError: _(
            "Give a name of at most %(most)s characters.", most=kept_plans.LONGEST_NAME
        ),
        kept_plans.SameNameError: _("There is a plan of that name. Choose it, or another name."),
        kept_plans.FullPlanError: _(
            "This plan is full: it has %(most)s tables. Begin another one.",
            most=kept_plans.MOST_TABLES,
        ),
    }.get(type(error), _("This plan is not there any more. Choose another one."))


def _fields() -> MultiDict[str, str]:
    """The table among what was posted."""
    own = {"name", "plan", "csrf_token"}
    return MultiDict(
        (key, value) for key, value in request.form.items(multi=True) if key not in own
    )


def _all() -> list[KeptPlan]:
    try:
        return kept_plans.list_plans(site().services)
    except NoResultsError:
        return []


def _found(plan_id: UUID) -> KeptPlan:
    try:
        kept = kept_plans.find_plan(site().services, plan_id)
    except NoResultsError:
        kept = None
    if kept is None:
        abort(404)
    return kept


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        abort(404)
