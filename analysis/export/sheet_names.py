"""Names of sheets that Excel takes, the same in every edition of a book."""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256

LONGEST = 31
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\[\]:*?/\\']+")
_RESERVED = frozenset({"history"})
_MARK = 4


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """Make names short, without forbidden characters, and different.

    A name that has to be cut ends in four digits of its hash, so it depends on itself alone and
    stays when other tables come or go. Only names that are equal after that are numbered.
    """
    taken: set[str] = set()
    names = []
    for text in wanted:
        name = _acceptable(text)
        candidate, k = name, 1
        while candidate.casefold() in taken:
            k += 1
            candidate = f"{_cut(name, LONGEST - len(f'~{k}'))}~{k}"
        taken.add(candidate.casefold())
        names.append(candidate)
    return names


def _acceptable(text: str) -> str:
    name = " ".join(_FORBIDDEN.sub("_", text).split()) or "Table"
    if name.casefold() in _RESERVED:
        name = f"{name}~"
    if _length(name) <= LONGEST:
        return name
    digits = sha256(text.encode(errors="replace")).hexdigest()[:_MARK]
    return f"{_cut(name, LONGEST - _MARK - 1)}~{digits}"


def _length(name: str) -> int:
    """Excel counts UTF-16 units."""
    return len(name.encode("utf-16-le")) // 2


def _cut(name: str, longest: int) -> str:
    return name.encode("utf-16-le")[: 2 * longest].decode("utf-16-le", errors="ignore").rstrip()
