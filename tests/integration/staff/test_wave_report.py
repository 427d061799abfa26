"""How a wave stands: every case counted once, and rates over those who are eligible."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.panel.dispositions import NOT_ELIGIBLE, REFUSAL
from app.panel.states import CaseStatus, Eligibility, Entry, WaveStatus
from app.services.context import ServiceContext
from app.services.response.monitoring import Response, WaveReport, wave_report, wave_states
from app.storage import cases
from tests.builders import WAVE, field_wave, kinds_bank

ASYLUM = {"fr_group": "asiel", "fr_act": "wi2021"}
FAMILY = {"fr_group": "gezin", "fr_act": "wi2013"}


def add_case(ctx: ServiceContext, **given: Any) -> None:
    person = cases.Person(created_at=ctx.clock.now(), synthetic=True)
    case = cases.Case(
        person_id=person.id,
        wave=WAVE,
        stratum="all",
        stratum_population=100,
        stratum_sample=10,
        base_weight=10.0,
        frame=ASYLUM,
        language="nl",
        created_at=ctx.clock.now(),
        synthetic=True,
    )
    with ctx.databases.research.write() as connection:
        cases.add_people(connection, [person])
        cases.add_cases(connection, [replace(case, **given)])


def add_by_open_link(ctx: ServiceContext, status: CaseStatus) -> None:
    add_case(
        ctx, entry=Entry.OPEN, status=status, frame={}, stratum=None, stratum_population=None,
        stratum_sample=None, base_weight=None,
    )  # fmt: skip


def report_of(ctx: ServiceContext) -> WaveReport:
    report = wave_report(ctx, WAVE)
    assert report is not None
    return report


@pytest.fixture
def fielded(ctx: ServiceContext) -> ServiceContext:
    field_wave(ctx, kinds_bank())
    return ctx


def test_every_case_counts_in_one_outcome(fielded: ServiceContext) -> None:
    add_case(fielded)
    add_case(fielded, status=CaseStatus.PARTIAL)
    add_case(fielded, status=CaseStatus.PARTIAL)
    for _ in range(3):
        add_case(fielded, status=CaseStatus.COMPLETE)
    add_case(fielded, status=CaseStatus.REFUSED)
    add_case(fielded, status=CaseStatus.SCREENED_OUT)

    total = report_of(fielded).state.total

    assert total == Response(sampled=8, open=1, partial=2, complete=3, refused=1, not_eligible=1)
    assert (total.rr1, total.rr2) == (3 / 7, 5 / 7)


def test_person_who_died_or_moved_abroad_is_not_in_the_rate(fielded: ServiceContext) -> None:
    add_case(fielded, status=CaseStatus.COMPLETE)
    add_case(fielded, eligible=Eligibility.NO, disposition=NOT_ELIGIBLE)

    total = report_of(fielded).state.total

    assert (total.open, total.not_eligible) == (0, 1)
    assert total.rr1 == 1


def test_refusal_of_an_earlier_wave_counts_as_refused(fielded: ServiceContext) -> None:
    add_case(fielded, disposition=REFUSAL)

    total = report_of(fielded).state.total

    assert (total.open, total.refused) == (0, 1)


def test_people_of_the_open_link_have_no_response_rate(fielded: ServiceContext) -> None:
    add_case(fielded)
    add_by_open_link(fielded, CaseStatus.COMPLETE)

    report = report_of(fielded)

    assert report.state.total.sampled == 1
    assert report.state.total.rr1 == 0
    assert report.state.open_link.complete == 1
    assert [row.response.sampled for row in report.by_group] == [1]


def test_rows_of_groups_and_of_languages_each_add_up_to_the_total(
    fielded: ServiceContext,
) -> None:
    add_case(fielded, status=CaseStatus.COMPLETE)
    add_case(fielded, frame=FAMILY, language="en", status=CaseStatus.COMPLETE)
    add_case(fielded, frame=FAMILY, language="ar")
    add_case(fielded, frame={})

    report = report_of(fielded)

    assert [row.codes for row in report.by_group] == [
        ("asiel", "wi2021"),
        ("gezin", "wi2013"),
        (None, None),
    ]
    assert [row.response.rr1 for row in report.by_group] == [1, 0.5, 0]
    assert [row.codes for row in report.by_language] == [("ar",), ("en",), ("nl",)]
    for rows in (report.by_group, report.by_language):
        assert sum(row.response.sampled for row in rows) == report.state.total.sampled == 4
        assert sum(row.response.complete for row in rows) == report.state.total.complete == 2


def test_wave_without_a_sample_has_no_rate(fielded: ServiceContext) -> None:
    (state,) = wave_states(fielded)

    assert state.total.sampled == 0
    assert state.total.rr1 is None
    assert state.total.rr2 is None


def test_unknown_wave_has_no_report(fielded: ServiceContext) -> None:
    assert wave_report(fielded, 1999) is None


def test_report_tells_what_happened_to_the_wave(fielded: ServiceContext) -> None:
    report = report_of(fielded)

    assert [one.to_status for one in report.history] == [
        WaveStatus.DRAFT,
        WaveStatus.CHECKED,
        WaveStatus.REHEARSED,
        WaveStatus.OPEN,
    ]
    assert report.version_number == 1
