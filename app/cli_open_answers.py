"""The commands of the open answers: count, hand out, take in, compare coders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from app.cli_place import services_of, where, years_of
from app.panel.coder_agreement import Agreement
from app.panel.open_answers import Stage
from app.questionnaire.code_frames import FOLDER
from app.services.content.instruments import StudyFaultsError
from app.services.context import ServiceContext
from app.services.open_ended import open_answers as queue
from app.services.open_ended.open_answers_files import (
    FileFaultError,
    check_target,
    read_batch,
    write_batch,
)
from app.services.open_ended.open_answers_taking_in import BatchProblemsError, take_in

STAFF = click.option(
    "--by", "--staff", "email", required=True, help="E-mail address of a member of staff."
)
WAVES = click.option("--wave", "waves", help="Waves, for example 2024,2025; all when not given.")
VARIABLE = click.option("--variable", help="One open question; all of them when not given.")


@click.group("open-answers")
def open_answers() -> None:
    """Redact, translate and code open answers; only codes enter a release."""


@open_answers.command("list")
@WAVES
@where
def list_(waves: str | None, **given: Any) -> None:  # noqa: ANN401 (click's options)
    """Count open answers by wave, variable, language and state; shows no words."""
    with _services(given) as ctx:
        counts = queue.count_answers(ctx, _years(waves))
    click.echo("wave  variable          language  state            answers")
    for (wave, variable, language, state), count in sorted(counts.items()):
        click.echo(f"{wave}  {variable:<16}  {language:<8}  {state:<15}  {count:>7}")


@open_answers.command("export")
@WAVES
@VARIABLE
@click.option("--stage", required=True, type=click.Choice([str(one) for one in Stage]))
@click.option("--second", is_flag=True, help="To code: what one colleague has coded already.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many answers.")
@STAFF
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@where
def export_batch(
    waves: str | None,
    variable: str | None,
    stage: str,
    second: bool,
    limit: int | None,
    email: str,
    file: Path,
    **given: Any,  # noqa: ANN401
) -> None:
    """Write answers that wait for work to a new FILE (.csv or .json), for its owner only."""
    with _services(given) as ctx:
        check_target(file)
        batch = queue.hand_out(
            ctx,
            queue.read_desk(ctx),
            email=email,
            stage=Stage(stage),
            years=_years(waves),
            variable=variable,
            limit=limit,
            second=second,
        )
        if batch.rows:
            write_batch(file, batch, ctx.study.name)
    if not batch.rows:
        click.echo("Nothing waits for this; no file was written.")
        return
    click.echo(f"{file} holds {len(batch.rows)} {batch.holds}.")
    if batch.stage in (Stage.CODE, Stage.SETTLE):
        click.echo(f"The codes and what they mean: {ctx.study / FOLDER}")
    click.echo("Keep it on this machine, and delete it when it has been imported.")


@open_answers.command("import")
@STAFF
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@where
def import_batch(email: str, file: Path, **given: Any) -> None:  # noqa: ANN401
    """Take in the filled-in FILE: all of it or, with every problem named, nothing."""
    with _services(given) as ctx:
        try:
            done = take_in(ctx, queue.read_desk(ctx), email=email, lines=read_batch(file))
        except BatchProblemsError as error:
            for problem in error.problems:
                click.echo(f"{file}:{problem.line}: {problem.message}", err=True)
            raise click.ClickException("nothing was imported") from error
    for step, count in sorted(done.steps.items()):
        click.echo(f"{count} {str(step).replace('_', ' ')}")
    click.echo(f"{done.already} on record already, {done.left} not filled in")
    for kind, count in sorted(done.kept.items()):
        click.echo(f"Look again: {count} redacted answers still hold what looks like a {kind}")


@open_answers.command("reopen")
@STAFF
@click.argument("entries", nargs=-1, required=True, type=click.UUID)
@where
def reopen(email: str, entries: tuple[UUID, ...], **given: Any) -> None:  # noqa: ANN401
    """Put ENTRIES back to the beginning; what was done stays on record."""
    with _services(given) as ctx:
        count = queue.reopen(ctx, email=email, entries=entries)
    click.echo(f"{count} reopened")


@open_answers.command("agreement")
@WAVES
@VARIABLE
@where
def agreement(waves: str | None, variable: str | None, **given: Any) -> None:  # noqa: ANN401
    """Compare the first two coders of each answer: percent alike and Cohen's kappa."""
    with _services(given) as ctx:
        found = queue.agreement(ctx, queue.read_desk(ctx), _years(waves), variable)
    click.echo("variable          code              answers    alike    kappa")
    for name, by_code in sorted(found.items()):
        for code, one in by_code.items():
            click.echo(f"{name:<16}  {code or 'all codes':<16}  {_agreed(one)}")
    click.echo("Kappa: J. Cohen, Educational and Psychological Measurement 20 (1960) 37-46.")


def _years(waves: str | None) -> list[int] | None:
    return None if waves is None else years_of(waves)


def _agreed(one: Agreement) -> str:
    kappa = "-" if one.kappa is None else f"{one.kappa:.2f}"
    return f"{one.n:>7}  {one.agreed:>6.0%}  {kappa:>7}"


@contextmanager
def _services(given: dict[str, Any]) -> Iterator[ServiceContext]:
    """Give the services; what staff can mend ends the command with a message."""
    try:
        with services_of(given) as ctx:
            yield ctx
    except (
        queue.NotAllowedError,
        queue.NoSuchWorkError,
        FileFaultError,
        StudyFaultsError,
    ) as error:
        raise click.ClickException(str(error)) from error
