"""Progress: one moving line for a person at a terminal, a short log for a machine."""

from io import StringIO

import pytest

from analysis.progress import ProgressDisplay


def test_terminal_shows_one_bar_that_fills():
    out = StringIO()
    show = ProgressDisplay(out, on_terminal=True)
    for k in range(1, 5):
        show(f"table {k} of 4: t{k}")
    show("disclosure control")

    first, *_, last = out.getvalue().split("\n")[0].split("\r")[1:]
    assert first.startswith("[######....")
    assert last.startswith("[" + "#" * 24 + "] table 4 of 4")
    assert out.getvalue().endswith("\ndisclosure control\n")


def test_log_has_a_line_for_each_tenth_and_every_other_message():
    out = StringIO()
    show = ProgressDisplay(out, on_terminal=False)
    show("weight w1_cs")
    for k in range(1, 501):
        show(f"table {k} of 500: t{k}")

    lines = out.getvalue().splitlines()
    assert lines[0] == "weight w1_cs"
    assert len(lines) == 12
    assert lines[-1] == "table 500 of 500: t500"


def test_interrupt_that_got_lost_ends_the_work_at_the_next_line():
    show = ProgressDisplay(StringIO(), on_terminal=False)
    with pytest.raises(KeyboardInterrupt):
        show.stop()

    with pytest.raises(KeyboardInterrupt):
        show("table 2 of 9: t2")
