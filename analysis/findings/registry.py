"""The published findings of a study and how each is computed again: `findings.csv`."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from analysis.errors import AnalysisError
from analysis.expression import Expression, parse

COLUMNS = (
    "id", "section", "research_question", "kind", "strand", "topic", "statement_nl",
    "statement_en", "group", "published_nl", "published_low", "published_point", "published_high",
    "statistic", "variables", "base", "numerator", "measure", "compare_a", "compare_b", "expected",
    "note", "source",
)  # fmt: skip
_NUMBER = r"(\d+(?:\.\d+)?)"


class Statistic(StrEnum):
    """What is computed of a finding.

    ``share``: of the base; ``share_each``: one for each numerator; ``spread``: both ends of a
    scale; ``distribution``: all answers, or the median and share of a number; ``contrast`` and
    ``association``: a difference between two groups, an association never meaning a cause.
    """

    COUNT = "count"
    SHARE = "share"
    SHARE_EACH = "share_each"
    SPREAD = "spread"
    DISTRIBUTION = "distribution"
    CONTRAST = "contrast"
    ASSOCIATION = "association"
    MEDIAN = "median"
    QUANTILE = "quantile"
    NONE = "none"


class Strand(StrEnum):
    """What the published text rests on, as far as it says."""

    SURVEY = "survey"
    CONVERSATIONS = "conversations"
    BOTH = "both"
    UNSTATED = "unstated"
    RULE = "rule"
    RESEARCHERS = "researchers"


@dataclass(frozen=True)
class Comparison:
    """Two groups that are compared, each as a condition in the language of the item bank."""

    a: str
    b: str


@dataclass(frozen=True)
class Expected:
    """What the published words say of the number.

    ``sign`` is -1 where group a is lower than b, 1 where it is higher, 0 where nothing is compared.
    ``low`` and ``high`` bound the number itself, in its own unit.
    """

    sign: int = 0
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One published finding and how to compute it.

    Attributes
    ----------
    id : str
        Of the published summary; ours begin with W.
    section : str
        Heading it stands under.
    statement : mapping of str to str
        In our words, by language; ``published`` is the published quantifier only.
    published_low, published_point, published_high : float or None
        How the published words are read, as shares 0 to 1; only of published fractions.
    variables : tuple of str
    base : str
        Whom it is about; empty where nothing is computed.
    numerators : tuple of str
        Each an outcome of its own.
    measure : str
        A number variable whose median is taken.
    comparisons : tuple of Comparison
    expected : Expected
    """

    id: str
    section: str
    research_question: str
    kind: str
    strand: Strand
    topic: str
    statement: Mapping[str, str]
    group: str
    published: str
    published_low: float | None
    published_point: float | None
    published_high: float | None
    statistic: Statistic
    variables: tuple[str, ...]
    base: str
    numerators: tuple[str, ...]
    measure: str
    comparisons: tuple[Comparison, ...]
    expected: Expected
    note: str
    source: str

    @property
    def is_numeric(self) -> bool:
        """Whether a share was published, in words that stand for a range."""
        return self.published_low is not None

    @property
    def numerator(self) -> str:
        """The first numerator; empty where there is none."""
        return self.numerators[0] if self.numerators else ""

    def conditions(self) -> Iterator[Expression]:
        """Give every condition it reads, parsed."""
        texts = [self.base, *self.numerators]
        texts += [text for pair in self.comparisons for text in (pair.a, pair.b)]
        yield from (parse(text) for text in texts if text)

    def reads(self) -> tuple[str, ...]:
        """Give the variables that are needed to compute it."""
        names = [self.measure] if self.measure else []
        names += [name for condition in self.conditions() for name in condition.reads]
        if not self.numerators and not self.measure:
            names += self.variables
        return tuple(dict.fromkeys(names))


def read_findings(path: Path | str) -> tuple[Finding, ...]:
    """Read the findings of a study.

    Raises
    ------
    AnalysisError
        If a column is missing, a number is none, or a word is none of those allowed.
    ExpressionError
        If a condition does not parse.
    """
    with Path(path).open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise AnalysisError(f"{path}: missing column {', '.join(missing)}")
        findings = tuple(_finding(row) for row in reader)
    ids = [finding.id for finding in findings]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise AnalysisError(f"{path}: given twice: {', '.join(twice)}")
    for finding in findings:
        tuple(finding.conditions())
    return findings


def _finding(row: Mapping[str, str]) -> Finding:
    try:
        low, point, high = (
            float(row[f"published_{name}"]) if row[f"published_{name}"] else None
            for name in ("low", "point", "high")
        )
        statistic, strand = Statistic(row["statistic"]), Strand(row["strand"])
    except ValueError as error:
        raise AnalysisError(f"finding {row['id']}: {error}") from error
    return Finding(
        id=row["id"],
        section=row["section"],
        research_question=row["research_question"],
        kind=row["kind"],
        strand=strand,
        topic=row["topic"],
        statement={"nl": row["statement_nl"], "en": row["statement_en"]},
        group=row["group"],
        published=row["published_nl"],
        published_low=low,
        published_point=point,
        published_high=high,
        statistic=statistic,
        variables=tuple(filter(None, row["variables"].split("|"))),
        base=row["base"],
        numerators=_parts(row["numerator"]),
        measure=row["measure"],
        comparisons=_comparisons(row),
        expected=_expected(row["id"], row["expected"]),
        note=row["note"],
        source=row["source"],
    )


def _parts(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in text.split(";"))))


def _comparisons(row: Mapping[str, str]) -> tuple[Comparison, ...]:
    a, b = _parts(row["compare_a"]), _parts(row["compare_b"])
    if len(a) != len(b):
        raise AnalysisError(f"finding {row['id']}: {len(a)} groups are compared with {len(b)}")
    return tuple(Comparison(*pair) for pair in zip(a, b, strict=True))


def _expected(name: str, text: str) -> Expected:
    if text in {"a < b", "a > b"}:
        return Expected(sign=-1 if "<" in text else 1)
    if match := re.fullmatch(rf"> {_NUMBER}", text):
        return Expected(low=float(match[1]))
    if match := re.fullmatch(rf"{_NUMBER} to {_NUMBER}", text):
        return Expected(low=float(match[1]), high=float(match[2]))
    if text:
        raise AnalysisError(
            f"finding {name}: expected '{text}' is none of 'a < b', 'a > b', '> 0.5', '6 to 9'"
        )
    return Expected()
