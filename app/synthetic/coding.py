"""What coders make of the invented sentences: they know them all by heart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.synthetic.answers.words import SENTENCES

CODES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "e_meedoen_open": (("werk", "contact"), ("regelen",), ("gezin", "thuis")),
    "o_goed": (("docent",), ("oefenen",), ("vrijwillig",)),
    "o_beter_open": (("wachten",), ("tijden",), ("contact",)),
    "o_opmerking": (("dank",), ("vragenlijst",)),
}
"""By question the codes of its sentences, in the order of `SENTENCES`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """An invented sentence as staff read it: its language, its Dutch, its codes."""

    language: str
    dutch: str
    codes: tuple[str, ...]


def _readings() -> dict[tuple[str, str], Reading]:
    return {
        (var, sentence): Reading(language, SENTENCES["nl"][var][at], CODES[var][at])
        for language, questions in SENTENCES.items()
        for var, sentences in questions.items()
        for at, sentence in enumerate(sentences)
    }


READINGS: Mapping[tuple[str, str], Reading] = _readings()
"""By question and sentence; a translation reads like the sentence it translates."""
