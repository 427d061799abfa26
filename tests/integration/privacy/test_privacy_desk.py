"""Requests as the privacy officer handles them, and the log read back, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from app.clock import FixedClock
from app.panel.privacy import Asked, Longer, Outcome
from app.panel.states import Role
from app.services.accounts.staff import Visit
from app.services.context import ServiceContext
from app.services.privacy import audit_heads, audit_log, dpia, erasing, privacy_desk
from app.services.privacy.audit_log import Head, Tampering, Wanted
from app.services.privacy.erasing import Order
from app.services.privacy.privacy_desk import (
    AlreadyLongerError,
    GroundError,
    RequestError,
    TooLateError,
)
from app.storage import staff as accounts
from app.storage.audit import append_audit
from app.storage.models.staff import SignInStage
from tests.integration.privacy.someone import Someone, someone
from tests.integration.staff.conftest import add_account

NOON = datetime(2024, 2, 1, 12, 0, tzinfo=UTC)
EMAIL = "privacy@example.nl"


@pytest.fixture
def visit(ctx: ServiceContext) -> Visit:
    """The privacy officer."""
    add_account(ctx, Role.PRIVACY_OFFICER, EMAIL)
    with ctx.databases.research.read() as connection:
        member = accounts.find_member(connection, EMAIL)
    assert member is not None
    return Visit(
        staff_id=member.id, email=EMAIL, role=Role.PRIVACY_OFFICER, stage=SignInStage.FULL, key="k"
    )


@pytest.fixture
def who(ctx: ServiceContext) -> Someone:
    return someone(ctx)


def later(ctx: ServiceContext, days: int) -> ServiceContext:
    return replace(ctx, clock=FixedClock(NOON + timedelta(days=days)))


def test_why_it_took_longer_stays_when_the_request_is_done(
    ctx: ServiceContext, visit: Visit, who: Someone
) -> None:
    asked = privacy_desk.file(ctx, visit, who.person_id, Asked.ACCESS)

    until = privacy_desk.make_longer(ctx, visit, asked, Longer.MANY)
    privacy_desk.make_copy(ctx, visit, asked, "en")

    assert until == date(2024, 5, 1)
    standing = privacy_desk.open_request(ctx, asked).standing
    assert standing.longer is Longer.MANY
    assert standing.request.outcome["copy"] == "en"
    assert standing.request.due_on == date(2024, 5, 1)


def test_time_is_made_longer_once_and_within_the_first_month(
    ctx: ServiceContext, visit: Visit, who: Someone
) -> None:
    asked = privacy_desk.file(ctx, visit, who.person_id, Asked.ACCESS)

    with pytest.raises(TooLateError):
        privacy_desk.make_longer(later(ctx, 30), visit, asked, Longer.COMPLEX)
    # 1 March is the last day: a month after 1 February.
    privacy_desk.make_longer(later(ctx, 29), visit, asked, Longer.COMPLEX)
    with pytest.raises(AlreadyLongerError):
        privacy_desk.make_longer(ctx, visit, asked, Longer.COMPLEX)


def test_the_same_request_twice_is_one(ctx: ServiceContext, visit: Visit, who: Someone) -> None:
    first = privacy_desk.file(ctx, visit, who.person_id, Asked.ACCESS)

    assert privacy_desk.file(ctx, visit, who.person_id, Asked.ACCESS) == first
    assert [one.request.id for one in privacy_desk.list_standing(ctx)] == [first]


def test_a_refused_request_gives_no_copy_and_cannot_be_refused_again(
    ctx: ServiceContext, visit: Visit, who: Someone
) -> None:
    asked = privacy_desk.file(ctx, visit, who.person_id, Asked.ACCESS)
    with pytest.raises(GroundError):
        privacy_desk.answer(ctx, visit, asked, Outcome.LEGAL_CLAIM)

    privacy_desk.answer(ctx, visit, asked, Outcome.EXCESSIVE)

    for again in (
        lambda: privacy_desk.make_copy(ctx, visit, asked, "nl"),
        lambda: privacy_desk.answer(ctx, visit, asked, Outcome.EXCESSIVE),
        lambda: privacy_desk.make_copy(ctx, visit, UUID(int=0), "nl"),
    ):
        with pytest.raises(RequestError):
            again()


def test_an_erased_person_keeps_the_request_and_nothing_else(
    ctx: ServiceContext, visit: Visit, who: Someone
) -> None:
    asked = privacy_desk.file(ctx, visit, who.person_id, Asked.ERASURE)

    erasing.erase(ctx, Order(who.person_id, EMAIL, staff_id=visit.staff_id))

    opened = privacy_desk.open_request(ctx, asked)
    assert opened.standing.erased
    assert opened.standing.days_left is None
    assert [one.action for one in opened.deeds][-1] == "privacy.erased"


def test_the_log_is_cut_and_counted_by_the_database(ctx: ServiceContext, visit: Visit) -> None:
    with ctx.databases.research.write() as connection:
        for number in range(7):
            append_audit(
                connection,
                at=NOON + timedelta(days=number),
                staff_id=visit.staff_id if number % 2 else None,
                action="tea.made" if number < 5 else "tea_made",
                subject=f"100%_{number}",
            )

    def found(**wanted: object) -> list[str]:
        rows, total = audit_log.entries(
            ctx,
            Wanted(**wanted),
            descending=False,
            offset=0,
            limit=100,  # type: ignore[arg-type]
        )
        assert total == len(rows)
        return [one.subject[-1] for one in rows if one.subject.startswith("100%_")]

    assert found(action="tea") == ["0", "1", "2", "3", "4"]
    assert found(action="tea_made") == ["5", "6"]
    assert found(who=EMAIL, action="tea") == ["1", "3"]
    assert found(who="-", action="tea") == ["0", "2", "4"]
    # Signs that mean something to LIKE mean themselves.
    assert found(subject="100%_3") == ["3"]
    assert found(subject="100__") == []
    assert found(since=NOON + timedelta(days=5)) == ["5", "6"]
    assert found(action="tea", until=NOON + timedelta(days=2)) == ["0", "1"]
    page, total = audit_log.entries(ctx, Wanted(action="tea"), descending=True, offset=1, limit=2)
    assert ([one.subject[-1] for one in page], total) == (["3", "2"], 5)


def test_the_head_is_kept_once_a_day_and_tells_of_a_log_written_anew(
    ctx: ServiceContext, visit: Visit
) -> None:
    first = audit_heads.keep_today(ctx)

    assert first is not None
    assert audit_heads.keep_today(ctx) is None
    assert audit_heads.keep_today(later(ctx, 1)) is not None
    assert audit_log.verify(ctx).holds
    other = Head(first.head.seq, "0" * 64)
    broken = audit_log.verify(ctx, other).broken
    assert broken is not None
    assert (broken.kind, broken.seq) == (Tampering.REWRITTEN, first.head.seq)


@pytest.mark.parametrize("typed", ["", "x", "0:" + "a" * 64, "5:" + "a" * 63, "5 " + "g" * 64])
def test_what_is_no_head_is_refused(typed: str) -> None:
    with pytest.raises(audit_log.HeadError):
        audit_log.parse_head(typed)


def test_an_assessment_outlives_a_crash_in_the_middle_of_a_line(
    ctx: ServiceContext, visit: Visit
) -> None:
    dpia.save(ctx, visit, {"basis": "one"}, seen=0, study_hash="x")
    assert ctx.settings.data_dir is not None
    file = ctx.settings.data_dir / dpia.FILE_NAME
    file.write_bytes(file.read_bytes() + b'{"kind":"version","number":2,"te')

    dpia.save(ctx, visit, {"basis": "two"}, seen=1, study_hash="x")

    assert [one.texts["basis"] for one in dpia.versions(ctx)] == ["one", "two"]
