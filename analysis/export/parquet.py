"""Parquet: typed columns with their labels as metadata, from which every cell reads back exactly.

The lossless twin of CSV files, whose cells may carry an apostrophe for the sake of spreadsheets.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis.arrays import TextArray
from analysis.codebook import MISSING_CODES, Missing, Variable
from analysis.errors import AnalysisError
from analysis.export.design_columns import DesignColumn, design_columns
from analysis.export.labelled import HEAD, head_columns, option_label, refuse_own_words
from analysis.export.notes import standing_notes
from analysis.export.numbering import Form, Numbering, number_responses
from analysis.export.whole_file import whole_file
from analysis.responses import Responses

MISSING_SUFFIX = "__missing"
_FILE_KEY = b"perspectief"
_FIELD_KEY = b"variable"


def write_parquet(
    responses: Responses,
    path: Path,
    *,
    numbering: Numbering | None = None,
    design: Sequence[DesignColumn] | None = None,
) -> None:
    """Write responses as a Parquet file.

    Parameters
    ----------
    responses : Responses
    path : Path
    numbering : Numbering, optional
        Tells which variables are numbers; its numbers go into the metadata.
    design : sequence of DesignColumn, optional
        Weights and the like; by default those of the responses.

    Notes
    -----
    * Codes are dictionary columns of text, levels in the codebook's order, then the missing codes.
    * Numbers are int64, or float64 with decimals, null where there is no answer; a column
      ``<name>__missing`` then says why (dk, ref, skip, na_route, break_off).
    * An empty cell is null. Months are text: ``2023-05``, or ``2023`` where no more is known.
    * The file's metadata (key ``perspectief``) hold study, waves, synthetic, notes and the words of
      the missing codes; each field's (key ``variable``) its labels in all languages, its codes with
      their numbers, and its base.
    * Equal responses give equal bytes with one version of pyarrow.
    """
    refuse_own_words(responses.codebook)
    numbers = number_responses(responses, numbering)
    parts = [*_answers(responses, numbers)]
    for one in design_columns(responses) if design is None else design:
        array = pa.array(one.values, from_pandas=True)
        parts.append(_Part(one.name, array, {"label": one.label, "role": one.role}))
    schema = pa.schema(
        [pa.field(p.name, p.array.type, metadata={_FIELD_KEY: _json(p.about)}) for p in parts],
        metadata={_FILE_KEY: _json(_about_file(responses))},
    )
    with whole_file(path) as part:
        table = pa.table([p.array for p in parts], schema=schema)
        pq.write_table(table, part, compression="zstd")


def read_parquet_cells(path: Path) -> pd.DataFrame:
    """Give the cells as they stand in ``responses.csv``: all text, an empty cell as ''.

    Design columns come after them as they are.

    Raises
    ------
    AnalysisError
        If the file was not written by `write_parquet`.
    """
    table = pq.read_table(path)
    if _FILE_KEY not in (table.schema.metadata or {}):
        raise AnalysisError(f"{path.name} was not written from a release")
    names = set(table.schema.names)
    cells: dict[str, Any] = {}
    for field, column in zip(table.schema, table.columns, strict=True):
        about = json.loads(field.metadata[_FIELD_KEY])
        if "of" in about:
            continue
        if "role" in about:
            cells[field.name] = column.to_numpy()
            continue
        if pa.types.is_integer(field.type) or pa.types.is_floating(field.type):
            texts = pa.array(_texts(column), type=pa.string())
        else:
            texts = column.cast(pa.string())
        reasons = f"{field.name}{MISSING_SUFFIX}"
        if reasons in names:
            texts = pc.coalesce(texts, table.column(reasons).cast(pa.string()))
        cells[field.name] = pc.fill_null(texts, "").to_numpy(zero_copy_only=False)
    return pd.DataFrame(cells)


@dataclass(frozen=True, eq=False)
class _Part:
    """One column of the file and what its metadata say of it."""

    name: str
    array: pa.Array
    about: Mapping[str, Any]


def _answers(responses: Responses, numbering: Numbering) -> Iterator[_Part]:
    table = responses.table
    for name in head_columns(responses):
        yield _Part(name, _head(table[name], name), {"label": HEAD[name]})
    for variable in responses.codebook.variables.values():
        is_number = numbering[variable.name].form is Form.NUMBER
        for name in [one for one in variable.columns if one in table.columns]:
            about = _about(variable, name, numbering)
            numbers = _numbers(table[name]) if is_number else None
            if numbers is None:
                yield _Part(name, _codes(table[name], variable), about)
            else:
                yield _Part(name, numbers, about)
                yield _Part(f"{name}{MISSING_SUFFIX}", _reasons(table[name]), {"of": name})


def _head(column: pd.Series, name: str) -> pa.Array:
    if name == "wave":
        return pa.array(pd.to_numeric(column).to_numpy(dtype=np.int32))
    return pa.array(column.to_numpy(dtype=object), type=pa.string())


def _codes(column: pd.Series, variable: Variable) -> pa.Array:
    """Give text as positions in a list of levels; every kind of missing is a level of its own."""
    listed = ["0", "1"] if variable.is_multiple else [option.code for option in variable.codes]
    found = set(column.unique()) - {""} - MISSING_CODES
    extra = sorted(found - set(listed))
    levels = [*listed, *extra, *(kind.value for kind in Missing)]
    return _dictionary(column, levels)


def _numbers(column: pd.Series) -> pa.Array | None:
    """Give answers as numbers; None if one, such as ``07``, would not read back as it stands."""
    missing = column.isin([*MISSING_CODES, ""]).to_numpy(dtype=bool)
    answers = pd.to_numeric(column.where(~missing), errors="coerce").to_numpy(dtype=float)
    whole = missing | (answers == np.floor(answers))
    if whole.all():
        numbers = pa.array(np.where(missing, 0, answers).astype(np.int64), mask=missing)
    else:
        numbers = pa.array(answers, mask=missing)
    same = _texts(numbers)[~missing] == column.to_numpy(dtype=object)[~missing]
    return numbers if same.all() else None


def _texts(numbers: pa.ChunkedArray | pa.Array) -> TextArray:
    """Write numbers as answers stand: the shortest form, no ``.0``; null as None."""
    return np.asarray(
        [None if n is None else f"{n:.15g}" for n in numbers.to_pylist()], dtype=object
    )


def _reasons(column: pd.Series) -> pa.Array:
    """Give the missing codes of a column of numbers, null where there is an answer."""
    levels = [kind.value for kind in Missing]
    return _dictionary(column, levels)


def _dictionary(column: pd.Series, levels: Sequence[str]) -> pa.Array:
    """Give cells as positions in ``levels``, null where the cell is none of them."""
    positions, distinct = pd.factorize(column)
    of_level = {level: k for k, level in enumerate(levels)}
    codes = np.asarray([*(of_level.get(str(cell), -1) for cell in distinct), -1], dtype=np.int32)
    found = codes[positions]
    return pa.DictionaryArray.from_arrays(
        pa.array(found, mask=found < 0), pa.array(levels, type=pa.string())
    )


def _about(variable: Variable, column: str, numbering: Numbering) -> dict[str, Any]:
    numbers = numbering[variable.name].numbers
    about: dict[str, Any] = {
        "variable": variable.name,
        "kind": variable.kind,
        "waves": list(variable.waves),
        "label": dict(variable.label),
        "question": dict(variable.question),
        "base": variable.base,
        "sensitive": variable.sensitive,
    }
    if variable.is_multiple:
        code = column.removeprefix(f"{variable.name}__")
        about["option"] = {"code": code, "label": _labels(variable, code)}
    elif numbers:
        about["codes"] = [
            {"code": code, "number": number, "label": _labels(variable, code)}
            for code, number in numbers.items()
        ]
    return about


def _labels(variable: Variable, code: str) -> dict[str, str]:
    languages = dict.fromkeys(language for option in variable.codes for language in option.label)
    return {language: option_label(variable, code, language) for language in languages}


def _about_file(responses: Responses) -> dict[str, Any]:
    manifest = responses.manifest
    return {
        "study": manifest.study,
        "waves": list(manifest.waves),
        "synthetic": manifest.synthetic,
        "notes": list(standing_notes(manifest)),
        "missing": {code: dict(text) for code, text in responses.codebook.missing.items()},
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=dict).encode()
