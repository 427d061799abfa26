"""What was masked, why, and what the outsider was shown to be unable to work out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from analysis.arrays import BoolArray
from analysis.disclosure.audit import Interval
from analysis.disclosure.linked import NO_CELL, LinkedTables
from analysis.disclosure.policy import Policy
from analysis.disclosure.primary import Reason
from analysis.disclosure.requirements import PrimaryCells
from analysis.disclosure.secondary import Suppression

_WHERE = ("table", "wave", "stub", "stub_code", "banner", "banner_code", "statistic")
_DECIMALS = 3
_PRIMARY = frozenset({Reason.MINIMUM_CELL, Reason.GROUP, Reason.DIFFERENCE})


def audit_log(
    rows: pd.DataFrame,
    hidden: BoolArray,
    linked: LinkedTables,
    primary: PrimaryCells,
    suppression: Suppression,
    audited: Sequence[Interval],
    policy: Policy,
) -> dict[str, Any]:
    """Give the log as JSON-ready mappings and lists.

    Notes
    -----
    It tells primary cells from others and so says more than the tables do: it belongs in the
    archive of the release. Intervals are the outsider's, in interviews for each measure.
    """
    proven = _proven(primary, audited)
    masked = [
        _entry(row, cell, _reason(cell, base, linked, primary, suppression), proven)
        for row, cell, base in zip(
            rows[hidden][list(_WHERE)].astype(str).to_dict(orient="records"),
            linked.cell_of_row[hidden].tolist(),
            linked.base_of_row[hidden].tolist(),
            strict=True,
        )
    ]
    differences = [
        {"cell": linked.system.names[cell], "intervals": proven.get(cell, {})}
        for cell, reason in primary.reasons.items()
        if reason is Reason.DIFFERENCE
    ]
    return {
        "policy": asdict(policy),
        "rows": len(rows),
        "rows_masked": len(masked),
        "reasons": dict(sorted(Counter(entry["reason"] for entry in masked).items())),
        "cells": len(linked.system),
        "relations": int(linked.system.relations.shape[0]),
        "cost": round(suppression.cost, _DECIMALS),
        "least_cost_proven": round(suppression.bound, _DECIMALS),
        "optimal": suppression.is_optimal,
        "audited": len(primary.problem.requirements),
        "recovered": 0,
        "differences": differences,
        "masked": masked,
    }


def _proven(
    primary: PrimaryCells, audited: Sequence[Interval]
) -> dict[int, dict[str, list[float | None]]]:
    """Give the interval of every primary cell in every measure."""
    found: dict[int, dict[str, list[float | None]]] = {}
    for requirement, interval in zip(primary.problem.requirements, audited, strict=True):
        found.setdefault(requirement.cell, {})[requirement.measure] = _ends(interval)
    return found


def _ends(interval: Interval) -> list[float | None]:
    high = None if np.isinf(interval.high) else round(interval.high, _DECIMALS)
    return [round(max(interval.low, 0.0), _DECIMALS), high]


def _reason(
    cell: int, base: int, linked: LinkedTables, primary: PrimaryCells, suppression: Suppression
) -> Reason:
    if cell in primary.reasons:
        return primary.reasons[cell]
    if cell == NO_CELL and base == NO_CELL:
        return Reason.DERIVED
    if suppression.masked[base]:
        return primary.reasons.get(base, Reason.COLUMN)
    return Reason.DERIVED if cell == NO_CELL else Reason.COMPLEMENTARY


def _entry(
    row: Mapping[Hashable, Any],
    cell: int,
    reason: Reason,
    proven: dict[int, dict[str, list[float | None]]],
) -> dict[str, Any]:
    entry = {
        **{str(name): value for name, value in row.items()},
        "reason": reason.value,
        "primary": reason in _PRIMARY,
    }
    if cell in proven:
        entry["intervals"] = proven[cell]
    return entry
