"""The ledger of thank-yous, taking pieces into stock, and settling what nobody knows of."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, Response, flash, request

from app.panel.incentives import Way
from app.panel.states import Role
from app.services.thanks import incentives_desk as desk
from app.services.thanks import incentives_report as reporting
from app.services.thanks import incentives_sending as sending
from app.services.thanks import incentives_stock as stocking
from app.services.thanks.incentives_stock import StockError
from app.web import site
from app.web.locale import staff_translator
from app.web.respond.words import Translate
from app.web.staff import listing, pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, may_see, needs_confirmation, signed_in
from app.web.staff.incentives import present

PATH = "/staff/incentives"
MAY = (Role.RESEARCHER, Role.FIELDWORK, Role.ADMIN)
"""As the commands have it (`app.services.thanks.incentives_stock.MAY`)."""
_LONGEST = 200
_FAULTS_SHOWN = 20


def add_views(blueprint: Blueprint) -> None:
    """Register the views."""
    blueprint.add_url_rule("/incentives", view_func=incentives)
    blueprint.add_url_rule("/incentives.csv", view_func=incentives_csv)
    blueprint.add_url_rule("/incentives/stock", view_func=stock)
    blueprint.add_url_rule("/incentives/stock", view_func=take_in, methods=["POST"])
    blueprint.add_url_rule("/incentives/write-off", view_func=write_off)
    blueprint.add_url_rule("/incentives/write-off", view_func=void_stock, methods=["POST"])
    blueprint.add_url_rule(
        "/incentives/<uuid:incentive_id>/settle", view_func=settle, methods=["POST"]
    )


@for_roles(*MAY)
def incentives() -> Response:
    """Show what was bought, promised and sent, and where the books are off."""
    code = pages.staff_language()
    _, figures = staff_translator(code), Figures(code)
    ctx = site().services
    books, counts = stocking.books(ctx), reporting.counts(ctx)
    columns = present.columns(_, figures, code)
    want = listing.asked(columns)
    rows = listing.listed(counts, columns, want, text=lambda one: present.searched(_, one))
    posts = may_see("staff.post_lists")
    return pages.page(
        "staff/incentives/ledger.html",
        title=_("Thank-yous"),
        help="incentives",
        cards=present.cards(_, figures, code, books, counts),
        faults=present.faults(_, books),
        stock=present.stock(_, figures, code, books),
        to_send=_to_go(_, figures, *desk.SENT_BY_US),
        to_post=_to_go(_, figures, Way.POST) if posts else None,
        lists=present.open_lists(_, figures, desk.lists(ctx)) if posts else [],
        unknown=[(one, str(one)[:8]) for one in reporting.unknown(ctx)],
        list=listing.shown(
            _, figures, columns, rows, want,
            id="states",
            caption=_("Thank-yous by wave, rule and state"),
            empty=_(
                "Nothing was promised yet. Who gets what is decided in incentives.yaml of the"
                " study; without a rule nobody is promised anything."
            ),
            csv_path=f"{PATH}.csv",
        ),
    )  # fmt: skip


@for_roles(*MAY)
def incentives_csv() -> Response:
    """Give the counts as a file; nothing of persons stands in it."""
    code = pages.staff_language()
    _, figures = staff_translator(code), Figures(code)
    columns = present.columns(_, figures, code)
    want = listing.asked(columns)
    counts = reporting.counts(site().services)
    rows = listing.listed(counts, columns, want, text=lambda one: present.searched(_, one))
    return listing.csv_of(columns, rows, name="thank-yous")


@for_roles(*MAY)
@needs_confirmation
def stock() -> Response:
    """Ask what was bought."""
    return _stock_page({})


@for_roles(*MAY)
@needs_confirmation
def take_in() -> Response:
    """Take codes or cards into stock: all of them, or none and every row that is wrong."""
    _ = staff_translator(pages.staff_language())
    typed = {name: _posted(name) for name in ("batch", "value", "cards")}
    file = request.files.get("codes")
    raw = file.read() if file is not None and file.filename else b""
    by = signed_in().email
    if bool(raw) == bool(typed["cards"]):
        words = _("Give either a file of codes or a number of cards.")
        return _stock_page(typed, faults=[words])
    if typed["cards"] and not typed["cards"].isdecimal():
        return _stock_page(typed, faults=[_("The number of cards is no number.")])
    try:
        named = {"name": typed["batch"], "value": typed["value"].replace(",", "."), "by": by}
        if raw:
            count = stocking.add_codes(site().services, raw, **named)
        else:
            count = stocking.add_cards(site().services, int(typed["cards"]), **named)
    except StockError as error:
        return _stock_page(typed, faults=present.problems(_, error.problems, _FAULTS_SHOWN))
    told = _("In stock now: %(count)s pieces of batch %(name)s.", count=count, name=typed["batch"])
    # The codes are sealed in the database; the file is money in plain words.
    flash(told + (" " + _("Destroy the file of codes.") if raw else ""))
    return pages.see_other(PATH)


@for_roles(*MAY)
@needs_confirmation
def write_off() -> Response:
    """Ask which batch is written off, and why."""
    return _write_off_page({})


@for_roles(*MAY)
@needs_confirmation
def void_stock() -> Response:
    """Write off what a batch has left: codes that expired."""
    _ = staff_translator(pages.staff_language())
    typed = {name: _posted(name) for name in ("batch", "reason", "sure")}
    faults = [] if typed["batch"] else [_("Choose a batch.")]
    faults += [] if typed["reason"] else [_("Say why, in a word or two.")]
    faults += [] if typed["sure"] else [_("Say that you know that this cannot be undone.")]
    if faults:
        return _write_off_page(typed, faults=faults)
    try:
        count = stocking.write_off(
            site().services, typed["batch"], reason=typed["reason"], by=signed_in().email
        )
    except StockError:
        return _write_off_page(typed, faults=[_("There is no such batch.")])
    flash(_("Written off: %(count)s pieces.", count=count))
    return pages.see_other(PATH)


@for_roles(*MAY)
def settle(incentive_id: UUID) -> Response:
    """Say whether one went out of which nobody knows; what did not is sent again, same code."""
    _ = staff_translator(pages.staff_language())
    said = _posted("went_out")
    if said not in ("yes", "no"):
        flash(_("Say whether it went out."))
        return pages.see_other(PATH)
    went_out = said == "yes"
    changed = sending.settle(site().services, incentive_id, went_out=went_out, by=signed_in().email)
    if not changed:
        flash(_("Nothing was changed: its state is known."))
    else:
        flash(_("It counts as sent.") if went_out else _("It is sent again, with the same code."))
    return pages.see_other(PATH)


def _to_go(_: Translate, figures: Figures, *ways: Way) -> str:
    count = sum(one.count for one in desk.waiting(site().services, *ways))
    return _("Waiting: %(count)s", count=figures.count(count))


def _stock_page(typed: dict[str, str], *, faults: list[str] | None = None) -> Response:
    _ = staff_translator(pages.staff_language())
    return pages.page(
        "staff/incentives/stock.html",
        title=_("Take pieces into stock"),
        status=422 if faults else 200,
        help="incentives",
        crumbs=[(PATH, _("Thank-yous"))],
        fault=" ".join(faults or ()) or None,
        faults=faults or [],
        typed=typed,
    )


def _write_off_page(typed: dict[str, str], *, faults: list[str] | None = None) -> Response:
    code = pages.staff_language()
    _, figures = staff_translator(code), Figures(code)
    return pages.page(
        "staff/incentives/write_off.html",
        title=_("Write off stock"),
        status=422 if faults else 200,
        help="incentives",
        crumbs=[(PATH, _("Thank-yous"))],
        fault=" ".join(faults or ()) or None,
        batches=present.batches(_, figures, code, stocking.books(site().services)),
        typed=typed,
    )


def _posted(name: str) -> str:
    return request.form.get(name, "").replace("\0", "").strip()[:_LONGEST]
