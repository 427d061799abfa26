"""The findings of the published summary as tables: printed words beside this wave's numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from babel.numbers import format_percent

from analysis.findings.published import (
    Agreement,
    PublishedContrast,
    PublishedFinding,
    PublishedNumber,
    Standing,
)
from analysis.printed import (
    SUPPRESSED,
    count_text,
    interval_text,
    mean_text,
    points_text,
    share_text,
)
from analysis.report.annex import Lines, Said, WordTable, line_of
from analysis.wording import Wording

DUTCH = "nl"
"""Published words are Dutch in every book."""


def finding_tables(findings: Sequence[PublishedFinding], language: str) -> Iterator[WordTable]:
    """Give the findings that have a number or could have one, by section of the summary."""
    say = Wording(language)
    shown = [one for one in findings if one.standing is not Standing.NOT_COMPUTED]
    heads = (
        say.gettext("Finding"),
        say.gettext("Published"),
        say.gettext("This wave"),
        say.gettext("Interviews (n)"),
        say.gettext("Compared"),
    )
    for section in dict.fromkeys(one.section for one in shown):
        own = [one for one in shown if one.section == section]
        yield WordTable(
            section,
            heads,
            tuple(_finding(one, say) for one in own),
            frozenset({3}),
            (0.32, 0.15, 0.26, 0.12, 0.15),
            keys=tuple(f"finding-{one.id}" for one in own),
        )


def _finding(one: PublishedFinding, say: Wording) -> tuple[Lines, ...]:
    numbers = [number for number in one.numbers if number.estimate is not None]
    now: list[Said] = []
    if one.phrase:
        now.append(Said(one.phrase, DUTCH))
    now += [Said(_number(number, say, named=len(one.numbers) > 1)) for number in numbers]
    now += [Said(_contrast(contrast, say)) for contrast in one.contrasts]
    bases = tuple(Said(count_text(n, say.language)) for n in _bases(one))
    return (
        line_of(f"{one.id}. {one.statement}"),
        (Said(one.published, DUTCH),),
        tuple(now) or line_of(_standing(one.standing, say)),
        bases or line_of("–"),
        line_of(_agreement(one, say)),
    )


def _bases(one: PublishedFinding) -> Iterator[int]:
    for number in one.numbers:
        if number.n is not None:
            yield number.n
    for contrast in one.contrasts:
        yield from (side.n for side in (contrast.a, contrast.b) if side.n is not None)


def _number(number: PublishedNumber, say: Wording, *, named: bool) -> str:
    text = number_text(number, say.language)
    if number.low is not None and number.high is not None:
        low, high = (_bound(number, bound, say.language) for bound in (number.low, number.high))
        text = f"{text} ({interval_text(low, high, say.language)})"
    return f"{number.label}: {text}" if named else text


def number_text(number: PublishedNumber, language: str) -> str:
    """Give the estimate of a finding in its unit; the sign of suppression where it has none."""
    if number.estimate is None:
        return SUPPRESSED
    if number.statistic == "share":
        return share_text(number.estimate, language)
    return (count_text if number.statistic == "count" else mean_text)(number.estimate, language)


def _bound(number: PublishedNumber, bound: float, language: str) -> str:
    return (points_text if number.statistic == "share" else mean_text)(bound, language)


def _contrast(contrast: PublishedContrast, say: Wording) -> str:
    sides = "; ".join(
        f"{label}: {number_text(side, say.language)}"
        for label, side in ((contrast.label_a, contrast.a), (contrast.label_b, contrast.b))
    )
    if contrast.difference is None or not contrast.level:
        return sides
    if not contrast.is_found:
        return say.gettext("%(sides)s (no difference found)", sides=sides)
    level = format_percent(int(contrast.level.rstrip(" %")) / 100, locale=say.language)
    return say.gettext("%(sides)s (differ, tested at %(level)s)", sides=sides, level=level)


def _standing(standing: Standing, say: Wording) -> str:
    return {
        Standing.PRINTED: "–",
        Standing.NOT_ASKED: say.gettext("not asked in this wave"),
        Standing.SUPPRESSED: say.gettext("suppressed: too few people"),
        Standing.NOT_COMPUTED: "–",
    }[standing]


def _agreement(one: PublishedFinding, say: Wording) -> str:
    said = {
        Agreement.INSIDE: say.gettext("within the published words"),
        Agreement.OVERLAPS: say.gettext("interval touches the published words"),
        Agreement.OUTSIDE: say.gettext("outside the published words"),
        Agreement.CONFIRMED: say.gettext("same direction"),
        Agreement.NOT_CONFIRMED: say.gettext("direction not confirmed"),
        Agreement.NOT_TESTED: "–",
    }[one.agreement]
    if one.is_contradicted and one.agreement is Agreement.NOT_CONFIRMED:
        return say.gettext("other direction")
    return said
