"""Publishing a questionnaire from the site: by a full check of the files as they are now."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.questionnaire.document import Problem
from app.services.accounts.staff import Visit, record
from app.services.content.check_reports import CheckReport, load_full_report
from app.services.content.fielding import FinalFaultsError, Override, publish_wave
from app.services.content.questionnaires import Draft, draft_of, shelf_of
from app.services.content.readiness import Ground
from app.services.content.study_calendar import WavePlanError, read_wave_plan
from app.services.context import ServiceContext


class Hindrance(StrEnum):
    """Why a questionnaire cannot be published now."""

    UNREADABLE = "unreadable"
    """The files cannot be asked in all languages of the wave."""
    SAME = "same"
    """The version in use says the same already."""
    NOT_CHECKED = "not checked"
    """There is no full check."""
    OLD_CHECK = "old check"
    """The full check is of other files, or of another day."""
    FINAL = "final"
    """It found something that nobody may override."""


class PublishRefusedError(Exception):
    """Nothing was published."""

    def __init__(self, hindrance: Hindrance | None, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(str(hindrance))
        self.hindrance = hindrance
        self.problems = problems


@dataclass(frozen=True)
class Publishable:
    """A questionnaire on its way to be published: the files, the check, what is in the way."""

    year: int
    draft: Draft
    report: CheckReport | None
    hindrance: Hindrance | None

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """On what grounds a named person would override, each once."""
        found = self.report.findings if self.report is not None else ()
        return tuple(dict.fromkeys(one.ground for one in found))


def publishable(ctx: ServiceContext, year: int) -> Publishable:
    """Return how far a questionnaire is from being published."""
    draft, report, shelf = draft_of(ctx), load_full_report(ctx, year), shelf_of(ctx, year)
    return Publishable(
        year,
        draft,
        report,
        _hindrance(ctx, draft, report, shelf is not None and shelf.draft_is_new),
    )


def _hindrance(
    ctx: ServiceContext, draft: Draft, report: CheckReport | None, is_new: bool
) -> Hindrance | None:
    if not draft.whole:
        return Hindrance.UNREADABLE
    if not is_new:
        return Hindrance.SAME
    if report is None:
        return Hindrance.NOT_CHECKED
    if report.opens_publishing(draft.signature, ctx.clock.now()):
        return None
    if report.final and report.signature == draft.signature:
        return Hindrance.FINAL
    return Hindrance.OLD_CHECK


def publish_checked(
    ctx: ServiceContext, year: int, *, who: Visit, seen: str, reason: str | None
) -> str:
    """Publish what the files say for a wave, and return the version.

    Parameters
    ----------
    seen
        Signature of the files that the page showed: others are not published unseen.
    reason
        Why it is published although the check found something; on record, with the name.

    Raises
    ------
    PublishRefusedError
        If something is in the way; nothing was published.
    """
    found = publishable(ctx, year)
    bank, report = found.draft.bank, found.report
    if found.hindrance is not None or bank is None or report is None:
        raise PublishRefusedError(found.hindrance)
    if seen != found.draft.signature:
        raise PublishRefusedError(Hindrance.OLD_CHECK)
    override = None
    if report.findings:
        if not (reason or "").strip():
            raise PublishRefusedError(None)
        now = ctx.clock.now()
        override = Override(who.email, now, (reason or "").strip(), report.findings)
    try:
        plan = read_wave_plan(ctx.study, year)
        version = publish_wave(ctx, bank, plan, by=who.email, override=override)
    except FinalFaultsError as error:
        problems = tuple(one.problem for one in error.findings)
        raise PublishRefusedError(Hindrance.FINAL, problems) from error
    except WavePlanError as error:
        raise PublishRefusedError(Hindrance.UNREADABLE, tuple(error.problems)) from error
    record(
        ctx,
        who,
        "wave.questionnaire_published",
        f"wave {year}",
        {"version": version, "overridden": len(report.findings)},
    )
    return version
