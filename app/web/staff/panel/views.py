"""The page of the panel, its files, and having it made again."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, abort, flash, request

from app.panel.attrition_ledger import flows
from app.panel.states import Role
from app.services import jobs
from app.services.context import STUDY_ZONE
from app.services.response.panel_flow import (
    BY,
    PanelFlow,
    flow_csv,
    panel_flow,
    take_out_ledger,
    work_out_flow,
)
from app.services.response.panel_job import KIND
from app.web import site
from app.web.locale import staff_translator
from app.web.staff import pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, needs_confirmation, signed_in
from app.web.staff.listing import CSV_TYPE
from app.web.staff.panel.present import PATH, panel_view

MAY_LOOK = (
    Role.RESEARCHER,
    Role.FIELDWORK,
    Role.ANALYST,
    Role.PRIVACY_OFFICER,
    Role.ADMIN,
)


def add_views(blueprint: Blueprint) -> None:
    """Register the views of the panel."""
    blueprint.add_url_rule("/panel", view_func=panel)
    blueprint.add_url_rule("/panel/work-out", view_func=make_again, methods=["POST"])
    blueprint.add_url_rule("/panel.csv", view_func=flow_file)
    blueprint.add_url_rule("/panel/ledger.csv", view_func=ledger_file)


@for_roles(*MAY_LOOK)
def panel() -> Response:
    """Show the panel through its waves."""
    _ = staff_translator(pages.staff_language())
    told = _told()
    if told is None:
        told = panel_flow(site().services, None, _by())
        return _page(told, fault=_("Type the day as 2025-03-01."), status=422)
    return _page(told)


@for_roles(*MAY_LOOK)
def make_again() -> Response:
    """Have the ledger made again: now, or by a job where that takes long."""
    language = pages.staff_language()
    _ = staff_translator(language)
    told = _told()
    if told is None:
        abort(404)
    on = told.on.isoformat() if told.on else None
    if told.large:
        who = signed_in()
        arguments = {"on": on, "by": told.by}
        job_id = jobs.ask(site().services, KIND, arguments, by=who.staff_id, language=language)
        return pages.see_other(f"/staff/jobs/{job_id}")
    work_out_flow(site().services, told.on, told.by)
    flash(_("The panel is up to date."))
    query = "&".join(f"{name}={value}" for name, value in (("by", told.by), ("on", on)) if value)
    return pages.see_other(f"{PATH}?{query}" if query else PATH)


@for_roles(*MAY_LOOK)
def flow_file() -> Response:
    """Give how many went from where to where, by group."""
    told = _told()
    if told is None or told.ledger is None or told.ledger.problems:
        abort(404)
    return _file(flow_csv(flows(told.ledger.waves, told.ledger.lines)), "flow")


@needs_confirmation
@for_roles(Role.RESEARCHER)
def ledger_file() -> Response:
    """Give a row a person and wave, under pseudonyms; that goes on record."""
    on = _on()
    if isinstance(on, bool):
        abort(404)
    return _file(take_out_ledger(site().services, signed_in(), on), "ledger")


def _file(text: str, name: str) -> Response:
    response = Response(text, content_type=CSV_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def _on() -> date | bool | None:
    """The day that was asked for, none, or false when it is no day."""
    typed = request.values.get("on", "").strip()
    if not typed:
        return None
    try:
        return date.fromisoformat(typed[:10])
    except ValueError:
        return False


def _by() -> str:
    by = request.values.get("by", "")
    if by not in BY:
        abort(404)
    return by


def _told() -> PanelFlow | None:
    on = _on()
    if isinstance(on, bool):
        return None
    return panel_flow(site().services, on, _by())


def _page(told: PanelFlow, *, fault: str | None = None, status: int = 200) -> Response:
    language = pages.staff_language()
    _ = staff_translator(language)
    today = site().services.clock.now().astimezone(STUDY_ZONE).date().isoformat()
    return pages.page(
        "staff/panel/panel.html",
        title=_("The panel"),
        status=status,
        help="panel",
        view=panel_view(_, Figures(language), told, language),
        today=today,
        may_take_ledger=signed_in().role is Role.RESEARCHER,
        fault=fault,
    )
