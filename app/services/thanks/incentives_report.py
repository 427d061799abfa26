"""Counts of thank-yous, for staff: nothing of persons, and nothing that differs by person."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.services.context import ServiceContext
from app.storage import incentives
from app.storage.incentives import Count

__all__ = ["Count", "counts", "unknown"]


def counts(ctx: ServiceContext, wave: int | None = None) -> Sequence[Count]:
    """Return how many thank-yous are in which state, by wave, rule, way and reason."""
    with ctx.databases.research.snapshot() as connection:
        return incentives.counts(connection, wave)


def unknown(ctx: ServiceContext) -> list[UUID]:
    """Return the thank-yous of which nobody knows whether they went out, by ids of their own."""
    with ctx.databases.research.read() as connection:
        return incentives.unknown_ids(connection)
