"""The table plans of the form of a new release in words, and what is wrong with a choice."""

from __future__ import annotations

from collections.abc import Collection

from app.services.publication.release_plans import OfferedPlan, find_offered
from app.web import site
from app.web.respond.words import Translate
from app.web.results.releases_present import plan_words, waves_words


def offered_words(_: Translate, plan: OfferedPlan) -> str:
    """Return a plan on the form of a new release: of a kept one also how much it holds."""
    if plan.kept is None:
        return plan_words(_, plan.name)
    return _(
        "kept plan “%(name)s”: tables %(count)s, of wave %(waves)s",
        name=plan.name,
        count=len(plan.kept.tables),
        waves=plan_waves(plan),
    )


def plan_waves(plan: OfferedPlan) -> str:
    """Return the waves that the tables of a kept plan are of."""
    tables = plan.kept.tables if plan.kept is not None else ()
    return waves_words(sorted({wave for table in tables for wave in table.waves}))


def plan_fault(_: Translate, key: str, years: Collection[int]) -> str | None:
    """Return why a release of these waves cannot have the tables of a plan."""
    plan = find_offered(site().services, key)
    if plan is None:
        return _("Choose one of the table plans.")
    if years and plan.tables_of(years) == 0:
        return _(
            "“%(name)s” has no table of the waves you chose: its tables are of wave %(waves)s.",
            name=plan.name,
            waves=plan_waves(plan),
        )
    return None
