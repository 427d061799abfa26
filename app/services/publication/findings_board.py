"""The published findings beside the estimates of every wave: of a release, else live.

A wave that has a release shows the numbers of the newest one that stands, after disclosure
control; a wave without one shows how its answers stand now, which is not for publication.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from analysis.codebook import words
from analysis.findings import Agreement, Finding, Statistic, read_findings
from analysis.findings.published import PublishedFinding
from app.services.context import ServiceContext
from app.services.publication.live_results import live_results_of
from app.services.publication.published_numbers import numbers_from_json
from app.services.publication.releases import KeptRelease, kept_numbers, list_releases
from app.services.publication.results import NoResultsError, findings_of, waves_with_results
from app.services.publication.table_sources import NoSnapshotError

Z95 = 1.959964
"""Of a two-sided 95 % interval of the normal distribution."""


class Verdict(StrEnum):
    """How an estimate stands to the published words."""

    INSIDE = "inside"
    OVERLAPS = "overlaps"
    OUTSIDE = "outside"
    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"
    NOTHING = "nothing"
    """Nothing to compare, too few people, or not asked."""


_VERDICTS = {
    Agreement.INSIDE: Verdict.INSIDE,
    Agreement.OVERLAPS: Verdict.OVERLAPS,
    Agreement.OUTSIDE: Verdict.OUTSIDE,
    Agreement.CONFIRMED: Verdict.CONFIRMED,
    Agreement.NOT_CONFIRMED: Verdict.NOT_CONFIRMED,
}


class Trend(StrEnum):
    """What two waves say together."""

    UP = "up"
    DOWN = "down"
    UNCLEAR = "unclear"
    """The difference may be chance."""
    NONE = "none"
    """Fewer than two waves have a number."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where the numbers of a wave come from."""

    wave: int
    release: int | None
    """``None``: live, not for publication."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The estimate of a finding in one wave; ``None`` where there is nothing to print."""

    source: Source
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    verdict: Verdict
    statistic: str
    """``share`` (0 to 1), ``count``, or a number in the unit of the question."""
    note: str

    @property
    def is_share(self) -> bool:
        """Whether the value is a share."""
        return self.statistic == "share"


@dataclass(frozen=True)
class BoardRow:
    """A published finding with its estimates, the earliest wave first."""

    finding: Finding
    statement: str
    standings: Sequence[Standing] = field(repr=False)

    @property
    def latest(self) -> Standing | None:
        """The standing of the last wave that has a number."""
        return next((one for one in reversed(self.standings) if one.value is not None), None)

    @property
    def verdict(self) -> Verdict:
        """Verdict of the last wave that has one; a tested difference may have no single number."""
        told = [one.verdict for one in self.standings if one.verdict is not Verdict.NOTHING]
        return told[-1] if told else Verdict.NOTHING

    @property
    def trend(self) -> Trend:
        """The last two waves with a number, compared."""
        known = [one for one in self.standings if one.value is not None]
        return trend_of(known[-2], known[-1]) if len(known) > 1 else Trend.NONE


@dataclass(frozen=True)
class Board:
    """All published findings, and where the numbers come from."""

    sources: Sequence[Source]
    rows: Sequence[BoardRow]
    problems: Sequence[str] = ()
    """Why a wave has no numbers, in English."""
    needs_snapshot: bool = False
    """Live numbers are made on a snapshot of the answers, and there is none yet."""


def board(ctx: ServiceContext, *, language: str) -> Board:
    """Return the published findings beside the newest numbers of each wave."""
    path = ctx.study / "findings.csv"
    if not path.is_file():
        return Board((), ())
    registry = read_findings(path)
    found: dict[Source, dict[str, Standing]] = {}
    problems: list[str] = []
    needs_snapshot = False
    released = _newest(ctx)
    remarks = {one.id: one.note for one in registry if one.note}
    for wave in sorted({*waves_with_results(ctx), *released}):
        if wave in released:
            source = Source(wave, released[wave].number)
            found[source] = _of_release(source, released[wave], remarks)
            continue
        source = Source(wave, None)
        try:
            found[source] = _live(ctx, source, language)
        except NoSnapshotError:
            needs_snapshot = True
        except NoResultsError as error:
            problems.append(f"{wave}: {error}")
    rows = [
        BoardRow(
            one,
            words(one.statement, language),
            [known[one.id] for known in found.values() if one.id in known],
        )
        for one in registry
        if one.statistic is not Statistic.NONE
    ]
    return Board(tuple(found), rows, problems, needs_snapshot)


def trend_of(earlier: Standing, later: Standing) -> Trend:
    """Return whether a share or number rose or fell, by a test at 5 %.

    The standard error of the difference is ``sqrt(se1² + se2²)``, each error the half width of the
    interval over `Z95`. Many people took part in both waves, so their answers go together and the
    true error is smaller (Kish 1965, section 12.4): a change that is found here is one.
    """
    sides = (earlier, later)
    if any(None in (one.value, one.low, one.high) for one in sides):
        return Trend.UNCLEAR
    errors = [((one.high or 0.0) - (one.low or 0.0)) / (2 * Z95) for one in sides]
    spread = math.hypot(*errors)
    difference = (later.value or 0.0) - (earlier.value or 0.0)
    if spread == 0 or abs(difference) <= Z95 * spread:
        return Trend.UNCLEAR
    return Trend.UP if difference > 0 else Trend.DOWN


def study_findings(study: Path) -> set[str]:
    """Return the ids of a study's published findings."""
    path = study / "findings.csv"
    return {one.id for one in read_findings(path)} if path.is_file() else set()


def _newest(ctx: ServiceContext) -> dict[int, KeptRelease]:
    """The newest release that stands, by the wave its findings are about: its last."""
    found: dict[int, KeptRelease] = {}
    for kept in list_releases(ctx):
        if kept.stands and kept.has_findings:
            found.setdefault(max(kept.waves), kept)
    return found


def _of_release(
    source: Source, kept: KeptRelease, remarks: Mapping[str, str]
) -> dict[str, Standing]:
    found = numbers_from_json(kept_numbers(kept))
    return {one.id: _published(source, one, remarks.get(one.id, "")) for one in found}


def _published(source: Source, one: PublishedFinding, remark: str) -> Standing:
    main = one.main
    return Standing(
        source,
        one.estimate,
        one.low,
        one.high,
        one.n,
        _VERDICTS.get(one.agreement, Verdict.NOTHING),
        main.statistic if main is not None else "",
        # The registry's own remark stands once, beside the finding.
        one.note.removesuffix(remark).rstrip("; "),
    )


def _live(ctx: ServiceContext, source: Source, language: str) -> dict[str, Standing]:
    results = live_results_of(ctx, source.wave)
    return {
        one.id: Standing(
            source,
            one.estimate.value,
            one.estimate.low,
            one.estimate.high,
            one.n if one.estimate.value is not None else None,
            Verdict(one.agreement) if one.agreement else Verdict.NOTHING,
            "share",
            "",
        )
        for one in findings_of(ctx, results, language=language)
    }
