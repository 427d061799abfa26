"""The panel in its next wave: who gets a case again, with which weight, language and reason."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from app.messages.statuses import PersonEventKind
from app.panel.sample_file_columns import SampleMapping
from app.panel.sample_limits import Limits
from app.panel.states import CaseStatus, Mode, PersonStatus, WaveStatus
from app.services.fieldwork import carrying, frame, waves
from app.services.fieldwork.code_issuing import issue_wave_codes
from app.services.fieldwork.draws import Allocation, DrawError
from app.storage import cases, interviews, openings, people
from app.storage.interviews import PageSave
from app.storage.people import PersonEvent
from tests.builders import real_bank
from tests.integration.sample.conftest import SampleDesk, plan_of, register

NOON = datetime(2024, 2, 1, 12, 0, tzinfo=UTC)


def answer(
    desk: SampleDesk, version: str, case: cases.Case, ended: CaseStatus, **values: str
) -> None:
    with desk.ctx.databases.research.write() as connection:
        opened = openings.open_interview(
            connection, case.id, version_id=version, language="en", mode=Mode.WEB, at=NOON
        )
        state = interviews.lock_interview(connection, opened)
        assert state is not None
        page = PageSave("op", "d" * 64, "p", "/q", "en", NOON, "2024-02", values)
        interviews.save_pages(connection, state, [page], ended_as=ended)


def tell(desk: SampleDesk, person: UUID, kind: PersonEventKind, wave: int | None = None) -> None:
    with desk.ctx.databases.research.write() as connection:
        people.add_person_events(connection, [PersonEvent(person, kind, NOON, "r", wave)])


def test_everybody_who_may_be_asked_again_is_and_the_others_are_counted_by_reason(
    desk: SampleDesk,
) -> None:
    version = desk.field(2024)
    desk.take_in(60)
    desk.draw(allocation=Allocation(size=12))
    (yes, no, skipped, silent, gone, never, not_now, twice, refused, lost, *rest) = desk.cases()
    answer(desk, version, yes, CaseStatus.COMPLETE, p_toestemming="ja")
    answer(desk, version, no, CaseStatus.COMPLETE, p_toestemming="nee")
    answer(desk, version, skipped, CaseStatus.COMPLETE, w_leven="x")
    answer(desk, version, refused, CaseStatus.REFUSED, c_meedoen="nee")
    tell(desk, never.person_id, PersonEventKind.REFUSED_HARD)
    tell(desk, not_now.person_id, PersonEventKind.REFUSED_SOFT, 2024)
    tell(desk, twice.person_id, PersonEventKind.REFUSED_SOFT, 2024)
    tell(desk, twice.person_id, PersonEventKind.REFUSED_SOFT, 2025)
    tell(desk, lost.person_id, PersonEventKind.UNTRACEABLE)
    with desk.ctx.databases.research.write() as connection:
        people.set_person_status(connection, gone.person_id, PersonStatus.MOVED_ABROAD)
    waves.move_wave(desk.ctx, 2024, WaveStatus.CLOSED, by="r")
    desk.field(2025, WaveStatus.CHECKED)

    would = carrying.carry(desk.ctx, plan_of(2025), by="r", dry_run=True)
    assert desk.cases(2025) == []
    done = carrying.carry(desk.ctx, plan_of(2025), by="r")

    assert would == done
    assert done.left_out == {
        "no_recontact_consent": 2,
        "person_moved_abroad": 1,
        "refused_hard": 1,
        "refused_more_than_once": 1,
        "untraceable": 1,
    }
    carried = {case.person_id: case for case in desk.cases(2025)}
    assert set(carried) == {one.person_id for one in (yes, silent, not_now, refused, *rest)}
    assert carried[yes.person_id].frame == {**yes.frame, "fr_panel": "yes"}
    assert carried[silent.person_id].frame["fr_panel"] == "no"
    # The language of the interview goes before that of the register.
    assert carried[yes.person_id].language == "en"
    assert carried[silent.person_id].language == silent.language
    assert carried[yes.person_id].base_weight == yes.base_weight

    again = carrying.carry(desk.ctx, plan_of(2025), by="r")
    assert (again.people, again.left_out["already_in_wave"]) == (0, 6)
    assert issue_wave_codes(desk.ctx, 2025).codes == 6
    assert {"code:2025", "name"} <= set(desk.fields(yes.person_id))


def test_who_came_under_another_act_is_asked_under_it_and_weighted_by_the_draw(
    desk: SampleDesk,
) -> None:
    """Ten people are under Wi2013 when drawn; the register of a year later has them in Wi2021."""
    desk.field(2024)
    desk.take_in(40)
    desk.draw(allocation=Allocation(size=40))
    waves.move_wave(desk.ctx, 2024, WaveStatus.CLOSED, by="r")
    desk.field(2025, WaveStatus.CHECKED)
    later = register(desk.folder, 10, name="later.csv", wet="wi2021", taal="unknown")
    again = frame.read_again(desk.ctx, real_bank(), later, SampleMapping(), limits=Limits())

    done = carrying.carry(desk.ctx, plan_of(2025), by="r", today=again.frames)

    assert (len(again.frames), again.unknown, done.changed) == (10, 0, 10)
    before = {case.person_id: case for case in desk.cases(2024)}
    for case in desk.cases(2025):
        was = before[case.person_id]
        assert (case.stratum, case.base_weight) == (was.stratum, was.base_weight)
        assert case.language == was.language, "what the register does not know stays"
        if case.person_id in again.frames:
            assert (was.frame["fr_act"], case.frame["fr_act"]) == ("wi2013", "wi2021")
        else:
            assert case.frame["fr_act"] == was.frame["fr_act"]


def test_later_register_with_faults_changes_nobody_and_shows_nothing_of_a_row(
    small_desk: SampleDesk,
) -> None:
    small_desk.field(2024)
    small_desk.take_in(10)
    later = register(small_desk.folder, 3, name="later.csv", wet="Haile")
    with pytest.raises(frame.FrameImportError, match="row 2") as refused:
        frame.read_again(small_desk.ctx, real_bank(), later, SampleMapping(), limits=Limits())
    assert "Haile" not in str(refused.value)


@pytest.mark.parametrize("refresh_first", [True, False])
def test_weights_of_the_panel_count_the_refreshment_whichever_comes_first(
    small_desk: SampleDesk, refresh_first: bool
) -> None:
    small_desk.field(2024)
    small_desk.take_in(200)
    small_desk.draw()
    waves.move_wave(small_desk.ctx, 2024, WaveStatus.CLOSED, by="r")
    small_desk.field(2025, WaveStatus.CHECKED)

    if refresh_first:
        small_desk.refresh()
    carrying.carry(small_desk.ctx, plan_of(2025), by="r")
    if not refresh_first:
        small_desk.refresh()

    listed = small_desk.cases(2025)
    assert len(listed) == 60
    assert sum(case.base_weight or 0 for case in listed) == pytest.approx(200)
    by_stratum = {case.stratum: case.base_weight for case in listed}
    assert len({(case.stratum, case.base_weight) for case in listed}) == len(by_stratum)


def test_nobody_is_carried_on_while_the_earlier_wave_takes_answers(small_desk: SampleDesk) -> None:
    small_desk.field(2024)
    small_desk.field(2025, WaveStatus.CHECKED)
    with pytest.raises(DrawError, match="wave 2024 still takes answers"):
        carrying.carry(small_desk.ctx, plan_of(2025), by="r")
