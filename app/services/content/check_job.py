"""The job that checks a questionnaire: what ``python -m app check`` says, kept for its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.services.content.check_reports import CheckReport, can_keep, save_report
from app.services.content.gate_pieces import pieces_for
from app.services.content.plain_words import plain_warnings
from app.services.content.questionnaires import draft_of
from app.services.content.readiness import Pieces, gate
from app.services.context import ServiceContext
from app.services.job_progress import Finished, JobKind, JobRefusedError, Progress, Say

KIND = "check"
PAGE = "/staff/waves/{}/questionnaire"


def run(ctx: ServiceContext, arguments: Mapping[str, Any], progress: Progress) -> Finished:
    """Check the questionnaire of a wave and keep what was found."""
    _, year, proving = progress.say, int(arguments["year"]), bool(arguments["proving"])
    if not can_keep(ctx):
        raise JobRefusedError(_("This installation has no data directory to keep a report in."))
    progress.at(0.05, _("Reading the files of the study"))
    draft = draft_of(ctx)
    progress.at(0.1, _("Checking"))
    ready = gate(
        ctx.study, [year], _pieces(ctx, progress, proving=proving), translations=ctx.translations
    )
    progress.at(0.9, _("Looking at plain words"))
    plain = plain_warnings(ready.bank, ctx.study) if ready.bank is not None else []
    report = CheckReport(
        year=year,
        at=ctx.clock.now(),
        signature=draft.signature,
        proving=proving,
        findings=tuple(ready.findings),
        plain=tuple(plain),
        screens=tuple(ready.screens.get(year, ())),
    )
    save_report(ctx, report)
    words = _("Findings: %(count)s", count=len(report.findings))
    return Finished(words, PAGE.format(year))


def title(_: Say, arguments: Mapping[str, Any]) -> str:
    """Return what the job is called."""
    year = arguments["year"]
    if arguments["proving"]:
        return _("Full check of the questionnaire of wave %(year)s", year=year)
    return _("Quick check of the questionnaire of wave %(year)s", year=year)


def _pieces(ctx: ServiceContext, progress: Progress, *, proving: bool) -> Pieces:
    """All pieces for a full check; for a quick one none that takes longer than seconds."""
    if not proving:
        return Pieces(respondents=0, today=ctx.clock.now().date())
    _ = progress.say
    steps = iter(range(1, 8))

    def told(_words: str) -> None:
        progress.at(
            min(0.8, 0.1 * (next(steps, 7) + 1)),
            _("Proving: who can reach which question, in all waves"),
        )

    return pieces_for(ctx, ctx.weigh, told)


CHECK_KINDS: Mapping[str, JobKind] = {KIND: JobKind(run, title)}
