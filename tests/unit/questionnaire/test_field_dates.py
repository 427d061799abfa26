"""When a wave is in the field: ``waves/<year>.yaml``."""

from datetime import date

import pytest

from app.services.content.study_calendar import WavePlanError, read_wave_plan

PLAN = """\
wave: 2025
languages: [nl, en]
mode: web
opens: "2025-01-13"
closes: "2025-03-31"
preload_from: [2024]
"""


def plan_from(tmp_path, text: str, year: int = 2025):
    (tmp_path / "waves").mkdir(exist_ok=True)
    (tmp_path / f"waves/{year}.yaml").write_text(text)
    return read_wave_plan(tmp_path, year)


def test_plan_has_dates_languages_and_earlier_waves(tmp_path):
    plan = plan_from(tmp_path, PLAN)

    assert (plan.opens_on, plan.closes_on) == (date(2025, 1, 13), date(2025, 3, 31))
    assert (plan.year, plan.languages, plan.preload_from) == (2025, ("nl", "en"), (2024,))


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            '"2025-01-13"',
            "2025-01-13",
            "2025.yaml:4: opens is a date (2025-01-13), expected quoted text",
        ),
        (
            '"2025-01-13"',
            '"13 January"',
            "2025.yaml:4: opens is text (13 January), expected a date",
        ),
        (
            '"2025-03-31"',
            '"2025-03-32"',
            "2025.yaml:5: closes is text (2025-03-32), expected a date",
        ),
        ("wave: 2025", "wave: 2024", "2025.yaml:1: wave is 2024, the file says 2025"),
        ("mode: web\n", "", '2025.yaml:1: key "mode" is missing'),
        ("[nl, en]", "[nl, no]", "2025.yaml:2: language is a truth value (no)"),
        ("[2024]", '["2024"]', "2025.yaml:6: wave is text (2024), expected a whole number"),
        ("mode: web", "mode: &x web", "2025.yaml:3: anchors and aliases are not used"),
    ],
)
def test_fault_of_a_plan_is_named_with_its_line(tmp_path, old, new, says):
    assert old in PLAN

    with pytest.raises(WavePlanError) as caught:
        plan_from(tmp_path, PLAN.replace(old, new))

    assert says in str(caught.value)


def test_plan_that_is_not_there_is_named(tmp_path):
    with pytest.raises(WavePlanError, match=r"2027\.yaml:1: cannot be read"):
        read_wave_plan(tmp_path, 2027)
