"""What an interview leaves to later waves: the preload, merged, stored and read back."""

from hypothesis import given
from hypothesis import strategies as st

from app.questionnaire.model import Missing
from app.questionnaire.routing import Earlier, Preload
from app.services.fieldwork.preloads import merge, preload_from_json, preload_of, preload_to_json
from tests.unit.questionnaire.visits import Visit, instrument_of, known


def left_by(visit: Visit, month: str | None = "2024-03") -> Preload:
    return preload_of(visit.instrument, visit.route, month)


def told(preload: Preload) -> dict:
    return {var: (one.value, one.wave) for var, one in preload.answers.items()}


def test_interview_leaves_the_answers_on_its_route():
    visit = Visit("conditions")
    visit.answer(has_job="yes", hours="30", languages=["nl"])
    visit.answer(has_job="no", looking="yes")

    preload = left_by(visit)

    assert told(preload) == {
        "has_job": ("no", 2024),
        "looking": ("yes", 2024),
        "languages": (("nl",), 2024),
    }
    assert preload.months == {2024: "2024-03"}


def test_contact_details_and_pages_that_ask_nothing_are_not_left():
    contacts, info = Visit("contacts"), Visit("info")
    contacts.answer(recontact="yes", channel="sms", address="0612345678")
    info.post("welcome")
    info.answer(glad="yes")

    assert told(left_by(contacts)) == {"recontact": ("yes", 2024)}
    assert told(left_by(info)) == {"glad": ("yes", 2024)}


def test_reply_to_still_true_is_of_one_wave_only():
    visit = Visit("repeats", known(earlier={"town": "Ede"}), wave=2025)
    visit.post("born", prompted=True)
    visit.post("home", prompted=True)
    visit.post("town-confirm", {"town_confirm": "still_true"})

    left = told(left_by(visit))

    assert left["town"] == ("Ede", 2025)
    assert "town_confirm" not in left


def test_latest_answer_counts():
    older = Preload(
        {"town": Earlier("Ede", 2024), "born": Earlier("1990", 2024)}, {2024: "2024-01"}
    )
    newer = Preload({"town": Earlier("Epe", 2025)}, {2025: "2025-02"})

    both = merge(older, newer)

    assert told(both) == {"town": ("Epe", 2025), "born": ("1990", 2024)}
    assert both.months == {2024: "2024-01", 2025: "2025-02"}


def test_answer_that_was_taken_back_is_not_asked_to_be_confirmed():
    """In 2025 the town had changed, and the new one was not given."""
    older = Preload({"town": Earlier("Ede", 2024)})
    newer = Preload({"town": Earlier(Missing.SKIP, 2025)})

    assert told(merge(older, newer)) == {}


def test_union_goes_along_so_that_the_next_wave_can_add_to_it():
    # Given school in 2024 and work in 2025
    first = Visit("derived")
    first.answers |= {"activities": ("school",)}
    before = merge(Preload(), left_by(first))
    second = Visit("derived", known(earlier={"ever": before.answers["ever"].value}), wave=2025)
    second.answers |= {"activities": ("work",)}
    # Then both are left to the next wave
    assert told(left_by(second))["ever"] == (("work", "school"), 2025)


words = st.text(alphabet=st.characters(exclude_categories=("Cs",)), min_size=1)


@given(st.dictionaries(st.sampled_from(["town", "once_open", "born", "home"]), words))
def test_stored_preload_reads_back_as_itself(answers):
    preload = Preload(
        {var: Earlier(value, 2024) for var, value in answers.items()}, {2024: "2024-03"}
    )

    assert preload_from_json(instrument_of("repeats", 2025), preload_to_json(preload)) == preload


def test_stored_preload_keeps_codes_and_unions_apart():
    instrument = instrument_of("derived", 2025)
    preload = Preload(
        {"activities": Earlier(("work", "school"), 2024), "ever": Earlier(("work",), 2024)}, {}
    )

    assert preload_from_json(instrument, preload_to_json(preload)) == preload
    assert preload_from_json(instrument, None) == Preload()
