"""What Alembic runs: on the connection and tables that `app.storage.migrate` hands it."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, DateTime
from sqlalchemy.types import TypeDecorator


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own types as plain ones: a migration outlives the code it was made from."""
    if kind == "type" and isinstance(item, TypeDecorator) and isinstance(item.impl, DateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        autogen.imports.add("from sqlalchemy.dialects.postgresql import JSONB")
        return 'sa.JSON().with_variant(JSONB(), "postgresql")'
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes["metadata"],
    render_item=render_item,
    # SQLite cannot alter a column: Alembic copies the table instead.
    render_as_batch=connection.dialect.name == "sqlite",
    # True for both engines: a failed migration leaves nothing behind.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
