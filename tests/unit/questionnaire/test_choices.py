"""Single and multiple choice: exclusive options, the most one may choose, "other, namely"."""

import pytest

from app.questionnaire.accept import Accepted, Fault, Rejected
from app.questionnaire.model import Missing
from tests.unit.questionnaire.visits import Visit, bank_of, instrument_of


def test_several_codes_are_kept_in_the_order_of_the_bank():
    outcome = Visit("exclusive_options").post("activities", {"activities": ["sport", "work"]})

    assert outcome == Accepted({"activities": ("work", "sport")})


def test_code_that_is_posted_twice_counts_once():
    outcome = Visit("exclusive_options").post("activities", {"activities": ["work", "work"]})

    assert outcome == Accepted({"activities": ("work",)})


@pytest.mark.parametrize(
    ("codes", "rule"),
    [
        (["work", "none"], "exclusive"),
        (["work", "ref"], "exclusive"),
        (["work", "fishing"], "option"),
        (["work,school"], "option"),
    ],
)
def test_choices_that_do_not_go_together_are_refused(codes, rule):
    outcome = Visit("exclusive_options").post("activities", {"activities": codes})

    assert outcome == Rejected((Fault("activities", rule, {}),))


def test_too_many_choices_are_refused_with_the_most_one_may_choose():
    outcome = Visit("exclusive_options").post(
        "activities", {"activities": ["work", "school", "sport"]}
    )

    assert outcome == Rejected((Fault("activities", "too_many", {"most": 2}),))


def test_exclusive_option_alone_is_an_answer():
    outcome = Visit("exclusive_options").post("activities", {"activities": ["none"]})

    assert outcome == Accepted({"activities": ("none",)})


def test_two_answers_to_a_single_choice_are_refused():
    outcome = Visit("other_namely").post("job", {"job": ["baker", "other"]})

    assert outcome == Rejected((Fault("job", "one_only", {}),))


# --- other, namely ------------------------------------------------------------------------------


def test_words_of_other_are_kept_beside_the_code():
    visit = Visit("other_namely")

    visit.post("job", {"job": "other", "job_other": " juggler "})

    assert visit.answers == {"job": "other", "job_other": "juggler"}
    assert visit.route.values["job_other"] == "juggler"


def test_other_of_a_multiple_choice_keeps_its_words_too():
    visit = Visit("other_namely")
    visit.answer(job="baker")

    visit.post("tools", {"tools": ["other", "hands"], "tools_other": "a spoon"})

    assert visit.answers["tools"] == ("hands", "other")
    assert visit.answers["tools_other"] == "a spoon"


def test_other_without_words_is_taken_and_the_words_count_as_skipped():
    visit = Visit("other_namely")

    visit.post("job", {"job": "other", "job_other": ""})

    assert visit.answers == {"job": "other", "job_other": Missing.SKIP}
    assert visit.at == "tools"


def test_words_that_are_wiped_later_do_not_stay():
    visit = Visit("other_namely")
    visit.post("job", {"job": "other", "job_other": "juggler"})

    visit.post("job", {"job": "other", "job_other": ""})

    assert visit.route.values["job_other"] is Missing.SKIP


def test_words_count_only_while_other_is_chosen():
    visit = Visit("other_namely")
    visit.post("job", {"job": "other", "job_other": "juggler"})

    visit.answer(job="baker")
    assert "job_other" not in visit.route.values

    # When the person comes back to "other" by an older answer, the words are there again.
    visit.answers["job"] = "other"
    assert visit.route.values["job_other"] == "juggler"


def test_words_without_their_option_are_left_out():
    visit = Visit("other_namely")

    visit.post("job", {"job": "baker", "job_other": "juggler"})

    assert visit.answers == {"job": "baker"}


def test_words_of_other_that_are_too_long_are_refused_at_their_own_box():
    outcome = Visit("other_namely").post("job", {"job": "other", "job_other": "x" * 41})

    assert outcome == Rejected((Fault("job_other", "too_long", {"most": 40, "found": 41}),))


def test_words_of_other_may_look_like_a_missing_code():
    outcome = Visit("other_namely").post("job", {"job": "other", "job_other": "skip"})

    assert outcome == Accepted({"job": "other", "job_other": "skip"})
    assert not isinstance(outcome.answers["job_other"], Missing)


def test_options_keep_what_they_say_about_themselves():
    [none] = [one for one in instrument_of("exclusive_options").items[0].options if one.exclusive]
    specify = [one.code for one in bank_of("other_namely").items[0].options if one.specify]

    assert (none.code, none.text) == ("none", {"en": "None of these"})
    assert specify == ["other"]
