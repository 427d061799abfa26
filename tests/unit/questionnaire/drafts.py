"""Studies with a mistake in them: written to disk from text, so that a line is a line."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from app.questionnaire.document import Problem
from app.questionnaire.model import Bank
from app.questionnaire.source import load_bank

STUDY = """\
id: draft
title: {en: "Draft"}
waves: [2024, 2025]
languages: [en]
missing:
  dk: {en: "I do not know"}
  ref: {en: "Prefer not to say"}
  skip: {en: "Skipped"}
  na_route: {en: "Not asked"}
  break_off: {en: "Not reached"}
concepts: {any: {en: "Any concept"}}
research_questions: {Q1: {en: "Why?"}}
indicators: {work: {en: "Work"}}
frame:
  - {var: fr_group, type: single, values: ["a", "b"]}
modules: [first]
"""

SCALES = """\
scales:
  - id: yesno
    kind: nominal
    options:
      - {code: "yes", en: "Yes"}
      - {code: "no", en: "No"}
  - id: confirm3
    kind: nominal
    options:
      - {code: "still_true", en: "Yes"}
      - {code: "changed", en: "It changed"}
      - {code: "never_true", en: "It was never right"}
"""

MODULE = """\
module: {id: NAME, title: {en: "Questions"}}
items:
"""

GLAD = """\
- {var: glad, block: core, type: single, text: {en: "Glad?"}, scale: yesno, concept: any}
"""
"""A question without a mistake, to be written before or after one that has one."""

CONFIRM = 'repeat: {policy: confirm, text: {en: "Still {prev}?"}}'
"""A repeat policy, among the keys of a question."""

HERE = "# here"
"""Marks the line at which a problem is expected."""


def write_draft(
    folder: Path,
    *,
    items: str = GLAD,
    study: str = STUDY,
    more_study: str = "",
    scales: str | bytes | None = SCALES,
    modules: dict[str, str | bytes] | None = None,
    files: dict[str, str | bytes] | None = None,
) -> Path:
    """Write a study; ``items`` are those of its first module, ``modules`` are whole files."""
    head = MODULE.replace("NAME", "first")
    texts: dict[str, str | bytes] = {
        "study.yaml": study + dedent(more_study),
        "modules/first.yaml": head + dedent(items),
    }
    if scales is not None:
        texts["scales.yaml"] = scales
    texts |= {f"modules/{name}.yaml": text for name, text in (modules or {}).items()}
    texts |= files or {}
    for name, text in texts.items():
        file = folder / "draft" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
    return folder / "draft"


def bank_from(folder: Path, **draft: str) -> Bank:
    """The bank of a draft without mistakes."""
    bank, problems = load_bank(write_draft(folder, **draft))
    assert problems == []
    assert bank is not None
    return bank


def problems_of(folder: Path, **draft) -> list[Problem]:
    """The problems of a draft, which then has no bank."""
    bank, problems = load_bank(write_draft(folder, **draft))
    assert (bank is None) == bool(problems)
    return problems


def found_in(folder: Path, **draft) -> list[str]:
    """The problems as ``file:line: message``, files named within the study."""
    prefix = f"{folder.name}/draft/"
    return [str(problem).removeprefix(prefix) for problem in problems_of(folder, **draft)]


def marked_lines(folder: Path) -> list[str]:
    """``file:line`` of every mark in a draft that was written to ``folder``."""
    study = folder / "draft"
    return [
        f"{file.relative_to(study)}:{number}"
        for file in sorted(study.rglob("*.yaml"))
        for number, line in enumerate(file.read_bytes().split(b"\n"), start=1)
        if HERE.encode() in line
    ]


def question(var: str, rest: str, *, type_: str = "single", text: str = "Really?") -> str:
    """One question on one marked line; ``rest`` are its other keys."""
    return (
        f'- {{var: {var}, block: core, type: {type_}, text: {{en: "{text}"}}, '
        f"concept: any, {rest}}}  {HERE}\n"
    )


def only_problem(message: str, folder: Path, **draft) -> None:
    """The draft has exactly one problem: this message, at the marked line."""
    found = found_in(folder, **draft)
    [place] = marked_lines(folder)

    assert found == [f"{place}: {message}"]
