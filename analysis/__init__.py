"""Weights, variances and tables of survey data: frames in, honest numbers out.

Read a release with :func:`read_release`, make a weight with :func:`weigh`, and estimate on the
responses it gives; or describe any sample with :func:`survey_design` and use :func:`mean`,
:func:`total` and their kin directly. ``README.md`` walks through both.
"""

from analysis.banner import Banner, item_of
from analysis.contrasts import change, pairwise, ttest
from analysis.crosstab import cell_shares, crosstab, independence_test
from analysis.design import LonelyPSU, SurveyDesign, Weight, survey_design
from analysis.estimate import Estimate
from analysis.findings import compute_findings, read_findings
from analysis.intervals import proportion_interval
from analysis.means import mean, proportion, ratio, total
from analysis.panel import stack_waves, transition
from analysis.quality import quality_flags
from analysis.quantiles import quantile
from analysis.regression import regress
from analysis.replicates import balanced, bootstrap, jackknife, supplied, with_replicates
from analysis.responses import Release, Responses, read_release
from analysis.shares import share
from analysis.shelf import WeightShelf
from analysis.trend import trend
from analysis.weighting.calibrate import calibrate, calibrated_design, poststratify, rake
from analysis.weighting.recalibrate import recalibrate
from analysis.weighting.recipe import read_recipe
from analysis.weighting.run import stacked_responses, weigh, weigh_all, weighted_responses
from analysis.weighting.trim import trim

__all__ = [
    "Banner", "Estimate", "LonelyPSU", "Release", "Responses", "SurveyDesign", "Weight",
    "WeightShelf", "balanced", "bootstrap", "calibrate", "calibrated_design", "cell_shares",
    "change", "compute_findings", "crosstab", "independence_test", "item_of", "jackknife", "mean",
    "pairwise", "poststratify", "proportion", "proportion_interval", "quality_flags", "quantile",
    "rake", "ratio", "read_findings", "read_recipe", "read_release", "recalibrate", "regress",
    "share", "stack_waves", "stacked_responses", "supplied", "survey_design", "total", "transition",
    "trend", "trim", "ttest", "weigh", "weigh_all", "weighted_responses", "with_replicates",
]  # fmt: skip
