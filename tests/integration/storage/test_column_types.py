"""Values come back from both engines as they went in."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError

from app.storage.cases import CaseEvent, Person, add_case_event, add_people, case_events
from app.storage.unit_of_work import Database
from tests.integration.storage.builders import draw_case, field_wave


def test_moment_when_given_in_another_zone_comes_back_as_aware_utc(research: Database) -> None:
    in_amsterdam = datetime(2024, 7, 1, 0, 30, 15, 123456, tzinfo=timezone(timedelta(hours=2)))
    with research.write() as connection:
        field_wave(connection)
        case = draw_case(connection)
        add_case_event(connection, case.id, CaseEvent("returned", in_amsterdam, {}))

    with research.read() as connection:
        (event,) = case_events(connection, case.id)
    assert event.at == in_amsterdam
    assert event.at.tzinfo is UTC
    assert event.at.isoformat() == "2024-06-30T22:30:15.123456+00:00"


def test_moment_without_zone_is_refused(research: Database) -> None:
    naive = datetime(2024, 2, 1, 12)  # noqa: DTZ001 - that is the point
    with (
        pytest.raises(StatementError, match="needs a time zone"),
        research.write() as connection,
    ):
        add_people(connection, [Person(created_at=naive, synthetic=True)])


def test_json_comes_back_with_its_types_and_scripts(research: Database) -> None:
    detail = {"n": 3, "share": 0.25, "words": "ከመይ — سلام", "list": [True, None], "deep": {"a": {}}}
    with research.write() as connection:
        field_wave(connection)
        case = draw_case(connection, frame=detail)
        add_case_event(
            connection, case.id, CaseEvent("note", datetime(2024, 1, 1, tzinfo=UTC), detail)
        )

    with research.read() as connection:
        assert case_events(connection, case.id)[0].detail == detail


def test_status_that_is_not_one_of_ours_is_refused_by_the_database_itself(
    research: Database,
) -> None:
    with pytest.raises(IntegrityError), research.write() as connection:
        connection.execute(
            text(
                "INSERT INTO person (id, created_at, status, synthetic) VALUES"
                " ('00000000000000000000000000000001', '2024-01-01 00:00:00', 'asleep', true)"
            )
        )
