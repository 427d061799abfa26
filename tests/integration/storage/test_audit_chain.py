"""A change to the past shows, and the row is named."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.panel.states import Role
from app.storage.audit import Break, Head, Tampering, append_audit, head, verify_chain
from app.storage.encryption import KeyRing
from app.storage.staff import add_member
from app.storage.unit_of_work import Database
from tests.integration.storage.builders import NOON


def log(research: Database, count: int) -> Head:
    with research.write() as connection:
        for number in range(1, count + 1):
            last = append_audit(
                connection,
                at=NOON,
                staff_id=None,
                action="wave.open",
                subject="2024",
                detail={"note": f"nummer {number}", "cases": number, "who": None, "ok": [True]},
            )
    return last


def as_somebody_with_the_disk(research: Database, statement: str) -> None:
    """Change the log behind its guards, as somebody who owns the machine can."""
    with research.write() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER ALL"))
        else:
            connection.execute(text("DROP TRIGGER audit_event_refuses_update"))
            connection.execute(text("DROP TRIGGER audit_event_refuses_delete"))
        connection.execute(text(statement))


def verdict(research: Database, known: Head | None = None) -> Break | None:
    with research.snapshot() as connection:
        return verify_chain(connection, known=known)


def test_chain_that_nobody_touched_holds_and_ends_in_its_head(research: Database) -> None:
    assert verdict(research) is None
    last = log(research, 5)

    assert last.seq == 5
    assert verdict(research) is None
    assert verdict(research, known=last) is None
    with research.read() as connection:
        assert head(connection) == last


@pytest.mark.parametrize(
    ("change", "seq", "reason"),
    [
        ("UPDATE audit_event SET subject = '2025' WHERE seq = 3", 3, "not what was hashed"),
        ("UPDATE audit_event SET hash = previous_hash WHERE seq = 3", 3, "not what was hashed"),
        ("UPDATE audit_event SET at = '2024-02-02 12:00:00+00' WHERE seq = 2", 2, "hashed"),
        ("DELETE FROM audit_event WHERE seq = 4", 5, "follows row 3"),
        ("DELETE FROM audit_event WHERE seq = 1", 2, "follows row 0"),
    ],
)
def test_row_that_was_changed_or_removed_is_named(
    research: Database, change: str, seq: int, reason: str
) -> None:
    log(research, 6)
    if research.engine.dialect.name == "sqlite":
        change = change.replace("+00'", ".000000'")

    as_somebody_with_the_disk(research, change)

    found = verdict(research)
    assert found is not None
    assert found.seq == seq
    assert reason in found.reason


def test_rows_cut_off_at_the_end_show_against_a_head_kept_elsewhere(research: Database) -> None:
    last = log(research, 6)

    as_somebody_with_the_disk(research, "DELETE FROM audit_event WHERE seq > 4")

    assert verdict(research) is None
    assert verdict(research, known=last) == Break(5, "rows at the end are missing")


def test_chain_rewritten_from_some_row_on_shows_against_a_head_kept_elsewhere(
    research: Database,
) -> None:
    known = log(research, 4)
    as_somebody_with_the_disk(research, "DELETE FROM audit_event WHERE seq > 2")
    log(research, 3)  # their numbers begin at 1 again, so that they say something else

    assert verdict(research) is None
    assert verdict(research, known=known) == Break(4, "differs from the head kept elsewhere")


def test_database_itself_refuses_to_change_or_remove_a_row(research: Database) -> None:
    log(research, 2)
    for statement in ("UPDATE audit_event SET subject = 'x'", "DELETE FROM audit_event"):
        with pytest.raises(IntegrityError, match="refused"), research.write() as connection:
            connection.execute(text(statement))

    assert verdict(research) is None


def test_rows_appended_at_the_same_time_make_one_chain(research: Database) -> None:
    with research.write() as connection:
        staff_id = add_member(
            connection,
            KeyRing({"k1": b"s" * 32}),
            email="r@example.nl",
            password_hash="hash",
            totp_secret="BASE32",
            role=Role.RESEARCHER,
            at=NOON,
        )

    def append(number: int) -> None:
        with research.write() as connection:
            append_audit(connection, at=NOON, staff_id=staff_id, action="look", subject=str(number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(append, range(40)))

    assert verdict(research) is None
    with research.read() as connection:
        assert head(connection).seq == 40


SWAP = (
    "UPDATE audit_event SET seq = 99 WHERE seq = 3",
    "UPDATE audit_event SET seq = 3 WHERE seq = 4",
    "UPDATE audit_event SET seq = 4 WHERE seq = 99",
)
CLOSE_THE_GAP = (
    "DELETE FROM audit_event WHERE seq = 3",
    "UPDATE audit_event SET seq = 3 WHERE seq = 4",
    "UPDATE audit_event SET seq = 4 WHERE seq = 5",
    "UPDATE audit_event SET seq = 5 WHERE seq = 6",
)


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        (("UPDATE audit_event SET subject = 'x' WHERE seq = 3",), (3, Tampering.CHANGED, None)),
        (("DELETE FROM audit_event WHERE seq IN (3, 4)",), (5, Tampering.REMOVED, 2)),
        (CLOSE_THE_GAP, (3, Tampering.REMOVED, 1)),
        (SWAP, (3, Tampering.MOVED, None)),
    ],
)
def test_what_was_done_to_the_log_is_told_apart(
    research: Database,
    statements: tuple[str, ...],
    expected: tuple[int, Tampering, int | None],
) -> None:
    log(research, 6)

    as_somebody_with_the_disk(research, statements[0])
    with research.write() as connection:
        for statement in statements[1:]:
            connection.execute(text(statement))

    found = verdict(research)
    assert found is not None
    assert (found.seq, found.kind, found.count) == expected


def test_a_row_that_changed_places_says_where_the_one_before_it_went(research: Database) -> None:
    log(research, 6)
    as_somebody_with_the_disk(research, SWAP[0])
    with research.write() as connection:
        for statement in SWAP[1:]:
            connection.execute(text(statement))

    found = verdict(research)

    # What stands as row 3 was row 4, and follows what stands as row 4 now.
    assert found is not None
    assert (found.seq, found.other) == (3, 4)
