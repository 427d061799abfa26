"""Whether this process is able to serve."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import OperationalError, TimeoutError

from app.services.context import ServiceContext

UNAVAILABLE = (OperationalError, TimeoutError)
"""What is raised while a database is away, starting, full or too busy; it may pass."""


def check(ctx: ServiceContext) -> None:
    """Ask both databases one thing; what they raise is raised."""
    for database in (ctx.databases.research, ctx.databases.contacts):
        with database.read() as connection:
            connection.execute(text("SELECT 1"))
