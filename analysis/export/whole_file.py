"""A file that is complete or not there at all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

MADE_AT = datetime(1980, 1, 1)  # noqa: DTZ001  # no zone in SAV, DTA and ZIP headers
"""The date in every file that must have one: equal contents then give equal bytes."""


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a place to write to; its file takes the name ``path`` when the block ends well.

    After an error or Ctrl-C nothing is left of it, and an earlier file of that name is untouched.
    The place is a folder beside ``path``, so that the last step is a rename on one file system.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}-") as folder:
        part = Path(folder) / path.name
        yield part
        part.replace(path)
