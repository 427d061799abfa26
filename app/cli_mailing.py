"""Commands of mailings: rehearse a wave, ask for a step, approve it, stop it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from app.cli_place import as_of, services_of, where
from app.cli_sign_in import code_option, password_option, signed_in
from app.messages.costs import euros
from app.messages.statuses import MailingStatus
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.messaging import mailings, rehearsals
from app.services.messaging.contact_plan import ContactPlanError
from app.services.messaging.mailings import (
    MAY_SEND,
    MailingRefusedError,
    StepsRefusedError,
)
from app.services.messaging.planned_steps import PlannedStep, planned
from app.services.messaging.rehearsal_counts import StepCount
from app.services.messaging.rehearsal_samples import make_samples
from app.services.messaging.rehearsals import CannotRehearseError, Rehearsed
from app.services.messaging.rehearsed import NotRehearsedError
from app.services.open_ended.open_answers import NotAllowedError, member_who
from app.storage.mailings import Mailing

_wave = click.option("--wave", "year", required=True, type=int)
_step = click.option("--step", "steps", required=True, multiple=True, help="One or more.")
_by = click.option("--by", "email", required=True, help="E-mail address of a member of staff.")
_none_went_out = click.option(
    "--none-went-out",
    is_flag=True,
    help="After a restore: nothing of the steps went out in the lost days. Goes on record.",
)
_FAULTS = (
    CannotRehearseError,
    ContactPlanError,
    MailingRefusedError,
    NotAllowedError,
    NotRehearsedError,
)


@click.command()
@_wave
@_by
@click.option("--override", help="Let blockers pass that may be, and why; goes on record.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the samples; by default in the data directory.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@as_of
@where
def rehearse(
    year: int,
    email: str,
    override: str | None,
    out: Path | None,
    as_json: bool,
    moment: datetime | None,
    **given: Any,  # noqa: ANN401 (click's options)
) -> None:
    """Count what a wave would send, render samples, and list what stands in the way.

    Exit 1 when anything does.
    """
    if out is not None and out.exists() and any(out.iterdir()):
        raise click.ClickException(f"{out} is not empty")
    with _context(given, moment) as ctx:
        member = member_who(ctx, email, MAY_SEND)
        samples = make_samples(ctx, year, folder=out)
        done = rehearsals.rehearse(
            ctx,
            year,
            by=member.email,
            samples=samples,
            staff_id=member.id,
            override=(override or "").strip() or None,
        )
    if as_json:
        click.echo(json.dumps(_as_json(done, samples.folder), indent=1))
    else:
        for line in table(done):
            click.echo(line)
        if samples.folder is not None:
            lying = f"{samples.letters} letters and {samples.previews} previews"
            click.echo(f"{lying} in {samples.folder}: they bear names, addresses and codes")
        for line in _what_next(done):
            click.echo(line, err=True)
    sys.exit(1 if done.blockers else 0)


def _what_next(done: Rehearsed) -> Iterator[str]:
    """Say what is to be done about blockers, and after them."""
    passing = sum(one.ground.may_be_overridden for one in done.blockers)
    if len(done.blockers) > passing:
        yield f"{len(done.blockers) - passing} blockers have to be mended"
    if passing:
        yield f'{passing} blockers may be let pass, on record: rehearse … --override "REASON"'
    if not done.blockers:
        yield "next: waves move --to rehearsed, then mailing request --step …"


@click.group()
def mailing() -> None:
    """The steps of the contact plan: planned, asked for, approved, stopped."""


@mailing.command("plan")
@_wave
@as_of
@where
def plan_(year: int, moment: datetime | None, **given: Any) -> None:  # noqa: ANN401
    """Show every step with what it has sent and would still send as of now.

    "missed": their day passed while nothing looked, or the wave was paused, and they get none
    unless the step is asked for again.
    """
    with _context(given, moment) as ctx:
        for one in planned(ctx, year):
            click.echo(_planned(one))
            if one.missed:
                click.echo(
                    f"  {one.missed} missed their day and get none; to send it to them from now"
                    f" on: mailing request --wave {year} --step {one.step.id} --again"
                )


@mailing.command()
@_wave
@_step
@_by
@password_option
@code_option
@_none_went_out
@click.option("--again", is_flag=True, help="Also what runs: for who missed their day.")
@as_of
@where
def request(
    year: int,
    steps: tuple[str, ...],
    email: str,
    password: str | None,
    code: str | None,
    none_went_out: bool,
    again: bool,
    moment: datetime | None,
    **given: Any,  # noqa: ANN401
) -> None:
    """Ask for steps: up to 500 messages go at once, more wait for a second person."""
    with _context(given, moment) as ctx:
        member = member_who(ctx, email, MAY_SEND)
        counts = {one.step.id: sum(one.count.at_most.values()) for one in planned(ctx, year)}
        large = any(counts.get(step, 0) > mailings.ALONE for step in steps)
        if large:
            member = signed_in(ctx, email, password, code)
        for step in steps:
            asked = mailings.request(
                ctx,
                year,
                step,
                member,
                proven=large,
                again=again,
                none_went_out=none_went_out,
            )
            click.echo(_let_go(asked))


@mailing.command()
@_wave
@_step
@_by
@password_option
@code_option
@_none_went_out
@as_of
@where
def approve(
    year: int,
    steps: tuple[str, ...],
    email: str,
    password: str | None,
    code: str | None,
    none_went_out: bool,
    moment: datetime | None,
    **given: Any,  # noqa: ANN401
) -> None:
    """Let steps go that somebody else asked for: all, or none when one of them cannot.

    A step that runs already is left alone and is no reason to refuse the others.
    """
    with _context(given, moment) as ctx:
        member = signed_in(ctx, email, password, code)
        try:
            approvals = mailings.approve_all(
                ctx, year, steps, member, proven=True, none_went_out=none_went_out
            )
        except StepsRefusedError as refused:
            for step in dict.fromkeys(steps):
                said = refused.reasons.get(step)
                click.echo(f"{step}: {f'refused, {said}' if said else 'not approved'}")
            raise click.ClickException("nothing was approved") from refused
        for one in approvals:
            click.echo(f"{_let_go(one.mailing)}{'' if one.new else ' (ran already)'}")


@mailing.command()
@_wave
@_step
@_by
@click.option("--why", required=True, help="Goes on record.")
@where
def stop(
    year: int,
    steps: tuple[str, ...],
    email: str,
    why: str,
    **given: Any,  # noqa: ANN401
) -> None:
    """Stop steps and cancel for good what of them is due; what is being sent is not stopped."""
    with _context(given) as ctx:
        member = member_who(ctx, email, MAY_SEND)
        for step in steps:
            cancelled = mailings.stop(ctx, year, step, member, why=why)
            click.echo(f"{step}: stopped, {cancelled} messages cancelled")


@mailing.command("list")
@_wave
@where
def list_(year: int, **given: Any) -> None:  # noqa: ANN401
    """List the steps that somebody asked for."""
    with _context(given) as ctx:
        for one in mailings.let_go(ctx, year):
            click.echo(_let_go(one))


def table(done: Rehearsed) -> list[str]:
    """Return a rehearsal as lines: steps by language, blockers, notes, cost."""
    lines = [f"{'step':<14}{'channel':<8}{'first':<12}{'last':<12}{'now':>8}{'at most':>9}  euro"]
    for one in done.steps:
        lines += _rows(one)
    lines.append(f"at most {euros(done.cost)} euro in all")
    lines += [f"note: {one}" for one in done.notes]
    lines += [f"overridden: {one}" for one in done.overridden]
    lines += [f"BLOCKER {one}" for one in done.blockers]
    return lines


def _rows(count: StepCount) -> Iterator[str]:
    dates = [
        f"{one.astimezone(STUDY_ZONE):%Y-%m-%d}" if one is not None else "-"
        for one in (count.first_due, count.last_due)
    ]
    head = f"{count.step.id:<14}{count.step.channel:<8}{dates[0]:<12}{dates[1]:<12}"
    now, most = sum(count.now.values()), sum(count.at_most.values())
    yield f"{head}{now:>8}{most:>9}  {euros(count.cost)}"
    for language, number in sorted(count.at_most.items()):
        parts = f"  {count.parts[language]} part" if language in count.parts else ""
        yield f"  {language:<44}{count.now[language]:>8}{number:>9}{parts}"
    for reason, number in sorted(count.without.items()):
        yield f"  without: {reason:<35}{'':>8}{number:>9}"


def _as_json(done: Rehearsed, folder: Path | None) -> dict[str, Any]:
    return {
        "wave": done.wave,
        "inputs": done.inputs,
        "steps": [one.as_json() for one in done.steps],
        "cost": done.cost,
        "blockers": [str(one) for one in done.blockers],
        "overridden": [str(one) for one in done.overridden],
        "notes": done.notes,
        "folder": None if folder is None else str(folder),
    }


def _planned(one: PlannedStep) -> str:
    count, due = one.left, one.left.first_due
    when = f"{due.astimezone(STUDY_ZONE):%Y-%m-%d %H:%M}" if due is not None else "as it comes"
    status = one.mailing.status if one.mailing is not None else MailingStatus.PLANNED
    now = sum(count.now.values()) - one.missed
    most = sum(count.at_most.values()) - one.missed
    return (
        f"{one.step.id:<14}{one.step.channel:<8}{status:<9}{when:<18}"
        f"{now} now, {most} at most, {one.had} made"
    )


def _let_go(one: Mailing) -> str:
    words = f"{one.step}: {one.status}, {one.expected} {one.channel} at most"
    if one.status is MailingStatus.WAITING:
        return f"{words}; asked for by {one.requested_by}, waits for somebody else"
    return f"{words}; asked for by {one.requested_by}, approved by {one.approved_by or '-'}"


@contextmanager
def _context(given: dict[str, Any], moment: datetime | None = None) -> Iterator[ServiceContext]:
    with services_of(given, moment) as ctx:
        try:
            yield ctx
        except _FAULTS as error:
            raise click.ClickException(str(error)) from error
