"""Commands of backup and restore."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import click

from app.cli_place import place_of, settings_of, where
from app.clock import SystemClock
from app.key_file import FILE_NAME as KEYS
from app.services import backing_up

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
@where
def restore(file: Path, keys: Path | None, **given: Any) -> None:  # noqa: ANN401
    """Put a backup into empty databases and an empty data directory, whole or not at all.

    With a data directory the keys are taken from --keys, else from FILE.keys, else from the
    environment; without them codes and contacts cannot be read.
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
    try:
        told = backing_up.restore(settings_of(given), file)
    except backing_up.BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"restored what was backed up at {told.made_at}: {told.rows:,} rows")
    if told.waiting:
        click.echo(
            f"{told.waiting} mailings ran and wait now: what was sent after the backup is due"
            " again. Cancel that (outbox cancel), then a second person lets the rest go"
            " (mailing approve)",
            err=True,
        )
