"""``mail``: mail that came back, reports of the SMS gateway, and what messages will look like."""

from __future__ import annotations

import mailbox
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click

from app.cli_place import as_of, moment_of, services_of, settings_of, where
from app.delivery.smtp import written
from app.messages.bounces import LONGEST, BounceKind
from app.messages.channels import Channel
from app.messages.costs import Prices, euros
from app.messages.providers import Cannot, Email, Sms
from app.services.bootstrap import make_context
from app.services.content.study_calendar import WavePlanError, read_wave_plan
from app.services.context import ServiceContext
from app.services.messaging import reports
from app.services.messaging.composing_messages import UnreadableWordsError
from app.services.messaging.contact_plan import ContactPlanError, load_contact_plan
from app.services.messaging.message_previews import Preview, previews

STDIN = "-"
_BOXES = ("cur", "new")


@click.group()
def mail() -> None:
    """Mail that came back, reports of the SMS gateway, previews."""


@mail.command()
@click.argument("places", nargs=-1, type=click.Path(exists=True, allow_dash=True))
@as_of
@where
def bounces(places: tuple[str, ...], **given: Any) -> None:  # noqa: ANN401 (click's options)
    """Take in returned mail: files, an mbox, a Maildir or folder, or one mail from stdin (-).

    Nothing is moved or deleted; the same mail again changes nothing.
    """
    with services_of(given) as ctx:
        moment = moment_of(ctx, given.get("moment"))
        taken = reports.take_returned_mail(ctx, _mails(places or (STDIN,)), moment=moment)
    kinds = ", ".join(f"{taken.kinds[kind]} {kind}" for kind in BounceKind if kind in taken.kinds)
    total = sum(taken.kinds.values())
    click.echo(f"{total} {'mail' if total == 1 else 'mails'}{': ' if kinds else ''}{kinds}")
    click.echo(f"new: {taken.new}; about no message of ours: {taken.strange}")


@mail.command("sms-reports")
@click.option("--days", default=3, show_default=True, type=click.IntRange(1, 30))
@where
def sms_reports(days: int, **given: Any) -> None:  # noqa: ANN401 (click's options)
    """Ask the gateway what became of text messages it never reported on."""
    ctx = make_context(settings_of(given))
    try:
        asked, news = reports.ask_gateway(ctx, since=ctx.clock.now() - timedelta(days=days))
    except ContactPlanError as error:
        raise click.ClickException(str(error)) from error
    finally:
        ctx.databases.close()
    click.echo(f"asked about {asked} text messages; news of {news}")


@mail.command()
@click.option("--wave", required=True, type=int)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@where
def preview(wave: int, out: Path, **given: Any) -> None:  # noqa: ANN401 (click's options)
    """Write every e-mail as .eml, .html and .txt, and every text message with parts and price."""
    ctx = make_context(settings_of(given))
    try:
        plan, contact = read_wave_plan(ctx.study, wave), load_contact_plan(ctx.study)
        prices = contact.prices if contact is not None else Prices()
        shown = _shown(ctx, plan.languages, plan.closes_on, prices)
    except (WavePlanError, UnreadableWordsError, ContactPlanError) as error:
        raise click.ClickException(str(error)) from error
    finally:
        ctx.databases.close()
    out.mkdir(parents=True, exist_ok=True)
    for one in shown:
        _write(ctx, one, out)
    lines = [_sms_line(one) for one in shown if one.channel is Channel.SMS]
    (out / "sms.txt").write_text("".join(lines), encoding="utf-8")
    lacking = [one for one in shown if isinstance(one.message, Cannot)]
    for one in lacking:
        click.echo(f"{one.channel} {one.text} ({one.language}): {one.message}", err=True)
    click.echo(f"{len(shown) - len(lacking)} previews in {len(plan.languages)} languages")
    if lacking:
        sys.exit(1)


def _shown(
    ctx: ServiceContext, languages: Sequence[str], closes_on: date, prices: Prices
) -> list[Preview]:
    return previews(
        ctx.settings,
        ctx.study,
        languages,
        closes_on=closes_on,
        prices=prices,
        translations=ctx.translations,
    )


def _write(ctx: ServiceContext, one: Preview, out: Path) -> None:
    if isinstance(one.message, Email):
        stem = f"email-{one.text}-{one.language}"
        email = one.message
        content = written(email, at=ctx.clock.now(), eight_bit=True)
        (out / f"{stem}.eml").write_bytes(content)
        (out / f"{stem}.html").write_text(email.html, encoding="utf-8")
        (out / f"{stem}.txt").write_text(f"{email.subject}\n\n{email.text}", encoding="utf-8")


def _sms_line(one: Preview) -> str:
    if not isinstance(one.message, Sms) or one.size is None:
        return f"{one.text} {one.language}: {one.message}\n"
    size = one.size
    parts = f"{size.parts} {'part' if size.parts == 1 else 'parts'}"
    return (
        f"{one.text} {one.language}: {size.units} of {size.one_part} ({size.encoding}), {parts}, "
        f"{euros(one.cost)} euro\n{one.message.body}\n\n"
    )


def _mails(places: Sequence[str]) -> Iterator[bytes]:
    for place in places:
        if place == STDIN:
            yield sys.stdin.buffer.read(LONGEST)
        else:
            yield from _mails_of(Path(place))


def _mails_of(path: Path) -> Iterator[bytes]:
    if path.is_dir():
        folders = [path / name for name in _BOXES if (path / name).is_dir()] or [path]
        for file in sorted(one for folder in folders for one in folder.iterdir() if one.is_file()):
            yield from _mails_of(file)
        return
    with path.open("rb") as opened:
        begin = opened.read(LONGEST)
    if not begin.startswith(b"From "):
        yield begin
        return
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            yield box.get_bytes(key)[:LONGEST]
    finally:
        box.close()
