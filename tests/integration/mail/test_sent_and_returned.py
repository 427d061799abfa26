"""From a due message to a mailbox and back: composed, sent, returned, opted out of."""

from __future__ import annotations

import json
import logging
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.delivery.smtp import Smtp
from app.messages.bounces import BounceKind
from app.messages.channels import Channel
from app.messages.providers import Cannot, Claimed, Email, Report, Sms
from app.messages.references import Purpose, name_of, return_path
from app.messages.statuses import MessageStatus, Reach
from app.providers import SmsGateway, SmsKind
from app.services.context import ServiceContext
from app.services.members import contacting, people_news
from app.services.members.people_news import News, What
from app.services.messaging import reports
from app.services.messaging.composing_messages import (
    MessageComposer,
    providers_of,
    references_key_of,
)
from app.services.messaging.sending import Outlet, Sender, Turn
from app.storage import models
from tests.builders import fingerprint
from tests.integration.mail.gateway import Gateway, open_gateway
from tests.integration.mail.post_office import PostOffice, open_office
from tests.integration.mail.test_sms_gateways import bird_answer
from tests.integration.mail.written_to import (
    EMAIL,
    NAME,
    PERSONAL,
    PHONE,
    a_person,
    comes_back,
    due,
    happened,
    reach,
    sent,
    status_of,
    way_out,
)
from tests.integration.outbox.outbox_study import FAST, NOON, Time, person_of, rules, run_mailing

STEPS = ("email_1", "email_begun", "email_thanks", "email_a", "email_b", "email_c")


def claimed(ctx: ServiceContext, case_id: UUID, **changes: object) -> Claimed:
    with ctx.databases.research.read() as connection:
        person = person_of(connection, case_id)
    given: dict[str, object] = {
        "id": uuid4(),
        "case_id": case_id,
        "person_id": person,
        "wave": 2024,
        "step": "email_1",
        "channel": Channel.EMAIL,
        "text": "reminder",
        "language": "nl",
        "attempt": 1,
        "worker": "w1",
    }
    return Claimed(**(given | changes))  # type: ignore[arg-type]


def send_one(ctx: ServiceContext, office: PostOffice) -> Turn:
    """Let a worker send the next e-mail through a real server."""
    sender = Sender(
        ctx,
        MessageComposer(),
        rules,
        name=f"w-{uuid4().hex}",
        moment=Time(),
        settled=reports.note_outcome,
    )
    with open_office(office) as server:
        smtp = Smtp(server, ctx.clock)
        try:
            return sender.send_one(Outlet(Channel.EMAIL, smtp, FAST)).turn
        finally:
            smtp.close()


def test_a_reminder_reaches_a_mailbox_in_the_persons_language(
    ctx: ServiceContext, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    message = due(ctx, a_person(ctx), language="ti")
    with ctx.databases.research.write() as connection:
        run_mailing(connection)
    office = PostOffice()

    turn = send_one(ctx, office)

    [mail] = office.mails()
    [envelope] = office.delivered
    key = references_key_of(ctx.settings)
    assert turn is Turn.SENT
    assert status_of(ctx, message)[0] == "sent"
    assert envelope.rcpt_tos == [EMAIL]
    assert envelope.mail_from == return_path(message, "bounces@perspectief.example", key)
    assert mail["Content-Language"] == "ti"
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert NAME in plain.get_content()
    # The server of the test tells in its own log what it hears.
    ours = [one.getMessage() for one in caplog.records if not one.name.startswith("mail.")]
    for word in PERSONAL:
        assert word not in "\n".join(ours)
        assert word not in rows_of(ctx)


def rows_of(ctx: ServiceContext) -> str:
    """Every message and every event, as text."""
    with ctx.databases.research.read() as connection:
        return "\n".join(
            str(connection.execute(select(table)).all())
            for table in (models.Message, models.MessageEvent, models.PersonEvent)
        )


def test_an_address_that_a_server_refuses_for_good_is_not_tried_again(ctx: ServiceContext) -> None:
    case = a_person(ctx)
    message = due(ctx, case)
    with ctx.databases.research.write() as connection:
        run_mailing(connection)

    send_one(ctx, PostOffice(on_rcpt=[f"550 5.1.1 <{EMAIL}> unknown"]))

    assert status_of(ctx, message) == ("refused", "smtp-550-5.1.1")
    assert reach(ctx, case) is Reach.UNDELIVERABLE
    assert happened(ctx, case) == ["mail_bounced"]
    assert not any(word in rows_of(ctx) for word in PERSONAL)


def test_a_refusal_that_is_about_us_leaves_the_address_open(ctx: ServiceContext) -> None:
    case = a_person(ctx)
    due(ctx, case)
    with ctx.databases.research.write() as connection:
        run_mailing(connection)

    send_one(ctx, PostOffice(on_data=["554 5.7.1 looks like spam"]))

    assert reach(ctx, case) is None
    assert happened(ctx, case) == []


# --- what cannot be composed ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "changes", "reason"),
    [
        ({"email": ""}, {}, "no_email"),
        ({"name": " "}, {}, "no_name"),
        ({"email": "a@b.example\nBcc: x@y.example"}, {}, "bad_email"),
        ({"email": "not an address"}, {}, "bad_email"),
        ({}, {"text": "no such words"}, "no_words"),
        ({}, {"language": "so"}, "not_translated"),
        ({}, {"wave": 2031}, "no_wave"),
        ({"phone": ""}, {"channel": Channel.SMS}, "no_phone"),
        ({"phone": "06 123"}, {"channel": Channel.SMS}, "bad_phone"),
        ({}, {"channel": Channel.SMS, "language": "so"}, "not_translated"),
        ({}, {"channel": Channel.SMS, "text": "thanks"}, "no_words"),
    ],
)
def test_what_is_missing_for_a_message_is_said_and_nothing_stands_in_for_it(
    ctx: ServiceContext, fields: dict[str, str], changes: dict[str, object], reason: str
) -> None:
    case = a_person(ctx, **fields)
    before = fingerprint(ctx.databases)

    made = MessageComposer().compose(ctx, claimed(ctx, case, **changes))

    assert made == Cannot(reason)
    assert fingerprint(ctx.databases) == before


def test_an_example_of_a_sender_writes_to_nobody_real(real_ctx: ServiceContext) -> None:
    made = MessageComposer().compose(real_ctx, claimed(real_ctx, a_person(real_ctx)))

    assert made == Cannot("example_sender")


def test_a_person_who_was_erased_is_not_written_to(ctx: ServiceContext) -> None:
    message = claimed(ctx, a_person(ctx))
    nobody = replace(message, person_id=uuid4())

    assert MessageComposer().compose(ctx, nobody) == Cannot("no_email")


def test_words_that_changed_are_read_again_by_a_worker_that_runs(
    ctx: ServiceContext, tmp_path: Path
) -> None:
    study = tmp_path / ctx.study.name
    shutil.copytree(ctx.study, study)
    here = replace(ctx, study=study)
    composer, message = MessageComposer(), claimed(ctx, a_person(ctx))
    first = composer.compose(here, message)

    file = study / "letters" / "email.yaml"
    file.write_text(file.read_text().replace("U kunt nog meedoen", "Nog even"))
    second = composer.compose(here, message)

    assert isinstance(first, Email)
    assert isinstance(second, Email)
    assert (first.subject, second.subject) == ("U kunt nog meedoen", "Nog even")


def test_a_text_message_holds_the_address_of_the_site_and_nothing_of_the_person(
    ctx: ServiceContext,
) -> None:
    made = MessageComposer().compose(ctx, claimed(ctx, a_person(ctx), channel=Channel.SMS))

    assert isinstance(made, Sms)
    assert made.body == "U kreeg onze brief. Meedoen kan nog: survey.example"
    assert (made.to, made.sender) == (PHONE, "Onderzoek")
    assert not any(word in repr(made) for word in PERSONAL)


# --- what comes back ------------------------------------------------------------------------------


def test_an_address_that_is_gone_closes_the_channel_once(ctx: ServiceContext) -> None:
    case = a_person(ctx)
    message = sent(ctx, case)
    mail = comes_back(ctx, message, "5.1.1")

    first = reports.take_returned_mail(ctx, [mail, mail])
    before = fingerprint(ctx.databases)
    again = reports.take_returned_mail(ctx, [mail])

    assert (first.new, first.strange, first.kinds) == (1, 0, {BounceKind.HARD: 2})
    assert again.new == 0
    assert fingerprint(ctx.databases) == before
    assert status_of(ctx, message) == ("returned", "bounce-5.1.1")
    assert reach(ctx, case) is Reach.UNDELIVERABLE
    assert happened(ctx, case) == ["mail_bounced"]
    assert not any(word in rows_of(ctx) for word in PERSONAL)


def test_the_fifth_time_in_a_row_that_a_mailbox_is_full_is_the_last(ctx: ServiceContext) -> None:
    case = a_person(ctx)
    messages = [sent(ctx, case, step) for step in STEPS[:5]]

    reports.take_returned_mail(ctx, [comes_back(ctx, one, "4.2.2") for one in messages[:4]])
    after_four = reach(ctx, case)
    reports.take_returned_mail(ctx, [comes_back(ctx, messages[4], "4.2.2")])

    assert after_four is None
    assert reach(ctx, case) is Reach.UNDELIVERABLE
    assert happened(ctx, case) == ["mail_bounced"]


def test_one_mail_that_did_not_come_back_begins_the_count_anew(ctx: ServiceContext) -> None:
    case = a_person(ctx)
    messages = [sent(ctx, case, step) for step in STEPS]
    came_back = [one for number, one in enumerate(messages) if number != 2]

    reports.take_returned_mail(ctx, [comes_back(ctx, one, "4.2.2") for one in came_back])

    assert reach(ctx, case) is None


def test_a_new_address_begins_the_count_anew(ctx: ServiceContext) -> None:
    case = a_person(ctx)
    messages = [sent(ctx, case, step) for step in STEPS[:4]]
    reports.take_returned_mail(ctx, [comes_back(ctx, one, "4.2.2") for one in messages])
    with ctx.databases.research.read() as connection:
        person = person_of(connection, case)
    later = replace(ctx, clock=FixedClockAt(datetime(2024, 2, 20, 12, tzinfo=UTC)))
    news = News(person, What.CONTACT_CHANGED, fields={"email": "new@post.example"})
    people_news.record(later, [news], by="test")

    reports.take_returned_mail(ctx, [comes_back(ctx, sent(ctx, case, "email_c"), "4.2.2")])

    assert reach(ctx, case) is None


class FixedClockAt:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@pytest.mark.parametrize("action", ["delayed", "relayed"])
def test_a_delay_and_a_safe_arrival_close_nothing(ctx: ServiceContext, action: str) -> None:
    case = a_person(ctx)
    message = sent(ctx, case)

    reports.take_returned_mail(ctx, [comes_back(ctx, message, "2.0.0", action)])

    assert status_of(ctx, message)[0] == ("sent" if action == "delayed" else "delivered")
    assert reach(ctx, case) is None


def test_returned_mail_about_what_was_never_sent_changes_nothing(ctx: ServiceContext) -> None:
    case = a_person(ctx)
    waiting = due(ctx, case)
    text = sent(ctx, case, "sms_1")
    nobody = uuid4()
    before = fingerprint(ctx.databases)

    taken = reports.take_returned_mail(
        ctx, [comes_back(ctx, one, "5.1.1") for one in (waiting, text, nobody)]
    )

    assert taken.new == 0
    assert fingerprint(ctx.databases) == before


def test_who_opted_out_stays_so_whatever_a_server_says(ctx: ServiceContext) -> None:
    case = a_person(ctx)
    message = sent(ctx, case)
    reports.opt_out(ctx, way_out(ctx, message))

    reports.take_returned_mail(ctx, [comes_back(ctx, message, "5.1.1")])

    assert reach(ctx, case) is Reach.OPTED_OUT
    assert happened(ctx, case) == ["opted_out"]


def test_a_complaint_ends_the_e_mail_as_the_person_wanted(ctx: ServiceContext) -> None:
    case = a_person(ctx)
    path = return_path(sent(ctx, case), "bounces@survey.example", references_key_of(ctx.settings))
    mail = (
        "From: fbl@post.example\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="b"\n\n'
        "--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n\n"
        f"--b\nContent-Type: message/rfc822\n\nReturn-Path: <{path}>\n\nx\n--b--\n"
    )

    reports.take_returned_mail(ctx, [mail.encode()] * 2)

    assert reach(ctx, case) is Reach.OPTED_OUT
    assert happened(ctx, case) == ["opted_out"]


# --- opting out -----------------------------------------------------------------------------------


def test_opting_out_closes_e_mail_only_and_stands_on_record_once(ctx: ServiceContext) -> None:
    case = a_person(ctx)
    name = way_out(ctx, sent(ctx, case))

    done = [reports.opt_out(ctx, name), reports.opt_out(ctx, name.upper())]

    assert done == [True, True]
    assert reach(ctx, case) is Reach.OPTED_OUT
    assert reach(ctx, case, Channel.LETTER) is None
    assert reach(ctx, case, Channel.SMS) is None
    assert happened(ctx, case) == ["opted_out"]


def test_a_name_that_we_did_not_make_opts_nobody_out(ctx: ServiceContext) -> None:
    message = sent(ctx, a_person(ctx))
    key = references_key_of(ctx.settings)
    text = sent(ctx, a_person(ctx), "sms_1")
    before = fingerprint(ctx.databases)

    names = (
        "",
        "x" * 42,
        name_of(message, Purpose.RETURN, key),
        name_of(message, Purpose.OPT_OUT, b"another key"),
        name_of(uuid4(), Purpose.OPT_OUT, key),
        name_of(text, Purpose.OPT_OUT, key),
    )

    assert not any(reports.opt_out(ctx, name) for name in names)
    assert fingerprint(ctx.databases) == before


def test_who_opted_out_gets_nothing_that_was_due(ctx: ServiceContext) -> None:
    case = a_person(ctx)
    waiting = due(ctx, case)
    with ctx.databases.research.write() as connection:
        run_mailing(connection)
    office = PostOffice()
    reports.opt_out(ctx, way_out(ctx, sent(ctx, case, "email_thanks")))

    send_one(ctx, office)

    assert office.delivered == []
    assert status_of(ctx, waiting) == ("cancelled", "opted_out")


# --- reports of gateways --------------------------------------------------------------------------


def test_reports_may_come_twice_late_and_out_of_order(ctx: ServiceContext) -> None:
    message = sent(ctx, a_person(ctx), "sms_1")

    def told(status: MessageStatus) -> bool:
        return reports.take_report(ctx, Report(message, status, NOON), channel=Channel.SMS)

    news = [
        told(MessageStatus.DELIVERED),
        told(MessageStatus.DELIVERED),
        told(MessageStatus.SENT),
        told(MessageStatus.RETURNED),
        told(MessageStatus.DELIVERED),
    ]

    assert news == [True, False, False, True, False]
    assert status_of(ctx, message)[0] == "returned"


def test_a_report_of_a_gateway_says_nothing_about_an_e_mail(ctx: ServiceContext) -> None:
    message = sent(ctx, a_person(ctx))
    report = Report(message, MessageStatus.DELIVERED, NOON)

    assert not reports.take_report(ctx, report, channel=Channel.SMS)
    assert status_of(ctx, message)[0] == "sent"


def test_a_text_message_that_went_unreported_can_be_asked_about(ctx: ServiceContext) -> None:
    case = a_person(ctx)
    message = due(ctx, case, "sms_1")
    with ctx.databases.research.write() as connection:
        run_mailing(connection, "sms_1")
    told = bird_answer(status="delivered", reference=str(message))
    gateway = Gateway([(201, bird_answer()), (200, told)])

    with open_gateway(gateway) as url:
        bird = replace(ctx.settings, sms=SmsGateway(SmsKind.BIRD, url, "key"))
        there = replace(ctx, settings=bird)
        provider = providers_of(there)[Channel.SMS]
        outlet = Outlet(Channel.SMS, provider, FAST)
        Sender(there, MessageComposer(), rules, name="w1", moment=Time()).send_one(outlet)
        after_sending = status_of(ctx, message)[0]
        asked = reports.ask_gateway(there, since=NOON)

    assert after_sending == "sent"
    assert asked == (1, 1)
    assert status_of(ctx, message)[0] == "delivered"
    # Both times under the id of the message, and nothing else of the person but the number.
    assert gateway.asked[0][3]["reference"] == str(message)
    assert "Zahra" not in json.dumps([one[3] for one in gateway.asked])


def test_synthetic_people_are_sent_nothing_unless_a_server_is_named(ctx: ServiceContext) -> None:
    assert {channel: one.name for channel, one in providers_of(ctx).items()} == {
        Channel.EMAIL: "simulated",
        Channel.SMS: "simulated",
    }


def test_an_installation_without_a_server_has_nothing_to_send_by(real_ctx: ServiceContext) -> None:
    assert providers_of(real_ctx) == {}


def test_nobody_who_is_not_asked_is_decrypted(ctx: ServiceContext) -> None:
    """A returned mail and an opt-out need the id of the message only."""
    case = a_person(ctx)
    message = sent(ctx, case)
    locked = replace(ctx, settings=replace(ctx.settings, contact_keys={"k1": b"x" * 32}))

    reports.take_returned_mail(locked, [comes_back(ctx, message, "5.1.1")])
    reports.opt_out(locked, way_out(ctx, message))

    assert reach(ctx, case) is Reach.OPTED_OUT
    with ctx.databases.research.read() as connection:
        person = person_of(connection, case)
    assert contacting.contact_of(ctx, person)["email"] == EMAIL
