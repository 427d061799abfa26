"""The retention calendar → words and figures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from app.panel.retention import Kept, Since, Term
from app.services.privacy.retention import Due
from app.services.privacy.retention_calendar import Calendar, When
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.listing import Cell, Column
from app.web.staff.view import Row, Table


def kept_words(_: Translate, kept: Kept) -> str:
    """Return what is kept, in words."""
    return {
        Kept.CONTACTS: _("Contact details"),
        Kept.CONTACTS_OF_WITHDRAWN: _("Contact details of who withdrew"),
        Kept.PRINTABLE_CODES: _("Codes that letters are printed from"),
        Kept.ACCESS_CODES: _("Sealed codes, which open a person's pages"),
        Kept.SOURCE_MARKS: _("Marks of where an open link was used from"),
        Kept.PRINT_FILES: _("Files of printed letters"),
        Kept.REHEARSAL_SAMPLES: _("Samples of letters made at rehearsals"),
        Kept.MESSAGE_DETAILS: _("What providers said about messages"),
        Kept.STAFF_SESSIONS: _("Ended sessions of staff"),
        Kept.MISSES: _("Counts of wrong codes and passwords"),
    }[kept]


def term_words(_: Translate, figures: Figures, term: Term) -> str:
    """Return how long something is kept, counted from what."""
    days = figures.count(term.days)
    if term.days == 0 and term.since is Since.WAVE:
        return _("until its wave closes")
    return {
        Since.LAST_WAVE: _("%(days)s days after the last wave closed", days=days),
        Since.WAVE: _("%(days)s days after its wave closed", days=days),
        Since.WITHDRAWAL: _("%(days)s days after the withdrawal", days=days),
        Since.HANDED_OVER: _("%(days)s days after they went to the printer", days=days),
        Since.END: _("%(days)s days after it ended", days=days),
    }[term.since]


def columns(_: Translate, figures: Figures, found: Calendar) -> Sequence[Column[Due]]:
    """Return the columns of the list of terms."""

    def until(one: Due) -> Cell:
        coming = found.next_of(one.term.kept)
        if coming is not None:
            small = _wave_words(_, coming)
            return Cell(figures.short_day(coming.on), small=small)
        return Cell(_("as it comes") if _rolling(one.term) else _("not known yet"))

    def due_now(one: Due) -> Cell:
        if one.count:
            return Cell(_("%(count)s to destroy now", count=figures.count(one.count)), badge="bad")
        return Cell(_("nothing"))

    def next_day(one: Due) -> int | None:
        coming = found.next_of(one.term.kept)
        return coming.on.toordinal() if coming is not None else None

    return (
        Column("kept", _("What"), lambda one: kept_words(_, one.term.kept),
               sort=lambda one: kept_words(_, one.term.kept)),
        Column("due", _("Due now"), due_now, sort=lambda one: one.count, csv=lambda one: one.count),
        Column("next", _("Next day"), until, sort=next_day),
        Column("term", _("Kept"), lambda one: term_words(_, figures, one.term)),
        Column("why", _("Why so long"), lambda one: Cell(one.term.why, lang="en", dir="ltr")),
    )  # fmt: skip


def due(_: Translate, figures: Figures, found: Calendar) -> list[tuple[str, str, str]]:
    """Return what has to go now: its name, in words, and how many."""
    return [
        (str(one.term.kept), kept_words(_, one.term.kept), figures.count(one.count))
        for one in found.due_now
    ]


def months(_: Translate, figures: Figures, found: Calendar) -> list[Table]:
    """Return a table for each month in which something has to go, the earliest first."""
    tables = []
    coming = [one for one in found.days if not one.over]
    for _month, days in groupby(coming, key=lambda one: (one.on.year, one.on.month)):
        of_month = list(days)
        rows = [
            Row(figures.short_day(one.on), (kept_words(_, one.term.kept), _wave_words(_, one)))
            for one in of_month
        ]
        head = (_("Day"), _("What has to be gone"), _("Counted from"))
        first = of_month[0].on
        name = f"month-{first:%Y-%m}"
        tables.append(Table(name, figures.month(first), head, rows, numbers_from=9))
    return tables


def done(_: Translate, figures: Figures, found: Calendar) -> Table | None:
    """Return what was destroyed by date, the latest first."""
    rows = [
        Row(
            figures.moment(one.at),
            (
                kept_words(_, Kept(one.kept)) if one.kept in set(Kept) else one.kept,
                figures.count(one.gone),
                one.by,
            ),
        )
        for one in found.done
    ]
    head = (_("When"), _("What"), _("How many"), _("By"))
    return (
        Table("done", _("What was destroyed by date"), head, rows, numbers_from=9) if rows else None
    )


def _wave_words(_: Translate, one: When) -> str:
    if one.planned:
        return _("wave %(year)s, as planned: it is not over", year=one.wave)
    return _("wave %(year)s", year=one.wave)


def _rolling(term: Term) -> bool:
    return term.since in (Since.WITHDRAWAL, Since.HANDED_OVER, Since.END)
