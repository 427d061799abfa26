"""Windows of envelopes: read from the study, refused where a letter could not be read."""

from pathlib import Path

import pytest

from app.messages.envelopes import read_envelopes
from app.services.bootstrap import STUDY


def written(tmp_path: Path, window: str, more: str = "") -> Path:
    (tmp_path / "letters").mkdir()
    words = f"usual: C5\nenvelopes:\n  C5: {{window: {{{window}}}{more}}}\n"
    (tmp_path / "letters" / "envelopes.yaml").write_text(words, encoding="utf-8")
    return tmp_path


def test_envelopes_of_the_study_are_sound_and_say_that_nobody_tested_them() -> None:
    envelopes, problems = read_envelopes(STUDY)
    assert problems == []
    assert list(envelopes) == ["C5", "DL"]
    assert {one.tested_on for one in envelopes.values()} == {None}


def test_address_keeps_clear_of_the_edge_wherever_the_sheet_slides(tmp_path: Path) -> None:
    study = written(
        tmp_path, "left: 95, top: 45, width: 100, height: 40", ', tested_on: "2026-11-21"'
    )
    envelopes, _ = read_envelopes(study)
    envelope = envelopes["C5"]
    assert (envelope.address.left, envelope.address.right) == (103, 187)
    assert (envelope.address.top, envelope.address.bottom) == (53, 77)
    assert envelope.clear.left == 89
    # The window is on the right: place and date go to the left of it.
    assert envelope.date == (20, 45)
    assert envelope.tested_on == "2026-11-21"


@pytest.mark.parametrize(
    ("window", "reason"),
    [
        ("left: 15, top: 42, width: 70, height: 45", "too small"),
        ("left: 15, top: 20, width: 100, height: 45", "too high"),
        ("left: 15, top: 80, width: 100, height: 45", "lower than"),
        ("left: 1, top: 42, width: 100, height: 45", "over the edge"),
        ("left: 50, top: 42, width: 110, height: 45", "place and date"),
    ],
)
def test_window_that_no_letter_fits_is_a_problem_with_its_line(
    window: str, reason: str, tmp_path: Path
) -> None:
    envelopes, (problem,) = read_envelopes(written(tmp_path, window))
    assert envelopes == {}
    assert reason in problem.message
    assert problem.place.line == 3
