"""Open answers in the browser: redacted, translated, coded twice, settled; seen by who may only."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.panel.states import CaseStatus, Role
from app.services.context import ServiceContext
from app.storage import models
from tests.integration.services.conftest import OpenAnswerDesk
from tests.web.staff.desk import Desk, Page, checked
from tests.web.staff.open_answers.conftest import PLAIN, WORDS

AsRole = Callable[..., Desk]
Wrote = Callable[..., None]
QUEUE = "/staff/open-answers"
HOSTILE = '"><script>alert(1)</script>'


def started(desk: Desk, stage: str, **chosen: str) -> Page:
    """Press Start; return the page of the first answer."""
    token = desk.get(QUEUE).form("/staff/sign-out")["csrf_token"]
    response = desk.send(f"{QUEUE}/{stage}", {"csrf_token": token, **chosen})
    assert response.status_code == 303
    return desk.get(response.headers["Location"])


def address(page: Page) -> str:
    return next(one for one in page.actions if one.startswith(QUEUE) and "reopen" not in one)


def done(desk: Desk, page: Page, **filled: str | list[str]) -> TestResponse:
    """Send the form of an answer with just these choices."""
    kept = ("csrf_token", "basis", "wave", "variable", "second")
    form = {name: value for name, value in page.form(address(page)).items() if name in kept}
    return desk.send(address(page), {"do": "done", **form, **filled})  # type: ignore[dict-item]


def states(answers: OpenAnswerDesk) -> list[str]:
    return sorted(str(one.progress.state) for one in answers.queue())


def test_empty_queue_says_what_will_come(as_role: AsRole) -> None:
    assert "Nobody wrote anything" in as_role(Role.RESEARCHER).get(QUEUE).words


def test_each_role_sees_the_work_that_is_theirs(as_role: AsRole, wrote: Wrote) -> None:
    wrote(WORDS)
    for role, cards in (
        (Role.RESEARCHER, {"Redact", "Translate", "Choose codes", "Settle differences"}),
        (Role.PRIVACY_OFFICER, {"Redact"}),
        (Role.TRANSLATOR, {"Translate"}),
        (Role.ANALYST, {"Choose codes"}),
    ):
        desk = as_role(role)
        page = desk.get(QUEUE)
        found = {one.text for item in page.tree.iter("li") for one in item.iter("h2")}
        assert found == cards
        assert WORDS not in page.words


def test_answer_goes_from_words_to_codes(
    as_role: AsRole, wrote: Wrote, answers: OpenAnswerDesk
) -> None:
    wrote(WORDS)
    researcher = as_role(Role.RESEARCHER)

    page = started(researcher, "redact")
    assert "06 12345678" in page.words
    marked = [(one.get("title"), one.text) for one in page.tree.iter("mark")]
    assert marked == [("phone number", "06 12345678"), ("name", "Jansen")]
    assert done(researcher, page, decision="proposed", language="nl").status_code == 303
    assert states(answers) == ["redacted"]

    analyst = as_role(Role.ANALYST)
    page = started(analyst, "code")
    assert "[telefoon]" in page.words
    assert "12345678" not in page.words
    assert done(analyst, page, code=["les", "geld"]).status_code == 303
    assert states(answers) == ["coded"]


def test_second_coder_does_not_see_the_first_and_a_researcher_settles(
    as_role: AsRole, wrote: Wrote, answers: OpenAnswerDesk
) -> None:
    wrote(PLAIN)
    researcher, analyst = as_role(Role.RESEARCHER), as_role(Role.ANALYST)
    done(researcher, started(researcher, "redact"), decision="original", language="nl")
    done(analyst, started(analyst, "code"), code="les")
    # Their own answer does not come to the first coder again.
    assert "To code a second time" not in analyst.get(QUEUE).words

    page = started(researcher, "code", second="1")
    assert not [one for one in page.tree.iter("input") if one.get("checked") is not None]
    assert "coder 1" not in page.words
    done(researcher, page, code="geld")
    assert states(answers) == ["disputed"]

    page = started(researcher, "settle")
    assert "coder 1" in page.words
    assert "coder 2" in page.words
    done(researcher, page, code="les")
    assert states(answers) == ["coded"]
    table = researcher.get(f"{QUEUE}/agreement").table("agreement-k_wens")
    assert table[0][:3] == ["All codes together", "1", "0%"]


def test_answer_in_another_language_is_translated_before_it_is_coded(
    as_role: AsRole, wrote: Wrote, answers: OpenAnswerDesk
) -> None:
    wrote("دروس أكثر", language="ar")
    officer, translator = as_role(Role.PRIVACY_OFFICER), as_role(Role.TRANSLATOR)
    done(officer, started(officer, "redact"), decision="original", language="ar")

    page = started(translator, "translate")
    assert done(translator, page, translation="").status_code == 422
    done(translator, page, translation="Meer lessen")

    assert states(answers) == ["translated"]
    assert "Meer lessen" in started(as_role(Role.ANALYST), "code").words


def test_own_redaction_that_leaves_a_number_asks_whether_one_is_sure(
    as_role: AsRole, wrote: Wrote, answers: OpenAnswerDesk
) -> None:
    wrote(WORDS)
    desk = as_role(Role.PRIVACY_OFFICER)
    page = started(desk, "redact")
    own = {"decision": "own", "redacted": "Bel 06 12345678.", "language": "nl"}

    asked = checked(done(desk, page, **own))

    assert asked.status == 422
    assert "phone number" in asked.words
    assert "Bel 06 12345678." in asked.words
    assert states(answers) == ["waiting"]
    assert done(desk, page, **own, sure="1").status_code == 303
    assert states(answers) == ["redacted"]


@pytest.mark.parametrize(
    ("stage", "filled", "said"),
    [
        ("redact", {}, "Choose what is to be done"),
        ("redact", {"decision": "own", "redacted": " ", "language": "nl"}, "Write the words"),
        ("redact", {"decision": "original", "language": "xx"}, "Choose the language"),
        ("code", {}, "Choose at least one code"),
        ("code", {"code": ["niets", "les"]}, "stands alone"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_kept(
    as_role: AsRole,
    wrote: Wrote,
    answers: OpenAnswerDesk,
    stage: str,
    filled: dict[str, str],
    said: str,
) -> None:
    wrote(PLAIN)
    desk = as_role(Role.RESEARCHER)
    if stage == "code":
        done(desk, started(desk, "redact"), decision="original", language="nl")
    before = states(answers)

    page = checked(done(desk, started(desk, stage), **filled))

    assert page.status == 422
    assert said in page.words
    assert states(answers) == before


def test_skipped_answer_comes_again_after_all_others(as_role: AsRole, wrote: Wrote) -> None:
    wrote("Een wens.", "Twee wensen.", "Drie wensen.")
    desk = as_role(Role.RESEARCHER)
    page = started(desk, "redact")
    seen = []
    for _ in range(4):
        seen.append(address(page))
        token = page.form(address(page))["csrf_token"]
        response = desk.send(address(page), {"csrf_token": token, "do": "skip"})
        page = desk.get(response.headers["Location"])
    assert len(set(seen[:3])) == 3
    assert seen[3] == seen[0]


def test_two_at_work_begin_with_different_answers_more_often_than_not(
    as_role: AsRole, wrote: Wrote
) -> None:
    wrote(*(f"Wens nummer {number}." for number in range(8)))
    first = {address(started(as_role(Role.RESEARCHER, f"r{one}"), "redact")) for one in range(6)}
    assert len(first) > 1


def test_answer_that_a_colleague_finished_is_not_done_twice(
    as_role: AsRole, wrote: Wrote, answers: OpenAnswerDesk
) -> None:
    wrote(PLAIN)
    one, other = as_role(Role.RESEARCHER), as_role(Role.PRIVACY_OFFICER)
    page, same = started(one, "redact"), started(other, "redact")
    done(one, page, decision="original", language="nl")

    response = done(other, same, decision="unusable", language="nl")

    assert response.headers["Location"] == QUEUE
    assert "Nothing of yours was kept" in other.get(QUEUE).words
    assert states(answers) == ["redacted"]
    assert other.get(address(same)).status == 409


def test_answer_that_was_changed_meanwhile_is_void(
    as_role: AsRole, answers: OpenAnswerDesk
) -> None:
    case = answers.write(PLAIN)
    desk = as_role(Role.RESEARCHER)
    page = started(desk, "redact")
    answers.write("Iets anders.", case=case, ended=CaseStatus.COMPLETE)

    done(desk, page, decision="original", language="nl")

    assert states(answers) == ["waiting"]


def test_words_are_shown_to_who_was_given_them_only(as_role: AsRole, wrote: Wrote) -> None:
    wrote(WORDS)
    given = address(started(as_role(Role.RESEARCHER), "redact"))
    assert as_role(Role.PRIVACY_OFFICER).fetch(given).status_code == 404
    for role in (Role.TRANSLATOR, Role.ANALYST, Role.FIELDWORK, Role.ADMIN, Role.INTERVIEWER):
        assert as_role(role).fetch(given).status_code == 403
    code = given.replace("/redact/", "/code/")
    assert as_role(Role.ANALYST, "b").fetch(code).status_code == 409


def test_answer_is_put_back_and_that_it_was_seen_stays_on_record(
    as_role: AsRole, wrote: Wrote, answers: OpenAnswerDesk, ctx: ServiceContext
) -> None:
    wrote(WORDS)
    desk = as_role(Role.RESEARCHER)
    done(desk, started(desk, "redact"), decision="original", language="nl")
    page = started(desk, "code")
    back = next(one for one in page.actions if one.endswith("/reopen"))

    assert desk.send(back, page.form(back)).status_code == 303

    assert states(answers) == ["waiting"]
    event = models.AuditEvent
    with ctx.databases.research.read() as connection:
        rows = connection.execute(select(event.action, event.detail).order_by(event.seq)).all()
    assert [action for action, _ in rows][-1] == "open_answers.reopened"
    assert not any("12345678" in str(detail) for _, detail in rows)


def test_no_word_of_an_answer_is_in_an_address_or_log(
    as_role: AsRole, wrote: Wrote, caplog: pytest.LogCaptureFixture
) -> None:
    wrote(WORDS)
    desk = as_role(Role.RESEARCHER)
    with caplog.at_level(logging.DEBUG):
        page = started(desk, "redact", variable="k_wens")
        onward = done(desk, page, decision="own", redacted="De les is goed.", language="nl")
        done(desk, page, decision="nonsense", redacted=WORDS)
    assert "Jansen" not in caplog.text
    assert "les" not in address(page).replace("/staff/open-answers", "")
    assert "les" not in onward.headers["Location"].replace("/staff/open-answers", "")


def test_hostile_words_are_shown_as_words(as_role: AsRole, wrote: Wrote) -> None:
    wrote(HOSTILE)
    desk = as_role(Role.RESEARCHER)
    page = started(desk, "redact")
    assert HOSTILE in page.words
    done(desk, page, decision="original", language="nl")
    assert HOSTILE in started(desk, "code").words


@pytest.mark.parametrize(
    "chosen", [{"variable": "no_such"}, {"wave": "1999"}, {"wave": "x"}, {"variable": "a-b"}]
)
def test_work_that_is_not_there_is_not_found_or_done(
    as_role: AsRole, wrote: Wrote, chosen: dict[str, str]
) -> None:
    wrote(PLAIN)
    desk = as_role(Role.RESEARCHER)
    token = desk.get(QUEUE).form("/staff/sign-out")["csrf_token"]
    response = desk.send(f"{QUEUE}/redact", {"csrf_token": token, **chosen})
    assert response.status_code == 404 or response.headers["Location"] == QUEUE


def test_code_frame_tells_what_belongs_where(as_role: AsRole) -> None:
    page = as_role(Role.ANALYST).get(f"{QUEUE}/frames/k_wens")
    assert page.table("frame")[0][:2] == ["les", "About lessons"]
    assert as_role(Role.ANALYST, "b").fetch(f"{QUEUE}/frames/none").status_code == 404
