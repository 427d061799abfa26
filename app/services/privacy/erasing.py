"""A person who wants to be forgotten is: out of answers, contacts, files and exports to come.

In this order, each step harmless when it is done twice: the person goes on the list outside the
databases (`erasure_list`); files that hold the person are destroyed; the key and the contacts go,
then everything the research database knows (`app.storage.erasing.RULES`); both databases are
written anew; everything is searched for every trace that was gathered before; the proof is kept.

What stays is a tombstone: that somebody was drawn from a stratum, and went. It is needed so that
the sample still adds up, and it is linked to nobody: the pseudonym leads to no contact any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from app.panel.privacy import Asked
from app.panel.states import PersonStatus
from app.services.context import ServiceContext
from app.services.lettering import printing
from app.services.members import contacting
from app.services.members.consents import ErasedError, require_person
from app.services.privacy.erasure_list import Erased, add_to_list, list_of
from app.services.privacy.forgotten_files import clean
from app.services.privacy.scanning import Scan, Traces, gather, look_through
from app.services.thanks.incentives import forget_incentives
from app.services.thanks.incentives_post import throw_away_lists_with
from app.storage import audit, people, privacy, traces
from app.storage.audit import verify_chain
from app.storage.erasing import compact, erase_rows, rows_left
from app.storage.privacy import Erasure

REASONS = ("asked", "retention", "withdrawn")


class BusyError(Exception):
    """Something about the person is under way: try again in a moment.

    Nothing was erased, but nothing new is sent either.
    """


class NotErasedError(LookupError):
    """The person was never erased: there is nothing to verify."""


@dataclass(frozen=True, slots=True)
class Order:
    """Who is to be forgotten, on whose word and why."""

    person_id: UUID
    by: str
    reason: str = "asked"
    """One of `REASONS`."""
    staff_id: UUID | None = None
    also: Sequence[Path] = ()
    """Folders and files that are searched beside the data directory: logs, releases."""
    list_file: Path | None = None
    """Of who was erased, where it is not in the data directory."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was removed, and what was looked through afterwards."""

    person_id: UUID
    at: datetime
    clean: bool
    """Nothing of the person was found anywhere."""
    detail: Mapping[str, Any] = field(repr=False)
    """As it is kept: counts, names of tables, files and kinds of traces; no value."""


def erase(ctx: ServiceContext, order: Order) -> Proof:
    """Forget a person for good and return the proof; it is kept, and so is what was found.

    Raises
    ------
    ErasedError
        If there is no such person, or the person was erased before.
    BusyError
        If a letter or message to the person is being made or sent at this moment.
    ErasureListError
        If there is no place for the list of erased people.
    """
    if order.reason not in REASONS:
        raise ValueError(f"found reason {order.reason!r}, expected {' or '.join(REASONS)}")
    list_file = list_of(ctx.settings, order.list_file)
    now = ctx.clock.now()
    batches = _stop(ctx, order.person_id)
    found = gather(ctx, order.person_id)
    # On the list first: what is begun here is finished by the next restore, whatever happens.
    add_to_list(list_file, [Erased(order.person_id, now, order.reason)])
    files = destroy_files(ctx, batches, found.cases, by=order.by)
    files |= _destroy_lists(ctx, order)
    counts = _erase_rows(ctx, order, now)
    done = {schema: compact(database) for schema, database in _databases(ctx)}
    scan = look_through(ctx, found, also=order.also)
    return _prove(ctx, order, now, _detail(ctx, found, scan, counts, files, done, order))


def _stop(ctx: ServiceContext, person_id: UUID) -> list[UUID]:
    """Let nothing be made or sent for a person from now on; return the print batches there are."""
    with ctx.databases.research.write() as connection:
        require_person(connection, person_id)
        people.set_person_status(connection, person_id, PersonStatus.WITHDRAWN)
    with ctx.databases.research.read() as connection:
        batches = traces.print_batches_with(connection, person_id)
        if traces.being_printed(connection, batches):
            raise BusyError("a letter to this person is being printed, or its batch is unfinished")
        if traces.message_on_its_way(connection, person_id):
            raise BusyError("a message to this person is on its way to a provider")
    if batches and ctx.settings.data_dir is None:
        raise BusyError("letters to this person lie in a data directory: name it with --data")
    return batches


def verify(ctx: ServiceContext, person_id: UUID, *, also: Sequence[Path] = ()) -> Proof:
    """Look again whether an erased person is gone; return what was found, which changes nothing.

    The values the person was known by are gone too, so this looks for rows, keys and the
    pseudonym in releases; the search for values is the one of the proof, made when they were known.
    What it found in files counts until those files are gone.

    Raises
    ------
    NotErasedError
        If the person was not erased.
    """
    with ctx.databases.research.snapshot() as connection:
        known = privacy.load_erasure(connection, person_id)
        if known is None:
            raise NotErasedError(person_id.hex)
        left = rows_left(connection, person_id)
        batches = traces.print_batches_with(connection, person_id)
        cases = traces.row_traces(connection, person_id).cases
        broken = verify_chain(connection)
    if not contacting.nothing_kept_of(ctx, person_id):
        left["contact"] = 1
    scan = look_through(ctx, Traces(person_id, cases, {}), also=also)
    detail = {
        **known.proof,
        "verified_at": ctx.clock.now().isoformat(),
        "rows_left": left,
        "print_batches": len(batches),
        "made_before": scan.made_before,
        "audit_log": "holds" if broken is None else f"row {broken.seq}: {broken.reason}",
        "found": _still_there(ctx, known.proof.get("found", [])),
    }
    clean = not left and not batches and broken is None and not detail["found"]
    return Proof(person_id, known.erased_at, clean, detail)


def _still_there(ctx: ServiceContext, found: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """Return what was found and is not settled: a file of the data directory that is gone is."""
    folder = ctx.settings.data_dir
    return [
        one
        for one in found
        if folder is None
        or one["where"].startswith(("database ", "table "))
        or (folder / one["where"].partition(": ")[0]).exists()
    ]


def destroy_files(
    ctx: ServiceContext, batches: Sequence[UUID], cases: Sequence[UUID], *, by: str
) -> dict[str, int]:
    """Destroy the files that hold, or may hold, a person; return how many by kind.

    Letters of others in the same print batch that were not handed over are due again and are
    printed anew.
    """
    folder = ctx.settings.data_dir
    if folder is None:
        return {}
    done = {"print batches": 0, "letters due again": 0}
    for batch in batches:
        # Due at this clock: the moment is written down, nothing is compared with it.
        again = printing.destroy(ctx, batch, by=by, moment=lambda _: ctx.clock.now())
        done["letters due again"] += again
        done["print batches"] += 1
    done |= clean(folder, cases, at=ctx.clock.now())
    return {kind: count for kind, count in done.items() if count}


def _destroy_lists(ctx: ServiceContext, order: Order) -> dict[str, int]:
    """Throw away lists for the post that name the person; what is on them of others waits again."""
    if ctx.settings.data_dir is None:
        return {}
    lists, again = throw_away_lists_with(ctx, order.person_id, by=order.by)
    done = {"lists of thank-yous": lists, "thank-yous listed again": again}
    return {kind: count for kind, count in done.items() if count}


def _erase_rows(ctx: ServiceContext, order: Order, now: datetime) -> dict[str, int]:
    with ctx.databases.research.write() as connection:
        thanked = forget_incentives(ctx, connection, order.person_id, by=order.by)
        counts = erase_rows(connection, order.person_id, at=now, by=order.by)
        if counts is None:
            raise ErasedError(order.person_id.hex)
        if thanked:
            counts["incentive"] = thanked
        handled = privacy.handle_open(
            connection,
            order.person_id,
            at=now,
            by=order.by,
            outcome={"erased": counts},
            # Who asked for a copy and then to be forgotten had a month for the copy.
            asked=tuple(Asked),
        )
        audit.append_audit(
            connection,
            at=now,
            staff_id=order.staff_id,
            action="privacy.erased",
            subject=f"person {order.person_id.hex}",
            detail={"by": order.by, "reason": order.reason, "requests": handled, "rows": counts},
        )
        # Last, so that it commits just before: a person without contacts can still be erased.
        counts["contact"] = int(contacting.erase_contact(ctx, order.person_id, at=now))
    return counts


def _detail(
    ctx: ServiceContext,
    found: Traces,
    scan: Scan,
    counts: Mapping[str, int],
    files: Mapping[str, int],
    compacted: Mapping[str, str],
    order: Order,
) -> dict[str, Any]:
    with ctx.databases.research.snapshot() as connection:
        left = rows_left(connection, order.person_id)
        broken = verify_chain(connection)
    if not contacting.nothing_kept_of(ctx, order.person_id):
        left["contact"] = 1
    return {
        "rows": dict(counts),
        "files": dict(files),
        "written_anew": dict(compacted),
        "looked_for": dict(found.looked_for),
        "forms_looked_for": len(found.needles),
        "too_common": dict(found.too_common),
        "looked_through": {"files": scan.files, "bytes": scan.bytes, "rows": scan.rows},
        "also": [one.name for one in order.also],
        "opaque": scan.opaque,
        "found": scan.found,
        "rows_left": left,
        "made_before": scan.made_before,
        "backups": "made before hold the person; restore erases again from the list",
        "audit_log": "holds" if broken is None else f"row {broken.seq}: {broken.reason}",
    }


def _prove(ctx: ServiceContext, order: Order, now: datetime, detail: dict[str, Any]) -> Proof:
    with ctx.databases.research.write() as connection:
        privacy.put_erasure(
            connection, Erasure(order.person_id, now, order.by, order.reason, detail)
        )
    clean = not detail["found"] and not detail["rows_left"] and detail["audit_log"] == "holds"
    return Proof(order.person_id, now, clean, detail)


def _databases(ctx: ServiceContext) -> tuple[tuple[str, Any], ...]:
    return (("research", ctx.databases.research), ("contacts", ctx.databases.contacts))
