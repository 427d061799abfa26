"""What is committed stays, what is not leaves nothing, and nobody's save is lost to another's."""

import multiprocessing
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import text

from app.storage import engine as engine_module
from app.storage.interviews import load_current, load_interview, lock_interview, save_pages
from app.storage.misses import code_misses
from app.storage.unit_of_work import Database, Databases, NestedWriteError, open_databases
from tests.integration.storage.builders import (
    NOON,
    begin_interview,
    draw_case,
    field_wave,
    hold_write_open,
    page,
    save_many,
)


def prepared_interview(research: Database) -> UUID:
    with research.write() as connection:
        field_wave(connection)
        return begin_interview(connection, draw_case(connection))


def misses(research: Database) -> int:
    with research.read() as connection:
        return code_misses.of_source(connection, "a", since=NOON)


def test_saves_of_eight_threads_when_they_save_in_one_interview_are_all_kept(
    research: Database,
) -> None:
    interview = prepared_interview(research)

    def save(thread: int) -> None:
        for number in range(15):
            with research.write() as connection:
                state = lock_interview(connection, interview)
                assert state is not None
                post = page({f"v{thread}": str(number)}, op_id=f"{thread}-{number}")
                save_pages(connection, state, [post])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(save, range(8)))

    with research.read() as connection:
        state = load_interview(connection, interview)
        current = load_current(connection, interview)
        events = connection.execute(text("SELECT count(*) FROM answer_event")).scalar_one()
    assert state is not None
    assert state.revision == 8 * 15
    assert events == 8 * 15
    assert {answer.variable: answer.value for answer in current} == {
        f"v{thread}": "14" for thread in range(8)
    }


def test_saves_of_several_processes_when_they_save_in_one_interview_are_all_kept(
    database_urls: tuple[str, str], research: Database
) -> None:
    interview = prepared_interview(research)
    context = multiprocessing.get_context("spawn")

    processes = [
        context.Process(target=save_many, args=(database_urls, interview, name, 20))
        for name in ("a", "b", "c")
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0, 0, 0]
    with research.read() as connection:
        state = load_interview(connection, interview)
        operations = connection.execute(text("SELECT count(*) FROM operation")).scalar_one()
    assert state is not None
    assert (state.revision, operations) == (60, 60)


def test_write_when_something_is_raised_leaves_nothing(research: Database) -> None:
    def fail_half_way() -> None:
        with research.write() as connection:
            code_misses.add(connection, "a", window_start=NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()

    assert misses(research) == 0


def test_write_when_its_process_is_killed_leaves_nothing_and_holds_nobody_up(
    database_urls: tuple[str, str], research: Database
) -> None:
    context = multiprocessing.get_context("spawn")
    opened = context.Event()
    process = context.Process(target=hold_write_open, args=(database_urls, opened))
    process.start()
    assert opened.wait(30)

    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()

    began = time.monotonic()
    with research.write() as connection:
        code_misses.add(connection, "a", window_start=NOON)
    assert time.monotonic() - began < 5
    assert misses(research) == 1


def test_write_inside_a_write_of_the_same_database_is_refused_instead_of_waiting_for_itself(
    research: Database,
) -> None:
    with research.write(), pytest.raises(NestedWriteError), research.write():
        pass
    with research.write() as connection:
        code_misses.add(connection, "a", window_start=NOON)


def test_contacts_may_be_written_inside_a_write_of_research(databases: Databases) -> None:
    with databases.research.write(), databases.contacts.write() as connection:
        connection.execute(text("SELECT count(*) FROM contact")).scalar_one()


def test_snapshot_when_others_write_meanwhile_keeps_seeing_one_moment(research: Database) -> None:
    with research.snapshot() as snapshot:
        before = code_misses.of_all(snapshot, since=NOON)
        with research.write() as connection:
            code_misses.add(connection, "a", window_start=NOON)
        after = code_misses.of_all(snapshot, since=NOON)

    assert (before, after) == (0, 0)
    assert misses(research) == 1


def test_read_while_another_writes_does_not_wait(research: Database) -> None:
    with research.write() as connection:
        code_misses.add(connection, "a", window_start=NOON)
        began = time.monotonic()
        assert misses(research) == 0
        assert time.monotonic() - began < 1


@pytest.mark.parametrize("database_urls", ["postgresql"], indirect=True)
@pytest.mark.postgresql
def test_read_when_the_server_dropped_an_idle_connection_connects_again(
    research: Database, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "IDLE_BEFORE_PING_S", 0.0)
    assert misses(research) == 0
    with databases.contacts.read() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname LIKE 'research%'"
            )
        )

    assert misses(research) == 0


def test_sqlite_commits_reach_the_disk_before_they_are_acknowledged(
    sqlite_databases: Databases,
) -> None:
    with sqlite_databases.research.read() as connection:
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        synchronous = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
    assert (journal, synchronous) == ("wal", 2)  # 2 is FULL


def test_open_databases_when_the_url_is_of_another_kind_says_what_it_expects() -> None:
    with pytest.raises(ValueError, match="expected sqlite or postgresql"):
        open_databases("mysql://host/research", "mysql://host/contacts")
