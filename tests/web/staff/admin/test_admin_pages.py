"""Administration: who is let in, what may be changed, and how the installation stands."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import FixedClock
from app.panel.states import Role
from app.providers import MailSecurity, MailServer
from app.services.accounts.installation import LastBackup, health_of
from app.services.backing_up import back_up
from app.services.context import ServiceContext
from app.services.heartbeats import Heart
from app.storage import audit, models
from app.web.staff.admin.state import needs_of
from app.web.staff.figures import Figures
from tests.integration.staff.conftest import add_account
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk, checked
from tests.web.staff.door.test_joining import ADMIN, INVITE, address_of

WHO = "r@example.org"
WORKERS = "Workers that send messages"


def say(message: str, /, **values: object) -> str:
    return message % values if values else message


@pytest.fixture
def admin(signed_in: Callable[[Role], Desk]) -> Desk:
    return signed_in(Role.ADMIN)


def test_list_of_staff_is_searched_filtered_and_taken_home(
    admin: Desk, ctx: ServiceContext
) -> None:
    add_account(ctx, Role.RESEARCHER, WHO)
    add_account(ctx, Role.ANALYST, "=cmd@example.org")
    assert [row[0] for row in admin.get(f"{ADMIN}?q=r@ex").table("staff")] == [WHO]
    assert [row[0] for row in admin.get(f"{ADMIN}?role=researcher").table("staff")] == [WHO]

    file = admin.fetch(f"{ADMIN}/staff.csv")

    rows = list(csv.reader(io.StringIO(file.get_data(as_text=True).lstrip("\ufeff"))))
    assert [row[0] for row in rows[1:]] == ["'=cmd@example.org", "admin@example.org", WHO]


def test_another_role_holds_from_the_next_page_on(
    admin: Desk, app: Flask, ctx: ServiceContext
) -> None:
    desk = Desk(app)
    desk.sign_in(add_account(ctx, Role.RESEARCHER, WHO), ctx.clock.now())
    assert desk.fetch("/staff/people").status_code == 403
    path = address_of(admin, WHO)

    admin.submit(admin.get(path), f"{path}/role", role="fieldwork")

    assert desk.fetch("/staff/people").status_code == 200


def test_role_that_somebody_else_changed_meanwhile_is_not_overwritten(
    admin: Desk, ctx: ServiceContext
) -> None:
    add_account(ctx, Role.RESEARCHER, WHO)
    path = address_of(admin, WHO)
    old = admin.get(path)
    admin.submit(old, f"{path}/role", role="fieldwork")

    page = checked(admin.submit(old, f"{path}/role", role="admin"))

    assert page.status == 409
    assert "changed this account meanwhile" in page.words
    assert admin.get(path).form(f"{path}/role")["seen"] == "fieldwork"


def test_nobody_changes_the_own_role_or_closes_the_own_account(admin: Desk) -> None:
    path = address_of(admin, "admin@example.org")
    page = admin.get(path)
    assert page.actions == {"/staff/language", "/staff/sign-out"}
    token = {"csrf_token": page.form("/staff/sign-out")["csrf_token"]}

    role = admin.send(f"{path}/role", token | {"role": "analyst", "seen": "admin"})
    closed = admin.send(f"{path}/close", token)
    link = admin.send(f"{path}/link", token | {"kind": "password"})

    assert (role.status_code, closed.status_code, link.status_code) == (422, 422, 409)
    assert admin.get(ADMIN).table("staff")[0][1:3] == ["administrator", "open"]


def test_closed_account_is_signed_out_at_once(admin: Desk, app: Flask, ctx: ServiceContext) -> None:
    desk = Desk(app)
    desk.sign_in(add_account(ctx, Role.RESEARCHER, WHO), ctx.clock.now())
    path = address_of(admin, WHO)

    admin.submit(admin.get(f"{path}/close"), f"{path}/close")

    assert desk.fetch("/staff/").headers["Location"] == "/staff/sign-in"
    assert "closed" in admin.get(path).words
    again = admin.send(
        f"{path}/close", {"csrf_token": admin.get(path).form("/staff/sign-out")["csrf_token"]}
    )
    assert again.status_code == 409


@pytest.mark.parametrize(
    ("email", "role", "words"),
    [
        ("", "", "Fill in an e-mail address, such as name@example.nl. Choose a role."),
        ("no address", "analyst", "Fill in an e-mail address"),
        ("new@example.org", "king", "Choose a role."),
        (WHO, "analyst", "let in already"),
    ],
)
def test_invitation_that_cannot_be_made_says_all_at_once_and_keeps_what_was_typed(
    admin: Desk, ctx: ServiceContext, email: str, role: str, words: str
) -> None:
    add_account(ctx, Role.RESEARCHER, WHO)

    page = checked(admin.submit(admin.get(INVITE), INVITE, email=email, role=role))

    assert page.status == 422
    assert words in page.words
    assert page.form(INVITE)["email"] == email


def test_what_administrators_do_is_on_the_audit_log_without_addresses_or_tokens(
    admin: Desk, ctx: ServiceContext
) -> None:
    add_account(ctx, Role.RESEARCHER, WHO)
    made = admin.submit(admin.get(INVITE), INVITE, email="new@example.org", role="analyst")
    token = made.get_data(as_text=True).partition("/staff/join/")[2][:43]
    path = address_of(admin, WHO)
    admin.submit(admin.get(path), f"{path}/role", role="fieldwork")
    admin.submit(admin.get(path), f"{path}/link")
    admin.submit(admin.get(f"{path}/close"), f"{path}/close")

    with ctx.databases.research.snapshot() as connection:
        rows = connection.execute(select(models.AuditEvent)).all()
        assert audit.verify_chain(connection) is None
        links = str(connection.execute(select(models.StaffLink)).all())
    actions = [row.action for row in rows]
    assert {"staff.invited", "staff.role_changed", "staff.way_back_given", "staff.closed"} <= set(
        actions
    )
    told = str([(row.subject, row.detail) for row in rows])
    assert "example.org" not in told
    assert token not in told + links


def test_settings_show_no_secret(ctx: ServiceContext) -> None:
    server = MailServer(MailSecurity.TLS, "mail.example.org", 465, "user", "mail-password")
    settings = replace(ctx.settings, smtp=server, sms_report_key="r" * 40)
    there = replace(ctx, settings=settings)
    desk = Desk(staff_app(there))
    desk.sign_in(add_account(there, Role.ADMIN), ctx.clock.now())

    words = desk.get(f"{ADMIN}/settings").words

    assert "mail.example.org" in words
    assert ", ".join(settings.staff_keys) in words
    for secret in ("mail-password", "r" * 40, settings.secret_key):
        assert secret not in words
    for key in [*settings.staff_keys.values(), *settings.contact_keys.values()]:
        assert key.decode("latin-1") not in words


def test_health_says_first_what_needs_something(ctx: ServiceContext, admin: Desk) -> None:
    page = admin.get(f"{ADMIN}/health")
    states = dict(row for row in page.table("health"))
    assert states["Database of answers"] == "SQLite, answers and is up to date"
    assert states["A worker last took a message"] == "never"

    broken = replace(ctx, settings=replace(ctx.settings, fonts_dir=Path("no-fonts-here")))
    desk = Desk(staff_app(broken))
    desk.sign_in(add_account(broken, Role.ADMIN, "b@example.org"), ctx.clock.now())

    assert "install the package fonts-noto-core" in desk.get(f"{ADMIN}/health").words


def test_workers_are_at_work_while_they_are_heard_of(ctx: ServiceContext, admin: Desk) -> None:
    heart = Heart(ctx, "w-1", ["email"])
    assert dict(admin.get(f"{ADMIN}/health").table("health"))[WORKERS] == "none at work"

    heart()
    assert dict(admin.get(f"{ADMIN}/health").table("health"))[WORKERS].startswith("1 at work")

    assert isinstance(ctx.clock, FixedClock)
    ctx.clock.advance(timedelta(minutes=6))
    silent = dict(admin.get(f"{ADMIN}/health").table("health"))[WORKERS]
    assert silent.startswith("none at work; one ended without a word")

    heart.stop()
    assert dict(admin.get(f"{ADMIN}/health").table("health"))[WORKERS] == "none at work"


def test_messages_that_nobody_sends_need_something(ctx: ServiceContext, admin: Desk) -> None:
    assert "no worker sends them" not in admin.get(f"{ADMIN}/health").words
    found = replace(health_of(ctx), due=3)

    assert found.waits_for_a_worker
    assert "Messages that are due: 3" in needs_of(say, found)[0]
    Heart(ctx, "w-1", ["sms"])()
    assert not replace(health_of(ctx), due=3).waits_for_a_worker


def test_health_says_when_the_last_backup_was_made(
    ctx: ServiceContext, admin: Desk, tmp_path: Path
) -> None:
    never = dict(admin.get(f"{ADMIN}/health").table("health"))["Last backup"]
    assert never == "none was made by this program"
    # Outside of the data directory, which is this folder.
    with tempfile.TemporaryDirectory() as elsewhere:
        back_up(ctx.settings, ctx.clock, Path(elsewhere) / "all.zip")

    made = dict(admin.get(f"{ADMIN}/health").table("health"))["Last backup"]

    assert Figures("en").moment(ctx.clock.now()) in made
    assert "rows: " in made


def test_real_people_without_a_backup_of_the_last_day_need_one(ctx: ServiceContext) -> None:
    real = replace(health_of(ctx), synthetic=False)
    assert "There is no backup of the last day" in needs_of(say, real)[0]

    night = LastBackup(ctx.clock.now() - timedelta(hours=24), 10, 1000)
    assert needs_of(say, replace(real, last_backup=night)) == []
    old = LastBackup(ctx.clock.now() - timedelta(hours=26), 10, 1000)
    assert len(needs_of(say, replace(real, last_backup=old))) == 1


def test_queues_teach_while_they_are_empty(admin: Desk) -> None:
    page = admin.get(f"{ADMIN}/queues")

    assert "No messages yet" in page.words
    assert ["Running", "0"] in page.table("jobs")
