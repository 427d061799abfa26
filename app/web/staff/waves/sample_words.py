"""The sample of a wave in words and tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.panel.eligibility import LeftOut
from app.panel.states import PersonStatus
from app.services.fieldwork.draws import Drawn
from app.services.fieldwork.sample_desk import DrawKind, DrawRecord, SampleDesk
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.view import Row, Table

_SHORT = 12


@dataclass(frozen=True, slots=True)
class SampleView:
    """The page of a sample."""

    summary: str
    lacking: str | None
    nobody: str | None
    """How many of them can be given none."""
    may_give: bool
    carry: str | None
    """How many would be asked again; ``None`` where nobody can be carried."""
    not_carried: Table | None
    why_not_carried: str | None
    imports: Sequence[tuple[str, str]]
    """Name of each register file, and when it was taken in by whom."""
    strata: Table | None
    languages: Table | None
    draws: Table | None
    reserves: Sequence[tuple[int, str]]
    """Draws with reserves: number, and words of the button that releases the next batch."""


def sample_view(
    _: Translate, figures: Figures, desk: SampleDesk, checked: Mapping[int, bool]
) -> SampleView:
    """Return the page; ``checked`` says of draws whether they came out the same when made again."""
    summary = _("People in the sample: %(count)s.", count=figures.count(desk.people))
    if not desk.people:
        summary = _(
            "Nobody is in the sample of this wave yet. People come from a register file, or from an"
            " earlier wave."
        )
    if desk.open_link:
        summary += " " + _(
            "By the open link, outside the sample: %(count)s.", count=figures.count(desk.open_link)
        )
    carried = desk.carried
    return SampleView(
        summary=summary,
        lacking=_(
            "Without a code: %(count)s. Who has none can be sent no letter.",
            count=figures.count(desk.lacking_codes),
        )
        if desk.lacking_codes
        else None,
        nobody=_(
            "Of these, no contact details are known: %(count)s. They can be given no code until"
            " somebody adds an address on the page of the person.",
            count=figures.count(desk.nobody),
        )
        if desk.nobody
        else None,
        may_give=desk.lacking_codes > desk.nobody,
        carry=_(
            "People of earlier waves who may be asked again and are not in it yet: %(count)s.",
            count=figures.count(carried.people),
        )
        if carried is not None and carried.people
        else None,
        not_carried=_not_carried(_, figures, carried.left_out)
        if carried is not None and carried.left_out
        else None,
        why_not_carried=desk.why_not_carried,
        imports=[
            (
                one.name,
                _("%(rows)s people, taken in on %(moment)s by %(who)s",
                  rows=figures.count(one.rows), moment=figures.moment(one.at), who=one.by),
            )
            for one in desk.imports
        ],
        strata=_strata(_, figures, desk) if desk.strata else None,
        languages=Table(
            id="languages",
            caption=_("Language in which people are written to"),
            head=[_("Language"), _("People")],
            rows=[
                Row(figures.language(code), [figures.count(count)])
                for code, count in desk.by_language.items()
            ],
        )
        if desk.by_language
        else None,
        draws=_draws(_, figures, desk.draws, checked) if desk.draws else None,
        reserves=[
            (
                one.draw.number,
                _("Release the next reserves of draw %(number)s", number=one.draw.number),
            )
            for one in desk.draws
            if one.reserves and one.draw.kind is DrawKind.SAMPLE
        ],
    )  # fmt: skip


def draw_words(_: Translate, figures: Figures, drawn: Drawn) -> Table:
    """Return what a draw would put in the sample, stratum by stratum."""
    made, counts = drawn.draw, drawn.sample.counts
    rows = []
    for stratum, count in made.allocation.items():
        size, in_sample = made.sizes[stratum], counts[stratum]
        cells = [
            figures.count(size),
            figures.count(count),
            figures.count(in_sample),
            figures.decimal(size / in_sample, 2),
        ]
        rows.append(Row(stratum, cells))
    total = sum(made.allocation.values())
    return Table(
        id="would",
        caption=_("What would be drawn: nothing was drawn yet"),
        head=[
            _("Stratum"),
            _("In the register (N)"),
            _("Drawn now"),
            _("Drawn in all (n)"),
            _("Base weight (N / n)"),
        ],
        rows=rows,
        foot=[Row(_("Total"), [figures.count(sum(made.sizes.values())), figures.count(total), "",
                               ""])],
    )  # fmt: skip


def _strata(_: Translate, figures: Figures, desk: SampleDesk) -> Table:
    return Table(
        id="strata",
        caption=_("Strata, with the weight of each person"),
        head=[
            _("Stratum"),
            _("In the register (N)"),
            _("Drawn in all (n)"),
            _("Base weight (N / n)"),
            _("People of this wave"),
        ],
        rows=[
            Row(
                one.stratum,
                [
                    figures.count(one.population),
                    figures.count(one.drawn),
                    figures.decimal(one.weight, 2),
                    figures.count(one.people),
                ],
            )
            for one in desk.strata
        ],
        foot=[Row(_("Total"), ["", "", "", figures.count(desk.people)])],
    )


def _draws(
    _: Translate, figures: Figures, records: Sequence[DrawRecord], checked: Mapping[int, bool]
) -> Table:
    kinds = {
        DrawKind.SAMPLE: _("Sample"),
        DrawKind.RESERVE: _("Reserves"),
        DrawKind.REFRESHMENT: _("Refreshment"),
    }
    rows = []
    for one in records:
        same = checked.get(one.draw.number)
        again = {None: "–", True: _("The same people"), False: _("Other people: look into it")}
        rows.append(
            Row(
                _("Draw %(number)s", number=one.draw.number),
                [
                    kinds[one.draw.kind],
                    ", ".join(one.draw.imports),
                    _("%(moment)s by %(who)s", moment=figures.moment(one.draw.at),
                      who=one.draw.by),
                    one.draw.fingerprint[:_SHORT],
                    again[same],
                    str(one.draw.seed),
                    figures.count(one.people),
                    ", ".join(figures.count(batch) for batch in one.reserves) or "–",
                ],
            )
        )  # fmt: skip
    return Table(
        id="draws",
        caption=_("Draws, each with what makes it again"),
        head=[
            _("Draw"),
            _("Kind"),
            _("Taken from"),
            _("When"),
            _("Fingerprint"),
            _("Made again"),
            _("Seed"),
            _("People"),
            _("Batches of reserves"),
        ],
        rows=rows,
        numbers_from=6,
    )


def _not_carried(_: Translate, figures: Figures, left_out: Mapping[str, int]) -> Table:
    reasons = {
        "already_in_wave": _("In this wave already"),
        LeftOut.OPEN_LINK: _("Came by the open link"),
        LeftOut.REFUSED: _("Said never again"),
        LeftOut.REFUSED_AGAIN: _("Refused more than once"),
        LeftOut.NO_CONSENT: _("Did not say yes to being asked again"),
        LeftOut.NOT_ELIGIBLE: _("Does not belong to the population"),
        LeftOut.UNTRACEABLE: _("Cannot be found"),
        PersonStatus.PAUSED: _("Asked for a pause"),
        PersonStatus.FINISHED: _("Finished integrating"),
        PersonStatus.DISPENSED: _("Dispensed from integrating"),
        PersonStatus.EXEMPT: _("Exempt from integrating"),
        PersonStatus.MOVED_ABROAD: _("Moved abroad"),
        PersonStatus.DECEASED: _("Died"),
        PersonStatus.WITHDRAWN: _("Withdrew"),
        PersonStatus.ERASED: _("Was forgotten"),
    }
    return Table(
        id="not-carried",
        caption=_("People of earlier waves who are not carried on, and why"),
        head=[_("Why not"), _("People")],
        rows=[
            Row(reasons.get(reason, reason.replace("_", " ")), [figures.count(count)])
            for reason, count in sorted(left_out.items())
        ],
    )
