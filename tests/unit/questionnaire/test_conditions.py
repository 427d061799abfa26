"""Pages follow from the answers: nested conditions, missing operands, answers off the route."""

from tests.unit.questionnaire.visits import Visit

SKIPPED = {"prompted": True}


def test_route_has_the_questions_whose_condition_holds():
    visit = Visit("conditions")

    visit.answer(has_job="yes", hours="36")

    assert visit.pages == ["has_job", "hours", "languages"]


def test_route_follows_a_condition_on_a_condition():
    visit = Visit("conditions")

    visit.answer(has_job="yes", hours="10", second_job="no")

    assert visit.pages == ["has_job", "hours", "second_job", "looking", "languages"]


def test_question_in_brackets_is_left_out_when_one_part_fails():
    # Given twelve hours or more, the second half of "looking" does not hold.
    visit = Visit("conditions")

    visit.answer(has_job="yes", hours="12", second_job="no")

    assert "looking" not in visit.pages


def test_not_of_a_skipped_answer_holds():
    visit = Visit("conditions")

    visit.post("has_job", **SKIPPED)

    assert visit.pages == ["has_job", "looking", "languages", "asked_nothing"]


def test_question_for_several_codes_is_asked_when_one_was_chosen():
    visit = Visit("conditions")
    visit.answer(has_job="no", looking="no")

    visit.answer(languages=["nl", "fa"])

    assert visit.at == "script"


def test_changed_answer_takes_its_questions_off_the_route():
    # Given somebody with a job and a second one
    visit = Visit("conditions")
    visit.answer(has_job="yes", hours="10", second_job="yes", languages=["nl"])
    # When the first answer changes
    visit.answer(has_job="no")
    # Then hours and second job are no longer asked, and count as never asked
    assert visit.pages == ["has_job", "looking", "languages"]
    assert "hours" not in visit.route.values
    assert "second_job" not in visit.route.values


def test_answers_off_the_route_come_back_when_the_change_is_undone():
    visit = Visit("conditions")
    visit.answer(has_job="yes", hours="10", second_job="yes", languages=["nl"])
    before = visit.route

    visit.answer(has_job="no", looking="yes")
    visit.answer(has_job="yes")

    assert visit.route.values == before.values
    assert visit.route.complete


def test_next_page_after_a_change_is_the_first_without_an_answer():
    visit = Visit("conditions")
    visit.answer(has_job="no", looking="no", languages=["nl"])

    visit.answer(has_job="yes")

    assert visit.route.after("has_job").id == "hours"


def test_page_answered_out_of_turn_leads_back_to_the_one_that_is_open():
    """In a second window somebody was a page ahead."""
    visit = Visit("numbers")

    visit.answer(children="2")

    assert visit.route.after("children").id == "hours"
    assert visit.route.after("no_such_page").id == "hours"


def test_page_beyond_an_open_one_is_out_of_reach():
    visit = Visit("conditions")

    visit.answer(has_job="yes")

    assert visit.route.reachable("hours")
    assert not visit.route.reachable("languages")
    assert not visit.route.reachable("looking")


def test_back_goes_along_the_route_and_stops_at_the_first_page():
    visit = Visit("conditions")
    visit.answer(has_job="no", looking="no")

    assert visit.route.before("languages").id == "looking"
    assert visit.route.before("has_job") is None
    assert visit.route.before("no_such_page") is None


def test_person_with_all_answers_goes_from_the_last_page_to_the_review():
    visit = Visit("conditions")
    visit.answer(has_job="no", looking="no", languages=["nl"])

    assert visit.route.after("languages") is None
    assert visit.route.after("has_job").id == "looking"
