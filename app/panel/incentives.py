"""Thank-yous for taking part: their states, and the books of what was bought for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class IncentiveKind(StrEnum):
    """What somebody gets."""

    GIFT_CODE = "gift_code"
    """A code that a shop takes as money."""
    VOUCHER = "voucher"
    """A card of paper or plastic, which goes by post."""


class IncentiveStatus(StrEnum):
    """How far a thank-you is; stored as these words."""

    DUE = "due"
    """Earned; the person has not said where it may go."""
    ASKED = "asked"
    """The person said where; it waits for a sender, or for stock."""
    LISTED = "listed"
    """On a list for the post, or enclosed with a letter that is printed; not handed over yet."""
    SENDING = "sending"
    """A sender holds the lease and calls the provider, or is about to."""
    SENT = "sent"
    """Handed to a provider or the post, or shown on the screen."""
    UNKNOWN = "unknown"
    """Nobody knows whether it went out; staff settles it, it is never sent again by itself."""
    DECLINED = "declined"
    """The person wants none."""
    VOID = "void"
    """Taken back: the person withdrew or was erased, or staff said so."""


class Way(StrEnum):
    """How it reaches somebody."""

    SCREEN = "screen"
    EMAIL = "email"
    SMS = "sms"
    POST = "post"
    LETTER = "letter"
    """Enclosed with a letter of the contact plan."""


class Account(StrEnum):
    """Where pieces are; every entry of the books moves some from one to another."""

    BOUGHT = "bought"
    """Outside: what came in is here as a debt."""
    STOCK = "stock"
    RESERVED = "reserved"
    """Set apart for one person, and not sent."""
    SENT = "sent"
    VOID = "void"
    """Written off: expired, or perhaps sent to somebody who withdrew."""

    @property
    def held(self) -> bool:
        """Whether pieces on this account are of our own doing: all but what came in."""
        return self is not Account.BOUGHT


MOVES = frozenset(
    {
        (Account.BOUGHT, Account.STOCK),
        (Account.STOCK, Account.RESERVED),
        (Account.RESERVED, Account.STOCK),
        (Account.RESERVED, Account.SENT),
        (Account.STOCK, Account.VOID),
        (Account.RESERVED, Account.VOID),
    }
)
"""What can happen to a piece. Nothing comes back from sent: a code that was read is spent."""
ANSWERED = frozenset({IncentiveStatus.SENT, IncentiveStatus.DECLINED, IncentiveStatus.VOID})
"""Nothing more will happen."""
OPEN = frozenset({IncentiveStatus.DUE, IncentiveStatus.ASKED})
"""Nothing is reserved for good yet: can be taken back without a trace in the books of sent."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the books: some pieces of one batch go from one account to another."""

    from_account: Account
    to_account: Account
    pieces: int
    cents: int
    """Their value together."""


@dataclass(frozen=True, slots=True)
class Imbalance:
    """Where the books of a batch are off, and by how much."""

    what: str
    """An account, or ``value``."""
    by_books: int
    found: int

    @property
    def off_by(self) -> int:
        """What was found less what the books say."""
        return self.found - self.by_books

    def __str__(self) -> str:
        return f"{self.what}: {self.by_books} by the books, {self.found} found ({self.off_by:+d})"


def balances(entries: Iterable[Entry]) -> dict[Account, int]:
    """Return how many pieces each account holds by the entries; ``bought`` counts what came in.

    Double entry (L. Pacioli, *Summa de arithmetica*, 1494): each entry takes from one account what
    it adds to another, so that the held accounts always add up to what was bought.
    """
    found = dict.fromkeys(Account, 0)
    for entry in entries:
        found[entry.from_account] -= entry.pieces
        found[entry.to_account] += entry.pieces
    found[Account.BOUGHT] = -found[Account.BOUGHT]
    return found


def imbalances(
    entries: Iterable[Entry], pieces: Mapping[Account, int], value_cents: int
) -> list[Imbalance]:
    """Return where the books of a batch differ from its pieces; empty when they balance.

    Parameters
    ----------
    entries
        All lines of the batch.
    pieces
        Pieces found on each account; one that is not named has none.
    value_cents
        Of one piece, in hundredths of the currency.

    The law: bought = stock + reserved + sent + void, each of them is what is found there, none is
    below zero, every line moves what may be moved (`MOVES`), and its value is that of its pieces.
    """
    listed = list(entries)
    by_books = balances(listed)
    found = [
        Imbalance(account, by_books[account], pieces.get(account, 0))
        for account in Account
        if account.held and (by_books[account] != pieces.get(account, 0) or by_books[account] < 0)
    ]
    if by_books[Account.BOUGHT] != sum(pieces.values()):
        found.append(Imbalance(Account.BOUGHT, by_books[Account.BOUGHT], sum(pieces.values())))
    wrong = sum((one.from_account, one.to_account) not in MOVES for one in listed)
    if wrong:
        found.append(Imbalance("lines that move what may not be moved", 0, wrong))
    worth = sum(one.pieces for one in listed) * value_cents
    booked = sum(one.cents for one in listed)
    if worth != booked:
        found.append(Imbalance("value", booked, worth))
    return found
