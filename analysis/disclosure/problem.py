"""What secondary suppression has to achieve, stated apart from how it is done."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from analysis.arrays import BoolArray, FloatArray, IntArray
from analysis.disclosure.system import CellSystem, DisclosureError


@dataclass(frozen=True, order=True)
class Requirement:
    """How uncertain an outsider must remain about a cell.

    The interval he can work out must reach ``lower`` below and ``upper`` above the true value and
    be ``width`` wide (Fischetti and Salazar 2001: lower, upper and sliding protection level).
    """

    cell: int
    measure: str
    width: float = 0.0
    lower: float = 0.0
    upper: float = 0.0

    @property
    def reach(self) -> float:
        """The farthest a deviation in one direction can be of use."""
        return max(self.width, self.lower, self.upper)


@dataclass(frozen=True, eq=False)
class Problem:
    """Which cells to mask at the least cost.

    Attributes
    ----------
    system : CellSystem
    cost : ndarray of float64, shape (cells,)
        Loss to the reader when the cell is masked; 0 for cells that are never printed.
    forced, kept : ndarray of bool, shape (cells,)
        Masked in any case: primary cells, and cells that stand in no table. Known in any case:
        grand totals that must be printed, and zeros that everybody knows (structural).
    requirements : tuple of Requirement
    follows : ndarray of int64, shape (pairs, 2)
        Where the first is masked the second is too: shares go with their base.
    """

    system: CellSystem
    cost: FloatArray = field(repr=False)
    forced: BoolArray = field(repr=False)
    kept: BoolArray = field(repr=False)
    requirements: tuple[Requirement, ...] = field(repr=False)
    follows: IntArray = field(repr=False, default_factory=lambda: np.empty((0, 2), dtype=np.int64))

    def __post_init__(self) -> None:
        clash = np.flatnonzero(self.forced & self.kept)
        if clash.size:
            name = self.system.names[clash[0]]
            raise DisclosureError(f"'{name}' is to be masked and to be known")
        object.__setattr__(self, "forced", self.closed(self.forced))

    def part(self, cells: IntArray) -> Problem:
        """Give the problem of some cells; cells and requirements in the order asked for."""
        place = np.full(len(self.system), -1, dtype=np.int64)
        place[cells] = np.arange(len(cells))
        pairs = place[self.follows]
        return Problem(
            self.system.part(cells),
            self.cost[cells],
            self.forced[cells],
            self.kept[cells],
            tuple(
                sorted(
                    replace(requirement, cell=int(place[requirement.cell]))
                    for requirement in self.requirements
                    if place[requirement.cell] >= 0
                )
            ),
            pairs[(pairs >= 0).all(axis=1)],
        )

    def closed(self, masked: BoolArray) -> BoolArray:
        """Add what is forced, and what follows, and what follows that."""
        closed = masked | self.forced
        leaders, followers = self.follows.T
        while not closed[followers[closed[leaders]]].all():
            closed[followers[closed[leaders]]] = True
        return closed & ~self.kept

    @property
    def open(self) -> IntArray:
        """Cells about which there is a choice."""
        return np.flatnonzero(~self.forced & ~self.kept)
