"""The study's full book at survey size: the command as a whole, and where its time goes.

The command is the one a person types, ``python -m analysis report``, in a process of its own. Its
stages are read from what it tells on stderr: the time between a line and the next belongs to the
stage of the first. A target missed is told, not raised: the machine may be busy.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.larger_release import enlarge

PLAN = Path("surveys/perspectief/tables/book.yaml")
PEOPLE = 11_000
"""In the sample of a demo with some 4,000 respondents a wave."""
WAVES = "2024,2025"
_STAGES = (
    (re.compile(r"table "), "tables"),
    (re.compile(r"w\w*: "), "weights"),
    (re.compile(r"disclosure control|differences from"), "disclosure control"),
    (re.compile(r"published findings|summary"), "findings"),
    (re.compile(r"writing (?P<format>[\w.-]+)"), "writing"),
)
_START = "start and reading the release"


@dataclass(frozen=True)
class Size:
    """Respondents a wave, and what the book may cost."""

    respondents: int
    seconds: float
    megabytes: float | None


SURVEY = Size(4_000, 60, None)
CENSUS = Size(100_000, 600, 4096)


def measure() -> dict[str, Any]:
    """Make the book at both sizes, in Dutch and all formats."""
    with tempfile.TemporaryDirectory(prefix="book-") as name:
        folder = Path(name)
        demo = demo_release(folder)
        larger = enlarge(demo, folder / "larger", respondents=CENSUS.respondents)
        return {
            f"{size.respondents} respondents a wave": report(
                release, folder / f"book-{size.respondents}", size
            )
            for size, release in ((SURVEY, demo), (CENSUS, larger))
        }


def demo_release(folder: Path) -> Path:
    """Field two waves among invented people and export them; some three minutes."""
    return fielded_demo(folder, people=PEOPLE)


def fielded_demo(folder: Path, *, people: int) -> Path:
    """Field two waves among so many invented people in ``demo`` and export them."""
    app = [sys.executable, "-m", "app", "--data", str(folder / "demo")]
    demo = [*app, "demo", "--people", str(people), "--waves", WAVES, "--no-serve", "--json"]
    export = [*app, "export", "--wave", WAVES, "--out", str(folder / "release")]
    for command in (demo, export):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return folder / "release"


def report(release: Path, out: Path, size: Size) -> dict[str, Any]:
    """Run the command once and give seconds, peak memory in MB, seconds per stage, bytes."""
    command = [sys.executable, "-m", "analysis", "report", str(release)]
    command += ["--plan", str(PLAN), "--out", str(out)]
    told = _timed(command)
    told["bytes"] = {p.name: p.stat().st_size for p in sorted(out.rglob("*")) if p.is_file()}
    told["targets"] = {f"at most {size.seconds:.0f} s": told["seconds"] <= size.seconds}
    if size.megabytes is not None:
        told["targets"][f"peak at most {size.megabytes:.0f} MB"] = told["peak_mb"] <= size.megabytes
    return told


def _timed(command: list[str]) -> dict[str, Any]:
    stages: defaultdict[str, float] = defaultdict(float)
    lines: list[str] = []
    started = since = time.perf_counter()
    stage = _START
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    ) as process:
        if process.stderr is None:
            raise RuntimeError("stderr was piped")
        for line in process.stderr:
            now = time.perf_counter()
            stages[stage] += now - since
            stage, since = stage_of(line), now
            lines.append(line)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    ended = time.perf_counter()
    stages[stage] += ended - since
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{''.join(lines[-20:])}")
    return {
        "seconds": round(ended - started, 1),
        "processor_seconds": round(used.ru_utime + used.ru_stime, 1),
        "peak_mb": round(used.ru_maxrss / 1024),
        "stages": {name: round(seconds, 1) for name, seconds in stages.items()},
    }


def stage_of(line: str) -> str:
    """Name the stage that a line of progress belongs to; what is written, by format."""
    for pattern, name in _STAGES:
        if (found := pattern.match(line)) is not None:
            what = found.groupdict().get("format")
            return f"{name} {what}" if what else name
    return line.strip()
