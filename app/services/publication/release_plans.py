"""The table plans that a release may be made with: those of the study, and those kept on the site.

A kept plan changes as long as people work on it. A release takes a copy of it along, so that what
was published can be made again whatever becomes of the plan.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from analysis.responses import Release
from analysis.study_files import StudyFiles
from app.services.context import ServiceContext
from app.services.publication.kept_plans import KeptPlan, find_plan, list_plans, yaml_of

COPY = "plan.yaml"
"""A kept plan as it was when the release was made; in the folder of the release."""
_KEPT = "kept-"
"""Before the id of a kept plan; no file of the study ends without ``.yaml``."""


@dataclass(frozen=True, slots=True)
class OfferedPlan:
    """A plan that can be chosen."""

    key: str
    """What a form and an order call it: the name of a file of the study, or an id."""
    name: str
    """The name of that file, or the one that somebody gave."""
    kept: KeptPlan | None = None
    """``None`` for a plan of the study."""

    def tables_of(self, waves: Collection[int]) -> int | None:
        """Return how many tables are of these waves; ``None`` for a plan of the study.

        Plans of the study are made for every set of waves there is.
        """
        if self.kept is None:
            return None
        return sum(set(table.waves) <= set(waves) for table in self.kept.tables)


def offered_plans(ctx: ServiceContext) -> list[OfferedPlan]:
    """Return the study's plans, the shortest first, then the kept ones that have tables."""
    files = sorted(
        (ctx.study / "tables").glob("*.yaml"), key=lambda one: (one.stat().st_size, one.name)
    )
    kept = [] if ctx.settings.data_dir is None else list_plans(ctx)
    return [OfferedPlan(one.name, one.name) for one in files] + [
        OfferedPlan(key_of(one), one.name, one) for one in kept if one.tables
    ]


def find_offered(ctx: ServiceContext, key: str) -> OfferedPlan | None:
    """Return the plan that is called so, or ``None`` when there is none (any more)."""
    if key.startswith(_KEPT):
        return _find_kept(ctx, key.removeprefix(_KEPT))
    return next((one for one in offered_plans(ctx) if one.kept is None and one.key == key), None)


def key_of(plan: KeptPlan) -> str:
    """Return what a form calls a kept plan."""
    return _KEPT + plan.id.hex


def study_files(
    ctx: ServiceContext, plan: OfferedPlan, release: Release, draft: Path
) -> StudyFiles:
    """Return the files a book is made from; a kept plan is first written down in the release.

    Of a kept plan only its tables of the waves in the release are made, without findings and
    summary: whatever else stands beside an earlier publication has to be held against it too.
    """
    files = StudyFiles.of_plan(ctx.study / "tables" / plan.name, ctx.study / "weights")
    if plan.kept is None:
        return files
    copy = draft / COPY
    waves = set(release.manifest.waves)
    fitting = tuple(one for one in plan.kept.tables if set(one.waves) <= waves)
    told = yaml_of(replace(plan.kept, tables=fitting), release.codebook)
    copy.write_text(told, encoding="utf-8", newline="\n")
    return replace(files, plan=copy, findings=None, phrases=None, summary=None)


def _find_kept(ctx: ServiceContext, digits: str) -> OfferedPlan | None:
    try:
        plan_id = UUID(hex=digits)
    except ValueError:
        return None
    if ctx.settings.data_dir is None:
        return None
    plan = find_plan(ctx, plan_id)
    return None if plan is None or not plan.tables else OfferedPlan(key_of(plan), plan.name, plan)
