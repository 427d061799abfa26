"""Labels that fit: SPSS counts bytes, Stata letters, and neither says when it cuts."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
_ELLIPSIS = "…"


class Unit(StrEnum):
    """What a limit counts."""

    BYTES = "bytes"
    """Of UTF-8: an Arabic letter is two, an Ethiopic one three."""
    LETTERS = "letters"


def plain_line(text: str) -> str:
    """Make a text one line without control characters; direction marks stay."""
    return _CONTROLS.sub(" ", text).strip()


@dataclass
class Fitting:
    """Shortens labels to a package's limits and remembers what it shortened."""

    unit: Unit
    shortened: list[str] = field(default_factory=list)

    def fit(self, text: str, longest: int, of: str) -> str:
        """Give the text, or its beginning and an ellipsis, whole letters only.

        ``of`` is the entry in `shortened`, such as a variable's name.
        """
        text = plain_line(text)
        if self._length(text) <= longest:
            return text
        if of not in self.shortened:
            self.shortened.append(of)
        room = longest - self._length(_ELLIPSIS)
        if self.unit is Unit.BYTES:
            text = text.encode()[:room].decode(errors="ignore")
        return text[:room].rstrip() + _ELLIPSIS

    def _length(self, text: str) -> int:
        return len(text.encode()) if self.unit is Unit.BYTES else len(text)
