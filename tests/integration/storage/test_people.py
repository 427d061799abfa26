"""What stands between a person and a message: the state, a refusal, a channel that is shut."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.messages.channels import Channel
from app.messages.statuses import PersonEventKind, Reach
from app.panel.states import PersonStatus
from app.storage import models
from app.storage.people import (
    PersonEvent,
    ReachChange,
    Standing,
    UnknownPersonError,
    add_person_events,
    barrier,
    barrier_of,
    people_open_to,
    person_events,
    reach_changes,
    reach_of,
    set_person_status,
    set_reach,
    standings,
)
from app.storage.types import table_of
from app.storage.unit_of_work import Database
from tests.integration.storage.builders import NOON, draw_case, field_wave

Kind = PersonEventKind


def event(person: UUID, kind: PersonEventKind, wave: int | None = 2024, **detail) -> PersonEvent:
    return PersonEvent(person, kind, NOON, "fieldwork@example.nl", wave, detail)


def shut(person: UUID, channel: Channel, status: Reach = Reach.OPTED_OUT) -> ReachChange:
    return ReachChange(person, channel, status, NOON, "said_so")


def drawn(connection, number: int = 1) -> list[UUID]:
    field_wave(connection)
    field_wave(connection, 2025, "6" * 64)
    return [draw_case(connection).person_id for _ in range(number)]


def test_person_of_whom_nothing_is_known_may_be_sent_anything(research: Database) -> None:
    with research.write() as connection:
        (person,) = drawn(connection)
        for channel in Channel:
            assert barrier_of(connection, person, channel, 2024) is None
            assert people_open_to(connection, channel, wave=2024) == {person}
        assert people_open_to(connection, Channel.SMS, wave=2025) == set()
        assert reach_of(connection, [person]) == {}
        assert standings(connection, [person, uuid4()]) == {person: Standing(PersonStatus.ACTIVE)}


def test_channel_that_is_shut_leaves_the_others_open_and_opens_again(research: Database) -> None:
    with research.write() as connection:
        (person,) = drawn(connection)
        undeliverable = shut(person, Channel.LETTER, Reach.UNDELIVERABLE)
        set_reach(connection, [undeliverable, shut(person, Channel.EMAIL)])

        assert barrier_of(connection, person, Channel.LETTER, 2024) == "undeliverable"
        assert barrier_of(connection, person, Channel.EMAIL, 2025) == "opted_out"
        assert barrier_of(connection, person, Channel.SMS, 2024) is None
        assert reach_of(connection, [person]) == {
            person: {Channel.LETTER: Reach.UNDELIVERABLE, Channel.EMAIL: Reach.OPTED_OUT}
        }
        set_reach(connection, [shut(person, Channel.LETTER, Reach.OK)])
        assert barrier_of(connection, person, Channel.LETTER, 2024) is None
        assert len(reach_changes(connection, person)) == 2


@pytest.mark.parametrize("status", [one for one in PersonStatus if one is not PersonStatus.ACTIVE])
def test_person_who_is_no_longer_active_is_sent_nothing(
    research: Database, status: PersonStatus
) -> None:
    with research.write() as connection:
        (person,) = drawn(connection)
        set_person_status(connection, person, status)
        assert barrier_of(connection, person, Channel.EMAIL, 2024) == f"person_{status.value}"
        assert people_open_to(connection, Channel.EMAIL, wave=2024) == set()


def test_state_of_an_erased_or_unknown_person_cannot_be_set(research: Database) -> None:
    with research.write() as connection:
        (person,) = drawn(connection)
        set_person_status(connection, person, PersonStatus.ERASED)
        for nobody in (person, uuid4()):
            with pytest.raises(UnknownPersonError):
                set_person_status(connection, nobody, PersonStatus.ACTIVE)


def test_soft_refusal_holds_for_its_wave_and_a_hard_one_for_good(research: Database) -> None:
    with research.write() as connection:
        soft, hard = drawn(connection, 2)
        add_person_events(
            connection, [event(soft, Kind.REFUSED_SOFT), event(hard, Kind.REFUSED_HARD)]
        )
        barriers = {
            (person, wave): barrier_of(connection, person, Channel.LETTER, wave)
            for person in (soft, hard)
            for wave in (2024, 2025)
        }
        assert barriers == {
            (soft, 2024): "refused",
            (soft, 2025): None,
            (hard, 2024): "refused",
            (hard, 2025): "refused",
        }
        assert standings(connection, [soft, hard]) == {
            soft: Standing(PersonStatus.ACTIVE, refused_soft=(2024,)),
            hard: Standing(PersonStatus.ACTIVE, refused_hard=True),
        }


def test_refusal_is_taken_back_by_opting_in_but_not_by_opting_in_to_one_channel(
    research: Database,
) -> None:
    with research.write() as connection:
        (person,) = drawn(connection)
        add_person_events(connection, [event(person, Kind.REFUSED_HARD)])
        add_person_events(connection, [event(person, Kind.OPTED_IN, channel="email")])
        assert barrier_of(connection, person, Channel.EMAIL, 2024) == "refused"
        add_person_events(connection, [event(person, Kind.OPTED_IN)])
        assert barrier_of(connection, person, Channel.EMAIL, 2024) is None
        assert standings(connection, [person])[person] == Standing(PersonStatus.ACTIVE)
        add_person_events(connection, [event(person, Kind.REFUSED_SOFT)])
        assert barrier_of(connection, person, Channel.EMAIL, 2024) == "refused"


def test_barrier_stands_in_the_statement_that_claims_with_the_columns_of_the_message(
    research: Database,
) -> None:
    message, case = table_of(models.Message), table_of(models.SurveyCase)
    with research.write() as connection:
        people = drawn(connection, 3)
        for person in people:
            case_id = connection.execute(
                select(case.c.id).where(case.c.person_id == person)
            ).scalar_one()
            for channel in (Channel.EMAIL, Channel.SMS):
                connection.execute(
                    message.insert(),
                    {
                        "case_id": case_id,
                        "wave": 2024,
                        "step": "reminder",
                        "channel": channel,
                        "text": "reminder",
                        "language": "nl",
                        "status": "due",
                        "not_before": NOON - timedelta(days=1),
                        "created_at": NOON,
                    },
                )
        set_reach(connection, [shut(people[0], Channel.SMS)])
        add_person_events(connection, [event(people[1], Kind.REFUSED_SOFT)])

        why = barrier(case.c.person_id, message.c.channel, message.c.wave)
        rows = connection.execute(
            select(case.c.person_id, message.c.channel, why).join_from(
                message, case, message.c.case_id == case.c.id
            )
        ).all()
    assert {(person, channel, reason) for person, channel, reason in rows} == {
        (people[0], Channel.EMAIL, None),
        (people[0], Channel.SMS, "opted_out"),
        (people[1], Channel.EMAIL, "refused"),
        (people[1], Channel.SMS, "refused"),
        (people[2], Channel.EMAIL, None),
        (people[2], Channel.SMS, None),
    }


def test_tracing_stands_where_the_last_step_left_it(research: Database) -> None:
    with research.write() as connection:
        (person,) = drawn(connection)
        for kind in (Kind.TRACING_BEGUN, Kind.UNTRACEABLE, Kind.TRACED):
            add_person_events(connection, [event(person, kind, found="by_phone")])
            assert standings(connection, [person])[person].tracing is kind
        events = person_events(connection, person)
    assert [one.kind for one in events] == [Kind.TRACING_BEGUN, Kind.UNTRACEABLE, Kind.TRACED]
    assert events[0].detail == {"found": "by_phone"}


def test_what_happened_to_a_person_is_never_changed(research: Database) -> None:
    with research.write() as connection:
        (person,) = drawn(connection)
        add_person_events(connection, [event(person, Kind.ASSISTED)])
    with pytest.raises(DatabaseError), research.write() as connection:
        connection.execute(text("UPDATE person_event SET by = 'somebody else'"))
