"""A copy of the real study to plant faults in: two waves' worth of files, one catalog."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from app.services.bootstrap import STUDY
from app.services.content.instruments import TRANSLATIONS

LANGUAGES = "languages: [nl, en, ar]"
"""Of the copy: every further language is the same checks once more."""


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder with ``surveys/perspectief`` and ``translations``, asked in three languages."""
    shutil.copytree(STUDY, tmp_path / "surveys" / STUDY.name)
    for file in (tmp_path / "surveys" / STUDY.name / "waves").glob("*.yaml"):
        text = file.read_text("utf-8")
        file.write_text(re.sub(r"(?m)^languages: .*$", LANGUAGES, text), "utf-8")
    shutil.copytree(
        TRANSLATIONS,
        tmp_path / "translations",
        ignore=lambda folder, names: [one for one in names if one in ("tr", "ti", "fa")],
    )
    return tmp_path
