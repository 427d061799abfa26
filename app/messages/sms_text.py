"""What a text message says and how many parts it takes (3GPP TS 23.038, TS 23.040)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet. Of the letters with a tail it has ``Ç`` only: Turkish is in UCS-2."""
GSM_7_ESCAPED = frozenset("\f^{}\\[~]|€")
"""Two septets each."""


class Encoding(StrEnum):
    """How the letters of a text message travel."""

    GSM_7 = "gsm-7"
    UCS_2 = "ucs-2"


MOST_IN_ONE = {Encoding.GSM_7: 160, Encoding.UCS_2: 70}
MOST_IN_PART = {Encoding.GSM_7: 153, Encoding.UCS_2: 67}
"""A message of more parts spends six bytes of each on putting them together."""


@dataclass(frozen=True, slots=True)
class SmsSize:
    """How long a text message is; a network charges for parts."""

    encoding: Encoding
    units: int
    """Septets, or 16-bit units."""
    parts: int

    @property
    def one_part(self) -> int:
        """How many units fit into one part."""
        return MOST_IN_ONE[self.encoding]


def size_of(body: str) -> SmsSize:
    """Return how a text travels and in how many parts; a letter is never cut in two."""
    if all(letter in GSM_7 or letter in GSM_7_ESCAPED for letter in body):
        encoding = Encoding.GSM_7
        lengths = [2 if letter in GSM_7_ESCAPED else 1 for letter in body]
    else:
        encoding = Encoding.UCS_2
        lengths = [2 if ord(letter) > 0xFFFF else 1 for letter in body]
    units = sum(lengths)
    if units <= MOST_IN_ONE[encoding]:
        return SmsSize(encoding, units, 1)
    parts, room = 0, 0
    for length in lengths:
        if length > room:
            parts, room = parts + 1, MOST_IN_PART[encoding]
        room -= length
    return SmsSize(encoding, units, parts)


def shown_address(url: str) -> str:
    """Return the address of the site as it stands in letters: without ``https://`` and slash."""
    parts = urlsplit(url)
    return (parts.netloc if parts.scheme == "https" else url).rstrip("/")


def sms_body(words: str, url: str) -> str:
    """Return a text message with the address of the site filled in.

    It stands there without isolates: they are no letters of old phones, two of 70 are dear, and an
    address of Latin letters at the end of a line keeps its direction by itself.
    """
    return words.replace("{url}", shown_address(url))
