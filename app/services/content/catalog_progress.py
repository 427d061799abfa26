"""How far the translations of a study are, kept until a file changes: reading takes a second."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from app.i18n.remarks import Standing
from app.services.content import translating


def catalog_progress(study: Path, translations: Path) -> Mapping[str, Counter[Standing]]:
    """Return how many texts of each translated language are how far; none where it has faults."""
    files = sorted([*study.rglob("*.yaml"), *translations.glob("*/LC_MESSAGES/*.po")])
    state = tuple((str(one), one.stat().st_mtime_ns) for one in files)
    return _progress(study, translations, state)


@lru_cache(maxsize=4)
def _progress(
    study: Path, translations: Path, _of: tuple[tuple[str, int], ...]
) -> Mapping[str, Counter[Standing]]:
    try:
        return translating.status(translating.desk_of(study, translations))
    except translating.TranslationFileError:
        return {}
