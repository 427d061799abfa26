"""Places on drawings, against places worked out by hand."""

from __future__ import annotations

import pytest

from app.web.staff.charts import Series, dot_chart, histogram, line_chart, spread, ticks


@pytest.mark.parametrize(
    ("highest", "marks"),
    [
        (0, [0, 1]),
        (1, [0, 0.2, 0.4, 0.6, 0.8, 1]),
        (7, [0, 2, 4, 6, 8]),
        (100, [0, 20, 40, 60, 80, 100]),
        (1234, [0, 250, 500, 750, 1000, 1250]),
    ],
)
def test_marks_of_an_axis_are_round_and_reach_the_highest(
    highest: float, marks: list[float]
) -> None:
    assert ticks(highest) == pytest.approx(marks)


def test_marks_across_reach_both_ends() -> None:
    assert spread(2, 10) == [2, 4, 6, 8, 10]
    assert spread(3, 3) == [3]


def test_line_goes_from_the_lower_start_to_its_end() -> None:
    chart = line_chart(
        [Series("men", [(0, 0), (5, 50), (10, 100)]), Series("target", [(0, 100)], dashed=True)],
        id="c",
        caption="Response",
        alternative="Response of men",
        say_x=lambda x: f"day {x:.0f}",
        say_y=lambda y: f"{y:.0f}",
    )
    assert chart is not None
    assert chart.lines[0].path == "M0.0 400.0L500.0 200.0L1000.0 0.0"
    assert [line.kind for line in chart.lines] == ["line-1", "line-2"]
    assert chart.across[0] == (0, "day 0")
    assert chart.across[-1] == (100, "day 10")
    assert chart.up[-1] == (100, "100")


def test_count_is_drawn_as_stairs() -> None:
    chart = line_chart(
        [Series("all", [(0, 0), (10, 1)])],
        id="c",
        caption="x",
        alternative="x",
        say_x=str,
        say_y=str,
        stairs=True,
    )
    assert chart is not None
    assert chart.lines[0].path == "M0.0 400.0H1000.0V0.0"


def test_nothing_is_drawn_of_nothing() -> None:
    assert (
        line_chart([Series("a", [])], id="c", caption="", alternative="", say_x=str, say_y=str)
        is None
    )
    assert dot_chart([], id="c", caption="", say=str) is None
    assert histogram([0, 1], [0], id="c", caption="", alternative="", say_x=str, say=_say) is None


def test_dots_lie_on_their_scale_and_what_is_not_known_is_not_drawn() -> None:
    chart = dot_chart(
        [("a", "50 %", "half", 0.5, 0.4, 1.2), ("b", "–", "none", None, None, None)],
        id="c",
        caption="x",
        say=str,
    )
    assert chart is not None
    assert (chart.dots[0].point, chart.dots[0].low, chart.dots[0].high) == (50, 40, 100)
    assert chart.dots[1].point is None
    assert [place for place, _words in chart.marks] == [0, 25, 50, 75, 100]


def _say(low: float, high: float, count: float) -> str:
    return f"{low} {high} {count}"


def test_columns_are_as_wide_as_their_bins_and_the_tallest_fills_the_height() -> None:
    chart = histogram([0, 1, 4], [2, 4], id="c", caption="x", alternative="x", say_x=str, say=_say)
    assert chart is not None
    assert [one[:3] for one in chart.columns] == [(0, 25, 50), (25, 75, 100)]
    assert chart.columns[1][3] == "1 4 4"
