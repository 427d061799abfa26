"""Every kind of fault that is planted in the real study is named, with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.services.content.readiness import Pieces, Readiness, gate
from tests.integration.gate.seeded import (
    INTERFACE_TEXTS,
    LESSER,
    QUESTIONS,
    STUDY,
    STUDY_FILES,
    TEXTS,
    Fault,
)

QUICK = Pieces(respondents=0)
FAULTS = [*TEXTS, *INTERFACE_TEXTS, *QUESTIONS, *STUDY_FILES, *LESSER]


def gate_of(copy: Path, pieces: Pieces = QUICK) -> Readiness:
    return gate(copy / STUDY, pieces=pieces, translations=copy / "translations")


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_planted_fault_is_named_with_its_line(fault: Fault, copy: Path) -> None:
    file, line = fault.plant(copy)

    ready = gate_of(copy)

    named = [one for one in ready.findings if fault.words in one.problem.message]
    places = [str(one.problem.place) for one in named]
    assert f"{file}:{line}" in places, [*map(str, ready.findings)][:8]
    here = [one for one in named if str(one.problem.place) == f"{file}:{line}"]
    assert [one.may_be_overridden for one in here] == [fault.may_be_overridden] * len(here)
