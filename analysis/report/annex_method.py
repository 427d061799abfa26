"""Fieldwork and weights as tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from babel.dates import format_date

from analysis.codebook import words
from analysis.method import Count, Method, WaveResponse, WeightNote
from analysis.method_words import language_words, mode_words, outcome_words
from analysis.printed import SUPPRESSED, count_text, interval_text, mean_text, share_text
from analysis.report.annex import Lines, Said, WordTable, line_of
from analysis.wording import Wording


def method_tables(method: Method, language: str) -> Iterator[WordTable]:
    """Give response by outcome, interviews by language and mode, and the weights."""
    say = Wording(language)
    yield _response(method.responses, say)
    yield _interviews(method.responses, say)
    yield _weights(method.weights, say)
    yield _margins(method.weights, say)


def _response(responses: Sequence[WaveResponse], say: Wording) -> WordTable:
    codes = dict.fromkeys(sorted(count.code for one in responses for count in one.outcomes))
    drawn = [_row(say.gettext("Drawn"), (_count(one.drawn, say) for one in responses))]
    rows = drawn + [
        _row(outcome_words(code, say), (_of(code, one.outcomes, say) for one in responses))
        for code in codes
    ]
    rows.append(
        _row(
            say.gettext("Response rate (%(name)s)", name=responses[0].rate_name),
            (share_text(one.rate, say.language) for one in responses),
        )
    )
    caption = say.gettext("People drawn for each wave, and what came of it")
    return _by_wave(
        caption,
        rows,
        responses,
        say,
        (
            say.gettext(
                "Outcomes by the codes of the AAPOR Standard Definitions. The rate counts partial "
                "interviews as response and everybody of unknown eligibility as eligible. Numbers "
                "are rounded to tens."
            ),
        ),
    )


def _interviews(responses: Sequence[WaveResponse], say: Wording) -> WordTable:
    rows = [_row(say.gettext("Interviews"), (_count(one.interviews, say) for one in responses))]
    for code in dict.fromkeys(count.code for one in responses for count in one.languages):
        label = say.gettext("Language: %(name)s", name=language_words(code, say))
        rows.append(_row(label, (_of(code, one.languages, say) for one in responses)))
    for code in dict.fromkeys(count.code for one in responses for count in one.modes):
        label = say.gettext("Mode: %(name)s", name=mode_words(code, say))
        rows.append(_row(label, (_of(code, one.modes, say) for one in responses)))
    caption = say.gettext("Complete and partial interviews by language and mode")
    return _by_wave(caption, rows, responses, say, ())


def _by_wave(
    caption: str,
    rows: Sequence[tuple[Lines, ...]],
    responses: Sequence[WaveResponse],
    say: Wording,
    notes: tuple[str, ...],
) -> WordTable:
    heads = ("", *(str(one.wave) for one in responses))
    columns = len(responses)
    widths = (0.5, *(0.5 / columns for _ in responses))
    numbers = frozenset(range(1, columns + 1))
    return WordTable(caption, heads, tuple(rows), numbers, widths, notes)


def _weights(weights: Sequence[WeightNote], say: Wording) -> WordTable:
    heads = (
        say.gettext("Weight"),
        say.gettext("Version"),
        say.gettext("Interviews (n)"),
        say.gettext("Effective n"),
        say.gettext("Design effect"),
        say.gettext("Factors"),
        say.gettext("People"),
    )
    rows = tuple(_weight(one, say) for one in weights)
    notes = (
        say.gettext(
            "Design effect of weighting (Kish): the interviews over the effective n. Factors run "
            "from the weight before calibration to the published weight."
        ),
    )
    widths = (0.3, 0.14, 0.12, 0.11, 0.11, 0.12, 0.1)
    caption = say.gettext("Weights")
    return WordTable(caption, heads, rows, frozenset({2, 3, 4, 5, 6}), widths, notes)


def _weight(one: WeightNote, say: Wording) -> tuple[Lines, ...]:
    name = [Said(one.name), Said(words(one.title, say.language))]
    if one.model_based:
        name.append(Said(say.gettext("model-based")))
    factors = "–"
    if one.lowest is not None and one.highest is not None:
        low, high = (mean_text(bound, say.language) for bound in (one.lowest, one.highest))
        factors = interval_text(low, high, say.language)
    return (
        tuple(line for line in name if line.text),
        line_of(one.version[:8]),
        line_of(_count(one.n, say)),
        line_of(_count(one.n_eff, say)),
        line_of(mean_text(one.design_effect, say.language)),
        line_of(factors),
        line_of(count_text(one.people, say.language)),
    )


def _margins(weights: Sequence[WeightNote], say: Wording) -> WordTable:
    heads = (
        say.gettext("Weight"),
        say.gettext("Population margin"),
        say.gettext("Levels"),
        say.gettext("Largest misfit"),
        say.gettext("Population on"),
    )
    rows = tuple(
        (
            line_of(weight.name),
            line_of(margin.name),
            line_of(count_text(margin.levels, say.language)),
            line_of(share_text(margin.misfit, say.language)),
            line_of(_date(weight.reference_date, say.language)),
        )
        for weight in weights
        for margin in weight.margins
    )
    caption = say.gettext("Population margins that the weights meet")
    return WordTable(caption, heads, rows, frozenset({2, 3}), (0.15, 0.35, 0.1, 0.18, 0.22))


def _row(label: str, cells: Iterable[str]) -> tuple[Lines, ...]:
    return (line_of(label), *(line_of(cell) for cell in cells))


def _of(code: str, counts: Sequence[Count], say: Wording) -> str:
    return next((_count(one, say) for one in counts if one.code == code), "0")


def _count(count: Count, say: Wording) -> str:
    return SUPPRESSED if count.number is None else count_text(count.number, say.language)


def _date(text: str, language: str) -> str:
    try:
        return format_date(date.fromisoformat(text), "long", locale=language)
    except ValueError:
        return text or "–"
