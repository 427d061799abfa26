"""Open answers in a release: their codes, never their words.

An open variable with a code frame becomes a multiple choice one, with a column for each code, as
soon as one of its answers has been coded. Beside it stands ``<variable>_coding``: whether an answer
was coded or waits, or why there is none. The columns of an answer that waits are empty: it is no
"not chosen", and no kind of missing answer either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.panel.open_answers import Progress
from app.questionnaire.answers import encode
from app.questionnaire.code_frames import CodeFrame, FrameRole, FrameStatus, coding_variable
from app.questionnaire.model import Missing, Value
from app.services.open_ended.open_answers import OpenAnswer

CODED, WAITING = "coded", "waiting"
_STATES: Mapping[str, Mapping[str, str]] = {
    CODED: {"nl": "Antwoord gecodeerd", "en": "Answer coded"},
    WAITING: {"nl": "Antwoord nog niet gecodeerd", "en": "Answer not coded yet"},
}
_OF_WORDS = {"nl": "open antwoord, gecodeerd", "en": "open answer, coded"}
_STATE_OF = {"nl": "Stand van het coderen", "en": "State of the coding"}


@dataclass(frozen=True)
class CodedVariable:
    """The coded answers to one open question, by case; who waits is not in it."""

    frame: CodeFrame
    codes: Mapping[UUID, tuple[str, ...]]

    def entries(self, entry: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return what stands in the codebook in the place of the open variable's entry."""
        coding = {
            "name": coding_variable(self.frame.variable),
            "kind": "paradata",
            "label": {
                language: f"{words}: {entry['label'].get(language, self.frame.variable)}"
                for language, words in _STATE_OF.items()
            },
            "codes": [
                {"code": code, "label": dict(label), "exclusive": False}
                for code, label in _STATES.items()
            ],
            "columns": [coding_variable(self.frame.variable)],
            "waves": entry["waves"],
            "note": "Whether staff have coded the open answer; the code columns of an answer that"
            " waits are empty.",
        }
        if not self.codes:
            return [coding]
        return [self._coded_entry(entry), coding]

    def cells(self, case_id: UUID, value: Value) -> dict[str, str]:
        """Return the cells of one interview; ``value`` is its answer, or why there is none."""
        name = self.frame.variable
        columns = self._columns() if self.codes else []
        if isinstance(value, Missing):
            return dict.fromkeys([*columns, coding_variable(name)], encode(value))
        codes = self.codes.get(case_id)
        if codes is None:
            return dict.fromkeys(columns, "") | {coding_variable(name): WAITING}
        chosen = {f"{name}__{code}" for code in codes}
        cells = {column: "1" if column in chosen else "0" for column in columns}
        return cells | {coding_variable(name): CODED}

    def _columns(self) -> list[str]:
        return [f"{self.frame.variable}__{one.code}" for one in self.frame.codes]

    def _coded_entry(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        draft = ", draft" if self.frame.status is FrameStatus.DRAFT else ""
        return {
            **entry,
            "kind": "multiple",
            "label": {
                language: f"{label} ({_OF_WORDS.get(language, _OF_WORDS['en'])})"
                for language, label in entry["label"].items()
            },
            "codes": [
                {"code": one.code, "label": dict(one.text), "exclusive": one.exclusive}
                for one in self.frame.codes
            ],
            "columns": self._columns(),
            "note": f"Coded by staff from open answers, code frame version {self.frame.version}"
            f"{draft}. Base: answers coded so far ({coding_variable(self.frame.variable)}).",
        }


def coded_variables(
    answers: Sequence[OpenAnswer], frames: Mapping[str, CodeFrame]
) -> dict[str, CodedVariable]:
    """Return the variables with a code frame and what was coded of them."""
    codes: dict[str, dict[UUID, tuple[str, ...]]] = {name: {} for name in frames}
    for one in answers:
        frame = frames.get(one.key.variable)
        given = None if frame is None else _codes(one.progress, frame)
        if given is not None:
            codes[one.key.variable][one.case_id] = given
    return {name: CodedVariable(frame, codes[name]) for name, frame in frames.items()}


def _codes(now: Progress, frame: CodeFrame) -> tuple[str, ...] | None:
    """The codes that count, as far as the frame still has them; otherwise the answer waits."""
    if now.unusable:
        return (frame.code_of(FrameRole.NOT_CODABLE),)
    if now.final is None or frame.faults(now.final):
        return None
    return frame.in_order(now.final)
