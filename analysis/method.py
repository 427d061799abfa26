"""How a wave was fielded and weighted, fit to print: the method annex of a book.

Counts of interviews and cases follow the policy of all tables: under the minimum cell they are
masked, the others rounded. Codes, not words: the report says them in its own language.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.arrays import FloatArray
from analysis.disclosure.policy import Policy
from analysis.disclosure.rounding import round_half_up
from analysis.errors import AnalysisError
from analysis.responses import Release
from analysis.shelf import WeightShelf
from analysis.weighting.recipe import RESPONDED, Calibrate
from analysis.weighting.result import Weighting

NOT_ELIGIBLE = "4"
"""First digit of the AAPOR codes of people who should not have been drawn."""
RATE_NAME = "AAPOR RR2"
RATE_DECIMALS = 3
RESPONSE_DECIMALS = 2
"""Whole per cent: finer, the rate and rounded counts give back how many were out of scope."""
FACTOR_DECIMALS = 2


@dataclass(frozen=True)
class Count:
    """How many cases have a code; ``number`` is None and ``flag`` ``suppressed`` when masked."""

    code: str
    number: int | None
    flag: str = ""


@dataclass(frozen=True)
class WaveResponse:
    """What came of the people drawn for a wave.

    Attributes
    ----------
    drawn, interviews : Count
        People of the sample; complete and partial interviews among them.
    outcomes : tuple of Count
        By AAPOR code of disposition; a code that nobody has is left out.
    rate : float
        Complete and partial interviews over all drawn but the ineligible, unknown eligibility
        counted as eligible: response rate 2 of the AAPOR Standard Definitions, the lowest that
        counts partial interviews.
    languages, modes : tuple of Count
        Of the interviews.
    """

    wave: int
    drawn: Count
    interviews: Count
    outcomes: tuple[Count, ...]
    rate: float
    rate_name: str
    languages: tuple[Count, ...]
    modes: tuple[Count, ...]


@dataclass(frozen=True)
class MarginMet:
    """A margin of the population that a weight was made to meet.

    ``misfit`` is the largest difference of a level, as a share of its target.
    """

    name: str
    levels: int
    misfit: float


@dataclass(frozen=True)
class WeightNote:
    """A weight with what it costs.

    Attributes
    ----------
    version : str
        SHA-256 of the recipe.
    n, n_eff : Count
        Interviews, and as many of a simple random sample that would be as precise.
    people : float
        Sum of the weights.
    design_effect : float
        Of weighting (Kish 1965); it leaves the gain from stratifying out.
    lowest, highest : float
        Factors from the weight before calibration to the published weight.
    reference_date : str
        Of the population figures.
    """

    name: str
    title: Mapping[str, str]
    version: str
    waves: tuple[int, ...]
    n: Count
    n_eff: Count
    people: float
    design_effect: float
    lowest: float | None
    highest: float | None
    margins: tuple[MarginMet, ...]
    reference_date: str
    model_based: bool


@dataclass(frozen=True)
class Method:
    """The annex of a book."""

    responses: tuple[WaveResponse, ...] = field(repr=False)
    weights: tuple[WeightNote, ...] = field(repr=False)


def method_of(
    release: Release,
    shelf: WeightShelf,
    *,
    patterns: Iterable[tuple[int, ...]] | None = None,
    policy: Policy | None = None,
) -> Method:
    """Describe fieldwork and weights of a release.

    Parameters
    ----------
    release : Release
    shelf : WeightShelf
    patterns : iterable of tuple of int, optional
        The waves of each weight to describe; every wave by itself without it.
    policy : Policy, optional

    Raises
    ------
    AnalysisError
        If a wave has nobody drawn, or a weight cannot be made.
    """
    policy = policy or Policy()
    waves = release.manifest.waves
    wanted = sorted({*patterns} if patterns is not None else {(wave,) for wave in waves})
    wanted.sort(key=len)
    return Method(
        responses=tuple(wave_response(release, wave, policy) for wave in waves),
        weights=tuple(weight_note(shelf.weighting(pattern), policy) for pattern in wanted),
    )


def wave_response(release: Release, wave: int, policy: Policy) -> WaveResponse:
    """Count the outcomes of a wave; people of an open link were not drawn and are left out.

    A masked outcome is not the rest of what is drawn: every number beside it is rounded, which
    leaves it a range of at least two rounding units.
    """
    frame = release.frame[release.frame["wave"].astype(str) == str(wave)]
    frame = frame[frame["base_weight"].notna() & (frame["base_weight"].astype(str) != "")]
    if frame.empty:
        raise AnalysisError(f"frame.csv has nobody drawn in wave {wave}")
    codes = frame["disposition"].astype(str)
    responded = codes.isin(RESPONDED)
    eligible = int((~codes.str.startswith(NOT_ELIGIBLE)).sum())
    rows = release.responses[release.responses["wave"].astype(str) == str(wave)]
    rows = rows[rows["person_id"].isin(frame.loc[responded, "person_id"])]
    return WaveResponse(
        wave=wave,
        drawn=count("drawn", len(frame), policy),
        interviews=count("interviews", int(responded.sum()), policy),
        outcomes=tuple(_counts(codes, policy)),
        rate=round(int(responded.sum()) / max(eligible, 1), RESPONSE_DECIMALS),
        rate_name=RATE_NAME,
        languages=tuple(_counts(_column(rows, "case_lang"), policy)),
        modes=tuple(_counts(_column(rows, "case_mode"), policy)),
    )


def weight_note(weighting: Weighting, policy: Policy) -> WeightNote:
    """Describe a finished weight."""
    report = weighting.diagnostics
    spread = report["summary"]
    calibrations = [step for step in report["steps"] if step["step"] == "calibrate"]
    last = calibrations[-1] if calibrations else None
    dates = [s.reference_date for s in weighting.recipe.steps if isinstance(s, Calibrate)]
    return WeightNote(
        name=weighting.name,
        title=weighting.recipe.title,
        version=weighting.recipe.digest,
        waves=weighting.recipe.waves,
        n=count("n", int(spread["n"]), policy),
        n_eff=count("n_eff", spread["n_eff"], policy),
        people=_rounded(spread["sum"], policy),
        design_effect=round(spread["kish_deff"], FACTOR_DECIMALS),
        lowest=None if last is None else round(last["factors"]["g_min"], FACTOR_DECIMALS),
        highest=None if last is None else round(last["factors"]["g_max"], FACTOR_DECIMALS),
        margins=() if last is None else tuple(_margins(pd.DataFrame(last["margins"]))),
        reference_date=str(dates[-1] or "") if dates else "",
        model_based=bool(report["model_based"]),
    )


def count(code: str, number: float, policy: Policy) -> Count:
    """Give a count as it may be printed."""
    if 0 < number < policy.minimum_cell:
        return Count(code, None, "suppressed")
    return Count(code, int(_rounded(number, policy)))


def _counts(codes: pd.Series, policy: Policy) -> list[Count]:
    """Count each code, the most frequent first; equally frequent ones by code."""
    found = [(str(code), int(number)) for code, number in codes.value_counts().items()]
    found.sort(key=lambda pair: (-pair[1], pair[0]))
    return [count(code, number, policy) for code, number in found if code]


def _column(rows: pd.DataFrame, name: str) -> pd.Series:
    return rows[name] if name in rows.columns else pd.Series(dtype=str)


def _margins(levels: pd.DataFrame) -> list[MarginMet]:
    made = []
    for name, part in levels.groupby("margin", sort=False):
        target: FloatArray = part["target"].to_numpy(dtype=float)
        misfit = abs(part["reached"].to_numpy(dtype=float) - target) / target
        made.append(MarginMet(str(name), len(part), round(float(misfit.max()), RATE_DECIMALS)))
    return made


def _rounded(number: float, policy: Policy) -> float:
    return float(round_half_up(np.array([number], dtype=np.float64), policy.count_unit)[0])
