"""Codes for all cases of a wave: sealed for whoever types one, encrypted for whoever prints it.

The printable copy stays with the contacts until the wave closes, so that a reminder bears the code
of the letter; see `contact_channels.forget_codes`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from random import Random
from uuid import UUID

from app.panel.access_code import generate
from app.services.context import ServiceContext
from app.services.fieldwork.frame import contact_keys
from app.services.members.contact_channels import code_field
from app.storage import codes, frame
from app.storage.contacts import bulk
from app.storage.contacts.keys import ContactKeys
from app.storage.types import new_id

_AT_A_TIME = 500
_THREADS = 2
"""Hashing lets go of the interpreter: two cores do twice as much."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Issued:
    """What came of it."""

    codes: int
    nobody: int
    """Cases without contact details: nobody could be sent a code."""


def issue_wave_codes(
    ctx: ServiceContext, year: int, *, rng: Random | None = None, progress: Progress | None = None
) -> Issued:
    """Give every case of a wave that is in the field and has no code one; again does nothing.

    Parameters
    ----------
    rng
        A seeded generator for synthetic people; without it codes come from the system's.
    """
    keys = contact_keys(ctx)
    with frame.one_at_a_time(ctx.databases.research):
        with ctx.databases.research.snapshot() as connection:
            waiting = codes.cases_without_code(connection, year)
        with ctx.databases.contacts.read() as connection:
            known = bulk.keys_of(connection, list(waiting.values()))
        reached = [(case, person) for case, person in waiting.items() if person in known]
        done = 0
        with ThreadPoolExecutor(_THREADS) as pool:
            for some in _batches(reached):
                _issue(ctx, pool, year, some, keys, known, rng)
                done += len(some)
                if progress is not None:
                    progress(done, len(reached))
    return Issued(len(reached), len(waiting) - len(reached))


def unreachable(ctx: ServiceContext, waiting: Mapping[UUID, UUID]) -> int:
    """Return how many people, by case, can be given no code: no contact details are known."""
    if not waiting:
        return 0
    with ctx.databases.contacts.read() as connection:
        known = bulk.keys_of(connection, list(waiting.values()))
    return sum(person not in known for person in waiting.values())


def _issue(
    ctx: ServiceContext,
    pool: ThreadPoolExecutor,
    year: int,
    some: Sequence[tuple[UUID, UUID]],
    keys: ContactKeys,
    known: dict[UUID, tuple[UUID, str]],
    rng: Random | None,
) -> None:
    now = ctx.clock.now()
    given = {case: generate(rng) for case, _ in some}
    sealed = list(
        pool.map(lambda one: ctx.codes.seal(new_id(), one[0], one[1], at=now), given.items())
    )
    printable = bulk.seal_fields(
        keys, known, {person: given[case] for case, person in some}, code_field(year)
    )
    # Contacts first. When the second unit fails, the cases still lack a code: the next run gives
    # them another, which takes the place of the printable one.
    with ctx.databases.contacts.write() as connection:
        bulk.put_sealed_fields(connection, printable)
    with ctx.databases.research.write() as connection:
        codes.add_codes(connection, sealed)


def _batches(
    ones: Sequence[tuple[UUID, UUID]],
) -> Iterator[Sequence[tuple[UUID, UUID]]]:
    for start in range(0, len(ones), _AT_A_TIME):
        yield ones[start : start + _AT_A_TIME]
