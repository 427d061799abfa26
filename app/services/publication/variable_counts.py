"""How a variable was answered in each wave, weighted and unweighted, with disclosure rules."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.codebook import Variable
from analysis.disclosure.policy import Policy
from analysis.disclosure.rounding import round_half_up, round_rows
from analysis.errors import AnalysisError
from analysis.plan import Plan, TablePlan
from analysis.tables import make_tables
from analysis.tables.questions import is_number, refusal
from app.services.context import ServiceContext
from app.services.publication.asked_tables import masked_rows
from app.services.publication.table_request import UNFIT
from app.services.publication.table_sources import Source


@dataclass(frozen=True, slots=True)
class CodeShare:
    """One answer in one wave; every number is ``None`` where it may not be shown."""

    statistic: str
    """``share``, ``mean`` or ``median``."""
    code: str
    value: float | None
    low: float | None
    high: float | None
    unweighted: float | None
    """Share of the interviews, to whole per cents: finer it would give the count back."""
    flag: str


@dataclass(frozen=True)
class WaveShares:
    """The answers of everybody in one wave."""

    wave: int
    weight: str
    n: int | None
    weighted_n: float | None
    n_eff: float | None
    shares: tuple[CodeShare, ...]


def shares_by_wave(ctx: ServiceContext, source: Source, variable: Variable) -> list[WaveShares]:
    """Return the answers to a variable in each wave of a release that asked it.

    A wave without a weight, and one in which nobody answered, is left out; so is a variable that
    cannot be counted (months, own words, code lists).

    Raises
    ------
    NoResultsError
        If the release cannot be read.
    """
    codebook = source.open().codebook
    if refusal(variable) is not None or variable.kind in UNFIT or variable.name not in codebook:
        return []
    variable = codebook[variable.name]
    waves = [wave for wave in source.waves if not variable.waves or wave in variable.waves]
    found = [_in_wave(ctx, source, variable, wave) for wave in waves]
    return [one for one in found if one is not None]


def _in_wave(
    ctx: ServiceContext, source: Source, variable: Variable, wave: int
) -> WaveShares | None:
    opened = source.open()
    plan = TablePlan(id=f"frequencies_{wave}", stub=(variable.name,), banner=(), waves=(wave,))
    try:
        with opened.lock:
            computed = make_tables(
                opened.release, Plan((plan,), source.recipes), bench=opened.bench
            )
    except AnalysisError:
        return None
    if computed.rows.empty:
        return None
    masked = masked_rows(ctx, source, plan, computed.rows, opened.codebook)
    policy = Policy()
    counts = {
        str(row["stub_code"]): (float(row["count"]), float(row["n"]))
        for row in computed.rows.to_dict("records")
        if row["statistic"] == "share"
    }
    printed = round_rows(masked, policy)
    rows = printed[printed["statistic"].isin(["share", "mean", "median"])]
    # The base stands on any line that is shown: all of one wave have the same.
    base = rows[rows["n"].notna()].head(1)
    return WaveShares(
        wave,
        computed.notes[0].weight,
        n=None if base.empty else int(base["n"].iloc[0]),
        weighted_n=_first(base, "weighted_n"),
        n_eff=_first(base, "n_eff"),
        shares=tuple(
            CodeShare(
                statistic=str(row["statistic"]),
                code=str(row["stub_code"]),
                value=_number(row["value"]),
                low=_number(row["low"]),
                high=_number(row["high"]),
                unweighted=_unweighted(row, counts) if not is_number(variable) else None,
                flag=str(row["flag"]),
            )
            for row in rows.to_dict("records")
        ),
    )


def _unweighted(
    row: Mapping[Hashable, Any], counts: Mapping[str, tuple[float, float]]
) -> float | None:
    if _number(row["value"]) is None or row["statistic"] != "share":
        return None
    count, n = counts[str(row["stub_code"])]
    per_cent = round_half_up(np.array([100 * count / n]), 1.0)
    return float(per_cent[0]) / 100


def _first(rows: pd.DataFrame, name: str) -> float | None:
    return None if rows.empty else _number(rows[name].iloc[0])


def _number(value: object) -> float | None:
    number = float("nan") if value is None or value is pd.NA else float(value)  # type: ignore[arg-type]
    return None if number != number else number
