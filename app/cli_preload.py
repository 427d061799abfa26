"""The command about what a wave knows of earlier ones: freeze, review, correct, approve."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from app.cli_place import as_of, services_of, where
from app.services.content.study_calendar import WavePlanError, read_wave_plan
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.fieldwork.freezing import Frozen, PreloadError, freeze_preloads
from app.services.fieldwork.preload_approval import MAY_REVIEW, approve_preload, versions_of
from app.services.fieldwork.preload_corrections import (
    CorrectionsError,
    Wrong,
    leave_out,
    put_back,
    read_corrections,
)
from app.services.fieldwork.preload_file import write_review
from app.services.fieldwork.preload_review import LEAST, review_preload
from app.services.messaging.mailings import MAY_SEND
from app.services.open_ended.open_answers import NotAllowedError, member_who
from app.services.open_ended.open_answers_files import FileFaultError
from app.storage.staff import StaffMember

SHOWN = 50
"""Problems told on the screen; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options ask for."""

    year: int
    review: Path | None
    language: str
    sample: int
    seed: int
    approve: bool
    variables: tuple[str, ...]
    reason: str
    file: Path | None
    back: tuple[str, ...]

    @property
    def of_answers(self) -> bool:
        """Whether it is for those only who may see answers."""
        return bool(self.review or self.approve or self.variables or self.file or self.back)


@click.command()
@click.option("--wave", "year", required=True, type=int)
@click.option("--by", "email", help="E-mail address of a member of staff.")
@click.option(
    "--review",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what is frozen to a new CSV file, to look at.",
)
@click.option("--language", default="nl", show_default=True, help="Of the words in the review.")
@click.option(
    "--sample",
    type=click.IntRange(0, 1000),
    default=20,
    show_default=True,
    help="People in the review.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="Of the sample.")
@click.option("--approve", is_flag=True, help="Say that it was looked at and may be shown.")
@click.option(
    "--leave-out", "variables", multiple=True, help="A variable that the wave is not to build on."
)
@click.option("--reason", default="", help="Why, with --leave-out; goes on record.")
@click.option(
    "--leave-out-file",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV with person_id, variable, reason.",
)
@click.option("--put-back", "back", multiple=True, help="A variable that was left out.")
@click.option("--list", "listed", is_flag=True, help="Show the versions, change nothing.")
@as_of
@where
def preload(
    email: str | None,
    listed: bool,
    moment: datetime | None,
    **given: Any,  # noqa: ANN401 (click's options)
) -> None:
    """Freeze what a wave knows of earlier ones: after `sample carry`, before `rehearse`.

    Each freezing that differs from the last is a version. Before the wave opens it is reviewed and
    approved, for which --review and --approve come after one another. What is left out is out of
    the version that is then frozen. Once the wave is open, only people who were carried since are
    added.
    """
    place = {name: given.pop(name) for name in ("data", "database_url", "contacts_url")}
    asked = Asked(**given)
    kinds = [asked.review, asked.approve, asked.variables or asked.file or asked.back, listed]
    if sum(map(bool, kinds)) > 1:
        raise click.UsageError("one thing at a time: review, approve, correct or list")
    try:
        with services_of(place, moment) as ctx:
            if listed:
                _list(ctx, asked.year)
                return
            if email is None:
                raise click.UsageError("--by: who does it goes on record")
            member = member_who(ctx, email, MAY_REVIEW if asked.of_answers else MAY_SEND)
            if asked.review is not None:
                _review(ctx, asked, asked.review, member)
            elif asked.approve:
                _approve(ctx, asked.year, member)
            else:
                _correct(ctx, asked, member)
                _freeze(ctx, asked.year, member)
    except CorrectionsError as error:
        for problem in error.problems[:SHOWN]:
            click.echo(problem, err=True)
        if (more := len(error.problems) - SHOWN) > 0:
            click.echo(f"and {more} more", err=True)
        raise click.ClickException("nothing was left out and nothing frozen") from error
    except (PreloadError, WavePlanError, NotAllowedError, FileFaultError) as error:
        raise click.ClickException(str(error)) from error


def _freeze(ctx: ServiceContext, year: int, member: StaffMember) -> None:
    plan = read_wave_plan(ctx.study, year)
    if not plan.preload_from:
        raise click.ClickException(f"wave {year} builds on no earlier wave")
    done = freeze_preloads(ctx, year, plan.preload_from, by=member.email, staff_id=member.id)
    earlier = ", ".join(map(str, plan.preload_from))
    click.echo(f"wave {year}: {_told(done)}, of what was told in {earlier}")
    for variable, arms in done.arms.items():
        of_arms = ", ".join(f"{people} {arm}" for arm, people in sorted(arms.items()))
        click.echo(f"drawn for {variable}: {of_arms}")


def _told(done: Frozen) -> str:
    if done.version is None:
        return "0 preloads frozen: nothing is known"
    if not done.new:
        return f"0 preloads frozen anew: all as in version {done.version.number}"
    out = f" without {done.version.left_out} answers" if done.version.left_out else ""
    return f"{done.version.cases} preloads frozen as version {done.version.number}{out}"


def _correct(ctx: ServiceContext, asked: Asked, member: StaffMember) -> None:
    wrong = [Wrong(one, asked.reason) for one in asked.variables]
    if asked.file is not None:
        wrong += read_corrections(asked.file.read_bytes())
    if wrong:
        new = leave_out(ctx, asked.year, wrong, by=member.email, staff_id=member.id)
        click.echo(f"{new} corrections recorded, {len(wrong) - new} were known")
    if asked.back:
        ended = put_back(ctx, asked.year, asked.back, by=member.email, staff_id=member.id)
        click.echo(f"{ended} corrections ended")


def _review(ctx: ServiceContext, asked: Asked, path: Path, member: StaffMember) -> None:
    if path.exists():
        raise click.ClickException(f"{path} is there already")
    reviews = review_preload(
        ctx,
        asked.year,
        by=member.email,
        staff_id=member.id,
        language=asked.language,
        sample=asked.sample,
        seed=asked.seed,
    )
    write_review(path, reviews)
    for one in reviews:
        people = len({shown.person_id for shown in one.sample})
        click.echo(
            f"{path}: version {one.version.number} of wave {asked.year},"
            f" {one.version.cases} people, {len(one.figures)} variables that it looks back at"
            f" ({one.unused} more go along),"
            f" {people} people in words"
        )
    click.echo(f"counts of answers are rounded to {LEAST}; the people are under their pseudonym")


def _approve(ctx: ServiceContext, year: int, member: StaffMember) -> None:
    for one in approve_preload(ctx, year, by=member.email, staff_id=member.id):
        alone = " (who froze it too)" if one.frozen_by == member.email else ""
        click.echo(f"wave {year}: version {one.number} approved by {member.email}{alone}")


def _list(ctx: ServiceContext, year: int) -> None:
    for one, used in versions_of(ctx, year):
        frozen = one.frozen_at.astimezone(STUDY_ZONE)
        state = "not reviewed"
        if one.reviewed_at is not None:
            state = (
                f"approved {one.reviewed_at.astimezone(STUDY_ZONE):%Y-%m-%d} by {one.reviewed_by}"
            )
        elif used == 0:
            state = "replaced"
        click.echo(
            f"{one.number}  {frozen:%Y-%m-%d %H:%M} by {one.frozen_by}  {one.cases} people"
            f" ({used} now), {one.left_out} answers left out  {one.hash[:12]}  {state}"
        )
