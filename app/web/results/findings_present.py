"""The findings board in words: what was published, what each wave says, what changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.services.publication.finding_notes import Note
from app.services.publication.findings_board import (
    Board,
    BoardRow,
    Source,
    Standing,
    Trend,
    Verdict,
)
from app.web.respond.words import Translate
from app.web.results.results_tabs import ROOT
from app.web.results.view import Plot
from app.web.staff.figures import NONE, Figures
from app.web.staff.listing import Cell, Choice, Column
from app.web.staff.view import Row, Table

FINDINGS = f"{ROOT}/findings"
_TO_LOOK_AT = (
    Verdict.OUTSIDE,
    Verdict.NOT_CONFIRMED,
    Verdict.OVERLAPS,
    Verdict.INSIDE,
    Verdict.CONFIRMED,
)
"""What needs a look stands first."""


@dataclass(frozen=True, slots=True)
class NoteView:
    """A signed note."""

    text: str
    signed: str


@dataclass(frozen=True, slots=True)
class FindingPage:
    """The page of one finding."""

    id: str
    statement: str
    published: str
    published_range: str | None
    facts: Sequence[tuple[str, str]]
    verdict: str
    trend: str
    plots: Sequence[tuple[str, Plot]]
    table: Table
    notes: Sequence[NoteView]


def source_words(_: Translate, source: Source) -> str:
    """Return a wave and where its numbers come from."""
    if source.release is None:
        return _("%(wave)s, live", wave=source.wave)
    return _("%(wave)s, release %(release)s", wave=source.wave, release=source.release)


def verdict_words(_: Translate, verdict: Verdict) -> str:
    """Return a verdict in words."""
    return {
        Verdict.INSIDE: _("In the published range"),
        Verdict.OVERLAPS: _("Interval reaches the range"),
        Verdict.OUTSIDE: _("Outside the published range"),
        Verdict.CONFIRMED: _("Same direction, a test finds it"),
        Verdict.NOT_CONFIRMED: _("A test does not find it"),
        Verdict.NOTHING: _("Nothing to compare"),
    }[verdict]


def trend_words(_: Translate, trend: Trend) -> str:
    """Return what the last two waves say together."""
    return {
        Trend.UP: _("Higher than the wave before"),
        Trend.DOWN: _("Lower than the wave before"),
        Trend.UNCLEAR: _("No clear change"),
        Trend.NONE: NONE,
    }[trend]


def verdict_links(_: Translate, found: Board) -> list[tuple[str, str]]:
    """Return how many findings have each verdict, with the board of only those."""
    counts = [(one, sum(row.verdict is one for row in found.rows)) for one in _TO_LOOK_AT]
    return [
        (f"{verdict_words(_, one)}: {count}", f"{FINDINGS}?verdict={one}")
        for one, count in counts
        if count
    ]


def choices(_: Translate) -> list[Choice]:
    """Return the filters of the board."""
    return [
        Choice("verdict", _("Verdict"), [(str(one), verdict_words(_, one)) for one in Verdict]),
        Choice(
            "trend",
            _("Trend"),
            [(str(one), trend_words(_, one)) for one in Trend if one is not Trend.NONE],
        ),
    ]


def columns(
    _: Translate, figures: Figures, found: Board, noted: dict[str, int]
) -> list[Column[BoardRow]]:
    """Return the columns of the board: one for each wave."""
    badges = {Verdict.INSIDE: "open", Verdict.CONFIRMED: "open", Verdict.OUTSIDE: "bad"}
    waves = [
        Column[BoardRow](
            f"w{source.wave}",
            source_words(_, source),
            _wave_cell(_, figures, source),
            sort=_wave_key(source),
            csv=_wave_key(source),
            number=True,
        )
        for source in found.sources
    ]
    return [
        Column(
            "id",
            _("Finding"),
            lambda row: Cell(row.finding.id, f"{FINDINGS}/{row.finding.id}", small=row.statement),
            sort=lambda row: row.finding.id,
            csv=lambda row: f"{row.finding.id} {row.statement}",
        ),
        Column(
            "published",
            _("Published"),
            lambda row: Cell(row.finding.published or NONE, lang="nl"),
        ),
        *waves,
        Column(
            "verdict",
            _("Verdict"),
            lambda row: Cell(verdict_words(_, row.verdict), badge=badges.get(row.verdict, "plain")),
            sort=lambda row: list(Verdict).index(row.verdict),
            csv=lambda row: verdict_words(_, row.verdict),
        ),
        Column(
            "trend",
            _("Trend"),
            lambda row: trend_words(_, row.trend),
            sort=lambda row: list(Trend).index(row.trend),
        ),
        Column(
            "notes",
            _("Notes"),
            lambda row: figures.count(noted.get(row.finding.id, 0)),
            sort=lambda row: noted.get(row.finding.id, 0),
            number=True,
            csv=lambda row: noted.get(row.finding.id, 0),
        ),
    ]


def searched(row: BoardRow) -> str:
    """Return what the search of the board looks in."""
    one = row.finding
    return f"{one.id} {row.statement} {one.published} {one.topic} {one.section}"


def kept(row: BoardRow, chosen: Sequence[tuple[str, str]]) -> bool:
    """Tell whether a row fits the filters."""
    told = {"verdict": str(row.verdict), "trend": str(row.trend)}
    return all(not value or told.get(name) == value for name, value in chosen)


def _standing(row: BoardRow, source: Source) -> Standing | None:
    return next((one for one in row.standings if one.source == source), None)


def _wave_cell(_: Translate, figures: Figures, source: Source) -> Callable[[BoardRow], Cell]:
    def cell(row: BoardRow) -> Cell:
        one = _standing(row, source)
        if one is None or one.value is None:
            return Cell(NONE)
        n = _("n %(n)s", n=figures.count(one.n))
        return Cell(_value(figures, one), small=f"{_interval(figures, one)}; {n}")

    return cell


def _wave_key(source: Source) -> Callable[[BoardRow], float | None]:
    def key(row: BoardRow) -> float | None:
        one = _standing(row, source)
        return None if one is None else one.value

    return key


def _value(figures: Figures, one: Standing) -> str:
    if one.is_share:
        return figures.percent(one.value, 1)
    return figures.decimal(one.value, 0 if one.statistic == "count" else 1)


def _interval(figures: Figures, one: Standing) -> str:
    if one.low is None or one.high is None:
        return NONE
    if one.is_share:
        return figures.interval(one.low, one.high, 1)
    return f"{figures.decimal(one.low, 1)}–{figures.decimal(one.high, 1)}"


# --- one finding ----------------------------------------------------------------------------------


def finding_page(
    _: Translate, figures: Figures, row: BoardRow, notes: Sequence[Note]
) -> FindingPage:
    """Return the page of a finding."""
    one = row.finding
    has_range = one.published_low is not None and one.published_high is not None
    facts = [
        (_("Research question"), one.research_question or NONE),
        (_("Chapter"), one.section),
        (_("About"), one.group or NONE),
        (_("Condition of the base"), one.base or NONE),
    ]
    if one.note:
        facts.append((_("Remark"), one.note))
    return FindingPage(
        id=one.id,
        statement=row.statement,
        published=one.published,
        published_range=figures.interval(one.published_low, one.published_high, 1) + "%"
        if has_range
        else None,
        facts=facts,
        verdict=verdict_words(_, row.verdict),
        trend=trend_words(_, row.trend),
        plots=[
            (source_words(_, standing.source), _plot(_, figures, row, standing))
            for standing in row.standings
            if has_range and standing.is_share and standing.value is not None
        ],
        table=_table(_, figures, row),
        notes=[
            NoteView(
                note.text,
                _("%(by)s, %(moment)s", by=note.by, moment=figures.moment(note.at)),
            )
            for note in notes
        ],
    )


def _plot(_: Translate, figures: Figures, row: BoardRow, one: Standing) -> Plot:
    low, high = row.finding.published_low or 0.0, row.finding.published_high or 0.0
    known = one.low is not None and one.high is not None
    return Plot(
        band=(100 * low, 100 * high),
        interval=(100 * (one.low or 0.0), 100 * (one.high or 0.0)) if known else None,
        point=100 * (one.value or 0.0),
        alternative=_(
            "Published %(published)s%%; estimate %(estimate)s, interval %(interval)s",
            published=figures.interval(low, high, 1),
            estimate=_value(figures, one),
            interval=_interval(figures, one),
        ),
    )


def _table(_: Translate, figures: Figures, row: BoardRow) -> Table:
    return Table(
        id="estimates",
        caption=_("Estimates of each wave"),
        head=[_("Wave"), _("Verdict"), _("Remark"), _("Estimate"), _("95% interval"), "n"],
        rows=[
            Row(
                source_words(_, one.source),
                [
                    verdict_words(_, one.verdict),
                    one.note or NONE,
                    NONE if one.value is None else _value(figures, one),
                    _interval(figures, one),
                    figures.count(one.n),
                ],
            )
            for one in row.standings
        ],
        numbers_from=3,
    )
