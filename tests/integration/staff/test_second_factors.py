"""Second factors, sessions and links on both engines: each works once, and ends when it should."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from app.panel.states import Role
from app.services.accounts import (
    confirming,
    own_account,
    passkeys,
    recovery,
    sign_in_limits,
    staff,
    staff_accounts,
    staff_links,
)
from app.services.accounts.passkeys import Browser, ChallengePurpose, Place
from app.services.accounts.staff import Entry, Refusal, Visit
from app.services.accounts.staff_accounts import ChangedMeanwhileError
from app.services.context import ServiceContext
from app.storage import passkeys as stored
from app.storage.passkeys import Passkey
from tests.integration.staff.conftest import Account, add_account
from tests.integration.staff.test_sign_in import HOME, move_clock, waiting

BROWSER = Browser("staff door x", Place("localhost", "http://localhost"), HOME)


def enter(ctx: ServiceContext, account: Account) -> Entry:
    entry = staff.check_code(ctx, waiting(ctx, account), account.code(ctx.clock.now()))
    assert isinstance(entry, Entry)
    return entry


def visit(ctx: ServiceContext, entry: Entry) -> Visit:
    found = staff.visit_of(ctx, entry.token, entry.proof)
    assert found is not None
    return found


def test_proof_is_of_its_own_session_and_holds_ten_minutes(
    ctx: ServiceContext, account: Account
) -> None:
    first = enter(ctx, account)
    move_clock(ctx, minutes=1)
    second = enter(ctx, account)

    def is_confirmed(token: str, proof: str | None) -> bool:
        found = staff.visit_of(ctx, token, proof)
        return found is not None and found.confirmed

    assert is_confirmed(*second)
    assert not is_confirmed(second.token, None)
    assert not is_confirmed(second.token, first.proof)
    assert not is_confirmed(second.token, second.token)
    move_clock(ctx, minutes=10)
    assert not is_confirmed(*second)


def test_confirming_replaces_the_token_and_keeps_the_key_of_the_forms(
    ctx: ServiceContext, account: Account
) -> None:
    entry = enter(ctx, account)
    who = visit(ctx, entry)
    move_clock(ctx, minutes=11)

    fresh = confirming.confirm_with_code(ctx, who, entry.token, account.code(ctx.clock.now()))

    assert isinstance(fresh, Entry)
    assert staff.visit_of(ctx, entry.token) is None
    assert (visit(ctx, fresh).key, visit(ctx, fresh).confirmed) == (who.key, True)


def test_code_that_confirmed_lets_nobody_in(ctx: ServiceContext, account: Account) -> None:
    entry = enter(ctx, account)
    move_clock(ctx, minutes=1)
    code = account.code(ctx.clock.now())
    confirming.confirm_with_code(ctx, visit(ctx, entry), entry.token, code)

    assert staff.check_code(ctx, waiting(ctx, account), code) is Refusal.WRONG


def test_recovery_code_works_once_and_its_misses_count_with_those_of_codes(
    ctx: ServiceContext, account: Account
) -> None:
    codes = recovery.make_codes(ctx, visit(ctx, enter(ctx, account)))
    move_clock(ctx, minutes=1)

    assert isinstance(recovery.sign_in(ctx, waiting(ctx, account), codes[0]), Entry)
    for _ in range(sign_in_limits.MISSES_OF_CODE):
        assert recovery.sign_in(ctx, waiting(ctx, account), codes[0]) is Refusal.WRONG
    code = account.code(ctx.clock.now())
    assert recovery.sign_in(ctx, waiting(ctx, account), codes[1]) is Refusal.TOO_MANY
    assert staff.check_code(ctx, waiting(ctx, account), code) is Refusal.TOO_MANY


def test_recovery_codes_are_stored_as_hashes_only(ctx: ServiceContext, account: Account) -> None:
    codes = recovery.make_codes(ctx, visit(ctx, enter(ctx, account)))

    with ctx.databases.research.read() as connection:
        hashes = list(connection.execute(text("SELECT code_hash FROM recovery_code")).scalars())
    assert len(hashes) == 10
    assert all(one.startswith("$argon2id$") for one in hashes)
    assert not [
        code for code in codes if code in str(hashes) or code.replace("-", "") in str(hashes)
    ]


def test_challenge_is_taken_once_in_its_browser_for_its_purpose_and_time(
    ctx: ServiceContext,
) -> None:
    now = ctx.clock.now()
    sign_in, confirm = ChallengePurpose.SIGN_IN, ChallengePurpose.CONFIRM

    def keep(challenge: bytes, bound_to: str) -> None:
        with ctx.databases.research.write() as connection:
            stored.keep_challenge(
                connection,
                challenge,
                sign_in,
                bound_to=bound_to,
                at=now,
                expires_at=now + timedelta(minutes=5),
            )

    def take(challenge: bytes, purpose: ChallengePurpose, bound_to: str, minutes: int = 0) -> bool:
        at = now + timedelta(minutes=minutes)
        with ctx.databases.research.write() as connection:
            return stored.take_challenge(connection, challenge, purpose, bound_to=bound_to, at=at)

    keep(b"one", "a")
    assert not take(b"one", confirm, "a")
    assert not take(b"one", sign_in, "b")
    assert not take(b"one", sign_in, "a", minutes=5)
    assert take(b"one", sign_in, "a")
    assert not take(b"one", sign_in, "a")
    keep(b"two", "a")
    keep(b"three", "a")
    assert not take(b"two", sign_in, "a")
    assert take(b"three", sign_in, "a")


def test_count_of_a_passkey_never_goes_back(ctx: ServiceContext, account: Account) -> None:
    who = visit(ctx, enter(ctx, account))
    now = ctx.clock.now()
    keys = [
        Passkey(uuid4(), who.staff_id, name, "x", count, "localhost", "", name, now, None)
        for name, count in (("counts", 3), ("never counts", 0))
    ]
    with ctx.databases.research.write() as connection:
        for key in keys:
            stored.add_passkey(connection, key)
        used = [stored.use_passkey(connection, keys[0].id, count=n, at=now) for n in (3, 2, 0, 4)]
        still = [stored.use_passkey(connection, keys[1].id, count=0, at=now) for _ in range(2)]

    assert used == [False, False, False, True]
    assert still == [True, True]
    assert passkeys.remove(ctx, who, keys[0].id) == "counts"
    assert passkeys.remove(ctx, who, keys[0].id) is None


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "{}",
        "[]",
        "null",
        "\0",
        '{"response": {"clientDataJSON": "e30"}}',
        '{"response": {"clientDataJSON": 7}}',
        '{"id": "x", "response": {"clientDataJSON": "eyJjaGFsbGVuZ2UiOiAiQUFBQSJ9"}}',
        "x" * 30_000,
    ],
)
def test_answer_that_is_none_is_a_miss_and_never_a_fault(
    small_ctx: ServiceContext, answer: str
) -> None:
    assert passkeys.sign_in(small_ctx, BROWSER, answer, waiting=None) is Refusal.WRONG


def test_guessing_with_passkeys_is_stopped_by_address(small_ctx: ServiceContext) -> None:
    for _ in range(sign_in_limits.MISSES_OF_ADDRESS):
        passkeys.sign_in(small_ctx, BROWSER, "{}", waiting=None)

    assert passkeys.sign_in(small_ctx, BROWSER, "{}", waiting=None) is Refusal.TOO_MANY


def test_question_for_a_passkey_wants_to_know_who_it_is(
    ctx: ServiceContext, account: Account
) -> None:
    who = visit(ctx, enter(ctx, account))

    asked = json.loads(passkeys.ask_to_sign(ctx, ChallengePurpose.SIGN_IN, BROWSER, None))
    made = json.loads(passkeys.ask_to_register(ctx, who, BROWSER))

    assert (asked["userVerification"], asked["allowCredentials"]) == ("required", [])
    assert made["authenticatorSelection"]["userVerification"] == "required"
    assert len(asked["challenge"]) >= 43  # 256 bits


def test_sessions_are_listed_and_ended(ctx: ServiceContext, account: Account) -> None:
    first = enter(ctx, account)
    move_clock(ctx, minutes=1)
    second = enter(ctx, account)
    here = visit(ctx, second)
    listed = own_account.sessions_of(ctx, here)
    assert [one.here for one in listed] == [True, False]

    assert own_account.end_session(ctx, here, listed[1].key)
    assert not own_account.end_session(ctx, here, listed[1].key)

    assert staff.visit_of(ctx, first.token) is None
    assert staff.visit_of(ctx, second.token) is not None


def test_link_is_used_once_also_when_two_use_it(ctx: ServiceContext, account: Account) -> None:
    who = visit(ctx, enter(ctx, account))
    made = staff_links.invite(ctx, who, email="New@Example.org", role=Role.ANALYST)
    opened = staff_links.open_link(ctx, made.token)
    assert opened is not None
    sealed = staff_links.chosen_password(ctx, opened, "zeven kamelen op de fiets")
    secret = "JBSWY3DPEHPK3PXP" * 2
    code = Account("", "", secret).code(ctx.clock.now())

    def finish() -> object:
        return staff_links.finish(
            ctx, opened, sealed_password=sealed, secret=secret, typed=code, device=None
        )

    first, second = finish(), finish()

    assert isinstance(first, staff_links.Joined)
    assert second is Refusal.ENDED
    assert visit(ctx, first.entry).email == "new@example.org"
    assert staff_links.open_link(ctx, made.token) is None


def test_administrator_who_was_closed_meanwhile_closes_nobody(ctx: ServiceContext) -> None:
    one = visit(ctx, enter(ctx, add_account(ctx, Role.ADMIN, "one@example.org")))
    two = visit(ctx, enter(ctx, add_account(ctx, Role.ADMIN, "two@example.org")))

    staff_accounts.close_account(ctx, one, two.staff_id)

    with pytest.raises(ChangedMeanwhileError):
        staff_accounts.close_account(ctx, two, one.staff_id)
    kept = [one.closed_at is None for one in staff_accounts.all_accounts(ctx)]
    assert kept == [True, False]
