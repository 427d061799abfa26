"""What happens to panel members between questionnaires, and how they can be reached.

Months of moves, deaths, departures, and of the end of the duty are those of the biography. Contact
details and the small mishaps of fieldwork are drawn here; every share is assumed (`SHARES`), and
each number is a function of person, label and seed, as everywhere in this package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.synthetic.biography import NEVER, Biography
from app.synthetic.chance import Chance, mix
from app.synthetic.population import Person


class Happening(StrEnum):
    """What a register or a person tells the study between and during waves."""

    MOVED = "moved"
    MOVED_ABROAD = "moved_abroad"
    DECEASED = "deceased"
    FINISHED = "finished"
    DISPENSED = "dispensed"


@dataclass(frozen=True, slots=True)
class Shares:
    """Chances, 0 to 1, of what befalls fieldwork. SOURCE: all assumed; none was published."""

    email: float = 0.80
    """Has an e-mail address in the register."""
    phone: float = 0.65
    bad_email: float = 0.04
    """Of the addresses: there is no such mailbox."""
    bad_phone: float = 0.03
    told_move: float = 0.55
    """Of those who move: the register tells the new address before a letter comes back."""
    traced: float = 0.60
    """Of those whose letter came back: found at another address."""
    opts_out: float = 0.004
    """Ends e-mail after one that came."""
    refuses_soft: float = 0.020
    """Of those who do not answer: calls or writes "not now" in a wave."""
    refuses_hard: float = 0.008
    withdraws: float = 0.004
    """Of those who answered, after a wave."""
    tells_online: float = 0.30
    """Of moves and ends of the duty that become known: the person says so behind the code."""
    second_contact: float = 0.08
    """Of those who answered: names somebody else who knows where they are."""
    no_texts: float = 0.02
    """Of those who answered: wants no more text messages, and says so behind the code."""


SHARES = Shares()

MESSAGES_NEEDED: Mapping[str, float] = {"1": 0.45, "2": 0.30, "3": 0.17, "4": 0.08}
"""After how many messages of a wave somebody who is going to answer begins: reminders matter."""
LONGEST_WAIT = 12
"""Days from that message to the answer, at most."""


def happenings(past: Biography) -> list[tuple[int, Happening]]:
    """Return what happens to a person from the frame on, by month (`months`), the earliest first.

    Nothing follows a death or a departure, and the duty ends once.
    """
    ends = min(past.death, past.departure)
    listed = [(past.move, Happening.MOVED)]
    if past.finish <= past.dispensed:
        listed.append((past.finish, Happening.FINISHED))
    else:
        listed.append((past.dispensed, Happening.DISPENSED))
    listed = [one for one in listed if one[0] < min(ends, NEVER)]
    listed.append((ends, Happening.DECEASED if ends == past.death else Happening.MOVED_ABROAD))
    return sorted(listed)


@dataclass(frozen=True, slots=True)
class Reach:
    """How a person can be reached and how long it takes; the same in every wave."""

    email: bool
    phone: bool
    bad_email: bool
    bad_phone: bool
    told_move: bool
    traced: bool


def reach_of(person: Person, seed: int, shares: Shares = SHARES) -> Reach:
    """Return how a person can be reached; a pure function of person and seed."""
    luck = _luck(person, seed)
    return Reach(
        email=luck.happens("has e-mail", shares.email),
        phone=luck.happens("has a phone", shares.phone),
        bad_email=luck.happens("no such mailbox", shares.bad_email),
        bad_phone=luck.happens("no such number", shares.bad_phone),
        told_move=luck.happens("tells a move", shares.told_move),
        traced=luck.happens("is traced", shares.traced),
    )


def needed_messages(person: Person, wave: int, seed: int) -> tuple[int, int]:
    """Return after how many messages of a wave a willing person begins, and days after the last."""
    luck = _luck(person, seed).of(wave)
    return int(luck.pick("messages", MESSAGES_NEEDED)), luck.whole("days", 0, LONGEST_WAIT)


def befalls(person: Person, wave: int, seed: int, label: str, share: float) -> bool:
    """Tell whether something with a small chance befalls a person in a wave."""
    return _luck(person, seed).of(wave).happens(label, share)


def _luck(person: Person, seed: int) -> Chance:
    return Chance(mix(person.key ^ mix(seed + 77_001)))
