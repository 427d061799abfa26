"""A panel of twelve people over three waves, every rate counted on fingers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from app.panel.case_history import CaseHistory, Ending, InterviewFacts, PersonFact, Settled
from app.panel.dispositions import Disposition
from app.panel.outcome_rates import Rate
from app.panel.panel_rates import Member, WavePanelRates, members_of, panel_rates
from app.panel.states import CaseStatus, Entry

YES, SILENT = Disposition("1.1"), Disposition("3.19")


def member(number: int, outcomes: dict[int, Disposition], **more: Any) -> Member:
    given: dict[str, Any] = {"issued": frozenset(outcomes)}
    return Member(UUID(int=number), outcomes, **(given | more))


# Ten people drawn for 2024, two more for 2025.
PANEL = [
    member(1, {2024: YES, 2025: YES, 2027: YES}),
    member(2, {2024: YES, 2025: Disposition("1.2"), 2027: SILENT}),
    # Answered, and does not want to be asked again: in the panel's base, with no case afterwards.
    member(3, {2024: YES}),
    # Missed a wave and came back.
    member(4, {2024: YES, 2025: SILENT, 2027: YES}),
    # Died between the waves; moved away while the second was in the field.
    member(5, {2024: YES}, exits={2025: "deceased", 2027: "deceased"}),
    member(
        6,
        {2024: YES, 2025: Disposition("4.90", "moved_abroad")},
        exits={2025: "moved_abroad", 2027: "moved_abroad"},
    ),
    # Refused, and stays in the sample of 2025 without being asked.
    member(
        7,
        {2024: Disposition("2.111"), 2025: Disposition("2.11")},
        issued=frozenset({2024}),
    ),
    # Said nothing at first, and answered a year later.
    member(8, {2024: SILENT, 2025: YES}, sought=frozenset({2025}), found=frozenset({2025})),
    member(
        9,
        {2024: Disposition("4.90", "deceased")},
        exits={2024: "deceased", 2025: "deceased", 2027: "deceased"},
    ),
    member(10, {2024: SILENT, 2025: SILENT}, sought=frozenset({2025})),
    member(11, {2025: YES, 2027: YES}),
    member(12, {2025: SILENT}),
]


@pytest.fixture(scope="module")
def rates() -> dict[int, WavePanelRates]:
    return {one.wave: one for one in panel_rates(PANEL, [2024, 2025, 2027])}


def test_wave_response_counts_who_was_to_be_asked_and_belongs(
    rates: dict[int, WavePanelRates],
) -> None:
    # 2024: 1-6 of all but the one who died (9). 2025: 1, 2, 8, 11 of 1, 2, 4, 8, 10, 11, 12.
    assert rates[2024].wave_response == Rate(6, 9)
    assert rates[2025].wave_response == Rate(4, 7)


def test_retention_keeps_who_refused_to_be_asked_again_and_lets_the_dead_and_gone_go(
    rates: dict[int, WavePanelRates],
) -> None:
    # Of the six who answered in 2024, 5 died and 6 left: 1, 2 of 1, 2, 3, 4.
    assert rates[2025].retention == {2024: Rate(2, 4)}
    # 2027: of the cohort of 2024 again 1, 4 of 1-4; of that of 2025 number 11.
    assert rates[2027].retention == {2024: Rate(2, 4), 2025: Rate(1, 1)}


def test_cumulative_response_is_recruitment_by_retention_by_completion(
    rates: dict[int, WavePanelRates],
) -> None:
    # 6/9 recruited; 3 of 4 still asked; 2 of 3 answered: 6/9 x 3/4 x 2/3 = 1/3
    way = rates[2025].cumulative[2024]
    assert (way.recruitment, way.retention, way.completion) == (Rate(6, 9), Rate(3, 4), Rate(2, 3))
    assert way.value == pytest.approx(1 / 3)


def test_reinterview_compares_a_wave_with_the_one_before(rates: dict[int, WavePanelRates]) -> None:
    assert rates[2025].reinterview == Rate(2, 4)  # 1, 2 of 1, 2, 3, 4
    assert rates[2027].reinterview == Rate(2, 4)  # 1, 11 of 1, 2, 8, 11
    assert rates[2024].reinterview.value is None


def test_dropping_out_missing_a_wave_and_leaving_the_population_are_three_things(
    rates: dict[int, WavePanelRates],
) -> None:
    assert rates[2025].attrition == Rate(1, 4)  # 3
    assert rates[2025].missed == Rate(1, 4)  # 4
    assert rates[2025].exits == {"deceased": 1, "moved_abroad": 1}  # 5, 6
    assert rates[2024].exits == {"deceased": 1}  # 9, counted once
    assert rates[2027].exits == {}


def test_who_answers_after_silence_has_come_back(rates: dict[int, WavePanelRates]) -> None:
    assert rates[2025].returned == Rate(1, 2)  # 8 of 8, 10; 7 was not asked


def test_tracing_counts_who_was_found_of_who_was_sought(rates: dict[int, WavePanelRates]) -> None:
    assert rates[2025].tracing == Rate(1, 2)
    assert rates[2024].tracing.value is None


def moment(year: int, month: int = 3, day: int = 1) -> datetime:
    return datetime(year, month, day, tzinfo=UTC)


def case(person: int, wave: int, **more: Any) -> CaseHistory:
    given: dict[str, Any] = {
        "case_id": UUID(int=100 * person + wave),
        "person_id": UUID(int=person),
        "wave": wave,
        "entry": Entry.PERSONAL,
        "created_at": moment(wave, 1),
        "language": "nl",
        "opened_at": moment(wave, 1, 15),
        "closed_at": moment(wave, 4),
        "invitations_kept": False,
    }
    return CaseHistory(**(given | more))


def answered(wave: int) -> InterviewFacts:
    at = moment(wave, 2)
    return InterviewFacts(at, at, at, (Ending(CaseStatus.COMPLETE, at),))


def test_members_are_read_from_histories_as_they_were_known() -> None:
    died = PersonFact("status", moment(2024, 9), 2024, to="deceased")
    histories = [
        case(1, 2024, interview=answered(2024), facts=(died,)),
        case(2, 2024, interview=answered(2024)),
        case(2, 2025, settled=(Settled("2.11", moment(2025, 1)),)),
        case(3, 2025, entry=Entry.OPEN, interview=answered(2025)),
    ]
    first, second = members_of(histories, moment(2026))
    assert (first.belongs(2024), first.belongs(2025)) == (True, False)
    assert first.exits == {2025: "deceased"}
    assert second.issued == {2024}
    erased = case(4, 2024, settled=(Settled("2.11", moment(2024, 1), "erased"),))
    assert members_of([erased], moment(2026))[0].issued == {2024}
    before = members_of(histories, moment(2024, 8))
    assert [one.exits for one in before] == [{}, {}]
    assert [set(one.outcomes) for one in before] == [{2024}, {2024}]
