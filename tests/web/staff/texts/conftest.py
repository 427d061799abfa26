"""The staff site over a small study with an Arabic catalog: all drafts, one text not translated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.services.content import site_texts
from app.services.content.site_texts import SiteText
from app.services.context import ServiceContext
from tests.unit.i18n.small_study import (
    everything,
    refresh,
    translate,
    translations_in,
    write_study,
)


@pytest.fixture
def ctx(ctx: ServiceContext, tmp_path: Path) -> ServiceContext:
    folder = tmp_path / "program"
    write_study(folder, languages={2025: "nl, en, ar"})
    path = refresh(folder)
    translate(path, everything(path) | {"work": ""})
    (ctx.settings.data_dir or tmp_path).mkdir(exist_ok=True)
    shipped = translations_in(folder)
    (shipped / "locales.toml").write_text(
        (ctx.catalogs / "locales.toml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    return replace(ctx, study=folder / "surveys" / "small", catalogs=shipped)


@pytest.fixture
def text(ctx: ServiceContext):
    def named(name: str) -> SiteText:
        whole = site_texts.read_texts(ctx, "ar")
        return next(one for one in whole.texts if one.entry.context == name)

    return named
