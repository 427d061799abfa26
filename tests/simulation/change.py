"""The change of the share in paid work, as an analyst finds it in a release."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analysis.responses import read_release
from analysis.trend import trend
from analysis.weighting.recipe import read_recipe
from analysis.weighting.run import weigh, weighted_responses
from app.services.bootstrap import STUDY

RECIPE = STUDY / "weights" / "w12_lg.yaml"


@dataclass(frozen=True)
class Found:
    """The change of the share in paid work, 2024 to 2025, as the published table has it."""

    value: float
    se: float
    low: float
    high: float

    def covers(self, truth: float) -> bool:
        return self.low <= truth <= self.high


def change_of(folder: Path) -> Found:
    """Weigh a release by the recipe of the study and estimate the change."""
    release = read_release(folder)
    responses = weighted_responses(release, weigh(release, read_recipe(RECIPE)))
    rows = trend(responses, "d_nu").rows
    chosen = rows[(rows["statistic"] == "change") & (rows["stub_code"] == "betaald")]
    (row,) = chosen.to_dict("records")
    return Found(row["value"], row["se"], row["low"], row["high"])
