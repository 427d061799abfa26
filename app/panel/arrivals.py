"""How somebody came to the questions: by which door, on what kind of device."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Device(StrEnum):
    """What kind of device; nothing finer is kept, so that it finds nobody again."""

    PHONE = "phone"
    TABLET = "tablet"
    COMPUTER = "computer"


class Door(StrEnum):
    """Where an interview was entered."""

    QR = "qr"
    """The page behind the code of a letter, e-mail or text message."""
    TYPED = "typed"
    OPEN_LINK = "open_link"
    STAFF = "staff"
    """Opened by an interviewer."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """How an interview was entered at first; ``None`` where it is not known."""

    door: Door | None = None
    device: Device | None = None


def device_class(user_agent: str, mobile_hint: str = "", platform_hint: str = "") -> Device | None:
    """Return the kind of device of a browser; ``None`` when it says nothing of itself.

    SOURCE: the User-Agent Client Hints ``Sec-CH-UA-Mobile`` (``?1`` on phones) and
    ``Sec-CH-UA-Platform``, which browsers send unasked (W3C WICG draft), and where they are silent
    the words of ``User-Agent``: "Mobile" is on phones; Android without it is a tablet (Google,
    "Optimize user-agent detection"); "iPad" and "Tablet" are tablets. An iPad since 2019 says that
    it is a Macintosh and counts as a computer: only script could tell, and pages do without.
    """
    said = user_agent.casefold()
    if "ipad" in said or "tablet" in said or "kindle" in said or "silk/" in said:
        return Device.TABLET
    if mobile_hint == "?1" or any(word in said for word in ("mobile", "iphone", "opera mini")):
        return Device.PHONE
    if "android" in said or "android" in platform_hint.casefold():
        return Device.TABLET
    return Device.COMPUTER if said.strip() else None
