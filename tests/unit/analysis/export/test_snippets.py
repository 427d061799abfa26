"""The programs that remake a table, run as an analyst would run them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.design import LonelyPSU
from analysis.errors import AnalysisError
from analysis.export.parquet import write_parquet
from analysis.export.sav import write_sav
from analysis.export.snippets import write_snippets
from analysis.replicates import Replicates
from analysis.responses import read_release, responses_of
from analysis.shares import share
from analysis.weighting.recipe import read_recipe
from analysis.weighting.run import weigh, weighted_responses
from tests.unit.analysis.export.small_responses import require_r
from tests.unit.analysis.releases import SURVEY, write_release

KEY = ["stub_code", "banner", "banner_code"]


def files(tmp_path, **changes):
    """Write a release with its files; of the stratum overig_wi2013 one person answered."""

    def leave_one(rows):
        answered = [
            row for row in rows
            if row["stratum"] == "overig_wi2013" and row["disposition"].startswith("1.")
        ]  # fmt: skip
        for row in answered[1:]:
            row["disposition"] = "2.11"

    folder = write_release(tmp_path / "release", frame=leave_one, **changes)
    release = read_release(folder)
    weighting = weigh(release, read_recipe(SURVEY / "weights" / "w1_cs.yaml"))
    responses = weighted_responses(release, weighting)
    write_sav(responses, tmp_path / "x.sav", language="en")
    write_parquet(responses, tmp_path / "x.parquet")
    return responses


def expected(responses, variable, by):
    """The numbers of the engine, where its small-base rule shows them."""
    rows = share(responses, variable, by=by).rows
    return rows.loc[rows["value"].notna(), [*KEY, "value", "se", "n"]]


def run(command, tmp_path, out):
    done = subprocess.run(
        [*command], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return pd.read_csv(tmp_path / out, dtype=dict.fromkeys(KEY, "str"))


def assert_same(found, wanted):
    both = wanted.merge(found, on=KEY, suffixes=("", "_found"), how="left")
    assert len(both) > 5
    np.testing.assert_allclose(both["value_found"], both["value"], rtol=1e-12)
    np.testing.assert_allclose(both["se_found"], both["se"], rtol=1e-7)
    assert (both["n_found"] == both["n"]).all()


@pytest.mark.parametrize("variable", ["e_meedoen", "d_nu"])
def test_python_program_gives_the_shares_and_errors_of_the_engine(tmp_path, variable):
    responses = files(tmp_path)
    written = write_snippets(
        responses, tmp_path, variable=variable, by="sekse", sav="x.sav", parquet="x.parquet"
    )

    found = run(
        [sys.executable, written.python.name], tmp_path, f"share_{variable}_by_sekse_python.csv"
    )

    assert_same(found, expected(responses, variable, "sekse"))


def test_python_program_follows_uncalibrated_weights_too(tmp_path):
    responses = files(tmp_path)
    assert responses.design is not None
    design = replace(responses.design, calibration=(), lonely=LonelyPSU.REMOVE)
    responses = replace(responses, design=design)
    written = write_snippets(
        responses, tmp_path, variable="r_route", by="sekse", sav="x.sav", parquet="x.parquet"
    )

    found = run(
        [sys.executable, written.python.name], tmp_path, "share_r_route_by_sekse_python.csv"
    )

    assert written.calibration is None
    assert_same(found, expected(responses, "r_route", "sekse"))


@pytest.mark.r
@pytest.mark.parametrize("reader", ["haven", "foreign"])
@pytest.mark.parametrize("variable", ["e_meedoen", "d_nu"])
def test_r_program_gives_the_shares_and_errors_of_the_engine(tmp_path, variable, reader):
    require_r("survey", reader)
    responses = files(tmp_path)
    written = write_snippets(
        responses, tmp_path, variable=variable, by="groep", sav="x.sav", parquet="x.parquet"
    )
    if reader == "foreign":
        text = written.r.read_text()
        written.r.write_text(text.replace('"haven"', '"a package nobody has"'))

    found = run(["Rscript", written.r.name], tmp_path, f"share_{variable}_by_groep_r.csv")

    assert_same(found, expected(responses, variable, "groep"))


def test_programs_say_that_the_people_are_invented(tmp_path):
    written = write_snippets(
        files(tmp_path), tmp_path, variable="d_nu", by="sekse", sav="x.sav", parquet="x.parquet"
    )

    assert written.r.read_text().startswith("# SYNTHETIC")
    assert written.python.read_text().startswith('"""SYNTHETIC')


def test_program_is_refused_for_a_design_it_would_not_follow(tmp_path):
    responses = files(tmp_path)
    assert responses.design is not None
    replicates = Replicates(np.ones((len(responses), 2)), 1.0, np.ones(2))
    replicated = replace(responses, design=replace(responses.design, replicates=replicates))
    unweighted = responses_of(read_release(tmp_path / "release"))

    for refused, reason in (
        (replicated, "one wave with one row a person"),
        (unweighted, "no weights"),
    ):
        with pytest.raises(AnalysisError, match=reason):
            write_snippets(
                refused, tmp_path, variable="d_nu", by="sekse", sav="x.sav", parquet="x.parquet"
            )
