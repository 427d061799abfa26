"""Whether a wave may go into the field: everything that would make `publish` refuse.

The pieces that need a database, the web pages or a prover are handed in, so that whoever has none
of them can still ask the rest, and is told what was not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from app.i18n.spoken import SpokenText
from app.panel.retention import read_retention
from app.questionnaire.checks import blocks_not_asked_for
from app.questionnaire.compile import compile_wave
from app.questionnaire.document import Problem
from app.questionnaire.model import Bank, Instrument, Place
from app.questionnaire.screen_counts import RESPONDENTS, ScreenCount, screen_counts
from app.questionnaire.source import load_bank
from app.services.content import instruments, readiness_texts
from app.services.content.help_lines import check_help_lines
from app.services.content.instruments import TRANSLATIONS
from app.services.content.study_calendar import WavePlan, WavePlanError, read_wave_plan
from app.services.messaging.contact_plan import check_contact
from app.services.privacy.dpia_inventory import check_dpia
from app.services.speech.audio import AudioCoverage
from app.services.thanks.incentives import check_incentives

LATER = "fonts, recordings, bytes and screens were not looked at: mend the other lines first"
NO_PATHS = "there are no worked respondents (paths/*.yaml): nobody has said what should be asked"


class Ground(StrEnum):
    """Why a wave is not ready."""

    UNUSABLE = "unusable"
    """Something cannot be read, is not translated, or would break the page that says it."""
    INTERFACE = "interface"
    """A word of the respondents' pages is not translated, or would break its page."""
    FAULT = "fault"
    """Wrong, but nobody's page breaks: a table plan, a code without a number."""
    PROOF = "proof"
    REVIEW = "review"
    RUNNING = "running"
    """People are answering a version that this one cannot follow."""
    MEANING = "meaning"
    """A code says something else than when it was published before."""
    GLYPHS = "glyphs"
    AUDIO = "audio"
    BYTES = "bytes"
    SCREENS = "screens"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason not to publish, with file and line."""

    ground: Ground
    problem: Problem

    @property
    def may_be_overridden(self) -> bool:
        """Whether a named person may publish all the same."""
        return self.ground not in (Ground.UNUSABLE, Ground.INTERFACE, Ground.RUNNING)

    def __str__(self) -> str:
        return str(self.problem)


@dataclass(frozen=True, slots=True)
class PageSize:
    """One question page in one language, as it goes over the wire."""

    var: str
    page: str
    language: str
    size: int
    most: int


Proofs = Callable[[Bank, Sequence[int]], Iterable[Problem]]
Sizes = Callable[[Instrument], Iterable[PageSize]]
Glyphs = Callable[[str, Iterable[str]], Sequence[str]]
Coverage = Callable[[str, Sequence[SpokenText]], AudioCoverage]
Meanings = Callable[[Instrument], Iterable[Problem]]


@dataclass(frozen=True, slots=True)
class Pieces:
    """What the gate is handed; a piece that is ``None`` was not asked for, or is not there."""

    prove: Proofs | None = None
    measure: Sizes | None = None
    missing_glyphs: Glyphs | None = None
    audio: Coverage | None = None
    meanings: Meanings | None = None
    respondents: int = RESPONDENTS
    """Random ones, behind the screen counts; 0 counts none."""
    today: date | None = None
    """No review may be of a later day; ``None`` looks at no day."""
    lacking: tuple[str, ...] = ()
    """What a gate should have looked at and could not, each a reason of its own."""


@dataclass
class Readiness:
    """What stands in the way of a wave, and what was counted on the way."""

    bank: Bank | None = None
    findings: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    """What a rehearsal may do with: drafts."""
    screens: dict[int, list[ScreenCount]] = field(default_factory=dict)

    @property
    def final(self) -> list[Finding]:
        """Those that nobody may override."""
        return [one for one in self.findings if not one.may_be_overridden]

    def note(self, ground: Ground, problems: Iterable[Problem]) -> None:
        """Add problems, each once however many waves have it."""
        for problem in problems:
            found = Finding(ground, problem)
            if found not in self.findings:
                self.findings.append(found)

    def sort(self) -> Readiness:
        """Put the findings in the order in which an author meets them; return the same object."""

        def by_place(one: Finding) -> tuple[str, int, str]:
            place = one.problem.place
            return place.file, place.line, one.problem.message

        self.findings.sort(key=by_place)
        self.warnings.sort(key=by_place)
        return self


def gate(
    study: Path,
    years: Sequence[int] | None = None,
    pieces: Pieces | None = None,
    *,
    translations: Path = TRANSLATIONS,
    drafts: bool = False,
) -> Readiness:
    """Return everything that stands in the way of publishing waves of a study.

    Parameters
    ----------
    years
        The waves; by default all that have a plan.
    drafts
        For a rehearsal: translations that nobody reviewed and voices of a program are warnings.
    """
    # Imported here: pandas is needed for the table plans only.
    from app.services.content.code_numbers import unnumbered
    from app.services.content.table_plans import check_table_plans

    given = pieces or Pieces()
    ready = Readiness()
    ready.bank, problems = instruments.check_study(study, translations)
    ready.note(Ground.UNUSABLE, problems)
    bank = ready.bank
    plans = _plans(ready, study, years, bank)
    place = Place(str(Path(*study.parts[-2:]) / "study.yaml"), 1)
    if bank is None:
        # Whose reviewers are missing is not the question now.
        _interface(ready, translations, plans, reviewed=False, written_in=())
        _prove_what_can_be_read(ready, study, given, plans)
        if given.measure is not None:
            ready.note(Ground.NOT_CHECKED, [Problem(place, LATER)])
        return ready.sort()
    if given.prove is not None and not any((study / "paths").glob("*.yaml")):
        ready.note(Ground.NOT_CHECKED, [Problem(place, NO_PATHS)])
    _interface(ready, translations, plans, reviewed=True, written_in=bank.languages)
    lines = [*check_table_plans(bank, study), *unnumbered(bank, study)]
    ready.note(Ground.FAULT, map(problem_of, lines))
    ready.note(Ground.FAULT, blocks_not_asked_for(bank))
    ready.note(Ground.FAULT, check_contact(study, bank.languages))
    ready.note(Ground.FAULT, check_incentives(study, bank))
    ready.note(Ground.FAULT, check_help_lines(study))
    ready.note(Ground.FAULT, read_retention(study)[1])
    ready.note(Ground.FAULT, check_dpia(study, bank))
    if given.prove is not None:
        ready.note(Ground.PROOF, given.prove(bank, [plan.year for plan in plans]))
    alike = readiness_texts.said_alike(bank, plans, translations)
    ready.note(Ground.UNUSABLE, alike)
    if given.today is not None:
        early = readiness_texts.reviewed_in_the_future(bank, plans, translations, given.today)
        ready.note(Ground.FAULT, early)
    ready.note(Ground.REVIEW, readiness_texts.unreviewed(bank, plans, translations, study))
    for plan in plans:
        _wave(ready, bank, plan, given, translations)
    ready.note(Ground.NOT_CHECKED, (Problem(place, words) for words in given.lacking))
    if drafts:
        _let_drafts_pass(ready)
    return ready.sort()


def _prove_what_can_be_read(
    ready: Readiness, study: Path, pieces: Pieces, plans: Sequence[WavePlan]
) -> None:
    """A missing translation or a failed worked respondent must not hide what proofs would say."""
    written, _ = load_bank(study)
    if written is not None and pieces.prove is not None and plans:
        years = [plan.year for plan in plans if plan.year in written.waves]
        ready.note(Ground.PROOF, pieces.prove(written, years))


def _wave(
    ready: Readiness,
    bank: Bank,
    plan: WavePlan,
    pieces: Pieces,
    translations: Path,
) -> None:
    instrument = compile_wave(bank, plan.year)
    note = ready.note
    if pieces.missing_glyphs is not None:
        note(
            Ground.GLYPHS,
            readiness_texts.without_glyphs(bank, plan, translations, pieces.missing_glyphs),
        )
    if plan.audio is not None:
        note(Ground.AUDIO, readiness_texts.unheard(bank, plan, translations, pieces.audio))
    if pieces.meanings is not None:
        note(Ground.MEANING, pieces.meanings(instrument))
    if pieces.measure is not None:
        note(Ground.BYTES, _heavy(instrument, pieces.measure))
    if pieces.respondents:
        before = max((year for year in plan.preload_from if year in bank.waves), default=None)
        counts = ready.screens[plan.year] = screen_counts(
            instrument,
            compile_wave(bank, before) if before is not None else None,
            respondents=pieces.respondents,
        )
        note(Ground.SCREENS, _long(plan, counts))


def _plans(
    ready: Readiness, study: Path, years: Sequence[int] | None, bank: Bank | None
) -> list[WavePlan]:
    there = sorted(int(path.stem) for path in (study / "waves").glob("[0-9]*.yaml"))
    plans = []
    for year in there if years is None else years:
        try:
            plan = read_wave_plan(study, year)
        except WavePlanError as error:
            ready.note(Ground.UNUSABLE, error.problems)
            continue
        if bank is not None and year not in bank.waves:
            place = Place(str(Path(*study.parts[-2:]) / "waves" / f"{year}.yaml"), 1)
            ready.note(Ground.UNUSABLE, [Problem(place, f"the study has no wave {year}")])
        else:
            plans.append(plan)
    return plans


def _interface(
    ready: Readiness,
    translations: Path,
    plans: Sequence[WavePlan],
    *,
    reviewed: bool,
    written_in: Sequence[str],
) -> None:
    for code in dict.fromkeys(code for plan in plans for code in plan.languages):
        faults, drafts = readiness_texts.of_interface(translations, code)
        ready.note(Ground.INTERFACE, faults)
        # Who writes the study in a language reads its buttons in it too.
        if reviewed and code not in written_in:
            ready.note(Ground.REVIEW, drafts)


def _heavy(instrument: Instrument, measure: Sizes) -> Iterable[Problem]:
    """Pages over their budget: one line an item, with its heaviest page."""
    worst: dict[str, PageSize] = {}
    for one in measure(instrument):
        if one.size > one.most and one.size > worst.get(one.var, one).size - 1:
            worst[one.var] = one
    for var, one in worst.items():
        item = instrument.item_by_var[var]
        yield Problem(
            item.place,
            f"page {one.page} is {one.size:,} bytes in {one.language}, at most {one.most:,}",
        )


def _long(plan: WavePlan, counts: Iterable[ScreenCount]) -> Iterable[Problem]:
    most = plan.most_screens
    for one in counts:
        if most is not None and one.median > most.number:
            who = " ".join(filter(None, one.group)) or "everybody"
            again = ", asked again" if one.panel else ""
            yield Problem(
                most.place,
                f"{who}{again} sees {one.median:g} screens (median), at most {most.number}",
            )


def _let_drafts_pass(ready: Readiness) -> None:
    passing = [one for one in ready.findings if is_draft(one)]
    ready.findings = [one for one in ready.findings if not is_draft(one)]
    ready.warnings += passing


def is_draft(finding: Finding) -> bool:
    """Tell whether a finding is there for want of a reviewer or speaker only."""
    return finding.ground is Ground.REVIEW or (
        finding.ground is Ground.AUDIO and "draft" in finding.problem.message
    )


def problem_of(line: str) -> Problem:
    """Return a line ``file:line: message`` as a problem."""
    file, number, message = line.split(":", 2)
    return Problem(Place(file, int(number)), message.strip())
