"""What earlier waves do to a question: once, until an event, confirmed, or asked anew."""

import pytest

from app.questionnaire.accept import Accepted, Fault, Rejected, Unanswered
from app.questionnaire.model import Missing
from app.questionnaire.routing import PageKind, page_of
from app.questionnaire.wording import question
from tests.unit.questionnaire.visits import Visit, instrument_of, known

MONTHS = {2024: "2024-03"}
EVERYTHING = {
    "born": "1990",
    "home": "house",
    "town": "Ede",
    "moved": "2020-01",
    "busy": "yes",
    "done_exam": "yes",
    "done_work": "no",
    "once_open": "cold",
}


def second_wave(**earlier) -> Visit:
    return Visit("repeats", known(earlier=earlier, months=MONTHS), wave=2025)


def asked(visit: Visit, page_id: str) -> str:
    page = visit.page(page_id)
    return question(visit.instrument, page, visit.known, visit.route.values, "en")


def test_first_wave_asks_everything_in_its_own_words():
    visit = Visit("repeats")

    assert visit.pages == ["born", "home", "town", "moved", "busy", "opinions", "once_open"]
    assert asked(visit, "home") == "Where do you live?"
    assert asked(visit, "busy") == "Are you busy?"


def test_second_wave_asks_what_may_have_changed():
    visit = second_wave(**EVERYTHING)

    assert visit.pages == ["town-confirm", "busy", "opinions"]
    assert visit.page("opinions").variables == ("done_work",)


def test_carried_answers_are_those_of_the_earlier_wave():
    visit = second_wave(**EVERYTHING)

    assert visit.route.carried == {
        "born": "1990",
        "home": "house",
        "moved": "2020-01",
        "done_exam": "yes",
        "once_open": "cold",
    }
    assert visit.route.values.items() >= visit.route.carried.items()


# --- once ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", [Missing.SKIP, Missing.DK, Missing.REF])
def test_once_is_asked_again_of_somebody_who_gave_no_answer(missing):
    assert "born" in second_wave(**EVERYTHING | {"born": missing}).pages


def test_once_is_asked_again_when_what_it_depends_on_changed():
    # Given somebody who lived in Ede since 2020
    visit = second_wave(**EVERYTHING)
    # When the town changed
    visit.post("town-confirm", {"town_confirm": "changed"})
    visit.answer(town="Epe")
    # Then the date is asked anew
    assert visit.pages == ["town-confirm", "town", "moved", "busy", "opinions"]


def test_once_stays_when_the_same_town_is_given_again():
    visit = second_wave(**EVERYTHING)

    visit.post("town-confirm", {"town_confirm": "changed"})
    visit.answer(town="Ede")

    assert "moved" not in visit.pages
    assert visit.route.carried["moved"] == "2020-01"


def test_once_stays_when_the_town_is_unknown_now():
    """Nobody knows that it changed."""
    visit = second_wave(**EVERYTHING)

    visit.post("town-confirm", {"town_confirm": "changed"})
    visit.post("town", prompted=True)

    assert "moved" not in visit.pages


# --- until_event --------------------------------------------------------------------------------


def test_until_event_is_asked_again_before_the_event_in_other_words():
    visit = second_wave(**EVERYTHING | {"home": "centre"})

    assert "home" in visit.pages
    assert asked(visit, "home") == "Last time: \u2068in a reception centre\u2069. And now?"


def test_until_event_is_not_asked_after_the_event():
    visit = second_wave(**EVERYTHING)

    assert "home" not in visit.pages
    assert visit.route.carried["home"] == "house"


# --- confirm ------------------------------------------------------------------------------------


def test_confirm_shows_the_earlier_answer():
    visit = second_wave(town="Ede")

    assert asked(visit, "town-confirm") == (
        "Last time you said \u2068Ede\u2069. Is this still true?"
    )
    assert visit.page("town-confirm").kind is PageKind.CONFIRM


def test_still_true_carries_the_answer_and_asks_nothing():
    visit = second_wave(**EVERYTHING)

    outcome = visit.post("town-confirm", {"town_confirm": "still_true"})

    assert outcome == Accepted({"town_confirm": "still_true"})
    assert "town" not in visit.pages
    assert visit.route.carried["town"] == "Ede"


@pytest.mark.parametrize("reply", ["changed", "never_true"])
def test_changed_and_never_true_open_the_question_and_stay_apart(reply):
    visit = second_wave(**EVERYTHING)

    visit.post("town-confirm", {"town_confirm": reply})

    assert visit.pages[:2] == ["town-confirm", "town"]
    assert asked(visit, "town") == "In which town do you live?"
    assert visit.route.values["town_confirm"] == reply
    assert "town" not in visit.route.carried


def test_skipped_confirmation_is_asked_once_and_then_opens_the_question():
    visit = second_wave(**EVERYTHING)

    assert visit.post("town-confirm") == Unanswered(("town_confirm",))
    visit.post("town-confirm", prompted=True)

    assert visit.pages[:2] == ["town-confirm", "town"]
    assert "town" not in visit.route.carried


@pytest.mark.parametrize("reply", ["dk", "ref", "yes", "Ede", "<b>"])
def test_confirmation_has_three_answers(reply):
    outcome = second_wave(**EVERYTHING).post("town-confirm", {"town_confirm": reply})

    assert outcome == Rejected((Fault("town_confirm", "option", {}),))


def test_still_true_after_another_answer_takes_the_earlier_one_back():
    visit = second_wave(**EVERYTHING)
    visit.post("town-confirm", {"town_confirm": "changed"})
    visit.answer(town="Epe")

    visit.post("town-confirm", {"town_confirm": "still_true"})

    assert visit.route.values["town"] == "Ede"
    # And undoing that gives Epe back.
    visit.post("town-confirm", {"town_confirm": "changed"})
    assert visit.route.values["town"] == "Epe"


def test_confirm_without_an_earlier_answer_is_a_plain_question():
    visit = second_wave(**EVERYTHING | {"town": Missing.REF})

    assert "town-confirm" not in visit.pages
    assert "town" in visit.pages


def test_confirm_page_is_found_by_its_address():
    instrument = instrument_of("repeats")

    assert page_of(instrument, "town-confirm") == (
        instrument.item_by_var["town"],
        PageKind.CONFIRM,
    )
    assert page_of(instrument, "born-confirm") is None


# --- every_wave ---------------------------------------------------------------------------------


def test_every_wave_asks_again_and_may_name_answer_and_month():
    assert asked(second_wave(busy="yes"), "busy") == (
        "In \u2068March 2024\u2069 you said: \u2068yes\u2069. Are you busy now?"
    )


def test_month_that_is_not_known_leaves_no_braces():
    visit = Visit("repeats", known(earlier={"busy": "yes"}), wave=2025)

    assert asked(visit, "busy").startswith("In … you said: \u2068yes\u2069.")


# --- contact details ----------------------------------------------------------------------------


def test_contact_details_are_shown_masked_and_a_choice_is_not():
    earlier = {"recontact": "yes", "channel": "sms", "address": "+31 6 12345678"}
    visit = Visit("contacts", known(earlier=earlier), wave=2025)
    visit.answer(recontact="yes")
    visit.post("channel-confirm", {"channel_confirm": "still_true"})

    assert asked(visit, "channel-confirm") == (
        "Last time you chose \u2068text message\u2069. Still right?"
    )
    assert asked(visit, "address-confirm") == "We have \u2068•••••78\u2069. Still right?"
