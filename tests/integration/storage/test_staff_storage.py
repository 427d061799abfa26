"""Accounts and sessions: one person, one code once, nothing that opens a door by itself."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.panel.states import Role
from app.storage.encryption import DecryptionError, KeyRing
from app.storage.models.staff import SignInStage
from app.storage.staff import (
    add_member,
    disable_member,
    find_member,
    list_members,
    load_session,
    open_session,
    revoke_session,
    set_password_hash,
    totp_secret,
    touch_session,
    use_totp_step,
)
from app.storage.unit_of_work import Database
from tests.integration.storage.builders import NOON

RING = KeyRing({"k1": b"s" * 32})
LATER = NOON + timedelta(minutes=5)


def hire(connection, email: str = "R.Smit@example.nl", role: Role = Role.RESEARCHER):
    return add_member(
        connection,
        RING,
        email=email,
        password_hash="$argon2id$…",
        totp_secret="JBSWY3DPEHPK3PXP",
        role=role,
        at=NOON,
    )


def sign_in(connection, staff_id, token: str = "token-1", stage=SignInStage.FULL) -> None:
    open_session(
        connection, token, staff_id, stage=stage, at=NOON, expires_at=NOON + timedelta(hours=12)
    )


def test_account_is_found_however_the_address_is_written_and_exists_once(
    research: Database,
) -> None:
    with research.write() as connection:
        staff_id = hire(connection)
        found = find_member(connection, " r.smit@EXAMPLE.nl")
        assert find_member(connection, "nobody@example.nl") is None
    assert found is not None
    assert (found.id, found.role, found.email) == (staff_id, Role.RESEARCHER, "r.smit@example.nl")

    with pytest.raises(IntegrityError), research.write() as connection:
        hire(connection, "R.SMIT@example.nl")


def test_totp_secret_reads_with_the_key_and_only_in_its_own_account(research: Database) -> None:
    with research.write() as connection:
        hire(connection)
        hire(connection, "admin@example.nl", Role.ADMIN)
        one, two = list_members(connection)
        assert totp_secret(RING, one) == "JBSWY3DPEHPK3PXP"
        connection.execute(
            text("UPDATE staff SET totp_secret = :stolen WHERE email = :email"),
            {"stolen": two.totp_secret, "email": one.email},
        )
        swapped = find_member(connection, one.email)

    assert swapped is not None
    with pytest.raises(DecryptionError):
        totp_secret(RING, swapped)


def test_totp_step_can_be_used_once_and_none_before_it(research: Database) -> None:
    with research.write() as connection:
        staff_id = hire(connection)
        used = [use_totp_step(connection, staff_id, step) for step in (100, 100, 99, 101)]
    assert used == [True, False, False, True]


def test_session_is_found_by_its_token_which_is_nowhere_stored(research: Database) -> None:
    with research.write() as connection:
        staff_id = hire(connection)
        sign_in(connection, staff_id, stage=SignInStage.PASSWORD)
        touch_session(connection, "token-1", at=LATER)

    with research.read() as connection:
        found = load_session(connection, "token-1")
        assert load_session(connection, "token-2") is None
        stored = connection.execute(text("SELECT * FROM staff_session")).one()
    assert found is not None
    session, member = found
    assert (session.stage, session.last_seen_at, session.revoked_at) == (
        SignInStage.PASSWORD,
        LATER,
        None,
    )
    assert member.id == staff_id
    assert "token-1" not in map(str, stored)


def test_closed_account_loses_its_sessions_and_stays_on_record(research: Database) -> None:
    with research.write() as connection:
        staff_id, other = hire(connection), hire(connection, "other@example.nl")
        sign_in(connection, staff_id, "a")
        sign_in(connection, other, "b")
        disable_member(connection, staff_id, at=LATER)
        (closed, member), (open_, _) = load_session(connection, "a"), load_session(connection, "b")

    assert (closed.revoked_at, member.disabled_at, open_.revoked_at) == (LATER, LATER, None)


def test_signed_out_session_and_changed_password_are_kept(research: Database) -> None:
    with research.write() as connection:
        staff_id = hire(connection)
        sign_in(connection, staff_id)
        revoke_session(connection, "token-1", at=NOON)
        revoke_session(connection, "token-1", at=LATER)
        set_password_hash(connection, staff_id, "$argon2id$new")
        session, member = load_session(connection, "token-1")

    assert session.revoked_at == NOON
    assert member.password_hash == "$argon2id$new"
