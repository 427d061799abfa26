"""The commands of translators: catalogs out, catalogs in, how far each language is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from app.clock import SystemClock
from app.i18n.remarks import Standing
from app.services.bootstrap import STUDY
from app.services.content import translating
from app.services.content.instruments import TRANSLATIONS
from app.services.context import STUDY_ZONE

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
LANGUAGE = click.option("--language", "code", required=True, help="For example ar.")


@click.group("translations")
@click.option("--study", type=FOLDER, default=STUDY, help="Folder of the study.")
@click.option("--folder", type=FOLDER, default=TRANSLATIONS, help="Folder of the catalogs.")
@click.option("--catalog", help="Another catalog than that of the study, such as messages.")
@click.pass_context
def translations(context: click.Context, study: Path, folder: Path, catalog: str | None) -> None:
    """Hand texts to translators and take their work in."""
    with _faults():
        context.obj = (translating.desk_of(study, folder, catalog), study)


@translations.command()
@LANGUAGE
@click.pass_obj
def start(desk: tuple[translating.Desk, Path], code: str) -> None:
    """Make an empty catalog for a language."""
    with _faults():
        translating.start(*desk, code)


@translations.command()
@LANGUAGE
@click.option("--format", "format_", type=click.Choice(translating.FORMATS), required=True)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def export(desk: tuple[translating.Desk, Path], code: str, format_: str, file: Path) -> None:
    """Write the texts of a language to FILE, with what is translated already."""
    with _faults():
        written = translating.export(desk[0], code, format_, file)
    click.echo(f"{file}: {written} texts")


@translations.command("import")
@click.option("--reviewed-by", help="Who found every translation in the file good.")
@click.option("--force", is_flag=True, help="Let drafts take the place of reviewed translations.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def import_(
    desk: tuple[translating.Desk, Path], reviewed_by: str | None, force: bool, file: Path
) -> None:
    """Take FILE in: all of it, or nothing and every row that stands against it."""
    today = SystemClock().now().astimezone(STUDY_ZONE).date()
    with _faults():
        done = translating.take_in(desk[0], file, reviewed_by=reviewed_by, on=today, force=force)
    for warning in done.warnings:
        click.echo(f"warning: {warning}", err=True)
    click.echo(
        f"{done.language}: {done.changed} changed, {done.unchanged} as they were,"
        f" {done.empty} without translation"
    )


@translations.command()
@click.pass_obj
def status(desk: tuple[translating.Desk, Path]) -> None:
    """Show how far each language is."""
    with _faults():
        counts = translating.status(desk[0])
    shown = (Standing.DRAFT, Standing.REVIEWED, Standing.STALE, Standing.MISSING)
    click.echo("language  total" + "".join(f"{one:>10}" for one in shown))
    for code, found in counts.items():
        numbers = "".join(f"{found[one]:>10}" for one in shown)
        click.echo(f"{code:<8}  {found.total():>5}{numbers}")


@translations.command()
@LANGUAGE
@click.pass_obj
def terms(desk: tuple[translating.Desk, Path], code: str) -> None:
    """List where a language says one thing in two ways; a reviewer decides."""
    with _faults():
        warnings = translating.term_warnings(desk[0], code)
    for warning in warnings:
        click.echo(warning)


@contextmanager
def _faults() -> Iterator[None]:
    """End the command with what is wrong, one a line, and nothing written."""
    try:
        yield
    except (translating.ImportProblemsError, translating.TranslationFileError) as error:
        raise click.ClickException(str(error)) from error
