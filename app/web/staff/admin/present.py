"""Accounts and links in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from app.panel.states import Role
from app.services.accounts.staff_accounts import Account, AccountDetails
from app.services.accounts.staff_links import Link, LinkKind
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.labels import role_words
from app.web.staff.listing import Cell, Choice, Column
from app.web.staff.view import Tab

OPEN, CLOSED = "open", "closed"
_ADDRESS = re.compile(r"[^@\s,;<>\"()]{1,64}@[^@\s,;<>\"()]+\.[^@\s,;<>\"()]+")


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link that was not used yet, in words."""

    id: str
    email: str
    kind: str
    made: str
    until: str


@dataclass(frozen=True, slots=True)
class AccountView:
    """One account in words."""

    email: str
    role: str
    role_name: str
    closed: str | None
    last_seen: str
    facts: list[tuple[str, str]]


def tabs(_: Translate, current: str) -> list[Tab]:
    """Return the pages of the administration."""
    entries = [
        ("staff", "/staff/admin", _("Staff")),
        ("health", "/staff/admin/health", _("Health")),
        ("queues", "/staff/admin/queues", _("Queues")),
        ("settings", "/staff/admin/settings", _("Settings")),
    ]
    return [Tab(url, words, name == current) for name, url, words in entries]


def is_address(email: str) -> bool:
    """Tell whether something looks like an e-mail address; only a link that arrives proves it."""
    return bool(_ADDRESS.fullmatch(email))


def role_choices(_: Translate) -> list[tuple[str, str]]:
    """Return the roles with their words."""
    return [(str(role), role_words(_, role)) for role in Role]


def staff_choices(_: Translate) -> list[Choice]:
    """Return the filters of the list of staff."""
    return [
        Choice("role", _("Role"), role_choices(_)),
        Choice("state", _("Account"), [(OPEN, _("open")), (CLOSED, _("closed"))]),
    ]


def keeps(one: Account, chosen: Mapping[str, str]) -> bool:
    """Tell whether an account is among those that are asked for."""
    state = CLOSED if one.closed_at else OPEN
    return chosen.get("role") in ("", None, str(one.role)) and chosen.get("state") in (
        "",
        None,
        state,
    )


def staff_columns(_: Translate, figures: Figures) -> list[Column[Account]]:
    """Return the columns of the list of staff."""
    return [
        Column(
            "email",
            _("E-mail address"),
            lambda one: Cell(one.email, url=f"/staff/admin/staff/{one.id}", dir="ltr"),
            sort=lambda one: one.email,
        ),
        Column(
            "role",
            _("Role"),
            lambda one: role_words(_, one.role),
            sort=lambda one: role_words(_, one.role),
        ),
        Column(
            "state",
            _("Account"),
            lambda one: Cell(
                _("closed") if one.closed_at else _("open"),
                badge="draft" if one.closed_at else "open",
            ),
            sort=lambda one: one.closed_at is not None,
        ),
        Column(
            "seen",
            _("Last seen"),
            lambda one: _seen(_, figures, one),
            sort=lambda one: one.last_seen_at.timestamp() if one.last_seen_at else None,
        ),
    ]


def link_row(_: Translate, figures: Figures, link: Link, by: str) -> LinkRow:
    """Return a link in words; ``by`` is the address of who made it."""
    made = _("%(moment)s by %(email)s", moment=figures.moment(link.made_at), email=by)
    return LinkRow(str(link.id), link.email, _kind(_, link), made, figures.moment(link.expires_at))


def account_view(_: Translate, figures: Figures, found: AccountDetails) -> AccountView:
    """Return one account in words."""
    one = found.account
    return AccountView(
        email=one.email,
        role=str(one.role),
        role_name=role_words(_, one.role),
        closed=None if one.closed_at is None else figures.moment(one.closed_at),
        last_seen=_seen(_, figures, one),
        facts=[
            (_("Last seen"), _seen(_, figures, one)),
            (_("Signed in now, in browsers"), figures.count(found.sessions)),
            (_("Passkeys"), figures.count(found.passkeys)),
            (_("Recovery codes that work"), figures.count(found.recovery_codes)),
        ],
    )


def what_it_takes(_: Translate, kind: LinkKind) -> str:
    """Return what else a person needs beside the link."""
    return {
        LinkKind.INVITATION: _(
            "With it the person chooses a password and sets up an app on the phone. Who has the "
            "link can join in their place: give it to nobody else."
        ),
        LinkKind.SECOND_FACTOR: _("It also takes the password of the account."),
        LinkKind.PASSWORD: _("It also takes a code from the app, or a recovery code."),
    }[kind]


def _kind(_: Translate, link: Link) -> str:
    if link.role is not None:
        return _("Invitation as %(role)s", role=role_words(_, link.role))
    return {
        LinkKind.SECOND_FACTOR: _("New phone"),
        LinkKind.PASSWORD: _("New password"),
    }[link.kind]


def _seen(_: Translate, figures: Figures, one: Account) -> str:
    return _("never") if one.last_seen_at is None else figures.moment(one.last_seen_at)
