"""Making a frozen release: data, weights, tables, report and files of waves that are over.

Everything is written beside the releases there are and put in its place at once, under the next
number: a release is whole or not there. Two at the same time get two numbers.
"""

from __future__ import annotations

import csv
import fcntl
import json
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from analysis.edition.archive import read_cells
from analysis.edition.manifest import code_sha256
from analysis.edition.writing import Format, write_edition
from analysis.errors import AnalysisError, CancelledError
from analysis.export.microdata import write_microdata
from analysis.export.numbering import read_numbering
from analysis.publishing import publish
from analysis.responses import Release, read_release
from analysis.study_files import StudyFiles
from app.panel.states import WaveStatus
from app.services.content.instruments import StudyFaultsError
from app.services.context import ServiceContext
from app.services.privacy.erasure_list import FILE_NAME as ERASURES
from app.services.privacy.erasure_list import read_list
from app.services.publication.exports import ExportError, export_release
from app.services.publication.published_numbers import numbers_to_json
from app.services.publication.release_forgetting import IN_THE_MAKING
from app.services.publication.release_plans import OfferedPlan, find_offered, study_files
from app.services.publication.releases import (
    ARCHIVE,
    CODEBOOK,
    DATA,
    MICRODATA,
    NUMBERS,
    PICTURES,
    PUBLICATION,
    READ_ONLY,
    RECORD,
    WEIGHTS,
    KeptRelease,
    ReleaseError,
    bind_later,
    read_kept,
    remove,
    root_of,
    sha256_of,
    write_once,
)
from app.services.publication.weight_pictures import pictures_of, pictures_to_json
from app.storage import audit, privacy, waves
from app.storage.waves import Wave
from app.version import VERSION

LANGUAGES = ("nl", "en")
SUMMARY_LANGUAGE = "nl"
"""The book that the plain summary is written from; every publication has it, and it leads."""
REPLICATES = 200
"""Bootstrap replicates of each wave's weight in a .zsav file. Two hundred put the standard error of
a standard error near 5 % (1 / sqrt(2 * 200); Efron and Tibshirani 1993, section 6.4)."""
_OVER = (WaveStatus.CLOSED, WaveStatus.FROZEN)
_OWNER_ONLY = 0o700
LEFT_AFTER_S = 24 * 3600
"""Nothing takes so long to make."""

Told = Callable[[float, str], None]
"""Gets how far the work is, 0 to 1, and what is being done; raising `CancelledError` stops it."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a release is to hold, on whose word and why."""

    waves: tuple[int, ...]
    why: str
    by: str
    plan: str | None = None
    """Key of a plan (`release_plans.OfferedPlan`); ``None`` for data only."""
    languages: tuple[str, ...] = LANGUAGES
    replicates: bool = False
    staff_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A wave that was in the field, and whether a release may hold it."""

    year: int
    status: WaveStatus
    ready: bool


def candidates(ctx: ServiceContext) -> list[Candidate]:
    """Return the waves that were in the field, the earliest first."""
    with ctx.databases.research.read() as connection:
        fielded = [one for one in waves.list_waves(connection) if one.opened_at is not None]
    return [Candidate(one.year, one.status, one.status in _OVER) for one in fielded]


def make_release(ctx: ServiceContext, order: Order, told: Told) -> KeptRelease:
    """Make a release and return it; after an error nothing of it is left.

    Raises
    ------
    ReleaseError
        If a wave is not over, the answers cannot be weighted, the tables together with those of an
        earlier release would give somebody away, or somebody was forgotten meanwhile.
    CancelledError
        If ``told`` stopped the work.
    """
    root = root_of(ctx)
    before = _forgotten(ctx)
    fielded = _waves_of(ctx, order)
    root.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
    draft, number = _reserve(root)
    try:
        with _published_one_by_one(root, order):
            plan = _plan(ctx, order)
            _fill(ctx, order, plan, draft, number, told)
            _describe(ctx, order, plan, draft, number, fielded)
            target = root / str(number)
            draft.rename(target)
    except (ExportError, StudyFaultsError, AnalysisError) as error:
        if isinstance(error, CancelledError):
            raise
        raise ReleaseError(str(error)) from error
    except FileNotFoundError as error:
        # Forgetting somebody destroys what is being made: see `release_forgetting`.
        raise ReleaseError("somebody was forgotten meanwhile: make the release again") from error
    finally:
        remove(draft)
    if _listed(ctx) - before:
        remove(target)
        raise ReleaseError("somebody was forgotten meanwhile: make the release again")
    kept = read_kept(target)
    _record(ctx, order, kept)
    return kept


# --- before ---------------------------------------------------------------------------------------


def _waves_of(ctx: ServiceContext, order: Order) -> list[Wave]:
    if not order.waves or not order.why.strip():
        raise ReleaseError("a release needs at least one wave and a reason")
    with ctx.databases.research.read() as connection:
        known = {one.year: one for one in waves.list_waves(connection)}
    for year in order.waves:
        if year not in known or known[year].status not in _OVER:
            status = known[year].status if year in known else "not there"
            raise ReleaseError(f"wave {year} is {status}: close it first")
    return [known[year] for year in sorted(set(order.waves))]


def _forgotten(ctx: ServiceContext) -> set[UUID]:
    """Who is on the list of the forgotten; refuses while one of them is still being erased."""
    listed = _listed(ctx)
    with ctx.databases.research.read() as connection:
        done = set(privacy.erased_people(connection))
    if listed - done:
        raise ReleaseError("somebody is being forgotten at this moment: try again in a minute")
    return listed


def _listed(ctx: ServiceContext) -> set[UUID]:
    file = root_of(ctx).with_name(ERASURES)
    return {one.person_id for one in read_list(file)} if file.exists() else set()


@contextmanager
def _published_one_by_one(root: Path, order: Order) -> Iterator[None]:
    """Let tables be made by one at a time: each must be held against those made before it."""
    if order.plan is None:
        yield
        return
    with root.with_suffix(".lock").open("w") as line:
        fcntl.flock(line, fcntl.LOCK_EX)
        yield


def _reserve(root: Path) -> tuple[Path, int]:
    """Take the next number by making its folder: nobody else can make the same one.

    What a process left that died, or a backup brought along half made, is destroyed.
    """
    numbers = [0]
    for one in root.iterdir():
        if one.name.startswith(IN_THE_MAKING) and _is_left(one):
            remove(one)
        name = one.name.removeprefix(IN_THE_MAKING)
        if name.isascii() and name.isdigit():
            numbers.append(int(name))
    number = max(numbers) + 1
    while True:
        draft = root / f"{IN_THE_MAKING}{number}"
        try:
            draft.mkdir(mode=_OWNER_ONLY)
        except FileExistsError:
            number += 1
            continue
        return draft, number


def _is_left(draft: Path) -> bool:
    # By the clock of the machine, which the file system goes by too.
    return time.time() - draft.stat().st_mtime > LEFT_AFTER_S


# --- the folders ----------------------------------------------------------------------------------


def _plan(ctx: ServiceContext, order: Order) -> OfferedPlan | None:
    """The plan as it stands now: this one reading is what is made, and what is written down."""
    if order.plan is None:
        return None
    found = find_offered(ctx, order.plan)
    if found is None:
        raise ReleaseError("the table plan is not there any more")
    return found


def _fill(
    ctx: ServiceContext,
    order: Order,
    plan: OfferedPlan | None,
    draft: Path,
    number: int,
    told: Told,
) -> None:
    told(0.02, "data")
    export_release(ctx, sorted(set(order.waves)), draft / DATA)
    # The words of questions and answers stay when the rows of persons have to go.
    shutil.copyfile(draft / DATA / CODEBOOK, draft / CODEBOOK)
    told(0.25, "weights")
    loaded = read_release(draft / DATA)
    pictures = pictures_of(
        loaded,
        ctx.study / "weights",
        out=draft / WEIGHTS,
        progress=_within(told, 0.25, 0.35, "weights"),
    )
    _write(draft / PICTURES, pictures_to_json(pictures))
    if plan is not None:
        study = study_files(ctx, plan, loaded, draft)
        _publish(ctx, order, study, loaded, draft, number, told)
    told(0.85, "files")
    numbering = ctx.study / "numbering.json"
    write_microdata(
        loaded,
        draft / MICRODATA,
        recipes=ctx.study / "weights",
        numbering=read_numbering(numbering) if numbering.is_file() else None,
        language=SUMMARY_LANGUAGE,
        title=loaded.codebook.title or None,
        replicates=REPLICATES if order.replicates else 0,
        progress=_within(told, 0.85, 0.97, "files"),
    )
    told(0.97, "hashes")


def _publish(
    ctx: ServiceContext,
    order: Order,
    study: StudyFiles,
    loaded: Release,
    draft: Path,
    number: int,
    told: Told,
) -> None:
    others = [one for one in LANGUAGES if one in order.languages and one != SUMMARY_LANGUAGE]
    earlier = [one.folder / ARCHIVE for one in bind_later(ctx, loaded.manifest.waves)]
    publication = publish(
        loaded,
        study,
        name=f"release {number}",
        languages=(SUMMARY_LANGUAGE, *others),
        earlier=read_cells(earlier),
        progress=_within(told, 0.35, 0.7, "tables"),
    )
    write_edition(
        draft / PUBLICATION,
        publication,
        loaded,
        study,
        tuple(Format),
        progress=_within(told, 0.7, 0.85, "report"),
    )
    findings = publication.books[SUMMARY_LANGUAGE].findings
    _write(draft / NUMBERS, numbers_to_json(findings))


def _within(told: Told, start: float, end: float, words: str) -> Callable[[str], None]:
    """Spread lines of progress over a stretch: each takes a part of what is left of it.

    How many lines come is not known before. Every tenth is passed on: each costs a write.
    """
    lines = 0

    def progress(_: str) -> None:
        nonlocal lines
        lines += 1
        if lines % 10 == 1:
            told(end - (end - start) * 0.98**lines, words)

    return progress


# --- the record -----------------------------------------------------------------------------------


def _describe(
    ctx: ServiceContext,
    order: Order,
    plan: OfferedPlan | None,
    draft: Path,
    number: int,
    fielded: Iterable[Wave],
) -> None:
    """Write what the release is and the hash of every file, and let nobody write there again."""
    manifest = json.loads((draft / DATA / "manifest.json").read_text(encoding="utf-8"))
    files = [_described(draft, path) for path in sorted(draft.rglob("*")) if path.is_file()]
    for path in draft.rglob("*"):
        path.chmod(_OWNER_ONLY if path.is_dir() else READ_ONLY)
    rows = {(one["part"], one["name"]): one.get("rows") for one in files}
    write_once(
        draft / RECORD,
        {
            "number": number,
            "waves": sorted(set(order.waves)),
            "wave_status": {str(one.year): str(one.status) for one in fielded},
            "made_at": ctx.clock.now().isoformat(),
            "by": order.by,
            "why": order.why.strip(),
            "plan": plan.name if plan is not None else None,
            "plan_kept": plan is not None and plan.kept is not None,
            "languages": list(order.languages) if plan is not None else [],
            "study": manifest["study"],
            "synthetic": manifest["synthetic"],
            "code_version": VERSION,
            "analysis_sha256": code_sha256(),
            "instrument_versions": sorted(
                manifest["instrument_versions"], key=lambda one: int(one["wave"])
            ),
            "people": rows[DATA, "responses.csv"],
            "files": files,
        },
    )


def _described(draft: Path, path: Path) -> dict[str, Any]:
    inside = path.relative_to(draft)
    found: dict[str, Any] = {
        "part": inside.parent.as_posix() if len(inside.parts) > 1 else "",
        "name": inside.name,
        "sha256": sha256_of(path),
        "bytes": path.stat().st_size,
    }
    if path.suffix == ".csv":
        found["rows"] = _rows_of(path)
    return found


def _rows_of(path: Path) -> int:
    """Rows of a CSV file below its header; a line break inside quotes ends none."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return max(0, sum(1 for _ in csv.reader(lines)) - 1)


def _write(path: Path, content: Any) -> None:  # noqa: ANN401  # ready for JSON
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _record(ctx: ServiceContext, order: Order, kept: KeptRelease) -> None:
    with ctx.databases.research.write() as connection:
        audit.append_audit(
            connection,
            at=kept.made_at,
            staff_id=order.staff_id,
            action="release.made",
            subject=f"release {kept.number}",
            detail={
                "by": order.by,
                "why": kept.why,
                "waves": list(kept.waves),
                "plan": kept.plan,
                "record_sha256": sha256_of(kept.folder / RECORD),
            },
        )
