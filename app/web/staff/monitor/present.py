"""From the monitor's figures to what its page says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from app.messages.channels import Channel
from app.panel.outcome_rates import SMALL_BASE
from app.panel.rate_definitions import definitions
from app.services.context import STUDY_ZONE
from app.services.response.monitor import Monitor
from app.web.respond.words import Translate
from app.web.staff import charts
from app.web.staff.figures import NONE, Figures
from app.web.staff.labels import channel_words
from app.web.staff.monitor.tables import (
    break_offs_table,
    counts_table,
    open_link_table,
    outcomes_table,
    partial_table,
    rates_table,
    undelivered_table,
)
from app.web.staff.monitor.view import FiguresView, MonitorView
from app.web.staff.monitor.words import group_words, mark_words
from app.web.staff.view import Bar, BarChart, LineChart, Part, Row, Table, Words

PATH = "/staff/waves/{}/monitor"
MARKS = {
    "": "",
    "group": "fr_group",
    "language": "language",
    "channel": "channel",
    "device": "device",
}
"""What the address may say, and the mark it means."""
FILES = ("curve", "rates", "outcomes", "break-offs", "sent", "undelivered")
HEADLINES = ("RR1", "RR2", "COOP1", "REF1", "CON1")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def monitor_view(
    _: Translate, figures: Figures, told: Monitor, by: str, now: datetime, language: str
) -> MonitorView:
    """Return the page of the monitor; ``by`` is a key of `MARKS`."""
    path = PATH.format(told.wave.year)
    on = told.on.isoformat() if told.on else ""
    return MonitorView(
        year=told.wave.year,
        path=path,
        summary=_summary(_, figures, told),
        bars=_bars(_, figures, told),
        on=on,
        today=now.astimezone(STUDY_ZONE).date().isoformat(),
        by=by,
        marks=[(key, mark_words(_, mark)) for key, mark in MARKS.items()],
        known=_known(_, figures, told, now),
        stale=_("Something happened since: the figures below do not have it yet.")
        if told.stale
        else None,
        nothing=_nothing(_, told),
        may_work_out=bool(told.sampled) and (told.figures is None or told.stale),
        figures=None
        if told.figures is None or not told.figures["cases"]
        else _figures(_, figures, told.figures, by, language),
        definitions=_definitions(language),
        files=_files(_, path, by, on) if told.figures is not None else [],
    )


def _summary(_: Translate, figures: Figures, told: Monitor) -> str:
    if told.on is not None:
        return _("As we knew it at the end of %(day)s.", day=figures.day(told.on))
    if not told.sampled:
        return _("Nobody has been sampled for this wave yet.")
    share = told.counts["complete"] / told.eligible if told.eligible else None
    return _(
        "Now: %(complete)s of %(eligible)s eligible people have completed the questionnaire"
        " (%(rate)s).",
        complete=figures.count(told.counts["complete"]),
        eligible=figures.count(told.eligible),
        rate=figures.percent(share, 1),
    )


def _bars(_: Translate, figures: Figures, told: Monitor) -> BarChart | None:
    if told.on is not None or not told.sampled:
        return None
    rows = [
        ("complete", _("Complete")),
        ("partial", _("Begun, not finished")),
        ("refused", _("Refused")),
        ("open", _("No answer yet")),
        ("not_eligible", _("Not eligible")),
    ]
    found = []
    for state, words in rows:
        count = told.counts[state]
        share = count / told.sampled
        value = f"{figures.count(count)} ({figures.percent(share)})"
        kind = "complete" if state == "complete" else "partial"
        found.append(Bar(words, value, f"{words}: {value}", [Part(kind, 0, 100 * share)]))
    caption = _("The sample at this moment: %(count)s people", count=figures.count(told.sampled))
    return BarChart("now", caption, [], found)


def _known(_: Translate, figures: Figures, told: Monitor, now: datetime) -> str | None:
    if told.made_at is None:
        return None
    age = now - told.made_at
    if age < MINUTE:
        words = _("just now")
    elif age < HOUR:
        words = _("minutes ago: %(count)s", count=figures.count(age // MINUTE))
    elif age < DAY:
        words = _("hours ago: %(count)s", count=figures.count(age // HOUR))
    else:
        words = _("days ago: %(count)s", count=figures.count(age // DAY))
    moment = figures.moment(told.made_at)
    return _("Worked out on %(moment)s (%(age)s).", moment=moment, age=words)


def _nothing(_: Translate, told: Monitor) -> str | None:
    if told.figures is not None:
        if told.figures["cases"]:
            return None
        return _("Nobody had been sampled for this wave on that day.")
    if not told.sampled:
        return _(
            "No cases yet. They come with the sample: take a register file in and draw a sample."
        )
    return _(
        "This wave is large, so rates, curves and times are worked out apart from the page. It has"
        " not been done for this day yet."
    )


def _files(_: Translate, path: str, by: str, on: str) -> list[tuple[str, str]]:
    names = {
        "curve": _("Response by day"),
        "rates": _("Rates"),
        "outcomes": _("Outcome codes"),
        "break-offs": _("Where people stopped"),
        "sent": _("Messages by day"),
        "undelivered": _("Not delivered"),
    }
    query = urlencode({name: value for name, value in (("by", by), ("on", on)) if value})
    tail = f"?{query}" if query else ""
    return [(f"{path}/{one}.csv{tail}", names[one]) for one in FILES]


def _definitions(language: str) -> list[tuple[str, str]]:
    lines = definitions("nl" if language == "nl" else "en")[2:]
    until = lines.index("") if "" in lines else len(lines)
    return [(name, words) for name, _colon, words in (one.partition(": ") for one in lines[:until])]


# --- the figures ----------------------------------------------------------------------------------


def _figures(
    _: Translate, figures: Figures, told: Mapping[str, Any], by: str, language: str
) -> FiguresView:
    mark = MARKS[by]
    total = told["rates"][""][0]
    groups = told["rates"][mark] if mark else []
    names = {one["code"]: group_words(_, figures, mark, one["code"]) for one in groups}
    curve, left_out = _curve(_, figures, told["curves"][mark], mark, names)
    seen = told["representativity"]
    return FiguresView(
        head=[_headline(_, figures, name, total["rates"][name]) for name in HEADLINES],
        curve=curve,
        curve_base=_base_words(_, mark),
        left_out=left_out,
        counts=counts_table(_, figures, mark, groups, total, names),
        rates=rates_table(_, figures, mark, groups, total, names),
        outcomes=outcomes_table(_, figures, told["outcomes"]),
        open_link=open_link_table(_, figures, told["open_link"]),
        representativity=_representativity(_, figures, seen),
        partial=None if seen is None else partial_table(_, figures, seen["partial"]),
        break_offs=break_offs_table(_, figures, told["break_offs"], language),
        times=_times(_, figures, told["minutes"]),
        sent=_sent(_, figures, told["sent"]),
        undelivered=undelivered_table(_, figures, told["undelivered"]),
    )


def _headline(
    _: Translate, figures: Figures, name: str, rate: Sequence[float]
) -> tuple[str, Words, str]:
    above, below = rate
    value = figures.percent(above / below, 1) if below else NONE
    small = below < SMALL_BASE
    of = _("%(above)s of %(below)s", above=figures.count(above), below=figures.count(below))
    words = {
        "RR1": _("RR1: finished"),
        "RR2": _("RR2: finished, or at least half"),
        "COOP1": _("COOP1: finished, of those reached"),
        "REF1": _("REF1: refused or broke off"),
        "CON1": _("CON1: reached"),
    }[name]
    return words, f"{value}*" if small and below else value, of


def _base_words(_: Translate, mark: str) -> str:
    if mark == "device":
        return _(
            "Finished interviews by device of the first page. Who has not opened the questions has"
            " no device, so these are numbers and no shares."
        )
    if mark == "channel":
        return _(
            "Shares of the eligible people to whom something went out by these channels. A later"
            " reminder goes to who did not answer, so more channels go with less response."
        )
    return _("Shares of the people in the sample that are eligible as far as we know.")


def _curve(
    _: Translate,
    figures: Figures,
    curves: Sequence[Mapping[str, Any]],
    mark: str,
    names: Mapping[str, str],
) -> tuple[LineChart | None, str | None]:
    """Cumulative response by day; of all as begun and finished, of groups as finished."""
    as_counts = mark == "device"
    shown = [one for one in curves if one["days"] and not (as_counts and one["code"] == "-")]
    shown = sorted(shown, key=lambda one: -one["eligible"])
    drawn, rest = shown[: charts.KINDS], shown[charts.KINDS :]

    def height(count: float, eligible: int) -> float:
        return count if as_counts else (count / eligible if eligible else 0.0)

    def line(words: str, one: Mapping[str, Any], at: int) -> charts.Series:
        points = [
            (float(date.fromisoformat(day[0]).toordinal()), height(day[at], one["eligible"]))
            for day in one["days"]
        ]
        return charts.Series(words, points)

    if mark:
        series = [line(names[one["code"]], one, 2) for one in drawn]
        caption = _("Finished, by the end of each day")
    else:
        series = [
            pair
            for one in drawn
            for pair in (line(_("Finished"), one, 2), line(_("Begun"), one, 1))
        ]
        caption = _("Begun and finished, by the end of each day")

    def say_y(value: float) -> str:
        return figures.count(value) if as_counts else figures.percent(value, 0)

    ends = ", ".join(f"{one.words} {say_y(one.points[-1][1])}" for one in series)
    chart = charts.line_chart(
        series,
        id="curve",
        caption=caption,
        alternative=_("At the end: %(groups)s", groups=ends),
        say_x=lambda value: figures.short_day(date.fromordinal(round(value))),
        say_y=say_y,
        table=_curve_table(_, figures, shown, mark, names),
    )
    left_out = ", ".join(names[one["code"]] for one in rest) if mark else ""
    words = _("Not drawn, but in the table: %(groups)s", groups=left_out) if left_out else None
    return chart, words


def _curve_table(
    _: Translate,
    figures: Figures,
    curves: Sequence[Mapping[str, Any]],
    mark: str,
    names: Mapping[str, str],
) -> Table:
    """The latest day first: finished per group; of all, begun and finished too."""
    columns: dict[str, dict[str, float]] = {}
    for one in curves:
        if not mark:
            columns[_("Begun")] = {day[0]: day[1] for day in one["days"]}
        words = names[one["code"]] if mark else _("Finished")
        columns[words] = {day[0]: day[2] for day in one["days"]}
    days = sorted({day for of in columns.values() for day in of}, reverse=True)
    rows = [
        Row(
            figures.short_day(date.fromisoformat(day)),
            [figures.count(of.get(day, 0)) for of in columns.values()],
        )
        for day in days
    ]
    return Table(
        "curve-numbers", _("Interviews by the end of each day"), [_("Day"), *columns], rows
    )


def _representativity(
    _: Translate, figures: Figures, seen: Mapping[str, Any] | None
) -> list[tuple[str, Words]]:
    if seen is None:
        return []
    return [
        (_("R-indicator, adjusted for chance"), figures.decimal(seen["r"], 3)),
        (_("Standard error"), figures.decimal(seen["error"], 3)),
        (_("Not adjusted"), figures.decimal(seen["not_adjusted"], 3)),
        (_("Eligible people"), figures.count(seen["cases"])),
        (
            _("Cells of group and act"),
            _(
                "%(cells)s, of which small: %(small)s",
                cells=figures.count(seen["cells"]),
                small=figures.count(seen["small_cells"]),
            ),
        ),
    ]


def _times(_: Translate, figures: Figures, told: Mapping[str, Any]) -> list[tuple[str, Words]]:
    found = told["quartiles"]
    if found is None:
        return []
    low, median, high = (_("%(minutes)s minutes", minutes=figures.decimal(one, 1)) for one in found)
    return [
        (_("Median"), median),
        (_("A quarter took less than"), low),
        (_("A quarter took more than"), high),
        (_("Finished interviews"), figures.count(told["interviews"])),
    ]


def _sent(_: Translate, figures: Figures, told: Sequence[Sequence[Any]]) -> LineChart | None:
    if not told:
        return None
    days = sorted({one[0] for one in told})
    first, last = (date.fromisoformat(one).toordinal() for one in (days[0], days[-1]))
    counted = {(one[0], one[1]): one[2] for one in told}
    channels = [one for one in Channel if any(key[1] == one.value for key in counted)]
    series = [
        charts.Series(
            channel_words(_, channel),
            [
                (float(at), counted.get((date.fromordinal(at).isoformat(), channel.value), 0))
                for at in range(first, last + 1)
            ],
        )
        for channel in channels
    ]
    rows = [
        Row(
            figures.short_day(date.fromisoformat(day)),
            [figures.count(counted.get((day, channel.value), 0)) for channel in channels],
        )
        for day in reversed(days)
    ]
    totals = [sum(counted.get((day, one.value), 0) for day in days) for one in channels]
    table = Table(
        "sent-numbers",
        _("Messages that went out, by day"),
        [_("Day"), *(channel_words(_, one) for one in channels)],
        rows,
        foot=[Row(_("Total"), [figures.count(one) for one in totals])],
    )
    words = ", ".join(
        f"{channel_words(_, channel)} {figures.count(total)}"
        for channel, total in zip(channels, totals, strict=True)
    )
    return charts.line_chart(
        series,
        id="sent",
        caption=_("Messages that went out, by day"),
        alternative=_("In all: %(channels)s", channels=words),
        say_x=lambda value: figures.short_day(date.fromordinal(round(value))),
        say_y=lambda value: figures.count(value),
        table=table,
    )
