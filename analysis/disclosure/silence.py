"""Keeping a solver's own words out of the output of a command."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

_STDOUT = 1


@contextmanager
def silent_stdout() -> Iterator[None]:
    """Send what C code writes to standard output nowhere.

    HiGHS 1.12 prints a debugging line from inside its search whatever its options say (HiGHS.jl
    issue 312), and the standard output of a command may be one JSON document.
    """
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
