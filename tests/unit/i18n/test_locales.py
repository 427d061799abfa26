from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.i18n.locales import (
    LocaleConfigurationError,
    language,
    language_sets,
    negotiate,
)

SIX = ("nl", "en", "ar", "tr", "ti", "fa")


def translations(
    folder: Path,
    *,
    catalogs: Sequence[str] = ("nl", "en"),
    supported: Sequence[str] = ("nl", "en"),
    fallback: str = "nl",
    broken: Sequence[str] = (),
) -> Path:
    """A folder of catalogs with one message; the broken ones lose its placeholder."""
    for code in catalogs:
        path = folder / code / "LC_MESSAGES" / "messages.po"
        path.parent.mkdir(parents=True)
        said = "Hallo %(nome)s" if code in broken else "Hallo %(name)s"
        path.write_text(
            'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
            f'#, python-format\nmsgid "Hello %(name)s"\nmsgstr "{said}"\n',
            encoding="utf-8",
        )
    listed = ", ".join(f'"{code}"' for code in supported)
    (folder / "locales.toml").write_text(
        f'source = "en"\nfallback = "{fallback}"\nsupported = [{listed}]\n'
    )
    return folder


@pytest.mark.parametrize(
    ("code", "name", "dir"),
    [
        ("nl", "Nederlands", "ltr"),
        ("en", "English", "ltr"),
        ("ar", "العربية", "rtl"),
        ("tr", "Türkçe", "ltr"),
        ("ti", "ትግርኛ", "ltr"),
        ("fa", "فارسی", "rtl"),
        ("fr", "Français", "ltr"),
    ],
)
def test_language_is_named_in_itself_and_knows_its_direction(
    code: str, name: str, dir: str
) -> None:
    assert (language(code).name, language(code).dir) == (name, dir)


def test_language_tag_is_that_of_html() -> None:
    assert language("zh_Hant").tag == "zh-Hant"


def test_language_sets_when_all_is_well_are_equal(tmp_path: Path) -> None:
    sets = language_sets(translations(tmp_path))

    assert sets.translated == sets.supported == sets.configured == sets.usable == ("nl", "en")
    assert sets.problems == ()


def test_language_sets_nest_when_each_set_is_smaller(tmp_path: Path) -> None:
    folder = translations(
        tmp_path, catalogs=["ar", "en", "nl", "tr"], supported=["nl", "en", "tr"], broken=["tr"]
    )

    sets = language_sets(folder, configured=["tr", "nl"])

    assert sets.translated == ("nl", "en", "tr", "ar")
    assert sets.supported == ("nl", "en", "tr")
    assert sets.configured == ("nl", "tr")
    assert sets.usable == ("nl",)
    assert [problem.partition(":")[0] for problem in sets.problems] == ["tr"]


def test_language_sets_when_they_do_not_nest_name_every_fault(tmp_path: Path) -> None:
    folder = translations(tmp_path, supported=["nl", "en", "ar"], fallback="ar")

    with pytest.raises(LocaleConfigurationError) as refused:
        language_sets(folder, configured=["nl", "fa"])

    assert refused.value.faults == (
        "locales.toml supports 'ar', which has no catalog",
        "'fa' is configured, but locales.toml does not support it",
        "the fallback language 'ar' is not usable",
    )


def test_language_sets_when_the_fallback_is_broken_say_where(tmp_path: Path) -> None:
    with pytest.raises(LocaleConfigurationError, match=r"messages\.po:6: .*placeholder") as refused:
        language_sets(translations(tmp_path, broken=["nl"]))

    assert "the fallback language 'nl' is not usable" in refused.value.faults


def test_language_sets_without_source_catalog_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LocaleConfigurationError, match="source language 'en' has no catalog"):
        language_sets(translations(tmp_path, catalogs=["nl"], supported=["nl"]))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("nl", "nl"),
        ("ar-SY,ar;q=0.9,en;q=0.8", "ar"),
        ("de-DE, en-GB;q=0.7, nl;q=0.3", "en"),
        ("en;q=0.2, tr;q=0.9", "tr"),
        ("EN-us", "en"),
        ("prs-AF", "fa"),
        ("ti-ER", "ti"),
        ("nl;q=0, en;q=0.1", "en"),
        ("so, ckb", None),
        ("*", None),
        ("", None),
        (None, None),
        ("nl;q=banana", None),
        ("nl;q=0", None),
        (",;,=;q", None),
        ("en" + ",x" * 100_000, "en"),
    ],
    ids=range(16),
)
def test_negotiate_finds_what_the_browser_likes_best(
    header: str | None, expected: str | None
) -> None:
    assert negotiate(header, SIX) == expected


@given(st.text())
def test_negotiate_never_fails_on_what_a_client_sends(header: str) -> None:
    assert negotiate(header, SIX) in (*SIX, None)
