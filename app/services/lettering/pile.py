"""Letters that are taken out of a printed pile before it goes to the post.

Between printing and handing over somebody may refuse, die, withdraw or move. Such letters are named
by file, page and reference, which tell nothing of the person, and the pile does not go before
somebody says that they are out. Who moved is in the next batch, and so is a letter that jammed. Who
answered since is not pulled: at thousands of letters that would be dozens a day, for a letter that
is late and not unwanted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.messages.sending_rules import Reason
from app.panel.states import CaseStatus
from app.services.lettering import letters
from app.storage import letter_messages, print_batches
from app.storage.letter_messages import PrintedLetter
from app.storage.messages import cancel_these
from app.storage.print_batches import PrintBatch

MOVED = "moved"
"""There is another address since the letter was printed: it is due again, to that one."""
_NEVER = (CaseStatus.REFUSED, CaseStatus.SCREENED_OUT)
_PAGES = 2
_DIGITS = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class ToTakeOut:
    """A letter that lies in a pile and may not go."""

    reference: str
    reason: str
    file: str = "?"
    page: int = 0
    """Of its file, the first being 1; its sheet has this page and the next."""

    def __str__(self) -> str:
        return f"{self.file} page {self.page}  Ref. {self.reference}  {self.reason}"


class PileError(Exception):
    """What was said of a pile is not so; nothing was written."""


class StillInPileError(PileError):
    """Letters lie in the pile that may not go; ``letters`` names them, and no person."""

    def __init__(self, found: list[ToTakeOut]) -> None:
        super().__init__(
            f"{len(found)} letters may not go any more: take them out of the pile and name them"
            " with --pulled, or destroy the batch and print again"
        )
        self.letters = found


@dataclass(frozen=True, slots=True)
class TakenOut:
    """What became of letters that were taken out."""

    cancelled: int = 0
    again: int = 0
    """Due again, for the next batch: of who moved, and what the printer spoiled."""


def to_take_out(connection: Connection, batch: PrintBatch) -> list[ToTakeOut]:
    """Return the letters of a batch that may not go any more, in the order of its pages.

    Who answered since is not among them: such a letter is late, not unwanted.
    """
    known = letter_messages.letters_in_batch(connection, batch.id, printed_at=batch.made_at)
    barred = {_reference(one): why for one in known if (why := _why(one)) is not None}
    return _placed(batch, barred)


def take_out(
    connection: Connection, batch: PrintBatch, pulled: Collection[str], *, by: str, now: datetime
) -> TakenOut:
    """Take letters out of a batch by their references; the caller hands the rest over.

    Who may not be written to gets none of this step: cancelled, with the reason. Others are due
    again.

    Raises
    ------
    StillInPileError
        If letters that may not go are not among ``pulled``.
    PileError
        If a reference is of no letter of the batch.
    """
    known = letter_messages.letters_in_batch(connection, batch.id, printed_at=batch.made_at)
    by_reference = {_reference(one): one for one in known}
    named = {_read(one) for one in pulled}
    printed = {one for some in batch.manifest.get("references", {}).values() for one in some}
    if strange := named - by_reference.keys() - printed:
        raise PileError(f"{len(strange)} references are of no letter in this batch")
    barred = {ref: why for ref, one in by_reference.items() if (why := _why(one)) is not None}
    if left := {ref: why for ref, why in barred.items() if ref not in named}:
        raise StillInPileError(_placed(batch, left))
    out = [by_reference[ref] for ref in sorted(named & by_reference.keys())]
    print_batches.take_out(connection, batch.id, [one.id for one in out])
    never: dict[str, list[UUID]] = {}
    for one in out:
        if (why := barred.get(_reference(one))) is not None and why != MOVED:
            never.setdefault(why, []).append(one.id)
    for why, ids in sorted(never.items()):
        cancel_these(connection, ids, why, {"by": by, "batch": str(batch.id)}, now)
    cancelled = sum(map(len, never.values()))
    return TakenOut(cancelled, len(out) - cancelled)


def _why(letter: PrintedLetter) -> str | None:
    if letter.barrier is not None:
        return letter.barrier
    if letter.case_status in _NEVER:
        return Reason.CASE_MOVED_ON
    return MOVED if letter.moved else None


def _reference(letter: PrintedLetter) -> str:
    return letters.reference_of(letter.id)


def _read(words: str) -> str:
    found = words.strip().lower().removeprefix("ref.").strip()
    if len(found) != letters.REFERENCE_DIGITS or not set(found) <= _DIGITS:
        raise PileError("expected references of ten characters, 0 to 9 and a to f")
    return found


def _placed(batch: PrintBatch, reasons: dict[str, str]) -> list[ToTakeOut]:
    found = [
        ToTakeOut(ref, reasons[ref], file, _PAGES * number + 1)
        for file, some in sorted(batch.manifest.get("references", {}).items())
        for number, ref in enumerate(some)
        if ref in reasons
    ]
    placed = {one.reference for one in found}
    return [*found, *_unplaced(reasons, placed)]


def _unplaced(reasons: dict[str, str], placed: Collection[str]) -> Iterable[ToTakeOut]:
    return (ToTakeOut(ref, why) for ref, why in sorted(reasons.items()) if ref not in placed)
