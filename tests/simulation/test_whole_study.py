"""A study of 2023 to 2028 comes out as designed; the program says what really happened."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from analysis.responses import read_release
from app.panel.incentives import Way
from app.panel.sampling import allocate
from app.services.bootstrap import STUDY
from app.storage import cases
from app.synthetic.population import read_population
from tests.simulation.change import change_of
from tests.simulation.held_against_truth import (
    acts_and_routes_untold,
    changed,
    own_pages_untold,
    states_untold,
    thanked_wrongly,
)
from tests.simulation.lived_through import WAVES, Lived, live_through
from tests.simulation.quick_panel import People


def holds_together(lived: Lived) -> None:
    """Hold a study against its design and the truth."""
    assert not lived.ledger_problems()
    assert max(lived.messages_by_person().values()) == 1
    assert lived.written_after_the_end() == 0
    assert states_untold(lived) == []
    assert acts_and_routes_untold(lived) == []
    assert own_pages_untold(lived) == []
    assert thanked_wrongly(lived) == []
    for year in WAVES:
        assert lived.drawn_by_stratum(year) == lived.done.truth.waves[year].allocated
        assert lived.untrue(year) == []
        said, true = lived.rr1(year)
        assert said == pytest.approx(true, abs=1e-12)


def test_study_ends_in_2028_with_everything_counted_as_it_happened(lived: Lived) -> None:
    assert lived.done.dates[0] < datetime(2023, 12, 1, tzinfo=UTC)
    assert lived.done.dates[-1] > datetime(2028, 1, 1, tzinfo=UTC)
    holds_together(lived)


def test_some_people_come_under_another_act_and_others_into_another_route(lived: Lived) -> None:
    truth = lived.done.truth
    assert changed(truth.acts) > 0
    assert changed(truth.routes) > 0


def test_people_told_things_behind_their_code_and_chose_how_to_be_thanked(lived: Lived) -> None:
    truth = lived.done.truth
    assert truth.told_online > 0
    assert truth.second
    assert truth.no_texts
    assert truth.cards
    assert set(truth.thanked.values()) == {
        Way.SCREEN, Way.EMAIL, Way.SMS, Way.POST, None,
    }  # fmt: skip
    forgotten = {person for person, _ in truth.thanked} & truth.erased
    assert forgotten, "somebody who had chosen one was forgotten"


def test_ledger_is_asked_in_the_field_and_between_the_waves(lived: Lived) -> None:
    assert len({one.date() for one in lived.done.dates}) >= 3 * 4


def test_first_sample_stands_for_the_register(lived: Lived) -> None:
    """900 units, of which 226 are drawn: a proportional allocation, and weights that add up."""
    with lived.ctx.databases.research.read() as connection:
        listed = cases.list_cases(connection, 2024)

    sizes = {one.stratum or "": one.stratum_population or 0 for one in listed}
    assert sum(sizes.values()) == 3 * 300
    assert allocate(dict(sorted(sizes.items())), 300 - 2 * (300 // 8), minimum=2) == (
        lived.done.truth.waves[2024].allocated
    )
    assert sum(one.base_weight or 0 for one in listed) == pytest.approx(900)


def test_nobody_who_stopped_or_died_is_asked_in_a_later_wave(lived: Lived) -> None:
    truth = lived.done.truth
    for before, year in pairwise(WAVES):
        asked = set(truth.waves[year].cases)
        left = {person for person, told in truth.waves[before].cases.items() if told.left}
        assert left
        assert not left & asked
    # Erasures are made after a wave: who went after the last one was asked in it.
    gone_before_2027 = truth.erased - set(truth.waves[2027].cases)
    assert gone_before_2027


def test_release_after_each_wave_can_be_read_and_knows_nobody_who_was_forgotten(
    lived: Lived,
) -> None:
    assert [one.name for one in lived.done.releases] == [
        "release-2024", "release-2024-2025", "release-2024-2025-2027",
    ]  # fmt: skip
    last = read_release(lived.done.releases[-1])

    assert last.manifest.synthetic
    answered = set(last.responses["person_id"])
    assert not answered & {one.hex for one in lived.done.truth.erased}
    assert last.ledger is not None


def test_registers_are_gone_when_the_study_is_over(lived: Lived) -> None:
    folder = lived.design.out.parent
    assert not list(folder.rglob("register*.csv")) + list(folder.rglob("newcomers*.csv"))


@pytest.mark.parametrize(
    "database_urls", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
def test_same_study_is_lived_through_on_the_other_engine(
    lived: Lived, database_urls: tuple[str, str], tmp_path: Path
) -> None:
    with live_through(tmp_path, people=300, every_days=7, urls=database_urls) as other:
        holds_together(other)
        truth, same = other.done.truth, lived.done.truth
    assert {year: one.counts() for year, one in truth.waves.items()} == {
        year: one.counts() for year, one in same.waves.items()
    }
    assert (truth.thanked, truth.erased) == (same.thanked, same.erased)


@pytest.mark.soak
@pytest.mark.timeout(3_000)
def test_twelve_thousand_people_are_lived_through_in_ten_minutes(tmp_path: Path) -> None:
    with live_through(tmp_path, people=12_000, every_days=3, render=True) as lived:
        # Of one core: what a machine does beside it is not the program's.
        assert lived.cpu_seconds <= 600
        holds_together(lived)
        found = change_of(lived.done.releases[-1])
    people = People(read_population(STUDY, seed=lived.design.seed)[: 3 * 12_000])
    truth = people.change_in_paid_work
    assert abs(found.value - truth) < 3 * found.se
