"""What is kept until when and why, what has to go now, and what went."""

from __future__ import annotations

from flask import Blueprint, Response, request

from app.panel.retention import Kept
from app.services import jobs
from app.services.privacy import retention_calendar
from app.services.privacy.privacy_job import RETAIN
from app.services.privacy.retention_calendar import RetentionError
from app.web import site
from app.web.locale import staff_translator
from app.web.staff import listing, pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, may_see, needs_confirmation, signed_in
from app.web.staff.privacy import present_retention as present
from app.web.staff.privacy.frame import OFFICER, PATH, SEEING, tabs
from app.web.staff.view import Tab

_HERE = f"{PATH}/retention"


def add_views(blueprint: Blueprint) -> None:
    """Register the views of the retention calendar."""
    blueprint.add_url_rule("/privacy/retention", view_func=retention)
    blueprint.add_url_rule("/privacy/retention.csv", view_func=retention_csv)
    blueprint.add_url_rule("/privacy/retention/carry-out", view_func=carry_out)
    blueprint.add_url_rule("/privacy/retention/carry-out", view_func=destroy_due, methods=["POST"])


@for_roles(*SEEING)
def retention() -> Response:
    """Show what is due now, then everything that is kept for a time, as a list or by month."""
    code = pages.staff_language()
    _, figures = staff_translator(code), Figures(code)
    try:
        found = retention_calendar.calendar(site().services)
    except RetentionError as error:
        return _unusable(str(error))
    by_month = request.args.get("by") == "month"
    columns = present.columns(_, figures, found)
    want = listing.asked(columns)
    rows = listing.listed(
        found.due, columns, want, text=lambda one: present.kept_words(_, one.term.kept)
    )
    return pages.page(
        "staff/privacy/retention.html",
        title=_("What is kept until when"),
        help="privacy-retention",
        tabs=tabs(_, "retention"),
        views=[
            Tab(_HERE, _("As a list"), not by_month),
            Tab(f"{_HERE}?by=month", _("By month"), by_month),
        ],
        due=present.due(_, figures, found),
        may_carry_out=may_see("staff.carry_out"),
        months=present.months(_, figures, found) if by_month else None,
        list=listing.shown(
            _, figures, columns, rows, want,
            total=len(rows),
            id="terms",
            caption=_("What is kept for a time only"),
            empty=_("The study keeps nothing for a time only."),
            csv_path=f"{_HERE}.csv",
        ),
        done=present.done(_, figures, found),
    )  # fmt: skip


@for_roles(*SEEING)
def retention_csv() -> Response:
    """Give the terms as a file; nothing of persons stands in it."""
    code = pages.staff_language()
    _, figures = staff_translator(code), Figures(code)
    try:
        found = retention_calendar.calendar(site().services)
    except RetentionError as error:
        return _unusable(str(error))
    return listing.csv_of(present.columns(_, figures, found), found.due, name="retention")


@for_roles(*OFFICER)
@needs_confirmation
def carry_out() -> Response:
    """Ask which of the things that are due are destroyed."""
    return _asking()


@for_roles(*OFFICER)
@needs_confirmation
def destroy_due() -> Response:
    """Have what was ticked destroyed; what the page did not show as due stays."""
    code = pages.staff_language()
    _ = staff_translator(code)
    ticked = [one for one in Kept if one in request.form.getlist("kept")]
    if not ticked:
        return _asking(fault=_("Choose what is destroyed."), status=422)
    if not request.form.get("sure"):
        words = _("Say that you know that this cannot be undone.")
        return _asking(chosen=ticked, fault=words, status=422)
    who = signed_in().staff_id
    job_id = jobs.ask(
        site().services,
        RETAIN,
        {"kept": [str(one) for one in ticked], "by": str(who)},
        by=who,
        language=code,
    )
    return pages.see_other(f"/staff/jobs/{job_id}")


def _asking(
    *, chosen: list[Kept] | None = None, fault: str | None = None, status: int = 200
) -> Response:
    code = pages.staff_language()
    _, figures = staff_translator(code), Figures(code)
    try:
        found = retention_calendar.calendar(site().services)
    except RetentionError as error:
        return _unusable(str(error))
    return pages.page(
        "staff/privacy/carry_out.html",
        title=_("Destroy what is kept no longer"),
        status=status,
        help="privacy-retention",
        crumbs=[(_HERE, _("What is kept until when"))],
        fault=fault,
        due=present.due(_, figures, found),
        chosen={str(one) for one in chosen or ()},
    )


def _unusable(problems: str) -> Response:
    _ = staff_translator(pages.staff_language())
    return pages.message(
        _("The calendar cannot be made"),
        _("The study says not, or not rightly, how long things are kept (retention.yaml)."),
        status=409,
        detail=problems,
    )
