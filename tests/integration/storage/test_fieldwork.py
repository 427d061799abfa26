"""Versions, waves and cases: published once, moved on record, counted right."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.panel.states import CaseStatus, Eligibility, Entry, WaveStatus
from app.storage.cases import (
    Case,
    CaseCount,
    Person,
    add_cases,
    add_people,
    count_cases,
    list_cases,
    load_case,
    settle_case,
)
from app.storage.interviews import lock_interview, save_pages
from app.storage.releases import released_answers, released_cases
from app.storage.unit_of_work import Database
from app.storage.versions import latest_version, load_version, publish_version
from app.storage.waves import WaveMovedError, list_waves, load_wave, move_wave, wave_history
from tests.integration.storage.builders import (
    NOON,
    VERSION,
    begin_interview,
    draw_case,
    field_wave,
    page,
)


def publish(connection, version_id: str, *, wave: int = 2024, canonical: str = "{}", by: str = "r"):
    return publish_version(
        connection,
        version_id=version_id,
        study="test",
        wave=wave,
        canonical=canonical,
        languages=["nl"],
        at=NOON,
        by=by,
    )


def move(connection, from_status: WaveStatus, to_status: WaveStatus, note: str | None = None):
    move_wave(
        connection, 2024, from_status=from_status, to_status=to_status, at=NOON, by="r", note=note
    )


def test_version_published_again_is_the_one_that_was_published_first(research: Database) -> None:
    with research.write() as connection:
        first = publish(connection, "1" * 64, by="r")
        again = publish(connection, "1" * 64, by="somebody else")
        second = publish(connection, "2" * 64)
        other_wave = publish(connection, "3" * 64, wave=2025)

        assert again == first
        assert (first.number, second.number, other_wave.number) == (1, 2, 1)
        assert latest_version(connection, 2024) == second
        assert latest_version(connection, 2027) is None
        assert load_version(connection, "1" * 64).published_by == "r"


def test_published_version_cannot_be_changed_or_its_interviews_orphaned(
    research: Database,
) -> None:
    with research.write() as connection:
        field_wave(connection)
    for statement in (
        "UPDATE instrument_version SET canonical = '{\"changed\": true}'",
        "DELETE FROM instrument_version",
    ):
        with pytest.raises(IntegrityError), research.write() as connection:
            connection.execute(text(statement))


def test_wave_keeps_a_record_of_every_step_and_of_when_it_opened_and_closed(
    research: Database,
) -> None:
    with research.write() as connection:
        field_wave(connection)
        move(connection, WaveStatus.OPEN, WaveStatus.PAUSED, "letters were wrong")
        move(connection, WaveStatus.PAUSED, WaveStatus.OPEN)
        move(connection, WaveStatus.OPEN, WaveStatus.CLOSED)

        wave = load_wave(connection, 2024)
        steps = [(step.from_status, step.to_status) for step in wave_history(connection, 2024)]
        assert list_waves(connection) == [wave]
        assert load_wave(connection, 2025) is None
    assert wave is not None
    assert (wave.status, wave.opened_at, wave.closed_at) == (WaveStatus.CLOSED, NOON, NOON)
    assert set(steps) == {
        (None, WaveStatus.DRAFT),
        (WaveStatus.DRAFT, WaveStatus.OPEN),
        (WaveStatus.OPEN, WaveStatus.PAUSED),
        (WaveStatus.PAUSED, WaveStatus.OPEN),
        (WaveStatus.OPEN, WaveStatus.CLOSED),
    }


def test_wave_that_somebody_else_moved_first_is_not_moved_again(research: Database) -> None:
    with research.write() as connection:
        field_wave(connection)
        move(connection, WaveStatus.OPEN, WaveStatus.CLOSED)

    with pytest.raises(WaveMovedError), research.write() as connection:
        move(connection, WaveStatus.OPEN, WaveStatus.PAUSED)

    with research.read() as connection:
        assert load_wave(connection, 2024).status is WaveStatus.CLOSED  # type: ignore[union-attr]


def test_wave_without_a_version_cannot_be_opened(research: Database) -> None:
    with research.write() as connection:
        field_wave(connection)
    with pytest.raises(IntegrityError), research.write() as connection:
        connection.execute(text("UPDATE wave SET version_id = NULL"))


def test_sample_of_many_thousands_is_stored_in_one_unit_and_comes_back_whole(
    research: Database,
) -> None:
    people = [Person(created_at=NOON, synthetic=True) for _ in range(6_000)]
    cases = [
        Case(
            person_id=person.id,
            wave=2024,
            stratum="s",
            stratum_population=9_000,
            stratum_sample=6_000,
            base_weight=1.5,
            frame={"fr_group": "gezin", "fr_number": number},
            language="nl",
            created_at=NOON,
            synthetic=True,
        )
        for number, person in enumerate(people)
    ]
    with research.write() as connection:
        field_wave(connection)
        add_people(connection, people)
        add_cases(connection, cases)

    with research.read() as connection:
        stored = list_cases(connection, 2024)
        assert load_case(connection, cases[17].id) == cases[17]
        assert load_case(connection, cases[17].person_id) is None
    assert stored == sorted(cases, key=lambda case: case.id)


@pytest.mark.parametrize(
    "fault",
    [
        {"stratum": None},
        {"base_weight": None},
        {"base_weight": 0.5},
        {"stratum_sample": 9_001},
        {"entry": Entry.OPEN},
    ],
)
def test_case_whose_design_does_not_fit_its_entry_is_refused(
    research: Database, fault: dict[str, object]
) -> None:
    person = Person(created_at=NOON, synthetic=True)
    design = {
        "stratum": "s",
        "stratum_population": 9_000,
        "stratum_sample": 6_000,
        "base_weight": 1.5,
    }
    case = Case(
        person_id=person.id,
        wave=2024,
        language="nl",
        created_at=NOON,
        synthetic=True,
        **(design | fault),  # type: ignore[arg-type]
    )
    with research.write() as connection:
        field_wave(connection)
        add_people(connection, [person])

    with pytest.raises(IntegrityError), research.write() as connection:
        add_cases(connection, [case])


def test_case_through_the_open_link_needs_no_design_and_a_person_has_one_case_a_wave(
    research: Database,
) -> None:
    person = Person(created_at=NOON, synthetic=True)

    def open_case() -> Case:
        return Case(
            person_id=person.id,
            wave=2024,
            entry=Entry.OPEN,
            language="en",
            created_at=NOON,
            synthetic=True,
        )

    with research.write() as connection:
        field_wave(connection)
        add_people(connection, [person])
        add_cases(connection, [open_case()])
    with pytest.raises(IntegrityError), research.write() as connection:
        add_cases(connection, [open_case()])


def test_cases_are_counted_by_frame_variables_language_entry_and_status(
    research: Database,
) -> None:
    with research.write() as connection:
        field_wave(connection)
        field_wave(connection, 2025, "6" * 64)
        draw_case(connection, frame={"fr_group": "asiel", "fr_act": "Wi2021"})
        draw_case(connection, frame={"fr_group": "asiel", "fr_act": "Wi2021"})
        answered = draw_case(connection, frame={"fr_group": "asiel", "fr_act": "Wi2021"})
        draw_case(connection, frame={"fr_group": "asiel"}, language="en")
        draw_case(connection, 2025, frame={"fr_group": "gezin"})
        state = lock_interview(connection, begin_interview(connection, answered))
        assert state is not None
        save_pages(connection, state, [page({"a": "1"})])

    with research.read() as connection:
        counts = count_cases(connection, 2024, by=["fr_group", "fr_act"])
    known = ("asiel", "Wi2021"), "nl", Entry.PERSONAL
    assert sorted(counts, key=str) == sorted(
        [
            CaseCount(*known, CaseStatus.OPEN, Eligibility.UNKNOWN, 2),
            CaseCount(*known, CaseStatus.PARTIAL, Eligibility.UNKNOWN, 1),
            CaseCount(
                ("asiel", None), "en", Entry.PERSONAL, CaseStatus.OPEN, Eligibility.UNKNOWN, 1
            ),
        ],
        key=str,
    )


def test_outcome_of_a_case_is_kept(research: Database) -> None:
    with research.write() as connection:
        field_wave(connection)
        case = draw_case(connection)
        settle_case(connection, case.id, disposition="2.11", eligible=Eligibility.YES)

        settled = load_case(connection, case.id)
    assert settled is not None
    assert (settled.disposition, settled.eligible) == ("2.11", Eligibility.YES)


def test_release_holds_every_drawn_case_in_order_and_every_current_answer_partial_ones_too(
    research: Database,
) -> None:
    with research.write() as connection:
        field_wave(connection)
        field_wave(connection, 2025, "6" * 64)
        drawn = [draw_case(connection, assigned={"x_split": "a"}) for _ in range(4)]
        later = draw_case(connection, 2025, person_id=drawn[0].person_id)
        for case, ending in ((drawn[0], CaseStatus.COMPLETE), (drawn[1], None)):
            state = lock_interview(connection, begin_interview(connection, case))
            assert state is not None
            pages = [page({"b": "1", "a": "dk"}, op_id="1"), page({"b": "2"}, op_id="2")]
            save_pages(connection, state, pages, ended_as=ending)

    with research.snapshot() as connection:
        cases = list(released_cases(connection, [2024, 2025]))
        answers = list(released_answers(connection, [2024, 2025]))
        only_later = list(released_cases(connection, [2025]))
    assert [case.case_id for case in cases] == [*sorted(case.id for case in drawn), later.id]
    assert [case.case_id for case in only_later] == [later.id]
    by_id = {case.case_id: case for case in cases}
    assert by_id[drawn[0].id].status is CaseStatus.COMPLETE
    assert by_id[drawn[0].id].version_id == VERSION
    assert by_id[drawn[2].id].interview_id is None
    assert by_id[later.id].assignments == {"x_split": "a"}
    assert [(a.case_id, a.variable, a.value, a.revision) for a in answers] == [
        (case_id, variable, value, revision)
        for case_id in sorted((drawn[0].id, drawn[1].id))
        for variable, value, revision in (("a", "dk", 1), ("b", "2", 2))
    ]
