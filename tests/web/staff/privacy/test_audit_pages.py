"""The log of staff: found by who, what and when; whole, or the row at fault is named."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import text

from app.panel.states import Role
from app.services.context import ServiceContext
from app.storage.audit import append_audit
from tests.web.staff.desk import Desk, Page, checked

SignIn = Callable[[Role], Desk]
LOG = "/staff/privacy/audit"
SUBJECT = "person 00ff"


@pytest.fixture
def officer(signed_in: SignIn) -> Desk:
    return signed_in(Role.PRIVACY_OFFICER)


def fill(ctx: ServiceContext, count: int) -> None:
    with ctx.databases.research.write() as connection:
        for number in range(count):
            append_audit(
                connection,
                at=ctx.clock.now(),
                staff_id=None,
                action="tea.made" if number % 2 else "people.news",
                subject=f"{SUBJECT}{number}",
                detail={"note": f"number {number}"},
            )


def behind_its_guards(ctx: ServiceContext, *statements: str) -> None:
    """Change the log as somebody who owns the machine can."""
    with ctx.databases.research.write() as connection:
        connection.execute(text("DROP TRIGGER audit_event_refuses_update"))
        connection.execute(text("DROP TRIGGER audit_event_refuses_delete"))
        for statement in statements:
            connection.execute(text(statement))


def check(desk: Desk, head: str = "") -> Page:
    answer = desk.submit(desk.get(f"{LOG}/verify"), f"{LOG}/verify", head=head)
    return checked(answer)


def head_of(desk: Desk) -> str:
    page = desk.get(f"{LOG}/verify")
    return next(str(one.text) for one in page.tree.iter("code") if one.text and len(one.text) > 64)


def test_the_log_is_read_the_latest_first_a_page_at_a_time(
    officer: Desk, ctx: ServiceContext
) -> None:
    fill(ctx, 60)

    first, second = officer.get(LOG), officer.get(f"{LOG}?sort=when&order=desc&page=2")

    assert len(first.table("log")) == 50
    assert f"{SUBJECT}59" in first.table("log")[0]
    assert f"{SUBJECT}0" in [cell for row in second.table("log") for cell in row]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("action=tea.made", {"tea.made"}),
        ("action=tea", {"tea.made", "tea.drunk"}),
        ("who=-&action=people.news", {"people.news"}),
        (f"q={SUBJECT.replace(' ', '+')}", {"tea.made", "people.news"}),
        ("who=privacy_officer%40example.org", {"staff.signed_in"}),
    ],
)
def test_the_log_is_narrowed_by_who_what_and_whom(
    officer: Desk, ctx: ServiceContext, query: str, expected: set[str]
) -> None:
    fill(ctx, 4)
    with ctx.databases.research.write() as connection:
        append_audit(
            connection, at=ctx.clock.now(), staff_id=None, action="tea.drunk", subject="2020"
        )

    found = {row[2] for row in officer.get(f"{LOG}?{query}").table("log")}

    assert found == expected


def test_days_outside_the_period_are_left_out_and_a_day_that_is_none_is_told(
    officer: Desk, ctx: ServiceContext
) -> None:
    fill(ctx, 3)

    assert officer.get(f"{LOG}?since=2024-02-01&until=2024-02-01").has("log")
    assert not officer.get(f"{LOG}?until=2024-01-31").has("log")
    page = officer.get(f"{LOG}?since=soon")
    assert page.status == 422
    assert "First day: this is no date." in page.words


@pytest.mark.parametrize("query", ["sort=hash", "action=nothing", "who=x%40example.org", "page=-1"])
def test_what_the_list_does_not_offer_is_no_page(officer: Desk, query: str) -> None:
    assert officer.get(f"{LOG}?{query}").status == 404


def test_the_log_goes_home_with_numbers_and_hashes_and_that_is_on_record(
    officer: Desk, ctx: ServiceContext
) -> None:
    fill(ctx, 3)

    lines = officer.fetch(f"{LOG}.csv?action=tea.made").get_data(as_text=True).splitlines()

    assert len(lines) == 1 + 1
    assert f"{SUBJECT}1" in lines[1]
    assert "audit.exported" in [row[2] for row in officer.get(LOG).table("log")]


def test_a_log_that_nobody_touched_is_whole(officer: Desk, ctx: ServiceContext) -> None:
    fill(ctx, 5)

    page = check(officer)

    assert "The log is whole" in page.words
    assert len(page.table("heads")) == 1


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (("UPDATE audit_event SET subject = 'x' WHERE seq = 4",), "Row 4 was changed"),
        (("DELETE FROM audit_event WHERE seq = 4",), "Rows before row 5 were removed: 1"),
        (
            (
                "UPDATE audit_event SET seq = 99 WHERE seq = 4",
                "UPDATE audit_event SET seq = 4 WHERE seq = 5",
                "UPDATE audit_event SET seq = 5 WHERE seq = 99",
            ),
            "Row 4 was moved",
        ),
    ],
)
def test_a_row_that_was_changed_removed_or_moved_is_named(
    officer: Desk, ctx: ServiceContext, statements: tuple[str, ...], words: str
) -> None:
    fill(ctx, 6)
    behind_its_guards(ctx, *statements)

    page = check(officer)

    assert words in page.words
    assert "is whole" not in page.words


def test_rows_cut_off_show_against_a_head_on_paper(officer: Desk, ctx: ServiceContext) -> None:
    fill(ctx, 5)
    kept = head_of(officer)
    behind_its_guards(ctx, "DELETE FROM audit_event WHERE seq > 6")

    assert "is whole" in check(officer).words
    assert "were cut off at the end" in check(officer, kept).words


def test_rows_cut_off_show_against_the_head_written_down_that_day(
    officer: Desk, ctx: ServiceContext
) -> None:
    fill(ctx, 5)
    check(officer)
    behind_its_guards(ctx, "DELETE FROM audit_event WHERE seq > 6")

    assert "were cut off at the end" in check(officer).words


def test_a_kept_head_that_somebody_made_up_is_not_believed(
    officer: Desk, ctx: ServiceContext
) -> None:
    fill(ctx, 5)
    check(officer)
    assert ctx.settings.data_dir is not None
    file = ctx.settings.data_dir / "audit-heads.jsonl"
    file.write_text(file.read_text().replace('"seq":', '"seq":1'), encoding="utf-8")

    page = check(officer)

    assert "signature does not fit: 1" in page.words


def test_what_is_no_head_is_refused_and_stays_typed(officer: Desk) -> None:
    page = check(officer, "12:abc")

    assert page.status == 422
    assert page.by_id("head").get("value") == "12:abc"
