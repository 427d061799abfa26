"""What `make_tables` hands on: every number, counts for disclosure control, and facts to print."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.errors import AnalysisError, CancelledError, ReleaseError
from analysis.plan import Breakdown, Kind, Plan, TablePlan, Variance
from analysis.responses import read_release
from analysis.tables import COLUMNS, INTERNAL, make_tables
from analysis.weighting.recipe import read_recipe
from tests.unit.analysis.releases import SURVEY, write_release

RECIPES = Path(SURVEY / "weights")
ROUTE = Breakdown("r_route", "r_regime == 'wi2021'")


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    return read_release(write_release(tmp_path_factory.mktemp("release") / "r", waves=(2024, 2025)))


def plan_of(**changes):
    table = {"id": "t", "stub": ("e_meedoen",), "banner": (), "waves": (2024,)} | changes
    return Plan((TablePlan(**table),), RECIPES)


def made(release, **changes):
    return make_tables(release, plan_of(**changes))


def answers(release, wave=2024):
    """The interviews of a wave that have a weight: all of this release."""
    rows = release.responses
    return rows[rows["wave"] == str(wave)].astype("str")


def test_rows_have_the_agreed_columns_with_the_total_first(release):
    tables = made(release, banner=(Breakdown("sekse"), ROUTE), mean=True, nets={"top": ("1", "2")})

    rows = tables.rows
    assert tuple(rows.columns) == (*COLUMNS, *INTERNAL)
    assert list(dict.fromkeys(rows["banner"])) == ["total", "sekse", "r_route"]
    first = rows[rows["banner"] == "total"]
    assert list(first["stub_code"]) == ["1", "2", "3", "4", "5", "top", "mean"]
    assert list(first["statistic"]) == ["share"] * 5 + ["net", "mean"]
    assert set(first["banner_code"]) == {"total"}
    assert set(rows["wave"]) == {"2024"}
    key = ["table", "wave", "stub", "stub_code", "banner", "banner_code", "statistic"]
    assert not rows.duplicated(key).any()


def test_count_is_the_number_of_interviews_with_the_answer(release):
    rows = made(release, banner=(Breakdown("sekse"),), nets={"top": ("1", "2")}, mean=True).rows

    table = answers(release)
    for row in rows[rows["banner"] == "sekse"].itertuples():
        group = table[table["sekse"] == row.banner_code]["e_meedoen"]
        if row.statistic == "share":
            assert row.count == (group == row.stub_code).sum()
        elif row.statistic == "net":
            assert row.count == group.isin(["1", "2"]).sum()
        else:
            assert np.isnan(row.count)
        assert row.n == group.isin(list("12345")).sum()


def test_small_bases_keep_their_numbers_until_they_are_masked(release):
    rows = made(release, banner=(Breakdown("groep"),)).rows

    small = rows[rows["flag"] == "suppressed"]
    assert len(small)
    assert (small["n"] < 30).all()
    assert small[["value", "se", "weighted_n", "n_eff", "count"]].notna().all(axis=None)


def test_a_net_of_a_multiple_choice_counts_people_not_answers(release):
    rows = made(release, stub=("d_nu",), nets={"any": ("betaald", "vrijwillig")}).rows

    table = answers(release)
    either = (table["d_nu__betaald"] == "1") | (table["d_nu__vrijwillig"] == "1")
    both = (table["d_nu__betaald"] == "1") & (table["d_nu__vrijwillig"] == "1")
    assert both.any()
    net = rows[rows["statistic"] == "net"].iloc[0]
    assert net["count"] == either.sum()
    assert net["n"] == (table["d_nu__geen"].isin(["0", "1"])).sum()


def test_kinds_of_missing_become_answers_when_asked_but_stay_out_of_the_mean(release):
    without = made(release, mean=True).rows.set_index("stub_code")
    rows = made(release, mean=True, count_missing=("dk", "break_off"))

    found = rows.rows.set_index("stub_code")
    table = answers(release)["e_meedoen"]
    assert list(found.index) == ["1", "2", "3", "4", "5", "dk", "break_off", "mean"]
    assert found.loc["dk", "count"] == (table == "dk").sum()
    assert found.loc["break_off", "count"] == (table == "break_off").sum() > 0
    assert found.loc["1", "n"] == len(table)
    assert found["value"][:-1].sum() == pytest.approx(1)
    assert found.loc["mean", "value"] == pytest.approx(without.loc["mean", "value"], rel=1e-12)
    assert found.loc["mean", "n"] == without.loc["mean", "n"]
    assert rows.notes[0].left_out == {"2024": {}}


def test_missing_of_a_multiple_choice_counts_as_an_answer_when_asked(release):
    rows = made(release, stub=("d_nu",), count_missing=("break_off",)).rows.set_index("stub_code")

    table = answers(release)["d_nu__geen"]
    assert rows.loc["break_off", "count"] == (table == "break_off").sum() > 0
    assert rows.loc["geen", "count"] == (table == "1").sum()
    assert set(rows["n"]) == {len(table)}


def test_number_has_mean_and_median_and_no_shares(release):
    rows = made(release, stub=("leeftijd",), banner=(Breakdown("sekse"),)).rows

    assert set(rows["statistic"]) == {"mean", "median"}
    total = rows[rows["banner"] == "total"].set_index("statistic")
    assert total.loc["median", "low"] <= total.loc["median", "value"] <= total.loc["median", "high"]
    assert total.loc["mean", "low"] < total.loc["mean", "value"] < total.loc["mean", "high"]


def test_trend_has_every_wave_and_the_change_of_every_statistic(release):
    rows = made(release, waves=(2024, 2025), mean=True, nets={"top": ("1", "2")}, letters=True).rows

    assert list(dict.fromkeys(rows["wave"])) == ["2024", "2025", "2024-2025"]
    change = rows[(rows["wave"] == "2024-2025") & ~rows["statistic"].str.startswith("letters")]
    assert list(change["statistic"]) == ["change"] * 5 + ["change:net", "change:mean"]
    value = rows[rows["statistic"].isin(["share", "net", "mean"])].pivot_table(
        index="stub_code", columns="wave", values="value"
    )
    np.testing.assert_allclose(
        change.set_index("stub_code")["value"], (value["2025"] - value["2024"])[change["stub_code"]]
    )
    assert change["count"].isna().all()


def test_question_that_nobody_in_the_base_answered_is_a_fact_and_no_error(release):
    tables = made(release, stub=("q_tempo", "e_meedoen"), base="leeftijd > 90")

    assert tables.rows.empty
    assert [note.not_asked for note in tables.notes] == [("2024",), ("2024",)]


def test_wave_without_the_question_leaves_the_other_wave_and_no_change(tmp_path):
    def not_asked_first(rows):
        for row in rows:
            if row["wave"] == "2024":
                row["r_educ"] = ""

    release = read_release(
        write_release(tmp_path / "r", waves=(2024, 2025), responses=not_asked_first)
    )
    recipes = tmp_path / "recipes"
    recipes.mkdir()
    for name in ("w1_cs", "w12_lg"):
        text = (RECIPES / f"{name}.yaml").read_text(encoding="utf-8")
        (recipes / f"{name}.yaml").write_text(text.replace(", r_educ", ""), encoding="utf-8")
    table = TablePlan(id="t", stub=("r_educ",), banner=(), waves=(2024, 2025))

    tables = make_tables(release, Plan((table,), recipes))

    assert set(tables.rows["wave"]) == {"2025"}
    (note,) = tables.notes
    assert note.waves == ("2025",)
    assert note.not_asked == ("2024",)
    assert set(note.left_out["2024"]) == {"not_in_wave"}


def test_columns_with_nobody_in_them_are_facts(release):
    tables = made(
        release, banner=(Breakdown("r_grp"), ROUTE), base="r_grp != 'overig'", letters=True
    )

    (note,) = tables.notes
    assert note.absent == {"2024": (("r_grp", "overig"), ("r_grp", "onbekend"))}
    assert [(c.banner, c.code, c.letter) for c in note.columns] == [
        ("r_grp", "asiel", "a"),
        ("r_grp", "gezin", "b"),
        ("r_route", "b1", "a"),
        ("r_route", "onderwijs", "b"),
        ("r_route", "z", "c"),
    ]
    assert set(tables.rows.loc[tables.rows["banner"] == "r_grp", "banner_code"]) == {
        "asiel",
        "gezin",
    }


def test_facts_say_how_the_numbers_were_made(release):
    tables = made(
        release,
        banner=(ROUTE,),
        base="sekse == 'man'",
        letters=True,
        holm=True,
        variance=Variance.WEIGHTS_FIXED,
    )

    (note,) = tables.notes
    men = answers(release)[lambda table: table["sekse"] == "man"]
    counts = men["e_meedoen"].value_counts()
    assert note.weight == "w1_cs"
    assert note.weight_version == read_recipe(RECIPES / "w1_cs.yaml").digest
    assert not note.model_based
    assert (note.base, note.asked) == ("sekse == 'man'", "true")
    assert note.wheres == {"r_route": "r_regime == 'wi2021'"}
    assert note.left_out == {
        "2024": {kind: counts[kind] for kind in ("dk", "break_off") if kind in counts}
    }
    assert (note.letters, note.holm, note.levels) == (True, True, (0.05, 0.01))
    assert note.variance is Variance.WEIGHTS_FIXED
    answered = men[men["e_meedoen"].isin(list("12345"))]
    strata = answered["groep"].nunique()
    assert note.df == len(answered) - strata
    assert set(tables.weightings) == {"w1_cs"}


def test_a_question_of_a_random_block_takes_the_weight_of_the_block(release):
    tables = make_tables(
        release,
        Plan(
            (
                TablePlan("a", ("q_tempo", "e_meedoen"), (Breakdown("sekse"),), (2024,)),
                TablePlan("b", ("e_meedoen",), (), (2024, 2025)),
            ),
            RECIPES,
        ),
    )

    assert [note.weight for note in tables.notes] == ["w1_block_b", "w1_cs", "w12_lg"]


def test_diagonal_is_the_only_place_of_a_variable_by_itself(release):
    rows = made(release, stub=("sekse",), banner=(Breakdown("sekse"),)).rows

    crossed = rows[rows["banner"] == "sekse"]
    assert (crossed["structural"] == (crossed["stub_code"] != crossed["banner_code"])).all()
    assert (crossed.loc[crossed["structural"], "count"] == 0).all()
    assert not rows.loc[rows["banner"] == "total", "structural"].any()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"stub": ("r_brief",)}, "'r_brief' .month. cannot be tabulated"),
        ({"stub": ("sekse",), "mean": True}, "are no numbers: man, vrouw"),
        ({"stub": ("d_nu",), "mean": True}, "has several answers"),
        ({"nets": {"top": ("7",)}}, "net 'top': 'e_meedoen' has no code 7"),
        ({"banner": (Breakdown("d_nu"),)}, "no single choice to break down by"),
        ({"banner": (Breakdown("leeftijd"),)}, "no single choice to break down by"),
        ({"waves": (2024, 2027)}, "the release has no wave 2027"),
        ({"stub": ("e_meedon",)}, "did you mean e_meedoen"),
    ],
)
def test_what_cannot_be_tabulated_is_refused_with_the_reason(release, changes, message):
    with pytest.raises(AnalysisError, match=message):
        made(release, **changes)


def test_answers_that_are_not_in_the_codebook_are_refused(tmp_path):
    def stray(rows):
        rows[0]["e_meedoen"] = "6"

    release = read_release(write_release(tmp_path / "r", responses=stray))

    with pytest.raises(ReleaseError, match="'e_meedoen': answers not in the codebook: 6"):
        made(release)


def test_transition_goes_by_origin_and_needs_no_banner(release):
    rows = made(release, waves=(2024, 2025), kind=Kind.TRANSITION, banner=(ROUTE,)).rows

    assert set(rows["banner"]) == {"total", "e_meedoen@2024"}
    origin = rows[rows["banner"] != "total"]
    sums = origin.groupby("banner_code")["value"].sum()
    np.testing.assert_allclose(sums, 1.0)
    parts = origin.drop_duplicates("banner_code")
    assert parts["n"].sum() == rows["n"].iloc[0]


def test_progress_names_each_table_and_can_stop_the_work(release):
    heard = []

    def stop_at_table(line):
        heard.append(line)
        if line.startswith("table"):
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        make_tables(release, plan_of(), progress=stop_at_table)
    assert heard[-1] == "table t, 1 of 1"


def test_a_column_keeps_its_letter_in_all_waves(tmp_path):
    def no_school_route_at_first(rows):
        for row in rows:
            if row["wave"] == "2024" and row["r_route"] == "onderwijs":
                row["r_route"] = "b1"
            if row["wave"] == "2025":
                row["e_meedoen"] = "1" if row["r_route"] == "onderwijs" else "5"

    release = read_release(
        write_release(tmp_path / "r", waves=(2024, 2025), responses=no_school_route_at_first)
    )
    tables = made(release, waves=(2024, 2025), banner=(ROUTE,), letters=True)

    (note,) = tables.notes
    assert [(c.code, c.letter) for c in note.columns] == [
        ("b1", "a"),
        ("z", "b"),
        ("onderwijs", "c"),
    ]
    assert note.absent == {
        "2024": (("r_route", "onderwijs"),),
        "2025": (),
    }
    rows = tables.rows
    marks = rows[(rows["statistic"] == "letters") & (rows["wave"] == "2025")]
    found = marks.set_index(["stub_code", "banner_code"])["flag"].str.strip("+-")
    assert found["1", "onderwijs"] == "AB"
    assert found["5", "b1"] == "C"
    assert found["5", "z"] == "C"
