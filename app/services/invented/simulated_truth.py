"""What really happened in a simulated study, written down beside the databases.

It knows nothing of events, codes and rates of the program: who was asked, what each did, and who
had left by then. Tests hold what the program says against it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from app.panel.states import CaseStatus


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
