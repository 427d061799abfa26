"""What tables are made on, what is remembered of them, and what a plan holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from analysis.plan_check import plan_problems
from analysis.plan_source import parse_plan
from app.clock import FixedClock
from app.panel.states import Role
from app.services import jobs
from app.services.context import ServiceContext
from app.services.privacy import forgotten_files
from app.services.publication import asked_tables, kept_plans, snapshot_job
from app.services.publication import table_sources as sources
from app.services.publication.made_tables import MadeTables, make
from app.services.publication.results import NoResultsError, results_root
from app.services.publication.table_request import (
    Fault,
    Filter,
    Shape,
    Shows,
    TableRequest,
    from_json,
    plan_of,
    problems_of,
    to_json,
)
from app.services.publication.variables import study_codebook
from app.storage import models
from app.storage.types import table_of
from tests.builders import field_wave, kinds_bank
from tests.integration.staff.conftest import add_account, open_panel

_interview = table_of(models.Interview)
_staff = table_of(models.Staff)
BY_SEX = TableRequest(stub=("e_meedoen",), banner=("sekse",), waves=(2024,), letters=True)


@pytest.fixture(scope="module")
def asked_panel(
    panel_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ServiceContext]:
    """A panel of this module's own, for tests that only make tables."""
    opened = open_panel(panel_folder, tmp_path_factory.mktemp("tables") / "data")
    yield opened
    opened.databases.close()


def made(ctx: ServiceContext, request: TableRequest, language: str = "en") -> MadeTables:
    return make(ctx, sources.live_source(ctx), request, language=language, said=["Said."])


def save_again(ctx: ServiceContext, count: int, *, later: timedelta) -> None:
    """So many interviews were saved to since."""
    with ctx.databases.research.write() as connection:
        rows = connection.execute(_interview.select().limit(count)).all()
        for row in rows:
            connection.execute(
                _interview.update()
                .where(_interview.c.id == row.id)
                .values(last_saved_at=ctx.clock.now() + later)
            )


# --- snapshots ------------------------------------------------------------------------------------


def test_snapshot_is_taken_again_only_when_ten_interviews_were_saved_since(
    panel: ServiceContext,
) -> None:
    before = sources.live_source(panel)
    save_again(panel, 9, later=timedelta(hours=1))
    assert not sources.live_source(panel).may_be_taken_again
    assert sources.take_snapshot(panel).folder == before.folder

    save_again(panel, 10, later=timedelta(hours=2))
    later = replace(panel, clock=FixedClock(panel.clock.now() + timedelta(hours=3)))
    assert sources.live_source(later).newer == 10

    after = sources.take_snapshot(later)
    assert after.folder != before.folder
    assert after.newer == 0


def test_snapshot_is_a_job_that_leads_back_to_the_builder(panel: ServiceContext) -> None:
    add_account(panel, Role.ANALYST)
    with panel.databases.research.read() as connection:
        staff_id = connection.execute(select(_staff.c.id)).scalar_one()
    job = jobs.ask(panel, snapshot_job.KIND, {}, by=staff_id, start=False)

    assert jobs.run_here(panel, job)

    with panel.databases.research.read() as connection:
        row = connection.execute(select(table_of(models.Job))).one()
    assert "/staff/results/tables/new" in str(row)


def test_erasing_a_person_takes_snapshots_and_the_record_away(panel: ServiceContext) -> None:
    made(panel, BY_SEX)
    folder = panel.settings.data_dir
    assert folder is not None
    assert list((folder / "results" / asked_tables.ASKED).rglob("*.json"))

    forgotten_files.clean(folder, [UUID(int=1)], at=panel.clock.now())

    assert not (folder / "results").exists()
    assert made(panel, BY_SEX).tables


def test_unfielded_study_has_nothing_to_make_tables_of(small_ctx: ServiceContext) -> None:
    with pytest.raises(NoResultsError):
        sources.live_source(small_ctx)
    assert sources.source_named(small_ctx, "7") is None
    assert sources.frozen_sources(small_ctx) == []


# --- what is remembered ---------------------------------------------------------------------------


def test_record_keeps_each_table_once_whatever_is_shown_of_it(asked_panel: ServiceContext) -> None:
    source = sources.live_source(asked_panel)
    made(asked_panel, BY_SEX)
    count = asked_tables.tables_shown(asked_panel, source)

    made(asked_panel, replace(BY_SEX, letters=False, mean=True, interval=False))
    made(asked_panel, replace(BY_SEX, shows=Shows.PEOPLE))
    assert asked_tables.tables_shown(asked_panel, source) == count

    made(asked_panel, replace(BY_SEX, banner=("r_regime",)))
    assert asked_tables.tables_shown(asked_panel, source) == count + 1


def test_same_table_is_the_same_after_others_were_asked(asked_panel: ServiceContext) -> None:
    request = replace(BY_SEX, stub=("h_steun_oordeel",))
    first = made(asked_panel, request).book.rows()
    for by in ("r_grp", "leeftijd_klasse", "r_regime"):
        made(asked_panel, replace(request, banner=(by,)))
        made(asked_panel, replace(request, filters=(Filter("r_grp", ("asiel",)),), banner=(by,)))

    assert made(asked_panel, request).book.rows().equals(first)


def test_what_a_release_published_binds_tables_of_it(
    asked_panel: ServiceContext, tmp_path: Path
) -> None:
    live = sources.live_source(asked_panel)
    request = replace(BY_SEX, stub=("q_docent",), banner=())
    made(asked_panel, request)
    (record,) = (
        path for path in (results_root(asked_panel) / asked_tables.ASKED).rglob("q_docent*")
    )
    told = json.loads(record.read_text(encoding="utf-8"))
    names = [*told["printed"], *told["masked"]]
    cells = tmp_path / "cells.json"
    content = {"name": "x", "counts": dict.fromkeys(names, 1.0), "masked": names, "required": {},
               "relations": []}  # fmt: skip
    cells.write_text(json.dumps(content), encoding="utf-8")
    record.unlink()

    bound = make(asked_panel, replace(live, published=cells), request, language="en")

    assert bound.book.rows()["value"].isna().all()
    record.unlink(missing_ok=True)


# --- what is asked --------------------------------------------------------------------------------


def test_rows_of_a_breakdown_within_a_part_keep_to_that_part(asked_panel: ServiceContext) -> None:
    source = sources.live_source(asked_panel)
    request = replace(BY_SEX, banner=("r_route",), shows=Shows.ROW)

    (plan,) = plan_of(request, source.open().codebook)

    assert plan.stub == ("r_route",)
    assert plan.banner[0].variable == "e_meedoen"
    assert plan.base == "r_regime == 'wi2021'"


@pytest.mark.parametrize(
    ("request_", "fault"),
    [
        (TableRequest(waves=(2024,)), Fault.NO_STUB),
        (TableRequest(stub=("x",), waves=(2024,)), Fault.UNKNOWN),
        (replace(BY_SEX, waves=(2031,)), Fault.NO_WAVES),
        (replace(BY_SEX, banner=("sekse", "sekse")), Fault.TWICE),
        (replace(BY_SEX, banner=("d_nu",)), Fault.NO_BREAKDOWN),
        (replace(BY_SEX, stub=("d_nu",), shows=Shows.MEAN), Fault.NO_MEAN),
        (replace(BY_SEX, stub=("d_nu",), shows=Shows.ROW), Fault.NO_ROWS),
        (replace(BY_SEX, filters=(Filter("sekse", ()),)), Fault.NO_CODES),
        (replace(BY_SEX, filters=(Filter("leeftijd", ("1",)),)), Fault.NO_FILTER),
        (replace(BY_SEX, stub=("q_tempo",), banner=("h_mee",)), Fault.BLOCKS),
        (
            replace(BY_SEX, stub=("r_grp",), nets=(("asiel", "gezin", "overig", "onbekend"),)),
            Fault.NET_ALL,
        ),
    ],
)
def test_each_fault_is_told(
    asked_panel: ServiceContext, request_: TableRequest, fault: Fault
) -> None:
    source = sources.live_source(asked_panel)
    found = problems_of(request_, source.open().codebook, source.weights(), source.waves)

    assert fault in {one.fault for one in found}


def test_request_is_kept_and_read_back() -> None:
    request = TableRequest(
        stub=("a", "b"),
        banner=("c",),
        waves=(2024, 2025),
        shape=Shape.TRANSITION,
        filters=(Filter("f", ("1", "2")),),
        shows=Shows.TOTAL,
        nets=(("1", "2"), ("4",)),
        mean=True,
        interval=False,
        count_dk=True,
    )

    assert from_json(json.loads(json.dumps(to_json(request)))) == request


# --- plans ----------------------------------------------------------------------------------------


def test_plan_holds_no_number_and_its_yaml_fits_the_study(asked_panel: ServiceContext) -> None:
    plan = kept_plans.begin_plan(asked_panel, "  Mijn   plan ", BY_SEX, by="x@example.org")
    plan = kept_plans.keep_table(
        asked_panel,
        plan.id,
        replace(BY_SEX, nets=(("1", "2"),), filters=(Filter("r_regime", ("wi2021",)),)),
    )
    assert kept_plans.keep_table(asked_panel, plan.id, BY_SEX).tables == plan.tables
    book = study_codebook(asked_panel)

    text = kept_plans.yaml_of(plan, book)

    parsed = parse_plan(text, asked_panel.study / "tables" / "kept.yaml")
    assert [one.stub for one in parsed.tables] == [("e_meedoen",)] * 2
    assert not plan_problems(parsed, book, "kept.yaml")
    assert plan.name == "Mijn plan"
    kept_plans.delete_plan(asked_panel, plan.id)
    assert kept_plans.find_plan(asked_panel, plan.id) is None


def test_plan_that_changed_meanwhile_is_not_changed_again(asked_panel: ServiceContext) -> None:
    plan = kept_plans.begin_plan(asked_panel, "Twee", BY_SEX, by="x@example.org")
    kept_plans.keep_table(asked_panel, plan.id, replace(BY_SEX, banner=()))

    with pytest.raises(kept_plans.NoPlanError):
        kept_plans.drop_table(asked_panel, plan.id, 0, seen=plan.seen)
    kept_plans.delete_plan(asked_panel, plan.id)


def test_snapshot_of_a_small_study_is_taken_on_every_engine(ctx: ServiceContext) -> None:
    field_wave(ctx, kinds_bank())

    source = sources.live_source(ctx)

    assert source.waves == (2024,)
    assert (source.newer, source.saved_until) == (0, None)
    assert not source.may_be_taken_again
