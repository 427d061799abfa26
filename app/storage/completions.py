"""When the interviews of a wave were completed, and for how many people its groups stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select

from app.panel.states import CaseStatus, Entry
from app.storage import models
from app.storage.types import table_of

_case = table_of(models.SurveyCase)
_interview = table_of(models.Interview)

Codes = tuple[str | None, ...]


def completed_at(
    connection: Connection, wave: int, variables: Sequence[str]
) -> dict[Codes, list[datetime]]:
    """Return when the complete interviews of the sample were sent, by codes of frame variables.

    The earliest first. Who came by an open link is in no sample and not in it; a complete case
    without a moment is left out.
    """
    groups = [_case.c.frame[name].as_string() for name in variables]
    rows = connection.execute(
        select(_interview.c.submitted_at, *groups)
        .join(_case, _case.c.id == _interview.c.case_id)
        .where(
            _case.c.wave == wave,
            _case.c.entry == Entry.PERSONAL,
            _case.c.status == CaseStatus.COMPLETE,
            _interview.c.submitted_at.is_not(None),
        )
        .order_by(_interview.c.submitted_at)
    )
    found: dict[Codes, list[datetime]] = {}
    for at, *codes in rows:
        found.setdefault(tuple(codes), []).append(at)
    return found


def people_stood_for(
    connection: Connection, wave: int, variables: Sequence[str]
) -> dict[Codes, float]:
    """Return the sum of the base weights of the sample, by codes of frame variables.

    That estimates how many people of the frame are in each group (Horvitz and Thompson 1952).
    """
    groups = [_case.c.frame[name].as_string().label(name) for name in variables]
    rows = connection.execute(
        select(func.sum(_case.c.base_weight), *groups)
        .where(_case.c.wave == wave, _case.c.entry == Entry.PERSONAL)
        .group_by(*groups)
    )
    return {tuple(codes): float(total or 0) for total, *codes in rows}
