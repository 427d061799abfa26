"""Books and counts of thank-yous → words and figures."""

from __future__ import annotations

from collections.abc import Sequence

from app.panel.incentives import Account, IncentiveKind, IncentiveStatus, Way
from app.services.thanks.incentives_desk import OpenList, Waiting, Worth
from app.services.thanks.incentives_report import Count
from app.services.thanks.incentives_stock import Books
from app.services.thanks.incentives_words import amount_words
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.listing import Cell, Column
from app.web.staff.view import Row, Table

CURRENCY = "EUR"
"""What counts are in: a study promises in one currency (incentives.yaml)."""


def kind_words(_: Translate, kind: IncentiveKind) -> str:
    """Return a kind of thank-you."""
    return {IncentiveKind.GIFT_CODE: _("Gift code"), IncentiveKind.VOUCHER: _("Card")}[kind]


def status_words(_: Translate, status: IncentiveStatus) -> str:
    """Return how far a thank-you is."""
    return {
        IncentiveStatus.DUE: _("Promised; the person has not said where to"),
        IncentiveStatus.ASKED: _("Waits to be sent"),
        IncentiveStatus.LISTED: _("On a list for the post"),
        IncentiveStatus.SENDING: _("Being sent"),
        IncentiveStatus.SENT: _("Sent"),
        IncentiveStatus.UNKNOWN: _("Nobody knows whether it went out"),
        IncentiveStatus.DECLINED: _("The person wants none"),
        IncentiveStatus.VOID: _("Taken back"),
    }[status]


def way_words(_: Translate, way: Way | None) -> str:
    """Return how it reaches somebody."""
    if way is None:
        return _("not said yet")
    return {
        Way.SCREEN: _("on the screen"),
        Way.EMAIL: _("by e-mail"),
        Way.SMS: _("by text message"),
        Way.POST: _("by post"),
        Way.LETTER: _("with the letter"),
    }[way]


def account_words(_: Translate) -> dict[Account, str]:
    """Return where pieces are."""
    return {
        Account.BOUGHT: _("Bought"),
        Account.STOCK: _("In stock"),
        Account.RESERVED: _("Set apart"),
        Account.SENT: _("Sent"),
        Account.VOID: _("Written off"),
    }


def columns(_: Translate, figures: Figures, language: str) -> Sequence[Column[Count]]:
    """Return the columns of the counts."""

    def state(one: Count) -> Cell:
        badge = "bad" if one.status is IncentiveStatus.UNKNOWN else None
        return Cell(status_words(_, one.status), badge=badge)

    return (
        Column("wave", _("Wave"), lambda one: str(one.wave), sort=lambda one: one.wave),
        Column("rule", _("Rule"), lambda one: Cell(one.rule, dir="ltr"), sort=lambda one: one.rule),
        Column("state", _("State"), state, sort=lambda one: status_words(_, one.status)),
        Column("way", _("How"), lambda one: way_words(_, one.way),
               sort=lambda one: way_words(_, one.way)),
        Column("reason", _("Reason"), lambda one: Cell(one.reason or "", dir="auto")),
        Column("count", _("How many"), lambda one: figures.count(one.count),
               sort=lambda one: one.count, number=True, csv=lambda one: one.count),
        Column("value", _("Value"), lambda one: amount_words(one.cents, CURRENCY, language),
               sort=lambda one: one.cents, number=True, csv=lambda one: one.cents / 100),
    )  # fmt: skip


def searched(_: Translate, one: Count) -> str:
    """Return what the search looks in."""
    words = (
        one.wave,
        one.rule,
        one.reason or "",
        status_words(_, one.status),
        way_words(_, one.way),
    )
    return " ".join(map(str, words))


def cards(
    _: Translate, figures: Figures, language: str, books: Sequence[Books], counts: Sequence[Count]
) -> list[tuple[str, str, str]]:
    """Return what stands first: name, number, and its value or base in words."""

    def of(*statuses: IncentiveStatus) -> tuple[str, str]:
        mine = [one for one in counts if one.status in statuses]
        cents = sum(one.cents for one in mine)
        return figures.count(sum(one.count for one in mine)), amount_words(
            cents, CURRENCY, language
        )

    left = sum(one.accounts[Account.STOCK] for one in books)
    worth = sum(one.accounts[Account.STOCK] * one.batch.value_cents for one in books)
    waiting = (
        IncentiveStatus.DUE, IncentiveStatus.ASKED, IncentiveStatus.LISTED, IncentiveStatus.SENDING,
    )  # fmt: skip
    return [
        (_("In stock"), figures.count(left), amount_words(worth, CURRENCY, language)),
        (_("Promised, not sent yet"), *of(*waiting)),
        (_("Sent"), *of(IncentiveStatus.SENT)),
        (_("Taken back or not wanted"), *of(IncentiveStatus.VOID, IncentiveStatus.DECLINED)),
    ]


def stock(_: Translate, figures: Figures, language: str, books: Sequence[Books]) -> Table | None:
    """Return the books of every batch; ``None`` before anything was bought."""
    if not books:
        return None
    names = account_words(_)
    rows = [
        Row(
            one.batch.name,
            (
                kind_words(_, one.batch.kind),
                amount_words(one.batch.value_cents, one.batch.currency, language),
                *(figures.count(one.accounts[account]) for account in names),
                _("no") if one.imbalances else _("yes"),
            ),
        )
        for one in books
    ]
    head = (_("Batch"), _("Kind"), _("Value of one"), *names.values(), _("Balances"))
    return Table("stock", _("Stock, in pieces"), head, rows, numbers_from=2)


def faults(_: Translate, books: Sequence[Books]) -> list[str]:
    """Return where the books are off, and by how much."""
    names = {str(account): words for account, words in account_words(_).items()}
    return [
        _(
            "%(batch)s does not balance: %(account)s %(books)s by the books, %(found)s found.",
            batch=one.batch.name,
            account=names.get(fault.what, fault.what),
            books=fault.by_books,
            found=fault.found,
        )
        for one in books
        for fault in one.imbalances
    ]


def batches(
    _: Translate, figures: Figures, language: str, books: Sequence[Books]
) -> list[tuple[str, str]]:
    """Return the batches with something left: name, and what is left in words."""
    return [
        (
            one.batch.name,
            _(
                "%(name)s: %(count)s left of %(value)s",
                name=one.batch.name,
                count=figures.count(one.accounts[Account.STOCK]),
                value=amount_words(one.batch.value_cents, one.batch.currency, language),
            ),
        )
        for one in books
        if one.accounts[Account.STOCK]
    ]


def problems(_: Translate, found: Sequence[str], most: int) -> list[str]:
    """Return what is wrong with what was taken in: rows of a file, never a code."""
    shown = list(found[:most])
    if len(found) > most:
        shown.append(_("and %(count)s more", count=len(found) - most))
    return shown


# --- on their way ---------------------------------------------------------------------------------


def waiting(
    _: Translate, figures: Figures, language: str, found: Sequence[Waiting]
) -> Table | None:
    """Return what waits by way and worth, beside what is in stock; ``None`` when nothing does."""
    if not found:
        return None
    rows = [
        Row(
            way_words(_, one.way),
            (
                amount_words(one.worth.value_cents, one.worth.currency, language),
                figures.count(one.count),
                figures.count(one.later),
                figures.count(one.in_stock),
            ),
        )
        for one in found
    ]
    head = (_("How"), _("Value of one"), _("Waiting"), _("Tried again later"), _("In stock"))
    return Table("waiting", _("Asked for, not sent yet"), head, rows)


def short(_: Translate, figures: Figures, language: str, found: Sequence[Waiting]) -> list[str]:
    """Return of which worth there is too little in stock, and what to do."""
    need: dict[Worth, int] = {}
    for one in found:
        need[one.worth] = need.get(one.worth, 0) + one.count
    left = {one.worth: one.in_stock for one in found}
    return [
        _(
            "Of %(value)s there are %(left)s in stock and %(count)s wait: take in more.",
            value=amount_words(worth.value_cents, worth.currency, language),
            left=figures.count(left[worth]),
            count=figures.count(count),
        )
        for worth, count in need.items()
        if left[worth] < count
    ]


def open_lists(_: Translate, figures: Figures, found: Sequence[OpenList]) -> list[tuple[str, str]]:
    """Return the lists that wait to be handed over: address of the page, and words."""
    return [(f"/staff/incentives/lists/{one.id}", list_words(_, figures, one)) for one in found]


def list_words(_: Translate, figures: Figures, one: OpenList) -> str:
    """Return when a list was made, and how many addresses are on it."""
    return _(
        "List of %(moment)s, addresses: %(count)s",
        moment=figures.moment(one.made_at),
        count=figures.count(one.addresses),
    )
