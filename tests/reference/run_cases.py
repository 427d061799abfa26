"""Run every case of a reference folder through the public API of ``analysis``.

    python tests/reference/run_cases.py FOLDER/expected.json --out got.json

``expected.json`` has the format ``weighting-oracle/1``. Tables to mask, in ``sdc.json`` beside it
(format ``weighting-oracle-sdc/1``), are run too; that file can also be named by itself.

A case is chosen by its operation and arguments, never by its name. From ``expected`` only labels
are read (which variables, groups and blocks of estimates are wanted), never a number.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import traceback
from dataclasses import replace
from functools import cached_property
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import pandas as pd

from analysis.banner import Banner, item_of
from analysis.contrasts import change, pairwise, ttest
from analysis.crosstab import cell_shares, crosstab, independence_test
from analysis.design import Weight, survey_design
from analysis.disclosure.count_table import count_table, mask_count_table
from analysis.domain import FrameRows
from analysis.errors import AnalysisError
from analysis.expression import parse
from analysis.intervals import proportion_interval
from analysis.logit import fit_logit, model_matrix
from analysis.means import mean, proportion, ratio, total
from analysis.panel import WAVE, WaveRows, stack_waves, transition
from analysis.quantiles import quantile
from analysis.regression import regress
from analysis.replicates import balanced, jackknife, supplied, with_replicates
from analysis.weighting.calibrate import calibrate, calibrated_design
from analysis.weighting.diagnostics import factors, summary, summary_by
from analysis.weighting.nonresponse import (
    adjust_by_classes,
    adjust_by_propensity,
    classes_of,
    propensity_classes,
)
from analysis.weighting.recalibrate import recalibrate
from analysis.weighting.trim import trim

FORMAT = "weighting-oracle/1"
SDC_FORMAT = "weighting-oracle-sdc/1"
SDC_FILE = "sdc.json"
TOP2 = "_top2"
NOT_AN_ANSWER = (98, 99)


def as_list(value):
    return value if isinstance(value, list) else [value]


class Folder:
    """The datasets and designs of one reference folder."""

    def __init__(self, path):
        self.path = path.parent
        document = json.loads(path.read_text(encoding="utf-8"))
        if document.get("format") != FORMAT:
            raise SystemExit(f"{path}: format {document.get('format')}, only {FORMAT} is run here")
        self.cases = document["cases"]
        self.designs = document["designs"]
        self.datasets = document["datasets"]
        self._frames = {}

    def read(self, file):
        return pd.read_csv(self.path / file, keep_default_na=False, na_values=[""])

    def frame(self, name):
        if name not in self._frames:
            frame = self.read(self.datasets[name]["file"])
            if "98 = don't know" in self.datasets[name].get("note", ""):
                frame = with_answers_only(frame)
            for column, levels in self.level_order.items():
                if column in frame.columns:
                    others = sorted(set(frame[column].dropna()) - set(levels))
                    frame[column] = pd.Categorical(frame[column], [*levels, *others])
            self._frames[name] = frame
        return self._frames[name]

    def rows(self, spec, weights_file=None):
        """The rows of a design and the name of their weight column."""
        frame = self.frame(spec["data"])
        if spec.get("where"):
            frame = frame[parse(spec["where"])(FrameRows(frame))]
        weights = spec["weights"] if weights_file is None else f"{weights_file}:weight"
        if ".csv" not in weights:
            return frame.reset_index(drop=True), weights
        file, column = weights.split(":")
        loaded = self.read(file)
        key = loaded.columns[0]
        loaded = loaded.rename(columns={column: "_weight"})[[key, "_weight"]]
        return frame.merge(loaded, on=key, how="inner", validate="1:1"), "_weight"

    def design(self, name, *, weights_file=None, lonely="fail"):
        spec = self.designs[name]
        if spec.get("stack"):
            return self.stacked(spec)
        if weights_file is not None:
            spec = self.started_from(spec, weights_file)
        frame, weight = self.rows(spec, weights_file)
        return survey_design(
            frame,
            weights=weight,
            units=spec["ids"],
            strata=spec["strata"],
            population=spec["fpc"],
            nested=bool(spec.get("nest", True)),
            lonely=lonely,
        )

    def started_from(self, spec, weights_file):
        """The design that was declared with these start weights; else the case's own."""
        for other in self.designs.values():
            same = other["data"] == spec["data"] and not other.get("stack")
            if same and str(other["weights"]).split(":")[0] == weights_file:
                return other
        if len(self.read(weights_file)) < len(self.frame(spec["data"])):
            # Weights of respondents only: the population counts were those of the whole sample.
            return {**spec, "fpc": None}
        return spec

    def stacked(self, spec):
        frame = self.frame(spec["data"])
        if spec.get("where"):
            frame = frame[parse(spec["where"])(FrameRows(frame))]
        person = spec["ids"][0]
        waves = {}
        for wave in spec["stack"]["waves"]:
            found = re.search(rf"wave {wave}: *([\w.]+\.csv)", spec["weights"])
            file = found.group(1) if found else spec["weights"].split(":")[0]
            loaded = self.read(file)
            rows = frame.merge(loaded, on=person, how="inner", validate="1:1")
            waves[str(wave)] = WaveRows(of_wave(rows, wave), rows["weight"].to_numpy(float))
        return stack_waves(waves, person=person, strata=spec["strata"])

    @cached_property
    def level_order(self):
        """Order of levels as the margins list them, which is that of the codebook."""
        order = {}
        for dataset in self.datasets.values():
            if dataset["columns"][:2] == ["margin", "level"]:
                margins = self.read(dataset["file"])
                for name, rows in margins.groupby("margin", sort=False):
                    order[name] = list(rows["level"])
        return order


def with_answers_only(frame):
    """98 and 99 are no answers; ``x_top2`` is 1 for codes 4 and 5."""
    frame = frame.copy()
    for name in [c for c in frame.columns if re.fullmatch(r"w\d+_q\d+", c)]:
        frame[name] = frame[name].where(~frame[name].isin(NOT_AN_ANSWER))
        frame[name + TOP2] = frame[name].isin((4, 5)).astype(float).where(frame[name].notna())
    return frame


def of_wave(frame, wave):
    """Columns of one wave under names without the wave."""
    prefix = f"w{wave}_"
    own = {c: c.removeprefix(prefix) for c in frame.columns if c.startswith(prefix)}
    others = [c for c in frame.columns if not re.match(r"w\d+_", c)]
    return frame[[*others, *own]].rename(columns=own)


# ---- rows as the reference writes them -------------------------------------------------------


def rows_of(estimate, by=(), *, bounds=True):
    result = []
    for label, row in zip(
        estimate.labels.to_dict(orient="records"),
        estimate.to_frame().to_dict(orient="records"),
        strict=True,
    ):
        entry = {"var": label["variable"], "estimate": row["estimate"], "se": row["se"]}
        if by:
            entry["by"] = {name: label[name] for name in by}
        if label.get("level", "") != "":
            entry["level"] = label["level"]
        if bounds:
            entry |= {"ci_low": row["low"], "ci_high": row["high"]}
        if "deff" in row:
            entry["deff"] = row["deff"]
        result.append(entry)
    return result


def as_test(statistic, p, parameter=None):
    result = {"statistic": statistic, "p_value": p}
    if parameter is not None:
        result["parameter"] = parameter[0] if len(parameter) == 1 else list(parameter)
    return result


def weights_result(ids, weights, start):
    described = summary(weights)
    kept = {k: described[k] for k in ("n", "sum", "min", "max", "cv", "kish_deff", "n_eff")}
    pairs = zip(ids, weights.tolist(), strict=True)
    return {"weights": {str(k): w for k, w in pairs}, **kept, **factors(weights, start)}


def wanted_estimates(design, expected):
    """Blocks of estimates named in ``expected``, found again from their labels.

    Where a block has a twin ``_projection``, ours is that twin: residuals, not R's rake(). For the
    block called ``estimates`` either counts.
    """
    result = {}
    for name, rows in expected.items():
        if name == "df":
            result[name] = design.degrees_of_freedom
            continue
        variables = list(dict.fromkeys(row["var"] for row in rows))
        by = list(rows[0].get("by", {}))
        statistic = total if "total" in name else mean
        result[name] = rows_of(statistic(design, variables, by=by), by)
    return result


def estimate_blocks(design, case):
    named = [name for name in case["expected"] if name.startswith("estimates")]
    return {
        name: wanted_estimates(design, case["expected"][name])
        for name in named
        if name == "estimates" or f"{name}_projection" not in named
    }


# ---- operations ------------------------------------------------------------------------------


def run_mean(folder, case, statistic=mean):
    args = case["args"]
    design = folder.design(case["design"], lonely=args.get("lonely_psu", "fail"))
    deff = {True: "without", "replace": "replace"}.get(args.get("deff"))
    by = as_list(args.get("by", []))
    estimate = statistic(design, as_list(args["vars"]), by=by, where=args.get("where"), deff=deff)
    result = {
        "rows": rows_of(estimate, by),
        "df": estimate.df,
        "vcov": estimate.covariance.tolist(),
    }
    result["n_valid"] = int(estimate.n[0])
    if "total" in case["expected"]:
        result["total"] = rows_of(total(design, as_list(args["vars"])))
    return result


def run_total(folder, case):
    return run_mean(folder, case, total)


def run_proportion(folder, case):
    return run_mean(
        folder,
        case,
        lambda design, names, **more: proportion(design, names, interval="wald", **more),
    )


def run_ratio(folder, case):
    args = case["args"]
    design = folder.design(case["design"])
    by = as_list(args.get("by", []))
    estimate = ratio(design, args["numerator"], args["denominator"], by=by, where=args.get("where"))
    return {"rows": rows_of(estimate, by), "df": estimate.df}


def run_crosstab_counts(folder, case):
    args = case["args"]
    table = crosstab(folder.design(case["design"]), args["rows"], args["cols"])
    return {
        "row_levels": list(table.row_levels),
        "col_levels": list(table.column_levels),
        "weighted": table.weighted.tolist(),
        "unweighted": table.unweighted.tolist(),
    }


def run_crosstab_proportions(folder, case):
    args = case["args"]
    estimate = cell_shares(folder.design(case["design"]), args["rows"], args["cols"])
    labels = estimate.labels[[args["rows"], args["cols"]]].to_numpy().tolist()
    numbers = zip(labels, estimate.value.tolist(), estimate.se.tolist(), strict=True)
    return {"cells": [{"cell": cell, "estimate": p, "se": se} for cell, p, se in numbers]}


def run_chisq(folder, case):
    args = case["args"]
    test = independence_test(
        folder.design(case["design"]), args["rows"], args["cols"], statistic=args["statistic"]
    )
    return as_test(test.statistic, test.p, test.df or None)


def run_ci_proportion(folder, case):
    args = case["args"]
    found = proportion_interval(
        folder.design(case["design"]),
        args["expr"],
        method=args["method"],
        level=args.get("level", 0.95),
    )
    return {
        "df": found.df,
        "estimate": found.estimate,
        "se": found.se,
        "ci": [found.low, found.high],
    }


def run_quantile(folder, case):
    args = case["args"]
    by = as_list(args.get("by", []))
    table = quantile(
        folder.design(case["design"]),
        as_list(args["vars"])[0],
        [float(p) for p in as_list(args["probs"])],
        by=by,
        interval=args.get("interval_type", "mean") if args.get("ci", True) else None,
        rule=args.get("qrule", "math"),
    ).to_frame()
    rows = []
    for row in table.to_dict(orient="records"):
        entry = {"prob": row["probability"], "estimate": row["estimate"]}
        for ours, theirs in (("low", "ci_low"), ("high", "ci_high"), ("se", "se")):
            if ours in row:
                entry[theirs] = row[ours]
        if by:
            entry["by"] = {name: row[name] for name in by}
        rows.append(entry)
    return {"rows": rows, "df": folder.design(case["design"]).degrees_of_freedom}


def run_ttest(folder, case):
    args = case["args"]
    return tas_test(ttest(folder.design(case["design"]), args["var"], args["group"]))


def tas_test(test):
    return {
        **as_test(test.t[0], test.p[0], (test.df,)),
        "estimate": test.difference[0],
        "conf_int": [test.low[0], test.high[0]],
        "df": test.df,
    }


def run_pairwise_contrasts(folder, case):
    args = case["args"]
    found = pairwise(mean(folder.design(case["design"]), args["var"], by=args["by"]), args["by"])
    table = found.to_frame()
    names = {"difference": "diff"}
    pairs = table.rename(columns=names)[["a", "b", "diff", "se", "t", "p"]]
    return {"df": found.df, "pairs": pairs.to_dict(orient="records")}


def run_glm(folder, case):
    args = case["args"]
    outcome, right = (part.strip() for part in args["formula"].split("~"))
    predictors = [part.strip() for part in right.split("+")]
    fit = regress(folder.design(case["design"]), outcome, predictors, family=args["family"])
    rows = zip(fit.terms, fit.coefficients.tolist(), fit.se.tolist(), strict=True)
    return {
        "df_residual": fit.df,
        "coef": [{"term": term, "estimate": b, "se": se} for term, b, se in rows],
    }


def totals_of(args):
    """The population totals of a weighting operation, under one form."""
    if "cells" in args:
        return {"*".join(args["cells"]): args["totals"]}
    return args.get("margins") or args["totals"]


def run_calibrate(folder, case):
    args = case["args"]
    design = folder.design(case["design"], weights_file=args.get("start_weights"))
    default = {"rake": "raking", "poststratify": "linear"}.get(case["op"], "linear")
    bounds = args.get("bounds")
    if "fault" in args:
        frame, totals = faulty_margins(folder, design.frame, args)
    else:
        frame, totals = design.frame, totals_of(args)
    result = calibrate(
        frame,
        design.weights,
        totals,
        distance=args.get("distance", default),
        bounds=None if bounds is None else (bounds[0], bounds[1]),
        within=args.get("equal_within"),
    )
    calibrated = calibrated_design(design, result, Weight("calibrated"))
    ids = frame[case["expected"].get("id_column", frame.columns[0])]
    return {
        **weights_result(ids, result.weights, design.weights),
        **estimate_blocks(calibrated, case),
    }


def faulty_margins(folder, frame, args):
    """Build the fault that ``problem`` describes from the folder's margins."""
    margin, problem = args["margin"], args["problem"]
    everything = margins_of(folder)
    totals = {name: dict(levels) for name, levels in everything.items() if "*" not in name}
    if margin not in totals:
        name = margin if margin in everything else covering(everything, margin)
        totals[name] = dict(everything[name])
    quoted = re.findall(r"'([^']*)'", problem)
    match args["fault"]:
        case "empty_level":
            totals[margin][quoted[0]] = float(re.search(r"total ([\d.]+)", problem).group(1))
        case "missing_level":
            del totals[margin][quoted[-1]]
        case "inconsistent":
            times = float(re.search(r"([\d.]+) *x", problem).group(1))
            totals[margin] = {level: times * size for level, size in totals[margin].items()}
        case "na_in_aux":
            frame = frame.copy()
            frame.loc[frame.index[: int(re.search(r"\d+", problem).group())], margin] = np.nan
        case fault:
            raise NotImplementedError(f"fault {fault}")
    return frame, totals


def covering(margins, variable):
    """A crossed margin that a variable is part of."""
    return next(name for name in margins if variable in name.split("*"))


def margins_of(folder):
    for dataset in folder.datasets.values():
        if dataset["columns"][:2] == ["margin", "level"]:
            table = folder.read(dataset["file"])
            return {
                name: dict(zip(rows["level"].astype(str), rows["total"].astype(float), strict=True))
                for name, rows in table.groupby("margin", sort=False)
            }
    raise ValueError("the folder has no margins")


def run_trim(folder, case):
    args = case["args"]
    design = folder.design(case["design"], weights_file=args["start_weights"])
    trimmed = trim(
        design.weights,
        upper=args.get("upper", np.inf),
        lower=args.get("lower", -np.inf),
        strict=args.get("strict", False),
    )
    id_column = case["expected"]["id_column"]
    start = weights_before(folder, case, design, id_column)
    result = weights_result(design.frame[id_column], trimmed, start)
    result["n_at_cap"] = int((np.abs(trimmed - args.get("upper", np.inf)) < 1e-6).sum())
    trimmed_design = design.with_weights(trimmed, weight=Weight("trimmed"))
    return {**result, **estimate_blocks(trimmed_design, case)}


def weights_before(folder, case, design, id_column):
    """Factors of trimming count from the design's own weight where it covers the same rows."""
    frame, weight = folder.rows(folder.designs[case["design"]])
    if len(frame) != len(design):
        return design.weights
    return frame.set_index(id_column).loc[design.frame[id_column], weight].to_numpy(float)


def responded(frame, name):
    return (frame[name] == 1).to_numpy(dtype=bool)


def run_nonresponse_classes(folder, case):
    args = case["args"]
    frame = folder.frame(folder.designs[case["design"]]["data"])
    start, answered = frame[args["base"]].to_numpy(float), responded(frame, args["response"])
    adjusted = adjust_by_classes(start, answered, classes_of(frame, args["cells"]))
    ids = frame[case["expected"]["id_column"]][answered]
    table = adjusted.factors.sort_values("cell")
    return {
        **weights_result(ids, adjusted.weights[answered], start[answered]),
        "factors": table.to_dict(orient="records"),
    }


def propensity(folder, frame, args, start):
    prepared, predictors, names = model_frame(frame, args["predictors"])
    terms = model_matrix(prepared, predictors, levels=folder.level_order)
    outcome = responded(frame, args["response"]).astype(float)
    fit = fit_logit(terms, outcome, start if args.get("weighted") else None)
    return fit, [names.get(term, term) for term in fit.terms]


def model_frame(frame, predictors):
    """Columns of a model; ``x (numeric, missing -> 0)`` and ``x_missing (0/1)`` are made here."""
    prepared, columns, names = frame.copy(), [], {}
    for text in predictors:
        name = text.split(" ")[0]
        if "missing ->" in text:
            prepared[name] = pd.to_numeric(frame[name]).fillna(
                float(text.split("->")[1].strip(" )"))
            )
            names[name] = re.sub(r"^w\d+_", "", name) + "m"
        elif name.endswith("_missing"):
            prepared[name] = frame[name.removesuffix("_missing")].isna().astype(float)
            names[name] = re.sub(r"^w\d+_", "", name.removesuffix("_missing")) + "miss"
        columns.append(name)
    return prepared, columns, names


def run_nonresponse_propensity(folder, case):
    args = case["args"]
    if "start_weights" in args:
        frame, weight = folder.rows(folder.designs[case["design"]], args["start_weights"])
    else:
        spec = folder.designs[case["design"]]
        frame, weight = folder.frame(spec["data"]), args.get("base", spec["weights"])
    start, answered = frame[weight].to_numpy(float), responded(frame, args["response"])
    fit, names = propensity(folder, frame, args, start)
    if args["method"] == "inverse":
        adjusted = adjust_by_propensity(start, answered, fit)
    else:
        classes = propensity_classes(fit.fitted, args.get("n_classes", 5))
        adjusted = adjust_by_classes(start, answered, classes)
    ids = frame[case["expected"]["id_column"]][answered]
    coefficients = zip(names, fit.coefficients.tolist(), strict=True)
    return {
        **weights_result(ids, adjusted.weights[answered], start[answered]),
        "coef": [{"term": term, "estimate": b} for term, b in coefficients],
        "propensity_min": float(fit.fitted[answered].min()),
        "propensity_max": float(fit.fitted[answered].max()),
        "factors": adjusted.factors["factor"].tolist(),
    }


def replicates_of(folder, case, design):
    args = case["args"]
    file = args.get("replicates_file")
    if file is not None:
        table = folder.read(file)
        columns = [c for c in table.columns if c.startswith("rep")]
        weights = aligned(table, design, folder)[columns].to_numpy(float)
        return supplied(
            weights,
            scale=args["scale"],
            rscales=np.asarray(args.get("rscales", 1.0), dtype=float),
            mse=args.get("mse", False),
        )
    if args["type"] in ("BRR", "Fay"):
        return balanced(design, rho=args.get("rho", 0.0))
    return jackknife(design, mse=args.get("mse", False))


def aligned(table, design, folder):
    """Rows of a weights file in the order of the design."""
    key = table.columns[0]
    return table.set_index(key).loc[design.frame[key]].reset_index()


def run_replicates(folder, case):
    args, expected = case["args"], case["expected"]
    replicates = replicates_of(folder, case, folder.design(case["design"]))
    design = with_replicates(folder.design(case["design"]), replicates)
    W = np.asarray(replicates.weights, dtype=float)
    result = {
        "df": design.degrees_of_freedom,
        "scale": replicates.scale,
        "n_replicates": replicates.count,
        "mse": replicates.mse,
        "rscales_first": replicates.rscales[:3].tolist(),
        "rscales_sum": float(replicates.rscales.sum()),
        "replicate_weight_sums_first": W.sum(axis=0)[:5].tolist(),
        "sum_of_squares_of_replicate_weights": float((W**2).sum()),
    }
    result |= replicated_means(design, expected)
    if "ratio" in expected:
        estimate = ratio(design, *args["ratio"])
        result["ratio"] = {"estimate": estimate.value[0], "se": estimate.se[0]}
    if "quantile" in expected:
        probabilities = [row["prob"] for row in expected["quantile"]]
        table = quantile(design, as_list(args["vars"])[0], probabilities).to_frame()
        names = {"probability": "prob", "low": "ci_low", "high": "ci_high"}
        result["quantile"] = table.rename(columns=names).to_dict(orient="records")
    if "chisq_F" in expected:
        test = independence_test(design, args["dom"], args["dom2"])
        result["chisq_F"] = as_test(test.statistic, test.p, test.df)
    if "ttest" in expected:
        result["ttest"] = tas_test(ttest(design, as_list(args["vars"])[0], args["dom2"]))
    return result


def replicated_means(design, expected):
    result = {}
    for name in ("mean", "total", "proportion", "mean_by"):
        if name not in expected:
            continue
        rows = expected[name]
        variables = list(dict.fromkeys(row["var"] for row in rows))
        by = list(rows[0].get("by", {}))
        statistic = total if name == "total" else mean
        deff = "without" if "deff" in rows[0] else None
        estimate = statistic(design, variables, by=by, deff=deff)
        result[name] = rows_of(estimate, by)
        if name == "mean_by":
            result["mean_by_vcov"] = estimate.covariance.tolist()
    return result


def run_replicates_calibrated(folder, case):
    args, expected = case["args"], case["expected"]
    design = folder.design(case["design"], weights_file=args.get("start_weights"))
    if "factors_file" in args:
        table = aligned(folder.read(args["factors_file"]), design, folder)
        found = table.drop(columns=table.columns[0]).to_numpy(float)
        start = supplied(
            found,
            scale=args["scale"],
            rscales=np.asarray(args["rscales"], dtype=float),
            mse=args["mse"],
            factors_of=design.weights,
        )
    else:
        start = replicates_of(folder, case, design)
    distance = args.get("distance", "raking")
    totals = totals_of(args)
    full = calibrate(design.frame, design.weights, totals, distance=distance)
    replicates = recalibrate(start, design.frame, totals, distance=distance)
    calibrated = with_replicates(
        replace(design, weights=full.weights, weight=Weight("calibrated")), replicates
    )
    W = np.asarray(replicates.weights, dtype=float)
    sums = W.sum(axis=0)
    result = {
        "sum_sq_replicate_weights": float((W**2).sum()),
        "replicate_weight_sum": sums[: len(expected.get("replicate_weight_sum", []))].tolist(),
    }
    blocks = {name: rows for name, rows in expected.items() if name not in result}
    return {**result, **wanted_estimates(calibrated, blocks)}


def run_wave_change(folder, case):
    args = case["args"]
    design = folder.design(case["design"])
    text = args["var"]
    name = text.split(" ")[0]
    match = re.fullmatch(r"(\w+) in \{([\d,]+)\}", text)
    if match:
        codes = [int(c) for c in match.group(2).split(",")]
        values = design.frame[match.group(1)]
        name = "_outcome"
        outcome = values.isin(codes).astype(float).where(values.notna())
        design = replace(design, frame=design.frame.assign(_outcome=outcome))
    waves = [str(wave) for wave in args["waves"]]
    estimate, difference = change(design, name, WAVE, waves)
    V = estimate.covariance
    order = [estimate.labels[WAVE].tolist().index(wave) for wave in waves]
    a, b = order
    return {
        "w1": estimate.value[a], "se1": estimate.se[a], "n1": int(estimate.n[a]),
        "w2": estimate.value[b], "se2": estimate.se[b], "n2": int(estimate.n[b]),
        "cov12": V[a, b], "diff": difference.difference[0], "se_diff": difference.se[0],
        "df": difference.df, "t": difference.t[0], "p": difference.p[0],
        "se_if_independent": float(np.sqrt(V[0, 0] + V[1, 1])),
    }  # fmt: skip


def run_transition(folder, case):
    args = case["args"]
    flows = transition(folder.design(case["design"]), args["from"], args["to"])
    return {
        "levels": list(flows.table.row_levels),
        "weighted": flows.table.weighted.tolist(),
        "unweighted": flows.table.unweighted.tolist(),
        "row_proportions": rows_of(flows.shares, [args["from"]]),
    }


def run_banner_table(folder, case):
    args = case["args"]
    design = folder.design(case["design"])
    nets = {name: [str(c) for c in codes] for name, codes in args.get("nets", {}).items()}
    item = item_of(design, args["row"])
    sections = Banner(design, as_list(args["banner"])).table(item, nets=nets, mean=args["mean"])
    columns, pairs, tests = [], [], []
    for section in sections:
        columns += [column_of(section, c, nets) for c in range(len(section.n)) if section.n[c]]
        if section is sections[0]:
            continue
        for statistic in (*nets, "mean"):
            pairs += pairs_of(section, statistic)
        test = section.independence()
        tests.append({"banner": section.variable.name, **as_test(test.statistic, test.p, test.df)})
    return {"df": sections[0].df, "columns": columns, "pairwise": pairs, "chisq": tests}


def column_of(section, c, nets):
    value, se = (
        dict(zip(section.statistics, section.value[c], strict=True)),
        dict(zip(section.statistics, section.se[c], strict=True)),
    )
    categories = section.statistics[: section.counts.shape[1]]
    column = {
        "banner": section.variable.name,
        "column": section.variable.levels[c],
        "n": int(section.n[c]),
        "weighted_n": section.weighted_n[c],
        "n_eff_kish": section.n_eff[c],
        "rows": [
            {"category": int(k), "n": int(n), "pct": 100 * value[k], "se_pct": 100 * se[k]}
            for k, n in zip(categories, section.counts[c], strict=True)
        ],
        "mean": value["mean"],
        "mean_se": se["mean"],
    }
    for net in nets:
        column |= {f"{net}_pct": 100 * value[net], f"{net}_se": 100 * se[net]}
    return column


def pairs_of(section, statistic):
    found = section.pairwise(statistic)
    table = found.to_frame().rename(columns={"difference": "diff"})
    wanted = ["a", "b", "diff", "se", "t", "df", "p", "p_holm", "p_bonferroni"]
    rows = table[wanted].to_dict(orient="records")
    return [{"banner": section.variable.name, "stat": statistic, **row} for row in rows]


def run_weight_diagnostics(folder, case):
    design = folder.design(case["design"])
    by = design.frame[case["args"]["by"]]
    return {"all": summary(design.weights), "by": summary_by(design.weights, by)}


def run_block(folder, case):
    args = case["args"]
    design = folder.design(case["design"])
    result = {}
    if "mean" in args:
        result["mean"] = rows_of(mean(design, args["mean"], deff="without"))
    if "chisq" in args:
        test = independence_test(design, *args["chisq"])
        result["chisq"] = as_test(test.statistic, test.p, test.df)
    if "ttest" in args:
        result["ttest"] = tas_test(ttest(design, *args["ttest"]))
    if "ciprop" in args:
        condition, method = re.fullmatch(r"(.+?) *\((\w+)\)", args["ciprop"]).groups()
        found = proportion_interval(design, condition, method=method)
        ends = [found.low, found.high]
        result["ciprop"] = {"estimate": found.estimate, "ci": ends, "df": found.df}
    return result


OPERATIONS = {
    "mean": run_mean,
    "total": run_total,
    "proportion": run_proportion,
    "ratio": run_ratio,
    "crosstab_counts": run_crosstab_counts,
    "crosstab_proportions": run_crosstab_proportions,
    "chisq": run_chisq,
    "ci_proportion": run_ci_proportion,
    "quantile": run_quantile,
    "ttest": run_ttest,
    "pairwise_contrasts": run_pairwise_contrasts,
    "glm": run_glm,
    "poststratify": run_calibrate,
    "rake": run_calibrate,
    "calibrate": run_calibrate,
    "trim": run_trim,
    "nonresponse_classes": run_nonresponse_classes,
    "nonresponse_propensity": run_nonresponse_propensity,
    "attrition_propensity": run_nonresponse_propensity,
    "replicates": run_replicates,
    "replicates_raked": run_replicates_calibrated,
    "replicates_calibrated": run_replicates_calibrated,
    "wave_change": run_wave_change,
    "transition": run_transition,
    "banner_table": run_banner_table,
    "weight_diagnostics": run_weight_diagnostics,
    "block": run_block,
}


def run_case(folder, case):
    """The result of one case; a refusal is a result too."""
    try:
        return OPERATIONS[case["op"]](folder, case)
    except AnalysisError as refusal:
        return {"must_fail": True, "message": str(refusal)}


def run_masking(_, case):
    """The cells masked in a table of counts, from its labels, counts and rule."""
    rule = case["rule"]
    found = mask_count_table(
        count_table(case["counts"], case["rows"], case["cols"]),
        minimum_cell=rule["min_count"],
        protection_width=rule["interval_width"],
        print_zeros=rule.get("zeros") == "published",
        print_grand_total=rule.get("grand_total") == "published",
    )
    return [[int(row), int(column)] for row, column in np.argwhere(found.masked)]


def plain(value):
    """NumPy numbers as JSON numbers; undefined ones as null."""
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [plain(v) for v in value]
    if isinstance(value, float | np.floating):
        return None if np.isnan(value) else float(value)
    return int(value) if isinstance(value, np.integer) else value


def jobs_of(path):
    """What there is to run at a path: triples of function, folder and case."""
    document = json.loads(path.read_text(encoding="utf-8"))
    if document.get("format") == SDC_FORMAT:
        return [(run_masking, None, case) for case in document["cases"]]
    folder = Folder(path)
    jobs = [(run_case, folder, case) for case in folder.cases]
    tables = path.with_name(SDC_FILE)
    return jobs + (jobs_of(tables) if tables.exists() else [])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("expected", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    got = {}
    for run, folder, case in jobs_of(arguments.expected):
        try:
            got[case["id"]] = plain(run(folder, case))
        except Exception:  # one case that breaks must not hide the others
            print(f"{case['id']}:", file=sys.stderr)
            traceback.print_exc()
    arguments.out.write_text(json.dumps(got, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
