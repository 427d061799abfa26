"""A small release computed, masked, rounded and written: the attacker gets the text only."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest

from analysis.disclosure.masking import mask_tables
from analysis.disclosure.rounding import round_tables
from analysis.plan import Breakdown, Kind, Plan, TablePlan
from analysis.responses import read_release
from analysis.tables import make_tables
from tests.unit.analysis.disclosure.attacker import Layout, attack
from tests.unit.analysis.disclosure.people import codebook, draw, table
from tests.unit.analysis.releases import SURVEY, write_release

WIDTH = 10.0
KEY = ["table", "wave", "stub", "stub_code", "banner", "banner_code"]
BREAKDOWNS = (
    Breakdown("r_regime"),
    Breakdown("sekse"),
    Breakdown("r_grp"),
    Breakdown("r_route", "r_regime == 'wi2021'"),
)


def plan() -> tuple[TablePlan, ...]:
    nets = {"top": ("1", "2")}
    both = (2024, 2025)
    return (
        TablePlan("a", ("e_meedoen",), BREAKDOWNS, (2024,), nets=nets, mean=True, letters=True),
        TablePlan("b", ("e_meedoen",), BREAKDOWNS, both, nets=nets, letters=True),
        TablePlan("c", ("e_meedoen",), (), both, kind=Kind.TRANSITION),
        TablePlan("d", ("d_nu",), BREAKDOWNS, (2025,), nets={"werk": ("betaald", "vrijwillig")}),
        TablePlan("e", ("g_a", "g_b"), BREAKDOWNS[:2], (2024,), count_missing=("dk",)),
    )


def published(rows):
    """What stands in `tables.csv`, read back as text."""
    file = io.StringIO()
    rows.to_csv(file, index=False)
    file.seek(0)
    return list(csv.DictReader(file))


def layouts(tables, book, rows):
    """What the questionnaire tells anybody; a breakdown nobody is left out of is known to be so."""
    found = {}
    for one in tables:
        answers = {
            stub: [code.code for code in book[stub].codes] + list(one.count_missing)
            for stub in one.stub
        }
        where = {b.variable: b.where for b in one.banner}
        found[one.id] = Layout(
            answers=answers,
            multiple=frozenset(stub for stub in one.stub if book[stub].is_multiple),
            nets=one.nets or {},
            where=where,
            exhaustive=frozenset(b for b in where if leaves_nobody_out(rows, one, b, where[b])),
            people=f"{one.kind is Kind.TRANSITION} {one.waves} {one.base} {one.count_missing}",
            trend=f"{False} {one.waves} {one.base} {one.count_missing}",
        )
    return found


def leaves_nobody_out(rows, one, banner, where) -> bool:
    own = rows[rows["table"].eq(one.id) & rows["statistic"].eq("share")]
    first = own.drop_duplicates(["wave", "stub", "banner", "banner_code"])
    if where is None:
        whole = first[first["banner"] == "total"]
    else:
        variable, code = where.replace("'", "").split(" == ")
        whole = first[(first["banner"] == variable) & (first["banner_code"] == code)]
    parts = first[first["banner"] == banner]
    return int(parts["n"].sum()) == int(whole["n"].sum())


def assert_nobody_is_found(rows, tables, book):
    masked = mask_tables(rows, tables, book)
    text = published(round_tables(masked))
    primary = rows[rows["statistic"].isin(["share", "net"]) & rows["count"].between(1, 9)]
    wanted = [tuple(map(str, key)) for key in primary[KEY].itertuples(index=False)]
    assert len(wanted) > 20

    found = attack(text, layouts(tables, book, rows), wanted)

    weights = dict(zip(wanted, (primary["weighted_n"] / primary["n"]).astype(float), strict=True))
    narrow = {
        place: bounds
        for place, bounds in found.items()
        if bounds.interviews(weights[place]) < WIDTH - 0.001
    }
    assert narrow == {}
    return found, text


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    return read_release(write_release(tmp_path_factory.mktemp("release") / "r", waves=(2024, 2025)))


def test_nobody_is_found_in_computed_tables(release):
    recipes = Path(SURVEY / "weights")
    made = make_tables(release, Plan(plan(), recipes))

    _, text = assert_nobody_is_found(made.rows, made.plan, release.codebook)

    gone = [row for row in text if row["flag"] == "suppressed"]
    assert gone
    assert len(gone) < len(text)
    for row in gone:
        assert not any(row[name] for name in ("value", "se", "low", "high", "n", "weighted_n"))


@pytest.mark.parametrize("seed", range(3))
def test_nobody_is_found_in_many_linked_tables(seed):
    people = draw(40 + seed, 420, waves=(2024, 2025))
    breakdowns = ("sex", "age", "act", "route where act == 'new'")
    nets = {"top": ("1", "2"), "low": ("4", "5")}
    both = (2024, 2025)
    tables = (
        table("one", "q", *breakdowns, nets=nets),
        table("two", "q", *breakdowns, nets=nets, waves=both),
        table("three", "q", waves=both, kind=Kind.TRANSITION),
        table("four", "many", "sex", "age", nets={"any": ("y", "z")}),
    )

    assert_nobody_is_found(people.rows(*tables), tables, codebook())


def test_attacker_finds_who_is_only_masked_and_not_protected():
    """The test of the test: without complementary cells he works the small ones out."""
    people = draw(50, 420)
    tables = (table("one", "q", "sex", "age"),)
    rows = people.rows(*tables)
    small = rows["count"].between(1, 9)
    assert small.any()
    naive = round_tables_of(rows, small)

    places = [tuple(map(str, key)) for key in rows[small][KEY].itertuples(index=False)]
    found = attack(published(naive), layouts(tables, codebook(), rows), places)

    weights = (rows[small]["weighted_n"] / rows[small]["n"]).astype(float)
    widths = [
        found[place].interviews(weight) for place, weight in zip(places, weights, strict=True)
    ]
    assert min(widths) < WIDTH / 2


def round_tables_of(rows, hidden):
    """Rows masked by hand, printed as a careless writer would."""
    printed = rows.drop(columns="count").copy()
    printed["value"] = printed["value"].round(3)
    printed["weighted_n"] = (printed["weighted_n"] / 10).round() * 10
    numbers = ["value", "se", "low", "high", "weighted_n", "n_eff"]
    printed.loc[hidden, numbers] = np.nan
    return printed
