"""One published table as an R and a Python program that anybody can run on the files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

import numpy as np
import pandas as pd

from analysis.codebook import Variable
from analysis.design import LonelyPSU, SurveyDesign
from analysis.errors import AnalysisError
from analysis.export import snippet_texts
from analysis.export.label_text import plain_line
from analysis.export.names import SPSS, accepted_names
from analysis.export.notes import standing_notes
from analysis.export.numbering import Numbered, Numbering, number_responses
from analysis.export.whole_file import whole_file
from analysis.responses import Responses


@dataclass(frozen=True)
class Snippets:
    """The files written: two programs, and what calibrated weights were made to meet."""

    r: Path
    python: Path
    calibration: Path | None


@dataclass(frozen=True)
class _Table:
    """The table to remake."""

    design: SurveyDesign
    variable: Variable
    by: Variable

    @property
    def stem(self) -> str:
        return f"share_{self.variable.name}_by_{self.by.name}"

    @property
    def calibration(self) -> str:
        return f"{self.stem}_calibration.csv"

    @property
    def has_population(self) -> bool:
        return self.design.stages[0].population is not None


def write_snippets(
    responses: Responses,
    folder: Path,
    *,
    variable: str,
    by: str,
    sav: str,
    parquet: str,
    numbering: Numbering | None = None,
) -> Snippets:
    """Write programs that remake the shares of a variable by a breakdown, with standard errors.

    Parameters
    ----------
    responses : Responses
        Weighted, one wave. The files must have been written from the same, with its design columns.
    folder : Path
        Where the programs go; they look for the files beside them.
    variable, by : str
        As in `analysis.shares.share`; ``by`` has one answer.
    sav, parquet : str
        Names of the files that the R and the Python program read.
    numbering : Numbering, optional
        The numbers the SPSS file was written with.

    Returns
    -------
    Snippets

    Raises
    ------
    AnalysisError
        If the responses have no weights, or a design that the programs do not follow: several rows
        per person, several stages, replicates, more than one calibration.

    Notes
    -----
    Standard errors are linearised, with the residuals of the calibration: the same numbers as
    `share` gives, without its small-base rules. R's ``svyby`` alone would leave the calibration
    out.
    """
    table = _Table(_plain_design(responses), responses.codebook[variable], responses.codebook[by])
    if not table.variable.is_categorical or table.by.is_multiple or not table.by.is_categorical:
        raise AnalysisError(f"no shares of '{variable}' by '{by}': both need answer codes")
    numbers = number_responses(responses, numbering)
    note = plain_line(standing_notes(responses.manifest)[0])
    if table.design.calibration:
        _write_calibration(responses, table.design, folder / table.calibration)
    texts = {
        ".R": _r_program(table, note, numbers, sav),
        ".py": _python_program(table, note, parquet),
    }
    for suffix, text in texts.items():
        with whole_file(folder / f"{table.stem}{suffix}") as part:
            part.write_text(text, encoding="utf-8", newline="\n")
    return Snippets(
        r=folder / f"{table.stem}.R",
        python=folder / f"{table.stem}.py",
        calibration=folder / table.calibration if table.design.calibration else None,
    )


def _plain_design(responses: Responses) -> SurveyDesign:
    design = responses.design
    if design is None:
        raise AnalysisError("these responses have no weights; weigh them with a recipe first")
    followed = (
        len(design.stages) == 1
        and design.stages[0].is_element
        and design.replicates is None
        and len(design.calibration) <= 1
        and design.lonely is not LonelyPSU.AVERAGE
    )
    if not followed:
        raise AnalysisError(
            "a program is written for one wave with one row a person, one calibration and "
            "linearised errors"
        )
    return design


def _write_calibration(responses: Responses, design: SurveyDesign, path: Path) -> None:
    """Write starting weight and auxiliaries of each person, in full precision."""
    (record,) = design.calibration
    member = np.arange(len(design)) if record.member is None else record.member
    if sorted(member) != list(range(len(record.start))):
        raise AnalysisError("some people of the calibration are not among these responses")
    X = record.auxiliaries[member]
    table = pd.DataFrame(X, columns=[f"x{k + 1}" for k in range(X.shape[1])])
    table.insert(0, "person_id", responses.table["person_id"].to_numpy())
    table.insert(1, "start", record.start[member])
    with whole_file(path) as part:
        table.to_csv(part, index=False, lineterminator="\n")


def _r_program(table: _Table, note: str, numbering: Numbering, sav: str) -> str:
    variable, weight = table.variable, table.design.weight.name
    if variable.is_multiple:
        columns = _spss_columns(variable, numbering[variable.name])
        first = next(iter(columns.values()))
        options, chosen = _r_list(columns), "function(code) answers[[options_of[[code]]]] %in% 1"
    else:
        first = _spss_name(variable.name)
        options = _r_list(numbering[variable.name].numbers)
        chosen = f"function(code) answers${first} %in% options_of[[code]]"
    residual = snippet_texts.R_NO_RESIDUAL
    if table.design.calibration:
        residual = _filled(snippet_texts.R_RESIDUAL, calibration=_q(table.calibration))
    return _filled(
        snippet_texts.R,
        note=note,
        variable=variable.name,
        breakdown=table.by.name,
        weight=weight,
        lonely=table.design.lonely.value,
        sav=_q(sav),
        weight_name=_spss_name(weight),
        fpc="\n                    fpc = ~stratum_population," if table.has_population else "",
        options=options,
        groups=_r_list(numbering[table.by.name].numbers),
        chosen=chosen,
        answered=f"!is.na(answers${first}) & answers${first} >= 0",
        by=_q(table.by.name),
        by_name=_spss_name(table.by.name),
        residual=residual,
        out=_q(f"{table.stem}_r.csv"),
    )


def _spss_name(name: str) -> str:
    return accepted_names([(name, name)], SPSS)[0]


def _spss_columns(variable: Variable, numbered: Numbered) -> dict[str, str]:
    codes = list(numbered.numbers)
    wanted = [
        (f"{variable.name}__{code}", f"{variable.name}__{numbered.numbers[code]}") for code in codes
    ]
    return dict(zip(codes, accepted_names(wanted, SPSS), strict=True))


def _r_list(values: Mapping[str, int] | Mapping[str, str]) -> str:
    pairs = [f"{_q(name)} = {_q(value)}" for name, value in values.items()]
    return "list(\n  " + ",\n  ".join(pairs) + "\n)"


def _python_program(table: _Table, note: str, parquet: str) -> str:
    variable = table.variable
    codes = [option.code for option in variable.codes]
    if variable.is_multiple:
        first = f"{variable.name}__{codes[0]}"
        is_chosen = f'answers["{variable.name}__" + code] == "1"'
    else:
        first = variable.name
        is_chosen = f"answers[{_q(first)}] == code"
    residual, alone = snippet_texts.PYTHON_NO_RESIDUAL, ""
    if table.design.calibration:
        residual = _filled(snippet_texts.PYTHON_RESIDUAL, calibration=_q(table.calibration))
    if table.design.lonely is LonelyPSU.ADJUST:
        alone = "\n            variance += rest * (scores[rows[0]] - scores.mean()) ** 2"
    return _filled(
        snippet_texts.PYTHON,
        note=note,
        variable=variable.name,
        breakdown=table.by.name,
        weight=table.design.weight.name,
        parquet=_q(parquet),
        population='answers["stratum_population"].to_numpy()' if table.has_population else "None",
        options=_python_list(codes),
        groups=_python_list([option.code for option in table.by.codes]),
        is_chosen=is_chosen,
        first=_q(first),
        by=_q(table.by.name),
        residual=residual,
        alone=alone,
        out=_q(f"{table.stem}_python.csv"),
    )


def _python_list(codes: Sequence[str]) -> str:
    return "[\n" + "".join(f"    {_q(code)},\n" for code in codes) + "]"


def _filled(template: str, **values: str) -> str:
    return Template(template).substitute(values)


def _q(value: object) -> str:
    """Give a literal that R and Python read alike."""
    return json.dumps(value, ensure_ascii=False)
