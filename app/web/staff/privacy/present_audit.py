"""The log of staff → the words and figures of its pages."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from app.services.context import STUDY_ZONE, ServiceContext
from app.services.privacy import audit_log
from app.services.privacy.audit_log import NOBODY, Entry, Head, KeptHead, Tampering, Verdict, Wanted
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.labels import role_words
from app.web.staff.listing import Asked, Cell, Choice, Column
from app.web.staff.view import Row, Table

Period = tuple[date | None, date | None]


def columns(_: Translate, figures: Figures) -> Sequence[Column[Entry]]:
    """Return the columns of the list; the order is that of the log, which is that of time."""

    def when(one: Entry) -> Cell:
        return Cell(figures.moment(one.at), small=figures.count(one.seq))

    def who(one: Entry) -> Cell:
        if one.who is None:
            return Cell(_("by itself, or a command"))
        return Cell(one.who, small=role_words(_, one.role) if one.role else None, dir="ltr")

    return (
        Column("when", _("When"), when, sortable=True, csv=lambda one: one.at.isoformat()),
        Column("who", _("Who"), who, csv=lambda one: one.who or ""),
        Column("action", _("What"), lambda one: Cell(one.action, dir="ltr")),
        Column("subject", _("About"), lambda one: Cell(one.subject, dir="auto")),
        Column("detail", _("Details"), lambda one: Cell(detail_words(one.detail), dir="auto")),
    )


def file_columns(_: Translate, shown: Sequence[Column[Entry]]) -> Sequence[Column[Entry]]:
    """Return the columns of the file: with number and hash, to be held against the log."""
    return (
        Column("seq", _("Number"), lambda one: Cell(str(one.seq)), csv=lambda one: one.seq),
        *shown,
        Column("hash", _("Hash"), lambda one: Cell(one.hash)),
    )


def detail_words(detail: Mapping[str, object]) -> str:
    """Return the details of a row as they are kept, without the marks of a program."""
    return ", ".join(f"{name}: {_plain(value)}" for name, value in detail.items())


def _plain(value: object) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def choices(_: Translate, ctx: ServiceContext) -> Sequence[Choice]:
    """Return the filters: accounts and actions that stand in the log."""
    kinds = audit_log.kinds(ctx)
    families = sorted({one.partition(".")[0] for one in kinds if "." in one} - set(kinds))
    actions = [(one, _("%(kind)s: all", kind=one)) for one in families]
    actions += [(one, one) for one in kinds]
    return (
        Choice(
            "who",
            _("Who"),
            [
                (NOBODY, _("by itself, or a command")),
                *((one, one) for one in audit_log.accounts(ctx)),
            ],
        ),
        Choice("action", _("What"), sorted(actions)),
    )


def period(_: Translate, args: Mapping[str, str]) -> tuple[Period, list[str]]:
    """Return the days that are asked for, and what is wrong with them."""
    found: list[date | None] = []
    faults = []
    for name, words in (("since", _("First day")), ("until", _("Last day"))):
        typed = args.get(name, "").strip()
        try:
            found.append(date.fromisoformat(typed) if typed else None)
        except ValueError:
            found.append(None)
            faults.append(_("%(what)s: this is no date.", what=words))
    return (found[0], found[1]), faults


def also(args: Mapping[str, str]) -> dict[str, str]:
    """Return what the address holds beside the list."""
    return {name: args[name][:10] for name in ("since", "until") if args.get(name)}


def wanted(want: Asked, days: Period) -> Wanted:
    """Return which rows are asked for; days are those of Amsterdam, the last one included."""
    since, until = days
    return Wanted(
        who=want.chosen.get("who", ""),
        action=want.chosen.get("action", ""),
        subject=want.q,
        since=_midnight(since),
        until=_midnight(until + timedelta(days=1)) if until is not None else None,
    )


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), STUDY_ZONE) if day is not None else None


def bad(verdict: Verdict | None) -> bool:
    """Tell whether something was found."""
    return verdict is not None and not verdict.holds


def verdict_words(_: Translate, figures: Figures, verdict: Verdict | None) -> str | None:
    """Return what came of the check, in a sentence."""
    if verdict is None:
        return None
    broken = verdict.broken
    if broken is None:
        if verdict.forged:
            return _(
                "Kept heads whose signature does not fit: %(count)s. Somebody changed the file of"
                " heads, or the keys are others now.",
                count=figures.count(verdict.forged),
            )
        return _("The log is whole: %(rows)s rows, each as it was written.",
                 rows=figures.count(verdict.rows))  # fmt: skip
    row = figures.count(broken.seq)
    return {
        Tampering.CHANGED: _("Row %(row)s was changed after it was written.", row=row),
        Tampering.REMOVED: _(
            "Rows before row %(row)s were removed: %(count)s.",
            row=row, count=figures.count(broken.count),
        ),
        Tampering.ADDED: _(
            "Rows before row %(row)s were put in later: %(count)s.",
            row=row, count=figures.count(broken.count),
        ),
        Tampering.MOVED: _(
            "Row %(row)s was moved: the row that it follows stands as row %(other)s now.",
            row=row, other=figures.count(broken.other),
        ),
        Tampering.CUT_OFF: _(
            "Rows from row %(row)s on were cut off at the end: at least %(count)s.",
            row=row, count=figures.count(broken.count),
        ),
        Tampering.REWRITTEN: _(
            "The log was written anew: row %(row)s is not the one whose head was kept.", row=row
        ),
    }[broken.kind]  # fmt: skip


def verdict_facts(_: Translate, figures: Figures, verdict: Verdict | None) -> list[tuple[str, str]]:
    """Return what was looked at."""
    if verdict is None:
        return []
    facts = [
        (_("Rows"), figures.count(verdict.rows)),
        (_("Heads kept outside the database that it was held against"),
         figures.count(verdict.compared)),
    ]  # fmt: skip
    if verdict.broken is not None:
        facts.append((_("Why"), verdict.broken.reason))
    return facts


def named_row(verdict: Verdict | None, path: str) -> str | None:
    """Return where the page of the log is that was found broken; ``None`` where all holds."""
    return path if verdict is not None and verdict.broken is not None else None


def head_words(head: Head) -> str | None:
    """Return a head as it is kept on paper; ``None`` for an empty log."""
    return f"{head.seq}:{head.hash}" if head.seq else None


def kept_table(_: Translate, figures: Figures, heads: Sequence[KeptHead]) -> Table | None:
    """Return the last heads that were written down outside the database."""
    rows = [
        Row(
            figures.short_day(one.day),
            (
                figures.count(one.head.seq),
                one.head.hash[:16],
                _("fits") if one.genuine else _("does not fit"),
            ),
        )
        for one in reversed(heads[-10:])
    ]
    head = (_("Day"), _("Last row"), _("Hash begins"), _("Signature"))
    return Table("heads", _("Heads of the last days"), head, rows, numbers_from=9) if rows else None
