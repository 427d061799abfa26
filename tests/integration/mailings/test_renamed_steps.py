"""A step that gets another name in mid-field: somebody hears of it, and nobody gets it twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.messages.statuses import MessageStatus
from app.services.messaging import mailings
from app.services.messaging.planned_steps import planned
from app.services.messaging.rehearsed import NotRehearsedError
from app.storage import models
from app.storage.types import table_of
from tests.integration.mailings.field import OPENS, Desk

_message = table_of(models.Message)


@pytest.fixture
def renamed(desk: Desk) -> Desk:
    """Part of the first e-mails went out; then its step got another name in the plan."""
    desk.draw(20)
    desk.rehearsed()
    desk.let_go("email_1")
    desk.go_to(OPENS)
    desk.tick()
    desk.days(9)
    with desk.ctx.databases.research.write() as connection:
        connection.execute(
            update(_message).values(
                status=MessageStatus.SENT, attempts=1, settled_at=desk.clock.now()
            )
        )
    assert 0 < len(desk.messages("email_1")) < 20
    desk.edit("plan.yaml", "{id: email_1,", "{id: email_first,")
    return desk


def test_step_that_was_sent_and_is_gone_from_the_plan_stands_in_the_way(renamed: Desk) -> None:
    sent = len(renamed.messages("email_1"))

    done = renamed.rehearse()

    (blocker,) = [str(one) for one in done.blockers if "gone" in str(one)]
    assert f"email_1 was sent to {sent}" in blocker
    with pytest.raises(NotRehearsedError):
        mailings.request(
            renamed.ctx, renamed.year, "email_first", renamed.member("f@onderzoek.nl"), proven=True
        )


def test_who_had_the_words_under_the_old_name_does_not_get_them_under_the_new(
    renamed: Desk,
) -> None:
    had = {one.case_id for one in renamed.messages("email_1")}
    renamed.rehearse(override="meant so")

    renamed.let_go("email_first")
    renamed.tick()
    renamed.days(20)

    got = Counter(one.case_id for one in renamed.messages("email_first"))
    assert len(got) == 20 - len(had)
    assert not had & got.keys()


def test_two_steps_of_the_plan_that_say_the_same_are_both_sent(desk: Desk) -> None:
    desk.edit("plan.yaml", "text: reminder, day: 31", "text: invitation, day: 31")
    desk.edit("plan.yaml", ', when: "response of group language below 0.30"', "")
    desk.draw(5)
    desk.rehearsed()
    desk.let_go("email_1", "email_2")
    desk.go_to(OPENS)
    desk.tick()
    desk.days(60)

    assert (len(desk.messages("email_1")), len(desk.messages("email_2"))) == (5, 5)


def test_plan_shows_what_is_left_and_who_missed_their_day_who_can_still_be_asked(
    desk: Desk,
) -> None:
    desk.draw(20)
    desk.rehearsed()
    desk.let_go("email_1")
    desk.go_to(OPENS)
    desk.tick()
    desk.days(9)
    made = len(desk.messages("email_1"))
    # Nobody looks for a month.
    desk.go_to(OPENS + timedelta(days=50))
    desk.tick()

    (shown,) = [one for one in planned(desk.ctx, desk.year) if one.step.id == "email_1"]
    late = len(desk.messages("email_1"))
    assert (shown.had, sum(shown.left.at_most.values())) == (late, 20 - late)
    assert shown.missed == 20 - late > 0
    assert late >= made

    mailings.request(
        desk.ctx, desk.year, "email_1", desk.member("f@onderzoek.nl"), proven=True, again=True
    )
    desk.tick()
    desk.days(20)

    assert Counter(one.case_id for one in desk.messages("email_1")).most_common(1)[0][1] == 1
    assert len(desk.messages("email_1")) == 20
    (after,) = [one for one in planned(desk.ctx, desk.year) if one.step.id == "email_1"]
    assert (after.missed, sum(after.left.at_most.values())) == (0, 0)
