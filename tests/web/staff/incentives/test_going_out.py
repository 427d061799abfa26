"""Thank-yous on their way: sent by a job, put on a list for the post, each once."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import text

from app.panel.incentives import Account, IncentiveKind, IncentiveStatus, Way
from app.panel.states import Role
from app.services import jobs
from app.services.context import ServiceContext
from app.services.thanks import incentives_desk, incentives_stock
from app.services.thanks import incentives_destinations as destinations
from app.storage import incentives
from app.storage.incentives import Incentive
from tests.builders import WAVE, invite
from tests.web.staff.desk import Desk, checked

SignIn = Callable[[Role], Desk]
HERE = "/staff/incentives"
LISTS = f"{HERE}/lists"
BY = "fieldwork@example.org"
ADDRESS = {"name": "N. Nobody", "street": "Nowhere 1", "postcode": "1234 AB", "city": "Town"}


@pytest.fixture
def fieldwork(signed_in: SignIn) -> Desk:
    return signed_in(Role.FIELDWORK)


def ask(ctx: ServiceContext, way: Way, to: dict[str, str]) -> UUID:
    """Somebody who earned a card of ten euros says where it may go."""
    case = invite(ctx)
    now = ctx.clock.now()
    with ctx.databases.research.write() as connection:
        person = connection.execute(
            text("SELECT person_id FROM survey_case WHERE id = :id"), {"id": case.case_id.hex}
        ).scalar_one()
        one = Incentive(
            case_id=case.case_id, person_id=UUID(str(person)), wave=WAVE, rule="thanks",
            kind=IncentiveKind.GIFT_CODE, currency="EUR", value_cents=1000, language="nl",
            due_at=now,
        )  # fmt: skip
        incentives.make_due(connection, [one])
        incentives.set_status(connection, [one.id], IncentiveStatus.ASKED, now, {}, way=way)
    destinations.keep(ctx, one.id, to, at=now)
    return one.id


def buy(ctx: ServiceContext, *codes: str) -> None:
    raw = "\n".join(("code", *codes)).encode()
    incentives_stock.add_codes(ctx, raw, name="shop", value="10.00", by=BY)


def made_list(desk: Desk) -> str:
    """The page of a list that was made of what waits."""
    done = desk.submit(desk.get(LISTS), LISTS)
    assert done.status_code == 303
    return done.headers["Location"]


def test_pages_without_anything_waiting_say_what_comes_there(fieldwork: Desk) -> None:
    assert "Nothing waits to be sent" in fieldwork.get(f"{HERE}/send").words
    page = fieldwork.get(LISTS)
    assert "Nobody waits for a thank-you by post" in page.words
    assert LISTS not in page.actions


def test_too_little_in_stock_is_told_before_anything_is_sent(
    fieldwork: Desk, ctx: ServiceContext
) -> None:
    ask(ctx, Way.EMAIL, {"email": "a@example.org"})
    ask(ctx, Way.EMAIL, {"email": "b@example.org"})
    buy(ctx, "AAAA-0001")

    page = fieldwork.get(f"{HERE}/send")

    assert page.table("waiting")[0][2:] == ["2", "0", "1"]
    assert "there are 1 in stock and 2 wait: take in more" in page.words


def test_sending_is_asked_for_once_however_often_it_is_pressed(
    fieldwork: Desk, ctx: ServiceContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "begin", lambda _ctx: None)
    ask(ctx, Way.EMAIL, {"email": "a@example.org"})
    buy(ctx, "AAAA-0001")
    page = fieldwork.get(f"{HERE}/send")

    first = fieldwork.submit(page, f"{HERE}/send").headers["Location"]
    second = fieldwork.submit(page, f"{HERE}/send").headers["Location"]

    assert first == second
    jobs.run_here(ctx, UUID(first.rsplit("/", 1)[1]))
    job = fieldwork.get(first)
    assert "Sending thank-yous" in job.words
    assert "a@example.org" not in job.words


def test_a_list_goes_from_file_to_post_and_leaves_no_address(
    fieldwork: Desk, ctx: ServiceContext
) -> None:
    one = ask(ctx, Way.POST, ADDRESS)
    buy(ctx, "AAAA-0001")

    path = made_list(fieldwork)
    page = fieldwork.get(path)
    file = fieldwork.submit(page, f"{path}/file")
    assert "N. Nobody" in file.get_data(as_text=True)
    assert "AAAA-0001" in file.get_data(as_text=True)
    assert file.headers["Cache-Control"] == "no-store"
    unsure = checked(fieldwork.submit(page, f"{path}/posted", sure=""))
    assert unsure.status == 422
    done = fieldwork.submit(page, f"{path}/posted")

    assert done.status_code == 303
    assert "Sent by post: 1" in fieldwork.get(LISTS).words
    assert destinations.read(ctx, [one]) == {}
    assert ctx.settings.data_dir is not None
    assert not list((ctx.settings.data_dir / "incentives").iterdir())
    assert incentives_stock.books(ctx)[0].accounts[Account.SENT] == 1


def test_who_takes_a_list_stands_on_record_without_a_name_on_it(
    fieldwork: Desk, ctx: ServiceContext
) -> None:
    ask(ctx, Way.POST, ADDRESS)
    buy(ctx, "AAAA-0001")
    path = made_list(fieldwork)

    fieldwork.submit(fieldwork.get(path), f"{path}/file")

    query = "SELECT staff_id, detail FROM audit_event WHERE action = 'incentives.list_taken'"
    with ctx.databases.research.read() as connection:
        staff_id, detail = connection.execute(text(query)).one()
    assert staff_id is not None
    assert '"addresses": 1' in str(detail)
    assert "Nobody" not in str(detail)


def test_a_list_that_was_thrown_away_gives_the_same_code_to_the_next(
    fieldwork: Desk, ctx: ServiceContext
) -> None:
    ask(ctx, Way.POST, ADDRESS)
    buy(ctx, "AAAA-0001", "BBBB-0002")
    path = made_list(fieldwork)
    first = fieldwork.submit(fieldwork.get(path), f"{path}/file").get_data(as_text=True)

    fieldwork.submit(fieldwork.get(path), f"{path}/throw-away")
    again = made_list(fieldwork)

    assert again != path
    assert fieldwork.submit(fieldwork.get(again), f"{again}/file").get_data(as_text=True) == first


def test_what_a_colleague_has_settled_is_told_and_changes_nothing(
    fieldwork: Desk, ctx: ServiceContext
) -> None:
    ask(ctx, Way.POST, ADDRESS)
    buy(ctx, "AAAA-0001")
    path = made_list(fieldwork)
    page = fieldwork.get(path)
    fieldwork.submit(page, f"{path}/posted")

    for what in ("posted", "throw-away"):
        late = checked(fieldwork.submit(page, f"{path}/{what}"))
        assert late.status == 409
        assert "Nothing was changed" in late.words
    assert fieldwork.get(path).status == 404
    assert incentives_stock.books(ctx)[0].accounts[Account.SENT] == 1


def test_a_list_whose_file_was_lost_can_still_be_thrown_away(
    fieldwork: Desk, ctx: ServiceContext
) -> None:
    ask(ctx, Way.POST, ADDRESS)
    buy(ctx, "AAAA-0001")
    path = made_list(fieldwork)
    assert ctx.settings.data_dir is not None
    for file in (ctx.settings.data_dir / "incentives").iterdir():
        file.unlink()

    page = checked(fieldwork.submit(fieldwork.get(path), f"{path}/file"))

    assert page.status == 409
    assert "Throw the list away" in page.words
    assert fieldwork.submit(page, f"{path}/throw-away").status_code == 303
    assert incentives_desk.lists(ctx) == []


def test_addresses_are_for_fieldwork_only(signed_in: SignIn, ctx: ServiceContext) -> None:
    ask(ctx, Way.POST, ADDRESS)
    researcher = signed_in(Role.RESEARCHER)

    assert "By post" not in researcher.get(HERE).words
    assert researcher.get(LISTS).status == 403
