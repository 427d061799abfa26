"""Tables as they were asked for: computed, kept from giving anybody away, rounded, put into words.

Everything before the words is `analysis`; everything after is a `Book`, which the page and all
files are written from, so that they show the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.book import Book, PublishedTable
from analysis.bookmaking import chapters_of
from analysis.codebook import Codebook, words
from analysis.disclosure.policy import Policy
from analysis.disclosure.rounding import round_rows
from analysis.errors import AnalysisError
from analysis.plan import Plan, TablePlan
from analysis.shares import TOTAL
from analysis.table_notes import VERSION_DIGITS, standing_sentences
from analysis.tables import ComputedTables, TableFacts, make_tables
from analysis.tables.questions import QUANTILES
from analysis.tables.whole import Whole, of_whole, whole_rows
from analysis.wording import Wording
from app.services.context import ServiceContext
from app.services.publication.asked_tables import masked_rows
from app.services.publication.table_request import Shows, TableRequest, plan_of
from app.services.publication.table_sources import Opened, Source

_OF_MEANS = ("mean", *QUANTILES)
_HASH_DIGITS = 12


class NoTableError(Exception):
    """A table cannot be computed; the message says why, in English."""


@dataclass(frozen=True, eq=False)
class MadeTables:
    """Tables ready to be shown and written.

    Attributes
    ----------
    book : Book
        One chapter; a table for each question that somebody answered.
    facts : tuple of TableFacts
        What is behind each, also those without a table.
    design_effects : mapping of table id to float
        Kish's 1 + cv² of the weights in the base of the total, of the last wave.
    suppressed : int
        Numbers that are not shown.
    """

    source: Source
    asked: TableRequest
    plan: tuple[TablePlan, ...]
    book: Book = field(repr=False)
    facts: tuple[TableFacts, ...] = field(repr=False)
    design_effects: Mapping[str, float] = field(repr=False)
    suppressed: int

    @property
    def tables(self) -> tuple[PublishedTable, ...]:
        """The tables of the book."""
        return self.book.tables


def make(
    ctx: ServiceContext,
    source: Source,
    asked: TableRequest,
    *,
    language: str,
    said: Sequence[str] = (),
) -> MadeTables:
    """Make the tables that were asked for; what is wrong with them was told before (`problems_of`).

    Parameters
    ----------
    said
        Sentences that go under every table and into every file: what the numbers are made on.

    Raises
    ------
    NoResultsError
        If the release cannot be read.
    NoTableError
        If a weight or table cannot be computed.
    """
    opened = source.open()
    plan = plan_of(asked, opened.codebook)
    try:
        with opened.lock:
            computed, whole = _computed(opened, source, plan, asked.shows)
        parts = [
            masked_rows(ctx, source, table, _rows_of(computed.rows, table.id), opened.codebook)
            for table in plan
        ]
    except AnalysisError as error:
        raise NoTableError(str(error)) from error
    shown = pd.concat(parts, ignore_index=True)
    if whole is not None:
        shown = of_whole(shown, *whole)
    elif asked.shows is Shows.MEAN:
        shown = shown[[_is_of_mean(name) for name in shown["statistic"]]]
    policy = Policy()
    printed = round_rows(shown.reset_index(drop=True), policy)
    return MadeTables(
        source=source,
        asked=asked,
        plan=plan,
        book=_book(opened, computed, plan, printed, policy, language, said),
        facts=computed.notes,
        design_effects=_design_effects(computed.rows),
        suppressed=int((printed["flag"] == "suppressed").sum()),
    )


def _computed(
    opened: Opened, source: Source, plan: tuple[TablePlan, ...], shows: Shows
) -> tuple[ComputedTables, tuple[pd.DataFrame, Whole] | None]:
    computed = make_tables(opened.release, Plan(plan, source.recipes), bench=opened.bench)
    if shows not in {Shows.TOTAL, Shows.PEOPLE}:
        return computed, None
    whole = Whole.TOTAL if shows is Shows.TOTAL else Whole.PEOPLE
    return computed, (whole_rows(opened.bench, plan, opened.codebook, whole), whole)


def _rows_of(rows: pd.DataFrame, table: str) -> pd.DataFrame:
    return rows[rows["table"] == table].reset_index(drop=True)


def _is_of_mean(statistic: str) -> bool:
    return statistic.partition(":")[2] in _OF_MEANS or statistic in _OF_MEANS


def _design_effects(rows: pd.DataFrame) -> dict[str, float]:
    """Kish (1965), *Survey Sampling*, section 11.7: n / n_eff is 1 + cv² of the weights."""
    totals = rows[(rows["banner"] == TOTAL) & rows["n"].notna() & ~rows["wave"].str.contains("-")]
    last = totals.groupby("table", sort=False).tail(1)
    n, n_eff = (last[name].to_numpy(dtype=float, na_value=np.nan) for name in ("n", "n_eff"))
    return dict(zip(last["table"], (n / n_eff).tolist(), strict=True))


# --- the book -------------------------------------------------------------------------------------


def _book(
    opened: Opened,
    computed: ComputedTables,
    plan: tuple[TablePlan, ...],
    printed: pd.DataFrame,
    policy: Policy,
    language: str,
    said: Sequence[str],
) -> Book:
    say, codebook, manifest = Wording(language), opened.codebook, opened.release.manifest
    facts = {(one.table, one.stub): one for one in computed.notes}
    years = sorted({wave for table in plan for wave in table.waves})
    standing = standing_sentences(policy, say, synthetic=manifest.synthetic)
    synthetic = standing[:1] if manifest.synthetic else ()
    return Book(
        language=language,
        title=words(codebook.title, language, codebook.study),
        subtitle=say.ngettext(
            "Wave %(waves)s", "Waves %(waves)s", len(years), waves=", ".join(map(str, years))
        ),
        waves=tuple(years),
        synthetic=manifest.synthetic,
        version=_version(opened, computed, say),
        chapters=chapters_of(printed, plan, facts, codebook, policy, say),
        standing=(*synthetic, *said, *standing[len(synthetic) :]),
    )


def _version(opened: Opened, computed: ComputedTables, say: Wording) -> dict[str, str]:
    """Say what exactly the numbers rest on, as a published book does."""
    manifest = opened.release.manifest
    found = {
        say.gettext("Questionnaire %(wave)s", wave=one["wave"]): (
            f"{one['number']} ({one['id'][:_HASH_DIGITS]})"
        )
        for one in manifest.versions
    }
    found[say.gettext("Data (SHA-256)")] = manifest.hashes["responses.csv"][:_HASH_DIGITS]
    for one in computed.notes:
        if one.weight:
            name = say.gettext("Weight %(weight)s", weight=one.weight)
            found[name] = one.weight_version[:VERSION_DIGITS]
    return found


def label_of(codebook: Codebook, name: str, language: str) -> str:
    """Return what a variable is called; its name where it has no words."""
    return words(codebook[name].label, language, name) if name in codebook else name
