"""The last page of an interview: sent, ended early, or left for later."""

from __future__ import annotations

from collections.abc import Sequence

from app.panel.states import CaseStatus
from app.questionnaire.model import Termination
from app.services.content.help_lines import For, HelpLine
from app.web.locale import translator
from app.web.respond.view import DoneView, HelpAt
from app.web.respond.words import Translate


def help_at(lines: Sequence[HelpLine], language: str) -> tuple[HelpAt, ...]:
    """Return whom somebody can turn to whom a question touched, in the words of a language."""
    words = _help_words(translator(language))
    return tuple(
        HelpAt(
            one.name,
            words[one.purpose],
            # A number is dialled whole, so it stands whole.
            one.phone.replace(" ", "\u00a0") if one.phone else None,
            one.dialled,
            one.url,
        )
        for one in lines
    )


def _help_words(_: Translate) -> dict[For, str]:
    return {
        For.DOCTOR: _("Do you feel ill, sad or afraid? Go to your doctor:"),
        For.CRISIS: _("Do you think about dying? Call day or night, it is free:"),
        For.VIOLENCE: _("Does somebody at home hurt you? Call day or night, it is free:"),
        For.DISCRIMINATION: _("Were you treated badly because of who you are? Call, it is free:"),
        For.LAW: _("Do you have a question about your rights or money? Call, it is free:"),
        For.REFUGEES: _("Do you want help as a refugee? There is somebody in your town:"),
    }


def sent_view(language: str, *, action: str = "", more: tuple[str, str] | None = None) -> DoneView:
    """Return the page after the answers were sent."""
    _ = translator(language)
    words = _("We have your answers. You helped us a lot. You can close this page now.")
    return DoneView(CaseStatus.COMPLETE, _("Thank you"), words, action=action, more=more)


def ended_view(
    termination: Termination, language: str, *, change_url: str, action: str = ""
) -> DoneView:
    """Return the page of an interview that ended before its last question."""
    _ = translator(language)
    return DoneView(
        status=termination.status,
        heading=_("Thank you"),
        text=termination.text[language],
        change_url=change_url,
        action=action,
    )


def stopped_view(language: str) -> DoneView:
    """Return the page that says that the answers are safe."""
    _ = translator(language)
    words = _("You can go on later with the same code, on this or another device.")
    return DoneView(CaseStatus.PARTIAL, _("Your answers are saved"), words)
