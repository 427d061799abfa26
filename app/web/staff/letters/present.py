"""What waits to be printed and the batches of a wave → what the desk of letters says."""

from __future__ import annotations

from collections.abc import Sequence

from app.services.context import STUDY_ZONE
from app.services.lettering.letter_lists import Hindrance, Lack, Unwritable
from app.services.lettering.print_desk import BatchAtDesk, Stage, StepAtDesk
from app.web.respond.words import Translate
from app.web.staff.figures import Figures
from app.web.staff.labels import status_words
from app.web.staff.letters.view import StepView
from app.web.staff.listing import Cell, Column
from app.web.staff.view import Words

SHORT = 8
"""Characters of a batch's id that pages show."""


def stage_words(_: Translate, stage: Stage) -> str:
    """Return how far a batch is."""
    return {
        Stage.UNFINISHED: _("Not finished"),
        Stage.PRINTED: _("Made, not handed over"),
        Stage.HANDED_OVER: _("Handed over, files still here"),
        Stage.DONE: _("Handed over, files destroyed"),
        Stage.THROWN_AWAY: _("Thrown away"),
    }[stage]


def badge_of(stage: Stage) -> str:
    """Return the class of a badge: what waits for somebody stands out."""
    return {
        Stage.UNFINISHED: "bad",
        Stage.PRINTED: "paused",
        Stage.HANDED_OVER: "paused",
        Stage.DONE: "open",
        Stage.THROWN_AWAY: "draft",
    }[stage]


def cannot_words(_: Translate, reason: str) -> str:
    """Return why a letter cannot be written."""
    return {
        "no_address": _("No full address on record"),
        "no_code": _("No code that can be printed"),
        "no_words": _("The words of the letter are missing in this language"),
        "no_glyph": _("The name or address has a character that cannot be printed"),
        "too_long": _("It does not fit on the sheet"),
    }.get(reason, reason.replace("_", " "))


def step_view(
    _: Translate, figures: Figures, year: int, one: StepAtDesk, *, may_print: bool
) -> StepView:
    """Return what waits of a letter, or why nothing can be printed."""
    if not one.hindrances:
        words = _("Letters that wait to be printed: %(count)s", count=figures.count(one.waiting))
        return StepView(one.step, words, may_print, ())
    reasons = [_reason(_, figures, year, one.step, each) for each in one.hindrances]
    return StepView(one.step, _("Nothing can be printed now."), may_print=False, reasons=reasons)


def _reason(
    _: Translate, figures: Figures, year: int, step: str, one: Hindrance
) -> tuple[str, str | None]:
    wave, at_step = f"/staff/waves/{year}", f"/staff/waves/{year}/messages/step/{step}"
    count = figures.count(one.count)
    if one.lack is Lack.STATUS and one.wave is not None:
        words = _(
            "The wave is “%(status)s”: letters are printed from when its rehearsal is accepted"
            " until it closes.",
            status=status_words(_, one.wave.status),
        )
        return words, wave
    if one.lack is Lack.LAST_DAY and one.wave is not None:
        return _("The last day of the wave was %(day)s.", day=figures.day(one.wave.closes_on)), wave
    if one.lack is Lack.HELD and one.stage is not None:
        words = _("A batch holds %(count)s letters: hand it over, or throw it away.", count=count)
        return words, f"{wave}/letters/{one.stage.batch.id}"
    return {
        Lack.NOT_ASKED: (_("Nobody has asked for this step."), at_step),
        Lack.WAITS: (_("A second person has to approve this step."), at_step),
        Lack.STOPPED: (_("This step was stopped."), at_step),
        Lack.LATER: (_("Due on a later day, or they may not go: %(count)s.", count=count), at_step),
        Lack.ENDED: (
            _(
                "All were dealt with. Printed and sent: %(count)s; cancelled: %(cancelled)s.",
                count=count,
                cancelled=figures.count(one.cancelled),
            ),
            at_step,
        ),
        Lack.NONE_MADE: (
            _("No letters are put down yet: that happens by itself some days ahead."),
            at_step,
        ),
    }.get(one.lack, ("", None))


def columns(_: Translate, figures: Figures, year: int) -> Sequence[Column[BatchAtDesk]]:
    """Return the columns of the list of batches."""

    def name(one: BatchAtDesk) -> Cell:
        url = f"/staff/waves/{year}/letters/{one.batch.id}"
        return Cell(one.batch.id.hex[:SHORT], url=url, dir="ltr")

    def handed(one: BatchAtDesk) -> Words:
        at = one.batch.handed_over_at
        return "–" if at is None else figures.moment(at)

    return (
        Column("batch", _("Batch"), name),
        Column("step", _("Step"), lambda one: Cell(one.batch.step, dir="ltr"),
               sort=lambda one: one.batch.step),
        Column("made", _("Made"), lambda one: Cell(figures.moment(one.batch.made_at),
                                                    small=one.batch.made_by),
               sort=lambda one: one.batch.made_at.isoformat(),
               csv=lambda one: one.batch.made_at.astimezone(STUDY_ZONE).isoformat()),
        Column("letters", _("Letters"), lambda one: figures.count(letters_in(one)), number=True,
               sort=letters_in, csv=letters_in),
        Column("stage", _("State"),
               lambda one: Cell(stage_words(_, one.stage), badge=badge_of(one.stage)),
               sort=lambda one: list(Stage).index(one.stage)),
        Column("handed", _("Handed over"), handed,
               sort=_handed_at),
    )  # fmt: skip


def searched(_: Translate, one: BatchAtDesk) -> str:
    """Return what the search looks in."""
    made = (one.batch.id.hex[:SHORT], one.batch.step, one.batch.made_by)
    return " ".join((*made, stage_words(_, one.stage)))


def letters_in(one: BatchAtDesk) -> int:
    """Return how many letters a batch was made of; while it is unfinished, how many it holds."""
    return one.batch.letters if one.batch.manifest else one.held


def _handed_at(one: BatchAtDesk) -> str | None:
    at = one.batch.handed_over_at
    return None if at is None else at.isoformat()


def unwritable_columns(_: Translate, figures: Figures) -> Sequence[Column[Unwritable]]:
    """Return the columns of the letters that cannot be written."""

    def case(one: Unwritable) -> Cell:
        return Cell(one.case_id.hex[:10], url=f"/staff/cases/{one.case_id}", dir="ltr")

    return (
        Column("case", _("Case"), case),
        Column("step", _("Step"), lambda one: Cell(one.step, dir="ltr"),
               sort=lambda one: one.step),
        Column("language", _("Language"), lambda one: figures.language(one.language),
               sort=lambda one: figures.language(one.language)),
        Column("reason", _("Why not"), lambda one: cannot_words(_, one.reason),
               sort=lambda one: cannot_words(_, one.reason)),
    )  # fmt: skip
