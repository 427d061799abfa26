"""The copy that people get has what staff made of their words, and their thank-you, in words."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import insert

from app.panel.incentives import IncentiveKind, IncentiveStatus, Way
from app.services.context import ServiceContext
from app.services.privacy.access_copies import access_copy, by_key
from app.services.thanks import incentives_destinations
from app.storage import incentives, models
from app.storage.incentives import Incentive
from app.storage.types import table_of
from tests.integration.privacy.someone import Someone, someone


def code_words(ctx: ServiceContext, who: Someone, codes: str) -> None:
    """A second coder puts the words that were redacted under a code."""
    with ctx.databases.research.write() as connection:
        entry = connection.execute(
            table_of(models.OpenAnswer)
            .select()
            .where(table_of(models.OpenAnswer).c.interview_id == who.interview_id)
        ).one()
        staff = uuid4()
        connection.execute(
            insert(table_of(models.Staff)),
            {"id": staff, "email": "second@example.nl", "password_hash": "x", "totp_secret": "x",
             "role": "analyst", "created_at": ctx.clock.now()},
        )  # fmt: skip
        connection.execute(
            insert(table_of(models.OpenAnswerEvent)),
            {"open_answer_id": entry.id, "step": "coded", "staff_id": staff,
             "at": ctx.clock.now() + timedelta(minutes=1), "codes": codes, "frame_version": 1},
        )  # fmt: skip


def give(ctx: ServiceContext, who: Someone, status: IncentiveStatus, way: Way | None) -> Incentive:
    now = ctx.clock.now()
    one = Incentive(
        case_id=who.case_id, person_id=who.person_id, wave=2024, rule="thanks",
        kind=IncentiveKind.GIFT_CODE, currency="EUR", value_cents=1000, status=status, way=way,
        language="nl", due_at=now,
    )  # fmt: skip
    with ctx.databases.research.write() as connection:
        incentives.make_due(connection, [one])
    return one


def test_copy_has_words_without_names_and_what_they_were_put_under(ctx: ServiceContext) -> None:
    who, other = someone(ctx, thorough=True), someone(ctx)
    code_words(ctx, who, "tuin,anders")

    parts = by_key(access_copy(ctx, who.person_id, "nl"))

    made = {row.label: row.value for row in parts["own_words"].rows}
    assert f"Mist een tuin {who.mark}" in made["Uw woorden zonder namen"]
    assert "tuin" in made["Onderwerpen van uw woorden"]
    assert {row.note for row in parts["own_words"].rows} == {"Vragen van \u20682024\u2069"}
    empty = by_key(access_copy(ctx, other.person_id, "nl"))["own_words"]
    assert (empty.rows, empty.empty) == ((), "Wij hebben niets met eigen woorden van u gedaan.")


def test_copy_has_a_thank_you_and_where_it_goes_until_it_went(ctx: ServiceContext) -> None:
    who = someone(ctx)
    one = give(ctx, who, IncentiveStatus.ASKED, Way.EMAIL)
    incentives_destinations.keep(ctx, one.id, {"email": "g@post.example"}, at=ctx.clock.now())

    (gift, to) = by_key(access_copy(ctx, who.person_id, "nl"))["thanks"].rows

    assert gift.value == "We sturen het naar u. Dat kan een paar dagen duren."
    assert "10" in gift.note
    assert "Per e-mail" in gift.note
    assert (to.label, to.value.strip("\u2068\u2069")) == ("E-mailadres", "g@post.example")


@pytest.mark.parametrize("status", [IncentiveStatus.DUE, IncentiveStatus.DECLINED])
@pytest.mark.parametrize("language", ["nl", "tr", "ar", "ti", "fa"])
def test_thank_you_is_told_of_in_every_language(
    ctx: ServiceContext, status: IncentiveStatus, language: str
) -> None:
    who = someone(ctx)
    give(ctx, who, status, None)
    (row,) = by_key(access_copy(ctx, who.person_id, language))["thanks"].rows
    (english,) = by_key(access_copy(ctx, who.person_id, "en"))["thanks"].rows
    assert row.value != english.value
