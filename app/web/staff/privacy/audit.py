"""The log of what staff did: read by who, what and when; taken out; held against its chain."""

from __future__ import annotations

from flask import Blueprint, Response, request

from app.panel.states import Role
from app.services.privacy import audit_heads, audit_log
from app.services.privacy.audit_log import Head, HeadError
from app.web import site
from app.web.locale import staff_translator
from app.web.staff import listing, pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, needs_confirmation, signed_in
from app.web.staff.privacy import present_audit as present
from app.web.staff.privacy.frame import PATH, posted, tabs

READING = (Role.PRIVACY_OFFICER, Role.ADMIN)
_AUDIT = f"{PATH}/audit"


def add_views(blueprint: Blueprint) -> None:
    """Register the views of the log."""
    blueprint.add_url_rule("/privacy/audit", view_func=audit_log_page, endpoint="audit_log")
    blueprint.add_url_rule("/privacy/audit.csv", view_func=audit_csv)
    blueprint.add_url_rule("/privacy/audit/verify", view_func=audit_chain)
    blueprint.add_url_rule("/privacy/audit/verify", view_func=verify_audit, methods=["POST"])


@for_roles(*READING)
def audit_log_page() -> Response:
    """List the log, the latest first, a page at a time."""
    code = pages.staff_language()
    _, figures = staff_translator(code), Figures(code)
    ctx = site().services
    columns, choices = present.columns(_, figures), present.choices(_, ctx)
    want = listing.asked(columns, sort="when", descending=True, choices=choices)
    period, faults = present.period(_, request.args)
    wanted = present.wanted(want, period)
    rows, total = audit_log.entries(
        ctx, wanted, descending=want.descending, offset=want.offset, limit=want.size
    )
    return pages.page(
        "staff/privacy/audit.html",
        title=_("Log of what staff did"),
        help="privacy-audit",
        tabs=tabs(_, "audit"),
        fault=" ".join(faults) or None,
        status=422 if faults else 200,
        since=request.args.get("since", ""),
        until=request.args.get("until", ""),
        kept=[("q", want.q), *want.chosen.items()],
        list=listing.shown(
            _, figures, columns, rows, want,
            total=total,
            id="log",
            caption=_("What staff did"),
            empty=_("Nothing is on record yet. Every sign-in, look-up and change puts a row here."),
            search_words=_("About whom or what (how its name begins)"),
            choices=choices,
            csv_path=f"{_AUDIT}.csv",
            also=present.also(request.args),
        ),
    )  # fmt: skip


@for_roles(*READING)
@needs_confirmation
def audit_csv() -> Response:
    """Give all rows that fit as a file; that somebody did so goes on record."""
    code = pages.staff_language()
    _, figures = staff_translator(code), Figures(code)
    ctx = site().services
    columns, choices = present.columns(_, figures), present.choices(_, ctx)
    want = listing.asked(columns, sort="when", descending=True, choices=choices)
    period, _faults = present.period(_, request.args)
    rows = list(audit_log.taken_out(ctx, signed_in(), present.wanted(want, period)))
    return listing.csv_of(present.file_columns(_, columns), rows, name="audit-log")


@for_roles(*READING)
def audit_chain() -> Response:
    """Show the head to be kept elsewhere, and ask for one that was kept."""
    return _chain_page()


@for_roles(*READING)
def verify_audit() -> Response:
    """Hold the log against its chain, kept heads and perhaps one that was pasted; changes nothing.

    Beside the head of today, which is written down outside the database.
    """
    _ = staff_translator(pages.staff_language())
    ctx = site().services
    typed = posted("head")
    known: Head | None = None
    if typed:
        try:
            known = audit_log.parse_head(typed)
        except HeadError:
            words = _("This is no head: it is a number, a colon, and 64 letters and digits.")
            return _chain_page(typed=typed, fault=words, status=422)
    verdict = audit_log.verify(ctx, known)
    if verdict.holds:
        audit_heads.keep_today(ctx)
    return _chain_page(typed=typed, verdict=verdict)


def _chain_page(
    *,
    typed: str = "",
    verdict: audit_log.Verdict | None = None,
    fault: str | None = None,
    status: int = 200,
) -> Response:
    code = pages.staff_language()
    _, figures = staff_translator(code), Figures(code)
    ctx = site().services
    heads = audit_heads.kept_heads(ctx)
    return pages.page(
        "staff/privacy/chain.html",
        title=_("Is the log whole?"),
        status=status,
        help="privacy-audit",
        tabs=tabs(_, "audit"),
        crumbs=[(_AUDIT, _("Log of staff"))],
        fault=fault
        or (present.verdict_words(_, figures, verdict) if present.bad(verdict) else None),
        told_well=present.verdict_words(_, figures, verdict) if not present.bad(verdict) else None,
        named=present.named_row(verdict, _AUDIT),
        details=present.verdict_facts(_, figures, verdict),
        head=present.head_words(audit_log.head(ctx)),
        kept=present.kept_table(_, figures, heads),
        no_place=audit_heads.heads_file(ctx) is None,
        typed=typed,
    )
