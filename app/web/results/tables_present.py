"""From made tables to what the page of the builder shows."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree
from markupsafe import Markup

from analysis.book import Heading, PublishedTable
from analysis.codebook import words
from analysis.printed import Printed, marks_used
from analysis.report.chart import Chart
from analysis.report.chart_choice import charts_of
from analysis.report.chart_svg import chart_svg
from analysis.report.grid import Grid, GridCell, GridRow, grid_of
from analysis.report.markup import Element
from app.services.publication.made_tables import MadeTables, label_of
from app.services.publication.table_files import FORMATS
from app.services.publication.table_sources import Source
from app.web.respond.words import Translate
from app.web.results.base_words import Wording, base_in_words
from app.web.results.present import Reader
from app.web.results.tables_address import pairs_of, url_of
from app.web.results.tables_view import ChartView, MadeTable, MadeView
from app.web.staff.view import Row, Table


def source_words(reader: Reader, source: Source) -> str:
    """Return in a sentence what tables are made on."""
    _ = reader.translate
    if source.live:
        return _(
            "Live figures, not for publication: answers as they were on %(moment)s.",
            moment=reader.figures.moment(source.taken_at),
        )
    return _(
        "Release %(number)s of %(moment)s. A table made here is not itself a publication.",
        number=source.name,
        moment=reader.figures.moment(source.taken_at),
    )


def made_view(reader: Reader, made: MadeTables) -> MadeView:
    """Return the tables as the page shows them."""
    _, language = reader.translate, reader.language
    codebook = made.source.open().codebook
    shown = {table.id for table in made.tables}
    empty = [
        label_of(codebook, one.stub[0], language)
        for one in made.plan
        if f"{one.id}/{one.stub[0]}" not in shown
    ]
    return MadeView(
        tables=[_table(reader, made, table, at) for at, table in enumerate(made.tables, start=1)],
        empty=empty,
        summary=_summary(_, made),
        standing=[one for one in made.book.standing if one != source_words(reader, made.source)],
        versions=list(made.book.version.items()),
        downloads=[
            (name.upper(), url_of(made.asked, made.source.name, file=name)) for name in FORMATS
        ],
        fields=pairs_of(made.asked, made.source.name),
    )


def _summary(_: Translate, made: MadeTables) -> str:
    if not made.suppressed:
        return _("All numbers of this table may be shown.")
    return _(
        "Not shown: %(count)s numbers (×). They rest on too few people, or would give back such a "
        "number, also together with tables made before. To see more, compare fewer or larger "
        "groups, or leave out the filter.",
        count=made.suppressed,
    )


def _table(reader: Reader, made: MadeTables, table: PublishedTable, at: int) -> MadeTable:
    language = reader.language
    plan_id = table.id.partition("/")[0]
    return MadeTable(
        id=f"made-{at}",
        heading=table.title,
        question=table.question or None,
        table=table_of(reader, table, f"made-{at}"),
        charts=[
            _chart(chart, f"chart-{at}-{k}") for k, chart in enumerate(charts_of(table, language))
        ],
        marks=[*marks_used(table, language), *_without_letters(reader, made, table)],
        facts=_facts(reader, made, plan_id),
        notes=table.notes,
    )


def _without_letters(reader: Reader, made: MadeTables, table: PublishedTable) -> list[str]:
    """Why a table whose groups were to be compared shows no letter."""
    _ = reader.translate
    if not made.asked.compares or grid_of(table, reader.language).is_lettered:
        return []
    if len(table.columns) < 2:
        return [_("No letters: choose groups to compare")]
    shown = [column for column in table.columns[1:] if _has_base(table, column)]
    if len(shown) < 2:
        return [_("No letters: fewer than two groups have enough people to be compared")]
    return [_("No letters: no groups differ by a test at 5%")]


def _has_base(table: PublishedTable, column: Heading) -> bool:
    bases = [table.base(wave, column) for wave in table.waves]
    return any(one is not None and one.n is not None for one in bases)


def _chart(chart: Chart, key: str) -> ChartView:
    caption = chart.caption
    return ChartView(caption.title, caption.source, _markup(chart_svg(chart, key)), caption.reading)


def _markup(element: Element) -> Markup:
    """Turn a drawing of `analysis` into HTML; it escapes its own text."""
    return Markup(etree.tostring(element, encoding="unicode", method="html"))  # noqa: S704


def _facts(reader: Reader, made: MadeTables, plan_id: str) -> list[tuple[str, str]]:
    """What a reader asks first of a number: of whom, weighted how, how sure."""
    _, language = reader.translate, reader.language
    fact = next(one for one in made.facts if one.table == plan_id)
    wording = Wording(_, made.source.open().codebook, language)
    conditions = [text for text in (fact.asked, fact.base) if text and text != "true"]
    listed = [(_("Base"), base_in_words(" and ".join(conditions) or "true", wording))]
    if fact.base:
        listed.append((_("As a condition"), fact.base))
    titles = {one.weight: one.title for one in made.source.weights()}
    name = fact.weight
    title = words(next((t for w, t in titles.items() if name.startswith(w)), {}), language)
    listed.append((_("Weight"), f"{name}: {title}" if title else name))
    effect = made.design_effects.get(plan_id)
    if effect is not None and effect == effect:
        said = reader.figures.decimal(effect, 2)
        listed.append(
            (_("Design effect of the weight"), _("%(effect)s (Kish: n / effective n)", effect=said))
        )
    return listed


# --- the table itself -----------------------------------------------------------------------------


def table_of(reader: Reader, table: PublishedTable, id: str) -> Table:
    """Return a published table for the macro ``data_table``: answers above, bases below."""
    grid = grid_of(table, reader.language)
    several = len({column.banner for column in grid.columns}) > 2
    head = [reader.translate("Answer")]
    head += [_head(column, lettered=grid.is_lettered, several=several) for column in grid.columns]
    return Table(
        id=id,
        caption=", ".join((table.title.rstrip("."), *table.waves[:2])),
        head=head,
        rows=list(_rows(grid, base=False)),
        foot=list(_rows(grid, base=True)),
    )


def _head(column: Heading, *, lettered: bool, several: bool) -> Markup:
    letter = f" ({column.letter.upper()})" if lettered and column.letter else ""
    above = Markup("<small>{}</small> ").format(column.banner_label) if several else Markup("")
    return Markup("{}{}{}").format(
        above if column.banner_label else Markup(""), column.label, letter
    )


def _rows(grid: Grid, *, base: bool) -> Sequence[Row]:
    return [
        Row(_row_head(block.label, row), [_cell(cell) for cell in row.cells])
        for block in grid.blocks
        if (block.statistic == "base") is base
        for row in block.rows
    ]


def _row_head(label: str, row: GridRow) -> Markup:
    if not label:
        return Markup("{}").format(row.label)
    return Markup("{} <small>{}</small>").format(label, row.label)


def _cell(cell: GridCell) -> Markup:
    parts = [_printed(cell.value)]
    if cell.letters:
        parts.append(Markup(" <b>{}</b>").format(cell.letters))
    parts += [Markup("<small>{}</small>").format(beside.text) for beside in cell.beside]
    return Markup("").join(parts)


def _printed(value: Printed) -> Markup:
    """Return a number; where it has a mark, the mark for the eye and words for the ear."""
    if not value.needs_words:
        return Markup("{}").format(value.text)
    return Markup('<span aria-hidden="true">{}</span><span class="unseen">{}</span>').format(
        value.text, value.spoken
    )
