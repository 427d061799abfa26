"""What was shown of a release, table after table: no two tables may give away a person together.

Beside a release lies a record of the tables made of it, whoever asked: what each counted and which
of its cells were printed. A new table is masked with the related ones before it
(`analysis.disclosure.sequence`), and refused where that is not enough. The record holds true
counts: it lies where the answers lie, is read by no page, and goes when results go.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pandas as pd

from analysis.codebook import Codebook
from analysis.disclosure.differencing import ReleaseCells
from analysis.disclosure.sequence import TableBefore, mask_again, mask_next
from analysis.plan import Breakdown, Kind, TablePlan
from analysis.tables.questions import QUANTILES
from app.services.context import ServiceContext
from app.services.publication.results import results_root
from app.services.publication.table_sources import Source

ASKED = "asked"
MOST_COLUMNS_BEFORE = 120
"""Columns of related tables that a new one is masked with, the newest first: what can be worked out
while somebody waits. The rounding of every number covers what older tables add."""
_COLUMNS = (
    "table", "wave", "stub", "stub_code", "banner", "banner_code", "statistic", "value", "n",
    "weighted_n", "count", "structural",
)  # fmt: skip
_STATISTICS = ("share", "net", "mean", *QUANTILES)
_DIGITS = 16


def masked_rows(
    ctx: ServiceContext, source: Source, plan: TablePlan, rows: pd.DataFrame, codebook: Codebook
) -> pd.DataFrame:
    """Return the rows of a table as they may be shown after all that was shown of the release.

    Raises
    ------
    UnprotectableError
        If this table and earlier ones would together give people away.
    """
    folder = results_root(ctx) / ASKED / source.key
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    content = _content(plan)
    name = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:_DIGITS]
    file = folder / f"{plan.stub[0]}.{name}.json"
    own = replace(plan, id=name)
    renamed = rows.assign(table=name)
    with _alone(folder):
        if file.exists():
            shown = mask_again(renamed, (own,), _read(file).masked, codebook)
        else:
            before = [*_related(folder, plan), *_published(source)]
            shown = mask_next(renamed, (own,), before, codebook)
            _write(file, content, name, renamed, shown.printed, shown.masked)
    return shown.rows.assign(table=plan.id)


def tables_shown(ctx: ServiceContext, source: Source) -> int:
    """Return how many different tables were shown of a release."""
    return sum(1 for _ in (results_root(ctx) / ASKED / source.key).glob("*.json"))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One table at a time: two that are masked at once would not know of each other."""
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _content(plan: TablePlan) -> dict[str, object]:
    """Return what decides which people are in which cell, and nothing of how it is shown."""
    return {
        "stub": list(plan.stub),
        "banner": [[one.variable, one.where] for one in plan.banner],
        "waves": list(plan.waves),
        "base": plan.base,
        "nets": {name: sorted(codes) for name, codes in sorted((plan.nets or {}).items())},
        "kind": str(plan.kind),
        "count_missing": list(plan.count_missing),
    }


def _related(folder: Path, plan: TablePlan) -> list[TableBefore]:
    """Return earlier tables that count the same answers, the newest first, up to a limit.

    A table is related if it is of the same question in one of the waves, or of the same two
    questions turned over.
    """
    (stub,) = plan.stub
    banners = {one.variable for one in plan.banner}
    files = list(folder.glob(f"{stub}.*.json"))
    turned = [file for name in sorted(banners) for file in folder.glob(f"{name}.*.json")]
    newest = sorted(
        {*files, *turned}, key=lambda file: (file.stat().st_mtime_ns, file.name), reverse=True
    )
    found: list[TableBefore] = []
    columns = 0
    for file in newest:
        one = _read(file)
        (before,) = one.plan
        same = before.stub == plan.stub
        over = before.stub[0] in banners and stub in {b.variable for b in before.banner}
        if not (same or over) or set(before.waves).isdisjoint(plan.waves):
            continue
        columns += len(one.rows[["wave", "banner", "banner_code"]].drop_duplicates())
        if columns > MOST_COLUMNS_BEFORE and found:
            break
        found.append(one)
    return found


def _published(source: Source) -> list[TableBefore]:
    """What was published of a frozen release: printed there, and masked there, for good."""
    return [] if source.published is None else [_cells(source.published)]


@lru_cache(maxsize=2)
def _cells(file: Path) -> TableBefore:
    cells = ReleaseCells.from_json(json.loads(file.read_text(encoding="utf-8")))
    printed = frozenset(cells.counts) - cells.masked
    return TableBefore((), pd.DataFrame(columns=list(_COLUMNS)), printed, cells.masked)


@lru_cache(maxsize=256)
def _read(file: Path) -> TableBefore:
    """Read a table of the record; what it holds never changes."""
    told = json.loads(file.read_text(encoding="utf-8"))
    content = told["content"]
    plan = TablePlan(
        id=told["table"],
        stub=tuple(content["stub"]),
        banner=tuple(Breakdown(variable, where) for variable, where in content["banner"]),
        waves=tuple(content["waves"]),
        base=content["base"],
        nets={name: tuple(codes) for name, codes in content["nets"].items()} or None,
        kind=Kind(content["kind"]),
        count_missing=tuple(content["count_missing"]),
    )
    rows = pd.DataFrame(told["rows"], columns=list(_COLUMNS))
    rows["n"] = rows["n"].astype("Int64")
    return TableBefore((plan,), rows, frozenset(told["printed"]), frozenset(told["masked"]))


def _write(
    file: Path,
    content: dict[str, object],
    name: str,
    rows: pd.DataFrame,
    printed: frozenset[str],
    masked: frozenset[str],
) -> None:
    kept = rows[rows["statistic"].isin(_STATISTICS) & rows["n"].notna()]
    kept = kept[~kept["wave"].astype(str).str.contains("-")]
    told = {
        "table": name,
        "content": content,
        "rows": json.loads(kept[list(_COLUMNS)].to_json(orient="values", double_precision=15)),
        "printed": sorted(printed),
        "masked": sorted(masked),
    }
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    draft.replace(file)
