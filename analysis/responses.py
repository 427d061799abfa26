"""Reading a release folder, and the responses of one or more waves as rows with a codebook."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from analysis.arrays import BoolArray, Coded, code
from analysis.codebook import MISSING_CODES, Codebook, Variable, read_codebook
from analysis.design import SurveyDesign
from analysis.errors import ReleaseError, UnknownVariableError

REQUIRED_FILES = ("responses.csv", "frame.csv", "codebook.json", "margins.csv")
KEY = ["person_id", "wave"]
RESPONSE_COLUMNS = ("person_id", "case_id", "wave", "case_status")
IDENTITIES = ("person_id", "case_id")
LEDGER_FILE = "ledger.csv"
LEDGER_COLUMNS = ("person_id", "wave", "place", "reason", "eligible")
FRAME_COLUMNS = ("person_id", "wave", "stratum", "N_h", "n_h", "base_weight", "disposition")


@dataclass(frozen=True)
class Manifest:
    """What a release says about itself."""

    study: str
    waves: tuple[int, ...]
    synthetic: bool
    versions: tuple[Mapping[str, Any], ...]
    code_version: str
    hashes: Mapping[str, str]


@dataclass(frozen=True, eq=False)
class Release:
    """A release folder, read and checked.

    Attributes
    ----------
    responses : DataFrame
        One row for each interview begun (person and wave); cells are text as in the file, columns
        of codes as categories.
    frame : DataFrame
        One row for each sampled person and wave, with disposition.
    margins : DataFrame
        Population figures, ``value`` as float.
    ledger : DataFrame or None
        One row for each person and wave, also of waves in which the person was not asked: place,
        reason and eligible. None where the folder has none.
    """

    folder: Path
    manifest: Manifest
    codebook: Codebook = field(repr=False)
    responses: pd.DataFrame = field(repr=False)
    frame: pd.DataFrame = field(repr=False)
    margins: pd.DataFrame = field(repr=False)
    ledger: pd.DataFrame | None = field(default=None, repr=False)


@dataclass(frozen=True, eq=False)
class Responses:
    """Interviews with their codebook and, once weighted, their sampling design.

    One row for each person and wave. ``design`` carries the weights: how many people of the
    population each row stands for, never how often the row occurs.
    """

    table: pd.DataFrame = field(repr=False)
    codebook: Codebook = field(repr=False)
    manifest: Manifest
    design: SurveyDesign | None = field(default=None, repr=False)

    def __len__(self) -> int:
        return len(self.table)

    def column(self, name: str) -> pd.Series:
        """Give the stored codes of a variable with one answer; '' where the file has none."""
        if name in self.table.columns:
            return self.table[name].astype("str")
        variable = self.codebook[name]
        if variable.is_multiple:
            raise UnknownVariableError(f"'{name}' has several answers: write 'code' in {name}")
        raise ReleaseError(f"variable '{name}' is in the codebook but not in responses.csv")

    def chosen(self, name: str, code: str) -> BoolArray:
        """Tell where a code of a multiple-choice variable was chosen."""
        variable = self.codebook[name]
        if not variable.is_multiple:
            raise UnknownVariableError(f"'{name}' has one answer: write {name} == '{code}'")
        column = f"{name}__{code}"
        if column not in variable.columns:
            raise UnknownVariableError(f"variable '{name}' has no code '{code}'")
        return (self.column(column) == "1").to_numpy(dtype=bool)

    def known(self, name: str) -> BoolArray:
        """Tell where a variable has a substantive answer."""
        variable = self.codebook.variables.get(name)
        first = variable.columns[0] if variable is not None else name
        column = self.column(first)
        return (~column.isin([*MISSING_CODES, ""])).to_numpy(dtype=bool)

    def coded(self, name: str) -> Coded:
        """Give a single-choice variable as integer codes in the codebook's order.

        A substantive answer that is not in the codebook is an error, never dropped.
        """
        variable = self.codebook[name]
        levels = [option.code for option in variable.codes]
        column = self.column(name)
        if not levels:
            levels = list(code(column.mask(column.isin(list(MISSING_CODES)))).levels)
        coded = code(column, levels)
        stray = self.known(name) & ~coded.present
        if stray.any():
            found = ", ".join(sorted(set(column[stray])))
            raise ReleaseError(f"variable '{name}': answers not in the codebook: {found}")
        return coded

    def where(self, mask: BoolArray | pd.Series) -> Responses:
        """Keep some rows. Only for choosing waves: a domain of an estimate is never a filter."""
        keep = np.asarray(mask, dtype=bool)
        design = None if self.design is None else self.design.restrict(keep)
        return replace(self, table=self.table[keep].reset_index(drop=True), design=design)


def read_release(folder: Path | str, *, verify: bool = True) -> Release:
    """Read a release folder.

    Parameters
    ----------
    folder : path
        Holds ``manifest.json`` and the files it lists.
    verify : bool
        Compare every file with its SHA-256 in the manifest.

    Raises
    ------
    ReleaseError
        If a file is missing or was changed after export, a column is missing, or a person and
        wave occur twice.
    """
    folder = Path(folder)
    manifest = _read_manifest(folder)
    if verify:
        _verify(folder, manifest)
    missing = [name for name in REQUIRED_FILES if not (folder / name).is_file()]
    if missing:
        raise ReleaseError(f"{folder}: missing {', '.join(missing)}")
    codebook = read_codebook(folder / "codebook.json")
    responses = _read_answers(folder / "responses.csv", RESPONSE_COLUMNS)
    frame = _read_table(folder / "frame.csv", FRAME_COLUMNS)
    margins = _read_table(folder / "margins.csv", ("margin", "category", "value"))
    ledger = _read_ledger(folder)
    _check_keys(folder, responses, frame, ledger)
    _check_columns(folder, codebook, manifest.waves, responses)
    frame = frame.assign(
        **{name: _number(folder, frame, name) for name in ("N_h", "n_h", "base_weight")}
    )
    margins = margins.assign(value=pd.to_numeric(margins["value"], errors="coerce"))
    return Release(folder, manifest, codebook, responses, frame, margins, ledger)


def responses_of(release: Release, waves: Sequence[int] | None = None) -> Responses:
    """Give the unweighted responses of some waves (default: all), in the file's order."""
    table = release.responses
    if waves is not None:
        table = table[table["wave"].isin([str(wave) for wave in waves])].reset_index(drop=True)
    return Responses(table, release.codebook, release.manifest)


def _read_manifest(folder: Path) -> Manifest:
    path = folder / "manifest.json"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ReleaseError(f"{folder}: no manifest.json, so no release") from None
    except json.JSONDecodeError as error:
        raise ReleaseError(f"{path}: no JSON: {error}") from error
    try:
        return Manifest(
            study=document["study"],
            waves=tuple(int(wave) for wave in document["waves"]),
            synthetic=bool(document["synthetic"]),
            versions=_versions(document),
            code_version=str(document.get("code_version", "")),
            hashes=_hashes(document["files"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ReleaseError(f"{path}: not a manifest: {error!r}") from error


def _versions(document: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """Give id, number and wave of each questionnaire, by wave."""
    return tuple(sorted(document.get("instrument_versions", ()), key=lambda one: int(one["wave"])))


def _hashes(files: Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Take ``{name: {sha256}}`` and ``[{name, sha256}]`` alike."""
    if isinstance(files, Mapping):
        return {name: entry["sha256"] for name, entry in files.items()}
    return {entry.get("name") or entry["file"]: entry["sha256"] for entry in files}


def _verify(folder: Path, manifest: Manifest) -> None:
    for name, expected in manifest.hashes.items():
        path = folder / name
        if not path.is_file():
            raise ReleaseError(f"{path}: in the manifest but not in the folder")
        if hashlib.sha256(path.read_bytes()).hexdigest() != expected:
            raise ReleaseError(f"{path}: changed after export: its SHA-256 is not the manifest's")


def _read_table(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    table = pd.read_csv(path, dtype=str, keep_default_na=False, na_filter=False, encoding="utf-8")
    _require_columns(path, table, columns)
    return table


def _read_ledger(folder: Path) -> pd.DataFrame | None:
    path = folder / LEDGER_FILE
    return _read_table(path, LEDGER_COLUMNS) if path.is_file() else None


def _read_answers(path: Path, columns: Sequence[str]) -> pd.DataFrame:
    """Read a wide table of codes, each column as text categories.

    The same few codes many times over take a tenth of the room that way.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        names = next(csv.reader(lines), [])
    few = pa.dictionary(pa.int32(), pa.string())
    types = {name: pa.string() if name in IDENTITIES else few for name in names}
    try:
        read = pyarrow.csv.read_csv(
            path,
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=types, strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise ReleaseError(f"{path}: {error}") from error
    table: pd.DataFrame = read.to_pandas(self_destruct=True, split_blocks=True)
    del read
    _require_columns(path, table, columns)
    # In the order of the alphabet, as text is: results never depend on who answered first.
    return table.apply(_in_order)


def _in_order(column: pd.Series) -> pd.Series:
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return column
    return column.cat.reorder_categories(sorted(column.cat.categories))


def _require_columns(path: Path, table: pd.DataFrame, columns: Sequence[str]) -> None:
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise ReleaseError(f"{path}: missing column {', '.join(missing)}")


def _check_keys(
    folder: Path, responses: pd.DataFrame, frame: pd.DataFrame, ledger: pd.DataFrame | None
) -> None:
    tables = [("responses.csv", responses), ("frame.csv", frame)]
    if ledger is not None:
        tables.append((LEDGER_FILE, ledger))
    for name, table in tables:
        twice = table.loc[table.duplicated(KEY), KEY]
        if len(twice):
            person, wave = twice.iloc[0]
            raise ReleaseError(f"{folder / name}: {person} occurs twice in wave {wave}")


def _check_columns(
    folder: Path, codebook: Codebook, waves: Sequence[int], responses: pd.DataFrame
) -> None:
    def asked(variable: Variable) -> bool:
        return not variable.waves or not set(variable.waves).isdisjoint(waves)

    variables = [variable for variable in codebook.variables.values() if asked(variable)]
    missing = [name for v in variables for name in v.columns if name not in responses.columns]
    if missing:
        shown = ", ".join(missing[:5])
        raise ReleaseError(
            f"{folder / 'responses.csv'}: {len(missing)} columns of the codebook missing: {shown}"
        )


def _number(folder: Path, table: pd.DataFrame, name: str) -> pd.Series:
    numbers = pd.to_numeric(table[name], errors="coerce")
    faulty = numbers.isna() & (table[name] != "")
    if faulty.any():
        value = table.loc[faulty, name].iloc[0]
        raise ReleaseError(f"{folder / 'frame.csv'}: {name} = {value!r} is no number")
    return numbers
