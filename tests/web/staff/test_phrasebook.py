"""What checks of files and rehearsals say in English is said in Dutch on Dutch pages, all of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.panel.sample_file_columns import _ASKED
from app.panel.sample_file_rows import _HIDDEN_ROW
from app.web.staff.phrasebook import Phrasebook
from app.web.staff.waves.register_phrases import REGISTER
from app.web.staff.waves.rehearsal_phrases import REHEARSAL

ROOT = Path(__file__).parents[3] / "app"
REGISTER_MODULES = [
    *sorted((ROOT / "panel").glob("sample_file*.py")),
    ROOT / "services" / "fieldwork" / "frame.py",
]
SAYS = {"CellError": 0, "SampleFileError": 0, "_fault": 1, "Fault": 2, "HeaderFault": 1}
"""Calls that tell what was found, and which of their arguments are words."""
EXPECTS = {"one_of": 1, "_fitting": 1}


def words_in(module: Path) -> Iterator[str]:
    """Every text that a module may say; a value in it stands as ``7``."""
    for call in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name | ast.Attribute):
            name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr
            first = {**SAYS, **EXPECTS}.get(name)
            if first is not None:
                yield from (text for one in call.args[first:] for text in texts_of(one))


def texts_of(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)) if text:
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(str(one.value) if isinstance(one, ast.Constant) else "7" for one in parts)
        case ast.IfExp(body=one, orelse=other):
            yield from (*texts_of(one), *texts_of(other))


@pytest.mark.parametrize("module", REGISTER_MODULES, ids=lambda one: one.stem)
def test_everything_that_is_said_of_a_register_file_is_said_in_dutch(module: Path) -> None:
    said = set(words_in(module)) | {_ASKED, _HIDDEN_ROW, "no house number"}

    assert sorted(one for one in said if not REGISTER.knows(one)) == []


def test_a_rehearsal_says_in_dutch_what_it_found() -> None:
    module = ROOT / "services" / "messaging" / "rehearsal_blockers.py"
    tree = ast.parse(module.read_text(encoding="utf-8"))
    said = {
        text
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for text in texts_of(node)
        if " " in text and not text.endswith("of 7 (7)")
    }
    assert len(said) >= 15
    # Two are put together of a beginning and an end.
    whole = {one for one in said if REHEARSAL.knows(one)}
    beginnings = {"step 7 was sent to 7, or is due, and is gone from the plan",
                  "7 people are to be written to in 7"}  # fmt: skip
    ends = {"7: give it back its name", "7, in which the wave is not asked", "7: 7",
            "7: 7 cannot be reached by 7"}  # fmt: skip
    assert said - whole <= beginnings | ends
    for one in (
        "step letter_1 was sent to 12, or is due, and is gone from the plan: give it back its name",
        "12 people are to be written to in so, in which the wave is not asked",
        "letter_1: 12 of 40 (30%) cannot be reached by letter",
        "nobody was drawn for wave 2025",
        "synthetic people: the sender may be an example",
    ):
        assert REHEARSAL.knows(one)


def test_gaps_are_filled_and_unknown_words_are_marked_as_english() -> None:
    def dutch(message: str, **gaps: str) -> str:
        known = {"at most %(most)s": "hoogstens %(most)s", "other words": "andere woorden"}
        return known[message] % gaps

    book = Phrasebook(lambda _: (_("at most %(most)s", most="{most}"), _("other words")))

    assert book.say(dutch, "at most {5}") == "hoogstens {5}"
    assert book.say(dutch, "other words") == "andere woorden"
    assert book.say(dutch, "<b>") == '<span lang="en">&lt;b&gt;</span>'
