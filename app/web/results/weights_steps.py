"""The steps of a weight as they went: tables of what each did, and to whom."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.services.publication.weight_pictures import WeightPicture
from app.web.respond.words import Translate
from app.web.results import weights_words
from app.web.staff.figures import NONE, Figures
from app.web.staff.view import Row, Table

FEW = 30
"""Respondents on a level, as `analysis.weighting.steps` warns."""


@dataclass(frozen=True, slots=True)
class StepView:
    """A step as it went: its name, its figures, its remarks and tables."""

    name: str
    facts: Sequence[tuple[str, str]]
    notes: Sequence[str]
    tables: Sequence[Table]


def margins_table(
    _: Translate,
    figures: Figures,
    rows: Sequence[Mapping[str, Any]],
    id: str,
    step: int | None = None,
) -> Table:
    """Return wanted and reached, and the levels that rest on few people."""
    return Table(
        id=id,
        caption=_("Population figures: wanted and reached")
        if step is None
        else _("Population figures of step %(step)s", step=step),
        head=[_("Level"), _("Wanted"), _("Reached"), _("Respondents"), _("Remark")],
        rows=[
            Row(
                weights_words.level_words(_, figures.locale, str(row["level"])),
                [
                    figures.count(row["target"]),
                    figures.count(row["reached"]),
                    figures.count(row["respondents"]),
                    _margin_remark(_, row),
                ],
            )
            for row in rows
        ],
    )


def _margin_remark(_: Translate, row: Mapping[str, Any]) -> str:
    if not math.isclose(row["target"], row["reached"], rel_tol=1e-6):
        return _("not met")
    if row["respondents"] < FEW:
        return _("rests on fewer than %(few)s", few=FEW)
    return _("met")


def steps_table(_: Translate, figures: Figures, steps: Sequence[Mapping[str, Any]]) -> Table:
    """Return what each step did to the weights."""
    return Table(
        id="steps",
        caption=_("What each step did to the weights"),
        head=[
            _("Step"), _("People"), _("Mean"), _("Smallest"), _("Largest"), _("Factors"),
            _("Design effect"), _("Worth as many"),
        ],
        rows=[
            Row(
                f"{k}. {weights_words.step_name(_, step['step'])}",
                [
                    figures.count(step["weights"]["n"]),
                    figures.decimal(step["weights"]["mean"], 1),
                    figures.decimal(step["weights"].get("min"), 1),
                    figures.decimal(step["weights"].get("max"), 1),
                    _factors(figures, step),
                    figures.decimal(step["weights"]["kish_deff"], 2),
                    figures.count(step["weights"]["n_eff"]),
                ],
            )
            for k, step in enumerate(steps, start=1)
        ],
    )  # fmt: skip


def _factors(figures: Figures, step: Mapping[str, Any]) -> str:
    found = step.get("factors")
    if not found:
        return NONE
    return f"{figures.decimal(found['g_min'], 2)} – {figures.decimal(found['g_max'], 2)}"


def step_view(_: Translate, figures: Figures, at: int, step: Mapping[str, Any]) -> StepView:
    """Return one step with its figures, remarks and tables."""
    tables = []
    if step.get("margins"):
        tables.append(margins_table(_, figures, step["margins"], f"margins-{at}", at + 1))
    if step.get("coefficients"):
        tables.append(_coefficients(_, figures, step["coefficients"], at))
    if step.get("classes"):
        tables.append(_classes(_, figures, step["classes"], at))
    return StepView(
        name=f"{at + 1}. {weights_words.step_name(_, step['step'])}",
        facts=list(_step_facts(_, figures, step)),
        notes=list(step.get("notes", ())),
        tables=tables,
    )


def _step_facts(
    _: Translate, figures: Figures, step: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    names = {
        "responded": _("Answered"),
        "stayed": _("Stayed"),
        "invited": _("Asked again"),
        "exits": _("Left the population"),
        "iterations": _("Rounds until it fitted"),
        "at_bound": _("Weights at a bound"),
        "cut_above": _("Cut from above"),
        "cut_below": _("Cut from below"),
    }
    for name, words in names.items():
        if step.get(name) is not None:
            yield words, figures.count(step[name])
    for name, words in {
        "left_out": _("Left out"),
        "not_asked": _("Not asked again, by reason"),
        "exits_by_reason": _("Left the population, by reason"),
    }.items():
        found = {key: count for key, count in (step.get(name) or {}).items() if count}
        if found:
            yield words, ", ".join(f"{key} {figures.count(n)}" for key, n in found.items())
    if step.get("upper") is not None:
        yield _("Limit"), figures.decimal(step["upper"], 1)
    if step.get("largest_misfit") is not None:
        yield _("Largest misfit"), figures.percent(step["largest_misfit"], 4)


def _coefficients(_: Translate, figures: Figures, found: Mapping[str, float], at: int) -> Table:
    return Table(
        id=f"coefficients-{at}",
        caption=_("Chance to stay: what raises and lowers it"),
        head=[_("Term"), _("Coefficient"), _("Odds ratio")],
        rows=[
            Row(term, [figures.decimal(value, 2), figures.decimal(math.exp(value), 2)])
            for term, value in found.items()
        ],
    )


def _classes(_: Translate, figures: Figures, rows: Sequence[Mapping[str, Any]], at: int) -> Table:
    return Table(
        id=f"classes-{at}",
        caption=_("Classes: who answered stands for who did not"),
        head=[_("Class"), _("Drawn"), _("Answered"), _("Factor")],
        rows=[
            Row(
                str(row["cell"]),
                [
                    figures.count(row.get("n_sample")),
                    figures.count(row.get("n_resp")),
                    figures.decimal(row["factor"], 2),
                ],
            )
            for row in rows
        ],
    )


def propensity_table(_: Translate, figures: Figures, one: WeightPicture) -> Table | None:
    """Return fifths of people by their chance to stay."""
    if not one.propensity:
        return None
    return Table(
        id="propensity",
        caption=_("Fifths of who stayed, by their estimated chance to stay"),
        head=[_("Chance to stay"), _("People"), _("Mean factor")],
        rows=[
            Row(
                f"{figures.percent(part.low)} – {figures.percent(part.high)}",
                [figures.count(part.people), figures.decimal(part.factor, 2)],
            )
            for part in one.propensity
        ],
    )


def strata_table(_: Translate, figures: Figures, rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return the weights of each stratum."""
    return Table(
        id="strata",
        caption=_("By stratum of the sample"),
        head=[
            _("Stratum"),
            _("Interviews"),
            _("Mean"),
            _("Smallest"),
            _("Largest"),
            _("Design effect"),
        ],
        rows=[
            Row(
                weights_words.level_words(_, figures.locale, str(row["level"])),
                [
                    figures.count(row["n"]),
                    figures.decimal(row["mean"], 1),
                    figures.decimal(row.get("min"), 1),
                    figures.decimal(row.get("max"), 1),
                    figures.decimal(row["kish_deff"], 2),
                ],
            )
            for row in rows
        ],
    )
