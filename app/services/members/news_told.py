"""News about a person, as it is told: by file, by command or on a page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from app.messages.channels import Channel
from app.panel.states import PersonStatus


class What(StrEnum):
    """What can be told about a person, by file, command or page."""

    LETTER_RETURNED = "letter_returned"
    MAIL_BOUNCED = "mail_bounced"
    OPTED_OUT = "opted_out"
    """Of one channel; without one, of all."""
    OPTED_IN = "opted_in"
    """To one channel; without one, every refusal is taken back."""
    REFUSED_SOFT = "refused_soft"
    REFUSED_HARD = "refused_hard"
    REFUSAL_UNDONE = "refusal_undone"
    """The person never refused: it was written down by mistake. Who thinks better of a refusal
    is `OPTED_IN`."""
    TRACING_BEGUN = "tracing_begun"
    TRACED = "traced"
    UNTRACEABLE = "untraceable"
    ADDRESS_CHANGED = "address_changed"
    CONTACT_CHANGED = "contact_changed"
    ACTIVE = "active"
    PAUSED = "paused"
    FINISHED = "finished"
    DISPENSED = "dispensed"
    EXEMPT = "exempt"
    MOVED_ABROAD = "moved_abroad"
    DECEASED = "deceased"
    WITHDRAWN = "withdrawn"

    @property
    def state(self) -> PersonStatus | None:
        """The state a person comes in by this, if it is one."""
        return PersonStatus(self.value) if self.value in _STATES else None


_STATES = frozenset(PersonStatus) - {PersonStatus.ERASED}
ADDRESS = (
    "street", "house_number", "house_letter", "house_addition", "house_indication", "location",
    "postcode", "city", "country",
)  # fmt: skip
"""Fields that are replaced together: half an old address and half a new one is a third."""
WORD = re.compile(r"[a-z][a-z0-9_]{0,30}")
"""Who said so and why are words of ours: a record that is never changed holds no sentence."""
CHANGEABLE = (*ADDRESS, "name", "email", "phone",
              "second_name", "second_phone", "second_email")  # fmt: skip


@dataclass(frozen=True, slots=True)
class News:
    """One piece of news about one person."""

    person_id: UUID
    what: What
    channel: Channel | None = None
    wave: int | None = None
    """Of which wave it is; by default the one in the field, else the last there was. A state told
    after that one has closed is of no wave: who dies then belonged to its population."""
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    """New contact details, for a changed address, changed contact and a person traced."""
    told_by: str = ""
    """A word such as ``person``, ``post`` or ``register``; no name."""
    operation: str = ""
    """Id of the page that brought it: the same page sent again is known, whatever it says."""
    reason: str = ""
    """Of a refusal that is undone: a word such as ``typing_error`` or ``wrong_person``."""


def fault_of(news: News) -> str | None:
    """Return what is missing in a piece of news, or ``None``."""
    gives_details = news.what in (What.ADDRESS_CHANGED, What.CONTACT_CHANGED)
    if gives_details and not news.fields:
        return f"{news.what} without new contact details"
    if news.fields and not (gives_details or news.what is What.TRACED):
        return f"{news.what} cannot bring new contact details"
    if unknown := sorted(set(news.fields) - set(CHANGEABLE)):
        return f"unknown contact details: {', '.join(unknown)}"
    if news.told_by and not WORD.fullmatch(news.told_by):
        return "who said so is a word such as person, post or register"
    if news.channel is not None and news.what not in (What.OPTED_OUT, What.OPTED_IN):
        return f"{news.what} with a channel"
    undone = news.what is What.REFUSAL_UNDONE
    if undone and not WORD.fullmatch(news.reason):
        return f"{news.what} without a reason: a word such as typing_error or wrong_person"
    if news.reason and not undone:
        return f"{news.what} with a reason"
    return None
