"""What messages cost, in hundredths of a cent: whole numbers, so that sums are exact."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.messages.channels import Channel

PER_EURO = 10_000
_EUROS = re.compile(r"([0-9]{1,4})(?:\.([0-9]{1,4}))?")


@dataclass(frozen=True, slots=True)
class Prices:
    """The price of a letter, an e-mail and one part of a text message; 0 when it is not known."""

    of: Mapping[Channel, int] = field(default_factory=dict)

    def cost(self, channel: Channel, parts: int = 1) -> int:
        """Return what one message costs."""
        return self.of.get(channel, 0) * parts


def parse_price(words: str) -> int | None:
    """Return euros such as ``0.095`` in hundredths of a cent; ``None`` for anything else."""
    match = _EUROS.fullmatch(words)
    if match is None:
        return None
    return int(match[1]) * PER_EURO + int((match[2] or "").ljust(4, "0"))


def euros(cost: int) -> str:
    """Return a cost in euros and cents, rounded up: an estimate must not look too low."""
    cents = -(-cost // (PER_EURO // 100))
    return f"{cents // 100}.{cents % 100:02}"
