"""Answers of a wave as small integers, each variable coded once for all tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.arrays import BoolArray, FloatArray
from analysis.codebook import Missing, Variable
from analysis.errors import AnalysisError, ReleaseError
from analysis.expression import parse
from analysis.responses import Release, Responses

CodeArray = NDArray[np.int16]
BLANK = -1
"""No entry at all: the variable is not of this wave."""
MISSING_KINDS = tuple(kind.value for kind in Missing)


def code_of(kind: str) -> int:
    """Give the negative code of a kind of missing answer."""
    return BLANK - 1 - MISSING_KINDS.index(kind)


@dataclass(frozen=True, eq=False)
class Choices:
    """Answers to a multiple choice.

    ``state`` is 0 for those who answered, else the code of why not; ``chosen`` has a column for
    each option.
    """

    state: CodeArray = field(repr=False)
    chosen: BoolArray = field(repr=False)


@dataclass(frozen=True, eq=False)
class Numbers:
    """Answers that are numbers: ``value`` has NaN where ``state`` is not 0."""

    state: CodeArray = field(repr=False)
    value: FloatArray = field(repr=False)


class WaveAnswers:
    """All interviews of one wave of a release; arrays have one element for each of them.

    Kept are codes of two bytes; the text of a column is looked at once.
    """

    def __init__(self, release: Release, wave: int) -> None:
        self.release = release
        self.wave = wave
        self.rows = np.flatnonzero((release.responses["wave"] == str(wave)).to_numpy(dtype=bool))
        self._single: dict[str, CodeArray] = {}
        self._choices: dict[str, Choices] = {}
        self._numbers: dict[str, Numbers] = {}
        self._conditions: dict[str, BoolArray] = {}

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def persons(self) -> pd.Series:
        """person_id of each interview."""
        return self.release.responses["person_id"].iloc[self.rows]

    def codes(self, name: str) -> tuple[str, ...]:
        """Give the codes of a variable in the codebook's order."""
        return tuple(option.code for option in self.release.codebook[name].codes)

    def single(self, name: str) -> CodeArray:
        """Give the place of each answer among the codes of a variable, negative where missing.

        Raises
        ------
        ReleaseError
            If an answer is not in the codebook.
        """
        if name not in self._single:
            self._single[name] = self._coded(name, self.codes(name))
        return self._single[name]

    def choices(self, name: str) -> Choices:
        """Give the answers to a multiple-choice variable."""
        if name not in self._choices:
            variable = self.release.codebook[name]
            options = [self._coded(column, ["0", "1"]) for column in variable.columns]
            state = np.minimum(options[0], 0).astype(np.int16)
            chosen = np.stack([option == 1 for option in options], axis=1)
            self._choices[name] = Choices(state, chosen)
        return self._choices[name]

    def numbers(self, name: str) -> Numbers:
        """Give the answers to a number variable.

        Raises
        ------
        AnalysisError
            If an answer is no number.
        """
        if name not in self._numbers:
            place, found = self._factorized(name)
            state = np.array([_missing_code(text) or 0 for text in found], dtype=np.int16)
            read = pd.to_numeric(pd.Series(found, dtype=object), errors="coerce")
            value = read.where(state == 0).to_numpy(dtype=float, na_value=np.nan)
            stray = [
                text for text, s, v in zip(found, state, value, strict=True) if s == 0 and v != v
            ]
            if stray:
                raise AnalysisError(f"'{name}': answers that are no numbers: {_listed(stray)}")
            self._numbers[name] = Numbers(state[place], value[place])
        return self._numbers[name]

    def state(self, variable: Variable) -> CodeArray:
        """Give 0 or more for those who answered a variable, else the code of why not."""
        if variable.is_multiple:
            return self.choices(variable.name).state
        if variable.codes:
            return self.single(variable.name)
        return self.numbers(variable.name).state

    def meets(self, condition: str | None) -> BoolArray:
        """Tell which interviews meet a condition of the item bank; all meet None."""
        text = condition or "true"
        if text not in self._conditions:
            expression = parse(text)
            self._conditions[text] = expression(self._responses(expression.reads))
        return self._conditions[text]

    def _responses(self, names: Sequence[str]) -> Responses:
        """Give the columns of a few variables, as conditions want them."""
        codebook = self.release.codebook
        wanted = ["person_id"]
        for name in names:
            wanted += codebook[name].columns if name in codebook else [name]
        have = [name for name in dict.fromkeys(wanted) if name in self.release.responses]
        table = self.release.responses[have].iloc[self.rows].reset_index(drop=True)
        return Responses(table, codebook, self.release.manifest)

    def _factorized(self, column: str) -> tuple[NDArray[np.int64], list[str]]:
        """Give the distinct texts of a column, and which each interview has."""
        if column not in self.release.responses.columns:
            return np.zeros(len(self), dtype=np.int64), [""]
        text = self.release.responses[column]
        if not isinstance(text.dtype, pd.CategoricalDtype):
            text = text.astype("category")
        place = text.cat.codes.to_numpy()[self.rows]
        return place.astype(np.int64), [str(found) for found in text.cat.categories]

    def _coded(self, column: str, codes: Sequence[str]) -> CodeArray:
        place, found = self._factorized(column)
        positions = {code: k for k, code in enumerate(codes)}
        lookup = [positions.get(text, _missing_code(text)) for text in found]
        stray = [text for text, k in zip(found, lookup, strict=True) if k is None]
        if stray:
            raise ReleaseError(
                f"variable '{column}': answers not in the codebook: {_listed(stray)}"
            )
        return np.array(lookup or [BLANK], dtype=np.int16)[place]


def _missing_code(text: str) -> int | None:
    if text == "":
        return BLANK
    return code_of(text) if text in MISSING_KINDS else None


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(sorted(set(texts))[:10])
