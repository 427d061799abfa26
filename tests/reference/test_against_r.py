"""Numbers computed by R survey in the same minute, on data no stored reference has."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pandas as pd
import pytest

from analysis.contrasts import ttest
from analysis.crosstab import independence_test
from analysis.design import Weight, survey_design
from analysis.means import mean, proportion, ratio, total
from analysis.quantiles import quantile
from analysis.regression import regress
from analysis.replicates import jackknife, with_replicates
from analysis.weighting.calibrate import calibrate, calibrated_design

SCRIPT = """
suppressPackageStartupMessages(library(survey))
x <- read.csv(commandArgs(TRUE)[1], colClasses = c(town = "character", person = "character"))
x$g <- factor(x$g); x$a <- factor(x$a); x$stratum <- factor(x$stratum)
out <- function(name, ...) cat(name, format(c(...), digits = 17), "\\n")
d <- svydesign(id = ~town + person, strata = ~stratum, fpc = ~towns + size, weights = ~w,
               data = x, nest = TRUE)
m <- svymean(~y, d); out("mean", coef(m), SE(m))
t <- svytotal(~y + g, d); out("total", SE(t))
b <- svyby(~y, ~g, d, svymean, covmat = TRUE); out("vcov", vcov(b))
p <- svyby(~a, ~g, d, svymean); out("prop", unlist(SE(p)))
r <- svyratio(~y, ~z, d); out("ratio", coef(r), SE(r))
h <- svychisq(~a + g, d); out("chisq", h$statistic, h$p.value)
f <- svyglm(hit ~ z + g, d, family = quasibinomial()); out("logit", coef(f), SE(f))
tt <- svyttest(y ~ hit, d); out("ttest", tt$statistic, tt$p.value)
q <- svyquantile(~y, d, c(.2, .5, .8)); out("quantile", q[[1]][, "quantile"], q[[1]][, "se"])
one <- svydesign(id = ~town, strata = ~stratum, weights = ~w, data = x, nest = TRUE)
N <- sum(x$w)
wanted <- c(N * 1.1, N * .3, N * .35, N * .3, N * .3, N * 1.7)
k <- calibrate(one, ~g + stratum + z, wanted, calfun = "raking", epsilon = 1e-12, maxit = 200)
out("raked", range(weights(k)), SE(svymean(~y, k)))
j <- as.svrepdesign(one, type = "JKn"); out("jackknife", SE(svymean(~y, j)))
"""


def rows():
    """Three strata of eight towns with a few people each; sampled in two stages."""
    rng = np.random.default_rng(11)
    frames = []
    for stratum in "ABC":
        for town in range(8):
            n = int(rng.integers(2, 7))
            level = rng.normal(0, 1.5)
            frames.append(
                pd.DataFrame(
                    {
                        "stratum": stratum,
                        "town": f"{town}",
                        "person": [f"{k}" for k in range(n)],
                        "towns": 40,
                        "size": n * 5,
                        "w": 5.0 * 5 * rng.uniform(0.9, 1.1),
                        "y": rng.normal(10 + level, 2, n).round(4),
                        "z": rng.uniform(1, 2, n).round(4),
                        "g": rng.choice(["p", "q", "r"], n),
                        "a": rng.choice(["1", "2", "3"], n),
                    }
                )
            )
    frame = pd.concat(frames, ignore_index=True)
    return frame.assign(hit=(frame["y"] + rng.normal(0, 2, len(frame)) > 10).astype(int))


@pytest.fixture(scope="module")
def r_numbers(tmp_path_factory):
    if shutil.which("Rscript") is None:
        pytest.skip("Rscript is not on this machine")
    folder = tmp_path_factory.mktemp("r")
    rows().to_csv(folder / "rows.csv", index=False)
    (folder / "script.R").write_text(SCRIPT)
    command = ["Rscript", str(folder / "script.R"), str(folder / "rows.csv")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if "there is no package" in done.stderr:
        pytest.skip("R has no survey package")
    assert done.returncode == 0, done.stderr
    lines = (line.split() for line in done.stdout.splitlines())
    return {name: [float(number) for number in numbers] for name, *numbers in lines}


def two_stage():
    return survey_design(
        rows(),
        weights="w",
        strata="stratum",
        units=["town", "person"],
        population=["towns", "size"],
    )


def one_stage():
    return survey_design(rows(), weights="w", strata="stratum", units=["town"])


def agrees(ours, r, tolerance=1e-8):
    np.testing.assert_allclose(np.ravel(ours), r, rtol=tolerance, atol=1e-12)


@pytest.mark.r
def test_two_stage_estimates_agree_with_r(r_numbers):
    design = two_stage()
    estimate = mean(design, "y")
    agrees([estimate.value[0], estimate.se[0]], r_numbers["mean"])
    agrees(total(design, ["y", "g"]).se, r_numbers["total"])
    agrees(mean(design, "y", by="g").covariance, r_numbers["vcov"])
    agrees(proportion(design, "a", by="g", interval="wald").se, r_numbers["prop"])
    found = ratio(design, "y", "z")
    agrees([found.value[0], found.se[0]], r_numbers["ratio"])


@pytest.mark.r
def test_two_stage_tests_and_models_agree_with_r(r_numbers):
    design = two_stage()
    test = independence_test(design, "a", "g")
    agrees([test.statistic, test.p], r_numbers["chisq"])
    fit = regress(design, "hit", ["z", "g"], family="binomial")
    agrees([*fit.coefficients, *fit.se], r_numbers["logit"], 1e-5)
    difference = ttest(design, "y", "hit")
    agrees([difference.t[0], difference.p[0]], r_numbers["ttest"])


@pytest.mark.r
def test_quantiles_agree_with_r(r_numbers):
    table = quantile(two_stage(), "y", [0.2, 0.5, 0.8]).to_frame()
    agrees([*table["estimate"], *table["se"]], r_numbers["quantile"], 1e-7)


@pytest.mark.r
def test_raked_weights_and_replicates_agree_with_r(r_numbers):
    design = one_stage()
    size = float(design.weights.sum())
    totals = {
        "g": {"p": size * 0.45, "q": size * 0.3, "r": size * 0.35},
        "stratum": {"A": size * 0.5, "B": size * 0.3, "C": size * 0.3},
        "z": size * 1.7,
    }
    result = calibrate(design.frame, design.weights, totals)
    se = mean(calibrated_design(design, result, Weight("raked")), "y").se[0]
    agrees([result.weights.min(), result.weights.max(), se], r_numbers["raked"], 1e-7)
    agrees(mean(with_replicates(design, jackknife(design)), "y").se, r_numbers["jackknife"])
