"""Access codes: sealed so that a copy of the database gives none of them away.

A code is found by its bucket, two bytes of a keyed hash, and checked by argon2id over another
keyed hash. Hashing takes tens of milliseconds of a processor: never do it inside a write unit.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import argon2.low_level as argon2
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Connection, bindparam, insert, select, update

from app.panel.states import CaseStatus, Entry, WaveStatus
from app.settings import Argon2Cost, CodeKeys
from app.storage.models import AccessCode, SurveyCase, Wave
from app.storage.rows import as_row
from app.storage.types import table_of

_code = table_of(AccessCode)
_case = table_of(SurveyCase)
_wave = table_of(Wave)
_FIELDED = (WaveStatus.OPEN, WaveStatus.PAUSED, WaveStatus.CLOSED, WaveStatus.FROZEN)


@dataclass(frozen=True, slots=True)
class NewCode:
    """A sealed code of a case."""

    id: UUID
    case_id: UUID
    bucket: int
    hash: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class CodeCandidate:
    """A code that may be the one somebody typed."""

    id: UUID
    case_id: UUID
    hash: str
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class LivingCode:
    """A code that was not revoked, and whose it is."""

    id: UUID
    case_id: UUID
    person_id: UUID
    wave: int
    language: str


class CodeBook:
    """Seals and recognises codes, given as 14 ASCII digits."""

    def __init__(self, keys: CodeKeys, cost: Argon2Cost) -> None:
        self._keys = keys
        self._cost = cost
        self._nobody = self._hash(b"no such code")

    def bucket(self, code: str) -> int:
        """Return where to look for a code: 0 to 65,535."""
        digest = hmac.digest(self._keys.bucket, code.encode(), hashlib.sha256)
        return int.from_bytes(digest[:2])

    def seal(self, code_id: UUID, case_id: UUID, code: str, *, at: datetime) -> NewCode:
        """Return a code as it is stored."""
        return NewCode(code_id, case_id, self.bucket(code), self._hash(self._keyed(code)), at)

    def match(self, code: str, candidates: Sequence[CodeCandidate]) -> CodeCandidate | None:
        """Return the candidate whose code this is, a revoked one too; ``None`` when none is.

        All candidates are tried, and one that nobody has when there are none, so that the time
        tells little about which codes exist.
        """
        secret = self._keyed(code)
        found = [c for c in candidates if _verify(c.hash, secret)]
        if not candidates:
            _verify(self._nobody, secret)
        # A revoked code and its reprint differ; were they ever equal, the living one counts.
        return min(found, key=lambda c: c.revoked_at is not None, default=None)

    def _keyed(self, code: str) -> bytes:
        return hmac.digest(self._keys.hash, code.encode(), hashlib.sha256)

    def _hash(self, secret: bytes) -> str:
        return argon2.hash_secret(
            secret,
            salt=secrets.token_bytes(16),
            time_cost=self._cost.passes,
            memory_cost=self._cost.memory_kib,
            parallelism=self._cost.lanes,
            hash_len=32,
            type=argon2.Type.ID,
        ).decode()


_in_bucket = select(_code.c.id, _code.c.case_id, _code.c.hash, _code.c.revoked_at).where(
    _code.c.bucket == bindparam("bucket")
)


def codes_in_bucket(connection: Connection, bucket: int) -> list[CodeCandidate]:
    """Return the codes of a bucket."""
    return [CodeCandidate(*row) for row in connection.execute(_in_bucket, {"bucket": bucket}).all()]


def living_code(connection: Connection, code_id: UUID) -> LivingCode | None:
    """Return a code and its person; ``None`` when it was revoked, or its case is gone."""
    query = (
        select(_code.c.id, _code.c.case_id, _case.c.person_id, _case.c.wave, _case.c.language)
        .join(_case, _case.c.id == _code.c.case_id)
        .where(_code.c.id == code_id, _code.c.revoked_at.is_(None))
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else LivingCode(*row)


def person_of_code(connection: Connection, code_id: UUID) -> UUID | None:
    """Return whose code it is or was; ``None`` when code, case or person are gone."""
    query = (
        select(_case.c.person_id)
        .join(_code, _code.c.case_id == _case.c.id)
        .where(_code.c.id == code_id)
    )
    return connection.execute(query).scalar_one_or_none()


def living_codes(connection: Connection, wave: int) -> dict[UUID, UUID]:
    """Return the code of each person of a wave that was not revoked."""
    query = (
        select(_case.c.person_id, _code.c.id)
        .join(_case, _case.c.id == _code.c.case_id)
        .where(_case.c.wave == wave, _code.c.revoked_at.is_(None))
    )
    return {row.person_id: row.id for row in connection.execute(query)}


def has_newer_code(connection: Connection, code: LivingCode) -> bool:
    """Tell whether a person has a living code of a later wave that was opened."""
    query = (
        select(_code.c.id)
        .join(_case, _case.c.id == _code.c.case_id)
        .join(_wave, _wave.c.year == _case.c.wave)
        .where(
            _case.c.person_id == code.person_id,
            _case.c.wave > code.wave,
            _wave.c.status.in_(_FIELDED),
            _code.c.revoked_at.is_(None),
        )
        .limit(1)
    )
    return connection.execute(query).first() is not None


def cases_without_code(connection: Connection, wave: int) -> dict[UUID, UUID]:
    """Return the drawn cases of a wave that have no living code and did not end, with the person.

    By case id, so that a seeded generator gives the same codes again.
    """
    living = select(_code.c.case_id).where(_code.c.revoked_at.is_(None))
    query = (
        select(_case.c.id, _case.c.person_id)
        .where(
            _case.c.wave == wave,
            _case.c.entry == Entry.PERSONAL,
            _case.c.status.in_([one for one in CaseStatus if not one.ended]),
            _case.c.id.not_in(living),
        )
        .order_by(_case.c.id)
    )
    return {row.id: row.person_id for row in connection.execute(query)}


def add_codes(connection: Connection, codes: Sequence[NewCode]) -> None:
    """Store sealed codes."""
    if codes:
        connection.execute(insert(_code), [as_row(code) for code in codes])


def note_first_use(connection: Connection, code_id: UUID, *, at: datetime) -> None:
    """Remember when a code was used for the first time."""
    connection.execute(
        update(_code)
        .where(_code.c.id == code_id, _code.c.first_used_at.is_(None))
        .values(first_used_at=at)
    )


def revoke_codes(connection: Connection, case_id: UUID, *, at: datetime) -> int:
    """End all living codes of a case, and with them the sessions they opened; return how many."""
    revoked = connection.execute(
        update(_code)
        .where(_code.c.case_id == case_id, _code.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    return revoked.rowcount


def with_living_code(connection: Connection, case_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Return which of some cases have a code that opens them."""
    living = select(_code.c.case_id).where(
        _code.c.case_id.in_(case_ids), _code.c.revoked_at.is_(None)
    )
    return frozenset(connection.execute(living).scalars())


def _verify(stored: str, secret: bytes) -> bool:
    try:
        return argon2.verify_secret(stored.encode(), secret, argon2.Type.ID)
    except VerifyMismatchError:
        return False
