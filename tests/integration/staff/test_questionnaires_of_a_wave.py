"""What was published and what the files say: found by wave, and known apart by their hash."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from app.questionnaire.texts import texts_of
from app.services.content.fielding import publish_wave
from app.services.content.questionnaires import (
    DRAFT,
    edition_before,
    edition_of,
    other_waves,
    shelf_of,
)
from app.services.content.side_by_side import texts_of_item
from app.services.content.study_calendar import WavePlan
from app.services.context import ServiceContext
from app.storage.versions import list_versions
from tests.builders import KINDS, field_wave, kinds_bank, real_bank


def test_published_versions_are_listed_the_last_first(ctx: ServiceContext) -> None:
    bank = kinds_bank()
    version = field_wave(ctx, bank)
    title = {code: f"{words} (2)" for code, words in bank.title.items()}
    plan = WavePlan(2024, bank.languages, ctx.clock.now().date(), ctx.clock.now().date(), ())
    second = publish_wave(ctx, replace(bank, title=title), plan, by="Ans")
    with ctx.databases.research.read() as connection:
        found = list_versions(connection, 2024)
        assert list_versions(connection, 2023) == []

    assert [(one.number, one.id, one.published_by) for one in found] == [
        (2, second, "Ans"),
        (1, version, "test"),
    ]
    shelf = shelf_of(ctx, 2024)
    assert shelf is not None
    assert shelf.in_field == found[0]


def test_draft_that_says_the_same_is_the_version_in_use(small_ctx: ServiceContext) -> None:
    version = field_wave(small_ctx, kinds_bank())
    shelf = shelf_of(small_ctx, 2024)

    assert shelf is not None
    assert (shelf.draft_version, shelf.draft_is_new) == (version, False)
    fielded, named = edition_of(small_ctx, 2024), edition_of(small_ctx, 2024, "1")
    assert fielded == named
    draft = edition_of(small_ctx, 2024, DRAFT)
    assert draft is not None
    assert (draft.version_id, draft.note) == (version, None)


def test_changed_file_is_read_again(small_ctx: ServiceContext, tmp_path: Path) -> None:
    copy = tmp_path / "surveys" / "kinds"
    shutil.copytree(KINDS, copy)
    ctx = replace(small_ctx, study=copy)
    before = shelf_of(ctx, 2024)
    file = copy / "modules" / "kinds.yaml"
    file.write_text(file.read_text("utf-8").replace("Heeft u werk?", "Hebt u nu werk?"), "utf-8")
    after = shelf_of(ctx, 2024)

    assert before is not None
    assert after is not None
    assert before.draft_version != after.draft_version
    edition = edition_of(ctx, 2024, DRAFT)
    assert edition is not None
    assert edition.instrument.item_by_var["k_werk"].text["nl"] == "Hebt u nu werk?"


def test_file_that_cannot_be_read_is_told_and_hides_no_version(
    small_ctx: ServiceContext, tmp_path: Path
) -> None:
    field_wave(small_ctx, kinds_bank())
    copy = tmp_path / "surveys" / "kinds"
    shutil.copytree(KINDS, copy)
    (copy / "modules" / "kinds.yaml").write_text("items: [", "utf-8")
    ctx = replace(small_ctx, study=copy)
    shelf = shelf_of(ctx, 2024)

    assert shelf is not None
    assert shelf.draft_version is None
    assert shelf.draft_problems
    assert shelf.draft_problems[0].place.file.endswith("kinds.yaml")
    assert edition_of(ctx, 2024) is not None
    assert edition_of(ctx, 2024, DRAFT) is None


def test_wave_nobody_knows_has_no_shelf(small_ctx: ServiceContext) -> None:
    assert shelf_of(small_ctx, 2031) is None
    assert edition_of(small_ctx, 2031) is None
    assert edition_of(small_ctx, 2024, "9") is None
    assert edition_of(small_ctx, 2024, "x") is None


def test_waves_beside_one_are_found_in_the_files(small_ctx: ServiceContext) -> None:
    before = edition_before(small_ctx, 2024)

    assert before is not None
    assert before.year == 2023
    assert edition_before(small_ctx, 2023) is None
    assert list(other_waves(small_ctx, 2024)) == [2023]


def test_texts_side_by_side_bear_the_names_that_translators_know() -> None:
    bank = real_bank()
    known = {one.context for one in texts_of(bank)}
    for item in bank.items:
        assert {one.context for one in texts_of_item(item)} <= known, item.var
