"""Keeping a solver's own words out of the output of a command."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_STDOUT = 1
_ONE_AT_A_TIME = threading.Lock()


@contextmanager
def silent_stdout() -> Iterator[None]:
    """Send what C code writes to standard output nowhere.

    HiGHS 1.12 prints a debugging line from inside its search whatever its options say (HiGHS.jl
    issue 312), and the standard output of a command may be one JSON document. Only one thread at a
    time may be within, or the second would save the first one's silence as the original.
    """
    with _ONE_AT_A_TIME:
        try:
            saved = os.dup(_STDOUT)
        except OSError:  # a process without standard output has nothing to keep clean
            yield
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, _STDOUT)
            yield
        finally:
            os.dup2(saved, _STDOUT)
            os.close(saved)
            os.close(nowhere)
