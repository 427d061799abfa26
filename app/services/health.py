"""Whether this process is able to serve."""

from __future__ import annotations

from sqlalchemy import text

from app.services.context import ServiceContext


def check(ctx: ServiceContext) -> None:
    """Ask both databases one thing; what they raise is raised."""
    for database in (ctx.databases.research, ctx.databases.contacts):
        with database.read() as connection:
            connection.execute(text("SELECT 1"))
