"""Many phones without think time, in one lean process: measures page turns, costs little itself.

Run as ``python -m tests.benchmarks.load URL CODES --clients 64 --seconds 20``; prints one JSON.
It shares the processors with the server it measures, so it parses with a few regular expressions
and speaks HTTP/1.1 on kept connections, with gzip, as phones do. A turn is a POST that saves, its
303, and the GET of the next page.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import resource
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote_plus, urlsplit

_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
_LOCATION = re.compile(rb"\nlocation: *([^\r]+)", re.IGNORECASE)
_COOKIE = re.compile(rb"\nset-cookie: *([^;\r]+)", re.IGNORECASE)
_PAGE = re.compile(rb'<main[^>]* data-page="([^"]+)"(?: data-status="([^"]+)")?')
_ACTION = re.compile(rb'<form[^>]* action="([^"]+)"')
_HIDDEN = re.compile(rb'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_INPUT = re.compile(rb'<input type="(radio|checkbox)" name="([^"]+)" value="([^"]*)"')
_BOX = re.compile(rb'<(?:input type="text"|textarea) [^>]*?name="([^"]+)"([^>]*)>')

_STAY_IN = frozenset({b"c_meedoen", b"r_status"})
"""Pages whose other answers end the interview: the first one is taken."""
_GUNZIP = zlib.MAX_WBITS | 16


@dataclass
class Measured:
    """What was seen between the end of the warming up and the end of the run."""

    turns_s: list[float] = field(default_factory=list)
    posts_s: list[float] = field(default_factory=list)
    gets_s: list[float] = field(default_factory=list)
    shown_again: int = 0
    completed: int = 0
    bytes_in: int = 0
    errors: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    head: bytes
    body: bytes


class Connection(asyncio.Protocol):
    """One kept connection; one request at a time."""

    def __init__(self) -> None:
        self.size = 0
        self._buffer = b""
        self._waiting: asyncio.Future[Answer] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        head = self._buffer[:end]
        length = _LENGTH.search(head)
        total = end + 4 + int(length[1] if length else 0)
        if len(self._buffer) < total or self._waiting is None:
            return
        body, self._buffer = self._buffer[end + 4 : total], self._buffer[total:]
        self.size += total
        if b"gzip" in head:
            body = zlib.decompress(body, _GUNZIP)
        waiting, self._waiting = self._waiting, None
        waiting.set_result(Answer(int(head[9:12]), head, body))

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionResetError("closed by the server"))

    def ask(self, request: bytes) -> asyncio.Future[Answer]:
        assert self._transport is not None
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._waiting

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


class Phone:
    """One client: answers the interviews of one code after the other."""

    def __init__(self, load: Load, seed: int) -> None:
        self._load = load
        self._rng = random.Random(seed)
        self._cookie = b""
        self._connection = Connection()

    async def run(self) -> None:
        load = self._load
        while load.running and (code := next(load.codes, None)) is not None:
            try:
                loop = asyncio.get_running_loop()
                _, self._connection = await loop.create_connection(Connection, load.host, load.port)
                await self._interview(code)
            except (OSError, ValueError) as error:
                load.measured.errors[f"{type(error).__name__}: {error}"] += 1
            finally:
                self._connection.close()

    async def _interview(self, code: str) -> None:
        self._cookie = b""
        page = await self._get(b"/")
        page = await self._post(page, {b"code": code.encode()})
        before = b""
        while self._load.running:
            found = _PAGE.search(page)
            if found is None:
                raise ValueError("a page without an id")
            if found[1] == b"done":
                self._load.measured.completed += self._load.counting
                return
            fields = {} if found[1] == before else self._fill(page)
            before = found[1]
            page = await self._post(page, fields)

    def _fill(self, page: bytes) -> dict[bytes, bytes]:
        """One value for each input; an empty page goes on after its prompt."""
        offered: dict[bytes, list[bytes]] = {}
        kinds = set()
        for kind, name, value in _INPUT.findall(page):
            offered.setdefault(name, []).append(value)
            kinds.add(kind)
        boxes = [] if b"radio" in kinds else _BOX.findall(page)
        if boxes:
            return {name: self._written(name, rest) for name, rest in boxes}
        return {
            name: values[0] if name in _STAY_IN else self._rng.choice(values)
            for name, values in offered.items()
        }

    def _written(self, name: bytes, rest: bytes) -> bytes:
        if b'inputmode="numeric"' not in rest:
            return b"Utrecht"
        return b"5" if name.endswith(b".month") else b"2022" if name.endswith(b".year") else b"7"

    async def _post(self, page: bytes, fields: dict[bytes, bytes]) -> bytes:
        load, started, size = self._load, time.perf_counter(), self._connection.size
        action = _ACTION.search(page)
        if action is None:
            raise ValueError("a page without a form")
        pairs = [*_HIDDEN.findall(page), *fields.items()]
        body = b"&".join(name + b"=" + quote_plus(value).encode() for name, value in pairs)
        answer = await self._connection.ask(
            b"POST " + action[1].replace(b"&amp;", b"&") + b" HTTP/1.1\r\nHost: " + load.netloc
            + b"\r\nAccept-Encoding: gzip\r\nCookie: " + self._cookie
            + b"\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: "
            + str(len(body)).encode() + b"\r\n\r\n" + body
        )  # fmt: skip
        self._keep_cookie(answer)
        posted = time.perf_counter()
        if answer.status == 303:
            location = _LOCATION.search(answer.head)
            following = await self._get(location[1] if location else b"/")
            ended = time.perf_counter()
            if load.counting:
                load.measured.turns_s.append(ended - started)
                load.measured.posts_s.append(posted - started)
                load.measured.gets_s.append(ended - posted)
                load.measured.bytes_in += self._connection.size - size
            return following
        if answer.status not in (200, 422):
            raise ValueError(f"POST was answered by {answer.status}")
        load.measured.shown_again += load.counting
        return answer.body

    async def _get(self, path: bytes) -> bytes:
        answer = await self._connection.ask(
            b"GET " + path + b" HTTP/1.1\r\nHost: " + self._load.netloc
            + b"\r\nAccept-Encoding: gzip\r\nCookie: " + self._cookie + b"\r\n\r\n"
        )  # fmt: skip
        self._keep_cookie(answer)
        if answer.status != 200:
            raise ValueError(f"GET was answered by {answer.status}")
        return answer.body

    def _keep_cookie(self, answer: Answer) -> None:
        found = _COOKIE.search(answer.head)
        if found is not None:
            self._cookie = found[1]


class Load:
    """All clients of a run."""

    def __init__(self, url: str, codes: list[str]) -> None:
        parts = urlsplit(url)
        self.host, self.port = parts.hostname or "", parts.port or 80
        self.netloc = parts.netloc.encode()
        self.codes: Iterator[str] = iter(codes)
        self.measured = Measured()
        self.running = True
        self.counting = False

    async def run(self, clients: int, warm_s: float, seconds: float) -> dict[str, object]:
        phones = [asyncio.create_task(Phone(self, seed).run()) for seed in range(clients)]
        await asyncio.sleep(warm_s)
        print("counting", flush=True)
        self.counting, started, cpu = True, time.perf_counter(), _cpu_s()
        await asyncio.wait(phones, timeout=seconds)
        self.counting, elapsed, used = False, time.perf_counter() - started, _cpu_s() - cpu
        print("counted", flush=True)
        self.running = False
        await asyncio.wait(phones)
        return self._told(elapsed, used)

    def _told(self, elapsed: float, used: float) -> dict[str, object]:
        seen = self.measured
        return {
            "seconds": round(elapsed, 2),
            "turns": len(seen.turns_s),
            "turns_per_s": round(len(seen.turns_s) / elapsed, 1),
            "turn_ms": spread(seen.turns_s),
            "post_ms": spread(seen.posts_s),
            "get_ms": spread(seen.gets_s),
            "bytes_received_per_turn": round(seen.bytes_in / max(len(seen.turns_s), 1)),
            "shown_again": seen.shown_again,
            "interviews_completed": seen.completed,
            "errors": dict(seen.errors),
            "robots_cpu_s": round(used, 2),
            "robots_us_per_turn": round(1e6 * used / max(len(seen.turns_s), 1)),
        }


def spread(seconds: list[float]) -> dict[str, float]:
    """Median and the tail in milliseconds."""
    ranked = sorted(seconds) or [0.0]
    return {
        name: round(1000 * ranked[min(int(share * len(ranked)), len(ranked) - 1)], 1)
        for name, share in (("p50", 0.50), ("p95", 0.95), ("p99", 0.99), ("max", 1.0))
    }


def _cpu_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("codes", type=Path)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--warm", type=float, default=4.0)
    parser.add_argument("--seconds", type=float, default=20.0)
    given = parser.parse_args()
    told = json.loads(given.codes.read_text(encoding="utf-8"))["codes"]
    codes = [one["code"] for one in told if one["status"] == "open"]
    load = Load(given.url, codes)
    print(json.dumps(asyncio.run(load.run(given.clients, given.warm, given.seconds))))


if __name__ == "__main__":
    main()
