"""Yesterday's backup forgets whom the installation forgot today."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from app.cli import main
from app.clock import SystemClock
from app.services.backing_up import BackupError, back_up, restore
from app.services.context import ServiceContext
from app.services.privacy.erasing import Order, erase, verify
from app.services.privacy.erasure_list import (
    Erased,
    ErasureListError,
    add_to_list,
    parse_list,
    read_list,
)
from app.services.publication.exports import export_release
from app.storage import models
from app.storage.audit import verify_chain
from app.storage.migrate import Schema
from app.storage.types import new_id, table_of
from app.storage.unit_of_work import Databases
from tests import postgresql
from tests.builders import context, field_wave, kinds_bank
from tests.conftest import on_server
from tests.integration.privacy.conftest import NOON
from tests.integration.privacy.someone import everything_on_disk, say, someone
from tests.integration.privacy.test_erasing import BY, every_row


@pytest.fixture
def elsewhere(
    request: pytest.FixtureRequest, database_urls: tuple[str, str], tmp_path: Path
) -> Iterator[tuple[str, str]]:
    """Addresses of two databases that are not there yet, on the same engine."""
    if database_urls[0].startswith("sqlite"):
        folder = tmp_path / "restored"
        folder.mkdir()
        yield f"sqlite:///{folder}/research.sqlite3", f"sqlite:///{folder}/contacts.sqlite3"
        return
    server: postgresql.Server = request.getfixturevalue("postgresql_server")
    names = {schema: f"{schema}_{uuid4().hex}" for schema in Schema}
    for name in names.values():
        on_server(server, f"CREATE DATABASE {name}")
    yield server.url(names[Schema.RESEARCH]), server.url(names[Schema.CONTACTS])
    for name in names.values():
        on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


def made_real(databases: Databases) -> None:
    """Let the people be real ones: what is said of synthetic data is not said of them."""
    with databases.research.write() as connection:
        connection.execute(update(table_of(models.Person)).values(synthetic=False))


def test_yesterdays_backup_brings_nobody_back(
    ctx: ServiceContext, elsewhere: tuple[str, str], folder: Path, tmp_path: Path
) -> None:
    who, other = someone(ctx, thorough=True), someone(ctx)
    yesterday = tmp_path / "yesterday.backup"
    back_up(ctx.settings, ctx.clock, yesterday)
    erase(ctx, Order(who.person_id, BY))
    new_folder = tmp_path / "restored" / "data"
    new_folder.mkdir(parents=True)
    (new_folder / "erasures.jsonl").write_bytes((folder / "erasures.jsonl").read_bytes())
    at = replace(
        ctx.settings, database_url=elsewhere[0], contacts_url=elsewhere[1], data_dir=new_folder
    )

    told = restore(at, yesterday)

    assert told.erased_again == 1
    there = context(elsewhere, ctx.clock, data_dir=new_folder)
    assert verify(there, who.person_id).clean
    after = everything_on_disk(tmp_path / "restored") + every_row(there)
    assert [token for token in who.tokens() if token in after] == []
    # Everybody else is back, and can go on.
    assert say(there, other, "k_uren", "12") is not None
    release = export_release(there, [2024], tmp_path / "release")
    responses = (release / "responses.csv").read_text(encoding="utf-8")
    assert who.person_id.hex not in responses
    assert other.person_id.hex in responses
    with there.databases.research.snapshot() as connection:
        assert verify_chain(connection) is None
    there.databases.close()


def test_a_list_from_elsewhere_is_put_together_with_that_of_the_place(
    ctx: ServiceContext, elsewhere: tuple[str, str], folder: Path, tmp_path: Path
) -> None:
    """The machine burned down; its list was copied every night."""
    first, second = someone(ctx), someone(ctx)
    erase(ctx, Order(first.person_id, BY))
    back_up(ctx.settings, ctx.clock, tmp_path / "b")
    erase(ctx, Order(second.person_id, BY))
    copy = tmp_path / "copied.jsonl"
    copy.write_bytes((folder / "erasures.jsonl").read_bytes())
    new_folder = tmp_path / "new"
    at = replace(
        ctx.settings, database_url=elsewhere[0], contacts_url=elsewhere[1], data_dir=new_folder
    )

    restore(at, tmp_path / "b", erasures=copy)

    listed = {one.person_id for one in read_list(new_folder / "erasures.jsonl")}
    assert listed == {first.person_id, second.person_id}
    there = context(elsewhere, ctx.clock, data_dir=new_folder)
    assert verify(there, first.person_id).clean
    assert verify(there, second.person_id).clean
    there.databases.close()


def test_real_people_are_not_restored_where_nobody_knows_who_was_erased(
    ctx: ServiceContext, elsewhere: tuple[str, str], tmp_path: Path
) -> None:
    who = someone(ctx)
    made_real(ctx.databases)
    back_up(ctx.settings, ctx.clock, tmp_path / "b")
    at = replace(
        ctx.settings, database_url=elsewhere[0], contacts_url=elsewhere[1], data_dir=tmp_path / "n"
    )

    with pytest.raises(BackupError, match="nobody says who was erased"):
        restore(at, tmp_path / "b")
    restore(at, tmp_path / "b", none_known=True)

    there = context(elsewhere, ctx.clock)
    assert say(there, who, "k_uren", "12") is not None
    there.databases.close()


def test_the_command_takes_the_list_by_name(tmp_path: Path, sqlite_databases: Databases) -> None:
    urls = [
        one.engine.url.render_as_string(hide_password=False)
        for one in (sqlite_databases.research, sqlite_databases.contacts)
    ]
    data = tmp_path / "data"
    data.mkdir()
    ctx = context((urls[0], urls[1]), SystemClock(), data_dir=data)
    field_wave(ctx, kinds_bank())
    who = someone(ctx)
    back_up(ctx.settings, ctx.clock, tmp_path / "b")
    erase(ctx, Order(who.person_id, BY))
    ctx.databases.close()

    done = CliRunner().invoke(
        main,
        [
            "--data", str(tmp_path / "other"), "restore", str(tmp_path / "b"),
            "--erasures", str(data / "erasures.jsonl"),
        ],
    )  # fmt: skip

    assert done.exit_code == 0, done.output
    assert "1 people were erased since" in done.output
    assert who.interview_id.hex.encode() not in everything_on_disk(tmp_path / "other")


def test_an_erasure_that_was_cut_off_is_finished_by_the_next_restore(
    ctx: ServiceContext, elsewhere: tuple[str, str], folder: Path, tmp_path: Path
) -> None:
    """The list is written first: a crash right after it loses nothing of the promise."""
    who = someone(ctx)
    back_up(ctx.settings, ctx.clock, tmp_path / "b")
    add_to_list(folder / "erasures.jsonl", [Erased(who.person_id, NOON, "asked")])
    at = replace(
        ctx.settings, database_url=elsewhere[0], contacts_url=elsewhere[1], data_dir=tmp_path / "n"
    )

    told = restore(at, tmp_path / "b", erasures=folder / "erasures.jsonl")

    assert told.erased_again == 1
    there = context(elsewhere, ctx.clock)
    with there.databases.research.read() as connection:
        status = connection.execute(
            select(models.Person.status).where(models.Person.id == who.person_id)
        ).scalar_one()
    assert status == "erased"
    there.databases.close()


@given(cut=st.integers(0, 400))
def test_a_list_that_was_being_written_when_the_machine_stopped_is_read(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    file = tmp_path_factory.mktemp("list") / "erasures.jsonl"
    people = [Erased(new_id(), NOON, "asked") for _ in range(3)]
    add_to_list(file, people)
    whole = file.read_bytes()
    file.write_bytes(whole[:cut])

    known = read_list(file)
    assert known == people[: whole[:cut].count(b"\n")]
    add_to_list(file, people)
    assert {one.person_id for one in read_list(file)} == {one.person_id for one in people}


def test_a_list_that_holds_anything_else_is_refused() -> None:
    for line in (b"x\n", json.dumps({"person": "1"}).encode() + b"\n", b"[]\n"):
        with pytest.raises(ErasureListError, match="list:1"):
            parse_list(line, "list")
