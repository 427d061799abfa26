"""A real SMTP server on loopback that does what a test tells it to."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any
from uuid import UUID

from aiosmtpd import smtp
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

from app.messages.providers import Email
from app.providers import MailSecurity, MailServer

DROP = "drop"
"""The line breaks, without a word."""


@dataclass
class PostOffice:
    """Answers each step as told; what it said yes to is delivered."""

    on_mail: list[str] = field(default_factory=list)
    on_rcpt: list[str] = field(default_factory=list)
    on_data: list[str] = field(default_factory=list)
    """Answers in turn; when there are none left, yes."""
    slow_s: float = 0.0
    """Before the answer to a message."""
    delivered: list[Envelope] = field(default_factory=list)
    sessions: set[int] = field(default_factory=set)
    connections: int = 0

    async def handle_EHLO(
        self,
        server: smtp.SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return responses

    async def handle_MAIL(
        self,
        server: smtp.SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        answer = _next(self.on_mail, server)
        if answer.startswith("250"):
            envelope.mail_from, envelope.mail_options = address, options
        return answer

    async def handle_RCPT(
        self,
        server: smtp.SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        answer = _next(self.on_rcpt, server)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: smtp.SMTP, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.slow_s)
        dropped = self.on_data[:1] == [DROP]
        answer = _next(self.on_data, server)
        if answer.startswith("250") or dropped:
            # A line that breaks now breaks after the message was taken.
            self.delivered.append(envelope)
        return answer

    def mails(self) -> list[EmailMessage]:
        parser = BytesParser(policy=policy.default)
        return [parser.parsebytes(one.content or b"") for one in self.delivered]  # type: ignore[misc,arg-type]


def _next(answers: list[str], server: smtp.SMTP) -> str:
    answer = answers.pop(0) if answers else "250 OK"
    if answer == DROP:
        assert server.transport is not None
        server.transport.abort()
        return "250 OK"
    return answer


@contextmanager
def open_office(
    office: PostOffice,
    *,
    login: tuple[str, str] | None = None,
    tls: ssl.SSLContext | None = None,
    **given: Any,
) -> Iterator[MailServer]:
    """Serve, and return where."""

    def authenticate(*stated: Any) -> AuthResult:
        told = stated[-1]
        right = isinstance(told, LoginPassword) and login == (
            told.login.decode(),
            told.password.decode(),
        )
        return AuthResult(success=right, handled=False)

    if login is not None:
        given |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": False}
    if tls is not None:
        given |= {"tls_context": tls, "require_starttls": True}
    controller = Controller(
        office, hostname="127.0.0.1", port=free_port(), ready_timeout=20, **given
    )
    controller.start()
    try:
        user, password = login or ("", "")
        security = MailSecurity.NONE if tls is None else MailSecurity.STARTTLS
        yield MailServer(security, "127.0.0.1", controller.port, user, password)
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def talking(conversation: Callable[[socket.socket], None]) -> Iterator[MailServer]:
    """Serve one connection with a conversation of the test's own."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(1)
        listening.settimeout(20)

        def serve() -> None:
            with listening.accept()[0] as line:
                line.settimeout(20)
                conversation(line)

        thread = threading.Thread(target=serve)
        thread.start()
        yield MailServer(MailSecurity.NONE, *listening.getsockname())
        thread.join(20)


def an_email(number: int = 1, **changes: Any) -> Email:
    """An e-mail to an invented person."""
    given: dict[str, Any] = {
        "reference": UUID(int=number),
        "to": "somebody@post.example",
        "sender_name": "Onderzoek Perspectief",
        "sender": "vragen@survey.example",
        "envelope_from": f"bounces+{number}@survey.example",
        "subject": "U kunt nog meedoen",
        "text": "Dag,\n.\nDit is de tweede regel.\n",
        "html": "<!doctype html>\n<p>Dag</p>\n",
        "language": "nl",
        "headers": {"List-Unsubscribe": "<https://survey.example/m/abc>"},
    }
    return Email(**(given | changes))
