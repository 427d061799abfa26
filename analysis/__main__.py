"""``python -m analysis``: weights, tables, reports and files of a release folder."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from analysis.edition.archive import read_cells
from analysis.edition.comparison import compare
from analysis.edition.whole_folder import refuse_release, whole_folder
from analysis.edition.writing import TABLE_FORMATS, Format, write_edition
from analysis.errors import AnalysisError
from analysis.export.microdata import write_microdata
from analysis.export.numbering import read_numbering
from analysis.plan_source import read_plan
from analysis.progress import ProgressDisplay
from analysis.publishing import publish
from analysis.responses import read_release
from analysis.study_files import StudyFiles
from analysis.weighting.recipe import read_recipe
from analysis.weighting.run import weigh_all, write_weights

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(file_okay=False, resolve_path=True, path_type=Path)
_INTERRUPTED = 130
LANGUAGES = ("nl", "en")
"""In which the sentences of a book exist."""
_BOOK_OPTIONS = (
    click.argument("release", type=_FOLDER),
    click.option("--plan", type=_FILE, required=True, help="Table plan (YAML)."),
    click.option("--out", type=_OUT, required=True, help="Folder for the edition."),
    click.option("--recipes", type=_FOLDER, help="Weight recipes; default: those of the study."),
    click.option(
        "--language",
        "languages",
        type=click.Choice(LANGUAGES),
        multiple=True,
        default=("nl",),
        show_default=True,
        help="Repeatable; the first book has the plain file names.",
    ),
    click.option(
        "--earlier",
        type=_FOLDER,
        multiple=True,
        help="An earlier edition: refused is what the two together give away. Repeatable.",
    ),
)


@click.group()
def cli() -> None:
    """Weigh a release, and make its tables, reports and files."""


@cli.command("weight")
@click.argument("release", type=_FOLDER)
@click.option("--recipe", "recipes", type=_FILE, multiple=True, required=True)
@click.option("--out", type=_OUT, required=True)
def weight_command(release: Path, recipes: tuple[Path, ...], out: Path) -> None:
    """Write weights.csv and diagnostics.json to OUT."""
    with _refusals() as tell, whole_folder(out) as folder:
        loaded = read_release(release)
        weightings = [
            weighting
            for path in recipes
            for weighting in weigh_all(loaded, read_recipe(path), progress=tell)
        ]
        write_weights(weightings, folder)
        for weighting in weightings:
            for warning in weighting.diagnostics["warnings"]:
                tell(f"warning: {warning}")


def _book_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_BOOK_OPTIONS):
        command = option(command)
    return command


@cli.command("tables")
@_book_options
@click.option(
    "--format",
    "formats",
    type=click.Choice([one.value for one in Format]),
    multiple=True,
    default=[one.value for one in TABLE_FORMATS],
    show_default=True,
)
def tables_command(formats: tuple[str, ...], **options: Any) -> None:  # noqa: ANN401  # click's
    """Write the tables of a plan, after disclosure control, to OUT.

    Beside OUT a folder OUT.archive keeps what is needed to make the edition again and to compare
    later ones with it. It holds answers and must not be published.
    """
    _write(tuple(Format(one) for one in formats), **options)


@cli.command("report")
@_book_options
def report_command(**options: Any) -> None:  # noqa: ANN401  # click's
    """Write tables, report and plain summary in all formats to OUT; see `tables`."""
    _write(tuple(Format), **options)


def _write(
    formats: tuple[Format, ...],
    release: Path,
    plan: Path,
    out: Path,
    recipes: Path | None,
    languages: tuple[str, ...],
    earlier: tuple[Path, ...],
) -> None:
    with _refusals() as tell:
        refuse_release(out)
        loaded = read_release(release)
        study = StudyFiles.of_plan(plan, recipes or read_plan(plan).recipes)
        publication = publish(
            loaded,
            study,
            name=out.name,
            languages=languages,
            earlier=read_cells(earlier),
            progress=tell,
        )
        write_edition(out, publication, loaded, study, formats, progress=tell)


@cli.command("files")
@click.argument("release", type=_FOLDER)
@click.option("--out", type=_OUT, required=True)
@click.option("--recipes", type=_FOLDER, required=True, help="Weight recipes of the study.")
@click.option("--numbering", type=_FILE, help="Frozen numbers; default: those of the study.")
@click.option("--language", default="nl", show_default=True, help="Of the labels.")
@click.option(
    "--replicates",
    type=click.IntRange(0, 2000),
    default=0,
    help="Bootstrap replicates of each wave's weight, in a .zsav file of their own.",
)
def files_command(
    release: Path,
    out: Path,
    recipes: Path,
    numbering: Path | None,
    language: str,
    replicates: int,
) -> None:
    """Write SPSS, Stata, Parquet, DDI, codebook and programs, for people who may see answers.

    These are microdata: disclosure control does not act on them.
    """
    with _refusals() as tell:
        loaded = read_release(release)
        frozen = numbering or recipes.resolve().parent / "numbering.json"
        write_microdata(
            loaded,
            out,
            recipes=recipes,
            numbering=read_numbering(frozen) if frozen.is_file() else None,
            language=language,
            title=loaded.codebook.title or None,
            replicates=replicates,
            progress=tell,
        )


@cli.command("diff")
@click.argument("first", type=_FOLDER)
@click.argument("second", type=_FOLDER)
def diff_command(first: Path, second: Path) -> None:
    """Say which cases and cells of two releases or editions differ, and why.

    Exit status 0 when nothing differs, 1 when something does. Answers are never shown.
    """
    with _refusals():
        comparison = compare(first, second)
        for line in comparison.lines():
            click.echo(line)
        sys.exit(0 if comparison.is_equal else 1)


@contextmanager
def _refusals() -> Iterator[ProgressDisplay]:
    """Turn refusals into a message and exit status 1; Ctrl-C into 130."""
    display = ProgressDisplay(sys.stderr)
    before = signal.signal(signal.SIGINT, display.stop)
    try:
        yield display
    except AnalysisError as error:
        display.finish()
        click.echo(str(error), err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        display.finish()
        click.echo("stopped; nothing was written", err=True)
        sys.exit(_INTERRUPTED)
    finally:
        signal.signal(signal.SIGINT, before)
    display.finish()


if __name__ == "__main__":
    cli(prog_name="python -m analysis")
