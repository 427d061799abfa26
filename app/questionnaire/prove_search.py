"""Settles the claims about a wave: by a respondent who shows them, or by proof that none can."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from enum import StrEnum

import z3

from app.questionnaire.compile import asked_in, compile_wave
from app.questionnaire.model import Bank, Derivation, Kind
from app.questionnaire.prove_answers import Refused, refused_answers
from app.questionnaire.prove_claims import Claim, Key, claims_of
from app.questionnaire.prove_persons import Persons, Respondent
from app.questionnaire.prove_route import Cause, WaveTerms
from app.questionnaire.prove_symbols import Term
from app.questionnaire.prove_witness import Walked, person_of

WALKS = 60
"""Random respondents sent ahead: most claims need no proof, only somebody who shows them."""
PATIENCE = 20_000
"""Milliseconds for one proof."""


class Verdict(StrEnum):
    """What is known of a claim."""

    POSSIBLE = "possible"
    """A respondent shows it."""
    IMPOSSIBLE = "impossible"
    UNDECIDED = "undecided"


@dataclass
class Settled:
    """The claims about one wave and what came of them."""

    terms: WaveTerms
    claims: dict[Key, Claim]
    verdicts: dict[Key, Verdict] = field(default_factory=dict)
    shown_by: dict[Key, Walked] = field(default_factory=dict)
    refused: tuple[Refused, ...] = ()


def settle(bank: Bank, wave: int) -> Settled:
    """Return what is possible in a wave, and what is not."""
    terms = terms_of(bank, wave)
    claims = {claim.key: claim for claim in claims_of(terms)}
    search = _Search(Settled(terms, claims), random.Random(wave))
    search.run()
    settled = search.settled
    settled.refused = tuple(refused_answers(terms.persons, settled.shown_by))
    return settled


def terms_of(bank: Bank, wave: int) -> WaveTerms:
    """Return a wave as terms."""
    instrument = compile_wave(bank, wave)
    return WaveTerms(instrument, Persons(instrument, _asked_before(bank, wave)))


def _asked_before(bank: Bank, wave: int) -> dict[str, int]:
    found: dict[str, int] = {}
    for earlier in (one for one in bank.waves if one < wave):
        part = asked_in(bank, earlier)
        for item in part.items:
            names = [one.var for one in item.statements] or [item.var]
            found |= dict.fromkeys(names, earlier) if item.kind is not Kind.INFO else {}
        unions = (one for one in part.derived if one.kind is Derivation.UNION_OVER_WAVES)
        found |= {one.var: earlier for one in unions}
    return found


class _Search:
    """Walks first; asks the solver for what nobody has shown yet."""

    def __init__(self, settled: Settled, rng: random.Random) -> None:
        self.settled = settled
        self.terms = settled.terms
        self.rng = rng
        self.open = dict(settled.claims)
        self.solver = z3.Solver()
        self.solver.set("timeout", PATIENCE)
        for _, rule in self.terms.rules:
            self.solver.add(rule)

    def run(self) -> None:
        panel = bool(self.terms.earlier)
        for number in range(WALKS):
            self.try_on(self.terms.persons.draw(self.rng, panel=panel and number % 2 == 1))
        for key, claim in self.settled.claims.items():
            if key in self.open:
                self.settle(claim)

    def try_on(self, respondent: Respondent) -> Walked:
        """Note every open claim that a respondent shows."""
        walked = Walked.of(self.terms, respondent)
        for key in [key for key, claim in self.open.items() if claim.seen(walked)]:
            del self.open[key]
            self.settled.verdicts[key] = Verdict.POSSIBLE
            self.settled.shown_by[key] = walked
        return walked

    def settle(self, claim: Claim) -> None:
        answer = self.solver.check(claim.term)
        if answer == z3.sat:
            self.try_on(person_of(self.terms, self.solver.model(), self.rng))
        if claim.key in self.open:
            del self.open[claim.key]
            # A respondent who does not show what the solver promised proves nothing.
            verdict = Verdict.IMPOSSIBLE if answer == z3.unsat else Verdict.UNDECIDED
            self.settled.verdicts[claim.key] = verdict


def causes_of(terms: WaveTerms, term: Term) -> list[Cause]:
    """Return what an author wrote that together makes something impossible; few, none to spare."""
    solver = z3.Solver()
    solver.set("timeout", PATIENCE)
    flags: dict[Cause, Term] = {}
    for cause, rule in terms.rules:
        if cause is None:
            solver.add(rule)
        else:
            flag = flags.setdefault(cause, z3.Bool(f"!{len(flags)}"))
            solver.add(z3.Implies(flag, rule))
    solver.add(term)
    if solver.check(*flags.values()) != z3.unsat:
        return []
    core = {str(flag) for flag in solver.unsat_core()}
    kept = [cause for cause, flag in flags.items() if str(flag) in core]
    for cause in tuple(kept):
        rest = [flags[one] for one in kept if one is not cause]
        if solver.check(*rest) == z3.unsat:
            kept.remove(cause)
    return kept
