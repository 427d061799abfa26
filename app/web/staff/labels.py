"""Words for what the study stores as codes without words of their own, and for states.

Answer options carry their words in the survey files. Derived and frame variables have codes only;
until the survey files give them words, the ones that staff read most are named here. A code that
is not listed is shown as it is.
"""

from __future__ import annotations

from app.messages.channels import Channel
from app.panel.states import Role, WaveStatus
from app.web.respond.words import Translate


def code_words(_: Translate, variable: str, code: str | None) -> str:
    """Return the words of a code of a derived or frame variable."""
    if code is None:
        return _("Not known")
    if variable == "groep" and "_" in code:
        group, _underscore, act = code.partition("_")
        return f"{code_words(_, 'r_grp', group)}, {code_words(_, 'r_regime', act)}"
    listed = {
        "asiel": _("Asylum migrants"),
        "gezin": _("Family migrants"),
        "overig": _("Other migrants"),
        "wi2021": "Wi2021",
        "wi2013": "Wi2013",
        "man": _("Men"),
        "vrouw": _("Women"),
        "anders": _("Other"),
        "onbekend": _("Not known"),
        "unknown": _("Not known"),
    }
    return listed.get(code, code) if variable in _WORDED else code


_WORDED = frozenset({"fr_group", "fr_act", "fr_sex", "groep", "r_grp", "r_regime", "sekse"}) | {
    "leeftijd_klasse"
}


def variable_words(_: Translate, variable: str) -> str | None:
    """Return what a derived variable is called, or ``None`` where it has no words here."""
    return {
        "r_regime": _("Act"),
        "r_grp": _("Group"),
        "groep": _("Group and act"),
        "sekse": _("Sex"),
        "leeftijd_klasse": _("Age"),
        "r_route": _("Route (Wi2021 only)"),
        "d_ooit": _("Activities since the permit"),
    }.get(variable)


def status_words(_: Translate, status: WaveStatus) -> str:
    """Return the status of a wave in words."""
    return {
        WaveStatus.DRAFT: _("Draft"),
        WaveStatus.CHECKED: _("Checked"),
        WaveStatus.REHEARSED: _("Rehearsed"),
        WaveStatus.OPEN: _("Open"),
        WaveStatus.PAUSED: _("Paused"),
        WaveStatus.CLOSED: _("Closed"),
        WaveStatus.FROZEN: _("Frozen"),
    }[status]


def role_words(_: Translate, role: Role) -> str:
    """Return a role in words."""
    return {
        Role.RESEARCHER: _("researcher"),
        Role.FIELDWORK: _("fieldwork"),
        Role.INTERVIEWER: _("interviewer"),
        Role.TRANSLATOR: _("translator"),
        Role.ANALYST: _("analyst"),
        Role.PRIVACY_OFFICER: _("privacy officer"),
        Role.ADMIN: _("administrator"),
    }[role]


def channel_words(_: Translate, channel: Channel) -> str:
    """Return a channel as the name of one message."""
    return {
        Channel.LETTER: _("Letter"),
        Channel.EMAIL: _("E-mail"),
        Channel.SMS: _("Text message"),
    }[channel]
