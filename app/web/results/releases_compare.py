"""Two releases beside each other, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.services.publication.release_differences import (
    ONLY_FIRST,
    ONLY_SECOND,
    CellDifference,
    ReleaseDifference,
)
from app.web.respond.words import Translate
from app.web.staff.figures import NONE, Figures
from app.web.staff.listing import Column
from app.web.staff.view import Row, Table

MOST_VARIABLES = 20


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """Two releases beside each other; tables are ``None`` where there is nothing to say."""

    equal: bool
    verdict: str
    is_bad: bool
    rests_on: Sequence[tuple[str, str]]
    cases: Table | None
    variables: Table | None
    tables: Table | None
    no_cells: str | None
    leaks: Sequence[str]


def difference_view(_: Translate, figures: Figures, found: ReleaseDifference) -> DifferenceView:
    """Return two releases beside each other."""
    leaks = found.leaks
    return DifferenceView(
        equal=found.is_equal,
        verdict=_disclosure_words(_, figures, found),
        is_bad=bool(leaks),
        rests_on=[
            (_part_name(_, name), _rests_on(_, files)) for name, files in found.parts.items()
        ],
        cases=_cases(_, figures, found),
        variables=_variables(_, figures, found),
        tables=_tables(_, figures, found),
        no_cells=_no_cells(_, found),
        leaks=[f"{leak.cell}: {leak.what}" for leak in leaks or ()],
    )


def _disclosure_words(_: Translate, figures: Figures, found: ReleaseDifference) -> str:
    if found.leaks is None:
        return _(
            "At least one of them has no tables, so together they give away no more than each does."
        )
    if not found.leaks:
        return _(
            "Whoever lays the tables of both side by side learns nothing about small groups that "
            "either keeps back."
        )
    return _(
        "Together these two give away small groups of people, in %(count)s cells. "
        "Do not publish both.",
        count=figures.count(len(found.leaks)),
    )


def _part_name(_: Translate, name: str) -> str:
    return {
        "instrument": _("Questionnaire"),
        "recipe": _("Recipe of a weight"),
        "plan": _("Table plan"),
        "study file": _("File of the study"),
        "disclosure policy": _("Rules of disclosure"),
        "code": _("Program"),
    }.get(name, name)


def _rests_on(_: Translate, names: Sequence[str]) -> str:
    """Names of files; what the code calls itself is said in words."""
    words = {
        "analysis_sha256": _("the program that analyses was changed"),
        "exported_by": _("the program that takes the answers out was changed"),
        "libraries": _("libraries were changed"),
    }
    return ", ".join(words.get(name, name) for name in names)


def _cases(_: Translate, figures: Figures, found: ReleaseDifference) -> Table | None:
    moved = found.moved()
    if not moved:
        return None
    words = {
        ONLY_FIRST: _("only in release %(number)s", number=found.first.number),
        ONLY_SECOND: _("only in release %(number)s", number=found.second.number),
    }
    return Table(
        id="cases",
        caption=_("Interviews that came, went or changed"),
        head=[_("Wave"), _("What"), _("Interviews")],
        rows=[
            Row(wave, [words.get(what, _("in both, with another answer")), figures.count(count)])
            for wave, what, count in moved
        ],
        numbers_from=2,
    )


def _variables(_: Translate, figures: Figures, found: ReleaseDifference) -> Table | None:
    changed = found.changed_variables()
    if not changed:
        return None
    return Table(
        id="variables",
        caption=_("Variables with other answers: the first %(count)s", count=MOST_VARIABLES)
        if len(changed) > MOST_VARIABLES
        else _("Variables with other answers"),
        head=[_("Variable"), _("Wave"), _("Interviews")],
        rows=[
            Row(name, [wave, figures.count(count)])
            for wave, name, count in changed[:MOST_VARIABLES]
        ],
        numbers_from=2,
    )


def _tables(_: Translate, figures: Figures, found: ReleaseDifference) -> Table | None:
    if not found.cells:
        return None
    counts: dict[str, int] = {}
    causes: dict[str, dict[str, None]] = {}
    for cell in found.cells:
        counts[cell.where[0]] = counts.get(cell.where[0], 0) + 1
        causes.setdefault(cell.where[0], {}).update(dict.fromkeys(cell.causes))
    return Table(
        id="tables",
        caption=_("Tables with other numbers"),
        head=[_("Table"), _("Possible causes"), _("Numbers")],
        rows=[
            Row(table, ["; ".join(causes[table]) or NONE, figures.count(count)])
            for table, count in counts.items()
        ],
        numbers_from=2,
    )


def _no_cells(_: Translate, found: ReleaseDifference) -> str | None:
    if found.no_data:
        return _(
            "The data of one of them were destroyed, so which interviews and numbers differ "
            "cannot be said any more."
        )
    if not found.tables_compared:
        return _("At least one of them has no tables, so only the data were compared.")
    return None


def cell_columns(_: Translate) -> list[Column[CellDifference]]:
    """Return the columns of the file of numbers that differ."""
    names = (
        _("Table"), _("Wave"), _("Stub"), _("Answer"), _("Banner"), _("Group"), _("Statistic"),
    )  # fmt: skip
    where = [Column[CellDifference](f"where{k}", words, _place(k)) for k, words in enumerate(names)]
    return [
        *where,
        Column("what", _("What differs"), lambda one: one.what),
        Column("causes", _("Possible causes"), lambda one: "; ".join(one.causes)),
    ]


def _place(at: int) -> Callable[[CellDifference], str]:
    return lambda one: one.where[at]
