"""Encryption of single cells, bound to the place where they stand.

A ciphertext reads ``v1:<key id>:<base64url of nonce and AES-256-GCM output>``. Table, column, row
and key id are authenticated with it: a value moved to another row, column or table does not
decrypt. A ring encrypts with its newest key and decrypts with any.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

VERSION = "v1"
KEY_BYTES = 32
_NONCE_BYTES = 12
"""NIST SP 800-38D, 8.2.2: random nonces of 96 bits, at most 2^32 messages a key."""


class DecryptionError(Exception):
    """A ciphertext is damaged, stands in the wrong place, or its key is gone."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a ciphertext stands."""

    table: str
    column: str
    row: str
    """The primary key; parts joined by ``/``."""

    def bound_to(self, key_id: str) -> bytes:
        """Return the bytes that are authenticated with the ciphertext of this cell."""
        return json.dumps([VERSION, key_id, self.table, self.column, self.row]).encode()

    def __str__(self) -> str:
        return f"{self.table}.{self.column}[{self.row}]"


class KeyRing:
    """Keys of 32 bytes by key id, newest first."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise ValueError("a key ring needs a key")
        self._newest = next(iter(keys))
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}

    def encrypt(self, plain: bytes, cell: Cell) -> str:
        """Return the ciphertext of some bytes for one cell, under the newest key."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        sealed = self._ciphers[self._newest].encrypt(nonce, plain, cell.bound_to(self._newest))
        return f"{VERSION}:{self._newest}:{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def decrypt(self, ciphertext: str, cell: Cell) -> bytes:
        """Return the bytes of a cell; raise `DecryptionError` when they are not its own."""
        version, _, rest = ciphertext.partition(":")
        key_id, _, body = rest.partition(":")
        if version != VERSION:
            # Not quoted: it may be something that should have been encrypted.
            raise DecryptionError(f"{cell}: not a ciphertext")
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise DecryptionError(f"{cell}: no key {key_id}")
        try:
            sealed = base64.urlsafe_b64decode(body)
            return cipher.decrypt(
                sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], cell.bound_to(key_id)
            )
        except (InvalidTag, binascii.Error, ValueError) as error:
            raise DecryptionError(f"{cell}: damaged, or not of this cell") from error

    def is_newest(self, ciphertext: str) -> bool:
        """Tell whether a ciphertext was made with the newest key."""
        return ciphertext.startswith(f"{VERSION}:{self._newest}:")


def new_key() -> bytes:
    """Return a random key for a ring."""
    return secrets.token_bytes(KEY_BYTES)
