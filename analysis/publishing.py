"""From a release and a study's plan to a publication: books to write, and what the archive keeps.

One line runs through here: tables and findings are computed, masked together, compared with what
was published before, rounded, and only then given words. Writers come after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from analysis.book import Book
from analysis.bookmaking import chapters_of
from analysis.codebook import Codebook, words
from analysis.disclosure.differencing import ReleaseCells, refuse_differencing, release_cells
from analysis.disclosure.masking import MaskedTables, mask_tables
from analysis.disclosure.policy import Policy
from analysis.disclosure.rounding import round_tables
from analysis.edition.manifest import code_sha256
from analysis.errors import AnalysisError
from analysis.findings import read_findings
from analysis.findings.computed import ComputedFindings, estimate_findings
from analysis.findings.disclosed import published_findings
from analysis.findings.published import PublishedFinding
from analysis.method import Method, method_of
from analysis.phrases import PhraseBook, read_phrases
from analysis.plan import Plan
from analysis.plan_check import plan_problems
from analysis.plan_source import read_plan
from analysis.progress import Progress, quiet
from analysis.responses import Release
from analysis.shelf import WeightShelf
from analysis.study_files import StudyFiles
from analysis.summary import Summary, draft_summary, read_skeleton
from analysis.table_notes import VERSION_DIGITS, standing_sentences
from analysis.tables import ComputedTables, make_tables
from analysis.wording import Wording

SUMMARY_LANGUAGE = "nl"
"""The summary is written in plain Dutch; books in other languages have none."""
DATA_DIGITS = 12


@dataclass(frozen=True, eq=False)
class Publication:
    """Everything about to be written.

    Attributes
    ----------
    books : mapping of language to Book
    summary : Summary or None
        With what is for the editor only.
    log : mapping
        Audit log of disclosure control, for the archive.
    cells : ReleaseCells
        Cells with their true counts, for the archive.
    """

    books: Mapping[str, Book]
    summary: Summary | None
    log: Mapping[str, Any] = field(repr=False)
    cells: ReleaseCells = field(repr=False)


@dataclass(frozen=True, eq=False)
class _Made:
    """What the books of all languages are made from."""

    release: Release
    tables: ComputedTables
    findings: ComputedFindings | None
    phrases: PhraseBook | None
    printed: pd.DataFrame
    method: Method
    policy: Policy


def publish(
    release: Release,
    study: StudyFiles,
    *,
    name: str,
    languages: Sequence[str],
    policy: Policy | None = None,
    earlier: Iterable[ReleaseCells] = (),
    progress: Progress = quiet,
) -> Publication:
    """Make the books of a release.

    Parameters
    ----------
    release : Release
    study : StudyFiles
    name : str
        Of the publication, for messages about pairs of publications.
    languages : sequence of str
        A book in each; the numbers are the same.
    policy : Policy, optional
    earlier : iterable of ReleaseCells
        Cells of everything published before that people may lay beside this.
    progress : callable
        Gets a line of text before each step; raising `CancelledError` in it stops the work.

    Raises
    ------
    DifferencingError
        If this and an earlier publication together give people away; names the pair.
    AnalysisError
        All problems of the plan, with file and line; or why a weight or table cannot be made.
    """
    policy = policy or Policy()
    plan = _checked_plan(study, release, progress)
    shelf = WeightShelf(release, study.recipes, progress=progress)
    tables = make_tables(release, plan, shelf=shelf, progress=progress)
    findings = _computed_findings(release, study, shelf, progress)
    progress("disclosure control")
    masked = _masked(tables, findings, release.codebook, policy, progress)
    cells = release_cells(name, masked)
    for before in earlier:
        progress(f"what this and {before.name} give away together")
        refuse_differencing(before, cells, policy)
    progress("method and words")
    patterns = {table.waves for table in plan.tables}
    made = _Made(
        release,
        tables,
        findings,
        read_phrases(study.phrases) if study.phrases else None,
        round_tables(masked, policy),
        method_of(release, shelf, patterns=patterns, policy=policy),
        policy,
    )
    summary = _summary(made, study)
    books = {language: _book(made, summary, Wording(language)) for language in languages}
    return Publication(books, summary, masked.log, cells)


def _checked_plan(study: StudyFiles, release: Release, progress: Progress) -> Plan:
    """Read the plan, refuse what does not fit, leave out tables of waves still to come."""
    # The weights are those of the study, wherever the plan lies.
    plan = replace(read_plan(study.plan), recipes=study.recipes)
    problems = plan_problems(plan, release.codebook, study.plan)
    if problems:
        raise AnalysisError("\n".join(problems))
    here = [table for table in plan.tables if set(table.waves) <= set(release.manifest.waves)]
    if not here:
        waves = ", ".join(map(str, release.manifest.waves))
        raise AnalysisError(f"{study.plan}: no table is of the waves in the release ({waves})")
    if len(here) < len(plan.tables):
        progress(f"{len(plan.tables) - len(here)} tables of waves not in this release left out")
    return Plan(tuple(here), study.recipes, plan.lines)


def _masked(
    tables: ComputedTables,
    findings: ComputedFindings | None,
    codebook: Codebook,
    policy: Policy,
    progress: Progress,
) -> MaskedTables:
    """Mask tables and findings as one system: a finding may give back what a table hides."""
    if findings is None:
        return mask_tables(tables.rows, tables.plan, codebook, policy, progress=progress)
    rows = pd.concat([tables.rows, findings.rows], ignore_index=True)
    plan = (*tables.plan, *findings.tables)
    return mask_tables(rows, plan, findings.codebook, policy, progress=progress)


def _computed_findings(
    release: Release, study: StudyFiles, shelf: WeightShelf, progress: Progress
) -> ComputedFindings | None:
    """Compute the published findings again on the last wave of the release."""
    if study.findings is None or study.phrases is None:
        return None
    wave = max(release.manifest.waves)
    progress(f"published findings on wave {wave}")
    return estimate_findings(shelf, read_findings(study.findings), wave)


def _findings(made: _Made, say: Wording) -> tuple[PublishedFinding, ...]:
    if made.findings is None or made.phrases is None:
        return ()
    return published_findings(made.printed, made.findings, made.phrases, say)


def _summary(made: _Made, study: StudyFiles) -> Summary | None:
    """Draft the summary of the last wave, if the study has a skeleton for it."""
    if study.summary is None or made.findings is None or made.phrases is None:
        return None
    say = Wording(SUMMARY_LANGUAGE)
    skeleton = read_skeleton(study.summary)
    found = _findings(made, say)
    codebook = made.release.codebook
    return draft_summary(skeleton, found, made.phrases, codebook, made.findings.wave, say)


def _book(made: _Made, summary: Summary | None, say: Wording) -> Book:
    manifest, codebook = made.release.manifest, made.release.codebook
    facts = {(one.table, one.stub): one for one in made.tables.notes}
    waves = ", ".join(map(str, manifest.waves))
    return Book(
        language=say.language,
        title=words(codebook.title, say.language, codebook.study),
        subtitle=say.ngettext(
            "Wave %(waves)s", "Waves %(waves)s", len(manifest.waves), waves=waves
        ),
        waves=manifest.waves,
        synthetic=manifest.synthetic,
        version=dict(_version(made, say)),
        chapters=chapters_of(made.printed, made.tables.plan, facts, codebook, made.policy, say),
        findings=_findings(made, say),
        summary=summary if say.language == SUMMARY_LANGUAGE else None,
        method=made.method,
        standing=standing_sentences(made.policy, say, synthetic=manifest.synthetic),
    )


def _version(made: _Made, say: Wording) -> Iterator[tuple[str, str]]:
    """Say what exactly the numbers rest on: questionnaires, data, weights, code."""
    manifest = made.release.manifest
    for version in manifest.versions:
        name = say.gettext("Questionnaire %(wave)s", wave=version["wave"])
        yield name, f"{version['number']} ({version['id'][:DATA_DIGITS]})"
    yield say.gettext("Data (SHA-256)"), manifest.hashes["responses.csv"][:DATA_DIGITS]
    recipes = {one.weight: one.weight_version for one in made.tables.notes if one.weight}
    for weight, recipe in sorted(recipes.items()):
        yield say.gettext("Weight %(weight)s", weight=weight), recipe[:VERSION_DIGITS]
    yield say.gettext("Analysis code (SHA-256)"), code_sha256()[:DATA_DIGITS]
