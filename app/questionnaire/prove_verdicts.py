"""From what was proven in each wave to what an author is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import z3

from app.questionnaire.expression import tree
from app.questionnaire.expression_tree import written
from app.questionnaire.prove_claims import Claim, Key
from app.questionnaire.prove_route import Cause, WaveTerms
from app.questionnaire.prove_search import Settled, Verdict, causes_of
from app.questionnaire.prove_terms import leaves, names_of, one_by_one
from app.questionnaire.prove_witness import Walked

MOST_CAUSES = 4


def judge(
    settled: Mapping[int, Settled], key: Key, reported: tuple[int, ...]
) -> tuple[Claim, str] | None:
    """Return a claim with what is wrong with it in words; nothing when it is as it should be."""
    stated = {
        wave: one.claims[key]
        for wave, one in settled.items()
        if key in one.claims and _needed(one, one.claims[key])
    }
    verdicts = {wave: settled[wave].verdicts[key] for wave in stated}
    if not stated:
        return None
    claim = next(iter(stated.values()))
    wrong = Verdict.POSSIBLE if claim.hazard else Verdict.IMPOSSIBLE
    if not claim.each_wave and Verdict.POSSIBLE in verdicts.values():
        return None
    unsure = [wave for wave in reported if verdicts.get(wave) is Verdict.UNDECIDED]
    if unsure:
        return claim, f"could not be decided{_in_waves(unsure)}: {claim.says}"
    waves = [wave for wave in reported if verdicts.get(wave) is wrong]
    if not waves:
        return None
    one = settled[waves[0]]
    if claim.hazard:
        example = _example(one.shown_by[key], claim)
        return claim, f"{claim.says}{_in_waves(waves)}: for example with {example}"
    where = _in_waves(waves) if claim.each_wave else ""
    return claim, f"{claim.says}{where}{_why(one.terms, one.claims[key])}"


def _needed(one: Settled, claim: Claim) -> bool:
    return not claim.needs or one.verdicts.get(claim.needs) is Verdict.POSSIBLE


def _in_waves(waves: list[int]) -> str:
    return f" in wave {', '.join(map(str, waves))}"


def _example(walked: Walked, claim: Claim) -> str:
    said = (
        f"{name} = {walked.values[name]}" if name in walked.values else f"{name} not asked"
        for name in dict.fromkeys(claim.names)
    )
    return ", ".join(said)


def _why(terms: WaveTerms, claim: Claim) -> str:
    """The reason, as the end of a message: answers that do not exist, else what contradicts it."""
    if claim.note:
        return ""
    reasons = list(dict.fromkeys(_nowhere(terms, claim.source)))
    if not reasons:
        causes = [one for one in causes_of(terms, claim.term) if _tells(one, claim)]
        reasons = [f"{cause.words} ({cause.place})" for cause in causes[:MOST_CAUSES]]
        if len(causes) > MOST_CAUSES:
            reasons.append(f"and {len(causes) - MOST_CAUSES} more")
    return f": {'; '.join(reasons)}" if reasons else ""


def _tells(cause: Cause, claim: Claim) -> bool:
    """Its own condition stands in the message already; what may be answered there does not."""
    return cause.place != claim.place or cause.words.startswith("the ")


def _nowhere(terms: WaveTerms, source: str) -> Iterator[str]:
    """Yield comparisons that hold for no value at all."""
    for listed in leaves(tree(source)):
        for leaf in one_by_one(listed):
            if not z3.is_false(z3.simplify(terms.terms.leaf(leaf))):
                continue
            for name in names_of(leaf):
                if name not in terms.values or z3.is_false(z3.simplify(_known(terms, name))):
                    yield f"{name} never has a value in wave {terms.instrument.wave}"
                else:
                    yield f"no value of {name} makes {written(leaf)} true"


def _known(terms: WaveTerms, name: str) -> z3.BoolRef:
    symbol = terms.values[name]
    return symbol.known
