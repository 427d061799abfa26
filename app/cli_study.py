"""The command that lives through a whole study with invented people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from app.cli_gate import gate_of_a_demo
from app.cli_place import place_of, settings_of, where
from app.services.bootstrap import make_context
from app.services.content.fielding import FinalFaultsError
from app.services.content.study_calendar import WavePlanError, read_wave_plan
from app.services.invented.simulated_study import LEAST_PEOPLE, Design, simulate_study
from app.services.invented.simulated_summary import summary_of
from app.storage.migrate import upgrade

WAVES = (2024, 2025, 2027)


@click.command("simulate-study")
@click.option(
    "--people",
    default=300,
    show_default=True,
    type=click.IntRange(LEAST_PEOPLE),
    help="Drawn in all waves together.",
)
@click.option("--seed", default=2021, show_default=True)
@click.option(
    "--every-days",
    default=3,
    show_default=True,
    type=click.IntRange(1, 14),
    help="Days between two looks at the field.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the releases; the data folder with -releases behind it when not given.",
)
@click.option("--render/--no-render", default=True, help="Render the letters of rehearsals.")
@where
def simulate_study_(
    people: int,
    seed: int,
    every_days: int,
    out: Path | None,
    render: bool,
    **given: Any,  # noqa: ANN401 (click's options)
) -> None:
    """Live through a SYNTHETIC study, 2023 to 2028, in a new data folder.

    Three waves with refreshment, moves, deaths, reminders, refusals, withdrawals and erasures, by
    the services of a real study under a fake clock. Progress is on stderr; stdout is one JSON
    object.
    """
    place = place_of(given)
    folder: Path | None = place["data"]
    if folder is None:
        raise click.UsageError("give --data: a folder that is not there or empty")
    if folder.exists() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} is not empty: a simulated study begins in a new one")
    releases = out or folder.with_name(f"{folder.name}-releases")
    releases.mkdir(parents=True, exist_ok=True)
    settings = settings_of(place, synthetic=True)
    click.echo("SYNTHETIC: all people and answers are invented", err=True)
    upgrade(settings.database_url, settings.contacts_url)
    ctx = make_context(settings)
    try:
        bank, findings = gate_of_a_demo(ctx, WAVES)
        plans = [read_wave_plan(ctx.study, year) for year in WAVES]
        design = Design(people, seed, releases, every_days=every_days, render=render)
        done = simulate_study(ctx, bank, plans, design, progress=_progress, findings=findings)
        told = summary_of(ctx, done, design)
    except (FinalFaultsError, WavePlanError) as error:
        raise click.ClickException(str(error)) from error
    finally:
        ctx.databases.close()
    click.echo(json.dumps(told, indent=1))


def _progress(what: str, done: int, of: int) -> None:
    if done in (0, of) or done % 5 == 0:
        click.echo(f"{what}: {done} of {of}", err=True)
