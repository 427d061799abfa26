"""Draws: the right people with the right weights and codes, made again from their record."""

from __future__ import annotations

import dataclasses
import random
from collections import Counter
from uuid import UUID

import pytest

from app.panel.access_code import generate
from app.panel.sampling import AllocationError
from app.panel.states import CaseStatus, DrawKind, WaveStatus
from app.services.fieldwork import draws, frame, waves
from app.services.fieldwork.code_issuing import issue_wave_codes
from app.services.fieldwork.draws import Allocation, DrawError
from app.storage import codes
from app.storage import frame as frame_storage
from app.storage.codes import codes_in_bucket
from tests.builders import fingerprint, real_bank
from tests.integration.sample.conftest import SampleDesk, plan_of


def test_drawn_people_get_a_case_with_design_frame_and_language(desk: SampleDesk) -> None:
    desk.field(2024)
    desk.take_in(200)
    drawn = desk.draw()

    cases = desk.cases()
    assert {case.person_id for case in cases} == {UUID(unit) for unit in drawn.batches[0]}
    # 200 people: 70 and 30 per cent by two halves.
    assert drawn.draw.sizes == {
        "asiel_wi2013": 70,
        "asiel_wi2021": 70,
        "gezin_wi2013": 30,
        "gezin_wi2021": 30,
    }
    assert Counter(case.stratum for case in cases) == {
        "asiel_wi2013": 14,
        "asiel_wi2021": 14,
        "gezin_wi2013": 6,
        "gezin_wi2021": 6,
    }
    for case in cases:
        assert case.base_weight == 5.0
        assert (case.status, case.frame["fr_panel"]) == (CaseStatus.OPEN, "no")
        assert case.frame["fr_stratum"] == case.stratum
        assert case.frame["fr_group"] in str(case.stratum)
        # The wave is not asked in Turkish; Dutch is for whoever has no other language.
        assert case.language == ("ar" if case.frame["fr_language"] == "ar" else "nl")


def test_same_seed_draws_the_same_people_and_another_seed_others(desk: SampleDesk) -> None:
    desk.field(2024)
    desk.take_in(100)
    first = desk.draw(dry_run=True)
    again = desk.draw(dry_run=True)
    other = desk.draw(seed=2, dry_run=True)

    assert first.batches == again.batches
    assert first.draw.fingerprint == again.draw.fingerprint != other.draw.fingerprint
    assert desk.cases() == []


def test_every_draw_is_made_again_from_its_record(desk: SampleDesk) -> None:
    desk.field(2024)
    desk.take_in(200)
    desk.draw(reserves=2)
    release(desk)
    desk.field(2025)
    desk.take_in(50, "2025", first=200, cohort="2025")
    desk.refresh(names=["2025"])
    frame.discard(desk.ctx, ["DUO", "2025"], by="r")

    with desk.ctx.databases.research.read() as connection:
        made = frame_storage.list_draws(connection)
    assert [one.kind for one in made] == [DrawKind.SAMPLE, DrawKind.RESERVE, DrawKind.REFRESHMENT]
    assert all(draws.verify(desk.ctx, one) for one in made)
    assert not draws.verify(desk.ctx, dataclasses.replace(made[0], seed=9))
    assert not draws.verify(desk.ctx, dataclasses.replace(made[2], seed=9))


def release(desk: SampleDesk, batches: int = 1) -> draws.Drawn:
    return draws.release_reserves(
        desk.ctx, real_bank(), plan_of(2024), number=1, batches=batches, by="r"
    )


def test_reserves_come_in_their_order_and_all_weights_of_the_wave_follow(desk: SampleDesk) -> None:
    desk.field(2024)
    desk.take_in(200)
    drawn = desk.draw(reserves=2)

    first, second = release(desk), release(desk)

    assert set(first.batches[0]) == set(drawn.batches[1])
    assert set(second.batches[0]) == set(drawn.batches[2])
    assert {case.base_weight for case in desk.cases()} == {200 / 120}
    assert sum(case.base_weight or 0 for case in desk.cases()) == pytest.approx(200)
    with pytest.raises(DrawError, match="0 are left"):
        release(desk)


def test_refreshment_draws_others_and_weights_count_both_draws(desk: SampleDesk) -> None:
    desk.field(2024)
    desk.take_in(200)
    first = desk.draw()
    desk.field(2025)
    desk.take_in(40, "2025", first=200, cohort="2025")

    later = desk.refresh(names=["2025"], allocation=Allocation(given=NEW))

    assert not set(later.batches[0]) & set(first.batches[0])
    weights = {case.stratum: case.base_weight for case in desk.cases(2025)}
    # 70 people: 14 were drawn for 2024 and 6 now; of the 28 newcomers of one kind 7.
    assert weights == {"asiel_wi2013": 70 / 20, "asiel_wi2021_2025": 14 / 7}
    # The wave of 2024 keeps the weights it was drawn with.
    assert {case.base_weight for case in desk.cases(2024)} == {5.0}


NEW = {"asiel_wi2013": 6, "asiel_wi2021_2025": 7}


def test_newcomers_under_an_old_stratum_are_refused_until_they_are_a_cohort(
    desk: SampleDesk,
) -> None:
    desk.field(2024)
    desk.take_in(100)
    desk.draw()
    desk.field(2025)
    desk.take_in(20, "2025", first=100)

    with pytest.raises(AllocationError, match="stratum of their own"):
        desk.refresh(names=["2025"])
    with pytest.raises(DrawError, match="--cohort"):
        desk.draw(2025, names=["2025"])


def test_reserves_are_not_released_when_the_frame_was_drawn_from_since(desk: SampleDesk) -> None:
    desk.field(2024)
    desk.take_in(200)
    desk.draw(reserves=1)
    desk.field(2025)
    desk.refresh()

    with pytest.raises(DrawError, match="refreshed since"):
        release(desk)


def test_people_whose_contacts_were_destroyed_are_not_drawn(desk: SampleDesk) -> None:
    desk.field(2024)
    desk.take_in(60)
    desk.draw()
    frame.discard(desk.ctx, ["DUO"], by="r")
    desk.field(2025)
    before = fingerprint(desk.ctx.databases)

    with pytest.raises(DrawError, match="destroyed"):
        desk.refresh(allocation=Allocation(size=10, minimum=0))

    assert fingerprint(desk.ctx.databases) == before


def test_wave_that_is_not_there_or_is_over_is_not_drawn_for(small_desk: SampleDesk) -> None:
    small_desk.take_in(60)
    with pytest.raises(DrawError, match="no wave 2024"):
        small_desk.draw()
    small_desk.field(2024)
    waves.move_wave(small_desk.ctx, 2024, WaveStatus.CLOSED, by="r")
    with pytest.raises(DrawError, match="closed"):
        small_desk.draw()


def test_sample_is_not_drawn_twice_from_the_same_people(small_desk: SampleDesk) -> None:
    small_desk.field(2024)
    small_desk.take_in(60)
    small_desk.draw()
    with pytest.raises(DrawError, match="use refresh"):
        small_desk.draw(seed=2)


def test_code_opens_the_case_and_its_printable_copy_stands_with_the_contacts(
    desk: SampleDesk,
) -> None:
    desk.field(2024)
    desk.take_in(60)
    desk.draw()

    issued = issue_wave_codes(desk.ctx, 2024)

    assert (issued.codes, issued.nobody) == (40, 0)
    for case in desk.cases():
        code = desk.fields(case.person_id)["code:2024"]
        with desk.ctx.databases.research.read() as connection:
            candidates = codes_in_bucket(connection, desk.ctx.codes.bucket(code))
        found = desk.ctx.codes.match(code, candidates)
        assert found is not None
        assert found.case_id == case.id
    assert issue_wave_codes(desk.ctx, 2024).codes == 0


def test_codes_that_were_cut_off_halfway_are_completed_and_printed_as_stored(
    small_desk: SampleDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_desk.field(2024)
    small_desk.take_in(60)
    small_desk.draw()
    monkeypatch.setattr("app.services.fieldwork.code_issuing._AT_A_TIME", 15)
    real = codes.add_codes
    calls = iter((False, True))

    def cut_off(*given: object) -> None:
        if next(calls):
            raise ConnectionError
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(codes, "add_codes", cut_off)
    with pytest.raises(ConnectionError):
        issue_wave_codes(small_desk.ctx, 2024)
    monkeypatch.setattr(codes, "add_codes", real)

    assert issue_wave_codes(small_desk.ctx, 2024).codes == 25
    for case in small_desk.cases():
        code = small_desk.fields(case.person_id)["code:2024"]
        assert enters(small_desk, code) == case.id


def enters(desk: SampleDesk, code: str) -> UUID:
    with desk.ctx.databases.research.read() as connection:
        candidates = codes_in_bucket(connection, desk.ctx.codes.bucket(code))
    found = desk.ctx.codes.match(code, candidates)
    assert found is not None
    return found.case_id


def test_seeded_generator_gives_synthetic_people_the_same_codes(small_desk: SampleDesk) -> None:
    small_desk.field(2024)
    small_desk.take_in(60)
    small_desk.draw()
    issue_wave_codes(small_desk.ctx, 2024, rng=random.Random(5))
    given = [small_desk.fields(case.person_id)["code:2024"] for case in small_desk.cases()]
    rng = random.Random(5)
    assert given == [generate(rng) for _ in given]


def test_random_block_of_a_person_is_drawn_with_the_sample(small_desk: SampleDesk) -> None:
    small_desk.field(2024)
    small_desk.take_in(200)
    small_desk.draw(allocation=Allocation(size=120))
    with small_desk.ctx.databases.research.read() as connection:
        rows = connection.exec_driver_sql(
            "SELECT value, count(*) FROM person_assignment WHERE variable = 'x_split' GROUP BY 1"
        ).all()
    assert {value for value, _ in rows} == {"a", "b", "c", "d"}
    assert sum(count for _, count in rows) == 120
