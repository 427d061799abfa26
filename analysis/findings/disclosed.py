"""From masked and rounded rows to findings that may be printed."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.codebook import words
from analysis.disclosure.primary import BaseQuality
from analysis.findings.computed import ComputedFindings
from analysis.findings.outcomes import COUNT, MEDIAN, P90, SHARE, Outcome, is_asked
from analysis.findings.published import (
    Agreement,
    PublishedContrast,
    PublishedFinding,
    PublishedNumber,
    Standing,
)
from analysis.findings.registry import Expected, Finding, Statistic
from analysis.phrases import PhraseBook
from analysis.wording import Wording

_MAIN_FIRST = {
    Statistic.MEDIAN: (MEDIAN, SHARE),
    Statistic.QUANTILE: (P90, MEDIAN, SHARE),
    Statistic.DISTRIBUTION: (SHARE, MEDIAN),
}
"""Which number of a finding with several kinds stands first."""


def published_findings(
    rows: pd.DataFrame, computed: ComputedFindings, phrases: PhraseBook, say: Wording
) -> tuple[PublishedFinding, ...]:
    """Set what may be printed of each finding beside the published words.

    Parameters
    ----------
    rows : DataFrame
        Masked and rounded rows of a release; those of other tables are passed over.
    computed : ComputedFindings
        What the rows were made from; of its numbers only the level of tests is used, and only
        where both groups are printed.
    phrases : PhraseBook
    say : Wording
        The language of statements and notes; phrases are Dutch.

    Returns
    -------
    tuple of PublishedFinding
        All of the registry, also those without a number.
    """
    printed = _printed(rows, computed)
    by_finding: dict[str, list[Outcome]] = {}
    for outcome in computed.outcomes:
        by_finding.setdefault(outcome.finding, []).append(outcome)
    maker = _Maker(computed, printed, phrases, say)
    return tuple(maker.finding(one, by_finding.get(one.id, [])) for one in computed.findings)


def _printed(rows: pd.DataFrame, computed: ComputedFindings) -> dict[str, Mapping[str, Any]]:
    """Give the row of each outcome by its id."""
    own = {table.id for table in computed.tables}
    found = rows[rows["table"].isin(own)]
    by_place = {
        (str(row["table"]), str(row["statistic"]), str(row["stub_code"])): _named(row)
        for row in found.to_dict("records")
    }
    return {
        name: by_place[place.table, place.statistic, place.code]
        for name, place in computed.places.items()
        if (place.table, place.statistic, place.code) in by_place
    }


class _Maker:
    """Builds findings from printed rows."""

    def __init__(
        self,
        computed: ComputedFindings,
        printed: Mapping[str, Mapping[str, Any]],
        phrases: PhraseBook,
        say: Wording,
    ) -> None:
        self.computed = computed
        self.printed = printed
        self.phrases = phrases
        self.say = say

    def finding(self, finding: Finding, outcomes: Sequence[Outcome]) -> PublishedFinding:
        """Make a finding."""
        contrasts = tuple(self._contrasts(finding, outcomes))
        numbers = () if contrasts else tuple(self._numbers(finding, outcomes))
        standing = self._standing(finding, numbers, contrasts)
        agreement, contradicted = self._agreement(finding, numbers, contrasts)
        return PublishedFinding(
            id=finding.id,
            section=finding.section,
            research_question=finding.research_question,
            strand=finding.strand,
            statistic=finding.statistic,
            statement=words(finding.statement, self.say.language),
            group=finding.group,
            base=finding.base,
            published=finding.published,
            published_low=finding.published_low,
            published_high=finding.published_high,
            numbers=numbers,
            contrasts=contrasts,
            standing=standing,
            agreement=agreement,
            is_contradicted=contradicted,
            note=self._note(finding, standing, contrasts, contradicted=contradicted),
            source=finding.source,
        )

    # --- numbers ----------------------------------------------------------------------------------

    def _numbers(self, finding: Finding, outcomes: Sequence[Outcome]) -> Iterator[PublishedNumber]:
        order = _MAIN_FIRST.get(finding.statistic, ())
        place = {kind: at for at, kind in enumerate(order)}
        for outcome in sorted(outcomes, key=lambda one: place.get(one.statistic, 0)):
            if not _is_distribution(finding) or outcome.id in self.computed.places:
                yield self._number(outcome, finding)

    def _number(self, outcome: Outcome, finding: Finding) -> PublishedNumber:
        row = self.printed.get(outcome.id)
        label = self._label(outcome, finding)
        suppressed = BaseQuality.SUPPRESSED.value
        if row is None or str(row["flag"]) == suppressed:
            nothing = (None,) * 6
            return PublishedNumber(
                _code(outcome), label, outcome.statistic, *nothing, flag=suppressed
            )
        n = _value(row["n"])
        estimate, se, low, high = (_value(row[name]) for name in ("value", "se", "low", "high"))
        if outcome.statistic == COUNT:
            estimate = n
        phrase = None
        # Of a distribution the answers stand side by side; no sentence is made of one of them.
        if outcome.statistic == SHARE and estimate is not None and not _is_distribution(finding):
            enough = n is not None and n >= self.phrases.minimum_base
            phrase = self.phrases.phrase(estimate, low, high) if enough else None
        return PublishedNumber(
            code=_code(outcome),
            label=label,
            statistic=outcome.statistic,
            estimate=estimate,
            se=se,
            low=low,
            high=high,
            n=None if n is None else int(n),
            weighted_n=_value(row["weighted_n"]),
            flag=suppressed if estimate is None else str(row["flag"] or ""),
            phrase=phrase,
        )

    def _label(self, outcome: Outcome, finding: Finding) -> str:
        """Say what is counted: the answers in words, or the condition where it is none of these."""
        variable = self.computed.codebook[outcome.stub]
        language = self.say.language
        if outcome.statistic == MEDIAN:
            return self.say.gettext("Median")
        if outcome.statistic == P90:
            return self.say.gettext("90th percentile")
        labels = [variable.code_label(code, language) for code in outcome.codes]
        has_words = all(label != code for label, code in zip(labels, outcome.codes, strict=True))
        if has_words and variable.columns:
            within = _code(outcome).rpartition(".")[0]
            group = (
                [self.computed.codebook[finding.variables[1]].code_label(within, language)]
                if within
                else []
            )
            return ", ".join([*group, *labels])
        return outcome.condition

    # --- differences ------------------------------------------------------------------------------

    def _contrasts(
        self, finding: Finding, outcomes: Sequence[Outcome]
    ) -> Iterator[PublishedContrast]:
        sides = {outcome.id: outcome for outcome in outcomes}
        for side_a in outcomes:
            if side_a.side != "a":
                continue
            a, b = (self._number(side, finding) for side in (side_a, sides[side_a.other_side]))
            is_printed = a.estimate is not None and b.estimate is not None
            pair = finding.comparisons[side_a.comparison]
            yield PublishedContrast(
                label=a.label,
                label_a=self._group(pair.a),
                label_b=self._group(pair.b),
                a=a,
                b=b,
                difference=_difference(a, b),
                level=self.computed.levels.get(side_a.id, "") if is_printed else "",
                expected=finding.expected.sign,
            )

    def _group(self, condition: str) -> str:
        """Give the words of a group by its last answer; the condition where it ends in none."""
        name, _, code = condition.rpartition(" and ")[2].partition(" == ")
        codebook = self.computed.codebook
        if name in codebook and code.startswith("'"):
            return codebook[name].code_label(code.strip("'"), self.say.language)
        return condition

    # --- beside the published words ---------------------------------------------------------------

    def _standing(
        self,
        finding: Finding,
        numbers: Sequence[PublishedNumber],
        contrasts: Sequence[PublishedContrast],
    ) -> Standing:
        if finding.statistic is Statistic.NONE:
            return Standing.NOT_COMPUTED
        if not is_asked(finding, self.computed.codebook, self.computed.wave):
            return Standing.NOT_ASKED
        printed = [number.estimate for number in numbers]
        printed += [one.difference for one in contrasts]
        return Standing.PRINTED if any(one is not None for one in printed) else Standing.SUPPRESSED

    def _agreement(
        self,
        finding: Finding,
        numbers: Sequence[PublishedNumber],
        contrasts: Sequence[PublishedContrast],
    ) -> tuple[Agreement, bool]:
        """Give the agreement, and whether the published words are contradicted."""
        tested = [one for one in contrasts if one.level and one.expected]
        if tested:
            confirmed = all(one.is_confirmed for one in tested)
            agreement = Agreement.CONFIRMED if confirmed else Agreement.NOT_CONFIRMED
            return agreement, any(one.is_reversed for one in tested)
        main = next((number for number in numbers if number.estimate is not None), None)
        if main is None or main != numbers[0]:
            return Agreement.NOT_TESTED, False
        expected = finding.expected
        if finding.published_low is not None:
            expected = Expected(low=finding.published_low, high=finding.published_high)
        if expected.low is not None:
            agreement = _beside(main, expected)
            return agreement, agreement is Agreement.OUTSIDE
        word = self._vague_word(finding.published)
        if word and main.statistic == SHARE and self.phrases.contradicts(word, main.estimate or 0):
            return Agreement.OUTSIDE, True
        return Agreement.NOT_TESTED, False

    def _vague_word(self, published: str) -> str:
        text = f"{published.casefold()} "
        return next((one.words for one in self.phrases.vague if text.startswith(one.words)), "")

    def _note(
        self,
        finding: Finding,
        standing: Standing,
        contrasts: Sequence[PublishedContrast],
        *,
        contradicted: bool,
    ) -> str:
        parts = []
        if standing is Standing.NOT_ASKED:
            parts.append(self.say.gettext("not asked in this wave"))
        elif standing is Standing.SUPPRESSED:
            parts.append(self.say.gettext("too few people to print"))
        tested = [one for one in contrasts if one.level]
        found = sum(one.is_found for one in tested)
        if len(tested) > 1:
            parts.append(
                self.say.gettext(
                    "a test finds %(found)s of %(tested)s differences",
                    found=found,
                    tested=len(tested),
                )
            )
        if any(one.is_reversed for one in contrasts):
            parts.append(self.say.gettext("the difference has the other direction"))
        elif contradicted:
            parts.append(self.say.gettext("contradicts the published words"))
        return "; ".join([*parts, finding.note] if finding.note else parts)


def _is_distribution(finding: Finding) -> bool:
    return finding.statistic is Statistic.DISTRIBUTION and not finding.numerators


def _code(outcome: Outcome) -> str:
    return outcome.id.partition(".")[2]


def _beside(number: PublishedNumber, expected: Expected) -> Agreement:
    """Compare a number and its interval with a range."""
    least = -math.inf if expected.low is None else expected.low
    most = math.inf if expected.high is None else expected.high
    estimate = number.estimate or 0.0
    above_least = estimate >= least if expected.high is not None else estimate > least
    if above_least and estimate <= most:
        return Agreement.INSIDE
    low = estimate if number.low is None else number.low
    high = estimate if number.high is None else number.high
    return Agreement.OVERLAPS if low <= most and high >= least else Agreement.OUTSIDE


def _difference(a: PublishedNumber, b: PublishedNumber) -> float | None:
    if a.estimate is None or b.estimate is None:
        return None
    return round(a.estimate - b.estimate, 6)


def _named(row: Mapping[Hashable, Any]) -> dict[str, Any]:
    return {str(name): cell for name, cell in row.items()}


def _value(cell: Any) -> float | None:  # noqa: ANN401  # a cell of a data frame
    return None if cell is None or pd.isna(cell) else float(cell)
