"""Who takes our messages: a mail server and an SMS gateway, each given as one address."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, unquote, urlsplit


class MailSecurity(StrEnum):
    """How the way to a mail server is kept from being read."""

    TLS = "smtps"
    STARTTLS = "smtp"
    """Asked for after the greeting, and nothing is sent without it."""
    NONE = "smtp+plain"
    """To a server on this machine only."""
    SIMULATED = "simulated"
    """No server at all: synthetic people get no mail."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that takes our e-mail."""

    security: MailSecurity
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = field(default="", repr=False)


class SmsKind(StrEnum):
    """The gateways that we can talk to."""

    BIRD = "bird"
    SPRYNG = "spryng"
    SIMULATED = "simulated"


@dataclass(frozen=True, slots=True)
class SmsGateway:
    """The gateway that takes our text messages."""

    kind: SmsKind
    url: str = ""
    """Without a path."""
    key: str = field(default="", repr=False)


_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_MAIL_PORTS = {MailSecurity.TLS: 465, MailSecurity.STARTTLS: 587, MailSecurity.NONE: 25}


def mail_server(text: str) -> MailServer:
    """Return the server of an address; raise `ValueError` saying what was expected."""
    if text == MailSecurity.SIMULATED:
        return MailServer(MailSecurity.SIMULATED)
    expected = "expected smtps://USER:PASSWORD@HOST:465, smtp://… with STARTTLS, or simulated"
    parts = _split(text, expected)
    schemes = {str(one): one for one in _MAIL_PORTS}
    if parts.scheme not in schemes or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError(expected)
    security = schemes[parts.scheme]
    if security is MailSecurity.NONE and parts.hostname not in _LOOPBACK:
        raise ValueError(f"{security}:// is for a server on this machine; {expected}")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    port = parts.port or _MAIL_PORTS[security]
    return MailServer(security, parts.hostname, port, user, password)


def sms_gateway(text: str) -> SmsGateway:
    """Return the gateway of an address; raise `ValueError` saying what was expected."""
    if text == SmsKind.SIMULATED:
        return SmsGateway(SmsKind.SIMULATED)
    expected = "expected bird://KEY@HOST, spryng://KEY@HOST or simulated"
    parts = _split(text, expected)
    name, _, plain = parts.scheme.partition("+")
    if name not in (SmsKind.BIRD, SmsKind.SPRYNG) or plain not in ("", "plain"):
        raise ValueError(expected)
    if not parts.username or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError(expected)
    if plain and parts.hostname not in _LOOPBACK:
        raise ValueError(f"{parts.scheme}:// is for a gateway on this machine; {expected}")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = f":{parts.port}" if parts.port else ""
    scheme = "http" if plain else "https"
    return SmsGateway(SmsKind(name), f"{scheme}://{host}{port}", unquote(parts.username))


def _split(text: str, expected: str) -> SplitResult:
    """Split an address that holds a secret: what was found is not told."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise ValueError(expected) from None
    return parts
