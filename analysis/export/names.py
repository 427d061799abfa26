"""Variable names that SPSS and Stata accept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SPSS_RESERVED = frozenset(
    ("all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with")
)
_STATA_RESERVED = frozenset(
    ("byte", "double", "float", "if", "in", "int", "long", "strl", "using", "with")
)


@dataclass(frozen=True)
class NameRules:
    """What a package takes as a name: ASCII letters, digits and underscores, a letter first.

    Both packages take more; every other program reads a name made so.
    """

    longest: int
    reserved: frozenset[str]

    def allows(self, name: str) -> bool:
        """Tell whether a name can stay as it is."""
        return (
            re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name, re.ASCII) is not None
            and len(name) <= self.longest
            and not name.endswith("_")
            and name.casefold() not in self.reserved
            and not re.fullmatch(r"str[0-9]+", name)
        )


SPSS = NameRules(64, _SPSS_RESERVED)
STATA = NameRules(32, _STATA_RESERVED)


def accepted_names(wanted: Sequence[tuple[str, str]], rules: NameRules) -> list[str]:
    """Give a name to each column, all different also when capitals do not count.

    Parameters
    ----------
    wanted : sequence of pairs
        The name in ``responses.csv``, and a shorter one to fall back on (the option's frozen number
        instead of its code).
    """
    taken = {first.casefold() for first, _ in wanted if rules.allows(first)}
    used: set[str] = set()
    names = []
    for first, second in wanted:
        name = first
        if not rules.allows(first) or first.casefold() in used:
            name = _free(second, rules, taken | used)
        used.add(name.casefold())
        names.append(name)
    return names


def _free(wish: str, rules: NameRules, taken: set[str]) -> str:
    base = re.sub(r"[^A-Za-z0-9_]", "_", wish, flags=re.ASCII).strip("_")
    if not re.match(r"[A-Za-z]", base):
        base = f"v_{base}".rstrip("_")
    candidate, k = base[: rules.longest].rstrip("_"), 1
    while not rules.allows(candidate) or candidate.casefold() in taken:
        k += 1
        candidate = f"{base[: rules.longest - len(str(k)) - 1].rstrip('_')}_{k}"
    return candidate
