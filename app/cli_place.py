"""Where a command finds its data: three options, of the command or of the program before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from app.services import demo_files
from app.settings import CHEAP_ARGON2, Settings, SettingsError

Command = TypeVar("Command", bound=Callable[..., Any])


def where(command: Command) -> Command:
    """Give a command the three options that say where the data are."""
    for option in (
        click.option("--contacts-url", help="Database of the contacts."),
        click.option("--database-url", help="Database of waves, cases and answers."),
        click.option("--data", type=click.Path(path_type=Path), help="Folder with everything."),
    ):
        command = option(command)
    return command


def place_of(given: dict[str, Any]) -> dict[str, Any]:
    """Return the options of the command, else those before it."""
    before: dict[str, Any] = click.get_current_context().find_root().obj
    return {name: given.get(name) or before.get(name) for name in before}


def settings_of(given: dict[str, Any], *, synthetic: bool = False) -> Settings:
    """Return the settings for these options; end the command with all faults when there are any."""
    place = place_of(given)
    try:
        settings = Settings.from_environment(
            data_dir=place["data"],
            database_url=place["database_url"],
            contacts_url=place["contacts_url"],
        )
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    folder = settings.data_dir
    if synthetic or (folder is not None and (folder / demo_files.DEMO_FILE).exists()):
        # Synthetic codes are cheap to hash: thousands are made while somebody waits.
        settings = replace(settings, synthetic=True, argon2=CHEAP_ARGON2)
    return settings


def years_of(text: str) -> list[int]:
    """Return the waves of an option such as ``2024,2025``."""
    try:
        return sorted({int(year) for year in text.split(",")})
    except ValueError as error:
        raise click.BadParameter(f"found {text!r}, expected years such as 2024,2025") from error
