"""How far long work is, on standard error: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TextIO

Progress = Callable[[str], None]
_STEP = re.compile(r"(?P<done>\d+) of (?P<all>\d+)")
_BAR = 24
_TENTHS = 10


def quiet(_: str) -> None:
    """Take a line of progress and say nothing."""


@dataclass
class ProgressDisplay:
    """Shows lines of progress.

    A line with ``12 of 337`` in it is one step of many. On a terminal such lines take each other's
    place behind a bar; in a log every tenth part of the steps leaves a line, and everything else
    stands as it came.
    """

    stream: TextIO
    on_terminal: bool | None = None
    stopped: bool = field(default=False, init=False)
    _open: bool = field(default=False, init=False)
    _shown: tuple[str, int, int] = field(default=("", 0, -1), init=False)

    def __post_init__(self) -> None:
        if self.on_terminal is None:
            self.on_terminal = self.stream.isatty()

    def __call__(self, line: str) -> None:
        """Show a line; raise `KeyboardInterrupt` after `stop`."""
        if self.stopped:
            raise KeyboardInterrupt
        step = _STEP.search(line)
        if step is None:
            self.finish()
            self.stream.write(f"{line}\n")
        elif self.on_terminal:
            self._draw(line, int(step["done"]) / max(int(step["all"]), 1))
        else:
            self._log(line, step)
        self.stream.flush()

    def stop(self, *_: object) -> None:
        """Handle Ctrl-C: end the work now, or at the next line if the interrupt gets lost.

        One that arrives while a solver or a finaliser runs is printed and forgotten by Python.
        """
        self.stopped = True
        raise KeyboardInterrupt

    def finish(self) -> None:
        """End a bar, so that what comes next has a line of its own."""
        if self._open:
            self.stream.write("\n")
            self._open = False

    def _draw(self, line: str, part: float) -> None:
        filled = round(_BAR * min(part, 1.0))
        bar = f"[{'#' * filled}{'.' * (_BAR - filled)}] {line}"
        width = shutil.get_terminal_size().columns - 1
        self.stream.write(f"\r{bar[:width]:<{width}}")
        self._open = True

    def _log(self, line: str, step: re.Match[str]) -> None:
        tenth = _TENTHS * int(step["done"]) // max(int(step["all"]), 1)
        first_word = line.split(maxsplit=1)[0]
        now = (first_word, int(step["all"]), tenth)
        if now != self._shown:
            self._shown = now
            self.stream.write(f"{line}\n")
