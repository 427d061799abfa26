"""What became of a message, and which news may change it.

A message is handed to a provider at most once. So it is written down that a call begins before it
begins: whoever finds a message in that state after the caller died does not know whether it went
out, says so, and does not send it again.
"""

from __future__ import annotations

from enum import StrEnum


class MessageStatus(StrEnum):
    """How far a message is; stored as these words."""

    DUE = "due"
    """Waits for its time and for a worker."""
    SENDING = "sending"
    """A worker holds the lease and calls the provider, or is about to."""
    SENT = "sent"
    """The provider took it; of a letter: handed to the printer or the post."""
    DELIVERED = "delivered"
    """The provider says that it arrived."""
    RETURNED = "returned"
    """It came back: a bounced e-mail, a letter returned to the sender."""
    REFUSED = "refused"
    """The provider will not take it, now or later."""
    UNKNOWN = "unknown"
    """Nobody knows whether it went out; a person or a report settles it, it is never resent."""
    CANCELLED = "cancelled"
    """Not sent, and not to be: the case ended, the person opted out, the mailing was stopped."""
    FAILED = "failed"
    """Given up after too many attempts that the provider certainly did not take."""


class Outcome(StrEnum):
    """What one call of a provider came to."""

    ACCEPTED = "accepted"
    RETRY = "retry"
    """Certainly not taken; later perhaps (SMTP 4yz before the end of the data, no connection)."""
    THROTTLED = "throttled"
    """Certainly not taken: too many at once. The whole channel slows down."""
    REFUSED = "refused"
    """Certainly not taken, and will not be (SMTP 5yz, no such number)."""
    DUPLICATE = "duplicate"
    """The provider had this reference already: it went out before."""
    UNKNOWN = "unknown"
    """The line broke after everything had been said."""


NEWS: dict[MessageStatus, frozenset[MessageStatus]] = {
    MessageStatus.DUE: frozenset(
        {
            MessageStatus.SENDING,
            MessageStatus.CANCELLED,
            # A letter is handed over without a call. And a provider may have said "not now", and
            # yet report that it went out: not again, then.
            MessageStatus.SENT,
            MessageStatus.DELIVERED,
            MessageStatus.RETURNED,
        }
    ),
    MessageStatus.SENDING: frozenset(
        {
            MessageStatus.DUE,
            MessageStatus.SENT,
            MessageStatus.REFUSED,
            MessageStatus.UNKNOWN,
            MessageStatus.FAILED,
            # Before the call: there turned out to be no address, or no words.
            MessageStatus.CANCELLED,
            # A report may overtake the answer of the provider.
            MessageStatus.DELIVERED,
            MessageStatus.RETURNED,
        }
    ),
    MessageStatus.UNKNOWN: frozenset(
        {MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.RETURNED, MessageStatus.FAILED}
    ),
    MessageStatus.SENT: frozenset({MessageStatus.DELIVERED, MessageStatus.RETURNED}),
    # Some providers report an arrival first and a bounce later.
    MessageStatus.DELIVERED: frozenset({MessageStatus.RETURNED}),
    MessageStatus.RETURNED: frozenset(),
    MessageStatus.REFUSED: frozenset(),
    MessageStatus.CANCELLED: frozenset(),
    MessageStatus.FAILED: frozenset(),
}


def may_become(status: MessageStatus, to: MessageStatus) -> bool:
    """Tell whether news is newer than what is known; old and repeated reports are not."""
    return to in NEWS[status]


class MailingStatus(StrEnum):
    """How far one step of a contact plan is."""

    PLANNED = "planned"
    WAITING = "waiting"
    """For the word of a second person."""
    RUNNING = "running"
    STOPPED = "stopped"


class Reach(StrEnum):
    """Whether a person can be reached by a channel."""

    OK = "ok"
    OPTED_OUT = "opted_out"
    UNDELIVERABLE = "undeliverable"


class PersonEventKind(StrEnum):
    """What happened to a person, whatever the wave."""

    ADDRESS_CHANGED = "address_changed"
    CONTACT_CHANGED = "contact_changed"
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"
    REFUSED_SOFT = "refused_soft"
    """Not now; a later wave may ask once more."""
    REFUSED_HARD = "refused_hard"
    """Never again."""
    REFUSAL_UNDONE = "refusal_undone"
    """No refusal: it was written down by mistake; the detail says why."""
    LETTER_RETURNED = "letter_returned"
    MAIL_BOUNCED = "mail_bounced"
    NUMBER_UNKNOWN = "number_unknown"
    """A gateway said that nobody has the telephone number."""
    TRACING_BEGUN = "tracing_begun"
    TRACED = "traced"
    UNTRACEABLE = "untraceable"
    STATUS = "status"
    """The state of the person changed; the detail says from what to what, and who said so."""
    CODE_ISSUED = "code_issued"
    CODE_REVOKED = "code_revoked"
    ASSISTED = "assisted"
