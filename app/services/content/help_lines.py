"""Who helps when a question touched somebody: ``help.yaml`` of a study."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from app.questionnaire.document import Document, Node, Problem, shown_in

FILE = "help.yaml"
_NAME = re.compile(r"[^\x00-\x1f<>]{2,60}")
_PHONE = re.compile(r"\+?[0-9][0-9 ]{1,18}[0-9]")
_URL = re.compile(r"https://[a-z0-9.-]{3,80}(/[A-Za-z0-9._~/-]{0,120})?")

logger = logging.getLogger(__name__)


class For(StrEnum):
    """What somebody is helped with; the site has words for each."""

    DOCTOR = "doctor"
    CRISIS = "crisis"
    VIOLENCE = "violence"
    DISCRIMINATION = "discrimination"
    LAW = "law"
    REFUGEES = "refugees"


@dataclass(frozen=True, slots=True)
class HelpLine:
    """One place to turn to."""

    purpose: For
    name: str
    phone: str | None = None
    """As people write it; ``None`` where there is no one number."""
    url: str | None = None

    @property
    def dialled(self) -> str:
        """The number without its spaces."""
        return (self.phone or "").replace(" ", "")


def read_help_lines(study: Path) -> tuple[tuple[HelpLine, ...], list[Problem]]:
    """Return the places a study names, in its order, or every problem of the file.

    No file, no places: not every study touches people.
    """
    file = study / FILE
    if not file.exists():
        return (), []
    problems: list[Problem] = []
    root = Document(file, shown_in(study, FILE), problems).root
    block = root.block(("lines",)) if root is not None else {}
    found: list[HelpLine] = []
    for node in block["lines"].items() if "lines" in block else ():
        line = _line(node)
        if line is not None and line.purpose in {one.purpose for one in found}:
            node.wrong(f"{line.purpose} stands twice")
        elif line is not None:
            found.append(line)
    return (() if problems else tuple(found)), problems


def check_help_lines(study: Path) -> list[Problem]:
    """Return what is wrong with the file, with file and line."""
    return read_help_lines(study)[1]


def help_lines(study: Path) -> tuple[HelpLine, ...]:
    """Return the places to show; none while the file is broken, which the check says."""
    file = study / FILE
    return _lines(study, file.stat().st_mtime_ns) if file.exists() else ()


@lru_cache(maxsize=4)
def _lines(study: Path, _changed: int) -> tuple[HelpLine, ...]:
    found, problems = read_help_lines(study)
    for one in problems:
        logger.error("places that help are not shown: %s", one)
    return found


def _line(node: Node) -> HelpLine | None:
    block = node.block(("for", "name"), ("phone", "url"))
    if not {"for", "name"} <= block.keys():
        return None
    given = {name: block[name].text(name) for name in ("name", "phone", "url") if name in block}
    for name, pattern in (("name", _NAME), ("phone", _PHONE), ("url", _URL)):
        if name in given and not pattern.fullmatch(given[name]):
            block[name].wrong(f"{name} is {block[name].found}, which cannot be one")
    purpose = For(block["for"].choice(list(For), "for"))
    return HelpLine(purpose, given["name"], given.get("phone"), given.get("url"))
