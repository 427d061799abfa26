"""The last page of an interview: sent, ended early, or left for later."""

from __future__ import annotations

from app.panel.states import CaseStatus
from app.questionnaire.model import Termination
from app.web.locale import translator
from app.web.respond.view import DoneView


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
