"""What an erasure would take away and what it would leave, before anybody decides it; no value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from app.panel.privacy import Asked
from app.services.context import ServiceContext
from app.services.members import contacting
from app.services.privacy.forgotten_files import RESULTS
from app.services.privacy.privacy_requests import RequestError
from app.services.privacy.scanning import releases_with
from app.storage import privacy, traces
from app.storage.erasing import rows_left
from app.storage.privacy import Erasure
from app.storage.privacy import PrivacyRequest as Request


@dataclass(frozen=True, slots=True)
class Preview:
    """What is there of a person: counts by table, files, and copies that are out of reach."""

    request: Request
    rows: Mapping[str, int]
    """By table of the research database, as an erasure counts them; empty tables are left out."""
    contact: bool
    """There are contact details."""
    letters: int
    """Print batches with a letter to the person: destroyed whole, others' letters made again."""
    releases: Sequence[str]
    """Releases of the data directory that hold the pseudonym: their data are destroyed, and they
    have to be made again. What stands behind the results pages goes too, and was given to nobody.
    """
    waits: bool
    """Something to the person is being printed or sent: an erasure would be refused now."""
    no_place: bool
    """There is no data directory for the list of erased people: it would be refused."""


@dataclass(frozen=True, slots=True)
class KeptProof:
    """The proof of an erasure as it was kept."""

    person_id: UUID
    request: Request | None
    """That led to it; ``None`` where it was done by date or by a command."""
    erased_at: datetime
    by: str
    reason: str
    detail: Mapping[str, Any]
    clean: bool
    """Nothing was found when it was looked for, and the log held."""


def preview(ctx: ServiceContext, request_id: UUID) -> Preview:
    """Return what carrying out an open request for erasure would do; changes nothing.

    Raises
    ------
    RequestError
        If there is no such open request for erasure.
    """
    folder = ctx.settings.data_dir
    with ctx.databases.research.snapshot() as connection:
        request = privacy.load_request(connection, request_id)
        if request is None or request.asked is not Asked.ERASURE or request.handled_at is not None:
            raise RequestError(request_id.hex)
        person_id = request.person_id
        batches = traces.print_batches_with(connection, person_id)
        waits = traces.message_on_its_way(connection, person_id) or bool(
            traces.being_printed(connection, batches)
        )
        rows = rows_left(connection, person_id)
    return Preview(
        request,
        rows,
        not contacting.nothing_kept_of(ctx, person_id),
        len(batches),
        [] if folder is None else _given_out(folder, person_id),
        waits,
        folder is None,
    )


def _given_out(folder: Path, person_id: UUID) -> list[str]:
    names = [str(one["release"]) for one in releases_with(folder, person_id)]
    return [one for one in names if Path(one).parts[0] != RESULTS]


def kept_proof(ctx: ServiceContext, request_id: UUID) -> KeptProof:
    """Return the proof of the erasure that a request led to.

    Raises
    ------
    RequestError
        If there is no such request, or it led to no erasure.
    """
    with ctx.databases.research.snapshot() as connection:
        request = privacy.load_request(connection, request_id)
        erasure = None if request is None else privacy.load_erasure(connection, request.person_id)
    if request is None or erasure is None:
        raise RequestError(request_id.hex)
    return _kept(erasure, request)


def list_proofs(ctx: ServiceContext) -> list[KeptProof]:
    """Return the proof of every erasure there was, the latest first, on whosever word."""
    with ctx.databases.research.snapshot() as connection:
        erasures = privacy.list_erasures(connection)
        asked = privacy.list_requests(connection, only_open=False)
    led = {one.person_id: one for one in asked if _led_to_erasure(one)}
    return [_kept(one, led.get(one.person_id)) for one in erasures]


def proof_of(ctx: ServiceContext, person_id: UUID) -> KeptProof | None:
    """Return the proof of the erasure of a person; ``None`` for somebody who was not erased."""
    with ctx.databases.research.snapshot() as connection:
        erasure = privacy.load_erasure(connection, person_id)
        asked = privacy.requests_of(connection, person_id)
    if erasure is None:
        return None
    return _kept(erasure, next((one for one in asked if _led_to_erasure(one)), None))


def _led_to_erasure(request: Request) -> bool:
    return request.asked is Asked.ERASURE and "erased" in request.outcome


def _kept(erasure: Erasure, request: Request | None) -> KeptProof:
    detail = erasure.proof
    # A proof that a restore made names no search: only the rows it took.
    clean = not detail.get("found") and not detail.get("rows_left")
    holds = detail.get("audit_log", "holds") == "holds"
    return KeptProof(
        erasure.person_id,
        request,
        erasure.erased_at,
        erasure.by,
        erasure.reason,
        detail,
        clean and holds,
    )
