"""The command about the panel as a whole: where everybody is, in every wave, on any day."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import click

from app.cli_place import in_amsterdam, services_of, was_already, where, years_of
from app.services.context import STUDY_ZONE
from app.services.response.attrition import UnknownWaveError, panel_ledger_at
from app.services.response.attrition_page import balance, write_files
from app.services.response.attrition_words import LANGUAGES, speaker


@click.command("ledger")
@click.option(
    "--as-of",
    "day",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]),
    help="As it was known then, in Amsterdam: a day at its end. Now, unless given.",
)
@click.option("--wave", "waves", help="Waves such as 2024,2025; all unless given.")
@click.option("--by", default="fr_group", show_default=True, help="A frame variable; none with ''.")
@click.option("--language", type=click.Choice(LANGUAGES), default="nl", show_default=True)
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path))
@where
def ledger(
    day: datetime | None,
    waves: str | None,
    by: str,
    language: str,
    out: Path,
    **given: Any,  # noqa: ANN401 (click's options)
) -> None:
    """Write the ledger of the panel: everybody who was drawn in one place in every wave.

    Gives rows (ledger.csv), flows (flow.csv, flow.svg) and a page with both (ledger.html). Ends
    with an error when it does not balance.
    """
    variable = by if by.startswith("fr_") or not by else f"fr_{by}"
    years = None if waves is None else years_of(waves)
    with services_of(given) as ctx:
        try:
            found = panel_ledger_at(ctx, was_already(ctx, _moment(day)), years=years, by=variable)
        except UnknownWaveError as error:
            raise click.ClickException(str(error)) from error
        written = write_files(found, out, language=language, synthetic=ctx.settings.synthetic)
    for path in written:
        click.echo(str(path))
    if found.problems:
        for problem in found.problems:
            click.echo(problem, err=True)
        raise click.ClickException("the ledger does not balance")
    click.echo(balance(found, speaker(language), language))


def _moment(day: datetime | None) -> datetime | None:
    """The end of a day, or the minute that was given."""
    if day is None:
        return None
    if day.time() == time():
        return (day + timedelta(days=1)).replace(tzinfo=STUDY_ZONE) - timedelta(microseconds=1)
    return in_amsterdam(day)
