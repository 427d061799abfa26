"""News about messages that went out: reports of gateways, mail that came back, opting out.

News may come twice, late and out of order: what is not newer than what is known changes nothing,
and has no effect on the person either.
"""

from __future__ import annotations

import hmac
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection

from app.delivery import sms_bird, sms_spryng
from app.messages.bounces import Bounce, BounceKind, passes, read_bounce
from app.messages.channels import Channel
from app.messages.providers import Attempt, Claimed, Report
from app.messages.references import Purpose, reference_of
from app.messages.statuses import MessageStatus, PersonEventKind, Reach
from app.providers import SmsKind
from app.services.context import ServiceContext
from app.services.members import people_news
from app.services.members.people_news import News, What
from app.services.messaging.composing_messages import providers_of, references_key_of
from app.storage import messages, people, returned_mail
from app.storage.moment import Moment, database_now
from app.storage.people import PersonEvent, ReachChange
from app.storage.returned_mail import About

SOFT_BOUNCES = 5
"""In a row, over all waves; then an address counts as gone."""
BOUNCE = "bounce"
SOFT = "bounce-soft"
_REFUSED_ADDRESS = re.compile(r"smtp-55[0-9](?:-(5\.\d{1,3}\.\d{1,3}))?")


@dataclass(frozen=True, slots=True)
class Taken:
    """What was in some returned mail."""

    kinds: Mapping[BounceKind, int]
    new: int
    """Pieces that told something new of a message of ours."""
    strange: int
    """Pieces that name no message of ours."""


def take_report(ctx: ServiceContext, report: Report, *, channel: Channel) -> bool:
    """Write down a report of a provider; tell whether it was news."""
    with ctx.databases.research.write() as connection:
        about = returned_mail.about(connection, report.reference)
        if about is None or about.channel is not channel:
            return False
        now = database_now(connection)
        if not messages.apply_report(connection, report, now=now):
            return False
        if report.no_such_number:
            _no_such_number(connection, about, at=now, by="report")
        return True


def sms_report(
    ctx: ServiceContext,
    kind: str,
    fields: Mapping[str, str],
    *,
    signature: str,
    url: str,
    body: bytes,
) -> bool | None:
    """Take a report of the gateway; ``None`` when it is not known to come from there.

    Bird signs what it sends; Spryng does not, so ``signature`` is then the secret of its address.
    Returns whether it was news.
    """
    settings, now = ctx.settings, ctx.clock.now()
    if settings.sms is None or settings.sms.kind != kind or not settings.sms_report_key:
        return None
    if kind == SmsKind.BIRD:
        key = settings.sms_report_key
        if not sms_bird.is_signed(signature, url=url, body=body, key=key, now=now):
            return None
        report = sms_bird.read_report(fields, received=now)
    else:
        if not hmac.compare_digest(signature.encode(), settings.sms_report_key.encode()):
            return None
        report = sms_spryng.read_report(fields, received=now)
    return report is not None and take_report(ctx, report, channel=Channel.SMS)


def ask_gateway(ctx: ServiceContext, *, since: datetime) -> tuple[int, int]:
    """Ask the gateway about text messages whose end is not known; how many, and how many news.

    For reports that got lost, and for gateways that cannot reach this site.
    """
    provider = providers_of(ctx).get(Channel.SMS)
    if not isinstance(provider, sms_bird.Bird | sms_spryng.Spryng):
        return 0, 0
    with ctx.databases.research.read() as connection:
        waiting = returned_mail.without_end(connection, provider.name, since=since)
    news = 0
    for message_id, named in waiting:
        report = provider.look_up(message_id, named, at=ctx.clock.now())
        if report is not None:
            news += take_report(ctx, report, channel=Channel.SMS)
    return len(waiting), news


def take_returned_mail(
    ctx: ServiceContext, mails: Iterable[bytes], *, moment: Moment = database_now
) -> Taken:
    """Take in mail that came back, each piece by itself; the same again changes nothing."""
    kinds: Counter[BounceKind] = Counter()
    new = strange = 0
    for mail in mails:
        bounce = read_bounce(mail, references_key_of(ctx.settings))
        kinds[bounce.kind] += 1
        if bounce.reference is None:
            strange += 1
        elif bounce.kind is BounceKind.COMPLAINT:
            new += _opt_out(ctx, bounce.reference, told_by="complaint") or 0
        else:
            new += _came_back(ctx, bounce, moment)
    return Taken(dict(kinds), new, strange)


def opt_out(ctx: ServiceContext, name: str) -> bool:
    """End the e-mail to whoever got the e-mail of this name; tell whether there is such a name."""
    reference = reference_of(name, Purpose.OPT_OUT, references_key_of(ctx.settings))
    return reference is not None and _opt_out(ctx, reference, told_by="link") is not None


def language_of(ctx: ServiceContext, name: str) -> str | None:
    """Return the language of the e-mail of this name; ``None`` when there is no such name."""
    reference = reference_of(name, Purpose.OPT_OUT, references_key_of(ctx.settings))
    if reference is None:
        return None
    with ctx.databases.research.read() as connection:
        about = returned_mail.about(connection, reference)
    return about.language if about is not None and about.channel is Channel.EMAIL else None


def note_outcome(
    connection: Connection,
    message: Claimed,
    attempt: Attempt,
    status: MessageStatus,
    at: datetime,
) -> None:
    """Close a channel to a person whose address or number does not exist; for the worker's unit."""
    if status is not MessageStatus.REFUSED:
        return
    about = About(message.person_id, message.wave, message.channel, message.language)
    if message.channel is Channel.SMS and attempt.no_such_number:
        _no_such_number(connection, about, at=at, by="gateway")
    found = _REFUSED_ADDRESS.fullmatch(attempt.reason or "")
    if message.channel is Channel.EMAIL and found and found[1] and not passes(found[1]):
        _bounced(connection, about, found[1], at=at, by="smtp")


def _opt_out(ctx: ServiceContext, reference: UUID, *, told_by: str) -> int | None:
    """Close e-mail to a person, and return 1 when that is new; ``None`` without such a message."""
    with ctx.databases.research.read() as connection:
        about = returned_mail.about(connection, reference)
    if about is None or about.channel is not Channel.EMAIL:
        return None
    news = News(
        about.person_id, What.OPTED_OUT, channel=Channel.EMAIL, wave=about.wave, told_by=told_by
    )
    try:
        return people_news.record(ctx, [news], by=f"e-mail {told_by}").new
    except people_news.NewsError:
        # Erased since: nobody is written to any more.
        return 0


def _came_back(ctx: ServiceContext, bounce: Bounce, moment: Moment) -> int:
    reference, kind, status = bounce.reference, bounce.kind, bounce.status
    became = {
        BounceKind.HARD: MessageStatus.RETURNED,
        BounceKind.SOFT: MessageStatus.RETURNED,
        BounceKind.DELIVERED: MessageStatus.DELIVERED,
    }.get(kind)
    if became is None or reference is None:
        return 0
    with ctx.databases.research.write() as connection:
        about = returned_mail.about(connection, reference)
        if about is None or about.channel is not Channel.EMAIL:
            return 0
        now = moment(connection)
        told = f"{SOFT if kind is BounceKind.SOFT else BOUNCE}-{status or 'none'}"
        reason = told if became is MessageStatus.RETURNED else None
        report = Report(reference, became, now, reason)
        if not messages.apply_report(connection, report, now=now):
            return 0
        if kind is BounceKind.HARD:
            _bounced(connection, about, status, at=now, by="mail")
        elif kind is BounceKind.SOFT:
            row = returned_mail.last_endings(connection, about.person_id, SOFT_BOUNCES)
            if len(row) == SOFT_BOUNCES and all((one or "").startswith(SOFT) for one in row):
                _bounced(connection, about, status, at=now, by="mail")
    return 1


def _bounced(
    connection: Connection, about: About, status: str | None, *, at: datetime, by: str
) -> None:
    detail = {"status": status} if status else {}
    _undeliverable(connection, about, PersonEventKind.MAIL_BOUNCED, detail, at=at, by=by)


def _no_such_number(connection: Connection, about: About, *, at: datetime, by: str) -> None:
    _undeliverable(connection, about, PersonEventKind.NUMBER_UNKNOWN, {}, at=at, by=by)


def _undeliverable(
    connection: Connection,
    about: About,
    kind: PersonEventKind,
    detail: Mapping[str, str],
    *,
    at: datetime,
    by: str,
) -> None:
    """Close a channel to a person, on record; who opted out has said more than a server can."""
    known = people.reach_of(connection, [about.person_id]).get(about.person_id, {})
    if known.get(about.channel) in (Reach.UNDELIVERABLE, Reach.OPTED_OUT):
        return
    change = ReachChange(about.person_id, about.channel, Reach.UNDELIVERABLE, at, kind.value)
    people.set_reach(connection, [change])
    event = PersonEvent(about.person_id, kind, at, by, about.wave, detail)
    people.add_person_events(connection, [event])
