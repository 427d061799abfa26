"""Prepaid cards go with the letters of a random arm, and share their fate."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from app.messages.channels import Channel
from app.panel.access_code import generate
from app.panel.incentives import Account, IncentiveStatus
from app.services.lettering import printing
from app.services.lettering.printing import PrintingError, PrintRequest
from app.services.thanks import incentives_stock
from app.storage.contacts.keys import ContactKeys
from app.storage.contacts.people import NewContact, add_contacts
from app.storage.encryption import KeyRing
from app.storage.messages import NewMessage, add_due
from tests.builders import invite
from tests.integration.incentives.conftest import BY, NOON, Thanks
from tests.integration.outbox.outbox_study import run_mailing

RULES = """\
rules:
  - id: card
    waves: [2024]
    give: prepaid
    kind: voucher
    cents: 500
    with: letter_1
    arms: {x_thanks: ["card"]}
    letters: {letter_1: again}
"""


@pytest.fixture
def study(study: Path) -> Path:
    (study / "incentives.yaml").write_text(RULES, encoding="utf-8")
    return study


def written_to(thanks: Thanks, arms: list[str], *, lost: bool = False) -> None:
    settings = thanks.ctx.settings
    keys = ContactKeys(KeyRing(settings.contact_keys), settings.contact_index_key)
    for number, arm in enumerate(arms):
        one = invite(thanks.ctx, assigned={"x_thanks": arm})
        fields = {
            "name": f"P. Persoon-{number}",
            "street": "Geheimstraat",
            "house_number": str(number + 1),
            "postcode": "1234 AB",
            "city": "Utrecht",
            "code:2024": generate(random.Random(number)),
        }
        if lost:
            del fields["street"]
        with thanks.ctx.databases.research.write() as connection:
            new = NewMessage(
                one.case_id, 2024, "letter_1", Channel.LETTER, "invitation", "nl", NOON
            )
            add_due(connection, [new], now=NOON)
        with thanks.ctx.databases.contacts.write() as connection:
            add_contacts(connection, keys, [NewContact(one.person_id, fields)], at=NOON)


def printed(thanks: Thanks) -> printing.Printed:
    request = PrintRequest(2024, "letter_1", BY, processes=1, moment=lambda _: NOON)
    made = printing.print_letters(thanks.ctx, request)
    assert made is not None
    return made


@pytest.fixture
def ready(thanks: Thanks) -> Thanks:
    with thanks.ctx.databases.research.write() as connection:
        run_mailing(connection, "letter_1")
    return thanks


def test_manifest_counts_the_cards_by_file_and_only_the_arm_is_told_of_them(
    ready: Thanks,
) -> None:
    written_to(ready, ["card", "none", "card", "none", "none"])
    incentives_stock.add_cards(ready.ctx, 10, name="shop", value="5.00", by=BY)

    made = printed(ready)

    manifest = json.loads((made.folder / printing.MANIFEST).read_text())
    assert manifest["enclosed"] == {"again": 2}
    assert (manifest["enclosed_cards"], manifest["enclosed_value_cents"]) == (2, 1000)
    files = {one["name"]: one["letters"] for one in manifest["files"]}
    assert files == {"letter_1-again-nl-001.pdf": 2, "letter_1-invitation-nl-001.pdf": 3}
    assert ready.held() == {Account.BOUGHT: 10, Account.STOCK: 8, Account.RESERVED: 2}

    printing.hand_over(ready.ctx, made.batch.id, by=BY, moment=lambda _: NOON)
    assert ready.held() == {Account.BOUGHT: 10, Account.STOCK: 8, Account.SENT: 2}


def test_batch_that_is_thrown_away_gives_its_cards_back_and_nobody_gets_two(
    ready: Thanks,
) -> None:
    written_to(ready, ["card", "card"])
    incentives_stock.add_cards(ready.ctx, 2, name="shop", value="5.00", by=BY)
    first = printed(ready)
    printing.destroy(ready.ctx, first.batch.id, by=BY, moment=lambda _: NOON)
    assert ready.held() == {Account.BOUGHT: 2, Account.STOCK: 2}

    second = printed(ready)
    printing.hand_over(ready.ctx, second.batch.id, by=BY, moment=lambda _: NOON)

    assert ready.held() == {Account.BOUGHT: 2, Account.SENT: 2}
    assert ready.statuses() == [IncentiveStatus.SENT] * 2


def test_letters_are_not_printed_with_too_few_cards(ready: Thanks) -> None:
    written_to(ready, ["card", "card"])
    incentives_stock.add_cards(ready.ctx, 1, name="shop", value="5.00", by=BY)
    with pytest.raises(PrintingError, match=r"2 letters need a card .* the stock has 1"):
        printed(ready)
    assert ready.held() == {Account.BOUGHT: 1, Account.STOCK: 1}
    assert ready.rows() == []


def test_letter_that_cannot_be_written_keeps_no_card(ready: Thanks) -> None:
    incentives_stock.add_cards(ready.ctx, 3, name="shop", value="5.00", by=BY)
    written_to(ready, ["card"])
    written_to(ready, ["card"], lost=True)
    made = printed(ready)
    assert made.batch.manifest["enclosed"] == {"again": 1}
    assert ready.held() == {Account.BOUGHT: 3, Account.STOCK: 2, Account.RESERVED: 1}
