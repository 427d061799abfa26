"""The file that holds the secrets of a data directory, for installations without an environment.

``DIR/keys.json`` maps the names of secret settings to their text, as the environment would. It is
made on first use, readable by its owner only, and complete or absent: several workers may start at
once, and a crash half way leaves no half file.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

FILE_NAME = "keys.json"
KEY_BYTES = 32


class KeyFileError(Exception):
    """The key file cannot be read or written."""


def secrets_in(directory: Path, names: Iterable[str]) -> dict[str, str]:
    """Return the secrets of a directory by name, making and keeping those not there yet.

    Raises `KeyFileError` when the file is not a JSON object of texts.
    """
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(directory / "keys.lock", os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        known = _read(directory / FILE_NAME)
        lacking = {name: GENERATORS[name]() for name in names if name not in known}
        if lacking:
            known |= lacking
            _replace(directory / FILE_NAME, known)
    return known


def _read(path: Path) -> dict[str, str]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise KeyFileError(f"{path}: cannot be read as JSON ({type(error).__name__})") from error
    if not isinstance(content, dict) or not all(isinstance(v, str) for v in content.values()):
        raise KeyFileError(f"{path}: expected an object of texts")
    return content


def _replace(path: Path, content: Mapping[str, str]) -> None:
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(content, file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _key() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _ring() -> str:
    return f"k1:{_key()}"


GENERATORS: Mapping[str, Callable[[], str]] = {
    "SECRET_KEY": _key,
    "CODE_KEYS": lambda: f"{_key()},{_key()}",
    "CONTACT_KEYS": _ring,
    "CONTACT_INDEX_KEY": _key,
    "STAFF_KEYS": _ring,
}
"""How each secret is made; the names of settings without their prefix."""
