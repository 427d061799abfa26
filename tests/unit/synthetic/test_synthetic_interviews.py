"""The whole instrument, answered page by page by some hundred people of each group."""

from statistics import median

import pytest

from app.questionnaire.expression import is_known
from app.questionnaire.routing import Preload
from app.synthetic.respondent import SyntheticRespondent, Will
from app.synthetic.response import PAGES_BEFORE_BREAK
from tests.unit.synthetic.synthetic_interviews import BLOCKS, interview, preload_of

PER_STRATUM = 60


@pytest.mark.parametrize("wave", [2024, 2025])
def test_every_page_of_a_first_interview_is_accepted(instruments, strata, wave):
    for people in strata.values():
        for number, person in enumerate(people[:100]):
            walked = interview(instruments[wave], person, block=BLOCKS[number % len(BLOCKS)])

            assert walked.complete
            assert walked.termination is None


def test_every_page_of_three_waves_of_the_same_people_is_accepted(instruments, strata):
    lengths = {wave: [] for wave in instruments}
    for people in strata.values():
        for number, person in enumerate(people[:PER_STRATUM]):
            block = BLOCKS[number % 4]
            preload = Preload()
            for wave, instrument in instruments.items():
                panel = {"fr_entry": "personal", "fr_panel": "no" if wave == 2024 else "yes"}
                walked = interview(
                    instrument,
                    person,
                    block=block,
                    frame={**person.frame(), **panel},
                    preload=preload,
                )
                assert walked.complete
                found = preload_of(instrument, walked)
                preload = Preload(
                    {**preload.answers, **found.answers}, {**preload.months, **found.months}
                )
                lengths[wave].append(len(walked.pages))

    # Who took part before is asked less, and a break-off always comes before the end.
    assert median(lengths[2027]) < median(lengths[2025]) < median(lengths[2024])
    assert min(map(min, lengths.values())) > PAGES_BEFORE_BREAK[1]


def test_people_of_the_open_link_are_led_to_their_own_group_and_act(instruments, strata):
    nothing_known = {"fr_group": "unknown", "fr_act": "unknown", "fr_edition": "national"}
    right, told = 0, 0
    for stratum, people in strata.items():
        for person in people[:PER_STRATUM]:
            values = interview(instruments[2024], person, block="a", frame=nothing_known).values
            told += values["groep"] != "onbekend"
            right += values["groep"] == stratum

    # Letters of people with an old permit may have come after the change of act, some do not know.
    assert told > 0.9 * 6 * PER_STRATUM
    assert right > 0.95 * told


def test_unwilling_people_end_at_consent_and_people_never_obliged_are_screened_out(
    instruments, people
):
    refused = interview(instruments[2024], people[0], will=Will.REFUSE)
    screened = interview(instruments[2024], people[0], will=Will.NEVER_OBLIGED)

    assert refused.termination.status == "refused"
    assert [page.id for page in refused.pages] == ["x_welkom", "c_meedoen"]
    assert screened.termination.status == "screened_out"


def test_answers_do_not_depend_on_the_order_in_which_pages_are_answered(bank, people):
    asked = [(item, statement) for item in bank.items for statement in item.statements or (None,)]
    for person in people[:30]:
        one, other = (SyntheticRespondent(person, 2024, seed=3) for _ in range(2))
        forwards = [one.answer(item, statement, {}) for item, statement in asked]
        backwards = [other.answer(item, statement, {}) for item, statement in reversed(asked)]

        assert forwards == backwards[::-1]


def test_dates_of_one_life_come_in_order(instruments, strata):
    for people in strata.values():
        for person in people[:30]:
            values = interview(instruments[2025], person, block="a").values
            dates = [
                values.get(var)
                for var in ("r_vergunning", "t_cursus_datum", "r_eind", "interview_month")
            ]
            known = [str(date)[:4] for date in dates if date is not None and is_known(date)]
            assert known == sorted(known), dates
            assert int(values["fr_birth_year"]) + 16 <= int(known[-1])


def test_what_people_do_now_is_part_of_what_they_have_done(instruments, strata):
    for person in strata["gezin_wi2021"][:100]:
        values = interview(instruments[2024], person, block="d").values
        ever, now = values["d_sinds"], values["d_nu"]
        if is_known(ever) and is_known(now) and now != ("geen",):
            assert set(now) <= set(ever)
