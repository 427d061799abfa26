"""Where each text of a study stands: the line of its words, not only of its question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from app.questionnaire.model import Bank, Place
from app.questionnaire.texts import BankText

_SHOWN = 30
"""Characters of a text that are looked for: longer ones go on on the next line."""


def text_places(bank: Bank, folder: Path, texts: Iterable[BankText]) -> dict[str, Place]:
    """Return the place of every text by its name.

    A text is looked for from the line of its question on, as it is written in the first language;
    one that is folded or escaped beyond recognition stands with its question.
    """
    owners = owners_of(bank)
    lines: dict[str, list[str]] = {}
    found: dict[str, Place] = {}
    for one in texts:
        name = str(Path(*folder.parts[-2:]) / one.file)
        if one.file not in lines:
            lines[one.file] = _lines_of(folder / one.file)
        owner = owners.get(one.context) or owners.get(one.context.partition("|")[0])
        start = owner.line if owner is not None and owner.file == name else 1
        if one.context.startswith("scale "):
            start = _line_of_scale(lines[one.file], one.context)
        at = _line_of(lines[one.file], start, one.text[bank.languages[0]])
        found[one.context] = Place(name, at or start)
    return found


def owners_of(bank: Bank) -> Mapping[str, Place]:
    """Return the place of what texts belong to: questions, statements, endings."""
    found = {item.var: item.place for item in bank.items}
    found |= {one.var: one.place for item in bank.items for one in item.statements}
    found |= {f"{one.after}|ending when {one.when.source}": one.place for one in bank.terminations}
    return found


def _lines_of(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _line_of(lines: Sequence[str], start: int, text: str) -> int | None:
    """Return the first line from ``start`` on that holds the text, whole where that is there."""
    first = text.strip().splitlines()[0] if text.strip() else ""
    for wanted in (f'"{text}"', f"'{text}'", first[:_SHOWN]):
        for number, line in enumerate(lines[start - 1 :], start=start):
            if wanted and wanted in line:
                return number
    return None


def _line_of_scale(lines: Sequence[str], context: str) -> int:
    name = re.escape(context.removeprefix("scale ").partition("|")[0])
    head = re.compile(rf"\s*-?\s*\{{?\s*id:\s*[\"']?{name}\b")
    return next((at for at, line in enumerate(lines, start=1) if head.match(line)), 1)
