"""The sample of a wave: who is in it, how it was drawn, carrying the panel on, codes."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request

from app.panel.sampling import AllocationError, FrameError
from app.panel.states import Role
from app.services import jobs
from app.services.content import instruments
from app.services.content.study_calendar import WavePlan, WavePlanError, read_wave_plan
from app.services.fieldwork import carrying, draws
from app.services.fieldwork.codes_job import KIND
from app.services.fieldwork.draws import Allocation, DrawError
from app.services.fieldwork.frame import FrameImportError
from app.services.fieldwork.sample_desk import ImportRunningError, sample_desk, verified
from app.web import site
from app.web.staff import pages
from app.web.staff.gate import for_roles, may_see, signed_in
from app.web.staff.waves.frame import require_wave, speech, wave_page
from app.web.staff.waves.sample_words import draw_words, sample_view

SAMPLE = "/waves/<int:year>/sample"
SEEING = (Role.RESEARCHER, Role.FIELDWORK, Role.ADMIN)
DRAWING = (Role.RESEARCHER, Role.FIELDWORK)
_LONGEST = 20
_REFUSALS = (
    DrawError,
    AllocationError,
    FrameError,
    FrameImportError,
    ImportRunningError,
    WavePlanError,
)


def add_views(blueprint: Blueprint) -> None:
    """Register the views."""
    blueprint.add_url_rule(SAMPLE, view_func=wave_sample)
    for name, view in (
        ("carry", carry_on),
        ("codes", give_codes),
        ("draw", draw_people),
        ("reserve", release_reserves),
    ):
        blueprint.add_url_rule(f"{SAMPLE}/{name}", view_func=view, methods=["POST"])


@for_roles(*SEEING)
def wave_sample(year: int) -> Response:
    """Show the sample of a wave; ``?verify=1`` makes its draws again and compares."""
    return _page(year, verify=request.args.get("verify") == "1")


@for_roles(*DRAWING)
def carry_on(year: int) -> Response:
    """Give people of earlier waves who may be asked again a case in this one."""
    require_wave(year)
    _, figures = speech()
    try:
        done = carrying.carry(site().services, _plan(year), by=signed_in().email)
    except _REFUSALS as error:
        words = _("Nobody can be carried on now. Nothing was changed.")
        return _page(year, fault=words, detail=str(error), status=409)
    flash(_("Asked again in this wave: %(count)s people.", count=figures.count(done.people)))
    return pages.see_other(f"/staff/waves/{year}/sample")


@for_roles(*DRAWING)
def give_codes(year: int) -> Response:
    """Give everybody who lacks a code one: long work."""
    require_wave(year)
    who = signed_in()
    job_id = jobs.ask(
        site().services,
        KIND,
        {"year": year},
        by=who.staff_id,
        language=pages.staff_language(),
    )
    return pages.see_other(f"/staff/jobs/{job_id}")


@for_roles(*DRAWING)
def draw_people(year: int) -> Response:
    """Draw people from the register files, or say what would be drawn."""
    require_wave(year)
    _, figures = speech()
    names = [one.name for one in sample_desk(site().services, year).imports]
    chosen = [one for one in request.form.getlist("from") if one in names]
    size, reserves, seed = (_whole(name) for name in ("size", "reserves", "seed"))
    faults = []
    if not chosen:
        faults.append(_("Choose at least one register file."))
    if not size:
        faults.append(_("Say how many people, as a whole number above zero."))
    if seed is None:
        faults.append(_("Fill in a seed: any whole number. With it the draw can be made again."))
    if reserves is None:
        faults.append(_("Say how many batches of reserves: 0 is none."))
    if faults or size is None or seed is None or reserves is None:
        return _page(year, fault=" ".join(faults), status=422)
    look_only = request.form.get("how") != "draw"
    services = site().services
    refresh = request.form.get("kind") == "refresh"
    try:
        bank, plan = instruments.load_study(services.study), _plan(year)
        allocation = Allocation(size=size)
        by = signed_in().email
        if refresh:
            drawn = draws.refresh_sample(
                services, bank, plan, names=chosen, allocation=allocation, seed=seed, by=by,
                dry_run=look_only,
            )  # fmt: skip
        else:
            drawn = draws.draw_sample(
                services, bank, plan, names=chosen, allocation=allocation, seed=seed,
                reserves=reserves, by=by, dry_run=look_only,
            )  # fmt: skip
    except _REFUSALS as error:
        words = _("This cannot be drawn. Nothing was changed.")
        return _page(year, fault=words, detail=str(error), status=422)
    if look_only:
        return _page(year, would=draw_words(_, figures, drawn))
    flash(_("Drawn: %(count)s people. Now give everybody a code.",
            count=figures.count(sum(drawn.draw.allocation.values()))))  # fmt: skip
    return pages.see_other(f"/staff/waves/{year}/sample")


@for_roles(*DRAWING)
def release_reserves(year: int) -> Response:
    """Put the next batch of reserves of a draw in the sample."""
    require_wave(year)
    _, figures = speech()
    services, number = site().services, _whole("number")
    try:
        drawn = draws.release_reserves(
            services,
            instruments.load_study(services.study),
            _plan(year),
            number=number or 0,
            batches=1,
            by=signed_in().email,
        )
    except _REFUSALS as error:
        words = _("There are no reserves to release. Nothing was changed.")
        return _page(year, fault=words, detail=str(error), status=409)
    count = figures.count(sum(map(len, drawn.batches)))
    flash(_("Drawn: %(count)s people. Now give everybody a code.", count=count))
    return pages.see_other(f"/staff/waves/{year}/sample")


def _page(
    year: int,
    *,
    verify: bool = False,
    would: object = None,
    fault: str | None = None,
    detail: str | None = None,
    status: int = 200,
) -> Response:
    require_wave(year)
    _, figures = speech()
    services = site().services
    desk = sample_desk(services, year)
    view = sample_view(_, figures, desk, verified(services, year) if verify else {})
    posted = request.method == "POST"
    return wave_page(
        "sample",
        year,
        current="sample",
        title=_("Sample of wave %(year)s", year=year),
        help_topic="sample",
        status=status,
        view=view,
        would=would,
        may_draw=may_see("staff.draw_people") and not desk.over,
        typed={
            "from": request.form.getlist("from") if posted else [],
            # Who is there already was carried on or drawn: what is added then is a refreshment.
            "kind": request.form.get("kind", "refresh" if desk.people else "sample"),
            **{name: request.form.get(name, "")[:_LONGEST] for name in ("size", "seed")},
            "reserves": request.form.get("reserves", "0")[:_LONGEST],
        },
        fault=fault,
        detail=detail,
    )


def _plan(year: int) -> WavePlan:
    return read_wave_plan(site().services.study, year)


def _whole(name: str) -> int | None:
    """A whole number of at most nine digits; ``None`` for anything else."""
    words = request.form.get(name, "").strip()
    return int(words) if words.isascii() and words.isdigit() and len(words) <= 9 else None
