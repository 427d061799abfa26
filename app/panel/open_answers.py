"""An answer in somebody's own words on its way to codes: what staff did, and where that leaves it.

Nothing is stored but what was done, in order; the state follows. A later step undoes an earlier
one: other words after redaction make translation and coding void, `Step.REOPENED` all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from app.panel.states import Role


class Stage(StrEnum):
    """A kind of work on open answers."""

    REDACT = "redact"
    TRANSLATE = "translate"
    CODE = "code"
    SETTLE = "settle"
    """Decide where two coders differ."""


MAY: Mapping[Stage, frozenset[Role]] = {
    Stage.REDACT: frozenset((Role.PRIVACY_OFFICER, Role.RESEARCHER)),
    Stage.TRANSLATE: frozenset((Role.TRANSLATOR, Role.RESEARCHER)),
    Stage.CODE: frozenset((Role.RESEARCHER, Role.ANALYST)),
    Stage.SETTLE: frozenset((Role.RESEARCHER,)),
}
"""Who may do what. Administrators keep accounts and read no answers."""
MAY_REOPEN = frozenset((Role.RESEARCHER, Role.PRIVACY_OFFICER))


class Step(StrEnum):
    """What happened to an open answer; stored as these words."""

    SEEN = "seen"
    """Its original words were handed to a member of staff."""
    REDACTED = "redacted"
    TRANSLATED = "translated"
    CODED = "coded"
    SETTLED = "settled"
    NOTHING_TO_CODE = "nothing_to_code"
    REOPENED = "reopened"


class State(StrEnum):
    """How far an open answer is."""

    WAITING = "waiting"
    REDACTED = "redacted"
    TRANSLATED = "translated"
    CODED = "coded"
    DISPUTED = "disputed"
    """Two coders differ and nobody has settled it."""
    NOTHING_TO_CODE = "nothing_to_code"
    VOID = "void"
    """The respondent changed or took back the answer after staff had begun on it."""


@dataclass(frozen=True, slots=True)
class Done:
    """One step of a member of staff; ``id`` gives the order."""

    id: int
    step: Step
    staff_id: UUID
    text: str | None = None
    language: str | None = None
    """Of the words as the person wrote them, found by who redacted them."""
    codes: tuple[str, ...] = ()
    frame_version: int | None = None


@dataclass(frozen=True)
class Progress:
    """Where the steps so far leave an answer.

    Attributes
    ----------
    codings
        Codes by coder, in the order in which the coders came to the answer.
    basis
        Number of the last step that changed the words; work made from other words is refused.
    """

    language: str | None = None
    redacted: str | None = None
    translation: str | None = None
    unusable: bool = False
    codings: Mapping[UUID, tuple[str, ...]] = field(default_factory=dict)
    settled: tuple[str, ...] | None = None
    basis: int = 0

    def words(self, working_language: str) -> str | None:
        """Return what a coder reads; ``None`` when it is not there yet."""
        if self.unusable or self.redacted is None:
            return None
        return self.redacted if self.language == working_language else self.translation

    @property
    def final(self) -> tuple[str, ...] | None:
        """The codes that count: settled, or those of all coders; ``None`` without either."""
        if self.settled is not None:
            return self.settled
        different = set(self.codings.values())
        return different.pop() if len(different) == 1 else None

    @property
    def state(self) -> State:
        """The state that these steps make."""
        if self.unusable:
            return State.NOTHING_TO_CODE
        if self.final is not None:
            return State.CODED
        if self.codings:
            return State.DISPUTED
        if self.translation is not None:
            return State.TRANSLATED
        return State.WAITING if self.redacted is None else State.REDACTED

    def waits_for(self, stage: Stage, working_language: str) -> bool:
        """Tell whether there is work of a kind to do; coding once coded is double coding."""
        match stage:
            case Stage.REDACT:
                return self.redacted is None and not self.unusable
            case Stage.TRANSLATE:
                foreign = self.language != working_language
                missing = self.translation is None
                return self.redacted is not None and foreign and missing and not self.unusable
            case Stage.CODE:
                return self.words(working_language) is not None and self.settled is None
            case Stage.SETTLE:
                return self.state is State.DISPUTED


def progress(steps: Iterable[Done]) -> Progress:
    """Return where steps, in their order, leave an answer."""
    now = Progress()
    for one in steps:
        now = _after(now, one)
    return now


def _after(now: Progress, one: Done) -> Progress:
    match one.step:
        case Step.SEEN:
            return now
        case Step.REDACTED:
            return Progress(language=one.language, redacted=one.text, basis=one.id)
        case Step.TRANSLATED:
            return Progress(now.language, now.redacted, one.text, basis=one.id)
        case Step.NOTHING_TO_CODE:
            return Progress(unusable=True, basis=one.id)
        case Step.REOPENED:
            return Progress(basis=one.id)
        case Step.CODED:
            codings = {**now.codings, one.staff_id: one.codes}
            return _coded(now, codings, now.settled)
        case Step.SETTLED:
            return _coded(now, now.codings, one.codes)


def _coded(
    now: Progress, codings: Mapping[UUID, tuple[str, ...]], settled: tuple[str, ...] | None
) -> Progress:
    return Progress(
        now.language, now.redacted, now.translation, now.unusable, codings, settled, now.basis
    )
