"""Signing in: two steps, one answer to whatever is wrong, sessions that end."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import FixedClock, MovedClock, SystemClock
from app.panel.states import Role
from app.services.accounts import sign_in_limits, staff
from app.services.accounts.staff import Refusal
from app.services.context import ServiceContext
from app.settings import Argon2Cost
from app.storage import audit, models
from app.storage import staff as accounts
from tests.builders import Running
from tests.integration.staff.conftest import PASSWORD, Account, add_account

HOME = "192.0.2.1"
ELSEWHERE = "198.51.100.7"


def move_clock(ctx: ServiceContext, **step: float) -> None:
    assert isinstance(ctx.clock, FixedClock)
    ctx.clock.advance(timedelta(**step))


def give_password(
    ctx: ServiceContext, account: Account, password: str | None = None, address: str = HOME
) -> str | Refusal:
    return staff.check_password(ctx, account.email, password or account.password, address=address)


def waiting(ctx: ServiceContext, account: Account) -> str:
    """The token of a session that waits for the code."""
    token = give_password(ctx, account)
    assert not isinstance(token, Refusal)
    return token


def sign_in(ctx: ServiceContext, account: Account) -> str:
    entry = staff.check_code(ctx, waiting(ctx, account), account.code(ctx.clock.now()))
    assert not isinstance(entry, Refusal)
    return entry.token


def actions(ctx: ServiceContext) -> list[str]:
    with ctx.databases.research.read() as connection:
        return list(connection.scalars(select(models.AuditEvent.action).order_by("seq")))


def test_right_password_and_code_let_in(ctx: ServiceContext, account: Account) -> None:
    visit = staff.visit_of(ctx, sign_in(ctx, account))

    assert visit is not None
    assert visit.signed_in
    assert (visit.email, visit.role) == (account.email, Role.RESEARCHER)


@pytest.mark.parametrize("email", ["nobody@example.org", "", "a\0b@example.org", "x" * 300])
def test_unknown_account_gets_the_answer_of_a_wrong_password(
    ctx: ServiceContext, account: Account, email: str
) -> None:
    unknown = staff.check_password(ctx, email, account.password, address=HOME)

    assert unknown is give_password(ctx, account, "not the right password")
    assert unknown is Refusal.WRONG


def test_email_address_is_known_in_any_case(ctx: ServiceContext, account: Account) -> None:
    typed = replace(account, email=" R@Example.ORG ")

    assert not isinstance(give_password(ctx, typed), Refusal)


def test_unknown_account_takes_as_long_as_a_wrong_password(small_ctx: ServiceContext) -> None:
    costly = Argon2Cost(passes=2, memory_kib=65_536, lanes=1)
    ctx = replace(small_ctx, settings=replace(small_ctx.settings, argon2=costly))
    account = add_account(ctx)
    unknown = replace(account, email="nobody@example.org")
    give_password(ctx, unknown, "first use computes a hash to compare with")

    def seconds(who: Account) -> float:
        start = time.perf_counter()
        give_password(ctx, who, "not the right password")
        return time.perf_counter() - start

    known, not_known = (min(seconds(who) for _ in range(3)) for who in (account, unknown))
    assert not_known > known / 2


def test_password_alone_opens_nothing(ctx: ServiceContext, account: Account) -> None:
    visit = staff.visit_of(ctx, waiting(ctx, account))

    assert visit is not None
    assert not visit.signed_in


def test_password_waits_ten_minutes_for_its_code(ctx: ServiceContext, account: Account) -> None:
    token = waiting(ctx, account)
    move_clock(ctx, minutes=10)

    assert staff.visit_of(ctx, token) is None
    assert staff.check_code(ctx, token, account.code(ctx.clock.now())) is Refusal.ENDED


def test_token_changes_when_the_code_is_right(ctx: ServiceContext, account: Account) -> None:
    before = waiting(ctx, account)

    after = staff.check_code(ctx, before, account.code(ctx.clock.now()))

    assert not isinstance(after, Refusal)
    assert after.token != before
    assert staff.visit_of(ctx, before) is None


def test_code_works_once(ctx: ServiceContext, account: Account) -> None:
    code = account.code(ctx.clock.now())
    first, second = waiting(ctx, account), waiting(ctx, account)

    assert not isinstance(staff.check_code(ctx, first, code), Refusal)
    assert staff.check_code(ctx, second, code) is Refusal.WRONG


@pytest.mark.parametrize(("steps", "works"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_clock_of_the_phone_may_be_one_step_off(
    small_ctx: ServiceContext, steps: int, works: bool
) -> None:
    account = add_account(small_ctx)
    code = account.code(small_ctx.clock.now(), steps)

    reply = staff.check_code(small_ctx, waiting(small_ctx, account), code)

    assert isinstance(reply, Refusal) is not works


def test_code_may_be_typed_with_a_space_and_in_arabic_digits(
    small_ctx: ServiceContext,
) -> None:
    account = add_account(small_ctx)
    code = account.code(small_ctx.clock.now())
    typed = " ".join((code[:3], code[3:])).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))

    assert not isinstance(staff.check_code(small_ctx, waiting(small_ctx, account), typed), Refusal)


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "0" * 10_000, "<script>", "\0"])
def test_anything_but_the_code_is_refused(small_ctx: ServiceContext, typed: str) -> None:
    account = add_account(small_ctx)

    assert staff.check_code(small_ctx, waiting(small_ctx, account), typed) is Refusal.WRONG


def test_guessing_from_one_address_is_stopped_there_and_not_elsewhere(
    ctx: ServiceContext, account: Account
) -> None:
    for _ in range(sign_in_limits.MISSES_FROM_HERE):
        assert give_password(ctx, account, "a wrong password, again") is Refusal.WRONG

    assert give_password(ctx, account) is Refusal.TOO_MANY
    assert not isinstance(give_password(ctx, account, address=ELSEWHERE), Refusal)


def test_wrong_tries_are_forgotten_after_an_hour(ctx: ServiceContext, account: Account) -> None:
    for _ in range(sign_in_limits.MISSES_FROM_HERE):
        give_password(ctx, account, "a wrong password, again")
    move_clock(ctx, hours=1, minutes=10)

    assert not isinstance(give_password(ctx, account), Refusal)


def test_trying_many_accounts_from_one_address_is_stopped(
    small_ctx: ServiceContext,
) -> None:
    account = add_account(small_ctx)
    for number in range(sign_in_limits.MISSES_OF_ADDRESS):
        tried = replace(account, email=f"guess{number}@example.org")
        assert give_password(small_ctx, tried) is Refusal.WRONG

    assert give_password(small_ctx, account) is Refusal.TOO_MANY


def test_guessing_the_code_is_stopped(ctx: ServiceContext, account: Account) -> None:
    right = account.code(ctx.clock.now())
    wrong = f"{(int(right) + 1) % 1_000_000:06}"
    for _ in range(sign_in_limits.MISSES_OF_CODE):
        assert staff.check_code(ctx, waiting(ctx, account), wrong) is Refusal.WRONG

    assert staff.check_code(ctx, waiting(ctx, account), right) is Refusal.TOO_MANY


def test_session_ends_after_half_an_hour_without_use(ctx: ServiceContext, account: Account) -> None:
    token = sign_in(ctx, account)
    for _ in range(3):
        move_clock(ctx, minutes=29)
        assert staff.visit_of(ctx, token) is not None
    move_clock(ctx, minutes=30)

    assert staff.visit_of(ctx, token) is None


def test_session_ends_after_twelve_hours_of_use(ctx: ServiceContext, account: Account) -> None:
    token = sign_in(ctx, account)
    for _ in range(35):
        move_clock(ctx, minutes=20)
        assert staff.visit_of(ctx, token) is not None
    move_clock(ctx, minutes=20)

    assert staff.visit_of(ctx, token) is None


def test_signing_out_ends_the_session_on_the_server(ctx: ServiceContext, account: Account) -> None:
    token = sign_in(ctx, account)

    staff.sign_out(ctx, token)

    assert staff.visit_of(ctx, token) is None


def test_closed_account_loses_its_session_and_its_entrance(
    ctx: ServiceContext, account: Account
) -> None:
    token = sign_in(ctx, account)
    visit = staff.visit_of(ctx, token)
    assert visit is not None
    with ctx.databases.research.write() as connection:
        accounts.disable_member(connection, visit.staff_id, at=ctx.clock.now())

    assert staff.visit_of(ctx, token) is None
    assert give_password(ctx, account) is Refusal.WRONG


@pytest.mark.parametrize("token", [None, "", "made up", "' OR 1=1 --"])
def test_unknown_token_is_nobody(ctx: ServiceContext, token: str | None) -> None:
    assert staff.visit_of(ctx, token) is None
    staff.sign_out(ctx, token)


def test_database_holds_no_secret_in_the_clear(small_ctx: ServiceContext) -> None:
    account = add_account(small_ctx)
    token = sign_in(small_ctx, account)

    rows = Running(None, small_ctx).rows()  # type: ignore[arg-type]  # no site is needed

    assert account.email in rows
    for secret in (account.password, account.secret, token):
        assert secret not in rows


def test_everything_at_the_door_is_on_record_and_nothing_typed_is(
    ctx: ServiceContext, account: Account
) -> None:
    give_password(ctx, account, "wrong-but-typed-here")
    staff.check_password(ctx, "my-password-by-mistake", "x", address=HOME)
    token = sign_in(ctx, account)
    staff.sign_out(ctx, token)

    assert actions(ctx) == [
        "staff.added",
        "staff.sign_in_failed",
        "staff.sign_in_failed",
        "staff.signed_in",
        "staff.signed_out",
    ]
    rows = Running(None, ctx).rows()  # type: ignore[arg-type]  # no site is needed
    for typed in ("wrong-but-typed-here", "my-password-by-mistake", HOME):
        assert typed not in rows
    with ctx.databases.research.snapshot() as connection:
        assert audit.verify_chain(connection) is None


def test_short_password_is_refused(small_ctx: ServiceContext) -> None:
    with pytest.raises(
        staff.PasswordTooShortError, match="found 14 characters, expected at least 15"
    ):
        staff.add_member(small_ctx, email="a@example.org", password="x" * 14, role=Role.ADMIN)


def test_password_is_the_same_from_every_keyboard(small_ctx: ServiceContext) -> None:
    staff.add_member(
        small_ctx, email="e@example.org", password="caf\u00e9 en reünie samen", role=Role.ANALYST
    )

    decomposed = staff.check_password(
        small_ctx, "e@example.org", "cafe\u0301 en reu\u0308nie samen", address=HOME
    )

    assert not isinstance(decomposed, Refusal)


def test_password_is_hashed_anew_when_the_cost_was_raised(small_ctx: ServiceContext) -> None:
    account = add_account(small_ctx)
    dearer = replace(small_ctx, settings=replace(small_ctx.settings, argon2=Argon2Cost(2, 256, 1)))

    waiting(dearer, account)

    with small_ctx.databases.research.read() as connection:
        member = accounts.find_member(connection, account.email)
    assert member is not None
    assert "m=256,t=2,p=1" in member.password_hash
    assert PASSWORD not in member.password_hash
    waiting(dearer, account)


def test_authenticator_shows_the_real_time_where_the_site_runs_at_another(
    ctx: ServiceContext,
) -> None:
    account = add_account(ctx)
    moved = replace(ctx, clock=MovedClock.beginning(ctx.clock.now()))
    code = account.code(SystemClock().now())

    entry = staff.check_code(moved, waiting(moved, account), code)

    assert not isinstance(entry, Refusal)
    # The command line signs in at the real time: what was used on the site is used there too.
    here = replace(ctx, clock=SystemClock())
    assert staff.check_code(here, waiting(here, account), code) is Refusal.WRONG
    visit = staff.visit_of(moved, entry.token)
    assert visit is not None
    assert visit.signed_in
