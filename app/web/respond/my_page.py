"""What the pages of one's own details share: whose they are, their forms, and how they look.

Every one of them is shown by a function that takes what was typed, so that the same page comes
back with it: in another language, with what is wrong, or after the code when the visit had ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol
from uuid import UUID

from flask import Response, request, session

from app.services.members import own_details
from app.services.members.own_details import Own
from app.web import site
from app.web.locale import LANGUAGE_FIELD, chosen_language, page_language, translator
from app.web.respond import pages
from app.web.respond.posted import posted_values, without_controls
from app.web.respond.view import ErrorLink, Link, MyView, Part, Words
from app.web.respond.words import Translate
from app.web.security import from_our_pages
from app.web.sessions import Visit, details_visit

MENU = "/my/menu"
LEAVE = "/my/leave"
LONGEST = 200
"""Characters of a box that are read; nothing a person can fill in here is longer."""
_LONGEST_OPERATION = 80

Form = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Here:
    """Somebody at a page of their own details."""

    own: Own
    visit: Visit
    language: str

    @property
    def say(self) -> Translate:
        """``gettext`` in the language of the page."""
        return translator(self.language)

    @property
    def subject(self) -> str:
        """What operations of these pages are bound to."""
        return f"own details {self.own.person_id.hex}"


@dataclass(frozen=True, slots=True)
class Typed:
    """What stood in the form of a page when it was sent, and what was wrong with it."""

    form: Form = field(default_factory=dict, repr=False)
    faults: frozenset[str] = frozenset()

    def value(self, name: str) -> str:
        """Return the text of a box, at most `LONGEST` characters on one line."""
        given = next(iter(self.form.get(name, ())), "")[:LONGEST]
        return " ".join(given.split())

    def values(self, name: str) -> tuple[str, ...]:
        """Return what was ticked."""
        return tuple(self.form.get(name, ()))


class Show(Protocol):
    """Shows a page: ``typed`` is ``None`` when it was only asked for."""

    def __call__(
        self, here: Here, typed: Typed | None, *, notice: Words | None = None, status: int = 200
    ) -> Response:
        """Return the page."""


Act = Callable[[Here, Typed, str], Response]
"""Does what a page was sent for, under the id of its operation."""
SHOWN: dict[str, Show] = {}
"""The pages with a form, by the last part of their address."""


def somebody() -> Here | None:
    """Return who is at the own details in this request, or ``None``."""
    ctx = site().services
    visit = details_visit(ctx.clock.now())
    own = own_details.load(ctx, visit.code_id) if visit is not None else None
    return None if visit is None or own is None else Here(own, visit, page_language())


def look(show: Show) -> Response:
    """Answer a page that is asked for."""
    here = somebody()
    return door() if here is None else show(here, None)


def take(
    name: str,
    act: Act,
    *,
    ending: str | None = None,
    still: Callable[[UUID], None] | None = None,
) -> Response:
    """Answer a page that was sent: do it, or show it again with what was typed.

    A page that ends everything ends its own code too: sent again it leads to its ``ending``. Who
    stopped in one window and asks for more in another is heard: ``still`` is done for the person
    of the code, as far as there is one.
    """
    here = somebody()
    if here is None:
        stopped = None if ending is None else _stopped_before()
        if ending is None or stopped is None:
            return door(name)
        if still is not None and stopped.person_id is not None:
            still(stopped.person_id)
        return pages.see_other(ending)
    show, typed = SHOWN[name], Typed(posted_values())
    operation = typed.value("op")[:_LONGEST_OPERATION]
    ours = site().tokens.fits(request.form.get("csrf_token", ""), here.visit.key)
    if not (ours and from_our_pages() and site().tokens.belongs(operation, here.subject)):
        _ = here.say
        return show(here, typed, notice=_("Please press the button again."), status=403)
    if LANGUAGE_FIELD in request.form:
        pressed = chosen_language(site().languages) or here.language
        session["l"] = pressed
        return show(replace(here, language=pressed), typed)
    return act(here, typed, operation)


def _stopped_before() -> own_details.Stopped | None:
    ctx = site().services
    visit = details_visit(ctx.clock.now())
    if visit is None or not from_our_pages():
        return None
    if not site().tokens.fits(request.form.get("csrf_token", ""), visit.key):
        return None
    return own_details.stopped(ctx, visit.code_id)


def door(name: str | None = None) -> Response:
    """Ask for the code again; what was typed goes along, for who it belongs to."""
    from app.web.respond.my_door import ask_again  # which imports this module

    kept: list[tuple[str, str]] = []
    if name is not None:
        for field_name, values in posted_values().items():
            if field_name not in ("csrf_token", LANGUAGE_FIELD):
                kept += [(field_name, value) for value in values]
    return ask_again(name, kept)


def page(
    here: Here,
    name: str,
    heading: str,
    *,
    paragraphs: Sequence[Words] = (),
    parts: Sequence[Part] = (),
    menu: Sequence[Link] = (),
    links: Sequence[Link] | None = None,
    submit_label: str | None = None,
    errors: Sequence[ErrorLink] = (),
    notice: Words | None = None,
    status: int = 200,
) -> Response:
    """Return a page of the own details; ``name`` is the last part of its address."""
    _ = here.say
    operation = site().tokens.operation(here.subject)
    view = MyView(
        page_id="my-details" if name == "menu" else f"my-{name}",
        heading=heading,
        paragraphs=paragraphs,
        parts=parts,
        menu=menu,
        links=[Link(MENU, _("Back to my details"))] if links is None else links,
        submit_label=submit_label,
        action=f"/my/{name}",
        hidden=[("csrf_token", site().tokens.token(here.visit.key)), ("op", operation)],
        errors=errors,
        notice=notice,
    )
    return framed(view, language=here.language, status=422 if errors else status)


def framed(view: MyView, *, language: str, status: int = 200) -> Response:
    """Return a page of the own details, which are left by ending the visit."""
    return pages.page(
        "respond/my.html",
        view,
        title=view.heading,
        language=language,
        status=status,
        leave_url=LEAVE,
    )


def saved(how: str = "1") -> Response:
    """Lead back to the menu, which says that something was saved."""
    return pages.see_other(f"{MENU}?saved={how}")


def kept_form(prefix: str) -> Form:
    """Return what was typed before the visit ended, without its prefix."""
    return {
        without_controls(name.removeprefix(prefix)): values
        for name, values in posted_values().items()
        if name.startswith(prefix)
    }
