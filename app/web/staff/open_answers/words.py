"""Words for stages, states and details of open answers, and for why work is not kept."""

from __future__ import annotations

import re

from app.panel.open_answers import Stage, State
from app.panel.redaction import Personal
from app.web.respond.words import Translate


def stage_words(_: Translate, stage: Stage) -> str:
    """Return a kind of work."""
    return {
        Stage.REDACT: _("Redact"),
        Stage.TRANSLATE: _("Translate"),
        Stage.CODE: _("Choose codes"),
        Stage.SETTLE: _("Settle differences"),
    }[stage]


def stage_told(_: Translate, stage: Stage) -> str:
    """Return what is done in a kind of work."""
    return {
        Stage.REDACT: _("Take out what tells who somebody is: names, addresses, numbers."),
        Stage.TRANSLATE: _("Say redacted answers in the language in which coders work."),
        Stage.CODE: _("Choose from the code frame what an answer is about."),
        Stage.SETTLE: _("Decide where two coders chose otherwise."),
    }[stage]


def state_words(_: Translate, state: State) -> str:
    """Return how far an answer is."""
    return {
        State.WAITING: _("To redact"),
        State.REDACTED: _("Redacted"),
        State.TRANSLATED: _("Translated"),
        State.CODED: _("Coded"),
        State.DISPUTED: _("Coders differ"),
        State.NOTHING_TO_CODE: _("Nothing to code"),
        State.VOID: _("Changed or taken back"),
    }[state]


def personal_words(_: Translate, kind: Personal) -> str:
    """Return a kind of personal detail."""
    return {
        Personal.EMAIL: _("e-mail address"),
        Personal.WEBSITE: _("website"),
        Personal.IBAN: _("bank account"),
        Personal.BSN: _("citizen service number"),
        Personal.PHONE: _("phone number"),
        Personal.DATE: _("date"),
        Personal.POSTCODE: _("postcode"),
        Personal.NUMBER: _("long number"),
        Personal.NAME: _("name"),
        Personal.PLACE: _("place"),
    }[kind]


_ALONE = re.compile(r'"([a-z0-9_]+)" stands alone')


def work_fault(_: Translate, reason: str) -> str:
    """Return why work is not kept in the reader's words; quotes nothing of an answer."""
    if found := _ALONE.search(reason):
        return _("The code %(code)s stands alone: choose it without others.", code=found[1])
    if "is empty" in reason:
        return _("Write some words.")
    if "is longer than" in reason:
        return _("It is too long.")
    if "language is not known" in reason:
        return _("Choose the language in which the answer is written.")
    if "settled" in reason or "nothing to settle" in reason:
        return _("This answer has been settled, or no longer needs settling.")
    if "void" in reason:
        return _("The person changed or took back this answer.")
    return _("Somebody worked on this answer meanwhile.")
