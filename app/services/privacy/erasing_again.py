"""A restored backup forgets whom the installation forgot since it was made.

Everything of them goes in the same transactions that put the backup back: at no moment can anybody
read them. Who they are is told by the list outside the databases, which a restore adds to and never
replaces.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from app.services.bootstrap import make_context
from app.services.members import contacting
from app.services.privacy.erasure_list import (
    FILE_NAME,
    Erased,
    ErasureListError,
    add_to_list,
    parse_list,
    read_list,
)
from app.services.privacy.forgotten_files import clean
from app.services.thanks.incentives import forget_in
from app.settings import Settings
from app.storage import audit, cases, privacy
from app.storage.erasing import compact, erase_rows, tables_there
from app.storage.migrate import Schema
from app.storage.privacy import Erasure

_PEOPLE = f"{Schema.RESEARCH}/person.jsonl"
BY = "restore"


def to_forget(
    settings: Settings,
    archive: zipfile.ZipFile,
    manifest: dict[str, Any],
    *,
    erasures: Path | None,
    none_known: bool,
) -> list[Erased]:
    """Return who is to be forgotten in a backup: on the list of this place, named, or of its own.

    Raises
    ------
    ErasureListError
        If the backup holds real people and nobody says who was erased since it was made, or a
        list cannot be read.
    """
    own = settings.data_dir / FILE_NAME if settings.data_dir is not None else None
    known = own is not None and own.exists()
    if not (known or erasures or none_known) and _holds_real_people(archive, manifest):
        raise ErasureListError(
            f"nobody says who was erased since this backup was made: put {FILE_NAME} of the"
            " installation in the data directory or name it with --erasures; where nobody ever"
            " was, say --no-erasures-known"
        )
    inside = f"files/{FILE_NAME}"
    lists = [
        parse_list(archive.read(inside), inside) if inside in manifest["files"] else [],
        read_list(erasures) if erasures is not None else [],
        read_list(own) if own is not None else [],
    ]
    return list({one.person_id: one for people in reversed(lists) for one in people}.values())


def _holds_real_people(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> bool:
    entry = manifest["tables"].get(_PEOPLE)
    if entry is None:
        return False
    at = entry["columns"].index("synthetic")
    with archive.open(_PEOPLE) as lines:
        return any(not json.loads(line)[at] for line in lines)


def forget_again(
    settings: Settings, research: Connection, contacts: Connection, forgotten: Sequence[Erased]
) -> dict[UUID, dict[str, int]]:
    """Erase people in two open units; return what of them was there, by person.

    The schema is that of the backup still: tables of later programs are passed over. Cases stay as
    tombstones, see `app.storage.erasing`.
    """
    again: dict[UUID, dict[str, int]] = {}
    thanking = {"incentive", "incentive_event", "incentive_piece"} <= tables_there(research)
    had = contacting.erase_contacts_in(contacts, {one.person_id: one.at for one in forgotten})
    for one in forgotten:
        thanked = 0
        if thanking:
            thanked = forget_in(research, contacts, settings, one.person_id, at=one.at)
        counts = erase_rows(research, one.person_id, at=one.at, by=BY) or {}
        if thanked:
            counts["incentive"] = thanked
        if had[one.person_id]:
            counts["contact"] = 1
        if counts:
            again[one.person_id] = counts
    return again


def finish(
    settings: Settings, forgotten: Sequence[Erased], again: dict[UUID, dict[str, int]]
) -> None:
    """Keep list and proofs, and write the databases anew where somebody was in them."""
    if settings.data_dir is not None and forgotten:
        add_to_list(settings.data_dir / FILE_NAME, forgotten)
    if not again:
        return
    ctx = make_context(settings)
    try:
        with ctx.databases.research.write() as connection:
            there = privacy.erased_people(connection)
            gone = []
            for one in forgotten:
                if one.person_id not in again:
                    continue
                gone += [case.id for case in cases.cases_of_person(connection, one.person_id)]
                if one.person_id not in there:
                    proof = {"rows": again[one.person_id], "rows_left": {}}
                    privacy.put_erasure(
                        connection, Erasure(one.person_id, one.at, BY, one.reason, proof)
                    )
            audit.append_audit(
                connection,
                at=ctx.clock.now(),
                staff_id=None,
                action="privacy.erased_again",
                subject=f"{len(again)} people",
                detail={"by": BY, "people": [one.hex for one in again]},
            )
        if settings.data_dir is not None:
            clean(settings.data_dir, gone, at=ctx.clock.now())
        for database in (ctx.databases.research, ctx.databases.contacts):
            compact(database)
    finally:
        ctx.databases.close()
