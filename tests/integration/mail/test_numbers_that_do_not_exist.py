"""A number that nobody has is not written to again; a phone that is off is."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from app.delivery.sms_bird import Bird, read_report
from app.delivery.sms_spryng import Spryng
from app.delivery.sms_spryng import read_report as read_spryng
from app.messages.channels import Channel
from app.messages.providers import Report
from app.messages.statuses import Reach
from app.providers import SmsGateway, SmsKind
from app.services.context import ServiceContext
from app.services.members.people_news import News, What, record
from app.services.messaging import reports
from app.services.messaging.composing_messages import MessageComposer
from app.services.messaging.sending import Outlet, Sender
from tests.integration.mail.gateway import Gateway, open_gateway
from tests.integration.mail.test_sent_and_returned import rows_of
from tests.integration.mail.written_to import (
    PERSONAL,
    a_person,
    due,
    happened,
    reach,
    sent,
    status_of,
)
from tests.integration.outbox.outbox_study import FAST, NOON, Time, person_of, rules, run_mailing

KINDS = {SmsKind.BIRD: Bird, SmsKind.SPRYNG: Spryng}
BIRD_DOES_NOT_KNOW = {"status": "delivery_failed", "statusErrorCode": "1"}


def news_of_bird(message: UUID, **fields: str) -> Report:
    found = read_report({"reference": str(message), **fields}, received=NOON)
    assert found is not None
    return found


def news_of_spryng(message: UUID, reason: str) -> Report:
    fields = {"REFERENCE": str(message), "STATUS": "20", "REASONCODE": reason}
    found = read_spryng(fields, received=NOON)
    assert found is not None
    return found


def news(kind: SmsKind, message: UUID, fields: dict[str, str]) -> Report:
    if kind is SmsKind.BIRD:
        return news_of_bird(message, **fields)
    return news_of_spryng(message, fields["reason"])


def tell(ctx: ServiceContext, report: Report) -> bool:
    return reports.take_report(ctx, report, channel=Channel.SMS)


def send_one(ctx: ServiceContext, kind: SmsKind, answer: Any) -> None:
    """Let a worker send the next text message through a gateway that answers so."""
    with open_gateway(Gateway([answer])) as url:
        outlet = Outlet(Channel.SMS, KINDS[kind](SmsGateway(kind, url, "key"), part_cost=1), FAST)
        Sender(
            ctx,
            MessageComposer(),
            rules,
            name=f"w-{uuid4().hex}",
            moment=Time(),
            settled=reports.note_outcome,
        ).send_one(outlet)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (SmsKind.BIRD, BIRD_DOES_NOT_KNOW),
        (SmsKind.BIRD, {"status": "delivery_failed", "statusErrorCode": "5"}),
        (SmsKind.BIRD, {"status": "delivery_failed", "statusReason": "unknown_subscriber"}),
        (SmsKind.SPRYNG, {"reason": "1"}),
        (SmsKind.SPRYNG, {"reason": "001"}),
    ],
)
def test_report_that_nobody_has_the_number_closes_text_messages_to_the_person(
    ctx: ServiceContext, kind: SmsKind, fields: dict[str, str]
) -> None:
    case = a_person(ctx)
    report = news(kind, sent(ctx, case, "sms_1"), fields)

    first, again = tell(ctx, report), tell(ctx, report)

    assert (first, again) == (True, False)
    assert reach(ctx, case, Channel.SMS) is Reach.UNDELIVERABLE
    assert reach(ctx, case, Channel.EMAIL) is None
    assert happened(ctx, case) == ["number_unknown"]
    assert not any(word in rows_of(ctx) for word in PERSONAL)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        (SmsKind.BIRD, {"status": "delivery_failed", "statusErrorCode": "27"}),
        (SmsKind.BIRD, {"status": "delivery_failed", "statusErrorCode": "2"}),
        (SmsKind.BIRD, {"status": "delivery_failed"}),
        (SmsKind.BIRD, {"status": "expired", "statusErrorCode": "1"}),
        (SmsKind.BIRD, {"status": "delivered"}),
        (SmsKind.SPRYNG, {"reason": "29"}),
        (SmsKind.SPRYNG, {"reason": ""}),
        (SmsKind.SPRYNG, {"reason": "1; DROP"}),
    ],
)
def test_phone_that_is_off_full_or_out_of_reach_is_written_to_again(
    ctx: ServiceContext, kind: SmsKind, fields: dict[str, str]
) -> None:
    case = a_person(ctx)

    assert tell(ctx, news(kind, sent(ctx, case, "sms_1"), fields))

    assert reach(ctx, case, Channel.SMS) is None
    assert happened(ctx, case) == []


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (SmsKind.BIRD, (422, {"errors": [{"code": 9, "parameter": "recipient"}]})),
        (SmsKind.BIRD, (422, {"errors": [{"code": 10, "parameter": "recipients"}]})),
        (
            SmsKind.BIRD,
            (201, {"recipients": {"items": [{"status": "delivery_failed", "statusErrorCode": 1}]}}),
        ),
        (SmsKind.SPRYNG, (422, {"errors": {"recipients.0": ["The recipient is not valid."]}})),
    ],
)
def test_number_that_a_gateway_refuses_is_not_tried_again(
    ctx: ServiceContext, kind: SmsKind, answer: Any
) -> None:
    case = a_person(ctx)
    message = due(ctx, case, "sms_1")
    with ctx.databases.research.write() as connection:
        run_mailing(connection, "sms_1")

    send_one(ctx, kind, answer)

    assert status_of(ctx, message)[0] == "refused"
    assert reach(ctx, case, Channel.SMS) is Reach.UNDELIVERABLE
    assert happened(ctx, case) == ["number_unknown"]


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        (SmsKind.BIRD, (422, {"errors": [{"code": 9, "parameter": "originator"}]})),
        (SmsKind.BIRD, (422, {"errors": [{"code": 25, "parameter": "recipients"}]})),
        (SmsKind.BIRD, (422, {"errors": ["recipients"]})),
        (SmsKind.SPRYNG, (422, {"errors": {"recipients.0": ["no"], "originator": ["no"]}})),
        (SmsKind.SPRYNG, (422, {"errors": {}})),
        (SmsKind.SPRYNG, (402, {"errors": {"recipients.0": ["no"]}})),
    ],
)
def test_refusal_that_is_about_us_leaves_the_number_open(
    ctx: ServiceContext, kind: SmsKind, answer: Any
) -> None:
    case = a_person(ctx)
    due(ctx, case, "sms_1")
    with ctx.databases.research.write() as connection:
        run_mailing(connection, "sms_1")

    send_one(ctx, kind, answer)

    assert reach(ctx, case, Channel.SMS) is None
    assert happened(ctx, case) == []


def test_who_opted_out_stays_so_whatever_a_gateway_says(ctx: ServiceContext) -> None:
    case = a_person(ctx)
    with ctx.databases.research.read() as connection:
        person = person_of(connection, case)
    record(ctx, [News(person, What.OPTED_OUT, channel=Channel.SMS)], by="test")

    assert tell(ctx, news_of_bird(sent(ctx, case, "sms_1"), **BIRD_DOES_NOT_KNOW))

    assert reach(ctx, case, Channel.SMS) is Reach.OPTED_OUT
    assert happened(ctx, case) == ["opted_out"]


def test_new_number_is_written_to_again(ctx: ServiceContext) -> None:
    case = a_person(ctx)
    tell(ctx, news_of_bird(sent(ctx, case, "sms_1"), **BIRD_DOES_NOT_KNOW))
    with ctx.databases.research.read() as connection:
        person = person_of(connection, case)

    change = News(person, What.CONTACT_CHANGED, fields={"phone": "+31600054321"})
    record(ctx, [change], by="test")

    assert reach(ctx, case, Channel.SMS) is Reach.OK


def test_gateway_that_is_asked_closes_a_number_too(ctx: ServiceContext) -> None:
    case = a_person(ctx)
    message = sent(ctx, case, "sms_1")
    item = {"status": "delivery_failed", "statusErrorCode": 1}
    answer = {"reference": str(message), "recipients": {"items": [item]}}

    with open_gateway(Gateway([(200, answer)])) as url:
        found = Bird(SmsGateway(SmsKind.BIRD, url, "key"), part_cost=1).look_up(
            message, "its-name", at=NOON
        )

    assert found is not None
    assert tell(ctx, found)
    assert reach(ctx, case, Channel.SMS) is Reach.UNDELIVERABLE
