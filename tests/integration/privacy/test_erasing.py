"""Who wants to be forgotten is: looked for in every byte and row, by what the person was known."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from sqlalchemy import MetaData, select, update

from app.panel.privacy import Asked
from app.panel.states import CaseStatus, PersonStatus
from app.services.context import ServiceContext
from app.services.members import contacting
from app.services.members.consents import ErasedError
from app.services.privacy import erasing, privacy_requests
from app.services.privacy.erasing import BusyError, Order, erase, verify
from app.services.privacy.erasure_list import ErasureListError, read_list
from app.services.publication.exports import export_release
from app.storage import cases, models, people
from app.storage.audit import verify_chain
from app.storage.erasing import RULES, Fate
from app.storage.migrate import METADATA
from app.storage.traces import print_batches_with
from app.storage.types import table_of
from tests.builders import context
from tests.integration.privacy.someone import (
    CLAIMS,
    everything_on_disk,
    leave_more_traces,
    let_print_again,
    say,
    someone,
)

BY = "privacy@example.nl"


def every_row(ctx: ServiceContext) -> bytes:
    """All rows of both databases as text."""
    lines: list[str] = []
    for database in (ctx.databases.research, ctx.databases.contacts):
        with database.read() as connection:
            schema = MetaData()
            schema.reflect(connection)
            for table in schema.sorted_tables:
                lines += [
                    json.dumps([str(cell) for cell in row], ensure_ascii=False)
                    for row in connection.execute(select(table))
                ]
    return "\n".join(lines).encode()


def test_nothing_of_an_erased_person_is_left_in_any_byte_or_row(
    ctx: ServiceContext, tmp_path: Path
) -> None:
    """On SQLite the databases lie in this folder too: their bytes are among those of the files."""
    who, other = someone(ctx, thorough=True), someone(ctx)
    before = everything_on_disk(tmp_path) + every_row(ctx)
    assert CLAIMS.encode() in before
    seen = [token for token in who.tokens() if token in before]
    # Contact details are ciphertext, so only what research and files hold is seen before.
    assert len(seen) >= 8

    erase(ctx, Order(who.person_id, BY))

    after = everything_on_disk(tmp_path) + every_row(ctx)
    assert [token for token in who.tokens() if token in after] == []
    assert other.words.encode() in after
    assert contacting.contact_of(ctx, other.person_id) == other.contact


def test_an_erasure_is_proven_by_a_scan_for_every_token(
    ctx: ServiceContext, tmp_path: Path
) -> None:
    who = someone(ctx, thorough=True)

    proof = erase(ctx, Order(who.person_id, BY))

    assert proof.clean, proof.detail["found"]
    after = everything_on_disk(tmp_path) + every_row(ctx)
    assert [token for token in who.tokens() if token in after] == []
    assert proof.detail["looked_for"]["own words"] == 1
    assert proof.detail["looked_for"]["contact: name"] == 1
    assert proof.detail["files"] == {
        "print batches": 1,
        "rehearsal samples": 1,
        "codes of a demo": 1,
    }


def test_the_scan_finds_what_was_left_and_says_where_and_never_what(
    ctx: ServiceContext, folder: Path
) -> None:
    who = someone(ctx, thorough=True)
    (folder / "notes.txt").write_text(f"called {who.contact['name'].upper()} on 00316{who.mark}")

    proof = erase(ctx, Order(who.person_id, BY))

    assert not proof.clean
    assert {"where": "notes.txt", "what": "contact: name"} in proof.detail["found"]
    assert {"where": "notes.txt", "what": "contact: phone"} in proof.detail["found"]
    told = json.dumps(proof.detail).lower().encode()
    assert [token for token in who.tokens() if token.lower() in told] == []


def test_what_stays_is_a_tombstone_that_keeps_the_sample_adding_up(
    ctx: ServiceContext, tmp_path: Path
) -> None:
    who = someone(ctx, thorough=True)

    erase(ctx, Order(who.person_id, BY))

    with ctx.databases.research.snapshot() as connection:
        case = cases.load_case(connection, who.case_id)
        assert people.standings(connection, [who.person_id])[who.person_id].status == "erased"
        assert verify_chain(connection) is None
    assert case is not None
    assert (case.stratum, case.stratum_sample, case.base_weight) == ("all", 10, 10.0)
    assert case.frame == {"fr_entry": "personal"}
    assert (case.status, case.disposition) == (CaseStatus.REFUSED, "2.11")
    release = export_release(ctx, [2024], tmp_path / "release", with_answers=True)
    for name, rows in (("responses.csv", 0), ("answers.csv", 0), ("frame.csv", 1)):
        with (release / name).open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) == rows, name
    whole = everything_on_disk(release)
    assert [token for token in who.tokens() if token in whole] == []


def test_a_release_made_before_is_named_with_what_to_do(ctx: ServiceContext, folder: Path) -> None:
    who = someone(ctx, thorough=True)
    export_release(ctx, [2024], folder / "release-2024")

    proof = erase(ctx, Order(who.person_id, BY))

    (release,) = proof.detail["made_before"]
    assert release["release"] == "release-2024"
    assert "export it again" in release["do"]


def test_who_is_erased_is_on_the_list_outside_the_databases(
    ctx: ServiceContext, folder: Path
) -> None:
    who = someone(ctx)

    erase(ctx, Order(who.person_id, BY, reason="retention"))

    file = folder / "erasures.jsonl"
    (entry,) = read_list(file)
    assert (entry.person_id, entry.reason) == (who.person_id, "retention")
    assert file.stat().st_mode & 0o077 == 0
    told = file.read_bytes()
    assert [token for token in who.tokens() if token in told] == []


def test_without_a_place_for_the_list_nobody_is_erased(
    database_urls: tuple[str, str], ctx: ServiceContext
) -> None:
    who = someone(ctx)
    nowhere = context(database_urls, ctx.clock)

    with pytest.raises(ErasureListError):
        erase(nowhere, Order(who.person_id, BY))

    assert say(ctx, who, "k_uren", "12") is not None
    nowhere.databases.close()


def test_an_erasure_handles_what_the_person_asked(ctx: ServiceContext) -> None:
    who = someone(ctx)
    asked = privacy_requests.ask_erasure(ctx, who.person_id, language="nl")

    erase(ctx, Order(who.person_id, BY))

    done = {one.id: one for one in privacy_requests.requests_of(ctx, who.person_id)}
    assert done[asked.request_id].handled_by == BY
    assert done[asked.request_id].asked is Asked.ERASURE
    assert privacy_requests.open_requests(ctx) == ()


def test_a_letter_that_is_being_printed_keeps_a_person_for_a_moment(ctx: ServiceContext) -> None:
    who = someone(ctx, thorough=True)
    with ctx.databases.research.read() as connection:
        (batch,) = print_batches_with(connection, who.person_id)
    let_print_again(ctx, batch)

    with pytest.raises(BusyError):
        erase(ctx, Order(who.person_id, BY))

    with ctx.databases.research.read() as connection:
        standing = people.standings(connection, [who.person_id])[who.person_id]
    # Nothing was erased; but nothing new is printed or sent either.
    assert standing.status is PersonStatus.WITHDRAWN


def test_nobody_is_erased_twice_and_nothing_is_written_of_who_is(ctx: ServiceContext) -> None:
    who = someone(ctx)
    erase(ctx, Order(who.person_id, BY))

    with pytest.raises(ErasedError):
        erase(ctx, Order(who.person_id, BY))
    with pytest.raises(ErasedError):
        privacy_requests.ask_access(ctx, who.person_id, "nl")
    assert verify(ctx, who.person_id).clean


def test_verifying_again_finds_rows_that_came_back(ctx: ServiceContext) -> None:
    who = someone(ctx)
    erase(ctx, Order(who.person_id, BY))
    table = table_of(models.SurveyCase)
    with ctx.databases.research.write() as connection:
        connection.execute(update(table).values(frame={"fr_birth_year": "1987"}))

    proof = verify(ctx, who.person_id)

    assert not proof.clean
    assert proof.detail["rows_left"] == {"survey_case": 1}


def test_every_table_has_a_rule_for_who_is_forgotten() -> None:
    tables = {table.name for metadata in METADATA.values() for table in metadata.sorted_tables}

    assert tables - RULES.keys() == set()
    assert set(RULES.values()) == set(Fate)


def test_traces_of_every_table_with_a_rule_are_made(ctx: ServiceContext) -> None:
    """The proofs above say nothing of a table that the person they erase had no row in."""
    who = someone(ctx)
    leave_more_traces(ctx, who)

    counts = erase(ctx, Order(who.person_id, BY)).detail["rows"]

    removed = {name for name, fate in RULES.items() if fate is Fate.REMOVED}
    elsewhere = {"contact_field", "contact_answer", "incentive_destination", "person_assignment"}
    assert removed - elsewhere - counts.keys() == set()
    assert erasing.REASONS == ("asked", "retention", "withdrawn")
