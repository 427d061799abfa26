"""What the program says in English to whoever works by command, in the language of a page.

Checks of files and plans tell what they found in words of their own, for the command line and for
reports. A page knows these words and their gaps, says them in its language, and shows what it does
not know as it is, marked as English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from app.web.respond.words import Translate
from app.web.staff.view import Words, in_english


class Phrasebook:
    """Lines as a function of the language; a gap is a value in braces, such as ``{count}``."""

    def __init__(self, lines: Callable[[Translate], Sequence[str]]) -> None:
        self._lines = lines
        written = list(lines(_as_written))
        self._whole = {line: at for at, line in enumerate(written)}
        self._gapped = {at: _pattern(line) for at, line in enumerate(written) if "{" in line}

    def knows(self, words: str) -> bool:
        """Tell whether some English words are a line of the book."""
        return self._find(words) is not None

    def say(self, _: Translate, words: str) -> Words:
        """Return English words in the language of ``_``, or marked as English."""
        found = self._find(words)
        if found is None:
            return in_english(words)
        at, gaps = found
        parts = re.split(r"\{(\w+)\}", self._lines(_)[at])
        # Filled part by part: what stands in a gap may itself have braces.
        return "".join(gaps[one] if n % 2 else one for n, one in enumerate(parts))

    def _find(self, words: str) -> tuple[int, dict[str, str]] | None:
        if words in self._whole:
            return self._whole[words], {}
        for at, pattern in self._gapped.items():
            if found := pattern.fullmatch(words):
                return at, found.groupdict()
        return None


def _as_written(message: str, **gaps: str) -> str:
    return message % gaps


def _pattern(line: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", line)
    return re.compile(
        "".join(f"(?P<{one}>.+?)" if n % 2 else re.escape(one) for n, one in enumerate(parts)),
        re.DOTALL,
    )
