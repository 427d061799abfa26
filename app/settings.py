"""Everything that differs between installations; the only reader of the environment.

Each field of `Settings` is one variable ``PERSPECTIEF_<FIELD>``, described in ``app/README.md``.
"""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from app.key_file import GENERATORS, KEY_BYTES, KeyFileError, secrets_in
from app.providers import MailServer, SmsGateway, mail_server, sms_gateway

PREFIX = "PERSPECTIEF_"

KeyRingSetting = Mapping[str, bytes]
"""Keys of 32 bytes by key id; the first encrypts, all decrypt."""


class SettingsError(Exception):
    """The settings cannot be used; ``faults`` names each one, what was found and expected."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class CodeKeys:
    """Secrets of the access codes; changing either makes every printed code useless."""

    bucket: bytes = field(repr=False)
    hash: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Argon2Cost:
    """Work of one argon2id hash: passes, memory in KiB, lanes."""

    passes: int = 2
    memory_kib: int = 19_456
    lanes: int = 1


CHEAP_ARGON2 = Argon2Cost(passes=1, memory_kib=64, lanes=1)
"""For synthetic data only: thousands of codes are made in a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One installation. Build it once, hand it down."""

    data_dir: Path | None = None
    database_url: str = field(repr=False)
    contacts_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    code_keys: CodeKeys
    contact_keys: KeyRingSetting = field(repr=False)
    contact_index_key: bytes = field(repr=False)
    staff_keys: KeyRingSetting = field(repr=False)
    public_url: str = "http://localhost:8000"
    staff_host: str | None = None
    """Host of the staff pages, with its port; `None`: that of `public_url`, like respondents'."""
    trusted_proxies: int = 0
    """Reverse proxies in front, each of which adds the address it was asked from."""
    argon2: Argon2Cost = Argon2Cost()
    respondent_session_hours: int = 20
    languages: tuple[str, ...] | None = None
    """Of the respondents' pages; `None` is every language that we stand for."""
    fonts_dir: Path = Path("/usr/share/fonts/truetype/noto")
    """Where the fonts of letters are; there Debian's fonts-noto-core puts them."""
    log_level: str = "INFO"
    synthetic: bool = False
    smtp: MailServer | None = None
    """`None`: this installation sends no e-mail."""
    sms: SmsGateway | None = None
    sms_report_key: str | None = field(default=None, repr=False)
    """By which reports of the gateway are known to be its own; `None` takes none."""

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies travel over HTTPS only."""
        return self.public_url.startswith("https://")

    def for_child(self) -> dict[str, str]:
        """Return the environment for a process of ours with these databases and this address.

        In the environment and not on the command line, which everybody on the machine can read.
        """
        child = dict(os.environ)  # noqa: TID251 - the one place
        given = {
            "DATA_DIR": self.data_dir,
            "DATABASE_URL": self.database_url,
            "CONTACTS_URL": self.contacts_url,
            "PUBLIC_URL": self.public_url,
            "SYNTHETIC": "yes" if self.synthetic else None,
        }
        named = {PREFIX + name: str(value) for name, value in given.items() if value is not None}
        return child | named

    @property
    def staff_url(self) -> str:
        """Address under which staff reach their pages, without a path."""
        if self.staff_host is None:
            return self.public_url
        return f"{urlsplit(self.public_url).scheme}://{self.staff_host}"

    @classmethod
    def from_environment(
        cls,
        environ: Mapping[str, str] | None = None,
        *,
        data_dir: Path | None = None,
        database_url: str | None = None,
        contacts_url: str | None = None,
    ) -> Self:
        """Return the settings of the environment; arguments, from the command line, go first.

        With a data directory both databases default to SQLite files in it, and secrets that the
        environment lacks are kept in its key file. Raises `SettingsError` naming all faults.
        """
        given = dict(os.environ if environ is None else environ)  # noqa: TID251 - the one place
        for name, value in (
            ("DATA_DIR", data_dir),
            ("DATABASE_URL", database_url),
            ("CONTACTS_URL", contacts_url),
        ):
            if value is not None:
                given[PREFIX + name] = str(value)
        faults = _offer_directory(given)
        values: dict[str, Any] = {}
        for setting in fields(cls):
            try:
                values[setting.name] = _read(setting, given)
            except ValueError as error:
                faults.append(f"{PREFIX}{setting.name.upper()}: {error}")
        if values.get("contacts_url", "") == values.get("database_url"):
            faults.append(
                f"{PREFIX}CONTACTS_URL: the same as {PREFIX}DATABASE_URL;"
                " people and answers live in two databases"
            )
        if values.get("staff_host") == urlsplit(values.get("public_url", "")).netloc:
            faults.append(
                f"{PREFIX}STAFF_HOST: the same as {PREFIX}PUBLIC_URL; leave it out for one host"
            )
        if faults:
            raise SettingsError(tuple(faults))
        return cls(**values)


def _read(setting: Field[Any], given: Mapping[str, str]) -> object:
    """Return the value of a setting; raise `ValueError` saying what was found and expected."""
    text = given.get(PREFIX + setting.name.upper(), "").strip()
    if text:
        return _PARSERS[setting.name](text)
    if setting.default is MISSING:
        raise ValueError("is not set")
    return setting.default


def _offer_directory(given: dict[str, str]) -> list[str]:
    """Add what a data directory gives, two SQLite files and its secrets; return the faults."""
    if not given.get(PREFIX + "DATA_DIR", "").strip():
        return []
    try:
        data_dir = _directory(given[PREFIX + "DATA_DIR"].strip())
    except ValueError:
        return []  # reported when the setting itself is read
    offered = {
        "DATABASE_URL": f"sqlite:///{data_dir / 'research.sqlite3'}",
        "CONTACTS_URL": f"sqlite:///{data_dir / 'contacts.sqlite3'}",
    }
    faults = []
    if lacking := [name for name in GENERATORS if not given.get(PREFIX + name, "").strip()]:
        try:
            offered |= secrets_in(data_dir, lacking)
        except (KeyFileError, OSError) as error:
            faults.append(f"{PREFIX}DATA_DIR: {error}")
    for name, text in offered.items():
        if not given.get(PREFIX + name, "").strip():
            given[PREFIX + name] = text
    return faults


def _directory(text: str) -> Path:
    path = Path(text).absolute()
    if path.exists() and not path.is_dir():
        raise ValueError(f"{text} is not a directory")
    return path


def _database_url(text: str) -> str:
    scheme, separator, rest = text.partition("://")
    if scheme in ("postgresql", "postgres"):
        scheme = "postgresql+psycopg"
    if not separator:
        raise ValueError("expected sqlite:///FILE or postgresql://HOST/NAME")
    if scheme not in ("sqlite", "postgresql+psycopg"):
        raise ValueError(f"found {scheme!r}, expected sqlite:///FILE or postgresql://HOST/NAME")
    if scheme == "sqlite" and rest in ("", "/", "/:memory:"):
        raise ValueError("an SQLite database must be a file: sqlite:///FILE")
    return f"{scheme}://{rest}"


def _public_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(f"found {text!r}, expected an address such as https://survey.example.nl")
    if parts.path not in ("", "/"):
        raise ValueError(f"found {text!r}, expected an address without a path")
    return f"{parts.scheme}://{parts.netloc}"


def _host(text: str) -> str:
    parts = urlsplit(f"//{text}")
    if not parts.hostname or parts.netloc != text or "@" in text or text != text.lower():
        raise ValueError(f"found {text!r}, expected a host such as staff.survey.example.nl")
    return text


def _proxies(text: str) -> int:
    if not re.fullmatch(r"[0-9]", text):
        raise ValueError(f"found {text!r}, expected how many proxies stand in front, 0 to 9")
    return int(text)


def _secret(text: str) -> str:
    if len(text) < KEY_BYTES:
        raise ValueError(f"found {len(text)} characters, expected at least {KEY_BYTES}")
    return text


def _key(text: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(text)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError(f"expected {KEY_BYTES} random bytes in base64url")
    return key


def _code_keys(text: str) -> CodeKeys:
    parts = [_key(part) for part in text.split(",")]
    if len(parts) != 2 or parts[0] == parts[1]:
        raise ValueError("expected two different keys, separated by a comma")
    return CodeKeys(bucket=parts[0], hash=parts[1])


def _key_ring(text: str) -> KeyRingSetting:
    ring: dict[str, bytes] = {}
    for part in text.split(","):
        key_id, separator, key = part.strip().partition(":")
        if not separator or not re.fullmatch(r"[a-z0-9]{1,8}", key_id) or key_id in ring:
            raise ValueError("expected ID:KEY,ID:KEY …, newest first, each id once, of a-z and 0-9")
        ring[key_id] = _key(key)
    return ring


def _argon2(text: str) -> Argon2Cost:
    if not re.fullmatch(r"[1-9]\d*,[1-9]\d*,[1-9]\d*", text):
        raise ValueError(f"found {text!r}, expected PASSES,MEMORY_KIB,LANES such as 2,19456,1")
    passes, memory_kib, lanes = (int(part) for part in text.split(","))
    if memory_kib < 8 * lanes:
        raise ValueError(f"found {memory_kib} KiB, expected at least {8 * lanes} for {lanes} lanes")
    return Argon2Cost(passes, memory_kib, lanes)


def _hours(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 24 * 14:
        raise ValueError(f"found {text!r}, expected whole hours from 1 to {24 * 14}")
    return int(text)


def _languages(text: str) -> tuple[str, ...]:
    codes = tuple(part.strip() for part in text.split(","))
    if len(set(codes)) != len(codes) or not all(re.fullmatch("[a-z]{2,3}", c) for c in codes):
        raise ValueError(f"found {text!r}, expected language codes such as nl,en")
    return codes


def _log_level(text: str) -> str:
    if text.upper() not in ("DEBUG", "INFO", "WARNING", "ERROR"):
        raise ValueError(f"found {text!r}, expected DEBUG, INFO, WARNING or ERROR")
    return text.upper()


def _yes_or_no(text: str) -> bool:
    if text.lower() not in ("yes", "no"):
        raise ValueError(f"found {text!r}, expected yes or no")
    return text.lower() == "yes"


_PARSERS: Mapping[str, Callable[[str], object]] = {
    "data_dir": _directory,
    "database_url": _database_url,
    "contacts_url": _database_url,
    "secret_key": _secret,
    "code_keys": _code_keys,
    "contact_keys": _key_ring,
    "contact_index_key": _key,
    "staff_keys": _key_ring,
    "public_url": _public_url,
    "staff_host": _host,
    "trusted_proxies": _proxies,
    "argon2": _argon2,
    "respondent_session_hours": _hours,
    "languages": _languages,
    "fonts_dir": _directory,
    "log_level": _log_level,
    "synthetic": _yes_or_no,
    "smtp": mail_server,
    "sms": sms_gateway,
    "sms_report_key": _secret,
}
