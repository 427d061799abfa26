"""Who answers: selective, consistent over waves, and never from beyond the grave."""

from collections import Counter

import pytest

from app.synthetic.respondent import SyntheticRespondent, Will
from app.synthetic.response import Outcome, Status, outcome_of


def outcomes(people, wave=2024, **given):
    return [outcome_of(person, wave, seed=1, **given) for person in people]


def completion(people, wave=2024, **given):
    found = outcomes(people, wave, **given)
    return sum(one.status is Status.COMPLETE for one in found) / len(found)


def test_every_kind_of_outcome_occurs_and_less_than_half_completes(people):
    found = Counter(one.status for one in outcomes(people[:6_000]))

    assert found.keys() == set(Status)
    assert 0.33 < found[Status.COMPLETE] / 6_000 < 0.47
    assert found[Status.SCREENED_OUT] < 60


def test_propensity_falls_with_schooling_and_literacy(people):
    by_school, by_literacy = {}, {}
    for person in people[:8_000]:
        past = SyntheticRespondent(person, 2024, 1).life_at(2024).past
        by_school.setdefault(past.schooling, []).append(person)
        by_literacy.setdefault(past.literacy, []).append(person)

    assert completion(by_school["geen"]) < completion(by_school["basis"]) - 0.02
    assert completion(by_school["basis"]) < completion(by_school["middelbaar"]) - 0.08
    assert completion(by_literacy["nee"]) < completion(by_literacy["goed"]) - 0.15


def test_a_wave_in_people_s_own_language_gets_more_answers(strata):
    speakers = [person for person in strata["asiel_wi2021"] if person.language == "ar"][:3_000]

    offered = outcomes(speakers, languages=("nl", "en", "ar"))

    assert completion(speakers, languages=("nl", "en", "ar")) > completion(speakers) + 0.04
    assert Counter(one.language for one in offered).most_common(1)[0][0] == "ar"
    assert {one.language for one in outcomes(speakers)} == {"nl", "en"}


def test_those_who_took_part_take_part_again_more_often(people):
    some = people[:3_000]
    again = completion(some, 2025, before=Status.COMPLETE)
    fresh = completion(some, 2025)
    after_silence = completion(some, 2025, before=Status.OPEN)

    assert again > fresh + 0.15 > after_silence + 0.25
    assert completion(some, 2025, before=Status.REFUSED) < 0.1


def test_people_who_died_or_left_do_not_answer(people):
    gone = [one for one in outcomes(people[:5_000], 2027) if one.gone]

    assert {one.gone for one in gone} == {"deceased", "moved_abroad"}
    assert {one.status for one in gone} == {Status.OPEN}
    assert 0.03 < len(gone) / 5_000 < 0.12


def test_only_a_break_off_has_a_page_to_stop_at(people):
    for one in outcomes(people[:4_000]):
        assert (one.pages is not None) == (one.status is Status.PARTIAL)


@pytest.mark.parametrize(
    ("status", "will"),
    [
        (Status.REFUSED, Will.REFUSE),
        (Status.SCREENED_OUT, Will.NEVER_OBLIGED),
        (Status.PARTIAL, Will.TAKE_PART),
    ],
)
def test_outcome_tells_the_respondent_what_to_say(status, will):
    assert Outcome(status, "nl").will is will
