"""When people leave one question without an answer."""

from __future__ import annotations

from collections.abc import Mapping

from app.questionnaire.model import Item, Kind, Missing, Offer, Store
from app.synthetic.answers.subject import Subject

DO_NOT_KNOW: Mapping[str, float] = {
    "r_brief": 0.12, "r_voor2022": 0.12, "r_plan": 0.14, "a_vroeg": 0.14, "i_had": 0.05,
    "i_llt": 0.14, "i_pip": 0.07, "r_route": 0.07, "v_gesprek": 0.05, "h_mee": 0.30,
    "q_uitval_reden": 0.22, "q_optijd": 0.18, "d_contract": 0.03, "l_niveau": 0.11,
    "l_doel": 0.08, "b_taaleis": 0.06, "f_ontz": 0.04,
}  # fmt: skip
"""Share that says "I do not know" where the button is visible and people often do not."""

DK_VISIBLE = 0.05
DK_ON_SKIP = 0.004
REFUSE_SENSITIVE = 0.022
REFUSE = 0.006
LEFT_EMPTY = 0.006

MORE_WHEN_READING_IS_HARD: Mapping[str, float] = {"goed": 0.9, "beetje": 1.5, "nee": 2.2}

NEVER_MISSING = frozenset({Kind.INFO, Kind.CONSENT})


def silence(subject: Subject, item: Item, var: str, *, sensitive: bool) -> Missing | None:
    """Why this person gives no answer to this question; ``None`` when there is one.

    `Missing.SKIP` stands for going on without an answer. `Missing.DK` and `Missing.REF` come only
    where the item offers them, at once or after a prompt.
    """
    if item.kind in NEVER_MISSING or item.store is Store.CONTACT:
        return None
    luck = subject.now.uniform(f"silence {var}")
    luck /= MORE_WHEN_READING_IS_HARD[subject.past.literacy]
    for reason, share in _shares(item, var, sensitive=sensitive):
        luck -= share
        if luck < 0:
            return reason
    return None


def _shares(item: Item, var: str, *, sensitive: bool) -> tuple[tuple[Missing, float], ...]:
    unknown = 0.0
    if item.dk is Offer.VISIBLE:
        unknown = DO_NOT_KNOW.get(var, DK_VISIBLE)
    elif item.dk is Offer.ON_SKIP:
        unknown = DK_ON_SKIP
    refused = 0.0
    if item.refuse is not Offer.NONE:
        refused = REFUSE_SENSITIVE if sensitive else REFUSE
    return (Missing.SKIP, LEFT_EMPTY), (Missing.DK, unknown), (Missing.REF, refused)
