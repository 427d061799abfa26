"""Rows before and after masking: nothing primary comes back, nothing else changes."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.disclosure.masking import NUMBERS, mask_tables
from analysis.disclosure.policy import Policy
from analysis.disclosure.rounding import round_tables
from analysis.disclosure.system import DisclosureError
from analysis.errors import CancelledError
from tests.unit.analysis.disclosure.outsider import interval
from tests.unit.analysis.disclosure.people import codebook, draw, table

CODEBOOK = codebook()
KEY = ["table", "wave", "stub", "stub_code", "banner", "banner_code", "statistic"]
PLAN = (table("t", "q", "sex", "age", mean=True, nets={"top": ("1", "2"), "low": ("4", "5")}),)
SEEDS = st.integers(0, 10_000)
A_FEW = settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def masked(rows: pd.DataFrame, *plan, **limits):
    return mask_tables(rows, plan or PLAN, CODEBOOK, Policy(**limits))


def by_key(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.set_index(KEY).sort_index()


@A_FEW
@given(SEEDS, st.sampled_from([120, 250, 900]))
def test_small_cells_are_masked_and_cannot_be_worked_out(seed, size):
    """By an outsider of our own who knows how answers, nets and columns add up."""
    rows = draw(seed, size).rows(*PLAN)

    tables = masked(rows)

    hidden = (tables.rows["flag"] == "suppressed").to_numpy()
    counted = rows["statistic"].isin(("share", "net")).to_numpy()
    small = counted & rows["count"].between(1, 9).to_numpy()
    assert hidden[small].all()
    relations, cells, place = additive(rows)
    printed = cells.copy()
    printed[sorted({place[at] for at in np.flatnonzero(counted & hidden)})] = np.nan
    base_hidden = hidden_bases(rows, hidden)
    printed[sorted(place[key] for key in base_hidden)] = np.nan
    for at in np.flatnonzero(small)[:4]:
        low, high = interval(relations, printed, place[at])
        assert high - low >= 10 - 1e-6


def additive(rows: pd.DataFrame):
    """Relations among the cells of one table: answers, nets, bases and columns."""
    place: dict[object, int] = {}
    values: list[float] = []

    def cell(name, value):
        if name not in place:
            place[name] = len(values)
            values.append(float(value))
        return place[name]

    for at, row in rows.iterrows():
        column = (row["banner"], row["banner_code"])
        cell(("base", column), row["n"])
        if row["statistic"] in ("share", "net"):
            place[at] = cell((column, row["stub_code"]), row["count"])
    sums = []
    nets = PLAN[0].nets
    columns = list(dict.fromkeys(zip(rows["banner"], rows["banner_code"], strict=True)))
    for column in columns:
        sums.append((("base", column), [(column, code) for code in "12345"]))
        sums += [((column, net), [(column, c) for c in codes]) for net, codes in nets.items()]
    for banner in ("sex", "age"):
        parts = [column for column in columns if column[0] == banner]
        sums += [((columns[0], what), [(c, what) for c in parts]) for what in (*"12345", *nets)]
    matrix = np.zeros((len(sums), len(values)))
    for relation, (total, parts) in zip(matrix, sums, strict=True):
        relation[place[total]] = -1.0
        relation[[place[part] for part in parts]] = 1.0
    assert np.abs(matrix @ np.array(values)).max() == 0
    return matrix, np.array(values), place


def hidden_bases(rows: pd.DataFrame, hidden: np.ndarray):
    """Columns of which no row shows an n."""
    shown = rows[~hidden]
    seen = set(zip(shown["banner"], shown["banner_code"], strict=True))
    return {
        ("base", column)
        for column in zip(rows["banner"], rows["banner_code"], strict=True)
        if column not in seen
    }


@A_FEW
@given(SEEDS)
def test_masked_rows_have_no_number_and_others_are_untouched(seed):
    rows = draw(seed, 300).rows(*PLAN)

    printed = masked(rows).rows

    hidden = printed["flag"] == "suppressed"
    assert hidden.any()
    assert printed.loc[hidden, list(NUMBERS)].isna().all(axis=None)
    for name in (*KEY, *NUMBERS):
        kept = printed.loc[~hidden, name].astype(object).tolist()
        assert kept == rows.loc[~hidden, name].astype(object).tolist()
    assert "count" not in printed.columns


@A_FEW
@given(SEEDS)
def test_order_of_rows_plays_no_part(seed):
    rows = draw(seed, 260).rows(*PLAN)

    straight = by_key(masked(rows).rows)
    shuffled = by_key(masked(rows.sample(frac=1.0, random_state=seed)).rows)

    pd.testing.assert_frame_equal(straight, shuffled)


def test_zero_is_printed_like_any_number():
    people = draw(1, 400)
    for person in people.answers[2024]:
        if person["q"] == "5":
            person["q"] = "4"

    printed = masked(people.rows(*PLAN), suppress_base=1, bracket_below=1, flag_below=1).rows

    zero = printed[(printed["stub_code"] == "5") & (printed["banner"] == "total")]
    assert zero["value"].tolist() == [0.0]


def test_column_under_30_prints_nothing_and_the_next_are_bracketed_and_small():
    people = draw(4, 300)
    ages = iter(["1"] * 25 + ["2"] * 40 + ["3"] * 80 + ["4"] * 155)
    for number, person in enumerate(people.answers[2024]):
        person.update(age=next(ages), q="12"[number % 2])
    plan = (table("t", "q", "age"),)

    printed = masked(people.rows(*plan), *plan).rows
    flags = printed[printed["stub_code"].isin(["1", "2"])].groupby("banner_code")["flag"]

    assert set(flags.get_group("1")) == {"suppressed"}
    assert set(flags.get_group("2")) == {"bracketed"}
    assert set(flags.get_group("3")) == {"small"}
    assert set(flags.get_group("4")) == {""}


def test_answer_of_nearly_everybody_is_masked_on_a_sensitive_item_only():
    people = draw(5, 400)
    for number, person in enumerate(people.answers[2024]):
        answer = "no" if person["sex"] == "m" and number % 25 else person["s"]
        person.update(s=answer, q="1" if answer == "no" else "2")
    plan = (table("t", "s", "sex"), table("u", "q", "sex"))
    rows = people.rows(*plan)

    tables = masked(rows, *plan, minimum_cell=1)

    men = tables.rows[tables.rows["banner_code"] == "m"].set_index(["table", "stub_code"])["flag"]
    assert men["t", "no"] == "suppressed"
    assert men["u", "1"] != "suppressed"
    reasons = [
        e["reason"] for e in tables.log["masked"] if e["banner_code"] == "m" and e["primary"]
    ]
    assert reasons == ["an answer of (nearly) everybody in the group on a sensitive item"]


def test_mean_goes_with_the_answers_it_is_made_of():
    printed = masked(draw(6, 300).rows(*PLAN)).rows

    for _, column in printed.groupby(["banner", "banner_code"]):
        gone = column["flag"] == "suppressed"
        answers = gone[column["statistic"] == "share"]
        assert gone[column["statistic"] == "mean"].item() == answers.any()


def test_median_needs_the_minimum_on_each_side():
    plan = (table("t", "hours", "sex"),)
    rows = draw(7, 60).rows(*plan)
    rows["statistic"] = "median"

    printed = masked(rows, *plan, minimum_cell=16, suppress_base=1, bracket_below=1).rows

    gone = (printed["flag"] == "suppressed").tolist()
    assert gone == [int(n) < 32 for n in rows["n"]]
    assert len(set(gone)) == 2


@pytest.mark.parametrize("statistic", ["q25", "q75"])
def test_quartile_needs_the_minimum_in_the_smaller_part(statistic):
    plan = (table("t", "hours", "sex"),)
    rows = draw(7, 60).rows(*plan)
    rows["statistic"] = statistic

    printed = masked(rows, *plan, minimum_cell=8, suppress_base=1, bracket_below=1).rows

    # A quarter of 32 is 8.
    gone = (printed["flag"] == "suppressed").tolist()
    assert gone == [int(n) < 32 for n in rows["n"]]
    assert len(set(gone)) == 2


def test_change_goes_with_the_cells_it_compares():
    plan = (table("t", "q", "sex", waves=(2024, 2025), nets={"top": ("1", "2")}, mean=True),)
    rows = draw(8, 400, waves=(2024, 2025)).rows(*plan)
    later = rows[rows["wave"] == "2025"].assign(wave="2024-2025", count=np.nan)
    kinds = later["statistic"].map({"share": "change", "net": "change:net", "mean": "change:mean"})
    rows = pd.concat([rows, later.assign(statistic=kinds)], ignore_index=True)

    printed = by_key(masked(rows, *plan).rows)

    of = {"change": "share", "change:net": "net", "change:mean": "mean"}
    seen = set()
    for key, row in printed.loc[["t"]].loc[(slice(None), ["2024-2025"]), :].iterrows():
        t, _, stub, code, banner, column, statistic = key
        compared = [
            printed.loc[(t, wave, stub, code, banner, column, of[statistic]), "flag"]
            for wave in ("2024", "2025")
        ]
        assert (row["flag"] == "suppressed") == ("suppressed" in compared)
        seen.add((statistic, row["flag"] == "suppressed"))
    assert seen >= {("change", True), ("change", False), ("change:net", False)}


def marks(rows: pd.DataFrame, statistic: str, code: str, **flags: str) -> pd.DataFrame:
    like = rows[(rows["banner"] == "age") & (rows["stub_code"] == code)]
    made = like[like["banner_code"].isin([name.removeprefix("c") for name in flags])].copy()
    made["flag"] = [flags[f"c{code}"] for code in made["banner_code"]]
    made["statistic"] = statistic
    made[["value", "se", "low", "high", "weighted_n", "n_eff", "count"]] = np.nan
    made["n"] = pd.array([pd.NA] * len(made), dtype="Int64")
    return made


def test_letters_of_masked_columns_are_not_printed():
    """Column d (age 4) has few people, so its letter would say that its share is lower."""
    people = draw(9, 500)
    few = iter([True] * 8)
    for person in people.answers[2024]:
        person["age"] = "4" if next(few, False) else "123"[int(person["hours"]) % 3]
        person["q"] = "12"[int(person["hours"]) % 2]
    plan = (table("t", "q", "age", nets={"top": ("1", "2")}),)
    rows = people.rows(*plan)
    rows = pd.concat(
        [
            rows,
            marks(rows, "letters", "1", c1="bD+", c2="d-", c4="A"),
            marks(rows, "letters:net", "top", c1="bCd"),
        ],
        ignore_index=True,
    )

    printed = by_key(masked(rows, *plan).rows)["flag"]

    hidden = {
        code: printed["t", "2024", "q", "1", "age", code, "share"] == "suppressed"
        for code in "1234"
    }
    assert hidden["4"]
    gone = {letter for letter, code in zip("abcd", "1234", strict=True) if hidden[code]}
    for code, own in (("1", "bD+"), ("2", "d-"), ("4", "A")):
        # No row where nothing may be said: a blank one would tell that a test found something.
        said = printed.get(("t", "2024", "q", "1", "age", code, "letters"))
        kept = "".join(c for c in own if c.lower() not in gone)
        assert said == (None if hidden[code] else kept or None)


def test_mark_against_the_rest_is_silent_when_the_rest_is_masked():
    """Two columns of which one is masked: the other's mark speaks of the masked one."""
    people = draw(10, 400)
    for number, person in enumerate(people.answers[2024]):
        person["sex"] = "f" if number < 20 else "m"
        person["q"] = "12"[number % 2]
    plan = (table("t", "q", "sex"),)
    rows = people.rows(*plan)
    mark = rows[(rows["banner_code"] == "m") & (rows["stub_code"] == "1")].assign(
        statistic="letters", flag="a++", n=pd.array([pd.NA], dtype="Int64"), count=np.nan
    )
    rows = pd.concat([rows, mark], ignore_index=True)

    printed = by_key(masked(rows, *plan).rows)["flag"]

    assert printed["t", "2024", "q", "1", "sex", "f", "share"] == "suppressed"
    assert "+" not in printed["t", "2024", "q", "1", "sex", "m", "letters"]


def test_log_tells_what_was_masked_and_why_and_is_json():
    rows = draw(11, 300).rows(*PLAN)

    tables = masked(rows)

    log = json.loads(json.dumps(tables.log))
    assert log["rows_masked"] == int((tables.rows["flag"] == "suppressed").sum())
    assert log["rows_masked"] == len(log["masked"]) == sum(log["reasons"].values())
    assert log["recovered"] == 0
    assert log["cost"] >= log["least_cost_proven"]
    assert log["optimal"] == (log["cost"] == log["least_cost_proven"])
    for entry in log["masked"]:
        if entry["primary"]:
            low, high = entry["intervals"]["interviews"]
            assert high is None or high - low >= 10 - 1e-3


def test_progress_is_told_and_can_stop_the_work():
    told = []

    def stop(line):
        told.append(line)
        raise CancelledError

    with pytest.raises(CancelledError):
        mask_tables(draw(12, 300).rows(*PLAN), PLAN, CODEBOOK, progress=stop)
    assert len(told) == 1


def test_rows_without_counts_or_plan_are_refused():
    rows = draw(13, 100).rows(*PLAN)

    with pytest.raises(DisclosureError, match="no column count"):
        masked(rows.drop(columns="count"))
    with pytest.raises(DisclosureError, match="not in the plan: table other"):
        masked(rows.assign(table="other"))


def test_tables_that_contradict_each_other_are_refused():
    plan = (table("t", "q"), table("u", "q"))
    rows = draw(14, 200).rows(*plan)
    at = rows[(rows["table"] == "u") & (rows["stub_code"] == "1")].index
    rows.loc[at, "count"] -= 1

    with pytest.raises(DisclosureError, match="in one table and"):
        masked(rows, *plan)


def test_rounding_comes_once_and_last():
    tables = masked(draw(15, 300).rows(*PLAN))

    printed = round_tables(tables)

    shown = printed["flag"] != "suppressed"
    assert (printed.loc[shown, "n"] % 10 == 0).all()
    assert (printed.loc[shown, "weighted_n"] % 10 == 0).all()
    exact = tables.rows.loc[shown & (printed["statistic"] == "share"), "value"].astype(float)
    rounded = printed.loc[exact.index, "value"].astype(float)
    assert (abs(rounded - exact) <= 0.0005 + 1e-12).all()
    assert (rounded * 1000 - (rounded * 1000).round()).abs().max() < 1e-9
    assert printed.loc[~shown, list(NUMBERS)].isna().all(axis=None)
    with pytest.raises(AttributeError):
        round_tables(printed)
