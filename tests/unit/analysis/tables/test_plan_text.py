"""A plan that was written reads back as the same tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from analysis.plan import Breakdown, Kind, TablePlan, Variance
from analysis.plan_source import parse_plan
from analysis.plan_text import plan_text

PLAIN = TablePlan("a", ("q",), (), (2024,))
FULL = TablePlan(
    id="b",
    stub=("q", "r"),
    banner=(Breakdown("sex"), Breakdown("route", "act == 'new'")),
    waves=(2024, 2025),
    base="x in ('1', '2') and y == 'z'",
    nets={"1+2": ("1", "2")},
    mean=True,
    quartiles=True,
    letters=True,
    holm=True,
    count_missing=("dk",),
    variance=Variance.WEIGHTS_FIXED,
    show=("se", "interval"),
    title={"nl": "Titel: een", "en": "Title"},
    chapter="RQ1",
    net_labels={"1+2": {"nl": "Een + Twee", "en": "One + Two"}},
)


@pytest.mark.parametrize(
    "table",
    [
        PLAIN,
        FULL,
        replace(PLAIN, waves=(2024, 2025), kind=Kind.TRANSITION),
        replace(PLAIN, nets={"n": ("no", "1")}),
        replace(PLAIN, show=()),
    ],
)
def test_written_plan_reads_back(table: TablePlan) -> None:
    text = plan_text([table], heading=["A name: with # signs\nand lines"])

    assert parse_plan(text, Path("plan.yaml")).tables == (table,)
