"""Commands of the sample: take register files in, draw from them, carry people to the next wave."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from app.cli_allocation import allocation_of
from app.cli_place import as_of, services_of, where
from app.panel.sample_file import ENCODINGS
from app.panel.sample_file_columns import SampleMapping, read_mapping
from app.panel.sample_file_help import IMPORT_HELP
from app.panel.sample_file_report import fault_lines, summary
from app.panel.sample_file_rows import harmless, report
from app.panel.sample_limits import Limits, SampleFileError
from app.panel.sampling import AllocationError, FrameError
from app.services.content import instruments
from app.services.content.study_calendar import WavePlan, WavePlanError, read_wave_plan
from app.services.context import STUDY_ZONE, ServiceContext
from app.services.fieldwork import carrying, code_issuing, draws, frame
from app.services.open_ended.open_answers import NotAllowedError, member_who
from app.storage import frame as frame_storage

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_NEW_FILE = click.Path(dir_okay=False, path_type=Path)
STAFF = click.option(
    "--by", "--staff", "by", required=True, help="E-mail address of a member of staff."
)
WAVE = click.option("--wave", required=True, type=int)
DRY = click.option("--dry-run", is_flag=True, help="Tell what would be done, and do nothing.")
NAMES = click.option(
    "--from", "names", multiple=True, required=True, help="Name of an import; may be repeated."
)


@click.group("sample")
def sample() -> None:
    """Import register files, draw samples, carry the panel to the next wave."""


@sample.command("import", help=IMPORT_HELP)
@click.argument("file", type=_FILE)
@click.option("--name", required=True, help='Of this import, such as "DUO 2023-10".')
@click.option("--mapping", "mapping_file", type=_FILE, help="YAML: columns, values, strata.")
@click.option("--ignore", multiple=True, help="Header of a column that is left out.")
@click.option("--cohort", default="", help="Newcomers: is added to the name of their strata.")
@click.option("--skip-known", is_flag=True, help="Leave out people of earlier imports.")
@click.option("--encoding", type=click.Choice(ENCODINGS), help="When it is told wrong.")
@click.option("--sheet", help="Of a workbook; the first one that shows when not given.")
@click.option("--max-mb", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--report", "report_file", type=_NEW_FILE, help="CSV with every fault, no values.")
@STAFF
@DRY
@as_of
@where
def import_(
    file: Path,
    name: str,
    mapping_file: Path | None,
    ignore: tuple[str, ...],
    cohort: str,
    skip_known: bool,
    encoding: str | None,
    sheet: str | None,
    max_mb: int,
    report_file: Path | None,
    by: str,
    dry_run: bool,
    **given: Any,  # noqa: ANN401 (click's options)
) -> None:
    """Take in a register file."""
    mapping = _mapping(mapping_file, ignore, encoding)
    with _services(given, by) as ctx:
        staged = frame.stage(
            ctx,
            instruments.load_study(ctx.study, ctx.translations),
            file,
            mapping,
            limits=Limits(bytes=max_mb * 1_000_000),
            cohort=cohort,
            sheet=sheet,
            skip_known=skip_known,
        )
        _tell(staged, report_file)
        if not staged.checked.good:
            raise click.ClickException("nothing was imported")
        if dry_run:
            click.echo(f"{len(staged.checked.rows):,} people would be imported.")
            return
        made = frame.take_in(ctx, staged, name=name, by=by, progress=_progress)
    click.echo(f'{made.rows:,} people imported as "{name}".')


@sample.command("draws")
@click.option("--verify", is_flag=True, help="Draw each again and compare.")
@where
def list_draws(verify: bool, **given: Any) -> None:  # noqa: ANN401
    """List imports and draws."""
    with _services(given) as ctx:
        with ctx.databases.research.snapshot() as connection:
            imports = frame_storage.list_imports(connection)
            listed = frame_storage.list_draws(connection)
            counts = frame_storage.batch_counts(connection)
        for one in imports:
            click.echo(f'import "{one.name}": {one.rows:,} people, {_day(one.at)}, {one.by}')
        for made in listed:
            sizes = counts.get(made.id, [0])
            reserves = f" and reserves {', '.join(map(str, sizes[1:]))}" if sizes[1:] else ""
            click.echo(
                f"wave {made.wave} draw {made.number}: {made.kind}, {sizes[0]:,} people{reserves},"
                f" seed {made.seed}, {made.fingerprint[:16]}"
            )
            if verify and not draws.verify(ctx, made):
                raise click.ClickException(f"draw {made.number} of wave {made.wave} differs")
        if verify:
            click.echo(f"{len(listed)} draws were made again: the same people.")


def _day(at: datetime) -> str:
    return f"{at.astimezone(STUDY_ZONE):%Y-%m-%d}"


def _allocated(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say how many are drawn, and it gets their ``allocation``."""

    @functools.wraps(command)
    def allocated(
        file: Path | None, size: int | None, minimum: int, optimal: Path | None, **given: object
    ) -> None:
        command(allocation=allocation_of(file, size, minimum, optimal), **given)

    for option in (
        click.option("--seed", required=True, type=int),
        click.option("--optimal", type=_FILE, help="CSV stratum,deviation for a --size."),
        click.option("--minimum", default=2, show_default=True, help="In each stratum."),
        click.option("--size", type=click.IntRange(1), help="Divided over the strata."),
        click.option("--allocation", "file", type=_FILE, help="CSV stratum,units."),
    ):
        allocated = option(allocated)
    return allocated


@sample.command("draw")
@WAVE
@NAMES
@_allocated
@click.option("--reserves", default=0, show_default=True, help="Batches as large as the sample.")
@STAFF
@DRY
@as_of
@where
def draw(
    wave: int,
    names: tuple[str, ...],
    allocation: draws.Allocation,
    seed: int,
    reserves: int,
    by: str,
    dry_run: bool,
    **given: Any,  # noqa: ANN401
) -> None:
    """Draw a sample from imports; everybody in it gets a case in the wave and a code."""
    with _services(given, by) as ctx:
        drawn = draws.draw_sample(
            ctx,
            instruments.load_study(ctx.study, ctx.translations),
            _plan(ctx, wave),
            names=names,
            allocation=allocation,
            seed=seed,
            reserves=reserves,
            by=by,
            dry_run=dry_run,
        )
        _tell_draw(ctx, wave, drawn, dry_run=dry_run)


@sample.command("refresh")
@WAVE
@click.option("--from", "names", multiple=True, help="Imports of newcomers; may be repeated.")
@_allocated
@STAFF
@DRY
@as_of
@where
def refresh(
    wave: int,
    names: tuple[str, ...],
    allocation: draws.Allocation,
    seed: int,
    by: str,
    dry_run: bool,
    **given: Any,  # noqa: ANN401
) -> None:
    """Draw people who were not drawn before, for a later wave."""
    with _services(given, by) as ctx:
        drawn = draws.refresh_sample(
            ctx,
            instruments.load_study(ctx.study, ctx.translations),
            _plan(ctx, wave),
            names=names,
            allocation=allocation,
            seed=seed,
            by=by,
            dry_run=dry_run,
        )
        _tell_draw(ctx, wave, drawn, dry_run=dry_run)


@sample.command("reserve")
@WAVE
@click.option("--draw", "number", required=True, type=int, help="Its number in the wave.")
@click.option("--batches", default=1, show_default=True)
@STAFF
@DRY
@as_of
@where
def reserve(
    wave: int,
    number: int,
    batches: int,
    by: str,
    dry_run: bool,
    **given: Any,  # noqa: ANN401
) -> None:
    """Add the next reserves of a draw to the sample."""
    with _services(given, by) as ctx:
        drawn = draws.release_reserves(
            ctx,
            instruments.load_study(ctx.study, ctx.translations),
            _plan(ctx, wave),
            number=number,
            batches=batches,
            by=by,
            dry_run=dry_run,
        )
        _tell_draw(ctx, wave, drawn, dry_run=dry_run)


@sample.command("carry")
@WAVE
@click.option(
    "--register", "register_file", type=_FILE, help="A later register: act and place of today."
)
@click.option("--mapping", "mapping_file", type=_FILE, help="YAML of that register, as to import.")
@STAFF
@DRY
@as_of
@where
def carry(
    wave: int,
    register_file: Path | None,
    mapping_file: Path | None,
    by: str,
    dry_run: bool,
    **given: Any,  # noqa: ANN401 (click's options)
) -> None:
    """Give people of earlier waves who may be asked again a case in a wave, and a code."""
    with _services(given, by) as ctx:
        today = None
        if register_file is not None:
            bank = instruments.load_study(ctx.study, ctx.translations)
            mapping = _mapping(mapping_file, (), None)
            today = frame.read_again(ctx, bank, register_file, mapping, limits=Limits())
            click.echo(f"{len(today.frames):,} people found again, {today.unknown:,} not known.")
        done = carrying.carry(
            ctx,
            _plan(ctx, wave),
            by=by,
            dry_run=dry_run,
            today=today.frames if today is not None else None,
        )
        click.echo(f"{done.people:,} people {'would be' if dry_run else 'are'} asked again.")
        if today is not None:
            click.echo(f"{done.changed:,} of them have another act, place or group than before.")
        for reason, count in done.left_out.items():
            click.echo(f"  {count:>7,}  not: {reason.replace('_', ' ')}")
        if not dry_run:
            _issue(ctx, wave)


@sample.command("codes")
@WAVE
@as_of
@where
def codes(wave: int, **given: Any) -> None:  # noqa: ANN401
    """Give cases of a wave that lack a code one: after a draw that was interrupted."""
    with _services(given) as ctx:
        _issue(ctx, wave)


@sample.command("discard")
@NAMES
@STAFF
@DRY
@as_of
@where
def discard(names: tuple[str, ...], by: str, dry_run: bool, **given: Any) -> None:  # noqa: ANN401
    """Destroy the contact details of people of imports who were not drawn; there is no way back."""
    with _services(given, by) as ctx:
        count = frame.discard(ctx, names, by=by, dry_run=dry_run)
    would = "would be" if dry_run else "were"
    click.echo(f"Contact details of {count:,} people {would} destroyed.")


def _mapping(file: Path | None, ignore: tuple[str, ...], encoding: str | None) -> SampleMapping:
    mapping = SampleMapping()
    if file is not None:
        mapping, problems = read_mapping(file)
        if problems:
            raise click.ClickException("\n".join(map(str, problems)))
    return replace(
        mapping, ignore=mapping.ignore | set(ignore), encoding=encoding or mapping.encoding
    )


def _tell(staged: frame.Staged, file: Path | None) -> None:
    checked = staged.checked
    click.echo(f"Read as {staged.read_as}: {checked.read:,} rows.")
    for reason, count in sorted(checked.left_out.items()):
        click.echo(f"{count:,} left out: {reason}")
    for title, found in (("Look again", checked.warnings), ("Wrong", checked.faults)):
        for line in fault_lines(title, found):
            click.echo(line, err=True)
    if file is not None:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
            out.write(report(sorted(checked.faults or checked.warnings)))
        click.echo(f"{file}: all of them, without values of the file.", err=True)
    if not checked.good:
        click.echo(summary(checked), err=True)


def _tell_draw(ctx: ServiceContext, wave: int, drawn: draws.Drawn, *, dry_run: bool) -> None:
    made = drawn.draw
    counts = drawn.sample.counts
    click.echo("stratum                              population    sample    drawn now     weight")
    for stratum, count in made.allocation.items():
        size, sampled = made.sizes[stratum], counts[stratum]
        numbers = f"{size:>11,}  {sampled:>8,}  {count:>11,}  {size / sampled:>9.2f}"
        click.echo(f"{harmless(stratum):<35}  {numbers}")
    click.echo(f"{sum(made.allocation.values()):,} people; fingerprint {made.fingerprint}")
    if dry_run:
        click.echo("Nothing was drawn: this was a dry run.")
    else:
        click.echo(f"This is draw {made.number} of wave {wave}.")
        _issue(ctx, wave)


def _issue(ctx: ServiceContext, wave: int) -> None:
    issued = code_issuing.issue_wave_codes(ctx, wave, progress=_progress)
    click.echo(f"{issued.codes:,} codes issued.")
    if issued.nobody:
        click.echo(f"{issued.nobody:,} cases have no contact details, and got no code.", err=True)


def _progress(done: int, of: int) -> None:
    if done == of or done % 5_000 == 0:
        click.echo(f"{done:,} of {of:,}", err=True)


def _plan(ctx: ServiceContext, wave: int) -> WavePlan:
    return read_wave_plan(ctx.study, wave)


@contextmanager
def _services(given: dict[str, Any], by: str | None = None) -> Iterator[ServiceContext]:
    """Give the services, to whom may draw; what staff can mend ends the command with a message."""
    try:
        with services_of(given) as ctx:
            if by is not None:
                member_who(ctx, by, frame.MAY_DRAW)
            yield ctx
    except (
        NotAllowedError,
        SampleFileError,
        frame.FrameImportError,
        draws.DrawError,
        AllocationError,
        FrameError,
        frame_storage.ImportRunningError,
        WavePlanError,
        instruments.StudyFaultsError,
    ) as error:
        raise click.ClickException(str(error)) from error
