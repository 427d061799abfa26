"""A table as somebody asks for it on a page: variables, waves, a filter, what a number shows.

What is asked is held against the codebook, all faults at once, and becomes table plans of
`analysis`: the same plans that a study's book is made from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from analysis.codebook import Codebook, Variable
from analysis.errors import AnalysisError
from analysis.plan import Breakdown, Kind, TablePlan
from analysis.shelf import random_block, recipe_for
from analysis.tables.questions import is_number, mean_refusal, refusal
from analysis.weighting.recipe import Recipe
from app.services.publication.results import BREAKDOWNS

MOST_STUBS = 5
MOST_BANNERS = 5
MOST_FILTERS = 3
MOST_NETS = 3
MOST_COLUMNS = 26
"""Of one breakdown: columns are named by letters."""
UNFIT = frozenset({"frame", "paradata"})
"""Kinds that describe people finely (municipality, device): no breakdown, no filter."""


class Shape(StrEnum):
    """Which waves a table is of, and how they stand beside each other."""

    ONE = "one"
    TREND = "trend"
    TRANSITION = "transition"


class Shows(StrEnum):
    """What a number of the table is."""

    COLUMN = "column"
    ROW = "row"
    TOTAL = "total"
    PEOPLE = "people"
    MEAN = "mean"


class Fault(StrEnum):
    """Why a table cannot be made as asked."""

    NO_STUB = "no_stub"
    UNKNOWN = "unknown"
    TWICE = "twice"
    NO_TABLE = "no_table"
    NO_BREAKDOWN = "no_breakdown"
    MANY_COLUMNS = "many_columns"
    NOT_IN_WAVE = "not_in_wave"
    NO_WAVES = "no_waves"
    NO_CODES = "no_codes"
    NO_FILTER = "no_filter"
    NO_MEAN = "no_mean"
    NO_TRANSITION = "no_transition"
    NO_ROWS = "no_rows"
    NO_WEIGHT = "no_weight"
    BLOCKS = "blocks"
    NET_ALL = "net_all"


@dataclass(frozen=True, slots=True)
class Filter:
    """Only people with one of some answers to a question."""

    variable: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TableRequest:
    """A table as it was asked for; names of variables and codes, and no words of anybody."""

    stub: tuple[str, ...] = ()
    banner: tuple[str, ...] = ()
    waves: tuple[int, ...] = ()
    shape: Shape = Shape.ONE
    filters: tuple[Filter, ...] = ()
    shows: Shows = Shows.COLUMN
    nets: tuple[tuple[str, ...], ...] = ()
    mean: bool = False
    quartiles: bool = False
    letters: bool = False
    holm: bool = False
    interval: bool = True
    se: bool = False
    count_dk: bool = False

    @property
    def compares(self) -> bool:
        """Whether columns are tested; parts of the whole are not compared with each other."""
        return self.letters and self.shows not in {Shows.TOTAL, Shows.PEOPLE}


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault, the field it belongs to, and the variable it is about."""

    fault: Fault
    field: str
    variable: str = ""


def stubs_of(codebook: Codebook) -> list[Variable]:
    """Return what can be tabulated, in the order of the questionnaire: answers and numbers."""
    return [
        one for one in codebook.variables.values() if refusal(one) is None and one.kind not in UNFIT
    ]


def breakdowns_of(codebook: Codebook) -> list[Variable]:
    """Return what a table can be broken down by: the study's own breakdowns, then the rest."""
    own = [one.variable for one in BREAKDOWNS if one.variable in codebook]
    return [codebook[name] for name in own] + [
        one
        for one in codebook.variables.values()
        if one.name not in own and _divides(one) and len(one.codes) <= MOST_COLUMNS
    ]


def filters_of(codebook: Codebook) -> list[Variable]:
    """Return what people can be chosen by."""
    return [
        one for one in codebook.variables.values() if one.kind not in UNFIT and one.is_categorical
    ]


def _divides(variable: Variable) -> bool:
    return variable.is_categorical and not variable.is_multiple and variable.kind not in UNFIT


# --- what is wrong with it ------------------------------------------------------------------------


def problems_of(
    asked: TableRequest, codebook: Codebook, recipes: Sequence[Recipe], fielded: Sequence[int]
) -> list[Problem]:
    """Return all faults of a table asked for; none when it can be made."""
    found = list(_unknown(asked, codebook))
    if not asked.stub:
        found.append(Problem(Fault.NO_STUB, "stub"))
    if not asked.waves or not set(asked.waves) <= set(fielded):
        found.append(Problem(Fault.NO_WAVES, "waves"))
    if found:
        return found
    found += _of_stubs(asked, codebook)
    found += _of_banners(asked, codebook)
    found += _of_filters(asked, codebook)
    return found or list(_of_weights(asked, codebook, recipes))


def _unknown(asked: TableRequest, codebook: Codebook) -> Iterator[Problem]:
    fields = [("stub", asked.stub), ("by", asked.banner)]
    fields.append(("filter", tuple(one.variable for one in asked.filters)))
    for field, names in fields:
        for k, name in enumerate(names):
            if name not in codebook:
                yield Problem(Fault.UNKNOWN, field, name)
            elif name in names[:k]:
                yield Problem(Fault.TWICE, field, name)


def _of_stubs(asked: TableRequest, codebook: Codebook) -> Iterator[Problem]:
    for name in asked.stub:
        variable = codebook[name]
        if refusal(variable) is not None or variable.kind in UNFIT:
            yield Problem(Fault.NO_TABLE, "stub", name)
            continue
        several = variable.is_multiple or is_number(variable)
        if asked.shape is Shape.TRANSITION and several:
            yield Problem(Fault.NO_TRANSITION, "stub", name)
        if asked.shows is Shows.ROW and (several or asked.shape is Shape.TRANSITION):
            yield Problem(Fault.NO_ROWS, "shows", name)
        if asked.shows is Shows.MEAN and not has_mean(variable):
            yield Problem(Fault.NO_MEAN, "shows", name)
        if variable.waves and not set(asked.waves) <= set(variable.waves):
            yield Problem(Fault.NOT_IN_WAVE, "stub", name)
        codes = {one.code for one in variable.codes}
        if any(codes and codes <= set(net) for net in asked.nets):
            yield Problem(Fault.NET_ALL, "net", name)


def _of_banners(asked: TableRequest, codebook: Codebook) -> Iterator[Problem]:
    if asked.shows is Shows.ROW and not asked.banner:
        yield Problem(Fault.NO_ROWS, "by")
    for name in asked.banner:
        variable = codebook[name]
        if not _divides(variable):
            yield Problem(Fault.NO_BREAKDOWN, "by", name)
        elif len(variable.codes) > MOST_COLUMNS:
            yield Problem(Fault.MANY_COLUMNS, "by", name)
        elif variable.waves and not set(asked.waves) <= set(variable.waves):
            yield Problem(Fault.NOT_IN_WAVE, "by", name)


def _of_filters(asked: TableRequest, codebook: Codebook) -> Iterator[Problem]:
    for one in asked.filters:
        variable = codebook[one.variable]
        if variable.kind in UNFIT or not variable.is_categorical:
            yield Problem(Fault.NO_FILTER, "filter", one.variable)
        elif not one.codes or not set(one.codes) <= {code.code for code in variable.codes}:
            yield Problem(Fault.NO_CODES, "filter", one.variable)
        elif variable.waves and not set(asked.waves) <= set(variable.waves):
            yield Problem(Fault.NOT_IN_WAVE, "filter", one.variable)


def _of_weights(
    asked: TableRequest, codebook: Codebook, recipes: Sequence[Recipe]
) -> Iterator[Problem]:
    """A weight for these waves, and for the random block that a question was asked in."""
    banner = () if asked.shape is Shape.TRANSITION else asked.banner
    chosen = [one.variable for one in asked.filters]
    for name in asked.stub:
        try:
            block = random_block(codebook, recipes, [name, *banner])
            # The weight follows from the table itself: a filter brings in no block of its own.
            crossed = random_block(codebook, recipes, [name, *banner, *chosen]) != block
        except AnalysisError:
            crossed = True
        if crossed:
            yield Problem(Fault.BLOCKS, "stub", name)
            continue
        try:
            recipe_for(recipes, asked.waves, block)
        except AnalysisError:
            yield Problem(Fault.NO_WEIGHT, "waves", name)


def has_mean(variable: Variable) -> bool:
    """Tell whether a variable has a mean: a number, or a scale with numbers for codes."""
    if is_number(variable):
        return True
    return bool(variable.codes) and mean_refusal(variable) is None


# --- the plans ------------------------------------------------------------------------------------


def plan_of(asked: TableRequest, codebook: Codebook) -> tuple[TablePlan, ...]:
    """Return the tables of `analysis` for what was asked: one for each question.

    Row percentages are column percentages of the table turned over: its breakdown by its question.
    """
    if asked.shows is Shows.ROW:
        return tuple(
            replace(
                _plan(asked, codebook, by, (Breakdown(name),), at),
                base=_within(asked, codebook, by),
            )
            for at, (name, by) in enumerate(
                (name, by) for name in asked.stub for by in asked.banner
            )
        )
    banner = () if asked.shape is Shape.TRANSITION else tuple(map(_breakdown, asked.banner))
    return tuple(_plan(asked, codebook, name, banner, at) for at, name in enumerate(asked.stub))


def _plan(
    asked: TableRequest, codebook: Codebook, stub: str, banner: tuple[Breakdown, ...], at: int
) -> TablePlan:
    variable = codebook[stub]
    codes = {one.code for one in variable.codes}
    nets = (
        {}
        if is_number(variable) or asked.shows is Shows.ROW
        else {net_name(net): net for net in asked.nets if set(net) <= codes}
    )
    kind = {Shape.TREND: Kind.TREND, Shape.TRANSITION: Kind.TRANSITION}.get(
        asked.shape, Kind.SHARES
    )
    return TablePlan(
        id=f"table_{at + 1}",
        stub=(stub,),
        banner=tuple(one for one in banner if one.variable != stub),
        waves=asked.waves,
        base=base_of(asked.filters, codebook),
        nets=nets or None,
        mean=(asked.mean or asked.shows is Shows.MEAN)
        and asked.shows in {Shows.COLUMN, Shows.MEAN}
        and mean_refusal(variable) is None
        and bool(variable.codes),
        quartiles=asked.quartiles
        and asked.shows in {Shows.COLUMN, Shows.MEAN}
        and is_number(variable),
        letters=asked.compares,
        holm=asked.holm and asked.compares,
        kind=kind,
        count_missing=("dk",) if asked.count_dk else (),
        show=tuple(
            name for name, wanted in (("se", asked.se), ("interval", asked.interval)) if wanted
        ),
        net_labels={name: _joined(variable, net) for name, net in nets.items()},
    )


def _breakdown(name: str) -> Breakdown:
    return next(
        (Breakdown(one.variable, one.where) for one in BREAKDOWNS if one.variable == name),
        Breakdown(name),
    )


def _within(asked: TableRequest, codebook: Codebook, by: str) -> str | None:
    """The filter of a table turned over: that of the breakdown belongs to it."""
    parts = [text for text in (base_of(asked.filters, codebook), _breakdown(by).where) if text]
    return " and ".join(parts) or None


def base_of(filters: Sequence[Filter], codebook: Codebook) -> str | None:
    """Return filters as a condition of the item bank; ``None`` for everybody who was asked.

    Codes stand in the order of the codebook, so that one filter has one spelling: disclosure
    control compares filters as text.
    """
    return " and ".join(_condition(one, codebook[one.variable]) for one in filters) or None


def _condition(one: Filter, variable: Variable) -> str:
    codes = [code.code for code in variable.codes if code.code in one.codes]
    if variable.is_multiple:
        chosen = " or ".join(f"'{code}' in {one.variable}" for code in codes)
        return chosen if len(codes) == 1 else f"({chosen})"
    if len(codes) == 1:
        return f"{one.variable} == '{codes[0]}'"
    listed = ", ".join(f"'{code}'" for code in codes)
    return f"{one.variable} in ({listed})"


def net_name(codes: Sequence[str]) -> str:
    """Return the name of answers that are counted together."""
    return "+".join(codes)


def _joined(variable: Variable, net: Sequence[str]) -> dict[str, str]:
    return {
        language: " + ".join(variable.code_label(code, language) for code in net)
        for language in ("nl", "en")
    }


# --- kept on disk ---------------------------------------------------------------------------------


def to_json(asked: TableRequest) -> dict[str, Any]:
    """Return a table asked for as plain values."""
    return {
        "stub": list(asked.stub),
        "banner": list(asked.banner),
        "waves": list(asked.waves),
        "shape": asked.shape.value,
        "filters": [[one.variable, list(one.codes)] for one in asked.filters],
        "shows": asked.shows.value,
        "nets": [list(net) for net in asked.nets],
        **{name: getattr(asked, name) for name in _TICKED},
    }


def from_json(told: Mapping[str, Any]) -> TableRequest:
    """Read what `to_json` gave."""
    return TableRequest(
        stub=tuple(told["stub"]),
        banner=tuple(told["banner"]),
        waves=tuple(told["waves"]),
        shape=Shape(told["shape"]),
        filters=tuple(Filter(name, tuple(codes)) for name, codes in told["filters"]),
        shows=Shows(told["shows"]),
        nets=tuple(tuple(net) for net in told["nets"]),
        # Plans that were kept before there were quartiles say nothing of them.
        **{name: bool(told.get(name, False)) for name in _TICKED},
    )


_TICKED = ("mean", "quartiles", "letters", "holm", "interval", "se", "count_dk")
