"""Letters that the post brought back, by the reference beside their address."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request

from app.services.lettering import returned_letters
from app.services.lettering.print_desk import present_moment
from app.services.lettering.returned_letters import NotOursError
from app.services.members.people_news import NewsError
from app.web import site
from app.web.staff import pages
from app.web.staff.gate import for_roles, signed_in
from app.web.staff.letters.desk import LETTERS, POSTING
from app.web.staff.waves.frame import require_wave, speech, wave_page

MOST_CHARACTERS = 20_000


def add_views(blueprint: Blueprint) -> None:
    """Register the views."""
    blueprint.add_url_rule(f"{LETTERS}/returned", view_func=returned_mail)
    blueprint.add_url_rule(f"{LETTERS}/returned", view_func=say_returned, methods=["POST"])


@for_roles(*POSTING)
def returned_mail(year: int) -> Response:
    """Ask which letters came back."""
    return _page(year)


@for_roles(*POSTING)
def say_returned(year: int) -> Response:
    """Put on record that letters came back: all that are named, or none."""
    require_wave(year)
    _, figures = speech()
    references = _typed().replace(",", "\n").splitlines()
    named = [one.strip() for one in references if one.strip()]
    if not named:
        return _page(year, fault=_("Type the reference of at least one letter."), status=422)
    services = site().services
    try:
        done = returned_letters.returned(
            services, named, by=signed_in().email, moment=present_moment(services)
        )
    except (NotOursError, NewsError) as error:
        words = _(
            "One of these is of no letter that was sent. It is the ten characters after “Ref.”, 0"
            " to 9 and a to f. Nothing was put down."
        )
        return _page(year, fault=words, detail=str(error), status=422)
    flash(
        _(
            "On record. People who cannot be reached by letter until they have another address:"
            " %(new)s. Known before: %(known)s.",
            new=figures.count(done.new),
            known=figures.count(done.known),
        )
    )
    return pages.see_other(f"/staff/waves/{year}/letters")


def _typed() -> str:
    return request.form.get("references", "").replace("\0", "")[:MOST_CHARACTERS]


def _page(
    year: int, *, fault: str | None = None, detail: str | None = None, status: int = 200
) -> Response:
    require_wave(year)
    _, _figures = speech()
    return wave_page(
        "returned",
        year,
        folder="letters",
        current="letters",
        title=_("Letters that came back"),
        help_topic="letters",
        status=status,
        also=[(f"/staff/waves/{year}/letters", _("Letters"))],
        typed=_typed(),
        fault=fault,
        detail=detail,
    )
