"""The real server, as `python -m app serve` starts it, whose workers can be killed."""

from __future__ import annotations

import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[3]
START_TIMEOUT_S = 60
STOP_TIMEOUT_S = 30


@dataclass(frozen=True)
class RunningServer:
    """A master process with its workers, on a port of this machine."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def workers(self) -> list[int]:
        """Process ids of the workers that live now."""
        master = self.process.pid
        # Not `children`, which some kernels lack: the parent is the fourth field of `stat`.
        return [
            int(entry.name)
            for entry in Path("/proc").iterdir()
            if entry.name.isdecimal() and _parent(entry) == master
        ]


def _parent(entry: Path) -> int | None:
    try:
        stat = (entry / "stat").read_text()
    except OSError:  # gone meanwhile
        return None
    return int(stat.rpartition(")")[2].split()[1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(folder: Path, urls: tuple[str, str], *, workers: int = 2) -> Iterator[RunningServer]:
    """Serve the study of a data directory; ``demo.json`` in it makes the server a synthetic one."""
    port = free_port()
    log = folder / "server.log"
    command = [sys.executable, "-m", "app", "serve", "--port", str(port), "--workers", str(workers)]
    command += ["--data", str(folder), "--database-url", urls[0], "--contacts-url", urls[1]]
    with log.open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    server = RunningServer(f"http://127.0.0.1:{port}", process, log)
    try:
        _wait_until_ready(server)
        yield server
    except Exception as error:
        error.add_note(f"the server said: {log.read_text()[-4000:]}")
        raise
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(server: RunningServer) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        assert server.process.poll() is None, server.log.read_text()[-4000:]
        try:
            with urlopen(f"{server.url}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"not ready after {START_TIMEOUT_S} s: {server.log.read_text()[-4000:]}")


class Killer(threading.Thread):
    """Kills a worker every second or two, without warning, until it has killed enough."""

    def __init__(self, server: RunningServer, *, kills: int, rng: random.Random) -> None:
        super().__init__(daemon=True)
        self.done = threading.Event()
        self.kills = 0
        self._server = server
        self._wanted = kills
        self._rng = rng
        self._stop_now = threading.Event()

    def run(self) -> None:
        while self.kills < self._wanted and not self._stop_now.wait(self._rng.uniform(1, 2)):
            workers = self._server.workers()
            if workers:
                os.kill(self._rng.choice(workers), signal.SIGKILL)
                self.kills += 1
        self.done.set()

    def stop(self) -> None:
        self._stop_now.set()
        self.join()
