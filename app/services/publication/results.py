"""Weighted results of a wave as it stands now: the published findings, and any table.

The numbers come from `analysis`, which reads a release folder. It is made when it is asked for and
kept in ``DIR/results/<wave>-<fingerprint>``; the fingerprint changes with every saved answer, so
the folder is never older than the answers.
"""

from __future__ import annotations

import hashlib
import json
import math
import secrets
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import pandas as pd
from sqlalchemy import Connection, func, select

from analysis.codebook import Codebook, Variable
from analysis.errors import AnalysisError
from analysis.findings import compute_findings, read_findings
from analysis.responses import Responses, read_release
from analysis.shelf import WeightShelf
from analysis.weighting.result import Weighting
from app.questionnaire.model import Text
from app.services.context import ServiceContext
from app.services.publication.exports import ExportError, export_release
from app.services.response.monitoring import is_fielded
from app.storage import models, waves
from app.storage.types import table_of
from app.storage.waves import Wave
from app.version import VERSION

_case = table_of(models.SurveyCase)
_interview = table_of(models.Interview)

FOLDER = "results"
KEPT_A_WAVE = 2
"""Releases of a wave that are kept: another process may just be reading the one before."""
_ASKED = frozenset({"single", "multiple", "derived"})
"""Kinds of variables that are offered as tables; frame and paradata describe people, not views."""

_making = Lock()


class NoResultsError(Exception):
    """There are no results to show; the message says why, in English."""


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A variable that tables are broken down by, perhaps within a part of the population."""

    variable: str
    where: str | None = None


BREAKDOWNS = (
    Breakdown("r_regime"),
    Breakdown("r_grp"),
    Breakdown("groep"),
    Breakdown("sekse"),
    Breakdown("leeftijd_klasse"),
    Breakdown("r_route", where="r_regime == 'wi2021'"),
)
"""Research question 11 of the study names five; act by group is what its tables begin with."""


@dataclass(frozen=True)
class WaveResults:
    """The weighted interviews of one wave, ready to be counted."""

    year: int
    shelf: WeightShelf = field(repr=False)
    responses: Responses = field(repr=False)
    """With the weight of the wave; questions of a random block have one of their own."""
    weighting: Weighting = field(repr=False)
    saved_until: datetime | None
    """When the last answer in it was saved."""
    versions: tuple[str, ...]
    """Of the questionnaires that were answered."""
    modules: Mapping[str, Text] = field(repr=False)
    """Titles of the chapters of the questionnaire, by id."""

    @property
    def codebook(self) -> Codebook:
        """The variables of the release."""
        return self.responses.codebook

    @property
    def weight(self) -> str:
        """Name of the weight."""
        return self.weighting.name

    @property
    def synthetic(self) -> bool:
        """Whether the people are invented."""
        return self.responses.manifest.synthetic

    @property
    def margins(self) -> list[Mapping[str, Any]]:
        """The population figures weighted to: margin, level, target, reached, respondents."""
        steps = self.weighting.diagnostics["steps"]
        return [row for step in steps for row in step.get("margins", ())]

    @property
    def variables(self) -> list[Variable]:
        """What can be tabulated, in the order of the questionnaire."""
        return [
            one
            for one in self.codebook.variables.values()
            if one.is_categorical and one.kind in _ASKED and self.year in one.waves
        ]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A share 0 to 1 with its 95 % interval; ``None`` where the base is too small to be shown."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class FindingResult:
    """A published finding beside the estimate of the wave; shares are 0 to 1."""

    id: str
    statement: str
    base: str
    """In the language of the item bank."""
    published: str
    published_low: float
    published_high: float
    estimate: Estimate
    n: int
    flag: str
    """``suppressed`` (n < 30), ``bracketed`` (< 50), ``small`` (< 100) or empty."""
    agreement: str
    """``inside``, ``overlaps``, ``outside``, or empty without an estimate."""
    note: str


# --- the release and its weight -------------------------------------------------------------------


def waves_with_results(ctx: ServiceContext) -> list[int]:
    """Return the waves that have been in the field, the latest first."""
    with ctx.databases.research.read() as connection:
        return [one.year for one in reversed(waves.list_waves(connection)) if is_fielded(one)]


def results_of(ctx: ServiceContext, year: int) -> WaveResults:
    """Return the weighted interviews of a wave as they stand now.

    Raises
    ------
    NoResultsError
        If the wave was not fielded, or its answers cannot be weighted (nobody has answered yet).
    """
    with ctx.databases.research.snapshot() as connection:
        wave = waves.load_wave(connection, year)
        if wave is None or not is_fielded(wave) or wave.version_id is None:
            raise NoResultsError(f"wave {year} has not been in the field")
        instrument = ctx.instruments.get(connection, wave.version_id)
        fingerprint, saved_until = _fingerprint(ctx, connection, wave)
    folder = results_root(ctx) / f"{year}-{fingerprint}"
    try:
        recipes = ctx.study / "weights"
        if not recipes.is_dir():
            raise NoResultsError(f"study {instrument.study} has no weighting recipes")
        with _making:
            if not (folder / "manifest.json").exists():
                _make_release(ctx, year, folder)
        shelf, versions = _shelf(folder, recipes)
        weighting, responses = shelf.weighting([year]), shelf.for_table([year], [])
    except (ExportError, AnalysisError) as error:
        raise NoResultsError(str(error)) from error
    modules = {one.id: one.title for one in instrument.modules}
    return WaveResults(year, shelf, responses, weighting, saved_until, versions, modules)


def _fingerprint(
    ctx: ServiceContext, connection: Connection, wave: Wave
) -> tuple[str, datetime | None]:
    """What the results of a wave depend on, as 16 hexadecimal digits; when it was last saved to.

    Every saved page raises the revision of its interview by one: their sum counts the saves, at a
    hundredth of the cost of counting the answers.
    """
    interviews, saves, saved_until = connection.execute(
        select(func.count(), func.sum(_interview.c.revision), func.max(_interview.c.last_saved_at))
        .join_from(_interview, _case, _interview.c.case_id == _case.c.id)
        .where(_case.c.wave == wave.year)
    ).one()
    marks = [_case.c.status, _case.c.eligible, _case.c.disposition]
    outcomes = connection.execute(
        select(*marks, func.count())
        .where(_case.c.wave == wave.year)
        .group_by(*marks)
        .order_by(*marks)
    )
    content = [
        VERSION,
        wave.version_id,
        interviews,
        int(saves or 0),
        saved_until.isoformat() if saved_until else None,
        [[str(cell) for cell in row] for row in outcomes],
        study_digest(ctx.study),
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16], saved_until


def study_digest(study: Path) -> str:
    """Hash of the margins and recipes: results change with them too."""
    digest = hashlib.sha256()
    for path in sorted([*study.glob("margins/*.csv"), *study.glob("weights/*.yaml")]):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def results_root(ctx: ServiceContext) -> Path:
    """Return the folder of releases behind the results pages; destroyed when a person is."""
    root = ctx.settings.data_dir / FOLDER if ctx.settings.data_dir else _private_folder()
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root


@lru_cache(maxsize=1)
def _private_folder() -> Path:
    """For installations without a data directory: kept as long as the process lives."""
    return Path(tempfile.mkdtemp(prefix="perspectief-results-"))


def _make_release(ctx: ServiceContext, year: int, folder: Path) -> None:
    """Export beside the folder, then put it in its place: two processes may do so at once."""
    draft = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    try:
        export_release(ctx, [year], draft)
        try:
            draft.rename(folder)
        except OSError:
            if not (folder / "manifest.json").exists():
                raise
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    made = sorted(folder.parent.glob(f"{year}-*"), key=lambda path: path.stat().st_mtime)
    for old in made[:-KEPT_A_WAVE]:
        shutil.rmtree(old, ignore_errors=True)


@lru_cache(maxsize=4)
def _shelf(folder: Path, recipes: Path) -> tuple[WeightShelf, tuple[str, ...]]:
    """Read once a process: what a release folder holds never changes."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    versions = tuple(one["id"] for one in manifest["instrument_versions"])
    return WeightShelf(read_release(folder), recipes), versions


# --- findings and tables --------------------------------------------------------------------------


def findings_of(ctx: ServiceContext, results: WaveResults, *, language: str) -> list[FindingResult]:
    """Return the published findings with the estimates of the wave."""
    table = findings_table(ctx, results, language=language)
    return [
        FindingResult(
            id=row["id"],
            statement=row["statement"],
            base=row["base"],
            published=row["published"],
            published_low=row["published_low"],
            published_high=row["published_high"],
            estimate=_estimate(row, "estimate"),
            n=row["n"],
            flag=row["flag"],
            agreement=row["agreement"],
            note=row["note"],
        )
        for row in table.to_dict("records")
    ]


def findings_table(ctx: ServiceContext, results: WaveResults, *, language: str) -> pd.DataFrame:
    """Return the same as `analysis.findings.compute_findings` gives it, for files."""
    path = ctx.study / "findings.csv"
    return compute_findings(results.responses, read_findings(path), language=language)


def _estimate(row: Mapping[Any, Any], name: str) -> Estimate:
    return Estimate(_number(row[name]), _number(row["low"]), _number(row["high"]))


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
