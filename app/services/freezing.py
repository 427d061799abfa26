"""Freezing the preload of a wave: what earlier, closed waves say about each person in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection

from app.panel.states import CaseStatus, WaveStatus
from app.questionnaire.answers import decode_all
from app.questionnaire.routing import Known, Preload, route
from app.services.context import ServiceContext
from app.services.preloads import merge, preload_from_json, preload_of, preload_to_json
from app.storage import cases, waves
from app.storage.releases import ReleasedCase, released_answers, released_cases

_TELLS = (CaseStatus.COMPLETE, CaseStatus.PARTIAL)
"""Interviews that a later wave builds on; a refusal says nothing about a life."""


class EarlierWaveOpenError(Exception):
    """An earlier wave still takes answers: what it will say is not known yet."""


def freeze_preloads(ctx: ServiceContext, year: int, earlier: Sequence[int]) -> int:
    """Store the preload of every case of a wave that has none, and return how many are new.

    What was frozen stays as it is; who was carried into the wave since then is added.

    Raises
    ------
    EarlierWaveOpenError
        If one of the earlier waves is not closed.
    """
    now = ctx.clock.now()
    with ctx.databases.research.snapshot() as connection:
        for wave in waves.list_waves(connection):
            done = wave.status in (WaveStatus.CLOSED, WaveStatus.FROZEN)
            if wave.year in earlier and not done:
                raise EarlierWaveOpenError(f"wave {wave.year} is {wave.status}")
        known, contacts = _known(ctx, connection, sorted(earlier))
        there = cases.frozen_preloads(connection, year)
        sampled = [one for one in cases.list_cases(connection, year) if one.id not in there]
    frozen = []
    for case in sampled:
        preload = known.get(case.person_id)
        if preload is not None and (preload.answers or case.person_id in contacts):
            stored = preload_to_json(preload)
            text = json.dumps(stored, sort_keys=True, ensure_ascii=False)
            fingerprint = hashlib.sha256(text.encode()).hexdigest()
            frozen.append(
                cases.Preload(case.id, now, stored, case.person_id in contacts, fingerprint)
            )
    with ctx.databases.research.write() as connection:
        cases.add_preloads(connection, frozen)
    return len(frozen)


def _known(
    ctx: ServiceContext, connection: Connection, earlier: Sequence[int]
) -> tuple[dict[UUID, Preload], set[UUID]]:
    """What is known of each person after the earlier waves, and who gave contact answers."""
    known: dict[UUID, Preload] = {}
    contacts: set[UUID] = set()
    texts: dict[UUID, dict[str, str]] = {}
    for row in released_answers(connection, earlier):
        texts.setdefault(row.case_id, {})[row.variable] = row.value
    # Ordered by wave: what a later one says replaces what an earlier one said.
    for case in released_cases(connection, earlier):
        if case.has_contact_answers:
            contacts.add(case.person_id)
        if case.status in _TELLS and case.case_id in texts:
            told = _told(ctx, connection, case, texts[case.case_id])
            known[case.person_id] = merge(known.get(case.person_id, Preload()), told)
    return known, contacts


def _told(
    ctx: ServiceContext, connection: Connection, case: ReleasedCase, texts: dict[str, str]
) -> Preload:
    instrument = ctx.instruments.get(connection, str(case.version_id))
    walked = route(
        instrument,
        Known(
            frame=case.frame,
            assigned=case.assignments or {},
            preload=preload_from_json(instrument, case.earlier),
            interview_month=case.interview_month,
        ),
        decode_all(instrument.item_of, texts),
    )
    return preload_of(instrument, walked, case.interview_month)
