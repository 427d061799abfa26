"""Guessers are counted by source, and sources are forgotten."""

from datetime import date, timedelta

from app.storage.misses import code_misses, hash_source, sign_in_misses
from app.storage.unit_of_work import Database
from tests.integration.storage.builders import NOON

HOUR = timedelta(hours=1)


def test_misses_are_counted_by_source_over_the_windows_asked_for(research: Database) -> None:
    with research.write() as connection:
        for source, window in (("a", NOON), ("a", NOON), ("a", NOON + HOUR), ("b", NOON + HOUR)):
            code_misses.add(connection, source, window_start=window)
        sign_in_misses.add(connection, "a", window_start=NOON)

    with research.read() as connection:
        assert code_misses.of_source(connection, "a", since=NOON) == 3
        assert code_misses.of_source(connection, "a", since=NOON + HOUR) == 1
        assert code_misses.of_source(connection, "c", since=NOON) == 0
        assert code_misses.of_all(connection, since=NOON + HOUR) == 2
        assert sign_in_misses.of_all(connection, since=NOON) == 1


def test_misses_of_past_windows_are_forgotten(research: Database) -> None:
    with research.write() as connection:
        code_misses.add(connection, "a", window_start=NOON)
        code_misses.add(connection, "a", window_start=NOON + HOUR)
        code_misses.forget(connection, before=NOON + HOUR)
        assert code_misses.of_source(connection, "a", since=NOON) == 1


def test_hash_of_an_address_cannot_be_followed_over_days_or_guessed_without_the_key() -> None:
    today = hash_source("k" * 32, "192.0.2.7", on=date(2024, 2, 1))

    assert today == hash_source("k" * 32, "192.0.2.7", on=date(2024, 2, 1))
    assert today != hash_source("k" * 32, "192.0.2.7", on=date(2024, 2, 2))
    assert today != hash_source("l" * 32, "192.0.2.7", on=date(2024, 2, 1))
    assert today != hash_source("k" * 32, "192.0.2.8", on=date(2024, 2, 1))
