"""The findings board: what was published beside what each wave says, with researchers' notes."""

from __future__ import annotations

from collections import Counter

from flask import Blueprint, Response, abort, flash, request

from app.panel.states import Role
from app.services.publication import finding_notes, findings_board
from app.services.publication.findings_board import Board, BoardRow
from app.web import site
from app.web.locale import staff_translator
from app.web.respond.words import Translate
from app.web.results import findings_present
from app.web.results.findings_present import FINDINGS
from app.web.results.results_tabs import results_tabs
from app.web.staff import listing, pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, signed_in
from app.web.staff.listing import Asked, Column

READING = (Role.RESEARCHER, Role.ANALYST)
HELP = "findings"
LONGEST = 1_000
"""Characters of a note."""


def add_views(blueprint: Blueprint) -> None:
    """Register the views of the findings board."""
    path = "/results/findings"
    blueprint.add_url_rule(path, view_func=findings_list, endpoint="findings_board")
    blueprint.add_url_rule(f"{path}.csv", view_func=findings_csv)
    blueprint.add_url_rule(f"{path}/<name>", view_func=finding, methods=["GET", "POST"])


def _words() -> tuple[Translate, Figures, str]:
    language = pages.staff_language()
    return staff_translator(language), Figures(language), language


@for_roles(*READING)
def findings_list() -> Response:
    """Show the board."""
    _, figures, language = _words()
    found, columns, want, rows = _listed(_, figures, language)
    shown = listing.shown(
        _,
        figures,
        columns,
        rows,
        want,
        id="findings",
        caption=_("Published findings beside the estimates of each wave"),
        empty=_("This study has no published findings to compare with."),
        choices=findings_present.choices(_),
        csv_path=f"{FINDINGS}.csv",
    )
    return pages.page(
        "results/findings/board.html",
        title=_("Findings board"),
        help=HELP,
        tabs=results_tabs(_, "results.findings_board"),
        list=shown,
        verdicts=findings_present.verdict_links(_, found),
        is_live=any(one.release is None for one in found.sources),
        problems=found.problems,
        needs_snapshot=found.needs_snapshot,
    )


@for_roles(*READING)
def findings_csv() -> Response:
    """Return the board as a file."""
    _, figures, language = _words()
    _found, columns, _want, rows = _listed(_, figures, language)
    return listing.csv_of(columns, rows, name="findings")


def _listed(
    _: Translate, figures: Figures, language: str
) -> tuple[Board, list[Column[BoardRow]], Asked, list[BoardRow]]:
    found = findings_board.board(site().services, language=language)
    noted = Counter(one.finding for one in finding_notes.notes(site().services))
    columns = findings_present.columns(_, figures, found, noted)
    want = listing.asked(columns, choices=findings_present.choices(_))
    rows = listing.listed(
        found.rows,
        columns,
        want,
        text=findings_present.searched,
        keep=lambda row, chosen: findings_present.kept(row, list(chosen.items())),
    )
    return found, columns, want, rows


@for_roles(*READING)
def finding(name: str) -> Response:
    """Show one finding with its notes; keep a note."""
    _, figures, language = _words()
    if name not in findings_board.study_findings(site().services.study):
        abort(404)
    fault, text = None, ""
    if request.method == "POST":
        text = request.form.get("note", "").replace("\0", "").strip()
        if not text or len(text) > LONGEST:
            fault = _("Write a note of at most %(count)s characters.", count=LONGEST)
        else:
            who = signed_in()
            finding_notes.add_note(site().services, name, text, by=who.email, staff_id=who.staff_id)
            flash(_("The note is kept, with your name."))
            return pages.see_other(f"{FINDINGS}/{name}")
    found = findings_board.board(site().services, language=language)
    row = next((one for one in found.rows if one.finding.id == name), None)
    if row is None:
        abort(404)
    notes = [one for one in finding_notes.notes(site().services) if one.finding == name]
    return pages.page(
        "results/findings/finding.html",
        title=_("Finding %(name)s", name=name),
        status=422 if fault else 200,
        help=HELP,
        tabs=results_tabs(_, "results.findings_board"),
        crumbs=[(FINDINGS, _("Findings board"))],
        view=findings_present.finding_page(_, figures, row, notes),
        fault=bool(fault),
        faults={"note": fault} if fault else {},
        note=text,
        longest=LONGEST,
        is_live=any(one.source.release is None for one in row.standings),
        may_note=site().services.settings.data_dir is not None,
    )
