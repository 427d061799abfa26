"""The gate reads how long things are kept, and which questions are of a special category."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.content.readiness import Pieces, gate
from tests.integration.gate.seeded import STUDY


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "retention.yaml",
            "since: withdrawal",
            "since: wave",
            "contacts_of_withdrawn are counted from withdrawal",
        ),
        ("dpia.yaml", "v_gezond", "v_gezonder", "the study has no variable v_gezonder"),
    ],
)
def test_a_fault_in_terms_or_categories_is_named_with_its_line(
    copy: Path, file: str, old: str, new: str, told: str
) -> None:
    path = copy / STUDY / file
    text = path.read_text("utf-8")
    line = text.count("\n", 0, text.index(old)) + 1
    path.write_text(text.replace(old, new, 1), "utf-8")

    ready = gate(copy / STUDY, pieces=Pieces(respondents=0), translations=copy / "translations")

    found = [one for one in ready.findings if told in one.problem.message]
    assert [(one.problem.place.file, one.problem.place.line) for one in found] == [
        (f"surveys/perspectief/{file}", line)
    ]
    assert found[0].may_be_overridden
