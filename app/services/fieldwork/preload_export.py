"""What a release says of preloads: the versions of its waves, and which one each case builds on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from app.services.publication.walked_cases import WalkedCase
from app.storage.preloads import list_versions

PRELOAD_HEAD = ("case_id", "wave", "number")


def preload_versions(connection: Connection, years: Sequence[int]) -> list[dict[str, Any]]:
    """Return every version that was frozen for some waves, for the manifest.

    ``id`` is the SHA-256 of what was frozen; ``reviewed_at`` is ``None`` for versions that were
    replaced before anybody approved them. Moments are ISO 8601 in UTC.
    """
    return [
        {
            "wave": one.wave,
            "number": one.number,
            "id": one.hash,
            "built_on": list(one.built_on),
            "cases": one.cases,
            "left_out": one.left_out,
            "frozen_at": one.frozen_at.isoformat(),
            "reviewed_at": one.reviewed_at.isoformat() if one.reviewed_at else None,
        }
        for year in sorted(years)
        for one in list_versions(connection, year)
    ]


def preload_rows(told: Sequence[WalkedCase]) -> list[dict[str, str]]:
    """Return the version each case builds on, by wave and case; none where nothing was known."""
    rows = [
        {
            "case_id": one.case.case_id.hex,
            "wave": str(one.case.wave),
            "number": str(one.case.preload_number),
        }
        for one in told
        if one.case.preload_number is not None
    ]
    return sorted(rows, key=lambda row: (row["wave"], row["case_id"]))
