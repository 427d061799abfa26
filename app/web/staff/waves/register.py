"""Taking a register file in: looked at with every fault first, then all of it or nothing."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Blueprint, Response, flash, request

from app.panel.sample_file_columns import SampleMapping
from app.panel.sample_file_help import headers_told
from app.panel.sample_limits import Limits, SampleFileError
from app.services.content import instruments
from app.services.fieldwork import frame
from app.services.fieldwork.frame import FrameImportError
from app.services.fieldwork.sample_desk import ImportRunningError
from app.web import site
from app.web.respond.words import Translate
from app.web.staff import pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, needs_confirmation, signed_in, takes_files
from app.web.staff.listing import tame
from app.web.staff.view import Row, Table, Words
from app.web.staff.waves.frame import require_wave, speech, wave_page
from app.web.staff.waves.register_columns import (
    LEAVE_OUT,
    Columns,
    columns_of,
    posted_meanings,
)
from app.web.staff.waves.register_phrases import REGISTER
from app.web.staff.waves.sample import DRAWING, SAMPLE

MOST_BYTES = 20_000_000
_FORM_BYTES = 100_000
_LONGEST = 80
_SHOWN = 200
"""Faults told on the page; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at a file found."""

    summary: str
    good: bool
    left_out: Sequence[str]
    faults: Table | None
    warnings: Table | None
    more: str | None
    columns: Columns


def add_views(blueprint: Blueprint) -> None:
    """Register the views."""
    blueprint.add_url_rule(f"{SAMPLE}/register", view_func=register_file)
    blueprint.add_url_rule(f"{SAMPLE}/register", view_func=take_register_file, methods=["POST"])


@needs_confirmation
@for_roles(*DRAWING)
def register_file(year: int) -> Response:
    """Ask for a register file and say what it has to hold."""
    return _page(year)


@takes_files(MOST_BYTES + _FORM_BYTES)
@needs_confirmation
@for_roles(*DRAWING)
def take_register_file(year: int) -> Response:
    """Look at a register file, or take all of it in; the file itself is not kept."""
    require_wave(year)
    _, figures = speech()
    services, who = site().services, signed_in()
    name, look_only = _posted("name"), request.form.get("how") != "take"
    meanings, faults = _meanings(), []
    if not request.files.get("file"):
        faults.append(_("Choose a file."))
    if not name:
        faults.append(_("Give it a name, such as DUO 2025-01."))
    if faults:
        return _page(year, fault=" ".join(faults), status=422)
    try:
        with _uploaded() as path:
            staged = frame.stage(
                services,
                instruments.load_study(services.study),
                path,
                SampleMapping(
                    columns={at: to for at, to in meanings.items() if to != LEAVE_OUT},
                    ignore=frozenset(_ignored())
                    | {at for at, to in meanings.items() if to == LEAVE_OUT},
                ),
                limits=Limits(bytes=MOST_BYTES),
                cohort=_posted("cohort"),
                skip_known=bool(request.form.get("skip_known")),
            )
        looked = _looked(_, figures, staged, meanings)
        if look_only or not looked.good:
            bad = None if looked.good else _("The file cannot be taken in as it is.")
            return _page(year, looked=looked, fault=bad, status=200 if looked.good else 422)
        made = frame.take_in(services, staged, name=name, by=who.email)
    except (FrameImportError, SampleFileError, ImportRunningError) as error:
        refused = _("The file was refused. Nothing was taken in.")
        return _page(year, fault=refused, detail=REGISTER.say(_, str(error)), status=422)
    flash(_("Taken in: %(count)s people. Now draw the sample.", count=figures.count(made.rows)))
    return pages.see_other(f"/staff/waves/{year}/sample")


@contextmanager
def _uploaded() -> Iterator[Path]:
    """The posted file on disk, readable for us only, and gone afterwards."""
    descriptor, name = tempfile.mkstemp(prefix="register-")
    path = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as out:
            request.files["file"].save(out)
        yield path
    finally:
        path.unlink(missing_ok=True)


def _looked(
    _: Translate, figures: Figures, staged: frame.Staged, meanings: Mapping[str, str]
) -> Looked:
    checked = staged.checked
    return Looked(
        summary=_(
            "Read as %(kind)s: %(read)s rows. People to take in: %(people)s. Faults: %(faults)s.",
            kind=staged.read_as,
            read=figures.count(checked.read),
            people=figures.count(len(checked.rows) if checked.good else 0),
            faults=figures.count(len(checked.faults) + checked.unlisted),
        ),
        good=checked.good,
        left_out=[
            f"{figures.count(count)}: {REGISTER.say(_, reason)}"
            for reason, count in sorted(checked.left_out.items())
        ],
        faults=_faults(_, figures, "faults", _("What is wrong"), checked.faults),
        warnings=_faults(_, figures, "warnings", _("Look again at these"), checked.warnings),
        more=_("And %(count)s more.", count=figures.count(beyond))
        if (beyond := len(checked.faults) + checked.unlisted - _SHOWN) > 0
        else None,
        columns=columns_of(_, checked.header, meanings),
    )


def _faults(
    _: Translate,
    figures: Figures,
    table_id: str,
    caption: str,
    found: Sequence[tuple[int, str, str, str]],
) -> Table | None:
    """Places and kinds of faults; no value of the file is ever shown."""
    if not found:
        return None
    return Table(
        id=table_id,
        caption=caption,
        head=[_("Row"), _("Column"), _("Found"), _("Expected")],
        rows=[
            Row(
                figures.count(row) if row > 1 else _("The whole file"),
                [str(tame(column)), REGISTER.say(_, what), REGISTER.say(_, expected)],
            )
            for row, column, what, expected in sorted(found)[:_SHOWN]
        ],
        numbers_from=9,
    )


def _page(
    year: int,
    *,
    looked: Looked | None = None,
    fault: str | None = None,
    detail: Words | None = None,
    status: int = 200,
) -> Response:
    require_wave(year)
    _, figures = speech()
    return wave_page(
        "register",
        year,
        current="sample",
        title=_("Take a register file in"),
        help_topic="register",
        status=status,
        looked=looked,
        typed={
            "name": _posted("name"),
            "cohort": _posted("cohort"),
            "ignore": request.form.get("ignore", "")[:500],
            "skip_known": bool(request.form.get("skip_known")),
        },
        headers=[line.partition(": ")[::2] for line in headers_told().splitlines()],
        megabytes=figures.count(MOST_BYTES / 1_000_000),
        fault=fault,
        detail=detail,
    )


def _meanings() -> dict[str, str]:
    """What was chosen for the columns of the file that was looked at before."""
    return posted_meanings(request.form.getlist("header"), request.form.getlist("meaning"))


def _ignored() -> list[str]:
    words = request.form.get("ignore", "").replace("\0", "")[:500]
    return [one.strip() for one in words.split(",") if one.strip()]


def _posted(name: str) -> str:
    return request.form.get(name, "").replace("\0", "").strip()[:_LONGEST]
