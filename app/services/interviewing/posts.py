"""What a posted question page is: new, a repeat, or overtaken by another window."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from app.storage.interviews import InterviewState, find_operation


@dataclass(frozen=True, slots=True)
class Saved:
    """Which save wrote an answer."""

    revision: int
    op_id: str


@dataclass(frozen=True, slots=True)
class Post:
    """One posted question page; ``revision`` is that of the page it was typed on."""

    page_id: str
    op_id: str
    revision: int
    form: Mapping[str, Sequence[str]]
    language: str
    prompted: bool = False
    to_review: bool = False
    leaving: bool = False
    """Back, or stop for now: what was filled in is kept, and what is open stays open."""

    @property
    def digest(self) -> str:
        """Fingerprint of what was posted, so that a repeat can be told from an edit."""
        parts = [self.page_id, str(self.to_review)]
        for name in sorted(self.form):
            parts += [name, *self.form[name], ""]
        return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()


def find_repeat(
    connection: Connection, state: InterviewState, standing: Iterable[Saved], post: Post
) -> tuple[str, str | None]:
    """Return the id under which a post is saved, and where it led if it was saved before.

    The browser's own "back" brings a rendered page up again, and it is posted with other answers:
    the first are saved under the id of the page, later ones under ids of their own. A post is a
    repeat as long as no other answers from the same rendered page stand in its place.

    Parameters
    ----------
    standing
        The saves that wrote the present answers of the page.
    """
    first = find_operation(connection, state.interview_id, post.op_id)
    if first is None:
        return post.op_id, None
    own_id = f"{post.op_id}.{post.digest[:12]}"
    again = find_operation(connection, state.interview_id, own_id)
    past = first if first.digest == post.digest else again
    edits = [one.op_id for one in standing if _is_or_follows(one.op_id, post.op_id)]
    same = (post.op_id,) if past is first else ()
    if past is not None and all(one in same or _is_or_follows(one, own_id) for one in edits):
        return own_id, past.location
    return (own_id if again is None else f"{own_id}.{state.revision}"), None


def overtaken(state: InterviewState, standing: Iterable[Saved], post: Post) -> bool:
    """Tell whether another page wrote an answer of this one after this one was made."""
    # No page is newer than the interview: one that says so is not believed.
    revision = post.revision if post.revision <= state.revision else 0
    return any(
        one.revision > revision and not _is_or_follows(one.op_id, post.op_id) for one in standing
    )


def _is_or_follows(op_id: str, first: str) -> bool:
    return op_id == first or op_id.startswith(f"{first}.")
