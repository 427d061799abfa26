"""Analysis at survey size, beside R survey on the same rows in the same minute.

``python -m tests.benchmarks.analysis_jobs`` prints one JSON object. Times are seconds; a ratio is
R's time over ours for the same job. Without Rscript and its survey package only ours are given.
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.arrays import Coded
from analysis.banner import Banner
from analysis.banner_replicates import replicated_shares
from analysis.design import SurveyDesign, Weight, survey_design
from analysis.replicates import bootstrap, with_replicates
from analysis.weighting.calibrate import calibrate, calibrated_design
from analysis.weighting.recalibrate import recalibrate

LARGE, SMALL = 100_000, 4_000
ITEMS, REPLICATES = 100, 500
BANNER = ("g1", "g2", "g3", "g4")
ANSWERS = ("1", "2", "3", "4", "5")


def people(n: int) -> pd.DataFrame:
    """Made-up rows: four strata, four banner variables of five levels, three margins."""
    rng = np.random.default_rng(20240501)
    frame = pd.DataFrame({name: rng.choice(list("vwxyz"), n) for name in BANNER})
    return frame.assign(
        stratum=rng.choice(list("abcd"), n),
        sex=rng.choice(["man", "vrouw"], n),
        age=rng.choice(list("12345"), n),
        origin=rng.choice(list("klmno"), n),
        w=rng.uniform(1, 5, n),
    )


def items(n: int) -> list[Coded]:
    rng = np.random.default_rng(7)
    return [Coded(rng.integers(0, 5, n), ANSWERS) for _ in range(ITEMS)]


def margins(frame: pd.DataFrame) -> dict[str, dict[str, float]]:
    """19 levels in three margins, 10 % above the sample."""
    crossed = frame["sex"] + "|" + frame["age"]
    columns = {"stratum": frame["stratum"], "sex*age": crossed, "origin": frame["origin"]}
    return {name: (1.1 * frame["w"]).groupby(c).sum().to_dict() for name, c in columns.items()}


def timed(job: Callable[[], object], *, best_of: int = 3) -> float:
    """Give the shortest of a few runs: the machine is shared."""
    seconds = []
    for _ in range(best_of):
        start = time.perf_counter()
        job()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def report_of(
    design: SurveyDesign, coded: list[Coded], banner: tuple[str, ...], count: int
) -> None:
    """Make tables with their standard errors, the preparation of the design included."""
    prepared = Banner(design, banner)
    for item in coded[:count]:
        for section in prepared.table(item):
            _ = section.se


def own_times() -> dict[str, float]:
    """Time our jobs; tables per design as R's are, whole reports, and replicates."""
    result: dict[str, float] = {}
    for n in (SMALL, LARGE):
        frame, coded = people(n), items(n)
        design = survey_design(frame, weights="w", strata="stratum")
        totals = margins(frame)
        calibrated = calibrate(frame, design.weights, totals)
        raked = calibrated_design(design, calibrated, Weight("raked"))
        for name, of in (("taylor", design), ("calibrated", raked)):
            result[f"30 banner tables, {name}, {n} rows"] = timed(
                lambda of=of, coded=coded: report_of(of, coded, BANNER[:1], 30)
            )
            result[f"100 items x 21 columns, {name}, {n} rows"] = timed(
                lambda of=of, coded=coded: report_of(of, coded, BANNER, ITEMS), best_of=2
            )
    result |= replicate_times(design, frame, coded, totals)
    return result


def replicate_times(
    design: SurveyDesign,
    frame: pd.DataFrame,
    coded: list[Coded],
    totals: dict[str, dict[str, float]],
) -> dict[str, float]:
    before = peak_bytes()
    replicates = bootstrap(design, REPLICATES, seed=1, dtype=np.float32)
    replicated = with_replicates(design, replicates)
    name = f"100 items x 21 columns, {REPLICATES} replicates, {len(frame)} rows"
    result = {name: timed(lambda: replicated_shares(replicated, coded, BANNER), best_of=1)}
    grown = peak_bytes() - before
    result["peak memory of that over the replicate matrix"] = grown / replicates.weights.nbytes
    result[f"raking {REPLICATES} replicates, {len(frame)} rows"] = timed(
        lambda: recalibrate(replicates, frame, totals), best_of=1
    )
    return result


def peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def r_times(replicates: int | None) -> dict[str, float] | None:
    """Time R on one banner table per design; None without Rscript or its survey package."""
    if shutil.which("Rscript") is None:
        return None
    script = Path(__file__).with_name("analysis_jobs.R")
    frame = people(LARGE).assign(item1=items(LARGE)[0].codes + 1)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.csv"
        frame.to_csv(path, index=False)
        command = ["Rscript", str(script), str(path), "2"]
        command += [] if replicates is None else [str(replicates)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr, file=sys.stderr)
        return None
    pairs = (line.split() for line in done.stdout.splitlines())
    return {job: float(seconds) for job, seconds in pairs}


def ratios(ours: dict[str, float], r: dict[str, float]) -> dict[str, float]:
    """R over ours. R's table has six columns; the replicate report is 100 items of four such."""
    found = {
        "banner table, taylor": r["banner_table"]
        / (ours[f"30 banner tables, taylor, {LARGE} rows"] / 30),
        "banner table, calibrated": r["calibrated_table"]
        / (ours[f"30 banner tables, calibrated, {LARGE} rows"] / 30),
    }
    if "replicated_table" in r:
        report = ours[f"100 items x 21 columns, {REPLICATES} replicates, {LARGE} rows"]
        found["replicate report"] = r["replicated_table"] * ITEMS * len(BANNER) / report
    return found


def measure(*, with_replicates_in_r: bool = True) -> dict[str, object]:
    """Give all numbers of the analysis benchmark."""
    ours = own_times()
    r = r_times(REPLICATES if with_replicates_in_r else None)
    result: dict[str, object] = {"seconds": ours, "R seconds per table": r}
    if r is not None:
        result["R over ours"] = ratios(ours, r)
    return result


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
