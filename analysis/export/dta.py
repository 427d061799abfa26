"""Stata files, format 118 (Stata 14 and later): labels and extended missing values."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.arrays import TextArray
from analysis.codebook import Missing
from analysis.errors import AnalysisError
from analysis.export.design_columns import DesignColumn
from analysis.export.dta_missing import StoredColumn, mark_missing, stored_column
from analysis.export.label_text import Fitting, Unit, plain_line
from analysis.export.labelled import LabelledColumn, LabelledFile, WrittenFile, labelled_file
from analysis.export.names import STATA, accepted_names
from analysis.export.numbering import Numbering
from analysis.export.whole_file import MADE_AT, whole_file
from analysis.responses import Responses

LABEL_LETTERS = 80
VALUE_LABEL_LETTERS = 8000
"""Stata takes 32,000 bytes; a letter has at most four."""
_DOT_A = 2_147_483_622
"""How a value label names .a; .b and on follow."""


def write_dta(
    responses: Responses,
    path: Path,
    *,
    language: str = "nl",
    numbering: Numbering | None = None,
    design: Sequence[DesignColumn] | None = None,
) -> WrittenFile:
    """Write responses as a Stata file.

    Parameters
    ----------
    responses : Responses
    path : Path
        Ends in ``.dta``.
    language : str
        Of the labels, any that the codebook has words in.
    numbering : Numbering, optional
        The study's frozen numbers, the same as in SPSS files.
    design : sequence of DesignColumn, optional
        Weights and the like; by default those of the responses. Stata's ``svyset`` takes them.

    Returns
    -------
    WrittenFile

    Raises
    ------
    AnalysisError
        See `labelled_file`; nothing is written then.

    Notes
    -----
    dk, ref, skip, na_route and break_off are .a to .e with their labels; an empty cell is the plain
    missing value. The same responses give the same bytes.
    """
    if path.suffix != ".dta":
        raise AnalysisError(f"{path.name}: a Stata file ends in .dta")
    file = labelled_file(responses, language=language, numbering=numbering, design=design)
    names = accepted_names([(c.name, c.short_name or c.name) for c in file.columns], STATA)
    fitting = Fitting(Unit.LETTERS)
    stored = [None if c.is_text else stored_column(c) for c in file.columns]
    with whole_file(path) as part:
        _write(file, names, stored, fitting, part)
        mark_missing(part, stored)
    return WrittenFile(
        path=path,
        rows=file.rows,
        columns=len(names),
        shortened=tuple(fitting.shortened),
        renamed={c.name: n for c, n in zip(file.columns, names, strict=True) if c.name != n},
    )


def _write(
    file: LabelledFile,
    names: Sequence[str],
    stored: Sequence[StoredColumn | None],
    fitting: Fitting,
    path: Path,
) -> None:
    columns = list(zip(names, file.columns, stored, strict=True))
    frame = pd.DataFrame(
        {name: _text(c) if numbers is None else numbers.values for name, c, numbers in columns},
        copy=False,
    )
    frame.to_stata(
        path,
        version=118,
        write_index=False,
        time_stamp=MADE_AT,
        byteorder="<",
        data_label=fitting.fit(file.title, LABEL_LETTERS, "file label"),
        variable_labels={n: fitting.fit(c.label, LABEL_LETTERS, c.name) for n, c, _ in columns},
        value_labels={
            name: labels for name, c, _ in columns if (labels := _value_labels(file, c, fitting))
        },
    )


def _text(column: LabelledColumn) -> TextArray:
    return np.asarray([plain_line(str(text)) for text in column.values], dtype=object)


def _value_labels(file: LabelledFile, column: LabelledColumn, fitting: Fitting) -> dict[float, str]:
    labels = dict(column.value_labels)
    labels |= {
        _DOT_A + k: file.missing_labels[kind]
        for k, kind in enumerate(Missing)
        if kind in column.missing
    }
    return {n: fitting.fit(text, VALUE_LABEL_LETTERS, column.name) for n, text in labels.items()}
