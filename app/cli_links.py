"""The commands of open links: open, list, close, and who may have answered twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import click

from app.cli_place import services_of, where
from app.services.interviewing import open_duplicates, open_links
from app.services.messaging.mailings import MAY_SEND
from app.services.open_ended.open_answers import NotAllowedError, member_who

BY = click.option("--by", required=True, help="E-mail address of a member of staff.")
WAVE = click.option("--wave", required=True, type=int)


@click.group("links")
def links() -> None:
    """Open links on posters: anybody may answer, outside the sample and its rates."""


@links.command("open")
@WAVE
@click.option("--name", required=True, help="What it is for, such as poster in the library.")
@click.option("--slug", help="The end of the address; by default eight random characters.")
@BY
@where
def open_(wave: int, name: str, slug: str | None, by: str, **given: Any) -> None:  # noqa: ANN401 (click's options)
    """Open a link and print its address."""
    with services_of(given) as ctx, _told():
        by = member_who(ctx, by, MAY_SEND).email
        link = open_links.make_link(ctx, wave, name, by=by, slug=slug)
        click.echo(f"{ctx.settings.public_url}/o/{link.slug}")


@links.command("list")
@click.option("--wave", type=int, help="By default all.")
@where
def list_(wave: int | None, **given: Any) -> None:  # noqa: ANN401 (click's options)
    """List links with how many began, completed, and may be somebody's second."""
    with services_of(given) as ctx:
        found = open_links.count_links(ctx, wave)
    click.echo("wave  slug                      begun  complete  flagged  name")
    for one in found:
        closed = " (closed)" if one.link.closed_at else ""
        click.echo(
            f"{one.link.wave}  {one.link.slug:<24}  {one.begun:>5}  {one.complete:>8}"
            f"  {one.flagged:>7}  {one.link.name}{closed}"
        )


@links.command("close")
@click.argument("slug")
@BY
@where
def close(slug: str, by: str, **given: Any) -> None:  # noqa: ANN401 (click's options)
    """Close a link; who began goes on with their code."""
    with services_of(given) as ctx, _told():
        open_links.close_link(ctx, slug, by=member_who(ctx, by, MAY_SEND).email)


@links.command("duplicates")
@WAVE
@where
def duplicates(wave: int, **given: Any) -> None:  # noqa: ANN401 (click's options)
    """Look for second interviews and list the cases that wait for a decision."""
    with services_of(given) as ctx:
        flagged = open_duplicates.flag_duplicates(ctx, wave)
        waiting = open_duplicates.undecided(ctx, wave)
    click.echo(f"{flagged} flagged now")
    for one in waiting:
        whose = one.duplicate_of.hex if one.duplicate_of else ""
        click.echo(f"case {one.case_id.hex} ({one.status}) may be the second of person {whose}")


@links.command("decide")
@click.argument("case_id", metavar="CASE", type=click.UUID)
@click.option("--counts/--left-out", required=True)
@BY
@where
def decide(case_id: UUID, counts: bool, by: str, **given: Any) -> None:  # noqa: ANN401 (click's options)
    """Say whether a case that came by an open link counts."""
    with services_of(given) as ctx, _told():
        by = member_who(ctx, by, MAY_SEND).email
        try:
            open_duplicates.decide(ctx, case_id, counts=counts, by=by)
        except open_duplicates.UnknownEntrantError as error:
            raise click.ClickException("no such case came by an open link") from error


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (NotAllowedError, open_links.LinkError) as error:
        raise click.ClickException(str(error)) from error
