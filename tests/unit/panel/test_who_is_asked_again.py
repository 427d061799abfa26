"""Who of an earlier wave is asked again, and the reason for everybody else."""

from typing import Any

import pytest

from app.panel.eligibility import Past, consents, why_left_out
from app.panel.states import CaseStatus, Eligibility, Entry, PersonStatus


def past(wave: int = 2024, **more: Any) -> Past:
    given: dict[str, Any] = {
        "status": CaseStatus.COMPLETE,
        "entry": Entry.PERSONAL,
        "eligible": Eligibility.UNKNOWN,
        "consent": "ja",
        "asked": True,
    }
    return Past(wave, **(given | more))


SILENT = {"status": CaseStatus.OPEN, "consent": None, "asked": False}


def reason(*cases: Past, status: PersonStatus = PersonStatus.ACTIVE, **more: Any) -> str | None:
    given: dict[str, Any] = {"refused_hard": False, "refused_soft": (), "untraceable": False}
    return why_left_out(status, cases, **(given | more))


def test_who_said_yes_and_who_never_answered_are_asked_again() -> None:
    assert reason(past()) is None
    assert reason(past(**SILENT)) is None


@pytest.mark.parametrize("status", [one for one in PersonStatus if one is not PersonStatus.ACTIVE])
def test_who_is_not_active_is_left_out_by_that_state(status: PersonStatus) -> None:
    assert reason(past(), status=status) == f"person_{status}"


def test_who_said_no_or_skipped_the_question_is_left_out() -> None:
    assert reason(past(consent="nee")) == "no_recontact_consent"
    assert reason(past(consent=None, asked=True)) == "no_recontact_consent"


def test_last_word_about_being_asked_again_counts() -> None:
    took_back = (past(2024), past(2025, consent="nee"))
    assert reason(*took_back) == "no_recontact_consent"
    not_asked_again = (past(2024), past(2025, consent=None, asked=False))
    assert reason(*not_asked_again) is None
    assert (consents(took_back), consents(not_asked_again), consents([])) == (False, True, False)


def test_first_not_now_is_asked_once_more_and_the_second_is_final() -> None:
    refused = {"status": CaseStatus.REFUSED, "consent": None, "asked": False}
    assert reason(past(2024, **refused)) is None
    assert reason(past(2024, **refused), refused_soft=[2024]) is None
    assert reason(past(2024, **SILENT), refused_soft=[2024]) is None
    assert reason(past(2024, **refused), past(2025, **refused)) == "refused_more_than_once"
    assert reason(past(2024, **refused), refused_soft=[2025]) == "refused_more_than_once"


def test_never_again_is_never_again() -> None:
    assert reason(past(), refused_hard=True) == "refused_hard"


def test_who_does_not_belong_cannot_be_found_or_was_never_drawn_is_left_out() -> None:
    assert reason(past(eligible=Eligibility.NO)) == "not_eligible"
    assert reason(past(status=CaseStatus.SCREENED_OUT)) == "not_eligible"
    assert reason(past(**SILENT), untraceable=True) == "untraceable"
    assert reason(past(entry=Entry.OPEN)) == "open_link"
