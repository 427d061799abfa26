"""The server that respondents meet: its limits and its log, over a real socket."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from app.panel.access_code import generate
from app.services.bootstrap import make_context
from app.settings import CHEAP_ARGON2, Settings
from tests.builders import KINDS, Invited, field_wave, invite, kinds_bank
from tests.conftest import copy_template
from tests.integration.reliability.gunicorn_server import RunningServer, running

ENOUGH_BYTES = 1_500_000


@dataclass(frozen=True)
class Served:
    server: RunningServer
    invited: Invited

    def ask(self, method: str, path: str, body: str | bytes = b"") -> tuple[int, str]:
        connection = self.connection()
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        connection.request(method, path, body, kind)
        answer = connection.getresponse()
        told = answer.read().decode()
        connection.close()
        return answer.status, told

    def connection(self) -> http.client.HTTPConnection:
        at = urlsplit(self.server.url)
        return http.client.HTTPConnection(str(at.hostname), at.port, timeout=20)

    def write(self, *lines: bytes) -> bytes:
        """Send raw bytes and return what comes back until the line is cut."""
        at = urlsplit(self.server.url)
        with socket.create_connection((str(at.hostname), at.port), timeout=20) as line:
            try:
                for part in lines:
                    line.sendall(part)
                line.shutdown(socket.SHUT_WR)
                return b"".join(iter(lambda: line.recv(65_536), b""))
            except ConnectionError:
                return b""


@pytest.fixture(scope="module")
def served(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    urls = copy_template(sqlite_template, folder / "databases")
    found = Settings.from_environment(
        {}, data_dir=folder, database_url=urls[0], contacts_url=urls[1]
    )
    ctx = make_context(replace(found, argon2=CHEAP_ARGON2), study=KINDS)
    field_wave(ctx, kinds_bank())
    invited = invite(ctx)
    ctx.databases.close()
    with running(folder, urls, workers=1) as server:
        yield Served(server, invited)


def test_body_over_the_limit_is_answered_with_a_page(served: Served) -> None:
    status, told = served.ask("POST", "/", "code=" + "1" * ENOUGH_BYTES)

    assert status == 413
    assert 'data-page="error-413"' in told


def test_endless_body_is_cut_off(served: Served) -> None:
    head = (
        b"POST /q/k_wens HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    chunk = b"10000\r\n" + b"a" * 0x10000 + b"\r\n"
    answer = served.write(head, *[chunk] * (ENOUGH_BYTES // 0x10000))

    assert answer == b"" or answer.split()[1].startswith(b"4")
    assert served.ask("GET", "/healthz")[0] == 200


def test_log_of_the_server_never_holds_a_code_an_answer_or_an_address(served: Served) -> None:
    code = served.invited.code
    spaced = f"{code[:4]} {code[4:9]} {code[9:]}".encode()
    for path in (f"/c/{code}", f"/C/{code}", f"/c/{code}?x={code}", f"/q/{code}", f"/{code}"):
        served.ask("GET", path)
    served.ask("POST", "/", urlencode({"code": generate(), "csrf_token": "x"}))
    served.write(b"GET /c/" + spaced + b" HTTP/1.1\r\nHost: a\r\n\r\n")
    served.write(b"GET /c/" + code.encode() + b"\r\n\r\n")
    served.write(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\ncode=" + code.encode())
    served.write(b"GET /c/" + code.encode() + b"x" * 9000 + b" HTTP/1.1\r\n\r\n")
    served.write(b"GET / HTTP/1.1\r\nX-Code " + code.encode() + b"\r\n\r\n")
    served.write(b"\x16\x03\x01" + code.encode())

    written = served.server.log.read_text()
    assert code not in written
    assert spaced.decode() not in written
    assert code[4:9] not in written
    assert "127.0.0.1:" not in written.replace(served.server.url, "")
    assert "ip=127.0.0.1" not in written


def test_malformed_request_gets_no_traceback(served: Served) -> None:
    for request in (
        b"GET / HTTP/9.9\r\n\r\n",
        b"G\x00T / HTTP/1.1\r\n\r\n",
        b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nx",
    ):
        answer = served.write(request)
        assert b"Traceback" not in answer
        assert b"evil" not in answer
        assert b" 500 " not in answer.split(b"\r\n")[0]
