"""From a line of the skeleton and a published finding to sentences, or the reason for none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from analysis.errors import AnalysisError
from analysis.findings.outcomes import MEDIAN, P90
from analysis.findings.published import (
    PublishedContrast,
    PublishedFinding,
    PublishedNumber,
    Standing,
)
from analysis.findings.registry import Statistic
from analysis.phrases import Phrase, PhraseBook
from analysis.printed import count_text, mean_text
from analysis.summary.model import LeftOut, Origin, Scope, Sentence
from analysis.summary.skeleton import Line, Skeleton
from analysis.summary.wordings import HEN, filled, listed, number_words
from analysis.wording import Wording

LANGUAGE = "nl"


@dataclass(frozen=True)
class Written:
    """What became of a line; ``warnings`` are for the editor."""

    sentences: tuple[Sentence, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[str, ...] = ()


class Writer:
    """Writes the sentences of one wave.

    Attributes
    ----------
    skeleton : Skeleton
    slots : mapping
        Fixed words of the wave.
    """

    def __init__(
        self,
        findings: Mapping[str, PublishedFinding],
        phrases: PhraseBook,
        skeleton: Skeleton,
        slots: Mapping[str, str],
        say: Wording,
    ) -> None:
        self.findings = findings
        self.phrases = phrases
        self.skeleton = skeleton
        self.slots = slots
        self.say = say

    def write(self, line: Line, place: str, standing_before: frozenset[str]) -> Written:
        """Write a line; ``standing_before`` are findings with a sentence in this part already."""
        if line.is_editors:
            text = self.skeleton.editor.format(task=line.text)
            return Written((Sentence(text, Origin.EDITOR, (line.finding,)),))
        if not line.finding or line.is_fixed:
            own = (line.finding,) if line.finding else ()
            return Written((Sentence(filled(line.text, self.slots), Origin.FIXED, own),))
        finding = self.findings[line.finding]
        reason = self._hindrance(line, finding, standing_before)
        if reason:
            return Written(left_out=(LeftOut(line.finding, place, reason),))
        _check_numbers(line, finding)
        if finding.contrasts:
            return self._compared(line, finding, place)
        return self._counted(line, finding, place)

    def _hindrance(
        self, line: Line, finding: PublishedFinding, standing_before: frozenset[str]
    ) -> str:
        """Say why a line cannot be written; empty when it can."""
        if finding.standing is Standing.NOT_ASKED:
            return self.say.gettext("not asked in this wave")
        if finding.standing is not Standing.PRINTED:
            return self.say.gettext("too few people to print")
        if line.after and line.after not in standing_before:
            return self.say.gettext("follows %(finding)s, which is left out", finding=line.after)
        printed = {one.code for one in finding.numbers if one.estimate is not None}
        if not set(line.needs) <= printed:
            return self.say.gettext("too few people to print")
        return ""

    # --- shares and numbers -----------------------------------------------------------------------

    def _counted(self, line: Line, finding: PublishedFinding, place: str) -> Written:
        numbers = self._numbers_of(line, finding)
        if any(one.estimate is None for one in numbers) or not numbers:
            reason = self.say.gettext("too few people to print")
            return Written(left_out=(LeftOut(finding.id, place, reason),))
        if line.says and self.phrases.contradicts(line.says, numbers[0].estimate or 0.0):
            reason = self.say.gettext("'%(word)s' is wrong for this share", word=line.says)
            return Written(left_out=(LeftOut(finding.id, place, reason),))
        slots = dict(self.slots) | self._slots(line, finding, numbers)
        if line.labels and "others" not in slots:
            # Nothing is named "most of all" where all are named as often.
            reason = self.say.gettext("no answer stands behind the first")
            return Written(left_out=(LeftOut(finding.id, place, reason),))
        sentence = Sentence(
            filled(line.text, slots), Origin.GENERATED, (finding.id,), numbers, (), line.scope
        )
        return Written((sentence,), warnings=tuple(self._unranked(line, finding)))

    def _unranked(self, line: Line, finding: PublishedFinding) -> Iterator[str]:
        """Name answers that have no place in the order because their share is not printed."""
        for number, label in zip(finding.numbers, line.labels, strict=False):
            if number.estimate is None:
                yield self.say.gettext(
                    "%(finding)s: '%(answer)s' is not printed, so it has no place in the order",
                    finding=finding.id,
                    answer=label,
                )

    def _numbers_of(self, line: Line, finding: PublishedFinding) -> tuple[PublishedNumber, ...]:
        if line.number:
            return finding.numbers[line.number - 1 : line.number]
        if line.labels or finding.statistic is Statistic.DISTRIBUTION:
            return tuple(one for one in finding.numbers if one.estimate is not None)
        if "{phrase2}" in line.text or "{" not in line.text:
            return finding.numbers
        return finding.numbers[:1]

    def _slots(
        self, line: Line, finding: PublishedFinding, numbers: Sequence[PublishedNumber]
    ) -> dict[str, str | tuple[Phrase, str]]:
        main, slots = numbers[0], self._measures(numbers[0])
        if line.labels:
            words, main = self._ranked(line, finding)
            slots |= words
        for name, number in zip(("phrase", "phrase2"), (main, *numbers[1:]), strict=False):
            if number.phrase is not None:
                slots[name] = (number.phrase, HEN)
        if main.phrase is not None and line.group:
            slots["part"] = (main.phrase, self._group(line))
        if finding.statistic is Statistic.DISTRIBUTION:
            slots |= self._answers(finding)
        return slots

    def _measures(self, number: PublishedNumber) -> dict[str, str | tuple[Phrase, str]]:
        estimate = number.estimate or 0.0
        if number.statistic in {MEDIAN, P90}:
            return {"months": mean_text(estimate, LANGUAGE).removesuffix(",00")}
        return {"count": count_text(estimate, LANGUAGE)} if number.statistic == "count" else {}

    def _ranked(
        self, line: Line, finding: PublishedFinding
    ) -> tuple[dict[str, str | tuple[Phrase, str]], PublishedNumber]:
        """Give the answers by size; the first are all that share the highest whole percentage."""
        pairs = [
            (number, label)
            for number, label in zip(finding.numbers, line.labels, strict=True)
            if number.phrase is not None
        ]
        pairs.sort(key=lambda pair: -(pair[0].estimate or 0.0))
        highest = pairs[0][0]
        first = [label for number, label in pairs if _percent(number) == _percent(highest)]
        others = [label for _, label in pairs[len(first) :]]
        words: dict[str, str | tuple[Phrase, str]] = {"first": listed(first)}
        if others:
            words["others"] = listed(others)
        return words, highest

    def _answers(self, finding: PublishedFinding) -> dict[str, str | tuple[Phrase, str]]:
        """Give the answers that were given at all; how often need not be printed."""
        given = [one.label for one in finding.numbers if one.estimate is None or one.estimate > 0]
        if not given:
            return {}
        return {"languages": listed(given), "how_many": number_words(len(given))}

    def _group(self, line: Line) -> str:
        if line.scope is Scope.RESPONDENTS:
            return f"{line.group.rstrip(',')} {self.skeleton.respondents},"
        return line.group

    # --- differences ------------------------------------------------------------------------------

    def _compared(self, line: Line, finding: PublishedFinding, place: str) -> Written:
        """Write what a test finds; claims about the same groups and as far apart share a sentence.

        Differences that no test finds are left out: nothing is printed about them.
        """
        together: dict[tuple[str, str], list[int]] = {}
        left_out = []
        for k, one in enumerate(finding.contrasts):
            more = self._more(one)
            if more is None:
                left_out.append(LeftOut(finding.id, place, self._no_difference(one)))
                continue
            text = line.text if line.claims else line.texts[k]
            together.setdefault((text, more), []).append(k)
        return Written(tuple(self._differences(line, finding, together)), tuple(left_out))

    def _differences(
        self,
        line: Line,
        finding: PublishedFinding,
        together: Mapping[tuple[str, str], Sequence[int]],
    ) -> Iterator[Sentence]:
        for (text, more), at in together.items():
            slots: dict[str, str | tuple[Phrase, str]] = {**self.slots, "more": more}
            if line.claims:
                slots["claims"] = listed([line.claims[k] for k in at])
            contrasts = tuple(finding.contrasts[k] for k in at)
            yield Sentence(
                filled(text, slots), Origin.GENERATED, (finding.id,), (), contrasts, line.scope
            )

    def _more(self, contrast: PublishedContrast) -> str | None:
        """Give the comparative of a difference that is found: "iets minder vaak", "vaker"."""
        if not contrast.is_found or contrast.difference is None:
            return None
        adverb = self.phrases.adverb(contrast.difference)
        if adverb is None:
            return None
        return f"{adverb} {'vaker' if contrast.difference > 0 else 'minder vaak'}".strip()

    def _no_difference(self, contrast: PublishedContrast) -> str:
        if contrast.difference is None:
            return self.say.gettext("too few people to print")
        if not contrast.is_found:
            return self.say.gettext("a test finds no difference")
        return self.say.gettext("the difference is too small for a word")


def _check_numbers(line: Line, finding: PublishedFinding) -> None:
    """Refuse a line that has not as many words as its finding has numbers."""
    for kind, words, found in (
        ("labels", line.labels, finding.numbers),
        ("claims", line.claims, finding.contrasts),
        ("texts", line.texts, finding.contrasts),
    ):
        if words and len(words) != len(found):
            raise AnalysisError(
                f"the summary has {len(words)} {kind} for {finding.id}, which has {len(found)}"
            )
    if line.number > len(finding.numbers):
        raise AnalysisError(
            f"the summary asks for number {line.number} of {finding.id}, "
            f"which has {len(finding.numbers)}"
        )


def _percent(number: PublishedNumber) -> int:
    return number.phrase.percent if number.phrase is not None else -1
