"""Who uses the processors during a run, and what threads wait for: read from /proc (Linux)."""

from __future__ import annotations

import fcntl
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")
SAMPLE_EVERY_S = 0.02


@dataclass(frozen=True)
class Spent:
    """Processor seconds: of the whole machine, of some processes, and waiting for disks."""

    all_s: float
    waiting_for_disk_s: float
    by_part: dict[str, float]


def spent(parts: dict[str, Iterable[int]]) -> Spent:
    """Read the clocks of the machine and of the process trees of each part."""
    fields = (PROC / "stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _idle, waiting, irq, soft, *_ = (int(one) / TICKS for one in fields)
    by_part = {name: sum(_of_tree(root) for root in roots) for name, roots in parts.items()}
    return Spent(user + nice + system + irq + soft, waiting, by_part)


def _of_tree(root: int) -> float:
    """User and system time of a process, the ended ones it waited for, and those under it."""
    try:
        fields = (PROC / str(root) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    own = sum(int(one) for one in fields[11:15]) / TICKS
    return own + sum(_of_tree(child) for child in children(root))


def children(parent: int) -> list[int]:
    """Process ids of the children that live now."""
    found = []
    for entry in PROC.iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            stat = (entry / "stat").read_text()
        except OSError:
            continue
        if int(stat.rpartition(")")[2].split()[1]) == parent:
            found.append(int(entry.name))
    return found


class Sampler(threading.Thread):
    """Notes every few milliseconds what is being waited for; `shares` tells the averages."""

    def __init__(self, look: Callable[[], Counter[str]]) -> None:
        super().__init__(daemon=True)
        self._look = look
        self._seen: Counter[str] = Counter()
        self._samples = 0
        self._stop_now = threading.Event()

    def run(self) -> None:
        while not self._stop_now.wait(SAMPLE_EVERY_S):
            self._seen += self._look()
            self._samples += 1

    def shares(self) -> dict[str, float]:
        """Stop, and return how many were waiting for each thing on average."""
        self._stop_now.set()
        self.join()
        return {
            name: round(number / max(self._samples, 1), 2)
            for name, number in self._seen.most_common(8)
        }


def held(lock_file: Path) -> Counter[str]:
    """Note whether somebody holds the lock of a file now: it is asked for, and let go at once."""
    descriptor = os.open(lock_file, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return Counter(["held"])
    else:
        return Counter()
    finally:
        os.close(descriptor)
