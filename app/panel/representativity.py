"""R-indicators: how alike those who answered are to everybody who was drawn.

SOURCE: Schouten, Cobben and Bethlehem (2009), "Indicators for the representativeness of survey
response", *Survey Methodology* 35(1), 101-113: with the response propensity rho of every sampled
person, R = 1 - 2 S(rho), where S is the standard deviation over the population. R is 1 when
everybody is as likely to answer, 0 at worst.

Propensities are here the response rates of cells of frame variables (a saturated model), so that
every number can be worked out by hand:

    S^2 = sum_c W_c (rho_c - rho)^2 / (N - 1),   W_c the base weights of a cell, N those of all.

A sample makes the rates of cells differ by chance alone, which makes R too low. Adjusted for that,
as in Shlomo, Skinner and Schouten (2012), "Estimation of an indicator of the representativeness of
survey response", *Journal of Statistical Planning and Inference* 142, 201-211, whose term
(1/n) sum_i z_i' (sum_j z_j x_j')^-1 z_i is (1/n) sum_c rho_c (1 - rho_c) for cells:

    S_adj^2 = (1 + 1/n - 1/N) S^2 - (1/n) sum_c rho_c (1 - rho_c),   never below 0.

Partial indicators say which variable and category R is low by: Schouten, Shlomo and Skinner (2011),
"Indicators for monitoring and improving representativeness of response", *Journal of Official
Statistics* 27(2), 231-253. Unconditional: P_U(Z) = sqrt(sum_k (W_k/N) (rho_k - rho)^2), and of a
category P_U(Z, k) = sqrt(W_k/N) (rho_k - rho), below 0 when under-represented. Conditional on the
other variables: P_C(Z) = sqrt(sum_c W_c (rho_c - rho_l)^2 / N), rho_l the rate of all cells that
differ from c in Z only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

SMALL_CELL = 10
"""A cell of fewer cases says little; how many there are is told with the indicator."""

Codes = tuple[str, ...]
"""The values of the variables that make a cell, in their order."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The sampled, eligible people who share the values of some frame variables."""

    codes: Codes
    cases: int
    weight: float
    """Sum of their base weights; the number of cases when nobody has one."""
    responded: float
    """The part of ``weight`` of those who answered."""

    @property
    def propensity(self) -> float:
        """Share, 0 to 1, that answered."""
        return self.responded / self.weight


@dataclass(frozen=True, slots=True)
class PartialIndicator:
    """What one variable has to do with a lack of representativeness; 0 is nothing."""

    variable: str
    unconditional: float
    conditional: float
    categories: Mapping[str, float]
    """By value: below 0 when fewer of them answered than of all, above when more."""


@dataclass(frozen=True, slots=True)
class Representativity:
    """The R-indicator of some cases."""

    variables: tuple[str, ...]
    cases: int
    cells: int
    small_cells: int
    """Cells of fewer than `SMALL_CELL` cases."""
    propensity: float
    """Share of all that answered, weighted."""
    deviation: float
    """S, not adjusted."""
    adjusted_deviation: float
    error: float
    """Standard error of R by the delta method, the cells held fixed; 0 where S is 0."""
    partial: tuple[PartialIndicator, ...]

    @property
    def r(self) -> float:
        """1 - 2 S, as it comes out of the sample."""
        return 1 - 2 * self.deviation

    @property
    def r_adjusted(self) -> float:
        """1 - 2 S, adjusted for the differences that a sample makes by chance."""
        return 1 - 2 * self.adjusted_deviation


def make_cells(people: Iterable[tuple[Codes, float, bool]]) -> list[Cell]:
    """Return cells by their codes, from each person's codes, base weight and whether answered."""
    sums: dict[Codes, list[float]] = {}
    for codes, weight, answered in people:
        row = sums.setdefault(codes, [0, 0.0, 0.0])
        row[0] += 1
        row[1] += weight
        row[2] += weight if answered else 0.0
    return [Cell(codes, int(row[0]), row[1], row[2]) for codes, row in sorted(sums.items())]


def representativity(cells: Sequence[Cell], variables: Sequence[str]) -> Representativity | None:
    """Return the R-indicator of cells; ``None`` with fewer than two people.

    Formulas and sources: see the module. Each person counts by the base weight, so that S is over
    the population drawn from.
    """
    n = sum(cell.cases for cell in cells)
    population = sum(cell.weight for cell in cells)
    if n < 2 or population <= 1:
        return None
    mean = sum(cell.responded for cell in cells) / population
    between = sum(cell.weight * (cell.propensity - mean) ** 2 for cell in cells)
    variance = between / (population - 1)
    chance = sum(cell.propensity * (1 - cell.propensity) for cell in cells) / n
    adjusted = max(0.0, (1 + 1 / n - 1 / population) * variance - chance)
    return Representativity(
        variables=tuple(variables),
        cases=n,
        cells=len(cells),
        small_cells=sum(cell.cases < SMALL_CELL for cell in cells),
        propensity=mean,
        deviation=sqrt(variance),
        adjusted_deviation=sqrt(adjusted),
        error=_error(cells, population, mean, sqrt(variance)),
        partial=tuple(
            _partial(cells, at, name, population, mean) for at, name in enumerate(variables)
        ),
    )


def _error(cells: Sequence[Cell], population: float, mean: float, deviation: float) -> float:
    """Delta method: R is 1 - 2 sqrt(sum q_c d_c^2) in the rates of the cells, each binomial."""
    if deviation == 0:
        return 0.0
    variance = sum(
        (cell.weight / population * (cell.propensity - mean)) ** 2
        * cell.propensity
        * (1 - cell.propensity)
        / cell.cases
        for cell in cells
    )
    return 2 * sqrt(variance) / deviation


def _partial(
    cells: Sequence[Cell], at: int, name: str, population: float, mean: float
) -> PartialIndicator:
    categories = _rates(cells, lambda codes: (codes[at],))
    others = _rates(cells, lambda codes: (*codes[:at], *codes[at + 1 :]))
    within = sum(
        cell.weight * (cell.propensity - others[(*cell.codes[:at], *cell.codes[at + 1 :])][1]) ** 2
        for cell in cells
    )
    return PartialIndicator(
        name,
        unconditional=sqrt(
            sum(weight * (rate - mean) ** 2 for weight, rate in categories.values()) / population
        ),
        conditional=sqrt(within / population),
        categories={
            code: sqrt(weight / population) * (rate - mean)
            for (code,), (weight, rate) in sorted(categories.items())
        },
    )


def _rates(
    cells: Sequence[Cell], key: Callable[[Codes], Codes]
) -> dict[Codes, tuple[float, float]]:
    sums: dict[Codes, tuple[float, float]] = {}
    for cell in cells:
        weight, responded = sums.get(key(cell.codes), (0.0, 0.0))
        sums[key(cell.codes)] = (weight + cell.weight, responded + cell.responded)
    return {name: (weight, responded / weight) for name, (weight, responded) in sums.items()}
