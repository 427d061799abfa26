"""Writing a recipe back as YAML, for recipes that a program made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from analysis.weighting.distance import Distance
from analysis.weighting.recipe import (
    Attrition,
    Base,
    Calibrate,
    MarginRule,
    MarginSource,
    Nonresponse,
    Recipe,
    Step,
    Trim,
)


def recipe_text(recipe: Recipe) -> str:
    """Give the YAML text that `parse_recipe` reads as the same recipe."""
    top: dict[str, Any] = {
        "weight": recipe.weight,
        "title": dict(recipe.title) or None,
        "waves": list(recipe.waves),
        "sample": recipe.sample,
        "respondents": list(recipe.respondents),
        "lonely": recipe.lonely.value,
        "blocks": None,
        "steps": [_step(step) for step in recipe.steps],
    }
    if recipe.blocks is not None:
        top["blocks"] = _given(
            variable=recipe.blocks.variable,
            codes=list(recipe.blocks.codes),
            all=recipe.blocks.everything,
        )
    return yaml.safe_dump(_given(**top), sort_keys=False, allow_unicode=True, width=100)


def _step(step: Step) -> dict[str, Any]:
    match step:
        case Base():
            return {"base": _given(**{"from": step.start}, mix=list(step.mix), where=step.where)}
        case Nonresponse():
            return {
                "nonresponse": _given(
                    method=step.method,
                    cells=list(step.cells),
                    predictors=list(step.predictors),
                    classes=step.classes,
                    weighted=step.weighted,
                    min_respondents=step.min_respondents,
                    max_factor=step.max_factor,
                )
            }
        case Attrition():
            return {
                "attrition": {
                    "wave": step.wave,
                    "predictors": list(step.predictors),
                    "method": step.method,
                    "classes": step.classes,
                    "weighted": step.weighted,
                }
            }
        case Trim():
            return {
                "trim": _given(
                    upper_median=step.upper_median,
                    lower_median=step.lower_median,
                    strict=step.strict,
                )
            }
        case Calibrate():
            return {"calibrate": _calibrate(step)}


def _calibrate(step: Calibrate) -> dict[str, Any]:
    total = _source(step.total) if isinstance(step.total, MarginSource) else step.total
    return _given(
        distance=Distance(step.distance).value,
        bounds=None if step.bounds is None else list(step.bounds),
        reference_date=step.reference_date,
        total=total,
        rounding=step.rounding,
        less_exits=step.less_exits,
    ) | {"margins": [_margin(rule) for rule in step.margins]}


def _margin(rule: MarginRule) -> dict[str, Any]:
    merge = _given(below=rule.merge_below, into=_into(rule.merge_into))
    return _given(
        name=rule.name,
        levels=[{"when": level.when, "value": level.value} for level in rule.levels],
        remainder=rule.remainder,
        unlisted=rule.unlisted,
        merge=merge,
        **{"from": _source(rule.source)},
    )


def _into(moves: Mapping[str, str]) -> str | dict[str, str]:
    return moves["*"] if set(moves) == {"*"} else dict(moves)


def _source(source: MarginSource) -> dict[str, Any]:
    return _given(margin=source.margin, key=source.key, where=dict(source.where))


def _given(**values: Any) -> dict[str, Any]:  # noqa: ANN401  # whatever YAML can hold
    """Leave out what is absent or empty."""
    return {k: v for k, v in values.items() if v is not None and v not in ("", [], {})}
