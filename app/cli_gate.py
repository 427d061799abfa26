"""The commands at the gate: check a study, prove it, publish a wave."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn

import click

from app.cli_place import as_of, place_of, services_of, settings_of, where
from app.panel.retention import read_retention
from app.panel.states import Role
from app.questionnaire.checks import blocks_not_asked_for
from app.questionnaire.model import Bank
from app.questionnaire.screen_counts import ScreenCount
from app.services.bootstrap import make_context
from app.services.content import instruments
from app.services.content.fielding import FinalFaultsError, Override, publish_wave
from app.services.content.gate_pieces import pieces_for
from app.services.content.plain_words import plain_warnings
from app.services.content.readiness import Finding, Pieces, Readiness, gate
from app.services.content.study_calendar import check_wave_plans, read_wave_plan
from app.services.context import ServiceContext
from app.services.messaging.contact_plan import check_contact
from app.services.open_ended.open_answers import NotAllowedError, member_who
from app.services.privacy.dpia_inventory import check_dpia
from app.services.thanks.incentives import check_incentives
from app.storage.migrate import upgrade

LEFT_OUT_OF_A_DEMO = "nothing was proved, no page weighed and no screen counted: a demo is quick"
MAY_PUBLISH = frozenset({Role.RESEARCHER, Role.ADMIN})
Study = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("study", type=Study)
@click.option("--prove", "proving", is_flag=True, help="Everything that publishing asks for.")
@click.option("--wave", "years", type=int, multiple=True, help="Waves to prove; by default all.")
@click.option("--drafts", is_flag=True, help="For a rehearsal: let drafts pass with a warning.")
@where
def check(
    study: Path,
    proving: bool,
    years: tuple[int, ...],
    drafts: bool,
    **given: Any,  # noqa: ANN401 (click's options)
) -> None:
    """Check a study folder: one problem a line, exit 1 when there is any.

    What could be said in plainer words is told beside it, and is no problem.
    """
    if proving:
        ready = _asked_for(study, years, drafts, given)
        _tell(ready)
        lines = [str(one) for one in ready.findings]
        bank = ready.bank
    else:
        bank, lines = _simple(study)
    for line in lines:
        click.echo(line)
    if bank is not None:
        for warning in plain_warnings(bank, study):
            click.echo(f"{warning} (warning)", err=True)
    sys.exit(1 if lines else 0)


def _simple(study: Path) -> tuple[Bank | None, list[str]]:
    from app.services.content.code_numbers import unnumbered  # pandas is needed here only
    from app.services.content.table_plans import check_table_plans

    bank, problems = instruments.check_study(study)
    lines = [str(problem) for problem in problems]
    if bank is not None:
        lines += map(str, check_wave_plans(study, bank.waves))
        lines += map(str, blocks_not_asked_for(bank))
        lines += map(str, check_contact(study, bank.languages))
        lines += map(str, check_incentives(study, bank))
        lines += map(str, read_retention(study)[1])
        lines += map(str, check_dpia(study, bank))
        lines += [*check_table_plans(bank, study), *unnumbered(bank, study)]
    return bank, list(dict.fromkeys(lines))


def _asked_for(study: Path, years: Sequence[int], drafts: bool, given: dict[str, Any]) -> Readiness:
    """Run the gate, with the database where one was named."""
    place = place_of(given)
    ctx = None
    if any(place.values()):
        settings = settings_of(given)
        upgrade(settings.database_url, settings.contacts_url)
        ctx = make_context(settings, study=study)
    else:
        click.echo("no database was named (--data): recordings and published codes", err=True)
        click.echo("were not looked at", err=True)
    try:
        today = instruments.TRANSLATIONS if ctx is None else ctx.translations
        return gate(study, years or None, all_pieces(ctx), translations=today, drafts=drafts)
    finally:
        if ctx is not None:
            ctx.databases.close()


def all_pieces(ctx: ServiceContext | None) -> Pieces:
    """Return everything the gate can be handed here; ``ctx`` brings what needs a database."""
    from app.page_sizes import question_page_sizes  # Flask is needed here only

    return pieces_for(ctx, question_page_sizes, lambda words: click.echo(words, err=True))


def gate_of_a_demo(ctx: ServiceContext, years: Sequence[int]) -> tuple[Bank, list[Finding]]:
    """Return the study of a demo and what it overrides; nothing slow, because somebody waits.

    Raises
    ------
    FinalFaultsError
        If the study itself cannot be used.
    """
    quick = replace(
        all_pieces(ctx), prove=None, measure=None, respondents=0, lacking=(LEFT_OUT_OF_A_DEMO,)
    )
    ready = gate(ctx.study, years, quick, translations=ctx.translations)
    if ready.bank is None:
        raise FinalFaultsError(ready.final)
    said = f"{len(ready.findings)} findings, on record"
    click.echo(f"published by override of the demo: {said}", err=True)
    return ready.bank, ready.findings


def _tell(ready: Readiness) -> None:
    """Say beside the problems what was counted, and what passes for a rehearsal only."""
    for one in ready.warnings:
        click.echo(f"{one} (warning)", err=True)
    for year, counts in ready.screens.items():
        for line in screen_table(year, counts):
            click.echo(line, err=True)


def screen_table(year: int, counts: Sequence[ScreenCount]) -> list[str]:
    """Return the screens of a wave as a table: median and ninetieth percentile of every group."""
    people = sum(one.people for one in counts if not one.panel)
    lines = [
        f"screens of wave {year}, {people} random respondents",
        f"{'act':<10}{'group':<10}{'asked':<8}{'people':>7}{'median':>8}{'p90':>7}",
    ]
    for one in counts:
        act, group = (*one.group, "", "")[:2]
        asked = "again" if one.panel else "first"
        lines.append(f"{act:<10}{group:<10}{asked:<8}{one.people:>7}{one.median:>8g}{one.p90:>7g}")
    return lines


@click.command()
@click.option("--wave", "year", required=True, type=int)
@click.option("--by", required=True, help="E-mail address of a member of staff.")
@click.option("--override", "reason", help="Publish all the same, and why; goes on record.")
@as_of
@where
def publish(year: int, by: str, reason: str | None, **given: Any) -> None:  # noqa: ANN401
    """Freeze what a wave asks, and print the version; refuse with everything in its way."""
    try:
        with services_of(given) as ctx:
            member = member_who(ctx, by, MAY_PUBLISH)
            ready = gate(ctx.study, [year], all_pieces(ctx), translations=ctx.translations)
            _tell(ready)
            version = _published(ctx, ready, year, member.email, reason)
    except NotAllowedError as error:
        raise click.ClickException(str(error)) from error
    except FinalFaultsError as error:
        _refuse(error.findings, "these cannot be overridden")
    click.echo(version)


def _published(
    ctx: ServiceContext, ready: Readiness, year: int, by: str, reason: str | None
) -> str:
    bank, override = ready.bank, None
    if ready.final or bank is None:
        raise FinalFaultsError(ready.final)
    if ready.findings:
        if not (reason or "").strip():
            _refuse(ready.findings, 'publish all the same with --override "REASON"')
        now = ctx.clock.now()
        override = Override(by, now, (reason or "").strip(), tuple(ready.findings))
        click.echo(f"{len(ready.findings)} findings were overridden by {by}, on record", err=True)
    plan = read_wave_plan(ctx.study, year)
    return publish_wave(ctx, bank, plan, by=by, override=override)


def _refuse(findings: Sequence[Finding], what: str) -> NoReturn:
    for one in findings:
        click.echo(str(one))
    click.echo(f"not published: {what}", err=True)
    sys.exit(1)
