"""An outsider with all published files of a real edition cannot work out who is masked.

The files print the same numbers (`test_same_numbers`), so what stands in `tables.csv` is all there
is. What he must not find comes from the tables computed again; he does not see them.
"""

from __future__ import annotations

import random

import pytest

from analysis.plan import Kind, TablePlan
from analysis.plan_source import read_plan
from analysis.responses import read_release
from analysis.tables import ComputedTables, make_tables
from tests.editions.conftest import PLAN, Edition
from tests.editions.readers import tables_csv, workbook_xml
from tests.unit.analysis.disclosure.attacker import Layout, attack

WIDTH = 10.0
TRIED = 150
"""Of some thousand small cells, drawn with a fixed seed: each takes linear programmes."""
KEY = ["table", "wave", "stub", "stub_code", "banner", "banner_code"]


@pytest.fixture(scope="session")
def computed(edition: Edition) -> ComputedTables:
    return make_tables(read_release(edition.release), read_plan(PLAN))


def layout(table: TablePlan, book, rows) -> Layout:
    own = rows[rows["table"].eq(table.id) & rows["statistic"].eq("share")]
    bases = own.drop_duplicates(["wave", "stub", "banner", "banner_code"])
    whole = int(bases.loc[bases["banner"] == "total", "n"].sum())
    where = {one.variable: one.where for one in table.banner}
    people = f"{table.waves} {table.base} {table.count_missing}"
    return Layout(
        answers={
            stub: [code.code for code in book[stub].codes] + list(table.count_missing)
            for stub in table.stub
        },
        multiple=frozenset(stub for stub in table.stub if book[stub].is_multiple),
        nets=table.nets or {},
        where=where,
        exhaustive=frozenset(
            banner
            for banner, condition in where.items()
            if condition is None and int(bases.loc[bases["banner"] == banner, "n"].sum()) == whole
        ),
        people=f"{table.kind is Kind.TRANSITION} {people}",
        trend=f"False {people}",
    )


def test_nobody_is_found_in_all_files_of_an_edition(edition: Edition, computed: ComputedTables):
    book = read_release(edition.release).codebook
    text = [row for table in tables_csv(edition.file("tables.csv")) for row in table.rows]
    rows = computed.rows
    primary = rows[rows["statistic"].isin(["share", "net"]) & rows["count"].between(1, 9)]
    assert len(primary) > 1000
    tried = primary.sample(TRIED, random_state=random.Random(7).randrange(1000))
    wanted = [tuple(map(str, key)) for key in tried[KEY].itertuples(index=False)]

    layouts = {table.id: layout(table, book, rows) for table in computed.plan}
    found = attack(text, layouts, wanted)

    people_per_interview = (tried["weighted_n"] / tried["n"]).astype(float)
    weights = dict(zip(wanted, people_per_interview, strict=True))
    narrow = [
        place
        for place, bounds in found.items()
        if bounds.interviews(weights[place]) < WIDTH - 0.001
    ]
    assert narrow == []


def test_masked_row_has_no_number_in_any_file(edition: Edition):
    for table in tables_csv(edition.file("tables.csv")):
        for row in table.rows:
            if row["flag"] == "suppressed":
                numbers = [row[name] for name in ("value", "se", "low", "high", "n", "weighted_n")]
                assert numbers == [""] * len(numbers)
    # A cell of a workbook that is hidden, or holds what a formula once gave, would be one more.
    parts = workbook_xml(edition.file("tables.xlsx"))
    assert [name for name, text in parts.items() if 'hidden="1"' in text] == []
