"""Checks, versions and publishing of a questionnaire → what their pages say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from app.questionnaire.document import Problem
from app.questionnaire.screen_counts import ScreenCount
from app.services.content.check_reports import CheckReport
from app.services.content.publishing import Hindrance, Publishable, PublishRefusedError
from app.services.content.questionnaires import Shelf, VersionNote
from app.services.content.readiness import Finding, Ground
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.instruments.check_words import ground_words, hindrance_words
from app.web.staff.labels import code_words
from app.web.staff.view import Row, Table, Words

SHORT_HASH = 12
MOST_LINES = 40
"""Findings of one kind that a page shows; the rest are counted."""


@dataclass(frozen=True, slots=True)
class GroupView:
    """Findings of one kind: why they matter, and whether a named person may override them."""

    id: str
    words: str
    why: str
    count: str
    final: bool
    verdict: str
    lines: Sequence[tuple[str, str]]
    """Place and message of each."""
    more: str


@dataclass(frozen=True, slots=True)
class ReportView:
    """What a check found."""

    headline: str
    when: str
    old: bool
    proving: bool
    groups: Sequence[GroupView]
    plain: GroupView | None
    screens: Table | None


@dataclass(frozen=True, slots=True)
class OverviewView:
    """How the questionnaire stands: the decision first."""

    lead: str
    why_not: str
    """Why it cannot be published now, where somebody might want to."""
    steps: Sequence[tuple[str, str]]
    """What to do next: address and words."""
    facts: Sequence[tuple[str, Words]]
    problems: Sequence[tuple[str, str]]
    versions: Table | None


@dataclass(frozen=True, slots=True)
class PublishView:
    """What publishing does, and what is in its way."""

    possible: bool
    words: str
    way_on: tuple[str, str] | None
    facts: Sequence[tuple[str, Words]]
    groups: Sequence[GroupView]


def overview_view(
    _: Translate, figures: Figures, shelf: Shelf, found: Publishable, *, may_publish: bool
) -> OverviewView:
    """Return how the questionnaire of a wave stands."""
    path = f"/staff/waves/{shelf.year}/questionnaire"
    steps = []
    if found.hindrance is None and may_publish:
        steps.append((f"{path}/publish", _("Publish …")))
    if shelf.published or shelf.draft_version is not None:
        steps.append((f"{path}/differences", _("See what changed")))
        steps.append((f"{path}/preview", _("Try it on a phone")))
    problems = [(str(one.place), one.message) for one in shelf.draft_problems[:MOST_LINES]]
    return OverviewView(
        lead=_lead(_, figures, shelf),
        why_not=hindrance_words(_)[found.hindrance]
        if may_publish and found.hindrance not in (None, Hindrance.SAME, Hindrance.UNREADABLE)
        else "",
        steps=steps,
        facts=_facts(_, figures, shelf),
        problems=problems,
        versions=_versions(_, figures, shelf) if shelf.published else None,
    )


def _lead(_: Translate, figures: Figures, shelf: Shelf) -> str:
    used = shelf.in_field
    if used is None and shelf.draft_version is None:
        return _("Nothing was published yet, and the files of the study cannot be read.")
    if used is None:
        return _("Nothing was published yet. Check what the files say, try it, then publish it.")
    if shelf.draft_problems:
        return _(
            "Version %(number)s is in use. The files cannot be published as they are: they have"
            " faults.",
            number=used.number,
        )
    if shelf.draft_is_new:
        return _(
            "Version %(number)s is in use. The files say something else: check, try and publish it,"
            " or leave it.",
            number=used.number,
        )
    return _("Version %(number)s is in use, and the files say the same.", number=used.number)


def _facts(_: Translate, figures: Figures, shelf: Shelf) -> list[tuple[str, Words]]:
    facts: list[tuple[str, Words]] = []
    used = shelf.in_field
    if used is not None:
        facts.append((_("In use"), _("Version %(number)s", number=used.number)))
        facts.append((_("Published"), figures.moment(used.published_at)))
        facts.append((_("By"), used.published_by))
        languages = ", ".join(figures.language(code) for code in used.languages)
        facts.append((_("Languages"), languages))
        facts.append(("SHA-256", hash_words(used.id)))
    if shelf.draft_version is not None and shelf.draft_is_new:
        facts.append(
            (_("Fingerprint of the files as they are now"), hash_words(shelf.draft_version))
        )
    return facts


def hash_words(version_id: str) -> Markup:
    """Return the beginning of a hash, the whole of it as its title."""
    return Markup('<code title="{}">{}</code>').format(version_id, version_id[:SHORT_HASH])


def _versions(_: Translate, figures: Figures, shelf: Shelf) -> Table:
    return Table(
        id="versions",
        caption=_("Published versions"),
        head=[_("Version"), _("Published"), _("By"), _("Languages"), "SHA-256", _("Overridden")],
        rows=[_version_row(_, figures, shelf, one) for one in shelf.published],
        numbers_from=9,
    )


def _version_row(_: Translate, figures: Figures, shelf: Shelf, one: VersionNote) -> Row:
    words = Markup('<a href="/staff/waves/{0}/questionnaire/differences?after={0}:{1}">{2}</a>')
    number = words.format(one.wave, one.number, _("Version %(number)s", number=one.number))
    if one.id == shelf.fielded:
        number += Markup(' <span class="badge open">{}</span>').format(_("in use"))
    return Row(
        number,
        [
            figures.moment(one.published_at),
            one.published_by,
            ", ".join(one.languages),
            hash_words(one.id),
            _override_words(_, figures, one),
        ],
    )


def _override_words(_: Translate, figures: Figures, one: VersionNote) -> Words:
    if one.override is None:
        return _("Nothing")
    record = json.loads(one.override)
    count = figures.count(len(record["overridden"]))
    return Markup("{} <small>{}</small>").format(
        _("Findings: %(count)s", count=count), record["reason"]
    )


def report_view(_: Translate, figures: Figures, report: CheckReport, signature: str) -> ReportView:
    """Return what a check found, by kind; what nobody may override stands first."""
    groups = groups_of(_, figures, report.findings)
    when = figures.moment(report.at)
    if not report.findings:
        headline = _("The check found nothing.")
    elif report.final:
        headline = _(
            "Must be mended: %(final)s. May be overridden by name: %(rest)s.",
            final=figures.count(len(report.final)),
            rest=figures.count(len(report.findings) - len(report.final)),
        )
    else:
        headline = _(
            "Nothing that must be mended. May be overridden by name: %(rest)s.",
            rest=figures.count(len(report.findings)),
        )
    kind = _("Full check") if report.proving else _("Quick check, without proofs")
    plain = _plain_group(_, figures, report.plain) if report.plain else None
    return ReportView(
        headline=headline,
        when=f"{kind}, {when}",
        old=report.signature != signature,
        proving=report.proving,
        groups=groups,
        plain=plain,
        screens=_screens(_, figures, report.screens) if report.screens else None,
    )


def groups_of(_: Translate, figures: Figures, findings: Sequence[Finding]) -> list[GroupView]:
    """Return findings by kind, those that nobody may override first."""
    by_ground: dict[Ground, list[Finding]] = {}
    for one in findings:
        by_ground.setdefault(one.ground, []).append(one)
    ranked = sorted(
        by_ground, key=lambda one: (by_ground[one][0].may_be_overridden, list(Ground).index(one))
    )
    return [_group(_, figures, ground, by_ground[ground]) for ground in ranked]


def _group(_: Translate, figures: Figures, ground: Ground, found: Sequence[Finding]) -> GroupView:
    words, why = ground_words(_)[ground]
    final = not found[0].may_be_overridden
    return GroupView(
        id=ground.name.lower(),
        words=words,
        why=why,
        count=figures.count(len(found)),
        final=final,
        verdict=_("It must be mended.")
        if final
        else _("It may be overridden, by name and with a reason."),
        lines=_lines([one.problem for one in found]),
        more=_more(_, figures, len(found)),
    )


def _plain_group(_: Translate, figures: Figures, found: Sequence[Problem]) -> GroupView:
    return GroupView(
        id="plain",
        words=_("Could be said more plainly"),
        why=_("Long sentences and difficult words cost answers of who reads with effort."),
        count=figures.count(len(found)),
        final=False,
        verdict=_("A remark: publishing does not ask for it."),
        lines=_lines(found),
        more=_more(_, figures, len(found)),
    )


def _lines(found: Sequence[Problem]) -> list[tuple[str, str]]:
    return [(str(one.place), one.message) for one in found[:MOST_LINES]]


def _more(_: Translate, figures: Figures, count: int) -> str:
    if count <= MOST_LINES:
        return ""
    return _("And more: %(count)s", count=figures.count(count - MOST_LINES))


def _screens(_: Translate, figures: Figures, counts: Sequence[ScreenCount]) -> Table:
    people = sum(one.people for one in counts if not one.panel)
    return Table(
        id="screens",
        caption=_(
            "Screens that invented people see (people: %(count)s; every answer drawn evenly)",
            count=figures.count(people),
        ),
        head=[_("Group"), _("Asked"), _("People"), _("Median"), _("One in ten sees at least")],
        rows=[
            Row(
                ", ".join(
                    code_words(_, var, code)
                    for var, code in zip(("fr_act", "fr_group"), one.group, strict=False)
                ),
                [
                    _("again") if one.panel else _("for the first time"),
                    figures.count(one.people),
                    figures.count(one.median),
                    figures.count(one.p90),
                ],
            )
            for one in counts
        ],
        numbers_from=2,
    )


def publish_view(_: Translate, figures: Figures, shelf: Shelf, found: Publishable) -> PublishView:
    """Return what publishing would do, and what is in its way."""
    path = f"/staff/waves/{shelf.year}/questionnaire"
    report = found.report
    facts = _facts(_, figures, shelf)
    if report is not None:
        facts.append((_("Full check"), figures.moment(report.at)))
    hindered = hindrance_words(_).get(found.hindrance) if found.hindrance else None
    return PublishView(
        possible=found.hindrance is None,
        words=hindered
        or _(
            "From then on new interviews get this questionnaire. Interviews that were begun keep"
            " theirs. A version is never changed or taken back; a next one takes its place."
        ),
        way_on=(path, _("To checks and versions")) if hindered else None,
        facts=facts,
        groups=groups_of(_, figures, report.findings)
        if report is not None and not hindered
        else [],
    )


def refusal_words(_: Translate, refused: PublishRefusedError) -> str:
    """Return why nothing was published, with the problems where there are some."""
    if refused.hindrance is None:
        return _("Say why it is published all the same.")
    words = [hindrance_words(_)[refused.hindrance], *map(str, refused.problems[:MOST_LINES])]
    return f"{' '.join(words)} {_('Nothing was changed.')}"
