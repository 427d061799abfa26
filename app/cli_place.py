"""Where a command finds its data: three options, of the command or of the program before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import click

from app.clock import Clock, FixedClock, MovedClock
from app.services.bootstrap import make_context
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.invented import demo_files
from app.settings import CHEAP_ARGON2, Settings, SettingsError
from app.storage.migrate import upgrade
from app.storage.moment import Moment, database_now

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
    if (
        synthetic
        or settings.synthetic
        or (folder is not None and (folder / demo_files.DEMO_FILE).exists())
    ):
        # Synthetic codes are cheap to hash: thousands are made while somebody waits.
        settings = replace(settings, synthetic=True, argon2=CHEAP_ARGON2)
    return settings


as_of = click.option(
    "--as-of",
    "moment",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]),
    help="At this time of Amsterdam instead of now. Synthetic data only.",
)


def made_up(moment: datetime | None, settings: Settings) -> datetime | None:
    """Return the time of ``--as-of``; end the command where people are real."""
    if moment is None:
        return None
    if not settings.synthetic:
        raise click.UsageError(
            "--as-of: these are not synthetic data; for a rehearsal with invented people set"
            " PERSPECTIEF_SYNTHETIC=yes before anything is published or imported"
        )
    return in_amsterdam(moment)


def was_already(ctx: ServiceContext, moment: datetime | None) -> datetime | None:
    """Return a moment that something is looked at as of; end the command where its day is to come.

    Today is looked at as of its end. Invented people live through years that are still to come.
    """
    ahead = moment is not None and moment - timedelta(days=1) > ctx.clock.now()
    if moment is not None and ahead and not ctx.settings.synthetic:
        shown = moment.astimezone(STUDY_ZONE)
        raise click.UsageError(f"--as-of: {shown:%Y-%m-%d %H:%M} is still to come")
    return moment


def in_amsterdam(typed: datetime) -> datetime:
    """Return a time of Amsterdam; end the command where no clock shows it, or shows it twice."""
    at = typed.replace(tzinfo=STUDY_ZONE)
    if at.astimezone(UTC).astimezone(STUDY_ZONE).replace(tzinfo=None) != typed:
        raise click.UsageError(
            f"--as-of: {typed:%Y-%m-%d %H:%M} does not exist in Amsterdam: the clock is put forward"
            " from 02:00 to 03:00 that night"
        )
    if at.utcoffset() != at.replace(fold=1).utcoffset():
        raise click.UsageError(
            f"--as-of: {typed:%Y-%m-%d %H:%M} comes twice in Amsterdam: the clock is put back from"
            " 03:00 to 02:00 that night; name a time before or after that hour"
        )
    return at


def running_from(moment: datetime | None, settings: Settings) -> Clock | None:
    """Return a clock that runs on from the time of ``--as-of``; ``None`` is that of the machine."""
    stands_at = made_up(moment, settings)
    return None if stands_at is None else MovedClock.beginning(stands_at)


def moment_of(ctx: ServiceContext, moment: datetime | None) -> Moment:
    """Return how late it is for what asks the database: the time of ``--as-of`` where given."""
    return database_now if moment is None else lambda _: ctx.clock.now()


@contextmanager
def services_of(given: dict[str, Any], moment: datetime | None = None) -> Iterator[ServiceContext]:
    """Give the services over databases that are up to date, at a made-up time where asked.

    A command that does nothing else with ``--as-of`` leaves it among its other options.
    """
    settings = settings_of(given)
    stands_at = made_up(moment or given.get("moment"), settings)
    upgrade(settings.database_url, settings.contacts_url)
    ctx = make_context(settings, None if stands_at is None else FixedClock(stands_at))
    try:
        yield ctx
    finally:
        ctx.databases.close()


def years_of(text: str) -> list[int]:
    """Return the waves of an option such as ``2024,2025``."""
    try:
        return sorted({int(year) for year in text.split(",")})
    except ValueError as error:
        raise click.BadParameter(f"found {text!r}, expected years such as 2024,2025") from error
