"""What the variables of a release mean: labels, codes, bases, typed missing codes."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from analysis.errors import ReleaseError, UnknownVariableError


class Missing(StrEnum):
    """Why there is no substantive answer."""

    DK = "dk"
    REF = "ref"
    SKIP = "skip"
    NA_ROUTE = "na_route"
    BREAK_OFF = "break_off"


MISSING_CODES = frozenset(code.value for code in Missing)
CATEGORICAL = frozenset(
    {"single", "derived", "assigned", "frame", "paradata", "confirm", "consent"}
)
"""Kinds with one code per person; ``code_list`` has too many codes to be a table's stub."""


@dataclass(frozen=True, slots=True)
class Code:
    """One answer option."""

    code: str
    label: Mapping[str, str]
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of the release.

    ``columns`` holds the columns in `responses.csv`: the name itself, or one ``name__code`` for
    each option of a multiple-choice question, with 1, 0 or a missing code in each.
    """

    name: str
    kind: str
    waves: tuple[int, ...]
    label: Mapping[str, str]
    question: Mapping[str, str]
    codes: tuple[Code, ...]
    columns: tuple[str, ...]
    base: str = "true"
    concept: str | None = None
    module: str | None = None
    block: str | None = None
    sensitive: bool = False
    research_questions: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    unit: Mapping[str, str] | None = None

    @property
    def is_multiple(self) -> bool:
        """Whether a person may choose several codes."""
        return self.kind == "multiple"

    @property
    def is_categorical(self) -> bool:
        """Whether its codes can be shared out in a table."""
        return self.is_multiple or (self.kind in CATEGORICAL and bool(self.codes))

    def code_label(self, code: str, language: str) -> str:
        """Give the words of an option; the code itself where the codebook has none."""
        for option in self.codes:
            if option.code == code:
                return words(option.label, language, code)
        return code


@dataclass(frozen=True)
class Codebook:
    """All variables of a release in questionnaire order."""

    study: str
    languages: tuple[str, ...]
    missing: Mapping[str, Mapping[str, str]]
    variables: Mapping[str, Variable] = field(repr=False)
    title: Mapping[str, str] = field(default_factory=dict)
    research_questions: Mapping[str, Mapping[str, str]] = field(repr=False, default_factory=dict)

    def __getitem__(self, name: str) -> Variable:
        """Give a variable.

        Raises
        ------
        UnknownVariableError
            With the nearest names, when there is no such variable.
        """
        try:
            return self.variables[name]
        except KeyError:
            near = difflib.get_close_matches(name, self.variables, n=3)
            hint = f"; did you mean {', '.join(near)}?" if near else ""
            raise UnknownVariableError(f"variable '{name}' is not in the codebook{hint}") from None

    def __contains__(self, name: object) -> bool:
        return name in self.variables


def words(text: Mapping[str, str], language: str, otherwise: str = "") -> str:
    """Give a text in a language, in another language if need be, or ``otherwise``."""
    return text.get(language) or next((t for t in text.values() if t), otherwise)


def read_codebook(path: Path) -> Codebook:
    """Read ``codebook.json``.

    Raises
    ------
    ReleaseError
        If the file is no JSON, lacks a required key, or defines a variable twice.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ReleaseError(f"{path}: not a codebook: {error!r}") from error
    return codebook_of(document, str(path))


def codebook_of(document: Mapping[str, Any], source: str) -> Codebook:
    """Give the codebook that a document in the form of ``codebook.json`` describes.

    Raises
    ------
    ReleaseError
        With ``source``, if a required key is missing or a variable defined twice.
    """
    try:
        variables = [_variable(entry) for entry in document["variables"]]
        codebook = Codebook(
            study=document["study"],
            languages=tuple(document["languages"]),
            missing=document.get("missing", {}),
            variables={variable.name: variable for variable in variables},
            title=document.get("title", {}),
            research_questions=document.get("research_questions", {}),
        )
    except (KeyError, TypeError) as error:
        raise ReleaseError(f"{source}: not a codebook: {error!r}") from error
    if len(codebook.variables) < len(variables):
        names = [variable.name for variable in variables]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ReleaseError(f"{source}: defined twice: {', '.join(twice)}")
    return codebook


def _variable(entry: Mapping[str, Any]) -> Variable:
    return Variable(
        name=entry["name"],
        kind=entry["kind"],
        waves=tuple(entry.get("waves") or ()),
        label=entry.get("label") or {},
        question=entry.get("question") or {},
        codes=tuple(
            Code(str(c["code"]), c.get("label") or {}, bool(c.get("exclusive")))
            for c in entry.get("codes") or ()
        ),
        columns=tuple(entry.get("columns") or (entry["name"],)),
        base=entry.get("base") or "true",
        concept=entry.get("concept"),
        module=entry.get("module"),
        block=entry.get("block"),
        sensitive=bool(entry.get("sensitive")),
        research_questions=tuple(entry.get("research_questions") or ()),
        indicators=tuple(entry.get("indicators") or ()),
        unit=entry.get("unit"),
    )
