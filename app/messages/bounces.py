"""Mail that came back: reports of delivery (RFC 3464), answers of machines, and everything else.

Anybody can send mail to a return path. So a report counts only for a message whose own signed name
stands in it, nothing else of it is believed but the status, and no word of it is kept.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import Message
from email.parser import BytesParser
from enum import StrEnum
from uuid import UUID

from app.messages.references import returned_references

LONGEST = 1_000_000
"""Bytes that are read; a report quotes a message, and ours are small."""
MOST_PARTS = 50
_RECIPIENT_HEADERS = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-rcpt-to",
    "to",
)
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
_REPLY = re.compile(r"(?<![\d.])([45])(\d\d)(?:[ -]|$)")
_NEVER_FAILED = frozenset({"delivered", "relayed", "expanded"})
_ROBOTS = re.compile(r"mailer-daemon|postmaster|mail delivery (sub)?system", re.IGNORECASE)


class BounceKind(StrEnum):
    """What a piece of returned mail says."""

    HARD = "hard"
    """There is no such address, and will not be."""
    SOFT = "soft"
    """Not this time: full, busy, or somebody's rules against us."""
    DELAYED = "delayed"
    """They still try."""
    DELIVERED = "delivered"
    COMPLAINT = "complaint"
    """The person told their provider that this is unwanted (RFC 5965)."""
    AUTOMATIC = "automatic"
    """A machine answers, such as "I am on holiday" (RFC 3834)."""
    OTHER = "other"
    """Written by a person, or not to be understood: somebody should look at it."""


@dataclass(frozen=True, slots=True)
class Bounce:
    """What came back, of which message."""

    kind: BounceKind
    reference: UUID | None = None
    status: str | None = None
    """Such as ``5.1.1`` (RFC 3463)."""


def read_bounce(mail: bytes, key: bytes) -> Bounce:
    """Return what a piece of returned mail says; it may be anything, and this never raises."""
    try:
        parsed = BytesParser(policy=policy.compat32).parsebytes(mail[:LONGEST])
        kind, status = _verdict(parsed)
        return Bounce(kind, _reference(parsed, mail[:LONGEST], key), status)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Bounce(BounceKind.OTHER)


def _reference(mail: Message, whole: bytes, key: bytes) -> UUID | None:
    """The message it is about: where it was sent to, else the one return path quoted in it."""
    for name in _RECIPIENT_HEADERS:
        headers = " ".join(map(str, mail.get_all(name, [])))
        if found := returned_references(headers, key):
            return found[0] if len(found) == 1 else None
    found = returned_references(whole.decode("latin-1"), key)
    return found[0] if len(found) == 1 else None


def _verdict(mail: Message) -> tuple[BounceKind, str | None]:
    reported = _report_type(mail)
    if reported == "feedback-report":
        return BounceKind.COMPLAINT, None
    if reported == "disposition-notification":
        return BounceKind.AUTOMATIC, None
    recipients = list(_recipients(mail))
    if recipients:
        return _worst(recipients)
    if failed := str(mail.get("x-failed-recipients", "")).strip():
        # Exim: a report in prose, with this header as its mark.
        return _by_words(_text_of(mail)) if failed else (BounceKind.OTHER, None)
    if _is_from_a_mail_server(mail):
        return _by_words(_text_of(mail))
    if _is_automatic(mail):
        return BounceKind.AUTOMATIC, None
    return BounceKind.OTHER, None


def _report_type(mail: Message) -> str:
    if mail.get_content_type() != "multipart/report":
        return ""
    return str(mail.get_param("report-type", "") or "").lower()


def _parts(mail: Message) -> Iterator[Message]:
    for number, part in enumerate(mail.walk()):
        if number == MOST_PARTS:
            return
        yield part


def _recipients(mail: Message) -> Iterator[tuple[str, str]]:
    """Action and status of each recipient that a report names."""
    for part in _parts(mail):
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            for block in _blocks(part):
                action = str(block.get("action", "")).strip().lower()
                status = _STATUS.search(str(block.get("status", "")))
                if action or status:
                    yield action, _finer(status, str(block.get("diagnostic-code", "")))
            # The reports quoted inside a report are somebody else's.
            return


def _blocks(part: Message) -> list[Message]:
    """The groups of fields of a report, however it was sent: some send it in base64."""
    payload = part.get_payload()
    raw = (
        b"\n\n".join(one.as_bytes() for one in payload if isinstance(one, Message))
        if isinstance(payload, list)
        else str(payload).encode("latin-1", "replace")
    )
    if str(part.get("content-transfer-encoding", "")).strip().lower() == "base64":
        raw = base64.b64decode(raw)
    groups = re.split(rb"(?:\r?\n){2,}", raw.strip())
    return [BytesParser(policy=policy.compat32).parsebytes(group) for group in groups[:MOST_PARTS]]


def _finer(status: re.Match[str] | None, said: str) -> str:
    """The status, whole or its class only; where it says nothing the other server's reply may."""
    reply = _STATUS.search(said)
    vague = status is None or status[2] == status[3] == "0"
    if vague and reply is not None and (status is None or reply[1] == status[1]):
        return reply[0]
    if status is not None:
        return status[0]
    bare = _REPLY.search(said)
    return bare[1] if bare is not None else ""


def _worst(recipients: list[tuple[str, str]]) -> tuple[BounceKind, str | None]:
    """What became of the message; one of its recipients may be a list with more behind it."""
    order = [BounceKind.HARD, BounceKind.SOFT, BounceKind.DELAYED, BounceKind.DELIVERED]
    verdicts = [(_kind(*one), one[1] if "." in one[1] else None) for one in recipients]
    if any(kind is BounceKind.DELIVERED for kind, _ in verdicts):
        # It reached somebody by this address: the address is good.
        return BounceKind.DELIVERED, None
    known = [one for one in verdicts if one[0] in order]
    if not known:
        return BounceKind.OTHER, None
    return min(known, key=lambda one: order.index(one[0]))


def _kind(action: str, status: str) -> BounceKind:
    if action in _NEVER_FAILED:
        return BounceKind.DELIVERED
    if action == "delayed":
        return BounceKind.DELAYED
    if action not in ("failed", ""):
        return BounceKind.OTHER
    if status.startswith("5"):
        return BounceKind.SOFT if passes(status) else BounceKind.HARD
    if status.startswith("4"):
        return BounceKind.SOFT
    return BounceKind.OTHER


def passes(status: str) -> bool:
    """Tell whether a failure says nothing against the address, though it was called permanent.

    A full mailbox is emptied (5.2.2, 5.3.1), a server comes back (5.4.7). What is too large, badly
    formed or not wanted from us (5.2.3, 5.3.4, 5.6, 5.7) is our fault; it would otherwise lose
    everybody at one provider on the day that our server stands on a list.
    """
    named = ("5.2.2", "5.2.3", "5.3.1", "5.3.4", "5.4.7")
    return status in named or status.startswith(("5.6.", "5.7."))


def _is_from_a_mail_server(mail: Message) -> bool:
    nobody = str(mail.get("return-path", "")).strip() == "<>"
    return bool(_ROBOTS.search(str(mail.get("from", "")))) and (
        nobody or "mail" in str(mail.get("subject", "")).lower() or _is_automatic(mail)
    )


def _is_automatic(mail: Message) -> bool:
    said = str(mail.get("auto-submitted", "no")).strip().lower()
    if said and not said.startswith("no"):
        return True
    if any(mail.get(name) for name in ("x-autoreply", "x-autorespond", "x-autoresponder")):
        return True
    precedence = str(mail.get("precedence", "")).strip().lower()
    return precedence in ("auto_reply", "bulk", "junk")


def _text_of(mail: Message) -> str:
    """The words of a report before what it quotes."""
    for part in _parts(mail):
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            words = payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
            # What follows is our own message.
            return re.split(r"(?im)^(?:return-path:|-{3,}.*copy of)", words)[0][:20_000]
    return ""


def _by_words(words: str) -> tuple[BounceKind, str | None]:
    """The verdict of a report in prose: by its status, else by the reply it quotes."""
    if found := _STATUS.search(words):
        status = found[0]
        return _kind("failed", status), status
    if reply := _REPLY.search(words):
        return (BounceKind.HARD if reply[1] == "5" else BounceKind.SOFT), None
    return BounceKind.OTHER, None
