"""Thank-yous on one page: what was bought and went out, what is off, what nobody knows of."""

from __future__ import annotations

import io
from collections.abc import Callable
from uuid import UUID

import pytest
from sqlalchemy import text

from app.panel.incentives import Account
from app.panel.states import Role
from app.services.context import ServiceContext
from app.services.thanks import incentives_stock
from tests.web.staff.desk import Desk, checked

SignIn = Callable[[Role], Desk]
HERE = "/staff/incentives"
BY = "fieldwork@example.org"


@pytest.fixture
def fieldwork(signed_in: SignIn) -> Desk:
    return signed_in(Role.FIELDWORK)


def test_a_study_that_promises_nothing_says_where_that_is_decided(fieldwork: Desk) -> None:
    page = fieldwork.get(HERE)

    assert "Nothing was bought yet" in page.words
    assert "incentives.yaml" in page.words


def test_cards_are_taken_in_and_stand_in_the_books(fieldwork: Desk) -> None:
    form = {"batch": "Cards spring", "value": "10,00", "cards": "25"}

    done = fieldwork.submit(fieldwork.get(f"{HERE}/stock"), f"{HERE}/stock", **form)

    assert done.status_code == 303
    page = fieldwork.get(HERE)
    # Bought, in stock, set apart, sent, written off, balances.
    row = page.table("stock")[0]
    assert row[:2] == ["Cards spring", "Card"]
    assert row[3:] == ["25", "25", "0", "0", "0", "yes"]
    assert "25" in page.words
    assert "€ 250" in page.words.replace("\u00a0", " ")


def test_a_file_of_codes_is_taken_in_and_no_page_repeats_a_code(
    fieldwork: Desk, ctx: ServiceContext
) -> None:
    form = fieldwork.get(f"{HERE}/stock").form(f"{HERE}/stock")
    data = form | {
        "batch": "Codes",
        "value": "5",
        "codes": (io.BytesIO(b"AAAA-1\nBBBB-2\n"), "c.csv"),
    }
    data.pop("cards", None)

    done = fieldwork.client.post(f"{HERE}/stock", data=data, headers=fieldwork.headers)

    assert done.status_code == 303
    assert incentives_stock.books(ctx)[0].accounts[Account.STOCK] == 2
    assert "AAAA-1" not in fieldwork.get(HERE).words


def test_a_file_with_faults_changes_nothing_and_names_rows_never_codes(
    fieldwork: Desk, ctx: ServiceContext
) -> None:
    form = fieldwork.get(f"{HERE}/stock").form(f"{HERE}/stock")
    data = form | {
        "batch": "Codes",
        "value": "5",
        "codes": (io.BytesIO(b"AAAA-1\nAAAA-1\n"), "c.csv"),
    }
    data.pop("cards", None)

    page = checked(fieldwork.client.post(f"{HERE}/stock", data=data, headers=fieldwork.headers))

    assert page.status == 422
    assert "row 2" in page.words
    assert "AAAA-1" not in page.words
    assert page.by_id("batch").get("value") == "Codes"
    assert incentives_stock.books(ctx) == []


@pytest.mark.parametrize(
    "given",
    [
        {"batch": "Both", "value": "5", "cards": ""},
        {"batch": "Word", "value": "5", "cards": "many"},
        {"batch": "Free", "value": "0", "cards": "3"},
        {"batch": "<script>", "value": "5", "cards": "3"},
    ],
)
def test_what_cannot_be_taken_in_is_told_and_stays_typed(
    fieldwork: Desk, ctx: ServiceContext, given: dict[str, str]
) -> None:
    page = checked(fieldwork.submit(fieldwork.get(f"{HERE}/stock"), f"{HERE}/stock", **given))

    assert page.status == 422
    assert page.by_id("batch").get("value") == given["batch"]
    assert incentives_stock.books(ctx) == []


def test_what_is_left_of_a_batch_is_written_off_with_a_reason(
    fieldwork: Desk, ctx: ServiceContext
) -> None:
    incentives_stock.add_cards(ctx, 3, name="Old", value="10.00", by=BY)
    path = f"{HERE}/write-off"

    unsure = fieldwork.submit(fieldwork.get(path), path, batch="Old", reason="expired", sure="")
    done = fieldwork.submit(fieldwork.get(path), path, batch="Old", reason="expired", sure="1")

    assert (unsure.status_code, done.status_code) == (422, 303)
    assert fieldwork.get(HERE).table("stock")[0][3:] == ["3", "0", "0", "0", "3", "yes"]


def test_books_that_do_not_balance_are_told_with_batch_and_number(
    fieldwork: Desk, ctx: ServiceContext
) -> None:
    incentives_stock.add_cards(ctx, 3, name="Odd", value="10.00", by=BY)
    with ctx.databases.research.write() as connection:
        connection.execute(text("DELETE FROM incentive_piece WHERE number = 2"))

    page = fieldwork.get(HERE)

    assert "Odd does not balance: In stock 3 by the books, 2 found." in page.words


def test_settling_what_is_known_changes_nothing(fieldwork: Desk) -> None:
    token = fieldwork.get(HERE).form("/staff/sign-out")["csrf_token"]

    done = fieldwork.send(f"{HERE}/{UUID(int=1)}/settle", {"csrf_token": token, "went_out": "yes"})

    assert done.status_code == 303
    assert "Nothing was changed" in fieldwork.get(HERE).words
