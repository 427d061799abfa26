"""The sheet of the method: response, weights, design effects, margins."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from analysis.book import Book
from analysis.codebook import words
from analysis.export.number_formats import TEXT, Unit, number_format
from analysis.export.xlsx_frame import begin, finish
from analysis.export.xlsx_page import Page
from analysis.method import Count, Method, WaveResponse, WeightNote
from analysis.method_words import language_words, mode_words, outcome_words
from analysis.printed import NOT_ASKED, SUPPRESSED
from analysis.wording import Wording

_WIDTHS = (46.0, 14.0, 14.0, 14.0, 14.0, 14.0, 14.0, 14.0)
_LAST = len(_WIDTHS) - 1
Content = str | Count | tuple[float, Unit] | None
"""A text, a count that may be masked, a number with its unit, or nothing to say."""


def method_title(say: Wording) -> str:
    """Name the sheet of the method."""
    return say.gettext("Method")


def write_method(page: Page, book: Book, contents: str) -> None:
    """Write what came of the people drawn, and what each weight costs and meets."""
    say = Wording(book.language)
    method: Method = book.method
    page.widths(dict(enumerate(_WIDTHS)))
    row = begin(page, book, method_title(say), contents, _LAST)
    years = [str(one.wave) for one in method.responses]
    responses = list(_response_rows(method.responses, say))
    row = _block(page, row, say.gettext("Response"), ["", *years], responses)
    row = _block(page, row, say.gettext("Weights"), _weight_head(say), _weight_rows(method, say))
    _block(page, row, say.gettext("Margins met"), _margin_head(say), _margin_rows(method.weights))
    finish(page, book, method_title(say))


def _block(
    page: Page, row: int, title: str, head: Sequence[str], rows: Sequence[Sequence[Content]]
) -> int:
    """Write a heading and a small table under it; give the next free row."""
    page.paragraph(row, _LAST, title, "section")
    row += 1
    for column, name in enumerate(head):
        page.text(row, column, name, "head" if column else "side head")
    page.height(row, 2)
    for line in rows:
        row += 1
        for column, content in enumerate(line):
            _write(page, row, column, content)
    return row + 2


def _write(page: Page, row: int, column: int, content: Content) -> None:
    match content:
        case str():
            page.text(row, column, content, "value" if column else "label", TEXT * bool(column))
        case Count(number=int(number)):
            page.number(row, column, number, "value", number_format(number, Unit.COUNT))
        case (number, unit):
            page.number(row, column, number, "value", number_format(number, unit))
        case _:
            page.text(row, column, NOT_ASKED if content is None else SUPPRESSED, "value", TEXT)


def _response_rows(waves: Sequence[WaveResponse], say: Wording) -> Iterator[list[Content]]:
    yield [say.gettext("People drawn"), *(one.drawn for one in waves)]
    yield [say.gettext("Interviews"), *(one.interviews for one in waves)]
    rate = say.gettext("Response rate (%(rate)s)", rate=waves[0].rate_name if waves else "")
    yield [rate, *((one.rate, Unit.SHARE) for one in waves)]
    outcomes, languages, modes = zip(
        *((one.outcomes, one.languages, one.modes) for one in waves), strict=True
    )
    yield from _coded(outcomes, lambda code: outcome_words(code, say))
    yield from _coded(
        languages, lambda code: say.gettext("Language: %(name)s", name=language_words(code, say))
    )
    yield from _coded(modes, lambda code: say.gettext("Mode: %(name)s", name=mode_words(code, say)))


def _coded(
    by_wave: Sequence[Sequence[Count]], label: Callable[[str], str]
) -> Iterator[list[Content]]:
    """Give a row for each code of any wave."""
    codes = dict.fromkeys(count.code for counts in by_wave for count in counts)
    for code in codes:
        found: list[Content] = [
            next((count for count in counts if count.code == code), None) for counts in by_wave
        ]
        yield [label(code), *found]


def _weight_head(say: Wording) -> list[str]:
    return [
        say.gettext("Weight"),
        say.gettext("Waves"),
        say.gettext("Interviews (n)"),
        say.gettext("Effective n"),
        say.gettext("Weighted n, people"),
        say.gettext("Design effect of weighting"),
        say.gettext("Lowest factor"),
        say.gettext("Highest factor"),
    ]


def _weight_rows(method: Method, say: Wording) -> list[list[Content]]:
    return [
        [
            f"{weight.name}: {words(weight.title, say.language, weight.name)}",
            ", ".join(map(str, weight.waves)),
            weight.n,
            weight.n_eff,
            (weight.people, Unit.COUNT),
            (weight.design_effect, Unit.MEAN),
            None if weight.lowest is None else (weight.lowest, Unit.MEAN),
            None if weight.highest is None else (weight.highest, Unit.MEAN),
        ]
        for weight in method.weights
    ]


def _margin_head(say: Wording) -> list[str]:
    return [
        say.gettext("Weight and margin"),
        say.gettext("Levels"),
        say.gettext("Largest misfit"),
        say.gettext("Reference date"),
    ]


def _margin_rows(weights: Sequence[WeightNote]) -> list[list[Content]]:
    return [
        [
            f"{weight.name}: {margin.name}",
            (margin.levels, Unit.COUNT),
            (margin.misfit, Unit.SHARE),
            weight.reference_date,
        ]
        for weight in weights
        for margin in weight.margins
    ]
