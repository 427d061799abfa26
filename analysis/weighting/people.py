"""Who is in a weight: sampled people in scope, panel and refreshment, open-link respondents."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import FloatArray
from analysis.domain import FrameRows
from analysis.errors import AnalysisError
from analysis.estimate import effective_size
from analysis.expression import parse
from analysis.responses import Release
from analysis.weighting.chain import Chain
from analysis.weighting.diagnostics import summary
from analysis.weighting.recipe import Base, Recipe


def sampled_people(release: Release, recipe: Recipe, base: Base) -> Chain:
    """Take the sampled people of the first wave that are in scope, with their base weights.

    Dead, emigrated and exempt people (``eligible`` is no) are out of scope: they answer for nobody
    and nobody answers for them. Unknown eligibility counts as in scope.
    """
    wave = recipe.waves[0]
    frame = wave_frame(release, wave)
    if frame.empty:
        raise AnalysisError(f"frame.csv has nobody in wave {wave}")
    open_link = frame["base_weight"].isna()
    out_of_scope = (frame["eligible"] == "no") & ~open_link
    people = frame[~open_link & ~out_of_scope].reset_index(drop=True)
    weights = people["base_weight"].to_numpy(dtype=float)
    warnings = _check_base(people, weights)
    responded = people["disposition"].isin(recipe.respondents).to_numpy(dtype=bool)
    if not responded.any():
        raise AnalysisError(f"nobody of {len(people)} sampled people responded in wave {wave}")
    report: dict[str, Any] = {
        "step": "base",
        "rows_in": len(frame),
        "rows_out": len(people),
        "left_out": {
            "open link, no inclusion probability": int(open_link.sum()),
            "not eligible": int(out_of_scope.sum()),
        },
        "responded": int(responded.sum()),
    }
    if base.mix:
        weights, report["mixed"] = _mix_samples(release, people, weights, responded, wave, base.mix)
    report["weights"] = summary(weights)
    people = people.merge(
        answers_of(release, wave, people), on="person_id", how="left", validate="1:1"
    )
    return Chain(people, weights, responded, steps=(report,), warnings=warnings)


def open_people(release: Release, recipe: Recipe, base: Base) -> Chain:
    """Take the respondents who came by the open link, each counting once.

    Their chance to be here is unknown; what follows is a model, and the weight says so.
    """
    wave = recipe.waves[0]
    frame = wave_frame(release, wave)
    drawn = set(frame.loc[frame["base_weight"].notna(), "person_id"])
    rows = release.responses[release.responses["wave"] == str(wave)]
    answered = rows["case_status"].isin(["complete", "partial"]) & ~rows["person_id"].isin(drawn)
    people = rows[answered].sort_values("person_id", ignore_index=True)
    found = len(people)
    if base.where is not None:
        people = people[parse(base.where)(FrameRows(people))].reset_index(drop=True)
    if people.empty:
        raise AnalysisError(f"wave {wave} has no open-link respondents fit for {recipe.weight}")
    weights = np.ones(len(people))
    report = {
        "step": "base",
        "rows_in": found,
        "rows_out": len(people),
        "left_out": {f"not: {base.where}": found - len(people)},
        "weights": summary(weights),
    }
    people = people.assign(stratum="open link")
    return Chain(people, weights, np.ones(len(people), dtype=bool), steps=(report,))


def wave_frame(release: Release, wave: int) -> pd.DataFrame:
    """Give the rows of ``frame.csv`` of a wave, by person."""
    frame = release.frame
    return frame[frame["wave"] == str(wave)].sort_values("person_id", ignore_index=True)


def wave_ledger(release: Release, wave: int) -> pd.DataFrame | None:
    """Give the rows of ``ledger.csv`` of a wave, by person; None where the release has none."""
    ledger = release.ledger
    return None if ledger is None else ledger[ledger["wave"] == str(wave)].set_index("person_id")


def answers_of(release: Release, wave: int, people: pd.DataFrame) -> pd.DataFrame:
    """Give person_id and the answers of a wave that the people do not have yet."""
    rows = release.responses[release.responses["wave"] == str(wave)]
    new = [name for name in rows.columns if name == "person_id" or name not in people.columns]
    return rows[new]


def _mix_samples(
    release: Release,
    people: pd.DataFrame,
    weights: FloatArray,
    responded: np.ndarray,
    wave: int,
    domains: tuple[str, ...],
) -> tuple[FloatArray, list[dict[str, Any]]]:
    """Mix samples of different years that stand for the same people.

    A person belongs to the sample of the first wave that has them in ``frame.csv``. Within each
    domain the weights of a sample are multiplied by its share of the effective number of
    respondents, so that the mix has the least variance (convex combination; Kish 1965).
    """
    first = release.frame.assign(_wave=release.frame["wave"].astype(int))
    first_wave = first[first["_wave"] <= wave].groupby("person_id")["_wave"].min()
    sample = people["person_id"].map(first_wave).to_numpy(dtype=int)
    domain = people[list(domains)].agg("|".join, axis=1).to_numpy(dtype=object)
    mixed = weights.copy()
    report = []
    for name in sorted(set(domain)):
        inside = domain == name
        sizes = {
            year: effective_size(weights[inside & (sample == year) & responded])
            for year in sorted(set(sample[inside]))
        }
        whole = sum(sizes.values())
        for year, size in sizes.items():
            share = size / whole if whole > 0 else 1 / len(sizes)
            mixed[inside & (sample == year)] *= share
            report.append({"domain": name, "sample": year, "n_eff": size, "share": share})
    # A sample without respondents in a domain has share 0 and leaves no weight behind.
    return np.where(mixed > 0, mixed, np.finfo(float).tiny), report


def _check_base(people: pd.DataFrame, weights: FloatArray) -> tuple[str, ...]:
    if (~(np.isfinite(weights) & (weights > 0))).any():
        faulty = int((~(np.isfinite(weights) & (weights > 0))).sum())
        raise AnalysisError(
            f"frame.csv: {faulty} of {len(weights)} weights are zero, negative or missing"
        )
    expected = (people["N_h"] / people["n_h"]).to_numpy(dtype=float)
    differ = int((~(np.abs(weights / expected - 1) <= 1e-6)).sum())
    return (f"base: {differ} base weights are not N_h / n_h",) if differ else ()
