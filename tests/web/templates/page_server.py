"""A small server for browser tests: rendered pages and static files, with strict headers."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from tests.web.templates.rendering import STATIC

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        " font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "Cache-Control": "no-store",
}
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


@dataclass(frozen=True)
class Reply:
    """What the server says; `location` makes it a 303, `drop` cuts the line without a word."""

    body: str | bytes = ""
    status: int = 200
    location: str | None = None
    content_type: str = "text/html; charset=utf-8"
    drop: bool = False


@dataclass
class PageServer:
    """Pages by path, and what was posted; ``answer`` decides the reply to a post."""

    pages: dict[str, str] = field(default_factory=dict)
    lists: dict[str, str] = field(default_factory=dict)
    posts: list[list[tuple[str, str]]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    answer: Callable[[list[tuple[str, str]]], Reply] = lambda _body: Reply(status=500)
    url: str = ""
    own_fonts: bool = False
    """Whether style sheets come without the fonts that this machine may have, so with ours."""

    def get(self, path: str) -> Reply:
        self.fetched.append(path)
        if path.startswith("/static/"):
            file = STATIC / path.removeprefix("/static/")
            if not file.is_file():
                return Reply("no such file", status=404)
            content = file.read_bytes()
            if self.own_fonts and file.suffix == ".css":
                content = re.sub(rb"local\([^)]*\),", b"", content)
            return Reply(content, content_type=CONTENT_TYPES[file.suffix])
        if path in self.lists:
            return Reply(self.lists[path], content_type="application/json")
        if path in self.pages:
            return Reply(self.pages[path])
        return Reply("no such page", status=404)

    def post(self, body: str) -> Reply:
        posted = parse_qsl(body, keep_blank_values=True)
        self.posts.append(posted)
        return self.answer(posted)


def _handler(pages: PageServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(pages.get(urlsplit(self.path).path))

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            self._send(pages.post(self.rfile.read(length).decode()))

        def _send(self, reply: Reply) -> None:
            if reply.drop:
                self.close_connection = True
                return
            body = reply.body.encode() if isinstance(reply.body, str) else reply.body
            self.send_response(303 if reply.location else reply.status)
            if reply.location:
                self.send_header("Location", reply.location)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(body)))
            for name, value in SECURITY_HEADERS.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test output clean."""

    return Handler


@contextmanager
def serving(pages: PageServer) -> Iterator[PageServer]:
    """Serve ``pages`` on a free port of this machine until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(pages))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    pages.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield pages
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
