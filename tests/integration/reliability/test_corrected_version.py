"""A corrected questionnaire is published while people answer: each finishes what they began."""

from __future__ import annotations

import csv
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.questionnaire.model import Bank
from app.robots.robot import Habits
from app.services.content.fielding import publish_wave
from app.services.content.study_calendar import read_wave_plan
from app.services.context import ServiceContext
from app.services.publication.exports import export_release
from app.storage.models import AnswerEvent, Interview
from app.storage.types import table_of
from tests.integration.reliability.agreement import assert_agreement
from tests.integration.reliability.conftest import WAVE, FieldMany
from tests.integration.reliability.crowd import let_answer
from tests.integration.reliability.gunicorn_server import running
from tests.journeys.fielding import bank

THINKING = Habits(think_s=0.2)
_interview, _event = table_of(Interview), table_of(AnswerEvent)


def with_better_words() -> Bank:
    """The bank with other words on the page that everybody sees first."""
    items = tuple(
        replace(one, text={code: f"{text} ✓" for code, text in one.text.items()})
        if one.var == "x_welkom"
        else one
        for one in bank().items
    )
    return replace(bank(), items=items)


def begun(ctx: ServiceContext) -> int:
    with ctx.databases.research.read() as connection:
        return connection.execute(select(func.count()).select_from(_interview)).scalar_one()


def correct_in_mid_field(field_many: FieldMany, out: Path, *, cases: int, robots: int) -> None:
    study = field_many(cases)
    ctx = study.ctx
    with ctx.databases.research.read() as connection:
        versions_before = set(connection.execute(select(_interview.c.version_id)).scalars())
    assert versions_before == set()
    with running(study.folder, study.urls) as server, ThreadPoolExecutor(1) as beside:
        answering = beside.submit(
            let_answer,
            ctx,
            server.url,
            study.invited,
            at_once=robots,
            enough=threading.Event(),
            habits=THINKING,
        )
        while begun(ctx) < robots and not answering.done():
            time.sleep(0.05)
        plan = read_wave_plan(ctx.study, WAVE)
        corrected = publish_wave(ctx, with_better_words(), plan, by="test")
        assert not answering.done(), "everybody was done before the correction"
        report = answering.result()
        assert "Traceback" not in server.log.read_text()

    assert_agreement(ctx, study.invited, report.outcomes)
    with ctx.databases.research.read() as connection:
        of_interview = {
            row.id: row.version_id
            for row in connection.execute(select(_interview.c.id, _interview.c.version_id))
        }
        answers = select(_event.c.interview_id, _event.c.version_id).distinct()
        told = {(row.interview_id, row.version_id) for row in connection.execute(answers)}
    used = list(of_interview.values())
    assert sum(one != corrected for one in used) >= robots
    assert used.count(corrected) > 0
    # Every answer was given to the version its interview began with, and to no other.
    assert told == {(one, of_interview[one]) for one, _ in told}
    export_release(ctx, [WAVE], out)
    with (out / "responses.csv").open(encoding="utf-8", newline="") as file:
        exported = [row["version"] for row in csv.DictReader(file)]
    assert sorted(exported) == sorted(used)
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert {one["id"] for one in manifest["instrument_versions"]} == set(used)


@pytest.mark.timeout(400)
def test_each_interview_finishes_on_the_version_it_began_with(
    field_many: FieldMany, tmp_path: Path
) -> None:
    correct_in_mid_field(field_many, tmp_path / "release", cases=48, robots=24)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_five_hundred_interviews_finish_on_theirs(field_many: FieldMany, tmp_path: Path) -> None:
    correct_in_mid_field(field_many, tmp_path / "release", cases=600, robots=500)
