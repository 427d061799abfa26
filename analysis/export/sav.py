"""SPSS files, .sav and .zsav: labels, missing ranges, measure levels, multiple response sets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
from pyreadstat.pyclasses import MissingRange

from analysis.arrays import FloatArray, TextArray
from analysis.errors import AnalysisError
from analysis.export.design_columns import DesignColumn
from analysis.export.label_text import Fitting, Unit, plain_line
from analysis.export.labelled import LabelledColumn, LabelledFile, WrittenFile, labelled_file
from analysis.export.names import SPSS, accepted_names
from analysis.export.numbering import Numbering
from analysis.export.sav_dictionary import MultipleResponse, complete_dictionary
from analysis.export.whole_file import whole_file
from analysis.responses import Responses

VARIABLE_LABEL_BYTES = 255
VALUE_LABEL_BYTES = 120
FILE_LABEL_BYTES = 64
NOTE_BYTES = 80
_WIDEST_TEXT = 40
_DECIMALS = 6


def write_sav(
    responses: Responses,
    path: Path,
    *,
    language: str = "nl",
    numbering: Numbering | None = None,
    design: Sequence[DesignColumn] | None = None,
    weighted_by: str | None = None,
) -> WrittenFile:
    """Write responses as an SPSS file.

    Parameters
    ----------
    responses : Responses
    path : Path
        Ends in ``.sav`` (row compression) or ``.zsav`` (smaller, SPSS 21 and later).
    language : str
        Of the labels, any that the codebook has words in.
    numbering : Numbering, optional
        The study's frozen numbers.
    design : sequence of DesignColumn, optional
        Weights, replicate weights and strata as variables; by default those of the responses.
    weighted_by : str, optional
        Name of the design column that SPSS switches on as its weight when it opens the file. Shares
        are then right; tests and errors are not, because SPSS Base takes it for a frequency.

    Returns
    -------
    WrittenFile

    Raises
    ------
    AnalysisError
        See `labelled_file`; nothing is written then.

    Notes
    -----
    dk, ref, skip, na_route and break_off are -1 to -5 and declared missing as a range; an empty
    cell is system-missing. The same responses give the same bytes.
    """
    if path.suffix not in (".sav", ".zsav"):
        raise AnalysisError(f"{path.name}: an SPSS file ends in .sav or .zsav")
    file = labelled_file(responses, language=language, numbering=numbering, design=design)
    names = accepted_names([(c.name, c.short_name or c.name) for c in file.columns], SPSS)
    name_of = {column.name: name for column, name in zip(file.columns, names, strict=True)}
    if weighted_by is not None and weighted_by not in name_of:
        raise AnalysisError(f"'{weighted_by}' is not a column of the file")
    set_names = accepted_names([(one.name, one.name) for one in file.sets], SPSS)
    fitting = Fitting(Unit.BYTES)
    with whole_file(path) as part:
        _write(file, names, fitting, part)
        complete_dictionary(
            part,
            sets=[
                MultipleResponse(
                    name,
                    fitting.fit(one.label, VARIABLE_LABEL_BYTES, one.name),
                    tuple(name_of[column] for column in one.columns),
                )
                for name, one in zip(set_names, file.sets, strict=True)
            ],
            weight=None if weighted_by is None else name_of[weighted_by],
        )
    return WrittenFile(
        path=path,
        rows=file.rows,
        columns=len(names),
        shortened=tuple(fitting.shortened),
        renamed={old: new for old, new in name_of.items() if old != new},
    )


def _write(file: LabelledFile, names: Sequence[str], fitting: Fitting, path: Path) -> None:
    named = list(zip(names, file.columns, strict=True))
    frame = pd.DataFrame({name: _values(column) for name, column in named}, copy=False)
    pyreadstat.write_sav(
        frame,
        path,
        file_label=fitting.fit(file.title, FILE_LABEL_BYTES, "file label"),
        column_labels=[fitting.fit(c.label, VARIABLE_LABEL_BYTES, c.name) for _, c in named],
        compress=path.suffix == ".zsav",
        row_compress=path.suffix == ".sav",
        note=[fitting.fit(note, NOTE_BYTES, "note") for note in file.notes],
        variable_value_labels={
            name: labels for name, c in named if (labels := _value_labels(file, c, fitting))
        },
        missing_ranges={name: _missing_ranges(c) for name, c in named if c.missing},
        variable_measure={name: str(c.measure) for name, c in named},
        variable_format={name: _format(c) for name, c in named if not c.is_text},
        variable_display_width={
            name: min(_text_width(c), _WIDEST_TEXT) if c.is_text else 10 for name, c in named
        },
    )


def _values(column: LabelledColumn) -> FloatArray | TextArray:
    if not column.is_text:
        return column.values
    return np.asarray([plain_line(str(text)) for text in column.values], dtype=object)


def _text_width(column: LabelledColumn) -> int:
    return max((len(str(text)) for text in column.values), default=1) or 1


def _value_labels(file: LabelledFile, column: LabelledColumn, fitting: Fitting) -> dict[float, str]:
    labels = {float(number): text for number, text in column.value_labels.items()}
    labels |= {float(column.missing[kind]): file.missing_labels[kind] for kind in column.missing}
    return {
        number: fitting.fit(text, VALUE_LABEL_BYTES, column.name)
        for number, text in sorted(labels.items())
    }


def _missing_ranges(column: LabelledColumn) -> list[int | float | str | MissingRange]:
    numbers = column.missing.values()
    return [MissingRange(lo=float(min(numbers)), hi=float(max(numbers)))]


def _format(column: LabelledColumn) -> str:
    """Give the print format, wide enough for every value, labelled ones too."""
    values = np.asarray(column.values, dtype=np.float64)
    finite = values[np.isfinite(values)]
    decimals = 0 if (finite == np.floor(finite)).all() else _DECIMALS
    shown = [*(f"{n:.0f}" for n in (finite.min(initial=0), finite.max(initial=0)))]
    shown += [str(n) for n in (*column.value_labels, *column.missing.values())]
    width = max(len(text) for text in shown) + (decimals + 1 if decimals else 0)
    return f"F{width}.{decimals}"
