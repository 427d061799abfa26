"""Addresses of staff who get every letter too, and so see what the post brings and when."""

from __future__ import annotations

from pathlib import Path

from app.questionnaire.document import Document, Problem
from app.services.members.contacting import ON_LETTERS


class TrialAddressesError(Exception):
    """A file of test addresses that cannot be used; the message names line and key only."""


def read_trial_addresses(file: Path) -> list[dict[str, str]]:
    """Return the addresses of a YAML file: ``addresses:``, a list of fields as of a contact.

    ``language`` is optional, Dutch by default.

    Raises
    ------
    TrialAddressesError
        With every problem.
    """
    problems: list[Problem] = []
    root = Document(file, file.name, problems).root
    block = root.block(("addresses",)) if root is not None else {}
    found = []
    for one in block["addresses"].items() if "addresses" in block else ():
        required = ("name", "city")
        optional = (*(name for name in ON_LETTERS if name not in required), "language")
        found.append({key: node.text(key) for key, node in one.block(required, optional).items()})
    if problems:
        # Values are people's addresses: only where and which kind.
        lines = sorted({f"{one.place}: cannot be used" for one in problems})
        raise TrialAddressesError("\n".join(lines))
    return found
