"""Two questionnaires → what is another in the second, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.questionnaire.differences import Change, Difference, differences
from app.services.content.questionnaires import Edition
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.instruments.speaking import shortened
from app.web.staff.listing import Asked, Cell, Column, Listing, asked, listed, shown
from app.web.staff.listing import Choice as Filter


@dataclass(frozen=True, slots=True)
class DifferencesView:
    """What changed: how many of each kind, and the list of them."""

    headline: str
    counts: Sequence[tuple[str, str]]
    list: Listing
    columns: Sequence[Column[Difference]]
    rows: Sequence[Difference]


def change_words(_: Translate) -> Mapping[Change, str]:
    """Return what became of a variable, in a word or two."""
    return {
        Change.ADDED: _("added"),
        Change.GONE: _("gone"),
        Change.TYPE: _("another kind of answer"),
        Change.TEXT: _("other words"),
        Change.OPTIONS: _("other options"),
        Change.CONDITION: _("asked of others"),
        Change.LIMITS: _("other limits"),
        Change.REPEAT: _("asked again in another way"),
        Change.MOVED: _("in another chapter"),
    }


def differences_view(
    _: Translate, figures: Figures, before: Edition, after: Edition, language: str
) -> DifferencesView:
    """Return what is another in ``after``; words in one language, other languages counted too."""
    found = differences(before.instrument, after.instrument)
    words = change_words(_)
    columns = _columns(_, figures, words)
    choices = [Filter("change", _("What"), [(str(one), words[one]) for one in Change])]
    want = asked(columns, choices=choices)
    rows = listed(
        found,
        columns,
        want,
        text=lambda one: f"{one.var} {one.before} {one.after} {one.detail}",
        keep=lambda one, chosen: chosen["change"] in ("", str(one.change)),
    )
    counted = Counter(one.change for one in found)
    variables = len({one.var for one in found})
    return DifferencesView(
        headline=_(
            "Differences: %(count)s, in %(variables)s variables.",
            count=figures.count(len(found)),
            variables=figures.count(variables),
        )
        if found
        else _("Both ask the very same."),
        counts=[(words[one], figures.count(counted[one])) for one in Change if counted[one]],
        list=_listing(_, figures, columns, rows, want, before, after, choices),
        columns=columns,
        rows=rows,
    )


def _listing(
    _: Translate,
    figures: Figures,
    columns: Sequence[Column[Difference]],
    rows: Sequence[Difference],
    want: Asked,
    before: Edition,
    after: Edition,
    choices: Sequence[Filter],
) -> Listing:
    path = f"/staff/waves/{after.year}/questionnaire/differences"
    return shown(
        _,
        figures,
        columns,
        rows,
        want,
        id="differences",
        caption=_("What is another now"),
        empty=_("Both ask the very same."),
        choices=choices,
        csv_path=f"{path}.csv",
        also={"before": f"{before.year}:{before.key}", "after": f"{after.year}:{after.key}"},
    )


def _columns(
    _: Translate, figures: Figures, words: Mapping[Change, str]
) -> list[Column[Difference]]:
    def what(one: Difference) -> Cell:
        small = figures.language(one.language) if one.language else one.detail
        if one.language and one.detail:
            small = f"{one.detail}, {small}"
        return Cell(words[one.change], small=small or None)

    return [
        Column("var", _("Variable"), lambda one: Cell(one.var), sort=lambda one: one.var),
        Column("change", _("What"), what, sort=lambda one: words[one.change]),
        Column(
            "before",
            _("Before"),
            lambda one: Cell(shortened(one.before, 300), lang=one.language or None, dir="auto"),
            csv=lambda one: one.before,
        ),
        Column(
            "after",
            _("After"),
            lambda one: Cell(shortened(one.after, 300), lang=one.language or None, dir="auto"),
            csv=lambda one: one.after,
        ),
    ]
