"""The words of the table builder: what a choice means, and what is wrong with one."""

from __future__ import annotations

from analysis.codebook import Codebook, words
from app.services.publication.table_request import MOST_COLUMNS, Fault, Problem, Shows
from app.web.respond.words import Translate

SHORT = 80
FIELDS = {
    "stub": "stub-1",
    "by": "by-1",
    "waves": "waves-1",
    "filter": "if-1",
    "shows": "shows-1",
    "net": "net-1-1",
}
"""The first input of each part of the form: where a fault leads to."""


def question_words(codebook: Codebook, name: str, language: str, *, longest: int = SHORT) -> str:
    """Return what a question is called in a list: its words cut short, and its name."""
    if name not in codebook:
        return name
    label = words(codebook[name].label, language)
    if len(label) > longest:
        label = f"{label[:longest].rstrip()} …"
    return f"{label} ({name})" if label else name


def fault_words(_: Translate, problem: Problem, codebook: Codebook, language: str) -> str:
    """Return what is wrong, and what to do about it."""
    name = question_words(codebook, problem.variable, language, longest=60)
    listed = {
        Fault.NO_STUB: _("Choose a question."),
        Fault.UNKNOWN: _("There is no question %(name)s.", name=name),
        Fault.TWICE: _("%(name)s is chosen twice. Take one away.", name=name),
        Fault.NO_TABLE: _("%(name)s has no answers to count. Choose another question.", name=name),
        Fault.NO_BREAKDOWN: _(
            "%(name)s cannot divide people into groups: it takes a question with one answer.",
            name=name,
        ),
        Fault.MANY_COLUMNS: _(
            "%(name)s has more than %(most)s answers: too many columns.",
            name=name,
            most=MOST_COLUMNS,
        ),
        Fault.NOT_IN_WAVE: _("%(name)s was not asked in every wave you chose.", name=name),
        Fault.NO_WAVES: _("Choose a wave that has been in the field."),
        Fault.NO_CODES: _("Tick the answers of %(name)s to choose people by.", name=name),
        Fault.NO_FILTER: _("People cannot be chosen by %(name)s.", name=name),
        Fault.NO_MEAN: _(
            "%(name)s has no mean: its answers are no numbers. Choose percentages.", name=name
        ),
        Fault.NO_TRANSITION: _(
            "%(name)s has no single answer to move from: choose waves side by side.", name=name
        ),
        Fault.NO_ROWS: _(
            "Row percentages need a question with one answer, a breakdown, and no changes of "
            "answer."
        ),
        Fault.NO_WEIGHT: _("There is no weight for these waves and %(name)s together.", name=name),
        Fault.BLOCKS: _(
            "%(name)s and another question you chose were asked of different people, by lot: they "
            "cannot be in one table.",
            name=name,
        ),
        Fault.NET_ALL: _("Leave out an answer: all of them together are always 100%."),
    }
    return listed[problem.fault]


def shows_words(_: Translate, shows: Shows) -> tuple[str, str]:
    """Return what a number of the table is, and what that says."""
    return {
        Shows.COLUMN: (
            _("Column percentages"),
            _("Of each group: how many per cent gave this answer. Mostly what you want."),
        ),
        Shows.ROW: (
            _("Row percentages"),
            _("Of those who gave this answer: how many per cent are of each group."),
        ),
        Shows.TOTAL: (
            _("Percentages of everybody"),
            _("All cells of a breakdown together are 100%."),
        ),
        Shows.PEOPLE: (
            _("Numbers of people"),
            _("How many people in the Netherlands it is about."),
        ),
        Shows.MEAN: (_("Mean and median"), _("Of numbers, and of scales with numbered answers.")),
    }[shows]
