"""A gateway for text messages on loopback: answers as recorded, and keeps what it was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

DROP = "drop"


@dataclass
class Gateway:
    """What it will say, in turn, and what it was asked."""

    answers: list[tuple[int, Any] | str]
    slow: threading.Event | None = None
    """Waited for before answering."""
    asked: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, gateway: Gateway) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.gateway = gateway

    def handle_error(self, request: object, client_address: object) -> None:
        pass  # who gave up waiting is not there to be answered


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_POST(self) -> None:
        gateway = self.server.gateway
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = json.loads(body) if body else None
        gateway.asked.append((self.command, self.path, dict(self.headers.items()), asked))
        if gateway.slow is not None:
            gateway.slow.wait(20)
        self.close_connection = True
        answer = gateway.answers.pop(0)
        if isinstance(answer, str):
            self.wfile.write(b"" if answer == DROP else answer.encode())
            return
        status, told = answer
        content = told if isinstance(told, bytes) else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST  # noqa: N815 (the name that http.server calls)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def open_gateway(gateway: Gateway) -> Iterator[str]:
    """Serve, and return the address."""
    server = _Server(gateway)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        if gateway.slow is not None:
            gateway.slow.set()
        server.shutdown()
        thread.join()
        server.server_close()
