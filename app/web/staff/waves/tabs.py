"""The tabs that all pages of a wave share."""

from __future__ import annotations

from flask import current_app
from werkzeug.exceptions import HTTPException

from app.services.fieldwork.waves import find_wave
from app.web import site
from app.web.respond.words import Translate
from app.web.staff.gate import may_see
from app.web.staff.view import Tab

SIDE_DOORS = {"questionnaire": "/preview"}
"""Where those come in who may not see the first page of a part: what follows its address."""
NOWHERE = "staff._nowhere"
"""What answers for every address that no page has."""


def wave_tabs(_: Translate, year: int, current: str) -> list[Tab]:
    """Return the tabs of a wave that are there and that the reader may see.

    Parameters
    ----------
    current
        The last part of the address of the page being shown: ``questionnaire``, ``messages`` …;
        ``""`` is the overview.
    """
    entries = [
        ("", _("Overview")),
        ("questionnaire", _("Questionnaire")),
        ("sample", _("Sample")),
        ("preload", _("Memory")),
        ("messages", _("Messages")),
        ("letters", _("Letters")),
        ("monitor", _("Monitor")),
    ]
    if find_wave(site().services, year) is None:
        # Only planned: everything else begins when its questionnaire is published.
        entries = entries[:2]
    tabs = [Tab(_address(year, part), words, part == current) for part, words in entries]
    return [tab for tab in tabs if leads_somewhere(tab.url)]


def _address(year: int, part: str) -> str:
    url = f"/staff/waves/{year}" + (f"/{part}" if part else "")
    side_door = f"{url}{SIDE_DOORS.get(part, '')}"
    return url if leads_somewhere(url) else side_door


def leads_somewhere(url: str) -> bool:
    """Tell whether an address is a page that the reader may see: else no link leads to it."""
    path = url.partition("#")[0].partition("?")[0]
    try:
        endpoint, _found = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return False
    return endpoint != NOWHERE and may_see(endpoint)
