"""Staff: who there is, who is invited, one account, and the links that let people in."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from flask import Blueprint, Response, abort, flash

from app.panel.states import Role
from app.services.accounts import staff_accounts, staff_links
from app.services.accounts.staff_accounts import ChangedMeanwhileError, OwnAccountError
from app.services.accounts.staff_links import AccountExistsError, LinkKind, NewLink, NoAccountError
from app.web import site
from app.web.locale import staff_translator
from app.web.respond.words import Translate
from app.web.staff import listing, pages
from app.web.staff.admin import present
from app.web.staff.door.fields import field
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, needs_confirmation, signed_in
from app.web.staff.labels import role_words
from app.web.staff.reaching import staff_url

ADMIN = "/staff/admin"


def add_views(blueprint: Blueprint) -> None:
    """Register the views."""
    rule = blueprint.add_url_rule
    rule("/admin", view_func=admin)
    rule("/admin/staff.csv", view_func=staff_csv)
    rule("/admin/invite", view_func=invite)
    rule("/admin/invite", view_func=post_invite, methods=["POST"])
    rule("/admin/links/<uuid:link_id>/take-back", view_func=take_back, methods=["POST"])
    rule("/admin/staff/<uuid:staff_id>", view_func=account_of)
    rule("/admin/staff/<uuid:staff_id>/role", view_func=change_role, methods=["POST"])
    rule("/admin/staff/<uuid:staff_id>/link", view_func=way_back, methods=["POST"])
    rule("/admin/staff/<uuid:staff_id>/close", view_func=close)
    rule("/admin/staff/<uuid:staff_id>/close", view_func=post_close, methods=["POST"])


@for_roles(Role.ADMIN)
def admin() -> Response:
    """List the staff, and the links that were not used yet."""
    _, figures = _reader()
    columns, choices = present.staff_columns(_, figures), present.staff_choices(_)
    want = listing.asked(columns, sort="email", choices=choices)
    rows = _listed(columns, want)
    return pages.page(
        "staff/admin/staff.html",
        title=_("Staff"),
        help="admin",
        tabs=present.tabs(_, "staff"),
        list=listing.shown(
            _,
            figures,
            columns,
            rows,
            want,
            id="staff",
            caption=_("Staff"),
            empty=_("Nobody yet."),
            search_words=_("E-mail address"),
            choices=choices,
            csv_path=f"{ADMIN}/staff.csv",
        ),
        links=[
            present.link_row(_, figures, link, by)
            for link, by in staff_links.waiting_links(site().services)
        ],
    )


@for_roles(Role.ADMIN)
@needs_confirmation
def staff_csv() -> Response:
    """Return the list of staff as a file."""
    _, figures = _reader()
    columns = present.staff_columns(_, figures)
    want = listing.asked(columns, sort="email", choices=present.staff_choices(_))
    return listing.csv_of(columns, _listed(columns, want), name="staff")


@for_roles(Role.ADMIN)
@needs_confirmation
def invite() -> Response:
    """Ask whom to invite, in which role."""
    return _invite_page()


@for_roles(Role.ADMIN)
@needs_confirmation
def post_invite() -> Response:
    """Make the link, and show it this once."""
    _, _figures = _reader()
    email, role = field("email").strip(), field("role")
    faults = {}
    if not present.is_address(email):
        faults["email"] = _("Fill in an e-mail address, such as name@example.nl.")
    if role not in {str(one) for one in Role}:
        faults["role"] = _("Choose a role.")
    if faults:
        return _invite_page(email=email, role=role, faults=faults)
    try:
        made = staff_links.invite(site().services, signed_in(), email=email, role=Role(role))
    except AccountExistsError:
        words = _("Somebody with this address is let in already. Look in the list.")
        return _invite_page(email=email, role=role, faults={"email": words})
    return _link_page(made)


@for_roles(Role.ADMIN)
def take_back(link_id: UUID) -> Response:
    """Make a link useless."""
    _, _figures = _reader()
    email = staff_links.take_back(site().services, signed_in(), link_id)
    if email is None:
        abort(404)
    flash(_("The link of %(email)s works no more.", email=email))
    return pages.see_other(ADMIN)


@for_roles(Role.ADMIN)
def account_of(staff_id: UUID) -> Response:
    """Show one account."""
    return _account_page(staff_id)


@for_roles(Role.ADMIN)
@needs_confirmation
def change_role(staff_id: UUID) -> Response:
    """Give somebody another role."""
    _, _figures = _reader()
    role, seen = field("role"), field("seen")
    known = {str(one) for one in Role}
    if role not in known or seen not in known:
        return _account_page(staff_id, fault=_("Choose a role."), status=422)
    try:
        staff_accounts.change_role(
            site().services, signed_in(), staff_id, role=Role(role), seen=Role(seen)
        )
    except (OwnAccountError, ChangedMeanwhileError) as error:
        return _refused(staff_id, error)
    flash(_("The role is now: %(role)s.", role=role_words(_, Role(role))))
    return pages.see_other(f"{ADMIN}/staff/{staff_id}")


@for_roles(Role.ADMIN)
@needs_confirmation
def way_back(staff_id: UUID) -> Response:
    """Make a link for who lost the phone or forgot the password."""
    kind = field("kind")
    if kind not in (LinkKind.SECOND_FACTOR, LinkKind.PASSWORD):
        abort(404)
    try:
        made = staff_links.way_back(site().services, signed_in(), staff_id, LinkKind(kind))
    except NoAccountError:
        return _refused(staff_id, ChangedMeanwhileError())
    return _link_page(made)


@for_roles(Role.ADMIN)
@needs_confirmation
def close(staff_id: UUID) -> Response:
    """Ask whether an account is to be closed."""
    _, _figures = _reader()
    found = staff_accounts.one_account(site().services, staff_id)
    if found is None or found.account.closed_at is not None:
        abort(404)
    return pages.page(
        "staff/admin/close.html",
        title=_("Close an account"),
        help="admin",
        crumbs=[(ADMIN, _("Staff")), (f"{ADMIN}/staff/{staff_id}", found.account.email)],
        email=found.account.email,
        action=f"{ADMIN}/staff/{staff_id}/close",
        back=f"{ADMIN}/staff/{staff_id}",
    )


@for_roles(Role.ADMIN)
@needs_confirmation
def post_close(staff_id: UUID) -> Response:
    """Close an account."""
    _, _figures = _reader()
    try:
        staff_accounts.close_account(site().services, signed_in(), staff_id)
    except (OwnAccountError, ChangedMeanwhileError) as error:
        return _refused(staff_id, error)
    flash(_("The account is closed, and signed out everywhere."))
    return pages.see_other(f"{ADMIN}/staff/{staff_id}")


# --- pages ------------------------------------------------------------------------------------


def _account_page(staff_id: UUID, fault: str | None = None, status: int = 200) -> Response:
    _, figures = _reader()
    found = staff_accounts.one_account(site().services, staff_id)
    if found is None:
        abort(404)
    return pages.page(
        "staff/admin/account.html",
        title=found.account.email,
        status=status,
        help="admin",
        crumbs=[(ADMIN, _("Staff"))],
        fault=fault,
        view=present.account_view(_, figures, found),
        own=staff_id == signed_in().staff_id,
        roles=present.role_choices(_),
        action=f"{ADMIN}/staff/{staff_id}",
    )


def _refused(staff_id: UUID, error: Exception) -> Response:
    _, _figures = _reader()
    if isinstance(error, OwnAccountError):
        words = _("Nobody changes the own role or closes the own account: ask another one.")
        return _account_page(staff_id, fault=words, status=422)
    words = _("Somebody changed this account meanwhile. This is how it stands now.")
    return _account_page(staff_id, fault=words, status=409)


def _invite_page(
    email: str = "", role: str = "", faults: Mapping[str, str] | None = None
) -> Response:
    _, _figures = _reader()
    faults = faults or {}
    return pages.page(
        "staff/admin/invite.html",
        title=_("Invite somebody"),
        status=422 if faults else 200,
        help="admin",
        crumbs=[(ADMIN, _("Staff"))],
        fault=" ".join(faults.values()),
        faulty=list(faults),
        email=email,
        chosen=role,
        roles=present.role_choices(_),
        action=f"{ADMIN}/invite",
        back=ADMIN,
    )


def _link_page(made: NewLink) -> Response:
    _, figures = _reader()
    return pages.page(
        "staff/admin/link.html",
        title=_("Give this link to the person"),
        help="admin",
        crumbs=[(ADMIN, _("Staff"))],
        email=made.email,
        url=f"{staff_url()}/staff/join/{made.token}",
        until=figures.moment(made.expires_at),
        needs=present.what_it_takes(_, made.kind),
        back=ADMIN,
    )


def _listed(
    columns: list[listing.Column[staff_accounts.Account]], want: listing.Asked
) -> list[staff_accounts.Account]:
    return listing.listed(
        staff_accounts.all_accounts(site().services),
        columns,
        want,
        text=lambda one: one.email,
        keep=present.keeps,
    )


def _reader() -> tuple[Translate, Figures]:
    language = pages.staff_language()
    return staff_translator(language), Figures(language)
