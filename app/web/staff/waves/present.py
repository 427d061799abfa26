"""From how waves stand to what their pages say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from markupsafe import Markup

from app.panel.states import WaveStatus
from app.services.content.study_calendar import WavePlan
from app.services.fieldwork.wave_preparation import Prepared
from app.services.response.monitoring import GROUP, Response, WaveReport, WaveState
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.labels import code_words, status_words
from app.web.staff.view import Bar, BarChart, Part, Row, Table, Words
from app.web.staff.waves.life_words import next_words, steps_of, task_lines
from app.web.staff.waves.view import Trial, WavesView, WaveView

SHORT_HASH = 12


def waves_view(
    _: Translate,
    figures: Figures,
    states: Sequence[WaveState],
    planned: Sequence[WavePlan],
    *,
    opens: bool,
) -> WavesView:
    """Return the list of waves with the response at a glance; ``planned`` are not begun.

    ``opens`` tells whether the page of a wave is open to who reads this: translators see the list.
    """
    sampled = [one for one in states if one.total.sampled]
    wave_words = [_("Wave %(year)s", year=one.wave.year) for one in sampled]
    bars = [(words, one.total) for words, one in zip(wave_words, sampled, strict=True)]
    table = Table(
        id="waves",
        caption=_("Response by wave"),
        head=[
            _("Wave"),
            _("Status"),
            _("Sampled"),
            _("Complete"),
            _("Partial"),
            "RR1",
            "RR2",
        ],
        rows=[_wave_row(figures, badge(_, one.wave.status), one, opens=opens) for one in states]
        + [_planned_row(_, figures, one, opens=opens) for one in planned],
        numbers_from=2,
    )
    return WavesView(_chart(_, figures, bars) if bars else None, table)


def _wave_row(figures: Figures, status: Markup, state: WaveState, *, opens: bool) -> Row:
    wave, total = state.wave, state.total
    return Row(
        _named(figures, wave.year, wave.opens_on, wave.closes_on, opens=opens),
        [
            status,
            figures.count(total.sampled),
            figures.count(total.complete),
            figures.count(total.partial),
            figures.percent(total.rr1, 1),
            figures.percent(total.rr2, 1),
        ],
    )


def _planned_row(_: Translate, figures: Figures, plan: WavePlan, *, opens: bool) -> Row:
    status = Markup('<span class="badge draft">{}</span>').format(_("Planned, not begun"))
    name = _named(figures, plan.year, plan.opens_on, plan.closes_on, opens=opens)
    return Row(name, [status, *["–"] * 5])


def _named(figures: Figures, year: int, first: date, last: date, *, opens: bool) -> Markup:
    link = Markup('<a href="/staff/waves/{0}">{0}</a>') if opens else Markup("{0}")
    days = Markup("<small>{} – {}</small>").format(
        figures.short_day(first), figures.short_day(last)
    )
    return link.format(year) + days


def badge(_: Translate, status: WaveStatus) -> Markup:
    """Return the status of a wave as a badge."""
    words = status_words(_, status)
    return Markup('<span class="badge {}">{}</span>').format(str(status), words)


def wave_view(
    _: Translate,
    figures: Figures,
    report: WaveReport,
    *,
    trial: Trial | None,
    tasks: Sequence[Prepared],
    may_move_it: bool,
    by_group: bool,
    today: date,
) -> WaveView:
    """Return the page of a wave.

    ``by_group`` tells whether exact numbers of small groups may be seen: beside the rounded ones of
    tables they would give the people between away, so analysts see the total.
    """
    wave, total = report.state.wave, report.state.total
    groups = [(group_words(_, row.codes), row.response) for row in report.by_group if by_group]
    bars = groups or ([(_("Everybody"), total)] if total.sampled else [])
    languages = [(figures.language(row.codes[0] or ""), row.response) for row in report.by_language]
    trying = wave.synthetic and wave.status is WaveStatus.OPEN
    return WaveView(
        year=wave.year,
        status=str(wave.status),
        status_words=status_words(_, wave.status),
        facts=_facts(_, figures, report),
        summary=_(
            "%(complete)s of %(eligible)s people have completed the questionnaire (%(rate)s).",
            complete=figures.count(total.complete),
            eligible=figures.count(total.eligible),
            rate=figures.percent(total.rr1, 1),
        ),
        next_words=next_words(_, figures, report.state, today),
        tasks=task_lines(_, figures, wave.year, tasks),
        steps=steps_of(_, figures, report.state) if may_move_it else [],
        seen=str(wave.status),
        trial=trial,
        no_trial=_("There is no unused test case left in this wave.")
        if trying and trial is None
        else None,
        chart=_chart(_, figures, bars),
        by_group=_response_table(_, figures, "by-group", _("Response by group"), _("Group"), groups,
                                 total),
        by_language=_response_table(_, figures, "by-language", _("Response by language of contact"),
                                    _("Language"), languages, total) if by_group else None,
        open_link=_open_link(_, figures, report.state.open_link),
        history=_history(_, figures, report),
    )  # fmt: skip


def group_words(_: Translate, codes: Sequence[str | None]) -> str:
    """Return a combination of codes of `monitoring.GROUP` in words."""
    named = zip(GROUP, codes, strict=True)
    return ", ".join(code_words(_, variable, code) for variable, code in named)


def _facts(_: Translate, figures: Figures, report: WaveReport) -> list[tuple[str, Words]]:
    wave = report.state.wave
    facts: list[tuple[str, Words]] = [
        (_("Planned"), f"{figures.day(wave.opens_on)} – {figures.day(wave.closes_on)}")
    ]
    if wave.opened_at is not None:
        facts.append((_("Opened"), figures.moment(wave.opened_at)))
    if wave.closed_at is not None:
        facts.append((_("Closed"), figures.moment(wave.closed_at)))
    if wave.version_id is None:
        facts.append((_("Questionnaire"), _("Not published yet")))
    else:
        short = Markup('<code title="{}">{}</code>').format(
            wave.version_id, wave.version_id[:SHORT_HASH]
        )
        words = _("Version %(number)s, SHA-256 %(hash)s", number=report.version_number, hash=short)
        facts.append((_("Questionnaire"), words))
    return facts


def _response_table(
    _: Translate,
    figures: Figures,
    table_id: str,
    caption: str,
    header: str,
    rows: Sequence[tuple[str, Response]],
    total: Response,
) -> Table:
    return Table(
        id=table_id,
        caption=caption,
        head=[
            header,
            _("Sampled"),
            _("No answer yet"),
            _("Partial"),
            _("Complete"),
            _("Refused"),
            _("Not eligible"),
            "RR1",
            "RR2",
        ],
        rows=[Row(words, _response_cells(figures, response)) for words, response in rows],
        foot=[Row(_("Total"), _response_cells(figures, total))],
    )


def _response_cells(figures: Figures, response: Response) -> list[str]:
    counts = (
        response.sampled,
        response.open,
        response.partial,
        response.complete,
        response.refused,
        response.not_eligible,
    )
    rates = (response.rr1, response.rr2)
    return [figures.count(one) for one in counts] + [figures.percent(one, 1) for one in rates]


def _chart(_: Translate, figures: Figures, rows: Sequence[tuple[str, Response]]) -> BarChart:
    return BarChart(
        id="response",
        caption=_("Complete and partial interviews, as a share of the eligible people"),
        legend=[("complete", _("Complete")), ("partial", _("Partial"))],
        bars=[_bar(_, figures, words, response) for words, response in rows],
    )


def _bar(_: Translate, figures: Figures, words: str, response: Response) -> Bar:
    complete = 100 * (response.rr1 or 0)
    partial = 100 * ((response.rr2 or 0) - (response.rr1 or 0))
    return Bar(
        label=words,
        value=figures.percent(response.rr2),
        alternative=_(
            "%(group)s: %(complete)s complete, %(partial)s partial",
            group=words,
            complete=figures.percent(response.rr1, 1),
            partial=figures.percent(partial / 100, 1),
        ),
        parts=[Part("complete", 0, complete), Part("partial", complete, partial)],
    )


def _open_link(_: Translate, figures: Figures, response: Response) -> str | None:
    if not response.sampled:
        return None
    return _(
        "By the open link, outside the sample: %(complete)s complete, %(partial)s partial.",
        complete=figures.count(response.complete),
        partial=figures.count(response.partial),
    )


def _history(_: Translate, figures: Figures, report: WaveReport) -> Table:
    return Table(
        id="history",
        caption=_("History"),
        head=[_("When"), _("Became"), _("By"), _("Note")],
        rows=[
            Row(figures.moment(one.at), [badge(_, one.to_status), one.by, one.note or ""])
            for one in reversed(report.history)
        ],
        numbers_from=9,
    )
