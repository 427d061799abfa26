"""A weight as an ordered list of steps, read from YAML and checked before anything is computed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from analysis.design import LonelyPSU
from analysis.errors import AnalysisError
from analysis.expression import parse
from analysis.weighting.distance import Distance
from analysis.yaml_source import Document, KeyPath, parse_document

RESPONDED = ("1.1", "1.2")
"""AAPOR codes of complete and partial interviews."""


@dataclass(frozen=True)
class Base:
    """Start from N_h / n_h of the people in scope, or from another weight of the same folder.

    ``mix`` names the variables whose crossing gives the domains in which samples of different years
    are mixed; ``where`` restricts open-link respondents.
    """

    start: str | None = None
    mix: tuple[str, ...] = ()
    where: str | None = None


@dataclass(frozen=True)
class Nonresponse:
    """Let respondents stand for nonrespondents alike."""

    method: str
    cells: tuple[str, ...] = ()
    predictors: tuple[str, ...] = ()
    classes: int = 5
    weighted: bool = False
    min_respondents: int = 30
    max_factor: float = 3.0


@dataclass(frozen=True)
class Attrition:
    """Let those who stayed stand for those who left, by their answers in an earlier wave."""

    wave: int
    predictors: tuple[str, ...]
    method: str = "inverse"
    classes: int = 5
    weighted: bool = False


@dataclass(frozen=True)
class LevelRule:
    """Which level of a margin a person has: a template filled from the frame, under a condition."""

    when: str
    value: str


@dataclass(frozen=True)
class MarginSource:
    """Where the targets stand in ``margins.csv``."""

    margin: str
    key: str
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class MarginRule:
    """One margin of a calibration: how levels are formed and where their targets come from."""

    name: str
    levels: tuple[LevelRule, ...]
    source: MarginSource
    remainder: str | None = None
    unlisted: str | None = None
    merge_below: int = 0
    merge_into: Mapping[str, str] = field(default_factory=dict)
    """Where a level with few respondents goes; the key ``*`` is for all levels not named."""


@dataclass(frozen=True)
class Calibrate:
    """Make the weights meet population margins."""

    margins: tuple[MarginRule, ...]
    total: MarginSource | float
    reference_date: str | None = None
    distance: Distance = Distance.RAKING
    bounds: tuple[float, float] | None = None
    rounding: float = 0.001
    less_exits: bool = False
    """Take people who left since the first wave, as estimated, off the totals."""


@dataclass(frozen=True)
class Trim:
    """Cut large weights and spread what was cut off."""

    upper_median: float
    lower_median: float | None = None
    strict: bool = True


Step = Base | Nonresponse | Attrition | Calibrate | Trim


@dataclass(frozen=True)
class Blocks:
    """Random blocks of items: who was asked which, and the code of people who were asked all."""

    variable: str
    codes: tuple[str, ...]
    everything: str | None = None


@dataclass(frozen=True)
class Recipe:
    """How one weight is made.

    ``sample`` is ``probability`` (people drawn with a known chance) or ``open`` (people who came by
    the open link; the weight is then model-based).
    """

    weight: str
    waves: tuple[int, ...]
    steps: tuple[Step, ...]
    title: Mapping[str, str] = field(default_factory=dict)
    sample: str = "probability"
    respondents: tuple[str, ...] = RESPONDED
    lonely: LonelyPSU = LonelyPSU.FAIL
    blocks: Blocks | None = None
    folder: Path | None = None
    digest: str = ""


_TOP = frozenset({"weight", "waves", "steps", "title", "sample", "respondents", "lonely", "blocks"})


def read_recipe(path: Path | str) -> Recipe:
    """Read a recipe file.

    Raises
    ------
    RecipeError
        Listing every problem with its line.
    """
    path = Path(path)
    return parse_recipe(path.read_text(encoding="utf-8"), source=str(path), folder=path.parent)


def parse_recipe(text: str, *, source: str = "recipe", folder: Path | None = None) -> Recipe:
    """Read a recipe from YAML text."""
    document = parse_document(text, source)
    top = document.mapping_at(document.content, (), _TOP, frozenset({"weight", "waves", "steps"}))
    waves = document.list_at(top.get("waves"), ("waves",))
    steps = document.list_at(top.get("steps"), ("steps",))
    recipe = Recipe(
        weight=document.text_at(top.get("weight"), ("weight",)),
        waves=tuple(int(document.number_at(w, ("waves", k))) for k, w in enumerate(waves)),
        steps=tuple(_step(document, step, ("steps", k)) for k, step in enumerate(steps)),
        title=top.get("title") or {},
        sample=_one_of(
            document, top.get("sample", "probability"), ("sample",), "probability", "open"
        ),
        respondents=_texts(document, top.get("respondents", list(RESPONDED)), ("respondents",)),
        lonely=LonelyPSU(_one_of(document, top.get("lonely", "fail"), ("lonely",), *LonelyPSU)),
        blocks=_blocks(document, top.get("blocks"), ("blocks",)),
        folder=folder,
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )
    if recipe.steps and not isinstance(recipe.steps[0], Base):
        document.problem(("steps",), "the first step must be 'base'")
    document.done()
    return recipe


def _step(document: Document, content: object, path: KeyPath) -> Step:
    if isinstance(content, str):
        content = {content: None}
    if not isinstance(content, dict) or len(content) != 1:
        document.problem(path, "a step is one of base, nonresponse, attrition, calibrate, trim")
        return Base()
    name, arguments = next(iter(content.items()))
    reader = _READERS.get(name)
    if reader is None:
        document.problem((*path, name), f"unknown step '{name}'; known: {', '.join(_READERS)}")
        return Base()
    return reader(document, arguments, (*path, name))


def _base(document: Document, content: object, path: KeyPath) -> Base:
    found = document.mapping_at(content, path, frozenset({"from", "mix", "where"}))
    start, where = found.get("from"), found.get("where")
    return Base(
        start=None if start is None else document.text_at(start, (*path, "from")),
        mix=_texts(document, found.get("mix", []), (*path, "mix")),
        where=None if where is None else _condition(document, where, (*path, "where")),
    )


def _blocks(document: Document, content: object, path: KeyPath) -> Blocks | None:
    if content is None:
        return None
    found = document.mapping_at(
        content, path, frozenset({"variable", "codes", "all"}), frozenset({"variable", "codes"})
    )
    everything = found.get("all")
    return Blocks(
        variable=document.text_at(found.get("variable"), (*path, "variable")),
        codes=_texts(document, found.get("codes", []), (*path, "codes")),
        everything=None if everything is None else document.text_at(everything, (*path, "all")),
    )


def _condition(document: Document, content: object, path: KeyPath) -> str:
    text = document.text_at(content, path)
    try:
        parse(text)
    except AnalysisError as error:
        document.problem(path, str(error))
    return text


def _nonresponse(document: Document, content: object, path: KeyPath) -> Nonresponse:
    allowed = frozenset(
        {"method", "cells", "predictors", "classes", "weighted", "min_respondents", "max_factor"}
    )
    found = document.mapping_at(content, path, allowed, frozenset({"method"}))
    method = _one_of(
        document, found.get("method"), (*path, "method"), "classes", "inverse", "quantiles"
    )
    needed = "cells" if method == "classes" else "predictors"
    if needed not in found:
        document.problem(path, f"method {method} needs '{needed}'")
    return Nonresponse(
        method=method,
        cells=_texts(document, found.get("cells", []), (*path, "cells")),
        predictors=_texts(document, found.get("predictors", []), (*path, "predictors")),
        classes=int(document.number_at(found.get("classes", 5), (*path, "classes"))),
        weighted=bool(found.get("weighted", False)),
        min_respondents=int(document.number_at(found.get("min_respondents", 30), path)),
        max_factor=document.number_at(found.get("max_factor", 3.0), (*path, "max_factor")),
    )


def _attrition(document: Document, content: object, path: KeyPath) -> Attrition:
    allowed = frozenset({"wave", "predictors", "method", "classes", "weighted"})
    found = document.mapping_at(content, path, allowed, frozenset({"wave", "predictors"}))
    return Attrition(
        wave=int(document.number_at(found.get("wave"), (*path, "wave"))),
        predictors=_texts(document, found.get("predictors", []), (*path, "predictors")),
        method=_one_of(document, found.get("method", "inverse"), path, "inverse", "quantiles"),
        classes=int(document.number_at(found.get("classes", 5), (*path, "classes"))),
        weighted=bool(found.get("weighted", False)),
    )


def _calibrate(document: Document, content: object, path: KeyPath) -> Calibrate:
    allowed = frozenset(
        {"distance", "bounds", "total", "reference_date", "rounding", "less_exits", "margins"}
    )
    found = document.mapping_at(content, path, allowed, frozenset({"total", "margins"}))
    margins = document.list_at(found.get("margins"), (*path, "margins"))
    bounds = found.get("bounds")
    date = found.get("reference_date")
    total = found.get("total")
    return Calibrate(
        margins=tuple(_margin(document, m, (*path, "margins", k)) for k, m in enumerate(margins)),
        total=_source(document, total, (*path, "total"))
        if isinstance(total, dict)
        else document.number_at(total, (*path, "total")),
        reference_date=None if date is None else document.text_at(date, (*path, "reference_date")),
        distance=Distance(_one_of(document, found.get("distance", "raking"), path, *Distance)),
        bounds=None if bounds is None else _pair(document, bounds, (*path, "bounds")),
        rounding=document.number_at(found.get("rounding", 0.001), (*path, "rounding")),
        less_exits=bool(found.get("less_exits", False)),
    )


def _margin(document: Document, content: object, path: KeyPath) -> MarginRule:
    allowed = frozenset({"name", "levels", "from", "remainder", "unlisted", "merge"})
    found = document.mapping_at(content, path, allowed, frozenset({"name", "levels", "from"}))
    merge = document.mapping_at(found.get("merge"), (*path, "merge"), frozenset({"below", "into"}))
    return MarginRule(
        name=document.text_at(found.get("name"), (*path, "name")),
        levels=_levels(document, found.get("levels"), (*path, "levels")),
        source=_source(document, found.get("from"), (*path, "from")),
        remainder=found.get("remainder"),
        unlisted=found.get("unlisted"),
        merge_below=int(document.number_at(merge.get("below", 0), (*path, "merge"))),
        merge_into=_merge_into(document, merge.get("into"), (*path, "merge", "into")),
    )


def _merge_into(document: Document, content: object, path: KeyPath) -> dict[str, str]:
    """One level for all, or a mapping from small level to the level it joins."""
    if content is None:
        return {}
    if isinstance(content, dict):
        return {k: document.text_at(v, (*path, k)) for k, v in content.items()}
    return {"*": document.text_at(content, path)}


def _levels(document: Document, content: object, path: KeyPath) -> tuple[LevelRule, ...]:
    if isinstance(content, str):
        return (LevelRule("true", content),)
    rules = []
    for k, rule in enumerate(document.list_at(content, path)):
        found = document.mapping_at(
            rule, (*path, k), frozenset({"when", "value"}), frozenset({"value"})
        )
        when = _condition(document, found.get("when", "true"), (*path, k, "when"))
        rules.append(LevelRule(when, document.text_at(found.get("value"), (*path, k, "value"))))
    return tuple(rules)


def _source(document: Document, content: object, path: KeyPath) -> MarginSource:
    allowed = frozenset({"margin", "key", "where"})
    found = document.mapping_at(content, path, allowed, frozenset({"margin"}))
    where = found.get("where") or {}
    return MarginSource(
        margin=document.text_at(found.get("margin"), (*path, "margin")),
        key=document.text_at(found.get("key"), (*path, "key"), default=""),
        where={k: document.text_at(v, (*path, "where", k)) for k, v in where.items()},
    )


def _trim(document: Document, content: object, path: KeyPath) -> Trim:
    found = document.mapping_at(
        content,
        path,
        frozenset({"upper_median", "lower_median", "strict"}),
        frozenset({"upper_median"}),
    )
    lower = found.get("lower_median")
    return Trim(
        upper_median=document.number_at(found.get("upper_median"), (*path, "upper_median")),
        lower_median=None if lower is None else document.number_at(lower, (*path, "lower_median")),
        strict=bool(found.get("strict", True)),
    )


def _texts(document: Document, content: object, path: KeyPath) -> tuple[str, ...]:
    items = document.list_at(content, path)
    return tuple(document.text_at(item, (*path, k)) for k, item in enumerate(items))


def _pair(document: Document, content: object, path: KeyPath) -> tuple[float, float]:
    items = document.list_at(content, path)
    if len(items) != 2:
        document.problem(path, "two bounds were expected, as [0.3, 3]")
        return (0.0, 2.0)
    return document.number_at(items[0], path), document.number_at(items[1], path)


def _one_of(document: Document, content: object, path: KeyPath, *choices: str) -> str:
    if content not in choices:
        document.problem(path, f"{content!r} is none of {', '.join(choices)}")
        return choices[0]
    return str(content)


_READERS: Mapping[str, Callable[[Document, Any, KeyPath], Step]] = {
    "base": _base,
    "nonresponse": _nonresponse,
    "attrition": _attrition,
    "calibrate": _calibrate,
    "trim": _trim,
}
