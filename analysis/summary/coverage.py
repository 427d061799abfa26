"""What the summary says nothing about: research questions, groups, acts, languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from analysis.codebook import Codebook
from analysis.findings.published import PublishedFinding
from analysis.summary.model import Coverage, Origin, Sentence

GROUP, ACT, LANGUAGE = "r_grp", "r_regime", "case_lang"
UNKNOWN = "onbekend"


def coverage_of(
    sentences: Iterable[Sentence],
    findings: Mapping[str, PublishedFinding],
    codebook: Codebook,
    wave: int,
) -> Coverage:
    """Compare what is printed with what the study asks.

    A group or act is covered by a finding about it: its code stands in the base, or it is compared
    with another. A finding about everybody covers none. A language is covered where a sentence
    names it.
    """
    printed = [one for one in sentences if one.origin in {Origin.GENERATED, Origin.FIXED}]
    counted = [one for one in printed if one.numbers or one.contrasts]
    told = [findings[name] for one in counted for name in one.findings]
    questions = {finding.research_question for finding in told}
    text = " ".join(one.text for one in printed)
    return Coverage(
        research_questions=tuple(q for q in codebook.research_questions if q not in questions),
        groups=_silent(GROUP, told, codebook),
        acts=_silent(ACT, told, codebook),
        languages=tuple(
            label for label in _labels(LANGUAGE, codebook).values() if label not in text
        ),
    )


def _silent(name: str, told: Sequence[PublishedFinding], codebook: Codebook) -> tuple[str, ...]:
    bases = [finding.base for finding in told]
    compared = {
        label for one in told for pair in one.contrasts for label in (pair.label_a, pair.label_b)
    }
    return tuple(
        label
        for code, label in _labels(name, codebook).items()
        if label not in compared and not any(f"== '{code}'" in base for base in bases)
    )


def _labels(name: str, codebook: Codebook) -> dict[str, str]:
    if name not in codebook:
        return {}
    variable = codebook[name]
    codes = [one.code for one in variable.codes if one.code != UNKNOWN]
    return {code: variable.code_label(code, "nl") for code in codes}
