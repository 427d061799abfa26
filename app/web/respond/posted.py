"""What was posted, fit to be shown again: bounded, and without what HTML forbids."""

from __future__ import annotations

import re
from itertools import islice

from flask import request

MOST_NAMES = 60
"""Far more inputs than any page of ours has; a flood of them is not sent back."""
MOST_VALUES = 60

_PLANE = 0x10000
_NONCHARACTERS = "".join(
    chr(plane + last) for plane in range(0, 17 * _PLANE, _PLANE) for last in (0xFFFE, 0xFFFF)
)
_NOT_IN_HTML = re.compile(f"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef{_NONCHARACTERS}]")
"""Controls and noncharacters: no keyboard types them, and a page that holds one is not HTML."""


def posted_values() -> dict[str, list[str]]:
    """Return the values of each posted input, in the order of the page."""
    return {
        without_controls(name): [without_controls(value) for value in values[:MOST_VALUES]]
        for name, values in islice(request.form.lists(), MOST_NAMES)
    }


def posted_value(name: str, *, most: int) -> str:
    """Return the first value of an input, at most so many characters of it; empty without one."""
    return without_controls(request.form.get(name, "")[:most])


def without_controls(text: str) -> str:
    """Return a text as it may stand in a page."""
    return text if text.isprintable() else _NOT_IN_HTML.sub("", text)
