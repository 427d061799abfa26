"""The commands about people: news by file or one by one, new codes, who may be reached how."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from app.cli_place import as_of, services_of, where
from app.messages.channels import Channel
from app.panel.access_code import format_code
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.members import panel_members, people_news, reissuing, restored_news
from app.services.members.people_news import MAY_TELL, News, NewsError, What
from app.services.members.people_news_file import (
    COLUMNS,
    WHO,
    NewsFileError,
    contact_faults,
    in_one_form,
    read_news,
)
from app.services.open_ended.open_answers import NotAllowedError, member_who

SHOWN = 50
"""Problems told on the screen; the rest is counted."""
BY = click.option("--by", "email", required=True, help="E-mail address of a member of staff.")


@click.group("people")
def people() -> None:
    """What happens to people between letters: returned mail, refusals, moves, new codes."""


NEWS_HELP = f"""Take in a CSV file with news: all of it, or nothing and every reason why.

The first row names the columns. Who it is: one of {", ".join(WHO)} in each row. What happened, in
the column what: {", ".join(What)}.

The other columns, where they are needed: {", ".join(name for name in COLUMNS if name not in WHO)}.
A channel (letter, email, sms) goes with opted_out and opted_in, a reason (a word) with
refusal_undone; an address is given whole.
"""


@people.command("news", help=NEWS_HELP)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything and record nothing.")
@BY
@as_of
@where
def news(file: Path, dry_run: bool, email: str, **given: Any) -> None:  # noqa: ANN401 (click's options)
    """Take in a file with news."""
    with _services(given) as ctx:
        member = member_who(ctx, email, MAY_TELL)
        try:
            told = read_news(ctx, file.read_bytes())
            if dry_run:
                click.echo(f"{len(told)} pieces of news can be recorded; nothing was")
                return
            done = people_news.record(ctx, told, by=member.email, staff_id=member.id)
        except NewsFileError as error:
            for problem in error.problems[:SHOWN]:
                click.echo(str(problem), err=True)
            more = len(error.problems) - SHOWN
            if more > 0:
                click.echo(f"and {more} more", err=True)
            raise click.ClickException("nothing was recorded") from error
        except NewsError as error:
            raise click.ClickException(f"nothing was recorded: {error}") from error
    click.echo(f"{done.new} recorded, {done.known} were known")


@people.command("record")
@click.argument("who")
@click.argument("what", type=click.Choice([one.value for one in What]))
@click.option("--channel", type=click.Choice([one.value for one in Channel]))
@click.option("--wave", type=int, help="By default the one in the field.")
@click.option("--told-by", default="", help="A word: person, post, register …")
@click.option("--reason", default="", help="Of refusal_undone, a word: typing_error …")
@click.option("--ask", multiple=True, help="A contact field to ask for, such as city or email.")
@BY
@as_of
@where
def record(
    who: str,
    what: str,
    channel: str | None,
    wave: int | None,
    told_by: str,
    reason: str,
    ask: tuple[str, ...],
    email: str,
    **given: Any,  # noqa: ANN401 (click's options)
) -> None:
    """Record one piece of news about a person, by the id of the person or of a case.

    New contact details are asked for, so that they stand in no history of commands. A refusal that
    was written down by mistake is taken back with refusal_undone; who wants to take part after all
    is opted_in; a state such as deceased is taken back with active.
    """
    fields = {name: click.prompt(name, default="", show_default=False) for name in ask}
    if faults := contact_faults(fields):
        raise click.ClickException(
            "; ".join(f"{name}: expected {expected}" for name, expected in sorted(faults.items()))
        )
    with _services(given) as ctx:
        member = member_who(ctx, email, MAY_TELL)
        piece = News(
            _person(ctx, who),
            What(what),
            Channel(channel) if channel else None,
            wave,
            in_one_form(fields) if fields else {},
            told_by,
            reason=reason,
        )
        try:
            done = people_news.record(ctx, [piece], by=member.email, staff_id=member.id)
        except NewsError as error:
            raise click.ClickException(error.reason) from error
    click.echo("recorded" if done.new else "that was known")


@people.command("show")
@click.argument("who")
@where
def show(who: str, **given: Any) -> None:  # noqa: ANN401 (click's options)
    """Show how a person stands and what happened, by the id of the person or of a case.

    Times are those of Amsterdam.
    """
    with _services(given) as ctx:
        member = panel_members.load_member(ctx, _person(ctx, who))
    if member is None:
        raise click.ClickException("there is no such person")
    standing = member.standing
    click.echo(f"person {member.person_id.hex}: {standing.status}")
    if standing.refused_hard or standing.refused_soft:
        click.echo("refused for good" if standing.refused_hard else "refused for now")
    if standing.tracing is not None:
        click.echo(f"tracing: {standing.tracing}")
    for one in member.reach:
        click.echo(f"{one.channel:<8} {one.status}, {_day(one.since)}, {one.reason}")
    for case in member.cases:
        code = "a code" if case.id in member.with_code else "no code"
        click.echo(f"case {case.id.hex}, wave {case.wave}: {case.status}, {case.mode}, {code}")
    for event in member.events:
        detail = ", ".join(f"{name} {value}" for name, value in sorted(event.detail.items()))
        wave = f" ({event.wave})" if event.wave else ""
        click.echo(f"{_time(event.at)} {event.kind}{wave} {detail}".rstrip())


@people.command("find")
@where
def find(**given: Any) -> None:  # noqa: ANN401 (click's options)
    """Ask for an e-mail address, phone number or register key; print whose it is, as ids."""
    wanted = click.prompt("e-mail, phone or key", hide_input=True)
    with _services(given) as ctx:
        for person_id in panel_members.find_people(ctx, wanted):
            click.echo(person_id.hex)


@people.command("new-code")
@click.argument("case_id", metavar="CASE", type=click.UUID)
@click.option(
    "--way",
    required=True,
    type=click.Choice([one.value for one in reissuing.Way]),
    help="On paper with the next letter, or read out to who was made sure to be that person.",
)
@BY
@as_of
@where
def new_code(case_id: UUID, way: str, email: str, **given: Any) -> None:  # noqa: ANN401 (click's options)
    """Give a case a new code; the old one ends at once."""
    with _services(given) as ctx:
        try:
            way_ = reissuing.Way(way)
            member = member_who(ctx, email, MAY_TELL)
            code = reissuing.reissue(ctx, case_id, way_, by=member.email, staff_id=member.id)
        except reissuing.NoCodeError as error:
            raise click.ClickException(str(error)) from error
    click.echo(format_code(code) if code else "the next letter bears the new code")


@people.command("revoke-code")
@click.argument("case_id", metavar="CASE", type=click.UUID)
@click.option("--reason", default="", help="A word: lost, stolen, wrong_person …")
@BY
@as_of
@where
def revoke_code(case_id: UUID, reason: str, email: str, **given: Any) -> None:  # noqa: ANN401 (click's options)
    """End the codes of a case, and the sessions they opened."""
    with _services(given) as ctx:
        try:
            member = member_who(ctx, email, MAY_TELL)
            revoked = reissuing.revoke(
                ctx, case_id, by=member.email, reason=reason, staff_id=member.id
            )
        except reissuing.NoCodeError as error:
            raise click.ClickException(str(error)) from error
    click.echo(f"{revoked} ended")


@people.command("restored")
@click.option("--confirm", is_flag=True, help="Say that this news was brought in again.")
@click.option("--by", "email", help="E-mail address of a member of staff, with --confirm.")
@as_of
@where
def restored(confirm: bool, email: str | None, **given: Any) -> None:  # noqa: ANN401
    """Show of which days news was lost by a restore, or say that it was brought in again.

    Until then no step of a mailing is let go: who refused or died since the backup would get it.
    """
    if confirm and not email:
        raise click.UsageError("--confirm needs --by")
    with _services(given) as ctx:
        if confirm:
            gap = restored_news.brought_in(ctx, email=email or "")
            click.echo(f"{gap}; {email} says that it was brought in again")
            return
        found = restored_news.lost_news(ctx)
        click.echo(str(found) if found is not None else "no news was lost by a restore")


def _day(at: datetime) -> str:
    return f"{at.astimezone(STUDY_ZONE):%Y-%m-%d}"


def _time(at: datetime) -> str:
    return f"{at.astimezone(STUDY_ZONE):%Y-%m-%d %H:%M}"


def _person(ctx: ServiceContext, who: str) -> UUID:
    try:
        UUID(who)
    except ValueError as error:
        raise click.ClickException("expected the id of a person or of a case") from error
    found = panel_members.find_people(ctx, who)
    if not found:
        raise click.ClickException("there is no such person or case")
    return found[0]


@contextmanager
def _services(given: dict[str, Any]) -> Iterator[ServiceContext]:
    with services_of(given) as ctx:
        try:
            yield ctx
        except (NotAllowedError, restored_news.NothingRestoredError) as error:
            raise click.ClickException(str(error)) from error
