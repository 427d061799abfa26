"""What no example can show: proofs over every respondent a wave may have.

A claim ("this page is met by somebody") is settled by a respondent who shows it, checked by
`routing.route`, or by z3's proof that there is none. z3 is an extra: it is imported when a proof is
asked for, and by the modules ``prove_*`` only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.questionnaire.document import Problem, by_place
from app.questionnaire.model import Bank

if TYPE_CHECKING:
    from app.questionnaire.prove_search import Settled


@dataclass(frozen=True, slots=True)
class Proof:
    """What is wrong, and what is only worth knowing; both ordered by place."""

    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]


def prove(
    bank: Bank,
    *,
    waves: Sequence[int] | None = None,
    progress: Callable[[str], None] | None = None,
) -> list[Problem]:
    """Return what is wrong with some waves of a bank, ordered by place.

    Parameters
    ----------
    waves
        Those to report on; all when absent. Every wave is worked through all the same: what no
        wave makes possible is a mistake, what another wave makes possible is none.
    progress
        Told, in words, what is being worked on.

    Raises
    ------
    ModuleNotFoundError
        If z3 is not installed (``pip install perspectief[prove]``).
    """
    return list(proof_of(bank, waves=waves, progress=progress).problems)


def proof_of(
    bank: Bank,
    *,
    waves: Sequence[int] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Proof:
    """Return the problems and the notes; see `prove`."""
    from app.questionnaire.prove_search import settle

    settled: dict[int, Settled] = {}
    for wave in bank.waves:
        if progress is not None:
            progress(f"wave {wave}: all that its respondents may answer")
        settled[wave] = settle(bank, wave)
    return _judged(settled, tuple(waves or bank.waves))


def _judged(settled: dict[int, Settled], reported: tuple[int, ...]) -> Proof:
    from app.questionnaire.prove_verdicts import judge

    problems: list[Problem] = []
    notes: list[Problem] = []
    for key in dict.fromkeys(key for one in settled.values() for key in one.claims):
        judged = judge(settled, key, reported)
        if judged is not None:
            claim, message = judged
            (notes if claim.note else problems).append(Problem(claim.place, message))
    for wave in reported:
        refused = settled[wave].refused
        problems += [Problem(one.place, f"{one.says} in wave {wave}") for one in refused]
    return Proof(tuple(by_place(problems)), tuple(by_place(notes)))
