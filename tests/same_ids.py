"""The same ids in every run: what is drawn by id, or spread over days by it, is the same then.

Ids are random, and a draw sorts them before it shuffles. Of forty people four or so get their
e-mail on a day; in one run of seventy it would be nobody, and a test of that day shows nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from unittest.mock import patch
from uuid import UUID


@contextmanager
def same_ids(seed: int = 1) -> Iterator[None]:
    """Give rows the ids of a seed, in the order in which they are made."""
    luck = Random(seed)
    with patch("app.storage.types.uuid4", lambda: UUID(int=luck.getrandbits(128), version=4)):
        yield
