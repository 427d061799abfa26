"""What several migrations say in the same words. Add to it; what is here stays as it is."""

import sqlalchemy as sa
from alembic import op


def word(name: str, *words: str) -> sa.Enum:
    """Return the type of a text column that takes one of a few words."""
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=20)


def on_postgresql() -> bool:
    """Tell whether the migration runs on PostgreSQL."""
    return op.get_context().dialect.name == "postgresql"


def refuse_change(table: str, *actions: str) -> None:
    """Make the database itself refuse to UPDATE, or DELETE, rows of a table."""
    for action in actions:
        name = f"{table}_refuses_{action.lower()}"
        if on_postgresql():
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {action} ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        else:
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {action} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table}: {action} is refused'); END"
            )
