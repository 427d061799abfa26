"""The same people in several waves: shares per wave and their change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.contrasts import contrast
from analysis.domain import domain_df
from analysis.errors import AnalysisError, EmptyDomainError
from analysis.estimate import Estimate
from analysis.expression import parse
from analysis.linear import Column, ratio_estimate
from analysis.responses import Responses
from analysis.shares import (
    ShareTable,
    flag_of,
    groups_of,
    missing_notes,
    scores_of,
    share_rows,
    weighted_design,
)


def trend(
    responses: Responses,
    variable: str,
    *,
    by: str | None = None,
    where: str | None = None,
    nets: Mapping[str, Sequence[str]] | None = None,
    mean: bool = False,
    level: float = 0.95,
) -> ShareTable:
    """Estimate shares in each wave and the change from each wave to the next.

    Parameters
    ----------
    responses : Responses
        Of several waves, one row per person and wave, with the person as primary unit: from a
        longitudinal weight, or two cross-sections by `stacked_responses`.
    variable, by, where, nets, mean
        As in `share`; ``by`` and ``where`` are taken in each wave as it was then.

    Returns
    -------
    ShareTable
        With a column ``wave``. Statistic ``share``, ``net``, ``mean`` per wave; statistic
        ``change``, ``change:net``, ``change:mean`` for two waves (``2024-2025``), later minus
        earlier, with a t interval and the smaller of the two bases.

    Raises
    ------
    AnalysisError
        If the responses are of one wave.
    EmptyDomainError
        If nobody in the base answered in one of the waves.

    Notes
    -----
    People in both waves bring the covariance between them into the error of change (Berger and
    Priam 2016).
    """
    design = weighted_design(responses)
    described = responses.codebook[variable]
    waves = sorted(set(responses.table["wave"]))
    if len(waves) < 2:
        raise AnalysisError(f"a trend needs two waves; these responses are of {', '.join(waves)}")
    asked = np.ones(len(responses), dtype=bool) if where is None else parse(where)(responses)
    known = asked & responses.known(variable)
    scores = list(scores_of(responses, described, nets or {}, mean=mean))
    columns = []
    for wave in waves:
        base = known & (responses.table["wave"] == wave).to_numpy(dtype=bool)
        if not base.any():
            raise EmptyDomainError(f"nobody in the base answered '{variable}' in wave {wave}")
        for group, members in groups_of(responses, by, base):
            for code, kind, score in scores:
                labels = {"wave": wave, "stub_code": code, "statistic": kind, **group}
                columns.append(Column(labels, np.where(members, score, 0.0), members))
    denominators = np.stack([column.base for column in columns], axis=1).astype(float)
    df = domain_df(design, known)
    estimate = ratio_estimate(design, "share", columns, denominators, df, None, level)
    shares = share_rows(described, estimate).assign(wave=estimate.labels["wave"])
    rows = pd.concat([shares, _changes(estimate, described.name, waves)], ignore_index=True)
    notes = (
        f"Weight {design.weight.name}; person as primary unit",
        f"Base: {where or described.base}",
        *missing_notes(responses, described, asked),
    )
    return ShareTable(described, by, rows, notes)


def _change_of(statistic: str) -> str:
    return "change" if statistic == "share" else f"change:{statistic}"


def _changes(estimate: Estimate, stub: str, waves: list[str]) -> pd.DataFrame:
    keys = ["stub_code", "statistic", "banner", "banner_code"]
    labels = estimate.labels.assign(at=np.arange(len(estimate)))
    rows = []
    for earlier, later in pairwise(waves):
        both = labels[labels["wave"] == earlier].merge(
            labels[labels["wave"] == later], on=keys, suffixes=("_a", "_b")
        )
        C = np.zeros((len(both), len(estimate)))
        C[np.arange(len(both)), both["at_a"]] = -1.0
        C[np.arange(len(both)), both["at_b"]] = 1.0
        change = contrast(estimate, C, both[keys])
        smaller = np.minimum(estimate.n[both["at_a"]], estimate.n[both["at_b"]])
        rows.append(
            both[keys].assign(
                wave=f"{earlier}-{later}",
                stub=stub,
                statistic=[_change_of(kind) for kind in both["statistic"]],
                value=change.difference,
                se=change.se,
                low=change.low,
                high=change.high,
                n=smaller,
                weighted_n=estimate.weighted_n[both["at_b"]],
                n_eff=np.minimum(estimate.n_eff[both["at_a"]], estimate.n_eff[both["at_b"]]),
                flag=[flag_of(int(n)) for n in smaller],
            )
        )
    table = pd.concat(rows, ignore_index=True)
    hidden = table["flag"] == "suppressed"
    table.loc[hidden, ["value", "se", "low", "high", "weighted_n", "n_eff"]] = np.nan
    return table
