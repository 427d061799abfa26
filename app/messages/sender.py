"""Who sends: ``letters/sender.yaml`` of a study."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from app.messages.texts import FOLDER
from app.questionnaire.document import Document, Node, Problem

FILE = "sender.yaml"
LONGEST_SMS_NAME = 11
"""Letters and digits that GSM networks show as a sender."""
LONGEST_BOUNCES = 20
"""Characters before the ``@``: with a sign and the name of a message 64 may stand there."""
MOST_MINUTES = 120
_ADDRESS = re.compile(r"[A-Za-z0-9._-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_SMS_NAME = re.compile(rf"[A-Za-z0-9 ]{{1,{LONGEST_SMS_NAME}}}|\+?[0-9]{{3,15}}")
_WORDS = ("name", "return_address", "place", "phone", "email", "bounces", "sms")


@dataclass(frozen=True, slots=True)
class Sender:
    """The names and addresses that stand in messages of a study; all of them are public."""

    name: str
    return_address: str
    place: str
    phone: str
    email: str
    bounces: str
    """Where mail comes back; each message has ``<before the @>+<its own name>@…`` of it."""
    sms: str
    minutes: int
    """How long the questions take."""

    def examples(self) -> tuple[str, ...]:
        """Return which fields are still examples, so that nobody could ask anything."""
        invented = re.compile(r"\.example\b|\b0{4,}\b|Voorbeeld", re.IGNORECASE)
        return tuple(name for name in _WORDS if invented.search(str(getattr(self, name))))


def read_sender(study: Path) -> tuple[Sender | None, list[Problem]]:
    """Return who sends the messages of a study, or every problem of the file."""
    problems: list[Problem] = []
    file = study / FOLDER / FILE
    root = Document(file, str(Path(study.name) / FOLDER / FILE), problems).root
    block = root.block((*_WORDS, "minutes")) if root is not None else {}
    if problems or not block:
        return None, problems
    words = {name: block[name].some_text(name) for name in _WORDS}
    for name in ("email", "bounces"):
        _expect(block[name], _ADDRESS, words[name], "an e-mail address")
    if len(words["bounces"].partition("@")[0]) > LONGEST_BOUNCES:
        block["bounces"].wrong(f"more than {LONGEST_BOUNCES} characters stand before the @")
    expected = f"at most {LONGEST_SMS_NAME} letters and digits, or a number"
    _expect(block["sms"], _SMS_NAME, words["sms"], expected)
    minutes = block["minutes"].whole("minutes")
    if not problems and not 1 <= minutes <= MOST_MINUTES:
        block["minutes"].wrong(f"minutes is {minutes}, expected 1 to {MOST_MINUTES}")
    return (None if problems else Sender(**words, minutes=minutes)), problems


def _expect(node: Node, pattern: re.Pattern[str], words: str, expected: str) -> None:
    if words and not pattern.fullmatch(words):
        node.wrong(f"found {node.found}, expected {expected}")
