"""My details: a copy of everything, no more messages, and being forgotten; each asked twice.

Nothing personal stands on these pages: phones are shared. The copy is a file, and comes only after
a page that says who else could read it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response

from app.panel.states import PersonStatus
from app.services.privacy import privacy_requests
from app.web import site
from app.web.locale import page_language, translator
from app.web.respond import pages
from app.web.respond.my_copy import copy_document
from app.web.respond.my_page import (
    SHOWN,
    Here,
    Typed,
    framed,
    look,
    page,
    take,
)
from app.web.respond.view import Choice, ErrorLink, Field, Link, MyView, Part, Words
from app.web.respond.words import Translate

blueprint = Blueprint("my_privacy", __name__)

STOPPED, DELETED = "/my/stopped", "/my/deleted"


@blueprint.get("/my/copy")
def copy() -> Response:
    """Say what the copy is, and who could read it."""
    return look(_copy)


@blueprint.post("/my/copy")
def want_copy() -> Response:
    """Lead to the second question."""
    return take("copy", lambda here, typed, operation: pages.see_other("/my/copy-now"))


def _copy(
    here: Here, typed: Typed | None, *, notice: Words | None = None, status: int = 200
) -> Response:
    _ = here.say
    return page(
        here,
        "copy",
        _("What you know about me"),
        paragraphs=[
            _("You get a file with your answers, your contact details and what we sent you."),
            _("The file stays on this phone or computer. Who can use it, can read the file."),
            _("Do you share this phone? Then do this on another one, or call us."),
        ],
        submit_label=_("Next"),
        notice=notice,
        status=status,
    )


SHOWN["copy"] = _copy


@blueprint.get("/my/copy-now")
def copy_now() -> Response:
    """Ask once more."""
    return look(_copy_now)


@blueprint.post("/my/copy-now")
def download() -> Response:
    """Hand the copy over as a file."""
    return take("copy-now", _download)


def _download(here: Here, typed: Typed, operation: str) -> Response:
    ctx = site().services
    copy = privacy_requests.ask_access(ctx, here.own.person_id, here.language)
    html = copy_document(copy)
    response = Response(html, content_type="text/html; charset=utf-8")
    # The name says nothing about what is in it: lists of downloads are seen by others.
    response.headers["Content-Disposition"] = f'attachment; filename="{copy.made_at:%Y-%m-%d}.html"'
    return response


def _copy_now(
    here: Here, typed: Typed | None, *, notice: Words | None = None, status: int = 200
) -> Response:
    _ = here.say
    return page(
        here,
        "copy-now",
        _("Download the file now?"),
        paragraphs=[_("Delete the file when you have read it.")],
        submit_label=_("Yes, download the file"),
        notice=notice,
        status=status,
    )


SHOWN["copy-now"] = _copy_now


@blueprint.get("/my/stop")
def stop() -> Response:
    """Ask which of two: no more messages, or everything deleted."""
    return look(_stop)


@blueprint.post("/my/stop")
def choose_stop() -> Response:
    """Lead to the question whether that is sure; nothing is changed yet."""
    return take("stop", _choose_stop)


def _choose_stop(here: Here, typed: Typed, operation: str) -> Response:
    given = typed.value("stop-how")
    if given not in (NO_MORE.name, DELETE.name):
        return _stop(here, Typed(typed.form, frozenset({"stop-how"})))
    return pages.see_other(f"/my/{given}")


def _stop(
    here: Here, typed: Typed | None, *, notice: Words | None = None, status: int = 200
) -> Response:
    _ = here.say
    typed = typed or Typed()
    error = _("Choose one of the answers on this page.") if typed.faults else None
    ways = {
        NO_MORE.name: _("Do not write to me any more. You may keep my answers."),
        DELETE.name: _("Delete everything: my answers, my name and my address."),
    }
    if here.own.status is PersonStatus.WITHDRAWN:
        del ways[NO_MORE.name]
    given = typed.value("stop-how")
    asked = Field(
        "stop-how", "stop-how", _("What do you want?"), "radio",
        choices=[
            Choice(f"stop-how-{value}", value, words, checked=value == given)
            for value, words in ways.items()
        ],
        error=error,
    )  # fmt: skip
    return page(
        here,
        "stop",
        _("I want to stop"),
        paragraphs=[
            _("You may always stop. You do not have to say why."),
            _("It has no effect on your civic integration, your benefit or your right to stay."),
        ],
        parts=[Part(asked)],
        submit_label=_("Next"),
        errors=[ErrorLink(f"#stop-how-{next(iter(ways))}", error)] if error else (),
        notice=notice,
        status=status,
    )


SHOWN["stop"] = _stop


@dataclass(frozen=True, slots=True)
class Sure:
    """A page that asks whether it is sure: its words are kept with what was done on them."""

    name: str
    about: Callable[[Translate], tuple[str, list[str], str]]
    """Heading, paragraphs, and the words of the button."""
    do: Callable[..., object]
    then: str

    def ask(
        self, here: Here, typed: Typed | None, *, notice: Words | None = None, status: int = 200
    ) -> Response:
        """Show what it means."""
        _ = here.say
        heading, words, button = self.about(_)
        return page(
            here,
            self.name,
            heading,
            paragraphs=words,
            submit_label=button,
            links=[
                Link("/my/copy", _("What you know about me")),
                Link("/my/stop", _("No, go back")),
            ],
            notice=notice,
            status=status,
        )

    def done(self, here: Here, typed: Typed, operation: str) -> Response:
        """Do it, and say so."""
        self.carry_out(here.own.person_id, here.language)
        return pages.see_other(self.then)

    def carry_out(self, person_id: UUID, language: str | None = None) -> None:
        """Do it for a person, with the words of the page in its language on record."""
        spoken = language or page_language()
        heading, words, button = self.about(translator(spoken))
        self.do(site().services, person_id, language=spoken, words=[heading, *words, button])


def _about_no_more(_: Translate) -> tuple[str, list[str], str]:
    words = [
        _("We send you no more letters, e-mails or text messages."),
        _("We keep the answers that you gave, without your name."),
        _("Your code does not work any more after this."),
        _("Do you want a copy? Then download it first."),
    ]
    return _("No more messages?"), words, _("Yes, write to me no more")


def _about_delete(_: Translate) -> tuple[str, list[str], str]:
    words = [
        _("We stop at once: you get no more messages, and your code does not work any more."),
        _("We delete your answers, your name and your address within a month. Nobody can get them"
          " back."),
        _("Numbers in reports that we have made stay. Nobody can see in them that it is you."),
        _("Do you want a copy? Then download it first."),
    ]  # fmt: skip
    return _("Delete everything?"), words, _("Yes, delete everything")


NO_MORE = Sure("no-more", _about_no_more, privacy_requests.withdraw, STOPPED)
DELETE = Sure("delete", _about_delete, privacy_requests.ask_erasure, DELETED)
SHOWN["no-more"] = NO_MORE.ask
SHOWN["delete"] = DELETE.ask


@blueprint.get("/my/no-more")
def no_more() -> Response:
    """Ask whether it is sure."""
    return look(NO_MORE.ask)


@blueprint.post("/my/no-more")
def end_messages() -> Response:
    """End all messages."""
    return take("no-more", NO_MORE.done, ending=STOPPED)


@blueprint.get("/my/delete")
def delete() -> Response:
    """Say what it means, and ask whether it is sure."""
    return look(DELETE.ask)


@blueprint.post("/my/delete")
def forget() -> Response:
    """Stop at once, and have everything about a person deleted."""
    return take("delete", DELETE.done, ending=DELETED, still=DELETE.carry_out)


@blueprint.get(STOPPED)
def stopped() -> Response:
    """Say that nothing more is sent; anybody may look at it."""
    _ = translator(page_language())
    words = [_("Do you want to see or delete what we know about you? Call us or write to us.")]
    return _ending("my-stopped", _("You get no more messages from us"), words)


@blueprint.get(DELETED)
def deleted() -> Response:
    """Say that everything is gone; anybody may look at it."""
    _ = translator(page_language())
    words = [_("We do that within a month. You get no more messages from us.")]
    return _ending("my-deleted", _("We delete everything"), words)


def _ending(page_id: str, heading: str, words: list[str]) -> Response:
    view = MyView(page_id=page_id, heading=heading, paragraphs=words)
    return framed(view, language=page_language())
