"""E-mail through a real server on loopback: what arrives, and what each fault comes to."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from app.clock import FixedClock
from app.delivery.smtp import Smtp, UnsafeEmailError, written
from app.messages.providers import Attempt, Email
from app.messages.statuses import Outcome
from app.providers import MailSecurity, MailServer
from app.services.bootstrap import STUDY
from app.services.messaging.composing_messages import read_words
from tests.integration.mail.post_office import (
    DROP,
    PostOffice,
    an_email,
    free_port,
    open_office,
    talking,
)
from tests.unit.messages.test_email_texts import LANGUAGES, composed

NOON = datetime(2024, 2, 1, 12, 0, tzinfo=UTC)
QUICK_S = 0.5


def sent(server: MailServer, *emails: Email, timeout_s: float = 10) -> list[Attempt]:
    smtp = Smtp(server, FixedClock(NOON), reply_timeout_s=timeout_s)
    try:
        return [smtp.send(one) for one in emails]
    finally:
        smtp.close()


def part(mail: EmailMessage, kind: str) -> EmailMessage:
    found = mail.get_body((kind,))
    assert isinstance(found, EmailMessage)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_e_mail_arrives_in_both_readings_with_every_header_a_provider_asks_for(
    language: str,
) -> None:
    office = PostOffice()
    email = composed(read_words(STUDY, language), language=language)

    with open_office(office) as server:
        [attempt] = sent(server, email)

    [mail] = office.mails()
    assert attempt == Attempt(Outcome.ACCEPTED, f"{email.reference}@perspectief.example")
    assert part(mail, "plain").get_content().replace("\r\n", "\n") == email.text
    assert part(mail, "html").get_content().replace("\r\n", "\n") == email.html
    assert mail["Subject"] == email.subject
    assert mail["Content-Language"] == language
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Unsubscribe"].startswith("<https://survey.example/m/")
    assert mail["Date"].datetime == NOON
    assert office.delivered[0].mail_from == email.envelope_from
    assert office.delivered[0].rcpt_tos == [email.to]
    head = (office.delivered[0].content or b"").partition(b"\r\n\r\n")[0]
    # RFC 2047: whatever the subject is, what travels before the words is ASCII.
    assert isinstance(head, bytes)
    assert head.isascii()


def test_words_travel_in_eight_bits_where_the_server_takes_them_and_encoded_where_not() -> None:
    words = read_words(STUDY, "ti")
    email = composed(words, language="ti")

    eight, seven = (written(email, at=NOON, eight_bit=yes) for yes in (True, False))

    assert not eight.isascii()
    assert seven.isascii()
    assert max(map(len, eight.split(b"\r\n"))) <= 998
    assert b"Content-Transfer-Encoding: 8bit" in eight
    assert b"Content-Transfer-Encoding: base64" in seven
    for made in (eight, seven):
        assert b"\r" not in made.replace(b"\r\n", b"")
        assert b"\n" not in made.replace(b"\r\n", b"")


def test_a_line_with_one_dot_ends_nothing() -> None:
    office = PostOffice()
    email = an_email(text="Voor\n.\n..\n.na\n")

    with open_office(office) as server:
        sent(server, email, an_email(2))

    first, _ = office.mails()
    assert part(first, "plain").get_content() == "Voor\r\n.\r\n..\r\n.na\r\n"


@pytest.mark.parametrize("end", ["\r.\r", "\n.\r\n", "\r\n.\n", "\r\n.\r\nMAIL FROM:<x@y.z>\r\n"])
def test_no_words_can_begin_a_second_message(end: str) -> None:
    """Servers that took other line ends for the end were made to read on (CVE-2023-51764)."""
    office = PostOffice()

    with open_office(office) as server:
        [attempt] = sent(server, an_email(text=f"Dag{end}Subject: smuggled\n\nx\n"))

    assert attempt.outcome is Outcome.ACCEPTED
    assert len(office.delivered) == 1


@pytest.mark.parametrize(
    ("step", "answer", "outcome", "reason"),
    [
        ("on_mail", "421 4.3.2 too many connections", Outcome.THROTTLED, "smtp-421-4.3.2"),
        ("on_mail", "451 4.3.0 later", Outcome.RETRY, "smtp-451-4.3.0"),
        # Against the sender: every other message would fail too, none is given up for it.
        ("on_mail", "550 5.7.1 not you", Outcome.THROTTLED, "smtp-550-5.7.1"),
        ("on_mail", "530 5.7.0 log in first", Outcome.THROTTLED, "smtp-530-5.7.0"),
        ("on_rcpt", "421 busy", Outcome.THROTTLED, "smtp-421"),
        ("on_rcpt", "450 4.2.1 greylisted", Outcome.RETRY, "smtp-450-4.2.1"),
        ("on_rcpt", "452 4.2.2 mailbox full", Outcome.RETRY, "smtp-452-4.2.2"),
        ("on_rcpt", "550 5.1.1 <x@y.example> unknown", Outcome.REFUSED, "smtp-550-5.1.1"),
        ("on_rcpt", "553 no such mailbox", Outcome.REFUSED, "smtp-553"),
        ("on_data", "421 4.7.0 closing", Outcome.THROTTLED, "smtp-421-4.7.0"),
        ("on_data", "450 4.7.1 later", Outcome.RETRY, "smtp-450-4.7.1"),
        ("on_data", "552 5.3.4 too big", Outcome.REFUSED, "smtp-552-5.3.4"),
        ("on_data", "554 5.7.1 spam", Outcome.REFUSED, "smtp-554-5.7.1"),
    ],
)
def test_each_answer_of_a_server_comes_to_the_outcome_it_means(
    step: str, answer: str, outcome: Outcome, reason: str
) -> None:
    office = PostOffice(**{step: [answer]})

    with open_office(office) as server:
        refused, after = sent(server, an_email(1), an_email(2))

    assert refused == Attempt(outcome, reason=reason)
    # The next message is not harmed by the one before.
    assert after.outcome is Outcome.ACCEPTED
    assert len(office.delivered) == 1


@pytest.mark.parametrize("step", ["on_mail", "on_rcpt"])
def test_a_line_that_breaks_before_the_message_leaves_it_certainly_unsent(step: str) -> None:
    office = PostOffice(**{step: [DROP]})

    with open_office(office) as server:
        [attempt] = sent(server, an_email())

    assert attempt == Attempt(Outcome.RETRY, reason="smtp-lost")
    assert office.delivered == []


def test_a_line_that_breaks_after_the_dot_leaves_nobody_knowing() -> None:
    office = PostOffice(on_data=[DROP])

    with open_office(office) as server:
        unknown, after = sent(server, an_email(1), an_email(2))

    assert unknown == Attempt(Outcome.UNKNOWN, reason="smtp-no-answer")
    assert after.outcome is Outcome.ACCEPTED
    # It had been taken: sent once more, it would have come twice.
    assert len(office.delivered) == 2


def test_a_server_that_takes_it_and_is_too_slow_to_say_so_leaves_nobody_knowing() -> None:
    office = PostOffice(slow_s=2)

    with open_office(office) as server:
        [attempt] = sent(server, an_email(), timeout_s=QUICK_S)

    assert attempt == Attempt(Outcome.UNKNOWN, reason="smtp-no-answer")


def test_a_server_that_dawdled_for_minutes_is_not_given_the_end_of_the_message() -> None:
    """The worker's lease runs on: somebody else might say meanwhile that nobody knows."""
    office = PostOffice()
    minutes = iter(range(0, 10_000, 100))

    with open_office(office) as server:
        smtp = Smtp(server, FixedClock(NOON), monotonic=lambda: float(next(minutes)))
        attempt = smtp.send(an_email())
        smtp.close()

    assert attempt == Attempt(Outcome.RETRY, reason="smtp-slow")
    assert office.delivered == []


def _until(line: socket.socket, end: bytes) -> bytes:
    got = b""
    while not got.endswith(end):
        piece = line.recv(4096)
        if not piece:
            return got
        got += piece
    return got


def greets(line: socket.socket, *, then: Callable[[socket.socket], None]) -> None:
    line.sendall(b"220 hello\r\n")
    _until(line, b"\r\n")
    line.sendall(b"250 hello\r\n")
    then(line)


def says_yes_until_the_message(line: socket.socket) -> None:
    for answer in (b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"):
        _until(line, b"\r\n")
        line.sendall(answer)


def test_a_line_that_breaks_in_the_middle_of_a_message_leaves_it_certainly_unsent() -> None:
    def breaks(line: socket.socket) -> None:
        says_yes_until_the_message(line)
        line.recv(10)
        # A reset, not a polite end.
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    long = an_email(text="woord\n" * 2_000_000)
    with talking(lambda line: greets(line, then=breaks)) as server:
        [attempt] = sent(server, long)

    assert attempt == Attempt(Outcome.RETRY, reason="smtp-lost")


@pytest.mark.parametrize(
    "answer", [b"", b"gibberish\r\n", b"354 go on\r\n", b"x" * 100_000, b"\xff\xfe\r\n"]
)
def test_an_answer_to_the_dot_that_is_none_leaves_nobody_knowing(answer: bytes) -> None:
    def ends(line: socket.socket) -> None:
        says_yes_until_the_message(line)
        _until(line, b"\r\n.\r\n")
        line.sendall(answer)

    with talking(lambda line: greets(line, then=ends)) as server:
        [attempt] = sent(server, an_email())

    assert attempt == Attempt(Outcome.UNKNOWN, reason="smtp-no-answer")


@pytest.mark.parametrize(
    ("greeting", "outcome", "reason"),
    [
        (b"421 4.3.2 too busy\r\n", Outcome.THROTTLED, "smtp-421"),
        (b"554 no\r\n", Outcome.THROTTLED, "smtp-554"),
        (b"", Outcome.RETRY, "smtp-no-connection"),
    ],
)
def test_a_server_that_does_not_greet_has_taken_nothing(
    greeting: bytes, outcome: Outcome, reason: str
) -> None:
    with talking(lambda line: line.sendall(greeting)) as server:
        [attempt] = sent(server, an_email())

    assert attempt == Attempt(outcome, reason=reason)


def test_a_server_that_is_not_there_has_taken_nothing() -> None:
    nowhere = MailServer(MailSecurity.NONE, "127.0.0.1", free_port())

    assert sent(nowhere, an_email()) == [Attempt(Outcome.RETRY, reason="smtp-no-connection")]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_password_that_is_not_right_slows_the_channel_and_gives_up_no_message() -> None:
    office = PostOffice()

    with open_office(office, login=("us", "secret")) as server:
        right = sent(server, an_email())
        wrong = MailServer(server.security, server.host, server.port, "us", "guessed")
        [attempt] = sent(wrong, an_email(2))

    assert right[0].outcome is Outcome.ACCEPTED
    assert attempt == Attempt(Outcome.THROTTLED, reason="smtp-auth-535")
    assert "secret" not in repr(server)


def test_messages_share_a_connection_and_a_connection_that_ended_is_made_anew() -> None:
    office = PostOffice()
    clock = FixedClock(NOON)

    with open_office(office) as server:
        smtp = Smtp(server, clock)
        first = [smtp.send(an_email(number)) for number in range(1, 4)]
        shared = office.connections
        assert smtp._line is not None
        assert smtp._line.smtp.sock is not None
        # The server, or a wall in between, ended it while nobody looked.
        smtp._line.smtp.sock.shutdown(socket.SHUT_RDWR)
        again = smtp.send(an_email(4))
        smtp.close()

    assert [one.outcome for one in (*first, again)] == [Outcome.ACCEPTED] * 4
    assert shared == 1
    assert office.connections == 2
    assert len(office.delivered) == 4


def test_threads_that_send_at_once_do_not_talk_through_each_other() -> None:
    office = PostOffice()
    attempts: list[Attempt] = []

    with open_office(office) as server:
        smtp = Smtp(server, FixedClock(NOON))
        threads = [
            threading.Thread(target=lambda n=n: attempts.append(smtp.send(an_email(n))))
            for n in range(1, 9)
        ]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        smtp.close()

    assert [one.outcome for one in attempts] == [Outcome.ACCEPTED] * 8
    assert len({mail["Message-ID"] for mail in office.mails()}) == 8


@pytest.mark.parametrize(
    "changes",
    [
        {"to": "a@b.example\r\nRCPT TO:<c@d.example>"},
        {"to": "a@b.example>, <c@d.example"},
        {"to": "a b@c.example"},
        {"to": "no-address"},
        {"to": ""},
        {"subject": "Dag\r\nBcc: all@survey.example"},
        {"subject": "Dag\x00"},
        {"sender_name": "Wij\nBcc: all@survey.example"},
        {"headers": {"List-Unsubscribe": "<x>\r\nBcc: all@survey.example"}},
        {"headers": {"Bcc: all@survey.example\r\nX": "y"}},
        {"envelope_from": "b@survey.example>\r\nRCPT TO:<c@d.example>"},
    ],
)
def test_nothing_in_an_e_mail_can_add_a_header_or_a_recipient(changes: dict[str, str]) -> None:
    office = PostOffice()

    with open_office(office) as server:
        [attempt] = sent(server, an_email(**changes))

    assert attempt == Attempt(Outcome.REFUSED, reason="unsafe-email")
    assert office.delivered == []


def test_names_outside_ascii_travel_where_the_server_takes_them() -> None:
    office, old = PostOffice(), PostOffice()
    email = an_email(to="jörg@münchen.example")

    with open_office(office, enable_SMTPUTF8=True) as server:
        [attempt] = sent(server, email)
    with open_office(old, enable_SMTPUTF8=False) as server:
        [refused] = sent(server, email)

    assert attempt.outcome is Outcome.ACCEPTED
    assert office.delivered[0].rcpt_tos == ["jörg@xn--mnchen-3ya.example"]
    assert refused == Attempt(Outcome.REFUSED, reason="smtp-no-utf8")


def test_a_sender_in_arabic_is_readable_in_every_mail_program() -> None:
    office = PostOffice()

    with open_office(office) as server:
        sent(server, an_email(sender_name="فريق الدراسة", subject="ما زال بإمكانكم المشاركة"))

    [mail] = office.mails()
    assert mail["From"].addresses[0].display_name == "فريق الدراسة"
    assert mail["Subject"] == "ما زال بإمكانكم المشاركة"


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Of a server called 127.0.0.1: its own side, and that of who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(file)
    return ours, ssl.create_default_context(cafile=str(file))


def test_mail_travels_encrypted_or_not_at_all(
    certificate: tuple[ssl.SSLContext, ssl.SSLContext],
) -> None:
    office, stripped = PostOffice(), PostOffice()
    ours, trusting = certificate

    with open_office(office, tls=ours) as server:
        smtp = Smtp(server, FixedClock(NOON), tls=trusting)
        trusted = smtp.send(an_email())
        smtp.close()
        # Somebody in between with a certificate that nobody vouches for.
        [strange] = sent(server, an_email(2))
    with open_office(stripped) as plain:
        # Somebody in between who hides that the server can.
        told = MailServer(MailSecurity.STARTTLS, plain.host, plain.port)
        [without] = sent(told, an_email(3))

    assert trusted.outcome is Outcome.ACCEPTED
    assert len(office.delivered) == 1
    assert strange == Attempt(Outcome.THROTTLED, reason="smtp-tls")
    assert without == Attempt(Outcome.THROTTLED, reason="smtp-tls")
    assert stripped.delivered == []


def test_an_unsafe_e_mail_says_so_without_quoting_itself() -> None:
    with pytest.raises(UnsafeEmailError) as refused:
        written(an_email(to="somebody@x.example\r\n"), at=NOON, eight_bit=False)

    assert "somebody" not in str(refused.value)
