"""Weights in words: what each is for, what each step of its recipe does."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from babel import Locale

from app.services.publication.weight_guard import FEW
from app.services.publication.weight_pictures import WeightPicture
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.labels import code_words


def title_of(one: WeightPicture, language: str) -> str:
    """Return what the study calls a weight, with its block."""
    words = one.title.get(language) or one.title.get("nl") or one.name
    return words if one.block is None else f"{words} ({one.block.upper()})"


def use_words(_: Translate, one: WeightPicture) -> str:
    """Return which tables take a weight."""
    waves = ", ".join(map(str, one.waves))
    if one.sample == "open":
        return _("Who came by the open link of %(waves)s, apart: model-based", waves=waves)
    if one.block is not None:
        return _(
            "Questions of random block %(block)s in %(waves)s", block=one.block.upper(), waves=waves
        )
    if len(one.waves) == 1:
        return _("Tables of wave %(waves)s", waves=waves)
    return _("The same people in %(waves)s: how they changed", waves=waves)


def step_name(_: Translate, step: str) -> str:
    """Return what a kind of step is called."""
    return {
        "base": _("Start"),
        "block": _("Random block"),
        "nonresponse": _("Who did not answer"),
        "attrition": _("Who was lost on the way"),
        "trim": _("Large weights cut"),
        "calibrate": _("Population figures met"),
    }.get(step, step)


def recipe_words(_: Translate, figures: Figures, one: WeightPicture) -> list[tuple[str, str]]:
    """Return the recipe: the name of each step and what it does."""
    listed = [(str(step["step"]), _step(_, figures, one, step)) for step in one.plan]
    if one.block is not None:
        words = _(
            "Only people who were asked this block. It was drawn by chance, so they stand for all."
        )
        listed.insert(1, ("block", words))
    return [(step_name(_, name), words) for name, words in listed]


def _step(_: Translate, figures: Figures, one: WeightPicture, step: Mapping[str, Any]) -> str:
    match step["step"]:
        case "base":
            return _base(_, one, step)
        case "nonresponse":
            return _nonresponse(_, step)
        case "attrition":
            return _(
                "Who took part in %(wave)s also stands for who was asked and did not, by the "
                "chance to stay. A logistic regression estimates it from: %(predictors)s. Who "
                "died, moved abroad or left the population otherwise is taken out, and nobody "
                "stands for them.",
                wave=step["wave"],
                predictors=", ".join(step["predictors"]),
            )
        case "trim":
            return _(
                "Weights above %(times)s times the median are cut, and what is cut is spread over "
                "the others.",
                times=figures.decimal(float(step["upper_median"]), 1),
            )
        case "calibrate":
            return _calibrate(_, step)
        case other:
            return str(other)


def _base(_: Translate, one: WeightPicture, step: Mapping[str, Any]) -> str:
    if step.get("start"):
        return _("Begins with the finished weight %(weight)s.", weight=step["start"])
    if one.sample == "open":
        return _("Everybody who came by the open link begins with the same weight.")
    return _(
        "Everybody who was drawn and belongs to the population begins with the number of people "
        "in the stratum, divided by how many were drawn from it."
    )


def _nonresponse(_: Translate, step: Mapping[str, Any]) -> str:
    names = ", ".join([*step.get("cells", ()), *step.get("predictors", ())])
    if step["method"] == "classes":
        return _(
            "In each class of %(names)s, who answered also stands for who did not.", names=names
        )
    return _(
        "Who answered also stands for who did not, by the chance to answer, estimated from "
        "%(names)s.",
        names=names,
    )


def _calibrate(_: Translate, step: Mapping[str, Any]) -> str:
    names = ", ".join(str(one["name"]) for one in step["margins"])
    date = step.get("reference_date") or "–"
    words = {
        "raking": _("by raking"),
        "linear": _("by a linear distance"),
        "logit": _("by a bounded logit distance"),
    }
    how = words.get(str(step["distance"]), str(step["distance"]))
    return _(
        "The weights are changed as little as possible, %(how)s, until they meet the population "
        "figures of %(date)s for: %(names)s.",
        how=how,
        date=date,
        names=names,
    )


def level_words(_: Translate, locale: Locale, level: str) -> str:
    """Return a level of a margin or a stratum: a country, or a group with its act."""
    if level == "other":
        return _("Other nationalities")
    country = locale.territories.get(level)
    if country is not None:
        return str(country)
    return code_words(_, "groep" if "_" in level else "r_regime", level)


def at_fault(_: Translate, locale: Locale, levels: Sequence[tuple[str, str]]) -> str | None:
    """Return which levels make a weight impossible."""
    if not levels:
        return None
    listed = "; ".join(
        f"{level_words(_, locale, level)} ({margin}: {level})" for margin, level in levels
    )
    return _("At fault: %(levels)s", levels=listed)


_FEW = re.compile(r"\w+: margin (?P<margin>\w+), level '(?P<level>[^']+)' rests on (?P<n>\d+) .*")
_FACTOR = re.compile(r"\w+: largest factor (?P<factor>[\d.]+)")
_EFFECT = re.compile(r"design effect of weighting (?P<deff>[\d.]+)")


def remark_words(_: Translate, figures: Figures, remark: str) -> str:
    """Return a remark of the weighting in words; one of another kind as `analysis` says it."""
    if found := _FEW.fullmatch(remark):
        return _(
            "%(level)s: only %(n)s respondents",
            level=level_words(_, figures.locale, found["level"]),
            n=figures.count(int(found["n"]) or FEW),
        )
    if found := _FACTOR.fullmatch(remark):
        factor = figures.decimal(float(found["factor"]), 2)
        return _(
            "The largest factor is %(factor)s: look at the levels with few people", factor=factor
        )
    if found := _EFFECT.fullmatch(remark):
        deff = figures.decimal(float(found["deff"]), 2)
        return _("The design effect is %(deff)s: half of the precision is lost, or more", deff=deff)
    return remark
