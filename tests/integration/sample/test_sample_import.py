"""Register files taken in: all or nothing over both databases, nobody twice, nobody readable."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection

from app.panel.sample_file_columns import SampleMapping
from app.services.fieldwork import frame
from app.services.fieldwork.frame import FrameImportError
from app.services.members import contacting
from app.storage import frame as frame_storage
from app.storage.contacts import bulk
from app.storage.frame import ImportRunningError, one_at_a_time
from app.storage.unit_of_work import Database, Databases
from tests.integration.sample.conftest import SampleDesk, register

NOON = datetime(2024, 2, 1, 12, 0, tzinfo=UTC)


def units(desk: SampleDesk) -> list[frame_storage.FrameUnit]:
    with desk.ctx.databases.research.read() as connection:
        imports = frame_storage.list_imports(connection)
        return frame_storage.load_units(connection, [one.id for one in imports])


def test_people_go_to_the_contacts_and_the_frame_bears_their_pseudonym(desk: SampleDesk) -> None:
    desk.take_in(30)

    taken = units(desk)
    assert (len(taken), desk.contacts()) == (30, 30)
    assert {one.stratum for one in taken} == {
        f"{group}_{act}" for group in ("asiel", "gezin") for act in ("wi2013", "wi2021")
    }
    (one,) = [u for u in taken if desk.fields(u.id)["register_key"] == "D000007"]
    fields = desk.fields(one.id)
    assert fields["name"] == "S.H. Tesfay"
    assert (fields["street"], fields["house_number"]) == ("Kerkplein", "8")
    assert set(one.frame) == {"fr_group", "fr_act", "fr_sex", "fr_birth_year", "fr_language"}
    assert fields["likeness"] == frame.contact_keys(desk.ctx).likeness(
        f"shtesfay|3512 ab|8||{one.frame['fr_birth_year']}"
    )


def test_nothing_readable_of_a_person_is_in_either_database(
    small_desk: SampleDesk, tmp_path: Path
) -> None:
    small_desk.take_in(5)
    small_desk.ctx.databases.close()

    stored = b"".join(one.read_bytes() for one in (tmp_path / "databases").iterdir())
    for word in (b"Tesfay", b"Kerkplein", b"3512 AB", b"p1@example", b"D000001", b"Selam"):
        assert word not in stored


def test_dry_run_writes_nothing(desk: SampleDesk, tmp_path: Path) -> None:
    staged = desk.stage(register(tmp_path, 10))
    assert (staged.checked.good, len(staged.checked.rows)) == (True, 10)
    assert (units(desk), desk.contacts()) == ([], 0)


def test_one_faulty_row_keeps_all_the_others_out(desk: SampleDesk, tmp_path: Path) -> None:
    file = register(tmp_path, 10)
    lines = file.read_text(encoding="utf-8").splitlines()
    file.write_text("\n".join([*lines[:-1], lines[-1].replace("3512 AB", "3512")]))
    staged = desk.stage(file)

    assert [(one.row, one.column) for one in staged.checked.faults] == [(11, "postcode")]
    with pytest.raises(FrameImportError):
        frame.take_in(desk.ctx, staged, name="DUO", by="r")
    assert (units(desk), desk.contacts()) == ([], 0)


class _PowerCutError(Exception):
    pass


def failing_at(database: Database, number: int) -> Database:
    """A database whose ``number``-th write unit fails at its end."""

    class Failing(Database):
        left = number

        @contextmanager
        def write(self) -> Iterator[Connection]:
            with super().write() as connection:
                yield connection
                self.left -= 1
                if self.left == 0:
                    raise _PowerCutError

    return Failing(database.engine)


@pytest.mark.parametrize(
    ("which", "number"), [("contacts", 1), ("contacts", 2), ("contacts", 3), ("research", 1)]
)
def test_import_that_fails_anywhere_leaves_nothing_after_the_next_one(
    desk: SampleDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, which: str, number: int
) -> None:
    monkeypatch.setattr(frame, "_AT_A_TIME", 10)
    whole = desk.ctx.databases
    broken = Databases(
        failing_at(whole.research, number) if which == "research" else whole.research,
        failing_at(whole.contacts, number) if which == "contacts" else whole.contacts,
    )
    staged = desk.stage(register(tmp_path, 25))
    with pytest.raises(_PowerCutError):
        frame.take_in(dataclasses.replace(desk.ctx, databases=broken), staged, name="DUO", by="r")
    assert units(desk) == []

    frame.take_in(desk.ctx, desk.stage(tmp_path / "register.csv"), name="DUO", by="r")

    assert (len(units(desk)), desk.contacts()) == (25, 25)


def test_import_whose_last_step_failed_is_whole_and_its_journal_goes_with_the_next(
    desk: SampleDesk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    staged = desk.stage(register(tmp_path, 5))
    # The first unit opens the journal, the second writes the people, the third ends the journal.
    broken = Databases(desk.ctx.databases.research, failing_at(desk.ctx.databases.contacts, 3))
    with pytest.raises(_PowerCutError):
        frame.take_in(dataclasses.replace(desk.ctx, databases=broken), staged, name="DUO", by="r")
    assert (len(units(desk)), desk.contacts()) == (5, 6)

    desk.take_in(5, "more", first=5)

    assert (len(units(desk)), desk.contacts()) == (10, 10)


def test_nobody_else_takes_in_or_draws_meanwhile(desk: SampleDesk, tmp_path: Path) -> None:
    staged = desk.stage(register(tmp_path, 5))
    with one_at_a_time(desk.ctx.databases.research), pytest.raises(ImportRunningError):
        frame.take_in(desk.ctx, staged, name="DUO", by="r")
    frame.take_in(desk.ctx, staged, name="DUO", by="r")


def test_same_name_or_same_file_is_not_taken_in_twice(desk: SampleDesk, tmp_path: Path) -> None:
    staged = desk.stage(register(tmp_path, 5))
    frame.take_in(desk.ctx, staged, name="DUO", by="r")
    with pytest.raises(FrameImportError, match="this very file"):
        frame.take_in(desk.ctx, staged, name="DUO again", by="r")
    with pytest.raises(FrameImportError, match="is there already"):
        frame.take_in(desk.ctx, staged, name="DUO", by="r")


def test_person_of_an_earlier_import_is_a_fault_or_left_out_as_asked(
    desk: SampleDesk, tmp_path: Path
) -> None:
    desk.take_in(10)
    later = register(tmp_path, 10, first=8, name="later.csv")

    refused = desk.stage(later)
    assert [one.row for one in refused.checked.faults] == [2, 3]

    skipping = desk.stage(later, skip_known=True)
    assert skipping.checked.left_out == {"known from an earlier import": 2}
    frame.take_in(desk.ctx, skipping, name="later", by="r")
    assert desk.contacts() == 18


def test_person_under_another_key_is_recognised_by_name_address_and_year_and_told(
    desk: SampleDesk, tmp_path: Path
) -> None:
    desk.take_in(3)
    file = register(tmp_path, 3, name="other keys.csv")
    file.write_text(file.read_text(encoding="utf-8").replace("D00", "E00"), encoding="utf-8")

    staged = desk.stage(file)

    assert staged.checked.good
    assert sorted(one.row for one in staged.checked.warnings) == [2, 3, 4]


def test_what_an_import_was_made_of_is_on_record_without_a_value(desk: SampleDesk) -> None:
    desk.take_in(3)
    with desk.ctx.databases.research.read() as connection:
        (one,) = frame_storage.list_imports(connection)
    assert (one.name, one.rows, one.by, len(one.sha256)) == ("DUO", 3, "r@example.org", 64)
    assert one.mapping == {
        **SampleMapping().as_json(),
        "cohort": "",
        "read_as": "CSV, utf-8, semicolon",
        "left_out": {},
    }


def test_contacts_of_people_who_were_not_drawn_are_destroyed_and_reserves_stay(
    desk: SampleDesk,
) -> None:
    desk.field(2024)
    desk.take_in(100)
    drawn = desk.draw(reserves=1)
    kept = {UUID(unit) for batch in drawn.batches for unit in batch}
    assert len(kept) == 80

    assert frame.discard(desk.ctx, ["DUO"], by="r", dry_run=True) == 20
    assert desk.contacts() == 100
    assert frame.discard(desk.ctx, ["DUO"], by="r") == 20
    assert frame.discard(desk.ctx, ["DUO"], by="r") == 0

    assert desk.contacts() == 80
    assert {one.id for one in units(desk) if one.discarded_at is None} == kept
    assert all(desk.fields(one)["name"] for one in kept)


def test_people_are_found_by_a_key_also_among_values_that_share_its_index(
    small_desk: SampleDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    # With an index of one bit half of all people are candidates for any value.
    monkeypatch.setattr("app.storage.contacts.keys.INDEX_BITS", 1)
    small_desk.take_in(50)
    keys = frame.contact_keys(small_desk.ctx)
    with small_desk.ctx.databases.contacts.read() as connection:
        found = bulk.people_with(connection, keys, "register_key", ["D000001", "D000049", "D9"])
    assert set(found) == {"D000001", "D000049"}
    assert small_desk.fields(found["D000049"])["register_key"] == "D000049"


def test_person_who_moved_is_no_longer_like_the_row_of_the_register(small_desk: SampleDesk) -> None:
    small_desk.take_in(2)
    one = units(small_desk)[0].id
    assert "likeness" not in contacting.contact_of(small_desk.ctx, one)

    contacting.change_contacts(small_desk.ctx, [(one, {"house_number": "99"})], at=NOON)

    assert "likeness" not in small_desk.fields(one)
    assert small_desk.fields(one)["house_number"] == "99"


@pytest.mark.parametrize(
    ("name", "cohort"), [("", ""), ("x" * 81, ""), ("a\x1b[2J", ""), ("DUO", "a b")]
)
def test_import_is_named_so_that_it_can_be_printed(
    small_desk: SampleDesk, tmp_path: Path, name: str, cohort: str
) -> None:
    file = register(tmp_path, 2)
    with pytest.raises(FrameImportError, match="is named by"):
        frame.take_in(small_desk.ctx, small_desk.stage(file, cohort=cohort), name=name, by="r")
