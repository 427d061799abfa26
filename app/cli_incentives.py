"""Commands of thank-yous: stock, what is due, sending, lists for the post, the books."""

from __future__ import annotations

import json
import os
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from app.cli_place import as_of, moment_of, services_of, where
from app.panel.incentives import Account
from app.services.context import ServiceContext
from app.services.messaging.composing_messages import providers_of
from app.services.messaging.contact_plan import ContactPlanError
from app.services.open_ended.open_answers import NotAllowedError, member_who
from app.services.thanks import incentives as thanking
from app.services.thanks import incentives_post as post
from app.services.thanks import incentives_report as reporting
from app.services.thanks import incentives_sending as sending
from app.services.thanks import incentives_stock as stocking

SHOWN = 50
"""Problems told on the screen; the rest is counted."""
_by = click.option("--by", "email", required=True, help="E-mail address of a member of staff.")
_json = click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")
_FAULTS = (
    ContactPlanError,
    NotAllowedError,
    post.PostError,
    sending.SendingError,
    stocking.StockError,
    thanking.IncentiveRulesError,
)


@click.group()
def incentives() -> None:
    """Thank-yous for taking part: bought, promised, sent once, accounted for."""


@incentives.group()
def stock() -> None:
    """What was bought and is still there."""


@stock.command("add")
@click.option(
    "--file",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV with a gift code on each row; destroy it afterwards.",
)
@click.option("--cards", type=int, help="Cards that go by post, instead of a file: how many.")
@click.option("--batch", "name", required=True, help="A name for them together.")
@click.option("--value", required=True, help="Of one piece, such as 10.00.")
@click.option("--currency", default="EUR", help="ISO 4217.")
@_by
@as_of
@where
def add(
    file: Path | None,
    cards: int | None,
    name: str,
    value: str,
    currency: str,
    email: str,
    **given: Any,  # noqa: ANN401 (click's options)
) -> None:
    """Take codes or cards into stock: all of them, or none and every row that is wrong."""
    if (file is None) == (cards is None):
        raise click.UsageError("give either --file or --cards")
    with _context(given, email) as ctx:
        named = {"name": name, "value": value, "currency": currency, "by": email}
        if file is not None:
            count = stocking.add_codes(ctx, file.read_bytes(), **named)
        else:
            count = stocking.add_cards(ctx, cards or 0, **named)
    click.echo(f"{name}: {count} pieces of {value} {currency}")


@stock.command("list")
@_json
@as_of
@where
def list_(as_json: bool, **given: Any) -> None:  # noqa: ANN401
    """List the batches with what is left of each."""
    with _context(given) as ctx:
        found = stocking.books(ctx)
    if as_json:
        _print_json([_batch_row(one) for one in found])
        return
    for one in found:
        left = one.accounts[Account.STOCK]
        worth = f"{one.batch.value_cents / 100:.2f} {one.batch.currency}"
        click.echo(f"{one.batch.name}: {one.batch.kind} of {worth}, {left} in stock")


@incentives.command()
@_json
@as_of
@where
def due(as_json: bool, **given: Any) -> None:  # noqa: ANN401
    """Write down what became due, take back what is due to people who are gone; count both."""
    with _context(given) as ctx:
        done = thanking.sweep(ctx)
    if as_json:
        _print_json(asdict(done))
        return
    click.echo(f"{done.due} became due, {done.void} were taken back")


@incentives.command("send")
@click.option("--limit", default=10_000, help="At most so many.")
@_by
@_json
@as_of
@where
def send_(limit: int, email: str, as_json: bool, **given: Any) -> None:  # noqa: ANN401
    """Send the codes that people asked for by e-mail and text message."""
    moment = given.pop("moment", None)
    with _context(given | {"moment": moment}, email) as ctx:
        request = sending.SendRequest(
            worker=f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}",
            providers=providers_of(ctx),
            limit=limit,
            moment=moment_of(ctx, moment),
        )
        done = sending.send(ctx, request)
    if as_json:
        told = {"outcomes": done.outcomes, "no_stock": done.no_stock, "quiet": done.quiet}
        _print_json(told)
        return
    if done.quiet:
        click.echo("nothing was sent: these are quiet hours")
        return
    for status, count in sorted(done.outcomes.items()):
        click.echo(f"{status}: {count}")
    click.echo(f"{sum(done.outcomes.values())} were taken, {done.no_stock} wait for stock")


@incentives.command("post-list")
@click.option("--limit", default=post.MOST, help="At most so many.")
@_by
@as_of
@where
def post_list(limit: int, email: str, **given: Any) -> None:  # noqa: ANN401
    """Write what is to go by post to a file of the data directory, and print its name."""
    with _context(given, email) as ctx:
        made = post.make_list(ctx, by=email, limit=limit)
    if made is None:
        click.echo("nothing is to go by post, or nothing is in stock")
        return
    click.echo(f"{made.id}: {made.rows} addresses, {made.no_stock} wait for stock")
    click.echo(str(made.file))


@incentives.command("posted")
@click.argument("list_id", type=click.UUID)
@_by
@as_of
@where
def posted(list_id: UUID, email: str, **given: Any) -> None:  # noqa: ANN401
    """Say that a list went to the post; the file and its addresses are destroyed."""
    with _context(given, email) as ctx:
        count = post.handed_over(ctx, list_id, by=email)
    click.echo(f"{count} are sent; the list and its addresses are destroyed")


@incentives.command("drop-list")
@click.argument("list_id", type=click.UUID)
@_by
@as_of
@where
def drop_list(list_id: UUID, email: str, **given: Any) -> None:  # noqa: ANN401
    """Destroy a list that did not go to the post; what was on it waits for the next one."""
    with _context(given, email) as ctx:
        count = post.throw_away(ctx, list_id, by=email)
    click.echo(f"{count} wait for the next list")


@incentives.command()
@click.argument("incentive", type=click.UUID, required=False)
@click.option("--sent/--not-sent", "went_out", default=None, help="What became of it.")
@_by
@as_of
@where
def settle(
    incentive: UUID | None,
    went_out: bool | None,
    email: str,
    **given: Any,  # noqa: ANN401 (click's options)
) -> None:
    """Say whether one went out of which nobody knows; without one, list them."""
    with _context(given, email) as ctx:
        if incentive is None or went_out is None:
            for one in reporting.unknown(ctx):
                click.echo(str(one))
            return
        if not sending.settle(ctx, incentive, went_out=went_out, by=email):
            raise click.ClickException("nothing was changed: its state is known")
    click.echo("sent" if went_out else "waits to be sent again, with the same code")


@incentives.command()
@click.option("--batch", "name", help="Write off all that it has in stock.")
@click.option("--incentive", type=click.UUID, help="Take back what was not sent.")
@click.option("--reason", required=True, help="A word or two for the books.")
@_by
@as_of
@where
def void(
    name: str | None,
    incentive: UUID | None,
    reason: str,
    email: str,
    **given: Any,  # noqa: ANN401 (click's options)
) -> None:
    """Write off stock that expired, or take back a thank-you that was not sent."""
    if (name is None) == (incentive is None):
        raise click.UsageError("give either --batch or --incentive")
    with _context(given, email) as ctx:
        if name is not None:
            count = stocking.write_off(ctx, name, reason=reason, by=email)
            click.echo(f"{name}: {count} pieces are written off")
            return
        if incentive is None or not thanking.take_back(ctx, incentive, reason=reason, by=email):
            raise click.ClickException("nothing was changed: it was sent, or there is none")
    click.echo("taken back")


@incentives.command()
@_json
@as_of
@where
def ledger(as_json: bool, **given: Any) -> None:  # noqa: ANN401
    """Show the books of every batch; exit 1 where they do not balance, and say by how much."""
    with _context(given) as ctx:
        found = stocking.books(ctx)
    if as_json:
        _print_json([_batch_row(one) for one in found])
    else:
        head = "".join(f"{account:>10}" for account in Account)
        click.echo(f"{'batch':<24}{'value':>12}{head}")
        for one in found:
            worth = f"{one.batch.value_cents / 100:.2f} {one.batch.currency}"
            numbers = "".join(f"{one.accounts[account]:>10}" for account in Account)
            click.echo(f"{one.batch.name:<24}{worth:>12}{numbers}")
            for fault in one.imbalances:
                click.echo(f"  does not balance: {fault}")
    if any(one.imbalances for one in found):
        click.get_current_context().exit(1)


@incentives.command()
@click.option("--wave", "year", type=int)
@_json
@as_of
@where
def report(year: int | None, as_json: bool, **given: Any) -> None:  # noqa: ANN401
    """Count thank-yous by wave, rule, state and way; nothing of persons."""
    with _context(given) as ctx:
        found = reporting.counts(ctx, year)
    if as_json:
        _print_json([asdict(one) for one in found])
        return
    for one in found:
        way = one.way or "-"
        why = f" ({one.reason})" if one.reason else ""
        click.echo(
            f"{one.wave}  {one.rule:<20}{one.status:<10}{way:<8}{one.count:>7}"
            f"{one.cents / 100:>12.2f}{why}"
        )


def _batch_row(one: stocking.Books) -> dict[str, Any]:
    return {
        "batch": one.batch.name,
        "kind": one.batch.kind,
        "currency": one.batch.currency,
        "value_cents": one.batch.value_cents,
        "pieces": dict(one.accounts),
        "balances": not one.imbalances,
        "imbalances": [{"what": f.what, "off_by": f.off_by} for f in one.imbalances],
    }


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, indent=1, sort_keys=True, default=str))


@contextmanager
def _context(given: dict[str, Any], email: str | None = None) -> Iterator[ServiceContext]:
    with services_of(given) as ctx:
        try:
            if email is not None:
                member_who(ctx, email, stocking.MAY)
            yield ctx
        except stocking.StockError as error:
            for problem in error.problems[:SHOWN]:
                click.echo(problem, err=True)
            more = len(error.problems) - SHOWN
            if more > 0:
                click.echo(f"and {more} more", err=True)
            raise click.ClickException("nothing was changed") from None
        except _FAULTS as error:
            raise click.ClickException(str(error)) from None
