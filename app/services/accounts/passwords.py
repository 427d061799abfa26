"""Passwords of staff: hashed with argon2id, and what a new one may not be.

There is no list of leaked passwords here: of the 20,000 most common ones (the list that Django 5.2
carries) 49 have the 15 characters that we ask for, and those are runs of keys, repetitions and the
name of what one signs in to. The rules below refuse these kinds instead of 49 examples.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from enum import StrEnum
from functools import lru_cache
from threading import Semaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.services.context import ServiceContext
from app.settings import Argon2Cost

PASSWORD_MIN = 15
"""What NIST SP 800-63B-4, 3.1.1.2, asks of a password that stands alone; no kinds of characters."""
PASSWORD_MAX = 1_000
DIFFERENT_MIN = 6
"""Different characters: fewer are repetitions."""
OWN_MIN = 8
"""Characters that must be left when what everybody guesses first is taken out of it."""
RUN_MIN = 4

_RUNS = ("abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm",
         "qazwsxedcrfvtgbyhnujmikolp", "1q2w3e4r5t6y7u8i9o0p",
         "1qaz2wsx3edc4rfv5tgb6yhn")  # fmt: skip
_EXPECTED = ("wachtwoord", "password", "welkom", "welcome", "geheim", "secret", "admin", "login",
             "perspectief", "perspective", "inburgeraars", "inburgering", "inburgeren", "onderzoek",
             "survey", "studie", "study")  # fmt: skip
"""What one writes first when asked for a password here."""

# Hashing takes a processor and 19 MiB for tens of milliseconds: respondents need both.
_hashing = Semaphore(2)


class PasswordFault(StrEnum):
    """Why a new password is refused."""

    SHORT = "short"
    REPEATED = "repeated"
    """Few different characters, or one piece again and again."""
    GUESSABLE = "guessable"
    """Little is left without rows of keys, the own name, and the name of the study."""


def fault_of(password: str, email: str) -> PasswordFault | None:
    """Return why a new password of somebody is refused, or ``None`` when it may be used."""
    plain = _plain(password)
    if len(plain) < PASSWORD_MIN:
        return PasswordFault.SHORT
    letters = plain.casefold()
    if len(set(letters)) < DIFFERENT_MIN or _is_one_piece_again(letters):
        return PasswordFault.REPEATED
    rest = letters
    names = [part for part in re.split(r"[^a-z0-9]+", email.lower()) if len(part) >= 3]
    for known in sorted({*_EXPECTED, *names}, key=len, reverse=True):
        rest = rest.replace(known, " ")
    rest = re.sub(r"[\W_]+", "", _without_runs(rest))
    return PasswordFault.GUESSABLE if len(rest) < OWN_MIN else None


def hashed(ctx: ServiceContext, password: str) -> str:
    """Return the argon2id hash of a password."""
    with _hashing:
        return _hasher(ctx.settings.argon2).hash(_plain(password))


def fits(ctx: ServiceContext, stored: str | None, password: str) -> bool:
    """Tell whether a password is the one of a hash; without a hash it takes as long."""
    with _hashing:
        try:
            _hasher(ctx.settings.argon2).verify(
                stored or _hash_of_nobody(ctx.settings.argon2), _plain(password)
            )
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def is_cheaper_than_now(ctx: ServiceContext, stored: str) -> bool:
    """Tell whether the cost of hashing was set higher since a hash was made."""
    return _hasher(ctx.settings.argon2).check_needs_rehash(stored)


def _plain(password: str) -> str:
    # One keyboard sends é as one character, another as two: both are the same password.
    return unicodedata.normalize("NFC", password[:PASSWORD_MAX])


def _is_one_piece_again(letters: str) -> bool:
    half = len(letters) // 2
    return any((letters[:size] * len(letters))[: len(letters)] == letters
               for size in range(1, half + 1))  # fmt: skip


def _without_runs(letters: str) -> str:
    """Take out rows of keys, of the alphabet and of digits, and one letter again and again."""
    kept, at = "", 0
    while at < len(letters):
        length = _run_from(letters, at)
        if length < RUN_MIN:
            kept += letters[at]
            length = 1
        at += length
    return kept


def _run_from(letters: str, at: int) -> int:
    """How many characters from a place on stand in one row, in either direction."""
    longest = 1
    for end in range(at + 2, len(letters) + 1):
        piece = letters[at:end]
        in_row = any(piece in row or piece[::-1] in row for row in _RUNS)
        if not in_row and len(set(piece)) > 1:
            break
        longest = end - at
    return longest


@lru_cache(maxsize=4)
def _hasher(cost: Argon2Cost) -> PasswordHasher:
    return PasswordHasher(cost.passes, cost.memory_kib, cost.lanes)


@lru_cache(maxsize=4)
def _hash_of_nobody(cost: Argon2Cost) -> str:
    return _hasher(cost).hash(secrets.token_urlsafe(32))
