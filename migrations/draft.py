"""Draft a migration from the difference between the tables and the newest migration.

    python -m migrations.draft research "Add the outbox"

A draft is read and mended by hand: CHECK constraints and triggers are not compared.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command

from app.storage.engine import make_engine
from app.storage.migrate import MIGRATIONS, Schema, alembic_config, upgrade_schema


def draft(schema: Schema, message: str) -> None:
    """Write the next migration of a schema, compared on an SQLite file thrown away."""
    number = len(list((MIGRATIONS / schema / "versions").glob("[0-9]*.py"))) + 1
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'draft.sqlite3'}"
        upgrade_schema(url, schema)
        engine = make_engine(url)
        with engine.connect() as connection:
            command.revision(
                alembic_config(schema, connection),
                message,
                autogenerate=True,
                rev_id=f"{number:04d}",
            )
        engine.dispose()


if __name__ == "__main__":
    draft(Schema(sys.argv[1]), sys.argv[2])
