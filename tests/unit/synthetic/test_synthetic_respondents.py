"""One person over the waves: facts stay, lives move on, and everything invented says so."""

import re
from itertools import pairwise

import pytest

from app.questionnaire.model import Kind, Missing, Offer
from app.synthetic.respondent import Confirm, SyntheticRespondent


def item(bank, var):
    return next(found for found in bank.items if found.var == var)


def in_two_waves(person):
    return [SyntheticRespondent(person, wave, seed=1) for wave in (2024, 2025)]


def told(pairs):
    """The pairs of answers of which neither is missing."""
    return [pair for pair in pairs if not any(isinstance(one, Missing | None) for one in pair)]


def test_lives_only_move_forward(people):
    for person in people[:3_000]:
        respondent = SyntheticRespondent(person, 2024, seed=1)
        for before, after in pairwise(respondent.life_at(wave) for wave in (2024, 2025, 2027)):
            assert after.age > before.age
            assert after.started >= before.started
            assert after.had_intake >= before.had_intake
            assert after.has_plan >= before.has_plan
            assert after.dutch >= before.dutch - 0.2
            assert set(before.activities.ever) - {"geen"} <= set(after.activities.ever)
            assert not (before.status == "klaar" and after.status != "klaar")
            assert before.gone is None or before.gone == after.gone or after.gone == "deceased"


def test_some_lives_change_between_the_first_and_second_wave(people):
    changed = {"status": 0, "municipality": 0, "route": 0, "cares_for": 0, "gone": 0}
    for person in people[:3_000]:
        respondent = SyntheticRespondent(person, 2024, seed=1)
        first, second = respondent.life_at(2024), respondent.life_at(2025)
        for what in changed:
            changed[what] += getattr(first, what) != getattr(second, what)

    assert all(15 < count < 1_700 for count in changed.values()), changed


@pytest.mark.parametrize("var", ["r_reden", "r_educ", "r_literacy", "t_plicht_bekend"])
def test_answers_about_the_past_mostly_stay(bank, people, var):
    question = item(bank, var)
    pairs = [
        [respondent.answer(question, None, {}) for respondent in in_two_waves(person)]
        for person in people[:1_000]
    ]
    assert sum(one == other for one, other in told(pairs)) > 0.8 * len(told(pairs)) > 700


def test_opinions_of_one_person_resemble_each_other_over_waves(bank, people):
    question = item(bank, "q_tevreden")
    pairs = [
        [respondent.answer(question, None, {}) for respondent in in_two_waves(person)]
        for person in people[:3_000]
    ]
    same = sum(one == other for one, other in told(pairs)) / len(told(pairs))
    second = [other for _, other in told(pairs)]
    by_chance = sum((second.count(code) / len(second)) ** 2 for code in "12345")

    assert by_chance + 0.08 < same < 0.9


@pytest.mark.parametrize("var", ["r_gemeente", "r_zorgt", "r_route", "p_kanaal", "p_adres"])
def test_confirmation_follows_the_life(bank, people, var):
    question = item(bank, var)
    replies = set()
    for person in people[:1_500]:
        first, second = in_two_waves(person)
        before = first.answer(question, None, {})
        now = second.answer(question, None, {})
        if not told([(before, now)]):
            continue
        reply = second.confirm(var, before)
        assert (reply is Confirm.STILL_TRUE) == (before == now)
        assert reply is second.confirm(var)
        replies.add(reply)

    assert replies == {Confirm.STILL_TRUE, Confirm.CHANGED}


def test_an_earlier_answer_that_never_held_is_denied(people):
    person = people[0]

    assert SyntheticRespondent(person, 2025, 1).confirm("r_gemeente", "GM9999") == "never_true"


def test_silence_keeps_to_what_the_item_offers(bank, people):
    for question in bank.items:
        for person in people[:150]:
            respondent = SyntheticRespondent(person, 2024, seed=2)
            for statement in question.statements or (None,):
                answer = respondent.answer(question, statement, {})
                if answer is Missing.DK:
                    assert question.dk is not Offer.NONE
                if answer is Missing.REF:
                    assert question.refuse is not Offer.NONE
                if answer is None:
                    assert question.kind not in {Kind.INFO, Kind.CONSENT}


def test_words_and_addresses_are_recognisably_invented(bank, people):
    written = []
    for person in people[:400]:
        for language, label in (("nl", "Verzonnen testantwoord"), ("en", "Invented test answer")):
            respondent = SyntheticRespondent(person, 2024, 1, language=language)
            for var in ("o_goed", "o_opmerking", "e_meedoen_open"):
                words = respondent.answer(item(bank, var), None, {})
                if isinstance(words, str) and not isinstance(words, Missing):
                    assert words.startswith(label)
                    written.append(words)
            assert respondent.other_words("h_steun").startswith(label)
        address = item(bank, "p_adres")
        mail = respondent.answer(address, None, {"p_kanaal": "mail"})
        phone = respondent.answer(address, None, {"p_kanaal": "sms"})
        assert re.fullmatch(r"synthetic-[0-9a-f]{16}-\d@example\.org", mail)
        # Ofcom keeps 07700 900000 to 900999 free for drama.
        assert re.fullmatch(r"\+44 7700 900\d{3}", phone)

    assert 200 < len(written) < 1_500


def test_an_interview_month_before_the_wave_caps_every_date(bank, people):
    question = item(bank, "t_cursus_datum")
    for person in people[:500]:
        respondent = SyntheticRespondent(person, 2025, 1)
        started = respondent.answer(question, None, {"interview_month": "2024-03"})
        if not isinstance(started, Missing | None):
            assert started <= "2024-03"


def test_another_seed_gives_other_answers_of_the_same_person(bank, people):
    one, other = (
        [SyntheticRespondent(person, 2024, seed) for person in people[:200]] for seed in (1, 2)
    )
    opinion, fact = item(bank, "q_tevreden"), item(bank, "r_educ")

    def answers(respondents, question):
        return [respondent.answer(question, None, {}) for respondent in respondents]

    assert answers(one, opinion) != answers(other, opinion)
    pairs = told(zip(answers(one, fact), answers(other, fact), strict=True))
    assert len(pairs) > 150
    assert all(first == second for first, second in pairs)
