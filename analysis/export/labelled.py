"""Responses as statistical packages hold them: numbers with labels, typed missing, measure levels.

What `sav` and `dta` have in common; each adds what its format cannot say otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.arrays import FloatArray, TextArray
from analysis.codebook import Codebook, Missing, Variable, words
from analysis.errors import AnalysisError, ReleaseError
from analysis.export.design_columns import DesignColumn, design_columns
from analysis.export.notes import standing_notes
from analysis.export.numbering import Form, Numbered, Numbering, number_responses
from analysis.responses import Responses

NOT_CHOSEN = {"nl": "niet gekozen", "en": "not chosen"}
HEAD: Mapping[str, Mapping[str, str]] = {
    "person_id": {"nl": "Pseudoniem van de persoon", "en": "Pseudonym of the person"},
    "case_id": {"nl": "Persoon in deze ronde", "en": "Person in this wave"},
    "wave": {"nl": "Ronde", "en": "Wave"},
    "version": {
        "nl": "Versie van de vragenlijst (SHA-256)",
        "en": "Version of the questionnaire (SHA-256)",
    },
}
"""Columns of ``responses.csv`` that the codebook does not describe."""
CONFIRM_LABELS: Mapping[str, Mapping[str, str]] = {
    "still_true": {"nl": "Klopt nog", "en": "Still true"},
    "changed": {"nl": "Veranderd", "en": "It changed"},
    "never_true": {"nl": "Klopte nooit", "en": "It was never right"},
}
_CHOSEN = Numbered(Form.CODES, {"0": 0, "1": 1})
_OWN_WORDS = frozenset({"open", "text"})


class Measure(StrEnum):
    """Level of measurement, in SPSS's words."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    SCALE = "scale"


@dataclass(frozen=True, eq=False)
class LabelledColumn:
    """One column of the file.

    Attributes
    ----------
    name : str
        As in ``responses.csv``.
    short_name : str
        With the option's number instead of its code, for packages that refuse ``name``.
    values : ndarray, float64 with NaN for an empty cell, or object for text
    value_labels : mapping of int to str
        Of the answers; `missing` has its own in `LabelledFile.missing_labels`.
    missing : mapping of Missing to int
        Numbers in `values` that say why there is no answer; empty where that cannot be.
    """

    name: str
    label: str
    values: FloatArray | TextArray = field(repr=False)
    measure: Measure
    value_labels: Mapping[int, str] = field(default_factory=dict, repr=False)
    missing: Mapping[Missing, int] = field(default_factory=dict, repr=False)
    short_name: str = ""

    @property
    def is_text(self) -> bool:
        """Whether the values are text."""
        return self.values.dtype == np.object_


@dataclass(frozen=True)
class ResponseSet:
    """The columns of one multiple-choice question, 1 where chosen."""

    name: str
    label: str
    columns: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class LabelledFile:
    """All columns with their words in one language."""

    title: str
    language: str
    columns: tuple[LabelledColumn, ...] = field(repr=False)
    sets: tuple[ResponseSet, ...] = field(repr=False)
    missing_labels: Mapping[Missing, str]
    notes: tuple[str, ...]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.columns[0].values)


@dataclass(frozen=True)
class WrittenFile:
    """What came out, and what the format could not hold.

    Attributes
    ----------
    shortened : tuple of str
        Columns of which a label was cut at the format's limit; the codebook page has it whole.
    renamed : mapping of str to str
        Columns whose name the package does not take, with the name they got.
    """

    path: Path
    rows: int
    columns: int
    shortened: tuple[str, ...]
    renamed: Mapping[str, str]


def languages_of(codebook: Codebook) -> tuple[str, ...]:
    """Give the languages in which the codebook has words, its own first."""
    found = dict.fromkeys(codebook.languages)
    for variable in codebook.variables.values():
        found |= dict.fromkeys(variable.label)
        for option in variable.codes:
            found |= dict.fromkeys(option.label)
    return tuple(found)


def labelled_file(
    responses: Responses,
    *,
    language: str,
    numbering: Numbering | None = None,
    design: Sequence[DesignColumn] | None = None,
) -> LabelledFile:
    """Turn responses into labelled numbers.

    Parameters
    ----------
    responses : Responses
    language : str
        Of the labels; where the codebook lacks a text in it, another language stands in.
    numbering : Numbering, optional
        The study's frozen table; see `number_responses` for what holds without it.
    design : sequence of DesignColumn, optional
        Weights and the like; by default those of the responses' own design.

    Raises
    ------
    AnalysisError
        If the codebook has no text in the language, or holds answers in people's own words.
    ReleaseError
        If an answer is not in the codebook; nothing is dropped.

    Notes
    -----
    Only columns that the codebook describes come in, with person, case, wave and version.
    """
    codebook = responses.codebook
    held = languages_of(codebook)
    if language not in held:
        raise AnalysisError(f"the codebook has no texts in '{language}', only {', '.join(held)}")
    refuse_own_words(codebook)
    numbers = number_responses(responses, numbering)
    columns = [
        _head_column(responses.table[name], name, words(HEAD[name], language))
        for name in head_columns(responses)
    ]
    for variable in codebook.variables.values():
        columns += _variable_columns(responses, variable, numbers, language)
    beside = design_columns(responses) if design is None else design
    columns += [_design_column(one, language) for one in beside]
    manifest = responses.manifest
    marked = "SYNTHETIC, invented people: " if manifest.synthetic else ""
    return LabelledFile(
        title=f"{marked}{codebook.study} {', '.join(map(str, manifest.waves))}",
        language=language,
        columns=tuple(columns),
        sets=tuple(_sets(codebook, {column.name for column in columns}, language)),
        missing_labels={
            kind: words(codebook.missing.get(kind.value, {}), language, kind.value)
            for kind in Missing
        },
        notes=standing_notes(manifest),
    )


def head_columns(responses: Responses) -> list[str]:
    """Give the columns that name the row, as far as they are there and not in the codebook."""
    described = {column for one in responses.codebook.variables.values() for column in one.columns}
    return [name for name in HEAD if name in responses.table.columns and name not in described]


def option_label(variable: Variable, code: str, language: str) -> str:
    """Give the words of an answer, also of a confirmation; the code itself where there are none."""
    if not variable.codes and code in CONFIRM_LABELS and variable.kind == "confirm":
        return words(CONFIRM_LABELS[code], language)
    return variable.code_label(code, language)


def measure_of(variable: Variable, form: Form) -> Measure:
    """Guess the level: scales are ordinal, and so are classes and months; names are nominal.

    A list of codes is a scale when all of them but one (such as "does not apply") begin with a
    digit.
    """
    if form is Form.NUMBER:
        return Measure.SCALE
    if form is not Form.CODES:
        return Measure.ORDINAL
    codes = [option.code for option in variable.codes]
    named = sum(not code[:1].isdigit() for code in codes)
    is_scale = not variable.is_multiple and len(codes) > 2 and named <= 1
    return Measure.ORDINAL if is_scale else Measure.NOMINAL


def refuse_own_words(codebook: Codebook) -> None:
    """Raise `AnalysisError` if the codebook has variables that hold what people wrote."""
    found = [name for name, one in codebook.variables.items() if one.kind in _OWN_WORDS]
    if found:
        raise AnalysisError(
            f"answers in people's own words never enter a file before they are coded: {found[0]}"
        )


def _sets(codebook: Codebook, present: set[str], language: str) -> Iterator[ResponseSet]:
    for variable in codebook.variables.values():
        columns = tuple(column for column in variable.columns if column in present)
        if variable.is_multiple and len(columns) > 1:
            yield ResponseSet(variable.name, words(variable.label, language), columns)


# --- columns --------------------------------------------------------------------------------------


def _head_column(column: pd.Series, name: str, label: str) -> LabelledColumn:
    if name != "wave":
        return LabelledColumn(name, label, _text(column), Measure.NOMINAL)
    values = pd.to_numeric(column).to_numpy(dtype=float)
    return LabelledColumn(name, label, values, Measure.ORDINAL)


def _design_column(one: DesignColumn, language: str) -> LabelledColumn:
    text = one.values.dtype == np.object_
    return LabelledColumn(
        name=one.name,
        label=one.label.get(language) or words(one.label, "en"),
        values=one.values,
        measure=Measure.NOMINAL if text else Measure.SCALE,
    )


def _text(column: pd.Series) -> TextArray:
    return column.astype(str).to_numpy(dtype=object)


def _variable_columns(
    responses: Responses, variable: Variable, numbering: Numbering, language: str
) -> Iterator[LabelledColumn]:
    numbered = numbering[variable.name]
    present = [column for column in variable.columns if column in responses.table.columns]
    for column in present:
        if variable.is_multiple:
            code = column.removeprefix(f"{variable.name}__")
            yield _choice_column(responses, variable, numbered, code, language)
            continue
        yield LabelledColumn(
            name=column,
            label=words(variable.label, language, variable.name),
            values=_encoded(responses.table[column], variable, numbered.number),
            measure=measure_of(variable, numbered.form),
            value_labels={
                number: option_label(variable, code, language)
                for code, number in numbered.numbers.items()
            },
            missing=numbered.missing,
        )


def _choice_column(
    responses: Responses, variable: Variable, numbered: Numbered, code: str, language: str
) -> LabelledColumn:
    option = option_label(variable, code, language)
    column = f"{variable.name}__{code}"
    return LabelledColumn(
        name=column,
        label=f"{option} – {words(variable.label, language, variable.name)}",
        values=_encoded(responses.table[column], variable, _CHOSEN.number),
        measure=Measure.NOMINAL,
        value_labels={0: NOT_CHOSEN.get(language) or NOT_CHOSEN["en"], 1: option},
        missing=numbered.missing,
        short_name=f"{variable.name}__{numbered.numbers[code]}",
    )


def _encoded(column: pd.Series, variable: Variable, number: Callable[[str], float]) -> FloatArray:
    """Give each cell its number; an empty cell, in waves without the variable, is NaN."""
    positions, distinct = pd.factorize(column)
    numbers = []
    for answer in map(str, distinct):
        try:
            numbers.append(number(answer) if answer else np.nan)
        except (KeyError, ValueError):
            raise ReleaseError(
                f"variable '{variable.name}': the answer {answer!r} is not in the codebook"
            ) from None
    return np.asarray([*numbers, np.nan], dtype=np.float64)[positions]
