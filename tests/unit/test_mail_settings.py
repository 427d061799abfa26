"""The mail server and the SMS gateway in the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.providers import MailSecurity, MailServer, SmsGateway, SmsKind
from app.settings import Settings, SettingsError


def read(folder: Path, **given: str) -> Settings:
    environ = {f"PERSPECTIEF_{name}": value for name, value in given.items()}
    return Settings.from_environment(environ, data_dir=folder)


@pytest.mark.parametrize(
    ("text", "server"),
    [
        (
            "smtp://us:p%40ss@mail.example:2525",
            MailServer(MailSecurity.STARTTLS, "mail.example", 2525, "us", "p@ss"),
        ),
        ("smtp://mail.example", MailServer(MailSecurity.STARTTLS, "mail.example", 587)),
        ("smtps://u:p@mail.example", MailServer(MailSecurity.TLS, "mail.example", 465, "u", "p")),
        ("smtp+plain://127.0.0.1:1025", MailServer(MailSecurity.NONE, "127.0.0.1", 1025)),
        ("simulated", MailServer(MailSecurity.SIMULATED)),
    ],
)
def test_a_mail_server_is_one_address(tmp_path: Path, text: str, server: MailServer) -> None:
    assert read(tmp_path, SMTP=text).smtp == server


@pytest.mark.parametrize(
    ("text", "gateway"),
    [
        (
            "bird://key%2F1@rest.messagebird.com",
            SmsGateway(SmsKind.BIRD, "https://rest.messagebird.com", "key/1"),
        ),
        (
            "spryng://key@rest.spryngsms.com",
            SmsGateway(SmsKind.SPRYNG, "https://rest.spryngsms.com", "key"),
        ),
        (
            "bird+plain://key@127.0.0.1:9",
            SmsGateway(SmsKind.BIRD, "http://127.0.0.1:9", "key"),
        ),
        ("simulated", SmsGateway(SmsKind.SIMULATED)),
    ],
)
def test_a_gateway_is_one_address(tmp_path: Path, text: str, gateway: SmsGateway) -> None:
    assert read(tmp_path, SMS=text).sms == gateway


def test_without_them_nothing_is_sent(tmp_path: Path) -> None:
    settings = read(tmp_path)

    assert settings.smtp is None
    assert settings.sms is None
    assert settings.sms_report_key is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        # A password over an open line to somewhere else.
        ("SMTP", "smtp+plain://us:secret@mail.example"),
        ("SMTP", "http://us:secret@mail.example"),
        ("SMTP", "smtp://us:secret@mail.example:port"),
        ("SMTP", "smtp://us:secret@mail.example/path"),
        ("SMTP", "secret"),
        ("SMS", "bird://rest.messagebird.com"),
        ("SMS", "twilio://secret@rest.example"),
        ("SMS", "bird+plain://secret@rest.example"),
        ("SMS", "bird+tls://secret@rest.example"),
        ("SMS", "bird://secret@[not-an-address"),
        ("SMS_REPORT_KEY", "secret"),
    ],
)
def test_what_cannot_be_used_is_told_without_its_secret(
    tmp_path: Path, name: str, text: str
) -> None:
    with pytest.raises(SettingsError) as error:
        read(tmp_path, **{name: text})

    [fault] = error.value.faults
    assert fault.startswith(f"PERSPECTIEF_{name}: ")
    assert "expected" in fault
    assert "secret" not in fault


def test_no_secret_is_shown_with_the_settings(tmp_path: Path) -> None:
    settings = read(
        tmp_path,
        SMTP="smtp://us:hush-1@mail.example",
        SMS="bird://hush-2@rest.example",
        SMS_REPORT_KEY="hush-3 that is long enough to be a key",
    )

    assert "hush" not in repr(settings)
