"""Bringing both databases to the shape that the tables declare."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, text

import app
from app.storage.contacts.models import ContactsBase
from app.storage.engine import make_engine
from app.storage.models import ResearchBase

MIGRATIONS = Path(app.__file__).parents[1] / "migrations"

_LOCK = 0x4D69_6772  # "Migr"; see `audit` for the other lock of this kind


class Schema(StrEnum):
    """Which of the two databases; also the folder of its migrations."""

    RESEARCH = "research"
    CONTACTS = "contacts"


METADATA: dict[Schema, MetaData] = {
    Schema.RESEARCH: ResearchBase.metadata,
    Schema.CONTACTS: ContactsBase.metadata,
}


class MigrationError(Exception):
    """A migration left rows that point nowhere; everything was rolled back."""


def upgrade(research_url: str, contacts_url: str) -> None:
    """Bring both databases up to date; harmless when they are, or when two processes do it."""
    upgrade_schema(contacts_url, Schema.CONTACTS)
    upgrade_schema(research_url, Schema.RESEARCH)


def upgrade_schema(url: str, schema: Schema, revision: str = "head") -> None:
    """Bring one database up to a revision, all migrations or none."""
    with _migrating(url) as connection:
        command.upgrade(alembic_config(schema, connection), revision)


def downgrade_schema(url: str, schema: Schema, revision: str) -> None:
    """Take one database back to a revision; ``base`` removes everything."""
    with _migrating(url) as connection:
        command.downgrade(alembic_config(schema, connection), revision)


def is_current(connection: Connection, schema: Schema) -> bool:
    """Tell whether a database has had the newest migration."""
    heads = ScriptDirectory.from_config(alembic_config(schema)).get_heads()
    return set(MigrationContext.configure(connection).get_current_heads()) == set(heads)


def alembic_config(schema: Schema, connection: Connection | None = None) -> Config:
    """Return what Alembic needs to know, in place of an ``alembic.ini``."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    versions = MIGRATIONS / schema / "versions"
    config.set_main_option("version_locations", str(versions).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    config.attributes["metadata"] = METADATA[schema]
    return config


@contextmanager
def _migrating(url: str) -> Iterator[Connection]:
    """Give a connection in a transaction that nobody else migrates beside."""
    engine = make_engine(url, pool_size=1).execution_options(sqlite_begin="IMMEDIATE")
    try:
        with engine.connect() as connection:
            sqlite = connection.dialect.name == "sqlite"
            if sqlite:
                # SQLite alters a table by copying and dropping it; with foreign keys on, dropping
                # deletes what points at it. The switch works only outside a transaction.
                driver = connection.connection.driver_connection
                driver.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr] # sqlite3
            with connection.begin():
                if not sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
                yield connection
                if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise MigrationError("rows point at rows that are not there")
    finally:
        engine.dispose()
