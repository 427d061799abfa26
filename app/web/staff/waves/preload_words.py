"""What a wave remembers, in words and figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.services.fieldwork.preload_approval import PreloadVersion
from app.services.fieldwork.preload_review import LEAST, Review, Use, VariableFigures
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.view import Row, Table

SHORT_HASH = 12


@dataclass(frozen=True, slots=True)
class MemoryView:
    """The versions of what a wave remembers, and what comes next."""

    state: str
    table: Table | None
    may_freeze: bool
    again: bool
    opened: bool
    to_review: bool
    """Something waits for approval, or can be looked at."""
    still_open: str | None


@dataclass(frozen=True, slots=True)
class Figure:
    """What is remembered of one question."""

    id: str
    variable: str
    question: str
    facts: Sequence[tuple[str, str]]
    codes: Table | None


@dataclass(frozen=True, slots=True)
class PersonWords:
    """What one person of the sample will read, under a pseudonym."""

    person: str
    told: Sequence[tuple[str, str, str]]
    """Variable, what comes of it, and the words."""


@dataclass(frozen=True, slots=True)
class ReviewView:
    """One look at what waits for approval."""

    summary: str
    figures: Sequence[Figure]
    people: Sequence[PersonWords]
    corrections: Table | None
    left_out: Sequence[tuple[str, str]]
    """Variables that are left out for everybody: name and words of the button that ends it."""
    variables: Sequence[tuple[str, str]]
    waits: bool
    seen: str


def memory_view(
    _: Translate,
    figures: Figures,
    versions: Sequence[tuple[PreloadVersion, int]],
    *,
    earlier: Sequence[int],
    still_open: Sequence[int],
    over: bool,
    opened: bool,
) -> MemoryView:
    """Return the page of the versions."""
    waiting = [one for one, used in versions if one.reviewed_at is None and used]
    if not earlier and not versions:
        state = _("This wave builds on no earlier wave: it remembers nothing.")
    elif not versions:
        state = _("Nothing is frozen yet. Draw and carry the sample first, then freeze.")
    elif waiting:
        state = _("It waits to be looked at and approved: the wave does not open before.")
    else:
        state = _("Everything that is frozen was approved.")
    named = ", ".join(map(str, still_open))
    return MemoryView(
        state=state,
        table=_versions(_, figures, versions) if versions else None,
        may_freeze=bool(earlier) and not still_open and not over,
        again=bool(versions),
        opened=opened,
        to_review=bool(versions) and (bool(waiting) or not opened),
        still_open=_("First close wave %(earlier)s.", earlier=named) if still_open else None,
    )


def _versions(
    _: Translate, figures: Figures, versions: Sequence[tuple[PreloadVersion, int]]
) -> Table:
    rows = []
    for one, used in reversed(versions):
        if one.reviewed_at is not None:
            state = _("Approved by %(who)s, %(moment)s", who=one.reviewed_by,
                      moment=figures.moment(one.reviewed_at))  # fmt: skip
        else:
            state = _("Not approved") if used else _("Replaced by a later one")
        rows.append(
            Row(
                _("Version %(number)s", number=one.number),
                [
                    _("%(moment)s by %(who)s", moment=figures.moment(one.frozen_at),
                      who=one.frozen_by),
                    state,
                    one.hash[:SHORT_HASH],
                    figures.count(used),
                    figures.count(one.left_out),
                ],
            )
        )  # fmt: skip
    return Table(
        id="versions",
        caption=_("Versions of what is remembered"),
        head=[
            _("Version"),
            _("Frozen"),
            _("Status"),
            "SHA-256",
            _("People who have it"),
            _("Answers left out"),
        ],
        rows=rows,
        numbers_from=4,
    )


def review_view(
    _: Translate, figures: Figures, reviews: Sequence[Review], *, seen: str
) -> ReviewView:
    """Return a review: all that waits, together."""
    first = reviews[0]
    people = [person for review in reviews for person in _people(_, review)]
    known = {one.variable: one for review in reviews for one in review.figures}
    standing = [one for one, _person in first.corrections if one.case_id is None]
    return ReviewView(
        summary=_(
            "Version %(numbers)s: %(people)s people, %(questions)s questions that the wave looks"
            " back at. %(unused)s more answers go along for later waves and are shown to nobody."
            " Counts of answers are rounded to %(least)s.",
            numbers=", ".join(str(one.version.number) for one in reviews),
            people=figures.count(sum(one.version.cases for one in reviews)),
            questions=figures.count(len(known)),
            unused=figures.count(max(one.unused for one in reviews)),
            least=LEAST,
        ),
        figures=[_figure(_, figures, one) for one in known.values()],
        people=people,
        corrections=_corrections(_, figures, first) if first.corrections else None,
        left_out=[
            (name, _("Put %(variable)s back", variable=name))
            for name in dict.fromkeys(one.variable for one in standing)
        ],
        variables=[(one.variable, f"{one.variable}: {one.question}") for one in known.values()],
        waits=any(one.version.reviewed_at is None for one in reviews),
        seen=seen,
    )


def _figure(_: Translate, figures: Figures, one: VariableFigures) -> Figure:
    facts = [
        (_("What the wave does with it"), use_words(_, one.use)),
        (
            _("People of whom it is known"),
            _("%(people)s; not known of %(share)s", people=figures.count(one.people),
              share=figures.percent(one.missing)),
        ),
    ]  # fmt: skip
    if one.months is not None:
        least, middle, most = one.months
        facts.append(
            (
                _("Months before the opening"),
                _("%(least)s to %(most)s, half of them up to %(middle)s",
                  least=figures.count(least), most=figures.count(most),
                  middle=figures.count(middle)),
            )
        )  # fmt: skip
    if one.sensitive:
        facts.append((_("Sensitive"), _("Yes: somebody else may be reading along.")))
    if one.independent:
        facts.append(
            (_("Experiment"), _("Some people are asked as if it were not known, drawn by lot."))
        )
    codes = None
    if one.codes:
        codes = Table(
            id=f"codes-{one.variable}",
            caption=_("Answers that are remembered of %(variable)s", variable=one.variable),
            head=[_("Answer"), _("Code"), _("People, about")],
            rows=[Row(code.label, [code.code, code.people]) for code in one.codes],
            numbers_from=2,
        )
    return Figure(f"q-{one.variable}", one.variable, one.question, facts, codes)


def _people(_: Translate, review: Review) -> list[PersonWords]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for one in review.sample:
        told = (one.told.variable, _told_words(_, one.told.what), one.told.words)
        found.setdefault(one.person_id.hex, []).append(told)
    return [PersonWords(person, told) for person, told in found.items()]


def _corrections(_: Translate, figures: Figures, review: Review) -> Table:
    return Table(
        id="corrections",
        caption=_("What is left out, and why"),
        head=[_("Question"), _("Whose"), _("Reason"), _("By"), _("When")],
        rows=[
            Row(
                one.variable,
                [
                    person_id.hex if person_id is not None else _("Everybody's"),
                    one.reason,
                    one.by,
                    figures.moment(one.at),
                ],
            )
            for one, person_id in review.corrections
        ],
        numbers_from=9,
    )


def use_words(_: Translate, use: Use) -> str:
    """Return what a wave does with an earlier answer."""
    return {
        Use.CONFIRM: _("Shows it and asks whether it is still right"),
        Use.STANDS: _("Takes it as it is and does not ask again"),
        Use.UNTIL: _("Takes it as it is once it has happened"),
        Use.NAMED: _("Names it in the question"),
        Use.COMPARED: _("Compares it with the new answer, unseen"),
        Use.ADDED: _("Adds it to the new answer, unseen"),
    }[use]


def _told_words(_: Translate, what: str) -> str:
    return {
        "asked independently": _("asked as if it were not known"),
        "to be confirmed": _("is asked whether it is still right"),
        "named": _("is named in the question"),
        "stands": _("stands, and is not asked"),
    }.get(what, _("stands, and is not asked, unless another answer changed"))
