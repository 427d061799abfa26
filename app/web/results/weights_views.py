"""Weights: which there are, how each came about, two side by side; of a release or live."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import Blueprint, Response, abort, request

from app.panel.states import Role
from app.services import jobs
from app.services.publication import releases
from app.services.publication.live_weights import live_pictures
from app.services.publication.release_job import WEIGHTS as WEIGHTS_JOB
from app.services.publication.releases import kept_pictures
from app.services.publication.weight_guard import FEW, guarded
from app.services.publication.weight_pictures import WeightPicture, pictures_from_json
from app.web import site
from app.web.locale import staff_translator
from app.web.respond.words import Translate
from app.web.results import weights_present, weights_words
from app.web.results.releases_present import RELEASES, waves_words
from app.web.results.results_tabs import results_tabs
from app.web.results.weights_present import WEIGHTS
from app.web.staff import listing, pages
from app.web.staff.figures import Figures
from app.web.staff.gate import for_roles, signed_in

READING = (Role.RESEARCHER, Role.ANALYST)
HELP = "weights"
LIVE = "live"


@dataclass(frozen=True)
class Source:
    """Where the weights on a page come from."""

    id: str
    """``live`` or the number of a release."""
    words: str
    is_live: bool
    weights: list[WeightPicture]
    url: str | None


class FewFigures(Figures):
    """Figures for who sees nobody alone: a count under ten is words."""

    def __init__(self, language: str, few: str) -> None:
        super().__init__(language)
        self._few = few

    def count(self, number: float | None) -> str:
        """Return a whole number, or that it is small."""
        return self._few if number == FEW else super().count(number)


def add_views(blueprint: Blueprint) -> None:
    """Register the views of the weights."""
    path = "/results/weights"
    blueprint.add_url_rule(path, view_func=weights)
    blueprint.add_url_rule(f"{path}.csv", view_func=weights_csv)
    blueprint.add_url_rule(f"{path}/work-out", view_func=work_out, methods=["POST"])
    blueprint.add_url_rule(f"{path}/compare", view_func=compare_weights)
    blueprint.add_url_rule(f"{path}/<name>", view_func=weight)


def _words() -> tuple[Translate, Figures, str]:
    language = pages.staff_language()
    _ = staff_translator(language)
    figures = Figures(language) if _sees_all() else FewFigures(language, _("fewer than 10"))
    return _, figures, language


def _sees_all() -> bool:
    """Whether somebody may take the rows of persons out; everybody else sees no small counts."""
    return signed_in().role is Role.RESEARCHER


def _shown(made: Sequence[WeightPicture]) -> list[WeightPicture]:
    return list(made) if _sees_all() else [guarded(one) for one in made]


def _choices(_: Translate) -> list[tuple[str, str]]:
    """What the pages can be about: the answers as they stand, and each release that stands."""
    kept = [one for one in releases.list_releases(site().services) if one.stands]
    return [
        *(
            (
                str(one.number),
                _("Release %(number)s", number=one.number) + f" – {waves_words(one.waves)}",
            )
            for one in kept
        ),
        (LIVE, _("Live: answers as they stand now")),
    ]


def _source(_: Translate, figures: Figures) -> Source | None:
    """Return what the address asks for; ``None`` when it is live and nothing was made yet."""
    choices = dict(_choices(_))
    asked = request.args.get("source") or next(iter(choices))
    if asked not in choices:
        abort(404)
    if asked == LIVE:
        found = live_pictures(site().services)
        if found is None:
            return None
        words = _(
            "Live, not for publication: answers of %(moment)s, waves %(waves)s.",
            moment=figures.moment(found.at),
            waves=waves_words(found.waves),
        )
        return Source(LIVE, words, True, _shown(found.weights), None)
    kept = releases.find_release(site().services, int(asked))
    if kept is None:
        abort(404)
    words = _("Release %(number)s", number=kept.number)
    made = _shown(pictures_from_json(kept_pictures(kept)))
    return Source(asked, words, False, made, f"{RELEASES}/{kept.number}")


@for_roles(*READING)
def weights() -> Response:
    """List the weights of a release, or of the answers as they stand."""
    _, figures, language = _words()
    found = _source(_, figures)
    columns = weights_present.columns(_, figures, language, found.id if found else LIVE)
    want = listing.asked(columns)
    if found is not None:
        want = replace(want, chosen={"source": found.id})
    made = found.weights if found else []
    rows = listing.listed(made, columns, want, text=weights_present.searched)
    shown = listing.shown(
        _,
        figures,
        columns,
        rows,
        want,
        id="weights",
        caption=_("Weights"),
        empty=_(
            "No weights yet. They are made of the answers as they stand when you ask for it, "
            "and with every release."
        ),
        csv_path=f"{WEIGHTS}.csv" if made else None,
    )
    return pages.page(
        "results/weights/list.html",
        title=_("Weights"),
        help=HELP,
        tabs=results_tabs(_, "results.weights"),
        list=shown,
        source=found,
        sources=_choices(_),
        chosen=found.id if found else LIVE,
        names=[one.name for one in made if one.problem is None],
    )


@for_roles(*READING)
def weights_csv() -> Response:
    """Return the list as a file."""
    _, figures, language = _words()
    found = _source(_, figures)
    if found is None:
        abort(404)
    columns = weights_present.columns(_, figures, language, found.id)
    want = listing.asked(columns)
    rows = listing.listed(found.weights, columns, want, text=weights_present.searched)
    return listing.csv_of(columns, rows, name=f"weights-{found.id}")


@for_roles(*READING)
def work_out() -> Response:
    """Have the weights of the answers as they stand made by a job."""
    language = pages.staff_language()
    job_id = jobs.ask(site().services, WEIGHTS_JOB, {}, by=signed_in().staff_id, language=language)
    return pages.see_other(f"/staff/jobs/{job_id}")


@for_roles(*READING)
def weight(name: str) -> Response:
    """Show one weight: its recipe, its steps, its spread."""
    _, figures, language = _words()
    found = _source(_, figures)
    one = _named(found, name)
    return pages.page(
        "results/weights/weight.html",
        title=_("Weight %(name)s", name=name),
        help=HELP,
        tabs=results_tabs(_, "results.weights"),
        crumbs=[(f"{WEIGHTS}?source={found.id}" if found else WEIGHTS, _("Weights"))],
        view=weights_present.weight_view(_, figures, one, language),
        source=found,
    )


@for_roles(*READING)
def compare_weights() -> Response:
    """Show two weights of one source side by side."""
    _, figures, language = _words()
    found = _source(_, figures)
    first, second = (_named(found, request.args.get(name, "")) for name in ("first", "second"))
    return pages.page(
        "results/weights/compare.html",
        title=_("%(first)s beside %(second)s", first=first.name, second=second.name),
        help=HELP,
        tabs=results_tabs(_, "results.weights"),
        crumbs=[(f"{WEIGHTS}?source={found.id}" if found else WEIGHTS, _("Weights"))],
        table=weights_present.beside(_, figures, first, second),
        drawn=[
            (weights_words.title_of(one, language), one.name, chart)
            for at, one in enumerate((first, second))
            if (chart := weights_present.drawn_alone(_, figures, one, f"drawn-{at}")) is not None
        ],
        uses=[(one.name, weights_words.use_words(_, one)) for one in (first, second)],
        source=found,
    )


def _named(found: Source | None, name: str) -> WeightPicture:
    one = next((one for one in found.weights if one.name == name), None) if found else None
    if one is None:
        abort(404)
    return one
