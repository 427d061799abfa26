"""The commands of thank-yous, as staff type them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from app.cli import main
from app.panel.states import Role
from app.services.accounts import staff
from app.services.bootstrap import make_context
from app.settings import CHEAP_ARGON2, Settings
from app.storage import models
from app.storage.migrate import upgrade
from app.storage.types import table_of
from tests.integration.incentives.conftest import codes

BY = ["--by", "f@onderzoek.nl"]
PASSWORD = "a long password of the tests"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    settings = Settings.from_environment({}, data_dir=tmp_path)
    upgrade(settings.database_url, settings.contacts_url)
    ctx = make_context(replace(settings, argon2=CHEAP_ARGON2))
    for email, role in (("f@onderzoek.nl", Role.FIELDWORK), ("a@onderzoek.nl", Role.ANALYST)):
        staff.add_member(ctx, email=email, password=PASSWORD, role=role)
    ctx.databases.close()
    return tmp_path


def run(data: Path, *arguments: str) -> Result:
    given = ["--data", str(data), "incentives", *arguments]
    return CliRunner().invoke(main, given, catch_exceptions=False)


def test_stock_is_bought_listed_written_off_and_accounted_for(data: Path) -> None:
    file = data / "codes.csv"
    file.write_text("\n".join(codes(12)), encoding="utf-8")
    buy = ["stock", "add", "--file", str(file), "--batch", "shop", "--value", "10.00"]

    told = run(data, *buy, *BY)
    assert (told.exit_code, told.output) == (0, "shop: 12 pieces of 10.00 EUR\n")
    again = run(data, *buy[:-3], "other", "--value", "10.00", *BY)
    assert again.exit_code == 1
    assert "row 12: this code was taken in before" in again.output
    assert "GIFT-" not in again.output
    nobody = run(data, *buy, "--by", "a@onderzoek.nl")
    assert nobody.exit_code == 1
    cards = run(data, "stock", "add", "--cards", "3", "--batch", "cards", "--value", "5.00", *BY)
    assert cards.exit_code == 0

    assert "shop: gift_code of 10.00 EUR, 12 in stock" in run(data, "stock", "list").output
    off = run(data, "void", "--batch", "cards", "--reason", "lost", *BY)
    assert off.output == "cards: 3 pieces are written off\n"
    ledger = json.loads(run(data, "ledger", "--json").output)
    assert [(one["batch"], one["balances"], one["pieces"]["void"]) for one in ledger] == [
        ("shop", True, 0),
        ("cards", True, 3),
    ]


def test_books_that_do_not_balance_say_by_how_much(data: Path) -> None:
    add = ["stock", "add", "--cards", "3", "--batch", "cards", "--value", "5.00"]
    assert run(data, *add, *BY).exit_code == 0
    ctx = make_context(Settings.from_environment({}, data_dir=data))
    piece = table_of(models.IncentivePiece)
    with ctx.databases.research.write() as connection:
        connection.execute(update(piece).where(piece.c.number == 1).values(account="void"))
    ctx.databases.close()

    told = run(data, "ledger")

    assert told.exit_code == 1
    assert "does not balance: stock: 3 by the books, 2 found (-1)" in told.output
    assert "does not balance: void: 0 by the books, 1 found (+1)" in told.output


def test_shipped_study_has_nothing_due_and_nothing_to_send(data: Path) -> None:
    assert run(data, "due").output == "0 became due, 0 were taken back\n"
    assert run(data, "report").output == ""
    assert run(data, "post-list", *BY).output == (
        "nothing is to go by post, or nothing is in stock\n"
    )
    assert run(data, "settle", *BY).output == ""
    send = run(data, "send", *BY)
    assert send.exit_code == 1
    assert "examples" in send.output
