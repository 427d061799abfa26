"""The migrations make exactly the tables that the code declares, on both engines, both ways."""

import ast
import multiprocessing
import re
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Table, inspect, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from app.storage.engine import make_engine
from app.storage.migrate import (
    METADATA,
    MIGRATIONS,
    MigrationError,
    Schema,
    downgrade_schema,
    is_current,
    upgrade,
    upgrade_schema,
)
from app.storage.versions import load_version, publish_version
from tests.integration.storage.builders import NOON

TABLES = [(schema, table) for schema in Schema for table in METADATA[schema].sorted_tables]


@pytest.fixture(params=list(Schema))
def schema(request: pytest.FixtureRequest) -> Schema:
    return request.param


@pytest.fixture
def url(database_urls: tuple[str, str], schema: Schema) -> str:
    return database_urls[0 if schema is Schema.RESEARCH else 1]


def names_in(url: str) -> set[str]:
    engine = make_engine(url)
    names = set(inspect(engine).get_table_names())
    engine.dispose()
    return names - {"alembic_version"}


def test_migrated_database_equals_the_tables_that_are_declared(url: str, schema: Schema) -> None:
    engine = make_engine(url)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA[schema])
        assert is_current(connection, schema)
    engine.dispose()

    assert differences == []


@pytest.mark.parametrize(
    ("schema_of", "table"), TABLES, ids=[f"{schema}-{table.name}" for schema, table in TABLES]
)
def test_check_constraints_of_the_migrations_are_those_of_the_tables(
    sqlite_template: Path, schema_of: Schema, table: Table
) -> None:
    # Alembic does not compare them. SQLite keeps the words of a constraint as they were given.
    engine = make_engine(f"sqlite:///{sqlite_template}/{schema_of}.sqlite3")
    found = inspect(engine).get_check_constraints(table.name)
    engine.dispose()
    assert {check["name"]: check["sqltext"] for check in found} == declared_checks(table)


def declared_checks(table: Table) -> dict[str, str]:
    ddl = str(CreateTable(table).compile(dialect=sqlite.dialect()))
    named = re.findall(r"CONSTRAINT (ck_\w+) CHECK \((.*)\),?\s*$", ddl, flags=re.MULTILINE)
    assert len(named) == sum(isinstance(c, CheckConstraint) for c in table.constraints)
    return dict(named)


def test_database_when_taken_down_and_up_again_is_the_same(url: str, schema: Schema) -> None:
    before = names_in(url)

    downgrade_schema(url, schema, "base")
    assert names_in(url) == set()
    upgrade_schema(url, schema)

    assert names_in(url) == before == set(METADATA[schema].tables)


def test_upgrade_when_nothing_is_to_be_done_does_nothing(database_urls: tuple[str, str]) -> None:
    upgrade(*database_urls)
    assert names_in(database_urls[0]) == set(METADATA[Schema.RESEARCH].tables)


def test_upgrade_by_three_processes_at_once_is_done_once(tmp_path: Path) -> None:
    urls = f"sqlite:///{tmp_path}/research.sqlite3", f"sqlite:///{tmp_path}/contacts.sqlite3"
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=upgrade, args=urls) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert names_in(urls[0]) == set(METADATA[Schema.RESEARCH].tables)


def test_downgrade_by_one_step_keeps_what_is_in_the_other_tables(
    database_urls: tuple[str, str],
) -> None:
    research, _ = database_urls
    engine = make_engine(research)
    with engine.begin() as connection:
        publish_version(
            connection,
            version_id="1" * 64,
            study="test",
            wave=2024,
            canonical="{}",
            languages=["nl"],
            at=NOON,
            by="r",
        )

    downgrade_schema(research, Schema.RESEARCH, "0002")

    with engine.connect() as connection:
        assert load_version(connection, "1" * 64).languages == ["nl"]
        assert not is_current(connection, Schema.RESEARCH)
    engine.dispose()
    assert "staff" not in names_in(research)


def test_sqlite_migration_that_orphans_rows_is_rolled_back(
    sqlite_template: Path, tmp_path: Path
) -> None:
    path = tmp_path / "research.sqlite3"
    path.write_bytes((sqlite_template / "research.sqlite3").read_bytes())
    url = f"sqlite:///{path}"
    engine = make_engine(url)
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys = OFF")
        with connection.begin():
            connection.execute(
                text(
                    "INSERT INTO person_assignment (person_id, variable, value)"
                    " VALUES ('0123456789abcdef0123456789abcdef', 'x_split', 'a')"
                )
            )
    engine.dispose()

    with pytest.raises(MigrationError):
        downgrade_schema(url, Schema.RESEARCH, "0001")

    assert names_in(url) == set(METADATA[Schema.RESEARCH].tables)


@pytest.mark.parametrize(
    ("schema_of", "table"), TABLES, ids=[f"{schema}-{table.name}" for schema, table in TABLES]
)
def test_every_foreign_key_says_what_deleting_does_and_is_indexed(
    schema_of: Schema, table: Table
) -> None:
    keys = [
        [column.name for column in key.columns]
        for key in (table.primary_key, *table.indexes, *table.constraints)
        if not isinstance(key, ForeignKeyConstraint | CheckConstraint)
    ]
    for foreign in table.foreign_key_constraints:
        assert foreign.ondelete in ("RESTRICT", "CASCADE"), foreign.name
        columns = list(foreign.column_keys)
        assert any(key[: len(columns)] == columns for key in keys), f"{foreign.name} has no index"


FILES = sorted(MIGRATIONS.glob("*/versions/*.py"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parts[-3]}-{path.stem}")
def test_migration_imports_nothing_of_the_program(path: Path) -> None:
    # It has to run when the program has long moved on.
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module]
            assert not any(name.split(".")[0] == "app" for name in names if name)


def test_migrations_are_numbered_without_gaps() -> None:
    for schema in Schema:
        numbers = sorted(path.stem[:4] for path in FILES if path.parts[-3] == schema)
        assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
