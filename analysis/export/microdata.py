"""The data files of a release, for people who may see the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.edition.whole_folder import whole_folder
from analysis.errors import AnalysisError
from analysis.export.codebook_html import write_codebook_html
from analysis.export.ddi import write_ddi
from analysis.export.dta import write_dta
from analysis.export.labelled import WrittenFile
from analysis.export.microdata_readme import NAMES, readme_text
from analysis.export.microdata_weights import (
    ReleaseWeights,
    file_columns,
    release_weights,
    replicated,
)
from analysis.export.numbering import Numbering, number_responses
from analysis.export.parquet import write_parquet
from analysis.export.sav import write_sav
from analysis.export.snippets import write_snippets
from analysis.progress import Progress, quiet
from analysis.responses import Release, responses_of

CODEBOOK = "codebook.html"
SEED = 20240101
"""Of the replicates, so that the same release gives the same files."""


@dataclass(frozen=True)
class Example:
    """The table that the programs remake: shares of a variable by another, on the last wave."""

    variable: str = "e_meedoen"
    by: str = "r_grp"


def write_microdata(
    release: Release,
    out: Path,
    *,
    recipes: Path,
    numbering: Numbering | None = None,
    language: str = "nl",
    title: Mapping[str, str] | None = None,
    example: Example | None = None,
    replicates: int = 0,
    progress: Progress = quiet,
) -> tuple[str, ...]:
    """Write SPSS, Stata and Parquet files, what describes them, and programs that read them.

    Parameters
    ----------
    release : Release
    out : Path
        Folder; only its owner may read it. Files of other names in it stay.
    recipes : Path
        Folder of recipes: every weight whose waves are in the release becomes a column.
    numbering : Numbering, optional
        The study's frozen numbers.
    language : str
        Of labels and of the text that lies beside the files.
    title : mapping of language to str, optional
        The study's title; its id without one.
    example : Example, optional
        The table of the R and the Python program.
    replicates : int
        With it each wave gets a ``.zsav`` file with as many bootstrap replicates of its weight.
    progress : callable
        Gets a line of text before each file; raising `CancelledError` in it stops the work.

    Returns
    -------
    tuple of str
        Names of the files, in the order they are described in.

    Raises
    ------
    AnalysisError
        If a weight cannot be made or a file cannot hold the answers; nothing is written then.
    """
    weights = release_weights(release, recipes, progress=progress)
    if not weights.by_wave:
        raise AnalysisError(f"{recipes}: no recipe is of a single wave in the release")
    with whole_folder(out, private=True) as folder:
        work = _Files(release, weights, folder, numbering, language)
        work.write(title, example or Example(), replicates, progress)
        return tuple(name for name, _ in work.described)


class _Files:
    """The files of one folder in the making."""

    def __init__(
        self,
        release: Release,
        weights: ReleaseWeights,
        folder: Path,
        numbering: Numbering | None,
        language: str,
    ) -> None:
        self._release, self._weights, self._folder = release, weights, folder
        self._language = language
        self._stem = release.manifest.study
        self._responses = responses_of(release)
        self._numbers = number_responses(self._responses, numbering)
        self._beside = file_columns(self._responses, weights)
        self._written: list[WrittenFile] = []
        self.described: list[tuple[str, str]] = []

    def write(
        self, title: Mapping[str, str] | None, example: Example, replicates: int, progress: Progress
    ) -> None:
        """Write all files; the text about them comes last."""
        stem = self._stem
        steps: list[tuple[str, str, Callable[[Path], None]]] = [
            (f"{stem}.sav", "SPSS", self._sav),
            (f"{stem}.dta", "Stata 14+", self._dta),
            (f"{stem}.parquet", "Python, R (arrow)", self._parquet),
            (f"{stem}-ddi.xml", "DDI-Codebook 2.5", lambda path: self._ddi(path, title)),
            (CODEBOOK, "codebook", lambda path: self._codebook(path, title)),
        ]
        if replicates:
            steps += [
                (f"{stem}-{wave}-replicates.zsav", "SPSS 21+", self._replicates(wave, replicates))
                for wave in self._weights.by_wave
            ]
        for k, (name, what, make) in enumerate(steps, start=1):
            progress(f"file {k} of {len(steps)}: {name}")
            make(self._folder / name)
            self.described.append((name, what))
        self._readme(self._example(example))

    def _sav(self, path: Path) -> None:
        self._written.append(
            write_sav(
                self._responses,
                path,
                language=self._language,
                numbering=self._numbers,
                design=self._beside,
            )
        )

    def _dta(self, path: Path) -> None:
        self._written.append(
            write_dta(
                self._responses,
                path,
                language=self._language,
                numbering=self._numbers,
                design=self._beside,
            )
        )

    def _parquet(self, path: Path) -> None:
        write_parquet(self._responses, path, numbering=self._numbers, design=self._beside)

    def _ddi(self, path: Path, title: Mapping[str, str] | None) -> None:
        write_ddi(
            self._responses,
            path,
            files=[name for name, _ in self.described],
            title=title,
            numbering=self._numbers,
            design=self._beside,
        )

    def _codebook(self, path: Path, title: Mapping[str, str] | None) -> None:
        write_codebook_html(self._responses, path, title=title, numbering=self._numbers)

    def _replicates(self, wave: int, count: int) -> Callable[[Path], None]:
        def make(path: Path) -> None:
            responses = self._weights.by_wave[wave]
            self._written.append(
                write_sav(
                    responses,
                    path,
                    language=self._language,
                    numbering=self._numbers,
                    design=replicated(responses, count, seed=SEED),
                )
            )

        return make

    def _example(self, example: Example) -> tuple[str, str]:
        made = write_snippets(
            self._weights.by_wave[max(self._weights.by_wave)],
            self._folder,
            variable=example.variable,
            by=example.by,
            sav=f"{self._stem}.sav",
            parquet=f"{self._stem}.parquet",
            numbering=self._numbers,
        )
        for path, what in ((made.r, "R"), (made.python, "Python"), (made.calibration, "CSV")):
            if path is not None:
                self.described.append((path.name, what))
        return made.r.name, made.python.name

    def _readme(self, examples: tuple[str, str]) -> None:
        name = NAMES.get(self._language, NAMES["en"])
        text = readme_text(
            self._release.manifest,
            self._release.codebook,
            language=self._language,
            files=self.described,
            weightings=self._weights.weightings,
            written=self._written,
            examples=examples,
        )
        (self._folder / name).write_text(text, encoding="utf-8", newline="\n")
        self.described.insert(0, (name, ""))
