"""The limits of disclosure control, in one frozen value that goes into the log."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.errors import AnalysisError


@dataclass(frozen=True)
class Policy:
    """What is masked, how well it must be hidden, and how the rest is rounded.

    Attributes
    ----------
    minimum_cell : int
        A cell of 1 to ``minimum_cell - 1`` interviews is primary. Ten is the rule of the ABS
        DataLab, the ONS and the ACRO checker.
    protection_width : float
        Interviews. What an outsider can work out about a primary cell, from everything printed and
        counts being no less than zero, is an interval at least this wide.
    suppress_base, bracket_below, flag_below : int
        Interviews behind a percentage: below the first nothing of the column is printed, below the
        second in brackets, below the third with a mark (NCHS, Parker et al. 2017: 30).
    group_share : float
        On a sensitive item no answer may hold this share of a group or more, or belonging to the
        group would tell the answer (Brandt et al. 2010, ESSnet guidelines for the checking of
        output: 90 %).
    protect_filters : bool
        Whether the difference between a column and a column within it by a filter is a cell too.
    count_unit : int
        Interviews and population counts are printed to the nearest multiple.
    share_decimals, mean_decimals : int
        Decimals of shares (0 to 1), their errors and intervals; the same for means.
    total_cost : float
        How much dearer it is to mask a number about everybody in a table than one of as many people
        in a group. A table of nothing but a total, such as a published finding, goes last of all.
    exact_cells, exact_requirements : int
        Linked systems of at most this many cells and this many requirements (a primary cell has one
        for each measure) are searched for the least cost; in larger ones cells are masked a few
        primary cells at a time. Both are audited alike.
    """

    minimum_cell: int = 10
    protection_width: float = 10.0
    suppress_base: int = 30
    bracket_below: int = 50
    flag_below: int = 100
    group_share: float = 0.90
    protect_filters: bool = True
    count_unit: int = 10
    share_decimals: int = 3
    mean_decimals: int = 2
    total_cost: float = 20.0
    exact_cells: int = 1000
    exact_requirements: int = 16

    def __post_init__(self) -> None:
        ordered = 0 < self.suppress_base <= self.bracket_below <= self.flag_below
        if self.minimum_cell < 1 or self.protection_width <= 0 or self.count_unit < 1:
            raise AnalysisError("minimum cell, protection width and rounding unit must be positive")
        if not ordered or not 0.5 < self.group_share <= 1:
            raise AnalysisError("base limits must rise, and the group share lie in 0.5 to 1")
