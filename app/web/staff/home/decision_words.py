"""What waits for a decision, as a sentence, with the page where it is decided."""

from __future__ import annotations

from app.panel.privacy import Asked
from app.panel.states import Role
from app.services.fieldwork.decisions import Decision, Matter
from app.services.messaging.rehearsal_state import RehearsalStanding
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.waves.plan_words import listed

_RUNNING = frozenset({Role.RESEARCHER, Role.FIELDWORK, Role.ADMIN})
_RESEARCH = frozenset({Role.RESEARCHER})
_WRITING = frozenset({Role.RESEARCHER, Role.FIELDWORK})
CONCERNS: dict[Matter, frozenset[Role]] = {
    Matter.LOST_NEWS: frozenset({Role.RESEARCHER, Role.FIELDWORK, Role.ADMIN}),
    Matter.BEGIN: _RUNNING,
    Matter.PREPARE: _RUNNING,
    Matter.OPEN: _RUNNING,
    Matter.CLOSE: _RUNNING,
    Matter.PAUSED: _RUNNING,
    Matter.FREEZE: _RESEARCH,
    Matter.REHEARSAL: _RUNNING,
    Matter.MAILING: _RUNNING,
    Matter.UNKNOWN: _WRITING,
    Matter.PRELOAD: _RESEARCH,
    Matter.REQUEST: frozenset({Role.PRIVACY_OFFICER}),
    Matter.LETTERS: frozenset({Role.FIELDWORK}),
    Matter.BATCH: frozenset({Role.FIELDWORK}),
    Matter.RETURNED: frozenset({Role.FIELDWORK}),
    Matter.DUPLICATES: _WRITING,
    Matter.THANKS: _WRITING,
    Matter.OPEN_ANSWERS: frozenset({Role.RESEARCHER, Role.ANALYST}),
    Matter.LANGUAGE: frozenset({Role.RESEARCHER, Role.TRANSLATOR}),
    Matter.RETENTION: frozenset({Role.PRIVACY_OFFICER}),
}
"""Which matters concern which roles: what one cannot decide is no news to him."""


def matters_of(role: Role) -> set[Matter]:
    """Return what concerns a role."""
    return {matter for matter, roles in CONCERNS.items() if role in roles}


def place_of(one: Decision) -> str:
    """Return the address of the page where something is decided."""
    wave = f"/staff/waves/{one.wave}"
    return {
        Matter.LOST_NEWS: "/staff/admin",
        Matter.BEGIN: wave,
        Matter.PREPARE: wave,
        Matter.OPEN: f"{wave}/open",
        Matter.CLOSE: f"{wave}/close",
        Matter.PAUSED: wave,
        Matter.FREEZE: f"{wave}/freeze",
        Matter.REHEARSAL: f"{wave}/messages",
        Matter.MAILING: f"{wave}/messages/step/{one.what}",
        Matter.UNKNOWN: f"{wave}/messages/unknown",
        Matter.PRELOAD: f"{wave}/preload",
        Matter.REQUEST: "/staff/privacy",
        Matter.LETTERS: f"{wave}/letters",
        Matter.BATCH: f"{wave}/letters",
        Matter.RETURNED: "/staff/cases",
        Matter.DUPLICATES: "/staff/cases",
        Matter.THANKS: "/staff/incentives",
        Matter.OPEN_ANSWERS: "/staff/open-answers",
        Matter.LANGUAGE: "/staff/texts",
        Matter.RETENTION: "/staff/privacy",
    }[one.matter]


def sentence(_: Translate, figures: Figures, one: Decision, *, email: str) -> str:
    """Return something that waits as one sentence; ``email`` is who reads it."""
    by_matter = {
        Matter.CLOSE: lambda: _close(_, one),
        Matter.REHEARSAL: lambda: _rehearsal(_, figures, one),
        Matter.MAILING: lambda: _mailing(_, figures, one, email),
        Matter.PRELOAD: lambda: _preload(_, one),
        Matter.REQUEST: lambda: _request(_, one),
        Matter.LANGUAGE: lambda: _(
            "Texts of wave %(wave)s in %(languages)s that nobody has reviewed: %(count)s.",
            wave=one.wave,
            languages=listed(figures, [figures.language(code) for code in one.what.split()]),
            count=figures.count(one.count),
        ),
    }
    if one.matter in by_matter:
        return by_matter[one.matter]()
    said = {**_of_waves(_), **_of_people(_)}[one.matter]
    return said % {"wave": one.wave, "step": one.what, "count": figures.count(one.count)}


def _of_waves(_: Translate) -> dict[Matter, str]:
    """The sentences about the lives of waves, their values not filled in yet."""
    return {
        Matter.LOST_NEWS: _(
            "A backup was restored: nothing is sent until somebody says that the news since then"
            " was brought in."
        ),
        Matter.BEGIN: _("Wave %(wave)s is planned and not begun: publish its questionnaire first."),
        Matter.PREPARE: _("Wave %(wave)s is to open and is not ready. To do: %(count)s."),
        Matter.OPEN: _("Wave %(wave)s was to open and did not: look what is in the way."),
        Matter.PAUSED: _("Wave %(wave)s is paused: nobody can answer until it is opened."),
        Matter.FREEZE: _(
            "Wave %(wave)s is closed and not frozen: freeze it when its data are final."
        ),
    }


def _of_people(_: Translate) -> dict[Matter, str]:
    """The sentences about letters, answers and thank-yous, their values not filled in yet."""
    return {
        Matter.UNKNOWN: _(
            "Of messages of wave %(wave)s nobody knows whether they went out: %(count)s."
        ),
        Matter.LETTERS: _(
            "Letters of wave %(wave)s, step %(step)s, wait to be printed: %(count)s."
        ),
        Matter.BATCH: _(
            "A print batch of wave %(wave)s, step %(step)s, was not handed over yet. Letters:"
            " %(count)s."
        ),
        Matter.RETURNED: _(
            "Letters of wave %(wave)s came back, and these people have no other address: %(count)s."
        ),
        Matter.DUPLICATES: _(
            "By the open link of wave %(wave)s somebody may have answered twice: %(count)s."
        ),
        Matter.THANKS: _("Of thank-yous nobody knows whether they went out: %(count)s."),
        Matter.OPEN_ANSWERS: _(
            "Open answers of wave %(wave)s wait to be worked on: %(count)s at most."
        ),
        Matter.RETENTION: _(
            "Things to be destroyed by the retention plan of the study: %(count)s."
        ),
    }


def _rehearsal(_: Translate, figures: Figures, one: Decision) -> str:
    if one.what == RehearsalStanding.BLOCKED:
        return _(
            "The rehearsal of wave %(wave)s found things in the way: %(count)s.",
            wave=one.wave,
            count=figures.count(one.count),
        )
    if one.what == RehearsalStanding.VOID:
        return _(
            "Something changed since wave %(wave)s was rehearsed: rehearse it again.",
            wave=one.wave,
        )
    return _("Wave %(wave)s was never rehearsed: nothing can be sent.", wave=one.wave)


def _close(_: Translate, one: Decision) -> str:
    if one.what == "over":
        return _("The last day of wave %(wave)s is past and it is still open: close it.",
                 wave=one.wave)  # fmt: skip
    return _("Wave %(wave)s is at its last days: let it close, or close it.", wave=one.wave)


def _mailing(_: Translate, figures: Figures, one: Decision, email: str) -> str:
    count = figures.count(one.count)
    if one.by == email:
        return _(
            "Wave %(wave)s, step %(step)s: you asked for %(count)s messages at most. Somebody else"
            " has to approve it.",
            wave=one.wave,
            step=one.what,
            count=count,
        )
    return _(
        "Wave %(wave)s, step %(step)s: %(who)s asks you to let %(count)s messages at most go.",
        wave=one.wave,
        step=one.what,
        who=one.by,
        count=count,
    )


def _preload(_: Translate, one: Decision) -> str:
    if one.what == "freeze":
        return _(
            "What wave %(wave)s remembers of earlier answers is not frozen yet.", wave=one.wave
        )
    return _("What wave %(wave)s remembers of earlier answers waits to be approved.", wave=one.wave)


def _request(_: Translate, one: Decision) -> str:
    return {
        Asked.ACCESS: _("A person asked for a copy of what is known of them."),
        Asked.ERASURE: _("A person asked to be forgotten."),
        Asked.WITHDRAWAL: _("A person asked to stop."),
    }.get(Asked(one.what), _("A person asked something about their own data."))
