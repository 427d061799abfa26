"""Commands of backup and restore."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from app.cli_place import place_of, settings_of, where
from app.clock import SystemClock
from app.key_file import FILE_NAME as KEYS
from app.services import backing_up
from app.services.bootstrap import make_context
from app.services.messaging import lost_days, outbox
from app.services.messaging.contact_plan import ContactPlanError
from app.services.messaging.lost_days import LostDays
from app.settings import Settings

_FILE = click.Path(dir_okay=False, path_type=Path)


def keys_beside(file: Path) -> Path:
    """Return where the keys that belong to a backup are put."""
    return file.with_name(f"{file.name}.keys")


@click.command()
@click.argument("file", type=_FILE)
@where
def backup(file: Path, **given: Any) -> None:  # noqa: ANN401 (click's options)
    """Write both databases and all files to FILE, while the site serves.

    The keys of a data directory go to FILE.keys. Keep the two apart: together they read everything.
    """
    settings = settings_of(given)
    try:
        made = backing_up.back_up(settings, SystemClock(), file)
    except backing_up.BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file}: {made.rows:,} rows and {made.files} files, {made.bytes:,} bytes")
    folder = settings.data_dir
    if folder is not None and (folder / KEYS).exists():
        beside = keys_beside(file)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as target, (folder / KEYS).open("rb") as source:
            shutil.copyfileobj(source, target)
        click.echo(f"{beside}: the keys. Move this file somewhere else.", err=True)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--keys", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--erasures",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="erasures.jsonl of the installation: who was erased since is erased again.",
)
@click.option("--no-erasures-known", is_flag=True, help="Nobody was ever erased here.")
@where
def restore(
    file: Path,
    keys: Path | None,
    erasures: Path | None,
    no_erasures_known: bool,
    **given: Any,  # noqa: ANN401
) -> None:
    """Put a backup into empty databases and an empty data directory, whole or not at all.

    With a data directory the keys are taken from --keys, else from FILE.keys, else from the
    environment; without them codes and contacts cannot be read. Mailings that ran wait for a
    second person, and what they may have sent since the backup is unknown: it is not sent again.
    News about people since is lost: nothing is let go before `people restored --confirm`.
    Real people are restored only with the list of who was erased since: erasures.jsonl in the data
    directory, or named with --erasures.
    """
    folder = place_of(given)["data"]
    found = keys or (keys_beside(file) if keys_beside(file).exists() else None)
    if folder is not None and found is not None:
        if (folder / KEYS).exists() and (folder / KEYS).read_bytes() != found.read_bytes():
            raise click.ClickException(f"{folder} has other keys than those of the backup")
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = os.open(folder / KEYS, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(target, "wb") as copy:
            copy.write(found.read_bytes())
    elif folder is not None and not (folder / KEYS).exists():
        click.echo("no keys were given: without them codes and contacts cannot be read", err=True)
    settings = settings_of(given)
    try:
        told = backing_up.restore(settings, file, erasures=erasures, none_known=no_erasures_known)
    except backing_up.BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"restored what was backed up at {told.made_at}: {told.rows:,} rows")
    click.echo(
        f"what was told of people since {told.made_at} is not here: refusals, deaths, moves, mail"
        " that came back, choices on the site. Bring it in again (people news), then say so:"
        " people restored --confirm --by …; until then no step of a mailing can be let go",
        err=True,
    )
    if told.erased_again:
        click.echo(f"{told.erased_again} people were erased since, and are erased again")
    if told.thanks.unknown:
        click.echo(
            f"{told.thanks.unknown} thank-yous waited to be sent; nobody knows whether they went"
            " out since: settle them (incentives settle)"
        )
    if told.thanks.codes:
        click.echo(
            f"{told.thanks.codes} gift codes are in stock as of the backup; those that were given"
            " since would be given again: write a batch off if any were (incentives void --batch)"
        )
    if told.halted:
        _hold(settings, told)


def _hold(settings: Settings, told: backing_up.Backup) -> None:
    """Hold what may have gone out since the backup, and say what a person has to do."""
    steps = ", ".join(f"{one.wave} {one.step}" for one in told.halted)
    days = LostDays(datetime.fromisoformat(told.made_at), SystemClock().now())
    ctx = make_context(settings)
    try:
        lost_days.hold_what_ran(ctx, told.halted, days)
        unknown = len(outbox.unknown_messages(ctx))
    except (ContactPlanError, lost_days.NoSuchStepError) as error:
        raise click.ClickException(
            f"everything is back, but what was sent since cannot be told: {error}. Approve none of"
            f" {steps} before `outbox hold --since {told.made_at}` for each of them"
        ) from error
    finally:
        ctx.databases.close()
    click.echo(f"these ran and wait now: {steps}", err=True)
    click.echo(
        f"{unknown} messages may have been sent since the backup: they are unknown and are not"
        " sent again. Say what became of them: outbox settle --wave … --step …",
        err=True,
    )
    click.echo(
        "letters that went to the printer since, and steps that somebody let go since, are not"
        f" known here: outbox hold --wave … --step … --since {told.made_at}, before anybody"
        " approves them",
        err=True,
    )
