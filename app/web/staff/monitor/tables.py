"""The tables of the monitor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from app.messages.channels import Channel
from app.messages.statuses import MessageStatus
from app.panel.dispositions import CODES
from app.panel.outcome_rates import RATES, SMALL_BASE
from app.web.respond.words import Translate
from app.web.staff.cases.message_words import message_status_words, reason_words
from app.web.staff.figures import NONE, Figures
from app.web.staff.labels import channel_words, code_words
from app.web.staff.monitor.words import mark_words, reason_of_outcome
from app.web.staff.view import Row, Table

Group = Mapping[str, Any]
"""One group as `app.services.response.monitor_figures` keeps it."""


def counts_table(
    _: Translate,
    figures: Figures,
    mark: str,
    groups: Sequence[Group],
    total: Group,
    names: Mapping[str, str],
) -> Table:
    """Return the cases of each group by AAPOR's letters."""
    head = [
        mark_words(_, mark) if mark else "",
        _("Sampled"),
        _("Complete (I)"),
        _("Partial (P)"),
        _("Refusal, break-off (R)"),
        _("Not reached (NC)"),
        _("Other (O)"),
        _("Unknown (UH)"),
        _("Unknown, came back (UO)"),
        _("Not eligible (NE)"),
        "e",
    ]
    head[0] = head[0] or _("Of")

    def row(words: str, one: Group) -> Row:
        counts = [one["cases"], *one["counts"]]
        return Row(words, [*map(figures.count, counts), figures.decimal(one["e"], 3)])

    return Table(
        "counts",
        _("Cases of the sample by outcome"),
        head,
        [row(names[one["code"]], one) for one in groups],
        foot=[row(_("Total"), total)],
    )


def rates_table(
    _: Translate,
    figures: Figures,
    mark: str,
    groups: Sequence[Group],
    total: Group,
    names: Mapping[str, str],
) -> Table:
    """Return all outcome rates of each group; a star stands at a small base."""

    def cell(rate: Sequence[float]) -> str:
        above, below = rate
        if not below:
            return NONE
        return figures.percent(above / below, 1) + ("*" if below < SMALL_BASE else "")

    def row(words: str, one: Group) -> Row:
        return Row(words, [cell(one["rates"][name]) for name in RATES])

    return Table(
        "rates",
        _("Outcome rates (AAPOR); * has a base of fewer than %(cases)s cases", cases=SMALL_BASE),
        [mark_words(_, mark) if mark else _("Of"), *RATES],
        [row(names[one["code"]], one) for one in groups],
        foot=[row(_("Total"), total)],
    )


def outcomes_table(_: Translate, figures: Figures, told: Sequence[Sequence[Any]]) -> Table:
    """Return how many cases of the sample have each outcome code."""
    return _codes(_, figures, told, "outcomes", _("Outcome codes of the sample"))


def open_link_table(_: Translate, figures: Figures, told: Sequence[Sequence[Any]]) -> Table | None:
    """Return the same of who came by the open link; ``None`` without anybody."""
    if not told:
        return None
    caption = _("By the open link, outside the sample and in no rate")
    return _codes(_, figures, told, "open-link", caption)


def _codes(
    _: Translate, figures: Figures, told: Sequence[Sequence[Any]], table_id: str, caption: str
) -> Table:
    everybody = sum(one[2] for one in told)
    rows = [
        Row(
            code,
            [
                Markup('<span lang="en">{}</span>').format(CODES[code].name)
                if code in CODES
                else "",
                reason_of_outcome(_, reason),
                figures.count(cases),
                figures.percent(cases / everybody, 1) if everybody else NONE,
            ],
        )
        for code, reason, cases in told
    ]
    head = [_("Code"), _("Meaning"), _("Reason"), _("Cases"), _("Share")]
    return Table(table_id, caption, head, rows, numbers_from=3)


def partial_table(_: Translate, figures: Figures, told: Sequence[Sequence[Any]]) -> Table:
    """Return which variables and groups the R-indicator is low by."""
    rows = []
    for variable, unconditional, conditional, categories in told:
        words = {"fr_group": _("Group"), "fr_act": _("Act")}.get(variable, variable)
        marks = ", ".join(
            f"{code_words(_, variable, code)} {figures.decimal(value, 3)}"
            for code, value in categories.items()
        )
        rows.append(
            Row(
                words,
                [marks, figures.decimal(unconditional, 3), figures.decimal(conditional, 3)],
            )
        )
    head = [
        _("Variable"),
        _("Below zero: fewer answered than of all"),
        _("By itself"),
        _("Given the others"),
    ]
    caption = _("What the R-indicator is low by; 0 is nothing")
    return Table("partial", caption, head, rows, numbers_from=2)


def break_offs_table(
    _: Translate, figures: Figures, told: Sequence[Sequence[Any]], language: str
) -> Table | None:
    """Return the pages people stopped at; ``None`` when nobody did."""
    if not told:
        return None
    rows = [
        Row(
            _question(page, words, language),
            [
                figures.count(stopped),
                figures.count(saw),
                (figures.percent(stopped / saw, 1) if saw else NONE)
                + ("*" if saw < SMALL_BASE else ""),
            ],
        )
        for page, stopped, saw, words in told
    ]
    head = [_("Page"), _("Stopped here"), _("Saw it"), _("Share")]
    return Table("break-offs", _("Where people stopped, of those who saw the page"), head, rows)


def _question(page: str, words: Mapping[str, str], language: str) -> Markup:
    text = words.get(language) or next(iter(words.values()), "")
    return Markup("<code>{}</code><small>{}</small>").format(page, text)


def undelivered_table(
    _: Translate, figures: Figures, told: Sequence[Sequence[Any]]
) -> Table | None:
    """Return what did not arrive, by channel and reason; ``None`` when all did."""
    if not told:
        return None
    rows = [
        Row(
            channel_words(_, Channel(channel)),
            [
                message_status_words(_, MessageStatus(status)),
                reason_words(_, reason) if reason else NONE,
                figures.count(messages),
            ],
        )
        for channel, status, reason, messages in told
    ]
    head = [_("Channel"), _("What became of it"), _("Reason"), _("Messages")]
    return Table("undelivered", _("Messages that did not arrive"), head, rows, numbers_from=3)
