"""Table plans: which tables a release is turned into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

KeyPath = tuple[str | int, ...]


class Kind(StrEnum):
    """What a table shows: answers of a wave, answers over waves, or who moved between answers."""

    SHARES = "shares"
    TREND = "trend"
    TRANSITION = "transition"


class Variance(StrEnum):
    """What a standard error takes the weights for."""

    CALIBRATED = "calibrated"
    """Made to meet population figures: residuals on these figures. The default."""
    WEIGHTS_FIXED = "weights_fixed"
    """Given: the figures met are not credited, and errors are larger."""


@dataclass(frozen=True)
class Breakdown:
    """A banner variable, perhaps within a part of the population."""

    variable: str
    where: str | None = None
    at: KeyPath = field(default=(), compare=False, repr=False)
    """Where it stands in the plan file."""


@dataclass(frozen=True)
class TablePlan:
    """One table: its stub variables by its banner, for one or more waves.

    Attributes
    ----------
    waves : tuple of int
        One wave takes its cross-sectional weight, several the longitudinal weight of exactly these.
    base : str or None
        Condition of the item bank; None is everybody who was asked.
    nets : mapping of name to codes, or None
        Answers counted together.
    mean : bool
        Also the mean of the codes read as numbers. A number has its mean and median always.
    quartiles : bool
        Of a number also the first and third quartile.
    letters, holm : bool
        Whether columns are tested, and whether by Holm (1979) within each row of a breakdown.
    count_missing : tuple of str
        Kinds of missing answer that are counted as answers and belong to the base.
    show : tuple of str
        What is printed beside a value: ``se``, ``interval``.
    title : mapping of language to text
        Empty: the table goes by its question.
    chapter : str or None
        Research question; None for the first of each stub variable.
    net_labels : mapping of net to mapping of language to text
    at : tuple
        Where the table stands in its plan file.
    """

    id: str
    stub: tuple[str, ...]
    banner: tuple[Breakdown, ...]
    waves: tuple[int, ...]
    base: str | None = None
    nets: dict[str, tuple[str, ...]] | None = None
    mean: bool = False
    quartiles: bool = False
    letters: bool = False
    holm: bool = False
    kind: Kind = Kind.SHARES
    count_missing: tuple[str, ...] = ()
    variance: Variance = Variance.CALIBRATED
    show: tuple[str, ...] = ("interval",)
    title: Mapping[str, str] = field(default_factory=dict)
    chapter: str | None = None
    net_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    at: KeyPath = field(default=(), compare=False, repr=False)

    def __post_init__(self) -> None:
        # Answers of several waves side by side are a trend; there is no other way to show them.
        if self.kind is Kind.SHARES and len(self.waves) > 1:
            object.__setattr__(self, "kind", Kind.TREND)


@dataclass(frozen=True)
class Plan:
    """All tables of a report, and the folder of recipes their weights come from.

    ``lines`` tells on which line of the plan file a value stands.
    """

    tables: tuple[TablePlan, ...]
    recipes: Path | None = None
    lines: Mapping[KeyPath, int] = field(default_factory=dict, compare=False, repr=False)

    def line_of(self, path: KeyPath) -> int:
        """Give the line of a value, or of the nearest thing around it; 1 without a file."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)
