"""Commands of the life of a wave: list, move, and what happens by itself on its dates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from app.cli_place import as_of, moment_of, services_of, where
from app.cli_preload import preload
from app.panel.states import WaveStatus
from app.services.fieldwork import fieldwork_ticks
from app.services.fieldwork import waves as life
from app.services.messaging.contact_plan import ContactPlanError
from app.services.messaging.mailings import MAY_SEND
from app.services.open_ended.open_answers import NotAllowedError, member_who

STATUSES = [str(one) for one in WaveStatus]


@click.group()
def waves() -> None:
    """Waves: draft, checked, rehearsed, open, paused, closed, frozen."""


@waves.command("list")
@where
def list_(**given: Any) -> None:  # noqa: ANN401 (click's options)
    """List the waves with their dates."""
    with services_of(given) as ctx:
        for one in life.all_waves(ctx):
            version = "published" if one.version_id else "not published"
            click.echo(f"{one.year}  {one.status:<10}{one.opens_on} to {one.closes_on}  {version}")


@waves.command()
@click.option("--wave", "year", required=True, type=int)
@click.option("--to", "statuses", required=True, multiple=True, type=click.Choice(STATUSES))
@click.option("--by", "email", required=True, help="E-mail address of a member of staff.")
@click.option("--note", help="Goes on record.")
@as_of
@where
def move(
    year: int,
    statuses: tuple[str, ...],
    email: str,
    note: str | None,
    moment: datetime | None,
    **given: Any,  # noqa: ANN401
) -> None:
    """Take a wave on in its life, one status after the other when more are given."""
    try:
        with services_of(given, moment) as ctx:
            member = member_who(ctx, email, MAY_SEND)
            for status in map(WaveStatus, statuses):
                life.move_wave(ctx, year, status, by=member.email, staff_id=member.id, note=note)
                click.echo(f"wave {year}: {status}")
    except (life.StepRefusedError, NotAllowedError, ContactPlanError) as error:
        raise click.ClickException(str(error)) from error


waves.add_command(preload)


@waves.command()
@as_of
@where
def tick(moment: datetime | None, **given: Any) -> None:  # noqa: ANN401
    """Open and close waves on their dates and put down messages that are due, as workers do."""
    try:
        with services_of(given, moment) as ctx:
            done = fieldwork_ticks.tick(ctx, moment=moment_of(ctx, moment))
    except ContactPlanError as error:
        raise click.ClickException(str(error)) from error
    for year in done.opened:
        click.echo(f"wave {year}: open")
    for year in done.closed:
        click.echo(f"wave {year}: closed")
    for (year, step), count in done.made.items():
        click.echo(f"wave {year}, {step}: {count} messages are due")
    for (year, step), count in done.held.items():
        click.echo(f"wave {year}, {step}: {count} messages more than were approved: ask again")
    for (year, step), count in done.missed.items():
        click.echo(f"wave {year}, {step}: {count} people missed it: stop it and ask again")
    for year, reason in done.refused.items():
        click.echo(f"wave {year}: not moved: {reason}")
    for year in done.unrehearsed:
        click.echo(f"wave {year}: its plan or words changed: rehearse again")
