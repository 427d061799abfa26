"""A small synthetic panel of the real study: enough people for weights, few enough to be quick."""

from __future__ import annotations

from app.services.bootstrap import STUDY
from app.services.content.study_calendar import read_wave_plan
from app.services.context import ServiceContext
from app.services.invented import demo
from tests.builders import real_bank

PEOPLE = 360
YEAR = 2024


def field_panel(ctx: ServiceContext) -> demo.Demo:
    """Draw a sample for wave 2024, let it answer, and leave the wave open."""
    return demo.prepare_demo(
        ctx,
        real_bank(),
        [read_wave_plan(STUDY, YEAR)],
        people=PEOPLE,
        seed=7,
        url="http://localhost:8000",
        progress=lambda *_: None,
    )
