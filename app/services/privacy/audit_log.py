"""The log of what staff did, for who answers for it: read, taken out, held against its chain."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.services.accounts.staff import Visit
from app.services.context import ServiceContext
from app.services.privacy import audit_heads
from app.services.privacy.audit_heads import KeptHead
from app.storage import audit, audit_pages
from app.storage.audit import Break, Head, Tampering
from app.storage.audit_pages import NOBODY, Entry, Wanted

__all__ = [
    "NOBODY", "Break", "Entry", "Head", "HeadError", "KeptHead", "Tampering", "Verdict", "Wanted",
    "accounts", "entries", "head", "kinds", "parse_head", "taken_out", "verify",
]  # fmt: skip

_HEAD = re.compile(r"(\d{1,18})\s*[:,;\s]\s*([0-9a-f]{64})")


class HeadError(ValueError):
    """What was pasted is no head: a number and 64 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of holding the log against its chain."""

    rows: int
    head: Head
    broken: Break | None
    compared: int
    """How many heads that were kept outside the database it was held against."""
    forged: int
    """Lines of kept heads whose signature does not fit: they were left out."""

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return self.broken is None and not self.forged


def entries(
    ctx: ServiceContext, wanted: Wanted, *, descending: bool, offset: int, limit: int
) -> tuple[list[Entry], int]:
    """Return some rows of the log in its order, and how many fit in all."""
    with ctx.databases.research.snapshot() as connection:
        return audit_pages.page_of(
            connection, wanted, descending=descending, offset=offset, limit=limit
        )


def taken_out(ctx: ServiceContext, visit: Visit, wanted: Wanted) -> Iterator[Entry]:
    """Yield all rows that fit, the earliest first; that somebody took them out goes on record."""
    with ctx.databases.research.write() as connection:
        audit.append_audit(
            connection,
            at=ctx.clock.now(),
            staff_id=visit.staff_id,
            action="audit.exported",
            subject="audit log",
            detail={"action": wanted.action, "subject": wanted.subject},
        )
    with ctx.databases.research.snapshot() as connection:
        yield from audit_pages.all_of(connection, wanted)


def kinds(ctx: ServiceContext) -> list[str]:
    """Return every action that stands in the log."""
    with ctx.databases.research.read() as connection:
        return audit_pages.kinds(connection)


def accounts(ctx: ServiceContext) -> list[str]:
    """Return the accounts that stand in the log."""
    with ctx.databases.research.read() as connection:
        return audit_pages.accounts(connection)


def head(ctx: ServiceContext) -> Head:
    """Return the last row of the log: its number and hash."""
    with ctx.databases.research.read() as connection:
        return audit.head(connection)


def parse_head(typed: str) -> Head:
    """Return a head as it is shown and kept: ``1234:9f86…``.

    Raises
    ------
    HeadError
        If it is none.
    """
    match = _HEAD.fullmatch(typed.strip().lower())
    if match is None or int(match[1]) == 0:
        raise HeadError("expected a number, a colon and 64 hexadecimal digits")
    return Head(int(match[1]), match[2])


def verify(ctx: ServiceContext, known: Head | None = None) -> Verdict:
    """Hold every row against the chain and against all heads that were kept; changes nothing.

    Parameters
    ----------
    known
        A head that somebody kept on paper or on another machine.
    """
    heads = audit_heads.kept_heads(ctx)
    genuine = {one.head.seq: one.head.hash for one in heads if one.genuine}
    with ctx.databases.research.snapshot() as connection:
        last = audit.head(connection)
        broken = audit.verify_chain(connection, known=known, kept=genuine)
        rows = audit_pages.count(connection)
    forged = sum(not one.genuine for one in heads)
    return Verdict(rows, last, broken, len(genuine) + (known is not None), forged)
