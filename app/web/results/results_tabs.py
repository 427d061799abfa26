"""The pages of the results beside each other: one row of tabs for all of them."""

from __future__ import annotations

from flask import current_app

from app.web.respond.words import Translate
from app.web.staff.gate import PATH, may_see
from app.web.staff.view import Tab

ROOT = f"{PATH}/results"


def results_tabs(_: Translate, current: str) -> list[Tab]:
    """Return the tabs that the reader may open; ``current`` is the endpoint of the one read."""
    entries = [
        ("results.results", ROOT, _("Overview")),
        ("results.variables", f"{ROOT}/variables", _("Questions")),
        ("results.new_table", f"{ROOT}/tables/new", _("Make a table")),
        ("results.findings_board", f"{ROOT}/findings", _("Findings")),
        ("results.weights", f"{ROOT}/weights", _("Weights")),
        ("results.releases", f"{ROOT}/releases", _("Releases")),
        ("results.summary", f"{ROOT}/summary", _("Plain summary")),
    ]
    known = current_app.view_functions
    return [
        Tab(url, words, endpoint == current)
        for endpoint, url, words in entries
        if endpoint in known and may_see(endpoint)
    ]
