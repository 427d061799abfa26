"""A code opens its own case, and a copy of the database opens none."""

import random
import time
from datetime import timedelta
from unittest.mock import patch

import pytest

from app.panel.access_code import generate
from app.settings import CHEAP_ARGON2, Argon2Cost, CodeKeys
from app.storage import codes as codes_module
from app.storage.codes import (
    CodeBook,
    add_codes,
    codes_in_bucket,
    note_first_use,
    revoke_codes,
)
from app.storage.types import new_id
from app.storage.unit_of_work import Database
from tests.integration.storage.builders import NOON, draw_case, field_wave

KEYS = CodeKeys(bucket=b"b" * 32, hash=b"h" * 32)


@pytest.fixture
def book() -> CodeBook:
    return CodeBook(KEYS, CHEAP_ARGON2)


def lookup(research: Database, book: CodeBook, code: str):
    with research.read() as connection:
        candidates = codes_in_bucket(connection, book.bucket(code))
    return book.match(code, candidates)


def issue(research: Database, book: CodeBook, cases, source: random.Random) -> dict:
    issued = {generate(source): case.id for case in cases}
    sealed = [book.seal(new_id(), case_id, code, at=NOON) for code, case_id in issued.items()]
    with research.write() as connection:
        add_codes(connection, sealed)
    return issued


def test_code_opens_its_own_case_also_among_others_in_the_same_bucket(research, book):
    with research.write() as connection:
        field_wave(connection)
        cases = [draw_case(connection) for _ in range(20)]
    with patch.object(CodeBook, "bucket", return_value=7):
        issued = issue(research, book, cases, random.Random(5))

        found = {code: lookup(research, book, code).case_id for code in issued}

        assert found == issued
        assert lookup(research, book, generate(random.Random(99))) is None


def test_code_that_nobody_has_costs_as_much_as_one_that_somebody_has(research, book):
    with patch.object(
        codes_module.argon2, "verify_secret", wraps=codes_module.argon2.verify_secret
    ) as verify:
        assert lookup(research, book, generate(random.Random(1))) is None
    assert verify.call_count == 1


def test_revoked_code_is_recognised_as_revoked_and_its_reprint_opens_the_case(research, book):
    with research.write() as connection:
        field_wave(connection)
        case = draw_case(connection)
    (old,) = issue(research, book, [case], random.Random(1))
    with research.write() as connection:
        assert revoke_codes(connection, case.id, at=NOON) == 1
        assert revoke_codes(connection, case.id, at=NOON) == 0
    (new,) = issue(research, book, [case], random.Random(2))

    assert lookup(research, book, old).revoked_at == NOON
    assert (lookup(research, book, new).case_id, lookup(research, book, new).revoked_at) == (
        case.id,
        None,
    )


def test_database_holds_no_code_and_other_keys_recognise_none(research, book):
    with research.write() as connection:
        field_wave(connection)
        case = draw_case(connection)
    (code,) = issue(research, book, [case], random.Random(1))

    with research.read() as connection:
        (stored,) = codes_in_bucket(connection, book.bucket(code))
    assert code not in stored.hash
    for keys in (
        CodeKeys(bucket=KEYS.bucket, hash=b"x" * 32),
        CodeKeys(bucket=KEYS.hash, hash=KEYS.bucket),
    ):
        assert CodeBook(keys, CHEAP_ARGON2).match(code, [stored]) is None


def test_first_use_is_remembered_once(research, book):
    with research.write() as connection:
        field_wave(connection)
        case = draw_case(connection)
    (code,) = issue(research, book, [case], random.Random(1))
    found = lookup(research, book, code)
    with research.write() as connection:
        note_first_use(connection, found.id, at=NOON)
        note_first_use(connection, found.id, at=NOON + timedelta(days=1))
        row = connection.exec_driver_sql("SELECT first_used_at FROM access_code").scalar_one()
    assert str(row).startswith("2024-02-01 12:00")


def test_code_sealed_cheaply_is_still_recognised_when_the_cost_was_raised():
    sealed = CodeBook(KEYS, CHEAP_ARGON2).seal(new_id(), new_id(), "12345678901234", at=NOON)
    candidate = codes_module.CodeCandidate(sealed.id, sealed.case_id, sealed.hash, None)
    dearer = CodeBook(KEYS, Argon2Cost(passes=1, memory_kib=128, lanes=1))

    assert dearer.match("12345678901234", [candidate]) is candidate


def test_production_cost_is_what_owasp_asks_of_argon2id():
    # OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, 2 passes, 1 lane.
    book = CodeBook(KEYS, Argon2Cost())
    began = time.perf_counter()
    sealed = book.seal(new_id(), new_id(), "12345678901234", at=NOON)
    assert time.perf_counter() - began < 5
    assert sealed.hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_buckets_spread_codes_evenly():
    book = CodeBook(KEYS, CHEAP_ARGON2)
    source = random.Random(3)
    buckets = [book.bucket(generate(source)) for _ in range(4096)]
    assert min(buckets) >= 0
    assert max(buckets) < 65536
    halves = sum(bucket < 32768 for bucket in buckets)
    # Binomial(4096, 1/2): eight standard deviations of 32.
    assert abs(halves - 2048) < 8 * 32
