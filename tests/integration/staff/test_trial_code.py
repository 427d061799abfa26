"""A code to try a synthetic wave with: of somebody invented who has not answered, or none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from app.panel.states import CaseStatus
from app.services.context import ServiceContext
from app.services.fieldwork.trial_code import open_trial_code
from app.services.interviewing.entrances import Entered, enter
from app.storage import models
from app.storage.types import table_of
from tests.builders import WAVE, Invited, field_wave, invite, kinds_bank


@pytest.fixture
def fielded(small_ctx: ServiceContext) -> ServiceContext:
    field_wave(small_ctx, kinds_bank())
    return small_ctx


def told(invited: Invited, **changes: Any) -> dict[str, Any]:
    one = {"case": invited.case_id.hex, "wave": WAVE, "code": invited.code, "language": "nl"}
    return one | {"status": "open"} | changes


def keep(ctx: ServiceContext, *codes: Mapping[str, Any]) -> None:
    assert ctx.settings.data_dir is not None
    text = json.dumps({"codes": list(codes)})
    (ctx.settings.data_dir / "demo.json").write_text(text, encoding="utf-8")


def set_status(ctx: ServiceContext, invited: Invited, status: CaseStatus) -> None:
    case = table_of(models.SurveyCase)
    with ctx.databases.research.write() as connection:
        connection.execute(case.update().where(case.c.id == invited.case_id).values(status=status))


def test_code_opens_the_questionnaire(fielded: ServiceContext) -> None:
    keep(fielded, told(invite(fielded)))

    found = open_trial_code(fielded, WAVE, language="nl")

    assert found is not None
    assert isinstance(enter(fielded, found.code, address="", language=None), Entered)


def test_case_that_answered_since_is_passed_over(fielded: ServiceContext) -> None:
    first, second = invite(fielded), invite(fielded)
    keep(fielded, told(first), told(second))
    set_status(fielded, first, CaseStatus.PARTIAL)

    found = open_trial_code(fielded, WAVE, language="nl")

    assert found is not None
    assert found.code == second.code


def test_case_in_the_language_of_the_page_goes_first(fielded: ServiceContext) -> None:
    dutch, english = invite(fielded), invite(fielded, language="en")
    keep(fielded, told(dutch), told(english, language="en"))

    found = open_trial_code(fielded, WAVE, language="en")

    assert found is not None
    assert (found.code, found.language) == (english.code, "en")


def test_no_code_when_all_have_answered(fielded: ServiceContext) -> None:
    only = invite(fielded)
    keep(fielded, told(only))
    set_status(fielded, only, CaseStatus.COMPLETE)

    assert open_trial_code(fielded, WAVE, language="nl") is None


def test_no_code_of_another_wave(fielded: ServiceContext) -> None:
    keep(fielded, told(invite(fielded), wave=2025))

    assert open_trial_code(fielded, WAVE, language="nl") is None


def test_no_code_of_a_real_study(fielded: ServiceContext) -> None:
    keep(fielded, told(invite(fielded)))
    real = replace(fielded, settings=replace(fielded.settings, synthetic=False))

    assert open_trial_code(real, WAVE, language="nl") is None


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"codes": 3}', '{"codes": ["x", {"wave": 2024, "status": "open"}]}', "\0"],
)
def test_damaged_file_gives_no_code(fielded: ServiceContext, text: str) -> None:
    assert fielded.settings.data_dir is not None
    (fielded.settings.data_dir / "demo.json").write_text(text, encoding="utf-8")

    assert open_trial_code(fielded, WAVE, language="nl") is None


def test_case_id_that_is_none_gives_no_code(fielded: ServiceContext) -> None:
    keep(fielded, told(invite(fielded), case="../../etc"))

    assert open_trial_code(fielded, WAVE, language="nl") is None
