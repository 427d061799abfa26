"""Tables that somebody keeps under a name: a plan, to be opened again, changed, and taken out.

A plan lies in the data directory as one small file; it holds names of variables and codes, the name
somebody gave it and who that was, and no number.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from analysis.codebook import Codebook
from analysis.plan import TablePlan
from analysis.plan_text import plan_text
from app.services.context import ServiceContext
from app.services.publication.results import NoResultsError
from app.services.publication.table_request import TableRequest, from_json, plan_of, to_json
from app.storage.types import new_id

FOLDER = "plans"
LONGEST_NAME = 80
MOST_TABLES = 60
"""Of one plan: more is a book, and that is written in the study's own folder."""


class PlanError(Exception):
    """Base of what can be wrong with keeping a table."""


class NoNameError(PlanError):
    """A plan needs a name, and not a longer one than `LONGEST_NAME`."""


class SameNameError(PlanError):
    """There is a plan of that name."""


class NoPlanError(PlanError):
    """There is no such plan (any more), or it has changed meanwhile."""


class FullPlanError(PlanError):
    """A plan holds at most `MOST_TABLES` tables."""


@dataclass(frozen=True)
class KeptPlan:
    """A plan as it lies in the data directory."""

    id: UUID
    name: str
    by: str
    """Who began it."""
    made_at: datetime
    changed_at: datetime
    tables: tuple[TableRequest, ...]
    revision: int = 1

    @property
    def seen(self) -> str:
        """What a page shows of its state: a step taken from an older page changes nothing."""
        return str(self.revision)


def list_plans(ctx: ServiceContext) -> list[KeptPlan]:
    """Return all plans by name."""
    found = [_read(file) for file in _root(ctx).glob("*.json")]
    return sorted(found, key=lambda one: (one.name.casefold(), one.id))


def find_plan(ctx: ServiceContext, plan_id: UUID) -> KeptPlan | None:
    """Return a plan, or ``None`` when there is none."""
    file = _root(ctx) / f"{plan_id.hex}.json"
    return _read(file) if file.is_file() else None


def begin_plan(ctx: ServiceContext, name: str, table: TableRequest, *, by: str) -> KeptPlan:
    """Keep a table in a new plan.

    Raises
    ------
    NoNameError, SameNameError
    """
    now = ctx.clock.now()
    with _alone(ctx):
        plan = KeptPlan(new_id(), _named(ctx, name, None), by, now, now, (table,))
        _write(ctx, plan)
    return plan


def keep_table(ctx: ServiceContext, plan_id: UUID, table: TableRequest) -> KeptPlan:
    """Add a table to a plan; one that is in it already is not added twice.

    Raises
    ------
    NoPlanError, FullPlanError
    """
    with _alone(ctx):
        plan = _there(ctx, plan_id)
        if table in plan.tables:
            return plan
        if len(plan.tables) >= MOST_TABLES:
            raise FullPlanError
        return _changed(ctx, plan, tables=(*plan.tables, table))


def drop_table(ctx: ServiceContext, plan_id: UUID, at: int, *, seen: str) -> KeptPlan:
    """Take the table at a place (from 0) out of a plan.

    Raises
    ------
    NoPlanError
        Also when the plan has changed since it was seen.
    """
    with _alone(ctx):
        plan = _there(ctx, plan_id)
        if plan.seen != seen or not 0 <= at < len(plan.tables):
            raise NoPlanError
        kept = (*plan.tables[:at], *plan.tables[at + 1 :])
        return _changed(ctx, plan, tables=kept)


def rename_plan(ctx: ServiceContext, plan_id: UUID, name: str) -> KeptPlan:
    """Give a plan another name.

    Raises
    ------
    NoPlanError, NoNameError, SameNameError
    """
    with _alone(ctx):
        plan = _there(ctx, plan_id)
        return _changed(ctx, plan, name=_named(ctx, name, plan_id))


def delete_plan(ctx: ServiceContext, plan_id: UUID) -> None:
    """Delete a plan; one that is gone already is no error."""
    with _alone(ctx):
        (_root(ctx) / f"{plan_id.hex}.json").unlink(missing_ok=True)


def yaml_of(plan: KeptPlan, codebook: Codebook) -> str:
    """Return a plan as YAML that ``python -m analysis tables --plan`` takes.

    A table of row percentages is there turned over. Percentages of everybody and numbers of people
    are other readings of column percentages, which is what the file has of them. Tables whose
    variables are not in the codebook are left out.
    """
    known = [one for one in plan.tables if _names(one) <= set(codebook.variables)]
    tables = [table for one in known for table in plan_of(one, codebook)]
    heading = [
        plan.name,
        f"Kept on {plan.changed_at:%Y-%m-%d}. "
        "python -m analysis tables RELEASE --plan THIS --recipes WEIGHTS --out OUT",
    ]
    return plan_text(_with_ids(tables), heading=heading)


def _names(asked: TableRequest) -> set[str]:
    return {*asked.stub, *asked.banner, *(one.variable for one in asked.filters)}


def _with_ids(tables: list[TablePlan]) -> Iterator[TablePlan]:
    """Name each table by what it is of; the same name again gets a number."""
    given: dict[str, int] = {}
    for table in tables:
        parts = [*table.stub, *(["by"] if table.banner else [])]
        parts += [one.variable for one in table.banner] + [str(wave) for wave in table.waves]
        name = "_".join(parts)
        given[name] = given.get(name, 0) + 1
        yield replace(table, id=name if given[name] == 1 else f"{name}_{given[name]}")


# --- the files ------------------------------------------------------------------------------------


def _root(ctx: ServiceContext) -> Path:
    if ctx.settings.data_dir is None:
        raise NoResultsError("plans are kept in the data directory: name it with --data")
    root = ctx.settings.data_dir / FOLDER
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root


@contextmanager
def _alone(ctx: ServiceContext) -> Iterator[None]:
    with (_root(ctx) / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _there(ctx: ServiceContext, plan_id: UUID) -> KeptPlan:
    plan = find_plan(ctx, plan_id)
    if plan is None:
        raise NoPlanError
    return plan


def _named(ctx: ServiceContext, name: str, own: UUID | None) -> str:
    cleaned = " ".join(name.replace("\0", "").split())
    if not cleaned or len(cleaned) > LONGEST_NAME:
        raise NoNameError
    if any(one.name.casefold() == cleaned.casefold() and one.id != own for one in list_plans(ctx)):
        raise SameNameError
    return cleaned


def _changed(ctx: ServiceContext, plan: KeptPlan, **what: Any) -> KeptPlan:  # noqa: ANN401
    changed = replace(plan, changed_at=ctx.clock.now(), revision=plan.revision + 1, **what)
    _write(ctx, changed)
    return changed


def _read(file: Path) -> KeptPlan:
    told = json.loads(file.read_text(encoding="utf-8"))
    return KeptPlan(
        id=UUID(hex=file.stem),
        name=told["name"],
        by=told["by"],
        made_at=datetime.fromisoformat(told["made_at"]),
        changed_at=datetime.fromisoformat(told["changed_at"]),
        tables=tuple(from_json(one) for one in told["tables"]),
        revision=told["revision"],
    )


def _write(ctx: ServiceContext, plan: KeptPlan) -> None:
    told = {
        "name": plan.name,
        "by": plan.by,
        "made_at": plan.made_at.isoformat(),
        "changed_at": plan.changed_at.isoformat(),
        "tables": [to_json(one) for one in plan.tables],
        "revision": plan.revision,
    }
    file = _root(ctx) / f"{plan.id.hex}.json"
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")
    draft.replace(file)
