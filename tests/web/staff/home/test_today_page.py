"""Today in the browser: what concerns each role, and how the wave in the field will end."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from app.panel.states import CaseStatus, Role, WaveStatus
from app.services import jobs
from app.services.context import ServiceContext
from app.services.fieldwork.waves import move_wave
from app.services.privacy import privacy_requests
from tests.builders import WAVE, invite
from tests.integration.staff.conftest import add_account
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk
from tests.web.staff.waves.test_wave_pages import ASYLUM, end


def decided(desk: Desk) -> list[str]:
    page = desk.get("/staff/")
    return [
        " ".join("".join(one.itertext()).split())
        for one in page.tree.iter("li")
        if "due" in (one.get("class") or "")
    ]


def test_request_concerns_the_privacy_officer_with_its_day_and_nobody_else(
    signed_in: Callable[[Role], Desk], ctx: ServiceContext
) -> None:
    person = invite(ctx).person_id
    privacy_requests.ask_erasure(ctx, person, language="nl")

    desk = signed_in(Role.PRIVACY_OFFICER)
    officer = decided(desk)

    # A month after 1 February 2024 is 1 March.
    assert "A person asked to be forgotten. Due on 1 March 2024, in 29 days" in officer
    for role in set(Role) - {Role.PRIVACY_OFFICER}:
        assert not any("forgotten" in one for one in decided(signed_in(role)))
    assert person.hex not in desk.get("/staff/").words


def test_nothing_to_decide_says_so(signed_in: Callable[[Role], Desk]) -> None:
    page = signed_in(Role.INTERVIEWER).get("/staff/")

    assert page.heading == "Today"
    assert "Nothing waits for you today." in page.words
    assert "Wave 2024 Open" in page.words


def test_paused_wave_is_first_told_to_who_can_open_it(
    signed_in: Callable[[Role], Desk], ctx: ServiceContext
) -> None:
    move_wave(ctx, WAVE, WaveStatus.PAUSED, by="test")

    words = "Wave 2024 is paused: nobody can answer until it is opened."
    assert words in decided(signed_in(Role.RESEARCHER))
    assert words not in decided(signed_in(Role.ANALYST))


def test_response_stands_beside_target_and_outlook(researcher: Desk, ctx: ServiceContext) -> None:
    end(ctx, invite(ctx, frame=ASYLUM), CaseStatus.COMPLETE)
    invite(ctx, frame=ASYLUM)

    page = researcher.get("/staff/")

    ((group, asked, complete, rate, _expected, _range, target), _total) = page.table("outlook-2024")
    assert (group, asked, complete, rate) == ("Asylum migrants, Wi2021", "2", "1", "50.0%")
    # Two people stand for ten each: of N = 20 a margin of 10 points asks 96.04 / (1 + 95.04 / 20).
    assert target == "17"
    assert "the sample (2) is smaller than the target (17)" in page.words
    assert "a rule of thumb" in page.words


def test_translator_sees_neither_response_nor_costs(signed_in: Callable[[Role], Desk]) -> None:
    page = signed_in(Role.TRANSLATOR).get("/staff/")

    assert not page.has("outlook-2024")
    assert not page.has("response-1")


def test_panel_of_hundreds_has_an_outlook_for_every_group(panel: ServiceContext) -> None:
    desk = Desk(staff_app(panel))
    desk.sign_in(add_account(panel), panel.clock.now())

    page = desk.get("/staff/")

    rows = page.table("outlook-2024")
    assert rows[-1][0] == "Total"
    assert len(rows) > 3
    bars = [one for one in page.tree.iter() if one.get("role") == "img"]
    assert len(bars) == len(rows) - 1


def test_work_that_failed_is_told_to_who_asked_for_it(
    signed_in: Callable[[Role], Desk], ctx: ServiceContext
) -> None:
    desk = signed_in(Role.RESEARCHER)
    url = "/staff/waves/2024/messages/rehearsal"
    asked = desk.submit(desk.get(url), url)
    # The small study sends nothing: there is nothing to rehearse.
    jobs.run_here(ctx, UUID(asked.headers["Location"].rpartition("/")[2]))

    words = "Rehearsal of wave 2024: this failed. Look why, and ask for it again."
    assert words in decided(desk)
    assert words not in decided(signed_in(Role.FIELDWORK))
