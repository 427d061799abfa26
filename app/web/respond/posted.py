"""What was posted, fit to be shown again: bounded, and without what HTML forbids."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice
from uuid import UUID

from flask import request

from app.services.interviewing.interviews import REVIEW
from app.services.interviewing.posts import Post
from app.web import site

MOST_NAMES = 60
"""Far more inputs than any page of ours has; a flood of them is not sent back."""
MOST_VALUES = 60

Fields = Mapping[str, Sequence[str]]

_OWN_FIELDS = frozenset(
    {"op", "rev", "csrf_token", "prompted", "from", "language", "beside", "back", "stop"}
)
_LONGEST_OPERATION = 80
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


def typed_values(fields: Fields) -> dict[str, list[str]]:
    """Return what the person typed or ticked, without the hidden inputs and buttons."""
    return {name: list(values) for name, values in fields.items() if name not in _OWN_FIELDS}


def revision_of(fields: Fields) -> int | None:
    """Return the revision that a page was made from; ``None`` when it says none."""
    revision = _first(fields, "rev")
    return int(revision[:9]) if revision.isdecimal() else None


def belongs_to(fields: Fields, interview_id: UUID) -> bool:
    """Tell whether a page was made for an interview, by the id of its operation."""
    op_id = _first(fields, "op")[:_LONGEST_OPERATION]
    return site().tokens.belongs(op_id, interview_id.hex)


def read_post(page_id: str, fields: Fields, interview_id: UUID, language: str) -> Post | None:
    """Return a posted question page, or ``None`` when its hidden inputs are not ours."""
    revision = revision_of(fields)
    if revision is None or not belongs_to(fields, interview_id):
        return None
    return Post(
        page_id=page_id,
        op_id=_first(fields, "op"),
        revision=revision,
        form=typed_values(fields),
        language=language,
        prompted="prompted" in fields,
        to_review=_first(fields, "from") == REVIEW,
        leaving="back" in fields or "stop" in fields,
    )


def _first(fields: Fields, name: str) -> str:
    return next(iter(fields.get(name, ())), "")
