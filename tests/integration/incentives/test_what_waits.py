"""What of thank-yous waits for somebody, as the staff pages count it, and the job that sends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.messages.channels import Channel
from app.messages.statuses import Outcome
from app.panel.incentives import Way
from app.services.job_progress import JobRefusedError, Progress
from app.services.thanks import incentives_desk as desk
from app.services.thanks import incentives_job, incentives_post
from tests.integration.incentives.conftest import BY, Thanks


def say(message: str, /, **values: object) -> str:
    return message % values if values else message


def progress() -> Progress:
    return Progress(lambda _share, _words: None, say, "en")


def test_what_waits_is_counted_by_way_beside_what_is_in_stock(thanks: Thanks) -> None:
    thanks.buy(1)
    for way in (Way.EMAIL, Way.EMAIL, Way.POST):
        thanks.ask(thanks.person(), way)

    (by_mail,) = desk.waiting(thanks.ctx, *desk.SENT_BY_US)
    (by_post,) = desk.waiting(thanks.ctx, Way.POST)

    assert (by_mail.way, by_mail.count, by_mail.later, by_mail.in_stock) == (Way.EMAIL, 2, 0, 1)
    assert by_mail.short
    assert (by_post.count, by_post.short) == (1, False)


def test_what_is_tried_again_later_is_counted_as_such(thanks: Thanks) -> None:
    thanks.buy(1)
    thanks.ask(thanks.person(), Way.EMAIL)
    thanks.provider.outcomes = [Outcome.RETRY]
    thanks.send()

    assert [(one.count, one.later) for one in desk.waiting(thanks.ctx, Way.EMAIL)] == [(1, 1)]
    thanks.clock.advance(timedelta(hours=1))
    assert [(one.count, one.later) for one in desk.waiting(thanks.ctx, Way.EMAIL)] == [(1, 0)]


def test_lists_wait_until_they_are_handed_over_the_earliest_first(thanks: Thanks) -> None:
    thanks.buy(3)
    made = []
    for people in (2, 1):
        for _ in range(people):
            thanks.ask(thanks.person(), Way.POST)
        made.append(incentives_post.make_list(thanks.ctx, by=BY))
        thanks.clock.advance(timedelta(minutes=1))
    first, second = (one.id for one in made if one is not None)

    assert [(one.id, one.addresses) for one in desk.lists(thanks.ctx)] == [(first, 2), (second, 1)]
    assert desk.lists(thanks.ctx)[0].made_at == thanks.clock.now() - timedelta(minutes=2)

    incentives_post.handed_over(thanks.ctx, first, by=BY)
    assert [one.id for one in desk.lists(thanks.ctx)] == [second]
    assert desk.list_of(thanks.ctx, first) is None


def test_the_job_sends_all_of_it_and_says_what_became_of_each(
    thanks: Thanks, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_mail = {Channel.EMAIL: thanks.provider}
    monkeypatch.setattr(incentives_job, "providers_of", lambda _ctx: by_mail)
    monkeypatch.setattr(incentives_job, "AT_A_TIME", 2)
    thanks.buy(4)
    for _ in range(5):
        thanks.ask(thanks.person(), Way.EMAIL)

    done = incentives_job.run(thanks.ctx, {}, progress())

    assert done.words == "Sent: 4. Waiting for stock: 1."
    assert done.leads_to == "/staff/incentives"
    assert len({one.reference for one in thanks.provider.taken}) == 4


def test_the_job_says_that_nothing_is_set_up_that_sends(
    thanks: Thanks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incentives_job, "providers_of", lambda _ctx: {})

    with pytest.raises(JobRefusedError, match="No mail server"):
        incentives_job.run(thanks.ctx, {}, progress())
