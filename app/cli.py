"""The commands: parse, call a service, print."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from app.cli_audio import audio
from app.cli_backup import backup, restore
from app.cli_gate import check, gate_of_a_demo, publish
from app.cli_incentives import incentives
from app.cli_jobs import jobs
from app.cli_ledger import ledger
from app.cli_letters import letters
from app.cli_links import links
from app.cli_mail import mail
from app.cli_mailing import mailing, rehearse
from app.cli_open_answers import open_answers
from app.cli_people import people
from app.cli_place import (
    as_of,
    place_of,
    running_from,
    services_of,
    settings_of,
    where,
    years_of,
)
from app.cli_privacy import privacy
from app.cli_rates import rates, settle
from app.cli_reprint import reprint
from app.cli_sample import sample
from app.cli_study import simulate_study_
from app.cli_translations import translations
from app.cli_waves import waves as waves_
from app.cli_worker import outbox_, worker
from app.clock import Clock, SystemClock
from app.panel.states import Role
from app.questionnaire.compile import compile_wave
from app.robots import fleet
from app.robots.fleet import AT_ONCE
from app.services.accounts import staff
from app.services.bootstrap import STUDY, make_context
from app.services.content import instruments
from app.services.content.fielding import FinalFaultsError
from app.services.content.study_calendar import WavePlanError, read_wave_plan
from app.services.context import STUDY_ZONE
from app.services.invented import demo_files
from app.services.invented.demo import prepare_demo
from app.services.invented.demo_coding import code_open_answers
from app.services.publication.exports import ExportError, export_release
from app.settings import Settings
from app.storage.migrate import upgrade
from app.synthetic.population import by_stratum, read_population

DEMO_DATA = Path("var/demo")
DEFAULT_URL = "http://localhost:8000"
"""Of the settings; when nothing else was set, the address being served is the public one."""


@click.group()
@where
@click.pass_context
def main(context: click.Context, /, **given: Any) -> None:  # noqa: ANN401 (click's options)
    """Perspectief: a longitudinal, multilingual survey platform."""
    context.obj = given


main.add_command(audio)
main.add_command(backup)
main.add_command(jobs)
main.add_command(ledger)
main.add_command(incentives)
main.add_command(letters)
letters.add_command(reprint)
main.add_command(links)
main.add_command(mail)
main.add_command(mailing)
main.add_command(open_answers)
main.add_command(outbox_)
main.add_command(people)
main.add_command(privacy)
main.add_command(rehearse)
main.add_command(rates)
main.add_command(sample)
main.add_command(settle)
main.add_command(simulate_study_)
main.add_command(translations)
main.add_command(waves_)
main.add_command(check)
main.add_command(publish)
main.add_command(restore)
main.add_command(worker)


@main.command("freeze-numbers")
@click.argument("study", type=click.Path(exists=True, file_okay=False, path_type=Path))
def freeze_numbers(study: Path) -> None:
    """Give new codes of a study their numbers in SPSS and Stata files; the others keep theirs."""
    from app.services.content import code_numbers  # pandas is needed here only

    try:
        click.echo(code_numbers.freeze_numbers(instruments.load_study(study), study))
    except instruments.StudyFaultsError as error:
        raise click.ClickException(str(error)) from error


@main.command()
@where
def migrate(**given: Any) -> None:  # noqa: ANN401 (click's options)
    """Bring both databases up to date."""
    settings = settings_of(given)
    upgrade(settings.database_url, settings.contacts_url)


@main.command("add-staff")
@click.option("--email", required=True)
@click.option("--role", required=True, type=click.Choice([str(role) for role in Role]))
@click.password_option(help="Asked for when it is not given.")
@where
def add_staff(email: str, role: str, password: str, **given: Any) -> None:  # noqa: ANN401
    """Add a member of staff and print the TOTP secret, once."""
    try:
        with services_of(given) as ctx:
            secret = staff.add_member(ctx, email=email, password=password, role=Role(role))
    except (staff.PasswordTooShortError, staff.GuessablePasswordError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"TOTP secret for {email}: {secret}")


@main.command()
@click.option("--people", default=1200, show_default=True, help="People in the sample.")
@click.option("--waves", default="2024,2025", show_default=True, help="Waves; the last stays open.")
@click.option("--seed", default=2021, show_default=True)
@click.option("--serve/--no-serve", "serving", default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--fresh", is_flag=True, help="Replace a demo that is there.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True)
@where
def demo(
    people: int,
    waves: str,
    seed: int,
    serving: bool,
    as_json: bool,
    fresh: bool,
    host: str,
    port: int,
    workers: int,
    **given: Any,  # noqa: ANN401 (click's options)
) -> None:
    """Prepare a synthetic study and serve it."""
    place = place_of(given)
    place["data"] = place["data"] or DEMO_DATA
    made_with = {"people": people, "waves": years_of(waves), "seed": seed}
    url = _public_url(host, port)
    try:
        told = None if fresh else demo_files.find_demo(place["data"], made_with)
    except demo_files.OtherDemoError as error:
        raise click.ClickException(f"{error}; choose another --data, or --fresh") from error
    if told is None:
        told = _make_demo(place, made_with, url)
    if as_json:
        click.echo(json.dumps(told, indent=1))
    else:
        _print_demo(told, url)
    if serving:
        _serve(settings_of(place), host, port, workers)


def _make_demo(place: dict[str, Any], made_with: dict[str, Any], url: str) -> dict[str, Any]:
    folder: Path = place["data"]
    fresh = demo_files.workshop(folder)
    settings = settings_of(place | {"data": fresh}, synthetic=True)
    upgrade(settings.database_url, settings.contacts_url)
    ctx = make_context(settings)
    try:
        bank, findings = gate_of_a_demo(ctx, made_with["waves"])
        plans = [read_wave_plan(ctx.study, year) for year in made_with["waves"]]
        prepared = prepare_demo(
            ctx,
            bank,
            plans,
            people=made_with["people"],
            seed=made_with["seed"],
            url=url,
            progress=_progress,
            findings=findings,
        )
        accounts = demo_files.add_staff(ctx)
        email = {one["role"]: one["email"] for one in accounts}
        code_open_answers(
            ctx,
            made_with["waves"][:-1],
            researcher=email[Role.RESEARCHER],
            analyst=email[Role.ANALYST],
        )
    except (FinalFaultsError, WavePlanError) as error:
        raise click.ClickException(str(error)) from error
    finally:
        ctx.databases.close()
    told = demo_files.write_demo(fresh, prepared, accounts, made_with)
    demo_files.put_in_place(fresh, folder)
    return told


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True)
@as_of
@where
def serve(
    host: str,
    port: int,
    workers: int,
    moment: datetime | None,
    **given: Any,  # noqa: ANN401
) -> None:
    """Serve the respondents' and the staff site."""
    settings = settings_of(given)
    _serve(settings, host, port, workers, running_from(moment, settings))


def _serve(
    settings: Settings, host: str, port: int, workers: int, clock: Clock | None = None
) -> None:
    from app.server import Server  # gunicorn is needed here only

    if settings.public_url == DEFAULT_URL:
        settings = replace(settings, public_url=_public_url(host, port))
    upgrade(settings.database_url, settings.contacts_url)
    Server(settings, host=host, port=port, workers=workers, clock=clock).run()


@main.command()
@click.option("--wave", required=True, help="Waves, for example 2024,2025.")
@click.option("--out", required=True, type=click.Path(path_type=Path))
@click.option("--answers", is_flag=True, help="Also every current answer, for checks.")
@where
def export(
    wave: str,
    out: Path,
    answers: bool,
    **given: Any,  # noqa: ANN401
) -> None:
    """Write a release folder for analysis."""
    settings = settings_of(given)
    upgrade(settings.database_url, settings.contacts_url)
    ctx = make_context(settings)
    try:
        export_release(ctx, years_of(wave), out, with_answers=answers)
    except ExportError as error:
        raise click.ClickException(str(error)) from error
    finally:
        ctx.databases.close()


@main.command()
@click.option("--url", default=DEFAULT_URL, show_default=True, help="A server on this machine.")
@click.option(
    "--codes",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The demo.json of its data directory.",
)
@click.option("--wave", type=int, help="The last one of the file when not given.")
@click.option("--robots", type=int, help="How many of its open cases; all when not given.")
@click.option("--at-once", default=AT_ONCE, show_default=True, help="Robots at the same moment.")
@click.option("--seed", default=2021, show_default=True)
@click.option("--double", is_flag=True, help="Send every page one to three times at once.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
def simulate(
    url: str,
    codes: Path,
    wave: int | None,
    robots: int | None,
    at_once: int,
    seed: int,
    double: bool,
    as_json: bool,
) -> None:
    """Answer the pages of a server over HTTP, as invented people."""
    invited = fleet.read_invitations(codes, wave=wave)[:robots]
    if not invited:
        raise click.ClickException(f"{codes} has no case to answer in that wave")
    now = SystemClock().now().astimezone(STUDY_ZONE)
    try:
        done = fleet.simulate(
            url,
            compile_wave(instruments.load_study(STUDY), invited[0].wave),
            by_stratum(read_population(STUDY, seed=seed)),
            invited,
            seed=seed,
            month=f"{now:%Y-%m}",
            copies=3 if double else 1,
            at_once=at_once,
        )
    except (fleet.NotOnThisMachineError, instruments.StudyFaultsError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(done.as_json() if as_json else done.in_words())
    sys.exit(1 if done.errors else 0)


def _public_url(host: str, port: int) -> str:
    from app.server import lan_address

    name = host
    if host in ("0.0.0.0", "::"):  # noqa: S104 (asked for, so that a phone gets in)
        name = lan_address() or "localhost"
    elif host == "127.0.0.1":
        name = "localhost"
    return f"http://{name}:{port}"


def _progress(what: str, done: int, of: int) -> None:
    if done == of or done % 50 == 0:
        click.echo(f"{what}: {done} of {of} interviews", err=True)


def _print_demo(told: dict[str, Any], url: str) -> None:
    last = max((one["wave"] for one in told["codes"]), default=None)
    open_ = [one for one in told["codes"] if one["wave"] == last and one["status"] == "open"]
    click.echo("\nA synthetic study: all people and answers are invented.\n")
    click.echo(f"Answer wave {last} as one of these people ({len(open_)} have not answered yet):")
    for one in open_[:6]:
        who = f"{one['group']}, {one['act']}, {one['language']}"
        click.echo(f"  {url}/c/{one['code']}  ({who})")
    click.echo(f"\nStaff: {url}/staff/sign-in")
    for account in told["staff"]:
        click.echo(
            f"  {account['email']}  password {account['password']}"
            f"  TOTP secret {account['totp_secret']}"
        )
    click.echo("")
