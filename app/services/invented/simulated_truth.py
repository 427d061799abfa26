"""What really happened in a simulated study, written down beside the databases.

It knows nothing of events, codes and rates of the program: who was asked, what each did, and who
had left by then. Tests hold what the program says against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from app.panel.incentives import Way
from app.panel.states import CaseStatus, PersonStatus


@dataclass
class Told:
    """What became of one case."""

    status: CaseStatus = CaseStatus.OPEN
    half: bool = False
    """Half of the questionnaire or more was answered."""
    left: bool = False
    """The study was told, before the wave closed and before any answer, that the person had died,
    moved abroad or is dispensed."""

    @property
    def outcome(self) -> str:
        """What became of it, in words of its own."""
        if self.left:
            return "left"
        if self.status is CaseStatus.PARTIAL:
            return "partial" if self.half else "broken_off"
        return str(self.status)


@dataclass
class WaveTruth:
    """One wave."""

    allocated: Mapping[str, int] = field(default_factory=dict)
    """Units to be drawn for this wave, by stratum."""
    cases: dict[UUID, Told] = field(default_factory=dict)
    """By person."""

    def counts(self) -> Counter[str]:
        """Count cases by outcome, in words of its own: each case in one of them."""
        return Counter(one.outcome for one in self.cases.values())

    @property
    def response(self) -> float:
        """Complete interviews over everybody not known to be outside the population: AAPOR's RR1.

        SOURCE: AAPOR, Standard Definitions (2016), RR1 = I / ((I+P) + (R+NC+O) + (UH+UO)).
        """
        counts = self.counts()
        inside = counts.total() - counts["left"] - counts["screened_out"]
        return counts["complete"] / inside if inside else 0.0


@dataclass
class Truth:
    """All waves, and who stopped or was forgotten."""

    waves: dict[int, WaveTruth] = field(default_factory=dict)
    withdrawn: set[UUID] = field(default_factory=set)
    erased: set[UUID] = field(default_factory=set)
    dead: set[UUID] = field(default_factory=set)
    """Of whom the study was told."""
    states: dict[UUID, PersonStatus] = field(default_factory=dict)
    """What registers and people themselves told last."""
    told_online: int = 0
    """Moves and ends of the duty that people told themselves, behind their code."""
    second: set[UUID] = field(default_factory=set)
    """Who named somebody else."""
    no_texts: dict[UUID, datetime] = field(default_factory=dict)
    """Who wanted no more text messages, since when."""
    acts: dict[tuple[UUID, int], str] = field(default_factory=dict)
    """The act in each wave that a person was asked in."""
    routes: dict[tuple[UUID, int], str | None] = field(default_factory=dict)
    """The route, where there was one."""
    thanked: dict[tuple[UUID, int], Way | None] = field(default_factory=dict)
    """What a person chose on the form after a wave; ``None``: no thank-you."""
    cards: set[tuple[UUID, int]] = field(default_factory=set)
    """In whose letter there was one."""
