"""A corrected questionnaire while people answer: who sees which, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.clock import FixedClock
from app.panel.states import WaveStatus
from app.questionnaire.model import Bank
from app.services.content.fielding import FinalFaultsError, publish_wave
from app.services.content.study_calendar import WavePlan
from app.services.context import ServiceContext
from app.services.fieldwork import waves
from app.storage.versions import latest_version
from tests.builders import context, kinds_bank

PLAN = WavePlan(2024, ("nl", "en"), date(2024, 1, 1), date(2024, 12, 31), ())


def opened(urls: tuple[str, str], clock: FixedClock) -> ServiceContext:
    ctx = context(urls, clock)
    publish_wave(ctx, kinds_bank(), PLAN, by="Ans")
    for status in (WaveStatus.CHECKED, WaveStatus.OPEN):
        waves.move_wave(ctx, 2024, status, by="Ans")
    return ctx


def corrected(**changes: object) -> Bank:
    """The bank with another question about work."""
    bank = kinds_bank()
    items = tuple(
        replace(one, **changes) if one.var == "k_werk" else one  # type: ignore[arg-type]
        for one in bank.items
    )
    return replace(bank, items=items)


def number(ctx: ServiceContext) -> int:
    with ctx.databases.research.read() as connection:
        version = latest_version(connection, 2024)
    assert version is not None
    return version.number


def test_better_words_are_published_in_mid_field(
    database_urls: tuple[str, str], clock: FixedClock
) -> None:
    ctx = opened(database_urls, clock)
    words = corrected(text={"nl": "Heeft u nu werk?", "en": "Do you have work now?"})

    version = publish_wave(ctx, words, PLAN, by="Bo")

    wave = waves.find_wave(ctx, 2024)
    assert wave is not None
    assert (wave.version_id, number(ctx)) == (version, 2)
    ctx.databases.close()


def test_option_that_somebody_may_have_chosen_is_not_taken_away_in_mid_field(
    database_urls: tuple[str, str], clock: FixedClock
) -> None:
    ctx = opened(database_urls, clock)
    work = next(one for one in kinds_bank().items if one.var == "k_werk")

    with pytest.raises(FinalFaultsError) as refused:
        publish_wave(ctx, corrected(options=work.options[:-1]), PLAN, by="Bo")

    (finding,) = refused.value.findings
    assert 'k_werk: option "anders" is gone' in str(finding)
    assert not finding.may_be_overridden
    assert number(ctx) == 1
    ctx.databases.close()


def test_before_the_field_anything_may_change(
    database_urls: tuple[str, str], clock: FixedClock
) -> None:
    ctx = context(database_urls, clock)
    publish_wave(ctx, kinds_bank(), PLAN, by="Ans")
    work = next(one for one in kinds_bank().items if one.var == "k_werk")

    publish_wave(ctx, corrected(options=work.options[:-1]), PLAN, by="Bo")

    assert number(ctx) == 2
    ctx.databases.close()
