"""Where people of the sample are: one place in each wave on each date, by hand and by law."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.panel.attrition import Drawn, Life, Word, place_of
from app.panel.case_history import (
    InterviewFacts,
    Settled,
)
from app.panel.places import FATES, IN_POPULATION, Fate, Place, Placed, Why
from app.panel.states import CaseStatus, Eligibility, PersonStatus
from tests.unit.panel.panel_lives import (
    CALENDAR,
    TOOK_PART,
    a_case,
    at,
    fact,
    finished,
    life,
    on,
    state,
)

# --- worked by hand -------------------------------------------------------------------------------


def test_case_goes_from_not_sampled_by_asked_to_no_answer() -> None:
    one = life()
    assert at(one, 2024, "2023-10-31") == (Place.NOT_YET, None)
    assert at(one, 2024, "2023-11-05") == (Place.OPEN, Why.NOT_INVITED)
    assert at(one, 2024, "2024-02-01") == (Place.OPEN, None)
    assert at(one, 2024, "2024-03-20") == (Place.NOT_REACHED, Why.NO_ANSWER)
    assert place_of(one, CALENDAR[2024], on("2025-01-01")).since == on("2024-03-15")


def test_interview_is_answering_then_complete_and_a_stopped_one_partial_or_broken_off() -> None:
    done = life(interviews=TOOK_PART)
    assert place_of(done, CALENDAR[2024], on("2024-02-01", 11)).place is Place.ANSWERING
    assert place_of(done, CALENDAR[2024], on("2024-02-02")) == Placed(
        Place.COMPLETE, None, on("2024-02-01")
    )
    begun = InterviewFacts(on("2024-02-01", 9), on("2024-02-01", 9))
    half = replace(begun, half_at=on("2024-02-03"))
    for interview, place in ((begun, Place.BROKEN_OFF), (half, Place.PARTIAL)):
        stopped = life(interviews={2024: interview})
        assert at(stopped, 2024, "2024-03-01") == (Place.ANSWERING, None)
        assert at(stopped, 2024, "2024-03-16") == (place, None)


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (PersonStatus.DECEASED, Why.DECEASED),
        (PersonStatus.MOVED_ABROAD, Why.MOVED_ABROAD),
        (PersonStatus.DISPENSED, Why.DISPENSED),
        (PersonStatus.EXEMPT, Why.EXEMPT),
        (PersonStatus.FINISHED, Why.FINISHED),
    ],
)
def test_who_left_the_population_between_waves_is_no_attrition(
    status: PersonStatus, why: Why
) -> None:
    one = life(state(status, "2024-08-01"), interviews=TOOK_PART, consent="ja")
    assert at(one, 2024, "2025-02-01") == (Place.COMPLETE, None)
    placed = place_of(one, CALENDAR[2025], on("2025-02-01"))
    assert placed == Placed(Place.OUT, why, on("2024-08-01"))
    assert (placed.fate, placed.eligible) == (Fate.LEFT, Eligibility.NO)


def test_death_in_the_field_is_out_of_the_population_unless_the_interview_was_done() -> None:
    died = state(PersonStatus.DECEASED, "2024-02-20")
    assert at(life(died), 2024, "2024-02-19") == (Place.OPEN, None)
    assert at(life(died), 2024, "2024-02-21") == (Place.OUT, Why.DECEASED)
    assert at(life(died, interviews=TOOK_PART), 2024, "2024-02-21") == (Place.COMPLETE, None)


def test_death_after_the_wave_leaves_its_nonresponse_as_it_was() -> None:
    one = life(state(PersonStatus.DECEASED, "2024-08-01"))
    assert at(one, 2024, "2025-02-01") == (Place.NOT_REACHED, Why.NO_ANSWER)
    assert at(one, 2025, "2025-02-01") == (Place.OUT, Why.DECEASED)


def test_finishing_in_the_field_still_belongs_to_that_wave_and_not_to_the_next() -> None:
    one = life(state(PersonStatus.FINISHED, "2024-02-20"))
    assert at(one, 2024, "2024-04-01") == (Place.NOT_REACHED, Why.NO_ANSWER)
    assert at(one, 2025, "2025-02-01") == (Place.OUT, Why.FINISHED)


@pytest.mark.parametrize("answer", ["nee", "skip"])
def test_refused_recontact_is_a_reason_of_its_own(answer: str) -> None:
    one = life(interviews=TOOK_PART, consent=answer)
    placed = place_of(one, CALENDAR[2025], on("2025-02-01"))
    assert placed == Placed(Place.NOT_ASKED, Why.NO_CONSENT, on("2024-02-01"))
    assert placed.fate is Fate.ATTRITION
    assert place_of(life(interviews=TOOK_PART), CALENDAR[2025], on("2025-02-01")).why is (
        Why.NO_CONSENT
    )


def test_word_given_by_hand_counts_instead_of_the_answer_from_its_day_on() -> None:
    no = Word(on("2024-06-01"), given=False, by_hand=True)
    one = life(interviews=TOOK_PART, consent="ja", said=(no,))
    assert at(one, 2025, "2024-05-31") == (Place.TO_COME, None)
    assert at(one, 2025, "2024-06-02") == (Place.NOT_ASKED, Why.NO_CONSENT)
    assert place_of(one, CALENDAR[2025], on("2025-02-01")).since == on("2024-06-01")


def test_hard_refusal_soft_refusals_and_untraceable_people_are_not_asked_again() -> None:
    hard = life(fact("refused_hard", "2024-02-01", wave=2024))
    assert at(hard, 2024, "2024-02-02") == (Place.REFUSED, Why.HARD)
    assert at(hard, 2025, "2025-02-01") == (Place.NOT_ASKED, Why.HARD)
    soft = fact("refused_soft", "2024-02-01", wave=2024)
    once = life(soft, waves=(2024, 2025))
    assert at(once, 2024, "2024-05-01") == (Place.REFUSED, Why.SOFT)
    assert at(once, 2025, "2025-02-01") == (Place.OPEN, None)
    twice = life(soft, fact("refused_soft", "2025-02-10", wave=2025), waves=(2024, 2025))
    assert at(twice, 2027, "2027-02-01") == (Place.NOT_ASKED, Why.REFUSED_AGAIN)
    lost = life(fact("untraceable", "2024-08-01"))
    assert at(lost, 2025, "2025-02-01") == (Place.NOT_ASKED, Why.UNTRACEABLE)


def test_refusal_that_is_taken_back_moves_the_person_back() -> None:
    hard = fact("refused_hard", "2024-02-01", wave=2024)
    back = life(hard, fact("opted_in", "2024-02-10", wave=2024))
    assert at(back, 2024, "2024-02-05") == (Place.REFUSED, Why.HARD)
    assert at(back, 2024, "2024-02-11") == (Place.OPEN, None)


def test_undelivered_letter_and_untraceable_person_are_two_reasons_of_not_reached() -> None:
    returned = fact("letter_returned", "2024-01-20", wave=2024)
    one = life(returned)
    assert at(one, 2024, "2024-02-01") == (Place.OPEN, Why.UNDELIVERED)
    assert at(one, 2024, "2024-04-01") == (Place.NOT_REACHED, Why.UNDELIVERED)
    lost = life(returned, fact("untraceable", "2024-02-20", wave=2024))
    assert at(lost, 2024, "2024-04-01") == (Place.NOT_REACHED, Why.UNTRACEABLE)


def test_pause_withdrawal_and_erasure_have_places_of_their_own() -> None:
    paused = life(state(PersonStatus.PAUSED, "2024-02-01"))
    assert at(paused, 2024, "2024-02-02")[0] is Place.PAUSED
    assert at(paused, 2025, "2025-02-01")[0] is Place.PAUSED
    gone = life(state(PersonStatus.WITHDRAWN, "2024-02-20"), interviews=TOOK_PART)
    assert at(gone, 2024, "2024-04-01")[0] is Place.COMPLETE
    assert at(gone, 2025, "2025-02-01")[0] is Place.WITHDRAWN
    erased = life(erased_at=on("2026-01-01"))
    assert at(erased, 2024, "2024-04-01")[0] is Place.ERASED
    assert at(erased, 2024, "2023-01-01")[0] is Place.NOT_YET


def test_screened_out_and_known_frame_errors_are_out_of_every_later_wave() -> None:
    screened = life(interviews={2024: finished("2024-02-01", CaseStatus.SCREENED_OUT)})
    assert at(screened, 2024, "2024-04-01") == (Place.SCREENED_OUT, None)
    assert at(screened, 2025, "2025-02-01") == (Place.OUT, Why.NOT_ELIGIBLE)
    known = Life(cases={2024: a_case(2024, settled=(Settled("4.10", on("2023-11-01")),))})
    assert at(known, 2024, "2024-04-01") == (Place.OUT, Why.NOT_ELIGIBLE)


def test_refreshment_and_reserves_are_not_yet_in_the_sample_of_earlier_waves() -> None:
    fresh = Life(
        cases={2025: a_case(2025)}, drawn=(Drawn(on("2024-11-01"), 2025, "2025/1 refreshment"),)
    )
    assert at(fresh, 2024, "2025-02-01") == (Place.NOT_YET, None)
    assert at(fresh, 2025, "2025-02-01") == (Place.OPEN, None)
    reserve = Life(drawn=(Drawn(on("2023-11-01"), 2024, "2024/1 sample", batch=1),))
    assert at(reserve, 2024, "2024-02-01") == (Place.RESERVE, None)
    used = replace(
        reserve,
        drawn=(*reserve.drawn, Drawn(on("2024-02-05"), 2024, "2024/2 reserve")),
        cases={2024: a_case(2024, created_at=on("2024-02-05"))},
    )
    assert at(used, 2024, "2024-02-01") == (Place.RESERVE, None)
    assert at(used, 2024, "2024-02-06")[0] is Place.OPEN


def test_who_could_be_asked_is_to_come_before_the_wave_and_forgotten_after_it() -> None:
    one = life(interviews=TOOK_PART, consent="ja")
    assert at(one, 2025, "2024-06-01") == (Place.TO_COME, None)
    assert at(one, 2025, "2025-04-01") == (Place.NOT_ASKED, Why.NOT_CARRIED)


def test_yes_that_came_after_the_wave_was_settled_does_not_hide_why_nobody_asked() -> None:
    late = Word(on("2025-02-01"), given=True, by_hand=True)
    one = life(interviews=TOOK_PART, consent="nee", said=(late,))
    assert at(one, 2025, "2025-04-01") == (Place.NOT_ASKED, Why.NO_CONSENT)


def test_every_place_has_one_fate_and_only_the_left_are_not_eligible() -> None:
    assert set(FATES) == set(Place)
    assert set(IN_POPULATION) == set(Fate)
    lost = {place for place, fate in FATES.items() if fate is Fate.ATTRITION}
    assert lost == {Place.NOT_ASKED, Place.WITHDRAWN, Place.ERASED}
    assert [f for f, eligible in IN_POPULATION.items() if eligible is Eligibility.NO] == [Fate.LEFT]
