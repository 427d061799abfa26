"""Names of messages that go out into the world and come back: return paths, ways to opt out.

Such a name is the id of the message and a keyed hash of it: nobody can make one up, it tells
nothing about the person, and whoever holds it can do no more than its purpose.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from enum import StrEnum
from uuid import UUID

MAC_BYTES = 10
"""80 bits: guessed by posting, not on one's own machine."""
NAME = re.compile(r"[a-z2-7]{42}")


class Purpose(StrEnum):
    """What a name is good for; that of one purpose does not serve another."""

    RETURN = "return"
    OPT_OUT = "opt-out"


def references_key(secret: bytes) -> bytes:
    """Return the key of these names, made from a secret that lives as long as links must work."""
    return hmac.digest(secret, b"names of messages", hashlib.sha256)


def name_of(reference: UUID, purpose: Purpose, key: bytes) -> str:
    """Return the name of a message: 42 small letters and digits, as mail servers may lower them."""
    signed = reference.bytes + _mac(reference, purpose, key)
    return base64.b32encode(signed).decode().rstrip("=").lower()


def reference_of(name: str, purpose: Purpose, key: bytes) -> UUID | None:
    """Return the message that a name is of; ``None`` when we did not make it for this purpose."""
    lowered = name.lower()
    if not NAME.fullmatch(lowered):
        return None
    padding = "=" * (-len(lowered) % 8)
    try:
        signed = base64.b32decode(lowered.upper() + padding)
    except binascii.Error:
        return None
    reference = UUID(bytes=signed[:16])
    if not hmac.compare_digest(signed[16:], _mac(reference, purpose, key)):
        return None
    return reference


def return_path(reference: UUID, bounces: str, key: bytes) -> str:
    """Return the address to which one message comes back: ``bounces+<name>@…``."""
    local, _, domain = bounces.partition("@")
    return f"{local}+{name_of(reference, Purpose.RETURN, key)}@{domain}"


def returned_references(words: str, key: bytes) -> list[UUID]:
    """Return the messages whose return paths stand in some words, each once, in order."""
    names = re.findall(rf"\+({NAME.pattern})@", words.lower())
    found = (reference_of(name, Purpose.RETURN, key) for name in names)
    return list(dict.fromkeys(one for one in found if one is not None))


def _mac(reference: UUID, purpose: Purpose, key: bytes) -> bytes:
    message = f"{purpose}\x1f".encode() + reference.bytes
    return hmac.digest(key, message, hashlib.sha256)[:MAC_BYTES]
