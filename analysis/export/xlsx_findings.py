"""The sheet of published findings beside the estimates of a release."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.book import Book
from analysis.export.number_formats import TEXT, Unit, number_format
from analysis.export.xlsx_frame import begin, finish
from analysis.export.xlsx_page import Page
from analysis.findings.published import PublishedFinding, PublishedNumber
from analysis.printed import NOT_ASKED, SUPPRESSED
from analysis.wording import Wording

_WIDTHS = (8.0, 44.0, 24.0, 26.0, 10.0, 9.0, 9.0, 10.0, 11.0, 18.0, 40.0)
_FIRST_NUMBER, _LAST_NUMBER = 4, 8
_UNITS = {"share": Unit.SHARE, "count": Unit.COUNT}


def findings_title(say: Wording) -> str:
    """Name the sheet of findings."""
    return say.gettext("Published findings")


def write_findings(page: Page, book: Book, contents: str) -> None:
    """Write the published findings, a row for each number."""
    say = Wording(book.language)
    last = len(_WIDTHS) - 1
    page.widths(dict(enumerate(_WIDTHS)))
    head = begin(page, book, findings_title(say), contents, last)
    names = (
        say.gettext("Finding"),
        say.gettext("Statement"),
        say.gettext("Published in words"),
        say.gettext("This release in words"),
        say.gettext("Estimate"),
        say.gettext("interval from"),
        say.gettext("interval to"),
        say.gettext("Interviews (n)"),
        say.gettext("Weighted n, people"),
        say.gettext("Agreement"),
        say.gettext("Note"),
    )
    for column, name in enumerate(names):
        page.text(
            head, column, name, "head" if _FIRST_NUMBER <= column <= _LAST_NUMBER else "side head"
        )
    page.height(head, 2)
    row = head + 1
    for finding in book.findings:
        row = _finding(page, row, finding, say)
    page.paragraph(row + 1, last, say.gettext("Notes"), "section")
    for k, note in enumerate(book.standing, start=2):
        page.paragraph(row + k, last, note, "note")
    page.freeze(head + 1, 1)
    finish(page, book, findings_title(say), repeat=(head, head), landscape=True)


def _finding(page: Page, row: int, finding: PublishedFinding, say: Wording) -> int:
    """Write a finding, further numbers under the first; give the next free row."""
    agreement = {
        "inside": say.gettext("inside the published range"),
        "overlaps": say.gettext("interval touches the published range"),
        "outside": say.gettext("outside the published range"),
        "direction confirmed": say.gettext("direction confirmed"),
        "direction not confirmed": say.gettext("direction not confirmed"),
        "not tested": say.gettext("not tested"),
    }
    state = str(finding.agreement)
    numbers: Sequence[PublishedNumber | None] = finding.numbers or (None,)
    for k, number in enumerate(numbers):
        first = k == 0
        phrase = number.phrase.words if number is not None and number.phrase is not None else ""
        if first:
            texts = {
                0: finding.id,
                1: finding.statement,
                2: finding.published,
                3: phrase,
                9: agreement.get(state, state),
                10: finding.note,
            }
        else:
            texts = {1: number.label if number is not None else "", 3: phrase}
        for column, text in texts.items():
            page.text(row, column, text, "label" if first else "soft")
        _numbers(page, row, number, "value" if first else "beside")
        page.fit(row, texts)
        row += 1
    return row


def _numbers(page: Page, row: int, number: PublishedNumber | None, look: str) -> None:
    flag = number.flag if number is not None else ""
    unit = Unit.MEAN if number is None else _UNITS.get(number.statistic, Unit.MEAN)
    estimates = (None,) * 3 if number is None else (number.estimate, number.low, number.high)
    for column, value in enumerate(estimates, start=_FIRST_NUMBER):
        if value is None:
            page.text(row, column, _mark(flag), look, TEXT)
        else:
            shown = number_format(value, unit, flag if column == _FIRST_NUMBER else "")
            page.number(row, column, value, look, shown)
    bases = (None, None) if number is None else (number.n, number.weighted_n)
    for column, count in enumerate(bases, start=_FIRST_NUMBER + len(estimates)):
        if count is None:
            page.text(row, column, _mark(flag), look, TEXT)
        else:
            page.number(row, column, count, look, number_format(count, Unit.COUNT))


def _mark(flag: str) -> str:
    return SUPPRESSED if flag == "suppressed" else NOT_ASKED
