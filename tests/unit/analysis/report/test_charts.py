"""Charts show numbers of their table and nothing it masks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.book import PublishedTable
from analysis.printed import value_text
from analysis.report.chart import Bars, Chart, Dots, Lines, Point, Stack
from analysis.report.chart_choice import charts_of
from analysis.report.chart_layout import place
from analysis.report.chart_marks import PAPER, SCREEN, Block, Letters, Marker
from tests.unit.analysis.books import example_book


def tables() -> dict[str, PublishedTable]:
    return {table.id.partition("/")[0]: table for table in example_book("nl").tables}


def chart(name: str, kind: type[Chart]) -> Chart:
    return next(one for one in charts_of(tables()[name], "nl") if isinstance(one, kind))


def points(one: Chart) -> list[Point]:
    match one:
        case Stack():
            return [part for row in one.rows for part in row.parts]
        case Lines():
            return [point for series in one.series for point in series.points if point]
        case Bars() | Dots():
            return [row.point for row in one.rows if row.point]


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("rq1_meedoen", [Stack, Dots]),
        ("rq1_trend", [Lines]),
        ("rq1_work", [Stack]),
        ("rq8_hard", [Bars]),
    ],
)
def test_chart_suits_what_the_table_shows(name: str, kinds: list[type[Chart]]) -> None:
    assert [type(one) for one in charts_of(tables()[name], "nl")] == kinds


@pytest.mark.parametrize("name", ["rq1_meedoen", "rq1_trend", "rq1_work", "rq8_hard"])
def test_every_number_in_a_chart_stands_in_its_table(name: str) -> None:
    table = tables()[name]
    printed = {
        value_text(table.cell(wave, line, column), line.statistic, wave, "nl").text
        for wave in table.waves
        for line in table.lines
        for column in table.columns
    }

    for one in charts_of(table, "nl"):
        assert points(one)
        assert {point.text for point in points(one)} <= printed


def test_column_with_a_masked_answer_has_no_stacked_bar() -> None:
    stack = chart("rq1_meedoen", Stack)
    assert isinstance(stack, Stack)

    bare = {row.label for row in stack.rows if not row.parts}

    # Two answers of women and men are masked, and all of the Z-route.
    assert bare == {"vrouw", "man", "Z-route"}


def test_masked_total_leaves_no_stacked_bars_at_all() -> None:
    table = tables()["rq1_meedoen"]
    rows = table.rows.copy()
    hidden = (rows["banner"] == "total") & (rows["stub_code"] == "2")
    rows.loc[hidden, ["value", "se", "low", "high"]] = None
    rows.loc[hidden, "flag"] = "suppressed"

    charts = charts_of(replace(table, rows=rows), "nl")

    bars = next(one for one in charts if isinstance(one, Bars))
    assert not any(isinstance(one, Stack) for one in charts)
    assert [row.point is None for row in bars.rows] == [False, True, False, False, False]


def test_answers_that_may_be_combined_are_no_scale() -> None:
    table = tables()["rq1_meedoen"]
    rows = table.rows.copy()
    rows.loc[(rows["stub_code"] == "4") & (rows["statistic"] == "share"), "value"] = 0.9

    kinds = [type(one) for one in charts_of(replace(table, rows=rows), "nl")]

    assert kinds == [Bars, Dots]


def test_line_is_broken_at_a_masked_wave() -> None:
    table = tables()["rq1_trend"]
    rows = table.rows.copy()
    hidden = (rows["banner"] == "total") & (rows["stub_code"] == "2") & (rows["wave"] == "2025")
    rows.loc[hidden, ["value", "se", "low", "high"]] = None
    rows.loc[hidden, "flag"] = "suppressed"

    (lines,) = charts_of(replace(table, rows=rows), "nl")

    assert isinstance(lines, Lines)
    series = next(one for one in lines.series if one.label == "Mee eens")
    assert series.points[0] is not None
    assert series.points[1] is None


def test_weak_base_has_a_hollow_mark_and_a_masked_one_none() -> None:
    dots = chart("rq1_meedoen", Dots)

    _, marks = place(dots, PAPER)

    markers = [mark for mark in marks if isinstance(mark, Marker)]
    # Eight columns; the Z-route is masked, gezin bracketed and the Onderwijsroute small.
    assert [marker.hollow for marker in markers] == [False] * 4 + [True, False, True]


@pytest.mark.parametrize("frame", [PAPER, SCREEN], ids=["paper", "screen"])
def test_parts_of_a_bar_are_as_wide_as_their_shares(frame: object) -> None:
    stack = chart("rq1_work", Stack)

    _, marks = place(stack, frame)  # type: ignore[arg-type]

    blocks = [mark for mark in marks if isinstance(mark, Block) and not mark.end.shift]
    first, second = blocks[-2:]
    widths = [block.end.fraction - block.start.fraction for block in (first, second)]
    # Of those who did not work in 2024 21 % do, in 2025.
    assert widths[0] / (widths[0] + widths[1]) == pytest.approx(0.21)


def test_caption_says_base_wave_and_weight() -> None:
    for table in tables().values():
        for one in charts_of(table, "nl"):
            assert "n = " in one.caption.source
            assert "w1_cs" in one.caption.source
            assert table.waves[0] in one.caption.source


def test_numbers_of_a_narrow_screen_stay_within_it() -> None:
    for table in tables().values():
        for one in charts_of(table, "nl"):
            _, marks = place(one, SCREEN)
            for mark in marks:
                if isinstance(mark, Letters) and mark.anchor.value == "start":
                    left = mark.at.fraction * SCREEN.width + mark.at.shift
                    assert left + SCREEN.length(mark.text) * 0.85 <= SCREEN.width + 1
