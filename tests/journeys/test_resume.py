"""The same code on another device goes on where the person stopped."""

from __future__ import annotations

import random

from app.robots.choices import at_random
from app.robots.plain_client import PlainClient
from tests.journeys.conftest import MakeStudy
from tests.journeys.fielding import field_panel
from tests.journeys.serving import served
from tests.journeys.test_plain_client import in_the_field, steps, walk_to_the_end


def test_another_client_goes_on_at_the_first_open_page(make_study: MakeStudy) -> None:
    ctx = in_the_field(make_study("study"), 2024)
    one = field_panel(ctx, 2024, each=1)[2]

    with served(ctx) as url:
        phone = PlainClient(url, rng=random.Random(1))
        choose = at_random(random.Random(4))
        stopped = phone.walk(phone.enter(one.code), choose, stop_after=20)
        while stopped.ending is not None:
            taken_back = phone.get(stopped.page.links[0])
            stopped = phone.walk(taken_back, choose, stop_after=20)
        phone.close()
        laptop = PlainClient(url, language="en", rng=random.Random(2))
        page = laptop.enter(one.code)

        assert page.id == stopped.page.id
        assert page.language == one.language
        for earlier in stopped.screens:
            assert laptop.get(f"/q/{earlier}").id == earlier
        walk = laptop.walk(page, at_random(random.Random(5)))
        laptop.close()

    assert walk.screens[0] == stopped.page.id
    assert not set(walk.screens) & set(stopped.screens)


def test_a_finished_interview_stays_finished_on_another_client(make_study: MakeStudy) -> None:
    ctx = in_the_field(make_study("study"), 2024)
    one = field_panel(ctx, 2024, each=1)[3]

    with served(ctx) as url:
        phone = PlainClient(url, rng=random.Random(1))
        walk_to_the_end(phone, phone.enter(one.code), at_random(random.Random(1)))
        phone.close()
        laptop = PlainClient(url, rng=random.Random(2))
        page = laptop.enter(one.code)
        again = laptop.get("/q/w_nu")
        laptop.close()

    assert (page.id, page.ending) == ("done", "complete")
    assert (again.id, again.ending) == ("done", "complete")


def test_answers_given_on_one_client_are_shown_on_the_other(make_study: MakeStudy) -> None:
    ctx = in_the_field(make_study("study"), 2024)
    one = field_panel(ctx, 2024, each=1)[1]

    with served(ctx) as url:
        phone = PlainClient(url, rng=random.Random(1))
        walked = steps(phone, one.code, at_random(random.Random(2)))
        phone.close()
        laptop = PlainClient(url, rng=random.Random(2))
        assert laptop.enter(one.code).id == "review"
        for page, answers in walked:
            shown = laptop.get(page.path).form
            assert shown is not None
            picked = {one.name for one in shown.controls if one.picked}
            for name in picked & answers.keys():
                assert sorted(shown.as_shown()[name]) == sorted(answers[name]), name
        laptop.close()
