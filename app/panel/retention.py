"""How long personal data are kept: ``retention.yaml`` of a study, and when each is due to go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from app.questionnaire.document import Document, Node, Problem, shown_in
from app.questionnaire.model import Place

FILE = "retention.yaml"


class Kept(StrEnum):
    """What is kept of people, each with a time of its own."""

    CONTACTS = "contacts"
    """Names, addresses, numbers and all answers about contact: the key of each person."""
    CONTACTS_OF_WITHDRAWN = "contacts_of_withdrawn"
    """The same, of people who take part no longer."""
    PRINTABLE_CODES = "printable_codes"
    """The copy of a code that letters are printed from."""
    ACCESS_CODES = "access_codes"
    """The sealed codes, which open the pages of a person."""
    SOURCE_MARKS = "source_marks"
    """Keyed hashes of network addresses that find the same sender again, of open links."""
    PRINT_FILES = "print_files"
    REHEARSAL_SAMPLES = "rehearsal_samples"
    MESSAGE_DETAILS = "message_details"
    """What providers called a message and said about it; that it was sent is kept."""
    STAFF_SESSIONS = "staff_sessions"
    MISSES = "misses"
    """Counts of wrong codes and passwords, under a hash of where they came from."""


class Since(StrEnum):
    """From when the time is counted."""

    LAST_WAVE = "last_wave"
    """The day the last wave of the study closed."""
    WAVE = "wave"
    """The day the wave closed."""
    WITHDRAWAL = "withdrawal"
    HANDED_OVER = "handed_over"
    END = "end"
    """When it came to an end by itself: a session, an hour of counting."""


MEASURED: dict[Kept, Since] = {
    Kept.CONTACTS: Since.LAST_WAVE,
    Kept.CONTACTS_OF_WITHDRAWN: Since.WITHDRAWAL,
    Kept.PRINTABLE_CODES: Since.WAVE,
    Kept.ACCESS_CODES: Since.LAST_WAVE,
    Kept.SOURCE_MARKS: Since.WAVE,
    Kept.PRINT_FILES: Since.HANDED_OVER,
    Kept.REHEARSAL_SAMPLES: Since.WAVE,
    Kept.MESSAGE_DETAILS: Since.WAVE,
    Kept.STAFF_SESSIONS: Since.END,
    Kept.MISSES: Since.END,
}
"""Each is counted from one thing only: another in the file is a mistake."""
_LONGEST_DAYS = 3_660


@dataclass(frozen=True, slots=True)
class Term:
    """How long one thing is kept, and on what ground."""

    kept: Kept
    since: Since
    days: int
    why: str
    """The ground, with its source, in the words of whoever decided."""
    place: Place

    def over_on(self, since: date) -> date:
        """Return the first day on which it has to be gone."""
        return since + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """All terms of a study."""

    terms: tuple[Term, ...]

    def term(self, kept: Kept) -> Term:
        """Return the term of one thing; a policy has them all."""
        return next(one for one in self.terms if one.kept is kept)


def read_retention(study: Path) -> tuple[RetentionPolicy | None, list[Problem]]:
    """Return the policy of a study, or every problem of its file, with its line.

    ``None`` without a problem for a study that has no such file: it keeps everything.
    """
    problems: list[Problem] = []
    if not (study / FILE).exists():
        return None, []
    root = Document(study / FILE, shown_in(study, FILE), problems).root
    block = root.block(("retention",)) if root is not None else {}
    terms: dict[Kept, Term] = {}
    for node in block["retention"].items() if "retention" in block else ():
        term = _term(node)
        if term is not None and term.kept in terms:
            node.wrong(f"{term.kept} stands twice")
        elif term is not None:
            terms[term.kept] = term
    if root is not None and not problems:
        for one in Kept:
            if one not in terms:
                root.wrong(f"says not how long {one} are kept")
    return (None, problems) if problems else (RetentionPolicy(tuple(terms.values())), [])


def _term(node: Node) -> Term | None:
    block = node.block(("keep", "since", "days", "why"))
    if len(block) != 4:
        return None
    kept = Kept(block["keep"].choice([one.value for one in Kept], "keep"))
    since = Since(block["since"].choice([one.value for one in Since], "since"))
    days = block["days"].whole("days")
    if since is not MEASURED[kept]:
        block["since"].wrong(f"{kept} are counted from {MEASURED[kept]}")
    if not 0 <= days <= _LONGEST_DAYS:
        block["days"].wrong(f"days is {days}, expected 0 to {_LONGEST_DAYS}")
    return Term(kept, since, days, block["why"].some_text("why"), node.place)
