"""The pages about weights: figures and drawings of each, and two side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from app.services.publication.weight_guard import FEW
from app.services.publication.weight_pictures import Histogram, WeightPicture
from app.web.respond.words import Translate
from app.web.results import weights_words
from app.web.results.results_tabs import ROOT
from app.web.results.weights_steps import (
    StepView,
    margins_table,
    propensity_table,
    step_view,
    steps_table,
    strata_table,
)
from app.web.staff import charts
from app.web.staff.figures import NONE, Figures
from app.web.staff.listing import Cell, Column
from app.web.staff.view import Columns, DotChart, Row, Table

WEIGHTS = f"{ROOT}/weights"
LARGE_DESIGN_EFFECT = 2.0
"""Half of the interviews' precision is lost; `analysis.weighting.run` warns from here."""


@dataclass(frozen=True, slots=True)
class WeightView:
    """The page of one weight."""

    name: str
    title: str
    use: str
    verdict: str
    is_bad: bool
    problem: str | None
    at_fault: str | None
    facts: Sequence[tuple[str, str]]
    recipe: Sequence[tuple[str, str]]
    yaml: str
    before: Columns | None
    after: Columns | None
    balance: DotChart | None
    steps: Table | None
    details: Sequence[StepView]
    propensity: Table | None
    strata: Table | None
    warnings: Sequence[str]


def address(name: str, source: str) -> str:
    """Return the page of a weight, made of a release or live."""
    return f"{WEIGHTS}/{name}?{urlencode({'source': source})}"


def columns(
    _: Translate, figures: Figures, language: str, source: str
) -> list[Column[WeightPicture]]:
    """Return the columns of the list of weights."""

    def value(name: str, decimals: int) -> Any:  # noqa: ANN401  # a column's cell
        return lambda one: figures.decimal(one.summary.get(name), decimals)

    def raw(name: str) -> Any:  # noqa: ANN401  # a column's key
        return lambda one: one.summary.get(name)

    def rounded(name: str, decimals: int) -> Any:  # noqa: ANN401  # a column's field
        return lambda one: (
            None if one.summary.get(name) is None else round(one.summary[name], decimals)
        )

    return [
        Column(
            "name",
            _("Weight"),
            lambda one: Cell(
                one.name,
                address(one.name, source),
                small=weights_words.title_of(one, language),
            ),
            sort=lambda one: one.name,
            csv=lambda one: one.name,
        ),
        Column("use", _("For"), lambda one: weights_words.use_words(_, one)),
        Column(
            "n",
            _("Interviews"),
            value("n", 0),
            sort=raw("n"),
            number=True,
            csv=raw("n"),
        ),
        Column(
            "deff",
            _("Design effect"),
            value("kish_deff", 2),
            sort=raw("kish_deff"),
            number=True,
            csv=rounded("kish_deff", 2),
        ),
        Column(
            "n_eff",
            _("Worth as many"),
            value("n_eff", 0),
            sort=raw("n_eff"),
            number=True,
            csv=rounded("n_eff", 0),
        ),
        Column(
            "ratio",
            _("Largest over smallest"),
            value("max_over_min", 1),
            sort=raw("max_over_min"),
            number=True,
            csv=rounded("max_over_min", 1),
        ),
        Column(
            "state",
            _("Remarks"),
            lambda one: _state(_, one),
            sort=lambda one: len(one.warnings) if one.problem is None else 10**6,
            csv=lambda one: one.problem or len(one.warnings),
        ),
    ]


def _state(_: Translate, one: WeightPicture) -> Cell:
    if one.problem is not None:
        return Cell(_("Cannot be made"), badge="bad")
    if one.warnings:
        return Cell(_("Remarks: %(count)s", count=len(one.warnings)), badge="paused")
    return Cell(_("none"))


def searched(one: WeightPicture) -> str:
    """Return what the search of the list looks in."""
    return f"{one.name} {' '.join(one.title.values())} {' '.join(map(str, one.waves))}"


# --- one weight -----------------------------------------------------------------------------------


def weight_view(_: Translate, figures: Figures, one: WeightPicture, language: str) -> WeightView:
    """Return the page of a weight."""
    steps = [step for step in one.steps if "weights" in step]
    return WeightView(
        name=one.name,
        title=weights_words.title_of(one, language),
        use=weights_words.use_words(_, one),
        verdict=_verdict(_, figures, one),
        is_bad=one.problem is not None or one.summary.get("kish_deff", 1.0) > LARGE_DESIGN_EFFECT,
        problem=one.problem,
        at_fault=weights_words.at_fault(_, figures.locale, one.levels_at_fault),
        facts=_facts(_, figures, one.summary) if one.summary else [],
        recipe=weights_words.recipe_words(_, figures, one),
        yaml=one.recipe,
        before=_drawn(_, figures, one.histogram, after=False),
        after=_drawn(_, figures, one.histogram, after=True),
        balance=_balance(_, figures, steps),
        steps=steps_table(_, figures, steps) if steps else None,
        details=[step_view(_, figures, k, step) for k, step in enumerate(steps)],
        propensity=propensity_table(_, figures, one),
        strata=strata_table(_, figures, one.by_stratum) if one.by_stratum else None,
        warnings=[weights_words.remark_words(_, figures, text) for text in one.warnings],
    )


def _verdict(_: Translate, figures: Figures, one: WeightPicture) -> str:
    if one.problem is not None:
        return _("This weight cannot be made of these answers.")
    return _(
        "%(n)s interviews are worth %(eff)s of a simple random sample: weighting makes the "
        "variance %(deff)s times as large (design effect by Kish 1965, n·Σw² / (Σw)²).",
        n=figures.count(one.summary["n"]),
        eff=figures.count(one.summary["n_eff"]),
        deff=figures.decimal(one.summary["kish_deff"], 2),
    )


def _facts(_: Translate, figures: Figures, told: Mapping[str, float]) -> list[tuple[str, str]]:
    return [
        (_("Interviews (n)"), figures.count(told["n"])),
        (_("Effective number (n / design effect)"), figures.count(told["n_eff"])),
        (_("Design effect"), figures.decimal(told["kish_deff"], 2)),
        (_("People they stand for"), figures.count(told["sum"])),
        (_("Mean weight"), figures.decimal(told["mean"], 1)),
        *_extremes(_, figures, told),
        (
            _("Middle 90%"),
            f"{figures.decimal(told['p05'], 1)} – {figures.decimal(told['p95'], 1)}",
        ),
    ]


def _extremes(_: Translate, figures: Figures, told: Mapping[str, float]) -> list[tuple[str, str]]:
    """The weights of two single people; who may not see these gets no word of them."""
    if "min" not in told:
        return []
    return [
        (
            _("Smallest and largest"),
            f"{figures.decimal(told['min'], 1)} – {figures.decimal(told['max'], 1)}",
        ),
        (_("Largest over smallest"), figures.decimal(told["max_over_min"], 1)),
    ]


def _drawn(
    _: Translate, figures: Figures, found: Histogram | None, *, after: bool
) -> Columns | None:
    """Draw weights as multiples of their mean; the numbers of both stand behind the second."""
    if found is None:
        return None
    counts = found.after if after else found.before
    words = _("After the last step") if after else _("Before: the weights they began with")
    return charts.histogram(
        found.edges,
        counts,
        id="after" if after else "before",
        caption=words,
        alternative=_(
            "%(words)s: most interviews weigh %(low)s to %(high)s times the mean.",
            words=words,
            low=figures.decimal(_commonest(found.edges, counts)[0], 2),
            high=figures.decimal(_commonest(found.edges, counts)[1], 2),
        ),
        say_x=lambda x: f"{figures.decimal(x, 1)}×",
        say=lambda low, high, count: _(
            "%(low)s to %(high)s times the mean: %(count)s",
            low=figures.decimal(low, 2),
            high=figures.decimal(high, 2),
            count=figures.count(count),
        ),
        table=_histogram_table(_, figures, found) if after else None,
    )


def _commonest(edges: Sequence[float], counts: Sequence[int]) -> tuple[float, float]:
    at = max(range(len(counts)), key=lambda k: counts[k])
    return edges[at], edges[at + 1]


def _histogram_table(_: Translate, figures: Figures, found: Histogram) -> Table:
    return Table(
        id="histogram",
        caption=_("Interviews by their weight, in multiples of the mean"),
        head=[_("Times the mean"), _("Before"), _("After")],
        rows=[
            Row(
                f"{figures.decimal(low, 2)} – {figures.decimal(high, 2)}",
                [figures.count(before), figures.count(after)],
            )
            for low, high, before, after in zip(
                found.edges, found.edges[1:], found.before, found.after, strict=False
            )
        ],
    )


def _balance(_: Translate, figures: Figures, steps: Sequence[Mapping[str, Any]]) -> DotChart | None:
    """Draw who answered beside who there are, for each level of the last calibration."""
    rows = [row for step in steps[-1:] for row in step.get("margins", ())]
    if not rows:
        return None
    answered: dict[str, float] = {}
    people: dict[str, float] = {}
    for row in rows:
        answered[row["margin"]] = answered.get(row["margin"], 0) + row["respondents"]
        people[row["margin"]] = people.get(row["margin"], 0) + row["target"]
    dots, targets = [], []
    for row in rows:
        few = row["respondents"] == FEW
        share = None if few else row["respondents"] / answered[row["margin"]]
        target = row["target"] / people[row["margin"]]
        label = weights_words.level_words(_, figures.locale, str(row["level"]))
        said = figures.count(FEW) if few else figures.percent(share)
        words = _(
            "%(level)s: %(share)s of who answered, %(target)s of the population",
            level=label,
            share=said,
            target=figures.percent(target),
        )
        dots.append((label, said, words, share, None, None))
        targets.append(100 * target)
    chart = charts.dot_chart(
        dots,
        id="balance",
        caption=_("Who answered (dot) beside who there are (line), before calibration"),
        say=figures.percent,
    )
    if chart is None:
        return None
    return replace(
        chart,
        dots=[replace(dot, target=at) for dot, at in zip(chart.dots, targets, strict=True)],
        table=margins_table(_, figures, rows, "margins-last"),
    )


def drawn_alone(_: Translate, figures: Figures, one: WeightPicture, id: str) -> Columns | None:
    """Return the finished weights of one drawn, for a page with several."""
    chart = _drawn(_, figures, one.histogram, after=True)
    return None if chart is None else replace(chart, id=id, caption=one.name, table=None)


# --- two of them ----------------------------------------------------------------------------------


def beside(_: Translate, figures: Figures, one: WeightPicture, other: WeightPicture) -> Table:
    """Return the figures of two weights side by side."""
    first = _facts(_, figures, one.summary) if one.summary else []
    second = dict(_facts(_, figures, other.summary)) if other.summary else {}
    names = [name for name, _value in first] or list(second)
    mine = dict(first)
    return Table(
        id="beside",
        caption=_("Two weights side by side"),
        head=[_("Figure"), one.name, other.name],
        rows=[Row(name, [mine.get(name, NONE), second.get(name, NONE)]) for name in names],
    )
