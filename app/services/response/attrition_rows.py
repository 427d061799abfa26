"""The ledger of the panel as rows: for programs, and for the release that weights are made from."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO

from app.panel.attrition_ledger import Flow, Ledger, Line
from app.panel.places import Place
from app.services.context import STUDY_ZONE

LEDGER_HEAD = (
    "person_id", "wave", "place", "reason", "since", "entered_by", "fate", "eligible",
)  # fmt: skip
_FLOW_HEAD = (
    "from_wave", "from_place", "from_reason", "to_wave", "to_place", "to_reason", "group", "people",
)  # fmt: skip


def ledger_csv(lines: Iterable[Line], *, groups: bool = False) -> str:
    """Return one row a person and wave, by wave and person.

    ``since`` is a day of Amsterdam; ``eligible`` is yes, no or unknown, and empty of who is not in
    the sample of the wave. With ``groups``, what the ledger is broken down by is the last column.
    """
    rows = []
    for one in lines:
        placed = one.placed
        since = placed.since and placed.since.astimezone(STUDY_ZONE).date().isoformat()
        rows.append(
            {
                "person_id": one.person_id.hex,
                "wave": one.wave,
                "place": placed.place.value,
                "reason": placed.why.value if placed.why else "",
                "since": since or "",
                "entered_by": one.entered,
                "fate": placed.fate.value,
                "eligible": placed.eligible.value if placed.eligible else "",
                "group": one.group,
            }
        )
    rows.sort(key=lambda row: (str(row["wave"]), str(row["person_id"])))
    return _csv((*LEDGER_HEAD, "group") if groups else LEDGER_HEAD, rows)


def flow_csv(moved: Iterable[Flow]) -> str:
    """Return how many went from where to where, by group."""
    rows = [
        {
            "from_wave": one.from_wave,
            "from_place": one.from_place.value,
            "from_reason": one.from_why.value if one.from_why else "",
            "to_wave": one.to_wave,
            "to_place": one.to_place.value,
            "to_reason": one.to_why.value if one.to_why else "",
            "group": one.group,
            "people": one.people,
        }
        for one in moved
    ]
    return _csv(_FLOW_HEAD, rows)


def release_csv(ledger: Ledger) -> str:
    """Return the rows of a release: of everybody who was in the sample of one of its waves.

    Reserves that were not needed are nobody's loss, and stay out.
    """
    outside = (Place.NOT_YET, Place.RESERVE)
    sampled = {one.person_id for one in ledger.lines if one.placed.place not in outside}
    return ledger_csv(one for one in ledger.lines if one.person_id in sampled)


def _csv(header: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    text = StringIO(newline="")
    writer = csv.DictWriter(text, list(header), lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
