"""From the ledger of the panel to its page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lxml import etree
from markupsafe import Markup

from app.panel.attrition_ledger import Ledger, flows, place_order
from app.panel.places import FATES, Fate, Placed
from app.services.context import STUDY_ZONE
from app.services.response.attrition_chart import flow_svg
from app.services.response.attrition_page import balance
from app.services.response.attrition_words import fate_words, place_words, why_words
from app.services.response.panel_flow import BY, PanelFlow
from app.web.respond.words import Translate
from app.web.staff.figures import NONE, Figures
from app.web.staff.labels import code_words
from app.web.staff.view import Row, Table

PATH = "/staff/panel"


@dataclass(frozen=True, slots=True)
class PanelView:
    """The page of the panel."""

    summary: str
    on: str
    by: str
    marks: Sequence[tuple[str, str]]
    known: str | None
    stale: str | None
    nothing: str | None
    may_work_out: bool
    balance: str | None
    problems: Sequence[str]
    """Why the ledger does not balance, in English; then nothing is added up."""
    chart: Markup | None
    chart_title: str
    where: Table | None
    groups: Sequence[Table]
    moves: Sequence[Table]
    definitions: Sequence[tuple[str, str]]
    flow_file: str


def mark_words(_: Translate, mark: str) -> str:
    """Return what the panel can be broken down by."""
    return {
        "": _("Everybody together"),
        "fr_group": _("Group"),
        "fr_act": _("Act"),
        "fr_sex": _("Sex"),
    }[mark]


def panel_view(_: Translate, figures: Figures, told: PanelFlow, language: str) -> PanelView:
    """Return the page; without a ledger it says why there is none."""
    ledger = told.ledger
    on = told.on.isoformat() if told.on else ""
    fine = ledger is not None and not ledger.problems and bool(ledger.people)
    title = _title(_, figures, ledger)
    arguments = "&".join(
        f"{name}={value}" for name, value in (("by", told.by), ("on", on)) if value
    )
    return PanelView(
        summary=_summary(_, figures, ledger) if fine and ledger else "",
        on=on,
        by=told.by,
        marks=[(one, mark_words(_, one)) for one in BY],
        known=None
        if told.made_at is None
        else _("Worked out on %(moment)s.", moment=figures.moment(told.made_at)),
        stale=_("Something happened since: the page does not have it yet.") if told.stale else None,
        nothing=_nothing(_, told),
        may_work_out=bool(told.cases) and (ledger is None or told.stale),
        balance=balance(ledger, _, language) if fine and ledger else None,
        problems=ledger.problems if ledger else (),
        chart=_chart(_, ledger, language, title) if fine and ledger else None,
        chart_title=title,
        where=_where(_, figures, ledger) if fine and ledger else None,
        groups=_groups(_, figures, ledger) if fine and ledger and ledger.by else (),
        moves=_moves(_, figures, ledger) if fine and ledger else (),
        definitions=_definitions(_),
        flow_file=f"{PATH}.csv" + (f"?{arguments}" if arguments else ""),
    )


def _nothing(_: Translate, told: PanelFlow) -> str | None:
    if told.ledger is not None:
        if told.ledger.people:
            return None
        return _("Nobody had been drawn on that day.")
    if not told.cases:
        return _(
            "Nobody is in the panel yet. It begins with the first sample: take a register file in"
            " and draw a sample for a wave."
        )
    return _("The panel is large, so its ledger is made apart from the page. It has not been made"
             " for this choice yet.")  # fmt: skip


def _summary(_: Translate, figures: Figures, ledger: Ledger) -> str:
    if not ledger.waves:
        return ""
    last = ledger.waves[-1]
    fates = ledger.fates(last)
    return _(
        "%(people)s people were ever drawn. In wave %(year)s: took part %(answered)s, in the field"
        " %(field)s, did not take part %(missed)s, lost to the panel %(lost)s, left the population"
        " %(left)s.",
        people=figures.count(ledger.people),
        year=last,
        answered=figures.count(fates[Fate.ANSWERED]),
        field=figures.count(fates[Fate.IN_FIELD]),
        missed=figures.count(fates[Fate.NONRESPONSE]),
        lost=figures.count(fates[Fate.ATTRITION]),
        left=figures.count(fates[Fate.LEFT]),
    )


def _title(_: Translate, figures: Figures, ledger: Ledger | None) -> str:
    if ledger is None:
        return ""
    day = figures.day(ledger.at.astimezone(STUDY_ZONE))
    return _("The panel through its waves, as known on %(day)s.", day=day)


def _chart(_: Translate, ledger: Ledger, language: str, title: str) -> Markup:
    svg = flow_svg(ledger, language, _, title=title)
    # Made by our own code of numbers and words that it escapes.
    return Markup(etree.tostring(svg, encoding="unicode", method="html"))  # noqa: S704


def _where(_: Translate, figures: Figures, ledger: Ledger) -> Table:
    counts = {wave: ledger.counts(wave) for wave in ledger.waves}
    found = {placed for of in counts.values() for placed in of}
    rows = []
    for fate, words in fate_words(_).items():
        inside = sorted((one for one in found if one.fate is fate), key=place_order)
        if not inside:
            continue
        totals = [sum(counts[wave][one] for one in inside) for wave in ledger.waves]
        strong = Markup("<b>{}</b>")
        rows.append(
            Row(strong.format(words), [strong.format(figures.count(one)) for one in totals])
        )
        rows += [
            Row(_named(_, one), [figures.count(counts[wave][one]) for wave in ledger.waves])
            for one in inside
        ]
    everybody = [figures.count(sum(counts[wave].values())) for wave in ledger.waves]
    head = [_("Place"), *(str(wave) for wave in ledger.waves)]
    return Table(
        "where",
        _("People by place and wave"),
        head,
        rows,
        foot=[Row(_("Everybody ever drawn"), everybody)],
    )


def _groups(_: Translate, figures: Figures, ledger: Ledger) -> list[Table]:
    groups = sorted({one.group for one in ledger.lines})
    tables = []
    for wave in ledger.waves:
        counts: Counter[tuple[Fate, str]] = Counter(
            (FATES[one.placed.place], one.group) for one in ledger.lines if one.wave == wave
        )
        rows = [
            Row(words, [_with_share(figures, counts, fate, group) for group in groups])
            for fate, words in fate_words(_).items()
            if any(counts[fate, group] for group in groups)
        ]
        caption = _(
            "Wave %(wave)s by %(variable)s: people, and share of those in its sample",
            wave=wave,
            variable=mark_words(_, ledger.by).lower(),
        )
        head = ["", *(code_words(_, ledger.by, group or None) for group in groups)]
        head[0] = _("What it means")
        tables.append(Table(f"groups-{wave}", caption, head, rows))
    return tables


def _with_share(figures: Figures, counts: Counter[tuple[Fate, str]], fate: Fate, group: str) -> str:
    count = counts[fate, group]
    inside = sum(n for (one, of), n in counts.items() if of == group and one is not Fate.OUTSIDE)
    if fate is Fate.OUTSIDE:
        return figures.count(count)
    share = figures.percent(count / inside) if inside else NONE
    return f"{figures.count(count)} ({share})"


def _moves(_: Translate, figures: Figures, ledger: Ledger) -> list[Table]:
    """From wave to wave: where people were, where they went and why."""
    tables = []
    for before, after in pairwise(ledger.waves):
        moved: Counter[tuple[Placed, Placed]] = Counter()
        for one in flows((before, after), ledger.lines):
            moved[Placed(one.from_place), Placed(one.to_place, one.to_why)] += one.people
        rows = [
            Row(_named(_, start), [_named(_, end), figures.count(people)])
            for (start, end), people in sorted(
                moved.items(), key=lambda one: (place_order(one[0][0]), place_order(one[0][1]))
            )
        ]
        caption = _("From %(before)s to %(after)s", before=before, after=after)
        head = [_("In %(wave)s", wave=before), _("In %(wave)s", wave=after), _("People")]
        tables.append(Table(f"moves-{after}", caption, head, rows, numbers_from=2))
    return tables


def _named(_: Translate, placed: Placed) -> str:
    name = place_words(_)[placed.place]
    return f"{name}: {why_words(_)[placed.why]}" if placed.why else name


def _definitions(_: Translate) -> list[tuple[str, str]]:
    names = fate_words(_)
    return [
        (names[Fate.ANSWERED], _("Finished, or stopped with enough answered to count.")),
        (names[Fate.IN_FIELD], _("The wave still takes answers.")),
        (
            names[Fate.NONRESPONSE],
            _("Was asked and belongs to the population; may answer the next time."),
        ),
        (
            names[Fate.ATTRITION],
            _("Belongs to the population and is not asked any more: said no for good, gave no"
              " consent to be asked again, withdrew, or was erased."),
        ),
        (
            names[Fate.LEFT],
            _("Died, moved abroad, finished or is no longer obliged: nobody lost them, and no"
              " weight makes up for them."),
        ),
        (names[Fate.OUTSIDE], _("Not drawn for this wave, or not yet.")),
    ]  # fmt: skip
