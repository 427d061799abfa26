"""Tables of a book as HTML: real heads, the base first, words for marks that cannot be heard."""

from __future__ import annotations

from analysis.printed import Printed
from analysis.report.annex import Lines, WordTable
from analysis.report.grid import Block, Grid, GridCell, GridRow, grid_of, head_of, runs
from analysis.report.markup import Element, element
from analysis.report.outline import NumberedTable


def published_table(numbered: NumberedTable, language: str) -> Element:
    """Give a table in a region that scrolls by keyboard where it is wider than the screen."""
    grid = grid_of(numbered.table, language)
    table = element("table", None, *_caption(numbered.key, numbered.title), *_heads(grid))
    for block in grid.blocks:
        table.append(_block(block, len(grid.columns)))
    return region(numbered.key, table)


def region(key: str, table: Element) -> Element:
    """Give a scrolling region named by the caption of its table."""
    name = {"role": "region", "aria-labelledby": f"{key}-caption", "tabindex": "0"}
    return element("div", {"class": "scroll", **name}, table)


def word_table(table: WordTable, key: str) -> Element:
    """Give a table of text."""
    head = element(
        "tr",
        None,
        *(
            element("th", {"scope": "col", **_aligned(table, k)}, text) if text else element("td")
            for k, text in enumerate(table.heads)
        ),
    )
    body = element("tbody")
    for at, row in enumerate(table.rows):
        first, *others = row
        key_of_row = {"id": table.keys[at]} if table.keys else None
        line = element("tr", key_of_row, element("th", {"scope": "row"}, *_said(first)))
        line.extend(
            [element("td", _aligned(table, k), *_said(c)) for k, c in enumerate(others, start=1)]
        )
        body.append(line)
    made = element(
        "table",
        {"class": "words"},
        *_caption(key, table.caption),
        element("thead", None, head),
        body,
    )
    return region(key, made)


def _caption(key: str, text: str) -> tuple[Element]:
    return (element("caption", {"id": f"{key}-caption"}, text),)


def _aligned(table: WordTable, column: int) -> dict[str, str]:
    return {"class": "number"} if column in table.numbers else {}


def _said(lines: Lines) -> list[Element | str]:
    made: list[Element | str] = []
    for line in lines:
        attributes = {"lang": line.language} if line.language else {}
        if len(lines) > 1:
            made.append(element("p", attributes, line.text))
        else:
            made.append(element("span", attributes, line.text) if attributes else line.text)
    return made


def _heads(grid: Grid) -> list[Element]:
    parts = list(runs(grid.columns))
    if len(parts) == 1:
        heads = [_column_head(grid, k) for k in range(len(grid.columns))]
        row = element("tr", None, element("td"), *heads)
        return [element("thead", None, row)]
    groups = [element("col")]
    above, below = element("tr", None, element("td", {"rowspan": "2"})), element("tr")
    at = 0
    for label, columns in parts:
        groups.append(element("colgroup", {"span": str(len(columns))}))
        if label:
            span = {"scope": "colgroup", "colspan": str(len(columns))}
            above.append(element("th", span, label))
            below.extend([_column_head(grid, at + k) for k in range(len(columns))])
        else:
            total = _column_head(grid, at)
            total.set("rowspan", "2")
            above.append(total)
        at += len(columns)
    groups[0] = element("colgroup")
    return [*groups, element("thead", None, above, below)]


def _column_head(grid: Grid, at: int) -> Element:
    text = head_of(grid.columns[at], is_lettered=grid.is_lettered)
    return element("th", {"scope": "col"}, text)


def _block(block: Block, columns: int) -> Element:
    body = element("tbody", {"class": block.statistic})
    if block.label:
        body.set("class", f"{block.statistic} of")
        span = {"scope": "rowgroup", "colspan": str(columns + 1)}
        body.append(element("tr", None, element("th", span, block.label)))
    body.extend([_row(row) for row in block.rows])
    return body


def _row(row: GridRow) -> Element:
    made = element("tr", None, element("th", {"scope": "row"}, row.label))
    made.extend([_cell(cell) for cell in row.cells])
    return made


def _cell(cell: GridCell) -> Element:
    made = element("td", None, *_printed(cell.value))
    if cell.letters:
        made.append(element("b", None, cell.letters))
    for beside in cell.beside:
        made.append(element("small", None, beside.text))
    return made


def _printed(value: Printed) -> list[Element | str]:
    """Give a number; where it has a mark, the mark for the eye and words for the ear."""
    if not value.needs_words:
        return [value.text]
    return [
        element("span", {"aria-hidden": "true"}, value.text),
        element("span", {"class": "unseen"}, value.spoken),
    ]
