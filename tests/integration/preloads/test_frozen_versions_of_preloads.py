"""What a wave knows of earlier ones is frozen as numbered versions, reviewed before it is shown."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from app.panel.states import WaveStatus
from app.services.fieldwork.freezing import (
    EarlierWaveOpenError,
    Frozen,
    PreloadError,
    freeze_preloads,
)
from app.services.fieldwork.preload_approval import approve_preload, versions_of
from app.services.fieldwork.preload_corrections import CorrectionsError, Wrong, leave_out, put_back
from app.services.fieldwork.preload_review import review_preload
from app.services.fieldwork.waves import StepRefusedError
from app.services.publication.exports import export_release
from app.storage import audit, cases, preloads
from tests.integration.preloads.conftest import LIVES_IN_EDE, F, Panel, R


def freeze(panel: Panel, year: int = 2025, by: str = F) -> Frozen:
    return freeze_preloads(panel.ctx, year, [one for one in (2024, 2025) if one < year], by=by)


def review_and_approve(panel: Panel, year: int = 2025, by: str = R) -> None:
    review_preload(panel.ctx, year, by=by)
    approve_preload(panel.ctx, year, by=by)


def known(panel: Panel, case_id: UUID) -> dict[str, str]:
    """What is frozen of a case: variable and stored value."""
    with panel.ctx.databases.research.read() as connection:
        earlier = connection.execute(
            text("SELECT earlier FROM preload WHERE case_id = :id"),
            {"id": case_id.hex if connection.dialect.name == "sqlite" else case_id},
        ).scalar_one()
    stored = json.loads(earlier) if isinstance(earlier, str) else earlier
    return {var: one["value"] for var, one in stored["answers"].items()}


def case_of(panel: Panel, at: int, year: int = 2025) -> UUID:
    with panel.ctx.databases.research.read() as connection:
        listed = cases.cases_of_person(connection, panel.people[at])
    return next(one.id for one in listed if one.wave == year)


def state(panel: Panel, year: int = 2025) -> list[tuple[int, int, bool]]:
    """Versions: number, cases that have it now, approved."""
    return [
        (one.number, used, one.reviewed_by is not None)
        for one, used in versions_of(panel.ctx, year)
    ]


def log(panel: Panel) -> list[tuple[str, dict]]:
    with panel.ctx.databases.research.snapshot() as connection:
        assert audit.verify_chain(connection) is None
        rows = connection.execute(
            text(
                "SELECT action, detail FROM audit_event WHERE action LIKE 'preload.%' ORDER BY seq"
            )
        ).all()
    return [(a, json.loads(d) if isinstance(d, str) else d) for a, d in rows]


def test_freezing_has_a_number_a_fingerprint_and_says_by_whom(panel: Panel) -> None:
    done = freeze(panel)

    assert done.version is not None
    assert (done.version.number, done.version.cases, done.version.frozen_by) == (1, 3, F)
    assert done.version.counts["w_stad"] == 2
    assert done.version.counts["w_geboren"] == 3
    assert len(done.version.hash) == 64
    assert known(panel, case_of(panel, 0))["w_stad"] == "ede"


def test_freezing_again_without_a_change_is_the_same_version_and_keeps_its_approval(
    panel: Panel,
) -> None:
    freeze(panel)
    review_and_approve(panel)
    again = freeze(panel)

    assert not again.new
    assert state(panel) == [(1, 3, True)]


def test_freezing_again_replaces_what_was_frozen_and_keeps_the_record(panel: Panel) -> None:
    first = freeze(panel)
    review_and_approve(panel)
    leave_out(panel.ctx, 2025, [Wrong("w_geboren", "typed wrongly")], by=R)
    second = freeze(panel)

    assert first.version is not None
    assert second.version is not None
    assert first.version.hash != second.version.hash
    # Of the third person no more than the year of birth was known.
    assert state(panel) == [(1, 0, True), (2, 2, False)]
    assert second.version.left_out == 3
    assert "w_geboren" not in known(panel, case_of(panel, 0))


def test_wave_opens_only_on_a_preload_that_was_reviewed(panel: Panel) -> None:
    freeze(panel)
    with pytest.raises(StepRefusedError, match=f"version 1 was frozen by {F} and not reviewed"):
        panel.open(2025)
    with pytest.raises(PreloadError, match="nobody looked at version 1 of wave 2025"):
        approve_preload(panel.ctx, 2025, by=R)

    review_and_approve(panel)
    panel.move(2025, WaveStatus.OPEN)


def test_wave_that_was_frozen_again_since_is_reviewed_again(panel: Panel) -> None:
    freeze(panel)
    review_and_approve(panel)
    leave_out(panel.ctx, 2025, [Wrong("w_stad", "a mix-up")], by=R)
    freeze(panel)

    with pytest.raises(StepRefusedError, match=r"version 2 .* since version 1 was reviewed on"):
        panel.open(2025)
    with pytest.raises(PreloadError, match="nobody looked at version 2"):
        approve_preload(panel.ctx, 2025, by=R)


def test_who_froze_and_who_approved_are_on_record(panel: Panel) -> None:
    freeze(panel, by=F)
    review_and_approve(panel, by=R)
    leave_out(panel.ctx, 2025, [Wrong("w_stad", "a mix-up")], by=R)
    freeze(panel, by=R)
    review_and_approve(panel, by=R)

    approvals = [detail for action, detail in log(panel) if action == "preload.approved"]
    assert [
        (one["number"], one["by"], one["frozen_by"], one["second_person"]) for one in approvals
    ] == [
        (1, R, F, True),
        (2, R, R, False),
    ]
    assert [action for action, _ in log(panel)] == [
        "preload.frozen", "preload.arms_drawn", "preload.looked_at", "preload.approved",
        "preload.left_out", "preload.frozen", "preload.looked_at", "preload.approved",
    ]  # fmt: skip


def test_open_wave_keeps_what_was_frozen_and_adds_who_came_since(panel: Panel) -> None:
    late = panel.people.pop()
    with panel.ctx.databases.research.write() as connection:
        connection.execute(
            text("DELETE FROM survey_case WHERE wave = 2025 AND person_id = :id"),
            {"id": late.hex if connection.dialect.name == "sqlite" else late},
        )
    freeze(panel)
    review_and_approve(panel)
    panel.open(2025)
    with pytest.raises(PreloadError, match="wave 2025 is open: what was frozen stays"):
        leave_out(panel.ctx, 2025, [Wrong("w_stad", "too late")], by=R)
    with pytest.raises(PreloadError, match="wave 2025 is open"):
        put_back(panel.ctx, 2025, ["w_stad"], by=R)
    assert not freeze(panel).new

    panel.enrol(2025, person_id=late)
    assert freeze(panel).version.number == 2
    assert state(panel) == [(1, 2, True), (2, 1, False)]


def test_who_already_answers_is_not_added_in_mid_interview(panel: Panel) -> None:
    freeze(panel)
    review_and_approve(panel)
    panel.open(2025)
    with panel.ctx.databases.research.write() as connection:
        connection.execute(text("DELETE FROM preload"))
    panel.route(2025, case_of(panel, 0))

    freeze(panel)

    with panel.ctx.databases.research.read() as connection:
        assert case_of(panel, 0) not in preloads.preload_hashes(connection, 2025)
        assert len(preloads.preload_hashes(connection, 2025)) == 2


def test_wave_that_is_over_or_unknown_or_builds_on_an_open_one_is_not_frozen(panel: Panel) -> None:
    with pytest.raises(PreloadError, match="there is no wave 2027"):
        freeze_preloads(panel.ctx, 2027, [2024], by=F)
    panel.publish(2027)
    with pytest.raises(EarlierWaveOpenError, match="wave 2025 is draft"):
        freeze(panel, 2027)
    panel.open(2025)
    panel.move(2025, WaveStatus.CLOSED)
    with pytest.raises(PreloadError, match="wave 2025 is closed"):
        freeze(panel)


# --- corrections --------------------------------------------------------------------------------


def test_answer_of_one_person_is_left_out_and_the_others_keep_theirs(panel: Panel) -> None:
    leave_out(panel.ctx, 2025, [Wrong("w_stad", "phoned us", panel.people[0].hex)], by=R)
    freeze(panel)
    review_and_approve(panel)
    panel.open(2025)

    assert "w_stad" not in known(panel, case_of(panel, 0))
    assert known(panel, case_of(panel, 1))["w_stad"] == "epe"
    assert panel.pages(2025, case_of(panel, 0))[0] == "w_stad"


def test_all_that_is_wrong_with_corrections_is_said_at_once_and_none_is_taken(panel: Panel) -> None:
    good = Wrong("w_stad", "phoned us", panel.people[0].hex, 2)
    wrong = [
        good,
        Wrong("w_stat", "", "f" * 32, 3),
        Wrong("w_stad", "again", panel.people[0].hex, 4),
        Wrong("w_stad", "x" * 301, panel.people[1].hex, 5),
    ]
    with pytest.raises(CorrectionsError) as refused:
        leave_out(panel.ctx, 2025, wrong, by=R)

    assert refused.value.problems == [
        'line 3: wave 2025 looks back at no variable "w_stat"',
        "line 3: no such person in wave 2025",
        "line 3: no reason is given",
        "line 4: said twice",
        "line 5: the reason is longer than 300 characters",
    ]
    with panel.ctx.databases.research.read() as connection:
        assert preloads.list_corrections(connection, 2025) == []
    assert leave_out(panel.ctx, 2025, [good], by=R) == 1
    assert leave_out(panel.ctx, 2025, [good], by=R) == 0


def test_answer_that_was_put_back_is_frozen_again(panel: Panel) -> None:
    leave_out(panel.ctx, 2025, [Wrong("w_stad", "a mix-up")], by=R)
    freeze(panel)
    with pytest.raises(CorrectionsError, match="w_geboren: nothing of it is left out"):
        put_back(panel.ctx, 2025, ["w_stad", "w_geboren"], by=R)

    assert put_back(panel.ctx, 2025, ["w_stad"], by=R) == 1
    assert freeze(panel).version.number == 2
    assert known(panel, case_of(panel, 0))["w_stad"] == "ede"


def test_what_was_found_wrong_stays_out_of_later_waves_unless_it_was_said_again(
    panel: Panel,
) -> None:
    leave_out(panel.ctx, 2025, [Wrong("w_stad", "a mix-up"), Wrong("w_adres", "a mix-up")], by=R)
    freeze(panel)
    review_and_approve(panel)
    panel.open(2025)
    panel.at("2025-02-10 12:00")
    panel.answer(2025, case_of(panel, 0), {"w_stad": "tiel"})
    # Who has an address that was left out is asked for it as if there were none.
    assert "w_adres" in panel.pages(2025, case_of(panel, 1))
    panel.move(2025, WaveStatus.CLOSED)
    panel.at("2026-12-01 12:00")
    panel.publish(2027)
    for person_id in panel.people:
        panel.enrol(2027, person_id=person_id)
    freeze(panel, 2027)

    assert known(panel, case_of(panel, 0, 2027))["w_stad"] == "tiel"
    assert "w_stad" not in known(panel, case_of(panel, 1, 2027))
    assert known(panel, case_of(panel, 1, 2027))["w_geboren"] == "1988"


def test_address_that_was_not_left_out_is_confirmed(panel: Panel) -> None:
    freeze(panel)
    review_and_approve(panel)
    panel.open(2025)
    assert "w_adres-confirm" in panel.pages(2025, case_of(panel, 1))


# --- experiments --------------------------------------------------------------------------------


def arms(panel: Panel) -> dict[str, str]:
    with panel.ctx.databases.research.read() as connection:
        rows = connection.execute(
            text("SELECT person_id, value FROM person_assignment WHERE variable = 'x_di'")
        ).all()
    return {str(row.person_id).replace("-", ""): row.value for row in rows}


def test_people_drawn_before_an_experiment_get_their_arm_on_freezing_and_keep_it(
    panel: Panel,
) -> None:
    assert arms(panel) == {}
    done = freeze(panel)
    first = arms(panel)

    assert first.keys() == {one.hex for one in panel.people}
    assert sum(done.arms["x_di"].values()) == 3
    leave_out(panel.ctx, 2025, [Wrong("w_geboren", "a mix-up")], by=R)
    assert freeze(panel).arms == {}
    assert arms(panel) == first


def test_arm_decides_what_is_asked_and_is_in_the_release(panel: Panel, tmp_path: Path) -> None:
    with panel.ctx.databases.research.write() as connection:
        cases.add_assignments(
            connection,
            [
                cases.Assignment(panel.people[0], "x_di", "independent"),
                cases.Assignment(panel.people[1], "x_di", "dependent"),
            ],
        )
    freeze(panel)
    review_and_approve(panel)
    panel.open(2025)
    assert panel.pages(2025, case_of(panel, 0))[0] == "w_stad"
    assert panel.pages(2025, case_of(panel, 1))[0] == "w_stad-confirm"
    panel.answer(2025, case_of(panel, 0), {"w_stad": "tiel"})
    panel.answer(2025, case_of(panel, 1), {"w_stad_confirm": "still_true"})

    release = export_release(panel.ctx, [2024, 2025], tmp_path / "release")

    lines = (release / "responses.csv").read_text("utf-8").splitlines()
    head = lines[0].split(",")
    told = {
        (row[0], row[2]): dict(zip(head, row, strict=True))
        for row in (line.split(",") for line in lines[1:])
    }
    asked, shown = (told[one.hex, "2025"] for one in panel.people[:2])
    assert (asked["x_di"], asked["w_stad"], asked["w_stad_confirm"]) == (
        "independent", "tiel", "na_route",
    )  # fmt: skip
    assert (shown["x_di"], shown["w_stad"], shown["w_stad_confirm"]) == (
        "dependent", "epe", "still_true",
    )  # fmt: skip


def test_wave_does_not_open_while_people_lack_an_arm(panel: Panel) -> None:
    freeze(panel)
    review_and_approve(panel)
    with panel.ctx.databases.research.write() as connection:
        connection.execute(text("DELETE FROM person_assignment"))
    with pytest.raises(StepRefusedError, match="3 people have no x_di: freeze the preload"):
        panel.open(2025)

    freeze(panel)
    panel.move(2025, WaveStatus.OPEN)


# --- releases -----------------------------------------------------------------------------------


def test_release_says_which_version_each_case_was_asked_on(panel: Panel, tmp_path: Path) -> None:
    freeze(panel)
    leave_out(panel.ctx, 2025, [Wrong("w_stad", "a mix-up")], by=R)
    frozen = freeze(panel).version
    review_and_approve(panel)
    panel.open(2025)

    release = export_release(panel.ctx, [2024, 2025], tmp_path / "release")

    manifest = json.loads((release / "manifest.json").read_text("utf-8"))
    assert [(one["wave"], one["number"], one["left_out"]) for one in manifest["preloads"]] == [
        (2025, 1, 0),
        (2025, 2, 2),
    ]
    assert frozen is not None
    assert manifest["preloads"][1]["id"] == frozen.hash
    assert manifest["preloads"][0]["reviewed_at"] is None
    lines = (release / "preloads.csv").read_text("utf-8").splitlines()
    assert lines[0] == "case_id,wave,number"
    assert sorted(lines[1:]) == sorted(f"{case_of(panel, at).hex},2025,2" for at in range(3))
    assert manifest["files"]["preloads.csv"]["rows"] == 3

    first = export_release(panel.ctx, [2024], tmp_path / "first")
    assert not (first / "preloads.csv").exists()


def test_earlier_answers_are_the_same_in_every_release_of_the_same_people(panel: Panel) -> None:
    assert LIVES_IN_EDE["w_stad"] == "ede"
    one, other = freeze(panel).version, None
    with panel.ctx.databases.research.write() as connection:
        connection.execute(text("DELETE FROM preload"))
    other = freeze(panel).version
    assert one is not None
    assert other is not None
    assert one.hash == other.hash
