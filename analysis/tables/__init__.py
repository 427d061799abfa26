"""Tables of a release: a plan in, rows with every number and the facts to print under them out.

`make_tables` is the door; ``README.md`` says how the numbers are made fast and what was decided.
"""

from analysis.tables.facts import ColumnName, TableFacts
from analysis.tables.layout import COLUMNS, INTERNAL
from analysis.tables.making import ComputedTables, make_tables

__all__ = ["COLUMNS", "INTERNAL", "ColumnName", "ComputedTables", "TableFacts", "make_tables"]
