"""``python -m analysis``: weights and tables of a release folder."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from analysis.errors import AnalysisError
from analysis.export.csv import to_csv
from analysis.export.notes import standing_notes
from analysis.export.xlsx import Sheet, to_xlsx
from analysis.plan import read_plan
from analysis.responses import read_release
from analysis.tables import make_tables
from analysis.weighting.recipe import read_recipe
from analysis.weighting.run import weigh_all, write_weights

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_OUT = click.Path(file_okay=False, path_type=Path)


@click.group()
def cli() -> None:
    """Weigh a release and make its tables."""


@cli.command("weight")
@click.argument("release", type=_FOLDER)
@click.option("--recipe", "recipes", type=_FILE, multiple=True, required=True)
@click.option("--out", type=_OUT, required=True)
def weight_command(release: Path, recipes: tuple[Path, ...], out: Path) -> None:
    """Write weights.csv and diagnostics.json to OUT."""
    with _refusals(), _whole(out) as folder:
        loaded = read_release(release)
        weightings = [
            weighting
            for path in recipes
            for weighting in weigh_all(loaded, read_recipe(path), progress=_tell)
        ]
        write_weights(weightings, folder)
        for weighting in weightings:
            for warning in weighting.diagnostics["warnings"]:
                _tell(f"warning: {warning}")


@cli.command("tables")
@click.argument("release", type=_FOLDER)
@click.option("--plan", "plan_path", type=_FILE, required=True)
@click.option("--out", type=_OUT, required=True)
def tables_command(release: Path, plan_path: Path, out: Path) -> None:
    """Write tables.csv, tables.xlsx and notes.csv to OUT."""
    with _refusals(), _whole(out) as folder:
        loaded = read_release(release)
        rows, notes = make_tables(loaded, read_plan(plan_path), progress=_tell)
        standing = standing_notes(loaded.manifest)
        (folder / "tables.csv").write_text(to_csv(rows), encoding="utf-8", newline="\n")
        (folder / "notes.txt").write_text(
            "\n".join([*standing, *notes]) + "\n", encoding="utf-8", newline="\n"
        )
        sheets = [
            Sheet(
                str(name),
                str(name),
                part.drop(columns="table"),
                [n for n in notes if n.startswith(f"{name},")],
            )
            for name, part in rows.groupby("table", sort=False)
        ]
        (folder / "tables.xlsx").write_bytes(to_xlsx(sheets, standing))


@contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """Write into a folder beside OUT and move the files over only when all are complete."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as temporary:
        yield Path(temporary)
        out.mkdir(exist_ok=True)
        for path in sorted(Path(temporary).iterdir()):
            shutil.move(path, out / path.name)


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn refusals into a message and exit status 1; Ctrl-C into 130."""
    try:
        yield
    except AnalysisError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        click.echo("stopped; nothing was written", err=True)
        sys.exit(130)


def _tell(line: str) -> None:
    click.echo(line, err=True)


if __name__ == "__main__":
    cli(prog_name="python -m analysis")
