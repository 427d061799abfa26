"""From masked and rounded rows to a book: titles, headings, lines and notes in one language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from string import ascii_lowercase

import pandas as pd

from analysis.book import Chapter, Heading, Line, PublishedTable
from analysis.codebook import Codebook, Variable, words
from analysis.disclosure.policy import Policy
from analysis.plan import TablePlan
from analysis.printed import PEOPLE, TOTAL_SHARE
from analysis.shares import TOTAL
from analysis.table_notes import notes_of
from analysis.tables import COLUMNS, TableFacts
from analysis.tables.questions import QUANTILES
from analysis.wording import Wording

METHOD_CHAPTER = "M"
AT = "@"
"""``werkt@2024`` is the answer to ``werkt`` in 2024, as origin in a transition table."""


def chapters_of(
    rows: pd.DataFrame,
    plan: Sequence[TablePlan],
    facts: Mapping[tuple[str, str], TableFacts],
    codebook: Codebook,
    policy: Policy,
    say: Wording,
) -> tuple[Chapter, ...]:
    """Put printed rows under the research questions they answer.

    Parameters
    ----------
    rows : DataFrame
        `tables.COLUMNS`, masked and rounded.
    plan : sequence of TablePlan
        Gives the order of tables; a table and question without rows is left out.
    facts : mapping
        By table and question, what the notes say.
    codebook, policy, say
        Labels, the limits that the notes explain, the language.

    Returns
    -------
    tuple of Chapter
        By research question, the rest after them.
    """
    parts = dict(list(rows.groupby(["table", "stub"], sort=False)))
    tables: dict[str, list[PublishedTable]] = {}
    for table in plan:
        for stub in table.stub:
            part = parts.get((table.id, stub))
            if part is None:
                continue
            part = _answerable(part, table)
            chapter = table.chapter or next(iter(codebook[stub].research_questions), METHOD_CHAPTER)
            made = _table(part, table, chapter, facts[table.id, stub], codebook, policy, say)
            tables.setdefault(chapter, []).append(made)
    return tuple(
        Chapter(code, _chapter_title(code, codebook, say), tuple(tables[code]))
        for code in sorted(tables, key=lambda code: _place(code, codebook))
    )


def _place(code: str, codebook: Codebook) -> tuple[bool, str, int]:
    """Sort RQ2 before RQ10, and what answers no research question last."""
    letters = code.rstrip("0123456789")
    return code not in codebook.research_questions, letters, int(code[len(letters) :] or 0)


def _answerable(rows: pd.DataFrame, table: TablePlan) -> pd.DataFrame:
    """Leave out answers that the base of the table shuts out: lines of nothing but zeros.

    An answer that people could give and nobody gave stays: it says something.
    """
    stub = str(rows["stub"].iloc[0])
    if table.base is None or not re.search(rf"\b{stub}\b", table.base):
        return rows
    shares = rows[rows["statistic"] == "share"]
    is_zero = (shares["value"].astype(float) == 0).groupby(shares["stub_code"]).all()
    shut_out = set(is_zero.index[is_zero])
    statistics = {"share", "change", "letters"}
    return rows[~(rows["stub_code"].isin(shut_out) & rows["statistic"].isin(statistics))]


def _chapter_title(code: str, codebook: Codebook, say: Wording) -> str:
    if code in codebook.research_questions:
        return words(codebook.research_questions[code], say.language, code)
    return say.gettext("Who answered") if code == METHOD_CHAPTER else code


def _table(
    rows: pd.DataFrame,
    table: TablePlan,
    chapter: str,
    facts: TableFacts,
    codebook: Codebook,
    policy: Policy,
    say: Wording,
) -> PublishedTable:
    stub = str(rows["stub"].iloc[0])
    variable = codebook[stub]
    label = words(variable.label, say.language, stub)
    question = words(variable.question, say.language)
    title = words(table.title, say.language) if table.title else ""
    if len(table.stub) > 1 and title:
        title = f"{title}: {label}"
    return PublishedTable(
        id=f"{table.id}/{stub}",
        title=title or label,
        question="" if question in {title, label if not title else ""} else question,
        chapter=chapter,
        kind=table.kind,
        waves=tuple(dict.fromkeys(rows["wave"].astype(str))),
        columns=tuple(_headings(rows, codebook, say)),
        lines=tuple(_lines(rows, variable, table, codebook, say)),
        show=table.show,
        notes=notes_of(facts, codebook, policy, say),
        rows=rows[list(COLUMNS)].reset_index(drop=True),
    )


def _headings(rows: pd.DataFrame, codebook: Codebook, say: Wording) -> Iterator[Heading]:
    """Give the columns in the order of the rows, lettered within each breakdown."""
    lettered: dict[str, int] = {}
    pairs = rows[["banner", "banner_code"]].astype(str).drop_duplicates()
    for banner, code in pairs.itertuples(index=False):
        if banner == TOTAL:
            yield Heading(TOTAL, TOTAL, "", say.gettext("Total"))
            continue
        name, _, year = banner.partition(AT)
        at = lettered[banner] = lettered.get(banner, -1) + 1
        label = (
            say.gettext("Answer in %(year)s", year=year)
            if year
            else words(codebook[name].label, say.language, name)
        )
        letter = ascii_lowercase[at] if at < len(ascii_lowercase) else ""
        yield Heading(banner, code, label, codebook[name].code_label(code, say.language), letter)


def _lines(
    rows: pd.DataFrame, variable: Variable, table: TablePlan, codebook: Codebook, say: Wording
) -> Iterator[Line]:
    pairs = rows[["statistic", "stub_code"]].astype(str).drop_duplicates()
    for statistic, code in pairs.itertuples(index=False):
        of_whole = statistic in {TOTAL_SHARE, PEOPLE}
        if statistic == "net" or (of_whole and code in (table.nets or {})):
            own = table.net_labels.get(code, {})
            yield Line(statistic, code, words(own, say.language, code))
        elif statistic == "share" or of_whole:
            missing = codebook.missing.get(code)
            label = (
                words(missing, say.language, code)
                if missing and code not in {one.code for one in variable.codes}
                else variable.code_label(code, say.language)
            )
            yield Line(statistic, code, label)
        elif statistic in {"mean", *QUANTILES}:
            unit = words(variable.unit or {}, say.language)
            name = {
                "mean": say.gettext("Mean"),
                "q25": say.gettext("First quartile"),
                "median": say.gettext("Median"),
                "q75": say.gettext("Third quartile"),
            }[statistic]
            yield Line(statistic, code, f"{name} ({unit})" if unit else name)
