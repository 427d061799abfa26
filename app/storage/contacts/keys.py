"""The keys of the contact database: one per person, wrapped by the ring; and the blind index."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from app.storage.encryption import Cell, KeyRing, new_key

INDEX_BITS = 20
"""Few enough that many values share an index: it cannot be used to count how often one occurs."""


def _email(value: str) -> str:
    return unicodedata.normalize("NFC", value).strip().lower()


def _phone(value: str) -> str:
    """Digits only, so that spaces and dashes do not matter; ``0031`` and ``06`` become ``+31``."""
    digits = "".join(str(unicodedata.digit(c)) for c in value if c.isdigit())
    if value.strip().startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    return f"+31{digits[1:]}" if digits.startswith("0") else digits


SEARCHABLE: Mapping[str, Callable[[str], str]] = {
    "email": _email,
    "phone": _phone,
    "register_key": str,
    "likeness": str,
}
"""Fields that can be searched for, with the form in which two values are the same."""


@dataclass(frozen=True, slots=True)
class ContactKeys:
    """What is needed to read and search contacts."""

    ring: KeyRing = field(repr=False)
    index_key: bytes = field(repr=False)

    def new_wrapped_key(self, contact_id: UUID) -> str:
        """Return a new key of a person, wrapped."""
        return self.ring.encrypt(new_key(), _key_cell(contact_id))

    def new_key_of(self, contact_id: UUID) -> tuple[str, KeyRing]:
        """Return a new key of a person, wrapped, and the ring that writes with it."""
        key = new_key()
        return self.ring.encrypt(key, _key_cell(contact_id)), KeyRing({"person": key})

    def likeness(self, text: str) -> str:
        """Return a keyed hash by which a person is known again who stands in two files."""
        return hmac.digest(self.index_key, f"likeness\0{text}".encode(), hashlib.sha256).hex()[:24]

    def unwrap(self, contact_id: UUID, wrapped: str) -> KeyRing:
        """Return the ring, of one key, that reads the values of a person."""
        return KeyRing({"person": self.ring.decrypt(wrapped, _key_cell(contact_id))})

    def rewrap(self, contact_id: UUID, wrapped: str) -> str:
        """Return a wrapped key under the newest key of the ring; the key itself stays."""
        cell = _key_cell(contact_id)
        return self.ring.encrypt(self.ring.decrypt(wrapped, cell), cell)

    def blind_index(self, field_name: str, value: str) -> int | None:
        """Return the index of a value, or ``None`` for a field that cannot be searched."""
        same = SEARCHABLE.get(field_name)
        if same is None:
            return None
        digest = hmac.digest(
            self.index_key, f"{field_name}\0{same(value)}".encode(), hashlib.sha256
        )
        return int.from_bytes(digest[:4]) >> (32 - INDEX_BITS)


def same_value(field_name: str, one: str, other: str) -> bool:
    """Tell whether two values of a searchable field are the same address or number."""
    same = SEARCHABLE[field_name]
    return same(one) == same(other)


def field_cell(contact_id: UUID, field_name: str) -> Cell:
    """Return the place of a field."""
    return Cell("contact_field", "value_encrypted", f"{contact_id}/{field_name}")


def answer_cell(contact_id: UUID, wave: int, variable: str) -> Cell:
    """Return the place of a contact answer."""
    return Cell("contact_answer", "value_encrypted", f"{contact_id}/{wave}/{variable}")


def _key_cell(contact_id: UUID) -> Cell:
    return Cell("contact", "wrapped_key", str(contact_id))
