"""The waves on the page: what is counted, and who takes them on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from app.panel.states import CaseStatus, Role, WaveStatus
from app.services.context import ServiceContext
from app.services.fieldwork.waves import find_wave, move_wave
from app.storage import audit, models
from app.storage.types import table_of
from tests.builders import WAVE, Invited, fingerprint, invite
from tests.integration.staff.conftest import add_account
from tests.web.staff.conftest import staff_app
from tests.web.staff.desk import Desk, checked

WAVE_URL = f"/staff/waves/{WAVE}"
CLOSE_URL = f"{WAVE_URL}/close"
ASYLUM = {"fr_group": "asiel", "fr_act": "wi2021"}


def status_of(ctx: ServiceContext) -> WaveStatus:
    wave = find_wave(ctx, WAVE)
    assert wave is not None
    return wave.status


def end(ctx: ServiceContext, invited: Invited, status: CaseStatus) -> None:
    case = table_of(models.SurveyCase)
    with ctx.databases.research.write() as connection:
        connection.execute(case.update().where(case.c.id == invited.case_id).values(status=status))


def keep_codes(ctx: ServiceContext, *cases: Invited) -> None:
    codes = [
        {
            "case": one.case_id.hex,
            "wave": WAVE,
            "code": one.code,
            "language": "nl",
            "status": "open",
        }
        for one in cases
    ]
    folder = ctx.settings.data_dir
    assert isinstance(folder, Path)
    (folder / "demo.json").write_text(json.dumps({"codes": codes}), encoding="utf-8")


def test_table_counts_people_by_group_with_rates(researcher: Desk, ctx: ServiceContext) -> None:
    first, second = invite(ctx, frame=ASYLUM), invite(ctx, frame=ASYLUM)
    invite(ctx, frame={"fr_group": "gezin", "fr_act": "wi2013"}, language="en")
    end(ctx, first, CaseStatus.COMPLETE)
    end(ctx, second, CaseStatus.SCREENED_OUT)

    page = researcher.get(WAVE_URL)

    #                      sampled, open, partial, complete, refused, not eligible, RR1, RR2
    assert page.table("by-group") == [
        ["Asylum migrants, Wi2021", "2", "0", "0", "1", "0", "1", "100.0%", "100.0%"],
        ["Family migrants, Wi2013", "1", "1", "0", "0", "0", "0", "0.0%", "0.0%"],
        ["Total", "3", "1", "0", "1", "0", "1", "50.0%", "50.0%"],
    ]
    assert [row[:2] for row in page.table("by-language")] == [
        ["English", "1"],
        ["Dutch", "2"],
        ["Total", "3"],
    ]
    assert "1 of 2 people have completed" in page.words


def test_analyst_sees_the_total_only(
    signed_in: Callable[[Role], Desk], ctx: ServiceContext
) -> None:
    """Exact numbers of small groups beside rounded ones would give the people between away."""
    invite(ctx, frame=ASYLUM)
    end(ctx, invite(ctx, frame=ASYLUM), CaseStatus.COMPLETE)

    page = signed_in(Role.ANALYST).get(WAVE_URL)

    assert [row[:2] for row in page.table("by-group")] == [["Total", "2"]]
    assert not page.has("by-language")
    assert "Everybody" in page.words


def test_translator_reads_of_waves_without_links_that_are_closed(
    signed_in: Callable[[Role], Desk], researcher: Desk
) -> None:
    def leads(desk: Desk) -> bool:
        tree = desk.get("/staff/waves").tree
        return any(one.get("href") == WAVE_URL for one in tree.iter("a"))

    assert leads(researcher)
    assert not leads(signed_in(Role.TRANSLATOR))


def test_empty_wave_says_so(researcher: Desk) -> None:
    assert "Nobody has been sampled" in researcher.get(WAVE_URL).words


def test_bars_say_in_words_what_they_show(researcher: Desk, ctx: ServiceContext) -> None:
    end(ctx, invite(ctx, frame=ASYLUM), CaseStatus.COMPLETE)
    invite(ctx, frame=ASYLUM)

    page = researcher.get(WAVE_URL)

    (bar,) = [one for one in page.tree.iter() if one.get("role") == "img"]
    assert bar.get("aria-label") == "Asylum migrants, Wi2021: 50.0% complete, 0.0% partial"


def test_definitions_are_on_the_page(researcher: Desk, ctx: ServiceContext) -> None:
    invite(ctx)

    words = researcher.get(WAVE_URL).words

    assert "Response rate 1 of AAPOR" in words
    assert "“e”" in words


def test_version_of_the_questionnaire_is_named_by_its_hash(
    researcher: Desk, ctx: ServiceContext
) -> None:
    wave = find_wave(ctx, WAVE)
    assert wave is not None
    assert wave.version_id is not None

    assert wave.version_id[:12] in researcher.get(WAVE_URL).words


def test_wave_is_paused_and_opened_again_on_record(researcher: Desk, ctx: ServiceContext) -> None:
    response = researcher.submit(researcher.get(WAVE_URL), f"{WAVE_URL}/pause")
    assert response.status_code == 303
    assert status_of(ctx) is WaveStatus.PAUSED
    page = researcher.get(response.headers["Location"])
    assert "Wave 2024: paused." in page.words

    researcher.submit(page, f"{WAVE_URL}/open")

    assert status_of(ctx) is WaveStatus.OPEN
    history = researcher.get(WAVE_URL).table("history")
    assert [row[1] for row in history[:2]] == ["Open", "Paused"]
    assert {row[2] for row in history[:2]} == {"researcher@example.org"}
    with ctx.databases.research.snapshot() as connection:
        event = models.AuditEvent
        moves = connection.execute(
            select(event.action, event.staff_id).where(event.action.like("wave.%"))
        ).all()[-2:]
        assert [row.action for row in moves] == ["wave.paused", "wave.open"]
        assert all(row.staff_id is not None for row in moves)
        assert audit.verify_chain(connection) is None


def test_closing_asks_first_and_keeps_the_note(researcher: Desk, ctx: ServiceContext) -> None:
    page = researcher.get(WAVE_URL)
    assert CLOSE_URL not in page.actions
    assert CLOSE_URL in {link.get("href") for link in page.tree.iter("a")}

    asked = researcher.get(CLOSE_URL)
    assert asked.heading == "Close wave 2024?"
    assert status_of(ctx) is WaveStatus.OPEN
    researcher.submit(asked, CLOSE_URL, note="<b>End</b> of fieldwork")

    assert status_of(ctx) is WaveStatus.CLOSED
    (newest, *_) = researcher.get(WAVE_URL).table("history")
    assert newest[1:] == ["Closed", "researcher@example.org", "<b>End</b> of fieldwork"]


def test_closed_wave_takes_no_code_and_shows_none(researcher: Desk, ctx: ServiceContext) -> None:
    keep_codes(ctx, invite(ctx))
    researcher.submit(researcher.get(CLOSE_URL), CLOSE_URL)

    assert not researcher.get(WAVE_URL).has("trial")


def test_step_from_a_page_that_is_old_changes_nothing(
    researcher: Desk, ctx: ServiceContext
) -> None:
    old = researcher.get(WAVE_URL)
    move_wave(ctx, WAVE, WaveStatus.CLOSED, by="somebody else")

    page = checked(researcher.submit(old, f"{WAVE_URL}/pause"))

    assert page.status == 409
    assert "Somebody changed this wave" in page.words
    assert status_of(ctx) is WaveStatus.CLOSED


def test_step_that_the_wave_cannot_take_is_refused(researcher: Desk, ctx: ServiceContext) -> None:
    form = researcher.get(WAVE_URL).form(f"{WAVE_URL}/pause")

    page = checked(researcher.send(f"{WAVE_URL}/open", form))

    assert page.status == 409
    assert status_of(ctx) is WaveStatus.OPEN


def test_looking_at_the_pages_changes_nothing(researcher: Desk, ctx: ServiceContext) -> None:
    before = fingerprint(ctx.databases)

    for path in ("/staff/", WAVE_URL, CLOSE_URL):
        researcher.get(path)

    assert fingerprint(ctx.databases) == before


def test_trial_code_stands_on_the_page_as_qr_and_as_text(
    researcher: Desk, ctx: ServiceContext
) -> None:
    case = invite(ctx)
    keep_codes(ctx, case)

    page = researcher.get(WAVE_URL)

    code = case.code
    assert f"{code[:4]} {code[4:9]} {code[9:]}" in page.words
    assert f"http://localhost:8000/c/{code}" in page.words
    assert "Synthetic test case" in page.words
    assert "works on this computer only" in page.words
    assert any(one.get("class") == "qr" for one in page.tree.iter("div"))


def test_phone_is_led_to_the_address_the_page_was_asked_by(
    ctx: ServiceContext, signed_in: Callable[[Role], Desk]
) -> None:
    case = invite(ctx)
    keep_codes(ctx, case)
    desk = Desk(staff_app(ctx), base_url="http://192.168.1.20:8000")
    desk.sign_in(add_account(ctx), ctx.clock.now())

    page = desk.get(WAVE_URL)

    assert f"http://192.168.1.20:8000/c/{case.code}" in page.words
    assert "works on this computer only" not in page.words


def test_public_address_of_the_settings_goes_before_any_other(ctx: ServiceContext) -> None:
    case = invite(ctx)
    keep_codes(ctx, case)
    site = replace(ctx, settings=replace(ctx.settings, public_url="http://survey.example"))
    desk = Desk(staff_app(site), base_url="http://evil.example")
    desk.sign_in(add_account(ctx), ctx.clock.now())

    page = desk.get(WAVE_URL)

    assert f"http://survey.example/c/{case.code}" in page.words
    assert "evil.example" not in page.words


def test_no_code_is_shown_of_a_real_study(ctx: ServiceContext) -> None:
    case = invite(ctx)
    keep_codes(ctx, case)
    site = replace(ctx, settings=replace(ctx.settings, synthetic=False))
    desk = Desk(staff_app(site), synthetic=False)
    desk.sign_in(add_account(ctx), ctx.clock.now())

    page = desk.get(WAVE_URL)

    assert page.has("by-group")
    assert case.code not in page.words
    assert case.code[4:9] not in page.words


@pytest.mark.parametrize(
    "hostile", ["<script>alert(1)</script>", "{{7*7}}", "'; DROP TABLE wave; --", "\u202etxt"]
)
def test_hostile_codes_of_the_frame_come_out_as_words(
    researcher: Desk, ctx: ServiceContext, hostile: str
) -> None:
    invite(ctx, frame={"fr_group": hostile, "fr_act": hostile})

    page = researcher.get(WAVE_URL)

    assert page.table("by-group")[0][0] == f"{hostile}, {hostile}"
