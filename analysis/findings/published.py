"""What may be printed of a finding: made from masked and rounded rows only."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from analysis.findings.registry import Statistic, Strand
from analysis.phrases import Phrase


class Agreement(StrEnum):
    """How an estimate stands to the published words."""

    INSIDE = "inside"
    """In the range that the published words stand for."""
    OVERLAPS = "overlaps"
    """Only its interval touches that range."""
    OUTSIDE = "outside"
    CONFIRMED = "direction confirmed"
    """The difference has the published direction and a test finds it (5 %)."""
    NOT_CONFIRMED = "direction not confirmed"
    """A test finds no difference, or the other direction: then `is_contradicted`."""
    NOT_TESTED = "not tested"
    """Nothing to compare: the published words stand for no range, or nothing is printed."""


class Standing(StrEnum):
    """Whether a finding has a number in this wave, and why not."""

    PRINTED = ""
    NOT_ASKED = "not asked"
    SUPPRESSED = "suppressed"
    NOT_COMPUTED = "not computed"
    """Nothing to compute: a rule, an advice, a design."""


@dataclass(frozen=True)
class PublishedNumber:
    """One estimate of a finding; every number is None where it may not be printed.

    Attributes
    ----------
    code : str
        Which number of the finding: of the numerator (``1``), of the answer in a distribution
        (``nl``, ``wi2021.asiel``), or ``median`` and ``p90``.
    label : str
        What is counted, in the language of the book.
    statistic : str
        ``share`` (0 to 1), ``median`` or ``p90`` (in the unit of the question), ``count``.
    low, high : float or None
        95 % interval.
    n : int or None
        Interviews in the base, to tens; ``weighted_n`` people of the population.
    flag : str
        ``suppressed``, ``bracketed``, ``small`` or empty.
    phrase : Phrase or None
        The share in Dutch words.
    """

    code: str
    label: str
    statistic: str
    estimate: float | None
    se: float | None
    low: float | None
    high: float | None
    n: int | None
    weighted_n: float | None
    flag: str
    phrase: Phrase | None = None


@dataclass(frozen=True)
class PublishedContrast:
    """Two groups beside each other.

    Attributes
    ----------
    label : str
        What is compared; ``label_a`` and ``label_b`` are the groups.
    a, b : PublishedNumber
    difference : float or None
        a - b, of the printed numbers; None where one of them is not printed.
    level : str
        Of the test: ``1 %``, ``5 %``, ``none`` where it finds no difference, empty where there is
        no test.
    expected : int
        Sign of the published difference; 0 when none was published.
    """

    label: str
    label_a: str
    label_b: str
    a: PublishedNumber
    b: PublishedNumber
    difference: float | None
    level: str
    expected: int = 0

    @property
    def is_found(self) -> bool:
        """Whether a test finds a difference at 5 %."""
        return self.difference is not None and self.level in {"1 %", "5 %"}

    @property
    def is_confirmed(self) -> bool:
        """Whether the difference is found and has the published direction."""
        return self.is_found and (self.difference or 0.0) * self.expected > 0

    @property
    def is_reversed(self) -> bool:
        """Whether the difference is found and has the other direction."""
        return self.is_found and (self.difference or 0.0) * self.expected < 0


@dataclass(frozen=True)
class PublishedFinding:
    """A published finding beside the estimate of a wave.

    Attributes
    ----------
    statement : str
        In our words, in the language of the book; ``published`` is the published Dutch quantifier.
    numbers : tuple of PublishedNumber
        The first is the main one, which `estimate` and its kin give.
    contrasts : tuple of PublishedContrast
    agreement : Agreement
    is_contradicted : bool
        Flag for the editor: outside the published range, the other direction, or a published word
        that the share plainly contradicts.
    note : str
        Remark of the registry, and why a number is missing.
    """

    id: str
    section: str
    research_question: str
    strand: Strand
    statistic: Statistic
    statement: str
    group: str
    base: str
    published: str
    published_low: float | None
    published_high: float | None
    numbers: tuple[PublishedNumber, ...] = field(repr=False)
    contrasts: tuple[PublishedContrast, ...] = field(repr=False)
    standing: Standing
    agreement: Agreement
    is_contradicted: bool
    note: str
    source: str

    @property
    def main(self) -> PublishedNumber | None:
        """The main number; None when the finding has none."""
        return self.numbers[0] if self.numbers else None

    @property
    def phrase(self) -> str:
        """The estimate in Dutch words; empty where there is none."""
        main = self.main
        return "" if main is None or main.phrase is None else main.phrase.words

    @property
    def estimate(self) -> float | None:
        """Share from 0 to 1, number or count."""
        return None if self.main is None else self.main.estimate

    @property
    def se(self) -> float | None:
        """Standard error of `estimate`."""
        return None if self.main is None else self.main.se

    @property
    def low(self) -> float | None:
        """Lower end of the 95 % interval."""
        return None if self.main is None else self.main.low

    @property
    def high(self) -> float | None:
        """Upper end of the 95 % interval."""
        return None if self.main is None else self.main.high

    @property
    def n(self) -> int | None:
        """Interviews in the base, to tens."""
        return None if self.main is None else self.main.n

    @property
    def weighted_n(self) -> float | None:
        """People of the population in the base."""
        return None if self.main is None else self.main.weighted_n

    @property
    def flag(self) -> str:
        """``suppressed``, ``bracketed``, ``small`` or empty."""
        return "" if self.main is None else self.main.flag
