"""The cases of some waves with their walked routes: where exports and open answers start."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from app.questionnaire.answers import decode_all
from app.questionnaire.model import Instrument, Value
from app.questionnaire.routing import Known, Route, route
from app.services.context import ServiceContext
from app.services.fieldwork.preloads import preload_from_json
from app.storage.releases import ReleasedCase, released_answers, released_cases

FEW = 1_000
"""Cases that are asked for by id."""


@dataclass(frozen=True)
class WalkedCase:
    """One case with its walked route; no route before the interview began."""

    case: ReleasedCase
    route: Route | None
    instrument: Instrument | None
    answers: Mapping[str, Value]


def walk_cases(
    ctx: ServiceContext,
    connection: Connection,
    years: Sequence[int],
    *,
    only: Collection[UUID] | None = None,
) -> list[WalkedCase]:
    """Return the cases of some waves, or ``only`` some of them; use inside one snapshot.

    Answers kept with the contacts are not read.
    """
    texts: dict[UUID, dict[str, str]] = {}
    # Thousands of ids make a statement longer, not quicker.
    asked = only if only is not None and len(only) <= FEW else None
    for row in released_answers(connection, years, only=asked):
        if only is None or row.case_id in only:
            texts.setdefault(row.case_id, {})[row.variable] = row.value
    return [
        _walk(ctx, connection, case, texts.get(case.case_id, {}))
        for case in released_cases(connection, years, only=asked)
        if only is None or case.case_id in only
    ]


def _walk(
    ctx: ServiceContext, connection: Connection, case: ReleasedCase, texts: Mapping[str, str]
) -> WalkedCase:
    if case.version_id is None or not texts:
        return WalkedCase(case, None, None, {})
    instrument = ctx.instruments.get(connection, case.version_id)
    answers = decode_all(instrument.item_of, texts)
    known = Known(
        frame=case.frame,
        assigned=case.assignments or {},
        preload=preload_from_json(instrument, case.earlier),
        interview_month=case.interview_month,
    )
    return WalkedCase(case, route(instrument, known, answers), instrument, answers)
