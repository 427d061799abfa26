"""E-mail over SMTP (RFC 5321), and what each way to fail means for sending again.

The one moment that matters is the lonely dot at the end of a message: before it the server cannot
have taken it, after it nobody knows until it answers. So the dot is sent by itself.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from threading import Lock

from app.clock import Clock
from app.messages.providers import Attempt, Email
from app.messages.statuses import Outcome
from app.providers import MailSecurity, MailServer

CONNECT_TIMEOUT_S = 20.0
REPLY_TIMEOUT_S = 60.0
MOST_ON_A_LINE = 100
"""Messages over one connection; some servers close it at a hundred."""
IDLE_S = 20.0
LATEST_DOT_S = 150.0
"""After the beginning of a call: what is later is not said. With the wait for the answer the call
ends well within half a lease of a worker, who is then still the only one to hold the message."""
LONGEST_LINE = 998
"""Bytes (RFC 5322); what is longer travels encoded."""
_ADDRESS = re.compile(
    r"[^\s@<>\"(),:;\\\[\]\x00-\x1f\x7f]{1,64}@[^\s@<>\"(),:;\\\x00-\x1f\x7f]{1,255}"
)
_UNSAFE = re.compile(r"[\r\n\x00-\x08\x0b-\x1f\x7f]")
_HEADER = re.compile(r"[A-Za-z0-9-]{1,70}: [\x20-\x7e]{1,900}")
_ENHANCED = re.compile(rb"^([245]\.\d{1,3}\.\d{1,3})\b")
_OF_THE_CHANNEL = (421, 530, 534, 535, 538)
"""The server is busy, or will not have us: nothing that another message could do better."""
_LOST = (OSError, smtplib.SMTPException, ValueError)
"""smtplib's own errors are of the second kind; a reply that is no reply gives the third."""

_LOST_BEFORE_THE_DOT = Attempt(Outcome.RETRY, reason="smtp-lost")


class UnsafeEmailError(ValueError):
    """An address or a header that would be read as something else."""


def written(email: Email, *, at: datetime, eight_bit: bool) -> bytes:
    """Return an e-mail as it travels: two readings of the same words, headers in ASCII.

    Raises `UnsafeEmailError` for an address or header with a line break or the like in it.
    """
    for value in (email.subject, email.sender_name, email.language):
        if _UNSAFE.search(value):
            raise UnsafeEmailError("a header holds a line break or a control")
    _check_address(email.to)
    _check_address(email.sender)
    user, _, domain = email.sender.rpartition("@")
    message = EmailMessage(policy=SMTPUTF8 if not email.to.isascii() else SMTP)
    message["From"] = Address(email.sender_name, user, domain)
    message["To"] = _ascii_domain(email.to)
    message["Subject"] = email.subject
    message["Date"] = format_datetime(at)
    message["Message-ID"] = message_id(email)
    # Machines that answer every mail must not answer this one (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(email.text, cte=_encoding(email.text, eight_bit=eight_bit))
    message.add_alternative(
        email.html, subtype="html", cte=_encoding(email.html, eight_bit=eight_bit)
    )
    # Last: what is set before the content is taken for the content's own.
    message["Content-Language"] = email.language
    # One kind of line end, or a server that takes another for the end could be made to read a
    # second message in the words of the first.
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", message.as_bytes())
    return _own_headers(email) + (lines if lines.endswith(b"\r\n") else lines + b"\r\n")


def message_id(email: Email) -> str:
    """Return the ``Message-ID``; by it a message is found again in the log of a server."""
    return f"<{email.reference}@{email.sender.rpartition('@')[2]}>"


def _own_headers(email: Email) -> bytes:
    """The headers for machines, each on one line: some of them do not read folded addresses."""
    for name, value in email.headers.items():
        if not _HEADER.fullmatch(f"{name}: {value}"):
            raise UnsafeEmailError("a header holds a line break or is none")
    return "".join(f"{name}: {value}\r\n" for name, value in email.headers.items()).encode()


def _encoding(words: str, *, eight_bit: bool) -> str:
    longest = max((len(line.encode()) for line in words.splitlines()), default=0)
    if eight_bit and longest <= LONGEST_LINE:
        return "8bit"
    latin = sum(letter.isascii() for letter in words)
    return "quoted-printable" if 4 * latin > 3 * len(words) else "base64"


def _check_address(address: str) -> None:
    if not _ADDRESS.fullmatch(address):
        raise UnsafeEmailError("not an address")


def _ascii_domain(address: str) -> str:
    user, _, domain = address.rpartition("@")
    try:
        return f"{user}@{domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise UnsafeEmailError("not a domain") from error


@dataclass
class _Line:
    """A connection that is ready for a message."""

    smtp: smtplib.SMTP
    used: int
    since: float

    @property
    def fresh(self) -> bool:
        return self.used == 0


class _NoLineError(Exception):
    """No connection; nothing was said about any message."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__(attempt.reason)
        self.attempt = attempt


class Smtp:
    """Sends e-mail through one server, over one connection at a time."""

    name = "smtp"

    def __init__(
        self,
        server: MailServer,
        clock: Clock,
        *,
        reply_timeout_s: float = REPLY_TIMEOUT_S,
        monotonic: Callable[[], float] = time.monotonic,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._server = server
        self._clock = clock
        self._reply_timeout_s = reply_timeout_s
        self._monotonic = monotonic
        self._tls = tls
        self._line: _Line | None = None
        self._began = 0.0
        self._lock = Lock()

    def send(self, email: Email) -> Attempt:
        """Hand over one e-mail; never raises for what a network or a server may do."""
        with self._lock:
            self._began = self._monotonic()
            try:
                line = self._open_line()
                attempt = self._hand_over(line, email)
                if attempt is None:
                    # The server had closed a line that was kept: nothing was said on it yet.
                    attempt = self._hand_over(self._new_line(), email)
            except _NoLineError as none:
                return none.attempt
            except UnsafeEmailError:
                return Attempt(Outcome.REFUSED, reason="unsafe-email")
            return attempt or _LOST_BEFORE_THE_DOT

    def close(self) -> None:
        """End the connection, if there is one."""
        line, self._line = self._line, None
        if line is not None:
            with suppress(*_LOST):
                line.smtp.quit()
            line.smtp.close()

    def _open_line(self) -> _Line:
        line = self._line
        if line is not None and (
            line.used >= MOST_ON_A_LINE or self._monotonic() - line.since > IDLE_S
        ):
            self.close()
            line = None
        return line or self._new_line()

    def _new_line(self) -> _Line:
        self.close()
        smtp = None
        try:
            smtp = self._connected()
            smtp.ehlo_or_helo_if_needed()
            if self._server.security is MailSecurity.STARTTLS:
                smtp.starttls(context=self._tls or ssl.create_default_context())
                smtp.ehlo_or_helo_if_needed()
            if self._server.user:
                smtp.login(self._server.user, self._server.password)
        except _LOST as error:
            if smtp is not None:
                smtp.close()
            raise _NoLineError(_no_line(error)) from None
        self._line = _Line(smtp, 0, self._monotonic())
        return self._line

    def _connected(self) -> smtplib.SMTP:
        where = (self._server.host, self._server.port)
        if self._server.security is MailSecurity.TLS:
            context = self._tls or ssl.create_default_context()
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                *where, timeout=CONNECT_TIMEOUT_S, context=context
            )
        else:
            smtp = smtplib.SMTP(*where, timeout=CONNECT_TIMEOUT_S)
        if smtp.sock is not None:
            smtp.sock.settimeout(self._reply_timeout_s)
            # Else the dot waits 40 ms for the words before it to be acknowledged.
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return smtp

    def _hand_over(self, line: _Line, email: Email) -> Attempt | None:
        """Say one message; ``None`` when a kept line turned out to be dead."""
        smtp = line.smtp
        eight_bit = smtp.has_extn("8bitmime")
        if not email.to.isascii() and not smtp.has_extn("smtputf8"):
            return Attempt(Outcome.REFUSED, reason="smtp-no-utf8")
        _check_address(email.envelope_from)
        content = written(email, at=self._clock.now(), eight_bit=eight_bit)
        options = ["BODY=8BITMIME"] if eight_bit else []
        options += [] if email.to.isascii() else ["SMTPUTF8"]
        try:
            code, words = smtp.mail(email.envelope_from, options)
        except _LOST:
            self._drop()
            return None if not line.fresh else _LOST_BEFORE_THE_DOT
        if code == 421 and not line.fresh:
            # It said goodbye while the line was kept.
            self._drop()
            return None
        if code != 250:
            # What the server has against the sender it has against every message.
            attempt = _refusal(code, words)
            if attempt.outcome is Outcome.REFUSED:
                attempt = Attempt(Outcome.THROTTLED, reason=attempt.reason)
            return self._after(attempt)
        try:
            refusal = _before_the_dot(smtp, email, content)
        except _LOST:
            # Without the dot the server may not keep what it got (RFC 5321, 4.1.1.4).
            self._drop()
            return _LOST_BEFORE_THE_DOT
        if refusal is not None:
            return self._after(refusal)
        if self._monotonic() - self._began > LATEST_DOT_S:
            self._drop()
            return Attempt(Outcome.RETRY, reason="smtp-slow")
        return self._finish(line, email)

    def _finish(self, line: _Line, email: Email) -> Attempt:
        """Send the dot and return what the server says to it; silence is "unknown"."""
        line.used, line.since = line.used + 1, self._monotonic()
        try:
            line.smtp.send(b".\r\n")
            code, words = line.smtp.getreply()
        except _LOST:
            code, words = -1, b""
        if 200 <= code < 300:
            return Attempt(Outcome.ACCEPTED, reference=message_id(email).strip("<>"))
        if 400 <= code < 600:
            return self._after(_refusal(code, words))
        self._drop()
        return Attempt(Outcome.UNKNOWN, reason="smtp-no-answer")

    def _after(self, attempt: Attempt) -> Attempt:
        """Clear the line after a refusal, so that the next message starts anew."""
        line = self._line
        if line is not None:
            try:
                line.used, line.since = line.used + 1, self._monotonic()
                if line.smtp.rset()[0] != 250:
                    self._drop()
            except _LOST:
                self._drop()
        return attempt

    def _drop(self) -> None:
        if self._line is not None:
            self._line.smtp.close()
        self._line = None


def _before_the_dot(smtp: smtplib.SMTP, email: Email, content: bytes) -> Attempt | None:
    """Say everything of a message but its end; return the refusal, if it was refused."""
    code, words = smtp.rcpt(_ascii_domain(email.to))
    if code not in (250, 251, 252):
        return _refusal(code, words)
    code, words = smtp.docmd("DATA")
    if code != 354:
        return _refusal(code, words)
    smtp.send(re.sub(rb"(?m)^\.", b"..", content))
    return None


def _refusal(code: int, words: bytes) -> Attempt:
    """What a reply other than yes means; nothing was taken."""
    found = _ENHANCED.match(words)
    reason = f"smtp-{code}" + (f"-{found[1].decode()}" if found else "")
    if code in _OF_THE_CHANNEL:
        return Attempt(Outcome.THROTTLED, reason=reason)
    if 500 <= code < 600:
        return Attempt(Outcome.REFUSED, reason=reason)
    return Attempt(Outcome.RETRY, reason=reason if 400 <= code < 500 else "smtp-no-answer")


def _no_line(error: Exception) -> Attempt:
    match error:
        case smtplib.SMTPAuthenticationError():
            return Attempt(Outcome.THROTTLED, reason=f"smtp-auth-{error.smtp_code}")
        case smtplib.SMTPNotSupportedError() | ssl.SSLError():
            return Attempt(Outcome.THROTTLED, reason="smtp-tls")
        case smtplib.SMTPResponseException():
            # A greeting of 421 or 554: this server wants nothing from us now.
            return Attempt(Outcome.THROTTLED, reason=f"smtp-{error.smtp_code}")
        case _:
            return Attempt(Outcome.RETRY, reason="smtp-no-connection")
