"""A release is whole, numbered, read-only and provable; who is forgotten is in none any more."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import threading
import time
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from analysis.errors import CancelledError
from app.panel.states import Role
from app.services import jobs
from app.services.context import ServiceContext
from app.services.privacy.erasing import Order as ErasureOrder
from app.services.privacy.erasing import erase
from app.services.publication import release_making, releases
from app.services.publication.live_weights import live_pictures
from app.services.publication.published_numbers import numbers_from_json, numbers_to_json
from app.services.publication.release_differences import difference
from app.services.publication.release_job import KIND, WEIGHTS, arguments_of
from app.services.publication.release_making import Order
from app.services.publication.releases import ReleaseError
from app.storage import models
from app.storage import staff as accounts
from app.storage.jobs import JobState
from tests.integration.staff.conftest import add_account
from tests.integration.staff.released import (
    MAKER,
    PLAN,
    YEAR,
    make,
    released,
    released_folder,
    the_release,
)

__all__ = ["released", "released_folder"]  # fixtures


def staff_id_of(ctx: ServiceContext) -> UUID:
    with ctx.databases.research.read() as connection:
        member = accounts.find_member(connection, MAKER)
    assert member is not None
    return member.id


def somebody_in(ctx: ServiceContext) -> UUID:
    """Somebody who answered everything: who broke off at once is in no table that tells of them."""
    with (the_release(ctx).data / "responses.csv").open(encoding="utf-8") as lines:
        fullest = max(csv.DictReader(lines), key=lambda row: sum(map(bool, row.values())))
    return UUID(hex=fullest["person_id"])


def actions(ctx: ServiceContext) -> list[str]:
    event = models.AuditEvent
    with ctx.databases.research.read() as connection:
        return list(connection.execute(select(event.action).order_by(event.seq)).scalars())


def test_release_says_who_made_it_when_why_and_of_what(released: ServiceContext) -> None:
    kept = the_release(released)

    assert (kept.number, kept.waves, kept.plan) == (1, (YEAR,), PLAN)
    assert (kept.by, kept.why, kept.made_at) == (MAKER, "First results", released.clock.now())
    assert kept.wave_status == {YEAR: "closed"}
    assert kept.synthetic
    assert [one["wave"] for one in kept.versions] == [YEAR]
    assert "release.made" in actions(released)


def test_every_format_of_the_field_is_in_it(released: ServiceContext) -> None:
    kept = the_release(released)

    def endings(part: str) -> set[str]:
        return {one.name.rpartition(".")[2] for one in kept.part(part)}

    assert {"csv", "xlsx", "sav", "pdf", "html"} <= endings(releases.PUBLICATION)
    assert {"sav", "dta", "parquet", "xml", "html"} <= endings(releases.MICRODATA)
    assert {"weights.csv", "diagnostics.json"} == {one.name for one in kept.part(releases.WEIGHTS)}


def test_record_has_the_hash_and_the_rows_of_each_file(released: ServiceContext) -> None:
    kept = the_release(released)

    for one in kept.files:
        content = (kept.folder / one.part / one.name).read_bytes()
        assert one.sha256 == hashlib.sha256(content).hexdigest()
        assert one.bytes == len(content)
    responses = next(one for one in kept.part(releases.DATA) if one.name == "responses.csv")
    with (kept.data / "responses.csv").open(encoding="utf-8", newline="") as lines:
        assert responses.rows == kept.people == len(list(csv.DictReader(lines)))


def test_changed_or_missing_byte_is_named(released: ServiceContext) -> None:
    kept = the_release(released)
    assert {one.verdict for one in releases.verify(kept)} == {"as_made"}
    changed = kept.publication / "tables.csv"
    changed.chmod(0o600)
    changed.write_bytes(changed.read_bytes().replace(b"2024", b"2025", 1))
    (kept.publication / "report.pdf").unlink()

    bad = {one.file.name: one.verdict for one in releases.verify(kept) if one.verdict != "as_made"}

    assert bad == {"tables.csv": "changed", "report.pdf": "missing"}


def test_nobody_can_write_in_a_release(released: ServiceContext) -> None:
    kept = the_release(released)

    modes = {path.stat().st_mode & 0o777 for path in kept.folder.rglob("*") if path.is_file()}

    assert modes == {0o400}


def test_wave_that_runs_is_in_no_release(panel: ServiceContext) -> None:
    with pytest.raises(ReleaseError, match="wave 2024 is open: close it first"):
        make(panel)
    assert releases.list_releases(panel) == []


def test_release_that_is_stopped_leaves_nothing(released: ServiceContext) -> None:
    def told(share: float, step: str) -> None:
        if step == "files":
            raise CancelledError

    with pytest.raises(CancelledError):
        release_making.make_release(released, Order((YEAR,), "Stopped", MAKER), told)

    assert [one.name for one in releases.root_of(released).iterdir()] == ["1"]


def test_two_made_at_the_same_time_get_two_numbers(released: ServiceContext) -> None:
    meet = threading.Barrier(2)
    made: list[int] = []

    def told(share: float, step: str) -> None:
        if step == "data":
            meet.wait(timeout=60)

    def work() -> None:
        order = Order((YEAR,), "At once", MAKER)
        made.append(release_making.make_release(released, order, told).number)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert sorted(made) == [2, 3]
    assert [one.number for one in releases.list_releases(released)] == [3, 2, 1]


def test_two_publications_at_once_are_held_against_each_other(released: ServiceContext) -> None:
    """The second is begun while the first is made, and still sees it."""
    seen: list[list[int]] = []
    begun = threading.Event()

    def told(share: float, step: str) -> None:
        if step == "data":
            begun.set()
        if (step, share) == ("files", 0.85):
            seen.append([one.number for one in releases.bind_later(released, (YEAR,))])

    def work() -> None:
        order = Order((YEAR,), "At once", MAKER, PLAN)
        release_making.make_release(released, order, told)

    first = threading.Thread(target=work)
    first.start()
    begun.wait(timeout=120)
    work()
    first.join()

    assert sorted(map(len, seen)) == [1, 2]


def test_what_a_dead_process_left_is_destroyed(released: ServiceContext) -> None:
    root = releases.root_of(released)
    left = root / ".making-2"
    left.mkdir()
    (left / "frame.csv").write_text("somebody", encoding="utf-8")
    long_ago = time.time() - 2 * 24 * 3600
    os.utime(left, (long_ago, long_ago))

    make(released)

    assert sorted(one.name for one in root.iterdir()) == ["1", "3"]


def test_same_release_twice_differs_in_nothing_and_gives_nothing_away(
    released: ServiceContext,
) -> None:
    second = make(released, plan=PLAN, why="Again")

    found = difference(second, the_release(released))

    assert (found.first.number, found.second.number) == (1, 2)
    assert found.is_equal
    assert found.leaks == ()
    assert (second.publication / "tables.csv").read_bytes() == (
        the_release(released).publication / "tables.csv"
    ).read_bytes()


def test_tables_that_give_somebody_away_beside_earlier_ones_are_not_made(
    released: ServiceContext,
) -> None:
    """One person fewer: whoever has both tables knows what that one answered."""
    gone = somebody_in(released)
    erase(released, ErasureOrder(gone, "privacy@example.org"))

    with pytest.raises(ReleaseError, match="release 1 and release 2 may not both be published"):
        make(released, plan=PLAN)

    assert [one.number for one in releases.list_releases(released)] == [1]


def test_withdrawn_before_anybody_had_it_binds_nobody(released: ServiceContext) -> None:
    erase(released, ErasureOrder(somebody_in(released), "privacy@example.org"))
    staff_id = staff_id_of(released)
    releases.withdraw(
        released, 1, why="Not given out", given_out=False, by=MAKER, staff_id=staff_id
    )

    second = make(released, plan=PLAN)

    assert second.number == 2
    first = the_release(released)
    assert first.withdrawn is not None
    assert first.withdrawn.why == "Not given out"
    assert not first.stands
    assert "release.withdrawn" in actions(released)


def test_release_that_was_given_out_binds_also_when_it_is_withdrawn(
    released: ServiceContext,
) -> None:
    staff_id = staff_id_of(released)
    releases.withdraw(released, 1, why="Wrong plan", given_out=True, by=MAKER, staff_id=staff_id)

    assert [one.number for one in releases.bind_later(released, (YEAR,))] == [1]
    assert releases.bind_later(released, (2027,)) == []
    with pytest.raises(ReleaseError, match="withdrawn before"):
        releases.withdraw(released, 1, why="Twice", given_out=True, by=MAKER, staff_id=staff_id)


def test_who_is_forgotten_is_in_no_byte_of_any_release(released: ServiceContext) -> None:
    gone = somebody_in(released)
    root = releases.root_of(released)
    assert gone.hex.encode() in every_byte(root)

    proof = erase(released, ErasureOrder(gone, "privacy@example.org"))

    assert proof.clean
    assert proof.detail["made_before"] == []
    assert proof.detail["files"]["data of releases"] > 0
    assert gone.hex.encode() not in every_byte(root)
    kept = the_release(released)
    assert not kept.has_data
    assert {one.verdict for one in releases.verify(kept)} == {"as_made", "destroyed"}
    assert {one.verdict for one in releases.verify(kept) if one.file.part == "publication"} == {
        "as_made"
    }


def test_new_release_is_without_who_was_forgotten(released: ServiceContext) -> None:
    gone = somebody_in(released)
    before = the_release(released).people
    erase(released, ErasureOrder(gone, "privacy@example.org"))

    kept = make(released)

    assert kept.people == before - 1
    assert gone.hex not in (kept.data / "responses.csv").read_text(encoding="utf-8")


def test_release_made_while_somebody_is_forgotten_is_given_up(released: ServiceContext) -> None:
    gone = somebody_in(released)

    def told(share: float, step: str) -> None:
        if (step, share) == ("files", 0.85):
            erase(released, ErasureOrder(gone, "privacy@example.org"))

    with pytest.raises(ReleaseError, match="forgotten meanwhile"):
        release_making.make_release(released, Order((YEAR,), "Unlucky", MAKER), told)

    root = releases.root_of(released)
    assert [one.name for one in root.iterdir()] == ["1"]
    assert gone.hex.encode() not in every_byte(root)


def test_job_makes_the_release_and_leads_to_it(released: ServiceContext) -> None:
    staff_id = staff_id_of(released)
    arguments = arguments_of(Order((YEAR,), "By a job", MAKER), staff_id=staff_id)
    assert MAKER not in json.dumps(arguments)

    job_id = jobs.ask(released, KIND, arguments, by=staff_id, language="en", start=False)
    assert jobs.run_here(released, job_id)

    job = jobs.look(released, job_id, "en")
    assert job is not None
    assert job.stored.state is JobState.DONE
    assert job.stored.leads_to == "/staff/results/releases/2"
    made = releases.find_release(released, 2)
    assert made is not None
    assert (made.by, made.why) == (MAKER, "By a job")


def test_job_that_may_not_publish_says_what_to_do(released: ServiceContext) -> None:
    erase(released, ErasureOrder(somebody_in(released), "privacy@example.org"))
    staff_id = staff_id_of(released)
    arguments = arguments_of(Order((YEAR,), "Again", MAKER, PLAN), staff_id=staff_id)
    job_id = jobs.ask(released, KIND, arguments, by=staff_id, language="en", start=False)

    jobs.run_here(released, job_id)

    job = jobs.look(released, job_id, "en")
    assert job is not None
    assert job.stored.state is JobState.FAILED
    assert "Beside the tables of release 1" in job.stored.words
    assert "withdraw release 1" in job.stored.words


def test_weights_as_they_stand_now_are_made_by_a_job(panel: ServiceContext) -> None:
    """Also of a wave that runs."""
    assert live_pictures(panel) is None
    add_account(panel, Role.ANALYST, MAKER)
    job_id = jobs.ask(panel, WEIGHTS, {}, by=staff_id_of(panel), start=False)

    assert jobs.run_here(panel, job_id)

    found = live_pictures(panel)
    assert found is not None
    assert found.waves == (YEAR,)
    assert "w1_cs" in {one.name for one in found.weights}
    leftover = list((panel_root(panel) / "results").glob(".weights*"))
    assert leftover == []


def test_published_numbers_are_kept_as_they_were(released: ServiceContext) -> None:
    document = json.loads((the_release(released).folder / releases.NUMBERS).read_text("utf-8"))

    found = numbers_from_json(document)
    assert json.loads(json.dumps(numbers_to_json(found))) == document
    assert numbers_from_json(numbers_to_json(found)) == found
    assert any(one.phrase for one in found)


def panel_root(ctx: ServiceContext) -> Path:
    assert ctx.settings.data_dir is not None
    return ctx.settings.data_dir


def every_byte(folder: Path) -> bytes:
    return b"\0".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
